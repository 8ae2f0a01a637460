
/*
 * patron_activate_handler: the arguments, and the fields of the form, are
 *
 *     token=<an activation token>
 *     to=/path        where to go on, "/" if it is not said
 *
 * GET shows a page with one button, since mail scanners follow links; POST from
 * that page uses the token up, at
 *
 *     <prefix>jti:<jti>
 *
 * and sets the cookie.  Nothing is used up while Redis is away; but where only
 * its answer is lost, the link is spent and another is due.
 *
 * Who holds what the link gave is led on when it is opened again, by GET too:
 * it is then asked for without being used up.
 *
 * The query is taken out of the request line and of $request_uri, so that no
 * log of this server has the token.
 */


#include <ngx_config.h>
#include <ngx_core.h>

#include "patron_activation.h"
#include "patron_form.h"
#include "patron_path.h"
#include "patron_record.h"
#include "ngx_http_patron_activate.h"
#include "ngx_http_patron_argument.h"
#include "ngx_http_patron_ask.h"
#include "ngx_http_patron_conf.h"
#include "ngx_http_patron_headers.h"
#include "ngx_http_patron_mint.h"
#include "ngx_http_patron_own_page.h"
#include "ngx_http_patron_post.h"
#include "ngx_http_patron_redis.h"
#include "ngx_http_patron_redis_script.h"
#include "ngx_http_patron_setcookie.h"
#include "ngx_http_patron_state.h"
#include "ngx_http_patron_stats.h"
#include "ngx_http_patron_str.h"
#include "ngx_http_patron_suspend.h"
#include "ngx_http_patron_token.h"
#include "ngx_http_patron_visit.h"


#define NGX_HTTP_PATRON_GONE       410
#define NGX_HTTP_PATRON_JTI_SLACK  3600     /* seconds clocks may differ */
#define NGX_HTTP_PATRON_JTI_KEY    (64 + sizeof("jti:") + 3 * PATRON_JTI_MAX)


struct ngx_http_patron_activation_s {
    ngx_http_patron_redis_t  *redis;
    time_t                    ttl;
    ngx_str_t                 to;
    ngx_str_t                 jti;      /* the key, */
    int64_t                   life;     /* and for how many seconds */
    ngx_str_t                 token;    /* of the membership */
    ngx_uint_t                renews;   /* it is what the reader has */
    ngx_uint_t                own;      /* the reader is who it signs in */
    ngx_int_t                 fresh;    /* 0: used before; -1: not known */
    patron_str_t              link;     /* what GET asks about, or empty */
};


/* ARGV: for how many seconds the key is kept, by Redis' clock, since clocks
   differ; 0 to look alone.  1, or 0 where it is there. */

static ngx_str_t  ngx_http_patron_activate_script = ngx_string(
    "if redis.call('GET', KEYS[1]) then\n"
    "    return 0\n"
    "end\n"
    "if ARGV[1] == '0' then\n"
    "    return 1\n"
    "end\n"
    "redis.call('INCR', KEYS[1])\n"
    "redis.call('EXPIRE', KEYS[1], ARGV[1])\n"
    "return 1\n");


static ngx_int_t ngx_http_patron_activate_handler(ngx_http_request_t *r);
static ngx_int_t ngx_http_patron_activate_redact(ngx_http_request_t *r,
    patron_str_t *args);
static ngx_int_t ngx_http_patron_activate_form(ngx_http_request_t *r,
    patron_str_t *body);
static ngx_uint_t ngx_http_patron_activate_read(ngx_http_request_t *r,
    patron_str_t *text, patron_str_t *token, ngx_str_t *to);
static ngx_uint_t ngx_http_patron_activate_verify(ngx_http_request_t *r,
    patron_str_t *token, patron_claims_t *claims);
static ngx_uint_t ngx_http_patron_activate_own(ngx_http_patron_state_t *st,
    patron_claims_t *claims);
static ngx_int_t ngx_http_patron_activate_look(ngx_http_request_t *r,
    ngx_http_patron_state_t *st, patron_str_t *token, ngx_str_t *to,
    patron_claims_t *claims);
static ngx_int_t ngx_http_patron_activate_key(ngx_http_request_t *r,
    ngx_http_patron_activation_t *activation, patron_claims_t *claims);
static ngx_int_t ngx_http_patron_activate_prepare(ngx_http_request_t *r,
    ngx_http_patron_activation_t *activation, patron_claims_t *claims);
