
/*
 * See the header.  The links of "busy" are in the order they were sent in, and
 * are freed from its head.
 */


#include "ngx_http_patron_chain.h"


#define NGX_HTTP_PATRON_COPY_SIZE  1024


typedef struct {
    ngx_chain_t  cl;
    ngx_buf_t    buf;
} ngx_http_patron_link_t;


static ngx_uint_t ngx_http_patron_chain_grow(ngx_buf_t *piece, ngx_buf_t *in,
    off_t from, off_t len);
static void ngx_http_patron_chain_free(ngx_http_patron_chain_t *ch);
static ngx_chain_t *ngx_http_patron_chain_link(ngx_http_patron_chain_t *ch);
static void ngx_http_patron_chain_push(ngx_http_patron_chain_t *ch,
    ngx_chain_t *cl);
static void ngx_http_patron_chain_link_out(ngx_http_patron_chain_t *ch,
    ngx_chain_t *cl);


void
ngx_http_patron_chain_init(ngx_http_patron_chain_t *ch, ngx_pool_t *pool)
{
    ngx_memzero(ch, sizeof(ngx_http_patron_chain_t));

    ch->pool = pool;
    ch->last = &ch->out;
    ch->kept_last = &ch->kept;
}


void
ngx_http_patron_chain_from(ngx_http_patron_chain_t *ch, ngx_buf_t *in)
{
    ch->in = in;
    ch->piece = NULL;
    ch->made = NULL;
}


/*
 * The buffer is consumed when the last of what was made of it is sent, so that
 * its owner waits for a slow reader; if that is nothing, now.
 */

ngx_int_t
ngx_http_patron_chain_end(ngx_http_patron_chain_t *ch)
{
    ngx_buf_t    *in, *b;
    ngx_chain_t  *cl;

    in = ch->in;
    b = ch->made;

    ch->in = NULL;
    ch->piece = NULL;

    if (b != NULL) {
        b->recycled = in->recycled;
        b->shadow = in;
        b->last_shadow = 1;

    } else {
        ngx_http_patron_chain_consume(in);
    }

    if (!in->last_buf && !in->last_in_chain && !in->flush) {
        return NGX_OK;
    }

    if (b == NULL) {
        cl = ngx_http_patron_chain_link(ch);
        if (cl == NULL) {
            return NGX_ERROR;
        }

        b = cl->buf;
        b->sync = 1;

        ngx_http_patron_chain_push(ch, cl);
    }

    b->last_buf = in->last_buf;
    b->last_in_chain = in->last_in_chain;
    b->flush = in->flush;

    return NGX_OK;
}


ngx_int_t
ngx_http_patron_chain_end_copied(ngx_http_patron_chain_t *ch)
{
    ngx_buf_t    *in;
    ngx_chain_t  *cl;

    in = ch->in;

    ngx_http_patron_chain_consume(in);

    ch->in = NULL;
    ch->piece = NULL;

    if (!in->last_buf && !in->last_in_chain && !in->flush) {
        return NGX_OK;
    }

    cl = ngx_http_patron_chain_link(ch);
    if (cl == NULL) {
        return NGX_ERROR;
    }

    cl->buf->sync = 1;
    cl->buf->last_buf = in->last_buf;
    cl->buf->last_in_chain = in->last_in_chain;
    cl->buf->flush = in->flush;

    ngx_http_patron_chain_push(ch, cl);

    return NGX_OK;
}


void
ngx_http_patron_chain_consume(ngx_buf_t *b)
{
    b->pos = b->last;

    if (b->in_file) {
        b->file_pos = b->file_last;
    }
}


ngx_int_t
ngx_http_patron_chain_drop(ngx_http_patron_chain_t *ch, ngx_buf_t *b,
    ngx_uint_t flags)
{
    ngx_http_patron_chain_consume(b);

    if (!flags) {
        return NGX_OK;
    }

    ngx_http_patron_chain_from(ch, b);

    return ngx_http_patron_chain_end_copied(ch);
}


void
ngx_http_patron_chain_keep(ngx_http_patron_chain_t *ch)
{
    ch->keeps = 1;
}


void
ngx_http_patron_chain_let_go(ngx_http_patron_chain_t *ch)
{
    ch->keeps = 0;

    if (ch->kept == NULL) {
        return;
    }

    *ch->last = ch->kept;
    ch->last = ch->kept_last;
    ch->tail = NULL;

    ch->kept = NULL;
    ch->kept_last = &ch->kept;
}


ngx_uint_t
ngx_http_patron_chain_ready(ngx_http_patron_chain_t *ch)
{
    ngx_chain_t  *cl;

    for (cl = ch->out; cl; cl = cl->next) {
        if (!ngx_buf_special(cl->buf)) {
            return 1;
        }
    }

    return 0;
}


