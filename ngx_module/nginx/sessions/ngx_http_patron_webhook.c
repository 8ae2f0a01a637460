
/*
 * The content handler of patron_webhook_handler: signature, body, one script on
 * the member's key.  200: written, or there was nothing to write; 400: not the
 * provider's; 5xx: not written, so that the provider sends it again.
 *
 * The record keeps "webhook_at" and "webhook_id", the time and the ids of the
 * last events, so that one that comes twice or late changes nothing; and
 * "webhook_of", the subscription, so that the end of an old one does not end
 * the new one.  "revoked" is a person's word: no payment lifts it.
 */


#include <ngx_config.h>
#include <ngx_core.h>

#include "patron_record.h"
#include "ngx_http_patron_ask.h"
#include "ngx_http_patron_conf.h"
#include "ngx_http_patron_headers.h"
#include "ngx_http_patron_post.h"
#include "ngx_http_patron_redis.h"
#include "ngx_http_patron_redis_script.h"
#include "ngx_http_patron_state.h"
#include "ngx_http_patron_stats.h"
#include "ngx_http_patron_webhook.h"


#define NGX_HTTP_PATRON_WEBHOOK_KEY   (64 + sizeof("member:")                 \
                                       + 3 * PATRON_SUB_MAX)
#define NGX_HTTP_PATRON_WEBHOOK_ARGS  9


struct ngx_http_patron_delivery_s {
    ngx_http_patron_redis_t  *redis;
    ngx_int_t                 written;      /* 0: known; -1: it was not */
};


/*
 * ARGV: time, id, status, until, is there a tier, tier, subscription, has it
 * ended.  Time 0: the provider dates nothing, what comes last is true.  1 if
 * the record was written, 0 if the event is one that came twice or late.
 */

static ngx_str_t  ngx_http_patron_webhook_script = ngx_string(
    "local was = redis.call('HMGET', KEYS[1], 'webhook_at', 'webhook_id',\n"
    "                       'webhook_of', 'status')\n"
    "local at = tonumber(ARGV[1])\n"
    "local last = tonumber(was[1] or '') or 0\n"
    "local id = ARGV[2]\n"
    "local ids = was[2] or ''\n"
    "local of = was[3] or ''\n"
    "if at > 0 and at < last then\n"
    "    return 0\n"
    "end\n"
    "if id ~= '' and (at == 0 or at == last)\n"
    "   and string.find(' ' .. ids .. ' ', ' ' .. id .. ' ', 1, true)\n"
    "then\n"
    "    return 0\n"
    "end\n"
    "if ARGV[8] == '1' and of ~= '' and of ~= ARGV[7] then\n"
    "    return 0\n"
    "end\n"
    "if at > 0 and at == last then\n"
    "    id = string.sub(ids .. ' ' .. id, -1024)\n"
    "end\n"
    "local set = {'until', ARGV[4], 'webhook_id', id}\n"
    "if at > 0 then\n"
    "    set[#set + 1] = 'webhook_at'\n"
    "    set[#set + 1] = ARGV[1]\n"
    "end\n"
    "if was[4] ~= 'revoked' then\n"
    "    set[#set + 1] = 'status'\n"
    "    set[#set + 1] = ARGV[3]\n"
    "end\n"
    "if ARGV[5] == '1' then\n"
    "    set[#set + 1] = 'tier'\n"
    "    set[#set + 1] = ARGV[6]\n"
    "end\n"
    "if ARGV[7] ~= '' then\n"
    "    set[#set + 1] = 'webhook_of'\n"
    "    set[#set + 1] = ARGV[7]\n"
    "end\n"
    "redis.call('HSET', KEYS[1], unpack(set))\n"
    "return 1\n");


static ngx_int_t ngx_http_patron_webhook_receive(ngx_http_request_t *r,
    patron_str_t *body);
static ngx_int_t ngx_http_patron_webhook_event(ngx_http_request_t *r,
    patron_str_t *body, patron_webhook_event_t *event);
static ngx_int_t ngx_http_patron_webhook_ask(ngx_http_request_t *r,
    ngx_http_patron_state_t *st, patron_webhook_event_t *event);
static void ngx_http_patron_webhook_answer(ngx_http_patron_state_t *st,
    void *data, patron_reply_t *reply);
static void ngx_http_patron_webhook_resume(ngx_http_request_t *r);
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


/* NGX_OK; NGX_DECLINED: it is of no membership; or a status. */

