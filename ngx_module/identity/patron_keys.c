
/*
 * A set of keys, each with a MAC context that was keyed once.
 *
 * Keying an HMAC costs more than the MAC of a token.  From OpenSSL 3.0.3 on a
 * context may be initialised again with no key, which keeps the old one; below
 * that the result is wrong, and the keyed context is copied for each MAC
 * instead.  The version is asked of the library that is loaded, once a set.
 */


#include <stdio.h>

#include <jansson.h>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/kdf.h>
#include <openssl/params.h>

#include "patron_base64.h"
#include "patron_keys.h"


#define PATRON_OPENSSL_REINIT  0x30000030UL     /* 3.0.3 */

#define PATRON_DERIVED_LEN     32
#define PATRON_INFO_MAX        64


static int patron_keys_check(const patron_keys_t *keys,
    const patron_str_t *id, patron_alg_e alg, const patron_str_t *secret,
    char *err);
static int patron_key_init(patron_keys_t *keys, patron_key_t *key,
    const patron_str_t *id, patron_alg_e alg, const patron_str_t *secret);
static int patron_key_header(patron_keys_t *keys, patron_key_t *key);
static void patron_key_free(patron_keys_t *keys, patron_key_t *key);
static int patron_key_copy(patron_mem_t *mem, patron_str_t *dst,
    const patron_str_t *src);
static int patron_key_derive(EVP_KDF_CTX *ctx, const patron_str_t *secret,
    const patron_str_t *info, patron_uchar_t *derived);


static const struct {
    const char  *name;
    const char  *digest;
    size_t       len;           /* of the MAC, and the least of a secret */
} patron_algs[] = {
    { "HS256", "SHA256", 32 },
    { "HS384", "SHA384", 48 },
    { "HS512", "SHA512", 64 }
};


patron_keys_t *
patron_keys_create(patron_mem_t *mem)
{
    patron_keys_t  *keys;

    keys = patron_calloc(mem, sizeof(patron_keys_t));
    if (keys == NULL) {
        return NULL;
    }

    keys->mem = mem;
    keys->dup = OpenSSL_version_num() < PATRON_OPENSSL_REINIT;

    keys->hmac = EVP_MAC_fetch(NULL, OSSL_MAC_NAME_HMAC, NULL);
    if (keys->hmac == NULL) {
        patron_free(mem, keys);
        return NULL;
    }

    return keys;
}


void
patron_keys_destroy(patron_keys_t *keys)
{
    size_t  i;

    if (keys == NULL) {
        return;
    }

    for (i = 0; i < keys->n; i++) {
        patron_key_free(keys, &keys->keys[i]);
    }

    EVP_MAC_free(keys->hmac);

    patron_free(keys->mem, keys->keys);
    patron_free(keys->mem, keys);
}


int
patron_keys_add(patron_keys_t *keys, const patron_str_t *id, patron_alg_e alg,
    const patron_str_t *secret, char *err)
{
    patron_key_t  *grown;

    if (patron_keys_check(keys, id, alg, secret, err) != PATRON_OK) {
        return PATRON_ERROR;
    }

    grown = patron_calloc(keys->mem, (keys->n + 1) * sizeof(patron_key_t));
    if (grown == NULL) {
        snprintf(err, PATRON_KEY_ERR, "no memory");
        return PATRON_ERROR;
    }

    if (patron_key_init(keys, &grown[keys->n], id, alg, secret) != PATRON_OK) {
        patron_key_free(keys, &grown[keys->n]);
        patron_free(keys->mem, grown);

        snprintf(err, PATRON_KEY_ERR, "OpenSSL cannot make the %s context",
                 patron_alg_name(alg));
        return PATRON_ERROR;
    }

    if (keys->n) {
        memcpy(grown, keys->keys, keys->n * sizeof(patron_key_t));
        patron_free(keys->mem, keys->keys);
    }

    keys->keys = grown;
    keys->n++;

    return PATRON_OK;
}


