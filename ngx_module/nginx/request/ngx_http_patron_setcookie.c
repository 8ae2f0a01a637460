
/*
 * See the header.  RFC 6265; the value is of "v1.", base64url and dots, which
 * need no quoting.
 */


#include <ngx_config.h>
#include <ngx_core.h>

#include <openssl/rand.h>

#include "ngx_http_patron_compat.h"
#include "ngx_http_patron_conf_read.h"
#include "ngx_http_patron_cookies.h"
#include "ngx_http_patron_headers.h"
#include "ngx_http_patron_seals.h"
#include "ngx_http_patron_setcookie.h"
#include "ngx_http_patron_state.h"
#include "ngx_http_patron_str.h"


static ngx_int_t ngx_http_patron_cookie_line(ngx_http_request_t *r,
    ngx_http_patron_cookie_t *cookie, ngx_str_t *name, ngx_str_t *value,
    ngx_str_t *domain, time_t max_age);
static ngx_uint_t ngx_http_patron_cookie_of_host(ngx_http_request_t *r,
    ngx_http_patron_cookie_t *cookie);
static ngx_uint_t ngx_http_patron_cookie_secure(ngx_http_request_t *r,
    ngx_http_patron_cookie_t *cookie);


ngx_int_t
ngx_http_patron_cookie_open(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf, ngx_http_patron_seal_e purpose,
    u_char *buf, patron_str_t *payload, ngx_uint_t *old)
{
    unsigned                  key;
    ngx_uint_t                i, n;
    patron_str_t              values[PATRON_COOKIES_MAX];
    patron_seal_t            *seal;
    ngx_http_patron_state_t  *st;

    st = ngx_http_patron_state(r);

    if (st != NULL && st->unsent == plcf->cookie.names) {
        return NGX_DECLINED;
    }

    n = ngx_http_patron_cookies_find(r, &plcf->cookie.names[purpose], values);
    if (n == 0) {
        return NGX_DECLINED;
    }

    seal = ngx_http_patron_seal(&plcf->keys->seals, plcf->keys->keys, purpose,
                                r->connection->log);
    if (seal == NULL) {
        return NGX_DECLINED;
    }

    for (i = 0; i < n; i++) {
        if (patron_seal_open(seal, &values[i], buf, payload, &key)
            == PATRON_OK)
        {
            *old = (key != 0);
            return NGX_OK;
        }
    }

    return NGX_DECLINED;
}


ngx_int_t
ngx_http_patron_cookie_id(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf, ngx_http_patron_seal_e purpose,
    patron_anonymous_t *anonymous, ngx_uint_t *old)
{
    u_char        *p, buf[PATRON_SEAL_PAYLOAD_MAX];
    patron_str_t   payload, *article;

    if (ngx_http_patron_cookie_open(r, plcf, purpose, buf, &payload, old)
        != NGX_OK
        || patron_anonymous_decode(anonymous, &payload) != PATRON_OK)
    {
        ngx_memzero(anonymous, sizeof(patron_anonymous_t));

        return ngx_http_patron_random(r, anonymous->id, PATRON_ANONYMOUS_ID)
               == NGX_OK ? NGX_DECLINED : NGX_ERROR;
    }

    article = &anonymous->article;

    if (article->len == 0) {
        return NGX_OK;
    }

    p = ngx_pnalloc(r->pool, article->len);
    if (p == NULL) {
        return NGX_ERROR;
    }

    ngx_memcpy(p, article->data, article->len);
    article->data = p;

    return NGX_OK;
}


ngx_int_t
ngx_http_patron_cookie_seal(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf, ngx_http_patron_seal_e purpose,
    const patron_str_t *payload, time_t max_age)
{
    size_t          len;
    u_char          sealed[PATRON_SEAL_MAX];
    ngx_str_t       name, value;
    patron_seal_t  *seal;

    seal = ngx_http_patron_seal(&plcf->keys->seals, plcf->keys->keys, purpose,
                                r->connection->log);

    if (seal == NULL) {
        return NGX_ERROR;
    }

    name = ngx_http_patron_nginx_str(&plcf->cookie.names[purpose]);

    if (patron_seal_make(seal, payload, sealed, PATRON_SEAL_MAX, &len)
        != PATRON_OK)
    {
        ngx_log_error(NGX_LOG_ERR, r->connection->log, 0,
                      "patron: cookie \"%V\" cannot be sealed", &name);
        return NGX_ERROR;
    }

    value.data = sealed;
    value.len = len;

    return ngx_http_patron_cookie_set(r, plcf, &name, &value, max_age);
}


