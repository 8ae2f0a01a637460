
/*
 * See the header.  Browsers say so in "Sec-Fetch-Dest", on TLS; htmx and most
 * libraries of before that in headers of their own.
 */


#include "ngx_http_patron_fetch.h"
#include "ngx_http_patron_headers.h"


static ngx_str_t  ngx_http_patron_fetch_headers[] = {
    ngx_string("Sec-Fetch-Dest"),
    ngx_string("HX-Request"),
    ngx_string("X-Requested-With")
};


ngx_uint_t
ngx_http_patron_is_fetch(ngx_http_request_t *r)
{
    uint64_t                 marks;
    ngx_str_t               *dest, *htmx, *with;
    ngx_table_elt_t         *h;
    ngx_http_patron_walk_t   walk;

    dest = &ngx_http_patron_fetch_headers[0];
    htmx = &ngx_http_patron_fetch_headers[1];
    with = &ngx_http_patron_fetch_headers[2];

    marks = ngx_http_patron_header_mark(dest)
            | ngx_http_patron_header_mark(htmx)
            | ngx_http_patron_header_mark(with);

    if (!(ngx_http_patron_request_marks(r) & marks)) {
        return 0;
    }

    ngx_http_patron_walk(&walk, &r->headers_in.headers);

    while ((h = ngx_http_patron_walk_next(&walk)) != NULL) {

        if (h->key.len == 0 || !(ngx_http_patron_header_mark(&h->key) & marks))
        {
            continue;
        }

        if (ngx_http_patron_header_is(h, dest)) {

            if (h->value.len == 5
                && ngx_strncasecmp(h->value.data, (u_char *) "empty", 5) == 0)
            {
                return 1;
            }

        } else if (h->value.len
                   && (ngx_http_patron_header_is(h, htmx)
                       || ngx_http_patron_header_is(h, with)))
        {
            return 1;
        }
    }

    return 0;
}


ngx_int_t
ngx_http_patron_vary_by_fetch(ngx_http_request_t *r)
{
    ngx_uint_t  i;

    for (i = 0; i < sizeof(ngx_http_patron_fetch_headers)
                    / sizeof(ngx_http_patron_fetch_headers[0]); i++)
    {
        if (ngx_http_patron_add_vary(r, &ngx_http_patron_fetch_headers[i])
            != NGX_OK)
        {
            return NGX_ERROR;
        }
    }

    return NGX_OK;
}
