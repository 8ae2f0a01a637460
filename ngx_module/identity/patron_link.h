
/*
 * Links that carry a right: a gift opens one page, a preview shows one
 * campaign.  A JWT by a key derived for that purpose, aud "patron:<purpose>",
 * with exp; sub and tier (of who gave it), host, path, campaign and jti as far
 * as they are set.
 */


#ifndef _PATRON_LINK_H_INCLUDED_
#define _PATRON_LINK_H_INCLUDED_


#include "patron.h"
#include "patron_seal.h"
#include "patron_token.h"


typedef struct {
    patron_str_t  sub;          /* printable ASCII, at most 128 bytes */
    patron_str_t  tier;
    patron_str_t  host;
    patron_str_t  path;         /* UTF-8; compare it byte for byte */
    patron_str_t  campaign;     /* "<slot>:<name>" */
    patron_str_t  jti;
    int64_t       exp;          /* unix seconds */
    const char   *reason;       /* why it is not valid: a short static text */
} patron_link_t;


/*
 * Writes the token of link, made with the purpose's first key, to dst of size
 * characters.  Empty strings are left out.  PATRON_ERROR where a string is not
 * UTF-8 or too long, exp is no time, it does not fit, or OpenSSL fails.
 */

int patron_link_sign(patron_seal_t *seal, const patron_link_t *link,
    patron_uchar_t *dst, size_t size, size_t *len);

/*
 * Checks a token at time now.  The strings in link are good until the next
 * link of this purpose is checked or signed.
 */

patron_token_e patron_link_check(patron_seal_t *seal,
    const patron_str_t *token, int64_t now, int64_t leeway,
    patron_link_t *link);


#endif /* _PATRON_LINK_H_INCLUDED_ */
