
/*
 * What rules ask for at an element's start and end.  For the files
 * patron_edit_*.c alone.
 */


#ifndef _PATRON_EDIT_ELEMENT_H_INCLUDED_
#define _PATRON_EDIT_ELEMENT_H_INCLUDED_


#include "patron_edit_types.h"


/* PATRON_OK, or what the parser's handler returns. */

int patron_edit_open(patron_edit_t *e, const patron_html_event_t *ev);
int patron_edit_close(patron_edit_t *e, const patron_html_event_t *ev);
int patron_edit_tag(patron_edit_t *e, const patron_html_event_t *ev);

/* A script has the words of these rules. */

void patron_edit_script_found(patron_edit_t *e, uint64_t rules);


#endif /* _PATRON_EDIT_ELEMENT_H_INCLUDED_ */
