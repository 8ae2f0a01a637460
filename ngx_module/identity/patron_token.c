
/*
 * Membership tokens: the MAC first, then the claims, both once for the same
 * bytes, then what the location asks.  Signing is here too, so
 * that what is minted and what is taken stay one form.
 *
 * A token with no key, no dot, or any other form is INVALID, never an error:
 * nothing that a reader sends stops a request.
 */


#include "patron_token_cache.h"


static int patron_token_read(patron_keys_t *keys, const patron_str_t *token,
    patron_parsed_t *parsed, size_t *size, size_t *key, const char **reason);


patron_token_e
patron_token_check(patron_keys_t *keys, patron_token_cache_t *cache,
    const patron_str_t *token, const patron_claims_policy_t *policy,
    int64_t now, patron_claims_t *claims)
{
    size_t                  size, key;
    patron_parsed_t         fresh;
    const patron_parsed_t  *parsed;

    memset(claims, 0, sizeof(patron_claims_t));

    key = 0;
    parsed = cache ? patron_token_cache_find(cache, token, &key) : NULL;

    if (parsed == NULL) {
        if (patron_token_read(keys, token, &fresh, &size, &key,
                              &claims->reason)
            != PATRON_OK)
        {
            return PATRON_TOKEN_INVALID;
        }

        parsed = &fresh;

        if (cache) {
            patron_token_cache_store(cache, token, key, parsed, size);
        }
    }

    claims->key = (unsigned) key;
    claims->authentic = 1;

    if (parsed->typed) {
        claims->reason = "not a membership token";
        return PATRON_TOKEN_INVALID;
    }

    return patron_claims_judge(parsed, policy, now, claims);
}


/* A token not seen before: verified, then parsed into the keys' scratch. */

static int
patron_token_read(patron_keys_t *keys, const patron_str_t *token,
    patron_parsed_t *parsed, size_t *size, size_t *key, const char **reason)
{
    patron_jws_t    jws;
    patron_str_t    payload;
    patron_uchar_t  text[PATRON_TOKEN_MAX];

    if (patron_jws_verify(keys, token, &jws, reason) != PATRON_OK) {
        return PATRON_DECLINED;
    }

    if (patron_jws_payload(&jws, text, &payload) != PATRON_OK) {
        *reason = "bad payload";
        return PATRON_DECLINED;
    }

    *size = patron_claims_parse(parsed, keys->scratch, &payload,
                                PATRON_CLAIMS_MEMBER);
    *key = jws.key;

    return PATRON_OK;
}


int
patron_token_sign(patron_keys_t *keys, const patron_str_t *payload,
    patron_uchar_t *dst, size_t size, size_t *len)
{
    return patron_jws_sign(keys, payload, dst, size, len);
}
