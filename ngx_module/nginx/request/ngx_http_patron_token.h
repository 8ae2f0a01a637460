
/*
 * The token of a request: where it is, and whether it verifies.
 */


#ifndef _NGX_HTTP_PATRON_TOKEN_H_INCLUDED_
#define _NGX_HTTP_PATRON_TOKEN_H_INCLUDED_


#include "ngx_http_patron_conf.h"
#include "ngx_http_patron_state.h"


/*
 * The token, without "Bearer ", held to the location's keys and claims.  Of
 * several cookies of its name it is the first that verifies; where none does,
 * the first that one of our keys has signed; else the first.
 *
 * NGX_OK; NGX_DECLINED where there is none; NGX_ERROR.  The token's bytes live
 * as long as the request; the strings in claims until another token is held to
 * something, but for claims->reason.
 */

ngx_int_t ngx_http_patron_find_token(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf, ngx_str_t *token,
    patron_token_e *verified, patron_claims_t *claims);

/* What patron_claims asks of a token here.  NGX_OK or NGX_ERROR. */

ngx_int_t ngx_http_patron_policy(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf, patron_claims_policy_t *policy);


#endif /* _NGX_HTTP_PATRON_TOKEN_H_INCLUDED_ */