ngx_int_t
ngx_http_patron_cookie_set(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf, ngx_str_t *name, ngx_str_t *value,
    time_t max_age)
{
    ngx_uint_t                 last;
    ngx_table_elt_t           *h;
    ngx_http_patron_cookie_t  *cookie;

    static ngx_str_t  none = ngx_string("");

    while ((h = ngx_http_patron_cookie_is_set(r, name)) != NULL) {
        h->hash = 0;
    }

    cookie = &plcf->cookie;
    max_age = ngx_min(max_age, (time_t) PATRON_COOKIE_LIFE);

    /*
     * One of before domain= was there, or of another, would come beside it.
     * Those who do not tell a host from a domain of its name keep what the last
     * line sets; curl up to 7.88 reads its jar again when it ends, and of what
     * is taken away only the last line holds.
     */

    last = (max_age == 0 || ngx_http_patron_cookie_of_host(r, cookie));

    if (!last
        && ngx_http_patron_cookie_line(r, cookie, name, value, &cookie->domain,
                                       max_age)
           != NGX_OK)
    {
        return NGX_ERROR;
    }

    if (cookie->former.len
        && ngx_http_patron_cookie_line(r, cookie, name, &none,
                                       &cookie->former, 0)
           != NGX_OK)
    {
        return NGX_ERROR;
    }

    if (cookie->domain.len
        && ngx_http_patron_cookie_line(r, cookie, name, &none, &none, 0)
           != NGX_OK)
    {
        return NGX_ERROR;
    }

    return last ? ngx_http_patron_cookie_line(r, cookie, name, value,
                                              &cookie->domain, max_age)
                : NGX_OK;
}


/* Has the host that was asked the very name of the domain? */

static ngx_uint_t
ngx_http_patron_cookie_of_host(ngx_http_request_t *r,
    ngx_http_patron_cookie_t *cookie)
{
    ngx_str_t  domain, *host;

    domain = cookie->domain;
    host = &r->headers_in.server;

    if (domain.len && domain.data[0] == '.') {
        domain.data++;
        domain.len--;
    }

    return host->len == domain.len
           && ngx_strncasecmp(host->data, domain.data, host->len) == 0;
}


/* An empty domain is the host alone. */

static ngx_int_t
ngx_http_patron_cookie_line(ngx_http_request_t *r,
    ngx_http_patron_cookie_t *cookie, ngx_str_t *name, ngx_str_t *value,
    ngx_str_t *domain, time_t max_age)
{
    size_t      len;
    u_char     *p;
    ngx_str_t   line;

    static ngx_str_t  header = ngx_string("Set-Cookie");

    len = name->len + 1 + value->len
          + sizeof("; Max-Age=; Path=; Domain=; SameSite=; HttpOnly; Secure")
          + NGX_TIME_T_LEN + cookie->path.len + domain->len
          + cookie->samesite.len;

    line.data = ngx_pnalloc(r->pool, len);
    if (line.data == NULL) {
        return NGX_ERROR;
    }

    p = ngx_cpymem(line.data, name->data, name->len);
    *p++ = '=';
    p = ngx_cpymem(p, value->data, value->len);
    p = ngx_sprintf(p, "; Max-Age=%T", max_age);
    p = ngx_cpymem(p, "; Path=", sizeof("; Path=") - 1);
    p = ngx_cpymem(p, cookie->path.data, cookie->path.len);

    if (domain->len) {
        p = ngx_cpymem(p, "; Domain=", sizeof("; Domain=") - 1);
        p = ngx_cpymem(p, domain->data, domain->len);
    }

    p = ngx_cpymem(p, "; SameSite=", sizeof("; SameSite=") - 1);
    p = ngx_cpymem(p, cookie->samesite.data, cookie->samesite.len);
    p = ngx_cpymem(p, "; HttpOnly", sizeof("; HttpOnly") - 1);

    if (ngx_http_patron_cookie_secure(r, cookie)) {
        p = ngx_cpymem(p, "; Secure", sizeof("; Secure") - 1);
    }

    line.len = p - line.data;

    return ngx_http_patron_add_header(r, &header, &line);
}


static ngx_uint_t
ngx_http_patron_cookie_secure(ngx_http_request_t *r,
    ngx_http_patron_cookie_t *cookie)
{
    if (cookie->secure != NGX_HTTP_PATRON_SECURE_AUTO) {
        return cookie->secure == NGX_HTTP_PATRON_SECURE_ON;
    }

    return ngx_http_patron_compat_tls(r);
}


ngx_table_elt_t *
ngx_http_patron_cookie_is_set(ngx_http_request_t *r, ngx_str_t *name)
{
    ngx_table_elt_t         *h;
    ngx_http_patron_walk_t   walk;

    static ngx_str_t  set_cookie = ngx_string("Set-Cookie");

    ngx_http_patron_walk(&walk, &r->headers_out.headers);

    while ((h = ngx_http_patron_walk_named(&walk, &set_cookie)) != NULL) {

        if (h->value.len > name->len
            && h->value.data[name->len] == '='
            && ngx_memcmp(h->value.data, name->data, name->len) == 0)
        {
            return h;
        }
    }

    return NULL;
}


ngx_int_t
ngx_http_patron_consents(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf)
{
    return (plcf->consent == NULL)
           ? NGX_OK : ngx_http_patron_is_set(r, plcf->consent);
}


ngx_int_t
ngx_http_patron_random(ngx_http_request_t *r, u_char *p, size_t len)
{
    if (RAND_bytes(p, (int) len) == 1) {
        return NGX_OK;
    }

    ngx_log_error(NGX_LOG_ERR, r->connection->log, 0,
                  "patron: RAND_bytes() failed");
    return NGX_ERROR;
}
