
/*
 * The status for machines: JSON, and Prometheus's text format.
 */


#ifndef _NGX_HTTP_PATRON_STATUS_TEXT_H_INCLUDED_
#define _NGX_HTTP_PATRON_STATUS_TEXT_H_INCLUDED_


#include "ngx_http_patron_status_report.h"
#include "ngx_http_patron_status_write.h"


void ngx_http_patron_status_json(ngx_http_patron_report_t *report,
    ngx_http_patron_text_t *text);
void ngx_http_patron_status_prometheus(ngx_http_patron_report_t *report,
    ngx_http_patron_text_t *text);

/* Of metrics: a value of a label, the head of a counter, a whole gauge. */

void ngx_http_patron_prometheus_label(ngx_http_patron_text_t *text,
    ngx_str_t *value);
void ngx_http_patron_prometheus_counter(ngx_http_patron_text_t *text,
    const char *name, const char *help);
void ngx_http_patron_prometheus_gauge(ngx_http_patron_text_t *text,
    const char *name, const char *help, double value);


#endif /* _NGX_HTTP_PATRON_STATUS_TEXT_H_INCLUDED_ */
