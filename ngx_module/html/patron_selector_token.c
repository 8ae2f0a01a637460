
/*
 * The tokens of the selector parser (CSS Syntax Level 3, section 4):
 * identifiers, strings, escapes, white space and digits; and its errors, which
 * say what is wrong and where.
 */


#include <stdarg.h>
#include <stdio.h>

#include "patron_selector_table.h"


#define PATRON_SELECTOR_MAX_NTH  1000000000


static int patron_parse_is_name(patron_uchar_t c);
static patron_uchar_t *patron_parse_escape(patron_selector_parser_t *ps,
    patron_uchar_t *dst);


int
patron_parse_spaces(patron_selector_parser_t *ps)
{
    const patron_uchar_t  *begin;

    begin = ps->p;

    while (ps->p < ps->end && patron_is_space(*ps->p)) {
        ps->p++;
    }

    return ps->p > begin;
}


int32_t
patron_parse_integer(patron_selector_parser_t *ps)
{
    int32_t  n;

    for (n = 0; ps->p < ps->end && *ps->p >= '0' && *ps->p <= '9'; ps->p++) {

        if (n >= PATRON_SELECTOR_MAX_NTH / 10) {
            n = PATRON_SELECTOR_MAX_NTH / 10;
            continue;
        }

        n = n * 10 + (*ps->p - '0');
    }

    return n;
}


static int
patron_parse_is_name(patron_uchar_t c)
{
    return ((c | 0x20) >= 'a' && (c | 0x20) <= 'z')
           || (c >= '0' && c <= '9')
           || c == '_' || c == '-' || c >= 0x80;
}


/* Would the next bytes begin an identifier (CSS Syntax, section 4.3.9)? */

int
patron_parse_is_ident(patron_selector_parser_t *ps)
{
    const patron_uchar_t  *p;

    p = ps->p;

    if (p < ps->end && *p == '-') {
        p++;

        if (p < ps->end && *p == '-') {
            return 1;
        }
    }

    if (p == ps->end) {
        return 0;
    }

    if (*p == '\\') {
        return p + 1 < ps->end && p[1] != '\n' && p[1] != '\r'
               && p[1] != '\f';
    }

    return patron_parse_is_name(*p) && *p != '-' && !(*p >= '0' && *p <= '9');
}


int
patron_parse_ident(patron_selector_parser_t *ps, patron_str_t *ident)
{
    patron_uchar_t  *dst, *out;

    /* an escape of two bytes may come to three: U+FFFD for "\0" */

    dst = patron_selectors_alloc(ps->table,
                                 2 * (size_t) (ps->end - ps->p) + 4);
    if (dst == NULL) {
        return patron_parse_failed(ps, "no memory");
    }

    out = dst;

    while (ps->p < ps->end) {

        if (patron_parse_is_name(*ps->p)) {
            *out++ = *ps->p++;

        } else if (*ps->p == '\\' && patron_parse_is_ident(ps)) {
            out = patron_parse_escape(ps, out);

        } else {
            break;
        }
    }

    ident->data = dst;
    ident->len = (size_t) (out - dst);

    return PATRON_OK;
}


int
patron_parse_string(patron_selector_parser_t *ps, patron_str_t *string)
{
    patron_uchar_t   quote;
    patron_uchar_t  *dst, *out;

    dst = patron_selectors_alloc(ps->table,
                                 2 * (size_t) (ps->end - ps->p) + 4);
    if (dst == NULL) {
        return patron_parse_failed(ps, "no memory");
    }

    out = dst;
    quote = *ps->p++;

    while (ps->p < ps->end && *ps->p != quote) {

        switch (*ps->p) {

        case '\n':
        case '\r':
        case '\f':
            return patron_parse_failed(ps, "a line end in a string");

        case '\\':
            if (ps->p + 1 == ps->end) {
                ps->p++;

            } else if (ps->p[1] == '\n' || ps->p[1] == '\f') {
                ps->p += 2;

            } else if (ps->p[1] == '\r') {
                ps->p += (ps->p + 2 < ps->end && ps->p[2] == '\n') ? 3 : 2;

            } else {
                out = patron_parse_escape(ps, out);
            }

            break;

        default:
            *out++ = *ps->p++;
        }
    }

    if (ps->p == ps->end) {
        return patron_parse_failed(ps, "a string without its end");
    }

    ps->p++;

    string->data = dst;
    string->len = (size_t) (out - dst);

    return PATRON_OK;
}


/* At a backslash with a byte behind it (CSS Syntax, section 4.3.7). */

static patron_uchar_t *
patron_parse_escape(patron_selector_parser_t *ps, patron_uchar_t *dst)
{
    unsigned        n;
    uint32_t        u;
    patron_uchar_t  c;

    ps->p++;
    u = 0;

    for (n = 0; n < 6 && ps->p < ps->end; n++) {
        c = *ps->p | 0x20;

        if (*ps->p >= '0' && *ps->p <= '9') {
            u = u * 16 + (uint32_t) (*ps->p - '0');

        } else if (c >= 'a' && c <= 'f') {
            u = u * 16 + (uint32_t) (c - 'a' + 10);

        } else {
            break;
        }

        ps->p++;
    }

    if (n == 0) {
        *dst++ = *ps->p++;
        return dst;
    }

    if (ps->p < ps->end && patron_is_space(*ps->p)) {
        ps->p += (*ps->p == '\r' && ps->p + 1 < ps->end && ps->p[1] == '\n')
                 ? 2 : 1;
    }

    return patron_utf8(dst, u);
}


int
patron_parse_word_is(const patron_str_t *s, const char *word)
{
    size_t  i;

    for (i = 0; i < s->len && word[i]; i++) {
        if (patron_lower(s->data[i]) != (patron_uchar_t) word[i]) {
            return 0;
        }
    }

    return i == s->len && word[i] == '\0';
}


/* The bytes are in memory of the table's own. */

void
patron_parse_lower(patron_str_t *s)
{
    size_t           i;
    patron_uchar_t  *p;

    p = (patron_uchar_t *) s->data;

    for (i = 0; i < s->len; i++) {
        p[i] = patron_lower(p[i]);
    }
}


int
patron_parse_unexpected(patron_selector_parser_t *ps)
{
    size_t          at;
    patron_uchar_t  c;

    at = (size_t) (ps->p - ps->start) + 1;

    if (ps->p == ps->end) {
        return patron_parse_failed(ps, "unexpected end");
    }

    c = *ps->p;

    if (c > ' ' && c < 0x7f) {
        return patron_parse_failed(ps, "unexpected \"%c\" at byte %zu", c, at);
    }

    return patron_parse_failed(ps, "unexpected byte 0x%02x at byte %zu", c,
                               at);
}


int
patron_parse_failed(patron_selector_parser_t *ps, const char *fmt, ...)
{
    va_list  args;

    va_start(args, fmt);
    vsnprintf(ps->err, PATRON_SELECTOR_ERR, fmt, args);
    va_end(args);

    return PATRON_ERROR;
}
