
/*
 * The short ways of the tokenizer, for processors with SSE2 or AVX2: whole
 * tags of the usual kind, well before the end of the chunk, and in a body
 * those that do no more than open or close an element.  All else is left to
 * patron_html_token.c and tree construction, which the short ways must agree
 * with.  Source: WHATWG HTML, sections 13.2.5 and 13.2.6.4.7.
 */


#include "patron_html_internal.h"
#include "patron_html_scan.h"

#if (__x86_64__)
#include <immintrin.h>
#endif


#ifdef __SSE2__

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


/* Past the comment at lt, or NULL if it is none, or takes a second look. */

__attribute__((noinline)) static const patron_uchar_t *
patron_html_quick_comment(patron_html_t *h, const patron_uchar_t *lt,
    const patron_uchar_t *end)
{
    const patron_uchar_t  *gt;

    if (lt[1] != '!' || lt[2] != '-' || lt[3] != '-'
        || (h->want & PATRON_HTML_WANT_COMMENTS))
    {
        return NULL;
    }

    /* the dashes before a '>' may be those of "<!--" */

    for (gt = lt + 3; /* void */ ; /* void */ ) {
        gt = patron_html_find(gt + 1, end, '>');

        if (gt == end || gt[-1] == '!') {
            return NULL;
        }

        if (gt[-1] == '-' && gt[-2] == '-') {
            return gt + 1;
        }
    }
}


/* A tag whose name is not known at once: at most fifteen bytes. */

static unsigned
patron_html_other_name(patron_html_t *h, const patron_uchar_t *p,
    patron_html_name_t *name, unsigned *len)
{
    unsigned  n;

    n = patron_html_name_len(p);

    if (n >= 16 || !patron_html_is_letter(*p)) {
        return TAG_COUNT;
    }

    h->tag.raw_name.data = p;
    h->tag.raw_name.len = n;

    *len = n;
    *name = patron_html_name(p, n);

    return patron_html_id(*name, &h->tag.raw_name);
}


/* An end tag, that of the current element, where there is more to do. */

__attribute__((noinline)) static void
patron_html_own_end(patron_html_t *h, const patron_uchar_t *lt,
    const patron_uchar_t *e)
{
    patron_html_entry_t  *top;

    top = patron_html_top(h);

    patron_html_set_tag(h, lt, e, lt + 2, (unsigned) (e - lt) - 3, 0);

    h->id = top->id;
    h->tag.name = top->element.name;
    h->tag.end_tag = 1;
    h->tag.self_closing = 0;

    patron_html_token(h);
}


/* An end tag that is not the current element's, with nothing but a name. */

__attribute__((noinline)) static const patron_uchar_t *
patron_html_other_end(patron_html_t *h, const patron_uchar_t *lt)
{
    unsigned               id, n;
    patron_html_name_t     name;
    const patron_uchar_t  *e;

    id = patron_html_known_name(lt + 2, &name, &n);

    if (id == TAG_UNKNOWN) {
        id = patron_html_other_name(h, lt + 2, &name, &n);

        if (id == TAG_COUNT) {
            return NULL;
        }
    }

    e = lt + n + 3;

    if (e[-1] != '>') {
        return NULL;
    }

    patron_html_set_tag(h, lt, e, lt + 2, n, 0);

    h->id = id;
    h->tag.name = name;
    h->tag.end_tag = 1;
    h->tag.self_closing = 0;

    patron_html_token(h);

    return e;
}


/*
 * The short way for an end tag: it is that of the current element, and has
 * nothing but the name in it, in lower case.
 */

