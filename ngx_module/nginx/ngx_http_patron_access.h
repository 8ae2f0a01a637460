
/*
 * The check of a request, in the access phase.
 */


#ifndef _NGX_HTTP_PATRON_ACCESS_H_INCLUDED_
#define _NGX_HTTP_PATRON_ACCESS_H_INCLUDED_


#include "ngx_http_patron_conf.h"
#include "ngx_http_patron_state.h"


ngx_int_t ngx_http_patron_access_handler(ngx_http_request_t *r);


#endif /* _NGX_HTTP_PATRON_ACCESS_H_INCLUDED_ */
