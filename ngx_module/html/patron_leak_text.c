
/*
 * The words of a text.  A word is letters and digits, as they are written, and
 * all that is not ASCII, which is taken as UTF-8; what lies between is no
 * matter, nor is a tag, be it escaped.  An escape of a letter is put together
 * with what stands beside it.
 *
 * Sixty-four bytes are looked at in one go, where the processor can: a mask has
 * a bit for each letter, another for what begins an escape, a reference or a
 * tag.  Where that many bytes have no space they are no prose, and passed over,
 * unless letters may be escaped in them.
 *
 * Of a text that is looked through not every word is read.  Eight words in
 * which what was cut is said again have three on end that begin at a sixth word
 * of the text, wherever it is counted from.  Only where these three stand in
 * what was cut, too, the words about them are read one by one, as long as they
 * do.
 *
 * Limits: text without spaces between its words has no runs of them.
 */


#include "patron_html_bytes.h"
#include "patron_html_name.h"
#include "patron_leak_escape.h"
#include "patron_leak_text.h"

#ifdef __SSE2__
#include <immintrin.h>
#endif


#define PATRON_LEAK_FACTOR   0x9e3779b97f4a7c15u
#define PATRON_LEAK_THREE    3          /* words that are looked for, */
#define PATRON_LEAK_STRIDE   6          /* of so many */
#define PATRON_LEAK_MOST     65536      /* words that were cut */


/* By bytes: bit i is of byte i. */

typedef struct {
    uint64_t              letters;
    uint64_t              special;      /* '\\', '&', '<' */
    int                   space;        /* there is one */
} patron_leak_masks_t;


/* Where a text is read. */

typedef struct {
    unsigned              n;            /* words of the stride */
    uint64_t              three;        /* the hash of the last of them */
    const patron_uchar_t *stride;       /* where it began, */
    const patron_uchar_t *before;       /* and the one before */
    const patron_uchar_t *hit;          /* where its three words end */
} patron_leak_at_t;


static inline const patron_uchar_t *patron_leak_block(patron_leak_words_t *w,
    patron_leak_at_t *at, const patron_uchar_t *base,
    const patron_uchar_t *end);
static void patron_leak_add(patron_leak_words_t *w, uint64_t word);
static const patron_uchar_t *patron_leak_exact(patron_leak_words_t *w,
    const patron_uchar_t *p, const patron_uchar_t *hit,
    const patron_uchar_t *end);
static const patron_uchar_t *patron_leak_next(patron_leak_words_t *w,
    const patron_uchar_t *p, const patron_uchar_t *end, uint64_t *word);
static void patron_leak_start(patron_leak_at_t *at, const patron_uchar_t *p);
static int patron_leak_table(patron_leak_words_t *w);
static int patron_leak_is_prose(const patron_uchar_t *p,
    const patron_leak_masks_t *m);
static patron_leak_run_t *patron_leak_run(const patron_leak_words_t *w,
    uint64_t hash);
static void patron_leak_found(patron_leak_words_t *w, patron_leak_run_t *run);
static void patron_leak_put(patron_leak_words_t *w,
    const patron_uchar_t *from, const patron_uchar_t *to);
static void patron_leak_append(patron_leak_words_t *w, uint32_t c);


/* Letters and digits of ASCII. */

static const uint32_t  patron_leak_letters[] = {
    0x00000000, 0x03ff0000, 0x07fffffe, 0x07fffffe
};


#define patron_leak_is_letter(c)                                              \
    ((c) >= 0x80 || (patron_leak_letters[(c) >> 5] >> ((c) & 31) & 1))


int
patron_leak_words(patron_leak_words_t *w, patron_mem_t *mem, size_t cut)
{
    unsigned  bits;

    w->mem = mem;

    /* few words are shorter than four bytes, with what parts them */

    w->most = cut / 4 + PATRON_LEAK_WORDS;

    if (w->most > PATRON_LEAK_MOST) {
        w->most = PATRON_LEAK_MOST;
    }

    for (bits = 12; (1ull << bits) < 32 * w->most; bits++) { /* void */ }

    w->shift = 64 - bits;
    w->cut = patron_alloc(mem, w->most * sizeof(uint64_t));
    w->bits = patron_calloc(mem, 1ull << (bits - 3));

    return (w->cut && w->bits) ? PATRON_OK : PATRON_ERROR;
}


