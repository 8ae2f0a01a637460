
/*
 * Where a response stands: what may go out, what waits, what was refused.
 *
 *     NONE -> HELD -> PASSING
 *       \       \
 *        \       +-> REFUSED -> NONE, replaced
 *         +-> PASSING, EMPTIED, REFUSED
 *
 * Both filters ask here first.  From the moment of a refusal no byte of the
 * original reaches the next filter, whoever makes it and however slowly the
 * client reads; then the refusal is sent, by way of "error_page" like any
 * other status, and the request ends.
 */


#ifndef _NGX_HTTP_PATRON_RESPONSE_H_INCLUDED_
#define _NGX_HTTP_PATRON_RESPONSE_H_INCLUDED_


#include "ngx_http_patron_conf.h"
#include "ngx_http_patron_state.h"


/*
 * Header filter: NGX_OK if the header is that of a response to be looked at;
 * anything else is to be returned: the original goes on, or the replacement
 * cannot begin.
 */

ngx_int_t ngx_http_patron_response_begin(ngx_http_request_t *r,
    ngx_http_patron_state_t *st);

/*
 * Header filter: refuses the response, whose header has not been passed on.
 * The code to return; NGX_AGAIN where nobody would heed it, and the header is
 * to seem sent; NGX_ERROR.
 */

ngx_int_t ngx_http_patron_response_refuse(ngx_http_request_t *r,
    ngx_http_patron_state_t *st, ngx_int_t code);

/*
 * Body filter: the same for a response whose header waits.  With ended set
 * nothing more of it will come.  What to return.
 */

ngx_int_t ngx_http_patron_response_refuse_body(ngx_http_request_t *r,
    ngx_http_patron_state_t *st, ngx_int_t code, ngx_uint_t ended);

/* Body filter, of what was refused: what to return. */

ngx_int_t ngx_http_patron_response_swallow(ngx_http_request_t *r,
    ngx_http_patron_state_t *st, ngx_chain_t *in);

/*
 * A response that has begun cannot be finished: the connection, or the stream,
 * ends in an error, and the page does not look whole.  NGX_ERROR.
 */

ngx_int_t ngx_http_patron_response_break_off(ngx_http_request_t *r);

/*
 * Does nothing but the end of the connection say where the response ends, as in
 * HTTP/1.0 without a length?
 */

static ngx_inline ngx_uint_t
ngx_http_patron_response_ends_by_close(ngx_http_request_t *r)
{
    return r->headers_out.content_length_n == -1
           && r->header_sent
           && !r->chunked
           && r->http_version <= NGX_HTTP_VERSION_11;
}


#endif /* _NGX_HTTP_PATRON_RESPONSE_H_INCLUDED_ */
