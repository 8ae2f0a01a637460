
/*
 * See the header.  Nearly all requests have come through no other location:
 * nothing is kept for these.
 */


#include "ngx_http_patron_wall.h"
#include "ngx_http_patron_words.h"


static ngx_uint_t ngx_http_patron_words_said(ngx_http_patron_loc_conf_t *plcf);


ngx_int_t
ngx_http_patron_words_add(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf, ngx_http_patron_state_t *st)
{
    ngx_http_patron_loc_conf_t  **passed;

    if (st->location != NULL
        && st->location != plcf
        && ngx_http_patron_words_said(st->location))
    {
        if (st->passed == NULL) {
            st->passed = ngx_array_create(r->pool, 2,
                                        sizeof(ngx_http_patron_loc_conf_t *));
            if (st->passed == NULL) {
                return NGX_ERROR;
            }
        }

        passed = ngx_array_push(st->passed);
        if (passed == NULL) {
            return NGX_ERROR;
        }

        *passed = st->location;
    }

    st->location = plcf;

    return NGX_OK;
}


ngx_http_patron_loc_conf_t *
ngx_http_patron_words(ngx_http_patron_loc_conf_t *plcf,
    ngx_http_patron_state_t *st, ngx_uint_t n)
{
    ngx_http_patron_loc_conf_t  **passed;

    if (plcf->enable && n-- == 0) {
        return plcf;
    }

    if (st->location != NULL && st->location != plcf && n-- == 0) {
        return st->location;
    }

    if (st->passed == NULL || n >= st->passed->nelts) {
        return NULL;
    }

    passed = st->passed->elts;

    return passed[n];
}


ngx_uint_t
ngx_http_patron_words_again(ngx_http_patron_loc_conf_t *plcf,
    ngx_http_patron_state_t *st, ngx_uint_t n)
{
    ngx_str_t   *name, *other;
    ngx_uint_t   i;

    name = &ngx_http_patron_words(plcf, st, n)->access_header;

    for (i = 0; i < n; i++) {
        other = &ngx_http_patron_words(plcf, st, i)->access_header;

        if (other->len == name->len
            && ngx_strncasecmp(other->data, name->data, name->len) == 0)
        {
            return 1;
        }
    }

    return 0;
}


ngx_uint_t
ngx_http_patron_words_before(ngx_http_patron_loc_conf_t *plcf,
    ngx_http_patron_state_t *st)
{
    return st->passed != NULL
           || (st->location != NULL
               && st->location != plcf
               && ngx_http_patron_words_said(st->location));
}


/* A page that another one includes has come through no location of that. */

ngx_int_t
ngx_http_patron_words_stated(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf, ngx_http_patron_state_t *st,
    ngx_list_t *headers, patron_level_t *level)
{
    ngx_int_t                    rc, line;
    ngx_uint_t                   i;
    patron_level_t               stated;
    ngx_http_patron_loc_conf_t  *by;

    if (r != r->main && !r->background) {
        return ngx_http_patron_wall_stated(r, headers, &plcf->access_header, 0,
                                           level);
    }

    rc = NGX_DECLINED;
    ngx_memzero(level, sizeof(patron_level_t));

    for (i = 0; (by = ngx_http_patron_words(plcf, st, i)) != NULL; i++) {

        line = ngx_http_patron_wall_stated(r, headers, &by->access_header, 0,
                                           &stated);

        if (line == NGX_ERROR) {
            return NGX_ERROR;
        }

        if (line == NGX_OK) {
            patron_level_combine(level, &stated);
            rc = NGX_OK;
        }
    }

    return rc;
}


ngx_http_patron_loc_conf_t *
ngx_http_patron_words_meta(ngx_http_patron_loc_conf_t *plcf,
    ngx_http_patron_state_t *st)
{
    ngx_uint_t                   i;
    ngx_http_patron_loc_conf_t  *by;

    for (i = 0; (by = ngx_http_patron_words(plcf, st, i)) != NULL; i++) {
        if (by->access_meta) {
            return by;
        }
    }

    return NULL;
}


static ngx_uint_t
ngx_http_patron_words_said(ngx_http_patron_loc_conf_t *plcf)
{
    return plcf->access_header.len || plcf->access_meta;
}
