
/*
 * See the header.  Names are compared as they were sent, in their plain form:
 * "gif%74" is another field, to us and to the page behind us alike.
 */


#include "patron_form.h"


static int patron_query_listed(const patron_str_t *list,
    const patron_str_t *name);
static int patron_field_next(const patron_str_t *text, size_t *at,
    patron_str_t *name, patron_str_t *value);
static int patron_field_is(const patron_str_t *a, const patron_str_t *b);
static int patron_hex_digit(patron_uchar_t c);
static size_t patron_origin_scheme(const patron_str_t *url,
    const char **port);
static int patron_host_is(const patron_str_t *a, const patron_str_t *b,
    const char *port);
static size_t patron_host_len(const patron_str_t *host, const char *port);


int
patron_form_field(const patron_str_t *text, const patron_str_t *name,
    patron_uchar_t *dst, size_t size, patron_str_t *value)
{
    size_t        i, at;
    patron_str_t  field, content;

    at = 0;

    while (patron_field_next(text, &at, &field, &content) == PATRON_OK) {

        if (!patron_field_is(&field, name)) {
            continue;
        }

        if (content.len > size) {
            return PATRON_ERROR;
        }

        for (i = 0; i < content.len; i++) {
            dst[i] = (content.data[i] == '+') ? ' ' : content.data[i];
        }

        value->data = dst;
        value->len = patron_percent_decode(dst, dst, content.len);

        if (value->len && memchr(dst, '\0', value->len) != NULL) {
            return PATRON_ERROR;
        }

        return PATRON_OK;
    }

    return PATRON_DECLINED;
}


int
patron_query_take(const patron_str_t *query, const patron_str_t *name,
    patron_uchar_t *dst, size_t *len, patron_str_t *value)
{
    size_t        at, from, n;
    unsigned      found;
    patron_str_t  field, content;

    found = 0;

    for (at = 0;
         patron_field_next(query, &at, &field, &content) == PATRON_OK;
         /* void */ )
    {
        if (patron_field_is(&field, name)) {
            *value = content;
            found = 1;
            break;
        }
    }

    if (!found) {
        return PATRON_DECLINED;
    }

    n = 0;

    for (at = 0, from = 0;
         patron_field_next(query, &at, &field, &content) == PATRON_OK;
         from = at)
    {
        if (patron_field_is(&field, name)) {
            continue;
        }

        if (n) {
            dst[n++] = '&';
        }

        /* at is behind the '&' that ends the field, where there is one */

        at -= (at > from && query->data[at - 1] == '&');
        memcpy(dst + n, query->data + from, at - from);
        n += at - from;
        at += (at < query->len);
    }

    *len = n;

    return PATRON_OK;
}


/* PATRON_OK and at behind the field and its '&', or PATRON_DECLINED. */

static int
patron_field_next(const patron_str_t *text, size_t *at, patron_str_t *name,
    patron_str_t *value)
{
    const patron_uchar_t  *p, *end, *last, *equals;

    if (*at >= text->len) {
        return PATRON_DECLINED;
    }

    p = text->data + *at;
    last = text->data + text->len;

    end = memchr(p, '&', (size_t) (last - p));
    if (end == NULL) {
        end = last;
    }

    equals = memchr(p, '=', (size_t) (end - p));

    name->data = p;
    name->len = (size_t) ((equals ? equals : end) - p);
    value->data = equals ? equals + 1 : end;
    value->len = (size_t) (end - value->data);

    *at = (size_t) (end - text->data) + (end < last);

    return PATRON_OK;
}


static int
patron_field_is(const patron_str_t *a, const patron_str_t *b)
{
    return a->len == b->len && memcmp(a->data, b->data, a->len) == 0;
}


size_t
patron_percent_decode(patron_uchar_t *dst, const patron_uchar_t *data,
    size_t len)
{
    int     high, low;
    size_t  i, n;

    for (i = 0, n = 0; i < len; i++) {

        if (data[i] == '%' && len - i > 2) {
            high = patron_hex_digit(data[i + 1]);
            low = patron_hex_digit(data[i + 2]);

            if (high >= 0 && low >= 0) {
                dst[n++] = (patron_uchar_t) (high * 16 + low);
                i += 2;
                continue;
            }
        }

        dst[n++] = data[i];
    }

    return n;
}


