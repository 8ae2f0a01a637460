
/*
 * The campaign of a slot that a reader is to see.
 */


#ifndef _NGX_HTTP_PATRON_CAMPAIGN_PICK_H_INCLUDED_
#define _NGX_HTTP_PATRON_CAMPAIGN_PICK_H_INCLUDED_


#include "ngx_http_patron_campaign_types.h"
#include "ngx_http_patron_state.h"


/* Rendered for the request.  NGX_DECLINED: there is none for this reader. */

ngx_int_t ngx_http_patron_campaign_pick(ngx_http_request_t *r,
    ngx_http_patron_state_t *st, ngx_str_t *slot, patron_reader_t *reader,
    ngx_http_patron_pick_t *pick, ngx_str_t *html, uint64_t *hash);

/* The one that this is, not rendered; NULL where there is none. */

const patron_campaign_t *ngx_http_patron_campaign_choice(
    ngx_http_request_t *r, ngx_http_patron_state_t *st,
    ngx_http_patron_campaign_set_t *set, ngx_str_t *slot,
    patron_reader_t *reader);

/* Why a campaign of the slot is not that one; NULL where it is. */

const char *ngx_http_patron_campaign_why(ngx_http_request_t *r,
    ngx_http_patron_state_t *st, ngx_http_patron_campaign_set_t *set,
    patron_reader_t *reader, const patron_campaign_t *campaign,
    const patron_campaign_t *chosen);

/* The slot of that name, or NULL; good as the set is. */

ngx_http_patron_slot_conf_t *ngx_http_patron_slot_find(
    ngx_http_patron_campaign_set_t *set, ngx_str_t *name);

/* True where campaigns have been read, and none is published for the slot. */

ngx_uint_t ngx_http_patron_slot_is_empty(
    ngx_http_patron_campaigns_t *campaigns, ngx_str_t *slot);


#endif /* _NGX_HTTP_PATRON_CAMPAIGN_PICK_H_INCLUDED_ */