ngx_int_t
ngx_http_patron_chain_flush(ngx_http_patron_chain_t *ch)
{
    ngx_chain_t  *cl;

    cl = ngx_http_patron_chain_link(ch);
    if (cl == NULL) {
        return NGX_ERROR;
    }

    cl->buf->sync = 1;
    cl->buf->flush = 1;

    ngx_http_patron_chain_link_out(ch, cl);

    return NGX_OK;
}


ngx_int_t
ngx_http_patron_chain_empty(ngx_pool_t *pool, ngx_chain_t *in,
    ngx_chain_t **out)
{
    ngx_buf_t    *b;
    ngx_chain_t  *cl, **ll;

    ll = out;
    *ll = NULL;

    for ( /* void */ ; in; in = in->next) {

        ngx_http_patron_chain_consume(in->buf);

        if (!in->buf->last_buf && !in->buf->last_in_chain) {
            continue;
        }

        cl = ngx_alloc_chain_link(pool);
        b = ngx_calloc_buf(pool);

        if (cl == NULL || b == NULL) {
            return NGX_ERROR;
        }

        b->sync = 1;
        b->last_buf = in->buf->last_buf;
        b->last_in_chain = in->buf->last_in_chain;

        cl->buf = b;
        cl->next = NULL;

        *ll = cl;
        ll = &cl->next;
    }

    return NGX_OK;
}


ngx_int_t
ngx_http_patron_chain_pass(ngx_http_patron_chain_t *ch, off_t from, off_t len)
{
    ngx_buf_t    *b, *in;
    ngx_chain_t  *cl;

    if (len == 0) {
        return NGX_OK;
    }

    in = ch->in;
    b = ch->piece;

    if (b != NULL && b == ch->tail && ngx_http_patron_chain_grow(b, in, from,
                                                                 len))
    {
        return NGX_OK;
    }

    cl = ngx_http_patron_chain_link(ch);
    if (cl == NULL) {
        return NGX_ERROR;
    }

    b = cl->buf;

    if (ngx_buf_in_memory(in)) {
        b->pos = in->pos + from;
        b->last = b->pos + len;
        b->start = b->pos;
        b->end = b->last;
        b->memory = in->memory;
        b->temporary = in->temporary;
        b->mmap = in->mmap;

    } else {
        b->in_file = 1;
        b->file = in->file;
        b->file_pos = in->file_pos + from;
        b->file_last = b->file_pos + len;
        ch->files = 1;
    }

    ngx_http_patron_chain_push(ch, cl);
    ch->piece = b;
    ch->made = b;

    return NGX_OK;
}


/* Does the piece end where these bytes begin?  Then it has them too. */

static ngx_uint_t
ngx_http_patron_chain_grow(ngx_buf_t *piece, ngx_buf_t *in, off_t from,
    off_t len)
{
    if (!ngx_buf_in_memory(in)) {

        if (piece->file_last != in->file_pos + from) {
            return 0;
        }

        piece->file_last += len;
        return 1;
    }

    if (piece->last != in->pos + from) {
        return 0;
    }

    piece->last += len;
    return 1;
}


ngx_int_t
ngx_http_patron_chain_copy(ngx_http_patron_chain_t *ch, u_char *p, size_t len)
{
    size_t        size;
    u_char       *mem;
    ngx_buf_t    *b;
    ngx_chain_t  *cl, **ll;

    if (len == 0) {
        return NGX_OK;
    }

    for (ll = &ch->copies; *ll; ll = &(*ll)->next) {
        b = (*ll)->buf;

        if ((size_t) (b->end - b->start) >= len) {
            cl = *ll;
            *ll = cl->next;
            goto found;
        }
    }

    size = ngx_max(len, NGX_HTTP_PATRON_COPY_SIZE);

    mem = ngx_pnalloc(ch->pool, size);
    if (mem == NULL) {
        return NGX_ERROR;
    }

    cl = ngx_http_patron_chain_link(ch);
    if (cl == NULL) {
        return NGX_ERROR;
    }

    b = cl->buf;
    b->start = mem;
    b->end = mem + size;

found:

    b->pos = b->start;
    b->last = ngx_cpymem(b->start, p, len);
    b->temporary = 1;
    b->recycled = 0;
    b->flush = 0;
    b->last_buf = 0;
    b->last_in_chain = 0;
    b->tag = (ngx_buf_tag_t) &ngx_http_patron_chain_copy;

    ngx_http_patron_chain_push(ch, cl);
    ch->made = b;

    return NGX_OK;
}


