
/*
 * The calendar (ISO 8601; RFC 3339 for times).  Years are counted from March,
 * so that the leap day is the last of its year and the months before it have
 * a regular pattern: 153 days every five.  A leap second, :60, is refused.
 */


#include "patron_date.h"


#define PATRON_DATE_MSEC  INT64_C(100000000000)     /* in 1973, or in 5138 */


typedef struct {
    const patron_uchar_t  *p;
    const patron_uchar_t  *end;
} patron_date_ctx_t;


static int patron_date_unix(const patron_str_t *text, int64_t *time);
static int patron_date_day(patron_date_ctx_t *ctx, int64_t *days);
static int patron_date_clock(patron_date_ctx_t *ctx, int *seconds);
static int patron_date_zone(patron_date_ctx_t *ctx, int *seconds);
static int patron_date_number(patron_date_ctx_t *ctx, unsigned digits,
    int *value);
static int patron_date_char(patron_date_ctx_t *ctx, patron_uchar_t c);
static int patron_date_digit(patron_uchar_t c);


int64_t
patron_date_to_days(const patron_date_t *date)
{
    int64_t  y, m;

    /* March is month 0 of the year */

    m = (date->month + 9) % 12;
    y = date->year - (date->month <= 2);

    return y * 365 + y / 4 - y / 100 + y / 400 + (153 * m + 2) / 5
           + date->day - 1 - 719468;
}


void
patron_date_from_days(int64_t days, patron_date_t *date)
{
    int64_t  era, day, year, m;

    days += 719468;                     /* since 0000-03-01 */

    era = days / 146097;                /* of 400 years */
    day = days % 146097;

    year = (day - day / 1460 + day / 36524 - day / 146096) / 365;
    day -= year * 365 + year / 4 - year / 100;

    m = (5 * day + 2) / 153;

    date->day = (int) (day - (153 * m + 2) / 5 + 1);
    date->month = (int) ((m + 2) % 12 + 1);
    date->year = (int) (era * 400 + year + (date->month <= 2));
}


int
patron_date_seconds(int64_t n, int64_t *time)
{
    if (n < 0 || n / 1000 >= PATRON_DATE_MSEC) {
        return PATRON_ERROR;
    }

    *time = (n >= PATRON_DATE_MSEC) ? n / 1000 : n;

    return PATRON_OK;
}


int
patron_date_parse(const patron_str_t *text, int end, int64_t *time)
{
    int                clock, zone;
    int64_t            days;
    patron_date_ctx_t  ctx;

    if (patron_date_unix(text, time) == PATRON_OK) {
        return PATRON_OK;
    }

    if (text->len < 10 || text->len > 40) {
        return PATRON_ERROR;
    }

    ctx.p = text->data;
    ctx.end = text->data + text->len;
    clock = 0;
    zone = 0;

    if (patron_date_day(&ctx, &days) != PATRON_OK) {
        return PATRON_ERROR;
    }

    if (ctx.p == ctx.end) {
        clock = end ? PATRON_DAY : 0;

    } else if (patron_date_clock(&ctx, &clock) != PATRON_OK
               || patron_date_zone(&ctx, &zone) != PATRON_OK
               || ctx.p != ctx.end)
    {
        return PATRON_ERROR;
    }

    *time = days * PATRON_DAY + clock - zone;

    return (*time < 0 || *time > PATRON_DATE_MAX) ? PATRON_ERROR : PATRON_OK;
}


static int
patron_date_unix(const patron_str_t *text, int64_t *time)
{
    size_t   i;
    int64_t  n;

    if (text->len == 0 || text->len > 14) {
        return PATRON_ERROR;
    }

    /* 20261122 is meant as a date, and is a second in 1970 */

    if (text->len == 8
        && (memcmp(text->data, "19", 2) == 0
            || memcmp(text->data, "20", 2) == 0))
    {
        return PATRON_ERROR;
    }

    for (n = 0, i = 0; i < text->len; i++) {
        if (!patron_date_digit(text->data[i])) {
            return PATRON_ERROR;
        }

        n = n * 10 + (text->data[i] - '0');
    }

    return patron_date_seconds(n, time);
}


