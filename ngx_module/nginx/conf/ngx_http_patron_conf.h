
/*
 * The configuration, as types alone: what a location, a server and the whole
 * of http say.  What only one mechanism knows of it is a name here, and a
 * structure with that mechanism.
 */


#ifndef _NGX_HTTP_PATRON_CONF_H_INCLUDED_
#define _NGX_HTTP_PATRON_CONF_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>

#include "patron_audience.h"
#include "patron_edit.h"
#include "patron_level.h"
#include "patron_reader.h"
#include "patron_seal.h"
#include "patron_template.h"
#include "patron_token.h"
#include "ngx_http_patron_redis_types.h"
#include "ngx_http_patron_zone.h"


#define NGX_HTTP_PATRON_TRUST          1
#define NGX_HTTP_PATRON_FALLBACK_GUEST 2

#define NGX_HTTP_PATRON_SECURE_AUTO    0
#define NGX_HTTP_PATRON_SECURE_ON      1
#define NGX_HTTP_PATRON_SECURE_OFF     2

#define NGX_HTTP_PATRON_LEAK_OFF       0
#define NGX_HTTP_PATRON_LEAK_ON        1
#define NGX_HTTP_PATRON_LEAK_REFUSE    2

#define NGX_HTTP_PATRON_MAX_BANNERS    32
#define NGX_HTTP_PATRON_MAX_STRIPS     24
#define NGX_HTTP_PATRON_MAX_WALLS      16
#define NGX_HTTP_PATRON_HTML_MAX       (256 * 1024)
#define NGX_HTTP_PATRON_ERROR_LEN      256
#define NGX_HTTP_PATRON_TOKEN_CACHE    1024


typedef enum {
    NGX_HTTP_PATRON_SEAL_READER = 0,
    NGX_HTTP_PATRON_SEAL_METER,
    NGX_HTTP_PATRON_SEAL_DEVICE,
    NGX_HTTP_PATRON_SEAL_VISIT,
    NGX_HTTP_PATRON_SEAL_READ,
    NGX_HTTP_PATRON_SEAL_GIFT,
    NGX_HTTP_PATRON_SEAL_PREVIEW,
    NGX_HTTP_PATRON_SEAL_REFERENCE,
    NGX_HTTP_PATRON_SEAL_FEED,
    NGX_HTTP_PATRON_SEAL_EXPLAIN,
    NGX_HTTP_PATRON_SEAL_N
} ngx_http_patron_seal_e;


/* Of these, the first are carried in cookies. */

#define NGX_HTTP_PATRON_COOKIES  NGX_HTTP_PATRON_SEAL_GIFT


/* The seals of a set of keys.  All zero: none made yet. */

typedef struct {
    patron_seal_t  *seals[NGX_HTTP_PATRON_SEAL_N];
} ngx_http_patron_seals_t;


/* The keys of patron_key: parsed once, used by each worker for itself. */

typedef struct {
    patron_keys_t            *keys;
    patron_token_cache_t     *cache;    /* made by the worker that needs it, */
    ngx_http_patron_seals_t   seals;    /* as these are */
} ngx_http_patron_keys_t;


typedef struct ngx_http_patron_meter_conf_s    ngx_http_patron_meter_conf_t;
typedef struct ngx_http_patron_gift_conf_s     ngx_http_patron_gift_conf_t;
typedef struct ngx_http_patron_feed_conf_s     ngx_http_patron_feed_conf_t;
typedef struct ngx_http_patron_devices_conf_s  ngx_http_patron_devices_conf_t;
typedef struct ngx_http_patron_campaigns_s     ngx_http_patron_campaigns_t;
typedef struct ngx_http_patron_registry_s      ngx_http_patron_registry_t;
typedef struct ngx_http_patron_crawlers_conf_s  ngx_http_patron_crawlers_conf_t;
typedef struct ngx_http_patron_terms_conf_s    ngx_http_patron_terms_conf_t;
typedef struct ngx_http_patron_stats_writer_s  ngx_http_patron_stats_writer_t;
typedef struct ngx_http_patron_webhook_conf_s  ngx_http_patron_webhook_conf_t;
typedef struct ngx_http_patron_own_page_s      ngx_http_patron_own_page_t;


