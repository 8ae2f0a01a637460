
/*
 * See the header.  Banners and the wall are known here, and with them the
 * variant of the page: its validators are of that, and so is what is remembered
 * of it.
 */


#include "ngx_http_patron_banner.h"
#include "ngx_http_patron_conditional.h"
#include "ngx_http_patron_crawler.h"
#include "ngx_http_patron_crawler_credit.h"
#include "ngx_http_patron_crawler_terms.h"
#include "ngx_http_patron_fetch.h"
#include "ngx_http_patron_hash.h"
#include "ngx_http_patron_headers.h"
#include "ngx_http_patron_keep.h"
#include "ngx_http_patron_meter.h"
#include "ngx_http_patron_page.h"
#include "ngx_http_patron_page_ahead.h"
#include "ngx_http_patron_page_dry.h"
#include "ngx_http_patron_page_edit.h"
#include "ngx_http_patron_page_header.h"
#include "ngx_http_patron_page_items.h"
#include "ngx_http_patron_page_key.h"
#include "ngx_http_patron_page_leak.h"
#include "ngx_http_patron_page_probe.h"
#include "ngx_http_patron_page_replay.h"
#include "ngx_http_patron_page_scan.h"
#include "ngx_http_patron_page_told.h"
#include "ngx_http_patron_read.h"
#include "ngx_http_patron_wall.h"
#include "ngx_http_patron_wall_choice.h"


static ngx_int_t ngx_http_patron_markup(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf, ngx_http_patron_state_t *st,
    ngx_http_patron_wall_t *wall, ngx_str_t *markup);
static ngx_int_t ngx_http_patron_spent_header(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf, ngx_http_patron_state_t *st);
static ngx_int_t ngx_http_patron_archive_header(ngx_http_request_t *r,
    ngx_http_patron_state_t *st);


ngx_int_t
ngx_http_patron_page_header(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf, ngx_http_patron_state_t *st,
    ngx_http_patron_loc_conf_t *rules, ngx_http_patron_wall_t *wall)
{
    uint64_t                 active, banners, variant, told;
    ngx_int_t                rc;
    ngx_str_t                html, markup;
    ngx_uint_t               ok;
    ngx_http_patron_page_t  *page;

    if (wall == NULL) {
        rules = plcf;
    }

    ok = (r->headers_out.status == NGX_HTTP_OK);
    banners = 0;
    variant = 0;
    st->picks = NULL;

    if (ok && plcf->enable && wall == NULL && plcf->read != NULL
        && ngx_http_patron_read_page(r, plcf, st) != NGX_OK)
    {
        return NGX_ERROR;
    }

    if (ok && plcf->enable && rules == plcf
        && (st->page == NULL || !st->page->piece)
        && ngx_http_patron_banners(r, st, &banners, &variant) != NGX_OK)
    {
        return NGX_ERROR;
    }

    active = banners;
    ngx_str_null(&html);

    if (wall != NULL
        && ngx_http_patron_wall_rules(r, rules, wall, &html, &active, &variant)
           != NGX_OK)
    {
        return NGX_ERROR;
    }

    ngx_str_null(&markup);

    if (ok
        && ngx_http_patron_markup(r, rules, st, wall, &markup) == NGX_ERROR)
    {
        return NGX_ERROR;
    }

    if (markup.len) {
        active |= (uint64_t) 1 << rules->markup_rule;
        variant = ngx_http_patron_hash_str(variant, &markup);
    }

    if (active == 0) {
        return ngx_http_patron_edited_header(r, plcf, st, NULL);
    }

    told = ngx_http_patron_told_variant(plcf, st);

    if (told) {
        variant = ngx_http_patron_hash_mix(variant, told);
    }

    if (st->page == NULL
        && ngx_http_patron_page_create(r, rules, st, 0, NULL) != NGX_OK)
    {
        return NGX_ERROR;
    }

    page = st->page;
    page->plcf = rules;
    page->picks = st->picks;
    page->active = active;
    page->banners = banners;
    page->variant = variant;
    page->wall = html;
    page->markup = markup;

    if (markup.len) {
        ngx_memzero(&page->jsonld, sizeof(patron_jsonld_t));
    }

    page->walled = (wall != NULL);
    ngx_http_patron_page_set_wall(page, wall);

    page->keyed = ok
                  && ngx_http_patron_page_key(r, rules, active,
                                              page->walled || told,
                                              &page->plan_key, &page->file)
                     == NGX_OK;

    page->planned = page->keyed
                    && ngx_http_patron_zone_plan(
                                            ngx_http_patron_request_zone(r),
                                            &page->plan_key, &page->plan)
                       == NGX_OK;

    rc = ngx_http_patron_page_look(page);

    if (rc == NGX_AGAIN) {
        st->response = NGX_HTTP_PATRON_RESPONSE_HELD;
        return NGX_AGAIN;
    }

    if (rc == NGX_DECLINED) {
        st->page = NULL;
        return ngx_http_patron_plain_header(r, plcf, st);
    }

    return ngx_http_patron_edited_header(r, plcf, st, page);
}


/* What search engines are told of a wall; also one who sees none. */

static ngx_int_t
ngx_http_patron_markup(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf, ngx_http_patron_state_t *st,
    ngx_http_patron_wall_t *wall, ngx_str_t *markup)
{
    if (plcf->rules == NULL || plcf->markup_rule == -1) {
        return NGX_OK;
    }

    if (wall == NULL
        && st->decision == PATRON_DECISION_BYPASS
        && ngx_http_patron_wall_choose(r, plcf, st, &wall) == NGX_ERROR)
    {
        return NGX_ERROR;
    }

    if (wall != NULL) {
        *markup = wall->markup;
    }

    return NGX_OK;
}


