
/*
 * An open item as it came, but for the addresses of its enclosures, which
 * become the reader's own, and so do those of the feed's other pages (RFC 5005):
 * who asks for them by the feed's own would see them cut.  Its own address,
 * "self", stays: hubs are told of that.
 */


#include "patron_feed_internal.h"
#include "patron_feed_write.h"


static int links_token(void *ctx, const patron_xml_token_t *t);
static int links_write(patron_feed_t *f, const patron_xml_token_t *t,
    const char *attr);
static const char *links_attr(const patron_xml_token_t *t);
static int links_rel(const patron_xml_token_t *t, patron_str_t *rel);


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


int
patron_feed_links_page(const patron_xml_token_t *t)
{
    size_t        i;
    patron_str_t  rel;

    static const char  *const pages[] = {
        "next", "prev", "previous", "first", "last", "next-archive",
        "prev-archive", "current"
    };

    if (links_rel(t, &rel) != PATRON_OK) {
        return 0;
    }

    for (i = 0; i < sizeof(pages) / sizeof(pages[0]); i++) {
        if (patron_feed_is(&rel, pages[i])) {
            return 1;
        }
    }

    return 0;
}


int
patron_feed_links_tag(patron_feed_t *f, const patron_xml_token_t *t)
{
    f->out.len = 0;

    if (links_write(f, t, "href") != PATRON_OK
        || f->out.failed || f->html.failed)
    {
        return PATRON_ERROR;
    }

    return f->sink->write(f->ctx, f->out.data, f->out.len);
}


static int
links_token(void *ctx, const patron_xml_token_t *t)
{
    return links_write(ctx, t,
                       (t->type == PATRON_XML_START
                        || t->type == PATRON_XML_EMPTY)
                       ? links_attr(t) : NULL);
}


/* The token, with the address in attr, if it has one, made the reader's own. */

static int
links_write(patron_feed_t *f, const patron_xml_token_t *t, const char *attr)
{
    size_t                 pos;
    patron_str_t           name, value, url;
    const patron_uchar_t  *from;

    from = t->data;
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
    patron_str_t  local, rel;

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

    return patron_feed_is(&local, "link")
           && links_rel(t, &rel) == PATRON_OK
           && patron_feed_is(&rel, "enclosure") ? "href" : NULL;
}


/* What a link says it is; PATRON_DECLINED for nothing. */

static int
links_rel(const patron_xml_token_t *t, patron_str_t *rel)
{
    size_t        pos;
    patron_str_t  name;

    pos = 0;

    while (patron_xml_attr(t, &pos, &name, rel) == PATRON_OK) {
        if (patron_feed_is(&name, "rel")) {
            return PATRON_OK;
        }
    }

    return PATRON_DECLINED;
}
