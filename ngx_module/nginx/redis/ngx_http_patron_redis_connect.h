
/*
 * The way to an open socket.
 */


#ifndef _NGX_HTTP_PATRON_REDIS_CONNECT_H_INCLUDED_
#define _NGX_HTTP_PATRON_REDIS_CONNECT_H_INCLUDED_


#include "ngx_http_patron_redis_conn.h"


/* The resolver that names are looked up with at run time, or NULL. */

ngx_resolver_t *ngx_http_patron_redis_resolver(
    ngx_http_patron_redis_t *redis);

/* Opens the socket of a connection; closes it. */

void ngx_http_patron_conn_connect(ngx_http_patron_conn_t *conn);
void ngx_http_patron_conn_close_socket(ngx_http_patron_conn_t *conn);


#endif /* _NGX_HTTP_PATRON_REDIS_CONNECT_H_INCLUDED_ */
