
/*
 * Changes in Redis, heard of as they happen: client-side caching in broadcast
 * mode (CLIENT TRACKING, Redis 6 and later).  Drops members from the zones, and
 * has the switches asked for.
 */


#ifndef _NGX_HTTP_PATRON_REDIS_TRACKING_H_INCLUDED_
#define _NGX_HTTP_PATRON_REDIS_TRACKING_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>

#include "ngx_http_patron_redis.h"
#include "ngx_http_patron_redis_conn.h"
#include "ngx_http_patron_zone.h"


/*
 * For the client: with the worker's life; and when the connections by which
 * members are read become others.  n of them are ready; complete is true if
 * these are all there are.
 */

ngx_int_t ngx_http_patron_tracking_start(ngx_cycle_t *cycle,
    ngx_http_patron_redis_t *redis);
void ngx_http_patron_tracking_stop(ngx_http_patron_redis_t *redis);
void ngx_http_patron_tracking_follow(ngx_http_patron_redis_t *redis,
    ngx_http_patron_conn_t **conns, ngx_uint_t n, ngx_uint_t complete);

/*
 * Has changed called when a key of "<prefix>campaign..." or "<prefix>ticker:"
 * may have changed.  With the worker's life, after the client's.
 */

typedef void (*ngx_http_patron_changed_pt)(void *data);

void ngx_http_patron_watch(ngx_http_patron_redis_t *redis,
    ngx_http_patron_changed_pt changed, void *data);

/* True while this worker hears of every change in redis. */

ngx_uint_t ngx_http_patron_listening(ngx_http_patron_redis_t *redis);


#endif /* _NGX_HTTP_PATRON_REDIS_TRACKING_H_INCLUDED_ */