static int
patron_keys_check(const patron_keys_t *keys, const patron_str_t *id,
    patron_alg_e alg, const patron_str_t *secret, char *err)
{
    size_t  i;

    if ((id->len == 0 && id->data) || id->len > PATRON_KEY_ID_MAX) {
        snprintf(err, PATRON_KEY_ERR, "the key's id has %zu bytes, not 1 to %d",
                 id->len, PATRON_KEY_ID_MAX);
        return PATRON_ERROR;
    }

    for (i = 0; i < id->len; i++) {
        if (id->data[i] < 0x20 || id->data[i] > 0x7e) {
            snprintf(err, PATRON_KEY_ERR, "the key's id is not all printable");
            return PATRON_ERROR;
        }
    }

    if (secret->len < patron_algs[alg].len) {
        snprintf(err, PATRON_KEY_ERR,
                 "the key has %zu bytes, and %s needs at least %zu",
                 secret->len, patron_algs[alg].name, patron_algs[alg].len);
        return PATRON_ERROR;
    }

    for (i = 0; i < keys->n; i++) {
        if (keys->keys[i].id.len == id->len
            && (id->len == 0
                || memcmp(keys->keys[i].id.data, id->data, id->len) == 0))
        {
            snprintf(err, PATRON_KEY_ERR, "the key's id \"%.*s\" is used twice",
                     (int) id->len, (const char *) id->data);
            return PATRON_ERROR;
        }
    }

    return PATRON_OK;
}


static int
patron_key_init(patron_keys_t *keys, patron_key_t *key, const patron_str_t *id,
    patron_alg_e alg, const patron_str_t *secret)
{
    char        *digest;
    OSSL_PARAM   params[2];

    key->alg = alg;
    key->mac_len = patron_algs[alg].len;

    if (patron_key_copy(keys->mem, &key->id, id) != PATRON_OK
        || patron_key_copy(keys->mem, &key->secret, secret) != PATRON_OK
        || patron_key_header(keys, key) != PATRON_OK)
    {
        return PATRON_ERROR;
    }

    key->keyed = EVP_MAC_CTX_new(keys->hmac);
    if (key->keyed == NULL) {
        return PATRON_ERROR;
    }

    digest = (char *) patron_algs[alg].digest;

    params[0] = OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest,
                                                 0);
    params[1] = OSSL_PARAM_construct_end();

    if (!EVP_MAC_init(key->keyed, secret->data, secret->len, params)) {
        return PATRON_ERROR;
    }

    return PATRON_OK;
}


/* The JWS header of what this key signs, made once: jansson escapes the id. */

static int
patron_key_header(patron_keys_t *keys, patron_key_t *key)
{
    char            *text;
    int              rc;
    size_t           len;
    json_t          *json;
    patron_uchar_t  *p, *last;

    rc = PATRON_ERROR;
    text = NULL;

    if (key->id.len) {
        json = json_pack("{s:s, s:s%, s:s}",
                         "alg", patron_algs[key->alg].name,
                         "kid", (const char *) key->id.data, key->id.len,
                         "typ", "JWT");

    } else {
        json = json_pack("{s:s, s:s}", "alg", patron_algs[key->alg].name,
                         "typ", "JWT");
    }

    if (json == NULL) {
        return PATRON_ERROR;
    }

    text = json_dumps(json, JSON_COMPACT);
    if (text == NULL) {
        goto done;
    }

    len = strlen(text);

    p = patron_alloc(keys->mem, patron_base64_encoded(len) + 1);
    if (p == NULL) {
        goto done;
    }

    last = patron_base64_encode(p, (patron_uchar_t *) text, len);
    *last++ = '.';

    key->header.data = p;
    key->header.len = (size_t) (last - p);

    rc = PATRON_OK;

done:

    free(text);
    json_decref(json);

    return rc;
}


static void
patron_key_free(patron_keys_t *keys, patron_key_t *key)
{
    EVP_MAC_CTX_free(key->keyed);

    if (key->secret.data) {
        OPENSSL_cleanse((void *) key->secret.data, key->secret.len);
    }

    patron_free(keys->mem, (void *) key->secret.data);
    patron_free(keys->mem, (void *) key->header.data);
    patron_free(keys->mem, (void *) key->id.data);
}


