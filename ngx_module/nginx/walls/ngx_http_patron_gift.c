
/*
 * Links that open an article, and the directive of gifts.
 * A link opens one page, and no more than its giver could read when it was
 * made.
 */


#include <ngx_config.h>
#include <ngx_core.h>

#include "ngx_http_patron_argument.h"
#include "ngx_http_patron_conf.h"
#include "ngx_http_patron_gift.h"
#include "ngx_http_patron_gift_follow.h"
#include "ngx_http_patron_gift_revoked.h"
#include "ngx_http_patron_link.h"
#include "ngx_http_patron_meter_conf.h"
#include "ngx_http_patron_own_page.h"
#include "ngx_http_patron_str.h"


#define NGX_HTTP_PATRON_GIFT_LEEWAY  60     /* seconds */


static ngx_int_t ngx_http_patron_gift_opens(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf, ngx_str_t *token,
    ngx_http_patron_gift_link_t **gift);
static ngx_int_t ngx_http_patron_gift_keep(ngx_http_request_t *r,
    patron_link_t *link, ngx_str_t *token, patron_str_t *page,
    ngx_http_patron_gift_link_t **gift);
static u_char *ngx_http_patron_gift_copy(u_char *p, ngx_str_t *dst,
    const u_char *data, size_t len);
static ngx_int_t ngx_http_patron_gift_option(ngx_http_patron_gift_conf_t *gift,
    ngx_str_t *option);


ngx_int_t
ngx_http_patron_gift_access(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf, ngx_http_patron_state_t *st)
{
    ngx_str_t   token;
    ngx_uint_t  taken;

    static const patron_str_t  name = patron_string("gift");

    if (ngx_http_patron_take_argument(r, &name, &token, &taken) != NGX_OK) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    if (!taken || st->gift_given) {
        return NGX_OK;
    }

    st->gift_given = 1;

    if (ngx_http_patron_gift_opens(r, plcf, &token, &st->gift) == NGX_ERROR) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    if (st->gift == NULL) {
        return NGX_OK;
    }

    st->giver = &st->gift->giver;

    return ngx_http_patron_gift_revoked(r, plcf, st);
}


/* NGX_OK; NGX_DECLINED where it is no good; NGX_ERROR. */

static ngx_int_t
ngx_http_patron_gift_opens(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf, ngx_str_t *token,
    ngx_http_patron_gift_link_t **gift)
{
    ngx_int_t       rc;
    const char     *why;
    patron_str_t    page;
    patron_link_t   link;

    rc = ngx_http_patron_link_open(r, plcf, NGX_HTTP_PATRON_SEAL_GIFT, "gift",
                                   token, NGX_HTTP_PATRON_GIFT_LEEWAY, &link);
    if (rc != NGX_OK) {
        return rc;
    }

    rc = ngx_http_patron_link_here(r, &plcf->gift->ignore, &link, &page, &why);

    if (rc == NGX_DECLINED) {
        ngx_http_patron_link_refused(r, "gift", why);
    }

    return rc == NGX_OK ? ngx_http_patron_gift_keep(r, &link, token, &page,
                                                    gift)
                        : rc;
}


/* Copies: the link's strings are good until the next one comes. */

static ngx_int_t
ngx_http_patron_gift_keep(ngx_http_request_t *r, patron_link_t *link,
    ngx_str_t *token, patron_str_t *page, ngx_http_patron_gift_link_t **gift)
{
    u_char                       *p;
    ngx_str_t                     id, sub, tier;
    ngx_http_patron_gift_link_t  *g;

    id = ngx_http_patron_nginx_str(&link->jti);

    if (id.len == 0 || id.len > NGX_HTTP_PATRON_GIFT_ID_MAX) {
        /* the signature is behind the last dot */

        for (p = token->data + token->len; p[-1] != '.'; p--) {
            /* void */
        }

        id.data = p;
        id.len = token->data + token->len - p;
    }

    g = ngx_pcalloc(r->pool, sizeof(ngx_http_patron_gift_link_t)
                             + link->sub.len + link->tier.len + id.len
                             + token->len + page->len);
    if (g == NULL) {
        return NGX_ERROR;
    }

    p = (u_char *) &g[1];

    p = ngx_http_patron_gift_copy(p, &sub, link->sub.data, link->sub.len);
    p = ngx_http_patron_gift_copy(p, &tier, link->tier.data, link->tier.len);
    p = ngx_http_patron_gift_copy(p, &g->id, id.data, id.len);
    p = ngx_http_patron_gift_copy(p, &g->token, token->data, token->len);

    ngx_memcpy(p, page->data, page->len);

    g->page.data = p;
    g->page.len = page->len;
    g->exp = link->exp;
    g->giver.state = PATRON_STATE_PATRON;
    g->giver.sub = ngx_http_patron_pure_str(&sub);
    g->giver.tier = ngx_http_patron_pure_str(&tier);

    *gift = g;

    return NGX_OK;
}


