
/*
 * Making a patron of a reader: a membership token of our own in the cookie.
 */


#ifndef _NGX_HTTP_PATRON_GRANT_H_INCLUDED_
#define _NGX_HTTP_PATRON_GRANT_H_INCLUDED_


#include "ngx_http_patron_module.h"
#include "ngx_http_patron_state.h"


#define NGX_HTTP_PATRON_GRANT_TTL  (30 * 24 * 60 * 60)     /* seconds */


/*
 * Mints the token of a membership, which ngx_http_patron_renew() renews, into
 * the request's pool.  NGX_OK; else NGX_DECLINED: there can be none, a field is
 * not to be signed.
 */

ngx_int_t ngx_http_patron_mint(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf, const patron_membership_t *member,
    ngx_str_t *token);

/* Is it what the reader has already: the same patron, of the same tier? */

ngx_uint_t ngx_http_patron_renews(ngx_http_patron_state_t *st,
    const patron_membership_t *member);

/*
 * Header filter, of subrequests too: takes the header of patron_grant_header
 * out of the response, keeps the response out of nginx's cache, and turns a
 * fresh grant of the main request into the cookie.  NGX_OK or NGX_ERROR.
 */

ngx_int_t ngx_http_patron_grant(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf);

char *ngx_http_patron_grant_check(ngx_conf_t *cf,
    ngx_http_patron_loc_conf_t *plcf);


#endif /* _NGX_HTTP_PATRON_GRANT_H_INCLUDED_ */
