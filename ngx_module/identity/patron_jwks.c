
/*
 * See the header.
 */


#include "patron_jwks.h"
#include "patron_base64.h"
#include "patron_date.h"

#include <jansson.h>
#include <openssl/evp.h>


#define PATRON_JWK_X     patron_base64_encoded(PATRON_JWK_LEN)
#define PATRON_JWK_TIME  1e15


static const char *patron_jwks_key(json_t *jwk, patron_jwk_t *keys,
    size_t *n);
static int64_t patron_jwks_time(const json_t *json);


const char *
patron_jwks_read(const patron_str_t *text, patron_jwk_t *keys, size_t *n)
{
    size_t         i;
    json_t        *root, *list;
    const char    *why;
    json_error_t   error;

    *n = 0;

    if (text->len > PATRON_JWKS_TEXT) {
        return "keys are longer than 16 KB";
    }

    root = json_loadb((const char *) text->data, text->len,
                      JSON_REJECT_DUPLICATES, &error);
    if (root == NULL) {
        return "keys are no JSON";
    }

    why = NULL;
    list = json_object_get(root, "keys");

    if (list == NULL) {
        why = patron_jwks_key(root, keys, n);

    } else if (!json_is_array(list)) {
        why = "keys are no JWKS";

    } else {
        for (i = 0; why == NULL && i < json_array_size(list); i++) {
            why = patron_jwks_key(json_array_get(list, i), keys, n);
        }
    }

    json_decref(root);

    if (why == NULL && *n == 0) {
        why = "keys have no Ed25519 key";
    }

    return why;
}


static const char *
patron_jwks_key(json_t *jwk, patron_jwk_t *keys, size_t *n)
{
    json_t          *x;
    const char      *kty, *crv;
    patron_jwk_t    *key;
    patron_uchar_t   bytes[PATRON_JWK_LEN];

    if (!json_is_object(jwk)) {
        return "keys are no JWKS";
    }

    kty = json_string_value(json_object_get(jwk, "kty"));
    crv = json_string_value(json_object_get(jwk, "crv"));

    if (kty == NULL) {
        return "keys are no JWKS";
    }

    if (strcmp(kty, "OKP") != 0 || crv == NULL || strcmp(crv, "Ed25519") != 0)
    {
        return NULL;
    }

    if (json_object_get(jwk, "d") != NULL) {
        return "a key is a private one";
    }

    x = json_object_get(jwk, "x");

    if (json_string_length(x) != PATRON_JWK_X
        || patron_base64_decode(bytes,
                                (const patron_uchar_t *) json_string_value(x),
                                PATRON_JWK_X)
           != PATRON_OK)
    {
        return "a key has no \"x\" of 32 bytes";
    }

    if (*n == PATRON_JWKS_KEYS) {
        return "there are more than 16 keys";
    }

    key = &keys[(*n)++];

    if (patron_jwk(key, bytes) != PATRON_OK) {
        return "no memory";
    }

    key->nbf = patron_jwks_time(json_object_get(jwk, "nbf"));
    key->exp = patron_jwks_time(json_object_get(jwk, "exp"));

    return NULL;
}


/* In seconds or milliseconds; 0 where it is no time. */

static int64_t
patron_jwks_time(const json_t *json)
{
    double   n;
    int64_t  time;

    n = json_number_value(json);
    time = 0;

    if (n > 0 && n < PATRON_JWK_TIME) {
        (void) patron_date_seconds((int64_t) n, &time);
    }

    return time;
}


const char *
patron_jwk_current(const patron_jwk_t *key, int64_t now, int64_t leeway)
{
    if (key->nbf > now + leeway) {
        return "the key is not in use yet";
    }

    if (key->exp && key->exp <= now - leeway) {
        return "the key has ended";
    }

    return NULL;
}


int
patron_jwk(patron_jwk_t *key, const patron_uchar_t *x)
{
    unsigned         len;
    patron_uchar_t   text[sizeof("{\"crv\":\"Ed25519\",\"kty\":\"OKP\","
                                 "\"x\":\"\"}") + PATRON_JWK_X];
    patron_uchar_t   digest[EVP_MAX_MD_SIZE], *p;

    static const patron_str_t  head =
        patron_string("{\"crv\":\"Ed25519\",\"kty\":\"OKP\",\"x\":\"");

    memcpy(key->x, x, PATRON_JWK_LEN);
    key->nbf = 0;
    key->exp = 0;

    memcpy(text, head.data, head.len);
    p = patron_base64_encode(text + head.len, x, PATRON_JWK_LEN);
    *p++ = '"';
    *p++ = '}';

    if (!EVP_Digest(text, p - text, digest, &len, EVP_sha256(), NULL)) {
        return PATRON_ERROR;
    }

    patron_base64_encode(key->thumbprint, digest, 32);

    return PATRON_OK;
}


int
patron_jwk_verify(const patron_jwk_t *key, const patron_str_t *text,
    const patron_uchar_t *signature)
{
    int          rc;
    EVP_PKEY    *pkey;
    EVP_MD_CTX  *ctx;

    rc = PATRON_ERROR;
    ctx = EVP_MD_CTX_new();
    pkey = EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, NULL, key->x,
                                       PATRON_JWK_LEN);

    if (ctx != NULL && pkey != NULL
        && EVP_DigestVerifyInit(ctx, NULL, NULL, NULL, pkey) == 1)
    {
        rc = EVP_DigestVerify(ctx, signature, PATRON_ED25519_LEN, text->data,
                              text->len)
             == 1 ? PATRON_OK : PATRON_DECLINED;
    }

    EVP_PKEY_free(pkey);
    EVP_MD_CTX_free(ctx);

    return rc;
}
