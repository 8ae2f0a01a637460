
/*
 * Marks are made by who counts, five minutes after the last one at the
 * earliest, so that no timer is needed: while nobody counts there is nothing to
 * mark.  The last hour is what was counted since the oldest mark within it.
 */


#include <ngx_config.h>
#include <ngx_core.h>

#include "ngx_http_patron_zone.h"
#include "ngx_http_patron_zone_history.h"
#include "ngx_http_patron_zone_lock.h"
#include "ngx_http_patron_zone_types.h"


#define NGX_HTTP_PATRON_HOUR  3600


void
ngx_http_patron_zone_remember(ngx_http_patron_zone_t *zone, time_t now)
{
    ngx_uint_t                  i;
    ngx_http_patron_mark_at_t  *mark;
    ngx_http_patron_history_t  *history;

    if (zone == NULL || now < zone->sh->history.next) {
        return;
    }

    ngx_http_patron_zone_lock(zone);

    history = &zone->sh->history;

    if (now >= history->next) {
        mark = &history->marks[history->n++ % NGX_HTTP_PATRON_MARKS];

        for (i = 0; i < NGX_HTTP_PATRON_C_N; i++) {
            mark->counters[i] = zone->sh->counters[i];
        }

        mark->at = now;
        history->next = now + NGX_HTTP_PATRON_MARK_EVERY;
    }

    ngx_http_patron_zone_unlock(zone);
}


ngx_atomic_uint_t
ngx_http_patron_zone_hour(ngx_http_patron_zone_t *zone, ngx_uint_t counter,
    time_t now)
{
    ngx_uint_t                  i;
    ngx_atomic_uint_t           n;
    ngx_http_patron_mark_at_t  *mark;

    if (zone == NULL) {
        return 0;
    }

    n = 0;
    mark = zone->sh->history.marks;

    for (i = 0; i < NGX_HTTP_PATRON_MARKS; i++) {
        if (mark[i].at != 0 && now - mark[i].at <= NGX_HTTP_PATRON_HOUR) {
            n = ngx_max(n, zone->sh->counters[counter]
                           - mark[i].counters[counter]);
        }
    }

    return n;
}


time_t
ngx_http_patron_zone_born(ngx_http_patron_zone_t *zone)
{
    return (zone != NULL) ? zone->sh->history.born : 0;
}


time_t
ngx_http_patron_zone_verdict(ngx_http_patron_zone_t *zone,
    ngx_uint_t verdict, time_t now)
{
    time_t                      since;
    ngx_http_patron_history_t  *history;

    if (zone == NULL) {
        return 0;
    }

    ngx_http_patron_zone_lock(zone);

    history = &zone->sh->history;

    if (history->verdict != verdict) {
        history->verdict = verdict;
        history->since = now;
    }

    since = history->since;

    if (verdict == 0) {
        since = ngx_max(since, history->troubled);
    }

    ngx_http_patron_zone_unlock(zone);

    return since;
}
