
/*
 * The way to the node that holds a slot.
 */


#ifndef _NGX_HTTP_PATRON_CLUSTER_H_INCLUDED_
#define _NGX_HTTP_PATRON_CLUSTER_H_INCLUDED_


#include "ngx_http_patron_redis_server_types.h"


extern ngx_http_patron_route_t  ngx_http_patron_route_cluster;


#endif /* _NGX_HTTP_PATRON_CLUSTER_H_INCLUDED_ */
