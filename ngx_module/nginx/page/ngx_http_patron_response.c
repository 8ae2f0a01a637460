
/*
 * See the header.
 *
 * A refusal known from the header is the return code of the header filter
 * where nginx's own handlers stand above it: a static file, "return", an
 * upstream give it to ngx_http_finalize_request().  Any other handler may take
 * no notice of it, and so may what is above a body filter: then the original
 * is swallowed, the request is held by a bit in r->buffered, and the refusal
 * is sent from a posted event, when nothing of what made the original is left
 * on the stack.  An upstream is let go first, as ngx_http_upstream_create()
 * lets go of one; other handlers are waited for until they have ended.
 *
 * The event is armed in the first case as well: should a handler go on, it is
 * stopped the same way.
 */


#include "ngx_http_patron_chain.h"
#include "ngx_http_patron_once.h"
#include "ngx_http_patron_response.h"


/*
 * Of the four bits each has the name of a filter; that one, sub_filter, runs
 * after ours and sees nothing of a response that was refused.
 */

#define NGX_HTTP_PATRON_BUFFERED  NGX_HTTP_SUB_BUFFERED

/* Of HEAD no body tells when the handler has ended: ms to the next look. */

#define NGX_HTTP_PATRON_HEAD_AGAIN  50


struct ngx_http_patron_refusal_s {
    ngx_http_patron_state_t  *state;
    ngx_event_t               event;
    ngx_int_t                 code;
    ngx_str_t                 uri;
    unsigned                  plain:1;      /* without "error_page" */
    unsigned                  ended:1;      /* of the original no more comes */
};


static ngx_int_t ngx_http_patron_response_hold(ngx_http_request_t *r,
    ngx_http_patron_state_t *st, ngx_int_t code);
static void ngx_http_patron_response_forget(ngx_http_request_t *r);
static void ngx_http_patron_response_tell_same(ngx_http_request_t *r,
    ngx_http_patron_state_t *st);
static ngx_uint_t ngx_http_patron_response_taken(ngx_http_request_t *r,
    ngx_http_patron_state_t *st);
static ngx_uint_t ngx_http_patron_response_upstream(ngx_http_request_t *r);
static void ngx_http_patron_response_post(ngx_http_patron_state_t *st);
static void ngx_http_patron_response_handler(ngx_event_t *ev);
static void ngx_http_patron_response_replace(ngx_http_request_t *r,
    ngx_http_patron_state_t *st);
static void ngx_http_patron_response_cleanup(void *data);


ngx_int_t
ngx_http_patron_response_begin(ngx_http_request_t *r,
    ngx_http_patron_state_t *st)
{
    ngx_http_patron_refusal_t  *refusal;

    refusal = st->refusal;

    if (st->response != NGX_HTTP_PATRON_RESPONSE_REFUSED) {
        st->response = NGX_HTTP_PATRON_RESPONSE_NONE;

        if (refusal != NULL && st->replaced) {
            ngx_http_patron_response_tell_same(r, st);
        }

        return NGX_OK;
    }

    if (refusal == NULL) {
        return NGX_ERROR;
    }

    if (ngx_http_patron_response_taken(r, st)) {
        ngx_http_patron_response_replace(r, st);
        ngx_http_patron_response_tell_same(r, st);

        return NGX_OK;
    }

    return ngx_http_patron_response_refuse(r, st, refusal->code);
}


/* What a named location writes itself, as "return" does, is no page of that. */

static void
ngx_http_patron_response_tell_same(ngx_http_request_t *r,
    ngx_http_patron_state_t *st)
{
    ngx_str_t      *uri;
    static time_t   told;

    uri = &st->refusal->uri;

    if (!st->redirected
        || uri->len != r->uri.len
        || ngx_memcmp(uri->data, r->uri.data, uri->len) != 0
        || (r->headers_out.last_modified_time == -1
            && !ngx_http_patron_response_upstream(r))
        || !ngx_http_patron_once(&told))
    {
        return;
    }

    ngx_log_error(NGX_LOG_ERR, r->connection->log, 0,
                  "patron: \"error_page\" answers a refusal with the page that "
                  "was refused: \"%V\"", uri);
}


ngx_int_t
ngx_http_patron_response_refuse(ngx_http_request_t *r,
    ngx_http_patron_state_t *st, ngx_int_t code)
{
    if (ngx_http_patron_response_hold(r, st, code) != NGX_OK) {
        return NGX_ERROR;
    }

    if (r->content_handler != NULL && !ngx_http_patron_response_upstream(r)) {

        /* it may take no notice of what is returned */

        if (r->method == NGX_HTTP_HEAD) {
            ngx_http_patron_response_post(st);
        }

        return NGX_AGAIN;
    }

    ngx_http_patron_response_forget(r);
    ngx_http_patron_response_post(st);

    return code;
}


