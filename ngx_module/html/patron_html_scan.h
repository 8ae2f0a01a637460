
/*
 * Searching bytes: sixteen at a time where the compiler has SSE2, one at a
 * time elsewhere and near the end.  Nothing is read at or past "end".
 */


#ifndef _PATRON_HTML_SCAN_H_INCLUDED_
#define _PATRON_HTML_SCAN_H_INCLUDED_


#include "patron.h"

#ifdef __SSE2__
#include <emmintrin.h>
#endif


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
    SCAN_SELF_CLOSING       /* the tag ended with one */
} patron_html_scan_e;


/* The first byte c in [p, end), or end. */

static inline const patron_uchar_t *
patron_html_find(const patron_uchar_t *p, const patron_uchar_t *end,
    patron_uchar_t c)
{
#ifdef __SSE2__
    int      mask;
    __m128i  want;

    want = _mm_set1_epi8((char) c);

    while (end - p >= 16) {
        mask = _mm_movemask_epi8(_mm_cmpeq_epi8(
                                  _mm_loadu_si128((const __m128i *) p), want));
        if (mask != 0) {
            return p + __builtin_ctz(mask);
        }

        p += 16;
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

/*
 * The end of a tag, past its '>', or NULL if it is not in [p, end).  *state
 * is where the bytes before p left off, and is brought up to date; p may
 * begin anywhere in the tag.
 */

const patron_uchar_t *patron_html_tag_end(const patron_uchar_t *p,
    const patron_uchar_t *end, unsigned *state);


#endif /* _PATRON_HTML_SCAN_H_INCLUDED_ */
