
/*
 * Counters by day and name, "shown.top": added up in the zone by all workers,
 * and taken out in batches that are the same until Redis has said it has got
 * them.
 */


#ifndef _NGX_HTTP_PATRON_ZONE_STATS_H_INCLUDED_
#define _NGX_HTTP_PATRON_ZONE_STATS_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>

#include "ngx_http_patron_zone.h"


#define NGX_HTTP_PATRON_STAT_MAX    144     /* bytes of a name */
#define NGX_HTTP_PATRON_BATCH       100


/*
 * Adds n at time now, for a name and ngx_http_patron_zone_stat_hash() of it.  A
 * name that begins with '-' is of what is to be taken off the counter of the
 * name behind it.  redis is ngx_http_patron_redis_id(), or 0 where there is
 * none and nothing is ever written.  A name that finds no room is counted as
 * lost.
 */

void ngx_http_patron_zone_stat(ngx_http_patron_zone_t *zone, uint32_t redis,
    ngx_str_t *name, uint32_t hash, uint64_t n, time_t now);
uint32_t ngx_http_patron_zone_stat_hash(ngx_str_t *name);


typedef struct {
    ngx_str_t     name;
    uint64_t      count;
    uint32_t      hours[24];        /* UTC */
    u_char        bytes[NGX_HTTP_PATRON_STAT_MAX];
} ngx_http_patron_counted_t;


typedef struct {
    uint64_t                    instance;   /* of the zone */
    uint64_t                    number;     /* rises from batch to batch */
    uint32_t                    day;        /* since 1970-01-01, of all */
    ngx_uint_t                  n;
    ngx_http_patron_counted_t   counted[NGX_HTTP_PATRON_BATCH];
} ngx_http_patron_batch_t;

/*
 * What is to be sent: the last batch as it was, until it is said to be sent; a
 * new one then.  NGX_DECLINED: nothing.
 */

ngx_int_t ngx_http_patron_zone_batch(ngx_http_patron_zone_t *zone,
    uint32_t redis, ngx_http_patron_batch_t *batch);
void ngx_http_patron_zone_batch_sent(ngx_http_patron_zone_t *zone,
    uint32_t redis, uint64_t number);

/* Copies what was counted on a day, from the pool; n is how many. */

ngx_http_patron_counted_t *ngx_http_patron_zone_counted(
    ngx_http_patron_zone_t *zone, uint32_t redis, uint32_t day,
    ngx_pool_t *pool, ngx_uint_t *n);

uint64_t ngx_http_patron_zone_stats_lost(ngx_http_patron_zone_t *zone);


/* For this folder: takes memory, or has none.  In the zone's making. */

void ngx_http_patron_stats_create(ngx_http_patron_zone_t *zone);

/* Finds the entries again after a worker has died.  Under the mutex. */

void ngx_http_patron_stats_rebuild(ngx_http_patron_zone_t *zone);


#endif /* _NGX_HTTP_PATRON_ZONE_STATS_H_INCLUDED_ */