/* HTML with variables in it. */

typedef struct {
    ngx_str_t                  name;
    ngx_str_t                  html;        /* as it was written */
    patron_template_t          compiled;
    ngx_int_t                 *indices;     /* of the parts' variables, or
                                               NULL where there is none: */
    ngx_str_t                  text;        /* then what stands in a page, */
    ngx_str_t                  ascii;       /* and in one not known as UTF-8 */
    uint64_t                   hash;
    ngx_uint_t                 tickers;     /* some of them are */
} ngx_http_patron_template_t;


/* A counter whose name is put together once. */

typedef struct {
    ngx_str_t                  field;
    uint32_t                   hash;        /* 0: not made yet */
} ngx_http_patron_counter_t;


/* if=VALUE, if=!VALUE */

typedef struct {
    ngx_http_complex_value_t  *value;       /* NULL: it holds */
    ngx_uint_t                 negated;
} ngx_http_patron_condition_t;


typedef struct {
    ngx_str_t                  name;
    patron_position_e          position;
    ngx_str_t                  selector;
    patron_audience_t          audience;
    ngx_uint_t                 addressed;   /* for= is there */
    ngx_http_patron_condition_t condition;  /* if= */
    ngx_uint_t                 all;
    ngx_uint_t                 shadow;      /* in a shadow root */
    ngx_uint_t                 optional;    /* pages may lack its place */
    ngx_str_t                  slot;        /* campaign=, or empty */
    ngx_uint_t                 told_empty;  /* by this worker */
    ngx_http_patron_template_t tmpl;        /* where it has no slot */
    uint64_t                   hash;        /* of the placement */
    uint32_t                   place;       /* the zone's hash of it */
    ngx_http_patron_counter_t  shown;       /* where it has no slot */
    ngx_uint_t                 rule;        /* in the location's rules */
} ngx_http_patron_banner_t;


/* A banner anywhere. */

typedef struct {
    ngx_str_t                  name;
    ngx_str_t                  slot;        /* that it shows, or empty */
    ngx_uint_t                 patrons;     /* it is for patrons alone */
} ngx_http_patron_banner_name_t;


typedef struct {
    ngx_str_t                  name;
    ngx_str_t                  domain;
    ngx_str_t                  former;      /* a domain that was, or empty */
    ngx_str_t                  path;
    ngx_str_t                  samesite;
    ngx_uint_t                 secure;
    ngx_uint_t                 withheld;    /* pass=off: from the content */
    patron_str_t               names[NGX_HTTP_PATRON_COOKIES + 1];
                                            /* by purpose, the token's last */
} ngx_http_patron_cookie_t;


/* The request headers that a value depends on, for "Vary". */

typedef struct {
    ngx_array_t               *names;       /* of ngx_str_t */
    ngx_uint_t                 unknown;     /* on what Vary cannot express */
} ngx_http_patron_vary_t;


typedef struct {
    ngx_uint_t                 levels;      /* on=, as bits */
    patron_audience_t          audience;
    ngx_http_patron_condition_t condition;  /* if= */
    ngx_str_t                  selector;
    ngx_int_t                  keep;
    ngx_int_t                  most;        /* characters, 0 for no limit */
    ngx_str_t                  of;
    ngx_str_t                  marker;
    ngx_uint_t                 comment;     /* the marker is one */
    ngx_http_patron_template_t tmpl;
    uint64_t                   hash;        /* of the cut */
    ngx_str_t                  markup;
} ngx_http_patron_wall_t;