static int
patron_date_day(patron_date_ctx_t *ctx, int64_t *days)
{
    patron_date_t  date, back;

    if (patron_date_number(ctx, 4, &date.year) != PATRON_OK
        || !patron_date_char(ctx, '-')
        || patron_date_number(ctx, 2, &date.month) != PATRON_OK
        || !patron_date_char(ctx, '-')
        || patron_date_number(ctx, 2, &date.day) != PATRON_OK
        || date.year < 1970 || date.month < 1 || date.month > 12)
    {
        return PATRON_ERROR;
    }

    *days = patron_date_to_days(&date);

    /* the 31st of a month with 30 days comes back as another date */

    patron_date_from_days(*days, &back);

    return (back.day == date.day && back.month == date.month)
           ? PATRON_OK : PATRON_ERROR;
}


/* "T18:00", "T18:00:30", "T18:00:30.5" */

static int
patron_date_clock(patron_date_ctx_t *ctx, int *seconds)
{
    int  hour, minute, second;

    second = 0;

    if (!patron_date_char(ctx, 'T') && !patron_date_char(ctx, 't')
        && !patron_date_char(ctx, ' '))
    {
        return PATRON_ERROR;
    }

    if (patron_date_number(ctx, 2, &hour) != PATRON_OK
        || !patron_date_char(ctx, ':')
        || patron_date_number(ctx, 2, &minute) != PATRON_OK)
    {
        return PATRON_ERROR;
    }

    if (patron_date_char(ctx, ':')) {

        if (patron_date_number(ctx, 2, &second) != PATRON_OK) {
            return PATRON_ERROR;
        }

        if (patron_date_char(ctx, '.')) {

            if (ctx->p == ctx->end || !patron_date_digit(*ctx->p)) {
                return PATRON_ERROR;
            }

            while (ctx->p < ctx->end && patron_date_digit(*ctx->p)) {
                ctx->p++;
            }
        }
    }

    if (hour > 23 || minute > 59 || second > 59) {
        return PATRON_ERROR;
    }

    *seconds = hour * 3600 + minute * 60 + second;

    return PATRON_OK;
}


/* "Z", "+01:00", "+0100", "+01" or nothing; seconds east of UTC */

static int
patron_date_zone(patron_date_ctx_t *ctx, int *seconds)
{
    int  sign, hour, minute;

    minute = 0;

    if (ctx->p == ctx->end
        || patron_date_char(ctx, 'Z') || patron_date_char(ctx, 'z'))
    {
        *seconds = 0;
        return PATRON_OK;
    }

    if (patron_date_char(ctx, '+')) {
        sign = 1;

    } else if (patron_date_char(ctx, '-')) {
        sign = -1;

    } else {
        return PATRON_ERROR;
    }

    if (patron_date_number(ctx, 2, &hour) != PATRON_OK) {
        return PATRON_ERROR;
    }

    if (ctx->p < ctx->end) {
        (void) patron_date_char(ctx, ':');

        if (patron_date_number(ctx, 2, &minute) != PATRON_OK) {
            return PATRON_ERROR;
        }
    }

    if (hour > 23 || minute > 59) {
        return PATRON_ERROR;
    }

    *seconds = sign * (hour * 3600 + minute * 60);

    return PATRON_OK;
}


static int
patron_date_number(patron_date_ctx_t *ctx, unsigned digits, int *value)
{
    *value = 0;

    for ( /* void */ ; digits; digits--) {
        if (ctx->p == ctx->end || !patron_date_digit(*ctx->p)) {
            return PATRON_ERROR;
        }

        *value = *value * 10 + (*ctx->p++ - '0');
    }

    return PATRON_OK;
}


static int
patron_date_char(patron_date_ctx_t *ctx, patron_uchar_t c)
{
    if (ctx->p == ctx->end || *ctx->p != c) {
        return 0;
    }

    ctx->p++;

    return 1;
}


static int
patron_date_digit(patron_uchar_t c)
{
    return c >= '0' && c <= '9';
}
