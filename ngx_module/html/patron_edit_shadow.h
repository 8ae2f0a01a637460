
/*
 * HTML for shadow roots.  For the files patron_edit_*.c alone.
 */


#ifndef _PATRON_EDIT_SHADOW_H_INCLUDED_
#define _PATRON_EDIT_SHADOW_H_INCLUDED_


#include "patron_edit_types.h"


/*
 * A rule that matches an element goes into its root; the root is written once
 * that is known to be the first, and in any case with last set.
 */

void patron_shadow_place(patron_edit_t *e, const patron_html_event_t *ev,
    unsigned n);
void patron_shadow_settle(patron_edit_t *e, int last);

/* Is it the tag of a declarative shadow root? */

int patron_shadow_is_root(const patron_html_tag_t *tag);


#endif /* _PATRON_EDIT_SHADOW_H_INCLUDED_ */
