
/*
 * Pages that were looked through for what their wall cuts off: when, and
 * whether it was found.
 */


#ifndef _NGX_HTTP_PATRON_ZONE_LEAKS_H_INCLUDED_
#define _NGX_HTTP_PATRON_ZONE_LEAKS_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>

#include "ngx_http_patron_zone.h"


#define NGX_HTTP_PATRON_LEAKS        256
#define NGX_HTTP_PATRON_LEAK_EVERY   600    /* seconds */


/*
 * Where a page hashes to, one of eight.  It gives way to another when it is
 * time to look through it again, one without a leak first: so no more pages
 * are looked through than there is room for.
 */

typedef struct {
    uint64_t   url;                         /* a hash; 0: free */
    uint32_t   at;                          /* unix seconds */
    uint32_t   leaks;
} ngx_http_patron_leak_seen_t;

typedef struct {
    time_t     minute;                      /* of what was told */
    uint32_t   told;
    ngx_http_patron_leak_seen_t  pages[NGX_HTTP_PATRON_LEAKS];
} ngx_http_patron_leaks_t;


/* zone may be NULL: each worker then knows of its own pages alone. */

/* Did it leak the last time?  due is set where it is time to look again. */

ngx_uint_t ngx_http_patron_zone_leaks(ngx_http_patron_zone_t *zone,
    uint64_t url, time_t now, ngx_uint_t *due);

/*
 * Is it time to look through it?  NGX_OK: by the caller, nobody else is told so
 * for a while; NGX_DECLINED.  leaks is set to whether it did the last time.
 */

ngx_int_t ngx_http_patron_zone_leak_claim(ngx_http_patron_zone_t *zone,
    uint64_t url, time_t now, ngx_uint_t *leaks);

/*
 * What was found.  Is it to be told?  It is when it was not known, ten times a
 * minute at most.
 */

ngx_uint_t ngx_http_patron_zone_leak_found(ngx_http_patron_zone_t *zone,
    uint64_t url, time_t now, ngx_uint_t leaks);


#endif /* _NGX_HTTP_PATRON_ZONE_LEAKS_H_INCLUDED_ */
