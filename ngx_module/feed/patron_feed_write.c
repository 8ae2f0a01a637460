
/*
 * See the header.
 */


#include "patron_feed_write.h"


#define WRITE_PLAIN   1024          /* bytes, for each paragraph, that are
                                       tried first as plain HTML, */
#define WRITE_GATHER  4096          /* and then as any */


static patron_feed_child_t *write_choose(patron_feed_t *f);
static void write_link(patron_feed_t *f);
static void write_link_of(patron_feed_t *f, patron_feed_child_t *c);
static void write_small(patron_feed_t *f, patron_feed_child_t *c);
static int write_small_token(void *ctx, const patron_xml_token_t *t);
static int write_text(patron_feed_t *f, patron_feed_child_t *c);
static int write_html(patron_feed_t *f, patron_feed_child_t *c, int *done);
static void write_inside(patron_feed_t *f, patron_feed_child_t *c,
    patron_feed_buf_t *text, size_t good);
static int write_is_xml(patron_feed_t *f, const patron_feed_buf_t *text,
    size_t good);
static int write_nothing(void *ctx, const patron_xml_token_t *t);
static void write_open(patron_feed_t *f, patron_feed_child_t *c, int as_html);
static void write_start(patron_feed_t *f, patron_feed_child_t *c,
    int as_html);
static void write_end(patron_feed_t *f, const patron_str_t *name);
static void write_words(patron_feed_t *f);
static void write_name(patron_feed_t *f, patron_str_t *name);


int
patron_feed_item_cut(patron_feed_t *f)
{
    unsigned              i;
    patron_str_t          name;
    patron_xml_token_t    t;
    patron_feed_child_t  *c, *text;

    f->out.len = 0;

    if (f->start > f->item.len) {
        /* not even its start tag could be kept */
        return PATRON_OK;
    }

    write_name(f, &name);
    write_link(f);

    t.data = f->item.data;
    t.len = f->start;
    t.name = name;

    patron_feed_write_tag(&f->out, &t, 0);

    if (f->item.data[f->start - 2] == '/') {
        goto done;
    }

    text = write_choose(f);

    for (i = 0; i < f->n; i++) {
        c = &f->children[i];

        if (c->to == 0) {
            continue;
        }

        if (c == text) {
            if (write_text(f, c) != PATRON_OK) {
                return PATRON_ERROR;
            }

        } else if (c->role == PATRON_FEED_IDENTIFY
                   || (c->role == PATRON_FEED_KEEP && !f->strange
                       && !f->too_large))
        {
            write_small(f, c);
        }
    }

    if (text == NULL) {
        write_words(f);
    }

    if (f->end && f->end <= f->item.len) {
        patron_feed_buf_add(&f->out, f->item.data + f->gap_end,
                            f->end - f->gap_end);
    }

    write_end(f, &name);

done:

    if (f->out.failed || f->html.failed || f->kept.failed || f->link.failed) {
        return PATRON_ERROR;
    }

    return f->sink->write(f->ctx, f->out.data, f->out.len);
}


/* The longest of its texts, by kind; of what is not understood there is none */

static patron_feed_child_t *
write_choose(patron_feed_t *f)
{
    unsigned              i;
    patron_feed_child_t  *c, *text;

    text = NULL;

    if (f->strange || f->too_large) {
        return NULL;
    }

    for (i = 0; i < f->n; i++) {
        c = &f->children[i];

        if (c->role >= PATRON_FEED_SUMMARY
            && (text == NULL || c->role > text->role))
        {
            text = c;
        }
    }

    return text;
}


static void
write_name(patron_feed_t *f, patron_str_t *name)
{
    size_t  i;

    for (i = 1; i < f->start; i++) {
        if (f->item.data[i] <= ' ' || f->item.data[i] == '>'
            || f->item.data[i] == '/')
        {
            break;
        }
    }

    name->data = f->item.data + 1;
    name->len = i ? i - 1 : 0;
}


/* The address of the item, for whoever wants to read on. */

