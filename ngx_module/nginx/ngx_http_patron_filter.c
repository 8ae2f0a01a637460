
/*
 * The filters.  The header filter decides whether the response is ours to
 * edit, to cut or to refuse, and says so in the headers; the body filter hands
 * chains to the page and passes on what it makes of them.
 *
 * One more stands before all others, where there are walls: a filter ahead of
 * ours that cannot go on, as gunzip with what it cannot decode, tells only who
 * called it.
 */


#include "ngx_http_patron_banner.h"
#include "ngx_http_patron_chain.h"
#include "ngx_http_patron_conditional.h"
#include "ngx_http_patron_conf.h"
#include "ngx_http_patron_device.h"
#include "ngx_http_patron_filter.h"
#include "ngx_http_patron_gift.h"
#include "ngx_http_patron_grant.h"
#include "ngx_http_patron_hash.h"
#include "ngx_http_patron_headers.h"
#include "ngx_http_patron_media.h"
#include "ngx_http_patron_meter.h"
#include "ngx_http_patron_page.h"
#include "ngx_http_patron_page_key.h"
#include "ngx_http_patron_renew.h"
#include "ngx_http_patron_state.h"
#include "ngx_http_patron_wall.h"
#include "ngx_http_patron_zone.h"
#include "ngx_http_patron_zone_plans.h"


static ngx_int_t ngx_http_patron_header_filter(ngx_http_request_t *r);
static ngx_int_t ngx_http_patron_header(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf);
static ngx_int_t ngx_http_patron_subrequest_header(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf);
static ngx_int_t ngx_http_patron_walled_header(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf, ngx_http_patron_state_t *st,
    ngx_uint_t page);
static ngx_int_t ngx_http_patron_error_header(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf, ngx_http_patron_state_t *st);
static ngx_int_t ngx_http_patron_plain_header(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf, ngx_http_patron_state_t *st);
static ngx_int_t ngx_http_patron_archive_header(ngx_http_request_t *r,
    ngx_http_patron_state_t *st);
static ngx_int_t ngx_http_patron_who_may_keep(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf, ngx_http_patron_state_t *st);
static ngx_int_t ngx_http_patron_send_body(ngx_http_request_t *r,
    ngx_http_patron_state_t *st, ngx_chain_t *out);
static ngx_int_t ngx_http_patron_body_filter(ngx_http_request_t *r,
    ngx_chain_t *in);
static ngx_int_t ngx_http_patron_body(ngx_http_request_t *r,
    ngx_http_patron_state_t *st, ngx_chain_t *in);
static ngx_int_t ngx_http_patron_edited_body(ngx_http_request_t *r,
    ngx_http_patron_state_t *st, ngx_chain_t *in);
static void ngx_http_patron_body_sent(ngx_http_patron_page_t *page);
static ngx_int_t ngx_http_patron_leave_out(ngx_http_request_t *r,
    ngx_chain_t *in);
static ngx_int_t ngx_http_patron_first_body_filter(ngx_http_request_t *r,
    ngx_chain_t *in);
static ngx_int_t ngx_http_patron_body_failed(ngx_http_request_t *r);
static void ngx_http_patron_reset(ngx_http_request_t *r);


static ngx_http_output_header_filter_pt  ngx_http_next_header_filter;
static ngx_http_output_body_filter_pt    ngx_http_next_body_filter;
static ngx_http_output_body_filter_pt    ngx_http_patron_second_body_filter;


/* The context of a subrequest whose body is left out. */

static ngx_http_patron_state_t  ngx_http_patron_left_out;


/* What is not ours costs next to nothing: the rest is a function of its own. */

static ngx_int_t
ngx_http_patron_header_filter(ngx_http_request_t *r)
{
    ngx_http_patron_loc_conf_t  *plcf;

    plcf = ngx_http_get_module_loc_conf(r, ngx_http_patron_module);

    if (!plcf->enable
        && plcf->grant_header.len == 0
        && ngx_http_get_module_ctx(r, ngx_http_patron_module) == NULL)
    {
        return ngx_http_next_header_filter(r);
    }

    return ngx_http_patron_header(r, plcf);
}


