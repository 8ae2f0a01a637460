
/*
 * The fast paths of skimming (patron_html_skim.c), for processors with SSE2 or
 * AVX2, well before the end of the chunk: of a tag that means nothing no more
 * is looked at than where it ends.  What may mean something is handed on as a
 * token, on an island every tag.
 *
 * A tag ends at the first '>' if no quote is before it, or if it follows a
 * double quote that must be a value's last (patron_html_tag_quoted_end()).
 */


#include "patron_html_emit.h"
#include "patron_html_fast_path.h"
#include "patron_html_format.h"
#include "patron_html_stack.h"


#ifdef __SSE2__

/* The end of a tag, from p on: the first '>', if no quote is before it. */

static inline const patron_uchar_t *
patron_html_skim_unquoted(const patron_uchar_t *p,
    const patron_uchar_t *last)
{
    unsigned  mask;
    __m128i   x, quote, apos, gt;

    quote = patron_html_16(&patron_html_quote);
    apos = patron_html_16(&patron_html_apos);
    gt = patron_html_16(&patron_html_gt);

    for ( /* void */ ; p <= last; p += 16) {
        x = _mm_loadu_si128((const __m128i *) p);
        mask = _mm_movemask_epi8(
                             _mm_or_si128(
                                 _mm_or_si128(_mm_cmpeq_epi8(x, quote),
                                              _mm_cmpeq_epi8(x, apos)),
                                 _mm_cmpeq_epi8(x, gt)));
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
    const patron_uchar_t  *e;

    if (lt[3] == '>') {
        return lt + 4;
    }

    if (lt[4] == '>') {
        return lt + 5;
    }

    if ((lt[2] | 0x20) == 'f' && (lt[3] | 0x20) == 'o') {
        return NULL;
    }

    e = patron_html_skim_unquoted(lt + 2, last);

    return (e != NULL && e - lt <= PATRON_HTML_MAX_TAG) ? e : NULL;
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


/* The two blocks with long names, of ten bytes, or TAG_UNKNOWN. */

static unsigned
patron_html_skim_long_block(const patron_uchar_t *p)
{
    uint64_t  bytes;

    bytes = patron_html_bytes(p) | 0x2020202020202020u;

    if (bytes == PATRON_HTML_PACK('b','l','o','c','k','q','u','o')) {
        return ((p[8] | 0x20) == 't' && (p[9] | 0x20) == 'e')
               ? TAG_BLOCKQUOTE : TAG_UNKNOWN;
    }

    return (bytes == PATRON_HTML_PACK('f','i','g','c','a','p','t','i')
            && (p[8] | 0x20) == 'o' && (p[9] | 0x20) == 'n')
           ? TAG_FIGCAPTION : TAG_UNKNOWN;
}


/* The start tag of this id does no more than to open a part of a table. */

static int
patron_html_skim_opens_part(patron_html_t *h, unsigned id)
{
    patron_html_entry_t  *top;

    top = patron_html_top(h);

    if (h->mode == MODE_IN_ROW && top->id == TAG_TR
        && (id == TAG_TD || id == TAG_TH))
    {
        patron_html_format_marker(h);
        h->mode = MODE_IN_CELL;
        h->plain = 1;

        return 1;
    }

    if (id != TAG_TR) {
        return 0;
    }

    if (h->mode == MODE_IN_TABLE && top->id == TAG_TABLE) {
        (void) patron_html_enter(h, TAG_TBODY, patron_html_id_name(TAG_TBODY),
                                 patron_html_known[TAG_TBODY].classes,
                                 PATRON_NS_HTML, 1);

    } else if (h->mode != MODE_IN_TBODY || !(top->classes & EL_TBODY)) {
        return 0;
    }

    h->mode = MODE_IN_ROW;

    return 1;
}


/* The start tag of this id does no more than to open a block. */

static inline int
patron_html_skim_opens_block(patron_html_t *h, unsigned id)
{
    unsigned              start;
    patron_html_entry_t  *top;

    start = patron_html_known[id].start;

    if (!h->plain) {
        return start == START_IGNORE && patron_html_skim_opens_part(h, id);
    }

    if (start == START_BLOCK) {
        return id != TAG_P;
    }

    top = patron_html_top(h);

    switch (start) {

    case START_LI:
        return (top->classes & (EL_SPECIAL|EL_LI_PASS|EL_UNSURE)) == EL_SPECIAL
               && top->id != TAG_LI;

    case START_HEADING:
        return !(top->classes & EL_HEADING);

    case START_TABLE:
        h->mode = MODE_IN_TABLE;
        h->plain = 0;
        return 1;

    default:
        return 0;
    }
}


/*
 * The start tag at lt, which may be a block's.  Returns where to go on, or NULL
 * if it must be looked at.
 */

__attribute__((always_inline)) static inline const patron_uchar_t *
patron_html_skim_block_start(patron_html_t *h, const patron_uchar_t *lt,
    const patron_uchar_t *last)
{
    unsigned                       id, n;
    patron_html_name_t             name;
    const patron_uchar_t          *e;
    const patron_html_interest_t  *interest;

    id = patron_html_known_name(lt + 1, &name, &n);

    if (id == TAG_UNKNOWN) {
        id = patron_html_skim_long_block(lt + 1);
        n = 10;

        if (id == TAG_UNKNOWN) {
            return NULL;
        }

        name = patron_html_name(lt + 1, n);
    }

    interest = h->interest;

    if (interest->names & patron_html_name_bit(name)) {
        return NULL;
    }

    e = lt + 1 + n;

    if (*e == '>') {
        e++;

    } else {
        e = patron_html_tag_quoted_end(e, last);

        if (e == NULL || e - lt > PATRON_HTML_MAX_TAG
            || (interest->attrs
                && (e > last
                    || interest->scan(interest->needles, lt, e - 1))))
        {
            return NULL;
        }
    }

    h->at = patron_html_offset(h, lt);

    if (!patron_html_skim_opens_block(h, id)) {
        return NULL;
    }

    (void) patron_html_enter(h, id, name, patron_html_known[id].classes,
                             PATRON_NS_HTML, 0);

    return e;
}


/* Does the own end tag of the current element do no more than to end it? */

static inline int
patron_html_skim_ends_block(patron_html_t *h, const patron_html_entry_t *top)
{
    unsigned  id;

    id = top->id;

    if (patron_html_known[id].end <= END_HEADING) {
        return !(top->classes & EL_UNSURE);
    }

    if (h->mode == MODE_IN_CELL && (id == TAG_TD || id == TAG_TH)) {
        h->nformats--;
        h->mode = MODE_IN_ROW;
        h->plain = 0;

        return 1;
    }

    if (h->mode == MODE_IN_ROW && id == TAG_TR) {
        h->mode = MODE_IN_TBODY;

        return 1;
    }

    return 0;
}


/* Is it that of a table with nothing but a body open in it? */

static inline int
patron_html_skim_ends_table(patron_html_t *h, const patron_uchar_t *lt)
{
    return h->mode == MODE_IN_TBODY
           && (patron_html_top(h)->classes & EL_TBODY)
           && h->stack[h->depth - 2].id == TAG_TABLE
           && (patron_html_bytes(lt + 2) & patron_html_masks[6])
              == PATRON_HTML_PACK('t','a','b','l','e','>',0,0);
}


/* The end tag at lt, which must be looked at; NULL if all is to be done yet. */

__attribute__((noinline)) static const patron_uchar_t *
patron_html_skim_known_end(patron_html_t *h, const patron_uchar_t *lt,
    const patron_uchar_t *last)
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

    e = patron_html_skim_unquoted(lt + 2, last);

    if (e == NULL || e - lt > PATRON_HTML_MAX_TAG) {
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
 * The end tag at lt, which may be a block's.  Returns where to go on, or NULL
 * if it must be looked at.
 */

__attribute__((always_inline)) static inline const patron_uchar_t *
patron_html_skim_block_end(patron_html_t *h, const patron_uchar_t *lt)
{
    unsigned              n;
    int32_t               inner;
    patron_html_entry_t  *top;

    inner = (int32_t) h->depth - h->interest->watch - 1;

    if (inner <= 0) {
        return NULL;
    }

    top = patron_html_top(h);
    n = patron_html_known[top->id].len;

    if (n == 0) {
        n = 10;

        if (patron_html_skim_long_block(lt + 2) != top->id) {
            return NULL;
        }

    } else if ((patron_html_bytes(lt + 2) & patron_html_masks[n])
               != top->element.name)
    {
        if (inner > 1 && patron_html_skim_ends_table(h, lt)) {
            h->depth -= 2;
            patron_html_reset_mode(h);
            h->look = 0;

            return lt + 8;
        }

        return NULL;
    }

    if (lt[2 + n] != '>' || !patron_html_skim_ends_block(h, top)) {
        return NULL;
    }

    h->depth--;

    return lt + n + 3;
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
        return patron_html_fast_comment(h, lt, end);
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

    if (e == NULL || e - lt > PATRON_HTML_MAX_TAG) {
        return NULL;
    }

    interest = h->interest;

    if (interest->attrs
        && (e > last || interest->scan(interest->needles, lt, e - 1)))
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

    last = end - PATRON_HTML_FAST;

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


/* The same, with blocks. */

__attribute__((always_inline)) static inline const patron_uchar_t *
patron_html_skim_blocks(patron_html_t *h, const patron_uchar_t *p,
    const patron_uchar_t *end, patron_html_next_pt next)
{
    const patron_uchar_t  *e, *last;

    last = end - PATRON_HTML_FAST;

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

            if (p[3] == '>') {
                p += 4;
                continue;
            }

            if (!patron_html_hinted(patron_html_block_hints, p[3], p[4])) {
                e = patron_html_skim_over_end(p, last);

                if (e == NULL) {
                    return p;
                }

                p = e;
                continue;
            }

            e = patron_html_skim_block_end(h, p);

            if (e == NULL) {
                e = patron_html_skim_known_end(h, p, last);
            }

        } else if (patron_html_is_letter(p[1])
                   && !patron_html_hinted(h->skim.hints, p[2], p[3]))
        {
            e = patron_html_skim_over_start(h, p, last);

            if (e == NULL) {
                return p;
            }

            p = e;
            continue;

        } else {
            e = patron_html_skim_block_start(h, p, last);

            if (e == NULL) {
                e = patron_html_skim_known(h, p, last, end, next);
            }
        }

        if (e == NULL) {
            return p;
        }

        p = e;

    } while (p <= last && !h->leave);

    return p;
}


const patron_uchar_t *
patron_html_skim_16(patron_html_t *h, const patron_uchar_t *p,
    const patron_uchar_t *end)
{
    return h->skim.blocks
           ? patron_html_skim_blocks(h, p, end, patron_html_next_tag)
           : patron_html_skim(h, p, end, patron_html_next_tag);
}


#if (__x86_64__)

/* The same for processors with AVX2. */

__attribute__((target("avx2,bmi"))) static const patron_uchar_t *
patron_html_skim_blocks_32(patron_html_t *h, const patron_uchar_t *p,
    const patron_uchar_t *end)
{
    return patron_html_skim_blocks(h, p, end, patron_html_next_tag_32);
}


__attribute__((target("avx2,bmi"))) const patron_uchar_t *
patron_html_skim_32(patron_html_t *h, const patron_uchar_t *p,
    const patron_uchar_t *end)
{
    return h->skim.blocks
           ? patron_html_skim_blocks_32(h, p, end)
           : patron_html_skim(h, p, end, patron_html_next_tag_32);
}

#endif

#endif
