
/*
 * The filter: does a tag hold a text without which no selector can match it?
 * Looked for is a pair of neighbouring bytes of the text, the rarest, in 32 or
 * 16 places at once, and around a pair the whole of it.
 *
 * A value may be written with character references.  Only numeric ones can
 * spell most texts: one for a byte that is in a text lets a tag pass, and so
 * does any '&' where a text has a byte that has a name.
 */


#include "patron_html_vector.h"
#include "patron_selector_table.h"

#if (__x86_64__)
#include <immintrin.h>
#endif


static int patron_filter_at(const patron_selectors_t *s,
    const patron_filter_t *f, const patron_html_tag_t *tag,
    const patron_uchar_t *p);
static int patron_filter_reference(const patron_filter_t *f,
    const patron_uchar_t *p, const patron_uchar_t *end);
static int patron_filter_needle(const patron_state_t *st,
    const patron_html_tag_t *tag, const patron_uchar_t *p,
    patron_uchar_t fold);

#if (__x86_64__)
static int patron_filter_8(const patron_selectors_t *s,
    const patron_filter_t *f, const patron_html_tag_t *tag);
static int patron_filter_16(const patron_selectors_t *s,
    const patron_filter_t *f, const patron_html_tag_t *tag);
static const patron_uchar_t *patron_filter_one(const void *needles,
    const patron_uchar_t *p, const patron_uchar_t *last);
static const patron_uchar_t *patron_filter_two(const void *needles,
    const patron_uchar_t *p, const patron_uchar_t *last);
static const patron_uchar_t *patron_filter_three(const void *needles,
    const patron_uchar_t *p, const patron_uchar_t *last);
static const patron_uchar_t *patron_filter_many(const void *needles,
    const patron_uchar_t *p, const patron_uchar_t *last);
#endif


/* What may stand before and behind a value, or a word in one, and a name. */

#define BEFORE_VALUE  PATRON_BOUND_VALUE
#define BEFORE_NAME   PATRON_BOUND_NAME
#define BEHIND_VALUE  (PATRON_BOUND_VALUE << PATRON_BOUND_BEHIND)
#define BEHIND_NAME   (PATRON_BOUND_NAME << PATRON_BOUND_BEHIND)
#define ALL           (BEFORE_VALUE|BEFORE_NAME|BEHIND_VALUE|BEHIND_NAME)

static const patron_uchar_t  patron_filter_bounds[256] = {
    ['\t'] = ALL, ['\n'] = ALL, ['\f'] = ALL, ['\r'] = ALL, [' '] = ALL,
    ['"'] = ALL & ~BEHIND_NAME, ['\''] = ALL & ~BEHIND_NAME,
    ['='] = BEFORE_VALUE|BEHIND_NAME, ['/'] = BEFORE_NAME|BEHIND_NAME,
    ['>'] = BEHIND_VALUE|BEHIND_NAME
};

#undef BEFORE_VALUE
#undef BEFORE_NAME
#undef BEHIND_VALUE
#undef BEHIND_NAME
#undef ALL


patron_html_scan_pt
patron_filter_scan(const patron_filter_t *f)
{
#if (__x86_64__)

    if (!__builtin_cpu_supports("avx2") || !__builtin_cpu_supports("bmi")) {
        return NULL;
    }

    if (f->fold || f->references || f->npairs > 3) {
        return patron_filter_many;
    }

    return (f->npairs == 1) ? patron_filter_one
                            : (f->npairs == 2) ? patron_filter_two
                                               : patron_filter_three;
#else

    (void) f;

    return NULL;

#endif
}


int
patron_filter_hit(const void *needles, const patron_html_tag_t *tag)
{
    size_t                     len;
    const patron_uchar_t      *p, *last;
    const patron_filter_t     *f = needles;
    const patron_selectors_t  *s = f->table;

    len = (size_t) (tag->end - tag->start);

    if (tag->ample && f->scan) {
        last = tag->data + len - 1;

        for (p = f->scan(f, tag->data, last); p; p = f->scan(f, p + 1, last)) {
            if (patron_filter_at(s, f, tag, p)) {
                return 1;
            }
        }

        return 0;
    }

#if (__x86_64__)

    if (len > 16) {
        return patron_filter_16(s, f, tag);
    }

    if (len > 8) {
        return patron_filter_8(s, f, tag);
    }

#endif

    for (p = tag->data; p < tag->data + len - 1; p++) {
        if (patron_filter_at(s, f, tag, p)) {
            return 1;
        }
    }

    return 0;
}


