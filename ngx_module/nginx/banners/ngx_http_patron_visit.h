
/*
 * What a reader has seen of campaigns, sent away and followed, in a cookie of
 * its own.
 */


#ifndef _NGX_HTTP_PATRON_VISIT_H_INCLUDED_
#define _NGX_HTTP_PATRON_VISIT_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>

#include "patron_visit.h"
#include "ngx_http_patron_conf.h"
#include "ngx_http_patron_state.h"


/* Reads the cookie into st->visit, which stays NULL where there is none. */

ngx_int_t ngx_http_patron_visit_read(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf, ngx_http_patron_state_t *st);

/* The same for what is no page: it stays as it is to caches. */

ngx_int_t ngx_http_patron_visit_open(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf, ngx_http_patron_state_t *st);

/* Tells caches that a page depends on it, where anything can be sent away. */

ngx_int_t ngx_http_patron_visit_vary(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf);

/*
 * Counts a showing of those of st->picks that have a cap and are active, and
 * what the reader is assigned to.  NGX_DECLINED: it is a prefetch, and to be
 * refused.
 */

ngx_int_t ngx_http_patron_visit_show(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf, ngx_http_patron_state_t *st,
    uint64_t active);

/*
 * The reader follows a campaign, and the cookie has it in mind, if there is a
 * key to sign with and patron_consent lets it.  counts: it is to be counted.
 */

ngx_int_t ngx_http_patron_visit_click(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf, ngx_http_patron_state_t *st,
    patron_str_t *campaign, ngx_uint_t *counts);

/*
 * The reader has been made a patron: counts that for what they were assigned to
 * and for what they followed last, which the cookie then forgets.
 */

ngx_int_t ngx_http_patron_visit_joined(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf, ngx_http_patron_state_t *st);

/* Sets the cookie to what st->visit holds now; and makes st->visit, empty,
   where the reader brought none. */

ngx_int_t ngx_http_patron_visit_write(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf, ngx_http_patron_state_t *st);
ngx_int_t ngx_http_patron_visit_make(ngx_http_request_t *r,
    ngx_http_patron_state_t *st);


#endif /* _NGX_HTTP_PATRON_VISIT_H_INCLUDED_ */
