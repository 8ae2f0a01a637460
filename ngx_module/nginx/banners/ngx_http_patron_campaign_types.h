
/*
 * Campaigns, as types alone: those that a worker has, and where they are from.
 */


#ifndef _NGX_HTTP_PATRON_CAMPAIGN_TYPES_H_INCLUDED_
#define _NGX_HTTP_PATRON_CAMPAIGN_TYPES_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>

#include "patron_campaign.h"
#include "patron_rest.h"
#include "patron_snapshot.h"
#include "ngx_http_patron_conf.h"


#define NGX_HTTP_PATRON_CAMPAIGNS_MAX  PATRON_CAMPAIGNS
#define NGX_HTTP_PATRON_CAMPAIGN_KEY   120      /* bytes of "<slot>:<name>" */
#define NGX_HTTP_PATRON_VARIABLE       128      /* bytes of a name */
#define NGX_HTTP_PATRON_TICKERS_MAX    64
#define NGX_HTTP_PATRON_TICKER_MAX     256      /* bytes of a value */


/* The records of a snapshot. */

#define NGX_HTTP_PATRON_RECORD_CAMPAIGN  1      /* key, (name, value) ... */
#define NGX_HTTP_PATRON_RECORD_REFUSED   2      /* key, reason */
#define NGX_HTTP_PATRON_RECORD_TICKER    3      /* name, value */
#define NGX_HTTP_PATRON_RECORD_SLOT      4      /* name, (name, value) ... */
#define NGX_HTTP_PATRON_RECORD_QUIET     5      /* a prefix of paths */


typedef struct {
    ngx_str_t                  name;
    ngx_str_t                  value;
} ngx_http_patron_pair_t;


/* The HTML of a campaign, parsed: patron_campaign_t has it as text. */

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
    unsigned                   experiment:1;  /* who sees what is counted */
} ngx_http_patron_slot_conf_t;


/* How a slot rests; where the name is empty, all of them together. */

typedef struct {
    ngx_str_t                  name;
    patron_rest_t              rest;
} ngx_http_patron_slot_settings_t;


/* Campaigns as parsed: all of it, and the bytes, in its pool. */

typedef struct {
    ngx_pool_t                *pool;
    patron_str_t               data;
    patron_campaign_t         *campaigns;   /* those of a slot adjoin */
    ngx_http_patron_campaign_html_t  *html;     /* of the same index */
    ngx_uint_t                 n;
    ngx_array_t                slots;       /* ngx_http_patron_slot_conf_t */
    ngx_array_t                refused;     /* ngx_http_patron_pair_t */
    ngx_array_t                tickers;     /* ngx_http_patron_pair_t */
    ngx_array_t                settings;    /* ..._slot_settings_t */
    ngx_array_t                quiet;       /* ngx_str_t: begin paths */
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


#endif /* _NGX_HTTP_PATRON_CAMPAIGN_TYPES_H_INCLUDED_ */
