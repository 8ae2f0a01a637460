
/*
 * See the header.  Whose browser sends none of Sec-Fetch-Site, Origin and Referer
 * is refused: a form that any site could have sent is worth nothing.
 */


#include <ngx_config.h>
#include <ngx_core.h>

#include "patron_form.h"
#include "patron_path.h"
#include "ngx_http_patron_argument.h"
#include "ngx_http_patron_ask.h"
#include "ngx_http_patron_compat.h"
#include "ngx_http_patron_headers.h"
#include "ngx_http_patron_post.h"
#include "ngx_http_patron_state.h"
#include "ngx_http_patron_str.h"


#define ngx_http_patron_post_is(value, word)                                  \
    ((value)->len == (word)->len                                              \
     && ngx_strncmp((value)->data, (word)->data, (word)->len) == 0)


struct ngx_http_patron_post_s {
    size_t                   max;
    ngx_http_patron_post_pt  handler;
};


static ngx_int_t ngx_http_patron_post_own(ngx_http_request_t *r,
    patron_str_t *base);
static void ngx_http_patron_post_handler(ngx_http_request_t *r);
static ngx_int_t ngx_http_patron_post_body(ngx_http_request_t *r, size_t max,
    patron_str_t *body);
static ngx_int_t ngx_http_patron_post_local(ngx_http_request_t *r,
    const patron_str_t *body, const patron_str_t *field, patron_str_t *path);
static ngx_int_t ngx_http_patron_post_encode(ngx_http_request_t *r,
    patron_str_t *path);


/*
 * A page that does not tell its address (Referrer-Policy: no-referrer) makes
 * the Origin of its forms "null", as a foreign one may be; which it is, is said
 * by Sec-Fetch-Site, which no page can set.
 */

ngx_int_t
ngx_http_patron_post_origin(ngx_http_request_t *r, patron_str_t *base)
{
    ngx_str_t     *from, *site;
    ngx_uint_t     same, opaque;
    patron_str_t   host;

    static ngx_str_t  origin = ngx_string("Origin");
    static ngx_str_t  referer = ngx_string("Referer");
    static ngx_str_t  fetch = ngx_string("Sec-Fetch-Site");
    static ngx_str_t  same_origin = ngx_string("same-origin");
    static ngx_str_t  null = ngx_string("null");

    if (r->headers_in.host == NULL) {
        return NGX_DECLINED;
    }

    site = ngx_http_patron_request_header(r, &fetch);
    same = (site != NULL && ngx_http_patron_post_is(site, &same_origin));

    from = ngx_http_patron_request_header(r, &origin);
    opaque = (from != NULL && ngx_http_patron_post_is(from, &null));

    if (opaque && !same) {
        return NGX_DECLINED;
    }

    if (from == NULL || opaque) {
        from = ngx_http_patron_request_header(r, &referer);
    }

    if (from == NULL) {
        return same ? ngx_http_patron_post_own(r, base) : NGX_DECLINED;
    }

    *base = ngx_http_patron_pure_str(from);

    host = ngx_http_patron_pure_str(&r->headers_in.host->value);

    return patron_origin_is(base, &host, &base->len) == PATRON_OK
           ? NGX_OK : NGX_DECLINED;
}


/*
 * "scheme://host" of a page that says no more than that it is of this host.
 * Browsers send Sec-Fetch-Site over TLS, which may end before us, and on a
 * plain connection to their own machine alone.
 */

static ngx_int_t
ngx_http_patron_post_own(ngx_http_request_t *r, patron_str_t *base)
{
    u_char      *p;
    ngx_str_t   *host;
    ngx_uint_t   plain;

    host = &r->headers_in.host->value;

    plain = !ngx_http_patron_compat_tls(r)
            && ((host->len >= 9
                 && ngx_strncasecmp(host->data, (u_char *) "localhost", 9)
                    == 0)
                || (host->len >= 4
                    && ngx_strncmp(host->data, "127.", 4) == 0)
                || (host->len >= 5
                    && ngx_strncmp(host->data, "[::1]", 5) == 0));

    p = ngx_pnalloc(r->pool, sizeof("https://") + host->len);
    if (p == NULL) {
        return NGX_ERROR;
    }

    base->data = p;
    base->len = ngx_sprintf(p, "http%s://%V", plain ? "" : "s", host) - p;

    return NGX_OK;
}


