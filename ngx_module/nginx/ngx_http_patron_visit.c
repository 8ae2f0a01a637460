
/*
 * The cookie "<cookie>_seen" holds a sealed patron_visit_t for a year from the
 * last change.  A page that a reader with such a cookie is sent is the reader's
 * own.  A showing is counted when the headers are made, which is when a cookie
 * can be set: a capped campaign whose place the page turns out not to have
 * counts against the cap, and not in the statistics.
 */


#include "ngx_http_patron_compat.h"
#include "ngx_http_patron_headers.h"
#include "ngx_http_patron_setcookie.h"
#include "ngx_http_patron_stats.h"
#include "ngx_http_patron_visit.h"


ngx_int_t
ngx_http_patron_visit_read(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf, ngx_http_patron_state_t *st)
{
    u_char                        buf[PATRON_SEAL_PAYLOAD_MAX];
    ngx_str_t                     cookie = ngx_string("Cookie");
    ngx_uint_t                    old;
    patron_str_t                  payload;
    patron_visit_t                visit;
    ngx_http_patron_main_conf_t  *pmcf;

    if (plcf->keys == NULL) {
        return NGX_OK;
    }

    pmcf = ngx_http_get_module_main_conf(r, ngx_http_patron_module);

    if (pmcf->dismissed && ngx_http_patron_add_vary(r, &cookie) != NGX_OK) {
        return NGX_ERROR;
    }

    if (st->visit != NULL
        || !ngx_http_patron_compat_has_cookies(r)
        || ngx_http_patron_cookie_open(r, plcf, NGX_HTTP_PATRON_SEAL_VISIT,
                                       buf, &payload, &old)
           != NGX_OK
        || patron_visit_decode(&visit, &payload) != PATRON_OK)
    {
        return NGX_OK;
    }

    if (ngx_http_patron_visit_make(r, st) != NGX_OK) {
        return NGX_ERROR;
    }

    *st->visit = visit;
    st->personal = 1;

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
    ngx_uint_t                 i, changed;
    ngx_http_patron_pick_t    *pick;
    ngx_http_patron_banner_t  *b;

    if (plcf->keys == NULL || plcf->campaigns == NULL || st->preview_given) {
        return NGX_OK;
    }

    b = plcf->banners->elts;
    changed = 0;

    for (i = 0; i < plcf->banners->nelts; i++) {
        pick = &st->picks[i];

        if ((active & (uint64_t) 1 << b[i].rule) == 0
            || pick->cap.showings == 0)
        {
            continue;
        }

        if (!changed && !ngx_http_patron_stats_reader(r)) {
            return NGX_OK;
        }

        if (ngx_http_patron_visit_make(r, st) != NGX_OK) {
            return NGX_ERROR;
        }

        changed |= patron_visit_show(st->visit, pick->id, &pick->cap,
                                     ngx_time());
    }

    return changed ? ngx_http_patron_visit_write(r, plcf, st) : NGX_OK;
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
