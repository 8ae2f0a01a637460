
/*
 * Servers that others have told of.
 */


#ifndef _NGX_HTTP_PATRON_REDIS_DISCOVERED_H_INCLUDED_
#define _NGX_HTTP_PATRON_REDIS_DISCOVERED_H_INCLUDED_


#include "ngx_http_patron_redis_conn.h"


/* A server that another one has told of: a node with its own memory. */

typedef struct {
    ngx_http_patron_node_t        node;
    ngx_addr_t                    addr;
    ngx_sockaddr_t                sockaddr;
    u_char                        host[PATRON_HOST_MAX + 1];
    u_char                        name[PATRON_HOST_MAX + sizeof("[]:65535")];
} ngx_http_patron_discovered_t;

/* NGX_OK: set; NGX_DECLINED: it is that already; NGX_ERROR: no such host. */

ngx_int_t ngx_http_patron_discovered_set(ngx_http_patron_discovered_t *found,
    const u_char *host, size_t len, ngx_uint_t port, ngx_uint_t tls);


#endif /* _NGX_HTTP_PATRON_REDIS_DISCOVERED_H_INCLUDED_ */
