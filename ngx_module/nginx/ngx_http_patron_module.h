
/*
 * The configuration of the module and what its nginx side shares: one header
 * for module, access, filter and variables.
 */


#ifndef _NGX_HTTP_PATRON_MODULE_H_INCLUDED_
#define _NGX_HTTP_PATRON_MODULE_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>

#include "patron_audience.h"
#include "patron_edit.h"
#include "patron_level.h"
#include "patron_reader.h"
#include "patron_template.h"
#include "patron_token.h"
#include "ngx_http_patron_redis_tracking.h"
#include "ngx_http_patron_member.h"
#include "ngx_http_patron_redis.h"
#include "ngx_http_patron_seals.h"
#include "ngx_http_patron_switches.h"
#include "ngx_http_patron_zone.h"


#define NGX_HTTP_PATRON_TRUST          1
#define NGX_HTTP_PATRON_FALLBACK_GUEST 2

#define NGX_HTTP_PATRON_SECURE_AUTO    0
#define NGX_HTTP_PATRON_SECURE_ON      1
#define NGX_HTTP_PATRON_SECURE_OFF     2

#define NGX_HTTP_PATRON_MAX_BANNERS    32
#define NGX_HTTP_PATRON_MAX_STRIPS     24
#define NGX_HTTP_PATRON_HTML_MAX       (256 * 1024)
#define NGX_HTTP_PATRON_ERROR_LEN      256
#define NGX_HTTP_PATRON_TOKEN_CACHE    1024


/* The keys of patron_key: parsed once, used by each worker for itself. */

typedef struct {
    patron_keys_t            *keys;
    patron_token_cache_t     *cache;    /* made by the worker that needs it, */
    ngx_http_patron_seals_t   seals;    /* as these are */
} ngx_http_patron_keys_t;


typedef struct ngx_http_patron_meter_conf_s    ngx_http_patron_meter_conf_t;
typedef struct ngx_http_patron_gift_conf_s     ngx_http_patron_gift_conf_t;
typedef struct ngx_http_patron_devices_conf_s  ngx_http_patron_devices_conf_t;
typedef struct ngx_http_patron_campaigns_s     ngx_http_patron_campaigns_t;
typedef struct ngx_http_patron_stats_writer_s  ngx_http_patron_stats_writer_t;
typedef struct ngx_http_patron_webhook_conf_s  ngx_http_patron_webhook_conf_t;


/* HTML with variables in it. */

typedef struct {
    ngx_str_t                  name;
    ngx_str_t                  html;
    patron_template_t          compiled;
    ngx_int_t                 *indices;     /* of the parts' variables, or
                                               NULL where there is none */
    uint64_t                   hash;
    ngx_uint_t                 tickers;     /* some of them are */
} ngx_http_patron_template_t;


typedef struct {
    ngx_str_t                  name;
    patron_position_e          position;
    ngx_str_t                  selector;
    patron_audience_t          audience;
    ngx_uint_t                 addressed;   /* for= is there */
    ngx_http_complex_value_t  *condition;   /* if= */
    ngx_uint_t                 all;
    ngx_str_t                  slot;        /* campaign=, or empty */
    ngx_http_patron_template_t tmpl;        /* where it has no slot */
    uint64_t                   hash;        /* of the placement */
    ngx_uint_t                 rule;        /* in the location's rules */
} ngx_http_patron_banner_t;


typedef struct {
    ngx_str_t                  name;
    ngx_str_t                  domain;
    ngx_str_t                  path;
    ngx_str_t                  samesite;
    ngx_uint_t                 secure;
} ngx_http_patron_cookie_t;


/* The request headers that a value depends on, for "Vary". */

typedef struct {
    ngx_array_t               *names;       /* of ngx_str_t */
    ngx_uint_t                 unknown;     /* on what Vary cannot express */
} ngx_http_patron_vary_t;


typedef struct {
    ngx_str_t                  selector;
    ngx_int_t                  keep;
    ngx_str_t                  of;
    ngx_str_t                  marker;
    ngx_uint_t                 comment;     /* the marker is one */
    ngx_http_patron_template_t tmpl;
} ngx_http_patron_wall_t;


