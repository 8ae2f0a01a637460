
/*
 * Banners of the configuration, and where they stand.
 */


#ifndef _NGX_HTTP_PATRON_PLACEMENT_H_INCLUDED_
#define _NGX_HTTP_PATRON_PLACEMENT_H_INCLUDED_


#include "ngx_http_patron_conf.h"


char *ngx_http_patron_banner(ngx_conf_t *cf, ngx_command_t *cmd, void *conf);

/* Adds the location's banners to its rules. */

ngx_int_t ngx_http_patron_banners_compile(ngx_conf_t *cf,
    ngx_http_patron_loc_conf_t *plcf);


#endif /* _NGX_HTTP_PATRON_PLACEMENT_H_INCLUDED_ */
