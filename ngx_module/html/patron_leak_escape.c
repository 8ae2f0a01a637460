
/*
 * See the header.  A page may have JSON in an attribute, or HTML in JSON: what
 * is escaped in one way begins what is escaped in another.
 */


#include "patron_html_bytes.h"
#include "patron_leak_escape.h"
#include "patron_leak_near.h"


#define PATRON_LEAK_TAG  1024           /* bytes of a tag in a string */

#define patron_leak_is_alnum(c)                                               \
    ((patron_uchar_t) (((c) | 0x20) - 'a') < 26                               \
     || (patron_uchar_t) ((c) - '0') < 10)


static const patron_uchar_t *patron_leak_escape(const patron_uchar_t *p,
    const patron_uchar_t *end, uint32_t *c);
static const patron_uchar_t *patron_leak_reference(const patron_uchar_t *p,
    const patron_uchar_t *end, uint32_t *c);
static const patron_uchar_t *patron_leak_escaped_end(const patron_uchar_t *p,
    const patron_uchar_t *end);
static uint32_t patron_leak_named(const patron_uchar_t *name, size_t len);
static const patron_uchar_t *patron_leak_number(const patron_uchar_t *p,
    const patron_uchar_t *end, unsigned base, unsigned most, uint32_t *c);


/* References that articles use: what has no letter here parts words. */

static const struct {
    char      name[8];
    uint32_t  c;
} patron_leak_names[] = {
    { "amp", '&' }, { "lt", '<' }, { "gt", '>' }, { "quot", '"' },
    { "apos", '\'' }, { "nbsp", 0xa0 }, { "rsquo", 0x2019 },
    { "lsquo", 0x2018 }, { "ldquo", 0x201c }, { "rdquo", 0x201d },
    { "sbquo", 0x201a }, { "bdquo", 0x201e }, { "mdash", 0x2014 },
    { "ndash", 0x2013 }, { "hellip", 0x2026 }, { "laquo", 0xab },
    { "raquo", 0xbb }, { "shy", 0xad }, { "euro", 0x20ac },
    { "Agrave", 0xc0 }, { "Aacute", 0xc1 }, { "Acirc", 0xc2 },
    { "Auml", 0xc4 }, { "Aring", 0xc5 }, { "AElig", 0xc6 },
    { "Ccedil", 0xc7 }, { "Egrave", 0xc8 }, { "Eacute", 0xc9 },
    { "Ecirc", 0xca }, { "Iacute", 0xcd }, { "Ntilde", 0xd1 },
    { "Oacute", 0xd3 }, { "Ouml", 0xd6 }, { "Oslash", 0xd8 },
    { "Uacute", 0xda }, { "Uuml", 0xdc }, { "szlig", 0xdf },
    { "agrave", 0xe0 }, { "aacute", 0xe1 }, { "acirc", 0xe2 },
    { "atilde", 0xe3 }, { "auml", 0xe4 }, { "aring", 0xe5 },
    { "aelig", 0xe6 }, { "ccedil", 0xe7 }, { "egrave", 0xe8 },
    { "eacute", 0xe9 }, { "ecirc", 0xea }, { "euml", 0xeb },
    { "igrave", 0xec }, { "iacute", 0xed }, { "icirc", 0xee },
    { "iuml", 0xef }, { "ntilde", 0xf1 }, { "ograve", 0xf2 },
    { "oacute", 0xf3 }, { "ocirc", 0xf4 }, { "otilde", 0xf5 },
    { "ouml", 0xf6 }, { "oslash", 0xf8 }, { "ugrave", 0xf9 },
    { "uacute", 0xfa }, { "ucirc", 0xfb }, { "uuml", 0xfc },
    { "oelig", 0x153 }, { "", 0 }
};


const patron_uchar_t *
patron_leak_special(const patron_uchar_t *p, const patron_uchar_t *end,
    uint32_t *c, const patron_uchar_t **untagged)
{
    if (*p == '\\') {
        p = patron_leak_escape(p, end, c);

        if (*c == '&') {
            p = patron_leak_reference(p, end, c);
        }

    } else {
        p = patron_leak_reference(p + 1, end, c);
    }

    return *c == '<' ? patron_leak_tag_end(p, end, 1, untagged) : p;
}


/* Of backslashes there are one, or three and more where it is JSON in JSON. */