typedef struct {
    ngx_str_t                  selector;
    ngx_str_t                  attr;        /* empty: the element */
} ngx_http_patron_strip_t;


/* A Content-Type that was found to be a page's. */

typedef struct {
    size_t                     len;
    size_t                     type_len;
    u_char                     data[48];
} ngx_http_patron_last_type_t;


typedef struct {
    ngx_flag_t                 enable;

    ngx_http_patron_keys_t    *keys;
    ngx_array_t               *tokens;      /* of ngx_http_complex_value_t;
                                               NULL: the cookie */
    ngx_http_complex_value_t  *iss;
    ngx_http_complex_value_t  *aud;
    time_t                     leeway;

    ngx_http_patron_redis_t   *redis;
    ngx_uint_t                 fallback;
    ngx_http_patron_cookie_t   cookie;

    ngx_array_t               *banners;     /* of ngx_http_patron_banner_t */
    ngx_array_t               *template_vars;
    ngx_http_patron_campaigns_t     *campaigns; /* where a banner has a slot */
    ngx_http_patron_stats_writer_t  *stats;
    patron_rules_t            *rules;
    uint64_t                   rules_hash;  /* the same after a reload */
    ngx_http_patron_vary_t     vary;

    ngx_hash_t                 types;
    ngx_http_patron_last_type_t last_type;  /* of this worker */
    ngx_array_t               *types_keys;

    ngx_http_complex_value_t  *access;
    ngx_str_t                  access_header;
    ngx_flag_t                 access_meta;
    ngx_http_patron_wall_t    *wall;
    ngx_array_t               *strips;      /* of ngx_http_patron_strip_t */
    size_t                     wall_buffer;
    ngx_uint_t                 wall_code;
    ngx_array_t               *bypass;      /* of ngx_http_complex_value_t */
    ngx_flag_t                 paywall_markup;
    ngx_http_patron_meter_conf_t    *meter;     /* these: NULL is off */
    ngx_http_patron_gift_conf_t     *gift;
    ngx_http_patron_devices_conf_t  *devices;
    ngx_http_complex_value_t  *consent;
    ngx_uint_t                 gift_handler;
    ngx_uint_t                 dismiss_handler;
    ngx_uint_t                 click_handler;
    time_t                     activate_ttl;    /* 0: no such handler */
    ngx_str_t                  grant_header;
    ngx_http_patron_webhook_conf_t  *webhook;   /* NULL: no such handler */
    ngx_flag_t                 dry_run;
    ngx_uint_t                 walled;      /* a level may be stated here */

    /* numbers of the rules that are no banner's; set where they are used */
    ngx_int_t                  cut_rule;
    ngx_int_t                  end_rule;
    ngx_int_t                  meta_rule;
    ngx_int_t                  markup_rule;
    uint64_t                   strip_rules;
    ngx_str_t                  markup;

    ngx_flag_t                 walls_open;  /* patron_emergency */
    ngx_flag_t                 banners_off;
} ngx_http_patron_loc_conf_t;


typedef struct {
    ngx_http_patron_zone_t    *zone;
    ngx_array_t                gunzip;      /* of ngx_flag_t * */
    ngx_array_t                campaigns;   /* pointers, one a Redis */
    ngx_array_t                stats;       /* the same */
    ngx_array_t                template_vars;   /* ngx_str_t: of all places */
    ngx_array_t                tickers;     /* ngx_str_t: of templates */
    ngx_array_t                banner_names;    /* ngx_str_t */
    ngx_uint_t                 dismissed;   /* there is a handler for it */
    ngx_uint_t                 walled;      /* there is a page that may be */

    ngx_http_patron_script_t   meter_count;
    ngx_http_patron_script_t   meter_back;
    ngx_http_patron_script_t   gift_script;
    ngx_http_patron_script_t   device_script;
    ngx_http_patron_script_t   activate_script;
    ngx_http_patron_script_t   webhook_script;
    ngx_int_t                  request_uri; /* index of the variable */
} ngx_http_patron_main_conf_t;


extern ngx_module_t  ngx_http_patron_module;


/* Directives that take more than nginx's own slots. */

