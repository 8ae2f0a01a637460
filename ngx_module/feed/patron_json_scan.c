
/*
 * Long strings, 32 bytes at a time where the processor has AVX2, else 16: of
 * each lot the bytes that may end it are looked at one by one.
 */


#include "patron_json_internal.h"

#if (__x86_64__)
#include <immintrin.h>
#elif defined __SSE2__
#include <emmintrin.h>
#endif


static const patron_uchar_t *scan_behind(const patron_uchar_t *p,
    const patron_uchar_t *end);

#if (__x86_64__)

static const patron_uchar_t *scan_text_32(const patron_uchar_t *p,
    const patron_uchar_t *end);
static const patron_uchar_t *scan_behind_32(const patron_uchar_t *p,
    const patron_uchar_t *end);

#endif


const patron_uchar_t *
patron_json_plain(const patron_uchar_t *p, const patron_uchar_t *end)
{
#ifdef __SSE2__
    int      mask;
    __m128i  x;

    for ( /* void */ ; end - p >= 16; p += 16) {
        x = _mm_loadu_si128((const __m128i *) (const void *) p);

        /* signed: what is not ASCII is less than a space, too */

        mask = _mm_movemask_epi8(
                   _mm_or_si128(
                       _mm_cmplt_epi8(x, _mm_set1_epi8(' ')),
                       _mm_or_si128(_mm_cmpeq_epi8(x, _mm_set1_epi8('"')),
                                    _mm_cmpeq_epi8(x, _mm_set1_epi8('\\')))));
        if (mask != 0) {
            return p + __builtin_ctz((unsigned) mask);
        }
    }
#endif

    while (p < end && *p >= ' ' && *p < 0x80 && *p != '"' && *p != '\\') {
        p++;
    }

    return p;
}


const patron_uchar_t *
patron_json_text(const patron_uchar_t *p, const patron_uchar_t *end)
{
#if (__x86_64__)
    if (end - p > 32 && __builtin_cpu_supports("avx2")) {
        return scan_text_32(p, end);
    }
#endif

    return patron_json_plain(p, end);
}


const patron_uchar_t *
patron_json_behind_string(const patron_uchar_t *p, const patron_uchar_t *end)
{
#if (__x86_64__)
    if (end - p > 32 && __builtin_cpu_supports("avx2")) {
        return scan_behind_32(p, end);
    }
#endif

    return scan_behind(p, end);
}


static const patron_uchar_t *
scan_behind(const patron_uchar_t *p, const patron_uchar_t *end)
{
#ifdef __SSE2__
    int      mask;
    __m128i  x;
#endif

    for ( ;; ) {

#ifdef __SSE2__
        while (end - p >= 16) {
            x = _mm_loadu_si128((const __m128i *) (const void *) p);
            mask = _mm_movemask_epi8(
                       _mm_or_si128(_mm_cmpeq_epi8(x, _mm_set1_epi8('"')),
                                    _mm_cmpeq_epi8(x, _mm_set1_epi8('\\'))));
            if (mask != 0) {
                p += __builtin_ctz((unsigned) mask);
                break;
            }

            p += 16;
        }
#endif

        while (p < end && *p != '"' && *p != '\\') {
            p++;
        }

        if (p == end) {
            return end;
        }

        if (*p == '"') {
            return p + 1;
        }

        p += 2;
    }
}


#if (__x86_64__)

__attribute__((target("avx2"))) static const patron_uchar_t *
scan_text_32(const patron_uchar_t *p, const patron_uchar_t *end)
{
    uint64_t  mask;
    unsigned  n;
    __m256i   x, special;

    while (end - p > 32) {
        x = _mm256_loadu_si256((const __m256i *) (const void *) p);

        special = _mm256_or_si256(
                      _mm256_cmpgt_epi8(_mm256_set1_epi8(' '), x),
                      _mm256_or_si256(
                          _mm256_cmpeq_epi8(x, _mm256_set1_epi8('"')),
                          _mm256_cmpeq_epi8(x, _mm256_set1_epi8('\\'))));

        mask = (uint32_t) _mm256_movemask_epi8(special);

        for (n = 32; mask != 0; mask &= ~((uint64_t) 3 << n)) {
            n = (unsigned) __builtin_ctzll(mask);

            if (p[n] != '\\' || !patron_json_is_escape(p[n + 1])) {
                return p + n;
            }
        }

        /* the last of them may be the first half of an escape */

        p += 32 + (n == 31);
    }

    return patron_json_plain(p, end);
}


__attribute__((target("avx2"))) static const patron_uchar_t *
scan_behind_32(const patron_uchar_t *p, const patron_uchar_t *end)
{
    uint64_t  mask;
    unsigned  n;
    __m256i   x;

    while (end - p > 32) {
        x = _mm256_loadu_si256((const __m256i *) (const void *) p);

        mask = (uint32_t) _mm256_movemask_epi8(
                   _mm256_or_si256(
                       _mm256_cmpeq_epi8(x, _mm256_set1_epi8('"')),
                       _mm256_cmpeq_epi8(x, _mm256_set1_epi8('\\'))));

        for (n = 32; mask != 0; mask &= ~((uint64_t) 3 << n)) {
            n = (unsigned) __builtin_ctzll(mask);

            if (p[n] == '"') {
                return p + n + 1;
            }
        }

        p += 32 + (n == 31);
    }

    return scan_behind(p, end);
}


int
patron_json_is_escape(patron_uchar_t c)
{
    switch (c) {

    case '"':
    case '\\':
    case '/':
    case 'b':
    case 'f':
    case 'n':
    case 'r':
    case 't':
        return 1;

    default:
        return 0;
    }
}

#endif
