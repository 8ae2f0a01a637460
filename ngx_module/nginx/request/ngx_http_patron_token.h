
/*
 * The token of a request: where it is, and whether it verifies.
 */


#ifndef _NGX_HTTP_PATRON_TOKEN_H_INCLUDED_
#define _NGX_HTTP_PATRON_TOKEN_H_INCLUDED_


#include "ngx_http_patron_conf.h"
#include "ngx_http_patron_state.h"


/*
 * The first token that is there, without "Bearer ": NGX_OK; NGX_DECLINED where
 * there is none; NGX_ERROR.  Its bytes live as long as the request.
 */

ngx_int_t ngx_http_patron_find_token(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf, ngx_str_t *token);

/*
 * Verifies a token by the location's keys and claims.  The strings in claims
 * are good until another token is checked; claims->reason always is.
 */

patron_token_e ngx_http_patron_check_token(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf, ngx_str_t *token,
    patron_claims_t *claims);

/* What patron_claims asks of a token here.  NGX_OK or NGX_ERROR. */

ngx_int_t ngx_http_patron_policy(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf, patron_claims_policy_t *policy);


#endif /* _NGX_HTTP_PATRON_TOKEN_H_INCLUDED_ */
