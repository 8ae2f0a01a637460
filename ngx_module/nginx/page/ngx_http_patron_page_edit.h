
/*
 * The edit of a page that is read.
 */


#ifndef _NGX_HTTP_PATRON_PAGE_EDIT_H_INCLUDED_
#define _NGX_HTTP_PATRON_PAGE_EDIT_H_INCLUDED_


#include "ngx_http_patron_page.h"


/* Begins the edit; with walled set the headers wait for the wall's place. */

ngx_int_t ngx_http_patron_page_edit(ngx_http_patron_page_t *page,
    uint64_t active, ngx_uint_t walled);

/* Makes its editor alone, with a sink of the caller's. */

ngx_int_t ngx_http_patron_page_edit_begin(ngx_http_patron_page_t *page,
    uint64_t active, patron_edit_sink_t *sink);

/* The edit is to be written down in the plan; and now it has been, and is kept
   in the zone, if there is one, under plan_key. */

void ngx_http_patron_page_record(ngx_http_patron_page_t *page);
void ngx_http_patron_page_remember(ngx_http_patron_page_t *page);

/* What a rule inserts at its place, which is written down; NULL for nothing. */

ngx_str_t *ngx_http_patron_page_insert(ngx_http_patron_page_t *page,
    uint64_t at, ngx_uint_t rule);

/* A buffer through the editor.  NGX_OK or NGX_ERROR. */

ngx_int_t ngx_http_patron_page_bytes(ngx_http_patron_page_t *page,
    ngx_buf_t *b);


#endif /* _NGX_HTTP_PATRON_PAGE_EDIT_H_INCLUDED_ */