static void
write_link(patron_feed_t *f)
{
    unsigned              i;
    patron_str_t          local;
    patron_feed_child_t  *c;

    f->link.len = 0;

    for (i = 0; i < f->n && f->link.len == 0; i++) {
        c = &f->children[i];
        patron_feed_local(&c->name, &local);

        if (c->role == PATRON_FEED_IDENTIFY && c->to
            && patron_feed_is(&local, "link"))
        {
            write_link_of(f, c);
        }
    }

    for (i = 0; i < f->n && f->link.len == 0; i++) {
        c = &f->children[i];
        patron_feed_local(&c->name, &local);

        if (c->role == PATRON_FEED_IDENTIFY && c->to
            && patron_feed_is(&local, "guid"))
        {
            write_link_of(f, c);
        }
    }
}


static void
write_link_of(patron_feed_t *f, patron_feed_child_t *c)
{
    size_t              pos;
    patron_str_t        name, value;
    patron_xml_token_t  t;

    if (c->ns == PATRON_FEED_NS_ATOM) {

        t.data = f->item.data + c->from;
        t.len = c->inside - c->from;
        t.name = c->name;
        pos = 0;

        while (patron_xml_attr(&t, &pos, &name, &value) == PATRON_OK) {

            if (patron_feed_is(&name, "href")) {
                f->html.len = 0;
                patron_feed_decode(&f->html, value.data, value.len);

            } else if (patron_feed_is(&name, "rel")
                       && !patron_feed_is(&value, "alternate"))
            {
                return;
            }
        }

    } else if (c->nested || c->noted || c->cdata) {

        if (patron_feed_gather(f, c, PATRON_FEED_SMALL, 1) != PATRON_OK) {
            return;
        }

    } else {
        f->html.len = 0;
        patron_feed_decode(&f->html, f->item.data + c->inside,
                           c->inside_end - c->inside);
    }

    patron_feed_link_set(f, f->html.data, f->html.len);
}


void
patron_feed_link_set(patron_feed_t *f, const patron_uchar_t *p, size_t len)
{
    size_t  i;

    for ( /* void */ ; len && p[0] <= ' '; p++, len--) { /* void */ }
    for ( /* void */ ; len && p[len - 1] <= ' '; len--) { /* void */ }

    f->link.len = 0;

    if (len < 8 || len > PATRON_FEED_SMALL
        || (memcmp(p, "http://", 7) != 0 && memcmp(p, "https://", 8) != 0))
    {
        return;
    }

    for (i = 0; i < len; i++) {
        if (p[i] <= ' ' || p[i] >= 0x7f) {
            return;
        }
    }

    patron_feed_buf_add(&f->link, p, len);
}


/* What is known to be small is kept, without what may hide in it. */

static void
write_small(patron_feed_t *f, patron_feed_child_t *c)
{
    size_t        len;
    patron_xml_t  xml;

    if (c->to - c->from > PATRON_FEED_SMALL
        || (c->nested && c->ns != PATRON_FEED_NS_ATOM))
    {
        return;
    }

    len = f->out.len;

    if (!c->marked && !c->noted && !c->nested) {
        patron_feed_buf_add(&f->out, f->item.data + c->space,
                            c->to - c->space);
        return;
    }

    patron_feed_buf_add(&f->out, f->item.data + c->space, c->from - c->space);

    if (!c->noted && !c->nested) {
        write_start(f, c, 0);
        patron_feed_buf_add(&f->out, f->item.data + c->inside,
                            c->to - c->inside);
        return;
    }

    patron_xml_init(&xml, f->mem, write_small_token, &f->out, 1);

    if (patron_xml_feed(&xml, f->item.data + c->from, c->to - c->from, 1)
        != PATRON_OK)
    {
        f->out.len = len;
    }

    patron_xml_free(&xml);
}


static int
write_small_token(void *ctx, const patron_xml_token_t *t)
{
    patron_feed_buf_t  *out = ctx;

    switch (t->type) {

    case PATRON_XML_START:
    case PATRON_XML_EMPTY:
        patron_feed_write_tag(out, t, 0);
        break;

    case PATRON_XML_COMMENT:
    case PATRON_XML_OTHER:
        break;

    default:
        patron_feed_buf_add(out, t->data, t->len);
    }

    return PATRON_OK;
}


