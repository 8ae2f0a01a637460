
/*
 * See the header.  Who the reader is: the member, where a token verified, or
 * else a random id in a sealed cookie.  Where the count is: a set in Redis, and
 * beside it a sealed cookie with the same articles, which carries on alone
 * while Redis is away and is then added to the set.  With store=cookie there is
 * the cookie only.
 *
 * A reader new to us costs Redis nothing: the first article rides in the id
 * cookie until that has come back.
 *
 * Limits: who throws cookies away begins anew; a cookie holds
 * PATRON_METER_ARTICLES articles of one period; what a cookie alone counts is
 * not exact where two requests overtake each other.
 */


#include <ngx_sha1.h>

#include "ngx_http_patron_ask.h"
#include "ngx_http_patron_meter.h"
#include "ngx_http_patron_meter_redis.h"
#include "ngx_http_patron_once.h"
#include "ngx_http_patron_prefetch.h"
#include "ngx_http_patron_setcookie.h"
#include "ngx_http_patron_suspend.h"


/* The meter's cookie: this byte, then what patron_meter_encode() writes. */

#define NGX_HTTP_PATRON_COOKIE_EVEN    0
#define NGX_HTTP_PATRON_COOKIE_BEHIND  1    /* Redis has not all of it */


static ngx_int_t ngx_http_patron_meter_prepare(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf, ngx_http_patron_metering_t *m);
static ngx_int_t ngx_http_patron_meter_article(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf, ngx_http_patron_metering_t *m);
static void ngx_http_patron_meter_mode(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf, ngx_http_patron_metering_t *m);
static ngx_int_t ngx_http_patron_meter_reader(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf, ngx_http_patron_state_t *st,
    ngx_http_patron_metering_t *m);
static ngx_int_t ngx_http_patron_meter_open_id(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf, ngx_http_patron_metering_t *m);
static void ngx_http_patron_meter_open_cookie(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf, ngx_http_patron_metering_t *m);
static ngx_uint_t ngx_http_patron_meter_rides(ngx_http_patron_metering_t *m);
static void ngx_http_patron_meter_answer(ngx_http_patron_state_t *st,
    void *data, patron_reply_t *reply);
static void ngx_http_patron_meter_by_cookie(ngx_http_patron_state_t *st);
static void ngx_http_patron_meter_settle(ngx_http_patron_state_t *st,
    ngx_http_patron_outcome_e outcome, ngx_int_t count);
static void ngx_http_patron_meter_cleanup(void *data);
static ngx_int_t ngx_http_patron_meter_set_id(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf, ngx_http_patron_metering_t *m);
static ngx_int_t ngx_http_patron_meter_set_cookie(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf, ngx_http_patron_metering_t *m);


