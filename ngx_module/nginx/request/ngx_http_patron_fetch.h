
/*
 * Is a response asked for by a script of a page, which may put a piece of HTML
 * where it likes?
 */


#ifndef _NGX_HTTP_PATRON_FETCH_H_INCLUDED_
#define _NGX_HTTP_PATRON_FETCH_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>


ngx_uint_t ngx_http_patron_is_fetch(ngx_http_request_t *r);

/* Says by "Vary" that a response depends on it.  NGX_OK or NGX_ERROR. */

ngx_int_t ngx_http_patron_vary_by_fetch(ngx_http_request_t *r);


#endif /* _NGX_HTTP_PATRON_FETCH_H_INCLUDED_ */
