
/*
 * An answer of the module's own in the place of a page, past "error_page".
 */


#ifndef _NGX_HTTP_PATRON_SAY_H_INCLUDED_
#define _NGX_HTTP_PATRON_SAY_H_INCLUDED_


#include "ngx_http_patron_state.h"


#define NGX_HTTP_PATRON_SAID_HEADERS  4


/* All of it lives as long as the request. */

struct ngx_http_patron_said_s {
    ngx_str_t    type;
    ngx_str_t    body;
    ngx_str_t    names[NGX_HTTP_PATRON_SAID_HEADERS];
    ngx_str_t    values[NGX_HTTP_PATRON_SAID_HEADERS];
    ngx_uint_t   n;             /* headers */
    ngx_uint_t   sent;          /* the body was */
};


/*
 * What is sent where the request is refused from here on, with the status that
 * refuses it.  NULL for no memory.
 */

ngx_http_patron_said_t *ngx_http_patron_say(ngx_http_request_t *r,
    ngx_http_patron_state_t *st);

/* One header more, as far as there is room. */

void ngx_http_patron_say_header(ngx_http_patron_said_t *said,
    const char *name, ngx_str_t *value);

/* In the header filter, and in the body filter: what goes on to the next. */

ngx_int_t ngx_http_patron_said_headers(ngx_http_request_t *r,
    ngx_http_patron_said_t *said);
ngx_int_t ngx_http_patron_said_body(ngx_http_request_t *r,
    ngx_http_patron_said_t *said, ngx_chain_t *in, ngx_chain_t **out);


#endif /* _NGX_HTTP_PATRON_SAY_H_INCLUDED_ */
