
/*
 * See the header.  A wall that cannot be had refuses the page while its
 * headers wait, and breaks it off after: what comes may be another match.
 */


#include "ngx_http_patron_page_ahead.h"
#include "ngx_http_patron_page_edit.h"
#include "ngx_http_patron_page_feed.h"
#include "ngx_http_patron_page_items.h"
#include "ngx_http_patron_page_leak.h"
#include "ngx_http_patron_page_places.h"
#include "ngx_http_patron_page_probe.h"
#include "ngx_http_patron_page_replay.h"
#include "ngx_http_patron_response.h"
#include "ngx_http_patron_wall.h"


static ngx_uint_t ngx_http_patron_page_broke_off(ngx_http_patron_page_t *page,
    ngx_buf_t *b);
static ngx_int_t ngx_http_patron_page_buf(ngx_http_patron_page_t *page,
    ngx_buf_t *b);
static ngx_int_t ngx_http_patron_page_settle(ngx_http_patron_page_t *page);
static ngx_int_t ngx_http_patron_page_found(ngx_http_patron_page_t *page);
static ngx_int_t ngx_http_patron_page_settle_items(
    ngx_http_patron_page_t *page);
static void ngx_http_patron_page_break_off(ngx_http_patron_page_t *page,
    const char *why);
static ngx_int_t ngx_http_patron_page_acquit(ngx_http_patron_page_t *page);


static ngx_http_output_header_filter_pt  ngx_http_patron_next_header;


void
ngx_http_patron_page_feed_init(ngx_http_output_header_filter_pt next)
{
    ngx_http_patron_next_header = next;
}


ngx_int_t
ngx_http_patron_page_feed(ngx_http_patron_page_t *page, ngx_chain_t *in)
{
    ngx_int_t     rc;
    ngx_chain_t  *cl;

    for (cl = in; cl; cl = cl->next) {

        if (page->waiting && ngx_http_patron_page_broke_off(page, cl->buf)) {
            page->broken = 1;
            page->drop = 1;
        }

        if ((page->probing || page->holding)
            && ngx_http_patron_page_broke_off(page, cl->buf))
        {
            /* there is still a status to give */

            rc = ngx_http_patron_response_refuse_body(page->request,
                                   ngx_http_patron_state(page->request),
                                   NGX_HTTP_BAD_GATEWAY, 1);

            return rc == NGX_OK ? NGX_DONE : rc;
        }

        if (page->drop) {
            rc = ngx_http_patron_chain_drop(&page->chain, cl->buf,
                                     page->request != page->request->main);

        } else if (page->probing) {
            rc = ngx_http_patron_page_probe(page, cl->buf);

        } else if (page->bypass && !page->holding && !page->waiting) {
            /* the rest of this chain, as it came */
            ngx_http_patron_page_leak_feed(page, cl->buf);
            rc = ngx_http_patron_chain_append(&page->chain, cl);

        } else if (page->replaying) {
            rc = page->items
                 ? ngx_http_patron_items_replay_buf(page, cl->buf)
                 : ngx_http_patron_page_replay_buf(page, cl->buf);

        } else {
            rc = ngx_http_patron_page_buf(page, cl->buf);
        }

        if (rc != NGX_OK) {
            return rc;
        }
    }

    return NGX_OK;
}


/*
 * The length that the response had is no longer said to the reader, and FastCGI
 * and its like may end early without an error of the upstream.
 */

ngx_int_t
ngx_http_patron_page_fell_short(ngx_http_patron_page_t *page)
{
    ngx_int_t            rc;
    ngx_http_request_t  *r;

    r = page->request;

    ngx_log_error(NGX_LOG_ERR, r->connection->log, 0,
                  "patron: the response ended after %O of %O bytes",
                  page->received, page->promised);

    if (!page->probing && !page->holding) {
        page->broken = 1;
        page->drop = 1;

        return NGX_OK;
    }

    rc = ngx_http_patron_response_refuse_body(r, ngx_http_patron_state(r),
                                              NGX_HTTP_BAD_GATEWAY, 1);

    return rc == NGX_OK ? NGX_DONE : rc;
}


/*
 * Has the upstream failed in the middle of its response?  nginx then tells the
 * filters to flush, once it has let go of the upstream, and ends the connection
 * without a last buffer.
 */

static ngx_uint_t
ngx_http_patron_page_broke_off(ngx_http_patron_page_t *page, ngx_buf_t *b)
{
    ngx_http_upstream_t  *u;

    u = page->request->upstream;

    return u != NULL && u->cleanup == NULL && u->header_sent
           && page->request == page->request->main
           && b->flush && !b->last_buf && ngx_buf_special(b);
}


ngx_uint_t
ngx_http_patron_page_is_lost(ngx_http_patron_page_t *page, ngx_chain_t *in)
{
    ngx_chain_t  *cl;

    for (cl = in; cl; cl = cl->next) {
        if (ngx_http_patron_page_broke_off(page, cl->buf)) {
            return 1;
        }
    }

    return 0;
}


static ngx_int_t
ngx_http_patron_page_buf(ngx_http_patron_page_t *page, ngx_buf_t *b)
{
    ngx_int_t   rc;
    ngx_uint_t  held;

    held = page->holding || page->waiting;

    ngx_http_patron_chain_from(&page->chain, b);

    rc = page->items ? ngx_http_patron_items_bytes(page, b)
                     : ngx_http_patron_page_bytes(page, b);

    if (rc != NGX_OK) {
        return NGX_ERROR;
    }

    if (page->walled) {
        rc = page->items ? ngx_http_patron_page_settle_items(page)
                         : ngx_http_patron_page_settle(page);

        if (rc != NGX_OK) {
            return rc;
        }
    }

    if (page->broken) {
        return ngx_http_patron_chain_drop(&page->chain, b, 0);
    }

    return held ? ngx_http_patron_chain_end_copied(&page->chain)
                : ngx_http_patron_chain_end(&page->chain);
}


