
/*
 * The clocks of a place, by the rule that POSIX has for them: what they are
 * ahead of UTC, and when that changes in a year.
 *
 * Limit: one rule for all times.  A place that tells its changes year by year,
 * as Morocco does for Ramadan, is an hour off then.
 */


#ifndef _PATRON_ZONE_RULE_H_INCLUDED_
#define _PATRON_ZONE_RULE_H_INCLUDED_


#include "patron.h"


#define PATRON_ZONE_NAME  64        /* bytes of a name, as "Europe/Kyiv" */
#define PATRON_ZONE_FILE  16384     /* of a file that tells the rule */


typedef enum {
    PATRON_ZONE_WEEKDAY = 0,        /* of a week of a month; 5 is the last */
    PATRON_ZONE_DAY,                /* 1 to 365, the leap day left out */
    PATRON_ZONE_DAY_OF_YEAR         /* 0 to 365 */
} patron_zone_when_e;


typedef struct {
    patron_zone_when_e   type;
    int                  month;
    int                  week;
    int                  day;       /* of the week, 0 being Sunday; or year */
    int32_t              time;      /* seconds, by the clocks before it */
} patron_zone_change_t;


/* All zero: UTC. */

typedef struct {
    int32_t              winter;    /* seconds east of UTC */
    int32_t              summer;
    unsigned             changes;   /* they do */
    patron_zone_change_t begin;     /* of summer */
    patron_zone_change_t end;
} patron_zone_rule_t;


/* Reads a rule, as "EET-2EEST,M3.5.0/3,M10.5.0/4".  PATRON_OK or PATRON_ERROR. */

int patron_zone_rule_parse(patron_zone_rule_t *rule,
    const patron_str_t *text);

/*
 * The rule at the end of a file of the zoneinfo database, RFC 8536.  PATRON_OK
 * or PATRON_ERROR.
 */

int patron_zone_rule_file(patron_zone_rule_t *rule,
    const patron_str_t *file);

/* May it be the name of such a file, below their folder?  1 or 0. */

int patron_zone_rule_name(const patron_str_t *name);

/* By how many seconds the clocks are ahead of UTC at that time. */

int32_t patron_zone_rule_offset(const patron_zone_rule_t *rule, int64_t now);


#endif /* _PATRON_ZONE_RULE_H_INCLUDED_ */
