
/*
 * "?patron_explain=TOKEN": instead of the page, what becomes of each banner,
 * campaign and wall for who asks, and why.
 */


#ifndef _NGX_HTTP_PATRON_EXPLAIN_H_INCLUDED_
#define _NGX_HTTP_PATRON_EXPLAIN_H_INCLUDED_


#include "ngx_http_patron_conf.h"
#include "ngx_http_patron_state.h"


/*
 * Access phase: takes the argument from the request, and sets st->explained
 * where it is good for this host and path.  NGX_OK or NGX_ERROR.
 */

ngx_int_t ngx_http_patron_explain_asked(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf, ngx_http_patron_state_t *st);

/* Answers, with the levels known by then.  NGX_DONE, or a status. */

ngx_int_t ngx_http_patron_explain(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf, ngx_http_patron_state_t *st);


#endif /* _NGX_HTTP_PATRON_EXPLAIN_H_INCLUDED_ */
