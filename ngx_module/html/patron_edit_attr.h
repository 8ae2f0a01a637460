
/*
 * Attributes that rules strip.
 * For the files patron_edit_*.c alone.
 */


#ifndef _PATRON_EDIT_ATTR_H_INCLUDED_
#define _PATRON_EDIT_ATTR_H_INCLUDED_


#include "patron_edit_types.h"


/*
 * Drops every attribute of the names that these rules have, with the white space
 * before it, or without where it is the only one between its neighbours.
 */

void patron_attr_strip(patron_edit_t *e, const patron_html_tag_t *tag,
    uint64_t rules);


#endif /* _PATRON_EDIT_ATTR_H_INCLUDED_ */
