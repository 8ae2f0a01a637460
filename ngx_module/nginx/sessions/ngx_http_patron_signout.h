
/*
 * The end of a session on this device.
 */


#ifndef _NGX_HTTP_PATRON_SIGNOUT_H_INCLUDED_
#define _NGX_HTTP_PATRON_SIGNOUT_H_INCLUDED_


#include "ngx_http_patron_conf.h"


/* Directive */

char *ngx_http_patron_signout(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);


#endif /* _NGX_HTTP_PATRON_SIGNOUT_H_INCLUDED_ */
