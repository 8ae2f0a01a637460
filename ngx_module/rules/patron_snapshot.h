
/*
 * A snapshot: records of strings, one after the other in one piece of memory,
 * as it is handed from process to process of one machine.  What is read is
 * checked: a piece that was torn or written otherwise is refused, never
 * overrun.
 */


#ifndef _PATRON_SNAPSHOT_H_INCLUDED_
#define _PATRON_SNAPSHOT_H_INCLUDED_


#include "patron.h"


/* Strings of one record: a key, and the names and values of 64 fields. */

#define PATRON_SNAPSHOT_STRINGS  129


typedef struct {
    patron_uchar_t  *data;      /* from malloc() */
    size_t           len;
    size_t           size;
} patron_snapshot_t;


/* All zero is empty.  PATRON_ERROR: no memory, or too many strings. */

int patron_snapshot_put(patron_snapshot_t *snapshot, uint32_t type,
    const patron_str_t *strings, size_t n);
void patron_snapshot_free(patron_snapshot_t *snapshot);


/*
 * The record at *pos, and *pos to the next.  strings has room for
 * PATRON_SNAPSHOT_STRINGS; they point into data.  PATRON_DECLINED at the end,
 * PATRON_ERROR if this is no snapshot.
 */

int patron_snapshot_next(const patron_str_t *data, size_t *pos,
    uint32_t *type, patron_str_t *strings, size_t *n);


#endif /* _PATRON_SNAPSHOT_H_INCLUDED_ */
