
/*
 * The cookie "<cookie>_seen" holds a sealed patron_visit_t for a year from the
 * last change.  A page that a reader is sent who has seen capped campaigns or
 * sent some away is the reader's own; a click changes no page.  A showing is
 * counted when the headers are made, which is when a cookie can be set: a
 * capped campaign whose place the page turns out not to have counts against the
 * cap, and not in the statistics.
 *
 * What a member has sent away, or has seen often enough, stands in the member's
 * record, too, and is read with it: so it holds on every device.
 *
 * What a click led to is counted by the cookie alone.  Whoever keeps an old one
 * can have a campaign counted again, once for each membership they are given.
 */


#include "ngx_http_patron_campaign.h"
#include "ngx_http_patron_conf.h"
#include "ngx_http_patron_cookies.h"
#include "ngx_http_patron_experiment.h"
#include "ngx_http_patron_headers.h"
#include "ngx_http_patron_prefetch.h"
#include "ngx_http_patron_rest.h"
#include "ngx_http_patron_setcookie.h"
#include "ngx_http_patron_stats.h"
#include "ngx_http_patron_str.h"
#include "ngx_http_patron_visit.h"


static ngx_int_t ngx_http_patron_visit_ahead(ngx_http_request_t *r,
    ngx_http_patron_state_t *st);


ngx_int_t
ngx_http_patron_visit_read(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf, ngx_http_patron_state_t *st)
{
    if (plcf->keys == NULL) {
        return NGX_OK;
    }

    if (ngx_http_patron_visit_open(r, plcf, st) != NGX_OK) {
        return NGX_ERROR;
    }

    if (st->visit != NULL && st->visit->n) {
        st->personal = 1;
    }

    return NGX_OK;
}


ngx_int_t
ngx_http_patron_visit_vary(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf)
{
    ngx_http_patron_main_conf_t  *pmcf;

    static ngx_str_t  cookie = ngx_string("Cookie");

    pmcf = ngx_http_get_module_main_conf(r, ngx_http_patron_module);

    if (plcf->keys == NULL || !pmcf->dismissed) {
        return NGX_OK;
    }

    return ngx_http_patron_add_vary(r, &cookie);
}


ngx_int_t
ngx_http_patron_visit_open(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf, ngx_http_patron_state_t *st)
{
    u_char          buf[PATRON_SEAL_PAYLOAD_MAX];
    ngx_uint_t      old;
    patron_str_t    payload, rest;
    patron_visit_t  visit;

    if (st->visit != NULL) {
        return NGX_OK;
    }

    if (!ngx_http_patron_cookies_sent(r)
        || ngx_http_patron_cookie_open(r, plcf, NGX_HTTP_PATRON_SEAL_VISIT,
                                       buf, &payload, &old)
           != NGX_OK
        || patron_visit_decode(&visit, &payload) != PATRON_OK)
    {
        if (st->rest.len == 0) {
            return NGX_OK;
        }

        ngx_memzero(&visit, sizeof(patron_visit_t));
    }

    if (st->rest.len) {
        rest = ngx_http_patron_pure_str(&st->rest);
        patron_visit_recall(&visit, &rest, ngx_time());
    }

    if (ngx_http_patron_visit_make(r, st) != NGX_OK) {
        return NGX_ERROR;
    }

    *st->visit = visit;

    return NGX_OK;
}


ngx_int_t
ngx_http_patron_visit_make(ngx_http_request_t *r, ngx_http_patron_state_t *st)
{
    if (st->visit == NULL) {
        st->visit = ngx_pcalloc(r->main->pool, sizeof(patron_visit_t));
    }

    return st->visit == NULL ? NGX_ERROR : NGX_OK;
}


