
/*
 * The status page: what a person, a script or Prometheus may want to know of
 * the module at work.
 */


#ifndef _NGX_HTTP_PATRON_STATUS_H_INCLUDED_
#define _NGX_HTTP_PATRON_STATUS_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>


/* Directive */

char *ngx_http_patron_status(ngx_conf_t *cf, ngx_command_t *cmd, void *conf);


#endif /* _NGX_HTTP_PATRON_STATUS_H_INCLUDED_ */
