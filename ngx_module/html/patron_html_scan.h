
/*
 * Searching bytes: sixteen at a time where the compiler has SSE2, one at a
 * time elsewhere and near the end.  Nothing is read at or past "end".
 */


#ifndef _PATRON_HTML_SCAN_H_INCLUDED_
#define _PATRON_HTML_SCAN_H_INCLUDED_


#include "patron_html_bytes.h"
#include "patron_html_vector.h"


/* Where in a tag an unfinished search stopped. */

typedef enum {
    SCAN_NAME = 0,          /* in the tag's name */
    SCAN_BEFORE,            /* before an attribute's name */
    SCAN_ATTR,              /* in it */
    SCAN_AFTER,             /* after it */
    SCAN_BEFORE_VALUE,
    SCAN_UNQUOTED,
    SCAN_DOUBLE,
    SCAN_SINGLE,
    SCAN_SLASH,             /* after a '/' that may make it self-closing */
    SCAN_ENDED,             /* the tag ended */
    SCAN_SELF_CLOSING       /* ... right after one */
} patron_html_scan_e;


/* The first byte c in [p, end), or end. */

static inline const patron_uchar_t *
patron_html_find(const patron_uchar_t *p, const patron_uchar_t *end,
    patron_uchar_t c)
{
#ifdef __SSE2__
    int                    mask;
    __m128i                want;
    const patron_uchar_t  *last;

    if (end - p >= 16) {
        want = _mm_set1_epi8((char) c);
        last = end - 16;

        do {
            mask = _mm_movemask_epi8(_mm_cmpeq_epi8(
                                  _mm_loadu_si128((const __m128i *) p), want));
            if (mask != 0) {
                return p + __builtin_ctz(mask);
            }

            p += 16;

        } while (p <= last);
    }
#endif

    while (p < end && *p != c) {
        p++;
    }

    return p;
}


/* The same, for long stretches. */

const patron_uchar_t *patron_html_find_far(const patron_uchar_t *p,
    const patron_uchar_t *end, patron_uchar_t c);

/* The first byte a or b. */

const patron_uchar_t *patron_html_find_either(const patron_uchar_t *p,
    const patron_uchar_t *end, patron_uchar_t a, patron_uchar_t b);

#ifdef __SSE2__

/*
 * The bytes of the name at p, or sixteen and more where it takes a second look
 * to tell.  Sixteen bytes may be read.
 */

static inline unsigned
patron_html_name_len(const patron_uchar_t *p)
{
    unsigned  n;
    __m128i   x, ends;

    x = _mm_loadu_si128((const __m128i *) p);

    ends = _mm_or_si128(_mm_cmpeq_epi8(x, _mm_set1_epi8('>')),
                        _mm_cmpeq_epi8(x, _mm_set1_epi8('/')));
    ends = _mm_or_si128(ends,
                        _mm_cmpeq_epi8(_mm_min_epu8(x, _mm_set1_epi8(' ')),
                                       x));

    n = __builtin_ctz(_mm_movemask_epi8(ends) | 1 << 16);

    return (p[n] < ' ' && !patron_html_is_space(p[n])) ? 16 : n;
}


/* Bytes after which an equals sign need not be that of an attribute. */

extern const patron_uchar_t  patron_html_no_name[256];


/*
 * The end of a tag that ends with a double-quoted value and has no single
 * quotes, or NULL.  The first '>' is the end if it follows a double quote (and
 * one space): that quote cannot open a value unless an equals sign or white
 * space is before it, and where it does not close one it means nothing.
 */

static inline const patron_uchar_t *
patron_html_tag_quoted_end(const patron_uchar_t *p,
    const patron_uchar_t *last)
{
    unsigned               mask;
    __m128i                x;
    const patron_uchar_t  *q;

    for ( /* void */ ; p <= last; p += 16) {
        x = _mm_loadu_si128((const __m128i *) p);
        mask = _mm_movemask_epi8(
                   _mm_or_si128(
                       _mm_cmpeq_epi8(x, patron_html_16(&patron_html_apos)),
                       _mm_cmpeq_epi8(x, patron_html_16(&patron_html_gt))));
        if (mask == 0) {
            continue;
        }

        p += __builtin_ctz(mask);
        q = p - 1;

        if (*q == ' ') {
            q--;
        }

        if (*p != '>' || *q != '"' || q[-1] == '=' || q[-1] <= ' ') {
            return NULL;
        }

        return p + 1;
    }

    return NULL;
}


/*
 * Steps over attributes as long as they are of the usual kind, from a place
 * before an attribute on; the byte before p is read too, and eighteen from
 * "last" on.  Returns the end of the tag if *state says so, or else where the
 * attribute begins that is not.
 */

static inline const patron_uchar_t *
patron_html_tag_attrs(const patron_uchar_t *p, const patron_uchar_t *last,
    unsigned *state)
{
    unsigned               mask;
    __m128i                x, quote;
    const patron_uchar_t  *start;

    start = p;

    while (p <= last) {
        x = _mm_loadu_si128((const __m128i *) p);
        mask = _mm_movemask_epi8(
                             _mm_or_si128(
                                 _mm_cmpeq_epi8(x, _mm_set1_epi8('=')),
                                 _mm_cmpeq_epi8(x, _mm_set1_epi8('>'))));
        if (mask == 0) {
            p += 16;
            continue;
        }

        p += __builtin_ctz(mask);

        if (*p == '>') {
            *state = (p[-1] == '/') ? SCAN_SELF_CLOSING : SCAN_ENDED;
            return p + 1;
        }

        if (patron_html_no_name[p[-1]]) {
            return start;
        }

        if (p[1] == '"') {
            quote = _mm_set1_epi8('"');

        } else if (p[1] == '\'') {
            quote = _mm_set1_epi8('\'');

        } else {
            return start;
        }

        for (p += 2; /* void */ ; p += 16) {

            if (p > last) {
                return start;
            }

            x = _mm_loadu_si128((const __m128i *) p);
            mask = _mm_movemask_epi8(_mm_cmpeq_epi8(x, quote));

            if (mask != 0) {
                break;
            }
        }

        p += __builtin_ctz(mask) + 1;
        start = p;
    }

    return start;
}

#endif


/*
 * The end of a tag, past its '>', or NULL if it is not in [p, end).  *state
 * is where the bytes before p left off, and is brought up to date; p may
 * begin anywhere in the tag.
 */

const patron_uchar_t *patron_html_tag_end(const patron_uchar_t *p,
    const patron_uchar_t *end, unsigned *state);


#endif /* _PATRON_HTML_SCAN_H_INCLUDED_ */
