
/*
 * Hours of the week, and the clocks of places, whose rules change twice a year.
 */


#include <string.h>

#include "patron_hours.h"
#include "patron_tap.h"


#define KYIV    "EET-2EEST,M3.5.0/3,M10.5.0/4"
#define SYDNEY  "AEST-10AEDT,M10.1.0,M4.1.0/3"
#define DUBLIN  "IST-1GMT0,M10.5.0,M3.5.0/1"
#define NUUK    "<-02>2<-01>,M3.5.0/-1,M10.5.0/0"


static void
offset_is(const char *rule, int64_t now, int32_t expected, const char *name)
{
    patron_str_t        s;
    patron_zone_rule_t  zone;

    s = str(rule);

    ok(patron_zone_rule_parse(&zone, &s) == PATRON_OK, "%s", rule);
    is_int(patron_zone_rule_offset(&zone, now), expected, name);
}


static void
zones(void)
{
    size_t              i;
    patron_str_t        s;
    patron_zone_rule_t  zone;

    static const char  *none[] = {
        "", "E", "EET", "EET-", "EET-25", "EET-2EEST", "EET-2EEST,M3.5.0/3",
        "EET-2EEST,M13.5.0/3,M10.5.0/4", "EET-2EEST,M3.6.0/3,M10.5.0/4",
        "EET-2EEST,M3.5.7/3,M10.5.0/4", "EET-2EEST,M3.5.0/168,M10.5.0/4",
        "EET-2EEST,M3.5.0/3,M10.5.0/4 ", "EET-2EEST,J0,J365", "EET-2EEST,M3.5,1",
        "<EET-2", "EET-2:60", "EET-2EEST,366,1", "Europe/Kyiv"
    };

    offset_is("UTC0", 0, 0, "UTC");
    offset_is("<+0545>-5:45", 0, 20700, "a quarter");
    offset_is("<+0330>-3:30", 0, 12600, "half an hour");

    offset_is(KYIV, 1774745999, 7200, "before summer");
    offset_is(KYIV, 1774746000, 10800, "summer");
    offset_is(KYIV, 1792889999, 10800, "before its end");
    offset_is(KYIV, 1792890000, 7200, "winter");
    offset_is(KYIV, 1798754400, 7200, "a new year");

    offset_is(SYDNEY, 1791043199, 36000, "winter in the south");
    offset_is(SYDNEY, 1791043200, 39600, "summer in the south");
    offset_is(SYDNEY, 1798754400, 39600, "over the new year");
    offset_is(SYDNEY, 1806767999, 39600, "to its end");
    offset_is(SYDNEY, 1806768000, 36000, "winter again");

    offset_is(DUBLIN, 1792889999, 3600, "where winter is the exception");
    offset_is(DUBLIN, 1792890000, 0, "until spring");

    offset_is(NUUK, 1774745999, -7200, "by a time before midnight");
    offset_is(NUUK, 1774746000, -3600, "west of Greenwich");

    offset_is("AAA0BBB,J60/0,J61/0", 1772323200, 3600, "1st of March");
    offset_is("AAA0BBB,J60/0,J61/0", 1835481600, 3600, "of a leap year");
    offset_is("AAA0BBB,59/0,60/0", 1835395200, 3600, "29th of February");
    offset_is("AAA0BBB,59/0,60/0", 1835481600, 0, "is over");

    for (i = 0; i < sizeof(none) / sizeof(none[0]); i++) {
        s = str(none[i]);
        ok(patron_zone_rule_parse(&zone, &s) == PATRON_ERROR, "\"%s\"",
           none[i]);
    }
}


