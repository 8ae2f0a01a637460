
/*
 * The rules that edit the pages of a location.
 */


#ifndef _NGX_HTTP_PATRON_RULES_H_INCLUDED_
#define _NGX_HTTP_PATRON_RULES_H_INCLUDED_


#include "ngx_http_patron_conf.h"


/*
 * Takes what the location before has of banners, walls, strips and meta, and
 * the rules too where all of it is the same; builds them where it is not.
 */

ngx_int_t ngx_http_patron_merge_rules(ngx_conf_t *cf,
    ngx_http_patron_loc_conf_t *prev, ngx_http_patron_loc_conf_t *conf);


#endif /* _NGX_HTTP_PATRON_RULES_H_INCLUDED_ */
