
/*
 * The one verdict that leads the status page: is all well, and if not, what is
 * the worst that is wrong.
 */


#ifndef _NGX_HTTP_PATRON_STATUS_VERDICT_H_INCLUDED_
#define _NGX_HTTP_PATRON_STATUS_VERDICT_H_INCLUDED_


#include "ngx_http_patron_status_report.h"


/* Fills report->verdict from the rest of it: NGX_OK or NGX_ERROR. */

ngx_int_t ngx_http_patron_status_verdict(ngx_http_patron_report_t *report);

/* "good", "degraded" or "bad". */

const char *ngx_http_patron_verdict_name(ngx_http_patron_report_t *report);


#endif /* _NGX_HTTP_PATRON_STATUS_VERDICT_H_INCLUDED_ */
