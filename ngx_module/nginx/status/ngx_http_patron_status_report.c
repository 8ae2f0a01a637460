
/*
 * See the header.  A snapshot: counters are read one by one.
 */


#include "ngx_http_patron_campaign.h"
#include "ngx_http_patron_conf.h"
#include "ngx_http_patron_redis.h"
#include "ngx_http_patron_redis_tracking.h"
#include "ngx_http_patron_state.h"
#include "ngx_http_patron_status_crawlers.h"
#include "ngx_http_patron_status_known.h"
#include "ngx_http_patron_status_report.h"
#include "ngx_http_patron_status_trials.h"
#include "ngx_http_patron_status_verdict.h"
#include "ngx_http_patron_switches.h"
#include "ngx_http_patron_zone_blob.h"
#include "ngx_http_patron_zone_history.h"
#include "ngx_http_patron_zone_members.h"
#include "ngx_http_patron_zone_places.h"
#include "ngx_http_patron_zone_stats.h"


static ngx_int_t ngx_http_patron_report_campaigns(ngx_http_request_t *r,
    ngx_http_patron_report_t *report);
static ngx_int_t ngx_http_patron_report_counted(
    ngx_http_patron_report_t *report);
static ngx_uint_t ngx_http_patron_report_before(
    ngx_http_patron_appealed_t *one, ngx_http_patron_appealed_t *two);
static ngx_int_t ngx_http_patron_report_unplaced(
    ngx_http_patron_report_t *report);
static ngx_http_patron_unplaced_e ngx_http_patron_report_kind(
    ngx_str_t *name);
static ngx_uint_t ngx_http_patron_report_event(ngx_str_t *what);
static ngx_uint_t ngx_http_patron_report_patrons(
    ngx_http_patron_report_t *report, ngx_str_t *name);
static ngx_http_patron_appealed_t *ngx_http_patron_report_appeal(
    ngx_http_patron_report_t *report, ngx_str_t *name);
static int ngx_libc_cdecl ngx_http_patron_report_cmp(const void *one,
    const void *two);


ngx_int_t
ngx_http_patron_report(ngx_http_request_t *r, ngx_http_patron_report_t *report)
{
    ngx_uint_t                    i, switches;
    ngx_http_patron_loc_conf_t   *plcf;
    ngx_http_patron_main_conf_t  *pmcf;

    ngx_memzero(report, sizeof(ngx_http_patron_report_t));

    plcf = ngx_http_get_module_loc_conf(r, ngx_http_patron_module);
    pmcf = ngx_http_get_module_main_conf(r, ngx_http_patron_module);

    report->pool = r->pool;
    report->complaint = pmcf->complaint;
    report->host = ngx_cycle->hostname;
    report->plcf = plcf;
    report->zone = pmcf->zone;
    report->webhooks = pmcf->webhooks;
    report->rung = NGX_HTTP_PATRON_RUNG_NONE;

    if (ngx_array_init(&report->appeals, r->pool, 16,
                       sizeof(ngx_http_patron_appealed_t))
        != NGX_OK
        || ngx_array_init(&report->refused, r->pool, 4,
                          sizeof(ngx_http_patron_pair_t))
           != NGX_OK
        || ngx_array_init(&report->unplaced, r->pool, 4,
                          sizeof(ngx_http_patron_unplaced_t))
           != NGX_OK)
    {
        return NGX_ERROR;
    }

    if (report->zone != NULL) {
        ngx_http_patron_zone_fill(report->zone, &report->fill);
        report->lost = ngx_http_patron_zone_stats_lost(report->zone);
        report->born = ngx_http_patron_zone_born(report->zone);
        ngx_http_patron_zone_remember(report->zone, ngx_time());
    }

    report->walls_open = plcf->walls_open;
    report->banners_off = plcf->banners_off;

    if (plcf->redis != NULL) {
        switches = ngx_http_patron_switches(plcf->redis, report->zone);

        report->walls_open |= (switches & NGX_HTTP_PATRON_WALLS_OPEN) != 0;
        report->banners_off |= (switches & NGX_HTTP_PATRON_BANNERS_OFF) != 0;

        if (report->zone != NULL) {
            report->unfit = ngx_http_patron_zone_blob_refused(report->zone,
                                      ngx_http_patron_redis_id(plcf->redis),
                                      NGX_HTTP_PATRON_BLOB_CAMPAIGNS);
            report->strangers = ngx_http_patron_zone_strangers(report->zone,
                                      ngx_http_patron_redis_id(plcf->redis));

            for (i = 0; i < NGX_HTTP_PATRON_REFUSALS; i++) {
                report->refusals[i] = ngx_http_patron_zone_refusal(report->zone,
                                      ngx_http_patron_redis_id(plcf->redis), i,
                                      NGX_HTTP_PATRON_NOW);
            }
        }

        report->away = ngx_http_patron_redis_away(plcf->redis);
        report->listening = ngx_http_patron_listening(plcf->redis);
        report->latency = ngx_http_patron_redis_latency(plcf->redis);
        report->delay = ngx_http_patron_change_delay(plcf->redis);

        report->rung = !report->away ? NGX_HTTP_PATRON_RUNG_REDIS
                       : report->fill.members ? NGX_HTTP_PATRON_RUNG_ZONE
                                              : NGX_HTTP_PATRON_RUNG_SIGNATURE;
    }

    if (ngx_http_patron_report_campaigns(r, report) != NGX_OK
        || ngx_http_patron_report_unplaced(report) != NGX_OK
        || ngx_http_patron_report_known(r, report) != NGX_OK
        || ngx_http_patron_report_crawlers(report) != NGX_OK
        || ngx_http_patron_report_counted(report) != NGX_OK
        || ngx_http_patron_report_trials(r, report) != NGX_OK
        || ngx_http_patron_status_verdict(report) != NGX_OK)
    {
        return NGX_ERROR;
    }

    return ngx_http_patron_report_clean(r->pool, &report->verdict.reason,
                                        report->verdict.reason.data,
                                        report->verdict.reason.len);
}


