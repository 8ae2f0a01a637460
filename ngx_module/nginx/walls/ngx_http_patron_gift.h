
/*
 * Gifts: a patron mints a link, and whoever holds it may read that one path.
 */


#ifndef _NGX_HTTP_PATRON_GIFT_H_INCLUDED_
#define _NGX_HTTP_PATRON_GIFT_H_INCLUDED_


#include "ngx_http_patron_argument.h"
#include "ngx_http_patron_gift_types.h"
#include "ngx_http_patron_state.h"


/*
 * Access phase: takes "gift" out of the request's arguments, and notes in st
 * whether it opens the path that was asked for.  NGX_OK, NGX_AGAIN (suspended)
 * or a status.
 */

ngx_int_t ngx_http_patron_gift_access(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf, ngx_http_patron_state_t *st);

/* Header filter: a page that was asked for by a gift's link is not to be
   indexed, and its address not to be told; where it has moved the link is to
   lead there. */

ngx_int_t ngx_http_patron_gift_header(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf, ngx_http_patron_state_t *st);

/* Directive, and what it needs and has not. */

char *ngx_http_patron_gift(ngx_conf_t *cf, ngx_command_t *cmd, void *conf);
char *ngx_http_patron_gift_check(ngx_conf_t *cf,
    ngx_http_patron_loc_conf_t *plcf);


#endif /* _NGX_HTTP_PATRON_GIFT_H_INCLUDED_ */
