
/*
 * The filters.  Each asks first where the response stands; then the header
 * filter has it decided what it becomes, and the body filter hands chains to
 * the page and passes on what it makes of them.
 */


#include "ngx_http_patron_conditional.h"
#include "ngx_http_patron_conf.h"
#include "ngx_http_patron_crawler_credit.h"
#include "ngx_http_patron_crawler_terms.h"
#include "ngx_http_patron_device.h"
#include "ngx_http_patron_feed_link.h"
#include "ngx_http_patron_filter.h"
#include "ngx_http_patron_first.h"
#include "ngx_http_patron_gift.h"
#include "ngx_http_patron_grant.h"
#include "ngx_http_patron_headers.h"
#include "ngx_http_patron_kept.h"
#include "ngx_http_patron_media.h"
#include "ngx_http_patron_meter.h"
#include "ngx_http_patron_page.h"
#include "ngx_http_patron_page_ahead.h"
#include "ngx_http_patron_page_decide.h"
#include "ngx_http_patron_page_dry.h"
#include "ngx_http_patron_page_feed.h"
#include "ngx_http_patron_page_included.h"
#include "ngx_http_patron_page_leak.h"
#include "ngx_http_patron_page_replay.h"
#include "ngx_http_patron_page_told.h"
#include "ngx_http_patron_quiet.h"
#include "ngx_http_patron_read.h"
#include "ngx_http_patron_renew.h"
#include "ngx_http_patron_response.h"
#include "ngx_http_patron_revalidate.h"
#include "ngx_http_patron_say.h"
#include "ngx_http_patron_wall.h"
#include "ngx_http_patron_zone.h"
#include "ngx_http_patron_zone_plans.h"


static ngx_int_t ngx_http_patron_header_filter(ngx_http_request_t *r);
static ngx_int_t ngx_http_patron_header(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf);
static void ngx_http_patron_leave(ngx_http_request_t *r,
    ngx_http_patron_state_t *st);
static ngx_int_t ngx_http_patron_bare_header(ngx_http_request_t *r,
    ngx_http_patron_state_t *st);
static ngx_int_t ngx_http_patron_unedited_header(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf, ngx_http_patron_state_t *st);
static ngx_int_t ngx_http_patron_main_header(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf);
static ngx_int_t ngx_http_patron_own_header(ngx_http_request_t *r,
    ngx_http_patron_state_t *st);
static ngx_int_t ngx_http_patron_subrequest_header(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf, patron_level_t *stated);
static ngx_int_t ngx_http_patron_body_filter(ngx_http_request_t *r,
    ngx_chain_t *in);
static ngx_int_t ngx_http_patron_body(ngx_http_request_t *r,
    ngx_http_patron_state_t *st, ngx_chain_t *in);
static ngx_int_t ngx_http_patron_no_body(ngx_http_request_t *r,
    ngx_http_patron_state_t *st, ngx_chain_t *in);
static ngx_int_t ngx_http_patron_checked_body(ngx_http_request_t *r,
    ngx_http_patron_state_t *st, ngx_chain_t *in, ngx_uint_t last);
static ngx_int_t ngx_http_patron_edited_body(ngx_http_request_t *r,
    ngx_http_patron_state_t *st, ngx_chain_t *in);
static ngx_int_t ngx_http_patron_subrequest_body(ngx_http_request_t *r,
    ngx_http_patron_page_t *page, ngx_chain_t *in);
static ngx_int_t ngx_http_patron_leave_out(ngx_http_request_t *r,
    ngx_http_patron_state_t *st, ngx_chain_t *in);
static ngx_int_t ngx_http_patron_said(ngx_http_request_t *r,
    ngx_http_patron_state_t *st, ngx_chain_t *in);
static ngx_inline ngx_int_t ngx_http_patron_send_body(ngx_http_request_t *r,
    ngx_http_patron_state_t *st, ngx_chain_t *out);
static ngx_inline ngx_int_t ngx_http_patron_write(ngx_http_request_t *r,
    ngx_http_patron_state_t *st, ngx_chain_t *out);
static ngx_inline void ngx_http_patron_body_sent(ngx_http_patron_page_t *page);


static ngx_http_output_header_filter_pt  ngx_http_next_header_filter;
static ngx_http_output_body_filter_pt    ngx_http_next_body_filter;


/*
 * A subrequest's context is the page that it is, where its head is read; this
 * one where its body is left out.
 */

static ngx_http_patron_page_t  ngx_http_patron_left_out;


/* What is not ours costs next to nothing: the rest is a function of its own. */

