
/*
 * Days and times of the Gregorian calendar, UTC, from 1970 to 9999.
 */


#ifndef _PATRON_DATE_H_INCLUDED_
#define _PATRON_DATE_H_INCLUDED_


#include "patron.h"


#define PATRON_DAY       86400              /* seconds */
#define PATRON_DATE_MAX  INT64_C(253402300799)  /* 9999-12-31T23:59:59Z */


typedef struct {
    int  year;
    int  month;                 /* 1 to 12 */
    int  day;                   /* 1 to 31 */
} patron_date_t;


/* Days since 1970-01-01. */

int64_t patron_date_to_days(const patron_date_t *date);
void patron_date_from_days(int64_t days, patron_date_t *date);

/*
 * Unix seconds or, known by their size, milliseconds: what would be a time
 * after the year 5138 was meant as one of these.  PATRON_ERROR for less than 0
 * and for what is no time as milliseconds either.
 */

int patron_date_seconds(int64_t n, int64_t *time);

/*
 * Parses a time: unix seconds or milliseconds, or ISO 8601's extended format (RFC 3339 with
 * parts left out): 2026-11-22, 2026-11-22T18:00, 2026-11-22T18:00:30Z,
 * 2026-11-22 18:00:30.5+01:00.  Without a zone it is UTC; fractions are cut;
 * with end set a date alone is the first second after that day.  PATRON_ERROR
 * for anything else, eight digits that could be a date too.
 */

int patron_date_parse(const patron_str_t *text, int end, int64_t *time);


#endif /* _PATRON_DATE_H_INCLUDED_ */
