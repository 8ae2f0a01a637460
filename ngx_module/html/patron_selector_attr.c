
/*
 * The attributes of a tag, as selectors see them: the values decoded, and
 * their comparison.
 *
 * Decoded are CR and CRLF, numeric character references, and of the named
 * ones amp, lt, gt, quot, apos and nbsp (HTML standard, section 13.2.5.73,
 * "in an attribute" included); a value with another named reference is
 * compared as it is written.  Numeric references come out as UTF-8.
 */


#include "patron_selector_table.h"


static int patron_value_decode(patron_matcher_t *m,
    const patron_html_tag_t *tag, patron_str_t *value, size_t *used);
static const patron_uchar_t *patron_value_reference(const patron_uchar_t *p,
    const patron_uchar_t *end, patron_uchar_t **dst);
static const patron_uchar_t *patron_value_number(const patron_uchar_t *p,
    const patron_uchar_t *end, patron_uchar_t **dst);
static int patron_value_equals(const patron_uchar_t *a,
    const patron_uchar_t *b, size_t len, unsigned fold);


typedef struct {
    patron_str_t  name;
    unsigned      bare;     /* known without its semicolon too */
    uint32_t      code;
} patron_reference_t;


static const patron_reference_t  patron_references[] = {
    { patron_string("amp"), 1, '&' },
    { patron_string("AMP"), 1, '&' },
    { patron_string("lt"), 1, '<' },
    { patron_string("LT"), 1, '<' },
    { patron_string("gt"), 1, '>' },
    { patron_string("GT"), 1, '>' },
    { patron_string("quot"), 1, '"' },
    { patron_string("QUOT"), 1, '"' },
    { patron_string("apos"), 0, '\'' },
    { patron_string("nbsp"), 1, 0xa0 },
    { { 0, NULL }, 0, 0 }
};


/* What 0x80 ... 0x9f mean as numeric references (section 13.2.5.80). */

static const uint16_t  patron_c1[32] = {
    0x20ac, 0x0081, 0x201a, 0x0192, 0x201e, 0x2026, 0x2020, 0x2021,
    0x02c6, 0x2030, 0x0160, 0x2039, 0x0152, 0x008d, 0x017d, 0x008f,
    0x0090, 0x2018, 0x2019, 0x201c, 0x201d, 0x2022, 0x2013, 0x2014,
    0x02dc, 0x2122, 0x0161, 0x203a, 0x0153, 0x009d, 0x017e, 0x0178
};


int
patron_selector_values(patron_matcher_t *m)
{
    size_t                     i, pos, used;
    patron_str_t               name, value;
    const patron_selectors_t  *s;

    s = m->table;
    pos = 0;
    used = 0;

    for (i = 0; i < s->nattrs; i++) {
        m->values[i].data = NULL;
    }

    while (patron_html_attr(m->tag, &pos, &name, &value) == PATRON_OK) {

        for (i = 0; i < s->nattrs; i++) {
            if (m->values[i].data == NULL
                && patron_equals_folded(&s->attrs[i], &name))
            {
                break;
            }
        }

        if (i == s->nattrs) {
            continue;
        }

        if (patron_value_decode(m, m->tag, &value, &used) != PATRON_OK) {
            return PATRON_ERROR;
        }

        m->values[i] = value;
    }

    return PATRON_OK;
}


int
patron_matcher_value(patron_matcher_t *m, const patron_html_tag_t *tag,
    const patron_str_t *name, patron_str_t *value)
{
    size_t        pos, used;
    patron_str_t  attr;

    pos = 0;
    used = 0;

    while (patron_html_attr(tag, &pos, &attr, value) == PATRON_OK) {

        if (patron_equals_folded(name, &attr)) {
            return patron_value_decode(m, tag, value, &used);
        }
    }

    return PATRON_DECLINED;
}


/*
 * Decodes a value into the matcher's memory, which holds a whole tag: no
 * reference is longer decoded than written.  "used" bytes of it are taken.
 */

static int
patron_value_decode(patron_matcher_t *m, const patron_html_tag_t *tag,
    patron_str_t *value, size_t *used)
{
    size_t                 size;
    patron_uchar_t        *dst;
    const patron_uchar_t  *p, *end;

    if (value->len == 0) {
        value->data = (const patron_uchar_t *) "";
        return PATRON_OK;
    }

    if (memchr(value->data, '&', value->len) == NULL
        && memchr(value->data, '\r', value->len) == NULL)
    {
        return PATRON_OK;
    }

    size = (size_t) (tag->end - tag->start);

    if (*used == 0 && m->decoded_size < size) {
        patron_free(m->mem, m->decoded);

        m->decoded_size = 0;
        m->decoded = patron_alloc(m->mem, size);

        if (m->decoded == NULL) {
            return PATRON_ERROR;
        }

        m->decoded_size = size;
    }

    p = value->data;
    end = p + value->len;
    dst = m->decoded + *used;
    value->data = dst;

    while (p < end) {

        if (*p == '&') {
            p = patron_value_reference(p, end, &dst);

        } else if (*p == '\r') {
            p += (p + 1 < end && p[1] == '\n') ? 2 : 1;
            *dst++ = '\n';

        } else {
            *dst++ = *p++;
        }
    }

    value->len = (size_t) (dst - value->data);
    *used = (size_t) (dst - m->decoded);

    return PATRON_OK;
}