static ngx_int_t
ngx_http_patron_header_filter(ngx_http_request_t *r)
{
    ngx_http_patron_loc_conf_t  *plcf;

    plcf = ngx_http_get_module_loc_conf(r, ngx_http_patron_module);

    if (!plcf->enable
        && plcf->grant_header.len == 0
        && plcf->appeals_header.len == 0
        && !plcf->own.answers
        && !r->internal
        && ngx_http_get_module_ctx(r, ngx_http_patron_module) == NULL)
    {
        return ngx_http_next_header_filter(r);
    }

    return ngx_http_patron_header(r, plcf);
}


/* Where this fails a handler may go on all the same, as Lua's does. */

__attribute__((noinline)) static ngx_int_t
ngx_http_patron_header(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf)
{
    ngx_int_t                 rc;
    ngx_http_patron_state_t  *st;

    rc = ngx_http_patron_main_header(r, plcf);

    if (rc != NGX_ERROR) {
        return rc;
    }

    if (r != r->main) {
        ngx_http_set_ctx(r, &ngx_http_patron_left_out, ngx_http_patron_module);
        return NGX_ERROR;
    }

    st = ngx_http_patron_state(r);

    if (st == NULL) {
        return plcf->enable ? ngx_http_patron_response_break_off(r)
                            : NGX_ERROR;
    }

    if (st->response != NGX_HTTP_PATRON_RESPONSE_REFUSED) {
        st->page = NULL;
        st->response = NGX_HTTP_PATRON_RESPONSE_EMPTIED;
    }

    return NGX_ERROR;
}


static ngx_int_t
ngx_http_patron_main_header(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf)
{
    ngx_int_t                 rc;
    patron_level_t           *stated;
    ngx_http_patron_state_t  *st;

    if (plcf->grant_header.len && ngx_http_patron_grant(r, plcf) != NGX_OK) {
        return NGX_ERROR;
    }

    st = ngx_http_patron_state(r);
    stated = NULL;

    if (plcf->appeals_header.len && !plcf->enable
        && ngx_http_patron_quiet_header(r, plcf, NULL) != NGX_OK)
    {
        return NGX_ERROR;
    }

    if (st != NULL
        && st->revalidations != NULL
        && ngx_http_patron_revalidate_header(r, plcf, st, &stated) != NGX_OK)
    {
        return NGX_ERROR;
    }

    if (r != r->main) {
        return ngx_http_patron_subrequest_header(r, plcf, stated);
    }

    /* where another module's "allow" went before us, a guest */

    if (st == NULL && plcf->enable) {
        st = ngx_http_patron_state_create(r);

        if (st == NULL) {
            return NGX_ERROR;
        }
    }

    if (plcf->appeals_header.len && plcf->enable
        && ngx_http_patron_quiet_header(r, plcf, st) != NGX_OK)
    {
        return NGX_ERROR;
    }

    if (st == NULL) {
        return plcf->own.answers ? ngx_http_patron_own_header(r, NULL)
                         : ngx_http_next_header_filter(r);
    }

    if (ngx_http_patron_wall_left(r, plcf, st) != NGX_OK) {
        return NGX_ERROR;
    }

    rc = ngx_http_patron_response_begin(r, st);

    if (rc != NGX_OK) {
        return rc == NGX_AGAIN ? NGX_OK : rc;
    }

    ngx_http_patron_give_back(r, st);
    st->page = NULL;

    if (st->bare) {
        return ngx_http_patron_bare_header(r, st);
    }

    if (plcf->enable
        && (ngx_http_patron_gift_header(r, plcf, st) != NGX_OK
            || ngx_http_patron_feed_link_header(r, st) != NGX_OK
            || (st->device != NULL
                && ngx_http_patron_device_header(r, plcf, st) != NGX_OK)
            || (st->inquiry != NULL
                && ngx_http_patron_renew(r, plcf, st) != NGX_OK)))
    {
        return NGX_ERROR;
    }

    if (plcf->own.answers || st->explained) {
        return ngx_http_patron_own_header(r, st);
    }

    if (plcf->terms != NULL && plcf->enable
        && ngx_http_patron_crawler_usage(r, plcf, st) != NGX_OK)
    {
        return NGX_ERROR;
    }

    if ((!plcf->enable || plcf->rules == NULL)
        && !st->replaced
        && !ngx_http_patron_wall_applies(plcf, st))
    {
        st->response = NGX_HTTP_PATRON_RESPONSE_PASSING;

        if (plcf->enable && plcf->read != NULL
            && ngx_http_patron_unedited_header(r, plcf, st) != NGX_OK)
        {
            return NGX_ERROR;
        }

        ngx_http_patron_leave(r, st);

        return ngx_http_next_header_filter(r);
    }

    rc = ngx_http_patron_page_decide(r, plcf, st);

    if (rc == NGX_OK) {
        ngx_http_patron_leave(r, st);

        return ngx_http_next_header_filter(r);
    }

    return rc == NGX_AGAIN ? NGX_OK : rc;
}


