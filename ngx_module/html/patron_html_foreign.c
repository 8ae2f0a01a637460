
/*
 * Foreign content: the elements of svg and math.  Source: WHATWG HTML,
 * sections 13.2.6 (the dispatcher) and 13.2.6.5.  Names are compared in lower
 * case, so their adjustment is left out, and so is that of attributes.
 */


#include "patron_html_attr.h"
#include "patron_html_bytes.h"
#include "patron_html_foreign.h"
#include "patron_html_stack.h"


static int patron_html_leaves(patron_html_t *h);
static void patron_html_leave(patron_html_t *h);
static void patron_html_insert(patron_html_t *h, patron_html_ns_e ns,
    uint32_t classes);
static uint32_t patron_html_svg_classes(patron_html_t *h);
static uint32_t patron_html_math_classes(patron_html_t *h);
static int patron_html_is(const patron_str_t *value, const char *lower);


/*
 * The current element is svg's or math's: is the start tag handled by the
 * rules of foreign content?
 */

int
patron_html_foreign(patron_html_t *h)
{
    patron_html_entry_t  *top;

    top = patron_html_top(h);

    if (top->classes & EL_HTML_POINT) {
        return 0;
    }

    if (top->classes & EL_MATH_POINT) {
        return h->id == TAG_MGLYPH || h->id == TAG_MALIGNMARK;
    }

    if (top->classes & EL_ANNOTATION) {
        return h->id != TAG_SVG;
    }

    return 1;
}


/* Returns 1 if the tag leaves foreign content, to be processed as HTML. */

int
patron_html_foreign_start(patron_html_t *h)
{
    if (patron_html_leaves(h)) {
        patron_html_leave(h);
        return h->rc == PATRON_OK;
    }

    if (patron_html_top(h)->element.ns == PATRON_NS_SVG) {
        patron_html_insert(h, PATRON_NS_SVG, patron_html_svg_classes(h));

    } else {
        patron_html_insert(h, PATRON_NS_MATHML, patron_html_math_classes(h));
    }

    return 0;
}


static int
patron_html_leaves(patron_html_t *h)
{
    patron_str_t  value;

    if (h->id == TAG_FONT) {
        return patron_html_tag_attr(&h->tag, "color", &value) == PATRON_OK
               || patron_html_tag_attr(&h->tag, "face", &value) == PATRON_OK
               || patron_html_tag_attr(&h->tag, "size", &value) == PATRON_OK;
    }

    return (patron_html_known[h->id].classes & EL_BREAKOUT) != 0;
}


/* Closes down to an HTML element or an integration point. */

static void
patron_html_leave(patron_html_t *h)
{
    patron_html_entry_t  *top;

    while (h->rc == PATRON_OK) {
        top = patron_html_top(h);

        if (top->element.ns == PATRON_NS_HTML
            || (top->classes & (EL_HTML_POINT|EL_MATH_POINT)))
        {
            return;
        }

        patron_html_pop(h);
    }
}


static void
patron_html_insert(patron_html_t *h, patron_html_ns_e ns, uint32_t classes)
{
    if (patron_html_push_foreign(h, ns, classes) == NULL) {
        return;
    }

    if (h->tag.self_closing) {
        h->at = h->tag.end;
        patron_html_pop(h);
        h->at = h->tag.start;
    }
}


void
patron_html_svg_start(patron_html_t *h)
{
    patron_html_insert(h, PATRON_NS_SVG, 0);
}


void
patron_html_math_start(patron_html_t *h)
{
    patron_html_insert(h, PATRON_NS_MATHML, 0);
}


static uint32_t
patron_html_svg_classes(patron_html_t *h)
{
    switch (h->id) {

    case TAG_DESC:
    case TAG_FOREIGNOBJECT:
    case TAG_TITLE:
        return EL_SPECIAL|EL_SCOPE|EL_HTML_POINT;

    default:
        return 0;
    }
}


static uint32_t
patron_html_math_classes(patron_html_t *h)
{
    patron_str_t  value;

    switch (h->id) {

    case TAG_MI:
    case TAG_MN:
    case TAG_MO:
    case TAG_MS:
    case TAG_MTEXT:
        return EL_SPECIAL|EL_SCOPE|EL_MATH_POINT;

    case TAG_ANNOTATION_XML:
        if (patron_html_tag_attr(&h->tag, "encoding", &value) == PATRON_OK
            && (patron_html_is(&value, "text/html")
                || patron_html_is(&value, "application/xhtml+xml")))
        {
            return EL_SPECIAL|EL_SCOPE|EL_ANNOTATION|EL_HTML_POINT;
        }

        return EL_SPECIAL|EL_SCOPE|EL_ANNOTATION;

    default:
        return 0;
    }
}


static int
patron_html_is(const patron_str_t *value, const char *lower)
{
    size_t  i;

    if (value->len != strlen(lower)) {
        return 0;
    }

    for (i = 0; i < value->len; i++) {
        if (patron_html_lower(value->data[i]) != (patron_uchar_t) lower[i]) {
            return 0;
        }
    }

    return 1;
}


/* Returns 1 if the end tag is to be processed as HTML. */

int
patron_html_foreign_end(patron_html_t *h)
{
    int  i;

    if (h->id == TAG_P || h->id == TAG_BR) {
        patron_html_leave(h);
        return h->rc == PATRON_OK;
    }

    for (i = (int) h->depth - 1; i > 0; i--) {

        if (h->stack[i].element.ns == PATRON_NS_HTML) {
            return 1;
        }

        if (h->stack[i].element.name == h->tag.name) {
            patron_html_pop_to(h, i, 1);
            return 0;
        }
    }

    return 0;
}
