
/*
 * Scripts by their words.  For the files patron_edit_*.c alone.
 */


#ifndef _PATRON_EDIT_HAVING_H_INCLUDED_
#define _PATRON_EDIT_HAVING_H_INCLUDED_


#include "patron_edit_types.h"


/*
 * Those of the rules whose words a script that opens has, as far as that is
 * known; the same once more of it has come, and what follows from it.
 */

uint64_t patron_having_open(patron_edit_t *e, const patron_html_event_t *ev,
    uint64_t rules);
void patron_having_settle(patron_edit_t *e, int last);


#endif /* _PATRON_EDIT_HAVING_H_INCLUDED_ */
