
/*
 * Tree construction: the current tag.  The rules of the insertion modes, in the
 * files that patron_html_tree.c names, return 1 to have it processed again.
 * For the files patron_html_*.c alone.
 */


#ifndef _PATRON_HTML_TREE_H_INCLUDED_
#define _PATRON_HTML_TREE_H_INCLUDED_


#include "patron_html_types.h"


void patron_html_start_tag(patron_html_t *h);
void patron_html_end_tag(patron_html_t *h);


#endif /* _PATRON_HTML_TREE_H_INCLUDED_ */
