
/*
 * See the header.  A link is good for one host, path and query, as a gift's is,
 * but opens no page; it names a member, whose record says what it is worth, and
 * an id, which stands in Redis for as long as the address is good:
 *
 *     <prefix>feed:<sub>    <id>       "<networks> <path>"
 *                           net:<id>   "<day> <network> ..."
 *
 * A round trip for each request by such an address.  While Redis is away it is
 * worth what a token would be.
 */


#include "patron_record.h"
#include "ngx_http_patron_argument.h"
#include "ngx_http_patron_ask.h"
#include "ngx_http_patron_feed_link.h"
#include "ngx_http_patron_headers.h"
#include "ngx_http_patron_link.h"
#include "ngx_http_patron_redis.h"
#include "ngx_http_patron_redis_script.h"
#include "ngx_http_patron_str.h"
#include "ngx_http_patron_suspend.h"


#define NGX_HTTP_PATRON_FEED_LIFE     (10 * 365 * 24 * 60 * 60)
#define NGX_HTTP_PATRON_FEED_KEY_MAX  (64 + sizeof("feed:")                   \
                                       + 3 * PATRON_SUB_MAX)


/*
 * ARGV: the id, the network, the day.  1: it is good; 0: it was taken back;
 * -1: it is used from too many networks today.
 */

static ngx_str_t  ngx_http_patron_feed_script = ngx_string(
    "local address = redis.call('HGET', KEYS[1], ARGV[1])\n"
    "if not address then\n"
    "    return 0\n"
    "end\n"
    "local seen = redis.call('HGET', KEYS[1], 'net:' .. ARGV[1]) or ''\n"
    "local n = 0\n"
    "if seen:match('^%d+') ~= ARGV[3] then\n"
    "    seen = ARGV[3]\n"
    "end\n"
    "for network in seen:gmatch(' (%S+)') do\n"
    "    n = n + 1\n"
    "    if network == ARGV[2] then\n"
    "        return 1\n"
    "    end\n"
    "end\n"
    "if n >= (tonumber(address:match('^%d+')) or 0) then\n"
    "    return -1\n"
    "end\n"
    "redis.call('HSET', KEYS[1], 'net:' .. ARGV[1],\n"
    "    seen .. ' ' .. ARGV[2])\n"
    "return 1\n");


static ngx_int_t ngx_http_patron_feed_opens(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf, ngx_str_t *token,
    ngx_http_patron_feed_link_t **feed);
static ngx_int_t ngx_http_patron_feed_keep(ngx_http_request_t *r,
    patron_link_t *link, ngx_http_patron_feed_link_t **feed);
static ngx_int_t ngx_http_patron_feed_ask(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf, ngx_http_patron_state_t *st);
static size_t ngx_http_patron_feed_network(ngx_http_request_t *r, u_char *dst);
static void ngx_http_patron_feed_answer(ngx_http_patron_state_t *st,
    void *data, patron_reply_t *reply);


/* No argument is ignored. */

static ngx_str_t  ngx_http_patron_feed_all = ngx_null_string;


ngx_int_t
ngx_http_patron_feed_link_script(ngx_conf_t *cf,
    ngx_http_patron_main_conf_t *pmcf)
{
    pmcf->feed_script.text = ngx_http_patron_feed_script;

    return ngx_http_patron_redis_script_init(cf->pool, &pmcf->feed_script);
}


ngx_int_t
ngx_http_patron_feed_access(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf, ngx_http_patron_state_t *st)
{
    ngx_str_t   token;
    ngx_uint_t  taken;

    static const patron_str_t  name = patron_string("patron_feed");

    if (ngx_http_patron_take_argument(r, &name, &token, &taken) != NGX_OK) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    if (!taken || st->feed_given) {
        return NGX_OK;
    }

    st->feed_given = 1;

    if (plcf->feed == NULL || plcf->keys == NULL || plcf->redis == NULL) {
        return NGX_OK;
    }

    if (ngx_http_patron_feed_opens(r, plcf, &token, &st->feed) == NGX_ERROR) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    if (st->feed == NULL || ngx_http_patron_feed_ask(r, plcf, st) != NGX_OK) {
        return NGX_OK;
    }

    return ngx_http_patron_suspend(r, ngx_http_patron_ask_detach, st);
}


/* NGX_OK; NGX_DECLINED where it is no good; NGX_ERROR. */

