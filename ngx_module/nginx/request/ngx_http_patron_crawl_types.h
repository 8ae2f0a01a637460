
/*
 * A crawler whose name is proven, as types alone: what it may read, and what it
 * pays for that.
 */


#ifndef _NGX_HTTP_PATRON_CRAWL_TYPES_H_INCLUDED_
#define _NGX_HTTP_PATRON_CRAWL_TYPES_H_INCLUDED_


#include "patron_crawler.h"
#include "ngx_http_patron_state.h"


typedef struct ngx_http_patron_charge_s  ngx_http_patron_charge_t;


struct ngx_http_patron_crawl_s {
    patron_str_t               level;
    patron_price_t             price;       /* of its own; 0: it has none */
    ngx_str_t                  terms;       /* a URL, or empty */
    int64_t                    most;        /* that it has signed to pay, */
    int64_t                    exact;       /* and exactly; -1: not said */

    patron_price_t             offer;       /* its own, or the terms' */
    const char                *why;         /* it may not read; or NULL */
    ngx_http_patron_charge_t  *charge;

    unsigned                   payable:1;   /* the proof is good for money */
    unsigned                   asked:1;     /* whether it pays */
    unsigned                   paid:1;      /* it does: what is read then */
    unsigned                   reserved:1;  /* taken from its credit */
    unsigned                   charged:1;   /* and that was told */
    unsigned                   sent:1;
};


#endif /* _NGX_HTTP_PATRON_CRAWL_TYPES_H_INCLUDED_ */
