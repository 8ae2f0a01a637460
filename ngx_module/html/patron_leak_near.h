
/*
 * Bytes that are near in a page, as the ends of texts and values are.  Behind
 * the page is padding, PATRON_LEAK_PADDING of '>'.
 */


#ifndef _PATRON_LEAK_NEAR_H_INCLUDED_
#define _PATRON_LEAK_NEAR_H_INCLUDED_


#include "patron.h"

#ifdef __SSE2__
#include <immintrin.h>

#define patron_leak_load(p)                                                   \
    _mm_loadu_si128((const __m128i *) (const void *) (p))
#endif


/* Where the reading of attributes stops: quotes, '>' and white space. */

#define PATRON_LEAK_STOPS                                                     \
    (1ull << '"' | 1ull << '\'' | 1ull << '>' | 1ull << ' ' | 1ull << '\n'    \
     | 1ull << '\t' | 1ull << '\r' | 1ull << '\f')

#define patron_leak_stops(c)  ((c) <= '>' && (PATRON_LEAK_STOPS >> (c) & 1))


/* The first such byte, or end: most are near. */

__attribute__((always_inline)) static inline const patron_uchar_t *
patron_leak_byte(const patron_uchar_t *p, const patron_uchar_t *end,
    patron_uchar_t byte)
{
#ifdef __SSE2__
    int      mask;
    __m128i  bytes;

    bytes = _mm_set1_epi8((char) byte);

    for ( /* void */ ; p < end; p += 16) {
        mask = _mm_movemask_epi8(_mm_cmpeq_epi8(patron_leak_load(p), bytes));

        if (mask) {
            p += __builtin_ctz((unsigned) mask);
            break;
        }
    }

    return p < end ? p : end;
#else
    p = memchr(p, byte, (size_t) (end - p));

    return p ? p : end;
#endif
}


/* The next byte that stops, or another of control; the padding does. */

__attribute__((always_inline)) static inline const patron_uchar_t *
patron_leak_stop(const patron_uchar_t *p)
{
#ifdef __SSE2__
    int      mask;
    __m128i  c, space;

    space = _mm_set1_epi8(' ');

    for ( ;; p += 16) {
        c = patron_leak_load(p);

        mask = _mm_movemask_epi8(
                   _mm_or_si128(
                       _mm_or_si128(_mm_cmpeq_epi8(c, _mm_set1_epi8('"')),
                                    _mm_cmpeq_epi8(c, _mm_set1_epi8('\''))),
                       _mm_or_si128(_mm_cmpeq_epi8(c, _mm_set1_epi8('>')),
                                    _mm_cmpeq_epi8(_mm_min_epu8(c, space),
                                                   c))));
        if (mask) {
            return p + __builtin_ctz((unsigned) mask);
        }
    }
#else
    while (!patron_leak_stops(*p)) {
        p++;
    }

    return p;
#endif
}


#endif /* _PATRON_LEAK_NEAR_H_INCLUDED_ */
