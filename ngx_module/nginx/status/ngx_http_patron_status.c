
/*
 * patron_status_handler: has what there is to tell written as a page for a
 * person, as JSON or in Prometheus's text format (version 0.0.4).
 */


#include "ngx_http_patron_conf.h"
#include "ngx_http_patron_headers.h"
#include "ngx_http_patron_status.h"
#include "ngx_http_patron_status_counted.h"
#include "ngx_http_patron_status_html.h"
#include "ngx_http_patron_status_report.h"
#include "ngx_http_patron_status_text.h"


typedef void (*ngx_http_patron_status_pt)(ngx_http_patron_report_t *report,
    ngx_http_patron_text_t *text);


static ngx_int_t ngx_http_patron_status_html_handler(ngx_http_request_t *r);
static ngx_int_t ngx_http_patron_status_html_answer(ngx_http_request_t *r);
static ngx_int_t ngx_http_patron_status_json_handler(ngx_http_request_t *r);
static ngx_int_t ngx_http_patron_status_json_answer(ngx_http_request_t *r);
static ngx_int_t ngx_http_patron_status_prometheus_handler(
    ngx_http_request_t *r);
static ngx_int_t ngx_http_patron_status_prometheus_answer(
    ngx_http_request_t *r);
static ngx_int_t ngx_http_patron_status_begin(ngx_http_request_t *r,
    ngx_http_handler_pt answer, ngx_uint_t count);
static ngx_int_t ngx_http_patron_status_send(ngx_http_request_t *r,
    ngx_http_patron_status_pt write, const char *type);


char *
ngx_http_patron_status(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_http_patron_loc_conf_t *plcf = conf;

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

    plcf->own.answers = 1;

    return NGX_CONF_OK;
}


static ngx_int_t
ngx_http_patron_status_html_handler(ngx_http_request_t *r)
{
    return ngx_http_patron_status_begin(r, ngx_http_patron_status_html_answer,
                                        1);
}


static ngx_int_t
ngx_http_patron_status_html_answer(ngx_http_request_t *r)
{
    return ngx_http_patron_status_send(r, ngx_http_patron_status_html,
                                       "text/html; charset=utf-8");
}


static ngx_int_t
ngx_http_patron_status_json_handler(ngx_http_request_t *r)
{
    return ngx_http_patron_status_begin(r, ngx_http_patron_status_json_answer,
                                        1);
}


static ngx_int_t
ngx_http_patron_status_json_answer(ngx_http_request_t *r)
{
    return ngx_http_patron_status_send(r, ngx_http_patron_status_json,
                                       "application/json");
}


static ngx_int_t
ngx_http_patron_status_prometheus_handler(ngx_http_request_t *r)
{
    return ngx_http_patron_status_begin(r,
                                   ngx_http_patron_status_prometheus_answer, 0);
}


static ngx_int_t
ngx_http_patron_status_prometheus_answer(ngx_http_request_t *r)
{
    return ngx_http_patron_status_send(r, ngx_http_patron_status_prometheus,
                                       "text/plain; version=0.0.4; "
                                       "charset=utf-8");
}


/* count: the answer tells of experiments. */

static ngx_int_t
ngx_http_patron_status_begin(ngx_http_request_t *r, ngx_http_handler_pt answer,
    ngx_uint_t count)
{
    ngx_int_t  rc;

    if (!(r->method & (NGX_HTTP_GET|NGX_HTTP_HEAD))) {
        return NGX_HTTP_NOT_ALLOWED;
    }

    rc = ngx_http_discard_request_body(r);

    if (rc != NGX_OK) {
        return rc;
    }

    rc = count ? ngx_http_patron_status_count(r, answer) : NGX_DECLINED;

    if (rc == NGX_ERROR) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    return rc == NGX_DONE ? NGX_DONE : answer(r);
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
        { ngx_string("X-Content-Type-Options"), ngx_string("nosniff") },
        { ngx_string("Content-Security-Policy"),
          ngx_string("default-src 'none'; style-src 'unsafe-inline'; "
                     "frame-ancestors 'self'") }
    };

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
