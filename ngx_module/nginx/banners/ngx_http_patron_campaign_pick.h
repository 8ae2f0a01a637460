
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


#endif /* _NGX_HTTP_PATRON_CAMPAIGN_PICK_H_INCLUDED_ */
