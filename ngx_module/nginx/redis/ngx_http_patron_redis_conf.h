
/*
 * The directive "patron_redis", and the servers of a cycle.
 */


#ifndef _NGX_HTTP_PATRON_REDIS_CONF_H_INCLUDED_
#define _NGX_HTTP_PATRON_REDIS_CONF_H_INCLUDED_


#include "ngx_http_patron_redis_types.h"


/*
 * The directive "patron_redis URL ... [option...];": args are its arguments,
 * args[0] the directive's name.  Returns NULL after logging the reason.
 */

ngx_http_patron_redis_t *ngx_http_patron_redis_add(ngx_conf_t *cf,
    ngx_str_t *args, ngx_uint_t nargs);

/* The next server of a cycle after redis, or the first where it is NULL. */

ngx_http_patron_redis_t *ngx_http_patron_redis_next(ngx_cycle_t *cycle,
    ngx_http_patron_redis_t *redis);


#endif /* _NGX_HTTP_PATRON_REDIS_CONF_H_INCLUDED_ */
