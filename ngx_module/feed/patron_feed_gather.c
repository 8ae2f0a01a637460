
/*
 * The text of an element of a feed, and whether it is HTML.
 */


#include "patron_feed_write.h"


#define GATHER_ESCAPED  8           /* times more than it should be */


typedef struct {
    patron_feed_buf_t  *out;
    size_t              most;
    unsigned            markup:1;           /* its tags are the text's */
    unsigned            decode:1;
    unsigned            more:1;             /* there is, beyond most */
} gather_t;


static int gather_markup(patron_feed_t *f, const patron_feed_child_t *c,
    size_t most);
static int gather_text(patron_feed_t *f, const patron_feed_child_t *c,
    size_t most, int decode);
static int gather_section(patron_feed_t *f, const patron_feed_child_t *c,
    size_t most);
static const patron_uchar_t *gather_tag_end(const patron_uchar_t *p,
    const patron_uchar_t *end);
static int gather_token(void *ctx, const patron_xml_token_t *t);
static int gather_is_markup(const patron_feed_buf_t *b,
    patron_feed_text_e text);
static int gather_is_escaped(const patron_feed_buf_t *b);


int
patron_feed_gather(patron_feed_t *f, patron_feed_child_t *c, size_t most,
    int decode)
{
    int           rc;
    gather_t      w;
    patron_xml_t  xml;

    memset(&w, 0, sizeof(gather_t));

    f->html.len = 0;

    w.out = &f->html;
    w.most = most;
    w.decode = (decode != 0);
    w.markup = (c->text == PATRON_FEED_XHTML);

    if (c->inside_end == c->inside) {
        return PATRON_OK;
    }

    if (w.markup && decode) {
        rc = gather_markup(f, c, most);

        if (rc != PATRON_DECLINED) {
            return rc;
        }

    } else if (!c->nested && !c->noted && !c->cdata && !c->sections) {
        return gather_text(f, c, most, decode);

    } else if (!c->nested && !c->noted && c->text == PATRON_FEED_HTML
               && decode)
    {
        rc = gather_section(f, c, most);

        if (rc != PATRON_DECLINED) {
            return rc;
        }
    }

    patron_xml_init(&xml, f->mem, gather_token, &w, 1);

    (void) patron_xml_feed(&xml, f->item.data + c->from, c->to - c->from, 1);

    patron_xml_free(&xml);

    return w.more ? PATRON_AGAIN : PATRON_OK;
}


/*
 * Tags and text are taken as they stand, and no part of a tag; PATRON_DECLINED
 * where there is more than these.
 */

static int
gather_markup(patron_feed_t *f, const patron_feed_child_t *c, size_t most)
{
    size_t                 len;
    const patron_uchar_t  *p, *from, *last, *end;

    from = f->item.data + c->inside;
    len = c->inside_end - c->inside;
    end = from + len;

    last = from + (len < most ? len : most);

    if (!c->noted && !c->cdata && !c->sections) {

        /* each '<' is of a tag, of which only the last may not be whole */

        for (p = last; p > from && p[-1] != '<'; p--) { /* void */ }

        p = (p > from) ? gather_tag_end(p, end) : last;
        p = (p > last) ? p : last;

        goto done;
    }

    for (p = from; p < last; p = gather_tag_end(p, end)) {
        p = memchr(p, '<', (size_t) (last - p));

        if (p == NULL) {
            p = last;
            break;
        }

        if (p[1] == '!' || p[1] == '?') {
            return PATRON_DECLINED;
        }
    }

done:

    len = (size_t) (p - from);

    patron_feed_buf_add(&f->html, from, len);

    return len < most ? PATRON_OK : PATRON_AGAIN;
}


/* It is one text. */

static int
gather_text(patron_feed_t *f, const patron_feed_child_t *c, size_t most,
    int decode)
{
    size_t                 len, n;
    const patron_uchar_t  *p;

    p = f->item.data + c->inside;
    len = c->inside_end - c->inside;
    n = len < most ? len : most;

    if (decode && c->text != PATRON_FEED_XHTML) {
        patron_feed_decode(&f->html, p, n);
    } else {
        patron_feed_buf_add(&f->html, p, n);
    }

    return n < len || f->html.len >= most ? PATRON_AGAIN : PATRON_OK;
}


/* It is one section of CDATA, as far as that is looked at; or not. */

