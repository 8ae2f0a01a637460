
/*
 * Is a request made ahead of a visit that may never come?  One answer for all
 * that counts or caps what a reader gets.
 */


#ifndef _NGX_HTTP_PATRON_PREFETCH_H_INCLUDED_
#define _NGX_HTTP_PATRON_PREFETCH_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>


/* Does a header of the request mark it as one, in any of its lines? */

ngx_uint_t ngx_http_patron_is_prefetch(ngx_http_request_t *r);


#endif /* _NGX_HTTP_PATRON_PREFETCH_H_INCLUDED_ */
