
/*
 * A crawler whose name is proven, as types alone: what it may read, and what it
 * pays for that.
 */


#ifndef _NGX_HTTP_PATRON_CRAWL_TYPES_H_INCLUDED_
#define _NGX_HTTP_PATRON_CRAWL_TYPES_H_INCLUDED_


#include "patron_crawler.h"
#include "ngx_http_patron_state.h"


struct ngx_http_patron_crawl_s {
    patron_str_t               level;
    patron_price_t             price;       /* of its own; 0: it has none */
    ngx_str_t                  terms;       /* a URL, or empty */
    int64_t                    most;        /* that it has signed to pay, */
    int64_t                    exact;       /* and exactly; -1: not said */

    unsigned                   payable:1;   /* the proof is good for money */
    unsigned                   paid:1;      /* it was taken from its credit */
};


#endif /* _NGX_HTTP_PATRON_CRAWL_TYPES_H_INCLUDED_ */
