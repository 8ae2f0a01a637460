
/*
 * The body's end, what comes behind it, and the page's.
 * For the files patron_edit_*.c alone.
 */


#ifndef _PATRON_EDIT_TAIL_H_INCLUDED_
#define _PATRON_EDIT_TAIL_H_INCLUDED_


#include "patron_edit_types.h"


void patron_tail_event(patron_edit_t *e, const patron_html_event_t *ev);
uint64_t patron_tail_limit(patron_edit_t *e, uint64_t limit);
void patron_tail_finish(patron_edit_t *e, uint64_t shown);
void patron_tail_over(patron_edit_t *e);


#endif /* _PATRON_EDIT_TAIL_H_INCLUDED_ */