static int
patron_hex_digit(patron_uchar_t c)
{
    if (c >= '0' && c <= '9') {
        return c - '0';
    }

    c |= 0x20;

    return (c >= 'a' && c <= 'f') ? c - 'a' + 10 : -1;
}


size_t
patron_query_significant(const patron_str_t *query,
    const patron_str_t *ignore, patron_uchar_t *dst)
{
    size_t        at, end, from, n;
    patron_str_t  name;

    n = 0;

    for (from = 0; from < query->len; from = end + 1) {

        for (end = from; end < query->len && query->data[end] != '&'; end++) {
            /* void */
        }

        for (at = from; at < end && query->data[at] != '='; at++) {
            /* void */
        }

        name.data = query->data + from;
        name.len = at - from;

        if (end == from
            || (name.len > 4 && memcmp(name.data, "utm_", 4) == 0)
            || patron_query_listed(ignore, &name))
        {
            continue;
        }

        if (n) {
            dst[n++] = '&';
        }

        memcpy(dst + n, query->data + from, end - from);
        n += end - from;
    }

    return n;
}


/* Is name one of those in list, which stand with commas between them? */

static int
patron_query_listed(const patron_str_t *list, const patron_str_t *name)
{
    size_t  from, end;

    for (from = 0; from < list->len; from = end + 1) {

        for (end = from; end < list->len && list->data[end] != ','; end++) {
            /* void */
        }

        if (end - from == name->len
            && memcmp(list->data + from, name->data, name->len) == 0)
        {
            return 1;
        }
    }

    return 0;
}


int
patron_origin_is(const patron_str_t *url, const patron_str_t *host,
    size_t *len)
{
    size_t         start, end;
    const char    *port;
    patron_str_t   authority;

    start = patron_origin_scheme(url, &port);

    if (start == 0) {
        return PATRON_DECLINED;
    }

    for (end = start; end < url->len; end++) {
        if (memchr("/?#\\", url->data[end], 4) != NULL) {
            break;
        }
    }

    authority.data = url->data + start;
    authority.len = end - start;

    if (authority.len == 0 || !patron_host_is(&authority, host, port)) {
        return PATRON_DECLINED;
    }

    *len = end;

    return PATRON_OK;
}


/* The length of "http://" or "https://" and its port, or 0. */

static size_t
patron_origin_scheme(const patron_str_t *url, const char **port)
{
    size_t    i, len;
    unsigned  k;

    static const char *const  schemes[][2] = {
        { "http://", ":80" },
        { "https://", ":443" }
    };

    for (k = 0; k < 2; k++) {
        len = strlen(schemes[k][0]);

        for (i = 0; i < len && i < url->len; i++) {
            if ((url->data[i] | 0x20) != (schemes[k][0][i] | 0x20)) {
                break;
            }
        }

        if (i == len) {
            *port = schemes[k][1];
            return len;
        }
    }

    return 0;
}


static int
patron_host_is(const patron_str_t *a, const patron_str_t *b,
    const char *port)
{
    size_t          i, len;
    patron_uchar_t  x, y;

    len = patron_host_len(a, port);

    if (len == 0 || len != patron_host_len(b, port)) {
        return 0;
    }

    for (i = 0; i < len; i++) {
        x = a->data[i];
        y = b->data[i];

        x |= (x >= 'A' && x <= 'Z') ? 0x20 : 0;
        y |= (y >= 'A' && y <= 'Z') ? 0x20 : 0;

        if (x != y) {
            return 0;
        }
    }

    return 1;
}


/* Without the scheme's own port. */

static size_t
patron_host_len(const patron_str_t *host, const char *port)
{
    size_t  len;

    len = strlen(port);

    if (host->len >= len
        && memcmp(host->data + host->len - len, port, len) == 0)
    {
        return host->len - len;
    }

    return host->len;
}
