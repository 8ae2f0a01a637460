
/*
 * The way to the server that sentinels name.
 */


#ifndef _NGX_HTTP_PATRON_SENTINEL_H_INCLUDED_
#define _NGX_HTTP_PATRON_SENTINEL_H_INCLUDED_


#include "ngx_http_patron_redis_server_types.h"


extern ngx_http_patron_route_t  ngx_http_patron_route_sentinel;


#endif /* _NGX_HTTP_PATRON_SENTINEL_H_INCLUDED_ */
