
/*
 * The status for a person: one page of HTML.
 */


#ifndef _NGX_HTTP_PATRON_STATUS_HTML_H_INCLUDED_
#define _NGX_HTTP_PATRON_STATUS_HTML_H_INCLUDED_


#include "ngx_http_patron_status_report.h"
#include "ngx_http_patron_status_write.h"


void ngx_http_patron_status_html(ngx_http_patron_report_t *report,
    ngx_http_patron_text_t *text);


#endif /* _NGX_HTTP_PATRON_STATUS_HTML_H_INCLUDED_ */
