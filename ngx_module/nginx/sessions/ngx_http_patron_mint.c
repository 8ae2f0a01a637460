
/*
 * Tokens of memberships that begin or go on.  See the header.
 */


#include "ngx_http_patron_mint.h"
#include "ngx_http_patron_token.h"


ngx_int_t
ngx_http_patron_mint(ngx_http_request_t *r, ngx_http_patron_loc_conf_t *plcf,
    const patron_membership_t *member, ngx_str_t *token)
{
    patron_membership_t     kept;
    patron_claims_policy_t  policy;

    kept = *member;
    kept.ttl = ngx_min(kept.ttl, PATRON_COOKIE_LIFE);

    token->data = ngx_pnalloc(r->pool, PATRON_TOKEN_MAX);

    if (token->data == NULL
        || ngx_http_patron_policy(r, plcf, &policy) != NGX_OK
        || patron_token_mint(plcf->keys->keys, &policy, &kept, ngx_time(),
                             token->data, PATRON_TOKEN_MAX, &token->len)
           != PATRON_OK)
    {
        return NGX_DECLINED;
    }

    return NGX_OK;
}


ngx_uint_t
ngx_http_patron_renews(ngx_http_patron_state_t *st,
    const patron_membership_t *member)
{
    return st->identified
           && st->state == PATRON_STATE_PATRON
           && st->id.len == member->sub.len
           && ngx_memcmp(st->id.data, member->sub.data, st->id.len) == 0
           && (member->tier.len == 0
               || (st->tier.len == member->tier.len
                   && ngx_memcmp(st->tier.data, member->tier.data,
                                 st->tier.len)
                      == 0));
}
