
/*
 * Registries: institutions and crawlers, as a worker knows them.  They are
 * replaced as a whole; what is read of one is good until the next is asked for.
 */


#ifndef _NGX_HTTP_PATRON_REGISTRY_H_INCLUDED_
#define _NGX_HTTP_PATRON_REGISTRY_H_INCLUDED_


#include "ngx_http_patron_registry_types.h"


/* That of a Redis: made if there is none.  NULL for no memory. */

ngx_http_patron_registry_t *ngx_http_patron_registry_add(ngx_conf_t *cf,
    ngx_http_patron_redis_t *redis, ngx_http_patron_registry_kind_t *kind);

/* As it is now; NULL while there was none. */

patron_registry_t *ngx_http_patron_registry(
    ngx_http_patron_registry_t *registry);

/* A field of an entry, into the worker's copy. */

ngx_str_t ngx_http_patron_registry_value(patron_registry_t *registry,
    size_t entry, ngx_uint_t field);

/*
 * The same from the pool, since the registry is replaced while requests are on
 * their way; control characters become spaces.  NGX_OK or NGX_ERROR.
 */

ngx_int_t ngx_http_patron_registry_copy(ngx_pool_t *pool,
    patron_registry_t *registry, size_t entry, ngx_uint_t field,
    ngx_str_t *value);

/* The same to p: where it ends. */

u_char *ngx_http_patron_registry_clean(u_char *p, ngx_str_t *text);

/* Seconds since 1970, of digits alone, which may be milliseconds; 0 where it is
   empty, -1 for others. */

time_t ngx_http_patron_registry_time(ngx_str_t *value);


#endif /* _NGX_HTTP_PATRON_REGISTRY_H_INCLUDED_ */
