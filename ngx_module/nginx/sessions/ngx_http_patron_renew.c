
/*
 * Renewal of a membership token, when patron_token_renewal() says that it is
 * due.  It must have come in the cookie that we set, and Redis must have said,
 * now or in a record that still holds, that the member is active: what is
 * trusted for want of Redis gets no longer a life.
 *
 * The answer is nobody else's, and so private and not to be stored; of what
 * nginx's cache stores, the cookie is no part.  HEAD renews as GET does.  Where
 * the response sets the cookie itself, at a sign-out say, that stands.
 */


#include "ngx_http_patron_cookies.h"
#include "ngx_http_patron_headers.h"
#include "ngx_http_patron_member.h"
#include "ngx_http_patron_mint.h"
#include "ngx_http_patron_renew.h"
#include "ngx_http_patron_setcookie.h"
#include "ngx_http_patron_stats.h"
#include "ngx_http_patron_str.h"


static ngx_uint_t ngx_http_patron_renew_may(
    ngx_http_patron_loc_conf_t *plcf, ngx_http_patron_state_t *st);
static ngx_uint_t ngx_http_patron_renew_ours(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf, ngx_http_patron_state_t *st);


ngx_int_t
ngx_http_patron_renew(ngx_http_request_t *r, ngx_http_patron_loc_conf_t *plcf,
    ngx_http_patron_state_t *st)
{
    ngx_str_t            token;
    patron_membership_t  member;

    static ngx_str_t  by_age = ngx_string("age");
    static ngx_str_t  by_key = ngx_string("key");

    if (!ngx_http_patron_renew_may(plcf, st)) {
        return NGX_OK;
    }

    ngx_memzero(&member, sizeof(patron_membership_t));

    if (patron_token_renewal(&st->claims, st->inquiry->member.until,
                             ngx_time(), &member)
           != PATRON_OK
        || !ngx_http_patron_renew_ours(r, plcf, st))
    {
        return NGX_OK;
    }

    member.sub = ngx_http_patron_pure_str(&st->id);
    member.tier = ngx_http_patron_pure_str(&st->tier);
    member.name = ngx_http_patron_pure_str(&st->name);

    if (ngx_http_patron_mint(r, plcf, &member, &token) != NGX_OK) {
        ngx_log_error(NGX_LOG_WARN, r->connection->log, 0,
                      "patron: the token of \"%V\" cannot be renewed: it "
                      "cannot be signed", &st->id);
        return NGX_OK;
    }

    if (ngx_http_patron_cookie_set(r, plcf, &plcf->cookie.name, &token,
                                   (time_t) member.ttl)
        != NGX_OK
        || ngx_http_patron_private(r) != NGX_OK)
    {
        return NGX_ERROR;
    }

    ngx_http_patron_stats_count(r, "renewed",
                                st->claims.key ? &by_key : &by_age);

    return NGX_OK;
}


/* Has Redis said that the reader is a patron, of a token with a life? */

static ngx_uint_t
ngx_http_patron_renew_may(ngx_http_patron_loc_conf_t *plcf,
    ngx_http_patron_state_t *st)
{
    return st->identified
           && st->state == PATRON_STATE_PATRON
           && (st->source == NGX_HTTP_PATRON_SOURCE_REDIS
               || st->source == NGX_HTTP_PATRON_SOURCE_ZONE)
           && st->inquiry->member.source != NGX_HTTP_PATRON_FROM_STALE
           && st->claims.life != 0
           && st->identified_by->keys == plcf->keys
           && st->identified_by->redis == plcf->redis
           && !plcf->dry_run;
}


/* Did it come in the cookie, and is that left alone by the response? */

static ngx_uint_t
ngx_http_patron_renew_ours(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf, ngx_http_patron_state_t *st)
{
    ngx_uint_t    i, n;
    patron_str_t  cookies[PATRON_COOKIES_MAX];

    if (ngx_http_patron_cookie_is_set(r, &plcf->cookie.name) != NULL) {
        return 0;
    }

    n = ngx_http_patron_cookies_find(r,
                               &plcf->cookie.names[NGX_HTTP_PATRON_COOKIES],
                               cookies);

    for (i = 0; i < n; i++) {
        if (cookies[i].len == st->token.len
            && ngx_memcmp(cookies[i].data, st->token.data, st->token.len) == 0)
        {
            return 1;
        }
    }

    return 0;
}
