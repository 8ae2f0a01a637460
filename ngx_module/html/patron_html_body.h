
/*
 * The "in body" insertion mode.  For the files patron_html_*.c alone.
 */


#ifndef _PATRON_HTML_BODY_H_INCLUDED_
#define _PATRON_HTML_BODY_H_INCLUDED_


#include "patron_html_types.h"


int patron_html_body_start(patron_html_t *h);
int patron_html_body_end(patron_html_t *h);
int patron_html_hidden_input(patron_html_t *h);


#endif /* _PATRON_HTML_BODY_H_INCLUDED_ */
