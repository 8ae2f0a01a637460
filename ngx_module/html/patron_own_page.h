
/*
 * The pages that the module writes itself: the page with a gift's link, the one
 * with the button that activates a membership, the one with the address of a
 * feed, and the one that says why there is none of them.  All come from one
 * template, whose parts for one page alone stand between comments:
 *
 *     <!--patron:gift--> ... <!--/patron-->
 *
 * and so for "activate", "feed" and "refused".  What the pages say is here in
 * six languages.
 */


#ifndef _PATRON_OWN_PAGE_H_INCLUDED_
#define _PATRON_OWN_PAGE_H_INCLUDED_


#include "patron.h"


#define PATRON_OWN_PAGE_ERR  256


typedef enum {
    PATRON_OWN_PAGE_GIFT = 0,
    PATRON_OWN_PAGE_ACTIVATE,
    PATRON_OWN_PAGE_FEED,
    PATRON_OWN_PAGE_REFUSED,
    PATRON_OWN_PAGES
} patron_own_page_e;


typedef enum {
    PATRON_SAY_GIFT_TITLE = 0,
    PATRON_SAY_GIFT_TEXT,
    PATRON_SAY_GIFT_BUTTON,
    PATRON_SAY_NO_GIFT_TITLE,
    PATRON_SAY_NO_GIFT_METHOD,
    PATRON_SAY_NO_GIFT_FORBIDDEN,
    PATRON_SAY_NO_GIFT_PATH,
    PATRON_SAY_NO_GIFT_LEFT,
    PATRON_SAY_NO_GIFT_NOW,
    PATRON_SAY_ACTIVATE_TITLE,
    PATRON_SAY_ACTIVATE_TEXT,
    PATRON_SAY_ACTIVATE_BUTTON,
    PATRON_SAY_NOT_ACTIVATED_GONE,
    PATRON_SAY_NOT_ACTIVATED_INCOMPLETE,
    PATRON_SAY_NOT_ACTIVATED_ELSEWHERE,
    PATRON_SAY_NOT_ACTIVATED_NOW,
    PATRON_SAY_FEED_TITLE,
    PATRON_SAY_FEED_TEXT,
    PATRON_SAY_NO_FEED_TITLE,
    PATRON_SAY_NO_FEED_METHOD,
    PATRON_SAY_NO_FEED_FORBIDDEN,
    PATRON_SAY_NO_FEED_LEFT,
    PATRON_SAY_NO_FEED_NOW,
    PATRON_SAY_FEED_REST,               /* in feeds, behind what is shown */
    PATRON_SAYINGS
} patron_say_e;


/* The template of those who name no file, with the variables ${page:...}. */

extern const patron_str_t  patron_own_page_default;


/*
 * The number of a language by its code ("en", "uk", ...), or PATRON_DECLINED;
 * all codes, in words, for a message.
 */

int patron_own_page_language(const patron_str_t *code);
const char *patron_own_page_languages(void);

/* The code of a language by its number, and what it has for something to say. */

const patron_str_t *patron_own_page_code(int language);
const patron_str_t *patron_own_page_say(int language, patron_say_e what);

/*
 * The template of one page: html without those parts that are for others, in
 * dst, which has room for html->len bytes.  PATRON_ERROR with a reason in err
 * (PATRON_OWN_PAGE_ERR bytes), naming the line.
 */

int patron_own_page_parts(const patron_str_t *html, patron_own_page_e page,
    patron_uchar_t *dst, patron_str_t *out, char *err);


#endif /* _PATRON_OWN_PAGE_H_INCLUDED_ */
