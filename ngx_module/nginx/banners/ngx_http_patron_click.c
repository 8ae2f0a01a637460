
/*
 * patron_click_handler: a link with ?c=<slot>:<campaign> is counted and goes on
 * to the campaign's url; never to one that the request states.  A campaign that
 * is not live is asked for in Redis: who was on the way when it was taken down
 * arrives all the same.  What does not exist, or has no url, goes to default=,
 * or is 404, and is not counted.  The reader's cookie has the click in mind,
 * should a membership come of it.
 *
 * Each worker asks for so many campaigns a second at most: names can be made
 * up, and cost no more than that.
 */


#include <ngx_config.h>
#include <ngx_core.h>

#include "patron_form.h"
#include "patron_path.h"
#include "ngx_http_patron_ask.h"
#include "ngx_http_patron_campaign.h"
#include "ngx_http_patron_click.h"
#include "ngx_http_patron_conf.h"
#include "ngx_http_patron_headers.h"
#include "ngx_http_patron_post.h"
#include "ngx_http_patron_redis.h"
#include "ngx_http_patron_redis_script.h"
#include "ngx_http_patron_reference.h"
#include "ngx_http_patron_stats.h"
#include "ngx_http_patron_str.h"
#include "ngx_http_patron_suspend.h"
#include "ngx_http_patron_visit.h"


#define NGX_HTTP_PATRON_CLICK_ASKED  100    /* a second */


/* The campaign as it was named, and its url; empty: not known. */

struct ngx_http_patron_following_s {
    patron_str_t             name;
    ngx_str_t                url;
};


/* ARGV: how many bytes are read.  The url, or nothing, or why it is not told. */

static ngx_str_t  ngx_http_patron_click_script = ngx_string(
    "local url = redis.pcall('HGET', KEYS[1], 'url')\n"
    "if type(url) == 'table' then\n"
    "    return url\n"
    "end\n"
    "if not url then\n"
    "    return ''\n"
    "end\n"
    "return string.sub(url, 1, tonumber(ARGV[1]))\n");


static ngx_str_t  ngx_http_patron_click_named = ngx_string(
    PATRON_CAMPAIGN_REFERENCE);


static u_char *ngx_http_patron_click_refers(ngx_str_t *location);
static ngx_int_t ngx_http_patron_click_handler(ngx_http_request_t *r);
static ngx_int_t ngx_http_patron_click_find(ngx_http_request_t *r,
    patron_str_t *body);
static ngx_uint_t ngx_http_patron_click_may_ask(patron_str_t *name);
static ngx_int_t ngx_http_patron_click_ask(ngx_http_request_t *r,
    ngx_http_patron_state_t *st, ngx_http_patron_loc_conf_t *plcf);
static void ngx_http_patron_click_answer(ngx_http_patron_state_t *st,
    void *data, patron_reply_t *reply);
static void ngx_http_patron_click_resume(ngx_http_request_t *r);
static ngx_int_t ngx_http_patron_click_follow(ngx_http_request_t *r);
static ngx_int_t ngx_http_patron_click_url(ngx_http_request_t *r,
    ngx_str_t *dst, patron_str_t *url);
static ngx_int_t ngx_http_patron_click_reference(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf, ngx_http_patron_state_t *st,
    ngx_str_t *location);


ngx_int_t
ngx_http_patron_click_scripts(ngx_conf_t *cf,
    ngx_http_patron_main_conf_t *pmcf)
{
    pmcf->click_script.text = ngx_http_patron_click_script;

    return ngx_http_patron_redis_script_init(cf->pool, &pmcf->click_script);
}


static ngx_int_t
ngx_http_patron_click_handler(ngx_http_request_t *r)
{
    static ngx_str_t  methods = ngx_string("GET, HEAD");

    if (!(r->method & (NGX_HTTP_GET|NGX_HTTP_HEAD))) {
        return ngx_http_patron_not_allowed(r, &methods);
    }

    return ngx_http_patron_post_read(r, NGX_HTTP_PATRON_POST_MAX,
                                     ngx_http_patron_click_find);
}