static int
patron_key_copy(patron_mem_t *mem, patron_str_t *dst, const patron_str_t *src)
{
    patron_uchar_t  *p;

    if (src->len == 0) {
        dst->data = NULL;
        dst->len = 0;
        return PATRON_OK;
    }

    p = patron_alloc(mem, src->len);
    if (p == NULL) {
        return PATRON_ERROR;
    }

    memcpy(p, src->data, src->len);

    dst->data = p;
    dst->len = src->len;

    return PATRON_OK;
}


const char *
patron_alg_name(patron_alg_e alg)
{
    return patron_algs[alg].name;
}


int
patron_keys_mac(patron_keys_t *keys, patron_key_t *key,
    const patron_uchar_t *data, size_t len, patron_uchar_t *mac)
{
    int           ok;
    size_t        n;
    EVP_MAC_CTX  *ctx;

    if (!keys->dup) {
        return EVP_MAC_init(key->keyed, NULL, 0, NULL)
               && EVP_MAC_update(key->keyed, data, len)
               && EVP_MAC_final(key->keyed, mac, &n, key->mac_len)
               && n == key->mac_len
               ? PATRON_OK : PATRON_ERROR;
    }

    ctx = EVP_MAC_CTX_dup(key->keyed);
    if (ctx == NULL) {
        return PATRON_ERROR;
    }

    ok = EVP_MAC_update(ctx, data, len)
         && EVP_MAC_final(ctx, mac, &n, key->mac_len)
         && n == key->mac_len;

    EVP_MAC_CTX_free(ctx);

    return ok ? PATRON_OK : PATRON_ERROR;
}


patron_keys_t *
patron_keys_derive(patron_mem_t *mem, const patron_keys_t *keys,
    const patron_str_t *purpose, char *err)
{
    size_t           i;
    EVP_KDF         *kdf;
    EVP_KDF_CTX     *ctx;
    patron_str_t     info, secret;
    patron_keys_t   *derived;
    patron_uchar_t   text[PATRON_INFO_MAX], bytes[PATRON_DERIVED_LEN];

    if (purpose->len == 0 || purpose->len > sizeof(text) - 7) {
        snprintf(err, PATRON_KEY_ERR, "a purpose of %zu bytes", purpose->len);
        return NULL;
    }

    memcpy(text, "patron:", 7);
    memcpy(text + 7, purpose->data, purpose->len);

    info.data = text;
    info.len = 7 + purpose->len;

    secret.data = bytes;
    secret.len = sizeof(bytes);

    kdf = EVP_KDF_fetch(NULL, OSSL_KDF_NAME_HKDF, NULL);
    ctx = kdf ? EVP_KDF_CTX_new(kdf) : NULL;
    derived = ctx ? patron_keys_create(mem) : NULL;

    if (derived == NULL) {
        snprintf(err, PATRON_KEY_ERR, "OpenSSL has no HKDF or HMAC");
    }

    for (i = 0; derived && i < keys->n; i++) {

        if (patron_key_derive(ctx, &keys->keys[i].secret, &info, bytes)
            != PATRON_OK)
        {
            snprintf(err, PATRON_KEY_ERR, "OpenSSL cannot derive a key");

        } else if (patron_keys_add(derived, &keys->keys[i].id, PATRON_HS256,
                                   &secret, err)
                   == PATRON_OK)
        {
            continue;
        }

        patron_keys_destroy(derived);
        derived = NULL;
    }

    OPENSSL_cleanse(bytes, sizeof(bytes));
    EVP_KDF_CTX_free(ctx);
    EVP_KDF_free(kdf);

    return derived;
}


static int
patron_key_derive(EVP_KDF_CTX *ctx, const patron_str_t *secret,
    const patron_str_t *info, patron_uchar_t *derived)
{
    OSSL_PARAM  params[4];

    params[0] = OSSL_PARAM_construct_utf8_string(OSSL_KDF_PARAM_DIGEST,
                                                 (char *) "SHA256", 0);
    params[1] = OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_KEY,
                                                  (void *) secret->data,
                                                  secret->len);
    params[2] = OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_INFO,
                                                  (void *) info->data,
                                                  info->len);
    params[3] = OSSL_PARAM_construct_end();

    EVP_KDF_CTX_reset(ctx);

    return EVP_KDF_derive(ctx, derived, PATRON_DERIVED_LEN, params) > 0
           ? PATRON_OK : PATRON_ERROR;
}
