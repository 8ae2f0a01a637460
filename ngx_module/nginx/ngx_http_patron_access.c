
/*
 * The check, in the access phase: token, member, verdict.  It never opens a
 * door: it answers NGX_DECLINED, so that "satisfy any" stays with the modules
 * that allow and deny.  A request that must wait for Redis is suspended and
 * run on from its own posted event; nothing here blocks.
 */


#include "patron_standing.h"
#include "ngx_http_patron_access.h"
#include "ngx_http_patron_ahead.h"
#include "ngx_http_patron_argument.h"
#include "ngx_http_patron_conf.h"
#include "ngx_http_patron_cookies.h"
#include "ngx_http_patron_crawl_types.h"
#include "ngx_http_patron_crawler.h"
#include "ngx_http_patron_device.h"
#include "ngx_http_patron_explain.h"
#include "ngx_http_patron_feed_link.h"
#include "ngx_http_patron_gift.h"
#include "ngx_http_patron_institution.h"
#include "ngx_http_patron_member.h"
#include "ngx_http_patron_preview.h"
#include "ngx_http_patron_quiet.h"
#include "ngx_http_patron_reference.h"
#include "ngx_http_patron_state.h"
#include "ngx_http_patron_suspend.h"
#include "ngx_http_patron_token.h"
#include "ngx_http_patron_wall.h"
#include "ngx_http_patron_zone.h"
#include "ngx_http_patron_zone_history.h"


static ngx_int_t ngx_http_patron_access_elsewhere(ngx_http_request_t *r);
static ngx_int_t ngx_http_patron_access(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf);
static ngx_uint_t ngx_http_patron_same_identity(
    ngx_http_patron_loc_conf_t *a, ngx_http_patron_loc_conf_t *b);
static ngx_int_t ngx_http_patron_identify(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf, ngx_http_patron_state_t *st);
static ngx_int_t ngx_http_patron_identify_giver(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf, ngx_http_patron_state_t *st);
static ngx_int_t ngx_http_patron_ask_member(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf, ngx_http_patron_state_t *st,
    ngx_str_t *sub);
static ngx_int_t ngx_http_patron_keep_claims(ngx_http_request_t *r,
    ngx_http_patron_state_t *st, patron_claims_t *claims);
static ngx_int_t ngx_http_patron_keep(ngx_pool_t *pool, ngx_str_t *dst,
    patron_str_t *src);
static void ngx_http_patron_detach(void *data);
static void ngx_http_patron_resume(ngx_http_patron_waiter_t *w);
static void ngx_http_patron_identified(ngx_http_patron_loc_conf_t *plcf,
    ngx_http_patron_state_t *st, ngx_int_t rc);
static void ngx_http_patron_identify_member(
    ngx_http_patron_loc_conf_t *plcf, ngx_http_patron_state_t *st);
static void ngx_http_patron_identify_token(ngx_http_patron_state_t *st,
    const char *patron);
static ngx_int_t ngx_http_patron_prepare(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf, ngx_http_patron_state_t *st,
    ngx_uint_t arguments);
static void ngx_http_patron_count(ngx_http_request_t *r,
    ngx_http_patron_state_t *st);


#define ngx_http_patron_source(st)                                            \
    ((st)->inquiry->member.source == NGX_HTTP_PATRON_FROM_REDIS               \
     ? NGX_HTTP_PATRON_SOURCE_REDIS : NGX_HTTP_PATRON_SOURCE_ZONE)


static ngx_uint_t  ngx_http_patron_state_counters[PATRON_STATE_N] = {
    NGX_HTTP_PATRON_C_PATRON,
    NGX_HTTP_PATRON_C_GUEST,
    NGX_HTTP_PATRON_C_INVALID,
    NGX_HTTP_PATRON_C_EXPIRED,
    NGX_HTTP_PATRON_C_LAPSED,
    NGX_HTTP_PATRON_C_PAUSED,
    NGX_HTTP_PATRON_C_REVOKED,
    NGX_HTTP_PATRON_C_SUPPORTER
};


ngx_int_t
ngx_http_patron_access_handler(ngx_http_request_t *r)
{
    ngx_http_patron_loc_conf_t  *plcf;

    plcf = ngx_http_get_module_loc_conf(r, ngx_http_patron_module);

    if (!plcf->enable) {
        return r->internal ? ngx_http_patron_access_elsewhere(r)
                           : NGX_DECLINED;
    }

    return ngx_http_patron_access(r, plcf);
}


