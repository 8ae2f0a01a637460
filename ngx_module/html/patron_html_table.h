
/*
 * The insertion modes of tables.  For the files patron_html_*.c alone.
 */


#ifndef _PATRON_HTML_TABLE_H_INCLUDED_
#define _PATRON_HTML_TABLE_H_INCLUDED_


#include "patron_html_types.h"


int patron_html_table_start(patron_html_t *h);
int patron_html_table_end(patron_html_t *h);
int patron_html_caption_start(patron_html_t *h);
int patron_html_caption_end(patron_html_t *h);
int patron_html_colgroup_start(patron_html_t *h);
int patron_html_colgroup_end(patron_html_t *h);
int patron_html_tbody_start(patron_html_t *h);
int patron_html_tbody_end(patron_html_t *h);
int patron_html_row_start(patron_html_t *h);
int patron_html_row_end(patron_html_t *h);
int patron_html_cell_start(patron_html_t *h);
int patron_html_cell_end(patron_html_t *h);


#endif /* _PATRON_HTML_TABLE_H_INCLUDED_ */
