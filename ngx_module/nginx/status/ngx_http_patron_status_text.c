
/*
 * The status for machines: JSON, and Prometheus's text format 0.0.4.
 */


#include <ngx_config.h>
#include <ngx_core.h>

#include "patron_webhook_presets.h"
#include "ngx_http_patron_json.h"
#include "ngx_http_patron_status_crawlers.h"
#include "ngx_http_patron_status_known.h"
#include "ngx_http_patron_status_trials.h"
#include "ngx_http_patron_status_text.h"
#include "ngx_http_patron_status_verdict.h"
#include "ngx_http_patron_status_write.h"
#include "ngx_http_patron_str.h"
#include "ngx_http_patron_zone.h"
#include "ngx_http_patron_zone_history.h"


static json_t *ngx_http_patron_json_verdict(ngx_http_patron_report_t *report);
static json_t *ngx_http_patron_json_redis(ngx_http_patron_report_t *report);
static json_t *ngx_http_patron_json_zone(ngx_http_patron_report_t *report);
static json_t *ngx_http_patron_json_counters(
    ngx_http_patron_report_t *report, ngx_uint_t hour);
static json_t *ngx_http_patron_json_appeals(ngx_http_patron_report_t *report);
static json_t *ngx_http_patron_json_refused(ngx_http_patron_report_t *report);
static json_t *ngx_http_patron_json_unplaced(
    ngx_http_patron_report_t *report);
static void ngx_http_patron_prometheus_refusals(
    ngx_http_patron_report_t *report, ngx_http_patron_text_t *text);
static void ngx_http_patron_prometheus_verdict(
    ngx_http_patron_report_t *report, ngx_http_patron_text_t *text);
static void ngx_http_patron_prometheus_appeals(
    ngx_http_patron_report_t *report, ngx_http_patron_text_t *text);
static void ngx_http_patron_prometheus_webhooks(
    ngx_http_patron_report_t *report, ngx_http_patron_text_t *text);


static const char  *ngx_http_patron_rungs[] = {
    "redis", "zone", "signature", "none"
};


void
ngx_http_patron_status_json(ngx_http_patron_report_t *report,
    ngx_http_patron_text_t *text)
{
    json_t     *json;
    ngx_str_t   dump;

    json = json_object();

    (void) json_object_set_new(json, "verdict",
                               ngx_http_patron_json_verdict(report));
    (void) json_object_set_new(json, "host",
                               ngx_http_patron_json_str(&report->host));
    (void) json_object_set_new(json, "version", json_string(PATRON_VERSION));
    (void) json_object_set_new(json, "since",
                               json_integer((json_int_t) report->born));
    (void) json_object_set_new(json, "redis",
                               ngx_http_patron_json_redis(report));
    (void) json_object_set_new(json, "switches",
                   json_pack("{s:s, s:s}", "walls",
                             report->walls_open ? "open" : "closed",
                             "banners", report->banners_off ? "off" : "on"));
    (void) json_object_set_new(json, "zone",
                               ngx_http_patron_json_zone(report));
    (void) json_object_set_new(json, "counters",
                               ngx_http_patron_json_counters(report, 0));
    (void) json_object_set_new(json, "last_hour",
                               ngx_http_patron_json_counters(report, 1));
    (void) json_object_set_new(json, "today",
                               ngx_http_patron_json_appeals(report));
    (void) json_object_set_new(json, "granted",
                               json_integer((json_int_t) report->granted));
    (void) json_object_set_new(json, "refused",
                               ngx_http_patron_json_refused(report));
    (void) json_object_set_new(json, "unplaced",
                               ngx_http_patron_json_unplaced(report));

    ngx_http_patron_json_trials(report, json);
    ngx_http_patron_json_known(report, json);
    ngx_http_patron_json_crawlers(report, json);

    if (ngx_http_patron_json_text(text->pool, json, JSON_COMPACT, &dump)
        != NGX_OK)
    {
        text->failed = 1;
        return;
    }

    text->start = dump.data;
    text->last = dump.data + dump.len;
    text->end = text->last;
}


static json_t *
ngx_http_patron_json_verdict(ngx_http_patron_report_t *report)
{
    json_t  *json;

    json = json_object();

    (void) json_object_set_new(json, "state",
                   json_string(ngx_http_patron_verdict_name(report)));
    (void) json_object_set_new(json, "reason",
                   ngx_http_patron_json_str(&report->verdict.reason));
    (void) json_object_set_new(json, "since",
                   json_integer((json_int_t) report->verdict.since));

    return json;
}


