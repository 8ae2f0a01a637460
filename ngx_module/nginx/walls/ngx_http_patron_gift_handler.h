
/*
 * The content handler that mints gifts.
 */


#ifndef _NGX_HTTP_PATRON_GIFT_HANDLER_H_INCLUDED_
#define _NGX_HTTP_PATRON_GIFT_HANDLER_H_INCLUDED_


#include "ngx_http_patron_conf.h"


ngx_int_t ngx_http_patron_gift_scripts(ngx_conf_t *cf,
    ngx_http_patron_main_conf_t *pmcf);

/* Directive */

char *ngx_http_patron_gift_handler_slot(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);


#endif /* _NGX_HTTP_PATRON_GIFT_HANDLER_H_INCLUDED_ */
