
/*
 * Sixty-four bytes are looked at in one go, where the processor can: a mask has
 * a bit for each letter, another for what begins an escape, a reference or a
 * tag.
 *
 * Of a word only its first byte and its last are read, and not of every word of
 * a text that is looked through.  Eight words in which what was cut is said
 * again have three on end that begin at a sixth word of the text, wherever it
 * is counted from.  Only where these three may stand in what was cut, too, the
 * words about them are read one by one, as long as they may.
 *
 * Limits: text without spaces between its words has no runs of them.
 */


#include "patron_html_bytes.h"
#include "patron_leak_escape.h"
#include "patron_leak_text.h"

#ifdef __SSE2__
#include <immintrin.h>
#endif


#define PATRON_LEAK_STRIDE  6           /* words: three of them are read */


/* By bytes: bit i is of byte i. */

typedef struct {
    uint64_t              letters;
    uint64_t              special;      /* '\\', '&', '<' */
} patron_leak_masks_t;


static inline const patron_uchar_t *patron_leak_block(patron_leak_words_t *w,
    patron_leak_at_t *at, const patron_uchar_t *base,
    const patron_uchar_t *end, unsigned cut);
static inline int patron_leak_stride(patron_leak_at_t *at,
    const patron_uchar_t *base, uint64_t *first, uint64_t *left,
    unsigned *to);
static inline int patron_leak_word(patron_leak_words_t *w,
    patron_leak_at_t *at, const patron_uchar_t *from, uint32_t ends,
    unsigned cut);
static const patron_uchar_t *patron_leak_exact(patron_leak_words_t *w,
    patron_leak_at_t *at, const patron_uchar_t *hit,
    const patron_uchar_t *end);
static inline uint64_t patron_leak_specials(const patron_uchar_t *p,
    const patron_leak_masks_t *m);
static void patron_leak_start(patron_leak_at_t *at, const patron_uchar_t *p);


#ifdef __SSE2__

#define patron_leak_equal(i, x)                                               \
    _mm_cmpeq_epi8(_mm_loadu_si128((const __m128i *) (const void *) (p + i)), \
                   _mm_set1_epi8(x))

#define patron_leak_slashes_16(i)                                             \
    (uint64_t) _mm_movemask_epi8(patron_leak_equal(i, '\\')) << i

#define patron_leak_special_16(i)                                             \
    (uint64_t) _mm_movemask_epi8(                                             \
                   _mm_or_si128(_mm_or_si128(patron_leak_equal(i, '\\'),      \
                                             patron_leak_equal(i, '&')),      \
                                patron_leak_equal(i, '<'))) << i

#else

#define patron_leak_slashes_16(i)  patron_leak_bytes_16(p + i, 0) << i
#define patron_leak_special_16(i)  patron_leak_bytes_16(p + i, 1) << i


/* The backslashes of sixteen bytes, or all that is special. */

static uint64_t
patron_leak_bytes_16(const patron_uchar_t *p, unsigned all)
{
    unsigned  i;
    uint64_t  mask;

    mask = 0;

    for (i = 0; i < 16; i++) {
        mask |= (uint64_t) (p[i] == '\\'
                            || (all && (p[i] == '&' || p[i] == '<'))) << i;
    }

    return mask;
}

#endif


__attribute__((always_inline)) static inline void
patron_leak_masks(const patron_uchar_t *p, patron_leak_masks_t *m)
{
    m->letters = patron_leak_letter_mask(p)
                 | patron_leak_letter_mask(p + 16) << 16
                 | patron_leak_letter_mask(p + 32) << 32
                 | patron_leak_letter_mask(p + 48) << 48;

    m->special = patron_leak_special_16(0) | patron_leak_special_16(16)
                 | patron_leak_special_16(32) | patron_leak_special_16(48);

    if (m->special) {
        m->special = patron_leak_specials(p, m);
    }
}


/*
 * A backslash is none that has neither a letter behind it nor others that do;
 * of the last byte that is not known.
 */

__attribute__((always_inline)) static inline uint64_t
patron_leak_specials(const patron_uchar_t *p, const patron_leak_masks_t *m)
{
    uint64_t  more, slashes, special;

    slashes = patron_leak_slashes_16(0) | patron_leak_slashes_16(16)
              | patron_leak_slashes_16(32) | patron_leak_slashes_16(48);

    special = (m->special & ~slashes)
              | (slashes & (m->letters >> 1 | 1ull << 63));

    for ( ;; ) {
        more = slashes & special >> 1 & ~special;

        if (more == 0) {
            return special;
        }

        special |= more;
    }
}


