
/*
 * A page whose headers wait for what it says: its level, in its head; whether
 * there is an article in an error page; whether it is a page at all.
 */


#ifndef _NGX_HTTP_PATRON_PAGE_PROBE_H_INCLUDED_
#define _NGX_HTTP_PATRON_PAGE_PROBE_H_INCLUDED_


#include "ngx_http_patron_page.h"


/* For a page that is only read. */

extern patron_edit_sink_t  ngx_http_patron_probe_sink;


/* Makes the editor that only reads; NGX_OK or NGX_ERROR. */

ngx_int_t ngx_http_patron_page_probe_init(ngx_http_patron_page_t *page,
    ngx_uint_t probe);

/*
 * Is it a page, by how it begins?  Banners are not put into what a script
 * fetches that is a piece of a page, nor into what is no markup.  NGX_OK;
 * NGX_DECLINED, it is none; NGX_AGAIN, it is being looked for, and the headers
 * wait.
 */

ngx_int_t ngx_http_patron_page_look(ngx_http_patron_page_t *page);

/*
 * A buffer: a copy of it is kept until all is known that was looked for; then
 * the decision is made, and what was kept goes through the edit.  As
 * ngx_http_patron_page_feed().
 */

ngx_int_t ngx_http_patron_page_probe(ngx_http_patron_page_t *page,
    ngx_buf_t *b);

/* Combines the levels that the head, as it was read, states; of too many there
   may be any.  NGX_OK or NGX_ERROR. */

ngx_int_t ngx_http_patron_page_levels(ngx_http_patron_page_t *page,
    ngx_http_patron_state_t *st);


#endif /* _NGX_HTTP_PATRON_PAGE_PROBE_H_INCLUDED_ */
