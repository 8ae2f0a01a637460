
/*
 * The directive of the meter, and periods as directives have them.
 */


#ifndef _NGX_HTTP_PATRON_METER_CONF_H_INCLUDED_
#define _NGX_HTTP_PATRON_METER_CONF_H_INCLUDED_


#include "ngx_http_patron_meter_types.h"


char *ngx_http_patron_meter(ngx_conf_t *cf, ngx_command_t *cmd, void *conf);

/* What it needs and has not, once a location's configuration is merged. */

char *ngx_http_patron_meter_check(ngx_conf_t *cf,
    ngx_http_patron_loc_conf_t *plcf);

/* "period=month|week|day|TIME": NGX_OK or NGX_ERROR. */

ngx_int_t ngx_http_patron_period(ngx_str_t *word,
    ngx_http_patron_period_t *period);


#endif /* _NGX_HTTP_PATRON_METER_CONF_H_INCLUDED_ */
