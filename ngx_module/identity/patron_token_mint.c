
/*
 * Minting a membership token, for grants, activations and renewals.
 */


#include "patron_claims.h"


#define PATRON_RENEWAL_PART  3      /* of the life, the last one */


static json_t *patron_token_payload(const patron_claims_policy_t *policy,
    const patron_membership_t *member, int64_t now);


int
patron_token_mint(patron_keys_t *keys, const patron_claims_policy_t *policy,
    const patron_membership_t *member, int64_t now, patron_uchar_t *dst,
    size_t size, size_t *len)
{
    json_t  *json;

    if (now < 0 || now > PATRON_TIME_MAX
        || member->ttl < 1 || member->ttl > PATRON_TIME_MAX - now
        || member->iat < 0 || member->iat > now)
    {
        return PATRON_ERROR;
    }

    json = patron_token_payload(policy, member, now);
    if (json == NULL) {
        return PATRON_ERROR;
    }

    return patron_claims_sign(keys, json, PATRON_CLAIMS_MEMBER, policy, now,
                              dst, size, len);
}


int
patron_token_renewal(const patron_claims_t *claims, int64_t until,
    int64_t now, patron_membership_t *member)
{
    int64_t  end, exp, life;

    if (claims->life == 0 || claims->iat == 0 || claims->iat > now
        || now < 0 || claims->life > PATRON_TIME_MAX - now)
    {
        return PATRON_DECLINED;
    }

    /* the cookie is gone by then, whatever the token's life */

    life = claims->life < PATRON_COOKIE_LIFE ? claims->life
                                             : PATRON_COOKIE_LIFE;
    exp = claims->exp - (claims->life - life);
    end = now + life;

    if (until && until < end) {
        end = until;
    }

    if (end <= now
        || (claims->key == 0
            && (exp - now >= life / PATRON_RENEWAL_PART || end <= exp)))
    {
        return PATRON_DECLINED;
    }

    member->ttl = end - now;
    member->life = life;
    member->gave_until = claims->gave_until;
    member->iat = claims->iat;

    return PATRON_OK;
}


static json_t *
patron_token_payload(const patron_claims_policy_t *policy,
    const patron_membership_t *member, int64_t now)
{
    json_t  *json;

    json = json_object();

    if (patron_claims_set(json, "sub", &member->sub) != PATRON_OK
        || patron_claims_set(json, "tier", &member->tier) != PATRON_OK
        || patron_claims_set(json, "iss", &policy->iss) != PATRON_OK
        || patron_claims_set(json, "aud", &policy->aud) != PATRON_OK
        || json_object_set_new(json, "iat",
                               json_integer(member->iat ? member->iat : now))
           != 0
        || json_object_set_new(json, "patron:life",
                               json_integer(member->life ? member->life
                                                         : member->ttl))
           != 0
        || json_object_set_new(json, "exp", json_integer(now + member->ttl))
           != 0
        || (member->gave_until
            && json_object_set_new(json, "gave_until",
                                   json_integer(member->gave_until))
               != 0))
    {
        json_decref(json);
        return NULL;
    }

    /* a name is only shown: without one that is not UTF-8 all is well */

    (void) patron_claims_set(json, "name", &member->name);

    return json;
}
