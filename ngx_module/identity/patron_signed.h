
/*
 * Requests that a crawler has signed: HTTP message signatures (RFC 9421) of the
 * tag "web-bot-auth", by Ed25519, as the Web Bot Auth drafts have them.  What is
 * parsed points into the fields given.  Reasons are constant strings.
 */


#ifndef _PATRON_SIGNED_H_INCLUDED_
#define _PATRON_SIGNED_H_INCLUDED_


#include "patron_jwks.h"


#define PATRON_SIGNED_FIELD       4096  /* bytes of one of the fields */
#define PATRON_SIGNED_BASE        8192  /* bytes that are signed, at most */
#define PATRON_SIGNED_COMPONENTS  16
#define PATRON_SIGNED_NONCE       256
#define PATRON_SIGNED_AUTHORITY   256


/*
 * The value of a component: of a derived one by its name ("@method"), or all
 * lines of the field of that name, with ", " between them.  PATRON_OK, or
 * PATRON_DECLINED where there is none.
 */

typedef int (*patron_component_pt)(void *ctx, const patron_str_t *name,
    patron_str_t *value);


typedef struct {
    patron_str_t    list;       /* of components, with the parameters */
    patron_str_t    keyid;
    patron_str_t    nonce;      /* as it was written; empty: there is none */
    int64_t         created;
    int64_t         expires;
    patron_uchar_t  signature[PATRON_ED25519_LEN];
    unsigned        agent:1;    /* covered: Signature-Agent, */
    unsigned        exact_price:1;  /* and the crawler's prices */
    unsigned        max_price:1;
    unsigned        more:1;     /* others than "@authority" and the first */
} patron_signed_t;


/*
 * Reads "Signature-Input" and "Signature"; the first signature that has the tag
 * counts.  PATRON_OK; PATRON_DECLINED where none has; PATRON_ERROR, with the
 * reason.
 */

int patron_signed_parse(patron_signed_t *sig, const patron_str_t *input,
    const patron_str_t *signature, const char **reason);

/*
 * Does it hold now?  Neither made later than leeway seconds from now, nor ended
 * leeway ago, nor made for longer than max_age.  NULL, or why not.
 */

const char *patron_signed_current(const patron_signed_t *sig, int64_t now,
    int64_t leeway, int64_t max_age);

/*
 * The text that was signed, into base of PATRON_SIGNED_BASE bytes.  NULL, or
 * why there is none.
 */

const char *patron_signed_base(const patron_signed_t *sig,
    patron_component_pt component, void *ctx, patron_uchar_t *base,
    size_t *len);

/*
 * "@authority" of a host as the reader asked for it: in lower case, without the
 * scheme's own port.  Into PATRON_SIGNED_AUTHORITY bytes; 0 where it is longer.
 */

size_t patron_signed_authority(patron_uchar_t *dst, const patron_str_t *host,
    int https);

/*
 * Does "Signature-Agent", a string or a dictionary of them, name agent, a URL?
 * 1 or 0; PATRON_ERROR where it is neither.
 */

int patron_signed_agent(const patron_str_t *field, const patron_str_t *agent);


#endif /* _PATRON_SIGNED_H_INCLUDED_ */
