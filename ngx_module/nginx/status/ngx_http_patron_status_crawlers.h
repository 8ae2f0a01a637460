
/*
 * What the status tells of crawlers: what each was given, and who only says that
 * it is one of them.
 */


#ifndef _NGX_HTTP_PATRON_STATUS_CRAWLERS_H_INCLUDED_
#define _NGX_HTTP_PATRON_STATUS_CRAWLERS_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>

#include <jansson.h>

#include "ngx_http_patron_status_report.h"
#include "ngx_http_patron_status_write.h"


/* Gathers them; then takes what was counted of one.  NGX_OK or NGX_ERROR. */

ngx_int_t ngx_http_patron_report_crawlers(ngx_http_patron_report_t *report);
void ngx_http_patron_report_crawlers_counted(ngx_http_patron_report_t *report,
    ngx_str_t *what, ngx_str_t *name, uint64_t count);

/* The same told in each form. */

void ngx_http_patron_json_crawlers(ngx_http_patron_report_t *report,
    json_t *json);
void ngx_http_patron_html_crawlers(ngx_http_patron_report_t *report,
    ngx_http_patron_text_t *text);
void ngx_http_patron_prometheus_crawlers(ngx_http_patron_report_t *report,
    ngx_http_patron_text_t *text);


#endif /* _NGX_HTTP_PATRON_STATUS_CRAWLERS_H_INCLUDED_ */