ngx_int_t
ngx_http_patron_meter_access(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf, ngx_http_patron_state_t *st,
    ngx_uint_t looks)
{
    ngx_int_t                    rc;
    ngx_http_cleanup_t          *cln;
    ngx_http_patron_metering_t  *m;

    if (st->meter != NULL || plcf->meter == NULL) {
        /* once a request, wherever it is redirected to */
        return NGX_OK;
    }

    m = ngx_pcalloc(r->pool, sizeof(ngx_http_patron_metering_t));
    if (m == NULL
        || ngx_http_patron_meter_prepare(r, plcf, m) != NGX_OK)
    {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    st->meter = m;

    if (looks && m->mode == NGX_HTTP_PATRON_METER_COUNTS) {
        m->mode = NGX_HTTP_PATRON_METER_LOOKS;
        m->looked = 1;
    }

    if (m->claim.article_len == 0) {
        ngx_http_patron_meter_settle(st, NGX_HTTP_PATRON_METER_NAMELESS, 0);
        return NGX_OK;
    }

    rc = ngx_http_patron_meter_reader(r, plcf, st, m);

    if (rc == NGX_ERROR) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    if (rc == NGX_DECLINED) {
        ngx_http_patron_meter_settle(st, NGX_HTTP_PATRON_METER_CONSENT, 0);
        return NGX_OK;
    }

    ngx_http_patron_meter_open_cookie(r, plcf, m);

    if (m->claim.redis == NULL || m->fresh || ngx_http_patron_meter_rides(m)) {
        ngx_http_patron_meter_by_cookie(st);
        return NGX_OK;
    }

    cln = ngx_http_cleanup_add(r, 0);
    if (cln == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    cln->handler = ngx_http_patron_meter_cleanup;
    cln->data = st;

    if (ngx_http_patron_meter_ask(r, st, ngx_http_patron_meter_answer)
        != NGX_OK)
    {
        ngx_http_patron_meter_by_cookie(st);
        return NGX_OK;
    }

    return ngx_http_patron_suspend(r, ngx_http_patron_ask_detach, st);
}


static ngx_int_t
ngx_http_patron_meter_prepare(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf, ngx_http_patron_metering_t *m)
{
    ngx_str_t                      limit;
    ngx_http_patron_meter_conf_t  *conf;
    static time_t                  told;

    conf = plcf->meter;

    m->left = -1;

    if (conf->store != NGX_HTTP_PATRON_STORE_COOKIE) {
        m->claim.redis = plcf->redis;
    }

    if (ngx_http_complex_value(r, conf->limit, &limit) != NGX_OK) {
        return NGX_ERROR;
    }

    m->limit = ngx_atoi(limit.data, limit.len);

    if (m->limit == NGX_ERROR) {
        m->limit = 0;

        if (ngx_http_patron_once(&told)) {
            ngx_log_error(NGX_LOG_ERR, r->connection->log, 0,
                          "patron: patron_meter limit \"%V\" is no number: "
                          "no article is free", &limit);
        }
    }

    if (patron_period_at(&m->period, conf->period.type, conf->period.window,
                         ngx_time())
        != PATRON_OK)
    {
        return NGX_ERROR;
    }

    ngx_http_patron_meter_mode(r, plcf, m);

    return ngx_http_patron_meter_article(r, plcf, m);
}


/* The article's name, or a hash of one too long; and its id in cookies. */

static ngx_int_t
ngx_http_patron_meter_article(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf, ngx_http_patron_metering_t *m)
{
    u_char       digest[20], *p;
    ngx_str_t    article;
    ngx_sha1_t   sha1;

    if (ngx_http_complex_value(r, plcf->meter->article, &article) != NGX_OK) {
        return NGX_ERROR;
    }

    p = m->claim.article;

    if (article.len <= PATRON_ARTICLE_MAX) {
        p = ngx_cpymem(p, article.data, article.len);

    } else {
        ngx_sha1_init(&sha1);
        ngx_sha1_update(&sha1, article.data, article.len);
        ngx_sha1_final(digest, &sha1);

        p = ngx_cpymem(p, "sha1:", sizeof("sha1:") - 1);
        p = ngx_hex_dump(p, digest, sizeof(digest));
    }

    m->claim.article_len = p - m->claim.article;

    ngx_sha1_init(&sha1);
    ngx_sha1_update(&sha1, m->claim.article, m->claim.article_len);
    ngx_sha1_final(digest, &sha1);

    m->id = patron_meter_id(digest);

    return NGX_OK;
}


static void
ngx_http_patron_meter_mode(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf, ngx_http_patron_metering_t *m)
{
    m->prefetch = ngx_http_patron_is_prefetch(r);

    if (plcf->dry_run) {
        m->mode = NGX_HTTP_PATRON_METER_DRY;

    } else if (m->prefetch || r->method == NGX_HTTP_HEAD) {
        m->mode = NGX_HTTP_PATRON_METER_LOOKS;
    }
}


/* NGX_OK; NGX_DECLINED for want of consent; NGX_ERROR. */

static ngx_int_t
ngx_http_patron_meter_reader(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf, ngx_http_patron_state_t *st,
    ngx_http_patron_metering_t *m)
{
    ngx_int_t  rc;

    if (st->id.len && st->state != PATRON_STATE_INVALID) {
        m->member = 1;

    } else {
        rc = ngx_http_patron_consents(r, plcf);

        if (rc != NGX_OK) {
            return rc;
        }

        if (m->claim.redis != NULL
            && ngx_http_patron_meter_open_id(r, plcf, m) != NGX_OK)
        {
            return NGX_ERROR;
        }
    }

    return m->claim.redis == NULL ? NGX_OK : ngx_http_patron_meter_key(st, m);
}


static ngx_int_t
ngx_http_patron_meter_open_id(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf, ngx_http_patron_metering_t *m)
{
    ngx_int_t   rc;
    ngx_uint_t  old;

    rc = ngx_http_patron_cookie_id(r, plcf, NGX_HTTP_PATRON_SEAL_READER,
                                   &m->anonymous, &old);

    if (rc != NGX_OK) {
        m->fresh = 1;
        return (rc == NGX_DECLINED) ? NGX_OK : NGX_ERROR;
    }

    m->old = old;

    if (m->anonymous.type != m->period.type
        || m->anonymous.start != m->period.start)
    {
        m->anonymous.article.len = 0;
    }

    return NGX_OK;
}


static void
ngx_http_patron_meter_open_cookie(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf, ngx_http_patron_metering_t *m)
{
    u_char        buf[PATRON_SEAL_PAYLOAD_MAX];
    ngx_uint_t    old;
    patron_str_t  payload;

    patron_meter_init(&m->cookie, &m->period);

    if (ngx_http_patron_cookie_open(r, plcf, NGX_HTTP_PATRON_SEAL_METER, buf,
                                    &payload, &old)
        != NGX_OK
        || payload.len == 0)
    {
        return;
    }

    m->behind = (payload.data[0] != NGX_HTTP_PATRON_COOKIE_EVEN);
    m->stale = old;

    payload.data++;
    payload.len--;

    if (patron_meter_decode(&m->cookie, &m->period, &payload) != PATRON_OK
        || m->cookie.n == 0)
    {
        m->behind = 0;
        return;
    }

    if (m->fresh) {
        /* read under another id, which is lost */
        m->behind = 1;
    }
}


/* Is it the first article again?  Redis hears of a reader with the second. */

static ngx_uint_t
ngx_http_patron_meter_rides(ngx_http_patron_metering_t *m)
{
    patron_str_t  *article;

    article = &m->anonymous.article;

    return !m->behind
           && article->len != 0
           && article->len == m->claim.article_len
           && ngx_memcmp(article->data, m->claim.article, article->len) == 0;
}


static void
ngx_http_patron_meter_answer(ngx_http_patron_state_t *st, void *data,
    patron_reply_t *reply)
{
    ngx_http_patron_claim_t  *claim = data;

    int64_t  found, count;

    if (!ngx_http_patron_answered(claim->redis, reply)) {

        if (st != NULL) {
            ngx_http_patron_meter_by_cookie(st);
        }

        return;
    }

    found = patron_reply_int(patron_reply_element(reply, 0), -1);
    count = patron_reply_int(patron_reply_element(reply, 1), 0);

    if (st == NULL) {

        if (found == NGX_HTTP_PATRON_METER_NEW) {
            /* the reader has gone */
            ngx_http_patron_meter_take_back(claim);
        }

        return;
    }

    if (found < NGX_HTTP_PATRON_METER_NEW
        || found > NGX_HTTP_PATRON_METER_LIMIT)
    {
        ngx_http_patron_meter_by_cookie(st);
        return;
    }

    st->meter->answered = 1;
    st->meter->reserved = (found == NGX_HTTP_PATRON_METER_NEW);

    ngx_http_patron_meter_settle(st, (ngx_http_patron_outcome_e) found,
                                 (ngx_int_t) count);
}


static void
ngx_http_patron_meter_by_cookie(ngx_http_patron_state_t *st)
{
    ngx_http_patron_metering_t  *m;

    m = st->meter;

    if (patron_meter_has(&m->cookie, m->id)) {
        ngx_http_patron_meter_settle(st, NGX_HTTP_PATRON_METER_READ,
                                     m->cookie.n);

    } else if ((ngx_int_t) m->cookie.n >= m->limit
               || m->cookie.n == PATRON_METER_ARTICLES)
    {
        ngx_http_patron_meter_settle(st, NGX_HTTP_PATRON_METER_LIMIT,
                                     m->cookie.n);

    } else if (m->mode != NGX_HTTP_PATRON_METER_COUNTS) {
        ngx_http_patron_meter_settle(st, NGX_HTTP_PATRON_METER_ALLOWED,
                                     m->cookie.n);

    } else {
        ngx_http_patron_meter_settle(st, NGX_HTTP_PATRON_METER_NEW,
                                     m->cookie.n + 1);
    }
}


static void
ngx_http_patron_meter_settle(ngx_http_patron_state_t *st,
    ngx_http_patron_outcome_e outcome, ngx_int_t count)
{
    u_char                      *p;
    ngx_http_patron_metering_t  *m;

    static const char *const  reasons[] = {
        "articles read",
        "read before",
        "not counted",
        "limit reached",
        "prefetch of an unread article",
        "no consent",
        "the article has no name"
    };

    m = st->meter;

    if (outcome == NGX_HTTP_PATRON_METER_ALLOWED && m->prefetch) {
        outcome = NGX_HTTP_PATRON_METER_PREFETCH;
    }

    m->outcome = outcome;
    m->reason = reasons[outcome];

    st->metered = (outcome <= NGX_HTTP_PATRON_METER_ALLOWED);

    if (outcome <= NGX_HTTP_PATRON_METER_PREFETCH) {
        count += (outcome == NGX_HTTP_PATRON_METER_ALLOWED);
        m->left = ngx_max(m->limit - count, 0);
    }

    if (outcome != NGX_HTTP_PATRON_METER_NEW) {
        return;
    }

    p = ngx_pnalloc(st->request->pool,
                    2 * NGX_INT_T_LEN + sizeof(" of  articles read"));
    if (p != NULL) {
        m->reason = (const char *) p;
        ngx_sprintf(p, "%i of %i articles read%Z", count, m->limit);
    }
}


/* The request ends. */

static void
ngx_http_patron_meter_cleanup(void *data)
{
    ngx_http_patron_state_t  *st = data;

    ngx_http_patron_metering_t  *m;

    m = st->meter;

    if (m->reserved && !m->sent) {
        m->reserved = 0;
        ngx_http_patron_meter_take_back(&m->claim);
    }
}


void
ngx_http_patron_meter_decided(ngx_http_patron_state_t *st)
{
    ngx_http_patron_metering_t  *m;

    m = st->meter;

    if (m == NULL || !st->metered || st->decision == PATRON_DECISION_METER
        || m->outcome == NGX_HTTP_PATRON_METER_READ)
    {
        return;
    }

    /* it costs the reader nothing, and opens nothing more */

    m->left++;
    st->metered = 0;

    ngx_http_patron_meter_cleanup(st);
}


void
ngx_http_patron_meter_count_looked(ngx_http_request_t *r,
    ngx_http_patron_state_t *st)
{
    ngx_http_patron_metering_t  *m;

    m = st->meter;

    if (m == NULL || !m->looked || st->decision != PATRON_DECISION_METER) {
        return;
    }

    m->looked = 0;
    m->mode = NGX_HTTP_PATRON_METER_COUNTS;

    if (m->outcome != NGX_HTTP_PATRON_METER_ALLOWED) {
        /* it was read before */
        return;
    }

    ngx_http_patron_meter_settle(st, NGX_HTTP_PATRON_METER_NEW,
                                 m->limit - m->left);
    st->decision_reason = m->reason;

    if (m->answered) {
        m->reserved = 1;
        ngx_http_patron_meter_reserve(r, m);
    }
}


void
ngx_http_patron_meter_sent(ngx_http_patron_state_t *st, ngx_chain_t *out)
{
    ngx_http_patron_metering_t  *m;

    m = st->meter;

    if (m->sent || st->decision != PATRON_DECISION_METER) {
        return;
    }

    for ( /* void */ ; out; out = out->next) {
        if (ngx_buf_size(out->buf) != 0) {
            m->sent = 1;
            return;
        }
    }
}


ngx_int_t
ngx_http_patron_meter_header(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf, ngx_http_patron_state_t *st)
{
    ngx_http_patron_metering_t  *m;

    m = st->meter;

    if (m->mode != NGX_HTTP_PATRON_METER_COUNTS
        || m->outcome > NGX_HTTP_PATRON_METER_LIMIT
        || st->level.type != PATRON_LEVEL_METERED
        || (st->decision != PATRON_DECISION_METER
            && st->decision != PATRON_DECISION_WALL))
    {
        return NGX_OK;
    }

    if (m->answered && m->behind) {
        m->behind = 0;
        m->stale = 1;
    }

    if (st->decision == PATRON_DECISION_METER
        && patron_meter_add(&m->cookie, m->id) == PATRON_OK)
    {
        m->stale = 1;
        m->behind |= !m->answered && !m->fresh;
    }

    if (!m->member && m->claim.redis != NULL
        && ngx_http_patron_meter_set_id(r, plcf, m) != NGX_OK)
    {
        return NGX_ERROR;
    }

    if (m->stale && m->cookie.n) {
        return ngx_http_patron_meter_set_cookie(r, plcf, m);
    }

    return NGX_OK;
}


static ngx_int_t
ngx_http_patron_meter_set_id(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf, ngx_http_patron_metering_t *m)
{
    u_char              buf[PATRON_ANONYMOUS_MAX];
    patron_str_t        payload;
    patron_anonymous_t *anonymous;

    anonymous = &m->anonymous;

    if (m->fresh) {

        if (m->outcome != NGX_HTTP_PATRON_METER_NEW) {
            return NGX_OK;
        }

        anonymous->type = m->period.type;
        anonymous->start = m->period.start;
        anonymous->article.data = m->claim.article;
        anonymous->article.len = m->claim.article_len;

    } else if (m->answered && anonymous->article.len) {
        /* it is in the set now */
        anonymous->article.len = 0;

    } else if (!m->old) {
        return NGX_OK;
    }

    payload.data = buf;
    payload.len = patron_anonymous_encode(anonymous, buf);

    return ngx_http_patron_cookie_seal(r, plcf, NGX_HTTP_PATRON_SEAL_READER,
                                       &payload, NGX_HTTP_PATRON_COOKIE_YEAR);
}


static ngx_int_t
ngx_http_patron_meter_set_cookie(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf, ngx_http_patron_metering_t *m)
{
    u_char        buf[1 + PATRON_METER_MAX];
    patron_str_t  payload;

    buf[0] = m->behind ? NGX_HTTP_PATRON_COOKIE_BEHIND
                       : NGX_HTTP_PATRON_COOKIE_EVEN;

    payload.data = buf;
    payload.len = 1 + patron_meter_encode(&m->cookie, buf + 1);

    return ngx_http_patron_cookie_seal(r, plcf, NGX_HTTP_PATRON_SEAL_METER,
                                       &payload, m->period.end - ngx_time());
}
