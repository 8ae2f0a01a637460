
/*
 * Directives that take more than one of nginx's slots.
 */


#ifndef _NGX_HTTP_PATRON_DIRECTIVES_H_INCLUDED_
#define _NGX_HTTP_PATRON_DIRECTIVES_H_INCLUDED_


#include "ngx_http_patron_conf.h"


char *ngx_http_patron_key(ngx_conf_t *cf, ngx_command_t *cmd, void *conf);
char *ngx_http_patron_token(ngx_conf_t *cf, ngx_command_t *cmd, void *conf);
char *ngx_http_patron_claims(ngx_conf_t *cf, ngx_command_t *cmd, void *conf);
char *ngx_http_patron_redis(ngx_conf_t *cf, ngx_command_t *cmd, void *conf);
char *ngx_http_patron_zone(ngx_conf_t *cf, ngx_command_t *cmd, void *conf);
char *ngx_http_patron_template_vars(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);
char *ngx_http_patron_emergency(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);


#endif /* _NGX_HTTP_PATRON_DIRECTIVES_H_INCLUDED_ */
