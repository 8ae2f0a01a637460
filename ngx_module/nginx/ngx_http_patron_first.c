
/*
 * The filters before all others, where there are walls.  A filter ahead of our
 * usual ones that cannot go on, as gunzip with what it cannot decode, tells only
 * who called it.  And one may keep the response of a subrequest for itself, as
 * Lua's does for ngx.location.capture(): what its reader may not see is taken
 * away before.
 */


#include "ngx_http_patron_chain.h"
#include "ngx_http_patron_conf.h"
#include "ngx_http_patron_first.h"
#include "ngx_http_patron_page.h"
#include "ngx_http_patron_page_feed.h"
#include "ngx_http_patron_page_included.h"
#include "ngx_http_patron_response.h"
#include "ngx_http_patron_revalidate.h"
#include "ngx_http_patron_state.h"


#define NGX_HTTP_PATRON_CAPTURED_SIZE  32768    /* of a buffer for a file */


static ngx_int_t ngx_http_patron_first_header_filter(ngx_http_request_t *r);
static ngx_int_t ngx_http_patron_captured_header(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf);
static ngx_output_chain_ctx_t *ngx_http_patron_captured_chain(
    ngx_http_request_t *r);
static ngx_int_t ngx_http_patron_first_body_filter(ngx_http_request_t *r,
    ngx_chain_t *in);
static ngx_int_t ngx_http_patron_captured_body(void *data, ngx_chain_t *in);
static ngx_int_t ngx_http_patron_body_failed(ngx_http_request_t *r,
    ngx_chain_t *in);


static ngx_http_output_header_filter_pt  ngx_http_patron_second_header_filter;
static ngx_http_output_body_filter_pt    ngx_http_patron_second_body_filter;
static ngx_http_output_body_filter_pt    ngx_http_patron_own_next;


/* The last subrequest whose headers came by our usual filter. */

static ngx_http_request_t  *ngx_http_patron_seen;


void
ngx_http_patron_first_init_process(ngx_http_output_body_filter_pt next)
{
    ngx_http_patron_own_next = next;

    ngx_http_patron_second_header_filter = ngx_http_top_header_filter;
    ngx_http_top_header_filter = ngx_http_patron_first_header_filter;

    ngx_http_patron_second_body_filter = ngx_http_top_body_filter;
    ngx_http_top_body_filter = ngx_http_patron_first_body_filter;
}


void
ngx_http_patron_first_saw(ngx_http_request_t *r)
{
    ngx_http_patron_seen = r;
}


static ngx_int_t
ngx_http_patron_first_header_filter(ngx_http_request_t *r)
{
    ngx_int_t                    rc;
    ngx_http_patron_loc_conf_t  *plcf;

    if (r == r->main) {
        return ngx_http_patron_second_header_filter(r);
    }

    ngx_http_patron_seen = NULL;

    rc = ngx_http_patron_second_header_filter(r);

    if (rc != NGX_OK || ngx_http_patron_seen == r) {
        return rc;
    }

    plcf = ngx_http_get_module_loc_conf(r, ngx_http_patron_module);

    return (plcf->enable && plcf->walled)
           ? ngx_http_patron_captured_header(r, plcf) : NGX_OK;
}


static ngx_int_t
ngx_http_patron_captured_header(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf)
{
    ngx_int_t                 rc;
    patron_level_t           *stated;
    ngx_http_patron_page_t   *page;
    ngx_http_patron_state_t  *st;

    st = ngx_http_patron_state(r);
    stated = NULL;

    if (st != NULL
        && st->revalidations != NULL
        && ngx_http_patron_revalidate_header(r, plcf, st, &stated) != NGX_OK)
    {
        return NGX_ERROR;
    }

    rc = ngx_http_patron_page_included(r, plcf, stated, &page);

    if (rc == NGX_OK || rc == NGX_ERROR) {
        return rc;
    }

    if (rc == NGX_DECLINED) {
        page = ngx_http_patron_page_included_create(r, plcf);
        if (page == NULL) {
            return NGX_ERROR;
        }

        page->probing = 0;
        page->drop = 1;
    }

    page->captured = ngx_http_patron_captured_chain(r);

    if (page->captured == NULL) {
        return NGX_ERROR;
    }

    ngx_http_set_ctx(r, page, ngx_http_patron_module);

    return NGX_OK;
}


