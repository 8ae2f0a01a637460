
/*
 * The leak check of walled pages: does what was cut stand elsewhere in the
 * page?  One guest's page is looked through, of each URL now and then; it is
 * copied on its way, and looked through when it has gone.
 */


#ifndef _NGX_HTTP_PATRON_PAGE_LEAK_H_INCLUDED_
#define _NGX_HTTP_PATRON_PAGE_LEAK_H_INCLUDED_


#include "ngx_http_patron_page.h"


/*
 * Was the page of this request found to leak, and is it not to be looked
 * through now?  Then it is refused.
 */

ngx_uint_t ngx_http_patron_page_leaks(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf);

/*
 * Is the walled page to be looked through?  Then it has to be read: page->leak
 * is set; and page->suspect, where it is not to be sent before.
 */

ngx_uint_t ngx_http_patron_page_leak_begin(ngx_http_patron_page_t *page);

/* Bytes of the page, as they came; and what was left out of it. */

void ngx_http_patron_page_leak_feed(ngx_http_patron_page_t *page,
    ngx_buf_t *b);
void ngx_http_patron_page_leak_drop(ngx_http_patron_page_t *page,
    uint64_t from, uint64_t to);

/*
 * The page is whole.  Tells what is found.  NGX_OK: it does not leak;
 * NGX_DECLINED: it does, or it cannot be said.
 */

ngx_int_t ngx_http_patron_page_leak_find(ngx_http_patron_page_t *page);


#endif /* _NGX_HTTP_PATRON_PAGE_LEAK_H_INCLUDED_ */