static const patron_uchar_t *
patron_leak_escape(const patron_uchar_t *p, const patron_uchar_t *end,
    uint32_t *c)
{
    const patron_uchar_t  *next;

    *c = ' ';

    while (p < end && *p == '\\') {
        p++;
    }

    if (p == end) {
        return p;
    }

    switch (*p) {

    case 'u':
        next = patron_leak_number(p + 1, end, 16, 4, c);
        return (next - p == 5) ? next : p;

    case 'x':
        next = patron_leak_number(p + 1, end, 16, 2, c);
        return (next - p == 3) ? next : p;

    case 'b':
    case 'f':
    case 'n':
    case 'r':
    case 't':
        return p + 1;

    default:
        return p;
    }
}


/* Behind the ampersand.  "&amp;" may begin another. */

static const patron_uchar_t *
patron_leak_reference(const patron_uchar_t *p, const patron_uchar_t *end,
    uint32_t *c)
{
    const patron_uchar_t  *begin;

    for ( ;; ) {
        *c = ' ';

        if (p < end && *p == '#') {
            p++;

            p = (p < end && (*p | 0x20) == 'x')
                ? patron_leak_number(p + 1, end, 16, 6, c)
                : patron_leak_number(p, end, 10, 7, c);

            return p + (p < end && *p == ';');
        }

        for (begin = p; p < end && p - begin < 8; p++) {
            if (!patron_leak_is_alnum(*p)) {
                break;
            }
        }

        if (p == end || *p != ';' || p == begin) {
            return begin;
        }

        *c = patron_leak_named(begin, (size_t) (p - begin));
        p++;

        if (*c != '&') {
            return p;
        }
    }
}


const patron_uchar_t *
patron_leak_tag_end(const patron_uchar_t *p, const patron_uchar_t *end,
    unsigned escaped, const patron_uchar_t **untagged)
{
    const patron_uchar_t  *last;

    if (p == end
        || p < *untagged
        || (*p != '/' && *p != '!' && *p != '\\'
            && !patron_leak_is_alnum(*p)))
    {
        return p;
    }

    if (end - p > PATRON_LEAK_TAG) {
        end = p + PATRON_LEAK_TAG;
    }

    last = escaped ? patron_leak_escaped_end(p, end)
                   : patron_leak_byte(p, end, '>');

    if (last == end) {
        *untagged = end;
        return p;
    }

    return last + 1;
}


/* The last byte of a '>', which may be escaped, too, or end. */

static const patron_uchar_t *
patron_leak_escaped_end(const patron_uchar_t *p, const patron_uchar_t *end)
{
    for ( /* void */ ; p < end; p++) {

        switch (*p) {

        case '>':
            return p;

        case 'u':
            if (end - p >= 5 && memcmp(p, "u003", 4) == 0
                && (p[4] | 0x20) == 'e')
            {
                return p + 4;
            }

            break;

        case 'g':
            if (end - p >= 3 && memcmp(p, "gt;", 3) == 0
                && (p[-1] == '&' || p[-1] == ';'))
            {
                return p + 2;
            }

            break;

        default:
            break;
        }
    }

    return end;
}


/* Eight bytes may be read from where the name begins. */

static uint32_t
patron_leak_named(const patron_uchar_t *name, size_t len)
{
    uint64_t  bytes, known;
    unsigned  i;

    bytes = patron_html_bytes(name);
    bytes &= ~0ull >> (64 - 8 * len);

    for (i = 0; patron_leak_names[i].c; i++) {
        known = patron_html_bytes(
                        (const patron_uchar_t *) patron_leak_names[i].name);

        if (known == bytes) {
            return patron_leak_names[i].c;
        }
    }

    return ' ';
}


/* Digits, at most so many: ' ' where there is none. */

static const patron_uchar_t *
patron_leak_number(const patron_uchar_t *p, const patron_uchar_t *end,
    unsigned base, unsigned most, uint32_t *c)
{
    uint32_t               number, digit;
    const patron_uchar_t  *begin;

    number = 0;

    for (begin = p; p < end && (size_t) (p - begin) < most; p++) {

        digit = (uint32_t) *p - '0';

        if (digit > 9 && base == 16) {
            digit = (*p | 0x20u) - 'a';
            digit = (digit < 6) ? digit + 10 : base;
        }

        if (digit >= base) {
            break;
        }

        number = number * base + digit;
    }

    *c = (p > begin) ? number : ' ';

    return p;
}
