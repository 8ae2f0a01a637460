
/*
 * See the header.  RFC 9110, 12.5.4 and 12.4.2; ranges fit tags by basic
 * filtering and by lookup (RFC 4647, 3.3.1 and 3.4): "uk" fits "uk-UA", and
 * "uk-UA", which browsers send first, fits "uk" where nothing else speaks of it.
 */


#include "patron_language.h"


static void patron_language_read(patron_languages_t *languages,
    const patron_uchar_t *p, const patron_uchar_t *end);
static int patron_language_begins(const patron_str_t *tag,
    const patron_str_t *range);


void
patron_languages_read(patron_languages_t *languages,
    const patron_str_t *field)
{
    const patron_uchar_t  *p, *end, *comma;

    languages->n = 0;

    p = field->data;
    end = p + field->len;

    while (p < end && languages->n < PATRON_LANGUAGES) {
        comma = memchr(p, ',', (size_t) (end - p));

        if (comma == NULL) {
            comma = end;
        }

        patron_language_read(languages, p, comma);

        p = comma + 1;
    }
}


static void
patron_language_read(patron_languages_t *languages, const patron_uchar_t *p,
    const patron_uchar_t *end)
{
    const patron_uchar_t  *q;
    patron_language_t     *l;

    while (p < end && (*p == ' ' || *p == '\t')) {
        p++;
    }

    for (q = p; q < end && *q != ';' && *q != ' ' && *q != '\t'; q++) {
        /* void */
    }

    l = &languages->ranges[languages->n];

    l->range.data = p;
    l->range.len = (size_t) (q - p);
    l->weight = PATRON_WEIGHT_MOST;

    while (q < end && (*q == ' ' || *q == '\t')) {
        q++;
    }

    if (l->range.len == 0
        || (q < end
            && (*q != ';'
                || patron_weight_read(q + 1, end, &l->weight) != PATRON_OK)))
    {
        return;
    }

    languages->n++;
}


int
patron_weight_read(const patron_uchar_t *p, const patron_uchar_t *end,
    unsigned *weight)
{
    unsigned  n, unit;

    while (p < end && (*p == ' ' || *p == '\t')) {
        p++;
    }

    while (end > p && (end[-1] == ' ' || end[-1] == '\t')) {
        end--;
    }

    if (end - p < 3 || (p[0] != 'q' && p[0] != 'Q') || p[1] != '='
        || p[2] < '0' || p[2] > '1')
    {
        return PATRON_ERROR;
    }

    n = (unsigned) (p[2] - '0') * PATRON_WEIGHT_MOST;
    p += 3;

    if (p < end && *p++ != '.') {
        return PATRON_ERROR;
    }

    for (unit = 100; p < end; p++, unit /= 10) {

        if (*p < '0' || *p > '9') {
            return PATRON_ERROR;
        }

        n += (unsigned) (*p - '0') * unit;
    }

    *weight = (n < PATRON_WEIGHT_MOST) ? n : PATRON_WEIGHT_MOST;

    return PATRON_OK;
}


unsigned
patron_language_rank(const patron_languages_t *languages,
    const patron_str_t *tag)
{
    size_t                    length;
    unsigned                  i, by, exact, looked_up, other;
    const patron_language_t  *l;

    /* weight and place as one number */

    length = 0;
    exact = 0;
    looked_up = 0;
    other = 0;

    for (i = 0; i < languages->n; i++) {
        l = &languages->ranges[i];
        by = l->weight ? l->weight * PATRON_LANGUAGES + PATRON_LANGUAGES - i
                       : 0;

        if (l->range.len == 1 && l->range.data[0] == '*') {
            other = other ? other : by;

        } else if (patron_language_begins(tag, &l->range)) {

            if (l->range.len > length) {
                length = l->range.len;
                exact = by;
            }

        } else if (patron_language_begins(&l->range, tag)) {
            looked_up = (by > looked_up) ? by : looked_up;
        }
    }

    if (length && exact == 0) {
        return 0;
    }

    if (looked_up > exact) {
        return looked_up;
    }

    return length ? exact : other;
}


/* Is it the range, or does it begin with it and a hyphen? */

static int
patron_language_begins(const patron_str_t *tag, const patron_str_t *range)
{
    size_t          i;
    patron_uchar_t  a, b;

    if (range->len == 0 || tag->len < range->len) {
        return 0;
    }

    for (i = 0; i < range->len; i++) {
        a = tag->data[i];
        b = range->data[i];

        a = (a >= 'A' && a <= 'Z') ? (patron_uchar_t) (a | 0x20) : a;
        b = (b >= 'A' && b <= 'Z') ? (patron_uchar_t) (b | 0x20) : b;

        if (a != b) {
            return 0;
        }
    }

    return tag->len == range->len || tag->data[i] == '-';
}
