
/*
 * The CMS makes a patron of a reader: a membership token of our own in the
 * cookie.
 */


#ifndef _NGX_HTTP_PATRON_GRANT_H_INCLUDED_
#define _NGX_HTTP_PATRON_GRANT_H_INCLUDED_


#include "ngx_http_patron_conf.h"


/*
 * Header filter, of subrequests too: takes the header of patron_grant_header
 * out of the response, keeps the response out of nginx's cache, and turns a
 * fresh grant of the main request into the cookie.  NGX_OK or NGX_ERROR.
 */

ngx_int_t ngx_http_patron_grant(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf);

/* What it needs and has not. */

char *ngx_http_patron_grant_check(ngx_conf_t *cf,
    ngx_http_patron_loc_conf_t *plcf);


#endif /* _NGX_HTTP_PATRON_GRANT_H_INCLUDED_ */