void
patron_leak_collect(patron_leak_words_t *w, const patron_uchar_t *p,
    const patron_uchar_t *end)
{
    size_t                 n;
    const patron_uchar_t  *text;

    n = w->at.n;
    text = p;
    w->word.untagged = NULL;

    while (p < end) {
        p = patron_leak_block(w, &w->at, p, end, 1);
    }

    if (w->at.n > n) {
        patron_leak_runs_text(&w->cut, text, (size_t) (end - text),
                              w->at.n - n);
    }
}


void
patron_leak_break(patron_leak_words_t *w)
{
    if (w->at.n) {
        w->at.n = 0;
        w->at.three = 0;
        w->cut.paragraph++;
    }
}


void
patron_leak_look(patron_leak_words_t *w, const patron_uchar_t *p,
    const patron_uchar_t *end)
{
    patron_leak_at_t  at;

    patron_leak_start(&at, p);
    w->word.untagged = NULL;

    while (p < end && !w->cut.enough && w->cut.rc == PATRON_OK) {
        p = patron_leak_block(w, &at, p, end, 0);
    }
}


static void
patron_leak_start(patron_leak_at_t *at, const patron_uchar_t *p)
{
    at->three = 0;
    at->n = 0;
    at->stride = p;
    at->before = p;
}


/*
 * Sixty-four bytes or what is left: returns where to read on.  A word that may
 * go on behind them is left to the next block.  Words are told by where they
 * begin and where others end, up to what is special, and from there on again.
 */

__attribute__((always_inline)) static inline const patron_uchar_t *
patron_leak_block(patron_leak_words_t *w, patron_leak_at_t *at,
    const patron_uchar_t *base, const patron_uchar_t *end, unsigned cut)
{
    unsigned               from, to;
    uint32_t               c;
    uint64_t               letters, special, first, behind, left;
    patron_leak_masks_t    m;
    const patron_uchar_t  *p, *next;

    patron_leak_masks(base, &m);

    letters = m.letters;
    special = m.special;
    next = base + 64;

    if (end - base < 64) {
        letters &= (1ull << (end - base)) - 1;
        special &= (1ull << (end - base)) - 1;
        next = end;
    }

    if (letters >> 63) {
        from = ~letters ? 64 - (unsigned) __builtin_clzll(~letters) : 0;

        if (from == 0) {
            next = patron_leak_next(&w->word, base, end);

            return patron_leak_word(w, at, base, w->word.ends, cut)
                   ? patron_leak_exact(w, at, next, end) : next;
        }

        letters &= (1ull << from) - 1;
        next = base + from;
    }

    for ( ;; ) {
        first = letters & ~(letters << 1);
        behind = letters << 1 & ~letters;
        left = special ? behind & ((special & -special) - 1) : behind;

        for ( /* void */ ; left; left &= left - 1, first &= first - 1) {

            while (!cut && at->n == 0
                   && patron_leak_stride(at, base, &first, &left, &to))
            {
                if (patron_leak_filter_has(&w->cut, at->three)) {
                    return patron_leak_exact(w, at, base + to, end);
                }
            }

            if (left == 0) {
                break;
            }

            if (!cut && at->n >= PATRON_LEAK_THREE) {
                at->n = (at->n == PATRON_LEAK_STRIDE - 1) ? 0 : at->n + 1;
                continue;
            }

            if (!cut && at->n == 0 && special == 0 && !(first & 1)
                && base + 64 <= end)
            {
                /* three words may end in the next block */
                return base + __builtin_ctzll(first);
            }

            from = (unsigned) __builtin_ctzll(first);
            to = (unsigned) __builtin_ctzll(left);

            if (patron_leak_word(w, at, base + from,
                                 patron_leak_ends(base[from], base[to - 1]),
                                 cut))
            {
                return patron_leak_exact(w, at, base + to, end);
            }
        }

        if (special == 0) {
            return next;
        }

        to = (unsigned) __builtin_ctzll(special);
        from = (behind >> to & 1) ? (unsigned) __builtin_ctzll(first) : to;
        p = base + to;

        if (*p == '<') {
            c = ' ';
            p = patron_leak_tag_end(p + 1, end, 0, &w->word.untagged);

        } else {
            p = patron_leak_special(p, end, &c, &w->word.untagged);
        }

        w->word.hash = (from < to);
        w->word.ends = patron_leak_ends(base[from], base[to - (from < to)]);

        if (patron_leak_is_letter(c)) {
            p = patron_leak_next(&w->word, base + from, end);
        }

        if (w->word.hash
            && patron_leak_word(w, at, base + from, w->word.ends, cut))
        {
            return patron_leak_exact(w, at, p, end);
        }

        if (p >= next) {
            return p;
        }

        letters &= ~0ull << (p - base);
        special &= ~0ull << (p - base);
    }
}


