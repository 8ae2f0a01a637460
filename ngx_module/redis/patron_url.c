
/*
 * Parsing of redis://, rediss:// and unix: addresses.  Control characters and
 * NUL are refused wherever they come from, so that what is parsed may go into
 * logs, host names and paths.
 */


#include "patron_url.h"


typedef struct {
    const patron_uchar_t  *pos;
    const patron_uchar_t  *end;
    patron_uchar_t        *out;
    const char            *err;
} patron_url_parser_t;


static int patron_url_prefix(patron_url_parser_t *p, const char *prefix);
static int patron_url_authority(patron_url_parser_t *p, patron_url_t *url);
static int patron_url_userinfo(patron_url_parser_t *p, patron_url_t *url,
    const patron_uchar_t *at);
static int patron_url_host(patron_url_parser_t *p, patron_url_t *url,
    const patron_uchar_t *end);
static int patron_url_unix(patron_url_parser_t *p, patron_url_t *url);
static int patron_url_number(patron_url_parser_t *p,
    const patron_uchar_t *end, unsigned max, unsigned *number);
static int patron_url_decode(patron_url_parser_t *p,
    const patron_uchar_t *end, patron_str_t *s);
static int patron_url_hex(patron_uchar_t c);
static const patron_uchar_t *patron_url_find(const patron_uchar_t *pos,
    const patron_uchar_t *end, int c);


int
patron_url_is(const patron_str_t *text)
{
    patron_url_parser_t  p;

    p.pos = text->data;
    p.end = text->data + text->len;

    return patron_url_prefix(&p, "redis://")
           || patron_url_prefix(&p, "rediss://")
           || patron_url_prefix(&p, "unix:");
}


int
patron_url_parse(const patron_str_t *text, patron_uchar_t *buf,
    patron_url_t *url, const char **err)
{
    int                  rc;
    patron_url_parser_t  p;

    memset(url, 0, sizeof(patron_url_t));

    p.pos = text->data;
    p.end = text->data + text->len;
    p.out = buf;
    p.err = "not a redis://, rediss:// or unix: address";

    if (patron_url_prefix(&p, "unix:")) {
        rc = patron_url_unix(&p, url);

    } else if (patron_url_prefix(&p, "redis://")) {
        rc = patron_url_authority(&p, url);

    } else if (patron_url_prefix(&p, "rediss://")) {
        url->tls = 1;
        rc = patron_url_authority(&p, url);

    } else {
        rc = PATRON_ERROR;
    }

    *err = (rc == PATRON_OK) ? NULL : p.err;

    return rc;
}


static int
patron_url_prefix(patron_url_parser_t *p, const char *prefix)
{
    size_t  len;

    len = strlen(prefix);

    if ((size_t) (p->end - p->pos) < len || memcmp(p->pos, prefix, len) != 0) {
        return 0;
    }

    p->pos += len;

    return 1;
}


static int
patron_url_authority(patron_url_parser_t *p, patron_url_t *url)
{
    const patron_uchar_t  *slash, *at;

    slash = patron_url_find(p->pos, p->end, '/');
    at = patron_url_find(p->pos, slash, '@');

    if (at != slash && patron_url_userinfo(p, url, at) != PATRON_OK) {
        return PATRON_ERROR;
    }

    if (patron_url_host(p, url, slash) != PATRON_OK) {
        return PATRON_ERROR;
    }

    if (slash == p->end || slash + 1 == p->end) {
        return PATRON_OK;
    }

    p->pos = slash + 1;
    p->err = "the database is a number";
    url->has_db = 1;

    return patron_url_number(p, p->end, 65535, &url->db);
}


static int
patron_url_userinfo(patron_url_parser_t *p, patron_url_t *url,
    const patron_uchar_t *at)
{
    const patron_uchar_t  *colon;

    colon = patron_url_find(p->pos, at, ':');

    if (patron_url_decode(p, colon, &url->user) != PATRON_OK) {
        return PATRON_ERROR;
    }

    if (colon != at) {
        p->pos = colon + 1;
        url->has_password = 1;

        if (patron_url_decode(p, at, &url->password) != PATRON_OK) {
            return PATRON_ERROR;
        }
    }

    p->pos = at + 1;

    return PATRON_OK;
}


