
/*
 * The cookies of a request: all of one name, since a browser may send several,
 * of a host and of its domain or of two paths; and the module's own, which are
 * taken out before the content is asked for.
 */


#ifndef _NGX_HTTP_PATRON_COOKIES_H_INCLUDED_
#define _NGX_HTTP_PATRON_COOKIES_H_INCLUDED_


#include "patron_cookie.h"
#include "ngx_http_patron_conf.h"


/*
 * The values of the cookies of that name, in the order they were sent, without
 * empty ones: PATRON_COOKIES_MAX at most.  Returns how many.  They live as long
 * as the request.
 */

ngx_uint_t ngx_http_patron_cookies_find(ngx_http_request_t *r,
    const patron_str_t *name, patron_str_t *values);

/* Were any cookies sent, of whatever name? */

ngx_uint_t ngx_http_patron_cookies_sent(ngx_http_request_t *r);

/*
 * Takes the module's own cookies out of the request, the token too where
 * patron_cookie has pass=off: no cache varies by them, and nobody else sees
 * them.  The functions above still see what was sent.  NGX_OK or NGX_ERROR.
 */

ngx_int_t ngx_http_patron_cookies_take(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf);

/* At postconfiguration.  NGX_OK or NGX_ERROR. */

ngx_int_t ngx_http_patron_cookies_init(ngx_conf_t *cf,
    ngx_http_patron_main_conf_t *pmcf);


#endif /* _NGX_HTTP_PATRON_COOKIES_H_INCLUDED_ */
