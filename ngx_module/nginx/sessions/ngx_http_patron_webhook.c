
/*
 * The content handler of patron_webhook_handler: signature, body, one script on
 * one key.  200: written, or there was nothing to write; 400: not the
 * provider's; 5xx: not written, so that the provider sends it again.
 */


#include <ngx_config.h>
#include <ngx_core.h>

#include "patron_token.h"
#include "ngx_http_patron_ask.h"
#include "ngx_http_patron_conf.h"
#include "ngx_http_patron_credit.h"
#include "ngx_http_patron_headers.h"
#include "ngx_http_patron_member.h"
#include "ngx_http_patron_once.h"
#include "ngx_http_patron_post.h"
#include "ngx_http_patron_redis.h"
#include "ngx_http_patron_reference.h"
#include "ngx_http_patron_redis_script.h"
#include "ngx_http_patron_state.h"
#include "ngx_http_patron_stats.h"
#include "ngx_http_patron_str.h"
#include "ngx_http_patron_suspend.h"
#include "ngx_http_patron_webhook.h"
#include "ngx_http_patron_webhook_script.h"


#define NGX_HTTP_PATRON_WEBHOOK_NAME  32    /* of a provider, at most */
#define NGX_HTTP_PATRON_WEBHOOK_FIELD (sizeof("credit.")                        \
                                       + NGX_HTTP_PATRON_WEBHOOK_NAME         \
                                       + PATRON_WEBHOOK_TEXT)


struct ngx_http_patron_delivery_s {
    ngx_http_patron_redis_t  *redis;
    ngx_str_t                 campaigns;    /* of the reference */
    ngx_str_t                 answer;       /* empty: none of the provider's */
    ngx_int_t                 written;      /* 0: known; -1: it was not */
};


static ngx_int_t ngx_http_patron_webhook_receive(ngx_http_request_t *r,
    patron_str_t *body);
static ngx_int_t ngx_http_patron_webhook_event(ngx_http_request_t *r,
    patron_str_t *body, patron_webhook_event_t *event);
static void ngx_http_patron_webhook_refused(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf, const char *reason);
static ngx_int_t ngx_http_patron_webhook_joins(patron_webhook_event_t *event,
    ngx_http_patron_delivery_t *delivery);
static int ngx_http_patron_webhook_header(void *ctx, const patron_str_t *name,
    patron_str_t *value);
static int ngx_http_patron_webhook_open(void *ctx,
    const patron_str_t *reference, patron_str_t *sub, int *anonymous);
static ngx_int_t ngx_http_patron_webhook_ask(ngx_http_request_t *r,
    ngx_http_patron_state_t *st, patron_webhook_event_t *event);
static void ngx_http_patron_webhook_field(ngx_str_t *arg, u_char *buf,
    const char *begin, const patron_str_t *provider, const patron_str_t *of);
static void ngx_http_patron_webhook_answer(ngx_http_patron_state_t *st,
    void *data, patron_reply_t *reply);
static void ngx_http_patron_webhook_resume(ngx_http_request_t *r);
static ngx_int_t ngx_http_patron_webhook_end(ngx_http_request_t *r);
static ngx_int_t ngx_http_patron_webhook_say(ngx_http_request_t *r,
    const char *what);


ngx_int_t
ngx_http_patron_webhook_scripts(ngx_conf_t *cf,
    ngx_http_patron_main_conf_t *pmcf)
{
    pmcf->webhook_script.text = ngx_http_patron_webhook_script;

    return ngx_http_patron_redis_script_init(cf->pool, &pmcf->webhook_script);
}


