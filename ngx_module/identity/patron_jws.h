
/*
 * JWS compact serialization (RFC 7515) with HMAC keys: the layer below the
 * claims of membership tokens, activation tokens and links.
 */


#ifndef _PATRON_JWS_H_INCLUDED_
#define _PATRON_JWS_H_INCLUDED_


#include "patron_keys.h"


typedef struct {
    patron_str_t    payload;            /* base64url still, into the token */
    size_t          key;                /* index of the key that verified it */
    size_t          mac_len;
    patron_uchar_t  mac[PATRON_MAC_MAX];
} patron_jws_t;


/*
 * Verifies the MAC of a token.  PATRON_OK, or PATRON_DECLINED with a short
 * static text in reason.
 */

int patron_jws_verify(patron_keys_t *keys, const patron_str_t *token,
    patron_jws_t *jws, const char **reason);

/*
 * Decodes the payload into dst, of PATRON_TOKEN_MAX bytes.  PATRON_DECLINED
 * where it is not base64url.
 */

int patron_jws_payload(const patron_jws_t *jws, patron_uchar_t *dst,
    patron_str_t *payload);

/*
 * Signs payload with the first key.  PATRON_ERROR where there is no key, the
 * token would be longer than size or PATRON_TOKEN_MAX, or OpenSSL fails.
 */

int patron_jws_sign(patron_keys_t *keys, const patron_str_t *payload,
    patron_uchar_t *dst, size_t size, size_t *len);


#endif /* _PATRON_JWS_H_INCLUDED_ */
