
/*
 * Gift and preview links: the claims of patron_claims.c under the keys of
 * patron_seal.c.
 */


#include "patron_claims.h"
#include "patron_jws.h"
#include "patron_link.h"


static json_t *patron_link_payload(const patron_seal_t *seal,
    const patron_link_t *link);
static void patron_link_policy(const patron_seal_t *seal, int64_t leeway,
    patron_claims_policy_t *policy);


int
patron_link_sign(patron_seal_t *seal, const patron_link_t *link,
    patron_uchar_t *dst, size_t size, size_t *len)
{
    json_t                  *json;
    patron_claims_policy_t   policy;

    json = patron_link_payload(seal, link);
    if (json == NULL) {
        return PATRON_ERROR;
    }

    patron_link_policy(seal, 0, &policy);

    return patron_claims_sign(patron_seal_keys(seal), json, PATRON_CLAIMS_LINK,
                              &policy, 0, dst, size, len);
}


static json_t *
patron_link_payload(const patron_seal_t *seal, const patron_link_t *link)
{
    json_t  *json;

    json = json_object();

    if (patron_claims_set(json, "aud", patron_seal_aud(seal)) != PATRON_OK
        || patron_claims_set(json, "sub", &link->sub) != PATRON_OK
        || patron_claims_set(json, "tier", &link->tier) != PATRON_OK
        || patron_claims_set(json, "host", &link->host) != PATRON_OK
        || patron_claims_set(json, "path", &link->path) != PATRON_OK
        || patron_claims_set(json, "campaign", &link->campaign) != PATRON_OK
        || patron_claims_set(json, "jti", &link->jti) != PATRON_OK
        || json_object_set_new(json, "exp", json_integer(link->exp)) != 0)
    {
        json_decref(json);
        return NULL;
    }

    return json;
}


static void
patron_link_policy(const patron_seal_t *seal, int64_t leeway,
    patron_claims_policy_t *policy)
{
    memset(policy, 0, sizeof(patron_claims_policy_t));

    policy->aud = *patron_seal_aud(seal);
    policy->leeway = leeway;
}


patron_token_e
patron_link_check(patron_seal_t *seal, const patron_str_t *token, int64_t now,
    int64_t leeway, patron_link_t *link)
{
    patron_str_t            payload;
    patron_jws_t            jws;
    patron_keys_t          *keys;
    patron_token_e          rc;
    patron_claims_t         claims;
    patron_parsed_t         parsed;
    patron_claims_policy_t  policy;
    patron_uchar_t          text[PATRON_TOKEN_MAX];

    memset(link, 0, sizeof(patron_link_t));

    keys = patron_seal_keys(seal);

    if (patron_jws_verify(keys, token, &jws, &link->reason) != PATRON_OK) {
        return PATRON_TOKEN_INVALID;
    }

    if (patron_jws_payload(&jws, text, &payload) != PATRON_OK) {
        link->reason = "bad payload";
        return PATRON_TOKEN_INVALID;
    }

    patron_claims_parse(&parsed, keys->scratch, &payload, PATRON_CLAIMS_LINK);

    patron_link_policy(seal, leeway, &policy);

    rc = patron_claims_judge(&parsed, &policy, now, &claims);

    link->reason = claims.reason;

    if (rc != PATRON_TOKEN_INVALID) {
        link->sub = claims.sub;
        link->jti = claims.jti;
        link->exp = claims.exp;
        link->tier = patron_claims_str(&parsed, PATRON_CLAIM_TIER);
        link->host = patron_claims_str(&parsed, PATRON_CLAIM_HOST);
        link->path = patron_claims_str(&parsed, PATRON_CLAIM_PATH);
        link->campaign = patron_claims_str(&parsed, PATRON_CLAIM_CAMPAIGN);
    }

    return rc;
}
