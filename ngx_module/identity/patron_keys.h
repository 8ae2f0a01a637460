
/*
 * Keys and their MACs, for the parts of identity alone: what the rest of the
 * module may do with keys is in patron_token.h.
 */


#ifndef _PATRON_KEYS_H_INCLUDED_
#define _PATRON_KEYS_H_INCLUDED_


#include <openssl/evp.h>

#include "patron.h"
#include "patron_token.h"


#define PATRON_MAC_MAX        64    /* bytes of HMAC-SHA512 */
#define PATRON_KEY_ID_MAX     128
#define PATRON_KEY_ERR        256
#define PATRON_HEADER_CACHED  256   /* longer headers are parsed each time */
#define PATRON_HEADERS        8


typedef struct {
    patron_str_t     id;            /* owned, as are the next two */
    patron_str_t     secret;
    patron_str_t     header;        /* of tokens it signs, base64url, '.' */
    patron_alg_e     alg;
    size_t           mac_len;
    EVP_MAC_CTX     *keyed;
} patron_key_t;


/* The header of a token whose MAC verified, with its '.', and its key. */

typedef struct {
    size_t           len;
    size_t           key;
    patron_uchar_t   data[PATRON_HEADER_CACHED];
} patron_header_t;


struct patron_keys_s {
    patron_mem_t    *mem;
    EVP_MAC         *hmac;
    patron_key_t    *keys;
    size_t           n;
    unsigned         dup;           /* re-init with no key cannot be trusted */

    size_t           nheaders;
    size_t           next_header;   /* the next to give way */
    patron_header_t  headers[PATRON_HEADERS];

    patron_uchar_t   scratch[PATRON_TOKEN_MAX];
};


/* The algorithm's name in a JWS header ("HS256"), and in OpenSSL. */

const char *patron_alg_name(patron_alg_e alg);

/* Writes key's mac_len bytes to mac.  PATRON_ERROR if OpenSSL fails. */

int patron_keys_mac(patron_keys_t *keys, patron_key_t *key,
    const patron_uchar_t *data, size_t len, patron_uchar_t *mac);

/*
 * A set of the same ids, whose HS256 secrets are derived from those of keys
 * for one purpose: HKDF-SHA256 (RFC 5869), no salt, info "patron:<purpose>".
 * NULL with a reason in err.
 */

patron_keys_t *patron_keys_derive(patron_mem_t *mem,
    const patron_keys_t *keys, const patron_str_t *purpose, char *err);


#endif /* _PATRON_KEYS_H_INCLUDED_ */
