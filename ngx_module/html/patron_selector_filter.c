
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


static int patron_filter_at(const patron_filter_t *f,
    const patron_uchar_t *tag, const patron_uchar_t *end,
    const patron_uchar_t *p);
static int patron_filter_reference(const patron_filter_t *f,
    const patron_uchar_t *p, const patron_uchar_t *end);
static int patron_filter_needle(const patron_state_t *st,
    const patron_uchar_t *tag, const patron_uchar_t *end,
    const patron_uchar_t *p, patron_uchar_t fold);

#if (__x86_64__)
static int patron_filter_8(const patron_filter_t *f,
    const patron_html_tag_t *tag);
static int patron_filter_16(const patron_filter_t *f,
    const patron_html_tag_t *tag);
static int patron_filter_rest(const patron_filter_t *f,
    const patron_uchar_t *tag, const patron_uchar_t *last,
    const patron_uchar_t *p);
static int patron_filter_one(const void *needles, const patron_uchar_t *p,
    const patron_uchar_t *last);
static int patron_filter_several(const void *needles, const patron_uchar_t *p,
    const patron_uchar_t *last);
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


#if (__x86_64__)

/*
 * A bit for each pair, seven of them, in the nibbles of its bytes; the last one
 * for references.  What has a bit in all four nibbles may be one of its pairs.
 */

static void
patron_filter_nibbles(patron_filter_t *f, unsigned bit,
    patron_uchar_t first, patron_uchar_t second)
{
    f->nibbles[0][first & 15] |= bit;
    f->nibbles[1][first >> 4] |= bit;
    f->nibbles[2][second & 15] |= bit;
    f->nibbles[3][second >> 4] |= bit;
}

#endif


patron_html_scan_pt
patron_filter_scan(patron_filter_t *f)
{
#if (__x86_64__)

    unsigned  n, bit;

    if (!__builtin_cpu_supports("avx2") || !__builtin_cpu_supports("bmi")) {
        return NULL;
    }

    if (f->npairs <= 1 && !f->fold && !f->references) {
        return patron_filter_one;
    }

    for (n = 0; n < f->npairs; n++) {
        bit = 1u << n % 7;

        patron_filter_nibbles(f, bit, f->first[n], f->second[n]);

        if (f->fold) {
            patron_filter_nibbles(f, bit, f->first[n] ^ f->fold,
                                  f->second[n] ^ f->fold);
        }
    }

    patron_filter_nibbles(f, 1u << 7, '&', '#');

    if (f->references) {
        for (n = 0; n < 16; n++) {
            f->nibbles[2][n] |= 1u << 7;
            f->nibbles[3][n] |= 1u << 7;
        }
    }

    return patron_filter_several;

#else

    (void) f;

    return NULL;

#endif
}


int
patron_filter_hit(const void *needles, const patron_html_tag_t *tag)
{
    const patron_uchar_t   *p, *last;
    const patron_filter_t  *f = needles;

    last = tag->data + (tag->end - tag->start) - 1;

    if (tag->ample && f->scan) {
        return f->scan(f, tag->data, last);
    }

#if (__x86_64__)

    if (last - tag->data >= 16) {
        return patron_filter_16(f, tag);
    }

    if (last - tag->data >= 8) {
        return patron_filter_8(f, tag);
    }

#endif

    for (p = tag->data; p < last; p++) {
        if (patron_filter_at(f, tag->data, last + 1, p)) {
            return 1;
        }
    }

    return 0;
}


/*
 * Are the two bytes at p a pair, and is what they belong to there, in the tag
 * that ends at "end"?
 */

static int
patron_filter_at(const patron_filter_t *f, const patron_uchar_t *tag,
    const patron_uchar_t *end, const patron_uchar_t *p)
{
    unsigned        n;
    patron_uchar_t  a, b;

    if (*p == '&') {
        return f->references
               || (p[1] == '#' && patron_filter_reference(f, p + 2, end));
    }

    a = p[0] | f->fold;
    b = p[1] | f->fold;

    for (n = 0; n < f->npairs; n++) {
        if (a == f->first[n] && b == f->second[n]
            && patron_filter_needle(&f->table->states[f->state[n]], tag, end,
                                    p, f->fold))
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
patron_filter_needle(const patron_state_t *st, const patron_uchar_t *tag,
    const patron_uchar_t *end, const patron_uchar_t *p, patron_uchar_t fold)
{
    size_t                 i, len, before;
    const patron_uchar_t  *needle;

    len = st->needle.len;
    needle = st->needle.data;
    before = (size_t) (p - tag);

    if (before <= st->pair
        || before - st->pair + len >= (size_t) (end - tag))
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
patron_filter_8(const patron_filter_t *f, const patron_html_tag_t *tag)
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

        if (patron_filter_at(f, p, last + 9, n < 8 ? p + n : last + n - 8)) {
            return 1;
        }
    }

    return 0;
}


/* A tag of at least 17 bytes: the last block overlaps the one before. */

static int
patron_filter_16(const patron_filter_t *f, const patron_html_tag_t *tag)
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
            if (patron_filter_at(f, tag->data, last + 17,
                                 p + __builtin_ctz(found)))
            {
                return 1;
            }
        }

        if (p == last) {
            return 0;
        }

        p = (last - p > 16) ? p + 16 : last;
    }
}


