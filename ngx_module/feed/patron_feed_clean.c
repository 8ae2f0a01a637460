
/*
 * The HTML of a closed item: comments go, and all attributes but those that a
 * reader of feeds makes use of, which are not long.
 */


#include "patron_feed_internal.h"


#define CLEAN_VALUE  2048           /* bytes of an attribute's value */


static const patron_uchar_t *clean_same(const patron_uchar_t *p,
    const patron_uchar_t *end);
static const patron_uchar_t *clean_comment(const patron_uchar_t *p,
    const patron_uchar_t *end);
static const patron_uchar_t *clean_tag(patron_feed_buf_t *out,
    const patron_uchar_t *p, const patron_uchar_t *end);
static const patron_uchar_t *clean_attribute(patron_feed_buf_t *out,
    const patron_uchar_t *p, const patron_uchar_t *end);
static int clean_kept(const patron_uchar_t *p, size_t len);
static int clean_is_data(const patron_uchar_t *p, size_t len);


#define clean_blank(c)                                                        \
    ((c) == ' ' || (c) == '\t' || (c) == '\r' || (c) == '\n' || (c) == '\f')


void
patron_feed_clean(patron_feed_buf_t *out, const patron_uchar_t *p, size_t len)
{
    patron_uchar_t         c;
    const patron_uchar_t  *q, *from, *end;

    /* what stays as it is goes in one piece */

    from = p;
    end = p + len;

    while (p < end) {
        p = memchr(p, '<', (size_t) (end - p));

        if (p == NULL) {
            break;
        }

        q = clean_same(p, end);

        if (q != NULL) {
            p = q;
            continue;
        }

        patron_feed_buf_add(out, from, (size_t) (p - from));

        c = (p + 1 < end) ? p[1] : ' ';

        if (c == '!' || c == '?') {
            p = clean_comment(p, end);

        } else if (c == '/' || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z')) {
            p = clean_tag(out, p, end);

        } else {
            patron_feed_buf_text(out, "&lt;");
            p++;
        }

        from = p;
    }

    patron_feed_buf_add(out, from, (size_t) (end - from));
}


/* Behind a tag that is known to be written as it stands, or NULL. */

static const patron_uchar_t *
clean_same(const patron_uchar_t *p, const patron_uchar_t *end)
{
    patron_uchar_t         quote;
    const patron_uchar_t  *name;

    p++;

    if (p < end && *p == '/') {
        p++;
    }

    for (name = p;
         p < end && ((*p >= 'a' && *p <= 'z') || (*p >= '0' && *p <= '9'));
         p++)
    {
        /* void */
    }

    if (p == end || *name < 'a') {
        return NULL;
    }

    while (*p == ' ') {

        for (name = ++p; p < end && *p >= 'a' && *p <= 'z'; p++) { /* void */ }

        if (end - p < 2 || p[0] != '=' || (p[1] != '"' && p[1] != '\'')
            || !clean_kept(name, (size_t) (p - name)))
        {
            return NULL;
        }

        quote = p[1];
        name = p + 2;
        p = memchr(name, quote, (size_t) (end - name));

        if (p == NULL || p - name > CLEAN_VALUE
            || clean_is_data(name, (size_t) (p - name)) || ++p == end)
        {
            return NULL;
        }
    }

    if (*p == '/' && end - p > 1) {
        p++;
    }

    return *p == '>' ? p + 1 : NULL;
}


/* Behind it; one without an end takes all that follows. */

static const patron_uchar_t *
clean_comment(const patron_uchar_t *p, const patron_uchar_t *end)
{
    size_t                 n;
    const patron_uchar_t  *q;

    n = (end - p > 3 && p[2] == '-' && p[3] == '-') ? 2 : 0;

    for (q = p + 2 + n; q < end; q++) {
        q = memchr(q, '>', (size_t) (end - q));

        if (q == NULL) {
            return end;
        }

        if (n == 0 || (q - p >= 6 && q[-1] == '-' && q[-2] == '-')) {
            return q + 1;
        }
    }

    return end;
}


static const patron_uchar_t *
clean_tag(patron_feed_buf_t *out, const patron_uchar_t *p,
    const patron_uchar_t *end)
{
    const patron_uchar_t  *q;

    for (q = p + 1; q < end && !clean_blank(*q) && *q != '>'
                    && (*q != '/' || q == p + 1); q++)
    {
        /* void */
    }

    patron_feed_buf_add(out, p, (size_t) (q - p));

    while (q < end) {

        if (*q == '>') {
            patron_feed_buf_text(out, ">");
            return q + 1;
        }

        if (*q == '/') {

            if (q + 1 < end && q[1] == '>') {
                patron_feed_buf_text(out, "/");
            }

            q++;
            continue;
        }

        if (clean_blank(*q)) {
            q++;
            continue;
        }

        q = clean_attribute(out, q, end);
    }

    /* the tag has no end */

    patron_feed_buf_text(out, ">");

    return end;
}


static const patron_uchar_t *
clean_attribute(patron_feed_buf_t *out, const patron_uchar_t *p,
    const patron_uchar_t *end)
{
    size_t                 name, len;
    patron_uchar_t         quote;
    const patron_uchar_t  *q, *from, *value;

    from = p;

    for (q = p + 1; q < end && !clean_blank(*q) && *q != '>' && *q != '/'
                    && *q != '='; q++)
    {
        /* void */
    }

    name = (size_t) (q - from);

    for (p = q; p < end && clean_blank(*p); p++) { /* void */ }

    if (p == end || *p != '=') {
        /* one without a value says nothing that is wanted */
        return q;
    }

    for (p++; p < end && clean_blank(*p); p++) { /* void */ }

    if (p == end || *p == '>') {
        return p;
    }

    quote = (*p == '"' || *p == '\'') ? *p : 0;

    if (quote) {
        value = p + 1;
        q = memchr(value, quote, (size_t) (end - value));

        if (q == NULL) {
            return end;
        }

        len = (size_t) (q - value);
        q++;

    } else {
        value = p;

        for (q = p; q < end && !clean_blank(*q) && *q != '>'; q++) {
            /* void */
        }

        len = (size_t) (q - value);
        quote = '"';

        if (memchr(value, '"', len) != NULL) {
            return q;
        }
    }

    if (len > CLEAN_VALUE || !clean_kept(from, name)
        || clean_is_data(value, len))
    {
        return q;
    }

    patron_feed_buf_text(out, " ");
    patron_feed_buf_add(out, from, name);
    patron_feed_buf_text(out, "=");
    patron_feed_buf_add(out, &quote, 1);
    patron_feed_buf_add(out, value, len);
    patron_feed_buf_add(out, &quote, 1);

    return q;
}


static int
clean_kept(const patron_uchar_t *p, size_t len)
{
    size_t        i;
    patron_str_t  name;

    static const char  *kept[] = {
        "href", "src", "srcset", "sizes", "alt", "width", "height", "class",
        "id", "rel", "lang", "xml:lang", "dir", "cite", "datetime", "colspan",
        "rowspan", "start", "xmlns", NULL
    };

    name.data = p;
    name.len = len;

    for (i = 0; kept[i]; i++) {
        if (patron_feed_is(&name, kept[i])) {
            return 1;
        }
    }

    return 0;
}


/* A "data:" URL may hold a text, in any form. */

static int
clean_is_data(const patron_uchar_t *p, size_t len)
{
    patron_str_t  scheme;

    for ( /* void */ ; len && *p <= ' '; p++, len--) { /* void */ }

    scheme.data = p;
    scheme.len = 5;

    return len > 4 && patron_feed_is(&scheme, "data:");
}
