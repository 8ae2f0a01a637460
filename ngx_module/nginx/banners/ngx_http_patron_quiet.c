
/*
 * See the header.  All of it is a property of the page, the same for every
 * reader: caches may keep what a guest is sent.
 */


#include <ngx_config.h>
#include <ngx_core.h>

#include "patron_names.h"
#include "ngx_http_patron_asked.h"
#include "ngx_http_patron_campaign.h"
#include "ngx_http_patron_campaign_settings.h"
#include "ngx_http_patron_headers.h"
#include "ngx_http_patron_quiet.h"
#include "ngx_http_patron_str.h"


static ngx_int_t ngx_http_patron_quiet_read(ngx_http_request_t *r,
    ngx_http_patron_state_t *st, ngx_list_t *headers, ngx_str_t *name,
    ngx_uint_t hide);


ngx_int_t
ngx_http_patron_quiet_access(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf, ngx_http_patron_state_t *st)
{
    if (plcf->appeals_header.len == 0
        || !r->internal
        || r->upstream == NULL
        || r->upstream->headers_in.x_accel_redirect == NULL)
    {
        return NGX_OK;
    }

    return ngx_http_patron_quiet_read(r, st, &r->upstream->headers_in.headers,
                                      &plcf->appeals_header, 0);
}


/*
 * Where X-Accel-Redirect or an error page took the place of what the CMS sent,
 * or proxy_hide_header took the header away, the upstream's own have it.
 */

ngx_int_t
ngx_http_patron_quiet_header(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf, ngx_http_patron_state_t *st)
{
    if (r->upstream != NULL
        && r->upstream->headers_in.headers.part.elts != NULL
        && ngx_http_patron_quiet_read(r, st, &r->upstream->headers_in.headers,
                                      &plcf->appeals_header, 0)
           != NGX_OK)
    {
        return NGX_ERROR;
    }

    return ngx_http_patron_quiet_read(r, st, &r->headers_out.headers,
                                      &plcf->appeals_header, 1);
}


/* What is said several times adds up. */

static ngx_int_t
ngx_http_patron_quiet_read(ngx_http_request_t *r, ngx_http_patron_state_t *st,
    ngx_list_t *headers, ngx_str_t *name, ngx_uint_t hide)
{
    u_char                  *p;
    ngx_str_t                list;
    ngx_table_elt_t         *h;
    ngx_http_patron_walk_t   walk;

    ngx_http_patron_walk(&walk, headers);

    while ((h = ngx_http_patron_walk_named(&walk, name)) != NULL) {

        if (hide) {
            h->hash = 0;
        }

        if (st == NULL || h->value.len == 0) {
            continue;
        }

        list.len = st->left_out.len + 1 + h->value.len;
        list.data = ngx_pnalloc(r->pool, list.len);
        if (list.data == NULL) {
            return NGX_ERROR;
        }

        p = list.data;

        if (st->left_out.len) {
            p = ngx_cpymem(p, st->left_out.data, st->left_out.len);
        }

        *p++ = ',';
        ngx_memcpy(p, h->value.data, h->value.len);

        st->left_out = list;
    }

    return NGX_OK;
}


ngx_uint_t
ngx_http_patron_quiet_page(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf, ngx_http_patron_state_t *st)
{
    ngx_str_t                        path;
    patron_str_t                     list;
    ngx_http_patron_campaign_set_t  *set;

    static const patron_str_t  none = patron_string("none");

    list = ngx_http_patron_pure_str(&st->left_out);

    if (list.len && patron_names_have(&list, &none)) {
        return 1;
    }

    if (plcf->campaigns == NULL) {
        return 0;
    }

    set = ngx_http_patron_campaigns(plcf->campaigns);

    return set != NULL
           && set->quiet.nelts
           && ngx_http_patron_asked_path(r, &path) == NGX_OK
           && ngx_http_patron_settings_quiet(set, &path);
}


ngx_uint_t
ngx_http_patron_quiet_name(ngx_http_patron_state_t *st, ngx_str_t *name,
    ngx_str_t *slot)
{
    patron_str_t  list;

    if (st->left_out.len == 0) {
        return 0;
    }

    list = ngx_http_patron_pure_str(&st->left_out);

    return ngx_http_patron_quiet_list(&list, name, slot);
}


ngx_uint_t
ngx_http_patron_quiet_list(patron_str_t *list, ngx_str_t *name,
    ngx_str_t *slot)
{
    patron_str_t  s;

    static const patron_str_t  none = patron_string("none");

    if (patron_names_have(list, &none)) {
        return 1;
    }

    s = ngx_http_patron_pure_str(name);

    if (s.len && patron_names_have(list, &s)) {
        return 1;
    }

    s = ngx_http_patron_pure_str(slot);

    return s.len && patron_names_have(list, &s);
}