static ngx_int_t
ngx_http_patron_feed_opens(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf, ngx_str_t *token,
    ngx_http_patron_feed_link_t **feed)
{
    ngx_int_t       rc;
    const char     *why;
    patron_str_t    page;
    patron_link_t   link;

    static const char  what[] = "address of a feed";

    rc = ngx_http_patron_link_open(r, plcf, NGX_HTTP_PATRON_SEAL_FEED, what,
                                   token, 0, &link);
    if (rc != NGX_OK) {
        return rc;
    }

    rc = ngx_http_patron_link_here(r, &ngx_http_patron_feed_all, &link, &page,
                                   &why);

    if (rc == NGX_DECLINED) {
        ngx_http_patron_link_refused(r, what, why);
    }

    return rc == NGX_OK ? ngx_http_patron_feed_keep(r, &link, feed) : rc;
}


/* Copies: the link's strings are good until the next one comes. */

static ngx_int_t
ngx_http_patron_feed_keep(ngx_http_request_t *r, patron_link_t *link,
    ngx_http_patron_feed_link_t **feed)
{
    u_char                       *p, *dot;
    ngx_http_patron_feed_link_t  *f;

    if (link->sub.len == 0 || link->sub.len > PATRON_SUB_MAX
        || link->jti.len == 0
        || link->jti.len > NGX_HTTP_PATRON_FEED_ID_MAX)
    {
        return NGX_DECLINED;
    }

    f = ngx_pcalloc(r->pool, sizeof(ngx_http_patron_feed_link_t)
                             + link->sub.len + link->jti.len);
    if (f == NULL) {
        return NGX_ERROR;
    }

    p = (u_char *) &f[1];

    f->sub.data = p;
    f->sub.len = link->sub.len;
    p = ngx_cpymem(p, link->sub.data, link->sub.len);

    f->id.data = p;
    f->id.len = link->jti.len;
    p = ngx_cpymem(p, link->jti.data, link->jti.len);

    dot = ngx_strlchr(f->id.data, p, '.');
    f->iat = dot ? ngx_atotm(dot + 1, p - dot - 1) : (time_t) NGX_ERROR;

    if (f->iat == (time_t) NGX_ERROR) {
        return NGX_DECLINED;
    }

    *feed = f;

    return NGX_OK;
}


static ngx_int_t
ngx_http_patron_feed_ask(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf, ngx_http_patron_state_t *st)
{
    u_char                       *p, key[NGX_HTTP_PATRON_FEED_KEY_MAX];
    u_char                        network[NGX_SOCKADDR_STRLEN];
    u_char                        day[NGX_INT64_LEN];
    ngx_str_t                     argv[4];
    ngx_http_patron_question_t    question;
    ngx_http_patron_main_conf_t  *pmcf;

    p = ngx_http_patron_redis_key(key, plcf->redis, "feed:");
    p = patron_key_escape(p, st->feed->sub.data, st->feed->sub.len);

    argv[0].data = key;
    argv[0].len = p - key;

    argv[1] = st->feed->id;

    argv[2].data = network;
    argv[2].len = ngx_http_patron_feed_network(r, network);

    argv[3].data = day;
    argv[3].len = ngx_sprintf(day, "%T", ngx_time() / (24 * 60 * 60)) - day;

    pmcf = ngx_http_get_module_main_conf(r, ngx_http_patron_module);

    question.script = &pmcf->feed_script;
    question.nkeys = 1;
    question.argv = argv;
    question.argc = 4;
    question.answer = ngx_http_patron_feed_answer;
    question.resume = ngx_http_patron_resume_phases;
    question.data = &plcf->redis;
    question.size = sizeof(ngx_http_patron_redis_t *);

    return ngx_http_patron_ask(r, st, plcf->redis, &question);
}


/* A /24 of IPv4, a /48 of IPv6; other readers are all in one. */

static size_t
ngx_http_patron_feed_network(ngx_http_request_t *r, u_char *dst)
{
    u_char              *p;
    struct sockaddr     *sa;
#if (NGX_HAVE_INET6)
    struct in6_addr     *six;
#endif

    sa = r->connection->sockaddr;

    switch (sa->sa_family) {

#if (NGX_HAVE_INET6)
    case AF_INET6:
        six = &((struct sockaddr_in6 *) sa)->sin6_addr;
        p = six->s6_addr;

        if (!IN6_IS_ADDR_V4MAPPED(six)) {
            return ngx_sprintf(dst, "%02xd%02xd:%02xd%02xd:%02xd%02xd",
                               p[0], p[1], p[2], p[3], p[4], p[5])
                   - dst;
        }

        p += 12;
        break;
#endif

    case AF_INET:
        p = (u_char *) &((struct sockaddr_in *) sa)->sin_addr;
        break;

    default:
        *dst = '-';
        return 1;
    }

    return ngx_sprintf(dst, "%ud.%ud.%ud", p[0], p[1], p[2]) - dst;
}


