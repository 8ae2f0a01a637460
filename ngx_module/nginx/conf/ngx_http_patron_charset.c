
/*
 * See the header.  nginx keeps the charset of an upstream, and of its own
 * directive, apart from the type; what another content handler wrote is in the
 * type alone.
 */


#include "ngx_http_patron_charset.h"


ngx_int_t
ngx_http_patron_charset(ngx_http_request_t *r, ngx_str_t *charset)
{
    u_char     *p, *end;
    ngx_str_t  *type;

    if (r->headers_out.charset.len) {
        *charset = r->headers_out.charset;

    } else {
        type = &r->headers_out.content_type;

        p = ngx_strlcasestrn(type->data, type->data + type->len,
                             (u_char *) "charset=", sizeof("charset=") - 2);
        if (p == NULL) {
            return NGX_DECLINED;
        }

        charset->data = p + sizeof("charset=") - 1;
        charset->len = type->data + type->len - charset->data;
    }

    p = charset->data;
    end = p + charset->len;

    while (p < end && (*p == '"' || *p == '\'' || *p == ' ')) {
        p++;
    }

    charset->data = p;

    while (p < end && *p != '"' && *p != '\'' && *p != ';' && *p != ' ') {
        p++;
    }

    charset->len = p - charset->data;

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
