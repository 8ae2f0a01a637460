
/*
 * See the header.  A word holds half of the hash, the time, and in its last bit
 * whether the match was missed.  Nobody trusts it: of two that are stored at
 * once one is lost, and that of another page with the same half says what is
 * not so, at the price of a page that is broken off, not refused.
 */


#include <ngx_config.h>
#include <ngx_core.h>

#include "ngx_http_patron_zone.h"
#include "ngx_http_patron_zone_matches.h"
#include "ngx_http_patron_zone_types.h"


#define NGX_HTTP_PATRON_MATCH_WAYS    8
#define NGX_HTTP_PATRON_MATCH_KEPT    86400    /* seconds */
#define NGX_HTTP_PATRON_MATCH_MISSED  3600
#define NGX_HTTP_PATRON_MATCH_AGAIN   60


static volatile uint64_t *ngx_http_patron_match_set(
    ngx_http_patron_zone_t *zone, uint64_t url);
static volatile uint64_t *ngx_http_patron_match_of(volatile uint64_t *set,
    uint64_t url);
static volatile uint64_t *ngx_http_patron_match_oldest(
    volatile uint64_t *set, time_t now);
static uint64_t ngx_http_patron_match_word(uint64_t url, time_t now,
    ngx_uint_t missed);
static uint32_t ngx_http_patron_match_age(uint64_t word, time_t now);


/* Where there is no zone. */

static ngx_http_patron_matches_t  ngx_http_patron_matches_here;


ngx_uint_t
ngx_http_patron_zone_match(ngx_http_patron_zone_t *zone, uint64_t url,
    time_t now)
{
    uint64_t            word;
    volatile uint64_t  *page;

    page = ngx_http_patron_match_of(ngx_http_patron_match_set(zone, url), url);

    if (page == NULL) {
        return 0;
    }

    word = *page;

    return (word & 1) == 0
           && ngx_http_patron_match_age(word, now) < NGX_HTTP_PATRON_MATCH_KEPT;
}


void
ngx_http_patron_zone_match_found(ngx_http_patron_zone_t *zone, uint64_t url,
    time_t now)
{
    uint32_t            age;
    uint64_t            word;
    volatile uint64_t  *page, *set;

    set = ngx_http_patron_match_set(zone, url);
    page = ngx_http_patron_match_of(set, url);

    if (page == NULL) {
        page = ngx_http_patron_match_oldest(set, now);

    } else {
        word = *page;
        age = ngx_http_patron_match_age(word, now);

        if (age < ((word & 1) ? NGX_HTTP_PATRON_MATCH_MISSED
                              : NGX_HTTP_PATRON_MATCH_AGAIN))
        {
            return;
        }
    }

    *page = ngx_http_patron_match_word(url, now, 0);
}


/* What was never noted need not be taken away. */

void
ngx_http_patron_zone_match_missed(ngx_http_patron_zone_t *zone, uint64_t url,
    time_t now)
{
    volatile uint64_t  *page;

    page = ngx_http_patron_match_of(ngx_http_patron_match_set(zone, url), url);

    if (page != NULL) {
        *page = ngx_http_patron_match_word(url, now, 1);
    }
}


static volatile uint64_t *
ngx_http_patron_match_set(ngx_http_patron_zone_t *zone, uint64_t url)
{
    ngx_http_patron_matches_t  *matches;

    matches = (zone != NULL) ? &zone->sh->matches
                             : &ngx_http_patron_matches_here;

    return &matches->pages[(url >> 20) % (NGX_HTTP_PATRON_MATCHES
                                  / NGX_HTTP_PATRON_MATCH_WAYS)
                           * NGX_HTTP_PATRON_MATCH_WAYS];
}


static volatile uint64_t *
ngx_http_patron_match_of(volatile uint64_t *set, uint64_t url)
{
    ngx_uint_t  i;

    for (i = 0; i < NGX_HTTP_PATRON_MATCH_WAYS; i++) {
        if (set[i] != 0 && set[i] >> 32 == url >> 32) {
            return &set[i];
        }
    }

    return NULL;
}


static volatile uint64_t *
ngx_http_patron_match_oldest(volatile uint64_t *set, time_t now)
{
    uint32_t    age, oldest;
    ngx_uint_t  i, n;

    n = 0;
    oldest = 0;

    for (i = 0; i < NGX_HTTP_PATRON_MATCH_WAYS; i++) {

        if (set[i] == 0) {
            return &set[i];
        }

        age = ngx_http_patron_match_age(set[i], now);

        if (age > oldest) {
            oldest = age;
            n = i;
        }
    }

    return &set[n];
}


static uint64_t
ngx_http_patron_match_word(uint64_t url, time_t now, ngx_uint_t missed)
{
    return url >> 32 << 32 | (uint32_t) ((uint32_t) now << 1) | missed;
}


/* In seconds; a clock that was set back makes it old. */

static uint32_t
ngx_http_patron_match_age(uint64_t word, time_t now)
{
    return ((uint32_t) now - (uint32_t) (word >> 1)) & 0x7fffffff;
}
