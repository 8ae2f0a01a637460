
/*
 * Activation tokens.  They are rare: nothing of them is remembered but their
 * header.
 */


#include "patron_activation.h"
#include "patron_claims.h"
#include "patron_jws.h"


static int patron_activation_jti(const patron_str_t *jti);


patron_token_e
patron_activation_check(patron_keys_t *keys, const patron_str_t *token,
    const patron_claims_policy_t *policy, int64_t now, patron_claims_t *claims)
{
    patron_str_t            payload, jti;
    patron_jws_t            jws;
    patron_parsed_t         parsed;
    patron_claims_policy_t  own;
    patron_uchar_t          text[PATRON_TOKEN_MAX];

    static const patron_str_t  aud = patron_string("patron:activate");

    memset(claims, 0, sizeof(patron_claims_t));

    if (patron_jws_verify(keys, token, &jws, &claims->reason) != PATRON_OK) {
        return PATRON_TOKEN_INVALID;
    }

    claims->key = (unsigned) jws.key;

    if (patron_jws_payload(&jws, text, &payload) != PATRON_OK) {
        claims->reason = "bad payload";
        return PATRON_TOKEN_INVALID;
    }

    patron_claims_parse(&parsed, keys->scratch, &payload,
                        PATRON_CLAIMS_MEMBER);

    if (parsed.reason == NULL) {
        jti = patron_claims_str(&parsed, PATRON_CLAIM_JTI);

        if (!patron_activation_jti(&jti)) {
            claims->reason = jti.len ? "bad jti" : "no jti";
            return PATRON_TOKEN_INVALID;
        }

        if (parsed.exp > now + PATRON_ACTIVATION_TTL + policy->leeway) {
            claims->reason = "exp too far ahead";
            return PATRON_TOKEN_INVALID;
        }
    }

    own = *policy;
    own.aud = aud;

    return patron_claims_judge(&parsed, &own, now, claims);
}


static int
patron_activation_jti(const patron_str_t *jti)
{
    size_t  i;

    if (jti->len == 0 || jti->len > PATRON_JTI_MAX) {
        return 0;
    }

    for (i = 0; i < jti->len; i++) {
        if (jti->data[i] < 0x20 || jti->data[i] > 0x7e) {
            return 0;
        }
    }

    return 1;
}