static ngx_int_t
ngx_http_patron_report_campaigns(ngx_http_request_t *r,
    ngx_http_patron_report_t *report)
{
    ngx_str_t                    name;
    ngx_uint_t                   i;
    ngx_http_patron_pair_t      *refused, *pair;
    ngx_http_patron_appealed_t  *appeal;

    report->set = ngx_http_patron_campaigns_of(r);

    if (report->set == NULL) {
        return NGX_OK;
    }

    for (i = 0; i < report->set->n; i++) {

        if (ngx_http_patron_report_clean(r->pool, &name,
                                         report->set->campaigns[i].key.data,
                                         report->set->campaigns[i].key.len)
            != NGX_OK)
        {
            return NGX_ERROR;
        }

        appeal = ngx_http_patron_report_appeal(report, &name);
        if (appeal == NULL) {
            return NGX_ERROR;
        }

        appeal->campaign = 1;
        appeal->patrons = patron_audience_patrons(
                                        &report->set->campaigns[i].audience);
    }

    refused = report->set->refused.elts;

    for (i = 0; i < report->set->refused.nelts; i++) {
        pair = ngx_array_push(&report->refused);

        if (pair == NULL
            || ngx_http_patron_report_clean(r->pool, &pair->name,
                                            refused[i].name.data,
                                            refused[i].name.len)
               != NGX_OK
            || ngx_http_patron_report_clean(r->pool, &pair->value,
                                            refused[i].value.data,
                                            refused[i].value.len)
               != NGX_OK)
        {
            return NGX_ERROR;
        }
    }

    return NGX_OK;
}


