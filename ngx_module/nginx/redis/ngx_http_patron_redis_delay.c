
/*
 * See the header.  A slot for each second, each emptied when its second comes
 * again.
 */


#include <ngx_config.h>
#include <ngx_core.h>

#include "ngx_http_patron_redis_delay.h"


#define NGX_HTTP_PATRON_DELAY_SECOND  1000000


static void ngx_http_patron_delay_advance(ngx_http_patron_delay_t *delay,
    uint64_t now);


uint64_t
ngx_http_patron_delay_now(void)
{
    struct timespec  ts;

    (void) clock_gettime(CLOCK_MONOTONIC, &ts);

    return (uint64_t) ts.tv_sec * NGX_HTTP_PATRON_DELAY_SECOND
           + (uint64_t) ts.tv_nsec / 1000;
}


void
ngx_http_patron_delay_note(ngx_http_patron_delay_t *delay, uint64_t begin,
    uint64_t now)
{
    uint32_t  *slot;
    uint64_t   took;

    ngx_http_patron_delay_advance(delay, now);

    took = ngx_min(now - begin, NGX_MAX_UINT32_VALUE);
    slot = &delay->longest[delay->second % NGX_HTTP_PATRON_DELAY_SECONDS];

    *slot = (uint32_t) ngx_max(*slot, took);
}


uint64_t
ngx_http_patron_delay_longest(ngx_http_patron_delay_t *delay, uint64_t now)
{
    uint32_t    longest;
    ngx_uint_t  i;

    ngx_http_patron_delay_advance(delay, now);

    longest = 0;

    for (i = 0; i < NGX_HTTP_PATRON_DELAY_SECONDS; i++) {
        longest = ngx_max(longest, delay->longest[i]);
    }

    return longest;
}


static void
ngx_http_patron_delay_advance(ngx_http_patron_delay_t *delay, uint64_t now)
{
    uint64_t  second;

    second = now / NGX_HTTP_PATRON_DELAY_SECOND;

    if (second - delay->second >= NGX_HTTP_PATRON_DELAY_SECONDS) {
        ngx_memzero(delay->longest, sizeof(delay->longest));
        delay->second = second;
    }

    while (delay->second < second) {
        delay->second++;
        delay->longest[delay->second % NGX_HTTP_PATRON_DELAY_SECONDS] = 0;
    }
}
