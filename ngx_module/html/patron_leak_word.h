
/*
 * The words of a text, one by one, for the leak check.  A word is letters and
 * digits, as they are written, and all that is not ASCII, which is taken as
 * UTF-8; what lies between is no matter, nor is a tag, be it escaped.  What is
 * escaped of a word is put together with what stands beside it.
 */


#ifndef _PATRON_LEAK_WORD_H_INCLUDED_
#define _PATRON_LEAK_WORD_H_INCLUDED_


#include "patron.h"

#ifdef __SSE2__
#include <immintrin.h>
#endif


#define PATRON_LEAK_LONG  256           /* bytes of a word, at most */


typedef struct {
    uint64_t              hash;         /* 0: there is none */
    uint32_t              ends;         /* see patron_leak_ends() */

    const patron_uchar_t *untagged;     /* no tag ends before this */
    size_t                len;          /* of what was put together */
    patron_uchar_t        bytes[PATRON_LEAK_LONG + 16];
} patron_leak_word_t;


/* Letters and digits of ASCII, by their codes, and all that is not ASCII. */

extern const uint32_t  patron_leak_letters[4];

#define patron_leak_is_letter(c)                                              \
    ((c) >= 0x80 || (patron_leak_letters[(c) >> 5] >> ((c) & 31) & 1))

/* Of sixteen bytes: bit i is of byte i. */

__attribute__((always_inline)) static inline uint64_t
patron_leak_letter_mask(const patron_uchar_t *p)
{
#ifdef __SSE2__
    __m128i   c, letter, digit;

    c = _mm_loadu_si128((const __m128i *) (const void *) p);

    /* the last of them becomes the greatest number there is */

    letter = _mm_add_epi8(_mm_or_si128(c, _mm_set1_epi8(0x20)),
                          _mm_set1_epi8(127 - 'z'));
    letter = _mm_cmpgt_epi8(letter, _mm_set1_epi8(127 - 26));

    digit = _mm_add_epi8(c, _mm_set1_epi8(127 - '9'));
    digit = _mm_cmpgt_epi8(digit, _mm_set1_epi8(127 - 10));

    letter = _mm_or_si128(letter, digit);

    return (uint64_t) _mm_movemask_epi8(_mm_or_si128(letter, c));
#else
    unsigned  i;
    uint64_t  mask;

    mask = 0;

    for (i = 0; i < 16; i++) {
        mask |= (uint64_t) patron_leak_is_letter(p[i]) << i;
    }

    return mask;
#endif
}

/* A word's first byte and its last: what tells it from others at once. */

#define patron_leak_ends(first, last)                                         \
    ((uint32_t) (first) | (uint32_t) (last) << 8)


/*
 * The next word from p on; returns what is behind it.  untagged is NULL where a
 * text begins.  Sixteen bytes may be read behind end.
 */

const patron_uchar_t *patron_leak_next(patron_leak_word_t *word,
    const patron_uchar_t *p, const patron_uchar_t *end);


#endif /* _PATRON_LEAK_WORD_H_INCLUDED_ */
