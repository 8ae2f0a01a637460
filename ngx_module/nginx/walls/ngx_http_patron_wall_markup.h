
/*
 * What says to search engines that an article is not all there.
 */


#ifndef _NGX_HTTP_PATRON_WALL_MARKUP_H_INCLUDED_
#define _NGX_HTTP_PATRON_WALL_MARKUP_H_INCLUDED_


#include "ngx_http_patron_conf.h"


/* The HTML for a wall's selector.  NGX_OK or NGX_ERROR. */

ngx_int_t ngx_http_patron_wall_markup(ngx_pool_t *pool, ngx_str_t *selector,
    ngx_str_t *html);


#endif /* _NGX_HTTP_PATRON_WALL_MARKUP_H_INCLUDED_ */