__attribute__((noinline)) static ngx_int_t
ngx_http_patron_header(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf)
{
    ngx_int_t                 rc;
    ngx_uint_t                page;
    ngx_http_patron_state_t  *st;

    if (plcf->grant_header.len && ngx_http_patron_grant(r, plcf) != NGX_OK) {
        return NGX_ERROR;
    }

    if (!plcf->enable) {
        st = ngx_http_get_module_ctx(r, ngx_http_patron_module);

        if (st != NULL && r == r->main) {
            ngx_http_patron_give_back(r, st);
            st->page = NULL;
        }

        return ngx_http_next_header_filter(r);
    }

    if (r != r->main) {
        return ngx_http_patron_subrequest_header(r, plcf);
    }

    /* where another module's "allow" went before us, a guest */

    st = ngx_http_patron_state_create(r);
    if (st == NULL) {
        return NGX_ERROR;
    }

    ngx_http_patron_give_back(r, st);
    st->page = NULL;

    if (ngx_http_patron_gift_header(r, st) != NGX_OK
        || (st->device != NULL
            && ngx_http_patron_device_header(r, plcf, st) != NGX_OK)
        || (st->inquiry != NULL
            && ngx_http_patron_renew(r, plcf, st) != NGX_OK))
    {
        return NGX_ERROR;
    }

    if (plcf->rules == NULL && !plcf->walled) {
        return ngx_http_next_header_filter(r);
    }

    page = ngx_http_patron_is_page(r, plcf);

    if (plcf->walled) {
        rc = ngx_http_patron_walled_header(r, plcf, st, page);

        if (rc == NGX_AGAIN) {
            return NGX_OK;
        }

        if (rc != NGX_OK) {
            return rc;
        }
    }

    if (!page || plcf->dry_run) {

        if (ngx_http_patron_plain_header(r, plcf, st) != NGX_OK) {
            return NGX_ERROR;
        }

        return ngx_http_next_header_filter(r);
    }

    rc = ngx_http_patron_page_header(r, plcf, st);

    if (rc == NGX_ERROR) {
        return NGX_ERROR;
    }

    if (rc == NGX_AGAIN) {
        return NGX_OK;
    }

    return ngx_http_next_header_filter(r);
}


static ngx_int_t
ngx_http_patron_subrequest_header(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf)
{
    ngx_int_t  rc;

    if (plcf->walled) {
        rc = ngx_http_patron_wall_subrequest(r, plcf);

        if (rc == NGX_ERROR) {
            return NGX_ERROR;
        }

        if (rc == NGX_DECLINED) {
            ngx_http_set_ctx(r, &ngx_http_patron_left_out,
                             ngx_http_patron_module);
        }
    }

    return ngx_http_next_header_filter(r);
}


/*
 * The decision.  NGX_OK: go on, walled or not as st->decision says; NGX_AGAIN:
 * the headers wait for the page's head; else what to return.
 */

static ngx_int_t
ngx_http_patron_walled_header(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf, ngx_http_patron_state_t *st,
    ngx_uint_t page)
{
    ngx_uint_t  undecided;

    if (!ngx_http_patron_wall_protects(r)) {
        return ngx_http_patron_error_header(r, plcf, st);
    }

    if (ngx_http_patron_wall_header(r, plcf, st) != NGX_OK) {
        return NGX_ERROR;
    }

    undecided = !plcf->dry_run && ngx_http_patron_wall_undecided(r, plcf, st);

    if (undecided && !page && ngx_http_patron_may_be_page(r, plcf)) {
        return ngx_http_patron_refuse(r, plcf, st, "its head cannot be read");
    }

    if (undecided && page && r->method != NGX_HTTP_HEAD) {

        if (ngx_http_patron_page_create(r, plcf, st, 1) != NGX_OK) {
            return NGX_ERROR;
        }

        return NGX_AGAIN;
    }

    if (ngx_http_patron_wall_decide(r, st) != NGX_HTTP_PATRON_WALL
        || plcf->dry_run)
    {
        return NGX_OK;
    }

    if (!page) {
        return ngx_http_patron_refuse(r, plcf, st, "it cannot be cut");
    }

    if (plcf->wall == NULL) {
        return ngx_http_patron_refuse(r, plcf, st, "no patron_wall");
    }

    return NGX_OK;
}


