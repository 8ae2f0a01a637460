
/*
 * patron_status_handler: gathers what there is to tell, and has it written as
 * a page for a person, as JSON or in Prometheus's text format (version 0.0.4).
 * A snapshot: counters are read one by one.
 */


#include "ngx_http_patron_headers.h"
#include "ngx_http_patron_state.h"
#include "ngx_http_patron_status.h"


#define NGX_HTTP_PATRON_TEXT_SIZE   16384
#define NGX_HTTP_PATRON_TEXT_PIECE  2048


typedef void (*ngx_http_patron_status_pt)(ngx_http_patron_report_t *report,
    ngx_http_patron_text_t *text);


static ngx_int_t ngx_http_patron_status_html_handler(ngx_http_request_t *r);
static ngx_int_t ngx_http_patron_status_json_handler(ngx_http_request_t *r);
static ngx_int_t ngx_http_patron_status_prometheus_handler(
    ngx_http_request_t *r);
static ngx_int_t ngx_http_patron_status_send(ngx_http_request_t *r,
    ngx_http_patron_status_pt write, const char *type);
static ngx_int_t ngx_http_patron_report(ngx_http_request_t *r,
    ngx_http_patron_report_t *report);
static ngx_int_t ngx_http_patron_report_campaigns(ngx_http_request_t *r,
    ngx_http_patron_report_t *report);
static ngx_int_t ngx_http_patron_report_counted(
    ngx_http_patron_report_t *report);
static ngx_uint_t ngx_http_patron_report_event(ngx_str_t *what);
static ngx_http_patron_appealed_t *ngx_http_patron_report_appeal(
    ngx_http_patron_report_t *report, ngx_str_t *name);
static ngx_int_t ngx_http_patron_report_clean(ngx_pool_t *pool,
    ngx_str_t *dst, const u_char *data, size_t len);
static int ngx_libc_cdecl ngx_http_patron_report_cmp(const void *one,
    const void *two);
static ngx_int_t ngx_http_patron_text_room(ngx_http_patron_text_t *text,
    size_t len);


const char  *ngx_http_patron_events[] = {
    "shown",
    "clicked",
    "dismissed",
    "granted"
};

const char  *ngx_http_patron_events_said[] = {
    "shown",
    "clicked",
    "dismissed",
    "joined"
};


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


static ngx_int_t
ngx_http_patron_status_send(ngx_http_request_t *r,
    ngx_http_patron_status_pt write, const char *type)
{
    ngx_int_t                  rc;
    ngx_buf_t                 *b;
    ngx_uint_t                 i;
    ngx_chain_t                out;
    ngx_http_patron_text_t     text;
    ngx_http_patron_report_t   report;

    static ngx_str_t  headers[][2] = {
        { ngx_string("Cache-Control"), ngx_string("no-store") },
        { ngx_string("X-Content-Type-Options"), ngx_string("nosniff") },
        { ngx_string("Content-Security-Policy"),
          ngx_string("default-src 'none'; style-src 'unsafe-inline'; "
                     "frame-ancestors 'self'") }
    };

    if (!(r->method & (NGX_HTTP_GET|NGX_HTTP_HEAD))) {
        return NGX_HTTP_NOT_ALLOWED;
    }

    rc = ngx_http_discard_request_body(r);

    if (rc != NGX_OK) {
        return rc;
    }

    ngx_memzero(&text, sizeof(ngx_http_patron_text_t));
    text.pool = r->pool;

    b = ngx_calloc_buf(r->pool);

    if (b == NULL || ngx_http_patron_report(r, &report) != NGX_OK) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    write(&report, &text);

    if (text.failed) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    for (i = 0; i < sizeof(headers) / sizeof(headers[0]); i++) {
        if (ngx_http_patron_add_header(r, &headers[i][0], &headers[i][1])
            != NGX_OK)
        {
            return NGX_HTTP_INTERNAL_SERVER_ERROR;
        }
    }

    b->pos = text.start;
    b->last = text.last;
    b->memory = 1;
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


static ngx_int_t
ngx_http_patron_report(ngx_http_request_t *r, ngx_http_patron_report_t *report)
{
    ngx_uint_t                   switches;
    ngx_http_patron_loc_conf_t  *plcf;

    ngx_memzero(report, sizeof(ngx_http_patron_report_t));

    plcf = ngx_http_get_module_loc_conf(r, ngx_http_patron_module);

    report->pool = r->pool;
    report->plcf = plcf;
    report->zone = ngx_http_patron_request_zone(r);
    report->rung = NGX_HTTP_PATRON_RUNG_NONE;

    if (ngx_array_init(&report->appeals, r->pool, 16,
                       sizeof(ngx_http_patron_appealed_t))
        != NGX_OK
        || ngx_array_init(&report->refused, r->pool, 4,
                          sizeof(ngx_http_patron_pair_t))
           != NGX_OK)
    {
        return NGX_ERROR;
    }

    if (report->zone != NULL) {
        ngx_http_patron_zone_fill(report->zone, &report->fill);
        report->lost = ngx_http_patron_zone_stats_lost(report->zone);
    }

    report->walls_open = plcf->walls_open;
    report->banners_off = plcf->banners_off;

    if (plcf->redis != NULL) {
        switches = ngx_http_patron_switches(plcf->redis, report->zone);

        report->walls_open |= (switches & NGX_HTTP_PATRON_WALLS_OPEN) != 0;
        report->banners_off |= (switches & NGX_HTTP_PATRON_BANNERS_OFF) != 0;

        report->away = ngx_http_patron_redis_away(plcf->redis);
        report->listening = ngx_http_patron_listening(plcf->redis);
        report->latency = ngx_http_patron_redis_latency(plcf->redis);

        report->rung = !report->away ? NGX_HTTP_PATRON_RUNG_REDIS
                       : report->fill.members ? NGX_HTTP_PATRON_RUNG_ZONE
                                              : NGX_HTTP_PATRON_RUNG_SIGNATURE;
    }

    if (ngx_http_patron_report_campaigns(r, report) != NGX_OK) {
        return NGX_ERROR;
    }

    return ngx_http_patron_report_counted(report);
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
    ngx_uint_t                   i, n, k, h;
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

        if (k == NGX_HTTP_PATRON_EVENTS) {
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

        appeal->events[k] += counted[i].count;

        for (h = 0; k == NGX_HTTP_PATRON_SHOWN && h < 24; h++) {
            appeal->hours[h] += counted[i].hours[h];
        }
    }

    ngx_qsort(report->appeals.elts, report->appeals.nelts,
              sizeof(ngx_http_patron_appealed_t), ngx_http_patron_report_cmp);

    return NGX_OK;
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
    }

    return appeal;
}