/* Are the two bytes at p a pair, and is what they belong to there? */

static int
patron_filter_at(const patron_selectors_t *s, const patron_filter_t *f,
    const patron_html_tag_t *tag, const patron_uchar_t *p)
{
    unsigned        n;
    patron_uchar_t  a, b;

    if (*p == '&') {
        return f->references
               || (p[1] == '#'
                   && patron_filter_reference(f, p + 2,
                                              tag->data + (tag->end
                                                           - tag->start)));
    }

    a = p[0] | f->fold;
    b = p[1] | f->fold;

    for (n = 0; n < f->npairs; n++) {
        if (a == f->first[n] && b == f->second[n]
            && patron_filter_needle(&s->states[f->state[n]], tag, p, f->fold))
        {
            return 1;
        }
    }

    return 0;
}


/* Behind "&#": is it for a byte of a text, or a space between two? */

static int
patron_filter_reference(const patron_filter_t *f, const patron_uchar_t *p,
    const patron_uchar_t *end)
{
    unsigned  u, base, digit;

    base = 10;

    if (p < end && (*p | 0x20) == 'x') {
        base = 16;
        p++;
    }

    for (u = 0; p < end && u < 0x80; p++) {

        if (*p >= '0' && *p <= '9') {
            digit = (unsigned) (*p - '0');

        } else if (base == 16 && (*p | 0x20) >= 'a' && (*p | 0x20) <= 'f') {
            digit = (unsigned) ((*p | 0x20) - 'a' + 10);

        } else {
            break;
        }

        u = u * base + digit;
    }

    return u < 0x80 && (f->bytes[u / 64] & (1ull << (u % 64)));
}


/* A pair lies at p: does the whole text lie around it, and end in time? */

static int
patron_filter_needle(const patron_state_t *st, const patron_html_tag_t *tag,
    const patron_uchar_t *p, patron_uchar_t fold)
{
    size_t                 i, len, before;
    const patron_uchar_t  *needle;

    len = st->needle.len;
    needle = st->needle.data;
    before = (size_t) (p - tag->data);

    if (before <= st->pair
        || before - st->pair + len >= tag->end - tag->start)
    {
        return 0;
    }

    p -= st->pair;

    /* it is rarely right: both ends first */

    if ((p[0] | fold) != (needle[0] | fold)
        || (p[len - 1] | fold) != (needle[len - 1] | fold)
        || (st->bound_left && !(patron_filter_bounds[p[-1]] & st->bound_left))
        || (st->bound_right
            && !(patron_filter_bounds[p[len]] & st->bound_right)))
    {
        return 0;
    }

    for (i = 1; i < len; i++) {
        if ((p[i] | fold) != (needle[i] | fold)) {
            return 0;
        }
    }

    return 1;
}


#if (__x86_64__)

/* A bit for every place of a pair, or of a reference. */

static inline unsigned
patron_filter_pairs(const patron_filter_t *f, __m128i a, __m128i b)
{
    unsigned  n;
    __m128i   hits, fold, references;

    references = _mm_set1_epi8(f->references ? -1 : 0);
    fold = _mm_set1_epi8((char) f->fold);

    hits = _mm_and_si128(_mm_cmpeq_epi8(a, _mm_set1_epi8('&')),
                         _mm_or_si128(_mm_cmpeq_epi8(b, _mm_set1_epi8('#')),
                                      references));

    a = _mm_or_si128(a, fold);
    b = _mm_or_si128(b, fold);

    for (n = 0; n < f->npairs; n++) {
        hits = _mm_or_si128(hits, _mm_and_si128(
                      _mm_cmpeq_epi8(a, _mm_set1_epi8((char) f->first[n])),
                      _mm_cmpeq_epi8(b, _mm_set1_epi8((char) f->second[n]))));
    }

    return (unsigned) _mm_movemask_epi8(hits);
}


/* A tag of 9 to 16 bytes: its first eight, and its last. */