/* A body of which nothing is asked, or counted, is no business of ours.  Where
   there are walls it is told how far it could be written. */

static void
ngx_http_patron_leave(ngx_http_request_t *r, ngx_http_patron_state_t *st)
{
    ngx_http_patron_main_conf_t  *pmcf;

    pmcf = ngx_http_get_module_main_conf(r, ngx_http_patron_module);

    if (st->response == NGX_HTTP_PATRON_RESPONSE_PASSING
        && st->page == NULL
        && st->meter == NULL
        && st->crawl == NULL
        && !pmcf->walled
        && r->method != NGX_HTTP_HEAD)
    {
        st->response = NGX_HTTP_PATRON_RESPONSE_LEFT;
    }
}


/* A prefetch that was refused: the status is all there is to say.  Of other
   refusals there is more. */

static ngx_int_t
ngx_http_patron_bare_header(ngx_http_request_t *r, ngx_http_patron_state_t *st)
{
    st->response = NGX_HTTP_PATRON_RESPONSE_EMPTIED;

    ngx_http_clear_content_length(r);
    r->headers_out.content_length_n = 0;

    ngx_str_null(&r->headers_out.content_type);
    r->headers_out.content_type_len = 0;
    r->headers_out.content_type_lowcase = NULL;

    if (st->said != NULL) {
        st->response = NGX_HTTP_PATRON_RESPONSE_SAID;

        if (ngx_http_patron_said_headers(r, st->said) != NGX_OK) {
            return NGX_ERROR;
        }
    }

    if (ngx_http_patron_private(r) != NGX_OK) {
        return NGX_ERROR;
    }

    return ngx_http_next_header_filter(r);
}


/* Where nothing is put in: an article counts as one all the same. */

static ngx_int_t
ngx_http_patron_unedited_header(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf, ngx_http_patron_state_t *st)
{
    if (r->headers_out.status != NGX_HTTP_OK
        || !ngx_http_patron_is_page(r, plcf))
    {
        return NGX_OK;
    }

    if (ngx_http_patron_read_page(r, plcf, st) != NGX_OK) {
        return NGX_ERROR;
    }

    return st->personal ? ngx_http_patron_private(r) : NGX_OK;
}


/*
 * An answer of the module's own handlers holds nothing of the site's: no level
 * is asked, no banner put in, and nobody keeps it, whatever "expires" says.
 */

static ngx_int_t
ngx_http_patron_own_header(ngx_http_request_t *r, ngx_http_patron_state_t *st)
{
    if (st != NULL) {
        st->response = NGX_HTTP_PATRON_RESPONSE_PASSING;
    }

    if (ngx_http_patron_private(r) != NGX_OK) {
        return NGX_ERROR;
    }

    return ngx_http_next_header_filter(r);
}


static ngx_int_t
ngx_http_patron_subrequest_header(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf, patron_level_t *stated)
{
    ngx_http_patron_page_t  *page;

    ngx_http_patron_first_saw(r);

    if (!plcf->enable || !plcf->walled) {
        return ngx_http_next_header_filter(r);
    }

    switch (ngx_http_patron_page_included(r, plcf, stated, &page)) {

    case NGX_OK:
        break;

    case NGX_AGAIN:
        ngx_http_set_ctx(r, page, ngx_http_patron_module);
        break;

    case NGX_DECLINED:
        ngx_http_set_ctx(r, &ngx_http_patron_left_out, ngx_http_patron_module);
        break;

    default:
        return NGX_ERROR;
    }

    return ngx_http_next_header_filter(r);
}


static ngx_int_t
ngx_http_patron_body_filter(ngx_http_request_t *r, ngx_chain_t *in)
{
    void                     *ctx;
    ngx_http_patron_state_t  *st;

    ctx = ngx_http_get_module_ctx(r, ngx_http_patron_module);

    if (ctx == NULL) {
        return ngx_http_next_body_filter(r, in);
    }

    if (r != r->main) {
        return ngx_http_patron_subrequest_body(r, ctx, in);
    }

    st = ctx;

    if (st->response == NGX_HTTP_PATRON_RESPONSE_LEFT) {
        return ngx_http_next_body_filter(r, in);
    }

    return ngx_http_patron_body(r, st, in);
}


