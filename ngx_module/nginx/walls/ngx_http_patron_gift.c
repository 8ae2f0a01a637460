
/*
 * Links that open an article, and the directive of gifts.
 *
 * A link opens the page that the address names, its host, path and query: what
 * a rewrite makes of it would be the same for many articles.  It opens no more
 * than its giver could read when it was made.
 */


#include <ngx_config.h>
#include <ngx_core.h>

#include "patron_form.h"
#include "patron_link.h"
#include "ngx_http_patron_argument.h"
#include "ngx_http_patron_conf.h"
#include "ngx_http_patron_gift.h"
#include "ngx_http_patron_gift_follow.h"
#include "ngx_http_patron_gift_revoked.h"
#include "ngx_http_patron_headers.h"
#include "ngx_http_patron_meter_conf.h"
#include "ngx_http_patron_own_page.h"
#include "ngx_http_patron_seals.h"
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
    const char      *why;
    patron_str_t     text, host, page;
    patron_link_t    link;
    patron_seal_t   *seal;

    seal = ngx_http_patron_seal(&plcf->keys->seals, plcf->keys->keys,
                                NGX_HTTP_PATRON_SEAL_GIFT,
                                r->connection->log);
    if (seal == NULL) {
        return NGX_DECLINED;
    }

    text = ngx_http_patron_pure_str(token);

    if (patron_link_check(seal, &text, ngx_time(),
                          NGX_HTTP_PATRON_GIFT_LEEWAY, &link)
        != PATRON_TOKEN_VALID)
    {
        why = link.reason;
        goto refused;
    }

    ngx_http_patron_gift_host(r, &host);

    /* one that was made by hand may leave the host out */

    if (link.host.len
        && (link.host.len != host.len
            || ngx_memcmp(link.host.data, host.data, host.len) != 0))
    {
        why = "it is for another host";
        goto refused;
    }

    text = ngx_http_patron_pure_str(&r->unparsed_uri);

    if (ngx_http_patron_gift_page(r, plcf->gift, &text, &page) != NGX_OK) {
        return NGX_ERROR;
    }

    if (page.len == 0 || page.len != link.path.len
        || ngx_memcmp(page.data, link.path.data, page.len) != 0)
    {
        why = "it is for another path";
        goto refused;
    }

    return ngx_http_patron_gift_keep(r, &link, token, &page, gift);

refused:

    ngx_log_error(NGX_LOG_INFO, r->connection->log, 0,
                  "patron: gift refused: %s", why);

    return NGX_DECLINED;
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


void
ngx_http_patron_gift_host(ngx_http_request_t *r, patron_str_t *host)
{
    ngx_str_t                 *name;
    ngx_http_core_srv_conf_t  *cscf;

    cscf = ngx_http_get_module_srv_conf(r, ngx_http_core_module);

    name = r->headers_in.server.len ? &r->headers_in.server
                                    : &cscf->server_name;

    *host = ngx_http_patron_pure_str(name);
}


ngx_int_t
ngx_http_patron_gift_page(ngx_http_request_t *r,
    ngx_http_patron_gift_conf_t *gift, patron_str_t *uri, patron_str_t *page)
{
    u_char        *p, *decoded;
    size_t         i, n, len;
    patron_str_t   query, ignore;

    for (len = 0; len < uri->len && uri->data[len] != '?'; len++) {
        /* void */
    }

    p = ngx_pnalloc(r->pool, 4 * uri->len + 1);
    if (p == NULL) {
        return NGX_ERROR;
    }

    decoded = p + 3 * uri->len + 1;
    n = patron_percent_decode(decoded, uri->data, len);

    page->data = p;

    for (i = 0; i < n; i++) {

        if (decoded[i] == '?' || decoded[i] == '%') {
            /* a '?' of the path is not that of the query */
            p = ngx_sprintf(p, "%%%02XD", (uint32_t) decoded[i]);

        } else {
            *p++ = decoded[i];
        }
    }

    query.data = uri->data + ngx_min(len + 1, uri->len);
    query.len = uri->data + uri->len - query.data;

    ignore = ngx_http_patron_pure_str(&gift->ignore);

    n = patron_query_significant(&query, &ignore, p + 1);

    if (n) {
        *p = '?';
        p += 1 + n;
    }

    page->len = p - page->data;

    return NGX_OK;
}


ngx_int_t
ngx_http_patron_gift_header(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf, ngx_http_patron_state_t *st)
{
    static ngx_str_t  robots = ngx_string("X-Robots-Tag");
    static ngx_str_t  noindex = ngx_string("noindex");
    static ngx_str_t  referrer = ngx_string("Referrer-Policy");
    static ngx_str_t  no_referrer = ngx_string("no-referrer");

    if (!st->gift_given && !st->preview_given) {
        return NGX_OK;
    }

    if (ngx_http_patron_gift_follow(r, plcf, st) != NGX_OK) {
        return NGX_ERROR;
    }

    ngx_http_patron_drop_header(r, &referrer);

    if (ngx_http_patron_add_header(r, &referrer, &no_referrer) != NGX_OK) {
        return NGX_ERROR;
    }

    return ngx_http_patron_add_header(r, &robots, &noindex);
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
