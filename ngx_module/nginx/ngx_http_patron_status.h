
/*
 * The status page.
 */


#ifndef _NGX_HTTP_PATRON_STATUS_H_INCLUDED_
#define _NGX_HTTP_PATRON_STATUS_H_INCLUDED_


#include "ngx_http_patron_module.h"


/* The directive "patron_status_handler [format=html|json|prometheus];" */

char *ngx_http_patron_status(ngx_conf_t *cf, ngx_command_t *cmd, void *conf);


#endif /* _NGX_HTTP_PATRON_STATUS_H_INCLUDED_ */
