
/*
 * See the header.  Only what is as usual is read here; before anything else it
 * stops, and the states go on from there.
 */


#include "patron_xml_inside.h"
#include "patron_xml_tag.h"

#ifdef __SSE2__
#include <emmintrin.h>
#endif


#define INSIDE_ATTRS  8


static const patron_uchar_t *inside_text(const patron_uchar_t *p,
    const patron_uchar_t *end, patron_uchar_t last);
static const patron_uchar_t *inside_find(const patron_uchar_t *p,
    const patron_uchar_t *end, patron_uchar_t last);
static const patron_uchar_t *inside_start(patron_xml_t *x,
    const patron_uchar_t *p, const patron_uchar_t *end,
    patron_xml_token_t *t);
static const patron_uchar_t *inside_attributes(const patron_uchar_t *p,
    const patron_uchar_t *end);
static const patron_uchar_t *inside_attribute(const patron_uchar_t *p,
    const patron_uchar_t *end, patron_str_t *name);


#define inside_blank(c)                                                       \
    ((c) == ' ' || (c) == '\t' || (c) == '\r' || (c) == '\n')


const patron_uchar_t *
patron_xml_inside(patron_xml_t *x, const patron_uchar_t *p,
    const patron_uchar_t *end, patron_xml_token_t *t)
{
    const patron_uchar_t  *q;

    t->type = PATRON_XML_INSIDE;
    t->depth = x->depth;
    t->data = p;
    t->name.len = 0;
    t->name.data = NULL;
    t->binds = 0;
    t->tags = 0;
    t->prefixed = 0;

    for ( ;; ) {

        p = inside_text(p, end, '<');

        if (end - p < 2 || *p != '<') {
            break;
        }

        if (p[1] != '/') {
            q = inside_start(x, p + 1, end, t);

        } else if (x->depth > x->inside) {
            q = patron_xml_end_tag(x, p + 1, end);

            if (t->depth > x->depth) {
                t->depth = x->depth;
            }

        } else {
            q = NULL;
        }

        if (q == NULL) {
            break;
        }

        t->tags = 1;
        p = q;
    }

    t->len = (size_t) (p - t->data);

    return p;
}


/* The end of a text, which is before last, or where it is unusual. */

static const patron_uchar_t *
inside_text(const patron_uchar_t *p, const patron_uchar_t *end,
    patron_uchar_t last)
{
    size_t    n;
    uint32_t  c;

    for ( ;; ) {

        p = inside_find(p, end, last);

        if (p == end || *p != '&') {
            return p;
        }

        n = patron_xml_reference(p, end, &c);

        if (n == 0 || n > PATRON_XML_REFERENCE) {
            return p;
        }

        p += n;
    }
}


/* The first '<', '&' or last. */

static const patron_uchar_t *
inside_find(const patron_uchar_t *p, const patron_uchar_t *end,
    patron_uchar_t last)
{
#ifdef __SSE2__
    int      mask;
    __m128i  x, ends;

    ends = _mm_set1_epi8((char) last);

    for ( /* void */ ; end - p >= 16; p += 16) {
        x = _mm_loadu_si128((const __m128i *) (const void *) p);

        mask = _mm_movemask_epi8(
                   _mm_or_si128(
                       _mm_cmpeq_epi8(x, ends),
                       _mm_or_si128(_mm_cmpeq_epi8(x, _mm_set1_epi8('<')),
                                    _mm_cmpeq_epi8(x, _mm_set1_epi8('&')))));
        if (mask != 0) {
            return p + __builtin_ctz((unsigned) mask);
        }
    }
#endif

    while (p < end && *p != '<' && *p != '&' && *p != last) {
        p++;
    }

    return p;
}


/* Behind the start tag whose name is at p; NULL: it is unusual. */

static const patron_uchar_t *
inside_start(patron_xml_t *x, const patron_uchar_t *p,
    const patron_uchar_t *end, patron_xml_token_t *t)
{
    size_t                 len;
    const patron_uchar_t  *q;

    len = patron_xml_name(p, end);
    q = p + len;

    if (len == 0 || q == end
        || (len == x->alone.len && memcmp(p, x->alone.data, len) == 0))
    {
        return NULL;
    }

    if (inside_blank(*q)) {
        q = inside_attributes(q, end);

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
        memcpy(x->names + x->name_end, p, len);

        x->lens[x->depth++] = (uint16_t) len;
        x->name_end += (unsigned) len;
    }

    t->prefixed |= (memchr(p, ':', len) != NULL);

    return q;
}


/* Behind them, which begin with white space at p: at '>' or '/'; or NULL. */

static const patron_uchar_t *
inside_attributes(const patron_uchar_t *p, const patron_uchar_t *end)
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

        p = inside_attribute(p, end, &names[n]);

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


static const patron_uchar_t *
inside_attribute(const patron_uchar_t *p, const patron_uchar_t *end,
    patron_str_t *name)
{
    patron_uchar_t  quote;

    name->data = p;
    name->len = patron_xml_name(p, end);

    p += name->len;

    if (name->len == 0 || end - p < 2 || p[0] != '='
        || (p[1] != '"' && p[1] != '\'')
        || (name->len >= 5 && memcmp(name->data, "xmlns", 5) == 0))
    {
        return NULL;
    }

    quote = p[1];
    p = inside_text(p + 2, end, quote);

    return p < end && *p == quote ? p + 1 : NULL;
}
