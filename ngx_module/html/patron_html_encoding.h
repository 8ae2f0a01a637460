
/*
 * What a page says of its encoding.  For the files patron_html_*.c alone.
 */


#ifndef _PATRON_HTML_ENCODING_H_INCLUDED_
#define _PATRON_HTML_ENCODING_H_INCLUDED_


#include "patron_html.h"


/* Does the <meta> name an encoding unlike ASCII? */

int patron_html_meta_is_foreign(const patron_html_tag_t *tag);


#endif /* _PATRON_HTML_ENCODING_H_INCLUDED_ */
