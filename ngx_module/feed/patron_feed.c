
/*
 * See patron_feed.h.  The document is read as it comes; an item is kept until
 * its end, where its level is known, and then looked at as a whole.
 */


#include "patron_feed_internal.h"


static int feed_token(void *ctx, const patron_xml_token_t *t);
static int feed_item_token(patron_feed_t *f, const patron_xml_token_t *t);
static int feed_start(patron_feed_t *f, const patron_xml_token_t *t);
static int feed_is_shut(const patron_feed_t *f);
static int feed_is_loose(const patron_feed_t *f, const patron_xml_token_t *t);
static int feed_root(patron_feed_t *f, const patron_str_t *local);
static int feed_item_begun(patron_feed_t *f, const patron_xml_token_t *t);
static int feed_item_ended(patron_feed_t *f);
static int feed_end(patron_feed_t *f, const patron_xml_token_t *t);
static inline int feed_put(patron_feed_t *f, const patron_uchar_t *data,
    size_t len);
static int feed_put_other(patron_feed_t *f, const patron_uchar_t *data,
    size_t len);
static int feed_leave_out(patron_feed_t *f, const patron_xml_token_t *t);
static int feed_flush(patron_feed_t *f);
static int feed_send(patron_feed_t *f, const patron_uchar_t *data, size_t len,
    int in_chunk);
static int feed_failed(patron_feed_t *f, int rc);
static int feed_pass_rest(patron_feed_t *f);


patron_feed_t *
patron_feed_create(patron_mem_t *mem, const patron_feed_conf_t *conf,
    const patron_feed_sink_t *sink, void *ctx)
{
    patron_feed_t  *f;

    f = patron_alloc(mem, sizeof(patron_feed_t));
    if (f == NULL) {
        return NULL;
    }

    memset(f, 0, offsetof(patron_feed_t, level));

    f->names.n = 0;
    f->mem = mem;
    f->conf = conf;
    f->sink = sink;
    f->ctx = ctx;

    patron_xml_init(&f->xml, mem, feed_token, f, 0);
    patron_feed_buf_init(&f->item, mem);
    patron_feed_buf_init(&f->out, mem);
    patron_feed_buf_init(&f->html, mem);
    patron_feed_buf_init(&f->edited, mem);
    patron_feed_buf_init(&f->kept, mem);
    patron_feed_buf_init(&f->link, mem);

    return f;
}


void
patron_feed_destroy(patron_feed_t *f)
{
    patron_xml_free(&f->xml);
    patron_feed_buf_free(&f->item);
    patron_feed_buf_free(&f->out);
    patron_feed_buf_free(&f->html);
    patron_feed_buf_free(&f->edited);
    patron_feed_buf_free(&f->kept);
    patron_feed_buf_free(&f->link);
    patron_free(f->mem, f);
}


int
patron_feed_feed(patron_feed_t *f, const patron_uchar_t *data, size_t len,
    int last)
{
    int  rc;

    if (f->conf->json) {

        if (len > f->conf->item_max - f->item.len) {
            f->reason = "it is too large";
            f->chunk = data;
            f->chunk_len = len;

            return feed_failed(f, PATRON_ERROR);
        }

        if (f->item.data == NULL && f->conf->expected > len
            && f->conf->expected <= f->conf->item_max)
        {
            /* in one piece */
            (void) patron_feed_buf_room(&f->item, f->conf->expected + 1);
        }

        patron_feed_buf_add(&f->item, data, len);

        if (f->item.failed) {
            return PATRON_ERROR;
        }

        rc = last ? patron_feed_json(f) : PATRON_OK;

        return rc == PATRON_OK ? rc : feed_failed(f, rc);
    }

    f->chunk_at += f->chunk_len;
    f->chunk = data;
    f->chunk_len = len;

    rc = patron_xml_feed(&f->xml, data, len, last);

    if (rc == PATRON_OK) {
        rc = feed_flush(f);
    }

    if (rc == PATRON_OK) {
        return rc;
    }

    if (rc == PATRON_ERROR && f->reason == NULL) {
        f->reason = f->xml.reason;
    }

    return feed_failed(f, rc);
}


const char *
patron_feed_reason(const patron_feed_t *f)
{
    return f->reason;
}


patron_feed_format_e
patron_feed_format(const patron_feed_t *f)
{
    return f->format;
}


unsigned
patron_feed_cut(const patron_feed_t *f)
{
    return f->cut;
}


unsigned
patron_feed_whole(const patron_feed_t *f)
{
    return f->whole;
}


