
/*
 * See the header.  Browsers say so in "Sec-Fetch-Dest", on TLS; htmx and most
 * libraries of before that in headers of their own.
 */


#include "ngx_http_patron_fetch.h"
#include "ngx_http_patron_headers.h"


ngx_uint_t
ngx_http_patron_is_fetch(ngx_http_request_t *r)
{
    uint64_t                 marks;
    ngx_table_elt_t         *h;
    ngx_http_patron_walk_t   walk;

    static ngx_str_t  dest = ngx_string("Sec-Fetch-Dest");
    static ngx_str_t  htmx = ngx_string("HX-Request");
    static ngx_str_t  with = ngx_string("X-Requested-With");

    marks = ngx_http_patron_header_mark(&dest)
            | ngx_http_patron_header_mark(&htmx)
            | ngx_http_patron_header_mark(&with);

    if (!(ngx_http_patron_request_marks(r) & marks)) {
        return 0;
    }

    ngx_http_patron_walk(&walk, &r->headers_in.headers);

    while ((h = ngx_http_patron_walk_next(&walk)) != NULL) {

        if (h->key.len == 0 || !(ngx_http_patron_header_mark(&h->key) & marks))
        {
            continue;
        }

        if (ngx_http_patron_header_is(h, &dest)) {

            if (h->value.len == 5
                && ngx_strncasecmp(h->value.data, (u_char *) "empty", 5) == 0)
            {
                return 1;
            }

        } else if (h->value.len
                   && (ngx_http_patron_header_is(h, &htmx)
                       || ngx_http_patron_header_is(h, &with)))
        {
            return 1;
        }
    }

    return 0;
}
