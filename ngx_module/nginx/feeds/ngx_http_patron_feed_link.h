
/*
 * Personal addresses: a link of a feed, or of one of its enclosures, by which
 * its member reads it in a program that keeps no cookies.
 */


#ifndef _NGX_HTTP_PATRON_FEED_LINK_H_INCLUDED_
#define _NGX_HTTP_PATRON_FEED_LINK_H_INCLUDED_


#include "ngx_http_patron_conf.h"
#include "ngx_http_patron_feed_types.h"
#include "ngx_http_patron_state.h"


/*
 * Access phase, before the reader is known: takes "patron_feed" out of the
 * request's arguments, and notes in st whose address it is.  NGX_OK, NGX_AGAIN
 * (suspended) or a status.
 */

ngx_int_t ngx_http_patron_feed_access(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf, ngx_http_patron_state_t *st);

/* What such an address is worth, as claims of a token. */

void ngx_http_patron_feed_claims(ngx_http_patron_state_t *st,
    ngx_str_t *token, patron_token_e *verified, patron_claims_t *claims);

/*
 * Header filter: what was asked for by such an address is nobody else's, and
 * not told.  NGX_OK or NGX_ERROR.
 */

ngx_int_t ngx_http_patron_feed_link_header(ngx_http_request_t *r,
    ngx_http_patron_state_t *st);

/*
 * An address with the link for it, made of uri (a path, with a query) behind
 * base: NGX_OK; NGX_DECLINED where it cannot be signed; NGX_ERROR.
 */

ngx_int_t ngx_http_patron_feed_sign(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf, ngx_http_patron_feed_link_t *link,
    patron_str_t *base, patron_str_t *uri, ngx_str_t *url);

/* The address of an enclosure, with a link of its own where it is of this
   host. */

ngx_int_t ngx_http_patron_feed_own(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf, ngx_http_patron_feed_link_t *link,
    patron_str_t *url);

ngx_int_t ngx_http_patron_feed_link_script(ngx_conf_t *cf,
    ngx_http_patron_main_conf_t *pmcf);


#endif /* _NGX_HTTP_PATRON_FEED_LINK_H_INCLUDED_ */