static ngx_int_t
ngx_http_patron_click_find(ngx_http_request_t *r, patron_str_t *body)
{
    u_char                        *p;
    patron_str_t                   query;
    patron_campaign_t             *campaign;
    ngx_http_patron_state_t       *st;
    ngx_http_patron_loc_conf_t    *plcf;
    ngx_http_patron_following_t   *click;

    static const patron_str_t  field = patron_string("c");

    plcf = ngx_http_get_module_loc_conf(r, ngx_http_patron_module);
    st = ngx_http_patron_state(r);

    click = ngx_pcalloc(r->pool, sizeof(ngx_http_patron_following_t)
                                 + NGX_HTTP_PATRON_CAMPAIGN_KEY);
    if (click == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    st->following = click;

    p = (u_char *) &click[1];
    query = ngx_http_patron_pure_str(&r->args);

    if (patron_form_field(&query, &field, p, NGX_HTTP_PATRON_CAMPAIGN_KEY,
                          &click->name)
        != PATRON_OK)
    {
        return ngx_http_patron_click_follow(r);
    }

    campaign = ngx_http_patron_campaign_named(r, &click->name);

    if (campaign != NULL && campaign->url.len) {

        if (ngx_http_patron_click_url(r, &click->url, &campaign->url)
            != NGX_OK)
        {
            return NGX_HTTP_INTERNAL_SERVER_ERROR;
        }

        return ngx_http_patron_click_follow(r);
    }

    if (campaign == NULL
        && ngx_http_patron_click_may_ask(&click->name)
        && ngx_http_patron_click_ask(r, st, plcf) == NGX_OK)
    {
        return NGX_DONE;
    }

    return ngx_http_patron_click_follow(r);
}


static ngx_uint_t
ngx_http_patron_click_may_ask(patron_str_t *name)
{
    size_t                    i;
    const patron_uchar_t     *colon;

    static time_t      second;
    static ngx_uint_t  asked;

    colon = name->len ? memchr(name->data, ':', name->len) : NULL;

    if (colon == NULL
        || colon == name->data
        || colon + 1 == name->data + name->len)
    {
        return 0;
    }

    for (i = 0; i < name->len; i++) {
        if (name->data[i] < ' ' || name->data[i] == 0x7f) {
            return 0;
        }
    }

    if (second != ngx_time()) {
        second = ngx_time();
        asked = 0;
    }

    return asked++ < NGX_HTTP_PATRON_CLICK_ASKED;
}


static ngx_int_t
ngx_http_patron_click_ask(ngx_http_request_t *r, ngx_http_patron_state_t *st,
    ngx_http_patron_loc_conf_t *plcf)
{
    u_char                        *p, bytes[NGX_INT_T_LEN];
    ngx_str_t                      argv[2];
    ngx_http_patron_question_t     question;
    ngx_http_patron_main_conf_t   *pmcf;
    ngx_http_patron_following_t   *click;

    click = st->following;

    argv[0].data = ngx_pnalloc(r->pool,
                               ngx_http_patron_redis_prefix(plcf->redis)->len
                               + sizeof("campaign:") + click->name.len);
    if (argv[0].data == NULL) {
        return NGX_ERROR;
    }

    p = ngx_http_patron_redis_key(argv[0].data, plcf->redis, "campaign:");
    p = ngx_cpymem(p, click->name.data, click->name.len);
    argv[0].len = p - argv[0].data;

    argv[1].data = bytes;
    argv[1].len = ngx_sprintf(bytes, "%d", PATRON_CAMPAIGN_URL + 1) - bytes;

    pmcf = ngx_http_get_module_main_conf(r, ngx_http_patron_module);

    question.script = &pmcf->click_script;
    question.nkeys = 1;
    question.argv = argv;
    question.argc = 2;
    question.answer = ngx_http_patron_click_answer;
    question.resume = ngx_http_patron_click_resume;
    question.data = &plcf->redis;
    question.size = sizeof(ngx_http_patron_redis_t *);

    return ngx_http_patron_ask(r, st, plcf->redis, &question);
}


static void
ngx_http_patron_click_answer(ngx_http_patron_state_t *st, void *data,
    patron_reply_t *reply)
{
    ngx_http_patron_redis_t **redis = data;

    patron_str_t  url;

    if (st == NULL || !ngx_http_patron_answered(*redis, reply)) {
        return;
    }

    url = patron_reply_str(reply);

    if (url.len && patron_campaign_url_check(&url) == PATRON_OK) {
        (void) ngx_http_patron_click_url(st->request, &st->following->url,
                                         &url);
    }
}


static void
ngx_http_patron_click_resume(ngx_http_request_t *r)
{
    ngx_http_patron_resume_content(r, ngx_http_patron_click_follow);
}


static ngx_int_t
ngx_http_patron_click_follow(ngx_http_request_t *r)
{
    ngx_str_t                      counted;
    ngx_uint_t                     counts;
    ngx_http_patron_state_t       *st;
    ngx_http_patron_loc_conf_t    *plcf;
    ngx_http_patron_main_conf_t   *pmcf;
    ngx_http_patron_following_t   *click;

    plcf = ngx_http_get_module_loc_conf(r, ngx_http_patron_module);
    pmcf = ngx_http_get_module_main_conf(r, ngx_http_patron_module);
    st = ngx_http_patron_state(r);
    click = st->following;

    if (click->url.len == 0) {
        return plcf->own.click_default.len
               ? ngx_http_patron_see_other(r, &plcf->own.click_default)
               : NGX_HTTP_NOT_FOUND;
    }

    if (r->method == NGX_HTTP_GET && ngx_http_patron_stats_reader(r)) {
        st->referring = pmcf->webhooks != 0
                        && ngx_http_patron_click_refers(&click->url) != NULL;

        if (ngx_http_patron_visit_click(r, plcf, st, &click->name, &counts)
            != NGX_OK)
        {
            return NGX_HTTP_INTERNAL_SERVER_ERROR;
        }

        counted = ngx_http_patron_nginx_str(&click->name);

        if (counts) {
            ngx_http_patron_stats_count(r, "clicked", &counted);
        }
    }

    if (ngx_http_patron_click_reference(r, plcf, st, &click->url) != NGX_OK) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    return ngx_http_patron_see_other(r, &click->url);
}


static ngx_int_t
ngx_http_patron_click_url(ngx_http_request_t *r, ngx_str_t *dst,
    patron_str_t *url)
{
    u_char  *p;

    p = ngx_pnalloc(r->pool, url->len);
    if (p == NULL) {
        return NGX_ERROR;
    }

    ngx_memcpy(p, url->data, url->len);

    dst->data = p;
    dst->len = url->len;

    return NGX_OK;
}


/* Where the target has "${patron_reference}", or NULL. */

static u_char *
ngx_http_patron_click_refers(ngx_str_t *location)
{
    return ngx_strnstr(location->data,
                       (char *) ngx_http_patron_click_named.data,
                       location->len);
}


/* Who follows it, in that place. */

static ngx_int_t
ngx_http_patron_click_reference(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf, ngx_http_patron_state_t *st,
    ngx_str_t *location)
{
    u_char     *p, *at, *end, *tail;
    ngx_str_t   reference;

    end = location->data + location->len;
    at = ngx_http_patron_click_refers(location);

    if (at == NULL) {
        return NGX_OK;
    }

    ngx_str_null(&reference);

    if (ngx_http_patron_reference(r, plcf, st, &reference) == NGX_ERROR) {
        return NGX_ERROR;
    }

    p = ngx_pnalloc(r->pool, location->len + reference.len);
    if (p == NULL) {
        return NGX_ERROR;
    }

    tail = at + ngx_http_patron_click_named.len;
    at = ngx_cpymem(p, location->data, at - location->data);
    at = reference.len ? ngx_cpymem(at, reference.data, reference.len) : at;
    at = ngx_cpymem(at, tail, end - tail);

    location->data = p;
    location->len = at - p;

    return NGX_OK;
}


char *
ngx_http_patron_click(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_http_patron_loc_conf_t *plcf = conf;

    ngx_str_t                 *value, path;
    patron_str_t               local;
    ngx_http_core_loc_conf_t  *clcf;

    if (plcf->own.click) {
        return "is duplicate";
    }

    if (cf->args->nelts == 2) {
        value = cf->args->elts;

        path.data = value[1].data + sizeof("default=") - 1;
        path.len = value[1].len - (sizeof("default=") - 1);
        local = ngx_http_patron_pure_str(&path);

        if (ngx_strncmp(value[1].data, "default=", sizeof("default=") - 1)
            != 0
            || patron_path_local(&local) != PATRON_OK)
        {
            ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                               "\"%V\" directive: invalid parameter \"%V\", "
                               "it must be default= and a path of this site",
                               &cmd->name, &value[1]);
            return NGX_CONF_ERROR;
        }

        plcf->own.click_default = path;
    }

    clcf = ngx_http_conf_get_module_loc_conf(cf, ngx_http_core_module);
    clcf->handler = ngx_http_patron_click_handler;

    plcf->own.click = 1;
    plcf->own.answers = 1;

    return NGX_CONF_OK;
}


char *
ngx_http_patron_click_check(ngx_conf_t *cf, ngx_http_patron_loc_conf_t *plcf)
{
    if (plcf->own.click && plcf->redis == NULL) {
        ngx_log_error(NGX_LOG_EMERG, cf->log, 0,
                      "\"patron_click_handler\" directive: the targets are in "
                      "Redis, and there is no \"patron_redis\"");
        return NGX_CONF_ERROR;
    }

    return NGX_CONF_OK;
}
