
/*
 * The status page: the zone's counters as a page for a person, as JSON and in
 * Prometheus's text format (version 0.0.4).  One table of what is counted
 * serves all three.  A snapshot: counters are read one by one.
 */


#include "ngx_http_patron_state.h"
#include "ngx_http_patron_status.h"


typedef struct {
    ngx_uint_t   counter;
    const char  *section;       /* NULL: as the one above */
    const char  *title;
    const char  *metric;        /* of a family: the rows of one metric adjoin */
    const char  *label;         /* 'state="patron"', or NULL */
    const char  *key;           /* in JSON, within the section */
    const char  *help;
} ngx_http_patron_row_t;


static ngx_int_t ngx_http_patron_status_html_handler(ngx_http_request_t *r);
static ngx_int_t ngx_http_patron_status_json_handler(ngx_http_request_t *r);
static ngx_int_t ngx_http_patron_status_prometheus_handler(
    ngx_http_request_t *r);
static u_char *ngx_http_patron_status_html(ngx_http_request_t *r, u_char *p,
    u_char *end);
static u_char *ngx_http_patron_status_json(ngx_http_request_t *r, u_char *p,
    u_char *end);
static u_char *ngx_http_patron_status_prometheus(ngx_http_request_t *r,
    u_char *p, u_char *end);
static ngx_int_t ngx_http_patron_status_send(ngx_http_request_t *r,
    u_char *(*write)(ngx_http_request_t *r, u_char *p, u_char *end),
    const char *type);
static const char *ngx_http_patron_status_redis(ngx_http_request_t *r);


#define NGX_HTTP_PATRON_STATUS_SIZE  (24 * 1024)


