
/*
 * Campaigns: banners that live in Redis.  One worker reads them and puts them
 * into the zone; every worker has them parsed for itself, and looks for newer
 * ones by reading one word for each request.
 */


#ifndef _NGX_HTTP_PATRON_CAMPAIGN_H_INCLUDED_
#define _NGX_HTTP_PATRON_CAMPAIGN_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>

#include "patron_campaign.h"
#include "patron_snapshot.h"
#include "ngx_http_patron_module.h"
#include "ngx_http_patron_state.h"


#define NGX_HTTP_PATRON_CAMPAIGNS_MAX  PATRON_CAMPAIGNS
#define NGX_HTTP_PATRON_CAMPAIGN_KEY   120      /* bytes of "<slot>:<name>" */
#define NGX_HTTP_PATRON_TICKERS_MAX    64
#define NGX_HTTP_PATRON_TICKER_MAX     256      /* bytes of a value */


/* The records of a snapshot. */

#define NGX_HTTP_PATRON_RECORD_CAMPAIGN  1      /* key, (name, value) ... */
#define NGX_HTTP_PATRON_RECORD_REFUSED   2      /* key, reason */
#define NGX_HTTP_PATRON_RECORD_TICKER    3      /* name, value */


typedef struct {
    ngx_str_t                  name;
    ngx_str_t                  value;
} ngx_http_patron_pair_t;


/* What a campaign is to the nginx side, beside patron_campaign_t. */

typedef struct {
    patron_template_t          tmpl;
    uint64_t                   hash;        /* of its HTML */
    ngx_uint_t                 plain;       /* no variable in it */
} ngx_http_patron_campaign_html_t;


/* A variable of nginx, found for good. */

typedef struct {
    ngx_str_t                  name;        /* in small letters */
    ngx_http_variable_t       *variable;    /* NULL: there is none */
    ngx_uint_t                 prefix;      /* it is one such as $arg_ */
} ngx_http_patron_target_t;


typedef struct {
    ngx_str_t                  name;
    patron_campaign_t        **list;        /* chosen from */
    size_t                     n;
    uint64_t                   hash;        /* of its name */
    patron_targets_t          *targets;     /* of the list, */
    ngx_http_patron_target_t  *variables;   /* and what they ask for */
    ngx_http_patron_vary_t     vary;
    uint8_t                   *ranks;       /* by bucket of readers, or NULL */
    ngx_uint_t                 ranked;      /* so many buckets have theirs */
    unsigned                   split:1;     /* the reader's id decides */
    unsigned                   capped:1;
} ngx_http_patron_slot_conf_t;


/* Campaigns as parsed: all of it, and the bytes, in its pool. */

typedef struct {
    ngx_pool_t                *pool;
    patron_str_t               data;
    patron_campaign_t         *campaigns;   /* those of a slot adjoin */
    ngx_http_patron_campaign_html_t  *appeals;     /* of the same index */
    ngx_uint_t                 n;
    ngx_array_t                slots;       /* ngx_http_patron_slot_conf_t */
    ngx_array_t                refused;     /* ngx_http_patron_pair_t */
    ngx_array_t                tickers;     /* ngx_http_patron_pair_t */
} ngx_http_patron_campaign_set_t;


/* Of a Redis in a cycle. */

typedef struct ngx_http_patron_loader_s  ngx_http_patron_loader_t;

struct ngx_http_patron_campaigns_s {
    ngx_http_patron_redis_t         *redis;
    ngx_http_patron_zone_t          *zone;
    ngx_http_core_main_conf_t       *core;      /* has nginx's variables */
    ngx_array_t                     *vars;      /* a campaign may read */
    ngx_array_t                     *tickers;   /* ngx_str_t: of banners */
    ngx_http_patron_campaign_set_t  *set;       /* the worker's, or NULL */
    ngx_atomic_uint_t                version;   /* of it */
    ngx_http_patron_loader_t        *loader;
    ngx_event_t                      ranking;
};


/* The one of a Redis, made if there is none; NULL for no memory. */

ngx_http_patron_campaigns_t *ngx_http_patron_campaigns_add(ngx_conf_t *cf,
    ngx_http_patron_redis_t *redis);

/* The campaigns of now; NULL while none have been read. */

ngx_http_patron_campaign_set_t *ngx_http_patron_campaigns(
    ngx_http_patron_campaigns_t *campaigns);

/* Those of the Redis of r's location, or NULL. */

ngx_http_patron_campaign_set_t *ngx_http_patron_campaigns_of(
    ngx_http_request_t *r);

/*
 * Checks the fields of a campaign as a whole: PATRON_OK, or PATRON_ERROR and
 * the reason in err, of PATRON_CAMPAIGN_ERR bytes.  tmpl is made from mem.
 */

int ngx_http_patron_campaign_check(ngx_http_patron_campaigns_t *campaigns,
    const patron_str_t *key, const patron_field_t *fields, size_t n,
    patron_mem_t *mem, patron_campaign_t *campaign, patron_template_t *tmpl,
    char *err);

/* The value of a ticker; empty if there is none. */

ngx_str_t *ngx_http_patron_ticker(ngx_http_patron_campaign_set_t *set,
    ngx_str_t *name);

/* $patron_ticker_<name> */

ngx_int_t ngx_http_patron_variable_ticker(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data);

/* A campaign by "<slot>:<name>", or NULL. */

patron_campaign_t *ngx_http_patron_campaign_find(
    ngx_http_patron_campaign_set_t *set, ngx_str_t *key);

/* The same by patron_visit_id() of that name. */

patron_campaign_t *ngx_http_patron_campaign_followed(
    ngx_http_patron_campaign_set_t *set, uint32_t id);

/*
 * ngx_http_patron_campaign_pick.c: the campaign of a slot for the reader,
 * rendered for the request.  NGX_DECLINED: none.
 */

ngx_int_t ngx_http_patron_campaign_pick(ngx_http_request_t *r,
    ngx_http_patron_state_t *st, ngx_str_t *slot, patron_reader_t *reader,
    ngx_http_patron_pick_t *pick, ngx_str_t *html, uint64_t *hash);


/* ngx_http_patron_campaign_load.c */

ngx_int_t ngx_http_patron_campaigns_init_process(ngx_cycle_t *cycle);
void ngx_http_patron_campaigns_exit_process(ngx_cycle_t *cycle);


#endif /* _NGX_HTTP_PATRON_CAMPAIGN_H_INCLUDED_ */
