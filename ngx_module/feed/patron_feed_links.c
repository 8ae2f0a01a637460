
/*
 * An open item as it came, but for the addresses of its enclosures, which
 * become the reader's own.
 */


#include "patron_feed_internal.h"
#include "patron_feed_write.h"


static int links_token(void *ctx, const patron_xml_token_t *t);
static const char *links_attr(const patron_xml_token_t *t);


int
patron_feed_links(patron_feed_t *f)
{
    int           rc;
    patron_xml_t  xml;

    f->out.len = 0;

    patron_xml_init(&xml, f->mem, links_token, f, 1);

    rc = patron_xml_feed(&xml, f->item.data, f->item.len, 1);

    patron_xml_free(&xml);

    if (rc != PATRON_OK || f->out.failed || f->html.failed) {
        return PATRON_ERROR;
    }

    return f->sink->write(f->ctx, f->out.data, f->out.len);
}


static int
links_token(void *ctx, const patron_xml_token_t *t)
{
    patron_feed_t  *f = ctx;

    size_t                 pos;
    const char            *attr;
    patron_str_t           name, value, url;
    const patron_uchar_t  *from;

    from = t->data;
    attr = (t->type == PATRON_XML_START || t->type == PATRON_XML_EMPTY)
           ? links_attr(t) : NULL;
    pos = 0;

    while (attr != NULL
           && patron_xml_attr(t, &pos, &name, &value) == PATRON_OK)
    {
        if (!patron_feed_is(&name, attr)) {
            continue;
        }

        f->html.len = 0;
        patron_feed_decode(&f->html, value.data, value.len);

        url.data = f->html.data;
        url.len = f->html.len;

        if (f->html.failed || f->sink->link(f->ctx, &url) != PATRON_OK) {
            return PATRON_ERROR;
        }

        if (url.data != f->html.data) {
            patron_feed_buf_add(&f->out, from, (size_t) (value.data - from));
            patron_feed_buf_escape(&f->out, url.data, url.len);
            from = value.data + value.len;
        }

        break;
    }

    patron_feed_buf_add(&f->out, from, (size_t) (t->data + t->len - from));

    return PATRON_OK;
}


/* The attribute with the address of an enclosure, or NULL. */

static const char *
links_attr(const patron_xml_token_t *t)
{
    size_t        pos;
    patron_str_t  local, name, value;

    patron_feed_local(&t->name, &local);

    if (patron_feed_is(&local, "enclosure")) {
        return "url";
    }

    if (local.len != t->name.len) {

        if (patron_feed_is(&local, "content")
            || patron_feed_is(&local, "transcript")
            || patron_feed_is(&local, "chapters"))
        {
            return "url";
        }

        if (patron_feed_is(&local, "source")) {
            return "uri";
        }
    }

    if (!patron_feed_is(&local, "link")) {
        return NULL;
    }

    pos = 0;

    while (patron_xml_attr(t, &pos, &name, &value) == PATRON_OK) {
        if (patron_feed_is(&name, "rel")) {
            return patron_feed_is(&value, "enclosure") ? "href" : NULL;
        }
    }

    return NULL;
}
