
/*
 * The encoding that a response's Content-Type states.
 */


#ifndef _NGX_HTTP_PATRON_CHARSET_H_INCLUDED_
#define _NGX_HTTP_PATRON_CHARSET_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>


/* NGX_DECLINED: it states none. */

ngx_int_t ngx_http_patron_charset(ngx_http_request_t *r, ngx_str_t *charset);

/* Does it say that the page is UTF-8? */

ngx_uint_t ngx_http_patron_charset_is_utf8(ngx_http_request_t *r);


#endif /* _NGX_HTTP_PATRON_CHARSET_H_INCLUDED_ */
