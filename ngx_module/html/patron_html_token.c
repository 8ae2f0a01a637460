
/*
 * The tokenizer: cuts the stream into tags and text and hands them to tree
 * construction.  It holds across chunks only what may still become a tag; in
 * comments, raw text and scripts all it keeps is a state and the last bytes.
 * Source: WHATWG HTML, section 13.2.5.
 */


#include "patron_html_bytes.h"
#include "patron_html_emit.h"
#include "patron_html_fast_path.h"
#include "patron_html_hold.h"
#include "patron_html_markup.h"
#include "patron_html_raw.h"
#include "patron_html_scan.h"
#include "patron_html_skim.h"
#include "patron_html_stack.h"
#include "patron_html_text.h"


static const patron_uchar_t *patron_html_skip_bom(patron_html_t *h,
    const patron_uchar_t *p, const patron_uchar_t *end);
static void patron_html_run(patron_html_t *h, const patron_uchar_t *p,
    const patron_uchar_t *end);
static void patron_html_run_again(patron_html_t *h,
    const patron_uchar_t *data, const patron_uchar_t *end);
static const patron_uchar_t *patron_html_step(patron_html_t *h,
    const patron_uchar_t *p, const patron_uchar_t *end);
static const patron_uchar_t *patron_html_data(patron_html_t *h,
    const patron_uchar_t *p, const patron_uchar_t *end);
static const patron_uchar_t *patron_html_other(patron_html_t *h,
    const patron_uchar_t *lt, const patron_uchar_t *end);
static int patron_html_unheld(const patron_html_t *h);


static const patron_uchar_t  patron_html_bom[3] = { 0xef, 0xbb, 0xbf };


static const patron_html_interest_t  patron_html_all = {
    UINT64_MAX, INT32_MAX - 1, 1, 0, 0, 0, 0, NULL, NULL, NULL, NULL
};


patron_html_t *
patron_html_create(patron_mem_t *mem, unsigned want,
    patron_html_handler_pt handler, void *ctx)
{
    patron_html_t  *h;

    h = patron_alloc(mem, sizeof(patron_html_t));
    if (h == NULL) {
        return NULL;
    }

    memset(h, 0, offsetof(patron_html_t, skim.natives));

    h->mem = mem;
    h->handler = handler;
    h->ctx = ctx;
    h->want = want;
    h->max_depth = PATRON_HTML_MAX_DEPTH;
    h->interest = &patron_html_all;
    h->fast = patron_html_fast_paths();
    h->look = LOOK_FRAMESET|LOOK_MODE;

    return h;
}


void
patron_html_destroy(patron_html_t *h)
{
    patron_mem_t  *mem;

    mem = h->mem;

    patron_html_skim_free(h);
    patron_free(mem, h->stack);
    patron_free(mem, h->formats);
    patron_free(mem, h->held);
    patron_free(mem, h);
}


void
patron_html_want(patron_html_t *h, unsigned want)
{
    if (!(want & PATRON_HTML_WANT_TEXT)) {
        h->look &= ~LOOK_TEXT;

    } else if (!(h->want & PATRON_HTML_WANT_TEXT)) {
        h->look |= LOOK_TEXT;
    }

    h->want = want;

    if (h->skim.state == SKIM_OVER && h->interest->resume && !h->skim.again
        && h->skim.losses < PATRON_HTML_SKIM_LOSSES)
    {
        h->skim.state = SKIM_NOT;
    }

    patron_html_plain(h);
}


void
patron_html_interest(patron_html_t *h, const patron_html_interest_t *interest)
{
    h->interest = interest;
}


