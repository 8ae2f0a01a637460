
/*
 * Levels, walls and banners that are written down where "patron" is off, and
 * that no location inherits where it is on: nginx -t warns of them.
 */


#ifndef _NGX_HTTP_PATRON_IDLE_H_INCLUDED_
#define _NGX_HTTP_PATRON_IDLE_H_INCLUDED_


#include "ngx_http_patron_conf.h"


/* Notes what stands in this block itself; before anything is inherited. */

void ngx_http_patron_idle_note(ngx_http_patron_loc_conf_t *conf);

/* Once it is known whether "patron" is on there.  NGX_OK or NGX_ERROR. */

ngx_int_t ngx_http_patron_idle_merged(ngx_conf_t *cf,
    ngx_http_patron_loc_conf_t *prev, ngx_http_patron_loc_conf_t *conf);

/* Warns, when all is merged. */

void ngx_http_patron_idle_check(ngx_conf_t *cf);


#endif /* _NGX_HTTP_PATRON_IDLE_H_INCLUDED_ */
