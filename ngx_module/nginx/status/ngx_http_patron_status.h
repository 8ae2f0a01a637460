
/*
 * The status page: what a person, a script or Prometheus may want to know of
 * the module at work.
 */


#ifndef _NGX_HTTP_PATRON_STATUS_H_INCLUDED_
#define _NGX_HTTP_PATRON_STATUS_H_INCLUDED_


#include "ngx_http_patron_campaign.h"
#include "ngx_http_patron_module.h"
#include "ngx_http_patron_zone_stats.h"


char *ngx_http_patron_status(ngx_conf_t *cf, ngx_command_t *cmd, void *conf);


/* The rest is shared by the files of the status page, and by nobody else. */

typedef struct {
    ngx_uint_t   counter;
    const char  *section;       /* NULL: as the one above */
    const char  *title;
    const char  *metric;        /* of a family: the rows of one metric adjoin */
    const char  *label;         /* 'state="patron"', or NULL */
    const char  *key;           /* in JSON, within the section */
    const char  *help;
} ngx_http_patron_row_t;

/* Ends with one that has no title. */

extern ngx_http_patron_row_t  ngx_http_patron_rows[];


typedef enum {
    NGX_HTTP_PATRON_SHOWN = 0,
    NGX_HTTP_PATRON_CLICKED,
    NGX_HTTP_PATRON_DISMISSED,
    NGX_HTTP_PATRON_GRANTED,            /* memberships that came of it */
    NGX_HTTP_PATRON_EVENTS
} ngx_http_patron_event_e;

/* As the counters have it, and as a person does. */

extern const char  *ngx_http_patron_events[];
extern const char  *ngx_http_patron_events_said[];


/* A banner or campaign, today. */

typedef struct {
    ngx_str_t       name;               /* UTF-8, no control characters */
    ngx_uint_t      campaign;           /* it is live */
    uint32_t        events[NGX_HTTP_PATRON_EVENTS];
    uint32_t        hours[24];          /* shown, UTC */
} ngx_http_patron_appealed_t;


typedef enum {
    NGX_HTTP_PATRON_RUNG_REDIS = 0,
    NGX_HTTP_PATRON_RUNG_ZONE,
    NGX_HTTP_PATRON_RUNG_SIGNATURE,
    NGX_HTTP_PATRON_RUNG_NONE           /* there is no Redis */
} ngx_http_patron_rung_e;


/* All there is to tell, gathered once. */

typedef struct {
    ngx_pool_t                      *pool;
    ngx_http_patron_loc_conf_t      *plcf;
    ngx_http_patron_zone_t          *zone;      /* or NULL */
    ngx_http_patron_zone_fill_t      fill;
    ngx_http_patron_campaign_set_t  *set;       /* or NULL */
    ngx_array_t                      appeals;   /* most shown first */
    ngx_array_t                      refused;   /* ngx_http_patron_pair_t */
    uint64_t                         lost;
    uint64_t                         granted;   /* memberships, today */
    ngx_uint_t                       away;
    ngx_uint_t                       listening;
    ngx_uint_t                       walls_open;    /* by a switch, or by */
    ngx_uint_t                       banners_off;   /* patron_emergency */
    ngx_msec_t                       latency;
    ngx_http_patron_rung_e           rung;
} ngx_http_patron_report_t;


/* Text that grows; failed is set when there was no memory. */

typedef struct {
    ngx_pool_t  *pool;
    u_char      *start;
    u_char      *last;
    u_char      *end;
    ngx_uint_t   failed;
} ngx_http_patron_text_t;

/* At most 2048 bytes at a time. */

void ngx_http_patron_text(ngx_http_patron_text_t *text, const char *fmt, ...);
void ngx_http_patron_text_html(ngx_http_patron_text_t *text, ngx_str_t *s);

/* The three forms. */

void ngx_http_patron_status_html(ngx_http_patron_report_t *report,
    ngx_http_patron_text_t *text);
void ngx_http_patron_status_json(ngx_http_patron_report_t *report,
    ngx_http_patron_text_t *text);
void ngx_http_patron_status_prometheus(ngx_http_patron_report_t *report,
    ngx_http_patron_text_t *text);


#endif /* _NGX_HTTP_PATRON_STATUS_H_INCLUDED_ */