typedef struct {
    ngx_str_t                  selector;
    ngx_str_t                  attr;        /* empty: the element */
    const patron_str_t        *having;      /* words of a script, or NULL */
} ngx_http_patron_strip_t;


typedef struct {
    ngx_http_complex_value_t  *address;     /* NULL: the connection's */
    ngx_uint_t                 warned;
} ngx_http_patron_institutions_conf_t;


/* A Content-Type that was found to be a page's. */

typedef struct {
    size_t                     len;
    size_t                     type_len;
    u_char                     data[48];
} ngx_http_patron_last_type_t;


typedef struct ngx_http_patron_loc_conf_s  ngx_http_patron_loc_conf_t;

/*
 * What a handler of ours answers by, in its location and in a block of "if"
 * there, and in no location within.  All zero is none.
 */

typedef struct {
    ngx_uint_t                 answers;     /* one of ours does */
    ngx_str_t                  file;        /* its template, or empty */
    ngx_str_t                  html;
    ngx_uint_t                 gift;        /* patron_gift_handler, ... */
    ngx_uint_t                 dismiss;
    ngx_uint_t                 click;
    ngx_str_t                  click_default;   /* a path, or empty */
    time_t                     activate_ttl;    /* 0: no such handler */
    ngx_int_t                  feed_networks;   /* of an address; 0: none */
    ngx_http_patron_webhook_conf_t  *webhook;   /* NULL: none */
} ngx_http_patron_own_t;


struct ngx_http_patron_loc_conf_s {
    ngx_flag_t                 enable;
    ngx_http_patron_loc_conf_t *around;     /* the block it stands in */
    ngx_uint_t                 in_use;      /* patron is on, here or inside */
    const char                *states;      /* a directive, or NULL */

    ngx_http_patron_keys_t    *keys;
    ngx_array_t               *tokens;      /* of ngx_http_complex_value_t;
                                               NULL: the cookie */
    ngx_http_complex_value_t  *iss;
    ngx_http_complex_value_t  *aud;
    time_t                     leeway;
    time_t                     grace;       /* after the end of a membership */

    ngx_http_patron_redis_t   *redis;
    ngx_uint_t                 fallback;
    ngx_http_patron_cookie_t   cookie;

    ngx_http_patron_institutions_conf_t *institutions;  /* NULL is off */
    ngx_http_patron_registry_t *registry;   /* of them; NULL is off */

    ngx_http_patron_crawlers_conf_t *crawlers;  /* NULL is off */
    ngx_http_patron_registry_t *bots;       /* of them; NULL is off */
    ngx_http_patron_terms_conf_t *terms;    /* for them; NULL is off */

    ngx_array_t               *banners;     /* of ngx_http_patron_banner_t */
    ngx_array_t               *template_vars;
    ngx_http_patron_campaigns_t     *campaigns; /* where a banner has a slot */
    ngx_http_patron_stats_writer_t  *stats;
    patron_rules_t            *rules;
    uint64_t                   rules_hash;  /* the same after a reload */
    ngx_http_patron_vary_t     vary;

    ngx_hash_t                 types;
    ngx_http_patron_last_type_t last_type;  /* of this worker */
    ngx_uint_t                 encoding_told;   /* by this worker */
    time_t                     unread_told; /* when of a page that cannot be
                                               read */
    ngx_array_t               *types_keys;

