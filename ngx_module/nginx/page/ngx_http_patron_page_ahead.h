
/*
 * The head of a walled page, which goes ahead of the match: status, headers
 * and what stands before the body, of a page whose last version had one.
 */


#ifndef _NGX_HTTP_PATRON_PAGE_AHEAD_H_INCLUDED_
#define _NGX_HTTP_PATRON_PAGE_AHEAD_H_INCLUDED_


#include "ngx_http_patron_page.h"


/* Before the first byte of a page whose wall is looked for: may it? */

void ngx_http_patron_page_ahead(ngx_http_patron_page_t *page);

/*
 * Copies bytes that stand at "from" in the page, whose wall has no place so
 * far: those of the head to go ahead, where they may, and all others to be kept
 * until they are let go.  NGX_OK or NGX_ERROR.
 */

ngx_int_t ngx_http_patron_page_ahead_copy(ngx_http_patron_page_t *page,
    uint64_t from, u_char *p, size_t len);

/* Something else is put in there. */

void ngx_http_patron_page_ahead_ends(ngx_http_patron_page_t *page,
    uint64_t at);

/*
 * Sends the headers where there is something of the head to go, and has that
 * reach the client.  NGX_OK, NGX_ERROR, or NGX_DONE where a refusal takes the
 * page's place.
 */

ngx_int_t ngx_http_patron_page_ahead_send(ngx_http_patron_page_t *page);

/* Notes that the page was read to its match, and cut; that it had none. */

void ngx_http_patron_page_ahead_note(ngx_http_patron_page_t *page);
void ngx_http_patron_page_ahead_forget(ngx_http_patron_page_t *page);


#endif /* _NGX_HTTP_PATRON_PAGE_AHEAD_H_INCLUDED_ */
