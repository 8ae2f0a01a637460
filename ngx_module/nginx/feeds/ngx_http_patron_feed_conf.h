
/*
 * patron_feed: which locations have feeds, and what is shown of their items.
 */


#ifndef _NGX_HTTP_PATRON_FEED_CONF_H_INCLUDED_
#define _NGX_HTTP_PATRON_FEED_CONF_H_INCLUDED_


#include "ngx_http_patron_feed_types.h"


/* May items of feeds there state a level? */

ngx_uint_t ngx_http_patron_feed_levels(ngx_http_patron_loc_conf_t *plcf);

char *ngx_http_patron_feed(ngx_conf_t *cf, ngx_command_t *cmd, void *conf);


#endif /* _NGX_HTTP_PATRON_FEED_CONF_H_INCLUDED_ */
