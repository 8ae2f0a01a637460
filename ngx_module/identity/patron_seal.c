
/*
 * Sealed cookie values: derive once, MAC, compare in constant time.  The
 * version is under the MAC, and the purpose is in the key, so that no value
 * passes for one of another form or another purpose.
 */


#include <stdio.h>

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>

#include "patron_base64.h"
#include "patron_keys.h"
#include "patron_seal.h"


#define PATRON_SEAL_MAC          16         /* bytes of the MAC that are kept */
#define PATRON_SEAL_PURPOSE_MAX  32
#define PATRON_SEAL_VERSION      3          /* bytes of "v1." and "v2." */
#define PATRON_SEAL_SIPHASH_KEY  16


struct patron_seal_s {
    patron_mem_t    *mem;
    patron_keys_t   *keys;
    patron_keys_t   *light;         /* of v2, with the next; else NULL */
    EVP_MAC_CTX     *siphash;
    patron_str_t     aud;
    patron_uchar_t   text[7 + PATRON_SEAL_PURPOSE_MAX];
};


static int patron_seal_is(const patron_uchar_t *value, const char *version);
static int patron_seal_mac(patron_seal_t *seal, size_t key,
    const patron_uchar_t *data, size_t len, patron_uchar_t *mac);


static const char  patron_seal_v1[] = "v1.";
static const char  patron_seal_v2[] = "v2.";


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

    EVP_MAC_CTX_free(seal->siphash);
    patron_keys_destroy(seal->light);
    patron_keys_destroy(seal->keys);
    patron_free(seal->mem, seal);
}


int
patron_seal_lighten(patron_seal_t *seal, const patron_keys_t *keys, char *err)
{
    EVP_MAC         *mac;
    patron_str_t     purpose;
    patron_uchar_t   text[PATRON_SEAL_PURPOSE_MAX + sizeof(patron_seal_v2)];

    ERR_set_mark();
    mac = EVP_MAC_fetch(NULL, OSSL_MAC_NAME_SIPHASH, NULL);
    ERR_pop_to_mark();

    if (mac == NULL) {
        return PATRON_OK;
    }

    purpose.data = text;
    purpose.len = (size_t) snprintf((char *) text, sizeof(text), "%.*s.v2",
                                    (int) seal->aud.len - 7,
                                    (char *) seal->text + 7);

    seal->siphash = EVP_MAC_CTX_new(mac);
    EVP_MAC_free(mac);

    if (seal->siphash == NULL) {
        snprintf(err, PATRON_KEY_ERR, "OpenSSL cannot make a SipHash context");
        return PATRON_ERROR;
    }

    seal->light = patron_keys_derive(seal->mem, keys, &purpose, err);

    return seal->light ? PATRON_OK : PATRON_ERROR;
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

    n = PATRON_SEAL_VERSION + patron_base64_encoded(payload->len) + 1
        + patron_base64_encoded(PATRON_SEAL_MAC);

    if (n > size) {
        return PATRON_ERROR;
    }

    memcpy(dst, seal->light ? patron_seal_v2 : patron_seal_v1,
           PATRON_SEAL_VERSION);
    p = patron_base64_encode(dst + PATRON_SEAL_VERSION, payload->data,
                             payload->len);

    if (patron_seal_mac(seal, 0, dst, (size_t) (p - dst), mac) != PATRON_OK) {
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
    size_t                 i, sig, n;
    patron_uchar_t         mac[PATRON_MAC_MAX], given[PATRON_SEAL_MAC];
    const patron_uchar_t  *last;

    sig = patron_base64_encoded(PATRON_SEAL_MAC);

    if (value->len < PATRON_SEAL_VERSION + 1 + sig
        || value->len > PATRON_SEAL_MAX
        || (!patron_seal_is(value->data, patron_seal_v1)
            && (seal->light == NULL
                || !patron_seal_is(value->data, patron_seal_v2))))
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

        if (patron_seal_mac(seal, i, value->data, n, mac) == PATRON_OK
            && CRYPTO_memcmp(mac, given, PATRON_SEAL_MAC) == 0)
        {
            break;
        }
    }

    if (i == seal->keys->n
        || patron_base64_decode(dst, value->data + PATRON_SEAL_VERSION,
                                n - PATRON_SEAL_VERSION)
           != PATRON_OK)
    {
        return PATRON_DECLINED;
    }

    payload->data = dst;
    payload->len = patron_base64_decoded(n - PATRON_SEAL_VERSION);
    *key = (unsigned) i;

    return PATRON_OK;
}


static int
patron_seal_is(const patron_uchar_t *value, const char *version)
{
    return memcmp(value, version, PATRON_SEAL_VERSION) == 0;
}


/*
 * Writes PATRON_SEAL_MAC bytes at least, and PATRON_MAC_MAX at most.  data
 * begins with the version.  SipHash is keyed each time, which costs little: not
 * every OpenSSL begins anew with the key it has.
 */

static int
patron_seal_mac(patron_seal_t *seal, size_t key, const patron_uchar_t *data,
    size_t len, patron_uchar_t *mac)
{
    size_t  n;

    if (seal->light == NULL || patron_seal_is(data, patron_seal_v1)) {
        return patron_keys_mac(seal->keys, &seal->keys->keys[key], data, len,
                               mac);
    }

    return EVP_MAC_init(seal->siphash, seal->light->keys[key].secret.data,
                        PATRON_SEAL_SIPHASH_KEY, NULL)
           && EVP_MAC_update(seal->siphash, data, len)
           && EVP_MAC_final(seal->siphash, mac, &n, PATRON_SEAL_MAC)
           && n == PATRON_SEAL_MAC
           ? PATRON_OK : PATRON_ERROR;
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
