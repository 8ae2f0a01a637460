
/*
 * What a '<' begins that is no tag, and references.  For the files
 * patron_html_*.c alone.
 */


#ifndef _PATRON_HTML_MARKUP_H_INCLUDED_
#define _PATRON_HTML_MARKUP_H_INCLUDED_


#include "patron_html_types.h"


/*
 * patron_html_markup_kind() looks at the n bytes from '<' on,
 * patron_html_markup_begin() enters it and returns how many of them it took,
 * patron_html_markup() reads on.
 */

typedef enum {
    MARKUP_MORE = 0,    /* it takes another byte to know */
    MARKUP_TEXT,
    MARKUP_TAG,
    MARKUP_EMPTY,       /* </> is nothing */
    MARKUP_COMMENT,
    MARKUP_BOGUS,
    MARKUP_DOCTYPE,
    MARKUP_CDATA
} patron_html_markup_e;

unsigned patron_html_markup_kind(const patron_uchar_t *p, size_t n);
size_t patron_html_markup_begin(patron_html_t *h, unsigned kind,
    const patron_uchar_t *p, uint64_t at);
const patron_uchar_t *patron_html_markup(patron_html_t *h,
    const patron_uchar_t *p, const patron_uchar_t *end);
void patron_html_capture(patron_html_t *h, const patron_uchar_t *data,
    size_t len);
void patron_html_finish_markup(patron_html_t *h);

/*
 * The bytes of a character reference to white space, 0 for any other
 * ampersand, -1 if it takes more bytes to know.
 */

int patron_html_space_reference(const patron_uchar_t *p, size_t n, int last);


#endif /* _PATRON_HTML_MARKUP_H_INCLUDED_ */
