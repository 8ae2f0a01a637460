
/*
 * The way to the nearest of several servers.
 */


#ifndef _NGX_HTTP_PATRON_REDIS_REPLICAS_H_INCLUDED_
#define _NGX_HTTP_PATRON_REDIS_REPLICAS_H_INCLUDED_


#include "ngx_http_patron_redis_server_types.h"


extern ngx_http_patron_route_t  ngx_http_patron_route_replicas;


#endif /* _NGX_HTTP_PATRON_REDIS_REPLICAS_H_INCLUDED_ */
