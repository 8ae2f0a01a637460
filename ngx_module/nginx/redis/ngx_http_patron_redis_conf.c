
/*
 * The directive "patron_redis": addresses and options, checked and resolved
 * while the configuration is read.
 *
 * A name that does not resolve then is an error, unless nginx has a resolver by
 * that point of the configuration; it is asked at run time.  Where several
 * addresses are given, user, password and database are those of the first that
 * states them.
 */


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>

#include "ngx_http_patron_redis_conf.h"
#include "ngx_http_patron_redis_connect.h"
#include "ngx_http_patron_redis_files.h"
#include "ngx_http_patron_redis_server_types.h"
#include "ngx_http_patron_str.h"


#define NGX_HTTP_PATRON_REDIS_TIMEOUT          50
#define NGX_HTTP_PATRON_REDIS_CONNECT_TIMEOUT  1000
#define NGX_HTTP_PATRON_PREFIX_MAX             64


/* The servers of a cycle. */

typedef struct {
    ngx_array_t                   servers;  /* ngx_http_patron_redis_t * */
} ngx_http_patron_redis_main_t;


static ngx_http_patron_redis_main_t *ngx_http_patron_redis_main(
    ngx_cycle_t *cycle);
static void ngx_http_patron_redis_cleanup(void *data);
static ngx_http_patron_redis_main_t *ngx_http_patron_redis_main_create(
    ngx_conf_t *cf);
static ngx_int_t ngx_http_patron_redis_join(ngx_conf_t *cf, ngx_str_t *args,
    ngx_uint_t nargs, ngx_str_t *joined);
static ngx_http_patron_redis_t *ngx_http_patron_redis_create(ngx_conf_t *cf,
    ngx_str_t *args, ngx_uint_t nargs);
static ngx_int_t ngx_http_patron_redis_address(ngx_conf_t *cf,
    ngx_http_patron_redis_conf_t *conf, ngx_str_t *arg);
static ngx_int_t ngx_http_patron_redis_node(ngx_conf_t *cf,
    ngx_http_patron_redis_t *redis, ngx_http_patron_node_t *node,
    patron_url_t *url);
static ngx_int_t ngx_http_patron_redis_lookup(ngx_conf_t *cf,
    ngx_http_patron_redis_t *redis, ngx_http_patron_node_t *node);
static ngx_int_t ngx_http_patron_redis_option(ngx_conf_t *cf,
    ngx_http_patron_redis_conf_t *conf, ngx_str_t *arg);
static ngx_int_t ngx_http_patron_redis_time(ngx_conf_t *cf, ngx_str_t *arg,
    ngx_str_t *value, ngx_msec_t *time);
static ngx_int_t ngx_http_patron_redis_prefix_option(ngx_conf_t *cf,
    ngx_http_patron_redis_t *redis, ngx_str_t *arg, ngx_str_t *value);
static ngx_int_t ngx_http_patron_redis_check(ngx_conf_t *cf,
    ngx_http_patron_redis_conf_t *conf);
static ngx_int_t ngx_http_patron_redis_identify(ngx_conf_t *cf,
    ngx_http_patron_redis_main_t *rmcf, ngx_http_patron_redis_t *redis);


/*
 * The servers of a cycle hang on its pool, as a cleanup that is found again by
 * its handler: they go when the cycle goes, and a configuration that was
 * refused leaves nothing behind.
 */

static ngx_http_patron_redis_main_t *
ngx_http_patron_redis_main(ngx_cycle_t *cycle)
{
    ngx_pool_cleanup_t  *cln;

    for (cln = cycle->pool->cleanup; cln != NULL; cln = cln->next) {
        if (cln->handler == ngx_http_patron_redis_cleanup) {
            return cln->data;
        }
    }

    return NULL;
}


static void
ngx_http_patron_redis_cleanup(void *data)
{
    /* marks the data; all of it is the pool's */
}