static json_t *
ngx_http_patron_json_redis(ngx_http_patron_report_t *report)
{
    json_t  *json;

    json = json_object();

    (void) json_object_set_new(json, "state",
                       json_string(report->plcf->redis == NULL ? "none"
                                   : report->away ? "away" : "up"));
    (void) json_object_set_new(json, "latency_ms",
                               report->plcf->redis == NULL || report->away
                               ? json_null()
                               : json_integer(report->latency));
    (void) json_object_set_new(json, "listening",
                               json_boolean(report->listening));
    (void) json_object_set_new(json, "change_delay_ms",
                               report->plcf->redis == NULL
                               ? json_null()
                               : json_real((double) report->delay / 1000));
    (void) json_object_set_new(json, "rung",
                       json_string(ngx_http_patron_rungs[report->rung]));

    return json;
}


static json_t *
ngx_http_patron_json_zone(ngx_http_patron_report_t *report)
{
    json_t  *json;

    json = json_object();

    (void) json_object_set_new(json, "members",
                               json_integer(report->fill.members));
    (void) json_object_set_new(json, "cells",
                               json_integer(report->fill.cells));
    (void) json_object_set_new(json, "used",
                               json_integer(report->fill.used));
    (void) json_object_set_new(json, "free_pages",
                               json_integer(report->fill.pages));
    (void) json_object_set_new(json, "counts_lost",
                               json_integer((json_int_t) report->lost));
    (void) json_object_set_new(json, "campaigns_without_room",
                               json_integer((json_int_t) report->unfit));

    return json;
}


static json_t *
ngx_http_patron_json_counters(ngx_http_patron_report_t *report,
    ngx_uint_t hour)
{
    char                    name[128];
    json_t                 *json;
    ngx_atomic_uint_t       n;
    ngx_http_patron_row_t  *row;

    json = json_object();

    for (row = ngx_http_patron_rows; row->title; row++) {

        /* the key says which of a family: patron_readers_total_guest */

        (void) ngx_snprintf((u_char *) name, sizeof(name), "%s%s%s%Z",
                            row->metric, row->label ? "_" : "",
                            row->label ? row->key : "");

        n = hour ? ngx_http_patron_zone_hour(report->zone, row->counter,
                                             ngx_time())
                 : ngx_http_patron_zone_counter(report->zone, row->counter);

        (void) json_object_set_new(json, name, json_integer((json_int_t) n));
    }

    return json;
}


static json_t *
ngx_http_patron_json_appeals(ngx_http_patron_report_t *report)
{
    json_t                      *json, *item, *hours;
    ngx_uint_t                   i, k;
    ngx_http_patron_appealed_t  *appeal;

    json = json_array();
    appeal = report->appeals.elts;

    for (i = 0; i < report->appeals.nelts; i++) {
        item = json_object();
        hours = json_array();

        (void) json_object_set_new(item, "name",
                                   ngx_http_patron_json_str(&appeal[i].name));
        (void) json_object_set_new(item, "campaign",
                                   json_boolean(appeal[i].campaign));

        for (k = 0; k < NGX_HTTP_PATRON_EVENTS; k++) {
            (void) json_object_set_new(item, ngx_http_patron_events[k],
                                       json_integer(appeal[i].events[k]));
        }

        for (k = 0; k < 24; k++) {
            (void) json_array_append_new(hours,
                                         json_integer(appeal[i].hours[k]));
        }

        (void) json_object_set_new(item, "hours", hours);

        if (appeal[i].assigned) {
            (void) json_object_set_new(item, "assigned",
                               json_integer((json_int_t) appeal[i].assigned));
        }

        (void) json_array_append_new(json, item);
    }

    return json;
}


static json_t *
ngx_http_patron_json_refused(ngx_http_patron_report_t *report)
{
    json_t                  *json, *item;
    ngx_uint_t               i;
    ngx_http_patron_pair_t  *refused;

    json = json_array();
    refused = report->refused.elts;

    for (i = 0; i < report->refused.nelts; i++) {
        item = json_object();

        (void) json_object_set_new(item, "name",
                                   ngx_http_patron_json_str(&refused[i].name));
        (void) json_object_set_new(item, "reason",
                                   ngx_http_patron_json_str(&refused[i].value));
        (void) json_array_append_new(json, item);
    }

    return json;
}


static json_t *
ngx_http_patron_json_unplaced(ngx_http_patron_report_t *report)
{
    json_t                      *json, *item;
    ngx_uint_t                   i;
    ngx_http_patron_unplaced_t  *unplaced;

    json = json_array();
    unplaced = report->unplaced.elts;

    for (i = 0; i < report->unplaced.nelts; i++) {
        item = json_object();

        (void) json_object_set_new(item, "name",
                               ngx_http_patron_json_str(&unplaced[i].name));
        (void) json_object_set_new(item, "selector",
                           ngx_http_patron_json_str(&unplaced[i].selector));
        (void) json_object_set_new(item, "uri",
                               ngx_http_patron_json_str(&unplaced[i].uri));
        (void) json_object_set_new(item, "pages",
                                   json_integer(unplaced[i].missed));
        (void) json_object_set_new(item, "at",
                               json_integer((json_int_t) unplaced[i].at));
        (void) json_array_append_new(json, item);
    }

    return json;
}