/* At '&': returns where to go on. */

static const patron_uchar_t *
patron_value_reference(const patron_uchar_t *p, const patron_uchar_t *end,
    patron_uchar_t **dst)
{
    const patron_uchar_t      *q;
    const patron_reference_t  *r;

    if (end - p > 2 && p[1] == '#') {
        return patron_value_number(p, end, dst);
    }

    for (r = patron_references; r->name.len; r++) {

        if ((size_t) (end - p) <= r->name.len
            || memcmp(p + 1, r->name.data, r->name.len) != 0)
        {
            continue;
        }

        q = p + 1 + r->name.len;

        if (q < end && *q == ';') {
            *dst = patron_utf8(*dst, r->code);
            return q + 1;
        }

        if (r->bare
            && (q == end
                || !(*q == '=' || (*q >= '0' && *q <= '9')
                     || ((*q | 0x20) >= 'a' && (*q | 0x20) <= 'z'))))
        {
            *dst = patron_utf8(*dst, r->code);
            return q;
        }
    }

    *(*dst)++ = '&';

    return p + 1;
}


static const patron_uchar_t *
patron_value_number(const patron_uchar_t *p, const patron_uchar_t *end,
    patron_uchar_t **dst)
{
    unsigned               digit, base;
    uint32_t               u;
    const patron_uchar_t  *q, *begin;

    q = p + 2;
    base = 10;

    if ((*q | 0x20) == 'x') {
        base = 16;
        q++;
    }

    for (u = 0, begin = q; q < end; q++) {

        if (*q >= '0' && *q <= '9') {
            digit = (unsigned) (*q - '0');

        } else if (base == 16 && (*q | 0x20) >= 'a' && (*q | 0x20) <= 'f') {
            digit = (unsigned) ((*q | 0x20) - 'a' + 10);

        } else {
            break;
        }

        u = (u > 0x10ffff) ? u : u * base + digit;
    }

    if (q == begin) {
        *(*dst)++ = '&';
        return p + 1;
    }

    if (u >= 0x80 && u < 0xa0) {
        u = patron_c1[u - 0x80];
    }

    *dst = patron_utf8(*dst, u);

    return (q < end && *q == ';') ? q + 1 : q;
}


int
patron_selector_value_matches(const patron_test_t *t,
    const patron_str_t *value)
{
    size_t                 len;
    const patron_uchar_t  *p, *end, *word;

    p = value->data;
    end = p + value->len;
    len = t->value.len;
    word = t->value.data;

    if (t->type == PATRON_TEST_EXISTS) {
        return 1;
    }

    if (value->len < len) {
        return 0;
    }

    switch (t->type) {

    case PATRON_TEST_EQUALS:
        return value->len == len && patron_value_equals(p, word, len, t->fold);

    case PATRON_TEST_DASH:
        return (value->len == len || p[len] == '-')
               && patron_value_equals(p, word, len, t->fold);

    case PATRON_TEST_PREFIX:
        return len && patron_value_equals(p, word, len, t->fold);

    case PATRON_TEST_SUFFIX:
        return len && patron_value_equals(end - len, word, len, t->fold);

    default:
        break;
    }

    for ( /* void */ ; len && (size_t) (end - p) >= len; p++) {

        if (!patron_value_equals(p, word, len, t->fold)) {
            continue;
        }

        if (t->type == PATRON_TEST_PART
            || ((p == value->data || patron_is_space(p[-1]))
                && (p + len == end || patron_is_space(p[len]))))
        {
            return 1;
        }
    }

    return 0;
}


static int
patron_value_equals(const patron_uchar_t *a, const patron_uchar_t *b,
    size_t len, unsigned fold)
{
    size_t  i;

    if (!fold) {
        return memcmp(a, b, len) == 0;
    }

    for (i = 0; i < len; i++) {
        if (patron_lower(a[i]) != patron_lower(b[i])) {
            return 0;
        }
    }

    return 1;
}


int
patron_equals_folded(const patron_str_t *a, const patron_str_t *b)
{
    return a->len == b->len
           && patron_value_equals(a->data, b->data, a->len, 1);
}


patron_uchar_t *
patron_utf8(patron_uchar_t *dst, uint32_t u)
{
    if (u == 0 || u > 0x10ffff || (u >= 0xd800 && u < 0xe000)) {
        u = 0xfffd;
    }

    if (u < 0x80) {
        *dst++ = (patron_uchar_t) u;
        return dst;
    }

    if (u < 0x800) {
        *dst++ = (patron_uchar_t) (0xc0 | (u >> 6));

    } else {
        if (u < 0x10000) {
            *dst++ = (patron_uchar_t) (0xe0 | (u >> 12));

        } else {
            *dst++ = (patron_uchar_t) (0xf0 | (u >> 18));
            *dst++ = (patron_uchar_t) (0x80 | ((u >> 12) & 0x3f));
        }

        *dst++ = (patron_uchar_t) (0x80 | ((u >> 6) & 0x3f));
    }

    *dst++ = (patron_uchar_t) (0x80 | (u & 0x3f));

    return dst;
}
