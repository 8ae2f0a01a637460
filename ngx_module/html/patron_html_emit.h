
/*
 * Text and tags, handed on; and what a chunk leaves over.  For the files
 * patron_html_*.c alone.
 */


#ifndef _PATRON_HTML_EMIT_H_INCLUDED_
#define _PATRON_HTML_EMIT_H_INCLUDED_


#include "patron_html_types.h"


/*
 * Text with "last" set goes on no further.  Each returns where to go on.
 */

const patron_uchar_t *patron_html_text(patron_html_t *h,
    const patron_uchar_t *p, const patron_uchar_t *end, int last);
const patron_uchar_t *patron_html_tag(patron_html_t *h,
    const patron_uchar_t *lt, const patron_uchar_t *end);
void patron_html_long_name(patron_html_t *h);
void patron_html_token(patron_html_t *h);


/* Keeps [p, end), the rest of the chunk, and adds to it. */

const patron_uchar_t *patron_html_hold(patron_html_t *h,
    const patron_uchar_t *p, const patron_uchar_t *end, unsigned hold);
int patron_html_append(patron_html_t *h, const patron_uchar_t *data,
    size_t len);


#endif /* _PATRON_HTML_EMIT_H_INCLUDED_ */