ngx_int_t
ngx_http_patron_webhook_handler(ngx_http_request_t *r)
{
    ngx_int_t  rc;

    static ngx_str_t  allow = ngx_string("Allow");
    static ngx_str_t  post = ngx_string("POST");

    if (r->method != NGX_HTTP_POST) {
        rc = ngx_http_patron_add_header(r, &allow, &post);

        return rc == NGX_OK ? NGX_HTTP_NOT_ALLOWED
                            : NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    return ngx_http_patron_post_read(r, PATRON_WEBHOOK_BODY_MAX,
                                     ngx_http_patron_webhook_receive);
}


static ngx_int_t
ngx_http_patron_webhook_receive(ngx_http_request_t *r, patron_str_t *body)
{
    ngx_int_t                     rc;
    patron_webhook_event_t       *event;
    ngx_http_patron_state_t      *st;
    ngx_http_patron_loc_conf_t   *plcf;

    st = ngx_http_patron_state(r);
    plcf = ngx_http_get_module_loc_conf(r, ngx_http_patron_module);

    event = ngx_palloc(r->pool, sizeof(patron_webhook_event_t));
    st->delivery = ngx_pcalloc(r->pool, sizeof(ngx_http_patron_delivery_t));

    if (event == NULL || st->delivery == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    rc = ngx_http_patron_webhook_event(r, body, event);

    if (rc == NGX_DECLINED) {
        return ngx_http_patron_webhook_say(r, "ignored\n");
    }

    if (rc != NGX_OK) {
        return rc;
    }

    st->delivery->redis = plcf->redis;

    if (ngx_http_patron_webhook_ask(r, st, event) != NGX_OK) {
        ngx_log_error(NGX_LOG_ERR, r->connection->log, 0,
                      "patron: webhook not written: redis %V is away",
                      ngx_http_patron_redis_name(plcf->redis));
        return NGX_HTTP_SERVICE_UNAVAILABLE;
    }

    return NGX_DONE;
}


/* NGX_OK; NGX_DECLINED: it is of something else; or a status. */

static ngx_int_t
ngx_http_patron_webhook_event(ngx_http_request_t *r, patron_str_t *body,
    patron_webhook_event_t *event)
{
    const char                      *reason;
    patron_webhook_result_e          result;
    ngx_http_patron_delivery_t      *delivery;
    patron_webhook_request_t         request;
    ngx_http_patron_loc_conf_t      *plcf;

    plcf = ngx_http_get_module_loc_conf(r, ngx_http_patron_module);

    request.body = *body;
    request.header = ngx_http_patron_webhook_header;
    request.open = ngx_http_patron_webhook_open;
    request.ctx = r;
    request.now = ngx_time();

    result = patron_webhook_take(&plcf->own.webhook->webhook, &request, event,
                                 &reason);

    delivery = ngx_http_patron_state(r)->delivery;
    delivery->answer = ngx_http_patron_nginx_str(&event->answer);

    ngx_http_patron_zone_webhook(ngx_http_patron_request_zone(r),
                                 plcf->own.webhook->provider,
                                 result == PATRON_WEBHOOK_TAKEN
                                 || result == PATRON_WEBHOOK_NOTHING);

    switch (result) {

    case PATRON_WEBHOOK_TAKEN:

        if (event->kind == PATRON_WEBHOOK_PAYMENT) {
            return delivery->campaigns.len ? NGX_OK : NGX_DECLINED;
        }

        if (event->anonymous && event->kind == PATRON_WEBHOOK_MEMBERSHIP) {
            ngx_log_error(NGX_LOG_ERR, r->connection->log, 0,
                          "patron: webhook ignored: a membership of a reader "
                          "who has no account");

            return ngx_http_patron_webhook_joins(event, delivery);
        }

        return NGX_OK;

    case PATRON_WEBHOOK_NOTHING:
        return NGX_DECLINED;

    case PATRON_WEBHOOK_REFUSED:
        ngx_http_patron_webhook_refused(r, plcf, reason);
        return NGX_HTTP_BAD_REQUEST;

    case PATRON_WEBHOOK_UNREADABLE:
        ngx_log_error(NGX_LOG_ERR, r->connection->log, 0,
                      "patron: webhook not understood: %s", reason);
        return NGX_HTTP_INTERNAL_SERVER_ERROR;

    default:
        ngx_log_error(NGX_LOG_ERR, r->connection->log, 0,
                      "patron: webhook not verified: %s", reason);
        return NGX_HTTP_SERVICE_UNAVAILABLE;
    }
}


/* Anybody can send what does not verify. */

static void
ngx_http_patron_webhook_refused(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf, const char *reason)
{
    ngx_str_t      name;
    ngx_uint_t     level;

    static time_t  told;

    level = ngx_http_patron_once_level(&told);
    name = ngx_http_patron_nginx_str(&plcf->own.webhook->webhook.preset->name);

    ngx_log_error(level, r->connection->log, 0,
                  "patron: webhook of \"%V\" refused: %s; is \"key=\" the "
                  "secret that signs it?", &name, reason);
}


/* Who has no account yet has joined all the same, and campaigns led there. */

static ngx_int_t
ngx_http_patron_webhook_joins(patron_webhook_event_t *event,
    ngx_http_patron_delivery_t *delivery)
{
    if (delivery->campaigns.len == 0
        || ngx_strcmp(event->status, "active") != 0
        || (event->until && event->until <= ngx_time()))
    {
        return NGX_DECLINED;
    }

    event->kind = PATRON_WEBHOOK_PAYMENT;

    return NGX_OK;
}


static int
ngx_http_patron_webhook_header(void *ctx, const patron_str_t *name,
    patron_str_t *value)
{
    ngx_http_request_t *r = ctx;

    ngx_str_t  key, *header;

    key = ngx_http_patron_nginx_str(name);

    header = ngx_http_patron_request_header(r, &key);

    if (header == NULL) {
        return PATRON_DECLINED;
    }

    *value = ngx_http_patron_pure_str(header);

    return PATRON_OK;
}


static int
ngx_http_patron_webhook_open(void *ctx, const patron_str_t *reference,
    patron_str_t *sub, int *anonymous)
{
    ngx_http_request_t *r = ctx;

    ngx_http_patron_loc_conf_t  *plcf;

    plcf = ngx_http_get_module_loc_conf(r, ngx_http_patron_module);

    return ngx_http_patron_reference_open(r, plcf, reference, sub, anonymous,
                          &ngx_http_patron_state(r)->delivery->campaigns);
}


static ngx_int_t
ngx_http_patron_webhook_ask(ngx_http_request_t *r,
    ngx_http_patron_state_t *st, patron_webhook_event_t *event)
{
    u_char                        key[NGX_HTTP_PATRON_MEMBER_KEY];
    u_char                        field[NGX_HTTP_PATRON_WEBHOOK_FIELD];
    u_char                        tier[1 + PATRON_WEBHOOK_TEXT];
    u_char                        at[NGX_INT64_LEN + 3], now[NGX_INT64_LEN];
    u_char                        until[NGX_INT64_LEN], amount[NGX_INT64_LEN];
    u_char                        credit[NGX_HTTP_PATRON_WEBHOOK_FIELD];
    u_char                        paid[NGX_INT64_LEN];
    ngx_str_t                     argv[NGX_HTTP_PATRON_WEBHOOK_ARGS];
    const patron_str_t           *name;
    ngx_http_patron_question_t    question;
    ngx_http_patron_loc_conf_t   *plcf;
    ngx_http_patron_main_conf_t  *pmcf;

    static ngx_str_t  ops[] = {
        ngx_string("member"),
        ngx_string("gift"),
        ngx_string("refund"),
        ngx_string("credit"),
        ngx_string("partial"),
        ngx_string("failed"),
        ngx_string("dispute"),
        ngx_string("won")
    };

    plcf = ngx_http_get_module_loc_conf(r, ngx_http_patron_module);
    pmcf = ngx_http_get_module_main_conf(r, ngx_http_patron_module);

    name = &plcf->own.webhook->webhook.preset->name;

    argv[0] = ngx_http_patron_member_key(key, st->delivery->redis,
                                         event->anonymous,
                                         (u_char *) event->sub.data,
                                         event->sub.len);

    argv[1] = ops[event->kind];

    ngx_http_patron_webhook_field(&argv[2], field,
                                  event->kind == PATRON_WEBHOOK_MEMBERSHIP
                                  ? "sub." : "gave.",
                                  name, &event->of);

    argv[3].data = at;
    argv[3].len = (event->at ? ngx_sprintf(at, "%L.%d", event->at, event->rank)
                             : ngx_sprintf(at, "0")) - at;

    argv[4] = ngx_http_patron_nginx_str(&event->id);

    if (event->kind == PATRON_WEBHOOK_GIFT) {
        event->until = (event->at ? event->at : ngx_time())
                       + plcf->own.webhook->thanks;
    }

    argv[5].data = until;
    argv[5].len = ngx_sprintf(until, "%L", event->until) - until;

    argv[6].data = (u_char *) (event->status ? event->status : "");
    argv[6].len = ngx_strlen(argv[6].data);

    tier[0] = '=';

    argv[7].data = tier;
    argv[7].len = event->tier.data
                  ? (size_t) (ngx_cpymem(tier + 1, event->tier.data,
                                         event->tier.len)
                              - tier)
                  : 0;

    argv[8].data = amount;
    argv[8].len = ngx_sprintf(amount, "%L", event->amount) - amount;

    argv[9].data = now;
    argv[9].len = ngx_sprintf(now, "%T", ngx_time()) - now;

    argv[10].data = (u_char *) (event->anonymous ? "1" : "0");
    argv[10].len = 1;

    ngx_http_patron_webhook_field(&argv[11], credit, "credit.", name,
                                  &event->of);

    argv[12].data = paid;
    argv[12].len = ngx_sprintf(paid, "%L", event->paid) - paid;

    argv[13].data = (u_char *) (event->currency[0] ? event->currency : "-");
    argv[13].len = ngx_strlen(argv[13].data);

    argv[14] = st->delivery->campaigns;

    argv[15].data = (u_char *) (event->refunded ? "1" : "0");
    argv[15].len = 1;

    argv[16] = ngx_http_patron_nginx_str(&event->refund);

    ngx_memzero(&question, sizeof(ngx_http_patron_question_t));

    question.script = &pmcf->webhook_script;
    question.nkeys = 1;
    question.argv = argv;
    question.argc = NGX_HTTP_PATRON_WEBHOOK_ARGS;
    question.answer = ngx_http_patron_webhook_answer;
    question.resume = ngx_http_patron_webhook_resume;
    question.data = &plcf;
    question.size = sizeof(ngx_http_patron_loc_conf_t *);

    return ngx_http_patron_ask(r, st, st->delivery->redis, &question);
}


static void
ngx_http_patron_webhook_field(ngx_str_t *arg, u_char *buf, const char *begin,
    const patron_str_t *provider, const patron_str_t *of)
{
    u_char  *p;

    p = ngx_cpymem(buf, begin, ngx_strlen(begin));
    p = ngx_cpymem(p, provider->data, provider->len);
    *p++ = '.';
    p = ngx_cpymem(p, of->data, of->len);

    arg->data = buf;
    arg->len = p - buf;
}


/*
 * What was written is credited here and now: a provider who has gone away sends
 * the event again, and it is known then.
 */

static void
ngx_http_patron_webhook_answer(ngx_http_patron_state_t *st, void *data,
    patron_reply_t *reply)
{
    ngx_http_patron_loc_conf_t **plcf = data;

    ngx_int_t     written;
    patron_str_t  note;

    written = -1;

    if (ngx_http_patron_answered((*plcf)->redis, reply)
        && patron_reply_elements(reply) == 2)
    {
        written = (ngx_int_t) patron_reply_int(patron_reply_element(reply, 0),
                                               -1);
        note = patron_reply_str(patron_reply_element(reply, 1));

        ngx_http_patron_credit(*plcf, &note);
    }

    if (st != NULL) {
        st->delivery->written = written;
    }
}


static void
ngx_http_patron_webhook_resume(ngx_http_request_t *r)
{
    ngx_http_patron_resume_content(r, ngx_http_patron_webhook_end);
}


static ngx_int_t
ngx_http_patron_webhook_end(ngx_http_request_t *r)
{
    ngx_int_t                    rc;
    ngx_str_t                    counted;
    const patron_str_t          *name;
    ngx_http_patron_state_t     *st;
    ngx_http_patron_loc_conf_t  *plcf;

    st = ngx_http_patron_state(r);

    if (st->delivery->written == 1) {
        plcf = ngx_http_get_module_loc_conf(r, ngx_http_patron_module);
        name = &plcf->own.webhook->webhook.preset->name;

        counted = ngx_http_patron_nginx_str(name);

        ngx_http_patron_stats_count(r, "webhook", &counted);

        rc = ngx_http_patron_webhook_say(r, "written\n");

    } else if (st->delivery->written == 0) {
        rc = ngx_http_patron_webhook_say(r, "known\n");

    } else {
        ngx_log_error(NGX_LOG_ERR, r->connection->log, 0,
                      "patron: webhook not written: redis did not take it");
        rc = NGX_HTTP_SERVICE_UNAVAILABLE;
    }

    return rc;
}


static ngx_int_t
ngx_http_patron_webhook_say(ngx_http_request_t *r, const char *what)
{
    ngx_str_t  *answer, text;

    static ngx_str_t  plain = ngx_string("text/plain");
    static ngx_str_t  json = ngx_string("application/json");

    answer = &ngx_http_patron_state(r)->delivery->answer;

    if (answer->len) {
        return ngx_http_patron_answer(r, NGX_HTTP_OK,
                                      *answer->data == '{' ? &json : &plain,
                                      answer);
    }

    text.data = (u_char *) what;
    text.len = ngx_strlen(what);

    return ngx_http_patron_answer(r, NGX_HTTP_OK, &plain, &text);
}
