
/*
 * What editors say of slots, and of pages, rather than of one campaign:
 *
 *     <prefix>slot:<slot>     a hash, how the slot rests
 *     <prefix>appeals         the same, of all slots together
 *     <prefix>quiet           a set of path prefixes without a banner
 */


#ifndef _NGX_HTTP_PATRON_CAMPAIGN_SETTINGS_H_INCLUDED_
#define _NGX_HTTP_PATRON_CAMPAIGN_SETTINGS_H_INCLUDED_


#include "ngx_http_patron_campaign_load_types.h"


#define NGX_HTTP_PATRON_QUIET_MAX  1024     /* prefixes */


/* The worker hears of changes of these, too. */

ngx_int_t ngx_http_patron_settings_init(ngx_cycle_t *cycle,
    ngx_http_patron_loader_t *loader);

/* How many items there may be for a loader's campaigns, and they. */

ngx_uint_t ngx_http_patron_settings_most(ngx_http_patron_loader_t *loader);
void ngx_http_patron_settings_items(ngx_http_patron_loader_t *loader);

/* Asks for one; reads the answer.  NGX_OK or NGX_ERROR. */

ngx_int_t ngx_http_patron_settings_ask(ngx_http_patron_load_item_t *item,
    ngx_http_patron_redis_handler_pt handler);
ngx_int_t ngx_http_patron_settings_answer(ngx_http_patron_load_item_t *item,
    patron_reply_t *reply);

/* Puts it into the snapshot, and takes it from there. */

ngx_int_t ngx_http_patron_settings_put(ngx_http_patron_loader_t *loader,
    ngx_http_patron_load_item_t *item, patron_snapshot_t *snapshot);
ngx_int_t ngx_http_patron_settings_rest(ngx_http_patron_campaign_set_t *set,
    patron_str_t *strings, size_t n);

/* How a slot rests; where the name is empty, all of them.  NULL: unsaid. */

patron_rest_t *ngx_http_patron_settings_of(
    ngx_http_patron_campaign_set_t *set, ngx_str_t *slot);

/* Does one of the prefixes begin the path? */

ngx_uint_t ngx_http_patron_settings_quiet(ngx_http_patron_campaign_set_t *set,
    ngx_str_t *path);


#endif /* _NGX_HTTP_PATRON_CAMPAIGN_SETTINGS_H_INCLUDED_ */
