
/*
 * The meter: periods, and the articles that a reader has read in one, as far
 * as a cookie carries them.
 */


#ifndef _PATRON_METER_H_INCLUDED_
#define _PATRON_METER_H_INCLUDED_


#include "patron.h"


#define PATRON_METER_ARTICLES  64       /* of one meter */
#define PATRON_METER_ID        6        /* bytes of an article's id */
#define PATRON_METER_MAX       (7 + PATRON_METER_ARTICLES * PATRON_METER_ID)


typedef enum {
    PATRON_PERIOD_MONTH = 0,
    PATRON_PERIOD_WEEK,                 /* from Monday */
    PATRON_PERIOD_DAY,
    PATRON_PERIOD_WINDOW                /* of so many seconds, from 1970 on */
} patron_period_e;


typedef struct {
    patron_period_e  type;
    int64_t          start;             /* unix seconds */
    int64_t          end;               /* the next period's first second */
    size_t           len;
    char             name[40];          /* "2026-11", "2026-W47",
                                           "2026-11-22", "1795305600" */
} patron_period_t;


/* PATRON_DECLINED for a word other than month, week, day. */

int patron_period_parse(const patron_str_t *word, patron_period_e *type);

/*
 * The period that now lies in; window is the seconds of PATRON_PERIOD_WINDOW.
 * PATRON_ERROR where now is not from 1970 to 9999, or window not from 1.
 */

int patron_period_at(patron_period_t *period, patron_period_e type,
    int64_t window, int64_t now);


typedef struct {
    patron_period_e  type;
    int64_t          start;
    unsigned         n;
    uint64_t         ids[PATRON_METER_ARTICLES];
} patron_meter_t;


/* An article's id in a meter: the first 48 bits of its name's SHA-1, which a
   script in Redis can tell too. */

uint64_t patron_meter_id(const patron_uchar_t *digest);

/* An empty meter of a period. */

void patron_meter_init(patron_meter_t *meter, const patron_period_t *period);

/*
 * Reads what patron_meter_encode() wrote.  PATRON_DECLINED where it is of
 * another period or none of ours: the meter is then empty, of this period.
 */

int patron_meter_decode(patron_meter_t *meter, const patron_period_t *period,
    const patron_str_t *payload);

/* Writes at most PATRON_METER_MAX bytes; returns how many. */

size_t patron_meter_encode(const patron_meter_t *meter, patron_uchar_t *dst);

int patron_meter_has(const patron_meter_t *meter, uint64_t id);

/*
 * PATRON_OK: added.  PATRON_DECLINED: it was there.  PATRON_ERROR: the meter
 * is full, whatever its limit.
 */

int patron_meter_add(patron_meter_t *meter, uint64_t id);


#endif /* _PATRON_METER_H_INCLUDED_ */
