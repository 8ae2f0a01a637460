
/*
 * See the header.  What browsers would drop without a word is refused.
 */


#include "patron_cookie.h"
#include "ngx_http_patron_cookie_conf.h"
#include "ngx_http_patron_str.h"


static void ngx_http_patron_cookie_default(ngx_http_patron_cookie_t *cookie);
static ngx_int_t ngx_http_patron_cookie_option(
    ngx_http_patron_cookie_t *cookie, ngx_str_t *option);
static ngx_uint_t ngx_http_patron_cookie_named(ngx_str_t *name);
static ngx_uint_t ngx_http_patron_cookie_of_domain(ngx_str_t *value);
static ngx_uint_t ngx_http_patron_cookie_same(const ngx_str_t *domain,
    const ngx_str_t *former);
static char *ngx_http_patron_cookie_agrees(ngx_conf_t *cf,
    ngx_command_t *cmd, ngx_http_patron_cookie_t *cookie);


#define NGX_HTTP_PATRON_HOST    "__Host-"
#define NGX_HTTP_PATRON_SECURE  "__Secure-"

#define ngx_http_patron_cookie_begins(name, prefix)                           \
    ((name)->len >= sizeof(prefix) - 1                                        \
     && ngx_memcmp((name)->data, prefix, sizeof(prefix) - 1) == 0)


/* Of those purposes that are carried in cookies. */

static ngx_str_t  ngx_http_patron_cookie_suffixes[NGX_HTTP_PATRON_COOKIES] = {
    ngx_string("_id"),
    ngx_string("_meter"),
    ngx_string("_device"),
    ngx_string("_seen"),
    ngx_string("_read")
};


char *
ngx_http_patron_cookie(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_http_patron_loc_conf_t *plcf = conf;

    ngx_str_t   *value;
    ngx_uint_t   i;

    if (plcf->cookie.name.data != NULL) {
        return "is duplicate";
    }

    ngx_http_patron_cookie_default(&plcf->cookie);

    value = cf->args->elts;

    for (i = 1; i < cf->args->nelts; i++) {

        if (ngx_strlchr(value[i].data, value[i].data + value[i].len, '$')
            != NULL)
        {
            ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                               "\"%V\" directive: invalid parameter \"%V\", "
                               "a cookie is the same for every request: "
                               "it cannot hold variables",
                               &cmd->name, &value[i]);
            return NGX_CONF_ERROR;
        }

        if (ngx_http_patron_cookie_option(&plcf->cookie, &value[i]) != NGX_OK) {
            ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                               "\"%V\" directive: invalid parameter \"%V\"",
                               &cmd->name, &value[i]);
            return NGX_CONF_ERROR;
        }
    }

    return ngx_http_patron_cookie_agrees(cf, cmd, &plcf->cookie);
}


static void
ngx_http_patron_cookie_default(ngx_http_patron_cookie_t *cookie)
{
    ngx_str_set(&cookie->name, "patron");
    ngx_str_set(&cookie->path, "/");
    ngx_str_set(&cookie->samesite, "Lax");
    cookie->secure = NGX_HTTP_PATRON_SECURE_AUTO;
}


static ngx_int_t
ngx_http_patron_cookie_option(ngx_http_patron_cookie_t *cookie,
    ngx_str_t *option)
{
    u_char     *p;
    ngx_str_t   value;

    static ngx_str_t  lax = ngx_string("Lax");
    static ngx_str_t  strict = ngx_string("Strict");
    static ngx_str_t  none = ngx_string("None");

    for (p = option->data; p < option->data + option->len; p++) {
        if (*p <= 0x20 || *p >= 0x7f || *p == ';' || *p == ',' || *p == '"'
            || *p == '\\')
        {
            return NGX_ERROR;
        }
    }

    p = ngx_strlchr(option->data, option->data + option->len, '=');
    if (p == NULL) {
        return NGX_ERROR;
    }

    value.data = p + 1;
    value.len = option->data + option->len - value.data;

    if (ngx_strncmp(option->data, "name=", 5) == 0) {
        cookie->name = value;
        return ngx_http_patron_cookie_named(&value) ? NGX_OK : NGX_ERROR;
    }

    if (ngx_strncmp(option->data, "domain=", 7) == 0) {
        cookie->domain = value;
        return ngx_http_patron_cookie_of_domain(&value) ? NGX_OK : NGX_ERROR;
    }

    if (ngx_strncmp(option->data, "former=", 7) == 0) {
        cookie->former = value;
        return ngx_http_patron_cookie_of_domain(&value) ? NGX_OK : NGX_ERROR;
    }

    if (ngx_strncmp(option->data, "path=", 5) == 0) {
        cookie->path = value;
        return value.len && value.data[0] == '/' ? NGX_OK : NGX_ERROR;
    }

    if (ngx_strcmp(option->data, "pass=on") == 0) {
        cookie->withheld = 0;

    } else if (ngx_strcmp(option->data, "pass=off") == 0) {
        cookie->withheld = 1;

    } else if (ngx_strcmp(option->data, "secure=auto") == 0) {
        cookie->secure = NGX_HTTP_PATRON_SECURE_AUTO;

    } else if (ngx_strcmp(option->data, "secure=on") == 0) {
        cookie->secure = NGX_HTTP_PATRON_SECURE_ON;

    } else if (ngx_strcmp(option->data, "secure=off") == 0) {
        cookie->secure = NGX_HTTP_PATRON_SECURE_OFF;

    } else if (ngx_strcmp(option->data, "samesite=lax") == 0) {
        cookie->samesite = lax;

    } else if (ngx_strcmp(option->data, "samesite=strict") == 0) {
        cookie->samesite = strict;

    } else if (ngx_strcmp(option->data, "samesite=none") == 0) {
        cookie->samesite = none;

    } else {
        return NGX_ERROR;
    }

    return NGX_OK;
}