static void
ngx_http_patron_prometheus_webhooks(ngx_http_patron_report_t *report,
    ngx_http_patron_text_t *text)
{
    ngx_str_t   name;
    ngx_uint_t  i;

    if (report->webhooks == 0) {
        return;
    }

    ngx_http_patron_text(text,
                         "# HELP patron_webhook_last_seconds Seconds since a "
                         "provider's last event, or since the zone was "
                         "made.\n"
                         "# TYPE patron_webhook_last_seconds gauge\n");

    for (i = 0; i < NGX_HTTP_PATRON_ZONE_WEBHOOKS; i++) {

        if ((report->webhooks & (uint32_t) 1 << i) == 0) {
            continue;
        }

        name = ngx_http_patron_nginx_str(&patron_webhook_preset_at(i)->name);

        ngx_http_patron_text(text,
                             "patron_webhook_last_seconds{provider=\"%V\"} "
                             "%T\n", &name,
                             ngx_http_patron_zone_webhook_age(report->zone,
                                                              i));
    }

    ngx_http_patron_text(text,
                         "# HELP patron_webhook_refused Events of a provider "
                         "that were refused since its last good one.\n"
                         "# TYPE patron_webhook_refused gauge\n");

    for (i = 0; i < NGX_HTTP_PATRON_ZONE_WEBHOOKS; i++) {

        if ((report->webhooks & (uint32_t) 1 << i) == 0) {
            continue;
        }

        name = ngx_http_patron_nginx_str(&patron_webhook_preset_at(i)->name);

        ngx_http_patron_text(text,
                             "patron_webhook_refused{provider=\"%V\"} %uA\n",
                             &name,
                             ngx_http_patron_zone_webhook_refused(report->zone,
                                                                  i, 0));
    }
}


void
ngx_http_patron_status_prometheus(ngx_http_patron_report_t *report,
    ngx_http_patron_text_t *text)
{
    ngx_http_patron_row_t  *row;

    ngx_http_patron_text(text,
                         "# HELP patron_build_info The version of the "
                         "module.\n"
                         "# TYPE patron_build_info gauge\n"
                         "patron_build_info{version=\"" PATRON_VERSION
                         "\"} 1\n");

    ngx_http_patron_prometheus_verdict(report, text);

    for (row = ngx_http_patron_rows; row->title; row++) {

        if (row->help != NULL) {
            ngx_http_patron_prometheus_counter(text, row->metric, row->help);
        }

        ngx_http_patron_text(text, row->label ? "%s{%s} %uA\n" : "%s%s %uA\n",
                             row->metric, row->label ? row->label : "",
                             ngx_http_patron_zone_counter(report->zone,
                                                          row->counter));
    }

    ngx_http_patron_prometheus_appeals(report, text);

    ngx_http_patron_prometheus_counter(text, "patron_granted_total",
                                       "Memberships granted or activated, from "
                                       "midnight UTC");
    ngx_http_patron_text(text, "patron_granted_total %uL\n",
                         report->granted);

    ngx_http_patron_prometheus_counter(text, "patron_counts_lost_total",
                                       "Counts that found no room in the "
                                       "zone");
    ngx_http_patron_text(text, "patron_counts_lost_total %uL\n",
                         report->lost);

    ngx_http_patron_prometheus_webhooks(report, text);

    ngx_http_patron_prometheus_gauge(text, "patron_walls_open",
                                     "Whether a switch has opened every wall",
                                     report->walls_open);
    ngx_http_patron_prometheus_gauge(text, "patron_banners_off",
                                     "Whether a switch silences every appeal",
                                     report->banners_off);
    ngx_http_patron_prometheus_gauge(text, "patron_campaigns",
                                     "Campaigns that are published and valid",
                                     report->set ? report->set->n : 0);
    ngx_http_patron_prometheus_gauge(text, "patron_campaigns_refused",
                                     "Campaigns that are refused",
                                     report->refused.nelts);
    ngx_http_patron_prometheus_gauge(text, "patron_campaigns_no_room_bytes",
                                     "Size of the campaigns for which the "
                                     "zone has no room, else 0",
                                     (double) report->unfit);

    ngx_http_patron_prometheus_known(report, text);
    ngx_http_patron_prometheus_crawlers(report, text);

    if (report->zone != NULL) {
        ngx_http_patron_prometheus_gauge(text, "patron_zone_members",
                                         "Members held in the zone",
                                         report->fill.members);
        ngx_http_patron_prometheus_gauge(text, "patron_zone_fill_ratio",
                                 "Share of the zone's cells in use",
                                 report->fill.cells
                                 ? (double) report->fill.used
                                   / report->fill.cells : 0);
    }

    if (report->plcf->redis == NULL) {
        return;
    }

    ngx_http_patron_prometheus_gauge(text, "patron_redis_up",
                         "Whether Redis answers, as this worker sees it",
                         !report->away);
    ngx_http_patron_prometheus_gauge(text, "patron_redis_listening",
                         "Whether this worker hears of changes at once",
                         report->listening);
    ngx_http_patron_prometheus_gauge(text,
                         "patron_redis_change_delay_seconds",
                         "How long a change in Redis took at most to come to "
                         "this worker, in the last minute",
                         (double) report->delay / 1000000);

    ngx_http_patron_prometheus_refusals(report, text);

    if (report->away) {
        return;
    }

    ngx_http_patron_prometheus_gauge(text, "patron_redis_latency_seconds",
                                     "How long answers take of late",
                                     (double) report->latency / 1000);
}


