
/*
 * Is a response a page: of a type that is edited, whole, and in an encoding
 * whose tags can be read?
 */


#include "patron_xml.h"
#include "ngx_http_patron_charset.h"
#include "ngx_http_patron_headers.h"
#include "ngx_http_patron_media.h"
#include "ngx_http_patron_str.h"


static ngx_uint_t ngx_http_patron_is_last_type(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf);
static void ngx_http_patron_keep_type(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf);
static ngx_uint_t ngx_http_patron_is_of_types(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf);
static ngx_uint_t ngx_http_patron_has_no_body(ngx_http_request_t *r);
static ngx_table_elt_t *ngx_http_patron_encoding(ngx_http_request_t *r);
static void ngx_http_patron_tell_encoding(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf, ngx_table_elt_t *encoding);
static ngx_uint_t ngx_http_patron_ascii_compatible(ngx_http_request_t *r);
static ngx_uint_t ngx_http_patron_charset_is_wide(u_char *name, size_t len);


ngx_uint_t
ngx_http_patron_is_page(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf)
{
    ngx_uint_t        known;
    ngx_table_elt_t  *encoding;

    if (ngx_http_patron_has_no_body(r)
        || r->headers_out.status < NGX_HTTP_OK
        || r->headers_out.status == NGX_HTTP_NO_CONTENT
        || r->headers_out.status == NGX_HTTP_PARTIAL_CONTENT
        || r->headers_out.status == NGX_HTTP_NOT_MODIFIED
        || r->subrequest_ranges
        || r->headers_out.content_length_n == 0)
    {
        return 0;
    }

    known = ngx_http_patron_is_last_type(r, plcf);

    if (!known && !ngx_http_patron_is_of_types(r, plcf)) {
        return 0;
    }

    encoding = ngx_http_patron_encoding(r);

    if (encoding != NULL) {
        ngx_http_patron_tell_encoding(r, plcf, encoding);
        return 0;
    }

    if (!known && !ngx_http_patron_ascii_compatible(r)) {
        ngx_log_error(NGX_LOG_INFO, r->connection->log, 0,
                      "patron: page left alone: its charset "
                      "is not ASCII-compatible");
        return 0;
    }

    if (!known) {
        ngx_http_patron_keep_type(r, plcf);
    }

    return 1;
}


/* Some handlers say so of HEAD themselves, which is asked of as GET is. */

static ngx_uint_t
ngx_http_patron_has_no_body(ngx_http_request_t *r)
{
    return r->header_only && r->method != NGX_HTTP_HEAD;
}


/*
 * Pages of a location are mostly of one type: the last one that was good, and
 * that nothing but its bytes made so, is not looked at again.
 */

static ngx_uint_t
ngx_http_patron_is_last_type(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf)
{
    ngx_str_t                    *type;
    ngx_http_patron_last_type_t  *last;

    type = &r->headers_out.content_type;
    last = &plcf->last_type;

    return type->len == last->len
           && type->len != 0
           && r->headers_out.content_type_len == last->type_len
           && r->headers_out.charset.len == 0
           && ngx_memcmp(type->data, last->data, type->len) == 0;
}


static void
ngx_http_patron_keep_type(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf)
{
    ngx_str_t                    *type;
    ngx_http_patron_last_type_t  *last;

    type = &r->headers_out.content_type;
    last = &plcf->last_type;

    if (type->len > sizeof(last->data) || r->headers_out.charset.len) {
        return;
    }

    ngx_memcpy(last->data, type->data, type->len);
    last->len = type->len;
    last->type_len = r->headers_out.content_type_len;
}


ngx_uint_t
ngx_http_patron_may_be_page(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf)
{
    if (r->upstream != NULL && r->upstream->upgrade) {
        /* from here on it is a WebSocket */
        return 0;
    }

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
        p = type->data + ngx_min(len, type->len);
    }

    while (p > type->data && (p[-1] == ' ' || p[-1] == '\t')) {
        p--;
    }

    if (p == type->data + len) {
        return ngx_http_test_content_type(r, &plcf->types) != NULL;
    }

    /* what is kept of a type goes by its length */

    r->headers_out.content_type_len = p - type->data;
    r->headers_out.content_type_lowcase = NULL;

    found = ngx_http_test_content_type(r, &plcf->types);

    r->headers_out.content_type_len = len;
    r->headers_out.content_type_lowcase = NULL;

    return found != NULL;
}


