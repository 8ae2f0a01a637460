
/*
 * See the header.  Names are compared byte by byte, as browsers do: one with
 * the prefix "__Host-" is not what somebody else could have set as "__host-".
 */


#include "patron_cookie.h"


#define PATRON_DOMAIN_MAX  253
#define PATRON_LABEL_MAX   63


#define patron_cookie_space(c)  ((c) == ' ' || (c) == '\t')


/* Each points into the line; none has white space around it. */

typedef struct {
    patron_str_t  rest;             /* of the line, set by the caller first */
    patron_str_t  pair;
    patron_str_t  name;
    patron_str_t  value;            /* empty without a "=", too */
} patron_cookie_t;


static int patron_cookie_next(patron_cookie_t *cookie);
static void patron_cookie_note(patron_cookies_t *noted,
    const patron_cookie_t *cookie);
static unsigned patron_cookie_which(const patron_str_t *name,
    const patron_str_t *names, unsigned n);
static void patron_cookie_trim_end(patron_str_t *text);
static int patron_cookie_label(const patron_uchar_t *p,
    const patron_uchar_t *end);


unsigned
patron_cookie_find(const patron_str_t *line, const patron_str_t *name,
    patron_str_t *values, unsigned n)
{
    patron_cookie_t  cookie;

    if (!patron_cookie_mentions(line, name)) {
        return n;
    }

    cookie.rest = *line;

    while (n < PATRON_COOKIES_MAX
           && patron_cookie_next(&cookie) == PATRON_OK)
    {
        if (cookie.value.len
            && patron_cookie_which(&cookie.name, name, 1) == 0)
        {
            values[n++] = cookie.value;
        }
    }

    return n;
}


int
patron_cookie_mentions(const patron_str_t *line, const patron_str_t *text)
{
    const patron_uchar_t  *p, *last;

    if (line->len < text->len || text->len == 0) {
        return text->len == 0;
    }

    p = line->data;
    last = p + line->len - text->len;

    while (p <= last) {
        p = memchr(p, text->data[0], (size_t) (last - p) + 1);

        if (p == NULL) {
            return 0;
        }

        if (memcmp(p, text->data, text->len) == 0) {
            return 1;
        }

        p++;
    }

    return 0;
}


int
patron_cookie_holds(const patron_str_t *line, const patron_str_t *names,
    unsigned n, patron_cookie_values_t *next)
{
    unsigned         i, all;
    patron_cookie_t  cookie;

    cookie.rest = *line;
    all = (next != NULL) ? n + 1 : n;

    while (patron_cookie_next(&cookie) == PATRON_OK) {

        i = patron_cookie_which(&cookie.name, names, all);

        if (i < n) {
            return 1;
        }

        if (i < all && cookie.value.len && next->n < PATRON_COOKIES_MAX) {
            next->values[next->n++] = cookie.value;
        }
    }

    return 0;
}


size_t
patron_cookie_strip(const patron_str_t *line, const patron_str_t *names,
    unsigned n, patron_cookies_t *noted, patron_uchar_t *dst)
{
    patron_uchar_t   *p;
    patron_cookie_t   cookie;

    p = dst;
    cookie.rest = *line;

    while (patron_cookie_next(&cookie) == PATRON_OK) {

        if (noted != NULL) {
            patron_cookie_note(noted, &cookie);
        }

        if (patron_cookie_which(&cookie.name, names, n) < n) {
            continue;
        }

        if (p > dst) {
            *p++ = ';';
            *p++ = ' ';
        }

        memcpy(p, cookie.pair.data, cookie.pair.len);
        p += cookie.pair.len;
    }

    return (size_t) (p - dst);
}


static void
patron_cookie_note(patron_cookies_t *noted, const patron_cookie_t *cookie)
{
    unsigned  i;

    i = patron_cookie_which(&cookie->name, noted->names, noted->known);

    if (i < noted->known && cookie->value.len
        && noted->n[i] < PATRON_COOKIES_MAX)
    {
        noted->values[i][noted->n[i]++] = cookie->value;
    }
}


/* The next one: PATRON_OK, or PATRON_DECLINED at the end of the line. */

static int
patron_cookie_next(patron_cookie_t *cookie)
{
    const patron_uchar_t  *p, *end, *last, *equals;

    p = cookie->rest.data;
    end = p + cookie->rest.len;

    while (p < end && (*p == ';' || patron_cookie_space(*p))) {
        p++;
    }

    if (p == end) {
        return PATRON_DECLINED;
    }

    last = memchr(p, ';', (size_t) (end - p));

    if (last == NULL) {
        last = end;
    }

    cookie->rest.data = last;
    cookie->rest.len = (size_t) (end - last);

    cookie->pair.data = p;
    cookie->pair.len = (size_t) (last - p);

    patron_cookie_trim_end(&cookie->pair);

    last = p + cookie->pair.len;
    equals = memchr(p, '=', cookie->pair.len);

    cookie->name.data = p;
    cookie->name.len = (size_t) ((equals ? equals : last) - p);

    patron_cookie_trim_end(&cookie->name);

    p = equals ? equals + 1 : last;

    while (p < last && patron_cookie_space(*p)) {
        p++;
    }

    cookie->value.data = p;
    cookie->value.len = (size_t) (last - p);

    return PATRON_OK;
}


/* Which of them it is; n: none. */

static unsigned
patron_cookie_which(const patron_str_t *name, const patron_str_t *names,
    unsigned n)
{
    unsigned  i;

    for (i = 0; i < n; i++) {
        if (name->len == names[i].len
            && memcmp(name->data, names[i].data, name->len) == 0)
        {
            break;
        }
    }

    return i;
}


static inline void
patron_cookie_trim_end(patron_str_t *text)
{
    while (text->len && patron_cookie_space(text->data[text->len - 1])) {
        text->len--;
    }
}


int
patron_cookie_domain(const patron_str_t *domain)
{
    const patron_uchar_t  *p, *end, *dot;

    p = domain->data;
    end = p + domain->len;

    if (p < end && *p == '.') {
        p++;
    }

    if (end - p > PATRON_DOMAIN_MAX) {
        return PATRON_ERROR;
    }

    for ( ;; ) {
        dot = (p < end) ? memchr(p, '.', (size_t) (end - p)) : NULL;

        if (patron_cookie_label(p, dot ? dot : end) != PATRON_OK) {
            return PATRON_ERROR;
        }

        if (dot == NULL) {
            return PATRON_OK;
        }

        p = dot + 1;
    }
}


static int
patron_cookie_label(const patron_uchar_t *p, const patron_uchar_t *end)
{
    if (p == end || end - p > PATRON_LABEL_MAX || *p == '-' || end[-1] == '-')
    {
        return PATRON_ERROR;
    }

    for ( /* void */ ; p < end; p++) {
        if (!((*p >= 'a' && *p <= 'z') || (*p >= 'A' && *p <= 'Z')
              || (*p >= '0' && *p <= '9') || *p == '-' || *p == '_'))
        {
            return PATRON_ERROR;
        }
    }

    return PATRON_OK;
}
