
/*
 * Registries on their way from Redis to the zone.
 */


#ifndef _NGX_HTTP_PATRON_REGISTRY_LOAD_H_INCLUDED_
#define _NGX_HTTP_PATRON_REGISTRY_LOAD_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>


#define NGX_HTTP_PATRON_REGISTRY_NAMES  4096


ngx_int_t ngx_http_patron_registries_init_process(ngx_cycle_t *cycle);
void ngx_http_patron_registries_exit_process(ngx_cycle_t *cycle);


#endif /* _NGX_HTTP_PATRON_REGISTRY_LOAD_H_INCLUDED_ */