/* Has the wall found its place, or will it never? */

static ngx_int_t
ngx_http_patron_page_settle(ngx_http_patron_page_t *page)
{
    const char  *why;

    why = page->binary ? "it is no text" : patron_edit_gave_up(page->edit);

    if (!page->holding && !page->waiting) {

        if (why != NULL) {
            ngx_http_patron_page_break_off(page, why);
        }

        return NGX_OK;
    }

    if (why == NULL && (patron_edit_matched(page->edit) & page->cut_bit)) {
        return page->suspect ? ngx_http_patron_page_acquit(page)
                             : ngx_http_patron_page_found(page);
    }

    if (why != NULL) {
        ngx_http_patron_page_unread(page, why);

    } else if (page->bypass) {
        why = "no element matches patron_wall";
        ngx_http_patron_page_wall_missed(page, 0);

    } else if (page->held > page->plcf->wall_buffer) {
        ngx_http_patron_page_wall_missed(page, 1);
        why = "no element matches patron_wall within patron_wall_buffer";
    }

    if (why == NULL) {
        return NGX_OK;
    }

    ngx_http_patron_page_ahead_forget(page);

    if (page->holding) {
        return ngx_http_patron_page_refuse(page, why);
    }

    /* its headers have gone: of what was kept no more is sent */

    ngx_http_patron_wall_refused(page->request,
                                 ngx_http_patron_state(page->request), why);
    page->broken = 1;
    page->drop = 1;

    return NGX_OK;
}


/* The wall has its place: what waited for that goes out. */

static ngx_int_t
ngx_http_patron_page_found(ngx_http_patron_page_t *page)
{
    ngx_http_patron_page_wall_found(page);
    ngx_http_patron_chain_let_go(&page->chain);
    page->ahead = 0;

    if (page->waiting) {
        page->waiting = 0;
        return NGX_OK;
    }

    return ngx_http_patron_page_release(page);
}


/* The same for a feed: its first item goes out, or all of it is read. */

static ngx_int_t
ngx_http_patron_page_settle_items(ngx_http_patron_page_t *page)
{
    ngx_int_t    rc;
    const char  *why;

    rc = ngx_http_patron_items_settled(page, &why);

    if (rc == NGX_AGAIN) {
        return NGX_OK;
    }

    if (rc == NGX_OK) {
        return page->holding ? ngx_http_patron_page_release(page) : NGX_OK;
    }

    if (page->holding) {
        return ngx_http_patron_page_refuse(page, why);
    }

    ngx_http_patron_page_break_off(page, why);

    return NGX_OK;
}


static void
ngx_http_patron_page_break_off(ngx_http_patron_page_t *page, const char *why)
{
    ngx_http_patron_page_unread(page, why);

    page->broken = 1;
    page->drop = 1;
}


/* It was found to leak before: it goes out when it no longer does. */

static ngx_int_t
ngx_http_patron_page_acquit(ngx_http_patron_page_t *page)
{
    if (!page->ended && page->held <= page->plcf->wall_buffer) {
        return NGX_OK;
    }

    if (!page->ended || ngx_http_patron_page_leak_find(page) != NGX_OK) {
        return ngx_http_patron_page_refuse(page, "its text stands elsewhere "
                                           "in it");
    }

    return ngx_http_patron_page_found(page);
}


ngx_int_t
ngx_http_patron_page_refuse(ngx_http_patron_page_t *page, const char *why)
{
    ngx_int_t                 rc;
    ngx_http_request_t       *r;
    ngx_http_patron_state_t  *st;

    r = page->request;
    st = ngx_http_patron_state(r);

    ngx_http_patron_wall_refused(r, st, why);

    rc = ngx_http_patron_response_refuse_body(r, st, page->plcf->wall_code, 0);

    return rc == NGX_OK ? NGX_DONE : rc;
}


ngx_int_t
ngx_http_patron_page_refuse_prefetch(ngx_http_patron_page_t *page)
{
    ngx_int_t                 rc;
    ngx_http_request_t       *r;
    ngx_http_patron_state_t  *st;

    r = page->request;
    st = ngx_http_patron_state(r);

    st->bare = 1;

    rc = ngx_http_patron_response_refuse_body(r, st,
                                              NGX_HTTP_SERVICE_UNAVAILABLE, 0);

    return rc == NGX_OK ? NGX_DONE : rc;
}


ngx_int_t
ngx_http_patron_page_release(ngx_http_patron_page_t *page)
{
    ngx_int_t                 rc;
    ngx_http_request_t       *r;
    ngx_http_patron_state_t  *st;

    page->holding = 0;

    r = page->request;

    if (r != r->main) {
        return NGX_OK;
    }

    st = ngx_http_patron_state(r);
    st->response = NGX_HTTP_PATRON_RESPONSE_PASSING;

    rc = ngx_http_patron_next_header(r);

    if (rc == NGX_ERROR) {
        return NGX_ERROR;
    }

    if (rc > NGX_OK) {
        /* a filter after ours will not have it */

        rc = ngx_http_patron_response_refuse_body(r, st, rc, 0);
        return rc == NGX_OK ? NGX_DONE : rc;
    }

    if (r->header_only) {
        page->drop = 1;
        ngx_http_patron_chain_init(&page->chain, r->pool);
    }

    return NGX_OK;
}
