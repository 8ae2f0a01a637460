
/*
 * A feed on its way through the filters: whether it is to be cut by item, and
 * its bytes.
 */


#ifndef _NGX_HTTP_PATRON_PAGE_ITEMS_H_INCLUDED_
#define _NGX_HTTP_PATRON_PAGE_ITEMS_H_INCLUDED_


#include "ngx_http_patron_page.h"


/*
 * Header filter, where plcf has patron_feed.  NGX_DECLINED: it is no feed, by
 * its type; NGX_OK: st->page is the feed, whose headers come next; NGX_DONE: it
 * passes as it came; NGX_ABORT: it is to be refused, for the reason why;
 * NGX_BUSY: as a prefetch; NGX_ERROR.
 */

ngx_int_t ngx_http_patron_items_decide(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf, ngx_http_patron_state_t *st,
    const char **why);

/* Begins to read the feed that page is. */

ngx_int_t ngx_http_patron_items_begin(ngx_http_patron_page_t *page);

/* A buffer of it, and what has become of it then: as for a page. */

ngx_int_t ngx_http_patron_items_bytes(ngx_http_patron_page_t *page,
    ngx_buf_t *b);

/*
 * The same where what it becomes is remembered, if page->planned: length
 * becomes that of it.
 */

void ngx_http_patron_items_replay(ngx_http_patron_page_t *page, off_t *length);
ngx_int_t ngx_http_patron_items_replay_buf(ngx_http_patron_page_t *page,
    ngx_buf_t *b);

/*
 * Is what is known of it enough to let it go?  NGX_OK; NGX_AGAIN: its headers
 * wait; NGX_DECLINED: it is to be refused, or broken off, for the reason why.
 */

ngx_int_t ngx_http_patron_items_settled(ngx_http_patron_page_t *page,
    const char **why);


#endif /* _NGX_HTTP_PATRON_PAGE_ITEMS_H_INCLUDED_ */
