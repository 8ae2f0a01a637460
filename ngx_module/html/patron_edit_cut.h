
/*
 * The cut of a wall.  For the files patron_edit_*.c alone.
 */


#ifndef _PATRON_EDIT_CUT_H_INCLUDED_
#define _PATRON_EDIT_CUT_H_INCLUDED_


#include "patron_edit_types.h"


void patron_cut_begin(patron_edit_t *e, const patron_html_event_t *ev,
    unsigned rule);

/* An element in it opens: 1 if it is kept. */

int patron_cut_open(patron_edit_t *e, const patron_html_event_t *ev,
    const patron_targets_t *found);
void patron_cut_dropped_open(patron_edit_t *e, const patron_html_event_t *ev);
void patron_cut_close(patron_edit_t *e, const patron_html_event_t *ev);
void patron_cut_comment(patron_edit_t *e, const patron_html_event_t *ev);
void patron_cut_tag(patron_edit_t *e, const patron_html_event_t *ev);

/* What the parser is to tell. */

void patron_cut_want(patron_edit_t *e, unsigned want);

/* HTML whose place is undecided with the cut's. */

void patron_cut_delay(patron_edit_t *e, const patron_html_event_t *ev,
    uint64_t at, unsigned rule);

/* What comes after an offset is cut, if there is anything to cut. */

void patron_cut_after(patron_edit_t *e, uint64_t at);

/* Cuts at an offset, or where it is undecided; drops again, from there on. */

void patron_cut_now(patron_edit_t *e, uint64_t at);
void patron_cut_again(patron_edit_t *e, uint64_t at);

/* The page is known up to an offset: past a limit what is undecided is cut. */

void patron_cut_settle(patron_edit_t *e, uint64_t at);

/* How far of it the output may go while what is kept is not yet complete. */

uint64_t patron_cut_limit(patron_edit_t *e, uint64_t settled);

/* The page ended. */

void patron_cut_finish(patron_edit_t *e);
void patron_cut_cleanup(patron_edit_t *e);


#endif /* _PATRON_EDIT_CUT_H_INCLUDED_ */
