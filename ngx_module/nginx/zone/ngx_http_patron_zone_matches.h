
/*
 * Pages whose last version had the place that its wall asks for.
 */


#ifndef _NGX_HTTP_PATRON_ZONE_MATCHES_H_INCLUDED_
#define _NGX_HTTP_PATRON_ZONE_MATCHES_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>

#include "ngx_http_patron_zone.h"


#define NGX_HTTP_PATRON_MATCHES  1024


/*
 * Where a page hashes to, one of eight; the one whose match is the longest ago
 * gives way.  A page is one word, which is read and stored without the mutex.
 */

typedef struct {
    volatile uint64_t  pages[NGX_HTTP_PATRON_MATCHES];  /* 0: free */
} ngx_http_patron_matches_t;


/* zone may be NULL: each worker then knows of its own pages alone. */

/* Had it its match, within a day, and has it not lacked it within an hour? */

ngx_uint_t ngx_http_patron_zone_match(ngx_http_patron_zone_t *zone,
    uint64_t url, time_t now);

/*
 * It had; it had none: for an hour then that it has one again does not count,
 * as of a page that has it for some readers alone.
 */

void ngx_http_patron_zone_match_found(ngx_http_patron_zone_t *zone,
    uint64_t url, time_t now);
void ngx_http_patron_zone_match_missed(ngx_http_patron_zone_t *zone,
    uint64_t url, time_t now);


#endif /* _NGX_HTTP_PATRON_ZONE_MATCHES_H_INCLUDED_ */
