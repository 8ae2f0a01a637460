
/*
 * Is there text in a paragraph?  White space is none, nor is a no-break space
 * or another of Unicode's spaces written as a character reference, or the byte
 * 0xa0; the text of scripts, styles and templates is none either, nor is a NUL
 * that browsers ignore.
 *
 * The parser tells of the first byte that is not white space.  What follows it
 * up to the next tag or the end of the chunk is looked at here.
 */


#include "patron_edit_cut.h"
#include "patron_edit_interest.h"
#include "patron_edit_out.h"
#include "patron_edit_text.h"
#include "patron_selector_names.h"


static int patron_text_counts(patron_edit_t *e,
    const patron_html_event_t *ev);
static int patron_text_scan(patron_edit_t *e, uint64_t at, unsigned ns,
    unsigned raw);
static int patron_text_reference(const patron_uchar_t *p, size_t n,
    int complete);
static int patron_text_number(const patron_uchar_t *p, size_t n,
    int complete);
static int patron_text_is_space(uint32_t u);
static void patron_text_found(patron_edit_t *e, uint64_t at);


static const patron_str_t  patron_text_spaces[] = {
    patron_string("nbsp"), patron_string("ensp"), patron_string("emsp"),
    patron_string("emsp13"), patron_string("emsp14"), patron_string("numsp"),
    patron_string("puncsp"), patron_string("thinsp"),
    patron_string("hairsp"), patron_string("ThinSpace"),
    patron_string("VeryThinSpace"), patron_string("MediumSpace"),
    patron_string("NonBreakingSpace"), patron_string("Tab"),
    patron_string("NewLine"), { 0, NULL }
};


void
patron_text_event(patron_edit_t *e, const patron_html_event_t *ev)
{
    unsigned  ns;
    uint64_t  at;

    if (!patron_text_counts(e, ev)) {
        return;
    }

    if (e->reference.n) {
        at = e->reference.at;

    } else if (ev->at >= e->text_end) {
        at = ev->at;

    } else {

        /* the parser is behind what was looked at here, to the end */

        patron_edit_more_text(e);
        return;
    }

    ns = patron_html_element(e->html, ev->index)->ns;

    if (patron_text_scan(e, at, ns, ev->raw)) {
        e->reference.n = 0;
        patron_text_found(e, e->text_end);
        return;
    }

    patron_edit_more_text(e);
}


/* Another event: a reference that the chunk broke off goes no further. */

void
patron_text_settle(patron_edit_t *e, const patron_html_event_t *ev)
{
    uint64_t  at;

    if (ev->type == PATRON_HTML_TEXT
        && ev->at <= e->reference.at + e->reference.n)
    {
        return;
    }

    at = e->reference.at;

    if (patron_text_reference(e->reference.bytes, e->reference.n, 1) == 0) {
        patron_text_found(e, at);
    }

    e->reference.n = 0;
}


static int
patron_text_counts(patron_edit_t *e, const patron_html_event_t *ev)
{
    patron_html_name_t  name;

    if (e->template_index != PATRON_EDIT_NOWHERE
        || e->drop_index != PATRON_EDIT_NOWHERE)
    {
        return 0;
    }

    if (e->cut.state == PATRON_CUT_NONE || e->cut.state == PATRON_CUT_DROP) {
        return 0;
    }

    name = patron_html_element(e->html, ev->index)->name;

    if (e->cut.state == PATRON_CUT_BEHIND) {
        return !patron_name_is_aside(name);
    }

    return !patron_name_is(name, "script") && !patron_name_is(name, "style");
}


/* Is there text from an offset on?  e->text_end is where, or where to go on. */