/*
 * A redirect, an error.  What stands in the place of one is another page, with
 * a level of its own: an article is behind its wall there too.
 */

static ngx_int_t
ngx_http_patron_error_header(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf, ngx_http_patron_state_t *st)
{
    ngx_uint_t  closed;

    if (ngx_http_patron_wall_own(r, plcf, st, &closed) != NGX_OK) {
        return NGX_ERROR;
    }

    if (closed && st->error_page && !plcf->dry_run) {
        return ngx_http_patron_refuse(r, plcf, st, "it is an error page");
    }

    st->decision = NGX_HTTP_PATRON_FREE;
    st->decided = 1;
    ngx_http_patron_meter_decided(st);

    return NGX_OK;
}


/* A response that passes as it came: an image, a feed, an error. */

static ngx_int_t
ngx_http_patron_plain_header(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf, ngx_http_patron_state_t *st)
{
    ngx_int_t  rc;

    if (!plcf->dry_run
        && ngx_http_patron_wall_protects(r)
        && ngx_http_patron_wall_is_personal(plcf, st)
        && ngx_http_patron_private(r) != NGX_OK)
    {
        return NGX_ERROR;
    }

    rc = NGX_OK;

    if (r->headers_out.status == NGX_HTTP_OK) {
        rc = ngx_http_patron_validate(r, st, 0);

        if (rc == NGX_ERROR) {
            return NGX_ERROR;
        }
    }

    if (ngx_http_patron_archive_header(r, st) != NGX_OK) {
        return NGX_ERROR;
    }

    return rc == NGX_DONE ? NGX_OK : ngx_http_patron_meter_header(r, plcf, st);
}


/* What a crawler was let in for is not to be shown by it. */

static ngx_int_t
ngx_http_patron_archive_header(ngx_http_request_t *r,
    ngx_http_patron_state_t *st)
{
    static ngx_str_t  robots = ngx_string("X-Robots-Tag");
    static ngx_str_t  noarchive = ngx_string("noarchive");

    if (st->decision != NGX_HTTP_PATRON_BYPASS) {
        return NGX_OK;
    }

    return ngx_http_patron_add_header(r, &robots, &noarchive);
}


ngx_int_t
ngx_http_patron_page_header(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf, ngx_http_patron_state_t *st)
{
    off_t                        length;
    uint64_t                     active, banners, variant;
    ngx_int_t                    rc, known;
    ngx_str_t                    wall;
    ngx_uint_t                   walled;
    ngx_http_patron_page_t      *page;
    ngx_http_patron_plan_key_t   key;

    if (ngx_http_patron_banners(r, st, &banners, &variant) != NGX_OK) {
        return NGX_ERROR;
    }

    active = banners;
    ngx_str_null(&wall);
    walled = plcf->walled && st->decision == NGX_HTTP_PATRON_WALL;

    if (walled
        && ngx_http_patron_wall_rules(r, plcf, &wall, &active, &variant)
           != NGX_OK)
    {
        return NGX_ERROR;
    }

    if (plcf->markup.len
        && (walled || st->decision == NGX_HTTP_PATRON_BYPASS))
    {
        active |= (uint64_t) 1 << plcf->markup_rule;
        variant = ngx_http_patron_hash_mix(variant, 1);
    }

    if (ngx_http_patron_who_may_keep(r, plcf, st) != NGX_OK
        || ngx_http_patron_archive_header(r, st) != NGX_OK)
    {
        return NGX_ERROR;
    }

    known = active ? ngx_http_patron_page_key(r, plcf, active, walled, &key)
                   : NGX_DECLINED;

    rc = ngx_http_patron_validate(r, st, active ? variant | 1 : 0);

    if (rc == NGX_DONE) {
        ngx_http_patron_zone_count(ngx_http_patron_request_zone(r),
                                   NGX_HTTP_PATRON_C_NOT_MODIFIED);

    } else if (ngx_http_patron_meter_header(r, plcf, st) != NGX_OK) {
        return NGX_ERROR;
    }

    if (rc != NGX_OK || active == 0) {
        return rc;
    }

    length = r->headers_out.content_length_n;

    ngx_http_clear_content_length(r);
    ngx_http_clear_accept_ranges(r);

    if (st->page == NULL
        && ngx_http_patron_page_create(r, plcf, st, 0) != NGX_OK)
    {
        return NGX_ERROR;
    }

    page = st->page;
    page->picks = st->picks;
    page->banners = banners;
    page->wall = wall;

    if (known == NGX_OK
        && ngx_http_patron_zone_plan(ngx_http_patron_request_zone(r), &key,
                                     &page->plan)
           == NGX_OK)
    {
        ngx_http_patron_page_replay(page, &length);

        r->headers_out.content_length_n = length;

        if (r->method == NGX_HTTP_HEAD) {
            st->page = NULL;
        }

        return NGX_OK;
    }

    if (r->method == NGX_HTTP_HEAD) {
        st->page = NULL;
        return NGX_OK;
    }

    if (ngx_http_patron_page_edit(page, active, walled) != NGX_OK) {
        return NGX_ERROR;
    }

    if (known == NGX_OK) {
        ngx_http_patron_page_record(page, &key);
    }

    return walled ? NGX_AGAIN : NGX_OK;
}


