
/*
 * Links that make a patron of whoever follows them, once.
 */


#ifndef _NGX_HTTP_PATRON_ACTIVATE_H_INCLUDED_
#define _NGX_HTTP_PATRON_ACTIVATE_H_INCLUDED_


#include "ngx_http_patron_conf.h"


ngx_int_t ngx_http_patron_activate_scripts(ngx_conf_t *cf,
    ngx_http_patron_main_conf_t *pmcf);

/* Directive */

char *ngx_http_patron_activate(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);
char *ngx_http_patron_activate_check(ngx_conf_t *cf,
    ngx_http_patron_loc_conf_t *plcf);


#endif /* _NGX_HTTP_PATRON_ACTIVATE_H_INCLUDED_ */