ngx_int_t
ngx_http_patron_is_feed(ngx_http_request_t *r, ngx_uint_t *kind)
{
    u_char        *end;
    ngx_str_t      type, charset;
    ngx_uint_t     i;
    patron_str_t   name;

    static const struct {
        ngx_str_t   type;
        ngx_uint_t  kind;
    } types[] = {
        { ngx_string("application/rss+xml"), 0 },
        { ngx_string("application/atom+xml"), NGX_HTTP_PATRON_FEED_ATOM },
        { ngx_string("application/rdf+xml"), 0 },
        { ngx_string("application/xml"), NGX_HTTP_PATRON_FEED_ANY },
        { ngx_string("text/xml"), NGX_HTTP_PATRON_FEED_ANY },
        { ngx_string("application/feed+json"), NGX_HTTP_PATRON_FEED_JSON },
        { ngx_string("application/json"),
          NGX_HTTP_PATRON_FEED_JSON|NGX_HTTP_PATRON_FEED_ANY }
    };

    if (ngx_http_patron_has_no_body(r)) {
        return NGX_DECLINED;
    }

    type = r->headers_out.content_type;
    end = type.len ? memchr(type.data, ';', type.len) : NULL;

    if (end != NULL) {
        type.len = end - type.data;
    }

    while (type.len && type.data[type.len - 1] == ' ') {
        type.len--;
    }

    for (i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
        if (type.len == types[i].type.len
            && (ngx_memcmp(type.data, types[i].type.data, type.len) == 0
                || ngx_strncasecmp(type.data, types[i].type.data, type.len)
                   == 0))
        {
            break;
        }
    }

    if (i == sizeof(types) / sizeof(types[0])) {
        return NGX_DECLINED;
    }

    *kind = types[i].kind;

    if (r->subrequest_ranges || ngx_http_patron_encoding(r) != NULL) {
        return NGX_ABORT;
    }

    if (ngx_http_patron_charset(r, &charset) != NGX_OK) {
        return NGX_OK;
    }

    name = ngx_http_patron_pure_str(&charset);

    return patron_xml_encoding(&name) ? NGX_OK : NGX_ABORT;
}


/*
 * A coding that nobody has taken off; there may be several lines of them, and
 * "identity" is none.
 */

static ngx_table_elt_t *
ngx_http_patron_encoding(ngx_http_request_t *r)
{
    ngx_table_elt_t         *h;
    ngx_http_patron_walk_t   walk;

    static ngx_str_t  name = ngx_string("Content-Encoding");
    static ngx_str_t  identity = ngx_string("identity");

    ngx_http_patron_walk(&walk, &r->headers_out.headers);

    while ((h = ngx_http_patron_walk_named(&walk, &name)) != NULL) {

        if (h->value.len == identity.len
            && ngx_strncasecmp(h->value.data, identity.data, identity.len) == 0)
        {
            continue;
        }

        if (h->value.len) {
            return h;
        }
    }

    return NULL;
}


/*
 * A page that stays compressed is never edited, and its owner is to know.  What
 * "add_header" says nginx knows nothing of, and decodes nothing.
 */

static void
ngx_http_patron_tell_encoding(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf, ngx_table_elt_t *encoding)
{
    ngx_uint_t  read;

    /* what an application cuts is read for its head alone */

    read = plcf->rules != NULL
           || (plcf->walled && (!plcf->told || plcf->access_meta));

    if (read && !plcf->encoding_told) {
        plcf->encoding_told = 1;

        ngx_log_error(NGX_LOG_ERR, r->connection->log, 0,
                      "patron: page left alone: Content-Encoding \"%V\"%s; "
                      "send the copy that is not compressed",
                      &encoding->value,
                      r->headers_out.content_encoding == NULL
                      ? " by \"add_header\", which \"gunzip\" does not see"
                      : "");
        return;
    }

    ngx_log_error(NGX_LOG_INFO, r->connection->log, 0,
                  "patron: page left alone: Content-Encoding \"%V\"",
                  &encoding->value);
}


static ngx_uint_t
ngx_http_patron_ascii_compatible(ngx_http_request_t *r)
{
    ngx_str_t  charset;

    return ngx_http_patron_charset(r, &charset) != NGX_OK
           || !ngx_http_patron_charset_is_wide(charset.data, charset.len);
}


ngx_uint_t
ngx_http_patron_is_utf8(ngx_http_request_t *r)
{
    ngx_str_t  charset;

    return ngx_http_patron_charset(r, &charset) != NGX_OK
           || ngx_http_patron_charset_is_utf8(r);
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