static u_char *
ngx_http_patron_gift_copy(u_char *p, ngx_str_t *dst, const u_char *data,
    size_t len)
{
    dst->data = p;
    dst->len = len;

    return len ? ngx_cpymem(p, data, len) : p;
}


ngx_int_t
ngx_http_patron_gift_header(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf, ngx_http_patron_state_t *st)
{
    if (!st->gift_given && !st->preview_given) {
        return NGX_OK;
    }

    if (ngx_http_patron_gift_follow(r, plcf, st) != NGX_OK) {
        return NGX_ERROR;
    }

    return ngx_http_patron_link_header(r);
}


/* patron_gift [limit=10] [period=month] [ttl=14d] [ignore=NAME,...] | off; */

char *
ngx_http_patron_gift(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_http_patron_loc_conf_t *plcf = conf;

    ngx_str_t                     *value;
    ngx_uint_t                     i;
    ngx_http_patron_gift_conf_t   *gift;
    ngx_http_patron_main_conf_t   *pmcf;

    static ngx_str_t  request_uri = ngx_string("request_uri");

    if (plcf->gift != NGX_CONF_UNSET_PTR) {
        return "is duplicate";
    }

    value = cf->args->elts;

    if (cf->args->nelts == 2 && ngx_strcmp(value[1].data, "off") == 0) {
        plcf->gift = NULL;
        return NGX_CONF_OK;
    }

    gift = ngx_pcalloc(cf->pool, sizeof(ngx_http_patron_gift_conf_t));
    if (gift == NULL) {
        return NGX_CONF_ERROR;
    }

    gift->limit = 10;
    gift->period.type = PATRON_PERIOD_MONTH;
    gift->ttl = 14 * 24 * 60 * 60;

    plcf->gift = gift;

    for (i = 1; i < cf->args->nelts; i++) {
        if (ngx_http_patron_gift_option(gift, &value[i]) != NGX_OK) {
            ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                               "\"%V\" directive: invalid parameter \"%V\"",
                               &cmd->name, &value[i]);
            return NGX_CONF_ERROR;
        }
    }

    pmcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_patron_module);

    pmcf->request_uri = ngx_http_get_variable_index(cf, &request_uri);

    return pmcf->request_uri == NGX_ERROR ? NGX_CONF_ERROR : NGX_CONF_OK;
}


static ngx_int_t
ngx_http_patron_gift_option(ngx_http_patron_gift_conf_t *gift,
    ngx_str_t *option)
{
    ngx_str_t  s;

    if (ngx_strncmp(option->data, "limit=", 6) == 0) {
        gift->limit = ngx_atoi(option->data + 6, option->len - 6);
        return gift->limit == NGX_ERROR ? NGX_ERROR : NGX_OK;
    }

    if (ngx_strncmp(option->data, "period=", 7) == 0) {
        s.data = option->data + 7;
        s.len = option->len - 7;
        return ngx_http_patron_period(&s, &gift->period);
    }

    if (ngx_strncmp(option->data, "ignore=", 7) == 0 && option->len > 7) {
        gift->ignore.data = option->data + 7;
        gift->ignore.len = option->len - 7;
        return NGX_OK;
    }

    if (ngx_strncmp(option->data, "ttl=", 4) == 0) {
        s.data = option->data + 4;
        s.len = option->len - 4;
        gift->ttl = ngx_parse_time(&s, 1);
        return (gift->ttl == (time_t) NGX_ERROR || gift->ttl == 0) ? NGX_ERROR
                                                                   : NGX_OK;
    }

    return NGX_ERROR;
}


char *
ngx_http_patron_gift_check(ngx_conf_t *cf, ngx_http_patron_loc_conf_t *plcf)
{
    const char  *needs;

    if (plcf->own.gift
        && (!plcf->enable || plcf->gift == NULL || plcf->redis == NULL))
    {
        needs = !plcf->enable ? "patron on"
                : plcf->gift == NULL ? "patron_gift" : "patron_redis";

        ngx_log_error(NGX_LOG_EMERG, cf->log, 0,
                      "\"patron_gift_handler\" directive: it needs \"%s\"",
                      needs);
        return NGX_CONF_ERROR;
    }

    if (plcf->enable && plcf->gift != NULL && plcf->keys == NULL) {
        ngx_log_error(NGX_LOG_EMERG, cf->log, 0,
                      "\"patron_gift\" directive: it signs links, and there is "
                      "no \"patron_key\"");
        return NGX_CONF_ERROR;
    }

    if (plcf->own.gift
        && ngx_http_patron_own_page_compile(cf, "patron_gift_handler", plcf,
                                            PATRON_OWN_PAGE_GIFT)
           != NGX_OK)
    {
        return NGX_CONF_ERROR;
    }

    return NGX_CONF_OK;
}
