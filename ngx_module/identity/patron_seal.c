
/*
 * Sealed cookie values: derive once, MAC, compare in constant time.  The
 * version is under the MAC, and the purpose is in the key, so that no value
 * passes for one of another form or another purpose.
 */


#include <stdio.h>

#include <openssl/crypto.h>

#include "patron_base64.h"
#include "patron_keys.h"
#include "patron_seal.h"


#define PATRON_SEAL_MAC          16         /* bytes of the MAC that are kept */
#define PATRON_SEAL_PURPOSE_MAX  32


struct patron_seal_s {
    patron_mem_t    *mem;
    patron_keys_t   *keys;
    patron_str_t     aud;
    patron_uchar_t   text[7 + PATRON_SEAL_PURPOSE_MAX];
};


static const patron_str_t  patron_seal_version = patron_string("v1.");


patron_seal_t *
patron_seal_create(patron_mem_t *mem, const patron_keys_t *keys,
    const patron_str_t *purpose, char *err)
{
    patron_seal_t  *seal;

    if (purpose->len == 0 || purpose->len > PATRON_SEAL_PURPOSE_MAX) {
        snprintf(err, PATRON_KEY_ERR, "a purpose has 1 to %d bytes",
                 PATRON_SEAL_PURPOSE_MAX);
        return NULL;
    }

    seal = patron_calloc(mem, sizeof(patron_seal_t));
    if (seal == NULL) {
        snprintf(err, PATRON_KEY_ERR, "no memory");
        return NULL;
    }

    seal->keys = patron_keys_derive(mem, keys, purpose, err);
    if (seal->keys == NULL) {
        patron_free(mem, seal);
        return NULL;
    }

    seal->mem = mem;

    memcpy(seal->text, "patron:", 7);
    memcpy(seal->text + 7, purpose->data, purpose->len);

    seal->aud.data = seal->text;
    seal->aud.len = 7 + purpose->len;

    return seal;
}


void
patron_seal_destroy(patron_seal_t *seal)
{
    if (seal == NULL) {
        return;
    }

    patron_keys_destroy(seal->keys);
    patron_free(seal->mem, seal);
}


int
patron_seal_make(patron_seal_t *seal, const patron_str_t *payload,
    patron_uchar_t *dst, size_t size, size_t *len)
{
    size_t           n;
    patron_uchar_t  *p, mac[PATRON_MAC_MAX];

    if (seal->keys->n == 0 || payload->len > PATRON_SEAL_PAYLOAD_MAX) {
        return PATRON_ERROR;
    }

    n = patron_seal_version.len + patron_base64_encoded(payload->len) + 1
        + patron_base64_encoded(PATRON_SEAL_MAC);

    if (n > size) {
        return PATRON_ERROR;
    }

    memcpy(dst, patron_seal_version.data, patron_seal_version.len);
    p = patron_base64_encode(dst + patron_seal_version.len, payload->data,
                             payload->len);

    if (patron_keys_mac(seal->keys, &seal->keys->keys[0], dst,
                        (size_t) (p - dst), mac)
        != PATRON_OK)
    {
        return PATRON_ERROR;
    }

    *p++ = '.';
    patron_base64_encode(p, mac, PATRON_SEAL_MAC);

    *len = n;

    return PATRON_OK;
}


int
patron_seal_open(patron_seal_t *seal, const patron_str_t *value,
    patron_uchar_t *dst, patron_str_t *payload, unsigned *key)
{
    size_t                 i, version, sig, n;
    patron_uchar_t         mac[PATRON_MAC_MAX], given[PATRON_SEAL_MAC];
    const patron_uchar_t  *last;

    version = patron_seal_version.len;
    sig = patron_base64_encoded(PATRON_SEAL_MAC);

    if (value->len < version + 1 + sig || value->len > PATRON_SEAL_MAX
        || memcmp(value->data, patron_seal_version.data, version) != 0)
    {
        return PATRON_DECLINED;
    }

    last = value->data + value->len - sig - 1;

    if (*last != '.'
        || patron_base64_decode(given, last + 1, sig) != PATRON_OK)
    {
        return PATRON_DECLINED;
    }

    n = (size_t) (last - value->data);

    for (i = 0; i < seal->keys->n; i++) {

        if (patron_keys_mac(seal->keys, &seal->keys->keys[i], value->data, n,
                            mac)
            == PATRON_OK
            && CRYPTO_memcmp(mac, given, PATRON_SEAL_MAC) == 0)
        {
            break;
        }
    }

    if (i == seal->keys->n
        || patron_base64_decode(dst, value->data + version, n - version)
           != PATRON_OK)
    {
        return PATRON_DECLINED;
    }

    payload->data = dst;
    payload->len = patron_base64_decoded(n - version);
    *key = (unsigned) i;

    return PATRON_OK;
}


patron_keys_t *
patron_seal_keys(patron_seal_t *seal)
{
    return seal->keys;
}


const patron_str_t *
patron_seal_aud(const patron_seal_t *seal)
{
    return &seal->aud;
}
