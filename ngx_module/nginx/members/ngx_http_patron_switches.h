
/*
 * The switches of the hash "<prefix>switches": "walls open", "banners off".
 * Heard of at once, or asked for every second where Redis does not tell.  While
 * it is away the last state known stands.
 */


#ifndef _NGX_HTTP_PATRON_SWITCHES_H_INCLUDED_
#define _NGX_HTTP_PATRON_SWITCHES_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>

#include "ngx_http_patron_redis.h"
#include "ngx_http_patron_zone.h"


#define NGX_HTTP_PATRON_WALLS_OPEN   1
#define NGX_HTTP_PATRON_BANNERS_OFF  2


/* Those that are on, as these bits.  zone may be NULL. */

ngx_uint_t ngx_http_patron_switches(ngx_http_patron_redis_t *redis,
    ngx_http_patron_zone_t *zone);

/*
 * For who hears of changes: with the worker's life; and between the two when
 * the hash may have changed.  The key stays where it is.
 */

ngx_int_t ngx_http_patron_switches_start(ngx_cycle_t *cycle,
    ngx_http_patron_redis_t *redis, ngx_str_t *key);
void ngx_http_patron_switches_stop(ngx_http_patron_redis_t *redis);
void ngx_http_patron_switches_ask(ngx_http_patron_redis_t *redis);


#endif /* _NGX_HTTP_PATRON_SWITCHES_H_INCLUDED_ */
