
/*
 * patron_gift_handler: a patron posts path=/the/article and gets a link that
 * opens it for anyone.  The gifts of a patron are counted in Redis
 *
 *     <prefix>gift:<period>:<sub>
 *
 * and none is made while they cannot be.  The request must come from a page of
 * this host (Origin, or Referer where there is none).  Who asks for text/html
 * gets a page, who does not, JSON.
 */


#include <ngx_config.h>
#include <ngx_core.h>

#include "patron_record.h"
#include "ngx_http_patron_ask.h"
#include "ngx_http_patron_conf.h"
#include "ngx_http_patron_gift.h"
#include "ngx_http_patron_gift_handler.h"
#include "ngx_http_patron_gift_types.h"
#include "ngx_http_patron_headers.h"
#include "ngx_http_patron_link.h"
#include "ngx_http_patron_own_page.h"
#include "ngx_http_patron_post.h"
#include "ngx_http_patron_redis.h"
#include "ngx_http_patron_redis_script.h"
#include "ngx_http_patron_state.h"
#include "ngx_http_patron_str.h"
#include "ngx_http_patron_suspend.h"


#define NGX_HTTP_PATRON_GIFT_SLACK     3600     /* seconds past the period */
#define NGX_HTTP_PATRON_GIFT_KEY_MAX   (64 + sizeof("gift::") + 40            \
                                        + 3 * PATRON_SUB_MAX)


struct ngx_http_patron_minting_s {
    ngx_http_patron_gift_conf_t *conf;
    ngx_http_patron_redis_t     *redis;
    patron_period_t              period;
    int64_t                      exp;
    ngx_str_t                    url;
    ngx_int_t                    left;      /* -1: none; -2: not known */
};


/*
 * ARGV: the limit, for how many seconds the counter is kept.  How many are
 * left, or -1.
 */

static ngx_str_t  ngx_http_patron_gift_script = ngx_string(
    "local limit = tonumber(ARGV[1])\n"
    "if tonumber(redis.call('GET', KEYS[1]) or 0) >= limit then\n"
    "    return -1\n"
    "end\n"
    "local n = redis.call('INCR', KEYS[1])\n"
    "if redis.call('TTL', KEYS[1]) == -1 then\n"
    "    redis.call('EXPIRE', KEYS[1], ARGV[2])\n"
    "end\n"
    "return limit - n\n");


static ngx_int_t ngx_http_patron_gift_handler(ngx_http_request_t *r);
static ngx_int_t ngx_http_patron_gift_forbid(ngx_http_request_t *r,
    ngx_uint_t status);
static ngx_int_t ngx_http_patron_gift_mint(ngx_http_request_t *r,
    patron_str_t *body);
static ngx_int_t ngx_http_patron_gift_link(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf, ngx_http_patron_state_t *st,
    ngx_http_patron_minting_t *mint, patron_str_t *path);
static ngx_int_t ngx_http_patron_gift_ask(ngx_http_request_t *r,
    ngx_http_patron_state_t *st, ngx_http_patron_minting_t *mint);
static void ngx_http_patron_gift_answer(ngx_http_patron_state_t *st,
    void *data, patron_reply_t *reply);
static void ngx_http_patron_gift_resume(ngx_http_request_t *r);
static ngx_int_t ngx_http_patron_gift_end(ngx_http_request_t *r);
static ngx_int_t ngx_http_patron_gift_given(ngx_http_request_t *r,
    ngx_http_patron_minting_t *mint);
static ngx_int_t ngx_http_patron_gift_refuse(ngx_http_request_t *r,
    ngx_uint_t status, patron_say_e why);


ngx_int_t
ngx_http_patron_gift_scripts(ngx_conf_t *cf,
    ngx_http_patron_main_conf_t *pmcf)
{
    pmcf->gift_script.text = ngx_http_patron_gift_script;

    return ngx_http_patron_redis_script_init(cf->pool, &pmcf->gift_script);
}


static ngx_int_t
ngx_http_patron_gift_handler(ngx_http_request_t *r)
{
    return ngx_http_patron_post_patron(r, ngx_http_patron_gift_mint,
                                       ngx_http_patron_gift_forbid);
}


static ngx_int_t
ngx_http_patron_gift_forbid(ngx_http_request_t *r, ngx_uint_t status)
{
    return ngx_http_patron_gift_refuse(r, status,
                                       status == NGX_HTTP_NOT_ALLOWED
                                       ? PATRON_SAY_NO_GIFT_METHOD
                                       : PATRON_SAY_NO_GIFT_FORBIDDEN);
}


