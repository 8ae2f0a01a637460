
/*
 * A link of a campaign that is counted.
 */


#ifndef _NGX_HTTP_PATRON_CLICK_H_INCLUDED_
#define _NGX_HTTP_PATRON_CLICK_H_INCLUDED_


#include "ngx_http_patron_conf.h"


char *ngx_http_patron_click(ngx_conf_t *cf, ngx_command_t *cmd, void *conf);

/* Its script, made ready; NGX_ERROR for no memory. */

ngx_int_t ngx_http_patron_click_scripts(ngx_conf_t *cf,
    ngx_http_patron_main_conf_t *pmcf);

/* What it needs and has not. */

char *ngx_http_patron_click_check(ngx_conf_t *cf,
    ngx_http_patron_loc_conf_t *plcf);


#endif /* _NGX_HTTP_PATRON_CLICK_H_INCLUDED_ */
