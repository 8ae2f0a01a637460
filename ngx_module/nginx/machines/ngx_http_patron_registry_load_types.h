
/*
 * A registry on its way from Redis, as types.
 */


#ifndef _NGX_HTTP_PATRON_REGISTRY_LOAD_TYPES_H_INCLUDED_
#define _NGX_HTTP_PATRON_REGISTRY_LOAD_TYPES_H_INCLUDED_


#include "ngx_http_patron_redis.h"
#include "ngx_http_patron_redis_script.h"
#include "ngx_http_patron_refresh.h"
#include "ngx_http_patron_registry_types.h"


typedef struct {
    ngx_http_patron_registry_loader_t  *loader;
    ngx_str_t                           name;
    ngx_str_t                           values[NGX_HTTP_PATRON_REGISTRY_VALUES];
    ngx_str_t                           trouble;    /* the first of it */
    size_t                              ranges;
    ngx_uint_t                          list;       /* asked for next */
} ngx_http_patron_registry_item_t;


struct ngx_http_patron_registry_loader_s {
    ngx_http_patron_registry_t         *registry;
    ngx_http_patron_script_t            script;
    ngx_http_patron_refresh_t           refresh;

    patron_registry_maker_t             maker;
    ngx_http_patron_registry_item_t    *items;
    ngx_uint_t                          n;
    ngx_uint_t                          next;       /* to be asked for */
    ngx_uint_t                          waiting;
    time_t                              said;       /* that it failed */
    unsigned                            failed:1;
};


#endif /* _NGX_HTTP_PATRON_REGISTRY_LOAD_TYPES_H_INCLUDED_ */
