
/*
 * Gifts that were taken back: while "<prefix>revoked:<id>" is there, the link
 * opens nothing.  The id is the link's jti, or its signature where it has none.
 */


#ifndef _NGX_HTTP_PATRON_GIFT_REVOKED_H_INCLUDED_
#define _NGX_HTTP_PATRON_GIFT_REVOKED_H_INCLUDED_


#include "ngx_http_patron_gift_types.h"
#include "ngx_http_patron_state.h"


/*
 * Access phase: asks Redis whether st->gift was.  Then it is taken out of st;
 * while nobody can be asked it opens.  NGX_OK; NGX_AGAIN (suspended) or a
 * status.
 */

ngx_int_t ngx_http_patron_gift_revoked(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf, ngx_http_patron_state_t *st);

/* The script that it asks by. */

ngx_int_t ngx_http_patron_gift_revoked_script(ngx_conf_t *cf,
    ngx_http_patron_main_conf_t *pmcf);


#endif /* _NGX_HTTP_PATRON_GIFT_REVOKED_H_INCLUDED_ */
