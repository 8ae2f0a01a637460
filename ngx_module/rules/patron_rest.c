
/*
 * See the header.  A place is kept in the visit as a campaign is: until when it
 * rests, and the showings of its cap.  Where pages are counted or the last
 * showing is, that is a second entry, of the next id: the minute, and the
 * pages.
 */


#include <stdio.h>

#include "patron_date.h"
#include "patron_hash.h"
#include "patron_rest.h"


#define PATRON_REST_DAYS     3650
#define PATRON_REST_MINUTES  (PATRON_REST_DAYS * 24 * 60)
#define PATRON_REST_PAGES    255
#define PATRON_REST_LAST     1          /* what is added to the id */


static int patron_rest_number(const patron_uchar_t *p, size_t len,
    unsigned max, unsigned *number);
static int patron_rest_time(const patron_str_t *value, unsigned *minutes);
static uint32_t patron_rest_minute(int64_t now);


int
patron_rest_field(patron_rest_t *rest, const patron_str_t *name,
    const patron_str_t *value, char *err)
{
    int           rc;
    unsigned      days;
    const char   *wanted;
    patron_cap_t  cap;

    static const patron_str_t  dismiss = patron_string("dismiss");
    static const patron_str_t  capped = patron_string("cap");
    static const patron_str_t  between = patron_string("between");
    static const patron_str_t  skip = patron_string("skip");

#define patron_rest_is(field)                                                 \
    (name->len == field.len && memcmp(name->data, field.data, field.len) == 0)

    if (value->len == 0) {
        return PATRON_OK;
    }

    if (patron_rest_is(dismiss)) {
        wanted = "days, at most 3650, as in 14";
        rc = patron_rest_number(value->data,
                                value->len - (value->data[value->len - 1]
                                              == 'd'),
                                PATRON_REST_DAYS, &days);
        if (rc == PATRON_OK) {
            rest->closes = 1;
            rest->dismiss = days;
        }

    } else if (patron_rest_is(capped)) {
        wanted = "as in 4/30d";
        rc = patron_cap_parse(&cap, value);

        if (rc == PATRON_OK) {
            rest->cap = cap;
        }

    } else if (patron_rest_is(between)) {
        wanted = "a time, as in 3d, 12h or 30m";
        rc = patron_rest_time(value, &rest->between);

    } else if (patron_rest_is(skip)) {
        wanted = "pages, at most 255";
        rc = patron_rest_number(value->data, value->len, PATRON_REST_PAGES,
                                &rest->skip);

    } else {
        return PATRON_OK;
    }

#undef patron_rest_is

    if (rc == PATRON_OK) {
        return PATRON_OK;
    }

    snprintf(err, PATRON_REST_ERR, "%.*s is not valid: expected %s",
             (int) name->len, (const char *) name->data, wanted);

    return PATRON_ERROR;
}


static int
patron_rest_number(const patron_uchar_t *p, size_t len, unsigned max,
    unsigned *number)
{
    size_t    i;
    unsigned  n;

    for (i = 0, n = 0; i < len; i++) {

        if (p[i] < '0' || p[i] > '9') {
            return PATRON_ERROR;
        }

        n = n * 10 + (unsigned) (p[i] - '0');

        if (n > max) {
            return PATRON_ERROR;
        }
    }

    if (len == 0) {
        return PATRON_ERROR;
    }

    *number = n;

    return PATRON_OK;
}


static int
patron_rest_time(const patron_str_t *value, unsigned *minutes)
{
    unsigned  n, unit;

    switch (value->data[value->len - 1]) {

    case 'm':
        unit = 1;
        break;

    case 'h':
        unit = 60;
        break;

    case 'd':
        unit = 24 * 60;
        break;

    case 'w':
        unit = 7 * 24 * 60;
        break;

    default:
        return PATRON_ERROR;
    }

    if (patron_rest_number(value->data, value->len - 1,
                           PATRON_REST_MINUTES / unit, &n)
        != PATRON_OK)
    {
        return PATRON_ERROR;
    }

    *minutes = n * unit;

    return PATRON_OK;
}


int
patron_rest_counts(const patron_rest_t *rest)
{
    return rest->cap.showings || rest->between || rest->skip;
}


uint32_t
patron_rest_id(const patron_str_t *slot)
{
    static const patron_str_t  place = patron_string("place:");

    return (uint32_t) (patron_hash_mix(patron_hash(slot)
                                       + patron_hash(&place)) >> 32) & ~1u;
}


int
patron_rest_allows(const patron_rest_t *rest, uint32_t id,
    const patron_visit_t *visit, unsigned before, int64_t now)
{
    uint32_t  last, minute;
    unsigned  pages;

    last = 0;
    pages = 0;

    if (patron_visit_left(visit, id, &rest->cap, now) <= before) {
        return 0;
    }

    if (visit != NULL) {
        patron_visit_mark(visit, id + PATRON_REST_LAST, &last, &pages);
    }

    if (pages < rest->skip) {
        return 0;
    }

    minute = patron_rest_minute(now);

    return last == 0 || last > minute || minute - last >= rest->between;
}


unsigned
patron_rest_until(const patron_rest_t *rest, uint32_t id,
    const patron_visit_t *visit, int64_t now)
{
    int64_t   day;
    uint32_t  last;
    unsigned  until, pages;

    until = patron_visit_until(visit, id, &rest->cap, now);

    last = 0;
    patron_visit_mark(visit, id + PATRON_REST_LAST, &last, &pages);

    if (last == 0 || last > patron_rest_minute(now)) {
        return until;
    }

    day = ((int64_t) last + rest->between) * 60 / PATRON_DAY;

    return (day > now / PATRON_DAY && day > until) ? (unsigned) day : until;
}


int
patron_rest_page(const patron_rest_t *rest, uint32_t id,
    patron_visit_t *visit)
{
    uint32_t  last;
    unsigned  pages;

    last = 0;
    pages = 0;

    patron_visit_mark(visit, id + PATRON_REST_LAST, &last, &pages);

    if (pages >= rest->skip) {
        return 0;
    }

    patron_visit_set_mark(visit, id + PATRON_REST_LAST, last, pages + 1);

    return 1;
}


int
patron_rest_show(const patron_rest_t *rest, uint32_t id,
    patron_visit_t *visit, int64_t now)
{
    int       changed;
    uint32_t  last;
    unsigned  pages;

    changed = patron_visit_show(visit, id, &rest->cap, now);

    if (rest->between) {
        last = 0;
        pages = 0;

        patron_visit_mark(visit, id + PATRON_REST_LAST, &last, &pages);
        patron_visit_set_mark(visit, id + PATRON_REST_LAST,
                              patron_rest_minute(now), pages);
        changed = 1;
    }

    return changed;
}


static uint32_t
patron_rest_minute(int64_t now)
{
    return (now > 0 && now / 60 < UINT32_MAX) ? (uint32_t) (now / 60) : 0;
}
