
/*
 * Selects, and what they are made of.  For the files patron_html_*.c alone.
 */


#ifndef _PATRON_HTML_SELECT_H_INCLUDED_
#define _PATRON_HTML_SELECT_H_INCLUDED_


#include "patron_html_types.h"


/*
 * Start tags; an option's end before a tag, but for elements of "except"; a
 * select's, by another one or an input: 1 if there was one.
 */

void patron_html_select_start(patron_html_t *h);
void patron_html_option_start(patron_html_t *h);
void patron_html_option_ends(patron_html_t *h, unsigned except);
int patron_html_select_ends(patron_html_t *h);


#endif /* _PATRON_HTML_SELECT_H_INCLUDED_ */
