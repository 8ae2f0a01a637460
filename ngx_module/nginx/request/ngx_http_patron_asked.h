
/*
 * What the reader asked for.  Behind "try_files ... /index.php" and the like
 * $uri is the front controller's, the same for all pages.
 */


#ifndef _NGX_HTTP_PATRON_ASKED_H_INCLUDED_
#define _NGX_HTTP_PATRON_ASKED_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>


/* The path before any rewrite, decoded and merged as $uri is.  NGX_OK or
   NGX_ERROR. */

ngx_int_t ngx_http_patron_asked_path(ngx_http_request_t *r, ngx_str_t *path);


#endif /* _NGX_HTTP_PATRON_ASKED_H_INCLUDED_ */