static int
gather_section(patron_feed_t *f, const patron_feed_child_t *c, size_t most)
{
    size_t                 len, n;
    const patron_uchar_t  *p, *q, *end;

    static const patron_str_t  open = patron_string("<![CDATA[");
    static const patron_str_t  close = patron_string("]]>");

    p = f->item.data + c->inside;
    len = c->inside_end - c->inside;

    if (len < open.len + close.len
        || memcmp(p, open.data, open.len) != 0
        || memcmp(p + len - close.len, close.data, close.len) != 0)
    {
        return PATRON_DECLINED;
    }

    p += open.len;
    len -= open.len + close.len;
    n = len < most ? len : most;

    /* an end that begins within */

    end = p + n;

    for (q = p; q < end; q++) {
        q = memchr(q, ']', (size_t) (end - q));

        if (q == NULL) {
            break;
        }

        if (q[1] == ']' && q[2] == '>') {
            return PATRON_DECLINED;
        }
    }

    patron_feed_buf_add(&f->html, p, n);

    return len < most ? PATRON_OK : PATRON_AGAIN;
}


/* Behind the tag at p. */

static const patron_uchar_t *
gather_tag_end(const patron_uchar_t *p, const patron_uchar_t *end)
{
    while (p < end && *p != '>') {

        if (*p == '"' || *p == '\'') {
            p = memchr(p + 1, *p, (size_t) (end - p - 1));

            if (p == NULL) {
                return end;
            }
        }

        p++;
    }

    return p < end ? p + 1 : end;
}


static int
gather_token(void *ctx, const patron_xml_token_t *t)
{
    gather_t  *w = ctx;

    size_t  len;

    if (t->depth == 0) {
        return PATRON_OK;
    }

    len = t->len;

    switch (t->type) {

    case PATRON_XML_TEXT:
        if (len > w->most - w->out->len) {
            len = w->most - w->out->len;
            w->more = 1;
        }

        if (w->decode && !w->markup) {
            patron_feed_decode(w->out, t->data, len);
        } else {
            patron_feed_buf_add(w->out, t->data, len);
        }

        break;

    case PATRON_XML_CDATA:
        if (len > w->most - w->out->len) {
            len = w->most - w->out->len;
            w->more = 1;
        }

        if (w->decode && !w->markup) {
            patron_feed_buf_add(w->out, t->data, len);
        } else {
            patron_feed_buf_escape(w->out, t->data, len);
        }

        break;

    case PATRON_XML_START:
    case PATRON_XML_EMPTY:
    case PATRON_XML_END:
        if (w->markup && w->decode) {
            patron_feed_buf_add(w->out, t->data, len);
        }

        break;

    default:
        break;
    }

    if (w->out->len >= w->most) {
        w->more = 1;
    }

    return w->more ? PATRON_DECLINED : PATRON_OK;
}


/* One that is escaped once more than it should be is undone. */

int
patron_feed_is_html(patron_feed_t *f, patron_feed_text_e text)
{
    unsigned           i;
    patron_feed_buf_t  undone;

    for (i = 0; !gather_is_markup(&f->html, text); i++) {

        if (i == GATHER_ESCAPED || !gather_is_escaped(&f->html)) {
            return 0;
        }

        f->kept.len = 0;
        patron_feed_decode(&f->kept, f->html.data, f->html.len);

        if (f->kept.len == f->html.len) {
            /* references that stay: see patron_feed_decode() */
            return 0;
        }

        undone = f->kept;
        f->kept = f->html;
        f->html = undone;
    }

    return 1;
}


/* Tags in a text are none but where it has paragraphs. */

static int
gather_is_markup(const patron_feed_buf_t *b, patron_feed_text_e text)
{
    patron_uchar_t         c;
    patron_str_t           html;
    const patron_uchar_t  *p, *end;

    if (b->len == 0) {
        return 0;
    }

    if (text == PATRON_FEED_PLAIN) {
        html.data = b->data;
        html.len = b->len;

        return patron_feed_has_paragraph(&html);
    }

    end = b->data + b->len;

    for (p = b->data; p < end; p++) {
        p = memchr(p, '<', (size_t) (end - p));

        if (p == NULL || p + 1 == end) {
            return 0;
        }

        c = p[1] | 0x20;

        if ((c >= 'a' && c <= 'z') || p[1] == '!' || p[1] == '/'
            || p[1] == '?')
        {
            return 1;
        }
    }

    return 0;
}


static int
gather_is_escaped(const patron_feed_buf_t *b)
{
    size_t  i;

    for (i = 0; i + 4 < b->len; i++) {
        if (b->data[i] == '&'
            && (memcmp(b->data + i, "&lt;", 4) == 0
                || memcmp(b->data + i, "&amp;", 5) == 0
                || b->data[i + 1] == '#'))
        {
            return 1;
        }
    }

    return 0;
}