char *ngx_http_patron_key(ngx_conf_t *cf, ngx_command_t *cmd, void *conf);
char *ngx_http_patron_token(ngx_conf_t *cf, ngx_command_t *cmd, void *conf);
char *ngx_http_patron_claims(ngx_conf_t *cf, ngx_command_t *cmd, void *conf);
char *ngx_http_patron_redis(ngx_conf_t *cf, ngx_command_t *cmd, void *conf);
char *ngx_http_patron_zone(ngx_conf_t *cf, ngx_command_t *cmd, void *conf);
char *ngx_http_patron_cookie(ngx_conf_t *cf, ngx_command_t *cmd, void *conf);
char *ngx_http_patron_banner(ngx_conf_t *cf, ngx_command_t *cmd, void *conf);
char *ngx_http_patron_template_vars(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);
char *ngx_http_patron_emergency(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);

/* Reads a file of HTML; path becomes absolute. */

ngx_int_t ngx_http_patron_read_html(ngx_conf_t *cf, ngx_str_t *path,
    ngx_str_t *html);

/*
 * Reads a file that holds a key, without a newline at its end; path becomes
 * absolute.  Warns where others can read it.
 */

ngx_int_t ngx_http_patron_read_key(ngx_conf_t *cf, ngx_command_t *cmd,
    ngx_str_t *path, ngx_str_t *secret);

/* Refuses a selector that is a directive's name: a '#' swallowed a line. */

ngx_int_t ngx_http_patron_check_selector(ngx_conf_t *cf, ngx_command_t *cmd,
    ngx_str_t *selector);

/* Builds the rules of a location from its banners. */

ngx_int_t ngx_http_patron_compile_rules(ngx_conf_t *cf,
    ngx_http_patron_loc_conf_t *plcf);

/*
 * What the pure parts are given as memory: a pool.  Large pieces go back to
 * the heap when they are freed, small ones with the pool.
 */

patron_mem_t *ngx_http_patron_mem(ngx_pool_t *pool);

/* Compiles a value that may hold variables; one without is taken as it is. */

ngx_http_complex_value_t *ngx_http_patron_complex_value(ngx_conf_t *cf,
    ngx_str_t *value);

/*
 * Checks name and html of a template and finds its variables.  Rendered, html
 * lives as long as the request; hash tells one result from another.
 */

ngx_int_t ngx_http_patron_template_compile(ngx_conf_t *cf,
    ngx_str_t *directive, ngx_http_patron_template_t *t);
ngx_int_t ngx_http_patron_template_render(ngx_http_request_t *r,
    ngx_http_patron_template_t *t, ngx_str_t *html, uint64_t *hash);

/*
 * The HTML of a template with a value for each of its variables, by part and
 * escaped as the part asks; from the pool.
 */

ngx_int_t ngx_http_patron_template_fill(ngx_pool_t *pool,
    const patron_template_t *t, const patron_str_t *value, ngx_str_t *html);

ngx_int_t ngx_http_patron_template_vary(ngx_conf_t *cf,
    ngx_http_patron_vary_t *vary, ngx_http_patron_template_t *t);

uint64_t ngx_http_patron_hash_str(uint64_t hash, ngx_str_t *str);
uint64_t ngx_http_patron_hash_mix(uint64_t hash, uint64_t more);

/* Adds what a variable depends on; strings are made from the pool. */

ngx_int_t ngx_http_patron_vary_variable(ngx_pool_t *pool,
    ngx_http_patron_vary_t *vary, u_char *name, size_t len);

/* Adds what the token, the level and the banners of a location depend on. */

ngx_int_t ngx_http_patron_merge_vary(ngx_conf_t *cf,
    ngx_http_patron_loc_conf_t *conf);

/* Adds what the variables of value, as written, depend on. */

ngx_int_t ngx_http_patron_vary_add(ngx_conf_t *cf,
    ngx_http_patron_vary_t *vary, ngx_str_t *value);

/* ngx_http_patron_gunzip.c: notes that pages are edited here; and warns. */

ngx_int_t ngx_http_patron_watch_gunzip(ngx_conf_t *cf);
void ngx_http_patron_check_gunzip(ngx_conf_t *cf);


#endif /* _NGX_HTTP_PATRON_MODULE_H_INCLUDED_ */
