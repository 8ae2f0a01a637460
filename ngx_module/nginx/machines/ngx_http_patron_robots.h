
/*
 * robots.txt (RFC 9309): what it tells each crawler, and who comes all the same.
 */


#ifndef _NGX_HTTP_PATRON_ROBOTS_H_INCLUDED_
#define _NGX_HTTP_PATRON_ROBOTS_H_INCLUDED_


#include "ngx_http_patron_conf.h"
#include "ngx_http_patron_crawler_index.h"


/* The file, in the request's memory.  NGX_OK or NGX_ERROR. */

ngx_int_t ngx_http_patron_robots(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf, ngx_str_t *text);

/*
 * Is the request for what that crawler was told to leave alone?  It is counted
 * then, by its name.  robots.txt and our own answers are for everybody.  NGX_OK:
 * it is; NGX_DECLINED, or NGX_ERROR.
 */

ngx_int_t ngx_http_patron_robots_ignored(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf,
    ngx_http_patron_crawler_record_t *record);


#endif /* _NGX_HTTP_PATRON_ROBOTS_H_INCLUDED_ */
