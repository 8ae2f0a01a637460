
/*
 * Comments, doctypes, CDATA sections and what is treated as a comment; and
 * character references, of which only those to white space matter.  Source:
 * WHATWG HTML, sections 13.2.5.41 to 13.2.5.80.
 */


#include "patron_html_bytes.h"
#include "patron_html_doctype.h"
#include "patron_html_markup.h"
#include "patron_html_raw.h"
#include "patron_html_scan.h"
#include "patron_html_skim.h"
#include "patron_html_stack.h"
#include "patron_html_text.h"


#define PATRON_HTML_MAX_COMMENT  256    /* bytes of a comment that are told */
#define PATRON_HTML_MAX_REF      32     /* bytes of a character reference */


static unsigned patron_html_declaration_kind(const patron_uchar_t *p,
    size_t n);
static const patron_uchar_t *patron_html_comment(patron_html_t *h,
    const patron_uchar_t *p, const patron_uchar_t *end);
static void patron_html_capture_comment(patron_html_t *h,
    const patron_uchar_t *p, const patron_uchar_t *end);
static const patron_uchar_t *patron_html_cdata(patron_html_t *h,
    const patron_uchar_t *p, const patron_uchar_t *end);
static void patron_html_cdata_text(patron_html_t *h, const patron_uchar_t *p,
    const patron_uchar_t *end);
static int patron_html_cdata_allowed(patron_html_t *h);
static void patron_html_tell_comment(patron_html_t *h, uint64_t after,
    uint64_t len);


unsigned
patron_html_markup_kind(const patron_uchar_t *p, size_t n)
{
    if (n < 2) {
        return MARKUP_MORE;
    }

    if (patron_html_is_letter(p[1])) {
        return MARKUP_TAG;
    }

    switch (p[1]) {

    case '/':
        if (n < 3) {
            return MARKUP_MORE;
        }

        if (patron_html_is_letter(p[2])) {
            return MARKUP_TAG;
        }

        return (p[2] == '>') ? MARKUP_EMPTY : MARKUP_BOGUS;

    case '!':
        return patron_html_declaration_kind(p + 2, n - 2);

    case '?':
        return MARKUP_BOGUS;

    default:
        return MARKUP_TEXT;
    }
}


static unsigned
patron_html_declaration_kind(const patron_uchar_t *p, size_t n)
{
    size_t                 i, len;
    unsigned               kind;
    const char            *word;

    if (n == 0) {
        return MARKUP_MORE;
    }

    switch (p[0]) {

    case '-':
        word = "--";
        kind = MARKUP_COMMENT;
        break;

    case 'd':
    case 'D':
        word = "doctype";
        kind = MARKUP_DOCTYPE;
        break;

    case '[':
        word = "[CDATA[";
        kind = MARKUP_CDATA;
        break;

    default:
        return MARKUP_BOGUS;
    }

    len = strlen(word);

    for (i = 0; i < len; i++) {

        if (i == n) {
            return MARKUP_MORE;
        }

        if (p[i] != (patron_uchar_t) word[i]
            && (kind != MARKUP_DOCTYPE
                || patron_html_lower(p[i]) != (patron_uchar_t) word[i]))
        {
            return MARKUP_BOGUS;
        }
    }

    return kind;
}


size_t
patron_html_markup_begin(patron_html_t *h, unsigned kind,
    const patron_uchar_t *p, uint64_t at)
{
    h->begun = at;
    h->captured = 0;
    h->history = 0;
    h->leave = 1;

    if (kind == MARKUP_CDATA && !patron_html_cdata_allowed(h)) {
        kind = MARKUP_BOGUS;
    }

    switch (kind) {

    case MARKUP_COMMENT:
        h->state = STATE_COMMENT;
        h->history = '-' << 8 | '-';
        return sizeof("<!--") - 1;

    case MARKUP_DOCTYPE:
        h->state = STATE_DOCTYPE;
        return sizeof("<!doctype") - 1;

    case MARKUP_CDATA:
        h->state = STATE_CDATA;
        return sizeof("<![CDATA[") - 1;

    case MARKUP_BOGUS:
        h->state = STATE_BOGUS;
        return (p[1] == '?') ? 1 : 2;

    case MARKUP_EMPTY:
        return sizeof("</>") - 1;

    default: /* MARKUP_TEXT */
        if (h->look) {
            patron_html_characters(h, at);
        }

        return 1;
    }
}