static void
ngx_http_patron_feed_answer(ngx_http_patron_state_t *st, void *data,
    patron_reply_t *reply)
{
    int64_t                    n;
    ngx_http_patron_redis_t  **redis = data;

    if (!ngx_http_patron_answered(*redis, reply) || st == NULL) {
        return;
    }

    n = patron_reply_int(reply, 0);

    if (n == 1) {
        return;
    }

    st->feed = NULL;

    ngx_log_error(NGX_LOG_INFO, st->request->connection->log, 0,
                  "patron: address of a feed refused: %s",
                  n == 0 ? "it was taken back"
                         : "it is used from too many networks");
}


void
ngx_http_patron_feed_claims(ngx_http_patron_state_t *st, ngx_str_t *token,
    patron_token_e *verified, patron_claims_t *claims)
{
    ngx_memzero(claims, sizeof(patron_claims_t));

    claims->sub = ngx_http_patron_pure_str(&st->feed->sub);
    claims->iat = st->feed->iat;

    ngx_str_null(token);
    *verified = PATRON_TOKEN_VALID;
}


ngx_int_t
ngx_http_patron_feed_link_header(ngx_http_request_t *r,
    ngx_http_patron_state_t *st)
{
    if (!st->feed_given) {
        return NGX_OK;
    }

    if (ngx_http_patron_link_header(r) != NGX_OK) {
        return NGX_ERROR;
    }

    return ngx_http_patron_private(r);
}


ngx_int_t
ngx_http_patron_feed_sign(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf, ngx_http_patron_feed_link_t *feed,
    patron_str_t *base, patron_str_t *uri, ngx_str_t *url)
{
    patron_link_t  link;

    ngx_memzero(&link, sizeof(patron_link_t));

    link.sub = ngx_http_patron_pure_str(&feed->sub);
    link.jti = ngx_http_patron_pure_str(&feed->id);
    link.exp = feed->iat + NGX_HTTP_PATRON_FEED_LIFE;

    ngx_http_patron_link_host(r, &link.host);

    if (ngx_http_patron_link_page(r, &ngx_http_patron_feed_all, uri,
                                  &link.path)
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    return ngx_http_patron_link_address(r, plcf, NGX_HTTP_PATRON_SEAL_FEED,
                                        &link, base, uri, "patron_feed", url);
}


ngx_int_t
ngx_http_patron_feed_own(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf, ngx_http_patron_feed_link_t *link,
    patron_str_t *url)
{
    size_t         skip, len;
    ngx_int_t      rc;
    ngx_str_t      own;
    const u_char  *p, *end;
    patron_str_t   base, uri, host;

    p = url->data;
    end = p + url->len;
    skip = 0;

    if (url->len > 8 && ngx_strncasecmp((u_char *) p, (u_char *) "https://", 8)
                        == 0)
    {
        skip = 8;

    } else if (url->len > 7
               && ngx_strncasecmp((u_char *) p, (u_char *) "http://", 7) == 0)
    {
        skip = 7;
    }

    for (p += skip; skip && p < end && *p != '/'; p++) { /* void */ }

    /* "//host" leads to another site, and so does "/\\host" */

    if (p == end || *p != '/'
        || (skip == 0 && url->len > 1 && (p[1] == '/' || p[1] == '\\'))
        || memchr(p, '#', end - p) != NULL)
    {
        return NGX_OK;
    }

    if (skip) {
        ngx_http_patron_link_host(r, &host);

        len = p - url->data - skip;

        if (len < host.len
            || ngx_strncasecmp((u_char *) url->data + skip,
                               (u_char *) host.data, host.len)
               != 0
            || (len > host.len && url->data[skip + host.len] != ':'))
        {
            return NGX_OK;
        }
    }

    base.data = url->data;
    base.len = p - url->data;
    uri.data = p;
    uri.len = end - p;

    rc = ngx_http_patron_feed_sign(r, plcf, link, &base, &uri, &own);

    if (rc == NGX_OK) {
        *url = ngx_http_patron_pure_str(&own);
    }

    return rc == NGX_ERROR ? NGX_ERROR : NGX_OK;
}
