
/*
 * Making a payload and signing it.  What is made is read back as a reader's
 * token would be, so that nothing leaves here that would not come in again.
 */


#include "patron_claims.h"
#include "patron_jws.h"


int
patron_claims_set(json_t *json, const char *name, const patron_str_t *value)
{
    if (value->len == 0) {
        return PATRON_OK;
    }

    return json_object_set_new(json, name,
                               json_stringn((const char *) value->data,
                                            value->len))
           == 0 ? PATRON_OK : PATRON_ERROR;
}


int
patron_claims_sign(patron_keys_t *keys, json_t *json, patron_claims_e kind,
    const patron_claims_policy_t *policy, int64_t now, patron_uchar_t *dst,
    size_t size, size_t *len)
{
    int               rc;
    char             *text;
    patron_str_t      payload;
    patron_claims_t   claims;
    patron_parsed_t   parsed;

    text = json_dumps(json, JSON_COMPACT);
    json_decref(json);

    if (text == NULL) {
        return PATRON_ERROR;
    }

    payload.data = (patron_uchar_t *) text;
    payload.len = strlen(text);

    rc = PATRON_ERROR;

    if (payload.len <= PATRON_TOKEN_MAX) {
        patron_claims_parse(&parsed, keys->scratch, &payload, kind);

        if (parsed.typed == (kind == PATRON_CLAIMS_LINK)
            && patron_claims_judge(&parsed, policy, now, &claims)
               == PATRON_TOKEN_VALID)
        {
            rc = patron_jws_sign(keys, &payload, dst, size, len);
        }
    }

    free(text);

    return rc;
}
