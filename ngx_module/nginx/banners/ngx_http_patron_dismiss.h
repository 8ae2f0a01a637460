
/*
 * A form by which a reader sends a banner away, without JavaScript.
 */


#ifndef _NGX_HTTP_PATRON_DISMISS_H_INCLUDED_
#define _NGX_HTTP_PATRON_DISMISS_H_INCLUDED_


#include "ngx_http_patron_conf.h"


char *ngx_http_patron_dismiss(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);

/* What it needs and has not. */

char *ngx_http_patron_dismiss_check(ngx_conf_t *cf,
    ngx_http_patron_loc_conf_t *plcf);


#endif /* _NGX_HTTP_PATRON_DISMISS_H_INCLUDED_ */