static ngx_http_patron_row_t  ngx_http_patron_rows[] = {

    { NGX_HTTP_PATRON_C_REQUESTS, "Readers", "requests checked",
      "patron_requests_total", NULL, "requests",
      "Requests whose reader was identified" },

    { NGX_HTTP_PATRON_C_PATRON, NULL, "patrons",
      "patron_readers_total", "state=\"patron\"", "patron",
      "Requests by state of the reader" },
    { NGX_HTTP_PATRON_C_GUEST, NULL, "guests",
      "patron_readers_total", "state=\"guest\"", "guest", NULL },
    { NGX_HTTP_PATRON_C_INVALID, NULL, "invalid tokens",
      "patron_readers_total", "state=\"invalid\"", "invalid", NULL },
    { NGX_HTTP_PATRON_C_EXPIRED, NULL, "expired tokens",
      "patron_readers_total", "state=\"expired\"", "expired", NULL },
    { NGX_HTTP_PATRON_C_LAPSED, NULL, "lapsed members",
      "patron_readers_total", "state=\"lapsed\"", "lapsed", NULL },
    { NGX_HTTP_PATRON_C_PAUSED, NULL, "paused members",
      "patron_readers_total", "state=\"paused\"", "paused", NULL },
    { NGX_HTTP_PATRON_C_REVOKED, NULL, "revoked members",
      "patron_readers_total", "state=\"revoked\"", "revoked", NULL },

    { NGX_HTTP_PATRON_C_FROM_REDIS, "Where verdicts came from", "Redis",
      "patron_verdicts_total", "source=\"redis\"", "redis",
      "Verified tokens by what decided on them" },
    { NGX_HTTP_PATRON_C_FROM_ZONE, NULL, "the zone",
      "patron_verdicts_total", "source=\"zone\"", "zone", NULL },
    { NGX_HTTP_PATRON_C_FROM_STALE, NULL,
      "the zone, past its time (Redis away)",
      "patron_verdicts_total", "source=\"stale\"", "stale", NULL },
    { NGX_HTTP_PATRON_C_FROM_FALLBACK, NULL,
      "patron_fallback (Redis away, nothing known)",
      "patron_verdicts_total", "source=\"fallback\"", "fallback", NULL },
    { NGX_HTTP_PATRON_C_FROM_TOKEN, NULL, "the token alone",
      "patron_verdicts_total", "source=\"token\"", "token", NULL },

    { NGX_HTTP_PATRON_C_LOOKUPS, "Redis", "lookups sent",
      "patron_redis_lookups_total", NULL, "lookups",
      "Lookups of members sent to Redis" },
    { NGX_HTTP_PATRON_C_LOOKUP_TIMEOUTS, NULL, "lookups that timed out",
      "patron_redis_lookup_timeouts_total", NULL, "timeouts",
      "Lookups without an answer in time" },
    { NGX_HTTP_PATRON_C_LOOKUP_ERRORS, NULL, "lookups that failed",
      "patron_redis_lookup_errors_total", NULL, "errors",
      "Lookups that failed" },
    { NGX_HTTP_PATRON_C_CONNECTS, NULL, "connections made",
      "patron_redis_connects_total", NULL, "connects",
      "Connections to Redis made" },
    { NGX_HTTP_PATRON_C_DISCONNECTS, NULL, "connections lost",
      "patron_redis_disconnects_total", NULL, "disconnects",
      "Connections to Redis lost" },
    { NGX_HTTP_PATRON_C_INVALIDATIONS, NULL, "changes heard of",
      "patron_redis_invalidations_total", NULL, "invalidations",
      "Invalidation messages from Redis" },
    { NGX_HTTP_PATRON_C_EVICTIONS, NULL, "records evicted, the zone being full",
      "patron_zone_evictions_total", NULL, "evictions",
      "Records evicted from the zone" },

    { NGX_HTTP_PATRON_C_PAGES_EDITED, "Pages", "pages with a banner",
      "patron_pages_edited_total", NULL, "edited",
      "Pages in which a banner was placed" },
    { NGX_HTTP_PATRON_C_BANNERS_SHOWN, NULL, "banners placed",
      "patron_banners_placed_total", NULL, "banners",
      "Banners placed" },
    { NGX_HTTP_PATRON_C_NOT_PLACED, NULL, "pages where a banner found no place",
      "patron_pages_without_place_total", NULL, "not_placed",
      "Pages where a banner found no place" },
    { NGX_HTTP_PATRON_C_NOT_MODIFIED, NULL, "answered 304",
      "patron_not_modified_total", NULL, "not_modified",
      "Conditional requests answered 304" },

    { NGX_HTTP_PATRON_C_WALLED, "Walls", "pages walled",
      "patron_walled_total", NULL, "walled",
      "Responses that got a wall" },
    { NGX_HTTP_PATRON_C_WALL_REFUSED, NULL, "responses refused",
      "patron_wall_refused_total", NULL, "refused",
      "Walled responses that could not be cut, refused" },
    { NGX_HTTP_PATRON_C_METERED, NULL, "articles read on the meter",
      "patron_metered_total", NULL, "metered",
      "Metered articles let pass" },
    { NGX_HTTP_PATRON_C_GIFTED, NULL, "articles opened by a gift",
      "patron_gifted_total", NULL, "gifted",
      "Articles opened by a gift" },
    { NGX_HTTP_PATRON_C_BYPASSED, NULL, "let through by patron_bypass",
      "patron_bypassed_total", NULL, "bypassed",
      "Requests let through by patron_bypass" },

    { 0, NULL, NULL, NULL, NULL, NULL, NULL }
};