/* What is in files is read: this stands before what usually does so. */

static ngx_output_chain_ctx_t *
ngx_http_patron_captured_chain(ngx_http_request_t *r)
{
    ngx_output_chain_ctx_t    *ctx;
    ngx_http_core_loc_conf_t  *clcf;

    ctx = ngx_pcalloc(r->pool, sizeof(ngx_output_chain_ctx_t));
    if (ctx == NULL) {
        return NULL;
    }

    clcf = ngx_http_get_module_loc_conf(r, ngx_http_core_module);

    ctx->alignment = clcf->directio_alignment;
    ctx->need_in_memory = 1;

    ctx->pool = r->pool;
    ctx->bufs.num = 1;
    ctx->bufs.size = NGX_HTTP_PATRON_CAPTURED_SIZE;
    ctx->tag = (ngx_buf_tag_t) &ngx_http_patron_module;

    ctx->output_filter = ngx_http_patron_captured_body;
    ctx->filter_ctx = r;

    return ctx;
}


static ngx_int_t
ngx_http_patron_captured_body(void *data, ngx_chain_t *in)
{
    ngx_int_t                rc;
    ngx_chain_t             *out;
    ngx_http_request_t      *r = data;
    ngx_http_patron_page_t  *page;

    page = ngx_http_get_module_ctx(r, ngx_http_patron_module);

    if (ngx_http_patron_page_feed(page, in) != NGX_OK) {
        return NGX_ERROR;
    }

    out = ngx_http_patron_chain_take(&page->chain);

    if (out == NULL && in != NULL && page->chain.busy == NULL) {
        return NGX_OK;
    }

    rc = ngx_http_patron_second_body_filter(r, out);

    ngx_http_patron_chain_sent(&page->chain, 1);

    return rc;
}


static ngx_int_t
ngx_http_patron_first_body_filter(ngx_http_request_t *r, ngx_chain_t *in)
{
    ngx_int_t                rc;
    ngx_http_patron_page_t  *page;

    if (r != r->main) {
        page = ngx_http_get_module_ctx(r, ngx_http_patron_module);

        return (page != NULL && page->captured != NULL)
               ? ngx_output_chain(page->captured, in)
               : ngx_http_patron_second_body_filter(r, in);
    }

    rc = ngx_http_patron_second_body_filter(r, in);

    return (rc == NGX_ERROR) ? ngx_http_patron_body_failed(r, in) : rc;
}


/* Of a page that is held nothing has been sent.  Any other is broken off. */

__attribute__((noinline)) static ngx_int_t
ngx_http_patron_body_failed(ngx_http_request_t *r, ngx_chain_t *in)
{
    ngx_int_t                 rc;
    ngx_uint_t                last;
    ngx_buf_t                *b;
    ngx_chain_t              *cl, out;
    ngx_http_patron_state_t  *st;

    st = ngx_http_get_module_ctx(r, ngx_http_patron_module);

    if (st == NULL || r->connection->error) {
        return NGX_ERROR;
    }

    if (st->response != NGX_HTTP_PATRON_RESPONSE_HELD) {

        /* what was passed on may wait for more of it */

        b = st->writable ? ngx_calloc_buf(r->pool) : NULL;

        if (b != NULL) {
            b->flush = 1;
            out.buf = b;
            out.next = NULL;

            (void) ngx_http_patron_own_next(r, &out);
        }

        return ngx_http_patron_response_break_off(r);
    }

    ngx_log_error(NGX_LOG_ERR, r->connection->log, 0,
                  "patron: page refused: its body cannot be decoded");

    /* the buffers may still be those of a filter between */

    last = 0;

    for (cl = in; cl; cl = cl->next) {
        last |= cl->buf->last_buf;
    }

    rc = ngx_http_patron_response_refuse_body(r, st, NGX_HTTP_BAD_GATEWAY,
                                              last);

    return rc == NGX_OK ? ngx_http_patron_response_swallow(r, st, NULL) : rc;
}
