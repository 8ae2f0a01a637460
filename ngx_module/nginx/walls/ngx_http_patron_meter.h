
/*
 * The meter: distinct articles that a reader may read in a period.  An article
 * is reserved before the content and taken back if it was not sent.
 */


#ifndef _NGX_HTTP_PATRON_METER_H_INCLUDED_
#define _NGX_HTTP_PATRON_METER_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>

#include "patron_anonymous.h"
#include "patron_meter.h"
#include "ngx_http_patron_module.h"
#include "ngx_http_patron_state.h"


#define NGX_HTTP_PATRON_STORE_AUTO    0     /* Redis, where there is one */
#define NGX_HTTP_PATRON_STORE_REDIS   1
#define NGX_HTTP_PATRON_STORE_COOKIE  2

#define NGX_HTTP_PATRON_METER_KEY_MAX  (64 + sizeof("meter::m:")              \
                                        + 40 + 3 * PATRON_SUB_MAX)


typedef struct {
    patron_period_e            type;
    int64_t                    window;      /* seconds */
} ngx_http_patron_period_t;


struct ngx_http_patron_meter_conf_s {
    ngx_http_complex_value_t  *limit;
    ngx_http_complex_value_t  *article;
    ngx_http_patron_period_t   period;
    ngx_uint_t                 store;
};


/* An article of a reader's set in Redis. */

typedef struct {
    ngx_http_patron_redis_t   *redis;
    ngx_http_patron_script_t  *back;        /* takes it out again */
    size_t                     key_len;
    size_t                     article_len;
    u_char                     key[NGX_HTTP_PATRON_METER_KEY_MAX];
    u_char                     article[PATRON_ARTICLE_MAX];
} ngx_http_patron_claim_t;


typedef enum {
    NGX_HTTP_PATRON_METER_NEW = 0,          /* counted */
    NGX_HTTP_PATRON_METER_READ,             /* it was read before */
    NGX_HTTP_PATRON_METER_ALLOWED,          /* it would be counted */
    NGX_HTTP_PATRON_METER_LIMIT,
    NGX_HTTP_PATRON_METER_PREFETCH,
    NGX_HTTP_PATRON_METER_CONSENT,
    NGX_HTTP_PATRON_METER_NAMELESS          /* the article has no name */
} ngx_http_patron_outcome_e;


typedef enum {
    NGX_HTTP_PATRON_METER_COUNTS = 0,
    NGX_HTTP_PATRON_METER_LOOKS,            /* HEAD and prefetch */
    NGX_HTTP_PATRON_METER_DRY
} ngx_http_patron_metering_e;


struct ngx_http_patron_metering_s {
    patron_period_t             period;
    ngx_http_patron_claim_t     claim;
    uint64_t                    id;         /* of the article, in cookies */
    ngx_int_t                   limit;
    ngx_http_patron_metering_e  mode;
    ngx_http_patron_outcome_e   outcome;
    const char                 *reason;
    ngx_int_t                   left;       /* after this article; -1: none */

    patron_anonymous_t          anonymous;
    patron_meter_t              cookie;

    unsigned                    member:1;
    unsigned                    prefetch:1;
    unsigned                    fresh:1;    /* its id was made just now */
    unsigned                    old:1;      /* the id is sealed by an old key */
    unsigned                    behind:1;   /* Redis lacks the cookie's */
    unsigned                    stale:1;    /* the cookie is to be set anew */
    unsigned                    answered:1; /* by Redis */
    unsigned                    reserved:1;
    unsigned                    sent:1;
};


/* Access phase: asks the meter if it is the meter that decides.  NGX_OK,
   NGX_AGAIN (suspended) or a status. */

ngx_int_t ngx_http_patron_meter_access(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf, ngx_http_patron_state_t *st);

/* The decision stands: what was reserved in vain is taken back. */

void ngx_http_patron_meter_decided(ngx_http_patron_state_t *st);

/* Header filter, before the headers of a response that is no 304: sets the
   cookies.  NGX_OK or NGX_ERROR. */

ngx_int_t ngx_http_patron_meter_header(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf, ngx_http_patron_state_t *st);

/* Body filter: this goes down the chain. */

void ngx_http_patron_meter_sent(ngx_http_patron_state_t *st,
    ngx_chain_t *out);

/* ngx_http_patron_meter_redis.c */

/* Names the reader's set; NGX_OK or NGX_ERROR. */

ngx_int_t ngx_http_patron_meter_key(ngx_http_patron_state_t *st,
    ngx_http_patron_metering_t *m);

/* As ngx_http_patron_ask(). */

ngx_int_t ngx_http_patron_meter_ask(ngx_http_request_t *r,
    ngx_http_patron_state_t *st);

void ngx_http_patron_meter_take_back(ngx_http_patron_claim_t *claim);

ngx_int_t ngx_http_patron_meter_scripts(ngx_conf_t *cf,
    ngx_http_patron_main_conf_t *pmcf);

/* For it: what was found.  count: articles in the set. */

void ngx_http_patron_meter_settle(ngx_http_patron_state_t *st,
    ngx_http_patron_outcome_e outcome, ngx_int_t count);
void ngx_http_patron_meter_by_cookie(ngx_http_patron_state_t *st);

/* Directives, ngx_http_patron_meter_conf.c */

char *ngx_http_patron_meter(ngx_conf_t *cf, ngx_command_t *cmd, void *conf);
char *ngx_http_patron_meter_check(ngx_conf_t *cf,
    ngx_http_patron_loc_conf_t *plcf);

/* "period=month|week|day|TIME": NGX_OK or NGX_ERROR. */

ngx_int_t ngx_http_patron_period(ngx_str_t *word,
    ngx_http_patron_period_t *period);


#endif /* _NGX_HTTP_PATRON_METER_H_INCLUDED_ */
