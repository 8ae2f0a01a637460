
/*
 * See the header.  A change is told by the clocks before it: the beginning of
 * summer by those of winter, its end by those of summer.  South of the equator
 * the end comes first.
 */


#include "patron_date.h"
#include "patron_zone_rule.h"


#define ZONE_HOURS        24
#define ZONE_CHANGE_HOUR  167       /* a change may be days off its day */


static int zone_name(const patron_uchar_t **p, const patron_uchar_t *end);
static int zone_change(const patron_uchar_t **p, const patron_uchar_t *end,
    patron_zone_change_t *change);
static int zone_time(const patron_uchar_t **p, const patron_uchar_t *end,
    int hours, int32_t *time);
static int zone_number(const patron_uchar_t **p, const patron_uchar_t *end,
    int min, int max, int *number);
static int zone_is(const patron_uchar_t **p, const patron_uchar_t *end,
    patron_uchar_t c);
static int64_t zone_moment(const patron_zone_change_t *change, int year);


int
patron_zone_rule_parse(patron_zone_rule_t *rule, const patron_str_t *text)
{
    int32_t                west;
    const patron_uchar_t  *p, *end;

    memset(rule, 0, sizeof(patron_zone_rule_t));

    p = text->data;
    end = p + text->len;

    if (zone_name(&p, end) != PATRON_OK
        || zone_time(&p, end, ZONE_HOURS, &west) != PATRON_OK)
    {
        return PATRON_ERROR;
    }

    rule->winter = -west;

    if (p == end) {
        return PATRON_OK;
    }

    if (zone_name(&p, end) != PATRON_OK || p == end) {
        return PATRON_ERROR;
    }

    rule->summer = rule->winter + 3600;

    if (*p != ',') {
        if (zone_time(&p, end, ZONE_HOURS, &west) != PATRON_OK) {
            return PATRON_ERROR;
        }

        rule->summer = -west;
    }

    if (!zone_is(&p, end, ',')
        || zone_change(&p, end, &rule->begin) != PATRON_OK
        || !zone_is(&p, end, ',')
        || zone_change(&p, end, &rule->end) != PATRON_OK
        || p != end)
    {
        return PATRON_ERROR;
    }

    rule->changes = 1;

    return PATRON_OK;
}


/* "EET", or "<+03>". */

static int
zone_name(const patron_uchar_t **p, const patron_uchar_t *end)
{
    int                    quoted;
    patron_uchar_t         c;
    const patron_uchar_t  *from;

    quoted = zone_is(p, end, '<');

    for (from = *p; *p < end; (*p)++) {
        c = **p;

        if (!((c | 0x20) >= 'a' && (c | 0x20) <= 'z')
            && !(quoted && (c == '+' || c == '-' || (c >= '0' && c <= '9'))))
        {
            break;
        }
    }

    if (*p - from < 3 || (quoted && !zone_is(p, end, '>'))) {
        return PATRON_ERROR;
    }

    return PATRON_OK;
}


static int
zone_change(const patron_uchar_t **p, const patron_uchar_t *end,
    patron_zone_change_t *change)
{
    int  rc;

    if (zone_is(p, end, 'M')) {
        change->type = PATRON_ZONE_WEEKDAY;

        rc = (zone_number(p, end, 1, 12, &change->month) == PATRON_OK
              && zone_is(p, end, '.')
              && zone_number(p, end, 1, 5, &change->week) == PATRON_OK
              && zone_is(p, end, '.'))
             ? zone_number(p, end, 0, 6, &change->day) : PATRON_ERROR;

    } else if (zone_is(p, end, 'J')) {
        change->type = PATRON_ZONE_DAY;
        rc = zone_number(p, end, 1, 365, &change->day);

    } else {
        change->type = PATRON_ZONE_DAY_OF_YEAR;
        rc = zone_number(p, end, 0, 365, &change->day);
    }

    if (rc != PATRON_OK) {
        return PATRON_ERROR;
    }

    change->time = 2 * 3600;

    return zone_is(p, end, '/')
           ? zone_time(p, end, ZONE_CHANGE_HOUR, &change->time) : PATRON_OK;
}


/* [+-]hh[:mm[:ss]] */

