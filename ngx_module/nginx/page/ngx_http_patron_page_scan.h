
/*
 * The plan of a page that lies in a file, made before its headers go.
 */


#ifndef _NGX_HTTP_PATRON_PAGE_SCAN_H_INCLUDED_
#define _NGX_HTTP_PATRON_PAGE_SCAN_H_INCLUDED_


#include "ngx_http_patron_page.h"


/* Would the page's file be sent by sendfile(), if nobody had to read it? */

ngx_uint_t ngx_http_patron_page_is_file(ngx_http_patron_page_t *page);

/*
 * How the file begins: NGX_OK, as a page does; NGX_DECLINED, as something else;
 * NGX_ERROR, it cannot be read here.
 */

ngx_int_t ngx_http_patron_page_scan_opening(ngx_http_patron_page_t *page);

/*
 * Reads the file up to the last place and makes page->plan of it, which the
 * zone keeps, too.  NGX_OK; NGX_DECLINED where it must be edited as it streams:
 * then nothing of the page has changed.
 */

ngx_int_t ngx_http_patron_page_scan(ngx_http_patron_page_t *page);

/* Reads all of a file that is small enough to be sent from memory. */

void ngx_http_patron_page_scan_whole(ngx_http_patron_page_t *page);


#endif /* _NGX_HTTP_PATRON_PAGE_SCAN_H_INCLUDED_ */
