
/*
 * What the status tells of readers known by where they come from:
 * institutions.
 */


#ifndef _NGX_HTTP_PATRON_STATUS_KNOWN_H_INCLUDED_
#define _NGX_HTTP_PATRON_STATUS_KNOWN_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>

#include <jansson.h>

#include "ngx_http_patron_registry_types.h"
#include "ngx_http_patron_status_report.h"
#include "ngx_http_patron_status_write.h"


/* Gathers them; then takes what was counted of one.  NGX_OK or NGX_ERROR. */

ngx_int_t ngx_http_patron_report_known(ngx_http_request_t *r,
    ngx_http_patron_report_t *report);
void ngx_http_patron_report_known_counted(ngx_http_patron_report_t *report,
    ngx_str_t *what, ngx_str_t *name, uint64_t count);

/*
 * The table of that kind, NGX_HTTP_PATRON_BLOB_*, that the report's Redis has;
 * NULL: no location asks for one.
 */

ngx_http_patron_registry_t *ngx_http_patron_report_registry(
    ngx_http_patron_report_t *report, ngx_uint_t kind);

/* The same told in each form. */

void ngx_http_patron_json_known(ngx_http_patron_report_t *report,
    json_t *json);
void ngx_http_patron_html_known(ngx_http_patron_report_t *report,
    ngx_http_patron_text_t *text);
void ngx_http_patron_prometheus_known(ngx_http_patron_report_t *report,
    ngx_http_patron_text_t *text);


#endif /* _NGX_HTTP_PATRON_STATUS_KNOWN_H_INCLUDED_ */
