
/*
 * What the fast paths share, see patron_html_fast_walk.c and
 * patron_html_fast_skim.c: names, comments, and the next tag.
 */


#ifndef _PATRON_HTML_FAST_PATH_H_INCLUDED_
#define _PATRON_HTML_FAST_PATH_H_INCLUDED_


#include "patron_html_bytes.h"
#include "patron_html_name.h"
#include "patron_html_scan.h"
#include "patron_html_types.h"

#if (__x86_64__)
#include <immintrin.h>
#endif


/*
 * The fast paths on this processor, or NULL; they take more bytes than
 * PATRON_HTML_FAST.
 */

#define PATRON_HTML_FAST  32

const patron_html_fast_paths_t *patron_html_fast_paths(void);


#ifdef __SSE2__


typedef const patron_uchar_t *(*patron_html_next_pt)(const patron_uchar_t *p,
    const patron_uchar_t *last, const patron_uchar_t *end);


/* patron_html_fast_walk.c: past the comment at lt, or NULL if it is none, or
   takes a second look. */

const patron_uchar_t *patron_html_fast_comment(patron_html_t *h,
    const patron_uchar_t *lt, const patron_uchar_t *end);

/* A tag's id whose name is not known at once, or TAG_COUNT. */

unsigned patron_html_other_name(patron_html_t *h, const patron_uchar_t *p,
    patron_html_name_t *name, unsigned *len);

/* Past an end tag that is not the current element's, or NULL. */

const patron_uchar_t *patron_html_other_end(patron_html_t *h,
    const patron_uchar_t *lt);


/*
 * The fast paths themselves: patron_html_fast_walk.c with a tree,
 * patron_html_fast_skim.c without.
 */

const patron_uchar_t *patron_html_walk_16(patron_html_t *h,
    const patron_uchar_t *p, const patron_uchar_t *end);
const patron_uchar_t *patron_html_skim_16(patron_html_t *h,
    const patron_uchar_t *p, const patron_uchar_t *end);

#if (__x86_64__)

const patron_uchar_t *patron_html_walk_32(patron_html_t *h,
    const patron_uchar_t *p, const patron_uchar_t *end);
const patron_uchar_t *patron_html_skim_32(patron_html_t *h,
    const patron_uchar_t *p, const patron_uchar_t *end);

#endif


/*
 * The known name at p, and its length in *len: its id, or TAG_UNKNOWN where it
 * takes a second look to tell.  It ends at the first byte that is no letter,
 * but for the digit of a heading.
 *
 * Setting the bit of lower case in a byte that is no letter makes no known
 * name of it: the bytes that it would make letters of, '@' to '_' and those
 * above, give others than letters, and digits and what is less end the name.
 */

__attribute__((always_inline)) static inline unsigned
patron_html_known_name(const patron_uchar_t *p, patron_html_name_t *name,
    unsigned *len)
{
    unsigned                   n;
    uint64_t                   bytes, ends;
    patron_uchar_t             c;
    const patron_html_slot_t  *slot;

    bytes = patron_html_bytes(p);
    ends = ~bytes & 0x4040404040404040u;
    n = ends ? (unsigned) __builtin_ctzll(ends) / 8 : 8;
    c = p[n];

    if (n == 1 && (patron_uchar_t) (c - '1') < 6) {
        c = p[2];
        n = 2;
    }

    if (c != '>' && c != '/' && !patron_html_is_space(c)) {
        return TAG_UNKNOWN;
    }

    bytes = (bytes | 0x2020202020202020u) & patron_html_masks[n];
    slot = &patron_html_slots[PATRON_HTML_SLOT_OF(bytes)];

    *name = bytes;
    *len = n;

    return slot->name == bytes ? slot->id : TAG_UNKNOWN;
}


/* The same with the second look; 0 where the fast paths cannot tell. */

__attribute__((always_inline)) static inline int
patron_html_tag_name(patron_html_t *h, const patron_uchar_t *p, unsigned *id,
    patron_html_name_t *name, unsigned *len)
{
    *id = patron_html_known_name(p, name, len);

    if (*id != TAG_UNKNOWN) {
        return 1;
    }

    *id = patron_html_other_name(h, p, name, len);

    return *id != TAG_COUNT;
}


/* The current tag lies in [lt, e), its name from "name" on. */

__attribute__((always_inline)) static inline void
patron_html_set_tag(patron_html_t *h, const patron_uchar_t *lt,
    const patron_uchar_t *e, const patron_uchar_t *name, unsigned len,
    int ample)
{
    h->tag.data = lt;
    h->tag.start = patron_html_offset(h, lt);
    h->tag.end = patron_html_offset(h, e);
    h->tag.raw_name.data = name;
    h->tag.raw_name.len = len;
    h->tag.ample = ample;
}


/* The first '<' from p on, or end; sixteen bytes may be read at last. */

static inline const patron_uchar_t *
patron_html_next_tag(const patron_uchar_t *p, const patron_uchar_t *last,
    const patron_uchar_t *end)
{
    int  mask;

    for ( /* void */ ; p <= last; p += 16) {
        mask = _mm_movemask_epi8(
                         _mm_cmpeq_epi8(_mm_loadu_si128((const __m128i *) p),
                                        patron_html_16(&patron_html_lt)));
        if (mask != 0) {
            return p + __builtin_ctz(mask);
        }
    }

    return patron_html_find(p, end, '<');
}


#if (__x86_64__)

/* The same for processors with AVX2: 32 bytes may be read at last. */

__attribute__((target("avx2,bmi"), always_inline))
static inline const patron_uchar_t *
patron_html_next_tag_32(const patron_uchar_t *p, const patron_uchar_t *last,
    const patron_uchar_t *end)
{
    unsigned  mask;
    __m256i   lt;

    lt = _mm256_load_si256((const __m256i *) patron_html_lt.bytes);

    for ( /* void */ ; p <= last; p += 32) {
        mask = (unsigned) _mm256_movemask_epi8(_mm256_cmpeq_epi8(
                               _mm256_loadu_si256((const __m256i *) p), lt));
        if (mask != 0) {
            return p + __builtin_ctz(mask);
        }
    }

    return patron_html_find(p, end, '<');
}

#endif


#endif


#endif /* _PATRON_HTML_FAST_PATH_H_INCLUDED_ */
