
/*
 * What differs between the versions of nginx that the module is built for (1.22
 * to 1.30), and what an nginx may have been built with or without.  Nothing
 * else asks for a version; features of nginx (NGX_SSL, NGX_HTTP_CACHE,
 * NGX_HAVE_INET6) are asked for elsewhere only where a whole function stands or
 * falls with them.
 *
 * 1.23.0 has made lists of headers that come several times: headers_in.cookie
 * instead of the array headers_in.cookies.  1.30 parses cookies by a function
 * of their own (config asks for it): the other one no longer ends them at ";".
 */


#ifndef _NGX_HTTP_PATRON_COMPAT_H_INCLUDED_
#define _NGX_HTTP_PATRON_COMPAT_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>


/* The cookie of that name: NGX_OK, or NGX_DECLINED. */

static ngx_inline ngx_int_t
ngx_http_patron_compat_cookie(ngx_http_request_t *r, ngx_str_t *name,
    ngx_str_t *value)
{
#if (NGX_HTTP_PATRON_COOKIE_LINES)

    return ngx_http_parse_cookie_lines(r, r->headers_in.cookie, name, value)
           != NULL ? NGX_OK : NGX_DECLINED;

#elif (nginx_version >= 1023000)

    return ngx_http_parse_multi_header_lines(r, r->headers_in.cookie, name,
                                             value)
           != NULL ? NGX_OK : NGX_DECLINED;

#else

    return ngx_http_parse_multi_header_lines(&r->headers_in.cookies, name,
                                             value)
           != NGX_DECLINED ? NGX_OK : NGX_DECLINED;

#endif
}


static ngx_inline ngx_uint_t
ngx_http_patron_compat_has_cookies(ngx_http_request_t *r)
{
#if (nginx_version >= 1023000)
    return r->headers_in.cookie != NULL;
#else
    return r->headers_in.cookies.nelts != 0;
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
