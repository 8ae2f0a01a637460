
/*
 * Text, and what is none.  For the files patron_edit_*.c alone.
 */


#ifndef _PATRON_EDIT_TEXT_H_INCLUDED_
#define _PATRON_EDIT_TEXT_H_INCLUDED_


#include "patron_edit_types.h"


/* Text, and any event where e->reference is not empty. */

void patron_text_event(patron_edit_t *e, const patron_html_event_t *ev);
void patron_text_settle(patron_edit_t *e, const patron_html_event_t *ev);


#endif /* _PATRON_EDIT_TEXT_H_INCLUDED_ */
