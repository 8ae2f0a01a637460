
/*
 * A Redis client on nginx's event loop: one connection a worker and server,
 * pipelined, bounded, with timeouts and backoff.  Knows nothing of requests,
 * members or zones: commands go in, replies come to a callback.
 */


#ifndef _NGX_HTTP_PATRON_REDIS_H_INCLUDED_
#define _NGX_HTTP_PATRON_REDIS_H_INCLUDED_


#include "ngx_http_patron_redis_types.h"


/*
 * Opens the servers of a cycle, and closes them: refuse tells that commands
 * are to be refused that still wait, which are forgotten otherwise.
 */

ngx_int_t ngx_http_patron_redis_init_process(ngx_cycle_t *cycle);
void ngx_http_patron_redis_exit_process(ngx_cycle_t *cycle,
    ngx_uint_t refuse);

/*
 * For logs; the prefix of all keys ("patron:"); and a number that tells this
 * server and prefix from others in the same zone.
 */

ngx_str_t *ngx_http_patron_redis_name(ngx_http_patron_redis_t *redis);
ngx_str_t *ngx_http_patron_redis_prefix(ngx_http_patron_redis_t *redis);
uint32_t ngx_http_patron_redis_id(ngx_http_patron_redis_t *redis);

/* Writes the beginning of a key: that prefix, and a word. */

u_char *ngx_http_patron_redis_key(u_char *p, ngx_http_patron_redis_t *redis,
    const char *word);

/*
 * A copy of a string, or of nothing: empty, with a data that is not NULL, where
 * the reply is none.  NGX_OK or NGX_ERROR.
 */

ngx_int_t ngx_http_patron_redis_str(ngx_pool_t *pool, ngx_str_t *dst,
    const patron_reply_t *reply);

/*
 * True while the server is known not to answer: commands are refused at once.
 * And how long answers take of late, in milliseconds.
 */

ngx_uint_t ngx_http_patron_redis_away(ngx_http_patron_redis_t *redis);
ngx_msec_t ngx_http_patron_redis_latency(ngx_http_patron_redis_t *redis);

/*
 * Why it is away, and since when: err is 0 or an error of the system, the time 0
 * where a connection is up that does not answer.
 */

const char *ngx_http_patron_redis_fault(ngx_http_patron_redis_t *redis,
    ngx_err_t *err, time_t *since);


/* Has handler called when a connection is ready (up), and when it is lost. */

void ngx_http_patron_redis_observe(ngx_http_patron_redis_t *redis,
    ngx_http_patron_redis_link_pt handler, void *data);


/*
 * Queues a command.  key (may be NULL) is the key it is about, for a cluster.
 * Commands about one key are answered in the order they were sent.
 * NGX_OK, NGX_BUSY (queue full, or the server is known to be away), NGX_ERROR.
 * After NGX_OK the handler is called within the server's timeout.
 */

ngx_int_t ngx_http_patron_redis_send(ngx_http_patron_redis_t *redis,
    ngx_str_t *argv, ngx_uint_t argc, ngx_str_t *key,
    ngx_http_patron_redis_handler_pt handler, void *data);

/*
 * The same for who reads, and has use for a late reply; the command is given as
 * it is written.  When the time is up the handler is called with
 * NGX_HTTP_PATRON_REDIS_LATE, and later once more, with the reply or with NULL.
 * Taken too while a connected server is silent.
 */

ngx_int_t ngx_http_patron_redis_read_patient(ngx_http_patron_redis_t *redis,
    ngx_str_t *written, ngx_str_t *key,
    ngx_http_patron_redis_handler_pt handler, void *data);


#endif /* _NGX_HTTP_PATRON_REDIS_H_INCLUDED_ */
