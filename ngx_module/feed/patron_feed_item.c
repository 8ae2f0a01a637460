
/*
 * See patron_feed_internal.h.  While an item comes its elements are noted, and
 * what it states of its level; if it is closed, it is then written anew,
 * element by element.
 */


#include "patron_feed_internal.h"
#include "patron_feed_write.h"


static int item_closed(patron_feed_t *f);
static int item_pass(patron_feed_t *f);
static patron_feed_child_t *item_last(patron_feed_t *f);
static size_t item_unblank(const patron_xml_token_t *t);
static int item_start(patron_feed_t *f, const patron_xml_token_t *t,
    unsigned depth, size_t from);
static void item_end(patron_feed_t *f, const patron_xml_token_t *t,
    unsigned depth, size_t from);
static void item_add(patron_feed_t *f, const patron_xml_token_t *t,
    size_t from);
static void item_content(patron_feed_child_t *c, const patron_xml_token_t *t,
    patron_feed_ns_e ns);
static int item_link_kept(const patron_xml_token_t *t);


void
patron_feed_item_begin(patron_feed_t *f)
{
    f->at = 0;
    f->n = 0;
    f->gap = 0;
    f->start = 0;
    f->end = 0;
    f->strange = 0;
    f->item_states = 0;
    f->item_closed = 0;
    f->level_len = 0;
}


int
patron_feed_item_end(patron_feed_t *f)
{
    int                   closed;
    unsigned              i;
    patron_feed_child_t  *c;

    if (f->conf->open) {
        f->whole++;

        if (f->too_large || f->sink->link == NULL) {
            return item_pass(f);
        }

        return patron_feed_links(f);
    }

    closed = item_closed(f);

    if (closed == PATRON_ERROR) {
        return PATRON_ERROR;
    }

    if (!closed) {
        f->whole++;
        return f->sink->link ? patron_feed_links(f) : item_pass(f);
    }

    f->cut++;

    for (i = 0; i < f->n; i++) {
        c = &f->children[i];

        if (c->to > f->item.len) {
            /* it was too large to be kept */
            c->to = 0;
        }

        if (c->to == 0) {
            c->role = PATRON_FEED_DROP;
            c->name.data = (const patron_uchar_t *) "";
            c->name.len = 0;
            continue;
        }

        c->name.data = f->item.data + c->from + 1;
    }

    return patron_feed_item_cut(f);
}


/* What is more than can be kept may state anything there. */

static int
item_closed(patron_feed_t *f)
{
    if (f->closed || f->too_large) {
        return 1;
    }

    return f->item_states ? f->item_closed : f->sink->closed(f->ctx, NULL);
}


static int
item_pass(patron_feed_t *f)
{
    return f->item.len ? f->sink->write(f->ctx, f->item.data, f->item.len)
                       : PATRON_OK;
}


int
patron_feed_item_token(patron_feed_t *f, const patron_xml_token_t *t)
{
    int                   rc;
    size_t                from, len;
    unsigned              depth;
    patron_feed_child_t  *c;

    from = f->at;
    f->at += t->len;

    depth = t->depth - f->item_depth;
    c = item_last(f);
    rc = PATRON_OK;

    switch (t->type) {

    case PATRON_XML_START:
    case PATRON_XML_EMPTY:
        rc = item_start(f, t, depth, from);
        break;

    case PATRON_XML_END:
        item_end(f, t, depth, from);
        break;

    case PATRON_XML_TEXT:
        if (depth == 1) {
            len = item_unblank(t);

            if (len) {
                f->gap = from + len;
            }

            return PATRON_OK;
        }

        /* fall through */

    case PATRON_XML_CDATA:
        if (f->in_level) {
            patron_feed_level_add(f, t);
        }

        break;

    case PATRON_XML_INSIDE:
        patron_feed_names_leave(&f->names, t->depth);

        if (t->tags && c != NULL) {
            c->nested = 1;
            c->prefixed |= t->prefixed;
        }

        break;

    case PATRON_XML_CDATA_MARK:
        if (c == NULL) {
            break;
        }

        if (depth == 2) {
            c->cdata = 1;
        } else {
            c->sections = 1;
        }

        break;

    default:
        if (c != NULL) {
            c->noted = 1;
        }
    }

    if (depth < 2) {
        f->gap = f->at;
    }

    return rc;
}


/* The element that was begun last, or NULL. */

static patron_feed_child_t *
item_last(patron_feed_t *f)
{
    return (f->n && !f->strange) ? &f->children[f->n - 1] : NULL;
}


/* The length of a text without the white space that it ends in. */

static size_t
item_unblank(const patron_xml_token_t *t)
{
    size_t  len;

    for (len = t->len; len && t->data[len - 1] <= ' '; len--) { /* void */ }

    return len;
}


