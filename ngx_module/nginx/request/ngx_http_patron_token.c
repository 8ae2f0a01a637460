
/*
 * The token of a request.  See the header; each worker has a cache of its own
 * of the tokens that it has verified.
 */


#include "ngx_http_patron_cookies.h"
#include "ngx_http_patron_once.h"
#include "ngx_http_patron_str.h"
#include "ngx_http_patron_token.h"


static ngx_int_t ngx_http_patron_tokens(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf, ngx_str_t *tokens, ngx_uint_t *n);
static ngx_uint_t ngx_http_patron_tokens_of_cookies(ngx_http_request_t *r,
    const patron_str_t *name, ngx_str_t *tokens);
static ngx_uint_t ngx_http_patron_token_cookie(ngx_str_t *value,
    patron_str_t *name);
static void ngx_http_patron_bare_token(ngx_str_t *token);
static patron_token_e ngx_http_patron_check_token(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf, ngx_str_t *token,
    patron_claims_t *claims);
static void ngx_http_patron_tell_keyless(ngx_http_request_t *r);


ngx_int_t
ngx_http_patron_find_token(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf, ngx_str_t *token,
    patron_token_e *verified, patron_claims_t *claims)
{
    ngx_int_t   rc;
    ngx_str_t   tokens[PATRON_COOKIES_MAX];
    ngx_uint_t  i, n, best;

    rc = ngx_http_patron_tokens(r, plcf, tokens, &n);
    if (rc != NGX_OK) {
        return rc;
    }

    best = n;

    for (i = 0; i < n; i++) {
        *token = tokens[i];
        *verified = ngx_http_patron_check_token(r, plcf, token, claims);

        if (*verified == PATRON_TOKEN_VALID || n == 1) {
            return NGX_OK;
        }

        if (claims->authentic && best == n) {
            best = i;
        }
    }

    /* the claims are those of the last */

    *token = tokens[best == n ? 0 : best];
    *verified = ngx_http_patron_check_token(r, plcf, token, claims);

    return NGX_OK;
}


/* NGX_OK, and those among which the token is; else as the caller. */

static ngx_int_t
ngx_http_patron_tokens(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf, ngx_str_t *tokens, ngx_uint_t *n)
{
    ngx_uint_t                 i;
    patron_str_t               name;
    ngx_http_complex_value_t  *cv;

    if (plcf->tokens == NULL) {
        *n = ngx_http_patron_tokens_of_cookies(r,
                               &plcf->cookie.names[NGX_HTTP_PATRON_COOKIES],
                               tokens);

        return *n ? NGX_OK : NGX_DECLINED;
    }

    cv = plcf->tokens->elts;

    for (i = 0; i < plcf->tokens->nelts; i++) {

        if (ngx_http_patron_token_cookie(&cv[i].value, &name)) {
            *n = ngx_http_patron_tokens_of_cookies(r, &name, tokens);

            if (*n) {
                return NGX_OK;
            }
        }

        if (ngx_http_complex_value(r, &cv[i], tokens) != NGX_OK) {
            return NGX_ERROR;
        }

        ngx_http_patron_bare_token(tokens);

        if (tokens->len) {
            *n = 1;
            return NGX_OK;
        }
    }

    return NGX_DECLINED;
}


static ngx_uint_t
ngx_http_patron_tokens_of_cookies(ngx_http_request_t *r,
    const patron_str_t *name, ngx_str_t *tokens)
{
    ngx_uint_t    i, n, m;
    patron_str_t  values[PATRON_COOKIES_MAX];

    m = ngx_http_patron_cookies_find(r, name, values);
    n = 0;

    for (i = 0; i < m; i++) {
        tokens[n] = ngx_http_patron_nginx_str(&values[i]);

        ngx_http_patron_bare_token(&tokens[n]);

        n += (tokens[n].len != 0);
    }

    return n;
}


/* Is it "$cookie_NAME", of which there may be several, and nothing else? */