static int
patron_text_scan(patron_edit_t *e, uint64_t at, unsigned ns, unsigned raw)
{
    int             len;
    size_t          n, known;
    patron_uchar_t  bytes[PATRON_EDIT_MAX_REFERENCE];

    for ( ;; ) {
        known = e->reference.n;
        memcpy(bytes, e->reference.bytes, known);

        n = known + patron_edit_peek(e, at + known, bytes + known,
                                     PATRON_EDIT_MAX_REFERENCE - known);
        e->reference.n = 0;

        e->text_end = at;

        if (n == 0) {
            return 0;
        }

        if (patron_is_space(*bytes) || *bytes == 0xa0) {
            at++;
            continue;
        }

        if (*bytes == '\0' && !raw && ns == PATRON_NS_HTML) {

            /* is ignored; elsewhere it becomes a replacement character */

            at++;
            continue;
        }

        if (*bytes == '<' && !raw) {

            /* a tag, a comment, or a '<' that is text */

            return n > 1
                   && !((bytes[1] | 0x20) >= 'a' && (bytes[1] | 0x20) <= 'z')
                   && memchr("/!?", bytes[1], 3) == NULL;
        }

        if (*bytes != '&' || raw) {
            return 1;
        }

        len = patron_text_reference(bytes, n,
                                    n == PATRON_EDIT_MAX_REFERENCE);

        if (len == 0) {
            return 1;
        }

        if (len < 0) {

            /* the chunk ends in it */

            e->reference.at = at;
            e->reference.n = n;
            memcpy(e->reference.bytes, bytes, n);
            e->text_end = at + n;
            return 0;
        }

        at += (uint64_t) len;
    }
}


/*
 * The length of a reference to a space, 0 if it is none, -1 if more bytes must
 * tell, where there are more.
 */

static int
patron_text_reference(const patron_uchar_t *p, size_t n, int complete)
{
    size_t               len;
    const patron_str_t  *name;

    if (n > 1 && p[1] == '#') {
        return patron_text_number(p, n, complete);
    }

    for (name = patron_text_spaces; name->len; name++) {
        len = (n - 1 < name->len) ? n - 1 : name->len;

        if (memcmp(p + 1, name->data, len) != 0) {
            continue;
        }

        if (n > name->len + 1) {

            if (p[name->len + 1] == ';') {
                return (int) name->len + 2;
            }

            /* the one that needs no semicolon */

            if (name == patron_text_spaces) {
                return (int) name->len + 1;
            }

            continue;
        }

        if (!complete) {
            return -1;
        }

        if (len == name->len && name == patron_text_spaces) {
            return (int) n;
        }
    }

    return 0;
}


static int
patron_text_number(const patron_uchar_t *p, size_t n, int complete)
{
    size_t    i, begin;
    uint32_t  u, digit, base;

    base = (n > 2 && (p[2] | 0x20) == 'x') ? 16 : 10;
    begin = (base == 16) ? 3 : 2;

    for (i = begin, u = 0; i < n; i++) {

        if (p[i] >= '0' && p[i] <= '9') {
            digit = (uint32_t) (p[i] - '0');

        } else if (base == 16 && (p[i] | 0x20) >= 'a' && (p[i] | 0x20) <= 'f')
        {
            digit = (uint32_t) ((p[i] | 0x20) - 'a' + 10);

        } else {
            break;
        }

        u = (u > 0x10ffff) ? u : u * base + digit;
    }

    if (i == n && !complete) {
        return -1;
    }

    if (i == begin || !patron_text_is_space(u)) {
        return 0;
    }

    return (int) ((i < n && p[i] == ';') ? i + 1 : i);
}


/* What has the property White_Space, and U+FEFF. */

static int
patron_text_is_space(uint32_t u)
{
    return (u >= 0x09 && u <= 0x0d) || u == 0x20 || u == 0xa0 || u == 0x1680
           || (u >= 0x2000 && u <= 0x200a) || u == 0x2028 || u == 0x2029
           || u == 0x202f || u == 0x205f || u == 0x3000 || u == 0xfeff;
}


static void
patron_text_found(patron_edit_t *e, uint64_t at)
{
    size_t           n;
    patron_inner_t  *inner;

    switch (e->cut.state) {

    case PATRON_CUT_KEEP:
        inner = e->cut.inner.elts;

        for (n = e->cut.inner.n; n > 0 && !inner[n - 1].text; n--) {
            inner[n - 1].text = 1;
        }

        break;

    case PATRON_CUT_UNDECIDED:
        patron_cut_now(e, e->cut.from);
        break;

    case PATRON_CUT_BEHIND:
        patron_cut_again(e, at);
        break;

    default:
        break;
    }
}
