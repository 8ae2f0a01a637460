
/*
 * What a response is, as its headers tell.
 */


#ifndef _NGX_HTTP_PATRON_MEDIA_H_INCLUDED_
#define _NGX_HTTP_PATRON_MEDIA_H_INCLUDED_


#include "ngx_http_patron_conf.h"
#include "ngx_http_patron_state.h"


/* Is it a page that can be edited? */

ngx_uint_t ngx_http_patron_is_page(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf);

/* Is it one by its type, or could a browser take it for one? */

ngx_uint_t ngx_http_patron_may_be_page(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf);

/*
 * Is it a feed, by its type?  NGX_OK; NGX_ABORT for one in an encoding that
 * cannot be read; NGX_DECLINED.  kind has bits: it is JSON, or Atom, and else
 * RSS; it may as well be something else.
 */

#define NGX_HTTP_PATRON_FEED_JSON  1
#define NGX_HTTP_PATRON_FEED_ANY   2
#define NGX_HTTP_PATRON_FEED_ATOM  4

ngx_int_t ngx_http_patron_is_feed(ngx_http_request_t *r, ngx_uint_t *kind);

/* Does Content-Type name no encoding other than UTF-8? */

ngx_uint_t ngx_http_patron_is_utf8(ngx_http_request_t *r);


#endif /* _NGX_HTTP_PATRON_MEDIA_H_INCLUDED_ */
