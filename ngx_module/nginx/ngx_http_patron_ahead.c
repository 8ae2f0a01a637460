
/*
 * See the header.  With "satisfy all" this is behind the access handlers of
 * other modules, which may set what the level is stated by, as auth_request
 * does; and a request that they refuse costs no article.  With "satisfy any"
 * the word of one of them may be the last, and ours comes first.
 */


#include "ngx_http_patron_ahead.h"
#include "ngx_http_patron_conditional.h"
#include "ngx_http_patron_crawl_types.h"
#include "ngx_http_patron_crawler_credit.h"
#include "ngx_http_patron_crawler_terms.h"
#include "ngx_http_patron_explain.h"
#include "ngx_http_patron_member.h"
#include "ngx_http_patron_wall.h"


static ngx_uint_t ngx_http_patron_level_stands(
    ngx_http_patron_loc_conf_t *plcf, ngx_http_patron_state_t *st);
static ngx_int_t ngx_http_patron_ahead_crawler(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf, ngx_http_patron_state_t *st);


ngx_int_t
ngx_http_patron_ahead_handler(ngx_http_request_t *r)
{
    ngx_http_patron_state_t     *st;
    ngx_http_core_loc_conf_t    *clcf;
    ngx_http_patron_loc_conf_t  *plcf;

    plcf = ngx_http_get_module_loc_conf(r, ngx_http_patron_module);

    if (!plcf->enable) {
        return NGX_DECLINED;
    }

    clcf = ngx_http_get_module_loc_conf(r, ngx_http_core_module);
    st = ngx_http_patron_state(r);

    if (clcf->satisfy != NGX_HTTP_SATISFY_ALL || st == NULL) {
        return NGX_DECLINED;
    }

    if (ngx_http_patron_inquiring(st) || st->ask != NULL) {
        return NGX_AGAIN;
    }

    return ngx_http_patron_ahead(r, plcf, st);
}


/* What the location makes of this reader's request, before the content. */

ngx_int_t
ngx_http_patron_ahead(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf, ngx_http_patron_state_t *st)
{
    ngx_int_t   rc;
    ngx_uint_t  ranges;

    ranges = 0;

    if (plcf->walled) {
        rc = ngx_http_patron_wall_access(r, plcf, st);

        if (rc != NGX_OK) {
            return rc;
        }

        if (!st->explained
            && ngx_http_patron_wall_ahead(r, plcf, st))
        {
            r->error_page = 1;
            return NGX_HTTP_SERVICE_UNAVAILABLE;
        }

        if (st->crawl != NULL) {
            rc = ngx_http_patron_ahead_crawler(r, plcf, st);

            if (rc != NGX_OK) {
                return rc;
            }
        }

        ranges = ngx_http_patron_wall_may_stand(plcf, st);

    } else if (r->internal && st->refusal == NULL) {
        /* nothing is stated here, but what was stays */

        if (ngx_http_patron_wall_redirected(r, st, NULL) != NGX_OK) {
            return NGX_HTTP_INTERNAL_SERVER_ERROR;
        }

        ranges = (st->level.type != PATRON_LEVEL_FREE
                  && ngx_http_patron_wall_may_stand(plcf, st));
    }

    if (st->explained) {
        return ngx_http_patron_explain(r, plcf, st);
    }

    if (plcf->rules == NULL && !plcf->walled) {
        return NGX_DECLINED;
    }

    if (ngx_http_patron_take_request_headers(r, st, ranges) != NGX_OK
        || (ngx_http_patron_level_stands(plcf, st)
            && ngx_http_patron_take_markdown(r) != NGX_OK))
    {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    return NGX_DECLINED;
}


/* May a page be cut here, for one reader or another? */

static ngx_uint_t
ngx_http_patron_level_stands(ngx_http_patron_loc_conf_t *plcf,
    ngx_http_patron_state_t *st)
{
    return !plcf->dry_run
           && !plcf->told
           && (st->level.type != PATRON_LEVEL_FREE || plcf->access_header.len
               || plcf->access_meta);
}


/* A crawler pays before the content is asked for, or is refused there. */

static ngx_int_t
ngx_http_patron_ahead_crawler(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf, ngx_http_patron_state_t *st)
{
    ngx_int_t    rc;
    const char  *why;

    if (plcf->dry_run || st->refusal != NULL || r->err_status != 0) {
        return NGX_OK;
    }

    if (ngx_http_patron_wall_may_stand(plcf, st)) {
        rc = ngx_http_patron_crawler_pays(r, plcf, st);

        if (rc != NGX_OK) {
            return rc;
        }
    }

    if (plcf->told
        || !patron_decision_closed(ngx_http_patron_wall_verdict(st, &st->level,
                                                                &why)))
    {
        return NGX_OK;
    }

    if (ngx_http_patron_crawler_closed(r, plcf, st) != NGX_OK) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    ngx_http_patron_wall_refused(r, st, st->crawl->why ? st->crawl->why
                                                       : "not of its level");
    r->error_page = 1;

    return plcf->wall_code;
}