static ngx_http_patron_redis_main_t *
ngx_http_patron_redis_main_create(ngx_conf_t *cf)
{
    ngx_pool_cleanup_t            *cln;
    ngx_http_patron_redis_main_t  *rmcf;

    rmcf = ngx_http_patron_redis_main(cf->cycle);
    if (rmcf != NULL) {
        return rmcf;
    }

    cln = ngx_pool_cleanup_add(cf->cycle->pool,
                               sizeof(ngx_http_patron_redis_main_t));
    if (cln == NULL) {
        return NULL;
    }

    rmcf = cln->data;

    if (ngx_array_init(&rmcf->servers, cf->pool, 1,
                       sizeof(ngx_http_patron_redis_t *))
        != NGX_OK)
    {
        return NULL;
    }

    cln->handler = ngx_http_patron_redis_cleanup;

    return rmcf;
}


ngx_http_patron_redis_t *
ngx_http_patron_redis_next(ngx_cycle_t *cycle, ngx_http_patron_redis_t *redis)
{
    ngx_uint_t                     i;
    ngx_http_patron_redis_t      **servers;
    ngx_http_patron_redis_main_t  *rmcf;

    rmcf = ngx_http_patron_redis_main(cycle);

    if (rmcf == NULL || rmcf->servers.nelts == 0) {
        return NULL;
    }

    servers = rmcf->servers.elts;

    if (redis == NULL) {
        return servers[0];
    }

    for (i = 0; i < rmcf->servers.nelts - 1; i++) {
        if (servers[i] == redis) {
            return servers[i + 1];
        }
    }

    return NULL;
}


ngx_http_patron_redis_t *
ngx_http_patron_redis_add(ngx_conf_t *cf, ngx_str_t *args, ngx_uint_t nargs)
{
    ngx_str_t                      joined;
    ngx_uint_t                     i;
    ngx_http_patron_redis_t       *redis, **servers, **server;
    ngx_http_patron_redis_main_t  *rmcf;

    rmcf = ngx_http_patron_redis_main_create(cf);

    if (rmcf == NULL
        || ngx_http_patron_redis_join(cf, args, nargs, &joined) != NGX_OK)
    {
        return NULL;
    }

    servers = rmcf->servers.elts;

    for (i = 0; i < rmcf->servers.nelts; i++) {
        if (servers[i]->args.len == joined.len
            && ngx_memcmp(servers[i]->args.data, joined.data, joined.len) == 0)
        {
            return servers[i];
        }
    }

    redis = ngx_http_patron_redis_create(cf, args, nargs);
    if (redis == NULL) {
        return NULL;
    }

    redis->args = joined;

    if (ngx_http_patron_redis_identify(cf, rmcf, redis) != NGX_OK) {
        return NULL;
    }

    server = ngx_array_push(&rmcf->servers);
    if (server == NULL) {
        return NULL;
    }

    *server = redis;

    return redis;
}


static ngx_int_t
ngx_http_patron_redis_join(ngx_conf_t *cf, ngx_str_t *args, ngx_uint_t nargs,
    ngx_str_t *joined)
{
    u_char      *p;
    size_t       len;
    ngx_uint_t   i;

    len = 0;

    for (i = 1; i < nargs; i++) {
        len += args[i].len + 1;
    }

    p = ngx_pnalloc(cf->pool, len);
    if (p == NULL) {
        return NGX_ERROR;
    }

    joined->data = p;
    joined->len = len;

    for (i = 1; i < nargs; i++) {
        p = ngx_cpymem(p, args[i].data, args[i].len);
        *p++ = '\0';
    }

    return NGX_OK;
}


