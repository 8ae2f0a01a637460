
/*
 * A membership as a token of our own, which its cookie carries.
 */


#ifndef _NGX_HTTP_PATRON_MINT_H_INCLUDED_
#define _NGX_HTTP_PATRON_MINT_H_INCLUDED_


#include "ngx_http_patron_conf.h"
#include "ngx_http_patron_state.h"


#define NGX_HTTP_PATRON_GRANT_TTL  (30 * 24 * 60 * 60)     /* seconds */
#define NGX_HTTP_PATRON_GAVE_MAX   (10 * 366 * 24 * 60 * 60)


/*
 * Mints the token of a membership, which ngx_http_patron_renew() renews, into
 * the request's pool; of as long a life as browsers keep its cookie, at most.
 * NGX_OK; else NGX_DECLINED: there can be none, a field is not to be signed.
 */

ngx_int_t ngx_http_patron_mint(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf, const patron_membership_t *member,
    ngx_str_t *token);

/* Is it what the reader has already: the same patron, of the same tier? */

ngx_uint_t ngx_http_patron_renews(ngx_http_patron_state_t *st,
    const patron_membership_t *member);


#endif /* _NGX_HTTP_PATRON_MINT_H_INCLUDED_ */