static int
feed_token(void *ctx, const patron_xml_token_t *t)
{
    patron_feed_t  *f = ctx;

    if (f->in_item) {
        return feed_item_token(f, t);
    }

    switch (t->type) {

    case PATRON_XML_START:
    case PATRON_XML_EMPTY:
        return feed_start(f, t);

    case PATRON_XML_END:
        return feed_end(f, t);

    case PATRON_XML_TEXT:
    case PATRON_XML_CDATA:
        if (f->in_level) {
            patron_feed_level_add(f, t);

        } else if (feed_is_loose(f, t)) {
            f->reason = "it has text outside of items";
            return PATRON_ERROR;
        }

        break;

    case PATRON_XML_COMMENT:
    case PATRON_XML_OTHER:
        if (f->cut || feed_is_shut(f)) {
            /* it may be of what was cut */
            return feed_leave_out(f, t);
        }

        break;

    default:
        break;
    }

    return feed_put(f, t->data, t->len);
}


static int
feed_item_token(patron_feed_t *f, const patron_xml_token_t *t)
{
    int  rc;

    rc = feed_put(f, t->data, t->len);

    if (rc == PATRON_OK && !f->conf->open) {
        rc = patron_feed_item_token(f, t);
    }

    if (rc == PATRON_OK
        && t->type == PATRON_XML_END
        && t->depth == f->item_depth)
    {
        return feed_item_ended(f);
    }

    return rc;
}


static int
feed_start(patron_feed_t *f, const patron_xml_token_t *t)
{
    int               rc;
    patron_str_t      local;
    patron_feed_ns_e  ns;

    if (patron_feed_names_bind(&f->names, t) != PATRON_OK) {
        f->reason = "too many namespaces";
        return PATRON_ERROR;
    }

    ns = patron_feed_names_find(&f->names, &t->name, &local);

    if (t->depth == 0) {
        rc = feed_root(f, &local);

        if (rc != PATRON_OK) {
            return rc;
        }
    }

    if (patron_feed_is_item(&local)) {
        return feed_item_begun(f, t);
    }

    if (!f->in_level && patron_feed_is_level(f, &t->name)
        && t->type == PATRON_XML_START)
    {
        f->in_level = 1;
        f->level_depth = t->depth;
        f->level_len = 0;

    } else if (t->depth > 0 && feed_is_shut(f)
               && !patron_feed_is_level(f, &t->name)
               && !patron_feed_about(f->format, ns, t, &local))
    {
        f->reason = "it has elements outside of items that no feed has";
        return PATRON_ERROR;
    }

    if (t->type == PATRON_XML_EMPTY) {
        patron_feed_names_leave(&f->names, t->depth);
    }

    if (f->sink->link && patron_feed_is(&local, "link")
        && patron_feed_links_page(t))
    {
        rc = feed_leave_out(f, t);

        return rc == PATRON_OK ? patron_feed_links_tag(f, t) : rc;
    }

    return feed_put(f, t->data, t->len);
}


/* From its root on, by more than its items. */

static int
feed_is_shut(const patron_feed_t *f)
{
    return f->format != PATRON_FEED_NONE
           && (f->conf->shut || f->closed) && !f->conf->open;
}


/* Text that is of no element that a feed has, in one that is shut. */

static int
feed_is_loose(const patron_feed_t *f, const patron_xml_token_t *t)
{
    size_t  i;

    if (!feed_is_shut(f) || t->depth > (f->format == PATRON_FEED_RSS ? 2 : 1)) {
        return 0;
    }

    for (i = 0; i < t->len && t->data[i] <= ' '; i++) { /* void */ }

    return i < t->len;
}


static int
feed_root(patron_feed_t *f, const patron_str_t *local)
{
    if (patron_feed_is(local, "rss") || patron_feed_is(local, "rdf")) {
        f->format = PATRON_FEED_RSS;
        return PATRON_OK;
    }

    if (patron_feed_is(local, "feed") || patron_feed_is(local, "entry")) {
        f->format = PATRON_FEED_ATOM;
        return PATRON_OK;
    }

    return PATRON_DECLINED;
}


static int
feed_item_begun(patron_feed_t *f, const patron_xml_token_t *t)
{
    int  rc;

    rc = feed_flush(f);

    if (rc != PATRON_OK) {
        return rc;
    }

    /* what it binds itself is bound with its token */

    patron_feed_names_leave(&f->names, t->depth);

    f->in_item = 1;
    f->in_level = 0;
    f->too_large = 0;
    f->item_depth = t->depth;
    f->item.len = 0;
    f->xml.inside = t->depth + (f->conf->open ? 1 : PATRON_FEED_INSIDE);
    f->xml.alone = f->conf->level;

    patron_feed_item_begin(f);

    rc = feed_item_token(f, t);

    if (rc == PATRON_OK && t->type == PATRON_XML_EMPTY) {
        return feed_item_ended(f);
    }

    return rc;
}


