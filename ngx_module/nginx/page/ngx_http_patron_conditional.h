
/*
 * Conditions of a request, and the validators of the page that answers it.
 */


#ifndef _NGX_HTTP_PATRON_CONDITIONAL_H_INCLUDED_
#define _NGX_HTTP_PATRON_CONDITIONAL_H_INCLUDED_


#include "ngx_http_patron_conf.h"
#include "ngx_http_patron_state.h"


/*
 * Access phase: takes from the request, for good, what would have it answered
 * before the page is edited: conditions (remembered in st), Accept-Encoding
 * (given back to nginx's gzip by the header filter) and, if ranges is set,
 * Range.
 */

ngx_int_t ngx_http_patron_take_request_headers(ngx_http_request_t *r,
    ngx_http_patron_state_t *st, ngx_uint_t ranges);

/*
 * Access phase: takes Markdown, which cannot be cut, from what the request
 * accepts; who accepts nothing else accepts anything.
 */

ngx_int_t ngx_http_patron_take_markdown(ngx_http_request_t *r);

/*
 * Header filter: the validators of a page into which "variant" went (a hash;
 * 0 if it is as it came), and the answer 304 if the reader has that one.
 */

ngx_int_t ngx_http_patron_validate(ngx_http_request_t *r,
    ngx_http_patron_state_t *st, uint64_t variant);

/* Header filter: gives Accept-Encoding back to nginx's gzip. */

void ngx_http_patron_give_back(ngx_http_request_t *r,
    ngx_http_patron_state_t *st);


#endif /* _NGX_HTTP_PATRON_CONDITIONAL_H_INCLUDED_ */