static ngx_http_patron_redis_t *
ngx_http_patron_redis_create(ngx_conf_t *cf, ngx_str_t *args,
    ngx_uint_t nargs)
{
    ngx_int_t                      rc;
    ngx_uint_t                     i;
    patron_str_t                   text;
    ngx_http_conf_ctx_t           *ctx;
    ngx_http_patron_redis_t       *redis;
    ngx_http_patron_redis_conf_t   conf;

    redis = ngx_pcalloc(cf->pool, sizeof(ngx_http_patron_redis_t));
    if (redis == NULL) {
        return NULL;
    }

    ngx_memzero(&conf, sizeof(ngx_http_patron_redis_conf_t));
    conf.redis = redis;

    redis->timeout = NGX_HTTP_PATRON_REDIS_TIMEOUT;
    redis->connect_timeout = NGX_HTTP_PATRON_REDIS_CONNECT_TIMEOUT;
    redis->verify = 1;
    ngx_str_set(&redis->prefix, "patron:");
    ngx_str_set(&redis->sentinel, "");

    ctx = (ngx_http_conf_ctx_t *) cf->cycle->conf_ctx[ngx_http_module.index];

    redis->clcf = ngx_http_conf_get_module_loc_conf(cf, ngx_http_core_module);
    redis->http_clcf = ctx->loc_conf[ngx_http_core_module.ctx_index];

    if (ngx_array_init(&redis->nodes, cf->pool, 1,
                       sizeof(ngx_http_patron_node_t))
        != NGX_OK)
    {
        return NULL;
    }

    for (i = 1; i < nargs; i++) {
        text = ngx_http_patron_pure_str(&args[i]);

        rc = patron_url_is(&text)
             ? ngx_http_patron_redis_address(cf, &conf, &args[i])
             : ngx_http_patron_redis_option(cf, &conf, &args[i]);

        if (rc != NGX_OK) {
            return NULL;
        }
    }

    if (ngx_http_patron_redis_check(cf, &conf) != NGX_OK) {
        return NULL;
    }

    return redis;
}


static ngx_int_t
ngx_http_patron_redis_address(ngx_conf_t *cf,
    ngx_http_patron_redis_conf_t *conf, ngx_str_t *arg)
{
    u_char                   *buf, *shown;
    const char               *err;
    patron_url_t              url;
    patron_str_t              text;
    ngx_http_patron_node_t   *node;
    ngx_http_patron_redis_t  *redis;

    redis = conf->redis;
    text = ngx_http_patron_pure_str(arg);

    buf = ngx_pnalloc(cf->pool, arg->len);
    if (buf == NULL) {
        return NGX_ERROR;
    }

    if (patron_url_parse(&text, buf, &url, &err) != PATRON_OK) {

        /* what stands before "@" may be a password */

        shown = ngx_strlchr(arg->data, arg->data + arg->len, '@');
        shown = shown ? shown + 1 : arg->data;

        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "invalid address \"%*s\" in \"patron_redis\": %s",
                           (size_t) (arg->data + arg->len - shown), shown,
                           err);
        return NGX_ERROR;
    }

    if (url.has_password && !redis->has_password) {
        redis->has_password = 1;
        redis->user = ngx_http_patron_nginx_str(&url.user);
        redis->password = ngx_http_patron_nginx_str(&url.password);

    } else if (url.user.len && redis->user.len == 0) {
        redis->user = ngx_http_patron_nginx_str(&url.user);
    }

    if (url.has_db && redis->db == 0) {
        redis->db = url.db;
    }

    if (url.tls) {
        conf->tls = 1;
    }

    node = ngx_array_push(&redis->nodes);
    if (node == NULL) {
        return NGX_ERROR;
    }

    ngx_memzero(node, sizeof(ngx_http_patron_node_t));

    return ngx_http_patron_redis_node(cf, redis, node, &url);
}


static ngx_int_t
ngx_http_patron_redis_node(ngx_conf_t *cf, ngx_http_patron_redis_t *redis,
    ngx_http_patron_node_t *node, patron_url_t *url)
{
    u_char  *p;
    size_t   len;

    len = url->host.len ? url->host.len + sizeof("[]:65535") - 1
                        : url->path.len + sizeof("unix:") - 1;

    p = ngx_pnalloc(cf->pool, len + 1);
    if (p == NULL) {
        return NGX_ERROR;
    }

    node->name.data = p;
    node->tls = url->tls;

    if (url->host.len == 0) {
        p = ngx_cpymem(p, "unix:", sizeof("unix:") - 1);
        p = ngx_cpymem(p, url->path.data, url->path.len);
        ngx_str_set(&node->host, "");

    } else {
        node->port = (in_port_t) url->port;

        p = ngx_sprintf(p, url->ipv6 ? "[%*s]:%ui" : "%*s:%ui",
                        url->host.len, url->host.data,
                        (ngx_uint_t) url->port);

        node->host.data = ngx_pnalloc(cf->pool, url->host.len + 1);
        if (node->host.data == NULL) {
            return NGX_ERROR;
        }

        node->host.len = url->host.len;
        ngx_memcpy(node->host.data, url->host.data, url->host.len);
        node->host.data[url->host.len] = '\0';
    }

    *p = '\0';
    node->name.len = p - node->name.data;

    return ngx_http_patron_redis_lookup(cf, redis, node);
}


