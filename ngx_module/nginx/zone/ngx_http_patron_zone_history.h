
/*
 * What was counted in the last hour, and since when things stand as they do.
 */


#ifndef _NGX_HTTP_PATRON_ZONE_HISTORY_H_INCLUDED_
#define _NGX_HTTP_PATRON_ZONE_HISTORY_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>

#include "ngx_http_patron_zone.h"


#define NGX_HTTP_PATRON_MARKS       13
#define NGX_HTTP_PATRON_MARK_EVERY  300     /* s */


/* The counters as they were; at is 0 where there is none. */

typedef struct {
    time_t             at;
    ngx_atomic_uint_t  counters[NGX_HTTP_PATRON_C_N];
} ngx_http_patron_mark_at_t;

typedef struct {
    time_t                     born;        /* of the zone */
    time_t                     next;        /* mark */
    time_t                     troubled;    /* when there was trouble last */
    time_t                     since;       /* of the verdict */
    ngx_uint_t                 verdict;
    ngx_uint_t                 n;           /* marks that were made */
    ngx_http_patron_mark_at_t  marks[NGX_HTTP_PATRON_MARKS];
} ngx_http_patron_history_t;


/* Where there is no zone, all of these do nothing and answer with 0. */

/* Has the counters written down, if it is time to. */

void ngx_http_patron_zone_remember(ngx_http_patron_zone_t *zone, time_t now);

/* How much was counted in the last hour, or since the zone was made. */

ngx_atomic_uint_t ngx_http_patron_zone_hour(ngx_http_patron_zone_t *zone,
    ngx_uint_t counter, time_t now);

time_t ngx_http_patron_zone_born(ngx_http_patron_zone_t *zone);

/*
 * Since when the verdict is this one: a number for what is wrong, 0 for
 * nothing.  All is well since the last trouble at the earliest, which this
 * folder notes, whether anybody asks or not.
 */

time_t ngx_http_patron_zone_verdict(ngx_http_patron_zone_t *zone,
    ngx_uint_t verdict, time_t now);


#endif /* _NGX_HTTP_PATRON_ZONE_HISTORY_H_INCLUDED_ */
