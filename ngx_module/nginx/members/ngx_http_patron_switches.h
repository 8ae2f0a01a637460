
/*
 * The switches of the hash "<prefix>switches": "walls open", "banners off".
 * Heard of at once, or asked for every second where Redis does not tell.  While
 * it is away the last state known stands.
 */


#ifndef _NGX_HTTP_PATRON_SWITCHES_H_INCLUDED_
#define _NGX_HTTP_PATRON_SWITCHES_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>

#include "ngx_http_patron_redis_types.h"
#include "ngx_http_patron_zone.h"


#define NGX_HTTP_PATRON_WALLS_OPEN   1
#define NGX_HTTP_PATRON_BANNERS_OFF  2


/* Those that are on, as these bits.  zone may be NULL. */

ngx_uint_t ngx_http_patron_switches(ngx_http_patron_redis_t *redis,
    ngx_http_patron_zone_t *zone);

/* Registers with each server, and polls them; after the client's start. */

ngx_int_t ngx_http_patron_switches_init_process(ngx_cycle_t *cycle);
void ngx_http_patron_switches_exit_process(void);


#endif /* _NGX_HTTP_PATRON_SWITCHES_H_INCLUDED_ */
