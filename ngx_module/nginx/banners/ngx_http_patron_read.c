
/*
 * See the header.  The cookie "<cookie>_read" holds a sealed patron_read_t: it
 * has numbers and hashes of today's paths in it, and no id.  Whatever depends
 * on it is the reader's own page.
 */


#include <ngx_config.h>
#include <ngx_core.h>

#include "patron_read.h"
#include "ngx_http_patron_asked.h"
#include "ngx_http_patron_conf_read.h"
#include "ngx_http_patron_headers.h"
#include "ngx_http_patron_read.h"
#include "ngx_http_patron_setcookie.h"
#include "ngx_http_patron_stats.h"
#include "ngx_http_patron_str.h"


#define NGX_HTTP_PATRON_READ_AGE  (PATRON_READ_DAYS * 24 * 60 * 60)


static ngx_int_t ngx_http_patron_read_open(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf, ngx_http_patron_state_t *st);


ngx_int_t
ngx_http_patron_read_page(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf, ngx_http_patron_state_t *st)
{
    u_char         buf[PATRON_READ_MAX];
    ngx_int_t      rc;
    ngx_str_t      path;
    patron_str_t   payload, asked;

    if (plcf->dry_run) {
        return NGX_OK;
    }

    rc = ngx_http_patron_is_set(r, plcf->read);

    if (rc != NGX_OK) {
        return rc == NGX_DECLINED ? NGX_OK : NGX_ERROR;
    }

    st->personal = 1;

    if (r->method != NGX_HTTP_GET || !ngx_http_patron_stats_reader(r)) {
        return NGX_OK;
    }

    rc = ngx_http_patron_read_open(r, plcf, st);

    if (rc != NGX_OK) {
        return rc == NGX_DECLINED ? NGX_OK : NGX_ERROR;
    }

    if (ngx_http_patron_asked_path(r, &path) != NGX_OK) {
        return NGX_ERROR;
    }

    asked = ngx_http_patron_pure_str(&path);

    if (!patron_read_add(st->read, &asked, ngx_time())) {
        return NGX_OK;
    }

    payload.data = buf;
    payload.len = patron_read_encode(st->read, buf);

    return ngx_http_patron_cookie_seal(r, plcf, NGX_HTTP_PATRON_SEAL_READ,
                                       &payload, NGX_HTTP_PATRON_READ_AGE);
}


/* Into st->read.  NGX_DECLINED: nothing may be known. */

static ngx_int_t
ngx_http_patron_read_open(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf, ngx_http_patron_state_t *st)
{
    u_char         buf[PATRON_SEAL_PAYLOAD_MAX];
    ngx_int_t      rc;
    ngx_uint_t     old;
    patron_str_t   payload;

    if (plcf->keys == NULL) {
        return NGX_DECLINED;
    }

    rc = ngx_http_patron_consents(r, plcf);

    if (rc != NGX_OK || st->read != NULL) {
        return rc;
    }

    st->read = ngx_pcalloc(r->main->pool, sizeof(patron_read_t));
    if (st->read == NULL) {
        return NGX_ERROR;
    }

    if (ngx_http_patron_cookie_open(r, plcf, NGX_HTTP_PATRON_SEAL_READ, buf,
                                    &payload, &old)
        == NGX_OK)
    {
        (void) patron_read_decode(st->read, &payload);
    }

    return NGX_OK;
}


ngx_int_t
ngx_http_patron_variable_read(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data)
{
    u_char                      *p;
    ngx_int_t                    rc;
    ngx_http_patron_state_t     *st;
    ngx_http_patron_loc_conf_t  *plcf;

    v->valid = 1;
    v->no_cacheable = 0;
    v->not_found = 0;
    v->len = 0;
    v->data = (u_char *) "";

    plcf = ngx_http_get_module_loc_conf(r, ngx_http_patron_module);
    st = ngx_http_patron_state(r);

    if (st == NULL) {
        return NGX_OK;
    }

    st->personal = 1;

    rc = ngx_http_patron_read_open(r, plcf, st);

    if (rc != NGX_OK) {
        return rc == NGX_DECLINED ? NGX_OK : NGX_ERROR;
    }

    p = ngx_pnalloc(r->pool, NGX_INT_T_LEN);
    if (p == NULL) {
        return NGX_ERROR;
    }

    v->data = p;
    v->len = ngx_sprintf(p, "%ui",
                         (ngx_uint_t) patron_read_count(st->read, ngx_time()))
             - p;

    return NGX_OK;
}


char *
ngx_http_patron_read_check(ngx_conf_t *cf, ngx_http_patron_loc_conf_t *plcf)
{
    if (plcf->read != NULL && plcf->enable && plcf->keys == NULL) {
        ngx_log_error(NGX_LOG_EMERG, cf->log, 0,
                      "\"patron_read\" directive: it signs a cookie, and "
                      "there is no \"patron_key\"");
        return NGX_CONF_ERROR;
    }

    return NGX_CONF_OK;
}
