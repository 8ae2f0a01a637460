
/*
 * patron_read: pages that count as articles read, and $patron_read, how many a
 * reader has read in 30 days.
 */


#ifndef _NGX_HTTP_PATRON_READ_H_INCLUDED_
#define _NGX_HTTP_PATRON_READ_H_INCLUDED_


#include "ngx_http_patron_conf.h"
#include "ngx_http_patron_state.h"


/*
 * Header filter: the page is one that is sent whole.  Counts it, where it is an
 * article.  NGX_OK or NGX_ERROR.
 */

ngx_int_t ngx_http_patron_read_page(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf, ngx_http_patron_state_t *st);

/* Empty where nothing may be known of the reader. */

ngx_int_t ngx_http_patron_variable_read(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data);

/* What it needs and has not. */

char *ngx_http_patron_read_check(ngx_conf_t *cf,
    ngx_http_patron_loc_conf_t *plcf);


#endif /* _NGX_HTTP_PATRON_READ_H_INCLUDED_ */
