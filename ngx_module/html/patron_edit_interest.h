
/*
 * What the editor waits for.  For the files patron_edit_*.c alone.
 */


#ifndef _PATRON_EDIT_INTEREST_H_INCLUDED_
#define _PATRON_EDIT_INTEREST_H_INCLUDED_


#include "patron_edit_types.h"


/* Tells the matcher which rules count from here on. */

void patron_edit_refresh(patron_edit_t *e);

/*
 * Brings up to date which elements the parser tells of: by what the rules that
 * still count may match, and by whose ends something waits for.
 */

void patron_edit_update_interest(patron_edit_t *e);

/* Is the end of an element of this name known without a tree? */

int patron_edit_is_awaited(patron_html_name_t name);

/*
 * An element opened before the body has: does that begin, or what some readers
 * are shown?
 */

void patron_edit_in_head(patron_edit_t *e, const patron_html_event_t *ev,
    const patron_html_element_t *el);

/* The elements whose ends are waited for lie elsewhere. */

void patron_edit_find_again(patron_edit_t *e);

/* Is there nothing left to match, and no end that anything waits for? */

int patron_edit_idle(patron_edit_t *e);

/* Tells the parser what it is to tell; of text that follows, too. */

void patron_edit_want(patron_edit_t *e);
void patron_edit_more_text(patron_edit_t *e);


#endif /* _PATRON_EDIT_INTEREST_H_INCLUDED_ */
