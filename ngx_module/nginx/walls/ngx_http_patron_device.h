
/*
 * The devices of a membership: at most so many in a window of time, and the
 * one seen longest ago gives way.
 */


#ifndef _NGX_HTTP_PATRON_DEVICE_H_INCLUDED_
#define _NGX_HTTP_PATRON_DEVICE_H_INCLUDED_


#include "ngx_http_patron_device_types.h"
#include "ngx_http_patron_state.h"


/* Access phase, for a patron: NGX_OK, NGX_AGAIN (suspended) or a status. */

ngx_int_t ngx_http_patron_device_access(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf, ngx_http_patron_state_t *st);

/* Header filter: gives st->device its cookie.  NGX_OK or NGX_ERROR. */

ngx_int_t ngx_http_patron_device_header(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf, ngx_http_patron_state_t *st);

ngx_int_t ngx_http_patron_device_scripts(ngx_conf_t *cf,
    ngx_http_patron_main_conf_t *pmcf);

char *ngx_http_patron_devices(ngx_conf_t *cf, ngx_command_t *cmd, void *conf);
char *ngx_http_patron_devices_check(ngx_conf_t *cf,
    ngx_http_patron_loc_conf_t *plcf);


#endif /* _NGX_HTTP_PATRON_DEVICE_H_INCLUDED_ */
