
/*
 * The public keys of a crawler: a JWKS (RFC 7517), or one JWK, of Ed25519 keys
 * (RFC 8037), each known by its own thumbprint (RFC 7638).
 */


#ifndef _PATRON_JWKS_H_INCLUDED_
#define _PATRON_JWKS_H_INCLUDED_


#include "patron.h"


#define PATRON_JWKS_TEXT        16384   /* bytes */
#define PATRON_JWKS_KEYS        16
#define PATRON_JWK_LEN          32
#define PATRON_JWK_THUMBPRINT   43      /* in base64url */
#define PATRON_ED25519_LEN      64      /* of a signature */


typedef struct {
    patron_uchar_t  x[PATRON_JWK_LEN];
    patron_uchar_t  thumbprint[PATRON_JWK_THUMBPRINT];
    int64_t         nbf;                /* in use from then on; 0: always */
    int64_t         exp;                /* until then; 0: without end */
} patron_jwk_t;


/*
 * Reads the Ed25519 keys of text; those of other types are passed over, and
 * "kid" is not listened to.  NULL, with how many there are in n, from 1 on, or
 * why text is none: a constant string.
 */

const char *patron_jwks_read(const patron_str_t *text, patron_jwk_t *keys,
    size_t *n);

/* NULL, or why the key is not in use now, give or take leeway: unix seconds. */

const char *patron_jwk_current(const patron_jwk_t *key, int64_t now,
    int64_t leeway);

/* The key and the thumbprint of 32 bytes.  PATRON_OK or PATRON_ERROR. */

int patron_jwk(patron_jwk_t *key, const patron_uchar_t *x);

/* Is it that key's signature of text?  PATRON_OK, PATRON_DECLINED,
   PATRON_ERROR for no memory. */

int patron_jwk_verify(const patron_jwk_t *key, const patron_str_t *text,
    const patron_uchar_t *signature);


#endif /* _PATRON_JWKS_H_INCLUDED_ */
