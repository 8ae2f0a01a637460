
/*
 * What the headers of a response say once it is decided what this reader gets:
 * who may keep it, its validators, what it costs.
 */


#ifndef _NGX_HTTP_PATRON_PAGE_HEADER_H_INCLUDED_
#define _NGX_HTTP_PATRON_PAGE_HEADER_H_INCLUDED_


#include "ngx_http_patron_conf.h"
#include "ngx_http_patron_page.h"
#include "ngx_http_patron_state.h"


/*
 * The headers of a page, whose edit is begun if there is one.  wall: the one of
 * the location rules that cuts it, or NULL.  NGX_OK: the headers may be sent;
 * NGX_AGAIN: they wait; NGX_DONE: 304; NGX_DECLINED: a prefetch that is to be
 * refused; NGX_ERROR.
 */

ngx_int_t ngx_http_patron_page_header(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf, ngx_http_patron_state_t *st,
    ngx_http_patron_loc_conf_t *rules, ngx_http_patron_wall_t *wall);

/* The same for a page whose headers have waited for its first bytes. */

ngx_int_t ngx_http_patron_opened_header(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf, ngx_http_patron_state_t *st);

/* The same for one whose edits are known; NULL where nothing is done to it. */

ngx_int_t ngx_http_patron_edited_header(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf, ngx_http_patron_state_t *st,
    ngx_http_patron_page_t *page);

/*
 * The headers of a response that passes as it came: an image, a feed, an error.
 * NGX_OK or NGX_ERROR, or what the meter answers.
 */

ngx_int_t ngx_http_patron_plain_header(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf, ngx_http_patron_state_t *st);


#endif /* _NGX_HTTP_PATRON_PAGE_HEADER_H_INCLUDED_ */
