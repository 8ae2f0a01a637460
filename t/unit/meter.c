
/*
 * The calendar, periods and the cookie's meter.
 */


#include <time.h>

#include "patron_date.h"
#include "patron_meter.h"
#include "patron_tap.h"


static void
date_is(const char *text, int64_t expected, int64_t end)
{
    int           rc;
    int64_t       got;
    patron_str_t  s;

    s = str(text);

    rc = patron_date_parse(&s, 0, &got);
    ok(expected < 0 ? rc == PATRON_ERROR : rc == PATRON_OK && got == expected,
       "%s is %lld", text, (long long) expected);

    if (end) {
        ok(patron_date_parse(&s, 1, &got) == PATRON_OK && got == end,
           "%s ends at %lld", text, (long long) end);
    }
}


static void
test_dates(void)
{
    int            good;
    time_t         t;
    int64_t        days, got;
    struct tm      tm;
    patron_str_t   s;
    patron_date_t  date;

    good = 1;

    for (days = 0; days <= PATRON_DATE_MAX / PATRON_DAY; days += 5) {
        t = (time_t) (days * PATRON_DAY);

        if (t != days * PATRON_DAY) {
            break;
        }

        gmtime_r(&t, &tm);
        patron_date_from_days(days, &date);

        good &= date.year == tm.tm_year + 1900
                && date.month == tm.tm_mon + 1 && date.day == tm.tm_mday
                && patron_date_to_days(&date) == days;
    }

    ok(good, "the calendar is that of gmtime(), as far as time_t goes");

    date_is("2026-11-22", 1795305600, 1795305600 + 86400);
    date_is("1970-01-01", 0, 86400);
    date_is("2024-02-29", 1709164800, 1709251200);
    date_is("2026-11-22T18:00", 1795370400, 1795370400);
    date_is("2026-11-22 18:00:30", 1795370430, 1795370430);
    date_is("2026-11-22t18:00:30z", 1795370430, 0);
    date_is("2026-11-22T18:00:30.999Z", 1795370430, 0);
    date_is("2026-11-22T18:00:30+01:00", 1795366830, 0);
    date_is("2026-11-22T18:00-0530", 1795390200, 0);
    date_is("2026-11-22T18:00+01", 1795366800, 0);
    date_is("9999-12-31T23:59:59Z", PATRON_DATE_MAX, 0);
    date_is("0", 0, 0);
    date_is("1", 1, 0);
    date_is("1795305600", 1795305600, 1795305600);
    date_is("99999999999", INT64_C(99999999999), 0);
    date_is("1800000000123", 1800000000, 0);
    date_is("99999999999999", INT64_C(99999999999), 0);

    date_is("100000000000000", -1, 0);
    date_is("253402300800000", -1, 0);
    date_is("1795305600000000", -1, 0);
    date_is("20261122", -1, 0);
    date_is("", -1, 0);
    date_is("-1", -1, 0);
    date_is("+1", -1, 0);
    date_is("1.5", -1, 0);
    date_is(" 1", -1, 0);
    date_is("2026-02-29", -1, 0);
    date_is("2026-04-31", -1, 0);
    date_is("2026-13-01", -1, 0);
    date_is("2026-00-01", -1, 0);
    date_is("2026-01-00", -1, 0);
    date_is("2026-1-01", -1, 0);
    date_is("1969-12-31", -1, 0);
    date_is("1970-01-01T00:00+01:00", -1, 0);
    date_is("9999-12-31T23:59:59-01:00", -1, 0);
    date_is("2026-11-22T", -1, 0);
    date_is("2026-11-22T18", -1, 0);
    date_is("2026-11-22T24:00", -1, 0);
    date_is("2026-11-22T18:60", -1, 0);
    date_is("2026-11-22T18:00:60", -1, 0);
    date_is("2026-11-22T18:00:", -1, 0);
    date_is("2026-11-22T18:00:30.", -1, 0);
    date_is("2026-11-22T18:00Z ", -1, 0);
    date_is("2026-11-22T18:00ZZ", -1, 0);
    date_is("2026-11-22T18:00+1", -1, 0);
    date_is("2026-11-22T18:00+24:00", -1, 0);
    date_is("2026-11-22T18:00+01:6", -1, 0);
    date_is("22.11.2026", -1, 0);
    date_is("tomorrow", -1, 0);
    date_is("2026-11-22T18:00:30.00000000000000000000000000000", -1, 0);

    s = bytes("2026-11-2\0");
    ok(patron_date_parse(&s, 0, &got) == PATRON_ERROR, "a NUL");
}


static void
period_is(patron_period_e type, int64_t window, int64_t now, const char *name,
    int64_t start, int64_t end)
{
    patron_str_t     s;
    patron_period_t  period;

    patron_period_at(&period, type, window, now);

    s.data = (const patron_uchar_t *) period.name;
    s.len = period.len;

    is_str(&s, name, name);

    if (!ok(period.start == start && period.end == end, "its first second and "
            "the next period's"))
    {
        printf("# %lld %lld\n", (long long) period.start,
               (long long) period.end);
    }
}


