
/*
 * Changes in Redis, heard of as they happen: client-side caching in broadcast
 * mode (CLIENT TRACKING, Redis 6 and later).  Who keeps what stands there
 * registers, and is told.
 */


#ifndef _NGX_HTTP_PATRON_REDIS_TRACKING_H_INCLUDED_
#define _NGX_HTTP_PATRON_REDIS_TRACKING_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>

#include "ngx_http_patron_redis_conn.h"


/*
 * For the client: with the worker's life; and when the connections by which
 * data is read become others.  n of them are ready; complete is true if
 * these are all there are.
 */

ngx_int_t ngx_http_patron_tracking_start(ngx_cycle_t *cycle,
    ngx_http_patron_redis_t *redis);
void ngx_http_patron_tracking_stop(ngx_http_patron_redis_t *redis);
void ngx_http_patron_tracking_follow(ngx_http_patron_redis_t *redis,
    ngx_http_patron_conn_t **conns, ngx_uint_t n, ngx_uint_t complete);

/*
 * An interest in keys: prefix is theirs, after the server's own.  All but
 * changed may be NULL.
 */

typedef struct {
    ngx_str_t                     prefix;

    /* A key may have changed; name is what follows the prefix. */

    void                        (*changed)(void *data, patron_str_t *name);

    /* All of them may have, or be gone. */

    void                        (*forgotten)(void *data);

    /* This worker begins to hear of all changes, or ends: then lost is true
       if it may have missed some. */

    void                        (*listening)(void *data, ngx_uint_t on,
                                             ngx_uint_t lost);

    /* It quits: may it end, since another listens, or none is to come? */

    ngx_uint_t                  (*relieved)(void *data);
} ngx_http_patron_interest_t;

/*
 * After the client's start and before the worker's first event.  Both live as
 * long as the cycle.  A key belongs to the first interest that has its prefix.
 */

ngx_int_t ngx_http_patron_tracking_register(ngx_http_patron_redis_t *redis,
    ngx_http_patron_interest_t *interest, void *data);

/* True while this worker hears of every change in redis. */

ngx_uint_t ngx_http_patron_listening(ngx_http_patron_redis_t *redis);

/*
 * How long a change took at most to come from redis to this worker in the last
 * minute, in microseconds: as the answers did that come by the same way, the
 * one that is still out included, or for as long as nothing could come.
 */

uint64_t ngx_http_patron_change_delay(ngx_http_patron_redis_t *redis);


#endif /* _NGX_HTTP_PATRON_REDIS_TRACKING_H_INCLUDED_ */
