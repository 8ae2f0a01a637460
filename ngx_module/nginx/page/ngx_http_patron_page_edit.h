
/*
 * The edit of a page that is read.
 */


#ifndef _NGX_HTTP_PATRON_PAGE_EDIT_H_INCLUDED_
#define _NGX_HTTP_PATRON_PAGE_EDIT_H_INCLUDED_


#include "ngx_http_patron_page.h"


/* Begins the edit; with walled set the headers wait for the wall's place. */

ngx_int_t ngx_http_patron_page_edit(ngx_http_patron_page_t *page,
    uint64_t active, ngx_uint_t walled);

/* The plan of the edit is to be kept in the zone, under plan_key. */

void ngx_http_patron_page_record(ngx_http_patron_page_t *page);

/* A buffer through the editor.  NGX_OK or NGX_ERROR. */

ngx_int_t ngx_http_patron_page_bytes(ngx_http_patron_page_t *page,
    ngx_buf_t *b);


#endif /* _NGX_HTTP_PATRON_PAGE_EDIT_H_INCLUDED_ */
