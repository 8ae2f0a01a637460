
/*
 * See the header.
 */


#include "patron_pattern.h"


#define PATRON_PATTERN_DIGITS  18


static size_t patron_pattern_number(const patron_uchar_t *p, size_t len,
    uint64_t *number);
static int patron_pattern_glob(const patron_str_t *text,
    const patron_str_t *value);


int
patron_pattern_parse(patron_pattern_t *pattern, const patron_str_t *text)
{
    size_t  n, m;

    pattern->text = *text;
    pattern->range = 0;
    pattern->last = UINT64_MAX;

    n = patron_pattern_number(text->data, text->len, &pattern->first);

    if (n > 0 && n < text->len && text->data[n] == '-') {
        n++;

        m = patron_pattern_number(text->data + n, text->len - n,
                                  &pattern->last);

        if (n + m == text->len && pattern->first <= pattern->last) {
            pattern->range = 1;
            return PATRON_OK;
        }
    }

    return (text->len && memchr(text->data, '*', text->len))
           ? PATRON_OK : PATRON_DECLINED;
}


/* How many digits there are, and what they say; none leave number alone. */

static size_t
patron_pattern_number(const patron_uchar_t *p, size_t len, uint64_t *number)
{
    size_t    i;
    uint64_t  n;

    n = 0;

    for (i = 0; i < len && p[i] >= '0' && p[i] <= '9'; i++) {

        if (i == PATRON_PATTERN_DIGITS) {
            return 0;
        }

        n = n * 10 + (uint64_t) (p[i] - '0');
    }

    if (i) {
        *number = n;
    }

    return i;
}


int
patron_pattern_fits(const patron_pattern_t *pattern,
    const patron_str_t *value)
{
    uint64_t  n;

    if (!pattern->range) {
        return patron_pattern_glob(&pattern->text, value);
    }

    return value->len != 0
           && patron_pattern_number(value->data, value->len, &n) == value->len
           && n >= pattern->first && n <= pattern->last;
}


/* Where it does not go on, the last "*" takes one byte more. */

static int
patron_pattern_glob(const patron_str_t *text, const patron_str_t *value)
{
    size_t  i, k, star, taken;

    i = 0;
    k = 0;
    star = SIZE_MAX;
    taken = 0;

    while (k < value->len) {

        if (i < text->len && text->data[i] == '*') {
            star = i++;
            taken = k;

        } else if (i < text->len && text->data[i] == value->data[k]) {
            i++;
            k++;

        } else if (star != SIZE_MAX) {
            i = star + 1;
            k = ++taken;

        } else {
            return 0;
        }
    }

    while (i < text->len && text->data[i] == '*') {
        i++;
    }

    return i == text->len;
}
