
/*
 * Lists of names, as headers and the head of a page write them.
 */


#ifndef _PATRON_NAMES_H_INCLUDED_
#define _PATRON_NAMES_H_INCLUDED_


#include "patron.h"


/*
 * Does the list, of words with commas or white space between them, have that
 * name?  1 or 0.
 */

int patron_names_have(const patron_str_t *list, const patron_str_t *name);


#endif /* _PATRON_NAMES_H_INCLUDED_ */