/*
 * Only in svg and math.  In an integration point the standard has them too,
 * but not every parser does.
 */

static int
patron_html_cdata_allowed(patron_html_t *h)
{
    patron_html_entry_t  *top;

    if (h->depth == 0) {
        return 0;
    }

    if (h->skim.state == SKIM_ON) {
        return patron_html_skim_cdata(h);
    }

    top = patron_html_top(h);

    if (top->element.ns == PATRON_NS_HTML) {
        return 0;
    }

    if (!(top->classes & (EL_HTML_POINT|EL_MATH_POINT))) {
        return 1;
    }

    if (h->want & PATRON_HTML_GUARD) {
        h->at = h->begun;
        patron_html_stop(h, PATRON_HTML_AMBIGUOUS);
    }

    return 0;
}


/* Keeps the first bytes of a comment or doctype. */

void
patron_html_capture(patron_html_t *h, const patron_uchar_t *data, size_t len)
{
    size_t  room;

    room = sizeof(h->capture) - h->captured;

    if (len > room) {
        len = room;
    }

    memcpy(h->capture + h->captured, data, len);
    h->captured += len;
}


const patron_uchar_t *
patron_html_markup(patron_html_t *h, const patron_uchar_t *p,
    const patron_uchar_t *end)
{
    const patron_uchar_t  *gt;

    switch (h->state) {

    case STATE_COMMENT:
        return patron_html_comment(h, p, end);

    case STATE_CDATA:
        return patron_html_cdata(h, p, end);
    }

    /* STATE_BOGUS, STATE_DOCTYPE */

    gt = patron_html_find(p, end, '>');

    patron_html_capture(h, p, gt - p);

    if (gt == end) {
        return end;
    }

    if (h->state == STATE_DOCTYPE) {
        patron_html_doctype(h, patron_html_doctype_quirks(h->capture,
                                                          h->captured, 1));
        h->captured = 0;
    }

    patron_html_tell_comment(h, patron_html_offset(h, gt + 1), h->captured);

    h->state = STATE_DATA;

    return gt + 1;
}


/*
 * A '>' ends a comment after "--", of which the dashes of "<!--" may be part,
 * and after "--!", of which they may not.
 */

static const patron_uchar_t *
patron_html_comment(patron_html_t *h, const patron_uchar_t *p,
    const patron_uchar_t *end)
{
    uint64_t               len;
    unsigned               tail;
    const patron_uchar_t  *gt, *start;

    for (start = p; /* void */ ; p = gt + 1) {
        gt = patron_html_find_far(p, end, '>');

        if (gt == end) {
            patron_html_capture_comment(h, start, end);
            patron_html_remember(h, start, end);
            return end;
        }

        /* the bytes between "<!--" and '>' */

        len = patron_html_offset(h, gt) - h->begun - 4;

        if (patron_html_back(h, start, gt, 2) != '-') {
            continue;
        }

        if (patron_html_back(h, start, gt, 1) == '-') {
            tail = 2;
            break;
        }

        if (len > 2
            && patron_html_back(h, start, gt, 1) == '!'
            && patron_html_back(h, start, gt, 3) == '-')
        {
            tail = 3;
            break;
        }
    }

    patron_html_capture_comment(h, start, gt);
    patron_html_tell_comment(h, patron_html_offset(h, gt + 1),
                             len > tail ? len - tail : 0);

    h->state = STATE_DATA;

    return gt + 1;
}


static void
patron_html_capture_comment(patron_html_t *h, const patron_uchar_t *p,
    const patron_uchar_t *end)
{
    if (h->want & PATRON_HTML_WANT_COMMENTS) {
        patron_html_capture(h, p, end - p);
    }
}