ngx_int_t
ngx_http_patron_response_refuse_body(ngx_http_request_t *r,
    ngx_http_patron_state_t *st, ngx_int_t code, ngx_uint_t ended)
{
    if (ngx_http_patron_response_hold(r, st, code) != NGX_OK) {
        return NGX_ERROR;
    }

    st->refusal->ended = ended;

    return NGX_OK;
}


/* Nothing that fails here may let the original go on. */

static ngx_int_t
ngx_http_patron_response_hold(ngx_http_request_t *r,
    ngx_http_patron_state_t *st, ngx_int_t code)
{
    ngx_http_cleanup_t         *cln;
    ngx_http_patron_refusal_t  *refusal;

    st->response = NGX_HTTP_PATRON_RESPONSE_REFUSED;
    st->page = NULL;
    st->redirected = 0;
    r->err_status = 0;

    /* what is sent in its place is another matter, but who gets it is not */

    if (st->level.type == PATRON_LEVEL_METERED) {
        st->personal = 1;
    }

    ngx_memzero(&st->level, sizeof(patron_level_t));
    st->stated = 0;
    st->unread = 0;
    st->shown = 0;
    st->uncut = 0;
    st->placed = 0;

    refusal = st->refusal;

    if (refusal == NULL) {
        refusal = ngx_pcalloc(r->pool, sizeof(ngx_http_patron_refusal_t));
        cln = ngx_http_cleanup_add(r, 0);

        if (refusal == NULL || cln == NULL) {
            return ngx_http_patron_response_break_off(r);
        }

        refusal->state = st;
        refusal->event.handler = ngx_http_patron_response_handler;
        refusal->event.data = refusal;
        refusal->event.log = r->connection->log;
        refusal->uri = r->uri;

        cln->handler = ngx_http_patron_response_cleanup;
        cln->data = refusal;

        st->refusal = refusal;

    } else {
        /* what was to stand in its place cannot, either */
        refusal->plain = 1;
        r->error_page = 1;
    }

    if (st->bare) {
        refusal->plain = 1;
        r->error_page = 1;
    }

    refusal->code = code;
    refusal->ended = 0;

    r->buffered |= NGX_HTTP_PATRON_BUFFERED;

    return NGX_OK;
}


ngx_int_t
ngx_http_patron_response_swallow(ngx_http_request_t *r,
    ngx_http_patron_state_t *st, ngx_chain_t *in)
{
    ngx_uint_t                  last, leave;
    ngx_chain_t                *cl;
    ngx_http_patron_refusal_t  *refusal;

    refusal = st->refusal;

    if (refusal == NULL) {
        return NGX_ERROR;
    }

    /* the handler is done where the request is left to be written */

    last = (in == NULL && r->http_state == NGX_HTTP_WRITING_REQUEST_STATE);

    for (cl = in; cl; cl = cl->next) {
        last |= cl->buf->last_buf;
    }

    /*
     * a file, or an entry of a cache, is read by who is called by us: it is
     * left standing, and is read no further
     */

    leave = r->content_handler == NULL
#if (NGX_HTTP_CACHE)
            || (r->cached && !ngx_http_patron_response_upstream(r))
#endif
            ;

    if (leave || last) {
        refusal->ended = 1;
    }

    ngx_http_patron_response_post(st);

    if (leave && !last) {
        return NGX_AGAIN;
    }

    for (cl = in; cl; cl = cl->next) {
        ngx_http_patron_chain_consume(cl->buf);
    }

    return NGX_OK;
}


ngx_int_t
ngx_http_patron_response_break_off(ngx_http_request_t *r)
{
    struct linger      linger;
    ngx_connection_t  *c;

    c = r->connection;

    if (ngx_http_patron_response_ends_by_close(r)) {
        linger.l_onoff = 1;
        linger.l_linger = 0;

        if (setsockopt(c->fd, SOL_SOCKET, SO_LINGER,
                       (const void *) &linger, sizeof(struct linger))
            == -1)
        {
            ngx_log_error(NGX_LOG_ERR, c->log, ngx_socket_errno,
                          "setsockopt(SO_LINGER) failed");
        }
    }

    r->keepalive = 0;
    c->error = 1;

    return NGX_ERROR;
}