/* From p on, where there is a pair: seldom more than that. */

__attribute__((noinline)) static int
patron_filter_rest(const patron_filter_t *f, const patron_uchar_t *tag,
    const patron_uchar_t *last, const patron_uchar_t *p)
{
    unsigned               found;
    const patron_uchar_t  *at;

    for ( /* void */ ; p < last; p += 16) {

        for (found = patron_filter_pairs(f,
                              _mm_loadu_si128((const __m128i *) p),
                              _mm_loadu_si128((const __m128i *) (p + 1)));
             found;
             found &= found - 1)
        {
            at = p + __builtin_ctz(found);

            if (at < last && patron_filter_at(f, tag, last + 1, at)) {
                return 1;
            }
        }
    }

    return 0;
}


/* One pair, in which case counts; of references only numeric ones matter. */

__attribute__((target("avx2,bmi"))) static int
patron_filter_one(const void *needles, const patron_uchar_t *p,
    const patron_uchar_t *last)
{
    unsigned                found;
    __m256i                 a, b, amp, hash, first, second;
    const patron_uchar_t   *tag;
    const patron_filter_t  *f = needles;

    tag = p;
    amp = _mm256_load_si256((const __m256i *) patron_html_amp.bytes);
    hash = _mm256_load_si256((const __m256i *) patron_html_hash.bytes);
    first = _mm256_set1_epi8((char) f->first[0]);
    second = _mm256_set1_epi8((char) f->second[0]);

    for ( /* void */ ; p < last; p += 32) {
        a = _mm256_loadu_si256((const __m256i *) p);
        b = _mm256_loadu_si256((const __m256i *) (p + 1));

        found = (unsigned) _mm256_movemask_epi8(_mm256_or_si256(
                              _mm256_and_si256(_mm256_cmpeq_epi8(a, amp),
                                               _mm256_cmpeq_epi8(b, hash)),
                              _mm256_and_si256(_mm256_cmpeq_epi8(a, first),
                                               _mm256_cmpeq_epi8(b,
                                                                 second))));

        if (found) {
            _mm256_zeroupper();
            return patron_filter_rest(f, tag, last, p);
        }
    }

    return 0;
}


/* The bits that 32 bytes have in the tables of their nibbles. */

__attribute__((target("avx2,bmi"), always_inline)) static inline __m256i
patron_filter_lookup(__m256i bytes, __m256i low, __m256i high)
{
    __m256i  mask;

    mask = _mm256_set1_epi8(15);

    return _mm256_and_si256(
               _mm256_shuffle_epi8(low, _mm256_and_si256(bytes, mask)),
               _mm256_shuffle_epi8(high,
                                   _mm256_and_si256(
                                       _mm256_srli_epi16(bytes, 4), mask)));
}


__attribute__((target("avx2,bmi"))) static int
patron_filter_several(const void *needles, const patron_uchar_t *p,
    const patron_uchar_t *last)
{
    unsigned                n, found;
    __m256i                 bits, nibbles[4];
    const patron_uchar_t   *tag;
    const patron_filter_t  *f = needles;

    tag = p;

    for (n = 0; n < 4; n++) {
        nibbles[n] = _mm256_broadcastsi128_si256(
                         _mm_loadu_si128((const __m128i *) f->nibbles[n]));
    }

    for ( /* void */ ; p < last; p += 32) {
        bits = _mm256_and_si256(
                   patron_filter_lookup(
                       _mm256_loadu_si256((const __m256i *) p), nibbles[0],
                       nibbles[1]),
                   patron_filter_lookup(
                       _mm256_loadu_si256((const __m256i *) (p + 1)),
                       nibbles[2], nibbles[3]));

        found = ~(unsigned) _mm256_movemask_epi8(
                                _mm256_cmpeq_epi8(bits,
                                                  _mm256_setzero_si256()));

        if (found) {
            _mm256_zeroupper();
            return patron_filter_rest(f, tag, last, p);
        }
    }

    return 0;
}

#endif