static ngx_int_t
ngx_http_patron_redis_lookup(ngx_conf_t *cf, ngx_http_patron_redis_t *redis,
    ngx_http_patron_node_t *node)
{
    ngx_url_t  u;

    ngx_memzero(&u, sizeof(ngx_url_t));

    u.url = node->name;
    u.default_port = PATRON_REDIS_PORT;

    if (node->host.len) {
        node->numeric = (ngx_inet_addr(node->host.data, node->host.len)
                         != INADDR_NONE
                         || ngx_strlchr(node->host.data,
                                        node->host.data + node->host.len, ':')
                            != NULL);
    }

    if (ngx_parse_url(cf->pool, &u) != NGX_OK) {

        if (!node->numeric && node->host.len
            && ngx_http_patron_redis_resolver(redis) != NULL)
        {
            ngx_conf_log_error(NGX_LOG_WARN, cf, 0,
                               "redis \"%V\" does not resolve yet",
                               &node->host);
            return NGX_OK;
        }

        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "%s in \"%V\" of \"patron_redis\"",
                           u.err ? u.err : "no memory", &node->name);
        return NGX_ERROR;
    }

    node->addrs = u.addrs;
    node->naddrs = u.naddrs;

    return NGX_OK;
}


static ngx_int_t
ngx_http_patron_redis_option(ngx_conf_t *cf,
    ngx_http_patron_redis_conf_t *conf, ngx_str_t *arg)
{
    ngx_uint_t                i;
    ngx_str_t                 value, *files[4];
    ngx_http_patron_redis_t  *redis;

    static char  *names[] = { "password_file=", "ca=", "cert=", "key=" };

    redis = conf->redis;

    files[0] = &conf->password_file;
    files[1] = &conf->ca;
    files[2] = &conf->cert;
    files[3] = &conf->key;

    for (i = 0; i < 4; i++) {
        if (ngx_strncmp(arg->data, names[i], ngx_strlen(names[i])) == 0) {
            files[i]->data = arg->data + ngx_strlen(names[i]);
            files[i]->len = arg->len - ngx_strlen(names[i]);

            return ngx_conf_full_name(cf->cycle, files[i], 1);
        }
    }

    if (ngx_strcmp(arg->data, "cluster") == 0) {
        redis->cluster = 1;
        return NGX_OK;
    }

    value.data = ngx_strlchr(arg->data, arg->data + arg->len, '=');
    value.data = value.data ? value.data + 1 : arg->data + arg->len;
    value.len = arg->data + arg->len - value.data;

    if (ngx_strncmp(arg->data, "timeout=", 8) == 0) {
        return ngx_http_patron_redis_time(cf, arg, &value, &redis->timeout);
    }

    if (ngx_strncmp(arg->data, "connect_timeout=", 16) == 0) {
        return ngx_http_patron_redis_time(cf, arg, &value,
                                          &redis->connect_timeout);
    }

    if (ngx_strncmp(arg->data, "prefix=", 7) == 0) {
        return ngx_http_patron_redis_prefix_option(cf, redis, arg, &value);
    }

    if (ngx_strncmp(arg->data, "sentinel=", 9) == 0 && value.len) {
        redis->sentinel = value;
        return NGX_OK;
    }

    if (ngx_strcmp(arg->data, "verify=on") == 0) {
        redis->verify = 1;
        return NGX_OK;
    }

    if (ngx_strcmp(arg->data, "verify=off") == 0) {
        redis->verify = 0;
        return NGX_OK;
    }

    ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                       "invalid parameter \"%V\" in \"patron_redis\"%s", arg,
                       ngx_strchr(arg->data, '=') == NULL
                       ? ": an address begins with redis://, rediss:// or "
                         "unix:/" : "");

    return NGX_ERROR;
}


static ngx_int_t
ngx_http_patron_redis_time(ngx_conf_t *cf, ngx_str_t *arg, ngx_str_t *value,
    ngx_msec_t *time)
{
    ngx_int_t  n;

    n = ngx_parse_time(value, 0);

    if (n == NGX_ERROR || n == 0 || n > 60 * 1000) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "invalid time in \"%V\" of \"patron_redis\": "
                           "more than 0, at most 60s", arg);
        return NGX_ERROR;
    }

    *time = (ngx_msec_t) n;

    return NGX_OK;
}