/* Names come from Redis: what is no UTF-8, or a control character, is '?'. */

static ngx_int_t
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
    ngx_int_t                          rc;
    const ngx_http_patron_appealed_t  *a = one;
    const ngx_http_patron_appealed_t  *b = two;

    if (a->events[NGX_HTTP_PATRON_SHOWN] != b->events[NGX_HTTP_PATRON_SHOWN])
    {
        return (a->events[NGX_HTTP_PATRON_SHOWN]
                < b->events[NGX_HTTP_PATRON_SHOWN]) ? 1 : -1;
    }

    rc = ngx_memcmp(a->name.data, b->name.data,
                    ngx_min(a->name.len, b->name.len));

    return rc ? (int) rc
              : (a->name.len > b->name.len) - (a->name.len < b->name.len);
}


void
ngx_http_patron_text(ngx_http_patron_text_t *text, const char *fmt, ...)
{
    va_list  args;

    if (ngx_http_patron_text_room(text, NGX_HTTP_PATRON_TEXT_PIECE) != NGX_OK)
    {
        return;
    }

    va_start(args, fmt);
    text->last = ngx_vslprintf(text->last, text->end, fmt, args);
    va_end(args);
}


void
ngx_http_patron_text_html(ngx_http_patron_text_t *text, ngx_str_t *s)
{
    /* an escaped character takes six at most */

    if (ngx_http_patron_text_room(text, 6 * s->len) == NGX_OK) {
        text->last = (u_char *) ngx_escape_html(text->last, s->data, s->len);
    }
}


static ngx_int_t
ngx_http_patron_text_room(ngx_http_patron_text_t *text, size_t len)
{
    size_t   used, size;
    u_char  *p;

    if (text->failed) {
        return NGX_ERROR;
    }

    used = text->last - text->start;
    size = text->end - text->start;

    if (size - used >= len) {
        return NGX_OK;
    }

    size = ngx_max(2 * size, NGX_HTTP_PATRON_TEXT_SIZE);
    size = ngx_max(size, used + len);

    p = ngx_pnalloc(text->pool, size);
    if (p == NULL) {
        text->failed = 1;
        return NGX_ERROR;
    }

    if (used) {
        ngx_memcpy(p, text->start, used);
    }

    if (text->start != NULL) {
        (void) ngx_pfree(text->pool, text->start);
    }

    text->start = p;
    text->last = p + used;
    text->end = p + size;

    return NGX_OK;
}