/* A redirect has left the locations that are ours; what was stated stays. */

static ngx_int_t
ngx_http_patron_access_elsewhere(ngx_http_request_t *r)
{
    ngx_http_patron_state_t  *st;

    st = ngx_http_patron_state(r);

    if (st == NULL || st->refusal != NULL) {
        return NGX_DECLINED;
    }

    if (ngx_http_patron_wall_left(r, NULL, st) != NGX_OK
        || ngx_http_patron_wall_redirected(r, st, NULL) != NGX_OK)
    {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    return NGX_DECLINED;
}


/* Apart from the handler, which costs next to nothing where it is off. */

__attribute__((noinline)) static ngx_int_t
ngx_http_patron_access(ngx_http_request_t *r, ngx_http_patron_loc_conf_t *plcf)
{
    ngx_int_t                  rc;
    ngx_uint_t                 arguments;
    ngx_http_patron_state_t   *st;
    ngx_http_core_loc_conf_t  *clcf;

    st = ngx_http_patron_state_create(r);
    if (st == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    if (ngx_http_patron_inquiring(st) || st->ask != NULL) {
        /* a write event of somebody else's */
        return NGX_AGAIN;
    }

    if (ngx_http_patron_cookies_take(r, plcf) != NGX_OK
        || ngx_http_patron_wall_left(r, plcf, st) != NGX_OK)
    {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    arguments = ngx_http_patron_has_arguments(r);

    if (arguments) {
        /* before it is known who reads: an address may say so */

        rc = ngx_http_patron_feed_access(r, plcf, st);
        if (rc != NGX_OK) {
            return rc;
        }
    }

    if (!st->identified
        || !ngx_http_patron_same_identity(st->identified_by, plcf))
    {
        rc = ngx_http_patron_identify(r, plcf, st);
        if (rc != NGX_OK) {
            return rc;
        }
    }

    if (plcf->bots != NULL) {
        rc = ngx_http_patron_crawler_identify(r, plcf, st);

        if (rc != NGX_OK) {
            return rc;
        }
    }

    if (plcf->devices != NULL) {
        rc = ngx_http_patron_device_access(r, plcf, st);

        if (rc != NGX_OK) {
            return rc;
        }
    }

    rc = ngx_http_patron_prepare(r, plcf, st, arguments);
    if (rc != NGX_OK) {
        return rc;
    }

    /* with "satisfy any" another module's word may be the last */

    clcf = ngx_http_get_module_loc_conf(r, ngx_http_core_module);

    if (clcf->satisfy != NGX_HTTP_SATISFY_ALL) {
        return ngx_http_patron_ahead(r, plcf, st);
    }

    st->entered = plcf->walled ? plcf : NULL;

    return NGX_DECLINED;
}


/*
 * Is a reader to one location what he is to another?  What is inherited is the
 * same pointer; the value behind it belongs to the request.
 */

static ngx_uint_t
ngx_http_patron_same_identity(ngx_http_patron_loc_conf_t *a,
    ngx_http_patron_loc_conf_t *b)
{
    if (a == b) {
        return 1;
    }

    return a->keys == b->keys
           && a->redis == b->redis
           && a->tokens == b->tokens
           && a->iss == b->iss
           && a->aud == b->aud
           && a->leeway == b->leeway
           && a->grace == b->grace
           && a->fallback == b->fallback
           && a->institutions == b->institutions
           && a->cookie.name.len == b->cookie.name.len
           && ngx_memcmp(a->cookie.name.data, b->cookie.name.data,
                         a->cookie.name.len)
              == 0;
}


/* NGX_OK: decided; NGX_AGAIN: suspended; a status: failed. */

static ngx_int_t
ngx_http_patron_identify(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf, ngx_http_patron_state_t *st)
{
    ngx_int_t                     rc;
    ngx_str_t                     token;
    patron_token_e                verified;
    patron_claims_t               claims;

    st->identified_by = plcf;
    st->identified = 0;
    st->device_seen = 0;
    st->grace = 0;
    st->state = PATRON_STATE_GUEST;
    st->source = NGX_HTTP_PATRON_SOURCE_NONE;
    st->reason = "no token";
    ngx_str_null(&st->id);
    ngx_str_null(&st->tier);
    ngx_str_null(&st->name);
    ngx_str_null(&st->rest);
    ngx_str_null(&st->institution);

    if (st->feed != NULL) {
        ngx_http_patron_feed_claims(st, &token, &verified, &claims);
        rc = NGX_OK;

    } else {
        rc = ngx_http_patron_find_token(r, plcf, &token, &verified, &claims);
    }

    if (rc == NGX_ERROR) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    if (rc == NGX_DECLINED) {
        rc = ngx_http_patron_identify_giver(r, plcf, st);

        if (rc != NGX_DECLINED) {
            return rc;
        }

        goto decided;
    }

    st->has_token = 1;
    st->token = token;
    st->source = NGX_HTTP_PATRON_SOURCE_TOKEN;

    st->reason = claims.reason;

    if (verified == PATRON_TOKEN_INVALID) {
        st->state = PATRON_STATE_INVALID;
        ngx_log_error(NGX_LOG_INFO, r->connection->log, 0,
                      "patron: token refused: %s", claims.reason);
        goto decided;
    }

    if (ngx_http_patron_keep_claims(r, st, &claims) != NGX_OK) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    if (verified == PATRON_TOKEN_EXPIRED) {
        st->state = PATRON_STATE_EXPIRED;
    }

    if (plcf->redis == NULL) {
        ngx_http_patron_identify_token(st, "token verified");
        goto decided;
    }

    rc = ngx_http_patron_ask_member(r, plcf, st, &st->id);

    if (rc == NGX_AGAIN) {
        return ngx_http_patron_suspend(r, ngx_http_patron_detach, st);
    }

    if (rc == NGX_HTTP_INTERNAL_SERVER_ERROR) {
        return rc;
    }

    ngx_http_patron_identified(plcf, st, rc);

decided:

    if (plcf->registry != NULL
        && ngx_http_patron_institution_identify(r, plcf, st) != NGX_OK)
    {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    st->identified = 1;
    ngx_http_patron_count(r, st);

    return NGX_OK;
}


/*
 * A guest may have given without an account: the id cookie says who it was.
 * What it says of most is nothing, and the zone remembers that.
 */

static ngx_int_t
ngx_http_patron_identify_giver(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf, ngx_http_patron_state_t *st)
{
    u_char                       *p;
    ngx_int_t                     rc;
    ngx_str_t                     sub;
    ngx_http_patron_main_conf_t  *pmcf;

    pmcf = ngx_http_get_module_main_conf(r, ngx_http_patron_module);

    if (plcf->redis == NULL || pmcf->zone == NULL) {
        return NGX_DECLINED;
    }

    rc = ngx_http_patron_reference_id(r, plcf, st);

    if (rc != NGX_OK) {
        return rc == NGX_DECLINED ? rc : NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    sub.len = 1 + st->anonymous.len;
    sub.data = ngx_pnalloc(r->pool, sub.len);

    if (sub.data == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    p = sub.data;
    *p++ = NGX_HTTP_PATRON_MEMBER_GAVE;
    ngx_memcpy(p, st->anonymous.data, st->anonymous.len);

    rc = ngx_http_patron_ask_member(r, plcf, st, &sub);

    if (rc == NGX_AGAIN) {
        return ngx_http_patron_suspend(r, ngx_http_patron_detach, st);
    }

    if (rc == NGX_HTTP_INTERNAL_SERVER_ERROR) {
        return rc;
    }

    ngx_http_patron_identified(plcf, st, rc);

    return NGX_DECLINED;
}


/* NGX_HTTP_INTERNAL_SERVER_ERROR, or as ngx_http_patron_member_find(). */

static ngx_int_t
ngx_http_patron_ask_member(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf, ngx_http_patron_state_t *st,
    ngx_str_t *sub)
{
    ngx_http_patron_inquiry_t    *inquiry;
    ngx_http_patron_main_conf_t  *pmcf;

    inquiry = st->inquiry;

    if (inquiry == NULL) {
        inquiry = ngx_palloc(r->main->pool, sizeof(ngx_http_patron_inquiry_t));
        if (inquiry == NULL) {
            return NGX_HTTP_INTERNAL_SERVER_ERROR;
        }

        /* all of it is written before it is read, but for this */

        inquiry->waiter.waiting = 0;

        st->inquiry = inquiry;
    }

    inquiry->waiter.handler = ngx_http_patron_resume;
    inquiry->waiter.data = st;
    inquiry->waiter.log = r->connection->log;

    pmcf = ngx_http_get_module_main_conf(r, ngx_http_patron_module);

    return ngx_http_patron_member_find(plcf->redis, pmcf->zone, sub,
                                       &inquiry->member, &inquiry->waiter);
}



/* The claims lie in the cache only until the next token is checked. */

static ngx_int_t
ngx_http_patron_keep_claims(ngx_http_request_t *r,
    ngx_http_patron_state_t *st, patron_claims_t *claims)
{
    if (ngx_http_patron_keep(r->pool, &st->id, &claims->sub) != NGX_OK
        || ngx_http_patron_keep(r->pool, &st->tier, &claims->tier) != NGX_OK
        || ngx_http_patron_keep(r->pool, &st->name, &claims->name) != NGX_OK)
    {
        return NGX_ERROR;
    }

    /* without its strings, which go with the cache */

    st->claims = *claims;
    ngx_memzero(&st->claims, offsetof(patron_claims_t, exp));

    return NGX_OK;
}


static ngx_int_t
ngx_http_patron_keep(ngx_pool_t *pool, ngx_str_t *dst, patron_str_t *src)
{
    size_t   i;
    u_char  *p;

    if (src->len == 0) {
        ngx_str_null(dst);
        return NGX_OK;
    }

    p = ngx_pnalloc(pool, src->len);
    if (p == NULL) {
        return NGX_ERROR;
    }

    dst->data = p;
    dst->len = src->len;

    for (i = 0; i < src->len; i++) {
        p[i] = (src->data[i] < 0x20 || src->data[i] == 0x7f) ? ' '
                                                             : src->data[i];
    }

    return NGX_OK;
}


static void
ngx_http_patron_detach(void *data)
{
    ngx_http_patron_state_t  *st = data;

    if (st->inquiry->waiter.waiting) {
        ngx_http_patron_member_cancel(&st->inquiry->waiter);
    }
}


static void
ngx_http_patron_resume(ngx_http_patron_waiter_t *w)
{
    ngx_http_request_t          *r;
    ngx_http_patron_state_t     *st;
    ngx_http_patron_loc_conf_t  *plcf;

    st = w->data;
    r = st->request;

    plcf = ngx_http_get_module_loc_conf(r, ngx_http_patron_module);

    st->asked = 1;
    st->redis_time = w->waited;

    ngx_http_patron_identified(plcf, st, w->rc);

    /* for want of memory it stays what the token made it */

    if (plcf->registry != NULL) {
        (void) ngx_http_patron_institution_identify(r, plcf, st);
    }

    st->identified = 1;
    ngx_http_patron_count(r, st);

    ngx_http_patron_resume_phases(r);
}


static void
ngx_http_patron_identified(ngx_http_patron_loc_conf_t *plcf,
    ngx_http_patron_state_t *st, ngx_int_t rc)
{
    if (st->source == NGX_HTTP_PATRON_SOURCE_NONE) {
        /* no token: it was the giver of the id cookie */

        if (rc == NGX_OK && st->inquiry->member.gave_until > ngx_time()) {
            st->state = PATRON_STATE_SUPPORTER;
            st->source = ngx_http_patron_source(st);
            st->reason = "gave, and is thanked";
            st->personal = 1;
        }

        return;
    }

    if (rc == NGX_OK) {
        ngx_http_patron_identify_member(plcf, st);
        return;
    }

    /* nobody can be asked: the signature is all there is */

    if (st->state != PATRON_STATE_EXPIRED) {
        st->source = NGX_HTTP_PATRON_SOURCE_FALLBACK;
    }

    ngx_http_patron_identify_token(st, "redis away, token trusted");

    if (plcf->fallback != NGX_HTTP_PATRON_TRUST
        && st->state == PATRON_STATE_PATRON)
    {
        st->state = PATRON_STATE_GUEST;
        st->reason = "redis away";
    }
}


/* Whom the token alone makes of a reader: one that says only "gave_until", and
   no tier, is no membership. */

static void
ngx_http_patron_identify_token(ngx_http_patron_state_t *st, const char *patron)
{
    int                grace;
    patron_standing_t  standing;

    ngx_memzero(&standing, sizeof(patron_standing_t));

    standing.status = (st->claims.gave_until && st->tier.len == 0)
                      ? PATRON_STANDING_SUPPORTER : PATRON_STANDING_ACTIVE;
    standing.gave_until = st->claims.gave_until;
    standing.expired = (st->state == PATRON_STATE_EXPIRED);

    st->state = patron_standing(&standing, ngx_time(), &grace, &st->reason);

    if (st->state == PATRON_STATE_PATRON) {
        st->reason = patron;
    }
}


static void
ngx_http_patron_identify_member(ngx_http_patron_loc_conf_t *plcf,
    ngx_http_patron_state_t *st)
{
    int                        grace;
    patron_standing_t          standing;
    ngx_http_patron_member_t  *m;

    static const patron_standing_e  statuses[] = {
        PATRON_STANDING_NONE,
        PATRON_STANDING_ACTIVE,
        PATRON_STANDING_GRACE,
        PATRON_STANDING_PAUSED,
        PATRON_STANDING_REVOKED,
        PATRON_STANDING_SUPPORTER
    };

    m = &st->inquiry->member;

    st->rest = m->rest;

    standing.status = statuses[m->status];
    standing.until = m->until;
    standing.not_before = m->not_before;
    standing.gave_until = ngx_max(m->gave_until, st->claims.gave_until);
    standing.grace_until = m->grace_until;
    standing.iat = st->claims.iat;
    standing.grace = plcf->grace;
    standing.expired = (st->state == PATRON_STATE_EXPIRED);

    st->state = patron_standing(&standing, ngx_time(), &grace, &st->reason);
    st->grace = grace;

    if (st->state == PATRON_STATE_EXPIRED) {
        /* the record has nothing to say of it */
        return;
    }

    st->source = ngx_http_patron_source(st);

    if (m->status == NGX_HTTP_PATRON_MEMBER_NONE) {
        return;
    }

    st->tier = m->tier;
    st->name = m->name;
}


/* What the arguments of the request give this reader. */

static ngx_int_t
ngx_http_patron_prepare(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf, ngx_http_patron_state_t *st,
    ngx_uint_t arguments)
{
    ngx_int_t  rc;

    if (arguments && plcf->keys != NULL
        && ngx_http_patron_explain_asked(r, plcf, st) != NGX_OK)
    {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    if (plcf->gift != NULL) {
        rc = ngx_http_patron_gift_access(r, plcf, st);

        if (rc != NGX_OK) {
            return rc;
        }
    }

    if (ngx_http_patron_quiet_access(r, plcf, st) != NGX_OK) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    if (arguments && plcf->campaigns != NULL && plcf->keys != NULL) {
        rc = ngx_http_patron_preview_access(r, plcf, st);

        if (rc != NGX_OK) {
            return rc;
        }
    }

    return NGX_OK;
}


static void
ngx_http_patron_count(ngx_http_request_t *r, ngx_http_patron_state_t *st)
{
    ngx_uint_t                    rung;
    ngx_http_patron_zone_t       *zone;
    ngx_http_patron_main_conf_t  *pmcf;

    pmcf = ngx_http_get_module_main_conf(r, ngx_http_patron_module);
    zone = pmcf->zone;

    ngx_http_patron_zone_remember(zone, ngx_time());
    ngx_http_patron_zone_count(zone, NGX_HTTP_PATRON_C_REQUESTS);
    ngx_http_patron_zone_count(zone,
                               ngx_http_patron_state_counters[st->state]);

    switch (st->source) {

    case NGX_HTTP_PATRON_SOURCE_TOKEN:
        rung = NGX_HTTP_PATRON_C_FROM_TOKEN;
        break;

    case NGX_HTTP_PATRON_SOURCE_ZONE:
        rung = (st->inquiry->member.source == NGX_HTTP_PATRON_FROM_STALE)
               ? NGX_HTTP_PATRON_C_FROM_STALE : NGX_HTTP_PATRON_C_FROM_ZONE;
        break;

    case NGX_HTTP_PATRON_SOURCE_REDIS:
        rung = NGX_HTTP_PATRON_C_FROM_REDIS;
        break;

    case NGX_HTTP_PATRON_SOURCE_FALLBACK:
        rung = NGX_HTTP_PATRON_C_FROM_FALLBACK;
        break;

    case NGX_HTTP_PATRON_SOURCE_INSTITUTION:
        rung = NGX_HTTP_PATRON_C_INSTITUTION;
        break;

    default:
        return;
    }

    ngx_http_patron_zone_count(zone, rung);
}
