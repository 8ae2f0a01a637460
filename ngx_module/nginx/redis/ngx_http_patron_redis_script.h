
/*
 * Scripts that Redis runs.
 */


#ifndef _NGX_HTTP_PATRON_REDIS_SCRIPT_H_INCLUDED_
#define _NGX_HTTP_PATRON_REDIS_SCRIPT_H_INCLUDED_


#include "ngx_http_patron_redis_types.h"


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


#endif /* _NGX_HTTP_PATRON_REDIS_SCRIPT_H_INCLUDED_ */
