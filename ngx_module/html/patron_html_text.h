
/*
 * White space, NULs, other characters ... at an offset.
 * For the files patron_html_*.c alone.
 */


#ifndef _PATRON_HTML_TEXT_H_INCLUDED_
#define _PATRON_HTML_TEXT_H_INCLUDED_


#include "patron_html_types.h"


void patron_html_space(patron_html_t *h, uint64_t at);
void patron_html_null(patron_html_t *h, uint64_t at);
void patron_html_characters(patron_html_t *h, uint64_t at);
void patron_html_doctype(patron_html_t *h, int quirks);
void patron_html_end_of_file(patron_html_t *h, uint64_t at);


#endif /* _PATRON_HTML_TEXT_H_INCLUDED_ */
