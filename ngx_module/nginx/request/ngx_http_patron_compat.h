
/*
 * What differs between the versions of nginx that the module is built for (1.22
 * to 1.30), and what an nginx may have been built with or without.  Nothing
 * else asks for a version; features of nginx (NGX_SSL, NGX_HTTP_CACHE,
 * NGX_HAVE_INET6) are asked for elsewhere only where a whole function stands or
 * falls with them.
 *
 * 1.23.0 has made lists of headers that come several times: headers_in.cookie
 * instead of the array headers_in.cookies.
 */


#ifndef _NGX_HTTP_PATRON_COMPAT_H_INCLUDED_
#define _NGX_HTTP_PATRON_COMPAT_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>


static ngx_inline ngx_uint_t
ngx_http_patron_compat_has_cookies(ngx_http_request_t *r)
{
#if (nginx_version >= 1023000)
    return r->headers_in.cookie != NULL;
#else
    return r->headers_in.cookies.nelts != 0;
#endif
}


/*
 * The line of cookies behind h, which is the n-th, or the first where h is NULL
 * and n 0; NULL behind the last.  Counts n.
 */

static ngx_inline ngx_table_elt_t *
ngx_http_patron_compat_next_cookie(ngx_http_request_t *r, ngx_table_elt_t *h,
    ngx_uint_t *n)
{
#if (nginx_version >= 1023000)

    (*n)++;

    return (h == NULL) ? r->headers_in.cookie : h->next;

#else

    ngx_table_elt_t  **cookie;

    if (*n == r->headers_in.cookies.nelts) {
        return NULL;
    }

    cookie = r->headers_in.cookies.elts;

    return cookie[(*n)++];

#endif
}


/* Makes h the only one, or NULL none.  NGX_OK or NGX_ERROR. */

static ngx_inline ngx_int_t
ngx_http_patron_compat_set_cookies(ngx_http_request_t *r, ngx_table_elt_t *h)
{
#if (nginx_version >= 1023000)

    if (h != NULL) {
        h->next = NULL;
    }

    r->headers_in.cookie = h;

    return NGX_OK;

#else

    ngx_table_elt_t  **cookie;

    /* the array of before is a subrequest's, too */

    if (ngx_array_init(&r->headers_in.cookies, r->pool, 1,
                       sizeof(ngx_table_elt_t *))
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    if (h == NULL) {
        return NGX_OK;
    }

    cookie = ngx_array_push(&r->headers_in.cookies);
    if (cookie == NULL) {
        return NGX_ERROR;
    }

    *cookie = h;

    return NGX_OK;

#endif
}


/* Where nginx keeps Accept-Encoding; NULL without gzip. */

static ngx_inline ngx_table_elt_t **
ngx_http_patron_compat_accept_encoding(ngx_http_request_t *r)
{
#if (NGX_HTTP_GZIP)
    return &r->headers_in.accept_encoding;
#else
    return NULL;
#endif
}


/* Whether gzip may be used is to be found out again. */

static ngx_inline void
ngx_http_patron_compat_forget_gzip(ngx_http_request_t *r)
{
#if (NGX_HTTP_GZIP)
    r->gzip_tested = 0;
#endif
}


/* Does the response come out of a cache? */

static ngx_inline ngx_uint_t
ngx_http_patron_compat_cached(ngx_http_request_t *r)
{
#if (NGX_HTTP_CACHE)
    return r->cached;
#else
    return 0;
#endif
}


/* Keeps a response of an upstream out of the cache. */

static ngx_inline void
ngx_http_patron_compat_dont_cache(ngx_http_request_t *r)
{
#if (NGX_HTTP_CACHE)
    if (r->upstream != NULL) {
        r->upstream->cacheable = 0;
    }
#endif
}


/* Memory may go from one owner to the next, where no sanitizer watches it. */

static ngx_inline ngx_uint_t
ngx_http_patron_compat_reuse(void)
{
#if defined(__SANITIZE_ADDRESS__)
    return 0;
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
    return 0;
#else
    return 1;
#endif
#else
    return 1;
#endif
}


static ngx_inline ngx_uint_t
ngx_http_patron_compat_tls(ngx_http_request_t *r)
{
#if (NGX_HTTP_SSL)
    return r->connection->ssl != NULL;
#else
    return 0;
#endif
}


#endif /* _NGX_HTTP_PATRON_COMPAT_H_INCLUDED_ */
