
/*
 * The output.  An error in the sink, or no memory, is kept in e->rc; all else
 * then does nothing.  For the files patron_edit_*.c alone.
 */


#ifndef _PATRON_EDIT_OUT_H_INCLUDED_
#define _PATRON_EDIT_OUT_H_INCLUDED_


#include "patron_edit_types.h"


/* Brings the output up to an offset: sends or drops what lies before it. */

void patron_edit_advance(patron_edit_t *e, uint64_t to);

/* Bytes up to an offset, which is not behind the end of the chunk. */

void patron_edit_send(patron_edit_t *e, uint64_t to);

/* Takes into memory of its own what of the chunk is not sent. */

void patron_edit_keep(patron_edit_t *e);

/* Sends what is due at this offset, too. */

void patron_edit_flush(patron_edit_t *e, uint64_t to);

/* The rule's HTML goes to an offset, after all that is due there of others
   before it. */

void patron_edit_insert(patron_edit_t *e, uint64_t at, unsigned rule);

/* A reason to drop is gone: drops on while there is another. */

void patron_edit_resume(patron_edit_t *e);

/* The rule's HTML, and bytes of the editor's own, go where the output is. */

void patron_edit_write_rule(patron_edit_t *e, unsigned rule);
void patron_edit_write(patron_edit_t *e, const void *data, size_t len);

/* An end tag goes to an offset, after all that is due there. */

void patron_edit_write_end_tag(patron_edit_t *e, uint64_t at,
    const patron_uchar_t *name, size_t len);

/* Up to n bytes of the page from an offset that is not yet sent. */

size_t patron_edit_peek(patron_edit_t *e, uint64_t from, patron_uchar_t *dst,
    size_t n);

/* n more elements at the end; NULL for no memory. */

void *patron_edit_push(patron_edit_t *e, patron_vec_t *v, size_t elt,
    size_t n);


#endif /* _PATRON_EDIT_OUT_H_INCLUDED_ */
