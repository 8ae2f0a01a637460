
/*
 * The decision by the header of a response: does it pass, is it cut, does it
 * wait for what the page says, is it refused?
 */


#ifndef _NGX_HTTP_PATRON_PAGE_DECIDE_H_INCLUDED_
#define _NGX_HTTP_PATRON_PAGE_DECIDE_H_INCLUDED_


#include "ngx_http_patron_conf.h"
#include "ngx_http_patron_state.h"


/*
 * Header filter of the main request, with what response_begin() let through.
 * NGX_OK: the header is to be passed on; NGX_AGAIN: it waits; NGX_ERROR; or
 * the code of a refusal.
 */

ngx_int_t ngx_http_patron_page_decide(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf, ngx_http_patron_state_t *st);


#endif /* _NGX_HTTP_PATRON_PAGE_DECIDE_H_INCLUDED_ */
