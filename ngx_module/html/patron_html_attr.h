
/*
 * Attributes, read when somebody asks.  For the files patron_html_*.c alone.
 */


#ifndef _PATRON_HTML_ATTR_H_INCLUDED_
#define _PATRON_HTML_ATTR_H_INCLUDED_


#include "patron_html.h"


int patron_html_tag_attr(const patron_html_tag_t *tag, const char *name,
    patron_str_t *value);
uint64_t patron_html_attrs_hash(const patron_html_tag_t *tag);


#endif /* _PATRON_HTML_ATTR_H_INCLUDED_ */
