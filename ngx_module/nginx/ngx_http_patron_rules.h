
/*
 * The rules that edit the pages of a location.
 */


#ifndef _NGX_HTTP_PATRON_RULES_H_INCLUDED_
#define _NGX_HTTP_PATRON_RULES_H_INCLUDED_


#include "ngx_http_patron_conf.h"


/* Builds them from the location's banners, wall, strips and meta. */

ngx_int_t ngx_http_patron_compile_rules(ngx_conf_t *cf,
    ngx_http_patron_loc_conf_t *plcf);


#endif /* _NGX_HTTP_PATRON_RULES_H_INCLUDED_ */