__attribute__((noinline)) static ngx_int_t
ngx_http_patron_body(ngx_http_request_t *r, ngx_http_patron_state_t *st,
    ngx_chain_t *in)
{
    off_t                    size;
    ngx_int_t                rc;
    ngx_uint_t               last, both, lost;
    ngx_http_patron_page_t  *page;

    if (st->response >= NGX_HTTP_PATRON_RESPONSE_EMPTIED) {
        return ngx_http_patron_no_body(r, st, in);
    }

    page = st->page;

    if (page == NULL) {

        /* some handlers send a body for HEAD, too: no wall stands in it */

        return r->method == NGX_HTTP_HEAD
               ? ngx_http_patron_leave_out(r, st, in)
               : ngx_http_patron_send_body(r, st, in);
    }

    if (page->dry) {
        ngx_http_patron_dry_body(page, in);
        return ngx_http_patron_send_body(r, st, in);
    }

    if (page->guarded && in != NULL) {
        ngx_http_patron_page_guard(page);
    }

    size = ngx_http_patron_chain_size(in, &last, &both);
    page->received += size;

    if (last && page->received < page->promised) {
        rc = ngx_http_patron_page_fell_short(page);

        if (rc == NGX_DONE) {
            return ngx_http_patron_response_swallow(r, st, in);
        }

        if (rc != NGX_OK) {
            return NGX_ERROR;
        }
    }

    lost = ngx_http_patron_response_ends_by_close(r)
           && ngx_http_patron_page_is_lost(page, in);

    if (page->leak != NULL) {
        rc = ngx_http_patron_checked_body(r, st, in, last);

    } else if (page->drop || page->waiting
               || (!page->bypass
                   && (last || !ngx_http_patron_page_skip(page, size))))
    {
        rc = ngx_http_patron_edited_body(r, st, in);

    } else {
        if (both) {
            ngx_http_patron_chain_to_memory(in);
        }

        rc = ngx_http_patron_send_body(r, st, in);

        ngx_http_patron_body_sent(page);
    }

    return (lost && st->page == page) ? ngx_http_patron_response_break_off(r)
                                      : rc;
}


/* From EMPTIED on no byte of the original goes out. */

__attribute__((noinline)) static ngx_int_t
ngx_http_patron_no_body(ngx_http_request_t *r, ngx_http_patron_state_t *st,
    ngx_chain_t *in)
{
    switch (st->response) {

    case NGX_HTTP_PATRON_RESPONSE_EMPTIED:
        return ngx_http_patron_leave_out(r, st, in);

    case NGX_HTTP_PATRON_RESPONSE_SAID:
        return ngx_http_patron_said(r, st, in);

    default: /* NGX_HTTP_PATRON_RESPONSE_REFUSED */
        return ngx_http_patron_response_swallow(r, st, in);
    }
}


/* A page that is looked through once all of it has been passed on. */

__attribute__((noinline)) static ngx_int_t
ngx_http_patron_checked_body(ngx_http_request_t *r,
    ngx_http_patron_state_t *st, ngx_chain_t *in, ngx_uint_t last)
{
    ngx_int_t                rc;
    ngx_http_patron_page_t  *page;

    page = st->page;

    rc = ngx_http_patron_edited_body(r, st, in);

    if (last && rc != NGX_ERROR && st->page == page
        && !page->holding && !page->drop)
    {
        (void) ngx_http_patron_page_leak_find(page);
    }

    return rc;
}


/* Apart from the parts of a page that pass as they came, which are many. */

__attribute__((noinline)) static ngx_int_t
ngx_http_patron_edited_body(ngx_http_request_t *r,
    ngx_http_patron_state_t *st, ngx_chain_t *in)
{
    ngx_int_t                rc;
    ngx_chain_t             *out;
    ngx_http_patron_page_t  *page;

    page = st->page;

    rc = ngx_http_patron_page_feed(page, in);

    if (rc == NGX_OK && page->ahead) {
        rc = ngx_http_patron_page_ahead_send(page);
    }

    if (rc == NGX_DONE) {
        return ngx_http_patron_response_swallow(r, st, in);
    }

    if (rc != NGX_OK) {
        return NGX_ERROR;
    }

    if (page->probing || page->holding) {
        return NGX_OK;
    }

    if (page->broken
        && ngx_http_patron_chain_flush(&page->chain) != NGX_OK)
    {
        return NGX_ERROR;
    }

    out = ngx_http_patron_chain_take(&page->chain);

    if (out == NULL && in != NULL && page->chain.busy == NULL) {
        return NGX_OK;
    }

    rc = ngx_http_patron_send_body(r, st, out);

    ngx_http_patron_body_sent(page);

    return page->broken ? ngx_http_patron_response_break_off(r) : rc;
}