ngx_int_t
ngx_http_patron_chain_memory(ngx_http_patron_chain_t *ch, ngx_str_t *str)
{
    ngx_buf_t    *b;
    ngx_chain_t  *cl;

    if (str->len == 0) {
        return NGX_OK;
    }

    cl = ngx_http_patron_chain_link(ch);
    if (cl == NULL) {
        return NGX_ERROR;
    }

    b = cl->buf;

    b->pos = str->data;
    b->last = str->data + str->len;
    b->memory = 1;

    ngx_http_patron_chain_push(ch, cl);
    ch->made = b;

    return NGX_OK;
}


ngx_int_t
ngx_http_patron_chain_append(ngx_http_patron_chain_t *ch, ngx_chain_t *in)
{
    ngx_chain_t  *cl;

    cl = ngx_alloc_chain_link(ch->pool);
    if (cl == NULL) {
        return NGX_ERROR;
    }

    cl->buf = in->buf;

    if (cl->buf->in_file && ngx_buf_in_memory(cl->buf)) {
        cl->buf->in_file = 0;
    }

    ngx_http_patron_chain_push(ch, cl);

    return NGX_OK;
}


ngx_chain_t *
ngx_http_patron_chain_take(ngx_http_patron_chain_t *ch)
{
    ngx_chain_t  *out, **ll;

    out = ch->out;

    for (ll = &ch->busy; *ll; ll = &(*ll)->next) { /* void */ }

    *ll = out;

    ch->out = NULL;
    ch->last = &ch->out;
    ch->tail = NULL;

    return out;
}


/*
 * A buffer that holds flags alone has a size of 0 from the beginning, and may
 * stand in the write filter's chain for as long as what was before it: it is
 * known to be sent when one behind it was.
 */

void
ngx_http_patron_chain_sent(ngx_http_patron_chain_t *ch, ngx_uint_t all)
{
    ngx_chain_t  *cl, *last;

    last = NULL;

    for (cl = ch->busy; cl; cl = cl->next) {

        if (ngx_buf_special(cl->buf)) {
            continue;
        }

        if (ngx_buf_size(cl->buf) != 0) {
            break;
        }

        last = cl;
    }

    if (cl == NULL && all) {

        while (ch->busy) {
            ngx_http_patron_chain_free(ch);
        }

        return;
    }

    while (last) {

        if (ch->busy == last) {
            last = NULL;
        }

        ngx_http_patron_chain_free(ch);
    }
}


/* The first link of those that were sent. */

static void
ngx_http_patron_chain_free(ngx_http_patron_chain_t *ch)
{
    ngx_buf_t    *b;
    ngx_chain_t  *cl;

    cl = ch->busy;
    b = cl->buf;

    ch->busy = cl->next;

    if (b->shadow
        && (b->tag == (ngx_buf_tag_t) &ngx_http_patron_chain_pass
            || b->tag == (ngx_buf_tag_t) &ngx_http_patron_chain_copy))
    {
        ngx_http_patron_chain_consume(b->shadow);
    }

    if (b->tag == (ngx_buf_tag_t) &ngx_http_patron_chain_copy) {
        b->shadow = NULL;
        cl->next = ch->copies;
        ch->copies = cl;

    } else if (b->tag == (ngx_buf_tag_t) &ngx_http_patron_chain_pass) {
        cl->next = ch->free;
        ch->free = cl;

    } else {
        ngx_free_chain(ch->pool, cl);
    }
}


/* A link with an empty buffer of ours, which stay together. */

static ngx_chain_t *
ngx_http_patron_chain_link(ngx_http_patron_chain_t *ch)
{
    ngx_chain_t             *cl;
    ngx_http_patron_link_t  *link;

    cl = ch->free;

    if (cl != NULL) {
        ch->free = cl->next;

    } else {
        link = ngx_palloc(ch->pool, sizeof(ngx_http_patron_link_t));
        if (link == NULL) {
            return NULL;
        }

        cl = &link->cl;
        cl->buf = &link->buf;
    }

    ngx_memzero(cl->buf, sizeof(ngx_buf_t));

    cl->buf->tag = (ngx_buf_tag_t) &ngx_http_patron_chain_pass;

    return cl;
}


static void
ngx_http_patron_chain_push(ngx_http_patron_chain_t *ch, ngx_chain_t *cl)
{
    if (!ch->keeps) {
        ngx_http_patron_chain_link_out(ch, cl);
        return;
    }

    cl->next = NULL;
    *ch->kept_last = cl;
    ch->kept_last = &cl->next;
}


static void
ngx_http_patron_chain_link_out(ngx_http_patron_chain_t *ch, ngx_chain_t *cl)
{
    cl->next = NULL;
    *ch->last = cl;
    ch->last = &cl->next;
    ch->tail = cl->buf;
}
