
/*
 * The header of a response: what it needs, what this reader gets of it, and
 * what its headers are to say.
 */


#ifndef _NGX_HTTP_PATRON_PAGE_HEADER_H_INCLUDED_
#define _NGX_HTTP_PATRON_PAGE_HEADER_H_INCLUDED_


#include "ngx_http_patron_conf.h"
#include "ngx_http_patron_state.h"


/*
 * Header filter of the main request, with what response_begin() let through.
 * NGX_OK: the header is to be passed on; NGX_AGAIN: it waits; NGX_ERROR; or
 * the code of a refusal.
 */

ngx_int_t ngx_http_patron_page_decide(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf, ngx_http_patron_state_t *st);

/*
 * The headers of a page whose decision has been made: who may keep it, its
 * validators.  Begins the edit if there is one.  wall: the one of the location
 * rules that cuts it, or NULL.  NGX_OK: the headers may be sent; NGX_AGAIN: they
 * wait; NGX_DONE: 304; NGX_DECLINED: a prefetch that is to be refused;
 * NGX_ERROR.
 */

ngx_int_t ngx_http_patron_page_header(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf, ngx_http_patron_state_t *st,
    ngx_http_patron_loc_conf_t *rules, ngx_http_patron_wall_t *wall);

/* The same for a page whose headers have waited for its first bytes. */

ngx_int_t ngx_http_patron_opened_header(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf, ngx_http_patron_state_t *st);


#endif /* _NGX_HTTP_PATRON_PAGE_HEADER_H_INCLUDED_ */
