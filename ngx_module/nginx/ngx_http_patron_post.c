
/*
 * See the header.  Whose browser sends neither Origin nor Referer is refused: a
 * form that any site could have sent is worth nothing.
 */


#include "patron_form.h"
#include "ngx_http_patron_post.h"


ngx_int_t
ngx_http_patron_post_origin(ngx_http_request_t *r, patron_str_t *base)
{
    ngx_str_t     *from;
    patron_str_t   host;

    static ngx_str_t  origin = ngx_string("Origin");
    static ngx_str_t  referer = ngx_string("Referer");

    from = ngx_http_patron_request_header(r, &origin);

    if (from == NULL) {
        from = ngx_http_patron_request_header(r, &referer);
    }

    if (from == NULL || r->headers_in.host == NULL) {
        return NGX_DECLINED;
    }

    base->data = from->data;
    base->len = from->len;

    host.data = r->headers_in.host->value.data;
    host.len = r->headers_in.host->value.len;

    return patron_origin_is(base, &host, &base->len) == PATRON_OK
           ? NGX_OK : NGX_DECLINED;
}


ngx_int_t
ngx_http_patron_post_body(ngx_http_request_t *r, patron_str_t *body)
{
    u_char       *p;
    size_t        len;
    ngx_buf_t    *b;
    ngx_chain_t  *cl;

    body->len = 0;

    p = ngx_pnalloc(r->pool, NGX_HTTP_PATRON_POST_MAX);
    if (p == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    body->data = p;

    if (r->request_body == NULL) {
        return NGX_OK;
    }

    for (cl = r->request_body->bufs; cl; cl = cl->next) {
        b = cl->buf;
        len = ngx_buf_size(b);

        if (len > NGX_HTTP_PATRON_POST_MAX - body->len) {
            return NGX_HTTP_REQUEST_ENTITY_TOO_LARGE;
        }

        if (b->in_file) {
            if (ngx_read_file(b->file, p, len, b->file_pos) != (ssize_t) len) {
                return NGX_HTTP_INTERNAL_SERVER_ERROR;
            }

            p += len;

        } else if (len) {
            p = ngx_cpymem(p, b->pos, len);
        }

        body->len += len;
    }

    return NGX_OK;
}


ngx_int_t
ngx_http_patron_see_other(ngx_http_request_t *r, ngx_str_t *location)
{
    ngx_uint_t  i;

    static ngx_str_t  name = ngx_string("Location");
    static ngx_str_t  headers[][2] = {
        { ngx_string("Cache-Control"), ngx_string("private, no-store") },
        { ngx_string("X-Robots-Tag"), ngx_string("noindex, nofollow") }
    };

    for (i = 0; i < sizeof(headers) / sizeof(headers[0]); i++) {
        if (ngx_http_patron_add_header(r, &headers[i][0], &headers[i][1])
            != NGX_OK)
        {
            return NGX_HTTP_INTERNAL_SERVER_ERROR;
        }
    }

    /* not as headers_out.location, which nginx would make absolute */

    if (ngx_http_patron_add_header(r, &name, location) != NGX_OK) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    r->headers_out.status = NGX_HTTP_SEE_OTHER;
    r->headers_out.content_length_n = 0;
    r->header_only = 1;

    return ngx_http_send_header(r);
}