__attribute__((always_inline)) static inline const patron_uchar_t *
patron_html_quick_end(patron_html_t *h, const patron_uchar_t *lt)
{
    unsigned                    len;
    const patron_uchar_t       *e;
    patron_html_entry_t        *top;
    const patron_html_known_t  *known;

    if (h->depth == 0) {
        return patron_html_other_end(h, lt);
    }

    top = patron_html_top(h);
    known = &patron_html_known[top->id];
    len = known->len;

    if ((patron_html_bytes(lt + 2) & patron_html_masks[len])
        != top->element.name || lt[2 + len] != '>')
    {
        return patron_html_other_end(h, lt);
    }

    e = lt + len + 3;

    if (!h->plain || (int32_t) h->depth <= h->interest->watch + 1) {
        patron_html_own_end(h, lt, e);
        return e;
    }

    if (known->end > END_HEADING) {

        if (known->end != END_FORMAT
            || h->nformats == 0
            || h->formats[h->nformats - 1].serial != top->serial)
        {
            patron_html_own_end(h, lt, e);
            return e;
        }

        h->nformats--;
    }

    h->paragraphs -= (top->id == TAG_P);
    h->look |= h->want & LOOK_TEXT;
    h->depth--;

    return e;
}


/* Tells of the element that the start tag in [lt, e) has opened. */

__attribute__((noinline)) static void
patron_html_started(patron_html_t *h, const patron_uchar_t *lt,
    const patron_uchar_t *e, unsigned len, int ample)
{
    patron_html_entry_t  *top;

    top = patron_html_top(h);

    patron_html_set_tag(h, lt, e, lt + 1, len, ample);

    h->id = top->id;
    h->tag.name = top->element.name;
    h->tag.end_tag = 0;

    patron_html_tell_open(h, &h->tag);
}


/* The start tag in [lt, e), which may do more than open an element. */

__attribute__((noinline)) static void
patron_html_start_other(patron_html_t *h, const patron_uchar_t *lt,
    const patron_uchar_t *e, unsigned len, int ample, unsigned id,
    patron_html_name_t name)
{
    patron_html_set_tag(h, lt, e, lt + 1, len, ample);

    h->id = id;
    h->tag.name = name;
    h->tag.end_tag = 0;

    if (!h->plain) {
        patron_html_token(h);
        return;
    }

    h->at = h->tag.start;

    if (patron_html_known[id].start == START_IGNORE) {
        patron_html_start_tag(h);

    } else {
        (void) patron_html_body_start(h);
    }
}


/* The short way for a start tag: attributes of the usual kind. */

