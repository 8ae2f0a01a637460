
/*
 * Runs of bytes that need no second look: text and attribute values, and names
 * of letters.  For the tokenizer alone.
 */


#ifndef _PATRON_XML_SCAN_H_INCLUDED_
#define _PATRON_XML_SCAN_H_INCLUDED_


#include "patron_xml.h"

#if (__x86_64__)
#include <immintrin.h>
#elif defined __SSE2__
#include <emmintrin.h>
#endif


typedef const patron_uchar_t *(*patron_xml_find_pt)(const patron_uchar_t *p,
    const patron_uchar_t *end, patron_uchar_t last);


/* The first '<', or '&' of what is no reference that is good and whole, or
   end. */

const patron_uchar_t *patron_xml_run(const patron_uchar_t *p,
    const patron_uchar_t *end);


/*
 * The first '<', last, or '&', or end.  It may go past "&lt;" and "&gt;", and
 * does mostly.
 */

__attribute__((always_inline)) static inline const patron_uchar_t *
patron_xml_find(const patron_uchar_t *p, const patron_uchar_t *end,
    patron_uchar_t last)
{
#ifdef __SSE2__
    int                    mask;
    __m128i                x, amp, stop, good;
    const patron_uchar_t  *q;

    for ( /* void */ ; end - p >= 16 + 3; p += 16) {
        x = _mm_loadu_si128((const __m128i *) (const void *) p);

        amp = _mm_cmpeq_epi8(x, _mm_set1_epi8('&'));
        stop = _mm_or_si128(_mm_cmpeq_epi8(x, _mm_set1_epi8('<')),
                            _mm_cmpeq_epi8(x, _mm_set1_epi8((char) last)));

        mask = _mm_movemask_epi8(_mm_or_si128(amp, stop));

        if (mask == 0) {
            continue;
        }

        q = p + __builtin_ctz((unsigned) mask);

        if (*q != '&') {
            return q;
        }

        x = _mm_loadu_si128((const __m128i *) (const void *) (p + 1));
        good = _mm_or_si128(_mm_cmpeq_epi8(x, _mm_set1_epi8('l')),
                            _mm_cmpeq_epi8(x, _mm_set1_epi8('g')));

        x = _mm_loadu_si128((const __m128i *) (const void *) (p + 2));
        good = _mm_and_si128(good, _mm_cmpeq_epi8(x, _mm_set1_epi8('t')));

        x = _mm_loadu_si128((const __m128i *) (const void *) (p + 3));
        good = _mm_and_si128(good, _mm_cmpeq_epi8(x, _mm_set1_epi8(';')));

        mask = _mm_movemask_epi8(_mm_or_si128(stop,
                                              _mm_andnot_si128(good, amp)));
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


#if (__x86_64__)

/* The same for processors with AVX2. */

__attribute__((target("avx2"), always_inline))
static inline const patron_uchar_t *
patron_xml_find_32(const patron_uchar_t *p, const patron_uchar_t *end,
    patron_uchar_t last)
{
    int                    mask;
    __m256i                x, amp, stop, good;
    const patron_uchar_t  *q;

    for ( /* void */ ; end - p >= 32 + 3; p += 32) {
        x = _mm256_loadu_si256((const __m256i *) (const void *) p);

        amp = _mm256_cmpeq_epi8(x, _mm256_set1_epi8('&'));
        stop = _mm256_or_si256(
                   _mm256_cmpeq_epi8(x, _mm256_set1_epi8('<')),
                   _mm256_cmpeq_epi8(x, _mm256_set1_epi8((char) last)));

        mask = _mm256_movemask_epi8(_mm256_or_si256(amp, stop));

        if (mask == 0) {
            continue;
        }

        q = p + __builtin_ctz((unsigned) mask);

        if (*q != '&') {
            return q;
        }

        x = _mm256_loadu_si256((const __m256i *) (const void *) (p + 1));
        good = _mm256_or_si256(_mm256_cmpeq_epi8(x, _mm256_set1_epi8('l')),
                               _mm256_cmpeq_epi8(x, _mm256_set1_epi8('g')));

        x = _mm256_loadu_si256((const __m256i *) (const void *) (p + 2));
        good = _mm256_and_si256(good,
                                _mm256_cmpeq_epi8(x, _mm256_set1_epi8('t')));

        x = _mm256_loadu_si256((const __m256i *) (const void *) (p + 3));
        good = _mm256_and_si256(good,
                                _mm256_cmpeq_epi8(x, _mm256_set1_epi8(';')));

        mask = _mm256_movemask_epi8(
                   _mm256_or_si256(stop, _mm256_andnot_si256(good, amp)));

        if (mask != 0) {
            return p + __builtin_ctz((unsigned) mask);
        }
    }

    return patron_xml_find(p, end, last);
}

#endif


/* patron_xml_run() up to last, by one of these. */

__attribute__((always_inline)) static inline const patron_uchar_t *
patron_xml_run_by(const patron_uchar_t *p, const patron_uchar_t *end,
    patron_uchar_t last, patron_xml_find_pt find)
{
    size_t    n;
    uint32_t  c;

    for ( ;; ) {

        p = find(p, end, last);

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


/* May a name go on with it: a letter, a digit, "-", ".", ":", "_", and all that
   is not ASCII? */

static inline int
patron_xml_names(patron_uchar_t c)
{
    static const uint32_t  name[8] = {
        0x00000000, 0x07ff6000, 0x87fffffe, 0x07fffffe,
        0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff
    };

    return (name[c >> 5] >> (c & 31)) & 1;
}


/* The length of the name at p, where it has only letters and is short, or 0. */

static inline size_t
patron_xml_letters(const patron_uchar_t *p, const patron_uchar_t *end)
{
#ifdef __SSE2__
    int       mask;
    size_t    n;
    __m128i   x;

    if (end - p >= 16) {
        x = _mm_or_si128(_mm_loadu_si128((const __m128i *) (const void *) p),
                         _mm_set1_epi8(0x20));
        mask = _mm_movemask_epi8(
                   _mm_and_si128(_mm_cmpgt_epi8(x, _mm_set1_epi8('a' - 1)),
                                 _mm_cmplt_epi8(x, _mm_set1_epi8('z' + 1))));

        n = (size_t) __builtin_ctz(~(unsigned) mask);

        if (n < 16 && !patron_xml_names(p[n])) {
            return n;
        }
    }
#else
    (void) p;
    (void) end;
#endif

    return 0;
}


/* The length of the name at p, where it is short, or 0; it may begin wrong. */

static inline size_t
patron_xml_short_name(const patron_uchar_t *p, const patron_uchar_t *end)
{
#ifdef __SSE2__
    unsigned  mask;
    __m128i   x, y, good;

    if (end - p >= 16) {
        x = _mm_loadu_si128((const __m128i *) (const void *) p);
        y = _mm_or_si128(x, _mm_set1_epi8(0x20));

        good = _mm_and_si128(_mm_cmpgt_epi8(y, _mm_set1_epi8('a' - 1)),
                             _mm_cmplt_epi8(y, _mm_set1_epi8('z' + 1)));

        /* digits and ':' */

        y = _mm_and_si128(_mm_cmpgt_epi8(x, _mm_set1_epi8('0' - 1)),
                          _mm_cmplt_epi8(x, _mm_set1_epi8(':' + 1)));
        good = _mm_or_si128(good, y);

        y = _mm_or_si128(_mm_cmpeq_epi8(x, _mm_set1_epi8('-')),
                         _mm_cmpeq_epi8(x, _mm_set1_epi8('.')));
        good = _mm_or_si128(good, y);
        good = _mm_or_si128(good, _mm_cmpeq_epi8(x, _mm_set1_epi8('_')));

        /* and what is not ASCII, by its highest bit */

        mask = (unsigned) _mm_movemask_epi8(_mm_or_si128(good, x));

        return mask != 0xffff ? (size_t) __builtin_ctz(~mask) : 0;
    }
#else
    (void) p;
    (void) end;
#endif

    return 0;
}


/* Are these the first len bytes at p and at name, where 16 can be read? */

static inline int
patron_xml_same(const patron_uchar_t *p, const patron_uchar_t *name, size_t len)
{
#ifdef __SSE2__
    unsigned  mask;

    if (len <= 16) {
        mask = (unsigned) _mm_movemask_epi8(_mm_cmpeq_epi8(
                   _mm_loadu_si128((const __m128i *) (const void *) p),
                   _mm_loadu_si128((const __m128i *) (const void *) name)));

        return (~mask & ((1u << len) - 1)) == 0;
    }
#endif

    return memcmp(p, name, len) == 0;
}


#endif /* _PATRON_XML_SCAN_H_INCLUDED_ */
