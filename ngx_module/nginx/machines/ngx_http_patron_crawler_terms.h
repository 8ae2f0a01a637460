
/*
 * Terms that a crawler can act on: what it is told at a wall, and what pages
 * say of their use.
 */


#ifndef _NGX_HTTP_PATRON_CRAWLER_TERMS_H_INCLUDED_
#define _NGX_HTTP_PATRON_CRAWLER_TERMS_H_INCLUDED_


#include "ngx_http_patron_crawl_types.h"
#include "ngx_http_patron_conf.h"
#include "ngx_http_patron_state.h"


struct ngx_http_patron_terms_conf_s {
    ngx_str_t       license;
    ngx_str_t       contact;
    ngx_str_t       usage;
    ngx_str_t       granted[PATRON_CRAWLER_N];  /* or usage */
    patron_price_t  price;          /* 0: none */
};


/* The directive patron_crawler_terms. */

char *ngx_http_patron_crawler_terms(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);

/* What a page behind a level costs it: its own price, or else the terms'. */

void ngx_http_patron_crawler_offer(ngx_http_patron_loc_conf_t *plcf,
    ngx_http_patron_crawl_t *crawl);

/*
 * Has the terms answered where the request is refused, and counts that.  NGX_OK
 * or NGX_ERROR.
 */

ngx_int_t ngx_http_patron_crawler_closed(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf, ngx_http_patron_state_t *st);

/*
 * Header filter: "Content-Usage"; and what it is instead, for a crawler that
 * gets what others may not read.  NGX_OK or NGX_ERROR.
 */

ngx_int_t ngx_http_patron_crawler_usage(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf, ngx_http_patron_state_t *st);
ngx_int_t ngx_http_patron_crawler_granted(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf, ngx_http_patron_state_t *st);

/*
 * What is granted for that purpose to a crawler that is let in without paying
 * for each page, since its level is more than "free"; or NULL.
 */

ngx_str_t *ngx_http_patron_crawler_licensed(
    ngx_http_patron_terms_conf_t *terms, ngx_str_t *purpose,
    patron_str_t *level, int64_t price);

/* Writes "scheme://host" of the request; returns where it ends. */

u_char *ngx_http_patron_crawler_origin(ngx_http_request_t *r, u_char *p);


#endif /* _NGX_HTTP_PATRON_CRAWLER_TERMS_H_INCLUDED_ */
