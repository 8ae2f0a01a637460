
/*
 * Membership tokens: the MAC first, then the claims, fresh once and found by
 * the MAC after that, then what the location asks.  Signing is here too, so
 * that what is minted and what is taken stay one form.
 *
 * A token with no key, no dot, or any other form is INVALID, never an error:
 * nothing that a reader sends stops a request.
 */


#include "patron_token_cache.h"


patron_token_e
patron_token_check(patron_keys_t *keys, patron_token_cache_t *cache,
    const patron_str_t *token, const patron_claims_policy_t *policy,
    int64_t now, patron_claims_t *claims)
{
    size_t                  size;
    patron_str_t            payload;
    patron_jws_t            jws;
    patron_parsed_t         fresh;
    patron_uchar_t          text[PATRON_TOKEN_MAX];
    const patron_parsed_t  *parsed;

    memset(claims, 0, sizeof(patron_claims_t));

    if (patron_jws_verify(keys, token, &jws, &claims->reason) != PATRON_OK) {
        return PATRON_TOKEN_INVALID;
    }

    claims->key = (unsigned) jws.key;

    parsed = cache ? patron_token_cache_find(cache, &jws) : NULL;

    if (parsed == NULL) {
        if (patron_jws_payload(&jws, text, &payload) != PATRON_OK) {
            claims->reason = "bad payload";
            return PATRON_TOKEN_INVALID;
        }

        size = patron_claims_parse(&fresh, keys->scratch, &payload,
                                   PATRON_CLAIMS_MEMBER);
        parsed = &fresh;

        if (cache) {
            patron_token_cache_store(cache, &jws, parsed, size);
        }
    }

    if (parsed->typed) {
        claims->reason = "not a membership token";
        return PATRON_TOKEN_INVALID;
    }

    return patron_claims_judge(parsed, policy, now, claims);
}


int
patron_token_sign(patron_keys_t *keys, const patron_str_t *payload,
    patron_uchar_t *dst, size_t size, size_t *len)
{
    return patron_jws_sign(keys, payload, dst, size, len);
}
