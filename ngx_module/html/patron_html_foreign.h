
/*
 * Elements of svg and math.  For the files patron_html_*.c alone.
 */


#ifndef _PATRON_HTML_FOREIGN_H_INCLUDED_
#define _PATRON_HTML_FOREIGN_H_INCLUDED_


#include "patron_html_types.h"


/* Is the start tag their affair? */

int patron_html_foreign(patron_html_t *h);

int patron_html_foreign_start(patron_html_t *h);
int patron_html_foreign_end(patron_html_t *h);
void patron_html_svg_start(patron_html_t *h);
void patron_html_math_start(patron_html_t *h);


#endif /* _PATRON_HTML_FOREIGN_H_INCLUDED_ */
