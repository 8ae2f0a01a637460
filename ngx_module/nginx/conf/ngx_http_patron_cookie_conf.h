
/*
 * patron_cookie: how the token's cookie is named and set, and the names of the
 * module's own, which follow it.
 */


#ifndef _NGX_HTTP_PATRON_COOKIE_CONF_H_INCLUDED_
#define _NGX_HTTP_PATRON_COOKIE_CONF_H_INCLUDED_


#include "ngx_http_patron_conf.h"


char *ngx_http_patron_cookie(ngx_conf_t *cf, ngx_command_t *cmd, void *conf);

/* Inherits it, or makes the default.  NGX_OK or NGX_ERROR. */

ngx_int_t ngx_http_patron_merge_cookie(ngx_conf_t *cf,
    ngx_http_patron_cookie_t *prev, ngx_http_patron_cookie_t *cookie);


#endif /* _NGX_HTTP_PATRON_COOKIE_CONF_H_INCLUDED_ */
