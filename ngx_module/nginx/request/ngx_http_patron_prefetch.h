
/*
 * Is a request made ahead of a visit that may never come?  One answer for all
 * that counts or caps what a reader gets.
 */


#ifndef _NGX_HTTP_PATRON_PREFETCH_H_INCLUDED_
#define _NGX_HTTP_PATRON_PREFETCH_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>

#include "ngx_http_patron_state.h"


/* Does a header of the request mark it as one, in any of its lines, or a value
   of patron_prefetch? */

ngx_uint_t ngx_http_patron_is_prefetch(ngx_http_request_t *r);

/* A visit would be counted or capped: notes, counts and logs the refusal. */

void ngx_http_patron_prefetch_refused(ngx_http_patron_state_t *st,
    const char *why);


#endif /* _NGX_HTTP_PATRON_PREFETCH_H_INCLUDED_ */
