
/*
 * The directives of walls, and the rules that a location's wall comes to.
 */


#ifndef _NGX_HTTP_PATRON_WALL_CONF_H_INCLUDED_
#define _NGX_HTTP_PATRON_WALL_CONF_H_INCLUDED_


#include "ngx_http_patron_conf.h"


char *ngx_http_patron_access_header(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);
char *ngx_http_patron_wall(ngx_conf_t *cf, ngx_command_t *cmd, void *conf);
char *ngx_http_patron_strip(ngx_conf_t *cf, ngx_command_t *cmd, void *conf);

/* Adds the location's wall, strips and meta to its rules. */

ngx_int_t ngx_http_patron_wall_compile(ngx_conf_t *cf,
    ngx_http_patron_loc_conf_t *plcf);


#endif /* _NGX_HTTP_PATRON_WALL_CONF_H_INCLUDED_ */
