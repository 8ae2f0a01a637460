
/*
 * See the header.  nginx keeps the charset of an upstream, and of its own
 * directive, apart from the type; what another content handler wrote is in the
 * type alone.
 */


#include "patron_field.h"
#include "ngx_http_patron_charset.h"
#include "ngx_http_patron_str.h"


ngx_int_t
ngx_http_patron_charset(ngx_http_request_t *r, ngx_str_t *charset)
{
    ngx_str_t     *type;
    patron_str_t   name, text;

    if (r->headers_out.charset.len) {
        name = ngx_http_patron_pure_str(&r->headers_out.charset);
        patron_field_trim_charset(&name);

    } else {
        type = &r->headers_out.content_type;
        text = ngx_http_patron_pure_str(type);

        if (patron_field_charset(&text, &name) != PATRON_OK) {
            return NGX_DECLINED;
        }
    }

    *charset = ngx_http_patron_nginx_str(&name);

    return NGX_OK;
}


ngx_uint_t
ngx_http_patron_charset_is_utf8(ngx_http_request_t *r)
{
    ngx_str_t  charset;

    return ngx_http_patron_charset(r, &charset) == NGX_OK
           && ((charset.len == 5
                && ngx_strncasecmp(charset.data, (u_char *) "utf-8", 5) == 0)
               || (charset.len == 4
                   && ngx_strncasecmp(charset.data, (u_char *) "utf8", 4)
                      == 0));
}
