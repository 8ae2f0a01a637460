
/*
 * "patron_wall upstream": the application that makes the answer is told of the
 * decision, and cuts.  Nothing else is cut, and nothing it answers refused.
 */


#ifndef _NGX_HTTP_PATRON_PAGE_TOLD_H_INCLUDED_
#define _NGX_HTTP_PATRON_PAGE_TOLD_H_INCLUDED_


#include "ngx_http_patron_conf.h"
#include "ngx_http_patron_state.h"


/* Is it the answer of an application, and not a file of nginx's own? */

ngx_uint_t ngx_http_patron_told(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf, ngx_http_patron_state_t *st);

/*
 * The decision on such an answer, its level known.  NGX_OK; NGX_DECLINED where
 * it was made for another reader, and is to be refused.
 */

ngx_int_t ngx_http_patron_told_decide(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf, ngx_http_patron_state_t *st);

/*
 * No cache of nginx keeps an answer, which has a level, under a key that does
 * not hold what the application was told; that is logged.  0 where one would.
 */

ngx_uint_t ngx_http_patron_told_cache(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf, ngx_http_patron_state_t *st);

/* A part of the variant that the answer is; 0 where readers get the same. */

uint64_t ngx_http_patron_told_variant(ngx_http_patron_loc_conf_t *plcf,
    ngx_http_patron_state_t *st);


#endif /* _NGX_HTTP_PATRON_PAGE_TOLD_H_INCLUDED_ */
