
/*
 * The body of a page: each buffer goes to whom it is for.
 */


#ifndef _NGX_HTTP_PATRON_PAGE_FEED_H_INCLUDED_
#define _NGX_HTTP_PATRON_PAGE_FEED_H_INCLUDED_


#include "ngx_http_patron_page.h"


/*
 * The body of the page.  NGX_OK: chain.out is what there is to send; NGX_DONE:
 * the page was refused; NGX_ERROR.
 */

ngx_int_t ngx_http_patron_page_feed(ngx_http_patron_page_t *page,
    ngx_chain_t *in);

/*
 * The page has ended before the length that was promised.  It is to be broken
 * off, and NGX_OK; or is refused: NGX_DONE, NGX_ERROR.
 */

ngx_int_t ngx_http_patron_page_fell_short(ngx_http_patron_page_t *page);

/*
 * Has the upstream failed in the middle of the page, as in says, whose end is
 * the connection's?  Nothing but an error of that tells the reader.
 */

ngx_uint_t ngx_http_patron_page_is_lost(ngx_http_patron_page_t *page,
    ngx_chain_t *in);

/*
 * What is known of the page is enough: its headers, which have waited, go out.
 * As page_feed().
 */

ngx_int_t ngx_http_patron_page_release(ngx_http_patron_page_t *page);

/* Refuses a page whose headers wait: NGX_DONE, or NGX_ERROR. */

ngx_int_t ngx_http_patron_page_refuse(ngx_http_patron_page_t *page,
    const char *why);

/* The same for a prefetch that a visit would be counted for. */

ngx_int_t ngx_http_patron_page_refuse_prefetch(ngx_http_patron_page_t *page);

/* Where a released header goes: the header filter after ours. */

void ngx_http_patron_page_feed_init(ngx_http_output_header_filter_pt next);


#endif /* _NGX_HTTP_PATRON_PAGE_FEED_H_INCLUDED_ */