static const char  ngx_http_patron_status_head[] =
    "<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\">"
    "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">"
    "<meta name=\"robots\" content=\"noindex\"><title>patron: status</title>"
    "<style>:root{color-scheme:light dark;--ink:#1c1b19;--dim:#5f5b54;"
    "--paper:#faf8f4;--card:#fff;--line:#e4dfd5;--bar:#b5482a}"
    "@media(prefers-color-scheme:dark){:root{--ink:#ece8e1;--dim:#a8a298;"
    "--paper:#171614;--card:#211f1c;--line:#37332d;--bar:#e0805f}}"
    "body{margin:0;padding:1.5rem;background:var(--paper);color:var(--ink);"
    "font:1rem/1.5 system-ui,sans-serif}main{max-width:64rem;margin:auto}"
    "h1{font-size:1.4rem;margin:0 0 .2rem}p{color:var(--dim);margin:0 0 1.2rem}"
    "div.g{display:grid;gap:1rem;"
    "grid-template-columns:repeat(auto-fit,minmax(19rem,1fr))}"
    "section{background:var(--card);border:1px solid var(--line);"
    "border-radius:.6rem;padding:1rem 1.2rem}h2{font-size:1rem;margin:0 0 .6rem}"
    "table{width:100%;border-collapse:collapse}"
    "th{font-weight:400;text-align:left;padding:.2rem 0}"
    "td{text-align:right;font-variant-numeric:tabular-nums;padding:.2rem 0}"
    "td.z{color:var(--dim)}b.up{color:#2c7a45}b.down{color:var(--bar)}"
    "</style></head><body><main><h1>patron</h1>";


char *
ngx_http_patron_status(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_str_t                 *value;
    ngx_http_core_loc_conf_t  *clcf;

    clcf = ngx_http_conf_get_module_loc_conf(cf, ngx_http_core_module);
    value = cf->args->elts;

    if (cf->args->nelts == 1 || ngx_strcmp(value[1].data, "format=html") == 0)
    {
        clcf->handler = ngx_http_patron_status_html_handler;

    } else if (ngx_strcmp(value[1].data, "format=json") == 0) {
        clcf->handler = ngx_http_patron_status_json_handler;

    } else if (ngx_strcmp(value[1].data, "format=prometheus") == 0) {
        clcf->handler = ngx_http_patron_status_prometheus_handler;

    } else {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "\"%V\" directive: invalid parameter \"%V\", it "
                           "must be format=html, format=json or "
                           "format=prometheus",
                           &cmd->name, &value[1]);
        return NGX_CONF_ERROR;
    }

    return NGX_CONF_OK;
}


static ngx_int_t
ngx_http_patron_status_html_handler(ngx_http_request_t *r)
{
    return ngx_http_patron_status_send(r, ngx_http_patron_status_html,
                                       "text/html; charset=utf-8");
}


static ngx_int_t
ngx_http_patron_status_json_handler(ngx_http_request_t *r)
{
    return ngx_http_patron_status_send(r, ngx_http_patron_status_json,
                                       "application/json");
}


static ngx_int_t
ngx_http_patron_status_prometheus_handler(ngx_http_request_t *r)
{
    return ngx_http_patron_status_send(r, ngx_http_patron_status_prometheus,
                                       "text/plain; version=0.0.4; "
                                       "charset=utf-8");
}


