
/*
 * What happens to a whole server and is told by no key: its databases are
 * swapped, or it evicts what it should keep.
 */


#ifndef _NGX_HTTP_PATRON_REDIS_WATCH_H_INCLUDED_
#define _NGX_HTTP_PATRON_REDIS_WATCH_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>

#include "ngx_http_patron_redis_conn.h"


typedef struct ngx_http_patron_watch_s  ngx_http_patron_watch_t;

/* swapped is called with data when databases have been swapped. */

ngx_http_patron_watch_t *ngx_http_patron_watch_create(ngx_pool_t *pool,
    void (*swapped)(void *data), void *data);

/* Asks on a connection that is ready, unless it is still being asked. */

void ngx_http_patron_watch_ask(ngx_http_patron_watch_t *watch,
    ngx_http_patron_conn_t *conn);


#endif /* _NGX_HTTP_PATRON_REDIS_WATCH_H_INCLUDED_ */