void
patron_feed_write_tag(patron_feed_buf_t *out, const patron_xml_token_t *t,
    int as_html)
{
    size_t        pos;
    patron_str_t  name, value;

    patron_feed_buf_text(out, "<");
    patron_feed_buf_add(out, t->name.data, t->name.len);

    pos = 0;

    while (patron_xml_attr(t, &pos, &name, &value) == PATRON_OK) {

        if (!patron_feed_attr_kept(&name)) {
            continue;
        }

        patron_feed_buf_text(out, " ");
        patron_feed_buf_add(out, name.data, name.len);

        if (as_html && patron_feed_is(&name, "type")) {
            patron_feed_buf_text(out, "=\"html\"");
            continue;
        }

        /* with the quotes that are its own */

        patron_feed_buf_text(out, "=");
        patron_feed_buf_add(out, value.data - 1, value.len + 2);
    }

    if (t->data[t->len - 2] == '/') {
        patron_feed_buf_text(out, "/");
    }

    patron_feed_buf_text(out, ">");
}


/* The item's text: the first of it, then the words. */

static int
write_text(patron_feed_t *f, patron_feed_child_t *c)
{
    int                 done;
    size_t              n;
    patron_str_t        text;

    patron_feed_buf_add(&f->out, f->item.data + c->space, c->from - c->space);

    if (c->nested || c->text == PATRON_FEED_XHTML) {

        if (c->prefixed) {
            /* by other names than those of HTML */
            c->inside_end = c->inside;
        }

        c->text = PATRON_FEED_XHTML;
    }

    if (write_html(f, c, &done) != PATRON_OK) {
        return PATRON_ERROR;
    }

    if (done) {
        return PATRON_OK;
    }

    /* a text without markup, as it stands */

    (void) patron_feed_gather(f, c, SIZE_MAX, 0);

    text.data = f->html.data;
    text.len = f->html.len;

    n = patron_feed_cut_text(f, &text);

    write_open(f, c, 0);
    patron_feed_buf_add(&f->out, f->html.data, n);

    if (c->text == PATRON_FEED_PLAIN) {
        patron_feed_words(f, &f->out, PATRON_FEED_WORDS_XML);

    } else {
        f->kept.len = 0;
        patron_feed_words(f, &f->kept, PATRON_FEED_WORDS_HTML);
        patron_feed_buf_escape(&f->out, f->kept.data, f->kept.len);
    }

    write_end(f, &c->name);

    return PATRON_OK;
}


/* A text that is HTML; done is 0 where it is none. */

static int
write_html(patron_feed_t *f, patron_feed_child_t *c, int *done)
{
    int           rc;
    size_t        most, good;
    patron_str_t  html;

    *done = 0;
    good = 0;

    most = WRITE_PLAIN * f->conf->rules->keep;

    if (most < WRITE_GATHER) {
        (void) patron_feed_gather(f, c, most, 1);

        html.data = f->html.data;
        html.len = f->html.len;

        f->kept.len = 0;

        if (patron_feed_cut_plain(f, &html, &f->kept) == PATRON_OK) {
            /* of what is XML these are whole elements */
            good = f->kept.len;
            goto done;
        }
    }

    for (most = WRITE_GATHER; /* void */ ; most *= 4) {

        rc = patron_feed_gather(f, c, most, 1);

        if (c->text != PATRON_FEED_XHTML && !patron_feed_is_html(f, c->text)) {

            if (rc == PATRON_AGAIN) {
                continue;
            }

            return PATRON_OK;
        }

        html.data = f->html.data;
        html.len = f->html.len;

        f->kept.len = 0;

        switch (patron_feed_cut_html(f, &html, &f->kept)) {

        case PATRON_OK:
            break;

        case PATRON_DECLINED:
            /* it is shorter than what is kept, or there is more of it */

            if (rc == PATRON_AGAIN) {
                continue;
            }

            break;

        default:
            return PATRON_ERROR;
        }

        break;
    }

done:

    *done = 1;

    patron_feed_words(f, &f->kept, PATRON_FEED_WORDS_HTML);
    write_inside(f, c, &f->kept, good);

    return PATRON_OK;
}


/*
 * The text that stands for the other, in the form that it had; where that was
 * XML its first bytes are known to be, too.
 */

