
/*
 * Local paths, against open redirects and header injection.
 *
 * Only the characters of RFC 3986 pass, so no control, no space and no
 * backslash (which browsers take for a slash).  Two slashes may stand nowhere
 * in the path: what is behind us may merge or normalize it and redirect again.
 * For the same reason the path is looked at decoded, and decoded again
 * ("%252f"), until nothing is left to decode; more than PATRON_PATH_PASSES
 * layers are refused.  In the query and the fragment two slashes mean nothing.
 */


#include "patron_path.h"


#define PATRON_PATH_PASSES  4


static size_t patron_path_grammar(const patron_str_t *text);
static int patron_path_safe(const patron_uchar_t *path, size_t len);
static size_t patron_path_decode(patron_uchar_t *path, size_t len);
static int patron_path_char(patron_uchar_t c);
static int patron_path_query_char(patron_uchar_t c);
static int patron_path_escape(const patron_uchar_t *p, size_t len);
static int patron_path_hex(patron_uchar_t c);


int
patron_path_local(const patron_str_t *text)
{
    size_t          len, n;
    unsigned        passes;
    patron_uchar_t  path[PATRON_PATH_MAX];

    if (text->len == 0 || text->len > PATRON_PATH_MAX
        || text->data[0] != '/')
    {
        return PATRON_DECLINED;
    }

    len = patron_path_grammar(text);
    memcpy(path, text->data, len);

    for (passes = 0; len && patron_path_safe(path, len); passes++) {

        n = patron_path_decode(path, len);

        if (n == len) {
            return PATRON_OK;
        }

        if (passes == PATRON_PATH_PASSES) {
            break;
        }

        len = n;
    }

    return PATRON_DECLINED;
}


int
patron_path_begins(const patron_str_t *prefix, const patron_str_t *path)
{
    int     c;
    size_t  i, n;

    for (i = 0, n = 0; i < prefix->len; i++, n++) {
        c = patron_path_escape(prefix->data + i, prefix->len - i);

        if (c < 0) {
            c = prefix->data[i];

        } else {
            i += 2;
        }

        if (n == path->len || path->data[n] != c) {
            return 0;
        }
    }

    return 1;
}


/* The length of the path, or 0 where there is what no reference has. */

static size_t
patron_path_grammar(const patron_str_t *text)
{
    size_t          i, path;
    patron_uchar_t  c;

    path = text->len;

    for (i = 0; i < text->len; i++) {
        c = text->data[i];

        if (c == '%') {
            if (patron_path_escape(text->data + i, text->len - i) < 0) {
                return 0;
            }

        } else if (c == '?' || c == '#') {
            if (i < path) {
                path = i;
            }

        } else if (!patron_path_char(c)
                   && (path == text->len || !patron_path_query_char(c)))
        {
            return 0;
        }
    }

    return path;
}


static int
patron_path_safe(const patron_uchar_t *path, size_t len)
{
    size_t  i;

    for (i = 0; i < len; i++) {
        if (path[i] < 0x20 || path[i] == 0x7f || path[i] == '\\'
            || (path[i] == '/' && i && path[i - 1] == '/'))
        {
            return 0;
        }
    }

    return 1;
}


/* Decodes in place, once; returns the new length. */

static size_t
patron_path_decode(patron_uchar_t *path, size_t len)
{
    int     c;
    size_t  i, n;

    for (i = 0, n = 0; i < len; i++) {
        c = patron_path_escape(path + i, len - i);

        if (c < 0) {
            path[n++] = path[i];

        } else {
            path[n++] = (patron_uchar_t) c;
            i += 2;
        }
    }

    return n;
}


/* unreserved, sub-delims, ':', '@' and '/' (RFC 3986, appendix A) */

static int
patron_path_char(patron_uchar_t c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')
           || (c >= '0' && c <= '9')
           || (c != '\0' && strchr("-._~!$&'()*+,;=:@/", c) != NULL);
}


/* What browsers besides leave as it is behind the path (WHATWG URL). */

static int
patron_path_query_char(patron_uchar_t c)
{
    return c != '\0' && strchr("[]|^`", c) != NULL;
}


/* The byte that p[0..2] encodes, or -1. */

static int
patron_path_escape(const patron_uchar_t *p, size_t len)
{
    int  high, low;

    if (len < 3 || p[0] != '%') {
        return -1;
    }

    high = patron_path_hex(p[1]);
    low = patron_path_hex(p[2]);

    return (high < 0 || low < 0) ? -1 : high * 16 + low;
}


static int
patron_path_hex(patron_uchar_t c)
{
    if (c >= '0' && c <= '9') {
        return c - '0';
    }

    c |= 0x20;

    return (c >= 'a' && c <= 'f') ? c - 'a' + 10 : -1;
}
