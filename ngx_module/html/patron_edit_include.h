
/*
 * Commands of server-side includes that open something in an element that is
 * to be cut.
 * For the files patron_edit_*.c alone.
 */


#ifndef _PATRON_EDIT_INCLUDE_H_INCLUDED_
#define _PATRON_EDIT_INCLUDE_H_INCLUDED_


#include "patron_edit_types.h"


/* A comment before the place of the cut. */

void patron_include_comment(patron_edit_t *e, const patron_str_t *text);

/*
 * Adds to what is written where the cut begins the ends of those that were
 * opened with at least n elements open in it, the last of them first; left is
 * how many there are, and how many are left.
 */

void patron_include_ends(patron_edit_t *e, size_t n, size_t *left);

/* Such an end. */

const patron_str_t *patron_include_end(unsigned include);


#endif /* _PATRON_EDIT_INCLUDE_H_INCLUDED_ */
