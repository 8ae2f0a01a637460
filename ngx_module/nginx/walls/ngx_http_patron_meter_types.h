
/*
 * The meter, as types alone: its configuration, and what it knows of a request.
 */


#ifndef _NGX_HTTP_PATRON_METER_TYPES_H_INCLUDED_
#define _NGX_HTTP_PATRON_METER_TYPES_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>

#include "patron_anonymous.h"
#include "patron_meter.h"
#include "ngx_http_patron_conf.h"


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
    NGX_HTTP_PATRON_METER_LOOKS,            /* HEAD, prefetch; at first */
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
    unsigned                    looked:1;   /* until the level is known */
    unsigned                    fresh:1;    /* its id was made just now */
    unsigned                    old:1;      /* the id is sealed by an old key */
    unsigned                    behind:1;   /* Redis lacks the cookie's */
    unsigned                    stale:1;    /* the cookie is to be set anew */
    unsigned                    answered:1; /* by Redis */
    unsigned                    reserved:1;
    unsigned                    sent:1;
};


#endif /* _NGX_HTTP_PATRON_METER_TYPES_H_INCLUDED_ */
