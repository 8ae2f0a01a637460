
/*
 * Slots that rest: for a reader who closed something there, or was asked often
 * enough.
 */


#ifndef _NGX_HTTP_PATRON_REST_H_INCLUDED_
#define _NGX_HTTP_PATRON_REST_H_INCLUDED_


#include "ngx_http_patron_campaign_types.h"
#include "ngx_http_patron_state.h"


/* May the slot show anything to the reader?  Notes that it depends on that. */

ngx_uint_t ngx_http_patron_rest_allows(
    ngx_http_patron_campaign_set_t *set, ngx_http_patron_state_t *st,
    ngx_str_t *slot);

/* Are showings in the slot, or in all, counted?  set may be NULL. */

ngx_uint_t ngx_http_patron_rest_counts(ngx_http_patron_campaign_set_t *set,
    ngx_str_t *slot);

/*
 * The page has the slot, and shows something there where shown is set.  1 where
 * st->visit, which has to be there, has changed; all is what was counted for
 * all slots on this page so far, 0 at first.
 */

ngx_uint_t ngx_http_patron_rest_count(ngx_http_patron_campaign_set_t *set,
    ngx_http_patron_state_t *st, ngx_str_t *slot, ngx_uint_t shown,
    ngx_uint_t *all);

/* Fills in the script that keeps what members close.  NGX_OK or NGX_ERROR. */

ngx_int_t ngx_http_patron_rest_script(ngx_conf_t *cf,
    ngx_http_patron_main_conf_t *pmcf);

/*
 * The reader has closed what has that id in the visit, in the slot, which may be
 * empty: a member's record keeps it, for other devices.  Nobody waits for that.
 */

void ngx_http_patron_rest_keep(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf, ngx_http_patron_state_t *st,
    uint32_t id, ngx_str_t *slot);

/* The reader has closed something in the slot, for so many days. */

void ngx_http_patron_rest_close(ngx_http_patron_campaign_set_t *set,
    ngx_http_patron_state_t *st, ngx_str_t *slot, ngx_uint_t days);


#endif /* _NGX_HTTP_PATRON_REST_H_INCLUDED_ */