static void
files(void)
{
    size_t              i, len;
    char                bytes[100];
    patron_str_t        s;
    patron_zone_rule_t  zone;

    static const char  *names[] = {
        "UTC", "Europe/Kyiv", "America/Argentina/Buenos_Aires", "Etc/GMT+3"
    };
    static const char  *none[] = {
        "", "/etc/passwd", "../x", "Europe/", "Europe//Kyiv", "Europe/.x",
        "Europe/Ky iv", "a\tb",
        "a23456789012345678901234567890123456789012345678901234567890abcde"
    };

    memset(bytes, 0, sizeof(bytes));
    memcpy(bytes, "TZif2", 5);
    len = 44 + (size_t) sprintf(bytes + 44, "\n%s\n", KYIV);

    s.data = (const patron_uchar_t *) bytes;
    s.len = len;
    ok(patron_zone_rule_file(&zone, &s) == PATRON_OK && zone.winter == 7200
       && zone.changes, "a file");

    for (s.len = 0; s.len < len; s.len++) {
        ok(patron_zone_rule_file(&zone, &s) == PATRON_ERROR, "cut at %zu",
           s.len);
    }

    bytes[4] = '\0';
    ok(patron_zone_rule_file(&zone, &s) == PATRON_ERROR, "a version without");

    for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        s = str(names[i]);
        ok(patron_zone_rule_name(&s), "\"%s\"", names[i]);
    }

    for (i = 0; i < sizeof(none) / sizeof(none[0]); i++) {
        s = str(none[i]);
        ok(!patron_zone_rule_name(&s), "no \"%s\"", none[i]);
    }
}


static void
open_is(const char *text, int64_t now, int expected, const char *name)
{
    patron_str_t    s;
    patron_hours_t  hours;

    memset(&hours, 0, sizeof(hours));
    s = str(KYIV);
    (void) patron_zone_rule_parse(&hours.zone, &s);
    s = str(text);

    ok(patron_hours_parse(&hours, &s) == PATRON_OK, "%s", text);
    is_int(patron_hours_open(&hours, now), expected, name);
}


static void
hours(void)
{
    size_t          i;
    patron_str_t    s;
    patron_hours_t  h;

    static const char  *none[] = {
        "", " ,", "mo", "monday", "mon-", "mon-xyz", "18", "18:00", "18:00-",
        "18:00-18:00", "24:00-01:00", "18:60-19:00", "18:0-19:00",
        "018:00-19:00", "18:00-24:01", "18:00-19:00x", "18:00-19:00 mon 25:00",
        "1:00-2:00 3:00-4:00 5:00-6:00 7:00-8:00 9:00-10:00 11:00-12:00 "
        "13:00-14:00 15:00-16:00 17:00-18:00",
        "1:00-2:00 3:00-4:00 5:00-6:00 7:00-8:00 9:00-10:00 11:00-12:00 "
        "13:00-14:00 15:00-16:00, sun"
    };

    /* 2026-11-27 is a Friday; Kyiv is two hours ahead */

    open_is("18:00-23:00", 1795802400, 1, "at 20:00");
    open_is("18:00-20:00", 1795802400, 0, "the end is not in it");
    open_is("20:00-20:01", 1795802459, 1, "the beginning is");
    open_is("mon-fri 18:00-23:00", 1795802400, 1, "on a Friday");
    open_is("mon-thu 18:00-23:00", 1795802400, 0, "not to Thursday");
    open_is("Sat-Sun, FRI 8:00-24:00", 1795802400, 1, "days of either kind");
    open_is("fri", 1795802400, 1, "a whole day");
    open_is("sat 9:00-10:00, thu fri", 1795802400, 1, "behind another span");
    open_is("sat-thu", 1795802400, 0, "all other days");
    open_is("sun-fri", 1795802400, 1, "round the week");
    open_is("fri 8:00-9:00 20:00-21:00", 1795802400, 1, "twice a day");
    open_is("fri 22:00-03:00", 1795825800, 1, "into the night: 02:30");
    open_is("sat 22:00-03:00", 1795825800, 0, "of the day before");
    open_is("fri 22:00-02:00", 1795825800, 0, "no longer");

    /* the clocks go from 03:00 to 04:00, and from 04:00 to 03:00 */

    open_is("sun 03:00-04:00", 1774745999, 0, "an hour that is not there");
    open_is("sun 03:00-04:00", 1774746000, 0, "is not open");
    open_is("sun 04:00-05:00", 1774746000, 1, "the next one is");
    open_is("sun 03:00-04:00", 1792886400, 1, "an hour that is there twice");
    open_is("sun 03:00-04:00", 1792890000, 1, "is open twice");
    open_is("sun 03:00-04:00", 1792893600, 0, "and over");

    for (i = 0; i < sizeof(none) / sizeof(none[0]); i++) {
        s = str(none[i]);
        ok(patron_hours_parse(&h, &s) == PATRON_ERROR, "\"%s\"", none[i]);
    }

    memset(&h, 0, sizeof(h));
    ok(patron_hours_open(&h, 0), "nothing said: always");
}


int
main(void)
{
    zones();
    files();
    hours();

    return done();
}
