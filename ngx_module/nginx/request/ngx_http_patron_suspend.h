
/*
 * A request that waits in the access phase, or in a handler of its content, and
 * runs on from there.
 */


#ifndef _NGX_HTTP_PATRON_SUSPEND_H_INCLUDED_
#define _NGX_HTTP_PATRON_SUSPEND_H_INCLUDED_


#include "ngx_http_patron_conf.h"
#include "ngx_http_patron_state.h"


/*
 * Suspends the access phase (NGX_AGAIN, or a status if that failed): detach is
 * called should the request end meanwhile.
 */

ngx_int_t ngx_http_patron_suspend(ngx_http_request_t *r,
    ngx_http_cleanup_pt detach, void *data);

/* The same for one whose handler has begun: NGX_DONE, or a status. */

ngx_int_t ngx_http_patron_suspend_content(ngx_http_request_t *r,
    ngx_http_cleanup_pt detach, void *data);

/* For a posted event of one's own alone: r may be gone after it. */

void ngx_http_patron_resume_phases(ngx_http_request_t *r);

/* The same for one whose handler has begun: answer gives what it ends with. */

void ngx_http_patron_resume_content(ngx_http_request_t *r,
    ngx_http_handler_pt answer);


#endif /* _NGX_HTTP_PATRON_SUSPEND_H_INCLUDED_ */
