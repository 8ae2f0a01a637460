
/*
 * A Redis client on nginx's event loop: one connection a worker and server,
 * pipelined, bounded, with timeouts and backoff.  Knows nothing of requests,
 * members or zones: commands go in, replies come to a callback.
 */


#ifndef _NGX_HTTP_PATRON_REDIS_H_INCLUDED_
#define _NGX_HTTP_PATRON_REDIS_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_event.h>

#include "patron_resp.h"


/* A server as configured; one for equal URLs and options in a cycle. */

typedef struct ngx_http_patron_redis_s  ngx_http_patron_redis_t;


/*
 * The directive "patron_redis URL ... [option...];": args are its arguments,
 * args[0] the directive's name.  Returns NULL after logging the reason.
 */

ngx_http_patron_redis_t *ngx_http_patron_redis_add(ngx_conf_t *cf,
    ngx_str_t *args, ngx_uint_t nargs);

/* The next server of a cycle after redis, or the first where it is NULL. */

ngx_http_patron_redis_t *ngx_http_patron_redis_next(ngx_cycle_t *cycle,
    ngx_http_patron_redis_t *redis);

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
 * True while the server is known not to answer: commands are refused at once.
 * And how long answers take of late, in milliseconds.
 */

ngx_uint_t ngx_http_patron_redis_away(ngx_http_patron_redis_t *redis);
ngx_msec_t ngx_http_patron_redis_latency(ngx_http_patron_redis_t *redis);


/* Has handler called when a connection is ready (up), and when it is lost. */

typedef void (*ngx_http_patron_redis_link_pt)(void *data, ngx_uint_t up);

void ngx_http_patron_redis_observe(ngx_http_patron_redis_t *redis,
    ngx_http_patron_redis_link_pt handler, void *data);


/*
 * Called once for each command that was taken: with the reply (which is the
 * callee's to read during the call only), or with NULL when there will be none:
 * timed out, connection lost, refused.  Never called from inside send.
 */

typedef void (*ngx_http_patron_redis_handler_pt)(void *data,
    patron_reply_t *reply);

/*
 * For a handler that was given a reply which cannot be the one to its command:
 * the connection it came on is opened anew, since who knows whose replies the
 * next ones are.
 */

void ngx_http_patron_redis_distrust(void);

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

#define NGX_HTTP_PATRON_REDIS_LATE  ((patron_reply_t *) -1)

ngx_int_t ngx_http_patron_redis_read_patient(ngx_http_patron_redis_t *redis,
    ngx_str_t *written, ngx_str_t *key,
    ngx_http_patron_redis_handler_pt handler, void *data);


/* A script for EVAL; sha1 is the text's, in lower-case hexadecimal. */

typedef struct {
    ngx_str_t  text;
    ngx_str_t  sha1;
} ngx_http_patron_script_t;

/* Fills in sha1 from text (40 bytes from the pool). */

ngx_int_t ngx_http_patron_redis_script_init(ngx_pool_t *pool,
    ngx_http_patron_script_t *script);

/*
 * Runs a script: EVALSHA, and EVAL where the server does not know it.  argv are
 * nkeys keys and then the arguments, at most NGX_HTTP_PATRON_SCRIPT_ARGS; in a
 * cluster all keys share the slot of the first.  They are copied, the script is
 * not.  Results as of ngx_http_patron_redis_send(); the handler may be called
 * after twice the timeout.
 */

#define NGX_HTTP_PATRON_SCRIPT_ARGS  256

ngx_int_t ngx_http_patron_redis_script(ngx_http_patron_redis_t *redis,
    ngx_http_patron_script_t *script, ngx_uint_t nkeys, ngx_str_t *argv,
    ngx_uint_t argc, ngx_http_patron_redis_handler_pt handler, void *data);


#endif /* _NGX_HTTP_PATRON_REDIS_H_INCLUDED_ */
