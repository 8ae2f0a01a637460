
/*
 * Raw text: what title, textarea, style, script and their like contain, up to
 * their end tag; in scripts with the states that "<!--" and "<script" in them
 * lead to.  Source: WHATWG HTML, sections 13.2.5.2 to 13.2.5.4 and 13.2.5.9
 * to 13.2.5.31.
 */


#include "patron_html_bytes.h"
#include "patron_html_emit.h"
#include "patron_html_name.h"
#include "patron_html_raw.h"
#include "patron_html_scan.h"
#include "patron_html_stack.h"
#include "patron_html_text.h"


#define PATRON_HTML_SCRIPT_ESCAPED  1
#define PATRON_HTML_SCRIPT_DOUBLE   2


static const patron_uchar_t *patron_html_raw_next(patron_html_t *h,
    const patron_uchar_t *p, const patron_uchar_t *end);
static const patron_uchar_t *patron_html_raw_end(patron_html_t *h,
    const patron_uchar_t *lt);
static unsigned patron_html_raw_match(patron_html_t *h,
    const patron_uchar_t *p, size_t n, unsigned kind);


const patron_uchar_t *
patron_html_raw(patron_html_t *h, const patron_uchar_t *p,
    const patron_uchar_t *end)
{
    unsigned               kind;
    const patron_uchar_t  *q, *start;

    start = p;

    while (h->rc == PATRON_OK) {
        q = patron_html_raw_next(h, p, end);

        if ((h->look & LOOK_TEXT) && q > p) {
            p = patron_html_text(h, p, q, q < end);

            if (h->hold != HOLD_NONE) {
                return p;
            }
        }

        if (q == end) {
            patron_html_remember(h, start, end);
            return end;
        }

        if (*q == '>') {
            if (patron_html_back(h, start, q, 1) == '-'
                && patron_html_back(h, start, q, 2) == '-')
            {
                h->escaped = 0;
            }

            p = q + 1;
            continue;
        }

        kind = patron_html_raw_kind(h, q, end - q);

        switch (kind) {

        case RAW_MORE:
            patron_html_remember(h, start, q);
            return patron_html_hold(h, q, end, HOLD_RAW);

        case RAW_END:
            return (q[2 + h->raw_len] == '>') ? patron_html_raw_end(h, q)
                                              : patron_html_tag(h, q, end);

        case RAW_TEXT:
            p = q + patron_html_raw_begin(h, kind, patron_html_offset(h, q));
            break;

        default:
            p = q + patron_html_raw_begin(h, kind, patron_html_offset(h, q));
            start = p;
            break;
        }
    }

    return p;
}


/* The next byte that may mean something. */

static const patron_uchar_t *
patron_html_raw_next(patron_html_t *h, const patron_uchar_t *p,
    const patron_uchar_t *end)
{
    if (h->state == STATE_SCRIPT && h->escaped) {
        return patron_html_find_either(p, end, '<', '>');
    }

    return patron_html_find_far(p, end, '<');
}


unsigned
patron_html_raw_kind(patron_html_t *h, const patron_uchar_t *p, size_t n)
{
    if (n < 2) {
        return RAW_MORE;
    }

    if (p[1] == '/') {
        return patron_html_raw_match(h, p + 2, n - 2,
                               (h->state == STATE_SCRIPT
                                && h->escaped == PATRON_HTML_SCRIPT_DOUBLE)
                               ? RAW_DOUBLE_END : RAW_END);
    }

    if (h->state != STATE_SCRIPT) {
        return RAW_TEXT;
    }

    switch (h->escaped) {

    case 0:
        if (p[1] != '!') {
            return RAW_TEXT;
        }

        if (n == 2 || (n == 3 && p[2] == '-')) {
            return RAW_MORE;
        }

        return (p[2] == '-' && p[3] == '-') ? RAW_ESCAPE : RAW_TEXT;

    case PATRON_HTML_SCRIPT_ESCAPED:
        return patron_html_raw_match(h, p + 1, n - 1, RAW_DOUBLE);

    default: /* PATRON_HTML_SCRIPT_DOUBLE */
        return RAW_TEXT;
    }
}


/*
 * Is it the element's name, of letters, in whatever case, and what follows the
 * end of a name?
 */

static unsigned
patron_html_raw_match(patron_html_t *h, const patron_uchar_t *p, size_t n,
    unsigned kind)
{
    size_t          i;
    patron_uchar_t  c;

    if (n > 8) {
        if (((patron_html_bytes(p) | 0x2020202020202020u)
             & patron_html_masks[h->raw_len]) != h->raw_name)
        {
            return RAW_TEXT;
        }

        i = h->raw_len;

    } else {
        for (i = 0; i < h->raw_len; i++) {

            if (i == n) {
                return RAW_MORE;
            }

            if ((p[i] | 0x20u) != ((h->raw_name >> (8 * i)) & 0xff)) {
                return RAW_TEXT;
            }
        }

        if (i == n) {
            return RAW_MORE;
        }
    }

    c = p[i];

    return (c == '>' || c == '/' || patron_html_is_space(c)) ? kind : RAW_TEXT;
}


/* Its end tag at lt, where there is nothing but the name in it. */

static const patron_uchar_t *
patron_html_raw_end(patron_html_t *h, const patron_uchar_t *lt)
{
    h->id = patron_html_short_id(h->raw_name);

    h->tag.data = lt;
    h->tag.start = patron_html_offset(h, lt);
    h->tag.end = h->tag.start + h->raw_len + 3;
    h->tag.raw_name.data = lt + 2;
    h->tag.ample = 0;
    h->tag.raw_name.len = h->raw_len;
    h->tag.name = h->raw_name;
    h->tag.end_tag = 1;
    h->tag.self_closing = 0;

    patron_html_token(h);

    return lt + h->raw_len + 3;
}


/* How many bytes of it are done with. */

size_t
patron_html_raw_begin(patron_html_t *h, unsigned kind, uint64_t at)
{
    if (h->look & LOOK_TEXT) {
        patron_html_characters(h, at);
    }

    h->history = 0;

    switch (kind) {

    case RAW_ESCAPE:
        h->escaped = PATRON_HTML_SCRIPT_ESCAPED;
        h->history = '-' << 8 | '-';
        return sizeof("<!--") - 1;

    case RAW_DOUBLE:
        h->escaped = PATRON_HTML_SCRIPT_DOUBLE;
        return sizeof("<script>") - 1;

    case RAW_DOUBLE_END:
        h->escaped = PATRON_HTML_SCRIPT_ESCAPED;
        return sizeof("</script>") - 1;

    default: /* RAW_TEXT */
        return 1;
    }
}