ngx_int_t
ngx_http_patron_post_form(ngx_http_request_t *r, const char *what,
    ngx_http_patron_post_pt handler)
{
    patron_str_t  base;

    static ngx_str_t  post = ngx_string("POST");

    if (r->method != NGX_HTTP_POST) {
        return ngx_http_patron_not_allowed(r, &post);
    }

    if (ngx_http_patron_post_origin(r, &base) != NGX_OK) {
        ngx_log_error(NGX_LOG_INFO, r->connection->log, 0,
                      "patron: %s refused: not from a page of this host",
                      what);
        return NGX_HTTP_FORBIDDEN;
    }

    return ngx_http_patron_post_read(r, NGX_HTTP_PATRON_POST_MAX, handler);
}


ngx_int_t
ngx_http_patron_post_patron(ngx_http_request_t *r,
    ngx_http_patron_post_pt handler, ngx_http_patron_post_refuse_pt refuse)
{
    ngx_int_t                 rc;
    patron_str_t              base;
    ngx_http_patron_state_t  *st;

    static ngx_str_t  post = ngx_string("POST");

    st = ngx_http_patron_post_state(r);
    if (st == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    if (r->method != NGX_HTTP_POST) {
        rc = ngx_http_discard_request_body(r);

        if (rc != NGX_OK) {
            return rc;
        }

        rc = ngx_http_patron_not_allowed(r, &post);

        return rc == NGX_HTTP_NOT_ALLOWED ? refuse(r, rc) : rc;
    }

    if (ngx_http_patron_post_origin(r, &base) != NGX_OK
        || !st->identified || st->state != PATRON_STATE_PATRON
        || st->id.len == 0)
    {
        rc = ngx_http_discard_request_body(r);

        return rc == NGX_OK ? refuse(r, NGX_HTTP_FORBIDDEN) : rc;
    }

    return ngx_http_patron_post_read(r, NGX_HTTP_PATRON_POST_MAX, handler);
}


ngx_int_t
ngx_http_patron_post_read(ngx_http_request_t *r, size_t max,
    ngx_http_patron_post_pt handler)
{
    ngx_int_t                 rc;
    ngx_http_cleanup_t       *cln;
    ngx_http_patron_post_t   *post;
    ngx_http_patron_state_t  *st;

    if (r->headers_in.content_length_n > (off_t) max) {
        return NGX_HTTP_REQUEST_ENTITY_TOO_LARGE;
    }

    st = ngx_http_patron_post_state(r);
    post = ngx_palloc(r->pool, sizeof(ngx_http_patron_post_t));
    cln = ngx_http_cleanup_add(r, 0);

    if (st == NULL || post == NULL || cln == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    post->max = max;
    post->handler = handler;

    st->post = post;

    cln->handler = ngx_http_patron_ask_detach;
    cln->data = st;

    rc = ngx_http_read_client_request_body(r, ngx_http_patron_post_handler);

    return (rc >= NGX_HTTP_SPECIAL_RESPONSE) ? rc : NGX_DONE;
}


ngx_http_patron_state_t *
ngx_http_patron_post_state(ngx_http_request_t *r)
{
    ngx_http_patron_state_t  *st;

    st = ngx_http_patron_state_create(r);

    if (st != NULL) {
        ngx_memzero(&st->level, sizeof(patron_level_t));
    }

    return st;
}


static void
ngx_http_patron_post_handler(ngx_http_request_t *r)
{
    ngx_int_t                rc;
    patron_str_t             body;
    ngx_http_patron_post_t  *post;

    post = ngx_http_patron_state(r)->post;

    rc = ngx_http_patron_post_body(r, post->max, &body);

    if (rc == NGX_OK) {
        rc = post->handler(r, &body);
    }

    /* NGX_AGAIN is a part of the answer unsent */

    if (rc != NGX_DONE) {
        ngx_http_finalize_request(r, rc);
        return;
    }

    r->read_event_handler = ngx_http_test_reading;
    r->write_event_handler = ngx_http_request_empty_handler;
}


/* NGX_OK or a status. */

static ngx_int_t
ngx_http_patron_post_body(ngx_http_request_t *r, size_t max,
    patron_str_t *body)
{
    off_t         size;
    u_char       *p;
    size_t        len;
    ngx_buf_t    *b;
    ngx_chain_t  *cl;

    body->data = (u_char *) "";
    body->len = 0;

    if (r->request_body == NULL) {
        return NGX_OK;
    }

    size = 0;

    for (cl = r->request_body->bufs; cl; cl = cl->next) {
        size += ngx_buf_size(cl->buf);
    }

    if (size > (off_t) max) {
        return NGX_HTTP_REQUEST_ENTITY_TOO_LARGE;
    }

    if (size == 0) {
        return NGX_OK;
    }

    p = ngx_pnalloc(r->pool, (size_t) size);
    if (p == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    body->data = p;
    body->len = (size_t) size;

    for (cl = r->request_body->bufs; cl; cl = cl->next) {
        b = cl->buf;
        len = ngx_buf_size(b);

        if (b->in_file) {
            if (ngx_read_file(b->file, p, len, b->file_pos) != (ssize_t) len) {
                return NGX_HTTP_INTERNAL_SERVER_ERROR;
            }

            p += len;

        } else if (len) {
            p = ngx_cpymem(p, b->pos, len);
        }
    }

    return NGX_OK;
}


ngx_int_t
ngx_http_patron_post_path(ngx_http_request_t *r, patron_str_t *body,
    patron_str_t *path)
{
    size_t         len;
    u_char        *query;
    ngx_int_t      rc;
    ngx_str_t      args;
    const u_char  *p;

    static const patron_str_t  field = patron_string("path");

    rc = ngx_http_patron_post_local(r, body, &field, path);
    if (rc != NGX_OK) {
        return rc == NGX_ERROR ? NGX_ERROR : NGX_DECLINED;
    }

    p = memchr(path->data, '#', path->len);

    if (p != NULL) {
        path->len = p - path->data;
    }

    p = memchr(path->data, '?', path->len);

    if (p == NULL) {
        return NGX_OK;
    }

    /* the body is the request's own, and may be written to */

    query = (u_char *) p + 1;
    args.data = query;
    args.len = path->data + path->len - query;
    len = args.len;

    if (ngx_http_patron_drop_ours(r, &args) != NGX_OK) {
        return NGX_ERROR;
    }

    if (args.len < len) {
        ngx_memmove(query, args.data, args.len);
        path->len = (args.len ? query + args.len : p) - path->data;
    }

    return NGX_OK;
}


/*
 * The path of this site that a field of a form names.  Letters of other
 * alphabets stand there as they are read, and not in a Location.  NGX_DECLINED
 * where there is none, NGX_HTTP_BAD_REQUEST where it is another thing.
 */

static ngx_int_t
ngx_http_patron_post_local(ngx_http_request_t *r, const patron_str_t *body,
    const patron_str_t *field, patron_str_t *path)
{
    int         rc;
    u_char     *p;
    ngx_int_t   encoded;

    p = ngx_pnalloc(r->pool, PATRON_PATH_MAX);
    if (p == NULL) {
        return NGX_ERROR;
    }

    rc = patron_form_field(body, field, p, PATRON_PATH_MAX, path);

    if (rc == PATRON_DECLINED) {
        return NGX_DECLINED;
    }

    if (rc != PATRON_OK) {
        return NGX_HTTP_BAD_REQUEST;
    }

    encoded = ngx_http_patron_post_encode(r, path);

    if (encoded != NGX_OK) {
        return encoded;
    }

    return patron_path_local(path) == PATRON_OK ? NGX_OK
                                                : NGX_HTTP_BAD_REQUEST;
}


/* Percent-encodes what is not ASCII, which has to be UTF-8. */

static ngx_int_t
ngx_http_patron_post_encode(ngx_http_request_t *r, patron_str_t *path)
{
    size_t     n;
    u_char    *p, *q, *end;
    uint32_t   c;

    p = (u_char *) path->data;
    end = p + path->len;
    n = 0;

    while (p < end) {

        if (*p < 0x80) {
            p++;
            n++;
            continue;
        }

        q = p;
        c = ngx_utf8_decode(&p, end - p);

        if (c > 0x10ffff || c < 0xa0 || (c >= 0xd800 && c < 0xe000)) {
            return NGX_HTTP_BAD_REQUEST;
        }

        n += 3 * (p - q);
    }

    if (n == path->len) {
        return NGX_OK;
    }

    q = ngx_pnalloc(r->pool, n);
    if (q == NULL) {
        return NGX_ERROR;
    }

    p = (u_char *) path->data;
    path->data = q;
    path->len = n;

    for ( /* void */ ; p < end; p++) {
        if (*p < 0x80) {
            *q++ = *p;

        } else {
            q = ngx_sprintf(q, "%%%02Xd", (ngx_uint_t) *p);
        }
    }

    return NGX_OK;
}


ngx_uint_t
ngx_http_patron_post_wants_html(ngx_http_request_t *r)
{
    ngx_str_t  *accept;

    static ngx_str_t  name = ngx_string("Accept");

    accept = ngx_http_patron_request_header(r, &name);

    return accept != NULL
           && ngx_strlcasestrn(accept->data, accept->data + accept->len,
                               (u_char *) "text/html",
                               sizeof("text/html") - 2)
              != NULL;
}


ngx_int_t
ngx_http_patron_answer_json(ngx_http_request_t *r, ngx_uint_t status,
    const char *name, const patron_str_t *value)
{
    u_char     *p;
    ngx_str_t   text;

    static ngx_str_t  type = ngx_string("application/json");

    /* an escaped character takes six at most */

    text.data = ngx_pnalloc(r->pool, sizeof("{'':''}\n") + ngx_strlen(name)
                                     + 6 * value->len);
    if (text.data == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    p = ngx_sprintf(text.data, "{\"%s\":\"", name);
    p = (u_char *) ngx_escape_json(p, (u_char *) value->data, value->len);
    p = ngx_cpymem(p, "\"}\n", sizeof("\"}\n") - 1);

    text.len = p - text.data;

    return ngx_http_patron_answer(r, status, &type, &text);
}


ngx_int_t
ngx_http_patron_post_to(ngx_http_request_t *r, patron_str_t *text,
    ngx_str_t *to)
{
    ngx_int_t     rc;
    patron_str_t  value;

    static const patron_str_t  field = patron_string("to");

    rc = ngx_http_patron_post_local(r, text, &field, &value);

    if (rc == NGX_ERROR) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    if (rc == NGX_OK) {
        *to = ngx_http_patron_nginx_str(&value);
    }

    return rc;
}


ngx_int_t
ngx_http_patron_see_other(ngx_http_request_t *r, ngx_str_t *location)
{
    static ngx_str_t  name = ngx_string("Location");
    static ngx_str_t  robots = ngx_string("X-Robots-Tag");
    static ngx_str_t  noindex = ngx_string("noindex, nofollow");

    /* not as headers_out.location, which nginx would make absolute */

    if (ngx_http_patron_add_header(r, &robots, &noindex) != NGX_OK
        || ngx_http_patron_add_header(r, &name, location) != NGX_OK)
    {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    r->headers_out.status = NGX_HTTP_SEE_OTHER;
    r->headers_out.content_length_n = 0;
    r->header_only = 1;

    return ngx_http_send_header(r);
}


/*
 * The referrer goes to this site alone: a browser that may not say at all where
 * a form stands sends "Origin: null" with it.  No script runs beside a token.
 */

ngx_int_t
ngx_http_patron_answer(ngx_http_request_t *r, ngx_uint_t status,
    ngx_str_t *type, ngx_str_t *text)
{
    ngx_int_t     rc;
    ngx_buf_t    *b;
    ngx_uint_t    i;
    ngx_chain_t   out;

    static ngx_str_t  headers[][2] = {
        { ngx_string("Referrer-Policy"), ngx_string("same-origin") },
        { ngx_string("X-Robots-Tag"), ngx_string("noindex") },
        { ngx_string("X-Content-Type-Options"), ngx_string("nosniff") },
        { ngx_string("Content-Security-Policy"),
          ngx_string("default-src 'none'; style-src 'self' 'unsafe-inline'; "
                     "img-src 'self' data:; font-src 'self'; form-action "
                     "'self'; base-uri 'none'; frame-ancestors 'none'") }
    };

    for (i = 0; i < sizeof(headers) / sizeof(headers[0]); i++) {
        if (ngx_http_patron_add_header(r, &headers[i][0], &headers[i][1])
            != NGX_OK)
        {
            return NGX_HTTP_INTERNAL_SERVER_ERROR;
        }
    }

    r->headers_out.status = status;
    r->headers_out.content_length_n = text->len;
    r->headers_out.content_type = *type;
    r->headers_out.content_type_len = type->len;

    if (type->len > 5 && ngx_strncmp(type->data, "text/", 5) == 0) {
        ngx_str_set(&r->headers_out.charset, "utf-8");
    }

    rc = ngx_http_send_header(r);

    if (rc == NGX_ERROR || rc > NGX_OK || r->header_only) {
        return rc;
    }

    b = ngx_calloc_buf(r->pool);
    if (b == NULL) {
        return NGX_ERROR;
    }

    b->pos = text->data;
    b->last = text->data + text->len;
    b->memory = 1;
    b->last_buf = 1;
    b->last_in_chain = 1;

    out.buf = b;
    out.next = NULL;

    return ngx_http_output_filter(r, &out);
}
