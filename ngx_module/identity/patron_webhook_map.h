
/*
 * Words of providers and what they mean, and conditions on values.
 */


#ifndef _PATRON_WEBHOOK_MAP_H_INCLUDED_
#define _PATRON_WEBHOOK_MAP_H_INCLUDED_


#include "patron_webhook_message.h"


/*
 * A membership that has ended stays good until the end of what was paid for, if
 * that is known; what was never paid, or is no more, ends at once.
 */

typedef enum {
    PATRON_WEBHOOK_GOES_ON = 0,
    PATRON_WEBHOOK_ENDS,
    PATRON_WEBHOOK_ENDS_NOW,
    PATRON_WEBHOOK_REFUNDED,            /* a membership: it ends at once */
    PATRON_WEBHOOK_IGNORED
} patron_webhook_end_e;

typedef struct {
    const char            *word;
    const char            *status;      /* the member record's */
    patron_webhook_end_e   end;
} patron_webhook_status_t;


/* "WORD:STATUS,...", where STATUS is a word that is known by itself, and WORD
   may be "*": any other. */

int patron_webhook_map(const patron_str_t *map);

/*
 * The standing that a source names, by the first map that knows its word, or by
 * itself.  Of several sources the first whose word is known counts.  NULL where
 * no word is; found says whether there was one at all.
 */

const patron_webhook_status_t *patron_webhook_standing(
    patron_webhook_message_t *message, const patron_str_t *source,
    const patron_str_t *maps, size_t n, int *found);

/* That of a word known by itself. */

const patron_webhook_status_t *patron_webhook_status(const patron_str_t *word);

/*
 * Conditions with commas between them, of which one is to hold: SOURCE=VALUE,
 * or a VALUE of the source before; several with "&" between them that are all
 * to hold.  A value that ends in "*" is a beginning; an empty one means that
 * there is none.
 */

int patron_webhook_conditions(const patron_str_t *text);
int patron_webhook_holds_for(patron_webhook_message_t *message,
    const patron_str_t *text);


#endif /* _PATRON_WEBHOOK_MAP_H_INCLUDED_ */
