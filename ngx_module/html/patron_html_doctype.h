
/*
 * Doctypes.  For the files patron_html_*.c alone.
 */


#ifndef _PATRON_HTML_DOCTYPE_H_INCLUDED_
#define _PATRON_HTML_DOCTYPE_H_INCLUDED_


#include "patron.h"


/* Would a page with this doctype be in quirks mode? */

int patron_html_doctype_quirks(const patron_uchar_t *data, size_t len,
    int complete);


#endif /* _PATRON_HTML_DOCTYPE_H_INCLUDED_ */
