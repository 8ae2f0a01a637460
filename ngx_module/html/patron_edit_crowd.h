
/*
 * How many elements does the selector of a place match?  Only the first is
 * edited, and an editor stops at it: where this is asked it reads on.
 */


#ifndef _PATRON_EDIT_CROWD_H_INCLUDED_
#define _PATRON_EDIT_CROWD_H_INCLUDED_


#include "patron_edit.h"


#define PATRON_EDIT_CROWD  4            /* more matches than the first: many */


/* Before the page is fed: counts for those rules, which are places. */

void patron_edit_count_matches(patron_edit_t *e, uint64_t rules);

/* The rules that had many matches, so far. */

uint64_t patron_edit_crowded(const patron_edit_t *e);


#endif /* _PATRON_EDIT_CROWD_H_INCLUDED_ */