static ngx_uint_t
ngx_http_patron_token_cookie(ngx_str_t *value, patron_str_t *name)
{
    u_char  *p, *last;
    size_t   len;

    len = sizeof("$cookie_") - 1;

    if (value->len <= len || ngx_memcmp(value->data, "$cookie_", len) != 0) {
        return 0;
    }

    p = value->data + len;
    last = value->data + value->len;

    name->data = p;
    name->len = last - p;

    for ( /* void */ ; p < last; p++) {
        if (!((*p >= 'a' && *p <= 'z') || (*p >= 'A' && *p <= 'Z')
              || (*p >= '0' && *p <= '9') || *p == '_'))
        {
            return 0;
        }
    }

    return 1;
}


/*
 * Without quotes around it and a leading "Bearer ".  Other credentials of HTTP are made of a scheme
 * and what it takes, too: they are for somebody else, and no token.
 */

static void
ngx_http_patron_bare_token(ngx_str_t *token)
{
    size_t   len;
    u_char  *p;

    static ngx_str_t  bearer = ngx_string("Bearer");

    if (token->len > 1 && token->data[0] == '"'
        && token->data[token->len - 1] == '"')
    {
        token->data++;
        token->len -= 2;
    }

    p = token->len ? memchr(token->data, ' ', token->len) : NULL;
    len = p ? (size_t) (p - token->data) : token->len;

    if (len == bearer.len
        && ngx_strncasecmp(token->data, bearer.data, bearer.len) == 0)
    {
        while (len < token->len && token->data[len] == ' ') {
            len++;
        }

        token->data += len;
        token->len -= len;

    } else if (p != NULL && len != 0) {
        token->len = 0;
    }
}


static patron_token_e
ngx_http_patron_check_token(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf, ngx_str_t *token,
    patron_claims_t *claims)
{
    patron_str_t            bytes;
    patron_claims_policy_t  policy;

    ngx_memzero(claims, sizeof(patron_claims_t));

    if (plcf->keys == NULL) {
        ngx_http_patron_tell_keyless(r);
        claims->reason = "no key";
        return PATRON_TOKEN_INVALID;
    }

    if (plcf->keys->cache == NULL) {
        plcf->keys->cache = patron_token_cache_create(NULL,
                                             NGX_HTTP_PATRON_TOKEN_CACHE);
        /* without one every token is parsed: slower, not wrong */
    }

    if (ngx_http_patron_policy(r, plcf, &policy) != NGX_OK) {
        claims->reason = "no memory";
        return PATRON_TOKEN_INVALID;
    }

    bytes = ngx_http_patron_pure_str(token);

    return patron_token_check(plcf->keys->keys, plcf->keys->cache, &bytes,
                              &policy, ngx_time(), claims);
}


/* Not more than once a minute and worker. */

static void
ngx_http_patron_tell_keyless(ngx_http_request_t *r)
{
    static time_t  told;

    if (!ngx_http_patron_once(&told)) {
        return;
    }

    ngx_log_error(NGX_LOG_ERR, r->connection->log, 0,
                  "patron: a token came, and there is no \"patron_key\" here: "
                  "none verifies");
}


ngx_int_t
ngx_http_patron_policy(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf, patron_claims_policy_t *policy)
{
    ngx_str_t  value;

    ngx_memzero(policy, sizeof(patron_claims_policy_t));

    if (plcf->iss != NULL) {
        if (ngx_http_complex_value(r, plcf->iss, &value) != NGX_OK) {
            return NGX_ERROR;
        }

        policy->iss = ngx_http_patron_pure_str(&value);
    }

    if (plcf->aud != NULL) {
        if (ngx_http_complex_value(r, plcf->aud, &value) != NGX_OK) {
            return NGX_ERROR;
        }

        policy->aud = ngx_http_patron_pure_str(&value);
    }

    policy->leeway = plcf->leeway;

    return NGX_OK;
}