static int
patron_filter_8(const patron_selectors_t *s, const patron_filter_t *f,
    const patron_html_tag_t *tag)
{
    unsigned               found, n;
    __m128i                a, b;
    const patron_uchar_t  *p, *last;

    p = tag->data;
    last = p + (tag->end - tag->start) - 9;

    a = _mm_unpacklo_epi64(_mm_loadl_epi64((const __m128i *) p),
                           _mm_loadl_epi64((const __m128i *) last));
    b = _mm_unpacklo_epi64(_mm_loadl_epi64((const __m128i *) (p + 1)),
                           _mm_loadl_epi64((const __m128i *) (last + 1)));

    for (found = patron_filter_pairs(f, a, b); found; found &= found - 1) {
        n = (unsigned) __builtin_ctz(found);

        if (patron_filter_at(s, f, tag, n < 8 ? p + n : last + n - 8)) {
            return 1;
        }
    }

    return 0;
}


/* A tag of at least 17 bytes: the last block overlaps the one before. */

static int
patron_filter_16(const patron_selectors_t *s, const patron_filter_t *f,
    const patron_html_tag_t *tag)
{
    unsigned               found;
    const patron_uchar_t  *p, *last;

    p = tag->data;
    last = p + (tag->end - tag->start) - 17;

    for ( ;; ) {

        for (found = patron_filter_pairs(f,
                              _mm_loadu_si128((const __m128i *) p),
                              _mm_loadu_si128((const __m128i *) (p + 1)));
             found;
             found &= found - 1)
        {
            if (patron_filter_at(s, f, tag, p + __builtin_ctz(found))) {
                return 1;
            }
        }

        if (p == last) {
            return 0;
        }

        p = (last - p > 16) ? p + 16 : last;
    }
}


/*
 * The first place in [p, last) where a pair lies, or a reference; 33 bytes may
 * be read from any of them on.  With "plain" set, case counts and only numeric
 * references matter.
 */

__attribute__((target("avx2,bmi"), always_inline))
static inline const patron_uchar_t *
patron_filter_blocks(const patron_filter_t *f, const patron_uchar_t *p,
    const patron_uchar_t *last, const unsigned npairs, const int plain)
{
    unsigned  n, found;
    __m256i   a, b, hits, second, amp, hash;

    amp = _mm256_load_si256((const __m256i *) patron_html_amp.bytes);
    hash = _mm256_load_si256((const __m256i *) patron_html_hash.bytes);

    for ( /* void */ ; p < last; p += 32) {
        a = _mm256_loadu_si256((const __m256i *) p);
        b = _mm256_loadu_si256((const __m256i *) (p + 1));

        second = _mm256_cmpeq_epi8(b, hash);

        if (!plain) {
            second = _mm256_or_si256(second,
                                 _mm256_set1_epi8(f->references ? -1 : 0));
        }

        hits = _mm256_and_si256(second, _mm256_cmpeq_epi8(a, amp));

        if (!plain) {
            a = _mm256_or_si256(a, _mm256_set1_epi8((char) f->fold));
            b = _mm256_or_si256(b, _mm256_set1_epi8((char) f->fold));
        }

        for (n = 0; n < npairs; n++) {
            hits = _mm256_or_si256(hits, _mm256_and_si256(
                   _mm256_cmpeq_epi8(a, _mm256_set1_epi8((char) f->first[n])),
                   _mm256_cmpeq_epi8(b,
                                  _mm256_set1_epi8((char) f->second[n]))));
        }

        found = (unsigned) _mm256_movemask_epi8(hits);

        if (found) {
            p += __builtin_ctz(found);
            return (p < last) ? p : NULL;
        }
    }

    return NULL;
}


__attribute__((target("avx2,bmi"))) static const patron_uchar_t *
patron_filter_one(const void *needles, const patron_uchar_t *p,
    const patron_uchar_t *last)
{
    return patron_filter_blocks(needles, p, last, 1, 1);
}


__attribute__((target("avx2,bmi"))) static const patron_uchar_t *
patron_filter_two(const void *needles, const patron_uchar_t *p,
    const patron_uchar_t *last)
{
    return patron_filter_blocks(needles, p, last, 2, 1);
}


__attribute__((target("avx2,bmi"))) static const patron_uchar_t *
patron_filter_three(const void *needles, const patron_uchar_t *p,
    const patron_uchar_t *last)
{
    return patron_filter_blocks(needles, p, last, 3, 1);
}


__attribute__((target("avx2,bmi"))) static const patron_uchar_t *
patron_filter_many(const void *needles, const patron_uchar_t *p,
    const patron_uchar_t *last)
{
    const patron_filter_t  *f = needles;

    return patron_filter_blocks(f, p, last, f->npairs, 0);
}

#endif
