
/*
 * See the header.  The request must come from a page of this host.  Who asks
 * for text/html gets a small page, who does not, JSON.  Without Redis none is
 * made: it could not be taken back.
 */


#include "patron_record.h"
#include "ngx_http_patron_ask.h"
#include "ngx_http_patron_feed_handler.h"
#include "ngx_http_patron_feed_link.h"
#include "ngx_http_patron_own_page.h"
#include "ngx_http_patron_post.h"
#include "ngx_http_patron_redis.h"
#include "ngx_http_patron_redis_script.h"
#include "ngx_http_patron_setcookie.h"
#include "ngx_http_patron_state.h"
#include "ngx_http_patron_str.h"
#include "ngx_http_patron_suspend.h"


#define NGX_HTTP_PATRON_FEED_NETWORKS  10       /* a day */
#define NGX_HTTP_PATRON_FEED_KEY_MAX   (64 + sizeof("feed:")                  \
                                        + 3 * PATRON_SUB_MAX)


struct ngx_http_patron_feed_minting_s {
    ngx_http_patron_redis_t      *redis;
    ngx_http_patron_feed_link_t   link;
    ngx_str_t                     url;
    ngx_int_t                     made;     /* 1; -1: too many; -2: unknown */
    u_char                        id[NGX_HTTP_PATRON_FEED_ID_MAX];
};


/* ARGV: the id, what is kept of it.  1, or -1 where there are 20 of them. */

static ngx_str_t  ngx_http_patron_feed_mint = ngx_string(
    "local fields = redis.call('HGETALL', KEYS[1])\n"
    "local n = 0\n"
    "for i = 1, #fields, 2 do\n"
    "    if fields[i]:sub(1, 4) ~= 'net:' then\n"
    "        n = n + 1\n"
    "    end\n"
    "end\n"
    "if n >= 20 then\n"
    "    return -1\n"
    "end\n"
    "redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])\n"
    "return 1\n");


static ngx_int_t ngx_http_patron_feed_handler(ngx_http_request_t *r);
static ngx_int_t ngx_http_patron_feed_forbid(ngx_http_request_t *r,
    ngx_uint_t status);
static ngx_int_t ngx_http_patron_feed_read(ngx_http_request_t *r,
    patron_str_t *body);
static ngx_int_t ngx_http_patron_feed_make(ngx_http_request_t *r,
    ngx_http_patron_feed_minting_t *mint, patron_str_t *path);
static ngx_int_t ngx_http_patron_feed_record(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf, ngx_http_patron_feed_minting_t *mint,
    patron_str_t *path);
static void ngx_http_patron_feed_minted(ngx_http_patron_state_t *st,
    void *data, patron_reply_t *reply);
static void ngx_http_patron_feed_resume(ngx_http_request_t *r);
static ngx_int_t ngx_http_patron_feed_end(ngx_http_request_t *r);
static ngx_int_t ngx_http_patron_feed_given(ngx_http_request_t *r,
    ngx_str_t *url);
static ngx_int_t ngx_http_patron_feed_refuse(ngx_http_request_t *r,
    ngx_uint_t status, patron_say_e why);


ngx_int_t
ngx_http_patron_feed_mint_script(ngx_conf_t *cf,
    ngx_http_patron_main_conf_t *pmcf)
{
    pmcf->feed_mint_script.text = ngx_http_patron_feed_mint;

    return ngx_http_patron_redis_script_init(cf->pool,
                                             &pmcf->feed_mint_script);
}


static ngx_int_t
ngx_http_patron_feed_handler(ngx_http_request_t *r)
{
    return ngx_http_patron_post_patron(r, ngx_http_patron_feed_read,
                                       ngx_http_patron_feed_forbid);
}


static ngx_int_t
ngx_http_patron_feed_forbid(ngx_http_request_t *r, ngx_uint_t status)
{
    return ngx_http_patron_feed_refuse(r, status,
                                       status == NGX_HTTP_NOT_ALLOWED
                                       ? PATRON_SAY_NO_FEED_METHOD
                                       : PATRON_SAY_NO_FEED_FORBIDDEN);
}