static int
item_start(patron_feed_t *f, const patron_xml_token_t *t, unsigned depth,
    size_t from)
{
    patron_feed_child_t  *c;

    if (patron_feed_names_bind(&f->names, t) != PATRON_OK) {
        f->reason = "too many namespaces";
        return PATRON_ERROR;
    }

    if (depth == 0) {
        f->start = f->at;
        return PATRON_OK;
    }

    if (depth == 1) {
        item_add(f, t, from);

    } else {
        c = item_last(f);

        if (c != NULL) {
            c->nested = 1;
            c->prefixed |= (memchr(t->name.data, ':', t->name.len) != NULL);
        }
    }

    if (!f->in_level && patron_feed_is_level(f, &t->name)) {

        f->level_len = 0;
        f->in_level = (t->type == PATRON_XML_START);
        f->level_depth = t->depth;

        if (f->in_level) {
            f->xml.inside = 0;

        } else {
            /* an empty one says that it is free */
            f->item_states = 1;
        }
    }

    if (t->type == PATRON_XML_EMPTY) {
        patron_feed_names_leave(&f->names, t->depth);
    }

    return PATRON_OK;
}


static void
item_end(patron_feed_t *f, const patron_xml_token_t *t, unsigned depth,
    size_t from)
{
    patron_feed_child_t  *c;

    patron_feed_names_leave(&f->names, t->depth);

    if (depth == 0) {
        f->end = from;
        f->gap_end = f->gap;
        return;
    }

    c = item_last(f);

    if (depth == 1 && c != NULL) {
        c->inside_end = from;
        c->to = f->at;
    }

    if (f->in_level && t->depth == f->level_depth) {

        f->in_level = 0;
        f->xml.inside = f->item_depth + PATRON_FEED_INSIDE;
        f->item_states = 1;

        if (patron_feed_level_closed(f) != 0) {
            f->item_closed = 1;
        }
    }
}


static void
item_add(patron_feed_t *f, const patron_xml_token_t *t, size_t from)
{
    patron_str_t          local;
    patron_feed_ns_e      ns;
    patron_feed_child_t  *c;

    if (f->n == PATRON_FEED_CHILDREN) {
        f->strange = 1;
        return;
    }

    c = &f->children[f->n++];

    memset(c, 0, sizeof(patron_feed_child_t));

    ns = patron_feed_names_find(&f->names, &t->name, &local);

    c->role = patron_feed_role(ns, &local);
    c->name.len = t->name.len;
    c->marked = (t->len > t->name.len + 2);
    c->space = f->gap;
    c->from = from;
    c->inside = f->at;
    c->ns = ns;

    if (t->type == PATRON_XML_EMPTY) {
        c->inside_end = f->at;
        c->to = f->at;
    }

    if (c->role >= PATRON_FEED_SUMMARY) {
        item_content(c, t, ns);

    } else if (patron_feed_is(&local, "link")
               && ns == PATRON_FEED_NS_ATOM && !item_link_kept(t))
    {
        c->role = PATRON_FEED_DROP;
    }
}


/* What kind of text it is, by Atom's "type". */

static void
item_content(patron_feed_child_t *c, const patron_xml_token_t *t,
    patron_feed_ns_e ns)
{
    size_t        pos;
    patron_str_t  name, value;

    if (ns != PATRON_FEED_NS_ATOM) {
        return;
    }

    c->text = PATRON_FEED_PLAIN;
    pos = 0;

    while (patron_xml_attr(t, &pos, &name, &value) == PATRON_OK) {

        if (patron_feed_is(&name, "src")
            || (patron_feed_is(&name, "mode")
                && patron_feed_is(&value, "base64")))
        {
            c->role = PATRON_FEED_DROP;

        } else if (!patron_feed_is(&name, "type")) {
            continue;

        } else if (patron_feed_is(&value, "html")
                   || patron_feed_is(&value, "text/html"))
        {
            c->text = PATRON_FEED_HTML;

        } else if (patron_feed_is(&value, "xhtml")
                   || patron_feed_is(&value, "application/xhtml+xml"))
        {
            c->text = PATRON_FEED_XHTML;

        } else if (!patron_feed_is(&value, "text")
                   && !patron_feed_is(&value, "text/plain"))
        {
            c->role = PATRON_FEED_DROP;
        }
    }
}


/* Links to other forms of the item are of what is cut. */

static int
item_link_kept(const patron_xml_token_t *t)
{
    size_t        i, pos;
    patron_str_t  name, value;

    static const char  *kept[] = { "alternate", "self", "related", "via",
                                   "replies", "canonical", NULL };

    pos = 0;

    while (patron_xml_attr(t, &pos, &name, &value) == PATRON_OK) {

        if (!patron_feed_is(&name, "rel")) {
            continue;
        }

        for (i = 0; kept[i]; i++) {
            if (patron_feed_is(&value, kept[i])) {
                return 1;
            }
        }

        return 0;
    }

    return 1;
}