static ngx_int_t ngx_http_patron_activate_ask(ngx_http_request_t *r,
    ngx_http_patron_state_t *st);
static void ngx_http_patron_activate_answer(ngx_http_patron_state_t *st,
    void *data, patron_reply_t *reply);
static void ngx_http_patron_activate_resume(ngx_http_request_t *r);
static ngx_int_t ngx_http_patron_activate_end(ngx_http_request_t *r);
static ngx_int_t ngx_http_patron_activate_done(ngx_http_request_t *r,
    ngx_http_patron_activation_t *activation);
static ngx_int_t ngx_http_patron_activate_button(ngx_http_request_t *r,
    patron_str_t *token, ngx_str_t *to);
static ngx_int_t ngx_http_patron_activate_refuse(ngx_http_request_t *r,
    ngx_uint_t status);


ngx_int_t
ngx_http_patron_activate_scripts(ngx_conf_t *cf,
    ngx_http_patron_main_conf_t *pmcf)
{
    pmcf->activate_script.text = ngx_http_patron_activate_script;

    return ngx_http_patron_redis_script_init(cf->pool, &pmcf->activate_script);
}


static ngx_int_t
ngx_http_patron_activate_handler(ngx_http_request_t *r)
{
    ngx_int_t                 rc;
    ngx_str_t                 to;
    ngx_uint_t                status;
    patron_str_t              args, token;
    patron_claims_t           claims;
    ngx_http_patron_state_t  *st;

    static ngx_str_t  methods = ngx_string("GET, HEAD, POST");

    st = ngx_http_patron_post_state(r);

    if (st == NULL
        || ngx_http_patron_activate_redact(r, &args) != NGX_OK)
    {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    if (r->method == NGX_HTTP_POST) {
        rc = ngx_http_patron_post_form(r, "activation",
                                       ngx_http_patron_activate_form);

        if (rc != NGX_HTTP_FORBIDDEN) {
            return rc;
        }

        rc = ngx_http_discard_request_body(r);

        return rc != NGX_OK ? rc
               : ngx_http_patron_activate_refuse(r, NGX_HTTP_FORBIDDEN);
    }

    if (!(r->method & (NGX_HTTP_GET|NGX_HTTP_HEAD))) {
        return ngx_http_patron_not_allowed(r, &methods);
    }

    rc = ngx_http_discard_request_body(r);
    if (rc != NGX_OK) {
        return rc;
    }

    status = ngx_http_patron_activate_read(r, &args, &token, &to);

    if (status == NGX_HTTP_OK) {
        status = ngx_http_patron_activate_verify(r, &token, &claims);
    }

    if (status != NGX_HTTP_OK) {
        return ngx_http_patron_activate_refuse(r, status);
    }

    if (ngx_http_patron_activate_own(st, &claims)) {
        return ngx_http_patron_activate_look(r, st, &token, &to, &claims);
    }

    return ngx_http_patron_activate_button(r, &token, &to);
}


/* Does the reader hold what the link gives? */

static ngx_uint_t
ngx_http_patron_activate_own(ngx_http_patron_state_t *st,
    patron_claims_t *claims)
{
    return st->identified
           && (st->state == PATRON_STATE_PATRON
               || st->state == PATRON_STATE_LAPSED
               || st->state == PATRON_STATE_PAUSED)
           && st->id.len == claims->sub.len
           && ngx_memcmp(st->id.data, claims->sub.data, st->id.len) == 0;
}


/* Was it used?  Where nobody can say so the button tells. */

static ngx_int_t
ngx_http_patron_activate_look(ngx_http_request_t *r,
    ngx_http_patron_state_t *st, patron_str_t *token, ngx_str_t *to,
    patron_claims_t *claims)
{
    ngx_http_patron_activation_t  *activation;

    activation = ngx_pcalloc(r->pool, sizeof(ngx_http_patron_activation_t));

    if (activation == NULL
        || ngx_http_patron_activate_key(r, activation, claims) != NGX_OK)
    {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    activation->own = 1;
    activation->to = *to;
    activation->link = *token;
    activation->life = 0;

    st->activation = activation;

    if (ngx_http_patron_activate_ask(r, st) != NGX_OK) {
        return ngx_http_patron_activate_button(r, token, to);
    }

    return ngx_http_patron_suspend_content(r, ngx_http_patron_ask_detach, st);
}


/* Takes the query away, as if there had been none. */

static ngx_int_t
ngx_http_patron_activate_redact(ngx_http_request_t *r, patron_str_t *args)
{
    u_char  *query;

    *args = ngx_http_patron_pure_str(&r->args);

    ngx_str_null(&r->args);

    query = ngx_strlchr(r->unparsed_uri.data,
                        r->unparsed_uri.data + r->unparsed_uri.len, '?');
    if (query != NULL) {
        r->unparsed_uri.len = query - r->unparsed_uri.data;
    }

    return ngx_http_patron_redact_line(r);
}


static ngx_int_t
ngx_http_patron_activate_form(ngx_http_request_t *r, patron_str_t *body)
{
    ngx_uint_t                     status;
    patron_str_t                   token;
    patron_claims_t                claims;
    ngx_http_patron_state_t       *st;
    ngx_http_patron_activation_t  *activation;

    activation = ngx_pcalloc(r->pool, sizeof(ngx_http_patron_activation_t));
    if (activation == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    status = ngx_http_patron_activate_read(r, body, &token, &activation->to);

    if (status == NGX_HTTP_OK) {
        status = ngx_http_patron_activate_verify(r, &token, &claims);
    }

    if (status != NGX_HTTP_OK) {
        return ngx_http_patron_activate_refuse(r, status);
    }

    if (ngx_http_patron_activate_prepare(r, activation, &claims) != NGX_OK) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    st = ngx_http_patron_state(r);
    st->activation = activation;

    if (ngx_http_patron_activate_ask(r, st) != NGX_OK) {
        return ngx_http_patron_activate_refuse(r,
                                               NGX_HTTP_SERVICE_UNAVAILABLE);
    }

    return NGX_DONE;
}


/* NGX_HTTP_OK, or why not. */

static ngx_uint_t
ngx_http_patron_activate_read(ngx_http_request_t *r, patron_str_t *text,
    patron_str_t *token, ngx_str_t *to)
{
    u_char     *p;
    ngx_int_t   rc;

    static const patron_str_t  field = patron_string("token");

    ngx_str_set(to, "/");

    rc = ngx_http_patron_post_to(r, text, to);
    if (rc != NGX_OK && rc != NGX_DECLINED) {
        return rc;
    }

    p = ngx_pnalloc(r->pool, PATRON_TOKEN_MAX);
    if (p == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    return patron_form_field(text, &field, p, PATRON_TOKEN_MAX, token)
           == PATRON_OK ? NGX_HTTP_OK : NGX_HTTP_BAD_REQUEST;
}


static ngx_uint_t
ngx_http_patron_activate_verify(ngx_http_request_t *r, patron_str_t *token,
    patron_claims_t *claims)
{
    patron_token_e               rc;
    patron_claims_policy_t       policy;
    ngx_http_patron_loc_conf_t  *plcf;

    plcf = ngx_http_get_module_loc_conf(r, ngx_http_patron_module);

    if (ngx_http_patron_policy(r, plcf, &policy) != NGX_OK) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    rc = patron_activation_check(plcf->keys->keys, token, &policy, ngx_time(),
                                 claims);
    if (rc == PATRON_TOKEN_VALID) {
        return NGX_HTTP_OK;
    }

    ngx_log_error(NGX_LOG_INFO, r->connection->log, 0,
                  "patron: activation token refused: %s", claims->reason);

    return rc == PATRON_TOKEN_EXPIRED ? NGX_HTTP_PATRON_GONE
                                      : NGX_HTTP_BAD_REQUEST;
}


/* Where in Redis it is marked as used, and until when. */

static ngx_int_t
ngx_http_patron_activate_key(ngx_http_request_t *r,
    ngx_http_patron_activation_t *activation, patron_claims_t *claims)
{
    u_char                      *p;
    ngx_http_patron_loc_conf_t  *plcf;

    plcf = ngx_http_get_module_loc_conf(r, ngx_http_patron_module);

    activation->redis = plcf->redis;
    activation->life = claims->exp + plcf->leeway + NGX_HTTP_PATRON_JTI_SLACK
                       - ngx_time();

    p = ngx_pnalloc(r->pool, NGX_HTTP_PATRON_JTI_KEY);
    if (p == NULL) {
        return NGX_ERROR;
    }

    activation->jti.data = p;

    p = ngx_http_patron_redis_key(p, plcf->redis, "jti:");
    p = patron_key_escape(p, claims->jti.data, claims->jti.len);

    activation->jti.len = p - activation->jti.data;

    return NGX_OK;
}


/* The claims are good only until the next token is checked. */

static ngx_int_t
ngx_http_patron_activate_prepare(ngx_http_request_t *r,
    ngx_http_patron_activation_t *activation, patron_claims_t *claims)
{
    patron_membership_t          member;
    ngx_http_patron_state_t     *st;
    ngx_http_patron_loc_conf_t  *plcf;

    if (ngx_http_patron_activate_key(r, activation, claims) != NGX_OK) {
        return NGX_ERROR;
    }

    plcf = ngx_http_get_module_loc_conf(r, ngx_http_patron_module);
    st = ngx_http_patron_state(r);

    activation->ttl = plcf->own.activate_ttl;
    activation->own = ngx_http_patron_activate_own(st, claims);

    ngx_memzero(&member, sizeof(patron_membership_t));

    member.sub = claims->sub;
    member.tier = claims->tier;
    member.name = claims->name;
    member.ttl = activation->ttl;
    member.gave_until = claims->gave_until;

    activation->renews = ngx_http_patron_renews(st, &member);

    return ngx_http_patron_mint(r, plcf, &member, &activation->token);
}


static ngx_int_t
ngx_http_patron_activate_ask(ngx_http_request_t *r,
    ngx_http_patron_state_t *st)
{
    u_char                         life[NGX_INT64_LEN];
    ngx_str_t                      argv[2];
    ngx_http_patron_question_t     question;
    ngx_http_patron_main_conf_t   *pmcf;
    ngx_http_patron_activation_t  *activation;

    activation = st->activation;

    argv[0] = activation->jti;
    argv[1].data = life;
    argv[1].len = ngx_sprintf(life, "%L", activation->life) - life;

    pmcf = ngx_http_get_module_main_conf(r, ngx_http_patron_module);

    ngx_memzero(&question, sizeof(ngx_http_patron_question_t));

    question.script = &pmcf->activate_script;
    question.nkeys = 1;
    question.argv = argv;
    question.argc = 2;
    question.answer = ngx_http_patron_activate_answer;
    question.resume = ngx_http_patron_activate_resume;

    return ngx_http_patron_ask(r, st, activation->redis, &question);
}


static void
ngx_http_patron_activate_answer(ngx_http_patron_state_t *st, void *data,
    patron_reply_t *reply)
{
    ngx_http_patron_activation_t  *activation;

    if (st == NULL) {
        return;
    }

    activation = st->activation;

    activation->fresh = ngx_http_patron_answered(activation->redis, reply)
                        ? (ngx_int_t) patron_reply_int(reply, -1) : -1;
}


static void
ngx_http_patron_activate_resume(ngx_http_request_t *r)
{
    ngx_http_patron_resume_content(r, ngx_http_patron_activate_end);
}


static ngx_int_t
ngx_http_patron_activate_end(ngx_http_request_t *r)
{
    ngx_int_t                      rc;
    ngx_http_patron_activation_t  *activation;

    activation = ngx_http_patron_state(r)->activation;

    if (activation->fresh == 0 && activation->own) {
        rc = ngx_http_patron_see_other(r, &activation->to);

    } else if (activation->link.len) {
        rc = ngx_http_patron_activate_button(r, &activation->link,
                                             &activation->to);

    } else if (activation->fresh == 1) {
        rc = ngx_http_patron_activate_done(r, activation);

    } else if (activation->fresh == 0) {
        ngx_log_error(NGX_LOG_INFO, r->connection->log, 0,
                      "patron: activation token refused: it was used before");

        rc = ngx_http_patron_activate_refuse(r, NGX_HTTP_PATRON_GONE);

    } else {
        rc = ngx_http_patron_activate_refuse(r, NGX_HTTP_SERVICE_UNAVAILABLE);
    }

    return rc;
}


static ngx_int_t
ngx_http_patron_activate_done(ngx_http_request_t *r,
    ngx_http_patron_activation_t *activation)
{
    ngx_http_patron_loc_conf_t  *plcf;

    static ngx_str_t  counted = ngx_string("activation");

    plcf = ngx_http_get_module_loc_conf(r, ngx_http_patron_module);

    if (ngx_http_patron_cookie_set(r, plcf, &plcf->cookie.name,
                                   &activation->token, activation->ttl)
        != NGX_OK)
    {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    ngx_http_patron_stats_count(r, "granted", &counted);

    if (!activation->renews
        && ngx_http_patron_visit_joined(r, plcf, ngx_http_patron_state(r))
           != NGX_OK)
    {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    return ngx_http_patron_see_other(r, &activation->to);
}


static ngx_int_t
ngx_http_patron_activate_button(ngx_http_request_t *r, patron_str_t *token,
    ngx_str_t *to)
{
    ngx_http_patron_own_say_t  say;

    ngx_memzero(&say, sizeof(ngx_http_patron_own_say_t));

    say.title = ngx_http_patron_own_page_text(r, PATRON_SAY_ACTIVATE_TITLE);
    say.text = ngx_http_patron_own_page_text(r, PATRON_SAY_ACTIVATE_TEXT);
    say.button = ngx_http_patron_own_page_text(r, PATRON_SAY_ACTIVATE_BUTTON);
    say.token = *token;
    say.to = ngx_http_patron_pure_str(to);

    return ngx_http_patron_own_page_send(r, NGX_HTTP_OK,
                                         PATRON_OWN_PAGE_ACTIVATE, &say);
}


static ngx_int_t
ngx_http_patron_activate_refuse(ngx_http_request_t *r, ngx_uint_t status)
{
    patron_say_e               why;
    ngx_http_patron_own_say_t  say;

    switch (status) {

    case NGX_HTTP_PATRON_GONE:
        why = PATRON_SAY_NOT_ACTIVATED_GONE;
        break;

    case NGX_HTTP_SERVICE_UNAVAILABLE:
        why = PATRON_SAY_NOT_ACTIVATED_NOW;
        break;

    case NGX_HTTP_BAD_REQUEST:
        why = PATRON_SAY_NOT_ACTIVATED_INCOMPLETE;
        break;

    case NGX_HTTP_FORBIDDEN:
        why = PATRON_SAY_NOT_ACTIVATED_ELSEWHERE;
        break;

    default:
        return status;
    }

    ngx_memzero(&say, sizeof(ngx_http_patron_own_say_t));

    say.title = ngx_http_patron_own_page_text(r, PATRON_SAY_ACTIVATE_TITLE);
    say.text = ngx_http_patron_own_page_text(r, why);

    return ngx_http_patron_own_page_send(r, status, PATRON_OWN_PAGE_REFUSED,
                                         &say);
}


char *
ngx_http_patron_activate(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_http_patron_loc_conf_t *plcf = conf;

    ngx_int_t                  rc;
    ngx_str_t                 *value, s;
    ngx_uint_t                 i;
    ngx_http_core_loc_conf_t  *clcf;

    if (plcf->own.activate_ttl) {
        return "is duplicate";
    }

    value = cf->args->elts;

    for (i = 1; i < cf->args->nelts; i++) {
        rc = ngx_http_patron_own_page_file(cf, cmd, plcf, &value[i]);

        if (rc == NGX_OK) {
            continue;
        }

        if (rc == NGX_ERROR) {
            return NGX_CONF_ERROR;
        }

        s = value[i];

        if (s.len > 4 && ngx_strncmp(s.data, "ttl=", 4) == 0
            && plcf->own.activate_ttl == 0)
        {
            s.data += 4;
            s.len -= 4;
            plcf->own.activate_ttl = ngx_parse_time(&s, 1);

            if (plcf->own.activate_ttl > 0) {
                continue;
            }
        }

        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "\"%V\" directive: invalid parameter \"%V\"",
                           &cmd->name, &value[i]);
        return NGX_CONF_ERROR;
    }

    if (plcf->own.activate_ttl == 0) {
        plcf->own.activate_ttl = NGX_HTTP_PATRON_GRANT_TTL;
    }

    plcf->own.answers = 1;

    clcf = ngx_http_conf_get_module_loc_conf(cf, ngx_http_core_module);
    clcf->handler = ngx_http_patron_activate_handler;

    return NGX_CONF_OK;
}


char *
ngx_http_patron_activate_check(ngx_conf_t *cf,
    ngx_http_patron_loc_conf_t *plcf)
{
    if (plcf->own.activate_ttl && (plcf->keys == NULL || plcf->redis == NULL)) {
        ngx_log_error(NGX_LOG_EMERG, cf->log, 0,
                      "\"patron_activate_handler\" directive: it needs \"%s\"",
                      plcf->keys == NULL ? "patron_key" : "patron_redis");
        return NGX_CONF_ERROR;
    }

    if (plcf->own.activate_ttl
        && ngx_http_patron_own_page_compile(cf, "patron_activate_handler",
                                            plcf, PATRON_OWN_PAGE_ACTIVATE)
           != NGX_OK)
    {
        return NGX_CONF_ERROR;
    }

    return NGX_CONF_OK;
}
