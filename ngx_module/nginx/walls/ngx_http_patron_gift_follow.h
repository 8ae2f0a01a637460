
/*
 * A gift's link that the site redirects: what has the argument taken away
 * cannot hand it on, so it is put back here.
 */


#ifndef _NGX_HTTP_PATRON_GIFT_FOLLOW_H_INCLUDED_
#define _NGX_HTTP_PATRON_GIFT_FOLLOW_H_INCLUDED_


#include "ngx_http_patron_gift_types.h"
#include "ngx_http_patron_state.h"


/*
 * Header filter: where st->gift opened what was asked for, and the response
 * leads to another address of it on this host, adds the argument to Location.
 * NGX_OK or NGX_ERROR.
 */

ngx_int_t ngx_http_patron_gift_follow(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf, ngx_http_patron_state_t *st);


#endif /* _NGX_HTTP_PATRON_GIFT_FOLLOW_H_INCLUDED_ */
