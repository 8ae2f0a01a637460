
/*
 * HTML in a declarative shadow root at the beginning of an element (HTML
 * standard, section 4.12.3): it stands before or after a slot, which shows what
 * the element holds.  All rules that match the element share the root.
 *
 * An element has one root.  If its first child is one already it is left alone,
 * so the output waits until that is known: for white space and comments, at
 * most PATRON_EDIT_MAX_AHEAD bytes.
 */


#include "patron_edit_out.h"
#include "patron_edit_shadow.h"
#include "patron_selector_names.h"


#define PATRON_SHADOW_BEGIN  "<template shadowrootmode=open>"
#define PATRON_SHADOW_SLOT   "<slot></slot>"
#define PATRON_SHADOW_END    "</template>"


static int patron_shadow_ahead(const patron_uchar_t *p, size_t len);
static int patron_shadow_tag(const patron_uchar_t *p, size_t len);
static void patron_shadow_write(patron_edit_t *e);
static void patron_shadow_rules(patron_edit_t *e, patron_position_e position);


void
patron_shadow_place(patron_edit_t *e, const patron_html_event_t *ev,
    unsigned n)
{
    const patron_html_element_t  *el;

    el = patron_html_element(e->html, ev->index);

    /* an implied body begins where a template would still go into the head */

    if (ev->tag == NULL || el->implied || el->ns != PATRON_NS_HTML
        || !patron_name_is_host(el->name))
    {
        return;
    }

    e->root.rules |= 1ull << n;
    e->root.at = ev->tag->end;
}


void
patron_shadow_settle(patron_edit_t *e, int last)
{
    int             code;
    size_t          n;
    patron_uchar_t  bytes[PATRON_EDIT_MAX_AHEAD];

    n = patron_edit_peek(e, e->root.at, bytes, sizeof(bytes));
    code = patron_shadow_ahead(bytes, n);

    if (code == PATRON_AGAIN && n < sizeof(bytes) && !last) {
        return;
    }

    if (code != PATRON_DECLINED && !e->dropping && e->sent <= e->root.at) {
        patron_edit_flush(e, e->root.at);
        patron_shadow_write(e);
    }

    e->root.rules = 0;
}


/*
 * PATRON_DECLINED: the first child is a shadow root; PATRON_OK: it is none;
 * PATRON_AGAIN: not known yet.
 */

static int
patron_shadow_ahead(const patron_uchar_t *p, size_t len)
{
    size_t                     i;
    const patron_uchar_t      *end;
    static const patron_str_t  begin = patron_string("template");
    static const patron_str_t  comment = patron_string("<!--");

    end = p + len;

    for ( ;; ) {

        while (p < end && patron_is_space(*p)) {
            p++;
        }

        for (i = 0; i < comment.len && p + i < end; i++) {
            if (p[i] != comment.data[i]) {
                break;
            }
        }

        if (p + i == end && i < comment.len) {
            return PATRON_AGAIN;
        }

        if (i < comment.len) {
            break;
        }

        /* "<!-->" is a whole one */

        for (p += 2; end - p >= 3; p++) {
            if (memcmp(p, "-->", 3) == 0) {
                break;
            }
        }

        if (end - p < 3) {
            return PATRON_AGAIN;
        }

        p += 3;
    }

    if (*p != '<') {
        return PATRON_OK;
    }

    for (i = 0; i < begin.len; i++) {

        if (p + 1 + i == end) {
            return PATRON_AGAIN;
        }

        if ((p[1 + i] | 0x20) != begin.data[i]) {
            return PATRON_OK;
        }
    }

    return patron_shadow_tag(p, (size_t) (end - p));
}


/* From "<template" on. */

static int
patron_shadow_tag(const patron_uchar_t *p, size_t len)
{
    size_t             i;
    patron_uchar_t     quote;
    patron_html_tag_t  tag;

    i = sizeof("<template") - 1;

    if (i == len) {
        return PATRON_AGAIN;
    }

    if (p[i] != '>' && p[i] != '/' && !patron_is_space(p[i])) {
        return PATRON_OK;
    }

    for (quote = 0; i < len && (p[i] != '>' || quote); i++) {

        if (quote) {
            quote = (p[i] == quote) ? 0 : quote;

        } else if (p[i] == '"' || p[i] == '\'') {
            quote = p[i];
        }
    }

    if (i == len) {
        return PATRON_AGAIN;
    }

    memset(&tag, 0, sizeof(patron_html_tag_t));
    tag.data = p;
    tag.end = i + 1;
    tag.raw_name.data = p + 1;
    tag.raw_name.len = sizeof("template") - 1;

    return patron_shadow_is_root(&tag) ? PATRON_DECLINED : PATRON_OK;
}


int
patron_shadow_is_root(const patron_html_tag_t *tag)
{
    size_t                     pos;
    patron_str_t               name, value;
    static const patron_str_t  mode = patron_string("shadowrootmode");
    static const patron_str_t  open = patron_string("open");
    static const patron_str_t  closed = patron_string("closed");

    for (pos = 0; patron_html_attr(tag, &pos, &name, &value) == PATRON_OK; ) {
        if (patron_equals_folded(&mode, &name)) {
            return patron_equals_folded(&open, &value)
                   || patron_equals_folded(&closed, &value);
        }
    }

    return 0;
}


static void
patron_shadow_write(patron_edit_t *e)
{
    patron_edit_write(e, PATRON_SHADOW_BEGIN, sizeof(PATRON_SHADOW_BEGIN) - 1);
    patron_shadow_rules(e, PATRON_PREPEND);
    patron_edit_write(e, PATRON_SHADOW_SLOT, sizeof(PATRON_SHADOW_SLOT) - 1);
    patron_shadow_rules(e, PATRON_APPEND);
    patron_edit_write(e, PATRON_SHADOW_END, sizeof(PATRON_SHADOW_END) - 1);
}


static void
patron_shadow_rules(patron_edit_t *e, patron_position_e position)
{
    unsigned  n;
    uint64_t  bits;

    for (bits = e->root.rules; bits; bits &= bits - 1) {
        n = (unsigned) __builtin_ctzll(bits);

        if (e->rules->rules[n].position == position) {
            patron_edit_write_rule(e, n);
        }
    }
}
