
/*
 * The end of the access phase: what a location makes of a reader's request
 * before the content is asked for.
 */


#ifndef _NGX_HTTP_PATRON_AHEAD_H_INCLUDED_
#define _NGX_HTTP_PATRON_AHEAD_H_INCLUDED_


#include "ngx_http_patron_conf.h"
#include "ngx_http_patron_state.h"


/* The last handler of the phase. */

ngx_int_t ngx_http_patron_ahead_handler(ngx_http_request_t *r);

/* The same where it is not: NGX_DECLINED, NGX_AGAIN (suspended) or a status. */

ngx_int_t ngx_http_patron_ahead(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf, ngx_http_patron_state_t *st);


#endif /* _NGX_HTTP_PATRON_AHEAD_H_INCLUDED_ */
