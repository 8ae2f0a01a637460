
/*
 * What the last chunk ended with.  For the files patron_html_*.c alone.
 */


#ifndef _PATRON_HTML_HOLD_H_INCLUDED_
#define _PATRON_HTML_HOLD_H_INCLUDED_


#include "patron_html_types.h"


/* Goes on with what was kept; sees to what is left of it at the end. */

const patron_uchar_t *patron_html_resume(patron_html_t *h,
    const patron_uchar_t *p, const patron_uchar_t *end);
void patron_html_finish_held(patron_html_t *h);


#endif /* _PATRON_HTML_HOLD_H_INCLUDED_ */