int
patron_html_feed(patron_html_t *h, const patron_uchar_t *data, size_t len)
{
    uint64_t               settled;
    const patron_uchar_t  *p, *end;

    if (h->rc != PATRON_OK || len == 0) {
        return h->rc;
    }

    if (h->hold == HOLD_NONE) {
        h->nheld = 0;
    }

    p = data;
    end = data + len;
    h->base = h->fed - (uintptr_t) data;

    if (h->bom < 3) {
        p = patron_html_skip_bom(h, p, end);
    }

    settled = h->settled;

    patron_html_run(h, p, end);

    do {
        while (h->skim.state == SKIM_LOST) {
            patron_html_run_again(h, data, end);

            /* where it stops may be long sent */

            if (h->rc != PATRON_OK) {
                h->settled = settled;
            }
        }

        if (h->skim.state == SKIM_ON && h->rc == PATRON_OK) {
            patron_html_skim_keep(h, data, len);
        }

    } while (h->skim.state == SKIM_LOST);

    if (h->rc != PATRON_OK) {
        patron_html_skim_free(h);

        /* up to the token that stopped it */

        if (h->at > h->settled) {
            h->settled = h->at;
        }

        return h->rc;
    }

    h->fed += len;

    /* a part of a byte order mark may turn out to be text */

    if (h->hold == HOLD_NONE && h->bom == 3) {
        h->settled = h->fed;
    }

    return PATRON_OK;
}


int
patron_html_finish(patron_html_t *h)
{
    if (h->rc != PATRON_OK) {
        return h->rc;
    }

    if (h->bom == 1 || h->bom == 2) {
        h->bom = 3;
        patron_html_characters(h, 0);
    }

    patron_html_finish_held(h);
    patron_html_finish_markup(h);
    patron_html_end_of_file(h, h->fed);

    if (h->rc == PATRON_OK) {
        h->settled = h->fed;
        h->nheld = 0;
    }

    return h->rc;
}


uint64_t
patron_html_settled(const patron_html_t *h)
{
    return h->settled;
}


uint64_t
patron_html_text_until(const patron_html_t *h)
{
    if (patron_html_unheld(h)) {
        return h->begun;
    }

    return (h->hold == HOLD_NONE) ? h->fed : h->settled;
}


int
patron_html_in_markup(const patron_html_t *h)
{
    return patron_html_unheld(h) || h->hold == HOLD_TAG || h->hold == HOLD_MARKUP;
}


/* In markup that is not held, however long it is? */

static int
patron_html_unheld(const patron_html_t *h)
{
    switch (h->state) {

    case STATE_COMMENT:
    case STATE_BOGUS:
    case STATE_DOCTYPE:
        return 1;

    default:
        return 0;
    }
}


/* Of a parser that stopped in a chunk, only bytes from before the chunk. */

patron_str_t
patron_html_tail(const patron_html_t *h)
{
    patron_str_t  tail;

    tail.data = (h->bom < 3) ? patron_html_bom : h->held;
    tail.len = (h->settled < h->fed) ? (size_t) (h->fed - h->settled) : 0;

    return tail;
}


patron_html_stop_e
patron_html_stopped(const patron_html_t *h)
{
    return h->stopped;
}


int
patron_html_in_select(const patron_html_t *h)
{
    return h->selects != 0 || h->skim.island == ISLAND_SELECT;
}


int
patron_html_formatted(const patron_html_t *h)
{
    uint32_t  i;

    for (i = 0; i < h->nformats; i++) {
        if (h->formats[i].id != 0) {
            return 1;
        }
    }

    return 0;
}


int
patron_html_in_raw(const patron_html_t *h)
{
    switch (h->state) {

    case STATE_RCDATA:
    case STATE_RAWTEXT:
    case STATE_SCRIPT:
    case STATE_PLAINTEXT:
        return 1;

    default:
        return 0;
    }
}


void
patron_html_max_depth(patron_html_t *h, uint32_t depth)
{
    h->max_depth = depth;
}


uint32_t
patron_html_depth(const patron_html_t *h)
{
    return h->depth;
}


const patron_html_element_t *
patron_html_element(const patron_html_t *h, uint32_t index)
{
    return &h->stack[index].element;
}


static const patron_uchar_t *
patron_html_skip_bom(patron_html_t *h, const patron_uchar_t *p,
    const patron_uchar_t *end)
{
    while (p < end && h->bom < 3 && *p == patron_html_bom[h->bom]) {
        h->bom++;
        p++;
    }

    if (p < end && h->bom < 3) {

        /* text after all, of which the first bytes are gone */

        if (h->bom != 0) {
            patron_html_characters(h, 0);
        }

        h->bom = 3;
    }

    return p;
}


