
/*
 * JWS compact serialization (RFC 7515) with HMAC (RFC 7518, section 3.2).
 *
 * Of what is not authenticated only the header is parsed, for its "alg" and
 * "kid", and that once: the bytes of a header whose MAC verified are kept with
 * the key they name, so a header nobody signed never takes a place.  The
 * algorithm is the key's; a header that says another is refused, as is one
 * with "crit" or "b64" (RFC 7797), which this code does not process.
 */


#include <jansson.h>
#include <openssl/crypto.h>

#include "patron_base64.h"
#include "patron_jws.h"


#define PATRON_JWS_HEADER_MAX  1024     /* base64url characters */


static patron_header_t *patron_jws_known(patron_keys_t *keys,
    const patron_str_t *token);
static void patron_jws_remember(patron_keys_t *keys,
    const patron_str_t *token, size_t len, size_t key);
static const char *patron_jws_header(patron_keys_t *keys,
    const patron_str_t *token, size_t *len, size_t *key);
static const char *patron_jws_key(patron_keys_t *keys, const json_t *header,
    size_t *key);


int
patron_jws_verify(patron_keys_t *keys, const patron_str_t *token,
    patron_jws_t *jws, const char **reason)
{
    size_t            len, sig;
    patron_key_t     *key;
    patron_header_t  *known;
    patron_uchar_t    mac[PATRON_MAC_MAX];

    if (token->len > PATRON_TOKEN_MAX) {
        *reason = "token too long";
        return PATRON_DECLINED;
    }

    known = patron_jws_known(keys, token);

    if (known) {
        len = known->len;
        jws->key = known->key;

    } else {
        *reason = patron_jws_header(keys, token, &len, &jws->key);
        if (*reason) {
            return PATRON_DECLINED;
        }
    }

    key = &keys->keys[jws->key];
    sig = patron_base64_encoded(key->mac_len);

    /* the key tells the signature's length, and so the second dot's place */

    if (token->len < len + 1 + sig
        || token->data[token->len - sig - 1] != '.')
    {
        *reason = "bad signature";
        return PATRON_DECLINED;
    }

    jws->payload.data = token->data + len;
    jws->payload.len = token->len - len - 1 - sig;
    jws->mac_len = key->mac_len;

    if (patron_keys_mac(keys, key, token->data, token->len - sig - 1, jws->mac)
        != PATRON_OK)
    {
        *reason = "OpenSSL failed";
        return PATRON_DECLINED;
    }

    if (patron_base64_decode(mac, token->data + token->len - sig, sig)
        != PATRON_OK
        || CRYPTO_memcmp(mac, jws->mac, key->mac_len) != 0)
    {
        *reason = "bad signature";
        return PATRON_DECLINED;
    }

    if (known == NULL) {
        patron_jws_remember(keys, token, len, jws->key);
    }

    return PATRON_OK;
}


static patron_header_t *
patron_jws_known(patron_keys_t *keys, const patron_str_t *token)
{
    size_t            i;
    patron_header_t  *h;

    for (i = 0; i < keys->nheaders; i++) {
        h = &keys->headers[i];

        /* its dot is compared too: no longer header begins with these bytes */

        if (h->len < token->len && memcmp(h->data, token->data, h->len) == 0) {
            return h;
        }
    }

    return NULL;
}


static void
patron_jws_remember(patron_keys_t *keys, const patron_str_t *token, size_t len,
    size_t key)
{
    patron_header_t  *h;

    if (len > PATRON_HEADER_CACHED) {
        return;
    }

    h = &keys->headers[keys->next_header];
    keys->next_header = (keys->next_header + 1) % PATRON_HEADERS;

    if (keys->nheaders < PATRON_HEADERS) {
        keys->nheaders++;
    }

    memcpy(h->data, token->data, len);
    h->len = len;
    h->key = key;
}


/* Returns why the header is refused, or NULL and its length with the dot. */

static const char *
patron_jws_header(patron_keys_t *keys, const patron_str_t *token, size_t *len,
    size_t *key)
{
    size_t                 n;
    json_t                *json;
    const char            *reason;
    json_error_t           error;
    patron_uchar_t         text[patron_base64_decoded(PATRON_JWS_HEADER_MAX)];
    const patron_uchar_t  *dot;

    if (token->len == 0) {
        return "no token";
    }

    dot = memchr(token->data, '.', token->len);
    if (dot == NULL) {
        return "not a token";
    }

    n = (size_t) (dot - token->data);

    if (n == 0 || n > PATRON_JWS_HEADER_MAX
        || patron_base64_decode(text, token->data, n) != PATRON_OK)
    {
        return "bad header";
    }

    *len = n + 1;

    json = json_loadb((const char *) text, patron_base64_decoded(n),
                      JSON_REJECT_DUPLICATES, &error);

    reason = json_is_object(json) ? patron_jws_key(keys, json, key)
                                  : "bad header";
    json_decref(json);

    return reason;
}


static const char *
patron_jws_key(patron_keys_t *keys, const json_t *header, size_t *key)
{
    size_t         i;
    json_t        *alg, *kid;
    patron_key_t  *k;

    if (json_object_get(header, "crit") || json_object_get(header, "b64")) {
        return "unknown header extension";
    }

    alg = json_object_get(header, "alg");
    if (!json_is_string(alg)) {
        return "no algorithm";
    }

    kid = json_object_get(header, "kid");

    if (kid && !json_is_string(kid)) {
        return "bad header";
    }

    for (i = 0; i < keys->n; i++) {
        k = &keys->keys[i];

        if (kid && (json_string_length(kid) != k->id.len
                    || memcmp(json_string_value(kid), k->id.data, k->id.len)))
        {
            continue;
        }

        if (strcmp(json_string_value(alg), patron_alg_name(k->alg)) != 0) {
            return "wrong algorithm";
        }

        *key = i;
        return NULL;
    }

    return "unknown kid";
}


int
patron_jws_payload(const patron_jws_t *jws, patron_uchar_t *dst,
    patron_str_t *payload)
{
    payload->data = dst;
    payload->len = patron_base64_decoded(jws->payload.len);

    return patron_base64_decode(dst, jws->payload.data, jws->payload.len)
           == PATRON_OK ? PATRON_OK : PATRON_DECLINED;
}


int
patron_jws_sign(patron_keys_t *keys, const patron_str_t *payload,
    patron_uchar_t *dst, size_t size, size_t *len)
{
    size_t           n;
    patron_key_t    *key;
    patron_uchar_t  *p, mac[PATRON_MAC_MAX];

    if (keys->n == 0 || payload->len > PATRON_TOKEN_MAX) {
        return PATRON_ERROR;
    }

    key = &keys->keys[0];

    n = key->header.len + patron_base64_encoded(payload->len) + 1
        + patron_base64_encoded(key->mac_len);

    if (n > size || n > PATRON_TOKEN_MAX) {
        return PATRON_ERROR;
    }

    memcpy(dst, key->header.data, key->header.len);
    p = patron_base64_encode(dst + key->header.len, payload->data,
                             payload->len);

    if (patron_keys_mac(keys, key, dst, (size_t) (p - dst), mac) != PATRON_OK) {
        return PATRON_ERROR;
    }

    *p++ = '.';
    patron_base64_encode(p, mac, key->mac_len);

    *len = n;

    return PATRON_OK;
}