ngx_int_t
ngx_http_patron_send_header(ngx_http_request_t *r)
{
    return ngx_http_next_header_filter(r);
}


ngx_int_t
ngx_http_patron_refuse(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf, ngx_http_patron_state_t *st,
    const char *why)
{
    ngx_http_patron_wall_refused(r, st, why);

    return ngx_http_filter_finalize_request(r, &ngx_http_patron_module,
                                            plcf->wall_code);
}


static ngx_int_t
ngx_http_patron_who_may_keep(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf, ngx_http_patron_state_t *st)
{
    ngx_str_t   *name;
    ngx_uint_t   i;

    if (st->has_token
        || st->personal
        || plcf->vary.unknown
        || ngx_http_patron_wall_is_personal(plcf, st)
        || ngx_http_patron_has_set_cookie(r))
    {
        return ngx_http_patron_private(r);
    }

    if (plcf->vary.names == NULL) {
        return NGX_OK;
    }

    name = plcf->vary.names->elts;

    for (i = 0; i < plcf->vary.names->nelts; i++) {
        if (ngx_http_patron_add_vary(r, &name[i]) != NGX_OK) {
            return NGX_ERROR;
        }
    }

    return NGX_OK;
}


static ngx_int_t
ngx_http_patron_body_filter(ngx_http_request_t *r, ngx_chain_t *in)
{
    ngx_http_patron_state_t  *st;

    st = ngx_http_get_module_ctx(r, ngx_http_patron_module);

    if (st == NULL) {
        return ngx_http_next_body_filter(r, in);
    }

    return ngx_http_patron_body(r, st, in);
}


__attribute__((noinline)) static ngx_int_t
ngx_http_patron_body(ngx_http_request_t *r, ngx_http_patron_state_t *st,
    ngx_chain_t *in)
{
    ngx_int_t                rc;
    ngx_http_patron_page_t  *page;

    if (st == &ngx_http_patron_left_out) {
        return ngx_http_patron_leave_out(r, in);
    }

    if (r != r->main) {
        return ngx_http_next_body_filter(r, in);
    }

    page = st->page;

    if (page == NULL) {
        return ngx_http_patron_send_body(r, st, in);
    }

    if (page->drop
        || (!page->bypass && !ngx_http_patron_page_skip(page, in)))
    {
        return ngx_http_patron_edited_body(r, st, in);
    }

    ngx_http_patron_chain_to_memory(in);

    rc = ngx_http_patron_send_body(r, st, in);

    ngx_http_patron_body_sent(page);

    return rc;
}


/* Apart from the parts of a page that pass as they came, which are many. */

__attribute__((noinline)) static ngx_int_t
ngx_http_patron_edited_body(ngx_http_request_t *r,
    ngx_http_patron_state_t *st, ngx_chain_t *in)
{
    ngx_int_t                rc, code;
    ngx_chain_t             *out;
    ngx_http_patron_page_t  *page;

    page = st->page;

    rc = NGX_OK;
    code = ngx_http_patron_page_feed(page, in, &rc);

    if (code == NGX_DONE) {
        return rc;
    }

    if (code != NGX_OK) {
        return NGX_ERROR;
    }

    if (page->probing || page->holding) {
        return NGX_OK;
    }

    out = ngx_http_patron_chain_take(&page->chain);

    if (out == NULL && in != NULL && page->chain.busy == NULL) {
        return NGX_OK;
    }

    rc = ngx_http_patron_send_body(r, st, out);

    ngx_http_patron_body_sent(page);

    return rc;
}


