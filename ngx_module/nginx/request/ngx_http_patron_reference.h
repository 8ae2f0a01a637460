
/*
 * "$patron_reference": who the reader is, for a provider of payments to hand
 * back with the money.  [A-Za-z0-9_-], at most 200 bytes; it says nothing that
 * the reader could change.
 */


#ifndef _NGX_HTTP_PATRON_REFERENCE_H_INCLUDED_
#define _NGX_HTTP_PATRON_REFERENCE_H_INCLUDED_


#include "ngx_http_patron_conf.h"
#include "ngx_http_patron_state.h"


/*
 * The reference of st's reader: the member, or else the id of the id cookie,
 * which is set where there is none yet and the response can still do it; the
 * campaign clicked; and what the reader was assigned to, as st->visit has it.  Makes the response the reader's own.  NGX_OK;
 * NGX_DECLINED: there can be none; NGX_ERROR.
 */

ngx_int_t ngx_http_patron_reference(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf, ngx_http_patron_state_t *st,
    ngx_str_t *reference);

/*
 * Whose it is: a sub, or with anonymous set the id in hexadecimal, in the
 * request's pool.  The campaigns are a comma list: "c" and patron_visit_id() of
 * the one clicked, patron_visit_part() of those assigned, in hexadecimal.
 * PATRON_DECLINED where it is none of ours.
 */

int ngx_http_patron_reference_open(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf, const patron_str_t *reference,
    patron_str_t *sub, int *anonymous, ngx_str_t *campaigns);

/*
 * The id of the request's id cookie in st->anonymous, in hexadecimal: NGX_OK,
 * NGX_DECLINED where there is none, NGX_ERROR.
 */

ngx_int_t ngx_http_patron_reference_id(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf, ngx_http_patron_state_t *st);


#endif /* _NGX_HTTP_PATRON_REFERENCE_H_INCLUDED_ */
