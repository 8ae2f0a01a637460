
/*
 * The edit of a page that is remembered: it is not read.
 */


#ifndef _NGX_HTTP_PATRON_PAGE_REPLAY_H_INCLUDED_
#define _NGX_HTTP_PATRON_PAGE_REPLAY_H_INCLUDED_


#include "ngx_http_patron_page.h"


/* A file of this size is sent from memory: slices of it would cost more. */

ngx_uint_t ngx_http_patron_page_in_memory(off_t size);

/*
 * Begins an edit by page->plan: nothing is held.  length is that of the page,
 * -1 if it is not known, and becomes that of the edited one.
 */

void ngx_http_patron_page_replay(ngx_http_patron_page_t *page, off_t *length);

/* True if nothing is to be done to the next len bytes of the body: they may go
   on. */

ngx_uint_t ngx_http_patron_page_skip(ngx_http_patron_page_t *page, off_t len);

/*
 * After the last of a page was handed on that is sent in slices of its file, or
 * without TCP_NODELAY: sends the end, which the kernel may be holding back.
 */

void ngx_http_patron_page_push(ngx_http_patron_page_t *page);


/* A buffer through the plan.  NGX_OK or NGX_ERROR. */

ngx_int_t ngx_http_patron_page_replay_buf(ngx_http_patron_page_t *page,
    ngx_buf_t *b);

/*
 * Before the bytes of a page that is guarded are sent, and after they were
 * read: if its file was written to since its headers were made, it ends here.
 */

void ngx_http_patron_page_guard(ngx_http_patron_page_t *page);


#endif /* _NGX_HTTP_PATRON_PAGE_REPLAY_H_INCLUDED_ */
