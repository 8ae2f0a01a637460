
/*
 * Tokens.  The first byte says how the rest is taken: as a token, or, where it
 * is odd, as a header and a payload with a newline between, to be signed (from
 * 128 on by the second key), so that the parsers behind the MAC are reached.  A
 * token seen before is judged as a new one.
 */


#include <stdlib.h>

#include "patron_activation.h"
#include "patron_base64.h"
#include "patron_jws.h"


#define NOW  1800000000


static patron_keys_t         *keys;
static patron_token_cache_t  *cache;


int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);


static void
setup(void)
{
    char  err[256];

    static const patron_str_t  id1 = patron_string("k1");
    static const patron_str_t  id2 = patron_string("k2");
    static const patron_str_t  secret = patron_string(
        "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef");

    keys = patron_keys_create(NULL);
    patron_keys_add(keys, &id1, PATRON_HS256, &secret, err);
    patron_keys_add(keys, &id2, PATRON_HS512, &secret, err);

    cache = patron_token_cache_create(NULL, 16);
}


static size_t
sign(patron_uchar_t *dst, patron_key_t *key, const uint8_t *data, size_t size)
{
    size_t           header;
    patron_uchar_t  *p, mac[PATRON_MAC_MAX];
    const uint8_t   *line;

    line = memchr(data, '\n', size);
    header = line ? (size_t) (line - data) : size;

    p = patron_base64_encode(dst, data, header);
    *p++ = '.';

    if (line) {
        p = patron_base64_encode(p, line + 1, size - header - 1);
    }

    patron_keys_mac(keys, key, dst, (size_t) (p - dst), mac);

    *p++ = '.';
    p = patron_base64_encode(p, mac, key->mac_len);

    return (size_t) (p - dst);
}


/* All that a caller may read. */

static unsigned
sum(const patron_str_t *s)
{
    size_t    i;
    unsigned  n;

    for (n = 0, i = 0; i < s->len; i++) {
        n += s->data[i];
    }

    return n;
}


static patron_token_e
check(patron_token_cache_t *use, const patron_str_t *token,
    const patron_claims_policy_t *policy, unsigned *total)
{
    patron_token_e   rc;
    patron_claims_t  claims;

    rc = patron_token_check(keys, use, token, policy, NOW, &claims);

    if ((rc == PATRON_TOKEN_VALID) != (claims.reason == NULL)
        || (rc != PATRON_TOKEN_INVALID
            && (claims.sub.len < 1 || claims.sub.len > PATRON_SUB_MAX
                || claims.tier.len > PATRON_FIELD_MAX
                || claims.name.len > PATRON_FIELD_MAX)))
    {
        abort();
    }

    *total = sum(&claims.sub) + sum(&claims.tier) + sum(&claims.name)
             + sum(&claims.jti) + sum(&claims.iss);

    return rc;
}


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    unsigned                total, again;
    patron_str_t            token;
    patron_token_e          rc;
    patron_claims_t         claims;
    patron_claims_policy_t  policy;

    static patron_uchar_t  text[2 * PATRON_TOKEN_MAX];

    if (keys == NULL) {
        setup();
    }

    if (size < 1 || size > PATRON_TOKEN_MAX) {
        return 0;
    }

    memset(&policy, 0, sizeof(policy));
    policy.leeway = data[0] & 0x7e;

    if (data[0] & 1) {
        token.data = text;
        token.len = sign(text, &keys->keys[data[0] >> 7], data + 1, size - 1);

    } else {
        token.data = data + 1;
        token.len = size - 1;
    }

    rc = check(NULL, &token, &policy, &total);

    if (check(cache, &token, &policy, &again) != rc || again != total
        || check(cache, &token, &policy, &again) != rc || again != total)
    {
        abort();
    }

    if (patron_activation_check(keys, &token, &policy, NOW, &claims)
        != PATRON_TOKEN_INVALID && rc != PATRON_TOKEN_INVALID)
    {
        abort();
    }

    return 0;
}
