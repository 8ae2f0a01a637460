
/*
 * Who may keep a response: every cause for "private, no-store", in one place.
 */


#ifndef _NGX_HTTP_PATRON_KEEP_H_INCLUDED_
#define _NGX_HTTP_PATRON_KEEP_H_INCLUDED_


#include "ngx_http_patron_conf.h"
#include "ngx_http_patron_state.h"


/*
 * Header filter, after the decision: makes the response a reader's copy where
 * it is one, or says by "Vary" what a guest's page depends on.  page: it is
 * one into which banners go, or stands for one that was refused.  NGX_OK or
 * NGX_ERROR.
 */

ngx_int_t ngx_http_patron_keep(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf, ngx_http_patron_state_t *st,
    ngx_uint_t page);


#endif /* _NGX_HTTP_PATRON_KEEP_H_INCLUDED_ */
