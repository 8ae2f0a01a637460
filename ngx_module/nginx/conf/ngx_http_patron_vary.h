
/*
 * Which request headers a value with variables depends on.
 */


#ifndef _NGX_HTTP_PATRON_VARY_H_INCLUDED_
#define _NGX_HTTP_PATRON_VARY_H_INCLUDED_


#include "ngx_http_patron_conf.h"


/* Adds what the token, the level and the banners of a location depend on. */

ngx_int_t ngx_http_patron_merge_vary(ngx_conf_t *cf,
    ngx_http_patron_loc_conf_t *conf);

/* Adds what the variables of value, as written, depend on. */

ngx_int_t ngx_http_patron_vary_add(ngx_conf_t *cf,
    ngx_http_patron_vary_t *vary, ngx_str_t *value);

/* Adds what a variable depends on; strings are made from the pool. */

ngx_int_t ngx_http_patron_vary_variable(ngx_pool_t *pool,
    ngx_http_patron_vary_t *vary, u_char *name, size_t len);


#endif /* _NGX_HTTP_PATRON_VARY_H_INCLUDED_ */
