
/*
 * Previews: whoever holds a signed link sees one campaign where its slot is,
 * before it starts and whoever it is for.
 */


#ifndef _NGX_HTTP_PATRON_PREVIEW_H_INCLUDED_
#define _NGX_HTTP_PATRON_PREVIEW_H_INCLUDED_


#include "ngx_http_patron_campaign_types.h"
#include "ngx_http_patron_conf.h"
#include "ngx_http_patron_state.h"


/*
 * Access phase: takes "patron_preview" out of the request's arguments, and
 * notes in st which campaign it shows.  NGX_AGAIN: Redis is asked for it, and
 * the phases are run again; else NGX_OK or a status.
 */

ngx_int_t ngx_http_patron_preview_access(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf, ngx_http_patron_state_t *st);

/* Is it a campaign of that slot that st previews? */

ngx_uint_t ngx_http_patron_previews(ngx_http_patron_state_t *st,
    ngx_str_t *slot);

/* The campaign alone, as long as the request, where it is not live; or NULL. */

ngx_http_patron_campaign_set_t *ngx_http_patron_preview_set(
    ngx_http_patron_state_t *st);


#endif /* _NGX_HTTP_PATRON_PREVIEW_H_INCLUDED_ */