static u_char *
ngx_http_patron_status_html(ngx_http_request_t *r, u_char *p, u_char *end)
{
    const char                   *redis;
    ngx_atomic_uint_t             n;
    ngx_http_patron_row_t        *row;
    ngx_http_patron_zone_t       *zone;
    ngx_http_patron_zone_fill_t   fill;
    ngx_http_patron_loc_conf_t   *plcf;

    plcf = ngx_http_get_module_loc_conf(r, ngx_http_patron_module);
    zone = ngx_http_patron_request_zone(r);
    redis = ngx_http_patron_status_redis(r);

    p = ngx_slprintf(p, end, "%s<p>", ngx_http_patron_status_head);

    if (plcf->redis == NULL) {
        p = ngx_slprintf(p, end, "no Redis here: the token alone decides");

    } else {
        p = ngx_slprintf(p, end, "Redis is <b class=\"%s\">%s</b>, answers "
                         "take about %M ms, changes are %s",
                         ngx_strcmp(redis, "up") == 0 ? "up" : "down", redis,
                         ngx_http_patron_redis_latency(plcf->redis),
                         ngx_http_patron_listening(plcf->redis)
                         ? "heard of at once" : "found by ttl");
    }

    if (zone != NULL) {
        ngx_http_patron_zone_fill(zone, &fill);

        p = ngx_slprintf(p, end, " &middot; zone: %ui members, %ui%% full",
                         fill.members,
                         fill.cells ? fill.used * 100 / fill.cells : 0);
    }

    p = ngx_slprintf(p, end, "</p><div class=\"g\">");

    for (row = ngx_http_patron_rows; row->title; row++) {

        if (row->section != NULL) {
            p = ngx_slprintf(p, end, "%s<section><h2>%s</h2><table>",
                             row == ngx_http_patron_rows
                             ? "" : "</table></section>",
                             row->section);
        }

        n = ngx_http_patron_zone_counter(zone, row->counter);

        p = ngx_slprintf(p, end, "<tr><th scope=\"row\">%s</th>"
                         "<td%s>%uA</td></tr>",
                         row->title, n ? "" : " class=\"z\"", n);
    }

    return ngx_slprintf(p, end, "</table></section></div></main></body>"
                        "</html>" CRLF);
}


static u_char *
ngx_http_patron_status_json(ngx_http_request_t *r, u_char *p, u_char *end)
{
    u_char                       *s;
    ngx_http_patron_row_t        *row;
    ngx_http_patron_zone_t       *zone;
    ngx_http_patron_zone_fill_t   fill;
    ngx_http_patron_loc_conf_t   *plcf;

    plcf = ngx_http_get_module_loc_conf(r, ngx_http_patron_module);
    zone = ngx_http_patron_request_zone(r);

    ngx_memzero(&fill, sizeof(ngx_http_patron_zone_fill_t));

    if (zone != NULL) {
        ngx_http_patron_zone_fill(zone, &fill);
    }

    p = ngx_slprintf(p, end,
                     "{\"redis\":{\"state\":\"%s\",\"latency_ms\":%M,"
                     "\"listening\":%s},"
                     "\"zone\":{\"members\":%ui,\"cells\":%ui,\"used\":%ui},"
                     "\"counters\":{",
                     ngx_http_patron_status_redis(r),
                     plcf->redis ? ngx_http_patron_redis_latency(plcf->redis)
                                 : 0,
                     plcf->redis && ngx_http_patron_listening(plcf->redis)
                     ? "true" : "false",
                     fill.members, fill.cells, fill.used);

    s = p;

    for (row = ngx_http_patron_rows; row->title; row++) {

        if (row->label != NULL) {
            /* the key says which of the family: patron_readers_total_guest */
            p = ngx_slprintf(p, end, "%s\"%s_%s\":%uA", p == s ? "" : ",",
                             row->metric, row->key,
                             ngx_http_patron_zone_counter(zone, row->counter));
            continue;
        }

        p = ngx_slprintf(p, end, "%s\"%s\":%uA", p == s ? "" : ",",
                         row->metric,
                         ngx_http_patron_zone_counter(zone, row->counter));
    }

    return ngx_slprintf(p, end, "}}" CRLF);
}


