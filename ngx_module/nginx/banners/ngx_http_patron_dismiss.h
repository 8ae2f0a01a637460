
/*
 * The two ways a reader answers a banner without JavaScript: a form that sends
 * it away, and a link that is counted.
 */


#ifndef _NGX_HTTP_PATRON_DISMISS_H_INCLUDED_
#define _NGX_HTTP_PATRON_DISMISS_H_INCLUDED_


#include "ngx_http_patron_campaign.h"
#include "ngx_http_patron_module.h"


/* Directives */

char *ngx_http_patron_dismiss(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);
char *ngx_http_patron_click(ngx_conf_t *cf, ngx_command_t *cmd, void *conf);

/* What one of them needs and has not. */

char *ngx_http_patron_dismiss_check(ngx_conf_t *cf,
    ngx_http_patron_loc_conf_t *plcf);

/*
 * A campaign by name, of the Redis of r's location; NULL: none.  It is good
 * until campaigns are looked for again.
 */

patron_campaign_t *ngx_http_patron_campaign_named(ngx_http_request_t *r,
    patron_str_t *name);


#endif /* _NGX_HTTP_PATRON_DISMISS_H_INCLUDED_ */