static int
zone_time(const patron_uchar_t **p, const patron_uchar_t *end, int hours,
    int32_t *time)
{
    int  negative, h, m, s;

    m = 0;
    s = 0;
    negative = zone_is(p, end, '-');

    if (!negative) {
        (void) zone_is(p, end, '+');
    }

    if (zone_number(p, end, 0, hours, &h) != PATRON_OK
        || (zone_is(p, end, ':')
            && (zone_number(p, end, 0, 59, &m) != PATRON_OK
                || (zone_is(p, end, ':')
                    && zone_number(p, end, 0, 59, &s) != PATRON_OK))))
    {
        return PATRON_ERROR;
    }

    *time = (h * 60 + m) * 60 + s;

    if (negative) {
        *time = -*time;
    }

    return PATRON_OK;
}


static int
zone_number(const patron_uchar_t **p, const patron_uchar_t *end, int min,
    int max, int *number)
{
    int                    n;
    const patron_uchar_t  *from;

    for (n = 0, from = *p; *p < end && **p >= '0' && **p <= '9'; (*p)++) {
        n = n * 10 + (**p - '0');

        if (n > max) {
            return PATRON_ERROR;
        }
    }

    *number = n;

    return (*p != from && n >= min) ? PATRON_OK : PATRON_ERROR;
}


static int
zone_is(const patron_uchar_t **p, const patron_uchar_t *end, patron_uchar_t c)
{
    if (*p == end || **p != c) {
        return 0;
    }

    (*p)++;

    return 1;
}


int
patron_zone_rule_file(patron_zone_rule_t *rule, const patron_str_t *file)
{
    size_t        from;
    patron_str_t  text;

    static const patron_str_t  magic = patron_string("TZif");

    if (file->len < 44 || memcmp(file->data, magic.data, magic.len) != 0
        || file->data[4] < '2' || file->data[file->len - 1] != '\n')
    {
        return PATRON_ERROR;
    }

    for (from = file->len - 1; file->data[from - 1] != '\n'; from--) {
        if (from == magic.len) {
            return PATRON_ERROR;
        }
    }

    text.data = file->data + from;
    text.len = file->len - 1 - from;

    return patron_zone_rule_parse(rule, &text);
}


int
patron_zone_rule_name(const patron_str_t *name)
{
    size_t          i;
    patron_uchar_t  c, last;

    last = '/';

    for (i = 0; i < name->len; i++) {
        c = name->data[i];

        if (!((c | 0x20) >= 'a' && (c | 0x20) <= 'z')
            && !(c >= '0' && c <= '9')
            && (last == '/' || (c != '_' && c != '+' && c != '-' && c != '/')))
        {
            return 0;
        }

        last = c;
    }

    return name->len && name->len <= PATRON_ZONE_NAME && last != '/';
}


int32_t
patron_zone_rule_offset(const patron_zone_rule_t *rule, int64_t now)
{
    int            summer;
    int64_t        begin, end;
    patron_date_t  date;

    if (!rule->changes || now < 0 || now > PATRON_DATE_MAX - PATRON_DAY) {
        return rule->winter;
    }

    patron_date_from_days((now + PATRON_DAY + rule->winter) / PATRON_DAY - 1,
                          &date);

    begin = zone_moment(&rule->begin, date.year) - rule->winter;
    end = zone_moment(&rule->end, date.year) - rule->summer;

    summer = (begin < end) ? (begin <= now && now < end)
                           : !(end <= now && now < begin);

    return summer ? rule->summer : rule->winter;
}


/* By the clocks before it. */

static int64_t
zone_moment(const patron_zone_change_t *change, int year)
{
    int            first;
    int64_t        days, next;
    patron_date_t  date;

    date.year = year;
    date.month = (change->type == PATRON_ZONE_WEEKDAY) ? change->month : 1;
    date.day = 1;

    days = patron_date_to_days(&date);

    if (change->type == PATRON_ZONE_DAY_OF_YEAR) {
        days += change->day;

    } else if (change->type == PATRON_ZONE_DAY) {
        days += change->day - 1;

        date.month = 3;

        /* behind February a leap year has one more */

        if (change->day >= 60
            && patron_date_to_days(&date) - (days - change->day + 1) == 60)
        {
            days++;
        }

    } else {
        date.month = change->month % 12 + 1;
        date.year += (change->month == 12);
        next = patron_date_to_days(&date);

        /* 1970-01-01 was a Thursday */

        first = (int) ((change->day - (days + 4)) % 7);
        days += (first < 0 ? first + 7 : first) + 7 * (change->week - 1);

        while (days >= next) {
            days -= 7;
        }
    }

    return days * PATRON_DAY + change->time;
}
