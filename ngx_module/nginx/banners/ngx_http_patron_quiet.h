
/*
 * Pages that are to have no appeal, or not every one: the CMS says so by a
 * response header or in the page's head, an editor by paths in Redis.
 */


#ifndef _NGX_HTTP_PATRON_QUIET_H_INCLUDED_
#define _NGX_HTTP_PATRON_QUIET_H_INCLUDED_


#include "ngx_http_patron_conf.h"
#include "ngx_http_patron_state.h"


/*
 * Access phase: reads patron_appeals_header of what the CMS sent before it led
 * to another location, whose upstream takes its place.  NGX_OK or NGX_ERROR.
 */

ngx_int_t ngx_http_patron_quiet_access(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf, ngx_http_patron_state_t *st);

/*
 * Header filter: reads patron_appeals_header into st, where there is one, and
 * hides it from the reader.  NGX_OK or NGX_ERROR.
 */

ngx_int_t ngx_http_patron_quiet_header(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf, ngx_http_patron_state_t *st);

/* Is the page to have no banner at all? */

ngx_uint_t ngx_http_patron_quiet_page(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf, ngx_http_patron_state_t *st);

/* Does the header leave it out?  name is a banner's or a campaign's. */

ngx_uint_t ngx_http_patron_quiet_name(ngx_http_patron_state_t *st,
    ngx_str_t *name, ngx_str_t *slot);

/* The same of the content of a meta of the page. */

ngx_uint_t ngx_http_patron_quiet_list(patron_str_t *list, ngx_str_t *name,
    ngx_str_t *slot);


#endif /* _NGX_HTTP_PATRON_QUIET_H_INCLUDED_ */