static ngx_int_t
ngx_http_patron_webhook_event(ngx_http_request_t *r, patron_str_t *body,
    patron_webhook_event_t *event)
{
    int                              rc;
    ngx_str_t                        name, *header;
    const char                      *reason;
    patron_str_t                     signature;
    ngx_http_patron_loc_conf_t      *plcf;
    ngx_http_patron_webhook_conf_t  *webhook;

    plcf = ngx_http_get_module_loc_conf(r, ngx_http_patron_module);
    webhook = plcf->webhook;

    name.data = (u_char *) patron_webhook_headers[webhook->provider].data;
    name.len = patron_webhook_headers[webhook->provider].len;

    header = ngx_http_patron_request_header(r, &name);

    if (header == NULL) {
        ngx_log_error(NGX_LOG_WARN, r->connection->log, 0,
                      "patron: webhook refused: no \"%V\"", &name);
        return NGX_HTTP_BAD_REQUEST;
    }

    signature.data = header->data;
    signature.len = header->len;

    if (patron_webhook_verify(webhook->provider, &webhook->key, &signature,
                              body, ngx_time(), webhook->tolerance, &reason)
        != PATRON_OK)
    {
        ngx_log_error(NGX_LOG_WARN, r->connection->log, 0,
                      "patron: webhook refused: %s", reason);
        return NGX_HTTP_BAD_REQUEST;
    }

    rc = patron_webhook_read(webhook->provider, &webhook->paths, body,
                             ngx_time(), event, &reason);

    if (rc == PATRON_ERROR) {
        ngx_log_error(NGX_LOG_ERR, r->connection->log, 0,
                      "patron: webhook not understood: %s", reason);
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    if (webhook->provider == PATRON_PATREON) {
        event->id = signature;
    }

    return rc;
}


static ngx_int_t
ngx_http_patron_webhook_ask(ngx_http_request_t *r,
    ngx_http_patron_state_t *st, patron_webhook_event_t *event)
{
    u_char                       *p, key[NGX_HTTP_PATRON_WEBHOOK_KEY];
    u_char                        at[NGX_INT64_LEN + 3], until[NGX_INT64_LEN];
    ngx_str_t                     argv[NGX_HTTP_PATRON_WEBHOOK_ARGS], *prefix;
    ngx_http_patron_question_t    question;
    ngx_http_patron_main_conf_t  *pmcf;

    prefix = ngx_http_patron_redis_prefix(st->delivery->redis);

    p = ngx_cpymem(key, prefix->data, prefix->len);
    p = ngx_cpymem(p, "member:", sizeof("member:") - 1);
    p = patron_key_escape(p, event->sub.data, event->sub.len);

    argv[0].data = key;
    argv[0].len = p - key;

    argv[1].data = at;
    argv[1].len = (event->at ? ngx_sprintf(at, "%L.%d", event->at, event->rank)
                             : ngx_sprintf(at, "0")) - at;

    argv[2].data = (u_char *) event->id.data;
    argv[2].len = event->id.len;

    argv[3].data = (u_char *) event->status;
    argv[3].len = ngx_strlen(event->status);

    argv[4].data = until;
    argv[4].len = ngx_sprintf(until, "%L", event->until) - until;

    argv[5].data = (u_char *) (event->tier.data ? "1" : "0");
    argv[5].len = 1;

    argv[6].data = (u_char *) event->tier.data;
    argv[6].len = event->tier.len;

    argv[7].data = (u_char *) event->of.data;
    argv[7].len = event->of.len;

    argv[8].data = (u_char *) (event->ended ? "1" : "0");
    argv[8].len = 1;

    pmcf = ngx_http_get_module_main_conf(r, ngx_http_patron_module);

    ngx_memzero(&question, sizeof(ngx_http_patron_question_t));

    question.script = &pmcf->webhook_script;
    question.nkeys = 1;
    question.argv = argv;
    question.argc = NGX_HTTP_PATRON_WEBHOOK_ARGS;
    question.answer = ngx_http_patron_webhook_answer;
    question.resume = ngx_http_patron_webhook_resume;

    return ngx_http_patron_ask(r, st, st->delivery->redis, &question);
}


static void
ngx_http_patron_webhook_answer(ngx_http_patron_state_t *st, void *data,
    patron_reply_t *reply)
{
    if (st == NULL) {
        return;
    }

    st->delivery->written = ngx_http_patron_answered(st->delivery->redis,
                                                     reply)
                            ? (ngx_int_t) patron_reply_int(reply, -1) : -1;
}


static void
ngx_http_patron_webhook_resume(ngx_http_request_t *r)
{
    ngx_int_t                    rc;
    ngx_str_t                    counted;
    ngx_connection_t            *c;
    const patron_str_t          *name;
    ngx_http_patron_state_t     *st;
    ngx_http_patron_loc_conf_t  *plcf;

    c = r->connection;
    st = ngx_http_patron_state(r);

    ngx_http_set_log_request(c->log, r);

    if (st->delivery->written == 1) {
        plcf = ngx_http_get_module_loc_conf(r, ngx_http_patron_module);
        name = &patron_webhook_names[plcf->webhook->provider];

        counted.data = (u_char *) name->data;
        counted.len = name->len;

        ngx_http_patron_stats_count(r, "webhook", &counted);

        rc = ngx_http_patron_webhook_say(r, "written\n");

    } else if (st->delivery->written == 0) {
        rc = ngx_http_patron_webhook_say(r, "known\n");

    } else {
        ngx_log_error(NGX_LOG_ERR, c->log, 0,
                      "patron: webhook not written: redis did not take it");
        rc = NGX_HTTP_SERVICE_UNAVAILABLE;
    }

    ngx_http_finalize_request(r, rc);
    ngx_http_run_posted_requests(c);
}


static ngx_int_t
ngx_http_patron_webhook_say(ngx_http_request_t *r, const char *what)
{
    ngx_str_t  text;

    static ngx_str_t  type = ngx_string("text/plain");

    text.data = (u_char *) what;
    text.len = ngx_strlen(what);

    return ngx_http_patron_answer(r, NGX_HTTP_OK, &type, &text);
}
