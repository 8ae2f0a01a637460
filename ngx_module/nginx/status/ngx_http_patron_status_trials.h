
/*
 * The running experiments, judged: those of the report's campaigns.
 */


#ifndef _NGX_HTTP_PATRON_STATUS_TRIALS_H_INCLUDED_
#define _NGX_HTTP_PATRON_STATUS_TRIALS_H_INCLUDED_


#include <jansson.h>

#include "patron_experiment.h"
#include "ngx_http_patron_status_counted.h"
#include "ngx_http_patron_status_report.h"
#include "ngx_http_patron_status_write.h"


/* A campaign of one. */

typedef struct {
    patron_arm_t                    arm;        /* the first */
    ngx_http_patron_arm_counted_t   counted;
} ngx_http_patron_tried_t;


typedef struct {
    ngx_str_t                       slot;
    ngx_uint_t                      days;       /* 0: today, on this machine */
    patron_experiment_t             judged;     /* its arms are the above */
} ngx_http_patron_trials_t;


/*
 * Fills in report->trials, once its campaigns and appeals are there.  NGX_OK or
 * NGX_ERROR.
 */

ngx_int_t ngx_http_patron_report_trials(ngx_http_request_t *r,
    ngx_http_patron_report_t *report);

/* The same told in each form. */

void ngx_http_patron_json_trials(ngx_http_patron_report_t *report,
    json_t *json);
void ngx_http_patron_html_trials(ngx_http_patron_report_t *report,
    ngx_http_patron_text_t *text);


#endif /* _NGX_HTTP_PATRON_STATUS_TRIALS_H_INCLUDED_ */