    ngx_http_complex_value_t  *access;
    ngx_str_t                  appeals_header;
    ngx_flag_t                 appeals_meta;
    ngx_str_t                  access_header;
    patron_level_t            *access_missing;  /* without it; or NULL */
    ngx_flag_t                 access_meta;
    ngx_array_t               *walls;       /* of ngx_http_patron_wall_t */
    ngx_flag_t                 told;        /* "patron_wall upstream" */
    ngx_uint_t                 key_told;    /* by this worker */
    ngx_array_t               *strips;      /* of ngx_http_patron_strip_t */
    size_t                     wall_buffer;
    ngx_uint_t                 wall_code;
    ngx_array_t               *bypass;      /* of ngx_http_complex_value_t */
    ngx_array_t               *prefetch;    /* the same */
    ngx_flag_t                 paywall_markup;
    ngx_http_patron_meter_conf_t    *meter;     /* these: NULL is off */
    ngx_http_patron_gift_conf_t     *gift;
    ngx_http_patron_devices_conf_t  *devices;
    ngx_http_patron_feed_conf_t     *feed;
    ngx_uint_t                 feed_levels; /* items state levels */
    ngx_http_complex_value_t  *consent;
    ngx_http_complex_value_t  *read;        /* is it an article? */
    ngx_http_patron_own_t      own;
    ngx_http_patron_own_page_t *own_page;
    ngx_uint_t                 language;    /* of what it says */
    ngx_str_t                  grant_header;
    ngx_uint_t                 leak_check;
    ngx_flag_t                 dry_run;
    ngx_uint_t                 walled;      /* a level may be stated here */
    ngx_http_handler_pt        content;     /* behind the one of 304s */

    /* numbers of the rules that are no banner's; set where they are used */
    ngx_int_t                  cut_rule;    /* of the first wall; in a row */
    ngx_int_t                  end_rule;
    ngx_int_t                  meta_rule;
    ngx_int_t                  appeals_rule;
    ngx_int_t                  markup_rule; /* or -1 */
    uint64_t                   strip_rules;
    uint64_t                   hydration_rules; /* which only tell of it */

    ngx_flag_t                 walls_open;  /* patron_emergency */
    ngx_flag_t                 banners_off;
};


typedef struct {
    ngx_http_patron_zone_t    *zone;
    ngx_array_t                gunzip;      /* of ngx_flag_t * */
    ngx_array_t                campaigns;   /* pointers, one a Redis */
    ngx_array_t                stats;       /* the same */
    ngx_array_t                registries;  /* the same, and a kind */
    ngx_array_t                template_vars;   /* ngx_str_t: of all places */
    ngx_array_t                tickers;     /* ngx_str_t: of templates */
    ngx_array_t                banner_names;    /* ngx_http_patron_banner_name_t */
    ngx_uint_t                 dismissed;   /* there is a handler for it */
    ngx_uint_t                 walled;      /* there is a page that may be */
    ngx_uint_t                 headers;     /* state levels, somewhere */
    uint32_t                   webhooks;    /* providers, a bit for each */
    ngx_array_t               *idle;        /* what is stated for nothing */
    ngx_str_t                 *levelless;   /* a server with a wall, and no
                                               level in that location */
    ngx_str_t                 *keyless;     /* a server where patron is on for
                                               nobody, or NULL */
    ngx_str_t                  complaint;   /* the first of those warnings */

    ngx_http_patron_script_t   meter_count;
    ngx_http_patron_script_t   meter_back;
    ngx_http_patron_script_t   gift_script;
    ngx_http_patron_script_t   revoked_script;
    ngx_http_patron_script_t   feed_script;
    ngx_http_patron_script_t   feed_mint_script;
    ngx_http_patron_script_t   rest_script;
    ngx_http_patron_script_t   click_script;
    ngx_http_patron_script_t   device_script;
    ngx_http_patron_script_t   activate_script;
    ngx_http_patron_script_t   webhook_script;
    ngx_http_patron_script_t   counted_script;
    ngx_http_patron_script_t   credit_take;
    ngx_http_patron_script_t   credit_back;
    ngx_int_t                  request_uri; /* indices of variables */
    ngx_int_t                  http_cookie;
} ngx_http_patron_main_conf_t;


/* Known to be in the same file, its context is read without a detour. */

extern ngx_module_t  ngx_http_patron_module
    __attribute__((visibility("hidden")));


#endif /* _NGX_HTTP_PATRON_CONF_H_INCLUDED_ */
