
/*
 * The tables of the status page: what is counted in the zone, and what is
 * counted of banners and campaigns.
 */


#ifndef _NGX_HTTP_PATRON_STATUS_ROWS_H_INCLUDED_
#define _NGX_HTTP_PATRON_STATUS_ROWS_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>


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


#endif /* _NGX_HTTP_PATRON_STATUS_ROWS_H_INCLUDED_ */
