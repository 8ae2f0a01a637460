
/*
 * A warning for pages that come compressed where "gunzip" is off.
 */


#ifndef _NGX_HTTP_PATRON_GUNZIP_H_INCLUDED_
#define _NGX_HTTP_PATRON_GUNZIP_H_INCLUDED_


#include "ngx_http_patron_conf.h"


/* Notes that pages are edited here; and warns in the end. */

ngx_int_t ngx_http_patron_watch_gunzip(ngx_conf_t *cf);
void ngx_http_patron_check_gunzip(ngx_conf_t *cf);


#endif /* _NGX_HTTP_PATRON_GUNZIP_H_INCLUDED_ */