static int
feed_item_ended(patron_feed_t *f)
{
    int  rc;

    rc = feed_flush(f);

    f->in_item = 0;
    f->in_level = 0;
    f->xml.inside = 0;

    if (rc == PATRON_OK) {
        rc = patron_feed_item_end(f);
    }

    f->item.len = 0;

    return rc;
}


static int
feed_end(patron_feed_t *f, const patron_xml_token_t *t)
{
    int  closed;

    patron_feed_names_leave(&f->names, t->depth);

    if (f->in_level && t->depth == f->level_depth) {

        f->in_level = 0;
        closed = patron_feed_level_closed(f);

        if (closed == PATRON_ERROR) {
            return PATRON_ERROR;
        }

        if (closed && f->whole && !f->conf->open) {
            f->reason = "its level stands behind items";
            return PATRON_ERROR;
        }

        f->closed |= (closed != 0);
    }

    return feed_put(f, t->data, t->len);
}


/*
 * Bytes of a token, the next of the document: to the item, or out.  Most are of
 * the chunk, and go the way of those before them.
 */

static inline int
feed_put(patron_feed_t *f, const patron_uchar_t *data, size_t len)
{
    if (f->read >= f->chunk_at && f->run_len != 0
        && f->run + f->run_len == f->chunk + (f->read - f->chunk_at))
    {
        f->read += len;
        f->run_len += len;

        return PATRON_OK;
    }

    return feed_put_other(f, data, len);
}


static int
feed_put_other(patron_feed_t *f, const patron_uchar_t *data, size_t len)
{
    int                    rc;
    size_t                 n;
    const patron_uchar_t  *p;

    if (f->read < f->chunk_at) {

        /* they came in other chunks, some of them */

        rc = feed_flush(f);

        if (rc != PATRON_OK) {
            return rc;
        }

        n = (size_t) (f->chunk_at - f->read);
        n = n < len ? n : len;

        rc = feed_send(f, data, n, 0);

        if (rc != PATRON_OK) {
            return rc;
        }

        f->read += n;
        len -= n;
    }

    if (len == 0) {
        return PATRON_OK;
    }

    p = f->chunk + (f->read - f->chunk_at);

    f->read += len;

    rc = feed_flush(f);

    f->run = p;
    f->run_len = len;

    return rc;
}


static int
feed_leave_out(patron_feed_t *f, const patron_xml_token_t *t)
{
    int  rc;

    rc = feed_flush(f);

    f->read += t->len;

    return rc;
}


static int
feed_flush(patron_feed_t *f)
{
    size_t  len;

    len = f->run_len;
    f->run_len = 0;

    return len ? feed_send(f, f->run, len, 1) : PATRON_OK;
}


static int
feed_send(patron_feed_t *f, const patron_uchar_t *data, size_t len,
    int in_chunk)
{
    int  rc;

    if (!f->in_item) {
        return in_chunk ? f->sink->pass(f->ctx, data, len)
                        : f->sink->write(f->ctx, data, len);
    }

    if (len > f->conf->item_max - f->item.len) {
        f->too_large = 1;

        if (!f->conf->open) {
            /* of what comes nothing is needed */
            len = f->conf->item_max - f->item.len;

        } else {
            rc = f->sink->write(f->ctx, f->item.data, f->item.len);

            if (rc != PATRON_OK) {
                return rc;
            }

            f->item.len = 0;

            return f->sink->write(f->ctx, data, len);
        }
    }

    patron_feed_buf_add(&f->item, data, len);

    return f->item.failed ? PATRON_ERROR : PATRON_OK;
}


/*
 * What is no feed passes, and so does what cannot be read where the reader may
 * see all of it.
 */

static int
feed_failed(patron_feed_t *f, int rc)
{
    if (rc == PATRON_ERROR && (!f->conf->open || f->reason == NULL)) {
        return PATRON_ERROR;
    }

    return feed_pass_rest(f) == PATRON_OK ? PATRON_DECLINED : PATRON_ERROR;
}


static int
feed_pass_rest(patron_feed_t *f)
{
    int           rc;
    size_t        n;
    patron_str_t  pending;

    rc = feed_flush(f);
    f->in_item = 0;

    if (rc == PATRON_OK && f->item.len) {
        rc = f->sink->write(f->ctx, f->item.data, f->item.len);
    }

    if (rc == PATRON_OK && f->read < f->chunk_at) {
        patron_xml_pending(&f->xml, &pending);

        n = (size_t) (f->chunk_at - f->read);
        n = n < pending.len ? n : pending.len;

        rc = f->sink->write(f->ctx, pending.data, n);
        f->read = f->chunk_at;
    }

    n = (size_t) (f->read - f->chunk_at);

    if (rc == PATRON_OK && n < f->chunk_len) {
        rc = f->sink->pass(f->ctx, f->chunk + n, f->chunk_len - n);
    }

    return rc;
}
