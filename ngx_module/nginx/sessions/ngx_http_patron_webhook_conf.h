
/*
 * The directive "patron_webhook_handler".
 */


#ifndef _NGX_HTTP_PATRON_WEBHOOK_CONF_H_INCLUDED_
#define _NGX_HTTP_PATRON_WEBHOOK_CONF_H_INCLUDED_


#include "ngx_http_patron_conf.h"


char *ngx_http_patron_webhook(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);
char *ngx_http_patron_webhook_check(ngx_conf_t *cf,
    ngx_http_patron_loc_conf_t *plcf);


#endif /* _NGX_HTTP_PATRON_WEBHOOK_CONF_H_INCLUDED_ */
