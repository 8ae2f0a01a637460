
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
#include "patron_html_fast_skim.h"


#ifdef __SSE2__

const patron_uchar_t *
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


const patron_uchar_t *
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

    if (!patron_html_tag_name(h, lt + 1, &id, &name, &n)) {
        return NULL;
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


const patron_uchar_t *
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


const patron_uchar_t *
patron_html_skim_16(patron_html_t *h, const patron_uchar_t *p,
    const patron_uchar_t *end)
{
    return h->skim.blocks
           ? patron_html_skim_blocks_16(h, p, end)
           : patron_html_skim(h, p, end, patron_html_next_tag);
}


#if (__x86_64__)

/* The same for processors with AVX2. */

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