void
patron_leak_words_free(patron_leak_words_t *w)
{
    patron_free(w->mem, w->cut);
    patron_free(w->mem, w->bits);
    patron_free(w->mem, w->table);
}


/* The hash of the last three words: what was before is shifted out. */

#define patron_leak_three(three, word)  ((three) << 22 ^ (word))


__attribute__((always_inline)) static inline uint64_t
patron_leak_bit(const patron_leak_words_t *w, uint64_t three)
{
    return three * PATRON_LEAK_FACTOR >> w->shift;
}


__attribute__((always_inline)) static inline int
patron_leak_is_cut(const patron_leak_words_t *w, uint64_t three)
{
    uint64_t  bit;

    bit = patron_leak_bit(w, three);

    return w->bits[bit / 8] >> bit % 8 & 1;
}


/* Eight bytes may be read behind the word. */

__attribute__((always_inline)) static inline uint64_t
patron_leak_hash(const patron_uchar_t *p, size_t len)
{
    uint64_t  hash;

    hash = 0;

    while (len > 8) {
        hash = (hash ^ patron_html_bytes(p)) * PATRON_LEAK_FACTOR;
        hash ^= hash >> 32;
        p += 8;
        len -= 8;
    }

    hash = (hash ^ (patron_html_bytes(p) & patron_html_masks[len]))
           * PATRON_LEAK_FACTOR;

    return (hash ^ hash >> 32) | 1;
}


/* Of a run: each word lies a byte further to the left. */

__attribute__((always_inline)) static inline uint64_t
patron_leak_roll(uint64_t hash, uint64_t word, uint64_t old)
{
    return (hash << 8 | hash >> 56) ^ word ^ old;
}


#ifdef __SSE2__

__attribute__((always_inline)) static inline void
patron_leak_masks(const patron_uchar_t *p, patron_leak_masks_t *m)
{
    __m128i  c, l, d, letter, special, space;

#define patron_leak_equal(x)  _mm_cmpeq_epi8(c, _mm_set1_epi8(x))
#define patron_leak_mask(x)   ((uint64_t) (unsigned) _mm_movemask_epi8(x))

#define patron_leak_16(i)                                                     \
    c = _mm_loadu_si128((const __m128i *) (const void *) (p + i));            \
    l = _mm_sub_epi8(_mm_or_si128(c, _mm_set1_epi8(0x20)),                    \
                     _mm_set1_epi8('a'));                                     \
    d = _mm_sub_epi8(c, _mm_set1_epi8('0'));                                  \
    letter = _mm_or_si128(                                                    \
                     _mm_cmpeq_epi8(_mm_min_epu8(l, _mm_set1_epi8(25)), l),   \
                     _mm_cmpeq_epi8(_mm_min_epu8(d, _mm_set1_epi8(9)), d));   \
    letter = _mm_or_si128(letter, c);                                         \
    special = _mm_or_si128(_mm_or_si128(patron_leak_equal('\\'),              \
                                        patron_leak_equal('&')),              \
                           patron_leak_equal('<'));                           \
    space = _mm_or_si128(space, patron_leak_equal(' '));                      \
    m->letters |= patron_leak_mask(letter) << i;                              \
    m->special |= patron_leak_mask(special) << i

    m->letters = 0;
    m->special = 0;
    space = _mm_setzero_si128();

    patron_leak_16(0);
    patron_leak_16(16);
    patron_leak_16(32);
    patron_leak_16(48);

    m->space = _mm_movemask_epi8(space);
}

#else

static void
patron_leak_masks(const patron_uchar_t *p, patron_leak_masks_t *m)
{
    unsigned        i;
    patron_uchar_t  c;

    m->letters = 0;
    m->special = 0;
    m->space = 0;

    for (i = 0; i < 64; i++) {
        c = p[i];
        m->letters |= (uint64_t) patron_leak_is_letter(c) << i;
        m->special |= (uint64_t) (c == '\\' || c == '&' || c == '<') << i;
        m->space |= (c == ' ');
    }
}

#endif


void
patron_leak_collect(patron_leak_words_t *w, const patron_uchar_t *p,
    const patron_uchar_t *end)
{
    while (p < end) {
        p = patron_leak_block(w, NULL, p, end);
    }
}


