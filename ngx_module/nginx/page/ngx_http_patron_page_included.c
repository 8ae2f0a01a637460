
/*
 * See the header.
 */


#include "ngx_http_patron_media.h"
#include "ngx_http_patron_page_included.h"
#include "ngx_http_patron_page_told.h"
#include "ngx_http_patron_wall.h"


ngx_int_t
ngx_http_patron_page_included(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf, patron_level_t *stated,
    ngx_http_patron_page_t **page)
{
    ngx_int_t   rc;
    ngx_uint_t  free;

    rc = ngx_http_patron_wall_subrequest(r, plcf, stated, &free);

    if (rc == NGX_ERROR) {
        return NGX_ERROR;
    }

    if (plcf->told && !free && !plcf->dry_run) {
        (void) ngx_http_patron_told_cache(r, plcf, ngx_http_patron_state(r));
    }

    if (rc != NGX_AGAIN) {
        return rc;
    }

    if (!ngx_http_patron_is_page(r, plcf)) {
        return ngx_http_patron_may_be_page(r, plcf) ? NGX_DECLINED : NGX_OK;
    }

    *page = ngx_http_patron_page_included_create(r, plcf);

    return *page == NULL ? NGX_ERROR : NGX_AGAIN;
}
