
/*
 * The level that an origin states with a 304.  nginx makes the response of
 * what its cache holds, and forgets the headers of the 304 before any filter
 * runs: they are read when the upstream is made ready for that.
 */


#ifndef _NGX_HTTP_PATRON_REVALIDATE_H_INCLUDED_
#define _NGX_HTTP_PATRON_REVALIDATE_H_INCLUDED_


#include "ngx_http_patron_conf.h"
#include "ngx_http_patron_state.h"


/*
 * Puts a handler in front of the one that makes the content of a location, of
 * which the rest is merged.
 */

void ngx_http_patron_revalidate_merge(ngx_conf_t *cf,
    ngx_http_patron_loc_conf_t *prev, ngx_http_patron_loc_conf_t *conf);

/*
 * Header filter: the level of the 304, if there was one, counts; where the
 * cache's entry states another it is dropped, so that the next reader gets what
 * the origin says by then.  With stated set to the level, which the request
 * owns, or to NULL, NGX_OK; or NGX_ERROR.
 */

ngx_int_t ngx_http_patron_revalidate_header(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf, ngx_http_patron_state_t *st,
    patron_level_t **stated);


#endif /* _NGX_HTTP_PATRON_REVALIDATE_H_INCLUDED_ */
