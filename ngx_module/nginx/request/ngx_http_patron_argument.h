
/*
 * An argument of the address that is ours, and nobody else's to see.
 */


#ifndef _NGX_HTTP_PATRON_ARGUMENT_H_INCLUDED_
#define _NGX_HTTP_PATRON_ARGUMENT_H_INCLUDED_


#include "ngx_http_patron_conf.h"


/* Are there arguments to take?  Most requests have none. */

ngx_uint_t ngx_http_patron_has_arguments(ngx_http_request_t *r);

/*
 * Takes an argument out of the request's, as $args, $request_uri, $request and
 * upstreams see them.  taken is set, and value the first one as it stood, if
 * there was one.  NGX_OK or NGX_ERROR.
 */

ngx_int_t ngx_http_patron_take_argument(ngx_http_request_t *r,
    const patron_str_t *name, ngx_str_t *value, ngx_uint_t *taken);

/*
 * What the reader asked for, to come back to: the path and the query without
 * arguments of ours, beginning with one "/"; or that alone, where it is longer
 * than 2 KB.  NGX_OK or NGX_ERROR.
 */

ngx_int_t ngx_http_patron_here(ngx_http_request_t *r, ngx_str_t *here);

/* Leaves args, a query, without arguments of ours.  NGX_OK or NGX_ERROR. */

ngx_int_t ngx_http_patron_drop_ours(ngx_http_request_t *r, ngx_str_t *args);

/* Makes the request line that logs have anew, by r->unparsed_uri. */

ngx_int_t ngx_http_patron_redact_line(ngx_http_request_t *r);


#endif /* _NGX_HTTP_PATRON_ARGUMENT_H_INCLUDED_ */
