
/*
 * What was counted of experiments in all their days, on all machines: asked of
 * Redis for the status page, a day after the other.
 */


#ifndef _NGX_HTTP_PATRON_STATUS_COUNTED_H_INCLUDED_
#define _NGX_HTTP_PATRON_STATUS_COUNTED_H_INCLUDED_


#include "ngx_http_patron_conf.h"
#include "ngx_http_patron_state.h"


#define NGX_HTTP_PATRON_COUNTED_CURRENCIES  4       /* more are not told */


typedef struct {
    ngx_str_t     key;              /* "<slot>:<name>", as it is in Redis */
    int64_t       shown;
    int64_t       assigned;
    int64_t       granted;
    ngx_uint_t    ncurrencies;
    u_char        currencies[NGX_HTTP_PATRON_COUNTED_CURRENCIES][3];
    int64_t       revenue[NGX_HTTP_PATRON_COUNTED_CURRENCIES];
} ngx_http_patron_arm_counted_t;


ngx_int_t ngx_http_patron_status_counted_script(ngx_conf_t *cf,
    ngx_http_patron_main_conf_t *pmcf);

/*
 * Asks for the request, which answer then ends.  NGX_DONE: it is asked;
 * NGX_DECLINED: there is nothing to ask, or nobody; NGX_ERROR.
 */

ngx_int_t ngx_http_patron_status_count(ngx_http_request_t *r,
    ngx_http_handler_pt answer);

/* Of type ngx_http_patron_arm_counted_t; NULL: not all days came. */

ngx_array_t *ngx_http_patron_status_counted(ngx_http_request_t *r);


#endif /* _NGX_HTTP_PATRON_STATUS_COUNTED_H_INCLUDED_ */