/*
 * Has nginx taken the code?  Then it has set a status, or redirected, which
 * forgets contexts: what comes stands in the place of the refusal.
 */

static ngx_uint_t
ngx_http_patron_response_taken(ngx_http_request_t *r,
    ngx_http_patron_state_t *st)
{
    return r->err_status != 0
           || st->redirected
           || ngx_http_get_module_ctx(r, ngx_http_patron_module) == NULL;
}


/* Is an upstream still at work for this request? */

static ngx_uint_t
ngx_http_patron_response_upstream(ngx_http_request_t *r)
{
    return r->upstream != NULL && r->upstream->cleanup != NULL;
}


static void
ngx_http_patron_response_post(ngx_http_patron_state_t *st)
{
    ngx_event_t  *ev;

    ev = &st->refusal->event;

    if (!ev->posted) {
        ngx_post_event(ev, &ngx_posted_events);
    }
}


static void
ngx_http_patron_response_handler(ngx_event_t *ev)
{
    ngx_int_t                   code;
    ngx_connection_t           *c;
    ngx_http_request_t         *r;
    ngx_http_patron_state_t    *st;
    ngx_http_patron_refusal_t  *refusal;

    refusal = ev->data;
    st = refusal->state;
    r = st->request;
    c = r->connection;

    ngx_http_set_log_request(c->log, r);

    if (st->response != NGX_HTTP_PATRON_RESPONSE_REFUSED
        || ngx_http_patron_response_taken(r, st))
    {
        return;
    }

    if (r->aio || r->blocked) {
        /* a thread reads for it: its end comes by here again */
        return;
    }

    if (ngx_http_patron_response_upstream(r)) {

        /* it takes its reference with it, and the request is to stay */

        r->main->count++;
        (*r->upstream->cleanup)(r);

    } else if (!refusal->ended
               && r->content_handler != NULL
               && r->http_state != NGX_HTTP_WRITING_REQUEST_STATE)
    {
        /* not one of nginx's own, and it has more to do */

        if (r->method == NGX_HTTP_HEAD) {
            ngx_add_timer(ev, NGX_HTTP_PATRON_HEAD_AGAIN);
        }

        return;
    }

    code = refusal->code;

    ngx_http_patron_response_forget(r);
    ngx_http_patron_response_replace(r, st);

    if (refusal->plain) {
        r->error_page = 1;
    }

    ngx_http_finalize_request(r, code);
    ngx_http_run_posted_requests(c);
}


/*
 * What the original has left in the request, as ngx_http_filter_finalize_
 * request() does away with it; contexts of filters, bits that hold it.
 */

static void
ngx_http_patron_response_forget(ngx_http_request_t *r)
{
    void  *ctx;

    ngx_memzero(&r->headers_out.status,
                sizeof(ngx_http_headers_out_t)
                - offsetof(ngx_http_headers_out_t, status));

    r->headers_out.headers.part.nelts = 0;
    r->headers_out.headers.part.next = NULL;
    r->headers_out.headers.last = &r->headers_out.headers.part;

    r->headers_out.trailers.part.nelts = 0;
    r->headers_out.trailers.part.next = NULL;
    r->headers_out.trailers.last = &r->headers_out.trailers.part;

    r->headers_out.content_length_n = -1;
    r->headers_out.last_modified_time = -1;

    ctx = r->ctx[ngx_http_patron_module.ctx_index];
    ngx_memzero(r->ctx, sizeof(void *) * ngx_http_max_module);
    r->ctx[ngx_http_patron_module.ctx_index] = ctx;

    r->filter_need_in_memory = 0;
    r->filter_need_temporary = 0;
    r->allow_ranges = 0;
    r->single_range = 0;
    r->header_only = 0;

    r->buffered &= NGX_HTTP_PATRON_BUFFERED;
    r->connection->buffered &= ~NGX_HTTP_GZIP_BUFFERED;
}


static void
ngx_http_patron_response_replace(ngx_http_request_t *r,
    ngx_http_patron_state_t *st)
{
    ngx_http_patron_response_cleanup(st->refusal);

    r->buffered &= ~NGX_HTTP_PATRON_BUFFERED;

    st->response = NGX_HTTP_PATRON_RESPONSE_NONE;
    st->replaced = 1;
}


static void
ngx_http_patron_response_cleanup(void *data)
{
    ngx_http_patron_refusal_t  *refusal = data;

    if (refusal->event.timer_set) {
        ngx_del_timer(&refusal->event);
    }

    if (refusal->event.posted) {
        ngx_delete_posted_event(&refusal->event);
    }
}