ngx_int_t
ngx_http_patron_visit_show(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf, ngx_http_patron_state_t *st,
    uint64_t active)
{
    ngx_int_t                        rc;
    ngx_uint_t                       i, all, shown, changed;
    ngx_http_patron_pick_t          *pick;
    ngx_http_patron_banner_t        *b;
    ngx_http_patron_resting_t        resting;
    ngx_http_patron_campaign_set_t  *set;

    if (plcf->keys == NULL || st->preview_given) {
        return NGX_OK;
    }

    set = plcf->campaigns->set;
    b = plcf->banners->elts;
    changed = 0;
    all = 0;
    resting.words.len = 0;

    for (i = 0; i < plcf->banners->nelts; i++) {
        pick = &st->picks[i];
        shown = (active & (uint64_t) 1 << b[i].rule) != 0;

        if ((!shown || pick->cap.showings == 0)
            && (b[i].slot.len == 0 || !(shown || pick->rests)
                || !ngx_http_patron_rest_counts(set, &b[i].slot)))
        {
            continue;
        }

        if (!changed && !ngx_http_patron_stats_reader(r)) {
            return ngx_http_patron_visit_ahead(r, st);
        }

        if (ngx_http_patron_visit_make(r, st) != NGX_OK) {
            return NGX_ERROR;
        }

        if (shown) {
            changed |= patron_visit_show(st->visit, pick->id, &pick->cap,
                                         ngx_time());
        }

        if (b[i].slot.len && set != NULL) {
            changed |= ngx_http_patron_rest_count(set, st, &b[i].slot, shown,
                                                  &all);
        }

        if (shown && st->id.len) {
            ngx_http_patron_rest_note(&resting, pick->id,
                                      patron_visit_until(st->visit, pick->id,
                                                         &pick->cap,
                                                         ngx_time()));
            ngx_http_patron_rest_note_slot(&resting, set, st, &b[i].slot);
        }
    }

    if (changed) {
        ngx_http_patron_rest_keep(r, plcf, st, &resting);
    }

    rc = ngx_http_patron_experiment_page(r, plcf, st);

    if (rc == NGX_ERROR) {
        return NGX_ERROR;
    }

    return (changed || rc == NGX_OK) ? ngx_http_patron_visit_write(r, plcf, st)
                                     : NGX_OK;
}


/* A machine's page is capped by nothing; a prefetch waits for the visit. */

static ngx_int_t
ngx_http_patron_visit_ahead(ngx_http_request_t *r, ngx_http_patron_state_t *st)
{
    if (ngx_http_patron_stats_machine(r)) {
        return NGX_OK;
    }

    ngx_http_patron_prefetch_refused(st, "prefetch of a page with a capped "
                                     "campaign");

    return NGX_DECLINED;
}


ngx_int_t
ngx_http_patron_visit_click(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf, ngx_http_patron_state_t *st,
    patron_str_t *campaign, ngx_uint_t *counts)
{
    ngx_int_t  rc;

    *counts = ngx_http_patron_experiment_did(r, st, campaign, 0);

    if (plcf->keys == NULL) {
        return NGX_OK;
    }

    rc = ngx_http_patron_consents(r, plcf);

    if (rc != NGX_OK) {
        return rc == NGX_DECLINED ? NGX_OK : NGX_ERROR;
    }

    if (ngx_http_patron_visit_open(r, plcf, st) != NGX_OK
        || ngx_http_patron_visit_make(r, st) != NGX_OK)
    {
        return NGX_ERROR;
    }

    *counts = ngx_http_patron_experiment_did(r, st, campaign,
                                             PATRON_VISIT_CLICK);

    patron_visit_click(st->visit, patron_visit_id(campaign), ngx_time());

    if (st->referring) {
        ngx_http_patron_experiment_referred(st, campaign);
    }

    return ngx_http_patron_visit_write(r, plcf, st);
}


/* Once; but the headers are made again where an error page is in its place. */

ngx_int_t
ngx_http_patron_visit_joined(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf, ngx_http_patron_state_t *st)
{
    if (!st->followed) {

        if (ngx_http_patron_visit_open(r, plcf, st) != NGX_OK) {
            return NGX_ERROR;
        }

        if (st->visit == NULL || st->visit->n + st->visit->clicked_on == 0) {
            return NGX_OK;
        }

        st->followed = 1;

        ngx_http_patron_experiment_joined(r, st);
    }

    return ngx_http_patron_visit_write(r, plcf, st);
}


ngx_int_t
ngx_http_patron_visit_write(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf, ngx_http_patron_state_t *st)
{
    u_char        buf[PATRON_VISIT_MAX];
    patron_str_t  payload;

    payload.data = buf;
    payload.len = patron_visit_encode(st->visit, buf);

    st->personal = 1;

    return ngx_http_patron_cookie_seal(r, plcf, NGX_HTTP_PATRON_SEAL_VISIT,
                                       &payload, NGX_HTTP_PATRON_COOKIE_YEAR);
}
