
/*
 * See the header.
 */


#include "patron_date.h"
#include "patron_hours.h"


#define HOURS_EVERY_DAY  0x7f
#define HOURS_MINUTES    (24 * 60)


static int hours_days(const patron_str_t *word, uint8_t *days);
static int hours_day(const patron_uchar_t *p);
static int hours_span(const patron_str_t *word, patron_span_t *span);
static int hours_minute(const patron_uchar_t **p, const patron_uchar_t *end,
    uint16_t *minute);


int
patron_hours_parse(patron_hours_t *hours, const patron_str_t *text)
{
    uint8_t                days;
    patron_str_t           word;
    patron_span_t         *span;
    const patron_uchar_t  *p, *end;

    hours->n = 0;
    days = 0;
    p = text->data;
    end = p + text->len;

    for ( ;; ) {

        while (p < end && (*p == ' ' || *p == ',')) {
            p++;
        }

        if (p == end) {
            break;
        }

        for (word.data = p; p < end && *p != ' ' && *p != ','; p++) {
            /* void */
        }

        word.len = (size_t) (p - word.data);

        if (hours_days(&word, &days) == PATRON_OK) {
            continue;
        }

        if (hours->n == PATRON_HOURS_SPANS) {
            return PATRON_ERROR;
        }

        span = &hours->spans[hours->n++];

        if (hours_span(&word, span) != PATRON_OK) {
            return PATRON_ERROR;
        }

        span->days = days ? days : HOURS_EVERY_DAY;

        /* "mon 9:00-10:00 18:00-19:00": of the same days */

        while (p < end && *p == ' ') {
            p++;
        }

        if (p == end || *p < '0' || *p > '9') {
            days = 0;
        }
    }

    if (days && hours->n < PATRON_HOURS_SPANS) {
        span = &hours->spans[hours->n++];

        span->days = days;
        span->from = 0;
        span->until = HOURS_MINUTES;

    } else if (days) {
        return PATRON_ERROR;
    }

    return hours->n ? PATRON_OK : PATRON_ERROR;
}


/* "sat", or "fri-mon": adds them. */

static int
hours_days(const patron_str_t *word, uint8_t *days)
{
    int  from, until;

    if (word->len != 3 && (word->len != 7 || word->data[3] != '-')) {
        return PATRON_ERROR;
    }

    from = hours_day(word->data);
    until = (word->len == 7) ? hours_day(word->data + 4) : from;

    if (from < 0 || until < 0) {
        return PATRON_ERROR;
    }

    for ( ;; ) {
        *days |= (uint8_t) (1u << from);

        if (from == until) {
            return PATRON_OK;
        }

        from = (from + 1) % 7;
    }
}


static int
hours_day(const patron_uchar_t *p)
{
    int  i;

    static const char  names[] = "montuewedthufrisatsun";

    for (i = 0; i < 7; i++) {
        if ((p[0] | 0x20) == names[3 * i]
            && (p[1] | 0x20) == names[3 * i + 1]
            && (p[2] | 0x20) == names[3 * i + 2])
        {
            return i;
        }
    }

    return -1;
}


static int
hours_span(const patron_str_t *word, patron_span_t *span)
{
    const patron_uchar_t  *p, *end;

    p = word->data;
    end = p + word->len;

    return (hours_minute(&p, end, &span->from) == PATRON_OK
            && p < end && *p++ == '-'
            && hours_minute(&p, end, &span->until) == PATRON_OK
            && p == end
            && span->from != span->until && span->from != HOURS_MINUTES)
           ? PATRON_OK : PATRON_ERROR;
}


/* "9:00", "09:00", up to "24:00". */

static int
hours_minute(const patron_uchar_t **p, const patron_uchar_t *end,
    uint16_t *minute)
{
    size_t                 digits;
    unsigned               n[2], i;
    const patron_uchar_t  *from;

    for (i = 0; i < 2; i++) {

        if (i == 1 && (*p == end || *(*p)++ != ':')) {
            return PATRON_ERROR;
        }

        n[i] = 0;

        for (from = *p; *p < end && **p >= '0' && **p <= '9'; (*p)++) {
            if (*p - from == 2) {
                return PATRON_ERROR;
            }

            n[i] = n[i] * 10 + (unsigned) (**p - '0');
        }

        digits = (size_t) (*p - from);

        if (digits == 0 || (i == 1 && digits == 1)) {
            return PATRON_ERROR;
        }
    }

    if (n[1] > 59 || n[0] * 60 + n[1] > HOURS_MINUTES) {
        return PATRON_ERROR;
    }

    *minute = (uint16_t) (n[0] * 60 + n[1]);

    return PATRON_OK;
}


int
patron_hours_open(const patron_hours_t *hours, int64_t now)
{
    int                   minute, today, yesterday;
    int64_t               local, day;
    unsigned              i;
    const patron_span_t  *span;

    if (hours->n == 0) {
        return 1;
    }

    /* a week is added, so that it is not negative */

    local = now + 7 * PATRON_DAY
            + patron_zone_rule_offset(&hours->zone, now);

    /* 1970-01-01 was a Thursday */

    day = (local / PATRON_DAY + 3) % 7;
    minute = (int) (local % PATRON_DAY / 60);

    today = 1 << day;
    yesterday = 1 << (day + 6) % 7;

    for (i = 0; i < hours->n; i++) {
        span = &hours->spans[i];

        if (span->from < span->until) {
            if ((span->days & today)
                && minute >= span->from && minute < span->until)
            {
                return 1;
            }

            continue;
        }

        if (((span->days & today) && minute >= span->from)
            || ((span->days & yesterday) && minute < span->until))
        {
            return 1;
        }
    }

    return 0;
}
