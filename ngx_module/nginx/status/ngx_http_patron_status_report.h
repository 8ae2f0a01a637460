
/*
 * All that the status page tells, gathered once.
 */


#ifndef _NGX_HTTP_PATRON_STATUS_REPORT_H_INCLUDED_
#define _NGX_HTTP_PATRON_STATUS_REPORT_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>

#include "patron_crawler.h"
#include "ngx_http_patron_campaign.h"
#include "ngx_http_patron_conf.h"
#include "ngx_http_patron_status_rows.h"
#include "ngx_http_patron_zone_members.h"
#include "ngx_http_patron_zone_stats.h"


#define NGX_HTTP_PATRON_NOW  600        /* s: what lies further back is over */


/* A banner or campaign, today. */

typedef struct {
    ngx_str_t       name;               /* UTF-8, no control characters */
    ngx_uint_t      campaign;           /* it is live */
    ngx_uint_t      patrons;            /* for them alone: no appeal */
    uint32_t        events[NGX_HTTP_PATRON_EVENTS];
    uint32_t        hours[24];          /* shown, UTC */
    uint64_t        assigned;           /* readers, of an experiment */
} ngx_http_patron_appealed_t;


typedef enum {
    NGX_HTTP_PATRON_RUNG_REDIS = 0,
    NGX_HTTP_PATRON_RUNG_ZONE,
    NGX_HTTP_PATRON_RUNG_SIGNATURE,
    NGX_HTTP_PATRON_RUNG_NONE           /* there is no Redis */
} ngx_http_patron_rung_e;


/*
 * A place that a page lacked: of a banner, or of a wall; or what a wall cuts,
 * in a page that has it elsewhere.
 */

typedef enum {
    NGX_HTTP_PATRON_UNPLACED_BANNER = 0,
    NGX_HTTP_PATRON_UNPLACED_WALL,
    NGX_HTTP_PATRON_UNPLACED_LEAK
} ngx_http_patron_unplaced_e;

typedef struct {
    ngx_http_patron_unplaced_e  kind;
    ngx_str_t       name;               /* clean as those above */
    ngx_str_t       selector;           /* or the strip that helps */
    ngx_str_t       uri;                /* of the last such page */
    uint32_t        missed;
    time_t          at;
    time_t          found;              /* on another page; 0: on none */
} ngx_http_patron_unplaced_t;


typedef enum {
    NGX_HTTP_PATRON_GOOD = 0,
    NGX_HTTP_PATRON_DEGRADED,           /* readers need not notice */
    NGX_HTTP_PATRON_BAD
} ngx_http_patron_verdict_e;

typedef struct {
    ngx_http_patron_verdict_e  level;
    ngx_str_t                  reason;  /* clean */
    time_t                     since;   /* 0: not known, there is no zone */
} ngx_http_patron_verdict_t;


/* An institution, today. */

typedef struct {
    ngx_str_t       name;               /* clean as those above */
    ngx_str_t       label;
    ngx_str_t       tier;
    ngx_str_t       trouble;
    size_t          ranges;
    uint64_t        readers;            /* requests */
} ngx_http_patron_known_t;


/* A crawler, today. */

typedef enum {
    NGX_HTTP_PATRON_CRAWLED = 0,        /* requests that were proven its, */
    NGX_HTTP_PATRON_CRAWLED_ADDRESS,    /* and those by an address */
    NGX_HTTP_PATRON_CRAWLED_CLAIMED,    /* requests that only said so */
    NGX_HTTP_PATRON_CRAWLED_WHOLE,      /* pages that have a level */
    NGX_HTTP_PATRON_CRAWLED_CUT,
    NGX_HTTP_PATRON_CRAWLED_REFUSED,
    NGX_HTTP_PATRON_CRAWLED_CHARGED,
    NGX_HTTP_PATRON_CRAWLED_IGNORED,    /* requests that robots.txt forbids */
    NGX_HTTP_PATRON_CRAWLED_N
} ngx_http_patron_crawled_e;

#define NGX_HTTP_PATRON_CRAWLED_CURRENCIES  4       /* more are not told */

typedef struct {
    ngx_str_t       name;               /* clean as those above */
    ngx_str_t       purpose;
    ngx_str_t       trouble;
    uint64_t        counted[NGX_HTTP_PATRON_CRAWLED_N];
    patron_price_t  spent[NGX_HTTP_PATRON_CRAWLED_CURRENCIES];
    ngx_uint_t      nspent;
} ngx_http_patron_crawled_t;


/* All there is to tell, gathered once. */

typedef struct {
    ngx_pool_t                      *pool;
    ngx_http_patron_loc_conf_t      *plcf;
    ngx_http_patron_zone_t          *zone;      /* or NULL */
    ngx_http_patron_verdict_t        verdict;
    ngx_str_t                        complaint; /* of the configuration */
    ngx_str_t                        host;      /* this machine */
    time_t                           born;      /* the zone; 0: there is none */
    uint32_t                         webhooks;  /* providers, a bit for each */
    ngx_http_patron_zone_fill_t      fill;
    ngx_http_patron_campaign_set_t  *set;       /* or NULL */
    ngx_array_t                      appeals;   /* most shown first */
    ngx_array_t                      trials;    /* ngx_http_patron_trials_t */
    ngx_array_t                      refused;   /* ngx_http_patron_pair_t */
    ngx_array_t                      unplaced;  /* of this day */
    ngx_array_t                      institutions; /* ngx_http_patron_known_t */
    ngx_array_t                      crawlers;  /* ngx_http_patron_crawled_t */
    size_t                           institutions_unfit;    /* as unfit: */
    size_t                           crawlers_unfit;
    size_t                           unfit;     /* bytes of campaigns for
                                                   which there is no room */
    uint64_t                         lost;
    uint64_t                         granted;   /* memberships, today */
    ngx_uint_t                       strangers; /* who have no record, while
                                                   nobody has */
    ngx_uint_t                       refusals[NGX_HTTP_PATRON_REFUSALS];
                                                /* patron_redis_error_e, of
                                                   late */
    ngx_uint_t                       away;
    ngx_uint_t                       listening;
    ngx_uint_t                       walls_open;    /* by a switch, or by */
    ngx_uint_t                       banners_off;   /* patron_emergency */
    ngx_msec_t                       latency;   /* of no meaning while away */
    uint64_t                         delay;     /* us, of a change */
    ngx_http_patron_rung_e           rung;
} ngx_http_patron_report_t;


/* NGX_OK or NGX_ERROR. */

ngx_int_t ngx_http_patron_report(ngx_http_request_t *r,
    ngx_http_patron_report_t *report);

/* Text from Redis: what is no UTF-8, or a control character, becomes '?'. */

ngx_int_t ngx_http_patron_report_clean(ngx_pool_t *pool, ngx_str_t *dst,
    const u_char *data, size_t len);


#endif /* _NGX_HTTP_PATRON_STATUS_REPORT_H_INCLUDED_ */
