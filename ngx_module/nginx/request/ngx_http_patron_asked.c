
/*
 * See the header.  The request line outlives all rewrites; it is read by
 * nginx's own parser, on a request that is there for nothing else, but where
 * that would leave every byte as it is.
 */


#include "ngx_http_patron_asked.h"


static ngx_int_t ngx_http_patron_asked_plain(ngx_http_request_t *r,
    ngx_str_t *path);


ngx_int_t
ngx_http_patron_asked_path(ngx_http_request_t *r, ngx_str_t *path)
{
    u_char                    *p, *line;
    size_t                     len;
    ngx_http_request_t         parsed;
    ngx_http_core_srv_conf_t  *cscf;

    if (ngx_http_patron_asked_plain(r, path) == NGX_OK) {
        return NGX_OK;
    }

    len = r->unparsed_uri.len;

    /* "/" and a byte behind the end, which the parser reads; and the result */

    line = ngx_pnalloc(r->pool, 2 * (len + 2));
    if (line == NULL) {
        return NGX_ERROR;
    }

    p = line;

    if (len == 0 || r->unparsed_uri.data[0] != '/') {
        /* "GET http://host?args" */
        *p++ = '/';
    }

    p = ngx_cpymem(p, r->unparsed_uri.data, len);
    *p = ' ';

    ngx_memzero(&parsed, sizeof(ngx_http_request_t));

    parsed.connection = r->connection;
    parsed.uri_start = line;
    parsed.uri_end = p;
    parsed.uri.data = line + len + 2;

    cscf = ngx_http_get_module_srv_conf(r, ngx_http_core_module);

    if (ngx_http_parse_complex_uri(&parsed, cscf->merge_slashes) != NGX_OK) {
        /* an address that no request line has had */
        *path = r->uri;
        return NGX_OK;
    }

    *path = parsed.uri;

    return NGX_OK;
}


/*
 * NGX_DECLINED where something has to be decoded, merged or taken out: nginx has
 * noted that when it read the request line.
 */

static ngx_int_t
ngx_http_patron_asked_plain(ngx_http_request_t *r, ngx_str_t *path)
{
    u_char     *args;
    ngx_str_t  *asked;

    asked = &r->unparsed_uri;

    if (r->main->complex_uri || r->main->quoted_uri
        || asked->len == 0 || asked->data[0] != '/')
    {
        return NGX_DECLINED;
    }

    args = memchr(asked->data, '?', asked->len);

    path->data = asked->data;
    path->len = args ? (size_t) (args - asked->data) : asked->len;

    return NGX_OK;
}