/* Letters, digits and "_", as in $cookie_NAME, but for a prefix. */

static ngx_uint_t
ngx_http_patron_cookie_named(ngx_str_t *name)
{
    u_char  *p, *last;

    p = name->data;
    last = p + name->len;

    if (ngx_http_patron_cookie_begins(name, NGX_HTTP_PATRON_HOST)) {
        p += sizeof(NGX_HTTP_PATRON_HOST) - 1;

    } else if (ngx_http_patron_cookie_begins(name, NGX_HTTP_PATRON_SECURE)) {
        p += sizeof(NGX_HTTP_PATRON_SECURE) - 1;
    }

    if (p == last) {
        return 0;
    }

    for ( /* void */ ; p < last; p++) {
        if (!((*p >= 'a' && *p <= 'z') || (*p >= 'A' && *p <= 'Z')
              || (*p >= '0' && *p <= '9') || *p == '_'))
        {
            return 0;
        }
    }

    return 1;
}


static ngx_uint_t
ngx_http_patron_cookie_of_domain(ngx_str_t *value)
{
    patron_str_t  domain;

    domain = ngx_http_patron_pure_str(value);

    return patron_cookie_domain(&domain) == PATRON_OK;
}


/* Are they one domain?  A dot before it says nothing. */

static ngx_uint_t
ngx_http_patron_cookie_same(const ngx_str_t *domain, const ngx_str_t *former)
{
    u_char  *a, *b;
    size_t   n, m;

    a = domain->data;
    n = domain->len;
    b = former->data;
    m = former->len;

    if (n && *a == '.') {
        a++;
        n--;
    }

    if (m && *b == '.') {
        b++;
        m--;
    }

    return n && n == m && ngx_strncasecmp(a, b, n) == 0;
}


/* What no browser would do as it is said, names with a prefix above all: RFC
   6265bis, 4.1.3. */

static char *
ngx_http_patron_cookie_agrees(ngx_conf_t *cf, ngx_command_t *cmd,
    ngx_http_patron_cookie_t *cookie)
{
    ngx_uint_t   host;
    const char  *option;

    host = ngx_http_patron_cookie_begins(&cookie->name, NGX_HTTP_PATRON_HOST);

    if (ngx_http_patron_cookie_same(&cookie->domain, &cookie->former)) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "\"%V\" directive: \"former=%V\" is its domain "
                           "still", &cmd->name, &cookie->former);
        return NGX_CONF_ERROR;
    }

    if (cookie->secure == NGX_HTTP_PATRON_SECURE_OFF
        && ngx_strncmp(cookie->samesite.data, "None", 4) == 0)
    {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "\"%V\" directive: no browser keeps a cookie with "
                           "\"samesite=none\" and \"secure=off\"", &cmd->name);
        return NGX_CONF_ERROR;
    }

    if (!host
        && !ngx_http_patron_cookie_begins(&cookie->name,
                                          NGX_HTTP_PATRON_SECURE))
    {
        return NGX_CONF_OK;
    }

    option = (cookie->secure == NGX_HTTP_PATRON_SECURE_OFF) ? "secure=off"
             : !host ? NULL
             : cookie->domain.len ? "domain="
             : cookie->former.len ? "former="
             : cookie->path.len != 1 ? "path="
             : NULL;

    if (option != NULL) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "\"%V\" directive: no browser keeps \"%V\" "
                           "with \"%s\"", &cmd->name, &cookie->name, option);
        return NGX_CONF_ERROR;
    }

    cookie->secure = NGX_HTTP_PATRON_SECURE_ON;

    return NGX_CONF_OK;
}


ngx_int_t
ngx_http_patron_merge_cookie(ngx_conf_t *cf, ngx_http_patron_cookie_t *prev,
    ngx_http_patron_cookie_t *cookie)
{
    u_char      *p, *name;
    ngx_str_t   *suffix;
    ngx_uint_t   i;

    if (cookie->name.data == NULL) {
        *cookie = *prev;
    }

    if (cookie->name.data == NULL) {
        ngx_http_patron_cookie_default(cookie);
    }

    if (cookie->names[0].data != NULL) {
        return NGX_OK;
    }

    for (i = 0; i < NGX_HTTP_PATRON_COOKIES; i++) {
        suffix = &ngx_http_patron_cookie_suffixes[i];

        name = ngx_pnalloc(cf->pool, cookie->name.len + suffix->len);
        if (name == NULL) {
            return NGX_ERROR;
        }

        p = ngx_cpymem(name, cookie->name.data, cookie->name.len);
        ngx_memcpy(p, suffix->data, suffix->len);

        cookie->names[i].data = name;
        cookie->names[i].len = cookie->name.len + suffix->len;
    }

    cookie->names[i] = ngx_http_patron_pure_str(&cookie->name);

    return NGX_OK;
}
