
/*
 * What others hold of the Redis client, as types.
 */


#ifndef _NGX_HTTP_PATRON_REDIS_TYPES_H_INCLUDED_
#define _NGX_HTTP_PATRON_REDIS_TYPES_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>

#include "patron_resp.h"


/* A server as configured; one for equal URLs and options in a cycle. */

typedef struct ngx_http_patron_redis_s  ngx_http_patron_redis_t;


/* A script for EVAL; sha1 is the text's, in lower-case hexadecimal. */

typedef struct {
    ngx_str_t  text;
    ngx_str_t  sha1;
} ngx_http_patron_script_t;


/*
 * Called once for each command that was taken: with the reply (which is the
 * callee's to read during the call only), or with NULL when there will be none:
 * timed out, connection lost, refused.  Never called from inside send.
 */

typedef void (*ngx_http_patron_redis_handler_pt)(void *data,
    patron_reply_t *reply);

/* The reply of a command whose time is up, for who has use for a late one. */

#define NGX_HTTP_PATRON_REDIS_LATE  ((patron_reply_t *) -1)

/* Told of a connection: up when it is ready, not when it is lost. */

typedef void (*ngx_http_patron_redis_link_pt)(void *data, ngx_uint_t up);


#endif /* _NGX_HTTP_PATRON_REDIS_TYPES_H_INCLUDED_ */
