
/*
 * A table of four ways, made of the zone's memory that is left when the
 * members have theirs; of the four the one used longest ago gives way.  A
 * place is a plan of fixed size.  The mutex is held for a copy.
 */


#include "ngx_http_patron_zone.h"
#include "ngx_http_patron_zone_lock.h"
#include "ngx_http_patron_zone_plans.h"
#include "ngx_http_patron_zone_types.h"


#define NGX_HTTP_PATRON_PLAN_WAYS  4


struct ngx_http_patron_place_s {
    ngx_http_patron_plan_key_t  key;
    ngx_uint_t                  used;       /* the table's clock, then */
    patron_plan_t               plan;
};


static ngx_http_patron_place_t *ngx_http_patron_plan_set(
    ngx_http_patron_plans_t *plans, ngx_http_patron_plan_key_t *key);


void
ngx_http_patron_plans_create(ngx_slab_pool_t *shpool,
    ngx_http_patron_plans_t *plans)
{
    size_t  size;

    size = shpool->pfree * ngx_pagesize / 3;

    plans->nsets = size / (NGX_HTTP_PATRON_PLAN_WAYS
                           * sizeof(ngx_http_patron_place_t));
    plans->clock = 0;
    plans->places = NULL;

    if (plans->nsets == 0) {
        return;
    }

    plans->places = ngx_slab_calloc(shpool, plans->nsets
                                            * NGX_HTTP_PATRON_PLAN_WAYS
                                            * sizeof(ngx_http_patron_place_t));
    if (plans->places == NULL) {
        plans->nsets = 0;
    }
}


void
ngx_http_patron_plans_reset(ngx_http_patron_plans_t *plans)
{
    if (plans->nsets) {
        ngx_memzero(plans->places, plans->nsets * NGX_HTTP_PATRON_PLAN_WAYS
                                   * sizeof(ngx_http_patron_place_t));
    }
}


ngx_int_t
ngx_http_patron_zone_plan(ngx_http_patron_zone_t *zone,
    ngx_http_patron_plan_key_t *key, patron_plan_t *plan)
{
    ngx_int_t                 rc;
    ngx_uint_t                i;
    ngx_http_patron_place_t  *place;

    if (zone == NULL || zone->sh->plans.nsets == 0) {
        return NGX_DECLINED;
    }

    rc = NGX_DECLINED;

    ngx_http_patron_zone_lock(zone);

    place = ngx_http_patron_plan_set(&zone->sh->plans, key);

    for (i = 0; i < NGX_HTTP_PATRON_PLAN_WAYS; i++) {

        if (place[i].key.a == key->a && place[i].key.b == key->b) {
            place[i].used = ++zone->sh->plans.clock;
            ngx_memcpy(plan, &place[i].plan,
                       patron_plan_size(&place[i].plan));
            rc = NGX_OK;
            break;
        }
    }

    ngx_http_patron_zone_unlock(zone);

    return rc;
}


void
ngx_http_patron_zone_keep_plan(ngx_http_patron_zone_t *zone,
    ngx_http_patron_plan_key_t *key, patron_plan_t *plan)
{
    ngx_uint_t                i;
    ngx_http_patron_place_t  *place, *oldest;

    if (zone == NULL || zone->sh->plans.nsets == 0 || plan->bad) {
        return;
    }

    ngx_http_patron_zone_lock(zone);

    place = ngx_http_patron_plan_set(&zone->sh->plans, key);
    oldest = place;

    for (i = 0; i < NGX_HTTP_PATRON_PLAN_WAYS; i++) {

        if (place[i].key.a == key->a && place[i].key.b == key->b) {
            oldest = &place[i];
            break;
        }

        if (place[i].used < oldest->used) {
            oldest = &place[i];
        }
    }

    oldest->key = *key;
    ngx_memcpy(&oldest->plan, plan, patron_plan_size(plan));
    oldest->used = ++zone->sh->plans.clock;

    ngx_http_patron_zone_unlock(zone);
}


static ngx_http_patron_place_t *
ngx_http_patron_plan_set(ngx_http_patron_plans_t *plans,
    ngx_http_patron_plan_key_t *key)
{
    return &plans->places[(key->a % plans->nsets)
                          * NGX_HTTP_PATRON_PLAN_WAYS];
}
