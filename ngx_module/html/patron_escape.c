
/*
 * See the header.  Literals of a template stay as they are, but for what is not
 * ASCII in a page that is not known to be UTF-8.
 */


#include "patron_escape.h"


#define PATRON_REPLACEMENT  0xfffd


static int patron_escape_beyond(const patron_str_t *text);
static size_t patron_escape_char(patron_part_e type, int ascii,
    const patron_uchar_t *p, const patron_uchar_t *end, patron_uchar_t *buf,
    size_t *len);
static size_t patron_escape_reference(uint32_t c, patron_uchar_t *dst);
static size_t patron_escape_text(patron_uchar_t c, patron_uchar_t *dst);
static int patron_is_unreserved(patron_uchar_t c);


/* Longer than what any character becomes. */

#define PATRON_ESCAPED_MAX  16


size_t
patron_escape_len(patron_part_e type, const patron_str_t *value, int ascii)
{
    size_t                 n, len;
    patron_uchar_t         buf[PATRON_ESCAPED_MAX];
    const patron_uchar_t  *p, *end;

    if (type == PATRON_PART_LITERAL && !(ascii && patron_escape_beyond(value)))
    {
        return value->len;
    }

    end = value->data + value->len;

    for (p = value->data, len = 0; p < end; len += n) {
        p += patron_escape_char(type, ascii, p, end, buf, &n);
    }

    return len;
}


patron_uchar_t *
patron_escape(patron_part_e type, patron_uchar_t *dst,
    const patron_str_t *value, int ascii)
{
    size_t                 n;
    patron_uchar_t         buf[PATRON_ESCAPED_MAX];
    const patron_uchar_t  *p, *end;

    if (type == PATRON_PART_LITERAL && !(ascii && patron_escape_beyond(value)))
    {
        if (value->len) {
            memcpy(dst, value->data, value->len);
        }

        return dst + value->len;
    }

    end = value->data + value->len;

    for (p = value->data; p < end; dst += n) {
        p += patron_escape_char(type, ascii, p, end, buf, &n);
        memcpy(dst, buf, n);
    }

    return dst;
}


/* Is anything of it not ASCII?  By words: most of a template is. */

static int
patron_escape_beyond(const patron_str_t *text)
{
    size_t                 len;
    uint64_t               word, all;
    const patron_uchar_t  *p;

    p = text->data;
    all = 0;

    for (len = text->len; len >= sizeof(uint64_t); len -= sizeof(uint64_t)) {
        memcpy(&word, p, sizeof(uint64_t));
        all |= word;
        p += sizeof(uint64_t);
    }

    while (len--) {
        all |= *p++;
    }

    return (all & 0x8080808080808080ULL) != 0;
}


/* What one character becomes; returns how many bytes it had. */

static size_t
patron_escape_char(patron_part_e type, int ascii, const patron_uchar_t *p,
    const patron_uchar_t *end, patron_uchar_t *buf, size_t *len)
{
    size_t             n;
    uint32_t           c;
    static const char  hex[] = "0123456789ABCDEF";

    if (type == PATRON_PART_URL && !patron_is_unreserved(*p)) {
        buf[0] = '%';
        buf[1] = (patron_uchar_t) hex[*p >> 4];
        buf[2] = (patron_uchar_t) hex[*p & 0x0f];

        *len = 3;
        return 1;
    }

    if (*p >= 0x80 && ascii) {
        n = patron_utf8_char(p, end, &c);
        *len = patron_escape_reference(n ? c : PATRON_REPLACEMENT, buf);

        return n ? n : 1;
    }

    if (type == PATRON_PART_TEXT) {
        *len = patron_escape_text(*p, buf);

    } else {
        buf[0] = *p;
        *len = 1;
    }

    return 1;
}


static size_t
patron_escape_reference(uint32_t c, patron_uchar_t *dst)
{
    size_t          n, i;
    patron_uchar_t  digits[PATRON_ESCAPED_MAX];

    n = 0;

    do {
        digits[n++] = (patron_uchar_t) ('0' + c % 10);
        c /= 10;
    } while (c);

    dst[0] = '&';
    dst[1] = '#';

    for (i = 0; i < n; i++) {
        dst[2 + i] = digits[n - 1 - i];
    }

    dst[2 + n] = ';';

    return n + 3;
}


static size_t
patron_escape_text(patron_uchar_t c, patron_uchar_t *dst)
{
    size_t       len;
    const char  *escape;

    switch (c) {

    case '&':
        escape = "&amp;";
        break;

    case '<':
        escape = "&lt;";
        break;

    case '>':
        escape = "&gt;";
        break;

    case '"':
        escape = "&quot;";
        break;

    case '\'':
        escape = "&#39;";
        break;

    default:
        *dst = c;
        return 1;
    }

    len = strlen(escape);
    memcpy(dst, escape, len);

    return len;
}


/* RFC 3986, section 2.3. */

static int
patron_is_unreserved(patron_uchar_t c)
{
    return ((c | 0x20) >= 'a' && (c | 0x20) <= 'z')
           || (c >= '0' && c <= '9')
           || c == '-' || c == '.' || c == '_' || c == '~';
}


/* RFC 3629, section 4: the shortest form, and no surrogates. */

size_t
patron_utf8_char(const patron_uchar_t *p, const patron_uchar_t *end,
    uint32_t *c)
{
    size_t                 i, n;
    uint32_t               u;
    static const uint32_t  least[] = { 0, 0, 0x80, 0x800, 0x10000 };

    if (*p < 0x80) {
        *c = *p;
        return 1;
    }

    n = (*p >= 0xf0) ? 4 : (*p >= 0xe0) ? 3 : 2;

    if (*p < 0xc2 || *p > 0xf4 || (size_t) (end - p) < n) {
        return 0;
    }

    u = *p & (0x7fu >> n);

    for (i = 1; i < n; i++) {
        if ((p[i] & 0xc0) != 0x80) {
            return 0;
        }

        u = u << 6 | (p[i] & 0x3f);
    }

    if (u < least[n] || u > 0x10ffff || (u >= 0xd800 && u <= 0xdfff)) {
        return 0;
    }

    *c = u;

    return n;
}
