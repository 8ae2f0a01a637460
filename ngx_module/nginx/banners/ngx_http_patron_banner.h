
/*
 * The banners of a page.
 */


#ifndef _NGX_HTTP_PATRON_BANNER_H_INCLUDED_
#define _NGX_HTTP_PATRON_BANNER_H_INCLUDED_


#include "ngx_http_patron_conf.h"
#include "ngx_http_patron_state.h"


/*
 * The banners of r's location that this reader is to see, as a set of rules,
 * and a hash of what they would insert, which is in st->picks.  NGX_DECLINED:
 * a prefetch that is to be refused.
 */

ngx_int_t ngx_http_patron_banners(ngx_http_request_t *r,
    ngx_http_patron_state_t *st, uint64_t *active, uint64_t *variant);

/*
 * What a page with those banners says of them in its headers: the cookie that
 * it depends on, and the one in which showings are counted.
 */

ngx_int_t ngx_http_patron_banners_header(ngx_http_request_t *r,
    ngx_http_patron_state_t *st, uint64_t active);

/* Counts those that went into the page, by rule. */

void ngx_http_patron_banners_shown(ngx_http_request_t *r,
    ngx_http_patron_state_t *st, uint64_t placed);


#endif /* _NGX_HTTP_PATRON_BANNER_H_INCLUDED_ */