static void
patron_leak_add(patron_leak_words_t *w, uint64_t word)
{
    uint64_t  bit;

    if (w->ncut == w->most) {
        return;
    }

    w->cut[w->ncut++] = word;
    w->three = patron_leak_three(w->three, word);

    bit = patron_leak_bit(w, w->three);
    w->bits[bit / 8] |= (uint8_t) (1u << bit % 8);
}


void
patron_leak_break(patron_leak_words_t *w)
{
    if (w->ncut && w->cut[w->ncut - 1] && w->ncut < w->most) {
        w->cut[w->ncut++] = 0;
    }

    w->three = 0;
}


void
patron_leak_look(patron_leak_words_t *w, const patron_uchar_t *p,
    const patron_uchar_t *end)
{
    patron_leak_at_t  at;

    patron_leak_start(&at, p);

    while (p < end && !w->enough && w->rc == PATRON_OK) {
        p = patron_leak_block(w, &at, p, end);
    }
}


static void
patron_leak_start(patron_leak_at_t *at, const patron_uchar_t *p)
{
    at->n = 0;
    at->three = 0;
    at->stride = p;
    at->before = p;
}


/*
 * The next three words, if they end in this block with nothing special up to
 * there; and past three more, if another word follows these in the same way.
 * See below for what is done to the letters.
 */

__attribute__((always_inline)) static inline int
patron_leak_stride(patron_leak_at_t *at, const patron_uchar_t *base,
    uint64_t *letters, uint64_t special)
{
    unsigned  from;
    uint64_t  one, two, three, four, left, first, second, third;

    one = *letters;
    first = one & -one;
    left = one + first;
    first = left & ~one;
    two = one & left;

    second = two & -two;
    left = two + second;
    second = left & ~two;
    three = two & left;

    third = three & -three;
    left = three + third;
    third = left & ~three;
    four = three & left;

    if (third == 0 || (special & (third | (third - 1)))) {
        return 0;
    }

    from = (unsigned) __builtin_ctzll(one);
    at->before = at->stride;
    at->stride = base + from;

    left = patron_leak_hash(base + from,
                            (unsigned) __builtin_ctzll(first) - from);

    from = (unsigned) __builtin_ctzll(two);
    left = patron_leak_three(left, patron_leak_hash(base + from,
                               (unsigned) __builtin_ctzll(second) - from));

    from = (unsigned) __builtin_ctzll(three);
    at->hit = base + __builtin_ctzll(third);
    at->three = patron_leak_three(left, patron_leak_hash(base + from,
                               (size_t) (at->hit - base) - from));

    *letters = four;
    at->n = PATRON_LEAK_THREE;

    left = four;
    left &= left + (left & -left);
    left &= left + (left & -left);
    left &= left + (left & -left);

    if (left && !(special & ((left & -left) - 1))) {
        *letters = left;
        at->n = 0;
    }

    return 1;
}


/*
 * Sixty-four bytes or what is left, of what was cut where at is NULL: returns
 * where to read on.  The lowest bits of the letters are those of the next word;
 * added to its first they leave one bit, where it ends.
 */

