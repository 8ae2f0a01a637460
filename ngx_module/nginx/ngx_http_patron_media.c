
/*
 * Is a response a page: of a type that is edited, whole, and in an encoding
 * whose tags can be read?
 */


#include "ngx_http_patron_state.h"


static ngx_uint_t ngx_http_patron_is_of_types(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf);
static ngx_str_t *ngx_http_patron_encoding(ngx_http_request_t *r);
static ngx_uint_t ngx_http_patron_ascii_compatible(ngx_http_request_t *r);
static ngx_uint_t ngx_http_patron_charset_is_wide(u_char *name, size_t len);


ngx_uint_t
ngx_http_patron_is_page(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf)
{
    ngx_str_t  *encoding;

    if (r->headers_out.status != NGX_HTTP_OK
        || r->header_only
        || r->subrequest_ranges
        || r->headers_out.content_length_n == 0
        || !ngx_http_patron_is_of_types(r, plcf))
    {
        return 0;
    }

    encoding = ngx_http_patron_encoding(r);

    if (encoding != NULL) {
        ngx_log_error(NGX_LOG_INFO, r->connection->log, 0,
                      "patron: page left alone: Content-Encoding \"%V\"",
                      encoding);
        return 0;
    }

    if (!ngx_http_patron_ascii_compatible(r)) {
        ngx_log_error(NGX_LOG_INFO, r->connection->log, 0,
                      "patron: page left alone: its charset "
                      "is not ASCII-compatible");
        return 0;
    }

    return 1;
}


ngx_uint_t
ngx_http_patron_may_be_page(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf)
{
    return r->headers_out.content_type.len == 0
           || ngx_http_patron_is_of_types(r, plcf);
}


/*
 * nginx takes all that stands before "; charset=" for the type: other
 * parameters are left out here.
 */

static ngx_uint_t
ngx_http_patron_is_of_types(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf)
{
    void        *found;
    size_t       len;
    u_char      *p;
    ngx_str_t   *type;

    type = &r->headers_out.content_type;
    len = r->headers_out.content_type_len;

    p = ngx_strlchr(type->data, type->data + ngx_min(len, type->len), ';');

    if (p == NULL) {
        return ngx_http_test_content_type(r, &plcf->types) != NULL;
    }

    while (p > type->data && p[-1] == ' ') {
        p--;
    }

    /* what is kept of a type goes by its length */

    r->headers_out.content_type_len = p - type->data;
    r->headers_out.content_type_lowcase = NULL;

    found = ngx_http_test_content_type(r, &plcf->types);

    r->headers_out.content_type_len = len;
    r->headers_out.content_type_lowcase = NULL;

    return found != NULL;
}


/* A coding that nobody has taken off; there may be several lines of them. */

static ngx_str_t *
ngx_http_patron_encoding(ngx_http_request_t *r)
{
    ngx_uint_t        i;
    ngx_table_elt_t  *h;
    ngx_list_part_t  *part;

    static ngx_str_t  name = ngx_string("Content-Encoding");

    part = &r->headers_out.headers.part;
    h = part->elts;

    for (i = 0; /* void */ ; i++) {

        if (i >= part->nelts) {
            if (part->next == NULL) {
                return NULL;
            }

            part = part->next;
            h = part->elts;
            i = 0;
        }

        if (h[i].hash != 0
            && h[i].value.len
            && h[i].key.len == name.len
            && ngx_strncasecmp(h[i].key.data, name.data, name.len) == 0)
        {
            return &h[i].value;
        }
    }
}


static ngx_uint_t
ngx_http_patron_ascii_compatible(ngx_http_request_t *r)
{
    u_char     *p, *end, *start;
    ngx_str_t  *type;

    if (r->headers_out.charset.len
        && ngx_http_patron_charset_is_wide(r->headers_out.charset.data,
                                           r->headers_out.charset.len))
    {
        return 0;
    }

    type = &r->headers_out.content_type;

    p = ngx_strlcasestrn(type->data, type->data + type->len,
                         (u_char *) "charset=", sizeof("charset=") - 2);
    if (p == NULL) {
        return 1;
    }

    p += sizeof("charset=") - 1;
    end = type->data + type->len;

    while (p < end && (*p == '"' || *p == '\'' || *p == ' ')) {
        p++;
    }

    start = p;

    while (p < end && *p != '"' && *p != '\'' && *p != ';' && *p != ' ') {
        p++;
    }

    return !ngx_http_patron_charset_is_wide(start, p - start);
}


/*
 * The encodings in which a byte '<' may be part of another character (WHATWG
 * Encoding, section 4.2, and those that browsers no longer have).
 */

static ngx_uint_t
ngx_http_patron_charset_is_wide(u_char *name, size_t len)
{
    ngx_uint_t         i;
    static ngx_str_t   prefixes[] = {
        ngx_string("utf-16"),
        ngx_string("utf16"),
        ngx_string("utf-32"),
        ngx_string("utf32"),
        ngx_string("utf-7"),
        ngx_string("ucs-"),
        ngx_string("unicode"),
        ngx_string("csunicode"),
        ngx_string("iso-10646"),
        ngx_string("iso-2022"),
        ngx_string("csiso2022"),
        ngx_string("hz-gb"),
        ngx_string("ebcdic"),
        ngx_string("ibm037"),
        ngx_null_string
    };

    /* iso-10646 alone is wide: "unicode-1-1-utf-8" is UTF-8 by another name */

    if (len > 5 && ngx_strncasecmp(name + len - 5, (u_char *) "utf-8", 5) == 0)
    {
        return 0;
    }

    for (i = 0; prefixes[i].len; i++) {
        if (len >= prefixes[i].len
            && ngx_strncasecmp(name, prefixes[i].data, prefixes[i].len) == 0)
        {
            return 1;
        }
    }

    return 0;
}
