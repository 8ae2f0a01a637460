
/*
 * See the headers.  What is read here is known to be JSON.
 */


#include "patron_escape.h"
#include "patron_json_internal.h"
#include "patron_selector_table.h"


static const patron_uchar_t *walk_string(const patron_uchar_t *p,
    const patron_uchar_t *end, patron_json_longs_t *longs);
static uint32_t walk_undo(const patron_uchar_t **p, const patron_uchar_t *end);
static patron_uchar_t *walk_escape(patron_uchar_t *dst, patron_uchar_t c);


const patron_uchar_t *
patron_json_blank(const patron_uchar_t *p, const patron_uchar_t *end)
{
    while (p < end && (*p == ' ' || *p == '\t' || *p == '\r' || *p == '\n')) {
        p++;
    }

    return p;
}


int
patron_json_hex(const patron_uchar_t *p, const patron_uchar_t *end, uint32_t *c)
{
    unsigned        i;
    patron_uchar_t  digit;

    *c = 0;

    if (end - p < 4) {
        return 0;
    }

    for (i = 0; i < 4; i++) {
        digit = p[i];

        if (digit >= '0' && digit <= '9') {
            digit = (patron_uchar_t) (digit - '0');

        } else {
            digit |= 0x20;

            if (digit < 'a' || digit > 'f') {
                return 0;
            }

            digit = (patron_uchar_t) (digit - 'a' + 10);
        }

        *c = *c << 4 | digit;
    }

    return 1;
}


int
patron_json_member(const patron_uchar_t **p, const patron_uchar_t *end,
    patron_str_t *name, patron_str_t *value, patron_json_longs_t *longs)
{
    const patron_uchar_t  *q;

    q = patron_json_blank(*p + 1, end);

    if (*q == '}') {
        *p = q + 1;
        return PATRON_DECLINED;
    }

    name->data = q + 1;
    q = patron_json_behind_string(name->data, end);
    name->len = (size_t) (q - 1 - name->data);

    /* its colon */

    value->data = patron_json_blank(patron_json_blank(q, end) + 1, end);
    q = patron_json_behind(value->data, end, longs);
    value->len = (size_t) (q - value->data);

    /* a comma, or the bracket */

    q = patron_json_blank(q, end);
    *p = q - (*q == '}');

    return PATRON_OK;
}


int
patron_json_next(const patron_uchar_t **p, const patron_uchar_t *end)
{
    const patron_uchar_t  *q;

    q = patron_json_blank(*p + 1, end);

    if (*q == ']') {
        *p = q + 1;
        return PATRON_DECLINED;
    }

    *p = q;

    return PATRON_OK;
}


const patron_uchar_t *
patron_json_after(const patron_uchar_t *p, const patron_uchar_t *end)
{
    p = patron_json_blank(p, end);

    /* a comma, or the bracket */

    return p - (*p == ']');
}


int
patron_json_element(const patron_uchar_t **p, const patron_uchar_t *end,
    patron_str_t *value)
{
    const patron_uchar_t  *q;

    if (patron_json_next(p, end) != PATRON_OK) {
        return PATRON_DECLINED;
    }

    q = patron_json_behind(*p, end, NULL);

    value->data = *p;
    value->len = (size_t) (q - value->data);

    *p = patron_json_after(q, end);

    return PATRON_OK;
}


const patron_uchar_t *
patron_json_behind(const patron_uchar_t *p, const patron_uchar_t *end,
    patron_json_longs_t *longs)
{
    size_t  depth;

    depth = 0;

    while (p < end) {

        switch (*p) {

        case '"':
            p = walk_string(p + 1, end, longs);
            break;

        case '{':
        case '[':
            depth++;
            p++;
            continue;

        case '}':
        case ']':
            depth--;
            p++;
            break;

        default:
            if (depth != 0) {
                p++;
                continue;
            }

            /* a number, or a word */

            while (p < end && *p != ',' && *p != '}' && *p != ']'
                   && *p > ' ')
            {
                p++;
            }
        }

        if (depth == 0) {
            return p;
        }
    }

    return p;
}


/* Behind the string whose inside begins at p. */

static const patron_uchar_t *
walk_string(const patron_uchar_t *p, const patron_uchar_t *end,
    patron_json_longs_t *longs)
{
    if (longs == NULL) {
        return patron_json_behind_string(p, end);
    }

    while (longs->at < longs->n && longs->strings[longs->at].from < p) {
        longs->at++;
    }

    return longs->at < longs->n && longs->strings[longs->at].from == p
           ? longs->strings[longs->at].behind
           : patron_json_behind_string(p, end);
}