static void
write_inside(patron_feed_t *f, patron_feed_child_t *c, patron_feed_buf_t *text,
    size_t good)
{
    size_t                 n;
    const patron_uchar_t  *p, *end, *mark;

    if (c->text == PATRON_FEED_XHTML && c->ns == PATRON_FEED_NS_ATOM
        && write_is_xml(f, text, good))
    {
        write_open(f, c, 0);
        patron_feed_buf_text(&f->out,
                             "<div xmlns=\"http://www.w3.org/1999/xhtml\">");
        patron_feed_buf_add(&f->out, text->data, text->len);
        patron_feed_buf_text(&f->out, "</div>");
        write_end(f, &c->name);

        return;
    }

    write_open(f, c, c->text == PATRON_FEED_XHTML);

    if (!c->cdata || c->text == PATRON_FEED_XHTML) {
        patron_feed_buf_escape(&f->out, text->data, text->len);
        write_end(f, &c->name);

        return;
    }

    patron_feed_buf_text(&f->out, "<![CDATA[");

    p = text->data;
    end = p + text->len;

    for (mark = p; mark && end - p > 2; p = mark) {

        for (mark = p; ; mark++) {
            mark = memchr(mark, ']', (size_t) (end - mark));

            if (mark == NULL || end - mark < 3
                || (mark[1] == ']' && mark[2] == '>'))
            {
                break;
            }
        }

        if (mark == NULL || end - mark < 3) {
            break;
        }

        n = (size_t) (mark + 2 - p);
        patron_feed_buf_add(&f->out, p, n);
        patron_feed_buf_text(&f->out, "]]><![CDATA[");
        mark += 2;
    }

    patron_feed_buf_add(&f->out, p, (size_t) (end - p));
    patron_feed_buf_text(&f->out, "]]>");

    write_end(f, &c->name);
}


/* Is it well-formed, so that it may stand as it is? */

static int
write_is_xml(patron_feed_t *f, const patron_feed_buf_t *text, size_t good)
{
    int           is_xml;
    patron_xml_t  xml;

    static const patron_uchar_t  open[] = "<div>", close[] = "</div>";

    patron_xml_init(&xml, f->mem, write_nothing, NULL, 0);

    xml.inside = 1;

    is_xml = patron_xml_feed(&xml, open, sizeof(open) - 1, 0) == PATRON_OK
             && patron_xml_feed(&xml, text->data + good, text->len - good, 0)
                == PATRON_OK
             && patron_xml_feed(&xml, close, sizeof(close) - 1, 1)
                == PATRON_OK;

    patron_xml_free(&xml);

    return is_xml;
}


static int
write_nothing(void *ctx, const patron_xml_token_t *t)
{
    (void) ctx;
    (void) t;

    return PATRON_OK;
}


/* The start tag of a text, which is an element with one. */

static void
write_open(patron_feed_t *f, patron_feed_child_t *c, int as_html)
{
    write_start(f, c, as_html);

    if (c->inside == c->to) {
        /* it was empty */
        f->out.len -= 2;
        patron_feed_buf_text(&f->out, ">");
    }
}


static void
write_start(patron_feed_t *f, patron_feed_child_t *c, int as_html)
{
    patron_xml_token_t  t;

    t.data = f->item.data + c->from;
    t.len = c->inside - c->from;
    t.name = c->name;

    patron_feed_write_tag(&f->out, &t, as_html);
}


static void
write_end(patron_feed_t *f, const patron_str_t *name)
{
    patron_feed_buf_text(&f->out, "</");
    patron_feed_buf_add(&f->out, name->data, name->len);
    patron_feed_buf_text(&f->out, ">");
}


/* Where the item has no text, or none that is understood. */

static void
write_words(patron_feed_t *f)
{
    patron_str_t  name, local;

    write_name(f, &name);
    patron_feed_local(&name, &local);

    /* its prefix is that of all of them, but for what podcasts add to RSS */

    name.len -= patron_feed_is(&local, "liveitem") ? name.len : local.len;

    patron_feed_buf_text(&f->out, "<");
    patron_feed_buf_add(&f->out, name.data, name.len);

    if (patron_feed_is(&local, "entry")) {
        patron_feed_buf_text(&f->out, "content type=\"html\">");
    } else {
        patron_feed_buf_text(&f->out, "description>");
    }

    f->kept.len = 0;
    patron_feed_words(f, &f->kept, PATRON_FEED_WORDS_HTML);
    patron_feed_buf_escape(&f->out, f->kept.data, f->kept.len);

    patron_feed_buf_text(&f->out, "</");
    patron_feed_buf_add(&f->out, name.data, name.len);

    if (patron_feed_is(&local, "entry")) {
        patron_feed_buf_text(&f->out, "content>");
    } else {
        patron_feed_buf_text(&f->out, "description>");
    }
}
