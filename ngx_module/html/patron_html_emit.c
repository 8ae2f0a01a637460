
/*
 * What the tokenizer finds is handed on: text as far as it matters, and tags,
 * to tree construction or to the skim.  What a chunk breaks off is kept here.
 * Source: WHATWG HTML, section 13.2.5.
 */


#include "patron_html_bytes.h"
#include "patron_html_emit.h"
#include "patron_html_markup.h"
#include "patron_html_scan.h"
#include "patron_html_skim.h"
#include "patron_html_stack.h"
#include "patron_html_text.h"
#include "patron_html_tree.h"


#define PATRON_HTML_HELD  256


/*
 * Looks at text as long as it may matter.  Nothing does after the first
 * character that is not white space.  With last set the text ends at "end",
 * otherwise it may go on.
 */

const patron_uchar_t *
patron_html_text(patron_html_t *h, const patron_uchar_t *p,
    const patron_uchar_t *end, int last)
{
    int                    n;
    const patron_uchar_t  *start;

    while (p < end && h->look && h->rc == PATRON_OK) {
        start = p;

        if (patron_html_is_space(*p)) {

            while (p < end && patron_html_is_space(*p)) {
                p++;
            }

            patron_html_space(h, patron_html_offset(h, start));
            continue;
        }

        if (*p == '\0' && h->state != STATE_PLAINTEXT) {
            patron_html_null(h, patron_html_offset(h, p++));
            continue;
        }

        if (*p == '&'
            && (h->state == STATE_DATA || h->state == STATE_RCDATA))
        {
            n = patron_html_space_reference(p, end - p, last);

            if (n < 0) {
                return patron_html_hold(h, p, end, HOLD_REFERENCE);
            }

            if (n > 0) {
                patron_html_space(h, patron_html_offset(h, p));
                p += n;
                continue;
            }
        }

        patron_html_characters(h, patron_html_offset(h, p));
        break;
    }

    return end;
}


/* The tag at lt, of whose name a letter is there. */

const patron_uchar_t *
patron_html_tag(patron_html_t *h, const patron_uchar_t *lt,
    const patron_uchar_t *end)
{
    unsigned               n, state;
    const patron_uchar_t  *p, *e;

    h->tag.end_tag = (lt[1] == '/');
    p = lt + 1 + h->tag.end_tag;

    n = 0;
    state = SCAN_NAME;

#ifdef __SSE2__
    if (end - p > 16) {
        n = patron_html_name_len(p);
        n = (n < 16) ? n : 0;
        state = n ? SCAN_BEFORE : SCAN_NAME;
    }
#endif

    if (n && p[n] == '>') {
        e = p + n + 1;
        state = SCAN_ENDED;

    } else {
        e = patron_html_tag_end(p + n, end, &state);

        if (e == NULL) {
            h->scan = state;
            return patron_html_hold(h, lt, end, HOLD_TAG);
        }
    }

    h->tag.data = lt;
    h->tag.start = patron_html_offset(h, lt);
    h->tag.end = h->tag.start + (size_t) (e - lt);
    h->tag.self_closing = (state == SCAN_SELF_CLOSING);
    h->tag.raw_name.data = p;
    h->tag.ample = 0;

    patron_html_long_name(h);
    patron_html_token(h);

    return e;
}


/* The name of a tag as it takes a second look to know. */

void
patron_html_long_name(patron_html_t *h)
{
    const patron_uchar_t  *p;

    p = h->tag.raw_name.data;

    while (*p != '>' && *p != '/' && !patron_html_is_space(*p)) {
        p++;
    }

    h->tag.raw_name.len = p - h->tag.raw_name.data;
    h->tag.name = patron_html_name(h->tag.raw_name.data,
                                   h->tag.raw_name.len);
    h->id = patron_html_id(h->tag.name, &h->tag.raw_name);
}


/* The tag is whole. */

void
patron_html_token(patron_html_t *h)
{
    h->state = STATE_DATA;
    h->at = h->tag.start;

    if (h->tag.end - h->tag.start > PATRON_HTML_MAX_TAG) {
        patron_html_stop(h, PATRON_HTML_TAG_TOO_LONG);
        return;
    }

    if (h->want & PATRON_HTML_WANT_TAGS) {
        h->event.type = PATRON_HTML_TAG;
        h->event.index = h->depth ? h->depth - 1 : 0;
        h->event.tag = &h->tag;
        h->event.at = h->tag.start;
        h->event.after = h->tag.end;

        patron_html_tell(h);

        if (h->rc != PATRON_OK) {
            return;
        }
    }

    if (h->skim.state == SKIM_ON) {
        patron_html_skim_tag(h);

    } else if (h->tag.end_tag) {
        patron_html_end_tag(h);

    } else {
        patron_html_start_tag(h);
    }
}


const patron_uchar_t *
patron_html_hold(patron_html_t *h, const patron_uchar_t *p,
    const patron_uchar_t *end, unsigned hold)
{
    h->nheld = 0;
    h->leave = 1;
    h->at = patron_html_offset(h, p);
    h->settled = h->at;

    if (patron_html_append(h, p, end - p) == PATRON_OK) {
        h->hold = hold;
    }

    return end;
}


int
patron_html_append(patron_html_t *h, const patron_uchar_t *data, size_t len)
{
    size_t           size;
    patron_uchar_t  *held;

    if (h->nheld + len > h->held_size) {

        if (h->nheld + len > PATRON_HTML_MAX_TAG) {
            h->at = h->settled;
            patron_html_stop(h, PATRON_HTML_TAG_TOO_LONG);
            return PATRON_DECLINED;
        }

        size = h->held_size ? h->held_size : PATRON_HTML_HELD;

        while (size < h->nheld + len) {
            size *= 2;
        }

        held = patron_alloc(h->mem, size);
        if (held == NULL) {
            patron_html_stop(h, PATRON_HTML_NO_MEMORY);
            return PATRON_ERROR;
        }

        if (h->held != NULL) {
            memcpy(held, h->held, h->nheld);
            patron_free(h->mem, h->held);
        }

        h->held = held;
        h->held_size = size;
    }

    memcpy(h->held + h->nheld, data, len);
    h->nheld += len;

    return PATRON_OK;
}