int
patron_json_is(const patron_str_t *name, const patron_str_t *word)
{
    size_t                 n, at;
    patron_uchar_t         c[4];
    const patron_uchar_t  *p, *end;

    if (name->len == word->len) {
        return memcmp(name->data, word->data, word->len) == 0
               && memchr(name->data, '\\', name->len) == NULL;
    }

    /* an escape is longer than what it says */

    if (name->len < word->len
        || (name->data[0] != word->data[0] && name->data[0] != '\\'))
    {
        return 0;
    }

    at = 0;
    p = name->data;
    end = p + name->len;

    while (p < end) {
        n = (size_t) (patron_utf8(c, patron_json_char(&p, end)) - c);

        if (n > word->len - at || memcmp(word->data + at, c, n) != 0) {
            return 0;
        }

        at += n;
    }

    return at == word->len;
}


size_t
patron_json_decode(patron_uchar_t *dst, size_t most, const patron_uchar_t **p,
    const patron_uchar_t *end)
{
    size_t                 n;
    patron_uchar_t        *to, c[4];
    const patron_uchar_t  *q;

    to = dst;

    while (*p < end && most != 0) {

        n = (size_t) (end - *p);
        n = n < most ? n : most;

        q = memchr(*p, '\\', n);
        n = q ? (size_t) (q - *p) : n;

        memcpy(to, *p, n);
        to += n;
        *p += n;
        most -= n;

        if (q == NULL) {
            continue;
        }

        n = (size_t) (patron_utf8(c, patron_json_char(&q, end)) - c);

        if (n > most) {
            break;
        }

        memcpy(to, c, n);
        to += n;
        *p = q;
        most -= n;
    }

    return (size_t) (to - dst);
}


uint32_t
patron_json_char(const patron_uchar_t **p, const patron_uchar_t *end)
{
    size_t    n;
    uint32_t  c;

    if (**p == '\\') {
        return walk_undo(p, end);
    }

    n = patron_utf8_char(*p, end, &c);
    *p += n;

    return c;
}


static uint32_t
walk_undo(const patron_uchar_t **p, const patron_uchar_t *end)
{
    uint32_t               c, low;
    const patron_uchar_t  *q;

    q = *p + 1;
    c = *q++;

    switch (c) {

    case 'b':
        c = '\b';
        break;

    case 'f':
        c = '\f';
        break;

    case 'n':
        c = '\n';
        break;

    case 'r':
        c = '\r';
        break;

    case 't':
        c = '\t';
        break;

    case 'u':
        (void) patron_json_hex(q, end, &c);
        q += 4;

        if (c >= 0xd800 && c <= 0xdbff) {
            (void) patron_json_hex(q + 2, end, &low);
            c = 0x10000 + ((c - 0xd800) << 10) + (low - 0xdc00);
            q += 6;
        }

        break;

    default:
        break;
    }

    *p = q;

    return c;
}


patron_uchar_t *
patron_json_encode(patron_uchar_t *dst, const patron_str_t *text)
{
    size_t                 n;
    uint32_t               c;
    const patron_uchar_t  *p, *q, *end;

    *dst++ = '"';

    p = text->data;
    end = text->len ? p + text->len : p;

    while (p < end) {

        q = patron_json_plain(p, end);

        while (q < end && *q >= 0x80) {
            n = patron_utf8_char(q, end, &c);

            if (n == 0) {
                return NULL;
            }

            q += n;
        }

        memcpy(dst, p, (size_t) (q - p));
        dst += q - p;

        for (p = q; p < end && (*p < ' ' || *p == '"' || *p == '\\'); p++) {
            dst = walk_escape(dst, *p);
        }
    }

    *dst++ = '"';

    return dst;
}


static patron_uchar_t *
walk_escape(patron_uchar_t *dst, patron_uchar_t c)
{
    const char  *p;

    static const char  escaped[] = "\"\\\b\f\n\r\t", as[] = "\"\\bfnrt";
    static const char  hex[] = "0123456789ABCDEF";

    *dst++ = '\\';

    p = c ? strchr(escaped, c) : NULL;

    if (p != NULL) {
        *dst++ = (patron_uchar_t) as[p - escaped];
        return dst;
    }

    *dst++ = 'u';
    *dst++ = '0';
    *dst++ = '0';
    *dst++ = (patron_uchar_t) hex[c >> 4];
    *dst++ = (patron_uchar_t) hex[c & 15];

    return dst;
}