static void
test_periods(void)
{
    int               good;
    char              week[40];
    time_t            t;
    int64_t           now;
    struct tm         tm;
    patron_str_t      s;
    patron_period_e   type;
    patron_period_t   period;

    period_is(PATRON_PERIOD_MONTH, 0, 1795370400, "2026-11", 1793491200,
              1796083200);
    period_is(PATRON_PERIOD_MONTH, 0, 1798761599, "2026-12", 1796083200,
              1798761600);
    period_is(PATRON_PERIOD_MONTH, 0, 1798761600, "2027-01", 1798761600,
              1801440000);
    period_is(PATRON_PERIOD_DAY, 0, 1795370400, "2026-11-22", 1795305600,
              1795392000);
    period_is(PATRON_PERIOD_WEEK, 0, 1795370400, "2026-W47", 1794787200,
              1795392000);
    period_is(PATRON_PERIOD_WEEK, 0, 1795392000, "2026-W48", 1795392000,
              1795996800);
    period_is(PATRON_PERIOD_WEEK, 0, 1798761600, "2026-W53", 1798416000,
              1799020800);
    period_is(PATRON_PERIOD_WEEK, 0, 1735516800, "2025-W01", 1735516800,
              1736121600);
    period_is(PATRON_PERIOD_WEEK, 0, 0, "1970-W01", 0, 345600);
    period_is(PATRON_PERIOD_WINDOW, 3600, 1795370400 + 59, "1795370400",
              1795370400, 1795374000);
    period_is(PATRON_PERIOD_WINDOW, 1, 7, "7", 7, 8);

    good = 1;

    for (now = 0; now < INT64_C(8000000000); now += 86400 * 3 + 3607) {
        t = (time_t) now;

        if (t != now) {
            break;
        }

        gmtime_r(&t, &tm);
        strftime(week, sizeof(week), "%G-W%V", &tm);

        good &= patron_period_at(&period, PATRON_PERIOD_WEEK, 0, now)
                == PATRON_OK && strcmp(period.name, week) == 0
                && period.start <= now && now < period.end;
    }

    ok(good, "weeks are those of strftime()");

    ok(patron_period_at(&period, PATRON_PERIOD_DAY, 0, -1) == PATRON_ERROR,
       "before 1970");
    ok(patron_period_at(&period, PATRON_PERIOD_DAY, 0, PATRON_DATE_MAX + 1)
       == PATRON_ERROR, "after 9999");
    ok(patron_period_at(&period, PATRON_PERIOD_MONTH, 0, PATRON_DATE_MAX)
       == PATRON_OK && period.end == PATRON_DATE_MAX + 1, "the last month");
    ok(patron_period_at(&period, PATRON_PERIOD_WINDOW, 0, 1) == PATRON_ERROR,
       "no window");

    s = str("week");
    ok(patron_period_parse(&s, &type) == PATRON_OK
       && type == PATRON_PERIOD_WEEK, "week");
    s = str("weeks");
    ok(patron_period_parse(&s, &type) == PATRON_DECLINED, "weeks");
}


static void
test_meter(void)
{
    int               good;
    size_t            len;
    uint64_t          i, a, b;
    patron_str_t      payload;
    patron_meter_t    meter, other;
    patron_period_t   november, december, week;
    patron_uchar_t    text[PATRON_METER_MAX];

    patron_period_at(&november, PATRON_PERIOD_MONTH, 0, 1795305600);
    patron_period_at(&december, PATRON_PERIOD_MONTH, 0, 1796083200);
    patron_period_at(&week, PATRON_PERIOD_WEEK, 0, 1795305600);

    a = patron_meter_id((const patron_uchar_t *)
                        "\x36\xa3\xd1\x0d\x66\xd9\xff\xff");
    b = patron_meter_id((const patron_uchar_t *)
                        "\xff\xff\xff\xff\xff\xff\xff\xff");

    ok(a == UINT64_C(0x36a3d10d66d9), "the first 48 bits of a digest");
    ok(b == UINT64_C(0xffffffffffff), "and no more");

    patron_meter_init(&meter, &november);

    ok(!patron_meter_has(&meter, a), "not read");
    is_int(patron_meter_add(&meter, a), PATRON_OK, "read");
    is_int(patron_meter_add(&meter, a), PATRON_DECLINED, "read again");
    is_int(patron_meter_add(&meter, b), PATRON_OK, "another");
    is_int(meter.n, 2, "two");

    payload.data = text;
    payload.len = patron_meter_encode(&meter, text);
    is_int((long long) payload.len, 19, "19 bytes");

    ok(patron_meter_decode(&other, &november, &payload) == PATRON_OK
       && other.n == 2 && patron_meter_has(&other, a)
       && patron_meter_has(&other, b), "comes back");
    ok(patron_meter_decode(&other, &december, &payload) == PATRON_DECLINED
       && other.n == 0 && other.start == december.start,
       "empty in the next month");

    week.start = november.start;
    ok(patron_meter_decode(&other, &week, &payload) == PATRON_DECLINED,
       "a week that begins when the month does is another period");

    payload.len--;
    ok(patron_meter_decode(&other, &november, &payload) == PATRON_DECLINED
       && other.n == 0, "cut");
    payload.len = 0;
    ok(patron_meter_decode(&other, &november, &payload) == PATRON_DECLINED,
       "nothing");

    patron_meter_init(&meter, &november);
    good = 1;

    for (i = 0; i < PATRON_METER_ARTICLES; i++) {
        good &= patron_meter_add(&meter, i) == PATRON_OK;
    }

    ok(good, "as many as it holds");
    is_int(patron_meter_add(&meter, a), PATRON_ERROR, "and not one more");

    len = patron_meter_encode(&meter, text);
    is_int((long long) len, PATRON_METER_MAX, "the longest");
    payload.len = len;
    ok(patron_meter_decode(&other, &november, &payload) == PATRON_OK
       && other.n == meter.n
       && memcmp(other.ids, meter.ids, sizeof(meter.ids)) == 0, "comes back");
}


int
main(void)
{
    test_dates();
    test_periods();
    test_meter();

    return done();
}
