
/*
 * Forms that change something: from where they may come, and their body.
 */


#ifndef _NGX_HTTP_PATRON_POST_H_INCLUDED_
#define _NGX_HTTP_PATRON_POST_H_INCLUDED_


#include "ngx_http_patron_module.h"
#include "ngx_http_patron_state.h"


#define NGX_HTTP_PATRON_POST_MAX  8192      /* bytes of a body */


/*
 * Does the request come from a page of its own host, as Origin says, or Referer
 * where there is none?  NGX_OK, and "scheme://host" of that page in base, or
 * NGX_DECLINED.
 */

ngx_int_t ngx_http_patron_post_origin(ngx_http_request_t *r,
    patron_str_t *base);

/*
 * In the handler that ngx_http_read_client_request_body() calls: the body in
 * one piece.  NGX_OK or a status.
 */

ngx_int_t ngx_http_patron_post_body(ngx_http_request_t *r,
    patron_str_t *body);

/* Answers 303 with that Location, which lives as long as the request. */

ngx_int_t ngx_http_patron_see_other(ngx_http_request_t *r,
    ngx_str_t *location);


#endif /* _NGX_HTTP_PATRON_POST_H_INCLUDED_ */
