
/*
 * See the header.  Only what is as usual is read here; before anything else it
 * stops, and the states go on from there.
 */


#include "patron_xml_inside.h"
#include "patron_xml_scan.h"
#include "patron_xml_tag.h"


#define INSIDE_ATTRS  8

#define inline_always  __attribute__((always_inline)) static inline


#define inside_blank(c)                                                       \
    ((c) == ' ' || (c) == '\t' || (c) == '\r' || (c) == '\n')


inline_always const patron_uchar_t *
inside_attribute(const patron_uchar_t *p, const patron_uchar_t *end,
    patron_str_t *name, patron_xml_find_pt find)
{
    size_t          len;
    patron_uchar_t  quote;

    len = patron_xml_letters(p, end);
    len = len ? len : patron_xml_name(p, end);

    name->data = p;
    name->len = len;

    p += len;

    if (len == 0 || end - p < 2 || p[0] != '='
        || (p[1] != '"' && p[1] != '\'')
        || (len >= 5 && memcmp(name->data, "xmlns", 5) == 0))
    {
        return NULL;
    }

    quote = p[1];
    p = patron_xml_run_by(p + 2, end, quote, find);

    return p < end && *p == quote ? p + 1 : NULL;
}


/* Behind them, which begin with white space at p: at '>' or '/'; or NULL. */

inline_always const patron_uchar_t *
inside_attributes(const patron_uchar_t *p, const patron_uchar_t *end,
    patron_xml_find_pt find)
{
    unsigned      i, n;
    patron_str_t  names[INSIDE_ATTRS];

    for (n = 0; ; n++) {

        for (i = 0; p < end && inside_blank(*p); p++) {
            i = 1;
        }

        if (p == end) {
            return NULL;
        }

        if (*p == '>' || *p == '/') {
            return p;
        }

        if (i == 0 || n == INSIDE_ATTRS) {
            return NULL;
        }

        p = inside_attribute(p, end, &names[n], find);

        if (p == NULL) {
            return NULL;
        }

        for (i = 0; i < n; i++) {
            if (names[i].len == names[n].len
                && memcmp(names[i].data, names[n].data, names[n].len) == 0)
            {
                return NULL;
            }
        }
    }
}


/* Behind the start tag whose name is at p; NULL: it is unusual. */

inline_always const patron_uchar_t *
inside_start(patron_xml_t *x, const patron_uchar_t *p,
    const patron_uchar_t *end, patron_xml_token_t *t, patron_xml_find_pt find)
{
    size_t                 len;
    unsigned               prefixed;
    const patron_uchar_t  *q;

    len = patron_xml_letters(p, end);
    prefixed = 0;

    if (len == 0) {
        len = patron_xml_name(p, end);
        prefixed = (memchr(p, ':', len) != NULL);
    }

    q = p + len;

    if (len == 0 || q == end
        || (len == x->alone.len && memcmp(p, x->alone.data, len) == 0))
    {
        return NULL;
    }

    if (inside_blank(*q)) {
        q = inside_attributes(q, end, find);

        if (q == NULL) {
            return NULL;
        }
    }

    if (*q == '/') {

        if (q + 1 == end || q[1] != '>') {
            return NULL;
        }

        q += 2;

    } else if (*q == '>'
               && x->depth < PATRON_XML_DEPTH
               && len <= PATRON_XML_NAMES - x->name_end)
    {
        q++;
    } else {
        return NULL;
    }

    if (q - p >= PATRON_XML_TAG_MAX) {
        return NULL;
    }

    if (q[-2] != '/') {
        patron_xml_push(x, p, len, end);
    }

    t->prefixed |= prefixed;

    return q;
}


inline_always const patron_uchar_t *
inside_read(patron_xml_t *x, const patron_uchar_t *p,
    const patron_uchar_t *end, patron_xml_token_t *t, patron_xml_find_pt find)
{
    const patron_uchar_t  *q;

    for ( ;; ) {

        p = patron_xml_run_by(p, end, '<', find);

        if (end - p < 2 || *p != '<') {
            return p;
        }

        if (p[1] != '/') {
            q = inside_start(x, p + 1, end, t, find);

        } else if (x->depth > x->inside) {
            q = patron_xml_end_tag(x, p + 1, end);

            if (t->depth > x->depth) {
                t->depth = x->depth;
            }

        } else {
            q = NULL;
        }

        if (q == NULL) {
            return p;
        }

        t->tags = 1;
        p = q;
    }
}


static const patron_uchar_t *
inside_16(patron_xml_t *x, const patron_uchar_t *p, const patron_uchar_t *end,
    patron_xml_token_t *t)
{
    return inside_read(x, p, end, t, patron_xml_find);
}


#if (__x86_64__)

__attribute__((target("avx2"))) static const patron_uchar_t *
inside_32(patron_xml_t *x, const patron_uchar_t *p, const patron_uchar_t *end,
    patron_xml_token_t *t)
{
    return inside_read(x, p, end, t, patron_xml_find_32);
}

#endif


const patron_uchar_t *
patron_xml_inside(patron_xml_t *x, const patron_uchar_t *p,
    const patron_uchar_t *end, patron_xml_token_t *t)
{
    t->type = PATRON_XML_INSIDE;
    t->depth = x->depth;
    t->data = p;
    t->name.len = 0;
    t->name.data = NULL;
    t->binds = 0;
    t->tags = 0;
    t->prefixed = 0;

#if (__x86_64__)
    if (__builtin_cpu_supports("avx2")) {
        p = inside_32(x, p, end, t);
    } else {
        p = inside_16(x, p, end, t);
    }
#else
    p = inside_16(x, p, end, t);
#endif

    t->len = (size_t) (p - t->data);

    return p;
}


/* The same choice for a single run. */

#if (__x86_64__)

__attribute__((target("avx2"))) static const patron_uchar_t *
inside_run_32(const patron_uchar_t *p, const patron_uchar_t *end)
{
    return patron_xml_run_by(p, end, '<', patron_xml_find_32);
}

#endif


const patron_uchar_t *
patron_xml_run(const patron_uchar_t *p, const patron_uchar_t *end)
{
#if (__x86_64__)
    if (__builtin_cpu_supports("avx2")) {
        return inside_run_32(p, end);
    }
#endif

    return patron_xml_run_by(p, end, '<', patron_xml_find);
}