__attribute__((always_inline)) static inline const patron_uchar_t *
patron_leak_block(patron_leak_words_t *w, patron_leak_at_t *at,
    const patron_uchar_t *base, const patron_uchar_t *end)
{
    unsigned               from, to;
    uint64_t               word, letters, special, first, behind, left;
    patron_leak_masks_t    m;
    const patron_uchar_t  *p;

    p = base;
    patron_leak_masks(base, &m);

    letters = m.letters;
    special = m.special;

    if (end - base < 64) {
        letters &= (1ull << (end - base)) - 1;
        special &= (1ull << (end - base)) - 1;

    } else if (at && !m.space && !patron_leak_is_prose(base, &m)) {
        patron_leak_start(at, base + 64);
        return base + 64;
    }

    while ((letters | special) != 0) {

        if (at && at->n == 0
            && patron_leak_stride(at, base, &letters, special))
        {
            if (patron_leak_is_cut(w, at->three)) {
                p = patron_leak_exact(w, at->before, at->hit, end);
                patron_leak_start(at, p);
                return p;
            }

            continue;
        }

        first = letters & -letters;

        left = letters + first;
        behind = left & ~letters;

        if (behind && !(special & ((first - 1) | behind))) {
            letters &= left;

            if (at && at->n >= PATRON_LEAK_THREE) {
                at->n = (at->n == PATRON_LEAK_STRIDE - 1) ? 0 : at->n + 1;
                continue;
            }

            from = (unsigned) __builtin_ctzll(first);
            to = (unsigned) __builtin_ctzll(behind);
            word = patron_leak_hash(base + from, to - from);

        } else {
            from = (unsigned) __builtin_ctzll(letters | special);

            if (!behind && from && (letters >> from & 1) && end - base > 64) {
                /* it may go on behind the block */
                return base + from;
            }

            p = patron_leak_next(w, base + from, end, &word);

            if (word == 0) {
                return end;
            }

            if (p - base >= 64) {
                to = 64;
                letters = 0;
                special = 0;

            } else {
                to = (unsigned) (p - base);
                letters &= ~0ull << to;
                special &= ~0ull << to;
            }
        }

        if (at == NULL) {
            patron_leak_add(w, word);

        } else {

            if (at->n == 0) {
                at->before = at->stride;
                at->stride = base + from;
            }

            at->three = patron_leak_three(at->three, word);
            at->n = (at->n == PATRON_LEAK_STRIDE - 1) ? 0 : at->n + 1;

            if (at->n == PATRON_LEAK_THREE
                && patron_leak_is_cut(w, at->three))
            {
                p = patron_leak_exact(w, at->before,
                                      to < 64 ? base + to : p, end);
                patron_leak_start(at, p);
                return p;
            }
        }

        if (to == 64) {
            return p;
        }
    }

    return (end - base < 64) ? end : base + 64;
}


/* Reads word by word, up to the first of three that were not cut so. */

__attribute__((noinline)) static const patron_uchar_t *
patron_leak_exact(patron_leak_words_t *w, const patron_uchar_t *p,
    const patron_uchar_t *hit, const patron_uchar_t *end)
{
    unsigned               n, found;
    uint64_t               word, hash, three, *old;
    uint64_t               words[PATRON_LEAK_WORDS];
    patron_leak_run_t     *run;
    const patron_uchar_t  *last, *previous;

    memset(words, 0, sizeof(words));
    hash = 0;
    three = 0;
    found = 0;
    last = p;

    for (n = 0; !w->enough; n++) {
        previous = last;
        last = p;
        p = patron_leak_next(w, p, end, &word);

        if (word == 0) {
            break;
        }

        old = &words[n % PATRON_LEAK_WORDS];
        hash = patron_leak_roll(hash, word, *old);
        *old = word;
        three = patron_leak_three(three, word);

        if (patron_leak_is_cut(w, three)) {
            found++;

        } else if (p > hit) {
            /* others may begin with the last two */
            return previous;

        } else {
            found = 0;
        }

        if (found <= PATRON_LEAK_WORDS - PATRON_LEAK_THREE) {
            continue;
        }

        if (w->table == NULL && patron_leak_table(w) != PATRON_OK) {
            w->rc = PATRON_ERROR;
            break;
        }

        run = patron_leak_run(w, hash);

        if (run->hash) {
            patron_leak_found(w, run);
        }
    }

    return end;
}


static int
patron_leak_table(patron_leak_words_t *w)
{
    size_t              i, n, size;
    uint32_t            paragraph;
    uint64_t            hash;
    patron_leak_run_t  *run;

    for (size = 256; size < 2 * w->ncut; size *= 2) { /* void */ }

    w->table = patron_calloc(w->mem, size * sizeof(patron_leak_run_t));
    if (w->table == NULL) {
        return PATRON_ERROR;
    }

    w->mask = size - 1;

    for (i = 0, n = 0, hash = 0, paragraph = 0; i < w->ncut; i++) {

        if (w->cut[i] == 0) {
            n = 0;
            hash = 0;
            paragraph++;
            continue;
        }

        hash = patron_leak_roll(hash, w->cut[i],
                                n < PATRON_LEAK_WORDS
                                ? 0 : w->cut[i - PATRON_LEAK_WORDS]);

        if (++n < PATRON_LEAK_WORDS) {
            continue;
        }

        run = patron_leak_run(w, hash);

        if (run->hash == 0) {
            run->hash = hash;
            run->paragraph = paragraph;
            w->nruns++;
        }
    }

    return PATRON_OK;
}


/* Its entry, or the one that it would have. */