/* Apart from the filter, through which all that is nginx's goes. */

__attribute__((noinline)) static ngx_int_t
ngx_http_patron_subrequest_body(ngx_http_request_t *r,
    ngx_http_patron_page_t *page, ngx_chain_t *in)
{
    ngx_int_t     rc;
    ngx_chain_t  *out;

    if (page == &ngx_http_patron_left_out) {
        return ngx_http_patron_leave_out(r, ngx_http_patron_state(r), in);
    }

    if (ngx_http_patron_page_feed(page, in) != NGX_OK) {
        return NGX_ERROR;
    }

    out = ngx_http_patron_chain_take(&page->chain);

    if (out == NULL && in != NULL && page->chain.busy == NULL) {
        return NGX_OK;
    }

    rc = ngx_http_patron_write(r, ngx_http_patron_state(r), out);

    ngx_http_patron_body_sent(page);

    return rc;
}


static ngx_int_t
ngx_http_patron_leave_out(ngx_http_request_t *r, ngx_http_patron_state_t *st,
    ngx_chain_t *in)
{
    ngx_chain_t  *out;

    if (ngx_http_patron_chain_empty(r->pool, in, &out) != NGX_OK) {
        return NGX_ERROR;
    }

    if (out == NULL && in != NULL) {
        return NGX_OK;
    }

    return ngx_http_patron_write(r, st, out);
}


static ngx_int_t
ngx_http_patron_said(ngx_http_request_t *r, ngx_http_patron_state_t *st,
    ngx_chain_t *in)
{
    ngx_chain_t  *out;

    if (ngx_http_patron_said_body(r, st->said, in, &out) != NGX_OK) {
        return NGX_ERROR;
    }

    if (out == NULL && in != NULL) {
        return NGX_OK;
    }

    return ngx_http_patron_write(r, st, out);
}


static ngx_inline ngx_int_t
ngx_http_patron_send_body(ngx_http_request_t *r, ngx_http_patron_state_t *st,
    ngx_chain_t *out)
{
    if (st->meter != NULL) {
        ngx_http_patron_meter_sent(st, out);
    }

    if (st->crawl != NULL) {
        ngx_http_patron_crawler_sent(st, out);
    }

    return ngx_http_patron_write(r, st, out);
}


/* Behind what could not be written, nothing may be. */

static ngx_inline ngx_int_t
ngx_http_patron_write(ngx_http_request_t *r, ngx_http_patron_state_t *st,
    ngx_chain_t *out)
{
    ngx_int_t  rc;

    rc = ngx_http_next_body_filter(r, out);

    if (st != NULL) {
        st->writable = (rc != NGX_ERROR);
    }

    return rc;
}


static ngx_inline void
ngx_http_patron_body_sent(ngx_http_patron_page_t *page)
{
    ngx_http_request_t  *r;

    if (page->chain.busy != NULL) {
        r = page->request;

        ngx_http_patron_chain_sent(&page->chain,
                        r->out == NULL
                        && r->postponed == NULL
                        && (r->buffered & ~NGX_HTTP_COPY_BUFFERED) == 0
                        && r->connection->buffered == 0);
    }

    if (page->bypass && (page->chain.files || page->nodelay)) {
        ngx_http_patron_page_push(page);
    }
}


ngx_int_t
ngx_http_patron_filter_init(ngx_conf_t *cf)
{
    ngx_http_next_header_filter = ngx_http_top_header_filter;
    ngx_http_top_header_filter = ngx_http_patron_header_filter;

    ngx_http_next_body_filter = ngx_http_top_body_filter;
    ngx_http_top_body_filter = ngx_http_patron_body_filter;

    ngx_http_patron_page_feed_init(ngx_http_next_header_filter);

    return NGX_OK;
}


/* All filters are in their places now. */

void
ngx_http_patron_filter_init_process(ngx_http_patron_main_conf_t *pmcf)
{
    ngx_http_patron_kept_forget();

    if (pmcf != NULL && pmcf->walled) {
        ngx_http_patron_first_init_process(ngx_http_next_body_filter);
    }
}
