
/*
 * The response of a subrequest, which a page includes: whole or not at all.
 */


#ifndef _NGX_HTTP_PATRON_PAGE_INCLUDED_H_INCLUDED_
#define _NGX_HTTP_PATRON_PAGE_INCLUDED_H_INCLUDED_


#include "ngx_http_patron_page.h"


/*
 * Header filter of a subrequest in a location with walls; stated is the level
 * that came with a 304, or NULL.  NGX_OK: its reader may see it; NGX_AGAIN: its
 * head will say, when it is read as *page, which is made; NGX_DECLINED: nothing
 * of it; NGX_ERROR.
 */

ngx_int_t ngx_http_patron_page_included(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf, patron_level_t *stated,
    ngx_http_patron_page_t **page);


#endif /* _NGX_HTTP_PATRON_PAGE_INCLUDED_H_INCLUDED_ */
