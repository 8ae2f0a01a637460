
/*
 * How much of the element that is to be cut was shown.
 * For the files patron_edit_*.c alone.
 */


#ifndef _PATRON_EDIT_COUNT_H_INCLUDED_
#define _PATRON_EDIT_COUNT_H_INCLUDED_


#include "patron_edit_types.h"


/*
 * Counts from an offset on; up to one, with the next token from there to
 * "after"; what opens and ends.
 */

void patron_count_begin(patron_edit_t *e, uint64_t at, unsigned most);
void patron_count_to(patron_edit_t *e, uint64_t at, uint64_t after);
void patron_count_open(patron_edit_t *e, const patron_html_event_t *ev);
void patron_count_close(patron_edit_t *e, int32_t index);

/* Was enough shown, so that the end of this element is one to cut behind? */

int patron_count_ends(patron_edit_t *e, const patron_html_event_t *ev);


#endif /* _PATRON_EDIT_COUNT_H_INCLUDED_ */
