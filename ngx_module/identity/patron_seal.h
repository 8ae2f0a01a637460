
/*
 * Seals: what the module mints for itself and readers carry about (reader ids,
 * meters, dismissals) as a cookie value nobody else can make or change:
 *
 *     v1.<payload, base64url>.<MAC, base64url>
 *     v2.<payload, base64url>.<MAC, base64url>
 *
 * v1: HMAC-SHA256 cut to 128 bits (RFC 2104, section 5).  v2: SipHash-2-4 of
 * 128 bits, a fifth of the work, for what is a reader's own count and opens
 * nothing.  Each is under a key derived from each configured key for one
 * purpose and one of the two alone.  The first key seals, any opens.  A seal
 * hides nothing: who holds it can read the payload.
 */


#ifndef _PATRON_SEAL_H_INCLUDED_
#define _PATRON_SEAL_H_INCLUDED_


#include "patron.h"
#include "patron_token.h"


#define PATRON_SEAL_PAYLOAD_MAX  1536       /* bytes */

/* The most characters of a sealed value. */

#define PATRON_SEAL_MAX          2074


/*
 * One purpose's seal.  Like the keys it belongs to one process after fork and
 * is not thread-safe.
 */

typedef struct patron_seal_s  patron_seal_t;

/*
 * purpose is a short word of the module's own: "reader", "meter", "gift".  keys
 * are read during the call only.  NULL with a reason in err (255 bytes and a
 * NUL).
 */

patron_seal_t *patron_seal_create(patron_mem_t *mem,
    const patron_keys_t *keys, const patron_str_t *purpose, char *err);

/*
 * From here on the seal makes v2, and opens v1 and v2; before, v1 alone.  Where
 * OpenSSL has no SipHash, as a FIPS provider has none, it stays as it is.
 * PATRON_ERROR with a reason in err: the seal is to be destroyed.
 */

int patron_seal_lighten(patron_seal_t *seal, const patron_keys_t *keys,
    char *err);

void patron_seal_destroy(patron_seal_t *seal);

/*
 * Writes the sealed payload to dst, of size characters.  PATRON_ERROR where it
 * is longer than that or than PATRON_SEAL_PAYLOAD_MAX, there is no key, or
 * OpenSSL fails.
 */

int patron_seal_make(patron_seal_t *seal, const patron_str_t *payload,
    patron_uchar_t *dst, size_t size, size_t *len);

/*
 * Opens a value into dst, of PATRON_SEAL_PAYLOAD_MAX bytes.  key becomes the
 * index of the key that sealed it: not the first means that it should be
 * sealed anew.  PATRON_DECLINED for anything that patron_seal_make() of this
 * purpose and these keys did not write.
 */

int patron_seal_open(patron_seal_t *seal, const patron_str_t *value,
    patron_uchar_t *dst, patron_str_t *payload, unsigned *key);

/* For patron_link.c: the derived keys, and the aud "patron:<purpose>". */

patron_keys_t *patron_seal_keys(patron_seal_t *seal);
const patron_str_t *patron_seal_aud(const patron_seal_t *seal);


#endif /* _PATRON_SEAL_H_INCLUDED_ */
