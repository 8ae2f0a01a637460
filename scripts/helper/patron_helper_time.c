
/*
 * Times as people write them.  A year is a year of the calendar: what is paid
 * for on a day ends on the same day, and on the 28th of February where there
 * is no 29th.
 */


#include <time.h>

#include "patron_date.h"
#include "patron_helper.h"


static int64_t patron_helper_after(int64_t from, const char *text);
static int64_t patron_helper_years(int64_t from, int64_t years);


void
patron_helper_end(int argc, char **argv)
{
    int64_t       from, end;
    patron_str_t  text;

    (void) argc;

    text = patron_helper_str(argv[0]);

    if (text.len == 0) {
        from = time(NULL);

    } else if (patron_date_parse(&text, 0, &from) != PATRON_OK) {
        patron_helper_die(PATRON_HELPER_USAGE, "not a date: %s", argv[0]);
    }

    end = patron_helper_when(from, argv[1], argv[2]);

    if (end) {
        printf("%lld\n", (long long) end);
    }
}


/* Is it a day that there is? */

void
patron_helper_day(int argc, char **argv)
{
    int64_t       day;
    patron_str_t  text;

    (void) argc;

    text = patron_helper_str(argv[0]);

    if (text.len != 10 || patron_date_parse(&text, 0, &day) != PATRON_OK
        || text.data[4] != '-')
    {
        patron_helper_die(PATRON_HELPER_USAGE, "not a day: %s", argv[0]);
    }
}


int64_t
patron_helper_when(int64_t from, const char *ttl, const char *until)
{
    int64_t       end;
    patron_str_t  text;

    if (*ttl && *until) {
        patron_helper_die(PATRON_HELPER_USAGE,
                          "--ttl and --until: one of them");
    }

    if (*ttl) {
        return patron_helper_after(from, ttl);
    }

    if (*until == '\0') {
        return 0;
    }

    text = patron_helper_str(until);

    if (patron_date_parse(&text, 1, &end) != PATRON_OK) {
        patron_helper_die(PATRON_HELPER_USAGE, "not a date: %s (such as "
                          "2027-01-31 or \"2027-01-31 18:00\")", until);
    }

    return end;
}


static int64_t
patron_helper_after(int64_t from, const char *text)
{
    long         n;
    char        *unit;
    int64_t      end;
    const char  *p;

    static const char     units[] = "smhdw";
    static const int64_t  seconds[] = { 1, 60, 3600, 86400, 604800 };

    end = -1;
    n = 0;
    unit = NULL;

    if (*text >= '0' && *text <= '9' && strlen(text) <= 10) {
        n = strtol(text, &unit, 10);
    }

    if (n > 0 && unit[0] != '\0' && unit[1] == '\0') {
        p = strchr(units, *unit);

        if (p) {
            end = from + n * seconds[p - units];

        } else if (*unit == 'y') {
            end = patron_helper_years(from, n);
        }
    }

    if (end < 0 || end > PATRON_DATE_MAX) {
        patron_helper_die(PATRON_HELPER_USAGE, "not a time: %s (such as 90s "
                          "15m 12h 30d 2w 1y)", text);
    }

    return end;
}


static int64_t
patron_helper_years(int64_t from, int64_t years)
{
    int64_t        days;
    patron_date_t  date, back;

    if (years > 9999) {
        return -1;
    }

    patron_date_from_days(from / PATRON_DAY, &date);

    date.year += (int) years;
    days = patron_date_to_days(&date);
    patron_date_from_days(days, &back);

    if (back.day != date.day) {
        days--;
    }

    return days * PATRON_DAY + from % PATRON_DAY;
}