static int
patron_url_host(patron_url_parser_t *p, patron_url_t *url,
    const patron_uchar_t *end)
{
    const patron_uchar_t  *stop;

    url->port = PATRON_REDIS_PORT;

    if (p->pos < end && *p->pos == '[') {
        url->ipv6 = 1;
        p->pos++;

        stop = patron_url_find(p->pos, end, ']');

        if (stop == end) {
            p->err = "no \"]\" after an IPv6 address";
            return PATRON_ERROR;
        }

    } else {
        stop = patron_url_find(p->pos, end, ':');
    }

    if (patron_url_decode(p, stop, &url->host) != PATRON_OK) {
        return PATRON_ERROR;
    }

    if (url->host.len == 0 || url->host.len > 255) {
        p->err = "no host, or one of more than 255 bytes";
        return PATRON_ERROR;
    }

    p->pos = stop + url->ipv6;

    if (p->pos == end) {
        return PATRON_OK;
    }

    p->err = "the port is a number from 1 to 65535";

    if (*p->pos++ != ':'
        || patron_url_number(p, end, 65535, &url->port) != PATRON_OK
        || url->port == 0)
    {
        return PATRON_ERROR;
    }

    return PATRON_OK;
}


static int
patron_url_unix(patron_url_parser_t *p, patron_url_t *url)
{
    const patron_uchar_t  *query;

    query = patron_url_find(p->pos, p->end, '?');

    if (patron_url_decode(p, query, &url->path) != PATRON_OK) {
        return PATRON_ERROR;
    }

    /* sun_path has 108 bytes with its NUL */

    if (url->path.len == 0 || url->path.data[0] != '/'
        || url->path.len > 107)
    {
        p->err = "a unix socket is an absolute path of at most 107 bytes";
        return PATRON_ERROR;
    }

    if (query == p->end) {
        return PATRON_OK;
    }

    p->pos = query + 1;
    p->err = "after a unix socket's path only \"?db=N\" may stand";

    if (!patron_url_prefix(p, "db=")) {
        return PATRON_ERROR;
    }

    url->has_db = 1;

    return patron_url_number(p, p->end, 65535, &url->db);
}


static int
patron_url_number(patron_url_parser_t *p, const patron_uchar_t *end,
    unsigned max, unsigned *number)
{
    unsigned  n;

    if (p->pos == end) {
        return PATRON_ERROR;
    }

    for (n = 0; p->pos < end; p->pos++) {

        if (*p->pos < '0' || *p->pos > '9') {
            return PATRON_ERROR;
        }

        n = n * 10 + (*p->pos - '0');

        if (n > max) {
            return PATRON_ERROR;
        }
    }

    *number = n;

    return PATRON_OK;
}


/* Decodes up to end; afterwards pos is end. */

static int
patron_url_decode(patron_url_parser_t *p, const patron_uchar_t *end,
    patron_str_t *s)
{
    int             high, low;
    patron_uchar_t  c;

    s->data = p->out;

    while (p->pos < end) {
        c = *p->pos++;

        if (c == '%') {
            high = (end - p->pos >= 2) ? patron_url_hex(p->pos[0]) : -1;
            low = (high >= 0) ? patron_url_hex(p->pos[1]) : -1;

            if (low < 0) {
                p->err = "\"%\" is not followed by two hexadecimal digits";
                return PATRON_ERROR;
            }

            c = (patron_uchar_t) (high << 4 | low);
            p->pos += 2;
        }

        if (c < 0x20 || c == 0x7f) {
            p->err = "control character";
            return PATRON_ERROR;
        }

        *p->out++ = c;
    }

    s->len = p->out - s->data;

    return PATRON_OK;
}


static int
patron_url_hex(patron_uchar_t c)
{
    if (c >= '0' && c <= '9') {
        return c - '0';
    }

    c |= 0x20;

    return (c >= 'a' && c <= 'f') ? c - 'a' + 10 : -1;
}


static const patron_uchar_t *
patron_url_find(const patron_uchar_t *pos, const patron_uchar_t *end, int c)
{
    while (pos < end && *pos != c) {
        pos++;
    }

    return pos;
}
