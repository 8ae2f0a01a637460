
/*
 * Conditional requests (RFC 9110, section 13).  nginx answers them before the
 * page is known to be edited, and an upstream answers them for the page it
 * has, so the conditions are taken from the request in the access phase and
 * compared here with the validator of what this reader is to get: the origin's
 * entity tag and a hash of all that goes into the page.
 *
 * Accept-Encoding goes the same way: an upstream then answers in plain bytes,
 * gzip_static and gunzip see a client that takes none, and a cache that varies
 * on it keeps one copy.  nginx's gzip has it back from the header filter.
 *
 * Accept stays but for Markdown, where a level stands: an upstream that answers
 * in it has answered with what nobody could cut.
 *
 * An edited page has a weak tag and no Last-Modified: a date cannot tell a
 * guest's page from a patron's.
 */


#include "patron_field.h"
#include "ngx_http_patron_compat.h"
#include "ngx_http_patron_conditional.h"
#include "ngx_http_patron_headers.h"
#include "ngx_http_patron_str.h"


static ngx_int_t ngx_http_patron_variant_etag(ngx_http_request_t *r,
    uint64_t variant);
static u_char *ngx_http_patron_letters(u_char *dst, uint32_t bits);
static ngx_uint_t ngx_http_patron_not_newer(ngx_http_request_t *r,
    ngx_str_t *since);


ngx_int_t
ngx_http_patron_take_request_headers(ngx_http_request_t *r,
    ngx_http_patron_state_t *st, ngx_uint_t ranges)
{
    ngx_uint_t         n;
    ngx_table_elt_t   *taken[5], **encoding;

    n = 0;

    if (r->headers_in.if_none_match) {
        st->if_none_match = r->headers_in.if_none_match->value;
        taken[n++] = r->headers_in.if_none_match;
        r->headers_in.if_none_match = NULL;
    }

    if (r->headers_in.if_modified_since) {
        st->if_modified_since = r->headers_in.if_modified_since->value;
        taken[n++] = r->headers_in.if_modified_since;
        r->headers_in.if_modified_since = NULL;
    }

    encoding = ngx_http_patron_compat_accept_encoding(r);

    if (encoding != NULL && *encoding != NULL) {
        st->accept_encoding = *encoding;
        taken[n++] = *encoding;
        *encoding = NULL;
    }

    if (ranges && r->headers_in.range) {
        taken[n++] = r->headers_in.range;
        r->headers_in.range = NULL;

        if (r->headers_in.if_range) {
            taken[n++] = r->headers_in.if_range;
            r->headers_in.if_range = NULL;
        }
    }

    return ngx_http_patron_unlink_headers(r, taken, n);
}


ngx_int_t
ngx_http_patron_take_markdown(ngx_http_request_t *r)
{
    size_t                   n;
    u_char                  *p;
    patron_str_t             list;
    ngx_table_elt_t         *h;
    ngx_http_patron_walk_t   walk;

    static ngx_str_t           accept = ngx_string("Accept");
    static const patron_str_t  types[] = {
        patron_string("text/markdown"),
        patron_string("text/x-markdown")
    };

    ngx_http_patron_walk(&walk, &r->headers_in.headers);

    while ((h = ngx_http_patron_walk_named(&walk, &accept)) != NULL) {

        list = ngx_http_patron_pure_str(&h->value);

        if (ngx_strlcasestrn(h->value.data, h->value.data + h->value.len,
                             (u_char *) "markdown", sizeof("markdown") - 2)
            == NULL)
        {
            continue;
        }

        p = ngx_pnalloc(r->pool, list.len + 1);
        if (p == NULL) {
            return NGX_ERROR;
        }

        n = patron_field_without(&list, types,
                                 sizeof(types) / sizeof(types[0]), p);

        if (n == list.len) {
            continue;
        }

        p[n] = '\0';

        h->value.data = p;
        h->value.len = n;

        if (n == 0) {
            ngx_str_set(&h->value, "*/*");
        }
    }

    return NGX_OK;
}


void
ngx_http_patron_give_back(ngx_http_request_t *r, ngx_http_patron_state_t *st)
{
    if (st->accept_encoding != NULL) {
        *ngx_http_patron_compat_accept_encoding(r) = st->accept_encoding;
        st->accept_encoding = NULL;
        ngx_http_patron_compat_forget_gzip(r);
    }
}


