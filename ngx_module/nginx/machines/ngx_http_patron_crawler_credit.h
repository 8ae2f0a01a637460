
/*
 * The credit of a crawler, in Redis: what a page costs is taken before the
 * content is asked for, and given back where it was not sent.
 */


#ifndef _NGX_HTTP_PATRON_CRAWLER_CREDIT_H_INCLUDED_
#define _NGX_HTTP_PATRON_CRAWLER_CREDIT_H_INCLUDED_


#include "ngx_http_patron_conf.h"
#include "ngx_http_patron_state.h"


/* The scripts, in postconfiguration. */

ngx_int_t ngx_http_patron_crawler_scripts(ngx_conf_t *cf,
    ngx_http_patron_main_conf_t *pmcf);

/*
 * Access phase, once a request: takes what a page costs a crawler that pays.
 * NGX_OK, with st->crawl->paid set or not; NGX_AGAIN: suspended; a status.
 */

ngx_int_t ngx_http_patron_crawler_pays(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf, ngx_http_patron_state_t *st);

/* Header filter: the page is sent, for that price, and says so. */

ngx_int_t ngx_http_patron_crawler_charge(ngx_http_request_t *r,
    ngx_http_patron_state_t *st);

/* Body filter: these go down the chain. */

void ngx_http_patron_crawler_sent(ngx_http_patron_state_t *st,
    ngx_chain_t *out);


#endif /* _NGX_HTTP_PATRON_CRAWLER_CREDIT_H_INCLUDED_ */
