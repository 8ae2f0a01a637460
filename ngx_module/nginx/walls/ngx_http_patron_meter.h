
/*
 * The meter: distinct articles that a reader may read in a period.  An article
 * is reserved before the content and taken back if it was not sent.
 */


#ifndef _NGX_HTTP_PATRON_METER_H_INCLUDED_
#define _NGX_HTTP_PATRON_METER_H_INCLUDED_


#include "ngx_http_patron_meter_types.h"
#include "ngx_http_patron_state.h"


/*
 * Access phase: asks the meter if it is the meter that decides; with looks set
 * nothing is reserved.  NGX_OK, NGX_AGAIN (suspended) or a status.
 */

ngx_int_t ngx_http_patron_meter_access(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf, ngx_http_patron_state_t *st,
    ngx_uint_t looks);

/* The decision stands, and what was only looked up is counted by it. */

void ngx_http_patron_meter_count_looked(ngx_http_request_t *r,
    ngx_http_patron_state_t *st);

/* The decision stands: what was reserved in vain is taken back. */

void ngx_http_patron_meter_decided(ngx_http_patron_state_t *st);

/* Header filter, before the headers of a response that is no 304: sets the
   cookies.  NGX_OK or NGX_ERROR. */

ngx_int_t ngx_http_patron_meter_header(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf, ngx_http_patron_state_t *st);

/* Body filter: this goes down the chain. */

void ngx_http_patron_meter_sent(ngx_http_patron_state_t *st,
    ngx_chain_t *out);


#endif /* _NGX_HTTP_PATRON_METER_H_INCLUDED_ */