ngx_int_t
ngx_http_patron_validate(ngx_http_request_t *r, ngx_http_patron_state_t *st,
    uint64_t variant)
{
    ngx_uint_t        same;
    patron_str_t      list, tag;
    ngx_table_elt_t  *etag;

    if (variant != 0) {
        if (ngx_http_patron_variant_etag(r, variant) != NGX_OK) {
            return NGX_ERROR;
        }

        ngx_http_clear_last_modified(r);
    }

    if (r->headers_out.status != NGX_HTTP_OK
        || (r->method != NGX_HTTP_GET && r->method != NGX_HTTP_HEAD))
    {
        return NGX_OK;
    }

    etag = r->headers_out.etag;

    if (st->if_none_match.len) {
        list = ngx_http_patron_pure_str(&st->if_none_match);

        if (etag != NULL) {
            tag = ngx_http_patron_pure_str(&etag->value);
        }

        same = patron_field_etag(&list, etag ? &tag : NULL);

    } else if (st->if_modified_since.len && variant == 0) {
        same = ngx_http_patron_not_newer(r, &st->if_modified_since);

    } else {
        same = 0;
    }

    if (!same) {
        return NGX_OK;
    }

    r->headers_out.status = NGX_HTTP_NOT_MODIFIED;
    r->headers_out.status_line.len = 0;
    r->headers_out.content_type.len = 0;
    ngx_http_clear_content_length(r);
    ngx_http_clear_accept_ranges(r);

    if (r->headers_out.content_encoding) {
        r->headers_out.content_encoding->hash = 0;
        r->headers_out.content_encoding = NULL;
    }

    return NGX_DONE;
}


/*
 * W/"origin-hash"; where the origin has a date only, the date stands for its
 * tag.  A page with neither has no validator.
 */

static ngx_int_t
ngx_http_patron_variant_etag(ngx_http_request_t *r, uint64_t variant)
{
    u_char           *p, *last, *value;
    ngx_str_t         opaque;
    u_char            date[NGX_TIME_T_LEN];
    ngx_table_elt_t  *etag;

    etag = r->headers_out.etag;

    if (etag != NULL) {
        opaque = etag->value;

        if (opaque.len > 2 && opaque.data[0] == 'W' && opaque.data[1] == '/') {
            opaque.data += 2;
            opaque.len -= 2;
        }

        if (opaque.len >= 2 && opaque.data[0] == '"'
            && opaque.data[opaque.len - 1] == '"')
        {
            opaque.data++;
            opaque.len -= 2;
        }

    } else if (r->headers_out.last_modified_time != -1) {
        last = ngx_sprintf(date, "%xT", r->headers_out.last_modified_time);
        opaque.data = date;
        opaque.len = last - date;

        etag = ngx_list_push(&r->headers_out.headers);
        if (etag == NULL) {
            return NGX_ERROR;
        }

        ngx_memzero(etag, sizeof(ngx_table_elt_t));
        etag->hash = 1;
        ngx_str_set(&etag->key, "ETag");
        r->headers_out.etag = etag;

    } else {
        return NGX_OK;
    }

    value = ngx_pnalloc(r->pool, opaque.len + sizeof("W/\"-\"") - 1 + 16);
    if (value == NULL) {
        etag->hash = 0;
        r->headers_out.etag = NULL;
        return NGX_ERROR;
    }

    p = ngx_cpymem(value, "W/\"", sizeof("W/\"") - 1);
    p = ngx_cpymem(p, opaque.data, opaque.len);
    *p++ = '-';
    p = ngx_http_patron_letters(p, (uint32_t) variant);
    p = ngx_http_patron_letters(p, (uint32_t) (variant >> 32));
    *p++ = '"';

    etag->value.data = value;
    etag->value.len = p - value;

    return NGX_OK;
}


/* Eight letters, "a" to "p": four bits each, spread to a byte all at once. */

static u_char *
ngx_http_patron_letters(u_char *dst, uint32_t bits)
{
    uint64_t  word;

    word = bits;
    word = (word | word << 16) & 0x0000ffff0000ffffULL;
    word = (word | word << 8) & 0x00ff00ff00ff00ffULL;
    word = (word | word << 4) & 0x0f0f0f0f0f0f0f0fULL;
    word += 0x6161616161616161ULL;

    return ngx_cpymem(dst, &word, sizeof(uint64_t));
}


/* As "if_modified_since" of the location has it. */

static ngx_uint_t
ngx_http_patron_not_newer(ngx_http_request_t *r, ngx_str_t *since)
{
    time_t                     ims;
    ngx_http_core_loc_conf_t  *clcf;

    clcf = ngx_http_get_module_loc_conf(r, ngx_http_core_module);

    if (clcf->if_modified_since == NGX_HTTP_IMS_OFF
        || r->headers_out.last_modified_time == -1)
    {
        return 0;
    }

    ims = ngx_parse_http_time(since->data, since->len);

    if (ims == NGX_ERROR) {
        return 0;
    }

    if (clcf->if_modified_since == NGX_HTTP_IMS_EXACT) {
        return ims == r->headers_out.last_modified_time;
    }

    return ims >= r->headers_out.last_modified_time;
}
