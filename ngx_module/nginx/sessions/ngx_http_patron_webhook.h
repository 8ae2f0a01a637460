
/*
 * Payments become memberships: what a provider tells by HTTP is written to the
 * member's record.
 */


#ifndef _NGX_HTTP_PATRON_WEBHOOK_H_INCLUDED_
#define _NGX_HTTP_PATRON_WEBHOOK_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>

#include "patron_webhook.h"
#include "ngx_http_patron_conf.h"


struct ngx_http_patron_webhook_conf_s {
    patron_webhook_t         webhook;
    time_t                   thanks;        /* for a gift, seconds */
    ngx_uint_t               provider;      /* the preset's number */
};


ngx_int_t ngx_http_patron_webhook_scripts(ngx_conf_t *cf,
    ngx_http_patron_main_conf_t *pmcf);

/* Content handler */

ngx_int_t ngx_http_patron_webhook_handler(ngx_http_request_t *r);


#endif /* _NGX_HTTP_PATRON_WEBHOOK_H_INCLUDED_ */
