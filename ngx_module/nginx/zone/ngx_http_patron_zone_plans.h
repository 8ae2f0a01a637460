
/*
 * Plans of pages in the zone, by what the page is.
 */


#ifndef _NGX_HTTP_PATRON_ZONE_PLANS_H_INCLUDED_
#define _NGX_HTTP_PATRON_ZONE_PLANS_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>

#include "patron_plan.h"
#include "ngx_http_patron_zone.h"


/* 128 bits of a hash of all that a plan depends on. */

typedef struct {
    uint64_t  a;
    uint64_t  b;
} ngx_http_patron_plan_key_t;


/* NGX_OK and a copy of the plan, or NGX_DECLINED. */

ngx_int_t ngx_http_patron_zone_plan(ngx_http_patron_zone_t *zone,
    ngx_http_patron_plan_key_t *key, patron_plan_t *plan);

/* Keeps it, in the place of one not used of late. */

void ngx_http_patron_zone_keep_plan(ngx_http_patron_zone_t *zone,
    ngx_http_patron_plan_key_t *key, patron_plan_t *plan);


/* For this folder: takes memory for plans, or has none; forgets them all. */

typedef struct ngx_http_patron_plans_s  ngx_http_patron_plans_t;

void ngx_http_patron_plans_create(ngx_slab_pool_t *shpool,
    ngx_http_patron_plans_t *plans);
void ngx_http_patron_plans_reset(ngx_http_patron_plans_t *plans);


#endif /* _NGX_HTTP_PATRON_ZONE_PLANS_H_INCLUDED_ */
