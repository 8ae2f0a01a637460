
/*
 * The fast paths of skimming where blocks are kept (patron_html_skim_block.c):
 * those that do no more than open or close, and the rest as in
 * patron_html_fast_skim.c.
 */


#include "patron_html_emit.h"
#include "patron_html_fast_skim.h"
#include "patron_html_format.h"
#include "patron_html_stack.h"


#ifdef __SSE2__

#define PATRON_HTML_NEAR  2048                        /* to a chunk's end */
#define PATRON_HTML_FULL  (PATRON_HTML_MAX_SKIM / 2)  /* bytes to keep */


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
        return id != TAG_P && id != TAG_DIALOG;
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

    if (!patron_html_tag_name(h, lt + 2, &id, &name, &n)) {
        return NULL;
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


/* The tag of the name at p: is it one of a formatting element? */

__attribute__((noinline)) static void
patron_html_skim_formatting(patron_html_t *h, const patron_uchar_t *p)
{
    unsigned            id, n;
    patron_html_name_t  name;

    id = patron_html_known_name(p, &name, &n);

    if (!(patron_html_known[id].classes & EL_FORMAT)) {
        return;
    }

    if (p[-1] == '/') {
        patron_html_skim_format_end(h, id);

    } else {
        patron_html_skim_format_start(h, id);
    }
}


/* Those of one letter. */

static const uint8_t  patron_html_letters[32] = {
    ['a' % 32] = TAG_A, ['b' % 32] = TAG_B, ['i' % 32] = TAG_I,
    ['s' % 32] = TAG_S, ['u' % 32] = TAG_U
};


/* The start tag of the name at p, which may be a formatting element's. */

__attribute__((always_inline)) static inline void
patron_html_skim_format_begins(patron_html_t *h, const patron_uchar_t *p)
{
    unsigned              id;
    patron_html_begun_t  *begun;

    id = patron_html_letters[p[0] % 32];

    if (id == 0 || h->skim.nbegun != 0 || (p[1] != ' ' && p[1] != '>')) {
        patron_html_skim_formatting(h, p);
        return;
    }

    begun = &h->skim.begun[0];
    h->skim.nbegun = 1;

    begun->start = patron_html_top(h)->element.start;
    begun->depth = h->depth;
    begun->id = id;
}


/* An end tag of one letter, where some have begun. */

__attribute__((always_inline)) static inline void
patron_html_skim_format_ends(patron_html_t *h, const patron_uchar_t *p)
{
    patron_html_begun_t  *begun;

    begun = &h->skim.begun[0];

    if (h->skim.nbegun == 1
        && patron_html_is_letter(*p)
        && begun->id == patron_html_letters[*p % 32]
        && begun->depth == h->depth
        && begun->start == patron_html_top(h)->element.start)
    {
        h->skim.nbegun = 0;

    } else {
        patron_html_skim_formatting(h, p);
    }
}


/*
 * Tags and text that mean nothing, as walk has it; with "formats" set
 * formatting elements are followed.
 */

__attribute__((always_inline)) static inline const patron_uchar_t *
patron_html_skim_blocks(patron_html_t *h, const patron_uchar_t *p,
    const patron_uchar_t *end, patron_html_next_pt next, int formats)
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

                if (formats && h->skim.nbegun) {
                    patron_html_skim_format_ends(h, p + 2);
                }

                p += 4;
                continue;
            }

            if (!patron_html_hinted(patron_html_block_hints, p[3], p[4])) {
                e = patron_html_skim_over_end(p, last);

                if (e == NULL) {
                    return p;
                }

                if (formats && h->skim.nbegun
                    && patron_html_hinted(patron_html_format_hints, p[2],
                                          p[3]))
                {
                    patron_html_skim_formatting(h, p + 2);
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

            if (formats
                && patron_html_hinted(patron_html_format_hints, p[1], p[2]))
            {
                patron_html_skim_format_begins(h, p + 1);
            }

            p = e;
            continue;

        } else {
            e = (formats && h->skim.full)
                ? NULL : patron_html_skim_block_start(h, p, last);

            if (e == NULL) {
                e = patron_html_skim_known(h, p, last, end, next);
            }
        }

        if (e == NULL) {
            return p;
        }

        p = e;

        if (h->leave) {
            return p;
        }

    } while (p <= last);

    return p;
}


/*
 * Where it goes back to moves on near the end of a chunk: what lies before need
 * not be kept.
 */

static inline const patron_uchar_t *
patron_html_skim_formats(patron_html_t *h, const patron_uchar_t *p,
    const patron_uchar_t *end, patron_html_fast_path_pt formats)
{
    const patron_uchar_t  *near;

    near = end - PATRON_HTML_NEAR;

    if (!h->skim.full && p <= near - PATRON_HTML_FAST
        && patron_html_offset(h, end) - h->skim.from >= PATRON_HTML_FULL)
    {
        p = formats(h, p, near);

        if (p <= near - PATRON_HTML_FAST || h->leave) {
            return p;
        }

        h->skim.full = 1;
    }

    return formats(h, p, end);
}


static const patron_uchar_t *
patron_html_skim_formats_16(patron_html_t *h, const patron_uchar_t *p,
    const patron_uchar_t *end)
{
    return patron_html_skim_blocks(h, p, end, patron_html_next_tag, 1);
}


const patron_uchar_t *
patron_html_skim_blocks_16(patron_html_t *h, const patron_uchar_t *p,
    const patron_uchar_t *end)
{
    return h->skim.resume
           ? patron_html_skim_formats(h, p, end, patron_html_skim_formats_16)
           : patron_html_skim_blocks(h, p, end, patron_html_next_tag, 0);
}


#if (__x86_64__)

/* The same for processors with AVX2. */

__attribute__((target("avx2,bmi"))) static const patron_uchar_t *
patron_html_skim_formats_32(patron_html_t *h, const patron_uchar_t *p,
    const patron_uchar_t *end)
{
    return patron_html_skim_blocks(h, p, end, patron_html_next_tag_32, 1);
}


__attribute__((target("avx2,bmi"))) const patron_uchar_t *
patron_html_skim_blocks_32(patron_html_t *h, const patron_uchar_t *p,
    const patron_uchar_t *end)
{
    return h->skim.resume
           ? patron_html_skim_formats(h, p, end, patron_html_skim_formats_32)
           : patron_html_skim_blocks(h, p, end, patron_html_next_tag_32, 0);
}

#endif

#endif
