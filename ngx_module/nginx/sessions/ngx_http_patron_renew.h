
/*
 * Memberships that go on: a token of our own gets a longer life, or a newer
 * key, while its reader reads.
 */


#ifndef _NGX_HTTP_PATRON_RENEW_H_INCLUDED_
#define _NGX_HTTP_PATRON_RENEW_H_INCLUDED_


#include "ngx_http_patron_conf.h"
#include "ngx_http_patron_state.h"


/*
 * Header filter, of the main request, for st->inquiry: sets the cookie anew
 * where its token is due.  NGX_OK or NGX_ERROR.
 */

ngx_int_t ngx_http_patron_renew(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf, ngx_http_patron_state_t *st);


#endif /* _NGX_HTTP_PATRON_RENEW_H_INCLUDED_ */
