
/*
 * "patron_dry_run": nothing is changed, but what would be is told.
 */


#ifndef _NGX_HTTP_PATRON_PAGE_DRY_H_INCLUDED_
#define _NGX_HTTP_PATRON_PAGE_DRY_H_INCLUDED_


#include "ngx_http_patron_page.h"


/* Does it hold where the response ends, or for who stated its level? */

ngx_uint_t ngx_http_patron_is_dry(ngx_http_patron_loc_conf_t *plcf,
    ngx_http_patron_state_t *st);

/*
 * Header filter, the decision made: tells, or makes the page of st where its
 * body has to be seen.  is_page and redirect: what the header says.  NGX_OK or
 * NGX_ERROR.
 */

ngx_int_t ngx_http_patron_dry_header(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf, ngx_http_patron_state_t *st,
    ngx_uint_t is_page, ngx_uint_t redirect);

/* Body filter: looks at a chain, which is passed on as it came. */

void ngx_http_patron_dry_body(ngx_http_patron_page_t *page, ngx_chain_t *in);


#endif /* _NGX_HTTP_PATRON_PAGE_DRY_H_INCLUDED_ */