static void
patron_html_tell_comment(patron_html_t *h, uint64_t after, uint64_t len)
{
    if (!(h->want & PATRON_HTML_WANT_COMMENTS)) {
        return;
    }

    if (len > h->captured) {
        len = h->captured;
    }

    if (len > PATRON_HTML_MAX_COMMENT) {
        len = PATRON_HTML_MAX_COMMENT;
    }

    h->at = h->begun;

    h->event.type = PATRON_HTML_COMMENT;
    h->event.index = h->depth ? h->depth - 1 : 0;
    h->event.tag = NULL;
    h->event.at = h->begun;
    h->event.after = after;
    h->event.text.data = h->capture;
    h->event.text.len = len;

    patron_html_tell(h);
}


static const patron_uchar_t *
patron_html_cdata(patron_html_t *h, const patron_uchar_t *p,
    const patron_uchar_t *end)
{
    const patron_uchar_t  *gt, *start;

    for (start = p; /* void */ ; p = gt + 1) {
        gt = patron_html_find(p, end, '>');

        if (h->look) {
            patron_html_cdata_text(h, p, gt);
        }

        if (gt == end) {
            patron_html_remember(h, start, end);
            return end;
        }

        if (patron_html_back(h, start, gt, 1) == ']'
            && patron_html_back(h, start, gt, 2) == ']')
        {
            h->state = STATE_DATA;
            return gt + 1;
        }

        if (h->look) {
            patron_html_characters(h, patron_html_offset(h, gt));
        }
    }
}


/* Brackets do not count: they may belong to the end of the section. */

static void
patron_html_cdata_text(patron_html_t *h, const patron_uchar_t *p,
    const patron_uchar_t *end)
{
    for ( /* void */ ; p < end; p++) {

        if (*p == ']' || patron_html_is_space(*p)) {
            continue;
        }

        if (*p != '\0') {
            patron_html_characters(h, patron_html_offset(h, p));
            return;
        }

        patron_html_null(h, patron_html_offset(h, p));
    }
}


void
patron_html_finish_markup(patron_html_t *h)
{
    switch (h->state) {

    case STATE_COMMENT:
    case STATE_BOGUS:
        patron_html_tell_comment(h, h->fed, h->captured);
        break;

    case STATE_DOCTYPE:
        patron_html_doctype(h, 1);
        break;
    }
}


int
patron_html_space_reference(const patron_uchar_t *p, size_t n, int last)
{
    size_t                i, digits, len;
    unsigned              c, digit, code, base;
    const char *const    *name;

    static const char *const  names[] = { "Tab;", "NewLine;", NULL };

    if (n < 2) {
        return last ? 0 : -1;
    }

    if (p[1] != '#') {

        for (name = names; *name != NULL; name++) {
            len = strlen(*name);

            for (i = 0; i < len && i + 1 < n; i++) {
                if (p[i + 1] != (patron_uchar_t) (*name)[i]) {
                    break;
                }
            }

            if (i == len) {
                return (int) len + 1;
            }

            if (i + 1 == n) {
                return last ? 0 : -1;
            }
        }

        return 0;
    }

    base = (n > 2 && (p[2] | 0x20) == 'x') ? 16 : 10;
    digits = (base == 16) ? 3 : 2;
    code = 0;

    for (i = digits; i < n && i < PATRON_HTML_MAX_REF; i++) {
        c = p[i] | 0x20;

        if (p[i] >= '0' && p[i] <= '9') {
            digit = p[i] - '0';

        } else if (base == 16 && c >= 'a' && c <= 'f') {
            digit = c - 'a' + 10;

        } else {
            break;
        }

        if (code < 0x10000) {
            code = code * base + digit;
        }
    }

    /* one that is longer counts as text, wherever the chunks end */

    if (i == PATRON_HTML_MAX_REF) {
        return 0;
    }

    if (i == n && !last) {
        return -1;
    }

    if (i == digits || code > ' ' || !patron_html_is_space(code)) {
        return 0;
    }

    return (int) (i + (i < n && p[i] == ';'));
}
