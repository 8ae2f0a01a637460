
/*
 * The filters before all others.
 */


#ifndef _NGX_HTTP_PATRON_FIRST_H_INCLUDED_
#define _NGX_HTTP_PATRON_FIRST_H_INCLUDED_


#include "ngx_http_patron_conf.h"


/*
 * All filters are in their places: ours go before them.  next is the body
 * filter that our usual one calls.
 */

void ngx_http_patron_first_init_process(ngx_http_output_body_filter_pt next);

/* The headers of a subrequest have come by our usual filter. */

void ngx_http_patron_first_saw(ngx_http_request_t *r);


#endif /* _NGX_HTTP_PATRON_FIRST_H_INCLUDED_ */
