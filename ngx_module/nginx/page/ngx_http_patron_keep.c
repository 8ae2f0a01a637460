
/*
 * A reader's copy: what only this reader may keep.  It is one if
 *
 *     the decision was made by more of the reader than that there is no token;
 *     a guest would have been refused it, be it that its level cannot be read;
 *     an application has cut it, and a cache would not tell for whom;
 *     it is a page, or stands in the place of a refusal, and the request has a
 *     token or comes from an institution, or banners are the reader's own, or
 *     depend on what "Vary" cannot express, or it sets a cookie.
 */


#include "ngx_http_patron_headers.h"
#include "ngx_http_patron_keep.h"
#include "ngx_http_patron_wall.h"


static ngx_uint_t ngx_http_patron_keep_personal(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf, ngx_http_patron_state_t *st,
    ngx_uint_t page);


ngx_int_t
ngx_http_patron_keep(ngx_http_request_t *r, ngx_http_patron_loc_conf_t *plcf,
    ngx_http_patron_state_t *st, ngx_uint_t page)
{
    ngx_str_t                 *name;
    ngx_uint_t                 i;
    ngx_http_core_loc_conf_t  *clcf;

    static ngx_str_t  encoding = ngx_string("Accept-Encoding");

    if (ngx_http_patron_keep_personal(r, plcf, st, page)) {
        return ngx_http_patron_private(r);
    }

    if (!page || plcf->vary.names == NULL) {
        return NGX_OK;
    }

    name = plcf->vary.names->elts;

    for (i = 0; i < plcf->vary.names->nelts; i++) {
        if (ngx_http_patron_add_vary(r, &name[i]) != NGX_OK) {
            return NGX_ERROR;
        }
    }

    /* "gzip_vary" says so in a line of its own: see there */

    clcf = ngx_http_get_module_loc_conf(r, ngx_http_core_module);

    return clcf->gzip_vary ? ngx_http_patron_add_vary(r, &encoding) : NGX_OK;
}


static ngx_uint_t
ngx_http_patron_keep_personal(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf, ngx_http_patron_state_t *st,
    ngx_uint_t page)
{
    if (st->unread || st->unkeyed) {
        return 1;
    }

    switch (st->decision) {

    case PATRON_DECISION_FREE:
    case PATRON_DECISION_DENY:
        break;

    case PATRON_DECISION_WALL:
        if (st->level.type == PATRON_LEVEL_METERED) {
            return 1;
        }

        break;

    default:
        return 1;
    }

    return page
           && (st->has_token
               || st->institution.len
               || st->bot.len
               || st->personal
               || plcf->vary.unknown
               || ngx_http_patron_has_set_cookie(r));
}
