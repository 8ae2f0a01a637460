
/*
 * Forms that change something: from where they may come, and their body.
 */


#ifndef _NGX_HTTP_PATRON_POST_H_INCLUDED_
#define _NGX_HTTP_PATRON_POST_H_INCLUDED_


#include "ngx_http_patron_conf.h"
#include "ngx_http_patron_state.h"


#define NGX_HTTP_PATRON_POST_MAX  8192      /* bytes of a body */


/*
 * Goes on with the body in one piece.  What it returns finalizes the request;
 * NGX_DONE: ngx_http_patron_ask() has asked, and resume() finalizes it.
 */

typedef ngx_int_t (*ngx_http_patron_post_pt)(ngx_http_request_t *r,
    patron_str_t *body);


/*
 * Does the request come from a page of its own host?  So it does where Origin
 * says it, or Referer where that is missing; or Sec-Fetch-Site where neither
 * tells.  NGX_OK, and "scheme://host" of that page in base; NGX_DECLINED; or
 * NGX_ERROR.
 */

ngx_int_t ngx_http_patron_post_origin(ngx_http_request_t *r,
    patron_str_t *base);

/*
 * A content handler's answer to a form: 405 unless it is a POST, 403 unless it
 * comes from a page of this host (the log says what was refused), else handler
 * is called with the body read.
 */

ngx_int_t ngx_http_patron_post_form(ngx_http_request_t *r, const char *what,
    ngx_http_patron_post_pt handler);

/*
 * The same for a form that only patrons may send: what it is not taken for, a
 * status of 403 or 405, is refused by refuse(), whose result is returned.
 */

typedef ngx_int_t (*ngx_http_patron_post_refuse_pt)(ngx_http_request_t *r,
    ngx_uint_t status);

ngx_int_t ngx_http_patron_post_patron(ngx_http_request_t *r,
    ngx_http_patron_post_pt handler, ngx_http_patron_post_refuse_pt refuse);

/*
 * The same without those checks, for a body of at most max bytes: what it
 * returns is what the content handler returns.
 */

ngx_int_t ngx_http_patron_post_read(ngx_http_request_t *r, size_t max,
    ngx_http_patron_post_pt handler);

/* The state of a request answered here, behind no wall; NULL for no memory. */

ngx_http_patron_state_t *ngx_http_patron_post_state(ngx_http_request_t *r);

/*
 * The field "path" of a form: a path on this site, in ASCII, without a fragment
 * and arguments of ours.  NGX_OK; NGX_DECLINED where it is none; NGX_ERROR.
 */

ngx_int_t ngx_http_patron_post_path(ngx_http_request_t *r, patron_str_t *body,
    patron_str_t *path);

/* Is a page wanted, or will JSON do? */

ngx_uint_t ngx_http_patron_post_wants_html(ngx_http_request_t *r);

/* JSON of one string: {"name":"value"}. */

ngx_int_t ngx_http_patron_answer_json(ngx_http_request_t *r,
    ngx_uint_t status, const char *name, const patron_str_t *value);

/*
 * The field "to" of a form or a query: a path on this site, in ASCII.
 * NGX_DECLINED where there is none, or a status.
 */

ngx_int_t ngx_http_patron_post_to(ngx_http_request_t *r, patron_str_t *text,
    ngx_str_t *to);

/*
 * Answers with a text of that type, to be kept by nobody, found by no search
 * and told to no other site.  The text lives as long as the request.
 */

ngx_int_t ngx_http_patron_answer(ngx_http_request_t *r, ngx_uint_t status,
    ngx_str_t *type, ngx_str_t *text);

/* Answers 303 with that Location, which lives as long as the request. */

ngx_int_t ngx_http_patron_see_other(ngx_http_request_t *r,
    ngx_str_t *location);


#endif /* _NGX_HTTP_PATRON_POST_H_INCLUDED_ */
