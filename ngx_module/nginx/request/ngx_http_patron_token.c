
/*
 * The token of a request.  See the header; each worker has a cache of its own
 * of the tokens that it has verified.
 */


#include "ngx_http_patron_compat.h"
#include "ngx_http_patron_token.h"


static void ngx_http_patron_bare_token(ngx_str_t *token);


ngx_int_t
ngx_http_patron_find_token(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf, ngx_str_t *token)
{
    ngx_uint_t                 i;
    ngx_http_complex_value_t  *cv;

    if (plcf->tokens == NULL) {

        if (ngx_http_patron_compat_cookie(r, &plcf->cookie.name, token)
            != NGX_OK)
        {
            return NGX_DECLINED;
        }

        ngx_http_patron_bare_token(token);

        return token->len ? NGX_OK : NGX_DECLINED;
    }

    cv = plcf->tokens->elts;

    for (i = 0; i < plcf->tokens->nelts; i++) {

        if (ngx_http_complex_value(r, &cv[i], token) != NGX_OK) {
            return NGX_ERROR;
        }

        ngx_http_patron_bare_token(token);

        if (token->len) {
            return NGX_OK;
        }
    }

    return NGX_DECLINED;
}


/*
 * Without a leading "Bearer ".  Other credentials of HTTP are made of a scheme
 * and what it takes, too: they are for somebody else, and no token.
 */

static void
ngx_http_patron_bare_token(ngx_str_t *token)
{
    size_t   len;
    u_char  *p;

    static ngx_str_t  bearer = ngx_string("Bearer");

    p = ngx_strlchr(token->data, token->data + token->len, ' ');
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


patron_token_e
ngx_http_patron_check_token(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf, ngx_str_t *token,
    patron_claims_t *claims)
{
    patron_str_t            bytes;
    patron_claims_policy_t  policy;

    ngx_memzero(claims, sizeof(patron_claims_t));

    if (plcf->keys == NULL) {
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

    bytes.len = token->len;
    bytes.data = token->data;

    return patron_token_check(plcf->keys->keys, plcf->keys->cache, &bytes,
                              &policy, ngx_time(), claims);
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

        policy->iss.len = value.len;
        policy->iss.data = value.data;
    }

    if (plcf->aud != NULL) {
        if (ngx_http_complex_value(r, plcf->aud, &value) != NGX_OK) {
            return NGX_ERROR;
        }

        policy->aud.len = value.len;
        policy->aud.data = value.data;
    }

    policy->leeway = plcf->leeway;

    return NGX_OK;
}
