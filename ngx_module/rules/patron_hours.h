
/*
 * Hours of the week in which something is shown, by the clocks of a place.
 */


#ifndef _PATRON_HOURS_H_INCLUDED_
#define _PATRON_HOURS_H_INCLUDED_


#include "patron_zone_rule.h"


#define PATRON_HOURS_SPANS  8


/* One that ends before it begins goes on to the next day. */

typedef struct {
    uint8_t             days;       /* on which it begins: 1 is Monday, 64
                                       Sunday */
    uint16_t            from;       /* minutes of the day */
    uint16_t            until;      /* the first minute after it */
} patron_span_t;


/* All zero: always. */

typedef struct {
    unsigned            n;
    patron_span_t       spans[PATRON_HOURS_SPANS];
    patron_zone_rule_t  zone;
} patron_hours_t;


/*
 * Parses spans, parted by commas or spaces: days, as "mon-fri", and behind them
 * hours, as "18:00-23:30", on all of those days; days that have none behind
 * them are whole, and hours with no days before them are every day's.  Leaves
 * the zone as it is.  PATRON_OK or PATRON_ERROR.
 */

int patron_hours_parse(patron_hours_t *hours, const patron_str_t *text);

/* Is it one of them at that time?  1 or 0. */

int patron_hours_open(const patron_hours_t *hours, int64_t now);


#endif /* _PATRON_HOURS_H_INCLUDED_ */
