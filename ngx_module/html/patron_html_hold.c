
/*
 * What a chunk ends with and only the next can tell the meaning of: an
 * unfinished tag, or the few bytes that may become one.  They are copied, and
 * what follows is added to them until it is known; a tag's end is searched
 * only in what is new.
 */


#include "patron_html_emit.h"
#include "patron_html_hold.h"
#include "patron_html_markup.h"
#include "patron_html_raw.h"
#include "patron_html_scan.h"
#include "patron_html_text.h"


static const patron_uchar_t *patron_html_resume_tag(patron_html_t *h,
    const patron_uchar_t *p, const patron_uchar_t *end);
static const patron_uchar_t *patron_html_resume_markup(patron_html_t *h,
    const patron_uchar_t *p);
static const patron_uchar_t *patron_html_resume_raw(patron_html_t *h,
    const patron_uchar_t *p);
static const patron_uchar_t *patron_html_resume_reference(patron_html_t *h,
    const patron_uchar_t *p);


const patron_uchar_t *
patron_html_resume(patron_html_t *h, const patron_uchar_t *p,
    const patron_uchar_t *end)
{
    if (h->hold == HOLD_TAG) {
        return patron_html_resume_tag(h, p, end);
    }

    if (patron_html_append(h, p, 1) != PATRON_OK) {
        return p;
    }

    switch (h->hold) {

    case HOLD_MARKUP:
        return patron_html_resume_markup(h, p);

    case HOLD_RAW:
        return patron_html_resume_raw(h, p);

    default: /* HOLD_REFERENCE */
        return patron_html_resume_reference(h, p);
    }
}


static const patron_uchar_t *
patron_html_resume_tag(patron_html_t *h, const patron_uchar_t *p,
    const patron_uchar_t *end)
{
    const patron_uchar_t  *e;

    e = patron_html_tag_end(p, end, &h->scan);

    if (patron_html_append(h, p, (e ? e : end) - p) != PATRON_OK) {
        return p;
    }

    if (e == NULL) {
        return end;
    }

    h->hold = HOLD_NONE;

    h->tag.data = h->held;
    h->tag.start = h->settled;
    h->tag.end = h->settled + h->nheld;
    h->tag.end_tag = (h->held[1] == '/');
    h->tag.self_closing = (h->scan == SCAN_SELF_CLOSING);
    h->tag.raw_name.data = h->held + 1 + h->tag.end_tag;
    h->tag.ample = 0;

    patron_html_long_name(h);
    patron_html_token(h);

    return e;
}


/*
 * Of the rest, each byte but the last has been found to belong to what is
 * held.  A last byte that does not is read again.
 */

static const patron_uchar_t *
patron_html_resume_markup(patron_html_t *h, const patron_uchar_t *p)
{
    size_t    n;
    unsigned  kind;

    kind = patron_html_markup_kind(h->held, h->nheld);

    if (kind == MARKUP_MORE) {
        return p + 1;
    }

    if (kind == MARKUP_TAG) {
        h->hold = HOLD_TAG;
        h->scan = SCAN_NAME;
        return p + 1;
    }

    h->hold = HOLD_NONE;
    n = patron_html_markup_begin(h, kind, h->held, h->settled);

    if (n == h->nheld) {
        return p + 1;
    }

    patron_html_capture(h, h->held + n, h->nheld - 1 - n);

    return p;
}


static const patron_uchar_t *
patron_html_resume_raw(patron_html_t *h, const patron_uchar_t *p)
{
    unsigned  kind;

    kind = patron_html_raw_kind(h, h->held, h->nheld);

    switch (kind) {

    case RAW_MORE:
        return p + 1;

    case RAW_END:
        h->nheld--;
        h->hold = HOLD_TAG;
        h->scan = SCAN_NAME;
        return p;
    }

    h->hold = HOLD_NONE;
    patron_html_raw_begin(h, kind, h->settled);

    if (kind != RAW_TEXT) {
        return p + 1;
    }

    patron_html_remember(h, h->held, h->held + h->nheld - 1);

    return p;
}


static const patron_uchar_t *
patron_html_resume_reference(patron_html_t *h, const patron_uchar_t *p)
{
    int  n;

    n = patron_html_space_reference(h->held, h->nheld, 0);

    if (n < 0) {
        return p + 1;
    }

    h->hold = HOLD_NONE;

    if (n == 0) {
        patron_html_characters(h, h->settled);
        return p;
    }

    patron_html_space(h, h->settled);

    return ((size_t) n == h->nheld) ? p + 1 : p;
}


void
patron_html_finish_held(patron_html_t *h)
{
    int       n;
    unsigned  hold;

    hold = h->hold;
    h->hold = HOLD_NONE;

    switch (hold) {

    case HOLD_MARKUP:
        if (h->nheld == 1 || h->held[1] == '/') {
            patron_html_characters(h, h->settled);
            break;
        }

        n = patron_html_markup_begin(h, MARKUP_BOGUS, h->held, h->settled);
        patron_html_capture(h, h->held + n, h->nheld - n);
        break;

    case HOLD_RAW:
        patron_html_characters(h, h->settled);
        break;

    case HOLD_REFERENCE:
        n = patron_html_space_reference(h->held, h->nheld, 1);

        if (n > 0) {
            patron_html_space(h, h->settled);

        } else {
            patron_html_characters(h, h->settled);
        }

        break;
    }
}