static ngx_int_t
ngx_http_patron_gift_mint(ngx_http_request_t *r, patron_str_t *body)
{
    ngx_int_t                    rc;
    patron_str_t                 path;
    ngx_http_patron_state_t     *st;
    ngx_http_patron_minting_t   *mint;
    ngx_http_patron_loc_conf_t  *plcf;

    rc = ngx_http_patron_post_path(r, body, &path);

    if (rc == NGX_DECLINED) {
        return ngx_http_patron_gift_refuse(r, NGX_HTTP_BAD_REQUEST,
                                           PATRON_SAY_NO_GIFT_PATH);
    }

    mint = ngx_pcalloc(r->pool, sizeof(ngx_http_patron_minting_t));

    if (rc != NGX_OK || mint == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    plcf = ngx_http_get_module_loc_conf(r, ngx_http_patron_module);
    st = ngx_http_patron_state(r);

    mint->conf = plcf->gift;
    mint->redis = plcf->redis;

    rc = ngx_http_patron_gift_link(r, plcf, st, mint, &path);

    if (rc == NGX_DECLINED) {
        return ngx_http_patron_gift_refuse(r, NGX_HTTP_BAD_REQUEST,
                                           PATRON_SAY_NO_GIFT_PATH);
    }

    if (rc != NGX_OK) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    st->minting = mint;

    if (ngx_http_patron_gift_ask(r, st, mint) != NGX_OK) {
        return ngx_http_patron_gift_refuse(r, NGX_HTTP_SERVICE_UNAVAILABLE,
                                           PATRON_SAY_NO_GIFT_NOW);
    }

    return NGX_DONE;
}


/* NGX_DECLINED: no link can be made of such a path. */

static ngx_int_t
ngx_http_patron_gift_link(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf, ngx_http_patron_state_t *st,
    ngx_http_patron_minting_t *mint, patron_str_t *path)
{
    patron_str_t   base;
    patron_link_t  link;

    if (ngx_http_patron_post_origin(r, &base) != NGX_OK
        || patron_period_at(&mint->period, mint->conf->period.type,
                            mint->conf->period.window, ngx_time())
           != PATRON_OK)
    {
        return NGX_ERROR;
    }

    ngx_memzero(&link, sizeof(patron_link_t));

    link.sub = ngx_http_patron_pure_str(&st->id);
    link.tier = ngx_http_patron_pure_str(&st->tier);
    link.exp = ngx_time() + mint->conf->ttl;

    ngx_http_patron_link_host(r, &link.host);

    if (ngx_http_patron_link_page(r, &mint->conf->ignore, path, &link.path)
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    mint->exp = link.exp;

    return ngx_http_patron_link_address(r, plcf, NGX_HTTP_PATRON_SEAL_GIFT,
                                        &link, &base, path, "gift",
                                        &mint->url);
}


static ngx_int_t
ngx_http_patron_gift_ask(ngx_http_request_t *r, ngx_http_patron_state_t *st,
    ngx_http_patron_minting_t *mint)
{
    u_char                       *p, key[NGX_HTTP_PATRON_GIFT_KEY_MAX];
    u_char                        limit[NGX_INT_T_LEN], end[NGX_INT64_LEN];
    ngx_str_t                     argv[3];
    ngx_http_patron_question_t    question;
    ngx_http_patron_main_conf_t  *pmcf;

    if (st->id.len > PATRON_SUB_MAX) {
        return NGX_DECLINED;
    }

    p = ngx_http_patron_redis_key(key, mint->redis, "gift:");
    p = ngx_cpymem(p, mint->period.name, mint->period.len);
    *p++ = ':';
    p = patron_key_escape(p, st->id.data, st->id.len);

    argv[0].data = key;
    argv[0].len = p - key;

    argv[1].data = limit;
    argv[1].len = ngx_sprintf(limit, "%i", mint->conf->limit) - limit;

    argv[2].data = end;
    argv[2].len = ngx_sprintf(end, "%L",
                              mint->period.end - ngx_time()
                              + NGX_HTTP_PATRON_GIFT_SLACK)
                  - end;

    pmcf = ngx_http_get_module_main_conf(r, ngx_http_patron_module);

    question.script = &pmcf->gift_script;
    question.nkeys = 1;
    question.argv = argv;
    question.argc = 3;
    question.answer = ngx_http_patron_gift_answer;
    question.resume = ngx_http_patron_gift_resume;
    question.data = NULL;
    question.size = 0;

    return ngx_http_patron_ask(r, st, mint->redis, &question);
}


static void
ngx_http_patron_gift_answer(ngx_http_patron_state_t *st, void *data,
    patron_reply_t *reply)
{
    ngx_http_patron_minting_t  *mint;

    if (st == NULL) {
        return;
    }

    mint = st->minting;

    mint->left = ngx_http_patron_answered(mint->redis, reply)
                 ? (ngx_int_t) patron_reply_int(reply, -2) : -2;
}


static void
ngx_http_patron_gift_resume(ngx_http_request_t *r)
{
    ngx_http_patron_resume_content(r, ngx_http_patron_gift_end);
}


static ngx_int_t
ngx_http_patron_gift_end(ngx_http_request_t *r)
{
    ngx_int_t                   rc;
    ngx_http_patron_minting_t  *mint;

    mint = ngx_http_patron_state(r)->minting;

    if (mint->left >= 0) {
        rc = ngx_http_patron_gift_given(r, mint);

    } else if (mint->left == -1) {
        rc = ngx_http_patron_gift_refuse(r, NGX_HTTP_TOO_MANY_REQUESTS,
                                         PATRON_SAY_NO_GIFT_LEFT);

    } else {
        rc = ngx_http_patron_gift_refuse(r, NGX_HTTP_SERVICE_UNAVAILABLE,
                                         PATRON_SAY_NO_GIFT_NOW);
    }

    return rc;
}


static ngx_int_t
ngx_http_patron_gift_given(ngx_http_request_t *r,
    ngx_http_patron_minting_t *mint)
{
    u_char                     *p;
    ngx_str_t                   text, *url;
    ngx_http_patron_own_say_t   say;

    static ngx_str_t  type = ngx_string("application/json");

    url = &mint->url;

    if (ngx_http_patron_post_wants_html(r)) {
        ngx_memzero(&say, sizeof(ngx_http_patron_own_say_t));

        say.title = ngx_http_patron_own_page_text(r, PATRON_SAY_GIFT_TITLE);
        say.text = ngx_http_patron_own_page_text(r, PATRON_SAY_GIFT_TEXT);
        say.button = ngx_http_patron_own_page_text(r, PATRON_SAY_GIFT_BUTTON);
        say.link = ngx_http_patron_pure_str(url);

        return ngx_http_patron_own_page_send(r, NGX_HTTP_CREATED,
                                             PATRON_OWN_PAGE_GIFT, &say);
    }

    /* an escaped character takes six at most */

    text.data = ngx_pnalloc(r->pool, sizeof("{'url':'','expires':,'left':}\n")
                                     + 2 * NGX_INT64_LEN + 6 * url->len);
    if (text.data == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    p = ngx_cpymem(text.data, "{\"url\":\"", sizeof("{\"url\":\"") - 1);
    p = (u_char *) ngx_escape_json(p, url->data, url->len);
    p = ngx_sprintf(p, "\",\"expires\":%L,\"left\":%i}\n", mint->exp,
                    mint->left);

    text.len = p - text.data;

    return ngx_http_patron_answer(r, NGX_HTTP_CREATED, &type, &text);
}


static ngx_int_t
ngx_http_patron_gift_refuse(ngx_http_request_t *r, ngx_uint_t status,
    patron_say_e why)
{
    return ngx_http_patron_own_page_refuse(r, status,
                                           PATRON_SAY_NO_GIFT_TITLE, why);
}


char *
ngx_http_patron_gift_handler_slot(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf)
{
    ngx_http_patron_loc_conf_t *plcf = conf;

    ngx_str_t                 *value;
    ngx_http_core_loc_conf_t  *clcf;

    if (plcf->own.gift) {
        return "is duplicate";
    }

    value = cf->args->elts;

    if (cf->args->nelts == 2) {
        switch (ngx_http_patron_own_page_file(cf, cmd, plcf, &value[1])) {

        case NGX_OK:
            break;

        case NGX_DECLINED:
            ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                               "\"%V\" directive: invalid parameter \"%V\"",
                               &cmd->name, &value[1]);
            return NGX_CONF_ERROR;

        default:
            return NGX_CONF_ERROR;
        }
    }

    plcf->own.gift = 1;
    plcf->own.answers = 1;

    clcf = ngx_http_conf_get_module_loc_conf(cf, ngx_http_core_module);
    clcf->handler = ngx_http_patron_gift_handler;

    return NGX_CONF_OK;
}
