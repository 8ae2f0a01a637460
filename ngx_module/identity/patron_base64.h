
/*
 * base64url without padding (RFC 4648, section 5; RFC 7515, section 2).
 */


#ifndef _PATRON_BASE64_H_INCLUDED_
#define _PATRON_BASE64_H_INCLUDED_


#include "patron.h"


/* The length of n bytes encoded; the most bytes that n characters decode to. */

#define patron_base64_encoded(n)  (((n) / 3) * 4 + (((n) % 3) * 8 + 5) / 6)
#define patron_base64_decoded(n)  (((n) / 4) * 3 + (((n) % 4) * 6) / 8)


/* Writes patron_base64_encoded(len) characters; returns where they end. */

patron_uchar_t *patron_base64_encode(patron_uchar_t *dst,
    const patron_uchar_t *src, size_t len);

/*
 * Writes patron_base64_decoded(len) bytes to dst.  PATRON_ERROR where src is
 * not the one encoding of them: a foreign character, padding, a length that
 * no encoding has, or unused bits that are not zero.  dst may be src.
 */

int patron_base64_decode(patron_uchar_t *dst, const patron_uchar_t *src,
    size_t len);


#endif /* _PATRON_BASE64_H_INCLUDED_ */
