
/*
 * The articles that one reader has read in the last days, as numbers alone,
 * small enough for a cookie.
 */


#ifndef _PATRON_READ_H_INCLUDED_
#define _PATRON_READ_H_INCLUDED_


#include "patron.h"


#define PATRON_READ_DAYS   30
#define PATRON_READ_PATHS  40           /* of today, that are told apart */
#define PATRON_READ_MAX    (4 + PATRON_READ_DAYS + 2 * PATRON_READ_PATHS)


/* All zero: nothing read. */

typedef struct {
    uint16_t         day;               /* from 1970-01-01, UTC */
    uint8_t          counts[PATRON_READ_DAYS];  /* of that day, the one before
                                                   ...; 255 is more, too */
    unsigned         n;
    uint16_t         paths[PATRON_READ_PATHS];  /* of that day: hashes, from
                                                   the one read longest ago */
} patron_read_t;


/* Reads what patron_read_encode() wrote, or did before it left days out.  PATRON_DECLINED, and nothing read,
   for anything else. */

int patron_read_decode(patron_read_t *read, const patron_str_t *payload);

/* Writes at most PATRON_READ_MAX bytes; returns how many. */

size_t patron_read_encode(const patron_read_t *read, patron_uchar_t *dst);

/* The article of that path is read at time now.  1: it counts; 0: it was read
   that day before. */

int patron_read_add(patron_read_t *read, const patron_str_t *path,
    int64_t now);

/* How many there are at time now. */

unsigned patron_read_count(const patron_read_t *read, int64_t now);


#endif /* _PATRON_READ_H_INCLUDED_ */