static void
ngx_http_patron_body_sent(ngx_http_patron_page_t *page)
{
    if (page->chain.busy != NULL) {
        ngx_http_patron_chain_sent(&page->chain);
    }

    if (page->bypass && (page->chain.files || page->nodelay)) {
        ngx_http_patron_page_push(page);
    }
}


static ngx_int_t
ngx_http_patron_send_body(ngx_http_request_t *r, ngx_http_patron_state_t *st,
    ngx_chain_t *out)
{
    if (st->meter != NULL) {
        ngx_http_patron_meter_sent(st, out);
    }

    return ngx_http_next_body_filter(r, out);
}


static ngx_int_t
ngx_http_patron_leave_out(ngx_http_request_t *r, ngx_chain_t *in)
{
    ngx_chain_t  *out;

    if (ngx_http_patron_chain_empty(r->pool, in, &out) != NGX_OK) {
        return NGX_ERROR;
    }

    if (out == NULL && in != NULL) {
        return NGX_OK;
    }

    return ngx_http_next_body_filter(r, out);
}


static ngx_int_t
ngx_http_patron_first_body_filter(ngx_http_request_t *r, ngx_chain_t *in)
{
    ngx_int_t  rc;

    rc = ngx_http_patron_second_body_filter(r, in);

    return (rc == NGX_ERROR) ? ngx_http_patron_body_failed(r) : rc;
}


/*
 * Of a page that is held nothing has been sent.  Any other is broken off: nginx
 * closes the connection before the last chunk, or what is left of the length.
 */

__attribute__((noinline)) static ngx_int_t
ngx_http_patron_body_failed(ngx_http_request_t *r)
{
    ngx_http_patron_page_t   *page;
    ngx_http_patron_state_t  *st;

    st = ngx_http_get_module_ctx(r, ngx_http_patron_module);

    if (r != r->main || st == NULL || r->connection->error) {
        return NGX_ERROR;
    }

    page = st->page;

    if (page == NULL) {
        return NGX_ERROR;
    }

    if (!page->probing && !page->holding) {

        if (!r->chunked
            && r->headers_out.content_length_n == -1
            && r->http_version <= NGX_HTTP_VERSION_11)
        {
            ngx_http_patron_reset(r);
        }

        return NGX_ERROR;
    }

    ngx_log_error(NGX_LOG_ERR, r->connection->log, 0,
                  "patron: walled page refused: its body cannot be decoded");

    return ngx_http_patron_page_bad_gateway(page);
}


/* Where the end of the connection is the page's, it is not to be one. */

static void
ngx_http_patron_reset(ngx_http_request_t *r)
{
    struct linger  linger;

    linger.l_onoff = 1;
    linger.l_linger = 0;

    if (setsockopt(r->connection->fd, SOL_SOCKET, SO_LINGER,
                   (const void *) &linger, sizeof(struct linger))
        == -1)
    {
        ngx_log_error(NGX_LOG_ERR, r->connection->log, ngx_socket_errno,
                      "setsockopt(SO_LINGER) failed");
    }
}


ngx_int_t
ngx_http_patron_filter_init(ngx_conf_t *cf)
{
    ngx_http_next_header_filter = ngx_http_top_header_filter;
    ngx_http_top_header_filter = ngx_http_patron_header_filter;

    ngx_http_next_body_filter = ngx_http_top_body_filter;
    ngx_http_top_body_filter = ngx_http_patron_body_filter;

    return NGX_OK;
}


/* All filters are in their places now. */

void
ngx_http_patron_filter_init_process(ngx_http_patron_main_conf_t *pmcf)
{
    if (pmcf != NULL && pmcf->walled) {
        ngx_http_patron_second_body_filter = ngx_http_top_body_filter;
        ngx_http_top_body_filter = ngx_http_patron_first_body_filter;
    }
}