static patron_leak_run_t *
patron_leak_run(const patron_leak_words_t *w, uint64_t hash)
{
    size_t  i;

    for (i = (size_t) hash & w->mask;
         w->table[i].hash != 0 && w->table[i].hash != hash;
         i = (i + 1) & w->mask)
    { /* void */ }

    return &w->table[i];
}


/* Without a space: it may be, where letters and spaces may be escaped. */

static int
patron_leak_is_prose(const patron_uchar_t *p, const patron_leak_masks_t *m)
{
    unsigned  i;
    uint64_t  left;

    for (left = m->special; left; left &= left - 1) {
        i = (unsigned) __builtin_ctzll(left);

        if (p[i] == '&' || (p[i] == '\\' && p[i + 1] == 'u')) {
            return 1;
        }
    }

    return 0;
}


static void
patron_leak_found(patron_leak_words_t *w, patron_leak_run_t *run)
{
    unsigned              i;
    patron_leak_count_t  *count;

    if (run->found & 1u << w->place) {
        return;
    }

    run->found |= 1u << w->place;

    count = &w->counts[w->place];
    count->runs++;

    for (i = 0; i < count->paragraphs; i++) {
        if (count->seen[i] == run->paragraph) {
            break;
        }
    }

    if (i == count->paragraphs) {
        count->seen[count->paragraphs++] = run->paragraph;
    }

    w->enough = (count->paragraphs == 3 || count->runs * 10 >= w->nruns);
}


/*
 * The next word from p on, and what is behind it; 0 where there is none.  One
 * that is escaped in part is put together in w->word.
 */

static const patron_uchar_t *
patron_leak_next(patron_leak_words_t *w, const patron_uchar_t *p,
    const patron_uchar_t *end, uint64_t *word)
{
    uint32_t               c;
    const patron_uchar_t  *next, *from;

    w->len = 0;

    for (from = p; p < end; /* void */ ) {

        while (p < end && patron_leak_is_letter(*p)) {
            p++;
        }

        if (p == end || (*p != '\\' && *p != '&')) {

            if (p == end || p > from || w->len) {
                break;
            }

            p = (*p == '<')
                ? patron_leak_tag_end(p + 1, end, 0, &w->untagged) : p + 1;
            from = p;
            continue;
        }

        next = patron_leak_special(p, end, &c, &w->untagged);

        if (patron_leak_is_letter(c)) {
            patron_leak_put(w, from, p);
            patron_leak_append(w, c);

        } else if (p > from || w->len) {
            break;
        }

        p = next;
        from = p;
    }

    if (w->len) {
        patron_leak_put(w, from, p);
        *word = patron_leak_hash(w->word, w->len);

    } else {
        *word = (p > from) ? patron_leak_hash(from, (size_t) (p - from))
                           : 0;
    }

    return p;
}


static void
patron_leak_put(patron_leak_words_t *w, const patron_uchar_t *from,
    const patron_uchar_t *to)
{
    size_t  n;

    n = (size_t) (to - from);

    if (n > PATRON_LEAK_LONG - w->len) {
        n = PATRON_LEAK_LONG - w->len;
    }

    memcpy(w->word + w->len, from, n);
    w->len += n;
}


/* As UTF-8, which what is not escaped is; of a pair each half by itself. */

static void
patron_leak_append(patron_leak_words_t *w, uint32_t c)
{
    patron_uchar_t  *p;

    if (w->len + 4 > PATRON_LEAK_LONG) {
        return;
    }

    p = w->word + w->len;

    if (c < 0x80) {
        *p++ = (patron_uchar_t) c;

    } else if (c < 0x800) {
        *p++ = (patron_uchar_t) (0xc0 | c >> 6);
        *p++ = (patron_uchar_t) (0x80 | (c & 0x3f));

    } else {

        if (c >= 0x10000) {
            *p++ = (patron_uchar_t) (0xf0 | (c >> 18 & 0x07));
            *p++ = (patron_uchar_t) (0x80 | (c >> 12 & 0x3f));

        } else {
            *p++ = (patron_uchar_t) (0xe0 | c >> 12);
        }

        *p++ = (patron_uchar_t) (0x80 | (c >> 6 & 0x3f));
        *p++ = (patron_uchar_t) (0x80 | (c & 0x3f));
    }

    w->len = (size_t) (p - w->word);
}
