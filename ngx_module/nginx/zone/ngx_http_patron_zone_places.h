
/*
 * Places that selectors name: when each was last found in a page, and missed.
 */


#ifndef _NGX_HTTP_PATRON_ZONE_PLACES_H_INCLUDED_
#define _NGX_HTTP_PATRON_ZONE_PLACES_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>

#include "ngx_http_patron_zone.h"


#define NGX_HTTP_PATRON_PLACES  32      /* the one used longest ago gives way */


/* Longer texts are cut off. */

typedef struct {
    uint32_t   hash;                    /* of name and selector; 0: free */
    uint32_t   missed;                  /* how often */
    time_t     found_at;
    time_t     missed_at;
    time_t     told_at;
    uint32_t   name_len;
    uint32_t   selector_len;
    uint32_t   uri_len;
    u_char     name[64];
    u_char     selector[96];
    u_char     uri[128];                /* where it was missed last */
} ngx_http_patron_place_seen_t;


/* By what a place is looked up, never 0. */

uint32_t ngx_http_patron_zone_place_hash(ngx_str_t *name,
    ngx_str_t *selector);

/* zone may be NULL: each worker then knows of its own pages alone. */

void ngx_http_patron_zone_place_found(ngx_http_patron_zone_t *zone,
    uint32_t hash, ngx_str_t *name, ngx_str_t *selector, time_t now);

/*
 * Is it time to tell of it?  It is once a minute, and once an hour for a place
 * that was found within the hour.
 */

ngx_uint_t ngx_http_patron_zone_place_missed(ngx_http_patron_zone_t *zone,
    ngx_str_t *name, ngx_str_t *selector, ngx_str_t *uri, time_t now);

/* Copies those that were missed, from the pool; n is how many. */

ngx_http_patron_place_seen_t *ngx_http_patron_zone_places(
    ngx_http_patron_zone_t *zone, ngx_pool_t *pool, ngx_uint_t *n);


#endif /* _NGX_HTTP_PATRON_ZONE_PLACES_H_INCLUDED_ */