__attribute__((always_inline)) static inline const patron_uchar_t *
patron_html_quick_start(patron_html_t *h, const patron_uchar_t *lt,
    const patron_uchar_t *last)
{
    int                         bare;
    unsigned                    id, n, state;
    patron_html_name_t          name;
    patron_html_entry_t        *entry;
    const patron_uchar_t       *e;
    const patron_html_known_t  *known;

    id = patron_html_known_name(lt + 1, &name, &n);

    if (id == TAG_UNKNOWN) {
        id = patron_html_other_name(h, lt + 1, &name, &n);

        if (id == TAG_COUNT) {
            return NULL;
        }
    }

    e = lt + 1 + n;
    h->tag.self_closing = 0;

    if (*e == '>') {
        e++;
        bare = 1;

    } else {
        e = patron_html_tag_quoted_end(e, last);

        if (e == NULL) {
            state = SCAN_BEFORE;
            e = patron_html_tag_attrs(lt + 1 + n, last, &state);

            if (state == SCAN_BEFORE) {
                return NULL;
            }

            h->tag.self_closing = (state == SCAN_SELF_CLOSING);
        }

        if (e - lt > PATRON_HTML_MAX_TAG) {
            return NULL;
        }

        bare = (e - lt <= (ptrdiff_t) n + 3);
    }

    known = &patron_html_known[id];

    if (!h->plain || !patron_html_is_simple(h, known->start, bare)) {
        patron_html_start_other(h, lt, e, n, e <= last, id, name);
        return e;
    }

    h->at = patron_html_offset(h, lt);

    entry = patron_html_enter(h, id, name, known->classes, PATRON_NS_HTML, 0);

    if (entry == NULL) {
        return e;
    }

    h->paragraphs += (id == TAG_P);

    if (known->classes & EL_FORMAT) {
        entry->serial = ++h->serial;
        (void) patron_html_format_add(h, id, entry->serial, 0);
    }

    if ((h->interest->names & patron_html_name_bit(name))
        || (!bare && h->interest->attrs
            && (h->interest->scan == NULL || e > last
                || h->interest->scan(h->interest->needles, lt, e - 1))))
    {
        patron_html_started(h, lt, e, n, e <= last);
    }

    return e;
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


typedef const patron_uchar_t *(*patron_html_next_pt)(const patron_uchar_t *p,
    const patron_uchar_t *last, const patron_uchar_t *end);


/*
 * Tags and text, as far as the short ways lead: up to a tag that takes the
 * long one, to the end of the text, or near the end of the chunk.
 */

__attribute__((always_inline)) static inline const patron_uchar_t *
patron_html_walk(patron_html_t *h, const patron_uchar_t *p,
    const patron_uchar_t *end, patron_html_next_pt next)
{
    const patron_uchar_t  *lt, *e, *last;

    last = end - PATRON_HTML_QUICK;

    do {
        if (*p != '<') {
            lt = next(p, last, end);

            if (h->look) {
                p = patron_html_text(h, p, lt, lt < end);

                if (h->leave) {
                    return p;
                }
            }

            p = lt;

            if (lt > last) {
                return p;
            }
        }

        e = (p[1] == '/') ? patron_html_quick_end(h, p)
                          : patron_html_quick_start(h, p, last);
        if (e == NULL) {
            e = patron_html_quick_comment(h, p, end);

            if (e == NULL) {
                return p;
            }
        }

        p = e;

    } while (p <= last && !h->leave);

    return p;
}


/* The end of a tag at p, or NULL: after the first '>', if no quote is before. */

static inline const patron_uchar_t *
patron_html_skim_unquoted(const patron_uchar_t *p,
    const patron_uchar_t *last)
{
    unsigned  mask;
    __m128i   x;

    for ( /* void */ ; p <= last; p += 16) {
        x = _mm_loadu_si128((const __m128i *) p);
        mask = _mm_movemask_epi8(
                   _mm_or_si128(
                       _mm_or_si128(
                           _mm_cmpeq_epi8(x, patron_html_16(&patron_html_quote)),
                           _mm_cmpeq_epi8(x, patron_html_16(&patron_html_apos))),
                       _mm_cmpeq_epi8(x, patron_html_16(&patron_html_gt))));

        if (mask != 0) {
            p += __builtin_ctz(mask);

            return (*p == '>') ? p + 1 : NULL;
        }
    }

    return NULL;
}


/*
 * The end of an end tag, and of "</" without a letter behind it; NULL for a
 * form's.  That of "</>" may come out a byte or two late, in text that has no
 * room for a tag.
 */

__attribute__((always_inline)) static inline const patron_uchar_t *
patron_html_skim_over_end(const patron_uchar_t *lt,
    const patron_uchar_t *last)
{
    if (lt[3] == '>') {
        return lt + 4;
    }

    if (lt[4] == '>') {
        return lt + 5;
    }

    if ((lt[2] | 0x20) == 'f' && (lt[3] | 0x20) == 'o') {
        return NULL;
    }

    return patron_html_skim_unquoted(lt + 2, last);
}


/* That of a start tag, or NULL; *slash is set where it is self-closing. */

__attribute__((noinline)) static const patron_uchar_t *
patron_html_skim_other_end(const patron_uchar_t *lt,
    const patron_uchar_t *last, unsigned *slash)
{
    unsigned               n, state;
    const patron_uchar_t  *e;

    e = patron_html_skim_unquoted(lt + 2, last);

    if (e != NULL && e[-2] != '/') {
        *slash = 0;
        return e;
    }

    n = patron_html_name_len(lt + 1);

    if (n >= 16) {
        return NULL;
    }

    if (e != NULL) {

        /* behind more than the name, the slash may be an attribute's */

        *slash = 1;

        return (e - lt == (ptrdiff_t) n + 3) ? e : NULL;
    }

    state = SCAN_BEFORE;
    e = patron_html_tag_attrs(lt + 1 + n, last, &state);
    *slash = (state == SCAN_SELF_CLOSING);

    return (state == SCAN_BEFORE) ? NULL : e;
}


/* The end of raw text that begins at p, past its end tag; or NULL. */

static const patron_uchar_t *
patron_html_skim_raw_end(patron_html_t *h, const patron_uchar_t *p,
    const patron_uchar_t *last, const patron_uchar_t *end,
    patron_html_next_pt next)
{
    uint64_t  bytes;

    for ( /* void */ ; p <= last; p++) {
        p = next(p, last, end);

        if (p > last || (p[1] == '!' && h->state == STATE_SCRIPT)) {
            return NULL;
        }

        if (p[1] != '/') {
            continue;
        }

        bytes = (patron_html_bytes(p + 2) | 0x2020202020202020u)
                & patron_html_masks[h->raw_len];

        if (bytes == h->raw_name) {
            p += 2 + h->raw_len;

            return (*p == '>') ? p + 1 : NULL;
        }
    }

    return NULL;
}


/*
 * The start tag at lt, which must be looked at, and the raw text behind it.
 * Returns where to go on, or NULL if all is to be done yet.
 */

__attribute__((noinline)) static const patron_uchar_t *
patron_html_skim_known(patron_html_t *h, const patron_uchar_t *lt,
    const patron_uchar_t *last, const patron_uchar_t *end,
    patron_html_next_pt next)
{
    unsigned               id, n, slash;
    patron_html_name_t     name;
    const patron_uchar_t  *p, *e;

    if (!patron_html_is_letter(lt[1])) {
        return patron_html_quick_comment(h, lt, end);
    }

    id = patron_html_known_name(lt + 1, &name, &n);

    if (id == TAG_UNKNOWN) {
        id = patron_html_other_name(h, lt + 1, &name, &n);

        if (id == TAG_COUNT) {
            return NULL;
        }
    }

    slash = 0;
    e = patron_html_tag_quoted_end(lt + 1 + n, last);

    if (e == NULL) {
        e = patron_html_skim_other_end(lt, last, &slash);

        if (e == NULL) {
            return NULL;
        }
    }

    patron_html_set_tag(h, lt, e, lt + 1, n, e <= last);

    h->id = id;
    h->tag.name = name;
    h->tag.end_tag = 0;
    h->tag.self_closing = slash;

    patron_html_token(h);

    if (h->state == STATE_DATA || h->state == STATE_PLAINTEXT) {
        return e;
    }

    p = patron_html_skim_raw_end(h, e, last, end, next);

    if (p == NULL || h->rc != PATRON_OK || h->skim.state != SKIM_ON) {
        return e;
    }

    h->state = STATE_DATA;
    h->leave = 0;
    h->skim.depth -= (h->skim.island == ISLAND_NONE);

    return p;
}


/* The end of a start tag that means nothing, or NULL if it may. */

__attribute__((always_inline)) static inline const patron_uchar_t *
patron_html_skim_over_start(patron_html_t *h, const patron_uchar_t *lt,
    const patron_uchar_t *last)
{
    unsigned                       slash;
    const patron_uchar_t          *e;
    const patron_html_interest_t  *interest;

    /* too short for an attribute */

    if (lt[2] == '>') {
        return lt + 3;
    }

    if (lt[3] == '>') {
        return lt + 4;
    }

    e = patron_html_tag_quoted_end(lt + 2, last);

    if (e == NULL) {
        e = patron_html_skim_other_end(lt, last, &slash);
    }

    interest = h->interest;

    if (interest->attrs
        && (e == NULL || e > last
            || interest->scan(interest->needles, lt, e - 1)))
    {
        return NULL;
    }

    return e;
}


/* On an island every tag is looked at. */

__attribute__((noinline)) static const patron_uchar_t *
patron_html_skim_island(patron_html_t *h, const patron_uchar_t *p,
    const patron_uchar_t *last, const patron_uchar_t *end,
    patron_html_next_pt next)
{
    const patron_uchar_t  *e;

    while (h->skim.island && p <= last) {
        p = next(p, last, end);

        if (p > last) {
            break;
        }

        e = (p[1] == '/') ? patron_html_other_end(h, p)
                          : patron_html_skim_known(h, p, last, end, next);

        if (e == NULL) {
            break;
        }

        p = e;

        if (h->rc != PATRON_OK || h->skim.state != SKIM_ON
            || h->state != STATE_DATA)
        {
            break;
        }

        h->leave = 0;
    }

    return p;
}


/* Tags and text that mean nothing, as walk has it. */

__attribute__((always_inline)) static inline const patron_uchar_t *
patron_html_skim(patron_html_t *h, const patron_uchar_t *p,
    const patron_uchar_t *end, patron_html_next_pt next)
{
    const patron_uchar_t  *e, *last;

    last = end - PATRON_HTML_QUICK;

    if (h->skim.island) {
        p = patron_html_skim_island(h, p, last, end, next);

        if (h->skim.island || h->leave || p > last) {
            return p;
        }
    }

    do {
        if (*p != '<') {
            p = next(p, last, end);

            if (p > last) {
                return p;
            }
        }

        if (p[1] == '/') {
            e = patron_html_skim_over_end(p, last);
            h->skim.depth -= (e != NULL);

        } else if (patron_html_is_letter(p[1])
                   && !patron_html_hinted(h->skim.hints, p[2], p[3]))
        {
            e = patron_html_skim_over_start(h, p, last);
            h->skim.depth += (e != NULL);

        } else {
            e = patron_html_skim_known(h, p, last, end, next);

            if (e != NULL && h->leave) {
                return e;
            }
        }

        if (e == NULL) {
            return p;
        }

        p = e;

    } while (p <= last);

    return p;
}


static const patron_uchar_t *
patron_html_walk_16(patron_html_t *h, const patron_uchar_t *p,
    const patron_uchar_t *end)
{
    return patron_html_walk(h, p, end, patron_html_next_tag);
}


static const patron_uchar_t *
patron_html_skim_16(patron_html_t *h, const patron_uchar_t *p,
    const patron_uchar_t *end)
{
    return patron_html_skim(h, p, end, patron_html_next_tag);
}


static const patron_html_ways_t  patron_html_ways_16 = {
    patron_html_walk_16, patron_html_skim_16
};


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


__attribute__((target("avx2,bmi"))) static const patron_uchar_t *
patron_html_walk_32(patron_html_t *h, const patron_uchar_t *p,
    const patron_uchar_t *end)
{
    return patron_html_walk(h, p, end, patron_html_next_tag_32);
}


__attribute__((target("avx2,bmi"))) static const patron_uchar_t *
patron_html_skim_32(patron_html_t *h, const patron_uchar_t *p,
    const patron_uchar_t *end)
{
    return patron_html_skim(h, p, end, patron_html_next_tag_32);
}


static const patron_html_ways_t  patron_html_ways_32 = {
    patron_html_walk_32, patron_html_skim_32
};

#endif

#endif


const patron_html_ways_t *
patron_html_quick_ways(void)
{
#if (__x86_64__)
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi")) {
        return &patron_html_ways_32;
    }
#endif

#ifdef __SSE2__
    return &patron_html_ways_16;
#else
    return NULL;
#endif
}