static void
patron_html_run(patron_html_t *h, const patron_uchar_t *p,
    const patron_uchar_t *end)
{
    while (p < end && h->rc == PATRON_OK && h->skim.state != SKIM_LOST) {
        p = (h->hold == HOLD_NONE) ? patron_html_step(h, p, end)
                                   : patron_html_resume(h, p, end);
    }
}


/* Back to where the skim began, and up to the end of the chunk with a tree. */

static void
patron_html_run_again(patron_html_t *h, const patron_uchar_t *data,
    const patron_uchar_t *end)
{
    uint64_t              at;
    patron_html_piece_t  *piece;

    h->look = h->skim.look;

    if (h->skim.base != NULL) {
        patron_html_blocks_restore(h);
    }

    h->skim.state = SKIM_OVER;
    h->skim.island = ISLAND_NONE;
    h->skim.again = 1;
    h->skim.full = 0;
    h->state = STATE_DATA;
    h->hold = HOLD_NONE;

    at = h->skim.from;

    for (piece = h->skim.first; piece != NULL; piece = piece->next) {
        h->base = at - (uintptr_t) piece->bytes;
        at += piece->len;

        patron_html_run(h, piece->bytes, piece->bytes + piece->len);
    }

    patron_html_skim_free(h);

    h->base = h->fed - (uintptr_t) data;
    h->skim.again = 0;

    patron_html_run(h, data + (size_t) (at - h->fed), end);
}


static const patron_uchar_t *
patron_html_step(patron_html_t *h, const patron_uchar_t *p,
    const patron_uchar_t *end)
{
    switch (h->state) {

    case STATE_DATA:
        return patron_html_data(h, p, end);

    case STATE_RCDATA:
    case STATE_RAWTEXT:
    case STATE_SCRIPT:
        return patron_html_raw(h, p, end);

    case STATE_PLAINTEXT:
        return patron_html_text(h, p, end, 1);

    default:
        return patron_html_markup(h, p, end);
    }
}


static const patron_uchar_t *
patron_html_data(patron_html_t *h, const patron_uchar_t *p,
    const patron_uchar_t *end)
{
    const patron_uchar_t  *lt;

    h->leave = 0;

    if (h->skim.state == SKIM_DUE) {
        patron_html_skim_begin(h, p);
        return p;
    }

    do {

        if (h->fast && end - p > PATRON_HTML_FAST) {
            p = (h->skim.state == SKIM_ON) ? h->fast->skim(h, p, end)
                                           : h->fast->walk(h, p, end);

            if (p == end || h->leave) {
                return p;
            }
        }

        if (*p != '<') {
            lt = patron_html_find(p, end, '<');

            if (h->look) {
                p = patron_html_text(h, p, lt, lt < end);

                if (h->leave) {
                    return p;
                }
            }

            if (lt == end) {
                return end;
            }

            p = lt;
        }

        if (end - p > 2
            && patron_html_is_letter(p[1] == '/' ? p[2] : p[1]))
        {
            p = patron_html_tag(h, p, end);

        } else {
            p = patron_html_other(h, p, end);
        }

    } while (p < end && !h->leave);

    return p;
}


/* A '<' that begins no tag, or of which it is not known. */

static const patron_uchar_t *
patron_html_other(patron_html_t *h, const patron_uchar_t *lt,
    const patron_uchar_t *end)
{
    unsigned  kind;

    kind = patron_html_markup_kind(lt, end - lt);

    switch (kind) {

    case MARKUP_MORE:
        return patron_html_hold(h, lt, end, HOLD_MARKUP);

    case MARKUP_TAG:
        h->scan = SCAN_NAME;
        return patron_html_hold(h, lt, end, HOLD_TAG);

    default:
        return lt + patron_html_markup_begin(h, kind, lt,
                                             patron_html_offset(h, lt));
    }
}
