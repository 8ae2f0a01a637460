
/*
 * Which banners a reader is to see, and their HTML with the variables of this
 * request in it.
 */


#include "ngx_http_patron_state.h"


static ngx_int_t ngx_http_patron_wanted(ngx_http_request_t *r,
    ngx_http_patron_banner_t *b, patron_reader_t *reader);


ngx_int_t
ngx_http_patron_banners(ngx_http_request_t *r, ngx_http_patron_state_t *st,
    ngx_str_t **rendered, uint64_t *active, uint64_t *variant)
{
    uint64_t                      hash;
    ngx_int_t                     rc;
    ngx_str_t                    *html;
    ngx_uint_t                    i;
    patron_reader_t               reader;
    ngx_http_patron_banner_t     *b;
    ngx_http_patron_loc_conf_t   *plcf;
    ngx_http_patron_main_conf_t  *pmcf;

    *active = 0;
    *variant = 0;

    plcf = ngx_http_get_module_loc_conf(r, ngx_http_patron_module);
    pmcf = ngx_http_get_module_main_conf(r, ngx_http_patron_module);

    if (plcf->banners == NULL || plcf->banners_off) {
        return NGX_OK;
    }

    if (plcf->redis != NULL
        && (ngx_http_patron_switches(plcf->redis, pmcf->zone)
            & NGX_HTTP_PATRON_BANNERS_OFF))
    {
        return NGX_OK;
    }

    html = ngx_palloc(r->pool, plcf->banners->nelts * sizeof(ngx_str_t));
    if (html == NULL) {
        return NGX_ERROR;
    }

    reader.state = st->state;
    reader.sub.len = st->id.len;
    reader.sub.data = st->id.data;
    reader.tier.len = st->tier.len;
    reader.tier.data = st->tier.data;
    reader.name.len = st->name.len;
    reader.name.data = st->name.data;

    b = plcf->banners->elts;

    for (i = 0; i < plcf->banners->nelts; i++) {

        rc = ngx_http_patron_wanted(r, &b[i], &reader);

        if (rc == NGX_DECLINED) {
            continue;
        }

        if (rc == NGX_ERROR
            || ngx_http_patron_template_render(r, &b[i].tmpl, &html[i], &hash)
               != NGX_OK)
        {
            return NGX_ERROR;
        }

        *active |= (uint64_t) 1 << b[i].rule;
        *variant = ngx_http_patron_hash_mix(*variant, b[i].hash);
        *variant = ngx_http_patron_hash_mix(*variant, hash);
    }

    *rendered = html;

    return NGX_OK;
}


static ngx_int_t
ngx_http_patron_wanted(ngx_http_request_t *r, ngx_http_patron_banner_t *b,
    patron_reader_t *reader)
{
    ngx_str_t  value;

    if (!patron_audience_match(&b->audience, reader)) {
        return NGX_DECLINED;
    }

    if (b->condition == NULL) {
        return NGX_OK;
    }

    if (ngx_http_complex_value(r, b->condition, &value) != NGX_OK) {
        return NGX_ERROR;
    }

    if (value.len == 0 || (value.len == 1 && value.data[0] == '0')) {
        return NGX_DECLINED;
    }

    return NGX_OK;
}
