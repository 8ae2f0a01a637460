
/*
 * Campaigns: banners that live in Redis.  One worker reads them and puts them
 * into the zone; every worker has them parsed for itself, and looks for newer
 * ones by reading one word for each request.
 */


#ifndef _NGX_HTTP_PATRON_CAMPAIGN_H_INCLUDED_
#define _NGX_HTTP_PATRON_CAMPAIGN_H_INCLUDED_


#include "ngx_http_patron_campaign_types.h"


/* The one of a Redis, made if there is none; NULL for no memory. */

ngx_http_patron_campaigns_t *ngx_http_patron_campaigns_add(ngx_conf_t *cf,
    ngx_http_patron_redis_t *redis);

/* The one of a Redis, as it is now, or NULL. */

ngx_http_patron_campaigns_t *ngx_http_patron_campaigns_on(
    ngx_http_patron_redis_t *redis);

/* The campaigns of now; NULL while none have been read. */

ngx_http_patron_campaign_set_t *ngx_http_patron_campaigns(
    ngx_http_patron_campaigns_t *campaigns);

/* Those of the Redis of r's location, or NULL. */

ngx_http_patron_campaign_set_t *ngx_http_patron_campaigns_of(
    ngx_http_request_t *r);

/* A campaign by "<slot>:<name>", or NULL. */

patron_campaign_t *ngx_http_patron_campaign_find(
    ngx_http_patron_campaign_set_t *set, ngx_str_t *key);

/* The same by patron_visit_id() of that name, or by patron_visit_part(). */

patron_campaign_t *ngx_http_patron_campaign_followed(
    ngx_http_patron_campaign_set_t *set, uint32_t id);

patron_campaign_t *ngx_http_patron_campaign_by_part(
    ngx_http_patron_campaign_set_t *set, uint32_t part);

/*
 * The same, of the Redis of r's location.  It is good until campaigns are
 * looked for again.
 */

patron_campaign_t *ngx_http_patron_campaign_named(ngx_http_request_t *r,
    patron_str_t *name);

/* The value of a ticker; empty where there is none of that name. */

ngx_str_t *ngx_http_patron_ticker(ngx_http_patron_campaign_set_t *set,
    ngx_str_t *name);
ngx_int_t ngx_http_patron_variable_ticker(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data);


#endif /* _NGX_HTTP_PATRON_CAMPAIGN_H_INCLUDED_ */
