
/*
 * Slots that rest: for a reader who closed something there, or was asked often
 * enough.
 */


#ifndef _NGX_HTTP_PATRON_REST_H_INCLUDED_
#define _NGX_HTTP_PATRON_REST_H_INCLUDED_


#include "ngx_http_patron_campaign_types.h"
#include "ngx_http_patron_state.h"


/*
 * May the slot show anything to the reader, on a page that shows so many
 * campaigns before it?  Notes that it depends on what the reader has seen.
 */

ngx_uint_t ngx_http_patron_rest_allows(
    ngx_http_patron_campaign_set_t *set, ngx_http_patron_state_t *st,
    ngx_str_t *slot, ngx_uint_t before);

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
 * Of what rests for a member, a few words, which the member's record keeps for
 * other devices.  All are without effect for whom no record knows.
 */

#define NGX_HTTP_PATRON_REST_WORDS  8

typedef struct {
    ngx_str_t  words;
    u_char     buf[NGX_HTTP_PATRON_REST_WORDS * (PATRON_VISIT_WORD + 1)];
} ngx_http_patron_resting_t;

void ngx_http_patron_rest_note(ngx_http_patron_resting_t *resting,
    uint32_t id, ngx_uint_t until);

/* The slot, which may be empty, and all slots, after a showing or a closing. */

void ngx_http_patron_rest_note_slot(ngx_http_patron_resting_t *resting,
    ngx_http_patron_campaign_set_t *set, ngx_http_patron_state_t *st,
    ngx_str_t *slot);

/* Has them kept, if there are any.  Nobody waits for that. */

void ngx_http_patron_rest_keep(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf, ngx_http_patron_state_t *st,
    ngx_http_patron_resting_t *resting);

/* The reader has closed something in the slot, for so many days. */

void ngx_http_patron_rest_close(ngx_http_patron_campaign_set_t *set,
    ngx_http_patron_state_t *st, ngx_str_t *slot, ngx_uint_t days);


#endif /* _NGX_HTTP_PATRON_REST_H_INCLUDED_ */