static ngx_int_t
ngx_http_patron_feed_read(ngx_http_request_t *r, patron_str_t *body)
{
    ngx_int_t                        rc;
    patron_str_t                     path;
    ngx_http_patron_state_t         *st;
    ngx_http_patron_feed_minting_t  *mint;

    st = ngx_http_patron_state(r);

    if (st->id.len > PATRON_SUB_MAX) {
        return ngx_http_patron_feed_forbid(r, NGX_HTTP_FORBIDDEN);
    }

    rc = ngx_http_patron_post_path(r, body, &path);

    if (rc == NGX_DECLINED) {
        return ngx_http_patron_feed_refuse(r, NGX_HTTP_BAD_REQUEST,
                                           PATRON_SAY_NO_GIFT_PATH);
    }

    mint = ngx_pcalloc(r->pool, sizeof(ngx_http_patron_feed_minting_t));

    if (rc != NGX_OK || mint == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    rc = ngx_http_patron_feed_make(r, mint, &path);

    if (rc == NGX_DECLINED) {
        return ngx_http_patron_feed_refuse(r, NGX_HTTP_BAD_REQUEST,
                                           PATRON_SAY_NO_GIFT_PATH);
    }

    if (rc != NGX_OK) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    st->feed_minting = mint;

    if (ngx_http_patron_feed_record(r,
                      ngx_http_get_module_loc_conf(r, ngx_http_patron_module),
                      mint, &path)
        != NGX_OK)
    {
        return ngx_http_patron_feed_refuse(r, NGX_HTTP_SERVICE_UNAVAILABLE,
                                           PATRON_SAY_NO_FEED_NOW);
    }

    return NGX_DONE;
}


static ngx_int_t
ngx_http_patron_feed_make(ngx_http_request_t *r,
    ngx_http_patron_feed_minting_t *mint, patron_str_t *path)
{
    uint64_t                     random;
    patron_str_t                 base;
    ngx_http_patron_state_t     *st;
    ngx_http_patron_loc_conf_t  *plcf;

    plcf = ngx_http_get_module_loc_conf(r, ngx_http_patron_module);
    st = ngx_http_patron_state(r);

    if (ngx_http_patron_random(r, (u_char *) &random, sizeof(uint64_t))
        != NGX_OK
        || ngx_http_patron_post_origin(r, &base) != NGX_OK)
    {
        return NGX_ERROR;
    }

    mint->redis = plcf->redis;
    mint->made = -2;

    mint->link.sub = st->id;
    mint->link.iat = ngx_time();
    mint->link.id.data = mint->id;
    mint->link.id.len = ngx_sprintf(mint->id, "%016xL.%T", random,
                                    mint->link.iat)
                        - mint->id;

    return ngx_http_patron_feed_sign(r, plcf, &mint->link, &base, path,
                                     &mint->url);
}


static ngx_int_t
ngx_http_patron_feed_record(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf, ngx_http_patron_feed_minting_t *mint,
    patron_str_t *path)
{
    u_char                       *p, key[NGX_HTTP_PATRON_FEED_KEY_MAX];
    ngx_str_t                     argv[3];
    ngx_http_patron_question_t    question;
    ngx_http_patron_main_conf_t  *pmcf;

    p = ngx_http_patron_redis_key(key, mint->redis, "feed:");
    p = patron_key_escape(p, mint->link.sub.data, mint->link.sub.len);

    argv[0].data = key;
    argv[0].len = p - key;

    argv[1] = mint->link.id;

    argv[2].data = ngx_pnalloc(r->pool, NGX_INT_T_LEN + 1 + path->len);
    if (argv[2].data == NULL) {
        return NGX_ERROR;
    }

    p = ngx_sprintf(argv[2].data, "%i ", plcf->own.feed_networks);
    p = ngx_cpymem(p, path->data, path->len);
    argv[2].len = p - argv[2].data;

    pmcf = ngx_http_get_module_main_conf(r, ngx_http_patron_module);

    question.script = &pmcf->feed_mint_script;
    question.nkeys = 1;
    question.argv = argv;
    question.argc = 3;
    question.answer = ngx_http_patron_feed_minted;
    question.resume = ngx_http_patron_feed_resume;
    question.data = NULL;
    question.size = 0;

    return ngx_http_patron_ask(r, ngx_http_patron_state(r), mint->redis,
                               &question);
}


static void
ngx_http_patron_feed_minted(ngx_http_patron_state_t *st, void *data,
    patron_reply_t *reply)
{
    ngx_http_patron_feed_minting_t  *mint;

    if (st == NULL) {
        return;
    }

    mint = st->feed_minting;

    if (ngx_http_patron_answered(mint->redis, reply)) {
        mint->made = (ngx_int_t) patron_reply_int(reply, -2);
    }
}


static void
ngx_http_patron_feed_resume(ngx_http_request_t *r)
{
    ngx_http_patron_resume_content(r, ngx_http_patron_feed_end);
}


static ngx_int_t
ngx_http_patron_feed_end(ngx_http_request_t *r)
{
    ngx_int_t                        rc;
    ngx_http_patron_feed_minting_t  *mint;

    mint = ngx_http_patron_state(r)->feed_minting;

    if (mint->made == 1) {
        rc = ngx_http_patron_feed_given(r, &mint->url);

    } else if (mint->made == -1) {
        rc = ngx_http_patron_feed_refuse(r, NGX_HTTP_TOO_MANY_REQUESTS,
                                         PATRON_SAY_NO_FEED_LEFT);

    } else {
        rc = ngx_http_patron_feed_refuse(r, NGX_HTTP_SERVICE_UNAVAILABLE,
                                         PATRON_SAY_NO_FEED_NOW);
    }

    return rc;
}


static ngx_int_t
ngx_http_patron_feed_given(ngx_http_request_t *r, ngx_str_t *url)
{
    ngx_http_patron_own_say_t  say;

    ngx_memzero(&say, sizeof(ngx_http_patron_own_say_t));

    say.title = ngx_http_patron_own_page_text(r, PATRON_SAY_FEED_TITLE);
    say.text = ngx_http_patron_own_page_text(r, PATRON_SAY_FEED_TEXT);
    say.link = ngx_http_patron_pure_str(url);

    return ngx_http_patron_post_wants_html(r)
           ? ngx_http_patron_own_page_send(r, NGX_HTTP_CREATED,
                                           PATRON_OWN_PAGE_FEED, &say)
           : ngx_http_patron_answer_json(r, NGX_HTTP_CREATED, "url",
                                         &say.link);
}


static ngx_int_t
ngx_http_patron_feed_refuse(ngx_http_request_t *r, ngx_uint_t status,
    patron_say_e why)
{
    return ngx_http_patron_own_page_refuse(r, status,
                                           PATRON_SAY_NO_FEED_TITLE, why);
}


/* patron_feed_handler [networks=N] [file=PATH]; */

char *
ngx_http_patron_feed_handler_slot(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf)
{
    ngx_http_patron_loc_conf_t *plcf = conf;

    ngx_int_t                  networks;
    ngx_str_t                 *value;
    ngx_uint_t                 i;
    ngx_http_core_loc_conf_t  *clcf;

    if (plcf->own.feed_networks != 0) {
        return "is duplicate";
    }

    value = cf->args->elts;
    networks = NGX_HTTP_PATRON_FEED_NETWORKS;

    for (i = 1; i < cf->args->nelts; i++) {

        switch (ngx_http_patron_own_page_file(cf, cmd, plcf, &value[i])) {

        case NGX_OK:
            continue;

        case NGX_DECLINED:
            break;

        default:
            return NGX_CONF_ERROR;
        }

        networks = ngx_strncmp(value[i].data, "networks=", 9) == 0
                   ? ngx_atoi(value[i].data + 9, value[i].len - 9) : NGX_ERROR;

        if (networks < 1 || networks > 100) {
            ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                               "\"%V\" directive: invalid parameter \"%V\", it "
                               "must be networks=N, 1 to 100, or file=PATH",
                               &cmd->name, &value[i]);
            return NGX_CONF_ERROR;
        }
    }

    plcf->own.feed_networks = networks;
    plcf->own.answers = 1;

    clcf = ngx_http_conf_get_module_loc_conf(cf, ngx_http_core_module);
    clcf->handler = ngx_http_patron_feed_handler;

    return NGX_CONF_OK;
}


char *
ngx_http_patron_feed_check(ngx_conf_t *cf, ngx_http_patron_loc_conf_t *plcf)
{
    const char  *needs;

    if (plcf->own.feed_networks == 0) {
        return NGX_CONF_OK;
    }

    if (plcf->enable && plcf->keys != NULL && plcf->redis != NULL) {
        return ngx_http_patron_own_page_compile(cf, "patron_feed_handler",
                                                plcf, PATRON_OWN_PAGE_FEED)
               == NGX_OK ? NGX_CONF_OK : NGX_CONF_ERROR;
    }

    needs = !plcf->enable ? "patron on"
            : plcf->keys == NULL ? "patron_key" : "patron_redis";

    ngx_log_error(NGX_LOG_EMERG, cf->log, 0,
                  "\"patron_feed_handler\" directive: it needs \"%s\"", needs);

    return NGX_CONF_ERROR;
}