/* Why is on the status page, and in the log. */

static void
ngx_http_patron_prometheus_refusals(ngx_http_patron_report_t *report,
    ngx_http_patron_text_t *text)
{
    ngx_uint_t  i;

    static const char *const  what[NGX_HTTP_PATRON_REFUSALS] = {
        "members", "writes", "campaigns", "institutions", "bots"
    };

    ngx_http_patron_text(text,
                         "# HELP patron_redis_refused What Redis has refused, "
                         "or not told as it should, in the last ten "
                         "minutes.\n"
                         "# TYPE patron_redis_refused gauge\n");

    for (i = 0; i < NGX_HTTP_PATRON_REFUSALS; i++) {
        ngx_http_patron_text(text, "patron_redis_refused{what=\"%s\"} %d\n",
                             what[i], report->refusals[i] ? 1 : 0);
    }
}


static void
ngx_http_patron_prometheus_verdict(ngx_http_patron_report_t *report,
    ngx_http_patron_text_t *text)
{
    ngx_http_patron_text(text,
                         "# HELP patron_verdict Whether all is well: 0 good, "
                         "1 degraded, 2 bad.\n"
                         "# TYPE patron_verdict gauge\n"
                         "patron_verdict %d\n"
                         "# HELP patron_verdict_info The verdict in words.\n"
                         "# TYPE patron_verdict_info gauge\n"
                         "patron_verdict_info{state=\"%s\",reason=\"",
                         (int) report->verdict.level,
                         ngx_http_patron_verdict_name(report));
    ngx_http_patron_prometheus_label(text, &report->verdict.reason);
    ngx_http_patron_text(text, "\"} 1\n");

    if (report->verdict.since) {
        ngx_http_patron_text(text,
                             "# HELP patron_verdict_since_seconds Since when "
                             "the verdict is this one.\n"
                             "# TYPE patron_verdict_since_seconds gauge\n"
                             "patron_verdict_since_seconds %T\n",
                             report->verdict.since);
    }
}


static void
ngx_http_patron_prometheus_appeals(ngx_http_patron_report_t *report,
    ngx_http_patron_text_t *text)
{
    ngx_uint_t                   i, k;
    ngx_http_patron_appealed_t  *appeal;

    appeal = report->appeals.elts;

    if (report->appeals.nelts) {
        ngx_http_patron_text(text,
                             "# HELP patron_appeals_total What readers did "
                             "with banners and campaigns, from midnight "
                             "UTC.\n"
                             "# TYPE patron_appeals_total counter\n");
    }

    for (i = 0; i < report->appeals.nelts; i++) {
        for (k = 0; k < NGX_HTTP_PATRON_EVENTS; k++) {
            ngx_http_patron_text(text, "patron_appeals_total{event=\"%s\","
                                 "name=\"", ngx_http_patron_events[k]);
            ngx_http_patron_prometheus_label(text, &appeal[i].name);
            ngx_http_patron_text(text, "\"} %uD\n", appeal[i].events[k]);
        }
    }
}


void
ngx_http_patron_prometheus_label(ngx_http_patron_text_t *text,
    ngx_str_t *value)
{
    size_t  i;

    for (i = 0; i < value->len; i++) {
        ngx_http_patron_text(text,
                             (value->data[i] == '"' || value->data[i] == '\\')
                             ? "\\%c" : "%c", value->data[i]);
    }
}


void
ngx_http_patron_prometheus_counter(ngx_http_patron_text_t *text,
    const char *name, const char *help)
{
    ngx_http_patron_text(text, "# HELP %s %s.\n# TYPE %s counter\n",
                         name, help, name);
}


void
ngx_http_patron_prometheus_gauge(ngx_http_patron_text_t *text,
    const char *name, const char *help, double value)
{
    ngx_http_patron_text(text, "# HELP %s %s.\n# TYPE %s gauge\n%s %.4f\n",
                         name, help, name, name, value);
}