ngx_int_t
ngx_http_patron_opened_header(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf, ngx_http_patron_state_t *st)
{
    ngx_http_patron_page_t  *page;

    page = st->page;

    if (!page->piece) {
        return ngx_http_patron_edited_header(r, plcf, st, page);
    }

    /* no banner goes into it, but it is cut */

    return page->walled
           ? ngx_http_patron_page_header(r, plcf, st, page->plcf, page->cut)
           : ngx_http_patron_plain_header(r, plcf, st);
}


ngx_int_t
ngx_http_patron_edited_header(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf, ngx_http_patron_state_t *st,
    ngx_http_patron_page_t *page)
{
    off_t      length;
    uint64_t   told, variant;
    ngx_int_t  rc;

    rc = ngx_http_patron_banners_header(r, st, page ? page->banners : 0);

    if (rc != NGX_OK) {
        return rc;
    }

    told = ngx_http_patron_told_variant(plcf, st);

    if (ngx_http_patron_keep(r, plcf, st,
                             r->headers_out.status == NGX_HTTP_OK || told
                             || page != NULL)
           != NGX_OK
        || ngx_http_patron_archive_header(r, st) != NGX_OK
        || (st->crawl != NULL
            && ngx_http_patron_crawler_granted(r, plcf, st) != NGX_OK))
    {
        return NGX_ERROR;
    }

    /* scripts get it without banners */

    if (page != NULL && page->fragment
        && ngx_http_patron_vary_by_fetch(r) != NGX_OK)
    {
        return NGX_ERROR;
    }

    variant = 0;

    if (page != NULL) {
        ngx_http_patron_drop_digests(r);
        variant = page->variant | 1;

    } else if (told) {
        variant = ngx_http_patron_hash_mix(0, told) | 1;
    }

    rc = ngx_http_patron_validate(r, st, variant);

    if (rc == NGX_DONE) {
        ngx_http_patron_zone_count(ngx_http_patron_request_zone(r),
                                   NGX_HTTP_PATRON_C_NOT_MODIFIED);

    } else if (ngx_http_patron_spent_header(r, plcf, st) != NGX_OK) {
        return NGX_ERROR;
    }

    if (rc != NGX_OK || page == NULL) {
        return rc;
    }

    if (page->walled && ngx_http_patron_page_leak_begin(page)) {
        page->planned = 0;
    }

    if (page->planned) {

        if (page->walled) {
            ngx_http_patron_page_scan_whole(page);
        }

    } else if (ngx_http_patron_page_scan(page) == NGX_OK) {
        page->planned = 1;
    }

    length = r->headers_out.content_length_n;

    ngx_http_clear_content_length(r);
    ngx_http_clear_accept_ranges(r);

    if (page->planned) {

        if (page->items) {
            ngx_http_patron_items_replay(page, &length);
        } else {
            ngx_http_patron_page_replay(page, &length);
        }

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

    rc = page->items ? ngx_http_patron_items_begin(page)
                     : ngx_http_patron_page_edit(page, page->active,
                                                 page->walled);

    if (rc != NGX_OK) {
        return NGX_ERROR;
    }

    if (page->keyed) {
        ngx_http_patron_page_record(page);
    }

    if (page->walled) {

        if (!page->items) {
            ngx_http_patron_page_ahead(page);
        }

        st->response = NGX_HTTP_PATRON_RESPONSE_HELD;
        return NGX_AGAIN;
    }

    return NGX_OK;
}


ngx_int_t
ngx_http_patron_plain_header(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf, ngx_http_patron_state_t *st)
{
    uint64_t   variant;
    ngx_int_t  rc;

    variant = ngx_http_patron_told_variant(plcf, st);

    if (!ngx_http_patron_is_dry(plcf, st)
        && ngx_http_patron_wall_protects(r)
        && ngx_http_patron_keep(r, plcf, st, variant != 0) != NGX_OK)
    {
        return NGX_ERROR;
    }

    rc = NGX_OK;

    if (r->headers_out.status == NGX_HTTP_OK) {
        rc = ngx_http_patron_validate(r, st, variant);

        if (rc == NGX_ERROR) {
            return NGX_ERROR;
        }
    }

    if (ngx_http_patron_archive_header(r, st) != NGX_OK
        || (st->crawl != NULL
            && ngx_http_patron_crawler_granted(r, plcf, st) != NGX_OK))
    {
        return NGX_ERROR;
    }

    return rc == NGX_DONE ? NGX_OK : ngx_http_patron_spent_header(r, plcf, st);
}


/* What the page costs, on the meter or of a crawler's credit. */

static ngx_int_t
ngx_http_patron_spent_header(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf, ngx_http_patron_state_t *st)
{
    if (st->crawl != NULL) {
        ngx_http_patron_crawler_read(r, st);

        if (ngx_http_patron_crawler_charge(r, st) != NGX_OK) {
            return NGX_ERROR;
        }
    }

    return st->meter ? ngx_http_patron_meter_header(r, plcf, st) : NGX_OK;
}


/* What a crawler was let in for is not to be shown by it. */

static ngx_int_t
ngx_http_patron_archive_header(ngx_http_request_t *r,
    ngx_http_patron_state_t *st)
{
    static ngx_str_t  robots = ngx_string("X-Robots-Tag");
    static ngx_str_t  noarchive = ngx_string("noarchive");

    if (st->decision != PATRON_DECISION_BYPASS) {
        return NGX_OK;
    }

    return ngx_http_patron_add_header(r, &robots, &noarchive);
}
