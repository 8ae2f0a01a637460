
/*
 * A set of campaigns, made of a snapshot.
 */


#ifndef _NGX_HTTP_PATRON_CAMPAIGN_SET_H_INCLUDED_
#define _NGX_HTTP_PATRON_CAMPAIGN_SET_H_INCLUDED_


#include "ngx_http_patron_campaign_types.h"


/* NULL if it is no set, or for no memory. */

ngx_http_patron_campaign_set_t *ngx_http_patron_set_create(
    ngx_http_patron_campaigns_t *campaigns, ngx_str_t *data);


#endif /* _NGX_HTTP_PATRON_CAMPAIGN_SET_H_INCLUDED_ */