static ngx_int_t
ngx_http_patron_redis_prefix_option(ngx_conf_t *cf,
    ngx_http_patron_redis_t *redis, ngx_str_t *arg, ngx_str_t *value)
{
    size_t  i;

    for (i = 0; i < value->len; i++) {
        if (value->data[i] <= 0x20 || value->data[i] >= 0x7f) {
            break;
        }
    }

    if (value->len == 0 || value->len > NGX_HTTP_PATRON_PREFIX_MAX
        || i < value->len)
    {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "invalid \"%V\" of \"patron_redis\": 1 to %d "
                           "printable characters", arg,
                           NGX_HTTP_PATRON_PREFIX_MAX);
        return NGX_ERROR;
    }

    redis->prefix = *value;

    return NGX_OK;
}


static ngx_int_t
ngx_http_patron_redis_check(ngx_conf_t *cf,
    ngx_http_patron_redis_conf_t *conf)
{
    const char               *err;
    ngx_http_patron_redis_t  *redis;

    redis = conf->redis;
    err = NULL;

    if (redis->nodes.nelts == 0) {
        err = "no address";

    } else if (redis->cluster && redis->sentinel.len) {
        err = "\"cluster\" and \"sentinel\" exclude each other";

    } else if (redis->cluster && redis->db) {
        err = "a cluster has no databases";

    } else if ((conf->cert.len != 0) != (conf->key.len != 0)) {
        err = "\"cert=\" and \"key=\" go together";

    } else if (!conf->tls && (conf->ca.len || conf->cert.len)) {
        err = "certificates need \"rediss://\"";

    } else if (conf->password_file.len && redis->has_password) {
        err = "two passwords";

    } else if (!conf->password_file.len && !redis->has_password
               && redis->user.len)
    {
        err = "a user without a password";
    }

    if (err != NULL) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "%s in \"patron_redis\"", err);
        return NGX_ERROR;
    }

    if (conf->password_file.len
        && ngx_http_patron_redis_password(cf, conf) != NGX_OK)
    {
        return NGX_ERROR;
    }

    return conf->tls ? ngx_http_patron_redis_tls(cf, conf) : NGX_OK;
}


/*
 * Which data it is: the addresses, the database and the prefix, whatever the
 * other options.  The number is a hash of that, made unique in the cycle.
 */

static ngx_int_t
ngx_http_patron_redis_identify(ngx_conf_t *cf,
    ngx_http_patron_redis_main_t *rmcf, ngx_http_patron_redis_t *redis)
{
    size_t                     len;
    u_char                    *p;
    ngx_uint_t                 i;
    ngx_http_patron_node_t    *node;
    ngx_http_patron_redis_t  **servers;

    node = redis->nodes.elts;
    redis->name = node[0].name;

    len = redis->sentinel.len + redis->prefix.len + NGX_INT_T_LEN + 3;

    for (i = 0; i < redis->nodes.nelts; i++) {
        len += node[i].name.len + 1;
    }

    p = ngx_pnalloc(cf->pool, len);
    if (p == NULL) {
        return NGX_ERROR;
    }

    redis->identity.data = p;

    for (i = 0; i < redis->nodes.nelts; i++) {
        p = ngx_sprintf(p, "%V ", &node[i].name);
    }

    p = ngx_sprintf(p, "%V %ui %V", &redis->sentinel, redis->db,
                    &redis->prefix);
    redis->identity.len = p - redis->identity.data;

    redis->id = ngx_crc32_long(redis->identity.data, redis->identity.len);

    servers = rmcf->servers.elts;

    for (i = 0; i < rmcf->servers.nelts; /* void */) {

        if (redis->id == 0
            || (servers[i]->id == redis->id
                && (servers[i]->identity.len != redis->identity.len
                    || ngx_memcmp(servers[i]->identity.data,
                                  redis->identity.data, redis->identity.len)
                       != 0)))
        {
            redis->id++;
            i = 0;
            continue;
        }

        i++;
    }

    redis->id = redis->id ? redis->id : 1;

    return NGX_OK;
}