static ngx_int_t
ngx_http_patron_report_counted(ngx_http_patron_report_t *report)
{
    u_char                      *dot;
    ngx_str_t                    what, name;
    ngx_uint_t                   i, n, k, h, assigned;
    ngx_http_patron_counted_t   *counted;
    ngx_http_patron_appealed_t  *appeal;

    if (report->zone == NULL) {
        return NGX_OK;
    }

    counted = ngx_http_patron_zone_counted(report->zone,
                       report->plcf->redis
                       ? ngx_http_patron_redis_id(report->plcf->redis) : 0,
                       (uint32_t) (ngx_time() / 86400), report->pool, &n);
    if (counted == NULL) {
        return NGX_ERROR;
    }

    for (i = 0; i < n; i++) {

        dot = ngx_strlchr(counted[i].bytes,
                          counted[i].bytes + counted[i].name.len, '.');
        if (dot == NULL) {
            continue;
        }

        what.data = counted[i].bytes;
        what.len = dot - counted[i].bytes;

        name.data = dot + 1;
        name.len = counted[i].name.len - what.len - 1;

        k = ngx_http_patron_report_event(&what);

        if (k == NGX_HTTP_PATRON_GRANTED
            && ngx_strlchr(name.data, name.data + name.len, ':') == NULL)
        {
            /* by what, whether a campaign led there or not */
            report->granted += counted[i].count;
            continue;
        }

        assigned = (what.len == sizeof("assigned") - 1
                    && ngx_strncmp(what.data, "assigned", what.len) == 0);

        if (k == NGX_HTTP_PATRON_EVENTS && !assigned) {
            ngx_http_patron_report_known_counted(report, &what, &name,
                                                 counted[i].count);
            ngx_http_patron_report_crawlers_counted(report, &what, &name,
                                                    counted[i].count);
            continue;
        }

        if (ngx_http_patron_report_clean(report->pool, &name, name.data,
                                         name.len)
            != NGX_OK)
        {
            return NGX_ERROR;
        }

        appeal = ngx_http_patron_report_appeal(report, &name);
        if (appeal == NULL) {
            return NGX_ERROR;
        }

        if (assigned) {
            appeal->assigned = counted[i].count;
            continue;
        }

        appeal->events[k] += (uint32_t) counted[i].count;

        for (h = 0; k == NGX_HTTP_PATRON_SHOWN && h < 24; h++) {
            appeal->hours[h] += counted[i].hours[h];
        }
    }

    ngx_qsort(report->appeals.elts, report->appeals.nelts,
              sizeof(ngx_http_patron_appealed_t), ngx_http_patron_report_cmp);

    return NGX_OK;
}


static ngx_uint_t
ngx_http_patron_report_before(ngx_http_patron_appealed_t *one,
    ngx_http_patron_appealed_t *two)
{
    ngx_int_t  rc;

    rc = ngx_memcmp(one->name.data, two->name.data,
                    ngx_min(one->name.len, two->name.len));

    return rc < 0 || (rc == 0 && one->name.len < two->name.len);
}


/* What was missed longer ago than a day is not told any more. */

static ngx_int_t
ngx_http_patron_report_unplaced(ngx_http_patron_report_t *report)
{
    ngx_uint_t                     i, n;
    ngx_http_patron_unplaced_t    *unplaced;
    ngx_http_patron_place_seen_t  *place;

    place = ngx_http_patron_zone_places(report->zone, report->pool, &n);
    if (place == NULL) {
        return NGX_ERROR;
    }

    for (i = 0; i < n; i++) {

        if (ngx_time() - place[i].missed_at > 86400) {
            continue;
        }

        unplaced = ngx_array_push(&report->unplaced);

        if (unplaced == NULL
            || ngx_http_patron_report_clean(report->pool, &unplaced->name,
                                            place[i].name, place[i].name_len)
               != NGX_OK
            || ngx_http_patron_report_clean(report->pool, &unplaced->selector,
                                            place[i].selector,
                                            place[i].selector_len)
               != NGX_OK
            || ngx_http_patron_report_clean(report->pool, &unplaced->uri,
                                            place[i].uri, place[i].uri_len)
               != NGX_OK)
        {
            return NGX_ERROR;
        }

        unplaced->missed = place[i].missed;
        unplaced->at = place[i].missed_at;
        unplaced->found = place[i].found_at;
        unplaced->kind = ngx_http_patron_report_kind(&unplaced->name);
    }

    return NGX_OK;
}


/* A banner has a name of its own. */