/*
 * The next three words, if they end here, and past three more.  The lowest bits
 * are where the next word begins, and where it ends, at *to at last.
 */

__attribute__((always_inline)) static inline int
patron_leak_stride(patron_leak_at_t *at, const patron_uchar_t *base,
    uint64_t *first, uint64_t *left, unsigned *to)
{
    uint32_t  ends;
    uint64_t  begin, one, two, three, begins, others;

    one = *left;
    two = one & (one - 1);
    three = two & (two - 1);

    if (three == 0) {
        return 0;
    }

    begin = *first;
    at->before = at->stride;
    at->stride = base + __builtin_ctzll(begin);

    ends = patron_leak_ends(at->stride[0], base[__builtin_ctzll(one) - 1]);
    begin &= begin - 1;
    at->three = ends;

    ends = patron_leak_ends(base[__builtin_ctzll(begin)],
                            base[__builtin_ctzll(two) - 1]);
    begin &= begin - 1;
    at->three = patron_leak_three(at->three, ends);

    *to = (unsigned) __builtin_ctzll(three);
    ends = patron_leak_ends(base[__builtin_ctzll(begin)], base[*to - 1]);
    begin &= begin - 1;
    at->three = patron_leak_three(at->three, ends);

    three &= three - 1;
    at->n = PATRON_LEAK_THREE;

    begins = begin & (begin - 1);
    others = three & (three - 1);
    begins &= begins - 1;
    others &= others - 1;

    if (others) {
        begin = begins & (begins - 1);
        three = others & (others - 1);
        at->n = 0;
    }

    *first = begin;
    *left = three;

    return 1;
}


/* The next word: is it the last of three that may have been cut? */

__attribute__((always_inline)) static inline int
patron_leak_word(patron_leak_words_t *w, patron_leak_at_t *at,
    const patron_uchar_t *from, uint32_t ends, unsigned cut)
{
    at->three = patron_leak_three(at->three, ends);

    if (cut) {
        at->n++;
        patron_leak_filter_add(&w->cut, at->three);
        return 0;
    }

    if (at->n == 0) {
        at->before = at->stride;
        at->stride = from;
    }

    at->n = (at->n == PATRON_LEAK_STRIDE - 1) ? 0 : at->n + 1;

    return at->n == PATRON_LEAK_THREE
           && patron_leak_filter_has(&w->cut, at->three);
}


/* Reads word by word, up to the first of three that were not cut so. */

__attribute__((noinline)) static const patron_uchar_t *
patron_leak_exact(patron_leak_words_t *w, patron_leak_at_t *at,
    const patron_uchar_t *hit, const patron_uchar_t *end)
{
    unsigned               n, found;
    uint64_t               hash, three, *old;
    uint64_t               words[PATRON_LEAK_WORDS];
    const patron_uchar_t  *p, *last, *previous;

    memset(words, 0, sizeof(words));
    hash = 0;
    three = 0;
    found = 0;
    p = at->before;
    last = p;

    for (n = 0; !w->cut.enough && w->cut.rc == PATRON_OK; n++) {
        previous = last;
        last = p;
        p = patron_leak_next(&w->word, p, end);

        if (w->word.hash == 0) {
            return end;
        }

        old = &words[n % PATRON_LEAK_WORDS];
        hash = patron_leak_roll(hash, w->word.hash, *old);
        *old = w->word.hash;
        three = patron_leak_three(three, w->word.ends);

        if (patron_leak_filter_has(&w->cut, three)) {
            found++;

        } else if (p > hit) {
            /* others may begin with the last two */
            patron_leak_start(at, previous);
            return previous;

        } else {
            found = 0;
        }

        if (found > PATRON_LEAK_WORDS - PATRON_LEAK_THREE) {
            patron_leak_runs_look(&w->cut, hash);
        }
    }

    return end;
}