static u_char *
ngx_http_patron_status_prometheus(ngx_http_request_t *r, u_char *p,
    u_char *end)
{
    ngx_http_patron_row_t        *row;
    ngx_http_patron_zone_t       *zone;
    ngx_http_patron_zone_fill_t   fill;
    ngx_http_patron_loc_conf_t   *plcf;

    plcf = ngx_http_get_module_loc_conf(r, ngx_http_patron_module);
    zone = ngx_http_patron_request_zone(r);

    for (row = ngx_http_patron_rows; row->title; row++) {

        if (row->help != NULL) {
            p = ngx_slprintf(p, end, "# HELP %s %s.\n# TYPE %s counter\n",
                             row->metric, row->help, row->metric);
        }

        p = ngx_slprintf(p, end, row->label ? "%s{%s} %uA\n" : "%s%s %uA\n",
                         row->metric, row->label ? row->label : "",
                         ngx_http_patron_zone_counter(zone, row->counter));
    }

    if (zone != NULL) {
        ngx_http_patron_zone_fill(zone, &fill);

        p = ngx_slprintf(p, end,
                         "# HELP patron_zone_members Members held in the "
                         "zone.\n# TYPE patron_zone_members gauge\n"
                         "patron_zone_members %ui\n"
                         "# HELP patron_zone_fill_ratio Share of the zone's "
                         "cells in use.\n# TYPE patron_zone_fill_ratio gauge\n"
                         "patron_zone_fill_ratio %.4f\n",
                         fill.members,
                         fill.cells ? (double) fill.used / fill.cells : 0.0);
    }

    if (plcf->redis == NULL) {
        return p;
    }

    return ngx_slprintf(p, end,
                        "# HELP patron_redis_up Whether Redis answers, as "
                        "this worker sees it.\n"
                        "# TYPE patron_redis_up gauge\n"
                        "patron_redis_up %d\n"
                        "# HELP patron_redis_listening Whether this worker "
                        "hears of changes at once.\n"
                        "# TYPE patron_redis_listening gauge\n"
                        "patron_redis_listening %d\n"
                        "# HELP patron_redis_latency_seconds How long answers "
                        "take of late.\n"
                        "# TYPE patron_redis_latency_seconds gauge\n"
                        "patron_redis_latency_seconds %.3f\n",
                        ngx_http_patron_redis_away(plcf->redis) ? 0 : 1,
                        ngx_http_patron_listening(plcf->redis) ? 1 : 0,
                        (double) ngx_http_patron_redis_latency(plcf->redis)
                        / 1000);
}


static ngx_int_t
ngx_http_patron_status_send(ngx_http_request_t *r,
    u_char *(*write)(ngx_http_request_t *r, u_char *p, u_char *end),
    const char *type)
{
    ngx_int_t         rc;
    ngx_buf_t        *b;
    ngx_chain_t       out;
    ngx_table_elt_t  *h;

    if (!(r->method & (NGX_HTTP_GET|NGX_HTTP_HEAD))) {
        return NGX_HTTP_NOT_ALLOWED;
    }

    rc = ngx_http_discard_request_body(r);

    if (rc != NGX_OK) {
        return rc;
    }

    b = ngx_create_temp_buf(r->pool, NGX_HTTP_PATRON_STATUS_SIZE);
    h = ngx_list_push(&r->headers_out.headers);

    if (b == NULL || h == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    ngx_memzero(h, sizeof(ngx_table_elt_t));
    h->hash = 1;
    ngx_str_set(&h->key, "Cache-Control");
    ngx_str_set(&h->value, "no-store");

    b->last = write(r, b->pos, b->end);
    b->last_buf = (r == r->main) ? 1 : 0;
    b->last_in_chain = 1;

    r->headers_out.status = NGX_HTTP_OK;
    r->headers_out.content_length_n = b->last - b->pos;
    r->headers_out.content_type.data = (u_char *) type;
    r->headers_out.content_type.len = ngx_strlen(type);
    r->headers_out.content_type_len = r->headers_out.content_type.len;

    rc = ngx_http_send_header(r);

    if (rc == NGX_ERROR || rc > NGX_OK || r->header_only) {
        return rc;
    }

    out.buf = b;
    out.next = NULL;

    return ngx_http_output_filter(r, &out);
}


static const char *
ngx_http_patron_status_redis(ngx_http_request_t *r)
{
    ngx_http_patron_loc_conf_t  *plcf;

    plcf = ngx_http_get_module_loc_conf(r, ngx_http_patron_module);

    if (plcf->redis == NULL) {
        return "none";
    }

    return ngx_http_patron_redis_away(plcf->redis) ? "away" : "up";
}
