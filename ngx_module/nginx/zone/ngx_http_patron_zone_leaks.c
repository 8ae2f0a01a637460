
/*
 * See the header.  That a page was looked through not long ago is the rule, and
 * seen without the mutex: an entry that is just being written is taken for
 * another page's at worst, which is then looked through once more.
 */


#include <ngx_config.h>
#include <ngx_core.h>

#include "ngx_http_patron_zone.h"
#include "ngx_http_patron_zone_leaks.h"
#include "ngx_http_patron_zone_lock.h"
#include "ngx_http_patron_zone_types.h"


#define NGX_HTTP_PATRON_LEAK_WAYS  8
#define NGX_HTTP_PATRON_LEAK_TOLD  10
#define NGX_HTTP_PATRON_LEAK_KEPT  86400    /* seconds */


static ngx_http_patron_leaks_t *ngx_http_patron_leaks_of(
    ngx_http_patron_zone_t *zone);
static ngx_http_patron_leak_seen_t *ngx_http_patron_leak_of(
    ngx_http_patron_leaks_t *leaks, uint64_t url);
static ngx_http_patron_leak_seen_t *ngx_http_patron_leak_room(
    ngx_http_patron_leaks_t *leaks, uint64_t url, time_t now);
static ngx_http_patron_leak_seen_t *ngx_http_patron_leak_set(
    ngx_http_patron_leaks_t *leaks, uint64_t url);
static ngx_uint_t ngx_http_patron_leak_due(
    ngx_http_patron_leak_seen_t *page, time_t now);


/* Where there is no zone. */

static ngx_http_patron_leaks_t  ngx_http_patron_leaks_here;


ngx_uint_t
ngx_http_patron_zone_leaks(ngx_http_patron_zone_t *zone, uint64_t url,
    time_t now, ngx_uint_t *due)
{
    ngx_http_patron_leak_seen_t  *page;

    page = ngx_http_patron_leak_of(ngx_http_patron_leaks_of(zone), url);

    *due = (page == NULL || ngx_http_patron_leak_due(page, now));

    return page != NULL && page->leaks;
}


ngx_int_t
ngx_http_patron_zone_leak_claim(ngx_http_patron_zone_t *zone, uint64_t url,
    time_t now, ngx_uint_t *leaks)
{
    ngx_int_t                     rc;
    ngx_http_patron_leaks_t      *all;
    ngx_http_patron_leak_seen_t  *page;

    *leaks = 0;

    all = ngx_http_patron_leaks_of(zone);
    page = ngx_http_patron_leak_of(all, url);

    if (page != NULL && !ngx_http_patron_leak_due(page, now)) {
        *leaks = page->leaks;
        return NGX_DECLINED;
    }

    if (zone != NULL) {
        ngx_http_patron_zone_lock(zone);
    }

    page = ngx_http_patron_leak_room(all, url, now);
    rc = NGX_DECLINED;

    if (page != NULL) {
        *leaks = page->leaks;

        if (ngx_http_patron_leak_due(page, now)) {
            page->at = (uint32_t) now;
            rc = NGX_OK;
        }
    }

    if (zone != NULL) {
        ngx_http_patron_zone_unlock(zone);
    }

    return rc;
}


ngx_uint_t
ngx_http_patron_zone_leak_found(ngx_http_patron_zone_t *zone, uint64_t url,
    time_t now, ngx_uint_t leaks)
{
    ngx_uint_t                    tell;
    ngx_http_patron_leaks_t      *all;
    ngx_http_patron_leak_seen_t  *page;

    all = ngx_http_patron_leaks_of(zone);

    if (zone != NULL) {
        ngx_http_patron_zone_lock(zone);
    }

    page = ngx_http_patron_leak_of(all, url);
    tell = (leaks && page != NULL && !page->leaks);

    if (page != NULL) {
        page->at = (uint32_t) now;
        page->leaks = (uint32_t) leaks;
    }

    if (tell) {

        if (all->minute != now / 60) {
            all->minute = now / 60;
            all->told = 0;
        }

        tell = (all->told++ < NGX_HTTP_PATRON_LEAK_TOLD);
    }

    if (zone != NULL) {

        if (leaks) {
            zone->sh->history.troubled = now;
        }

        ngx_http_patron_zone_unlock(zone);
    }

    return tell;
}


static ngx_http_patron_leaks_t *
ngx_http_patron_leaks_of(ngx_http_patron_zone_t *zone)
{
    return (zone != NULL) ? &zone->sh->leaks : &ngx_http_patron_leaks_here;
}


static ngx_http_patron_leak_seen_t *
ngx_http_patron_leak_of(ngx_http_patron_leaks_t *leaks, uint64_t url)
{
    ngx_uint_t                    i;
    ngx_http_patron_leak_seen_t  *set;

    set = ngx_http_patron_leak_set(leaks, url);

    for (i = 0; i < NGX_HTTP_PATRON_LEAK_WAYS; i++) {
        if (set[i].url == url) {
            return &set[i];
        }
    }

    return NULL;
}


/*
 * Its entry, made where there is room for one; or NULL.  One that leaks is kept
 * for a day after it was asked for last: a page is refused by it.
 */

static ngx_http_patron_leak_seen_t *
ngx_http_patron_leak_room(ngx_http_patron_leaks_t *leaks, uint64_t url,
    time_t now)
{
    ngx_uint_t                    i;
    ngx_http_patron_leak_seen_t  *page, *set;

    page = ngx_http_patron_leak_of(leaks, url);

    if (page != NULL) {
        return page;
    }

    set = ngx_http_patron_leak_set(leaks, url);

    for (i = 0; i < NGX_HTTP_PATRON_LEAK_WAYS; i++) {

        if (set[i].leaks
            && (uint32_t) now - set[i].at < NGX_HTTP_PATRON_LEAK_KEPT)
        {
            continue;
        }

        if (ngx_http_patron_leak_due(&set[i], now)
            && (page == NULL
                || set[i].leaks < page->leaks
                || (set[i].leaks == page->leaks && set[i].at < page->at)))
        {
            page = &set[i];
        }
    }

    if (page != NULL) {
        page->url = url;
        page->at = 0;
        page->leaks = 0;
    }

    return page;
}


static ngx_http_patron_leak_seen_t *
ngx_http_patron_leak_set(ngx_http_patron_leaks_t *leaks, uint64_t url)
{
    return &leaks->pages[(url >> 20) % (NGX_HTTP_PATRON_LEAKS
                                / NGX_HTTP_PATRON_LEAK_WAYS)
                         * NGX_HTTP_PATRON_LEAK_WAYS];
}


/* A clock that was set back makes it due, too. */

static ngx_uint_t
ngx_http_patron_leak_due(ngx_http_patron_leak_seen_t *page, time_t now)
{
    return (uint32_t) now - page->at >= NGX_HTTP_PATRON_LEAK_EVERY;
}