static ngx_http_patron_unplaced_e
ngx_http_patron_report_kind(ngx_str_t *name)
{
    ngx_uint_t  i;

    static const struct {
        ngx_str_t                   name;
        ngx_http_patron_unplaced_e  kind;
    } kinds[] = {
        { ngx_string("patron_wall"), NGX_HTTP_PATRON_UNPLACED_WALL },
        { ngx_string("patron_strip"), NGX_HTTP_PATRON_UNPLACED_LEAK },
        { ngx_string("patron_leak_check"), NGX_HTTP_PATRON_UNPLACED_LEAK }
    };

    for (i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
        if (name->len == kinds[i].name.len
            && ngx_strncmp(name->data, kinds[i].name.data, name->len) == 0)
        {
            return kinds[i].kind;
        }
    }

    return NGX_HTTP_PATRON_UNPLACED_BANNER;
}


static ngx_uint_t
ngx_http_patron_report_event(ngx_str_t *what)
{
    ngx_uint_t  k;

    for (k = 0; k < NGX_HTTP_PATRON_EVENTS; k++) {
        if (ngx_strlen(ngx_http_patron_events[k]) == what->len
            && ngx_strncmp(ngx_http_patron_events[k], what->data, what->len)
               == 0)
        {
            break;
        }
    }

    return k;
}


static ngx_http_patron_appealed_t *
ngx_http_patron_report_appeal(ngx_http_patron_report_t *report,
    ngx_str_t *name)
{
    ngx_uint_t                   i;
    ngx_http_patron_appealed_t  *appeal;

    appeal = report->appeals.elts;

    for (i = 0; i < report->appeals.nelts; i++) {
        if (appeal[i].name.len == name->len
            && ngx_strncmp(appeal[i].name.data, name->data, name->len) == 0)
        {
            return &appeal[i];
        }
    }

    appeal = ngx_array_push(&report->appeals);

    if (appeal != NULL) {
        ngx_memzero(appeal, sizeof(ngx_http_patron_appealed_t));
        appeal->name = *name;
        appeal->patrons = ngx_http_patron_report_patrons(report, name);
    }

    return appeal;
}


/* A banner of that name, wherever it is, is for patrons alone. */

static ngx_uint_t
ngx_http_patron_report_patrons(ngx_http_patron_report_t *report,
    ngx_str_t *name)
{
    ngx_uint_t                      i, found;
    ngx_http_patron_main_conf_t    *pmcf;
    ngx_http_patron_banner_name_t  *banner;

    pmcf = ngx_http_cycle_get_module_main_conf(ngx_cycle,
                                               ngx_http_patron_module);
    banner = pmcf->banner_names.elts;
    found = 0;

    for (i = 0; i < pmcf->banner_names.nelts; i++) {
        if (banner[i].name.len != name->len
            || ngx_strncmp(banner[i].name.data, name->data, name->len) != 0)
        {
            continue;
        }

        if (!banner[i].patrons) {
            return 0;
        }

        found = 1;
    }

    return found;
}


ngx_int_t
ngx_http_patron_report_clean(ngx_pool_t *pool, ngx_str_t *dst,
    const u_char *data, size_t len)
{
    u_char    *p, *q, *end, *out;
    uint32_t   ch;

    out = ngx_pnalloc(pool, len + 1);
    if (out == NULL) {
        return NGX_ERROR;
    }

    dst->data = out;

    p = (u_char *) data;
    end = p + len;

    while (p < end) {
        q = p;
        ch = (*p < 0x80) ? *q++ : ngx_utf8_decode(&q, end - p);

        if (ch < ' ' || (ch >= 0x7f && ch < 0xa0) || ch > 0x10ffff
            || (ch >= 0xd800 && ch < 0xe000))
        {
            *out++ = '?';
            p++;
            continue;
        }

        while (p < q) {
            *out++ = *p++;
        }
    }

    dst->len = out - dst->data;

    return NGX_OK;
}


static int ngx_libc_cdecl
ngx_http_patron_report_cmp(const void *one, const void *two)
{
    ngx_http_patron_appealed_t  *a = (ngx_http_patron_appealed_t *) one;
    ngx_http_patron_appealed_t  *b = (ngx_http_patron_appealed_t *) two;

    if (a->events[NGX_HTTP_PATRON_SHOWN] != b->events[NGX_HTTP_PATRON_SHOWN])
    {
        return (a->events[NGX_HTTP_PATRON_SHOWN]
                < b->events[NGX_HTTP_PATRON_SHOWN]) ? 1 : -1;
    }

    return ngx_http_patron_report_before(a, b) ? -1 : 1;
}
