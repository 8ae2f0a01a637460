
/*
 * Periods in UTC: months, ISO 8601 weeks (from Monday; a week belongs to the
 * year of its Thursday), days, and windows of any length from 1970 on.
 */


#include <stdio.h>

#include "patron_date.h"
#include "patron_meter.h"


static void patron_period_month(patron_period_t *period, int64_t days);
static void patron_period_week(patron_period_t *period, int64_t days);
static void patron_period_day(patron_period_t *period, int64_t days);
static void patron_period_window(patron_period_t *period, int64_t window,
    int64_t now);


int
patron_period_parse(const patron_str_t *word, patron_period_e *type)
{
    unsigned  i;

    static const patron_str_t  words[] = {
        patron_string("month"),
        patron_string("week"),
        patron_string("day")
    };

    for (i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        if (words[i].len == word->len
            && memcmp(words[i].data, word->data, word->len) == 0)
        {
            *type = (patron_period_e) i;
            return PATRON_OK;
        }
    }

    return PATRON_DECLINED;
}


int
patron_period_at(patron_period_t *period, patron_period_e type,
    int64_t window, int64_t now)
{
    if (now < 0 || now > PATRON_DATE_MAX) {
        return PATRON_ERROR;
    }

    period->type = type;

    switch (type) {

    case PATRON_PERIOD_MONTH:
        patron_period_month(period, now / PATRON_DAY);
        return PATRON_OK;

    case PATRON_PERIOD_WEEK:
        patron_period_week(period, now / PATRON_DAY);
        return PATRON_OK;

    case PATRON_PERIOD_DAY:
        patron_period_day(period, now / PATRON_DAY);
        return PATRON_OK;

    case PATRON_PERIOD_WINDOW:
        if (window < 1 || window > PATRON_DATE_MAX) {
            return PATRON_ERROR;
        }

        patron_period_window(period, window, now);
        return PATRON_OK;
    }

    return PATRON_ERROR;
}


static void
patron_period_month(patron_period_t *period, int64_t days)
{
    patron_date_t  date;

    patron_date_from_days(days, &date);

    period->len = (size_t) snprintf(period->name, sizeof(period->name),
                                    "%04d-%02d", date.year, date.month);

    date.day = 1;
    period->start = patron_date_to_days(&date) * PATRON_DAY;

    date.year += date.month / 12;
    date.month = date.month % 12 + 1;
    period->end = patron_date_to_days(&date) * PATRON_DAY;
}


static void
patron_period_week(patron_period_t *period, int64_t days)
{
    int            week;
    int64_t        monday, thursday;
    patron_date_t  date;

    monday = days - (days + 3) % 7;     /* 1970-01-01 was a Thursday */
    thursday = monday + 3;

    patron_date_from_days(thursday, &date);

    date.month = 1;
    date.day = 1;

    week = (int) (thursday - patron_date_to_days(&date)) / 7 + 1;

    period->len = (size_t) snprintf(period->name, sizeof(period->name),
                                    "%04d-W%02d", date.year, week);

    period->start = monday * PATRON_DAY;
    period->end = period->start + 7 * PATRON_DAY;

    if (period->start < 0) {
        period->start = 0;              /* the week that time begins in */
    }
}


static void
patron_period_day(patron_period_t *period, int64_t days)
{
    patron_date_t  date;

    patron_date_from_days(days, &date);

    period->len = (size_t) snprintf(period->name, sizeof(period->name),
                                    "%04d-%02d-%02d", date.year, date.month,
                                    date.day);

    period->start = days * PATRON_DAY;
    period->end = period->start + PATRON_DAY;
}


static void
patron_period_window(patron_period_t *period, int64_t window, int64_t now)
{
    period->start = now - now % window;
    period->end = period->start + window;

    period->len = (size_t) snprintf(period->name, sizeof(period->name), "%lld",
                                    (long long) period->start);
}
