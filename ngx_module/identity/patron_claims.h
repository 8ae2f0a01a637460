
/*
 * The claims of a payload (RFC 7519, section 4.1) in a form small enough to
 * be remembered, and what a location asks of them.
 */


#ifndef _PATRON_CLAIMS_H_INCLUDED_
#define _PATRON_CLAIMS_H_INCLUDED_


#include <jansson.h>

#include "patron.h"
#include "patron_token.h"


/* The latest time a claim may name: the end of the year 9999. */

#define PATRON_TIME_MAX  INT64_C(253402300799)


typedef enum {
    PATRON_CLAIM_SUB = 0,
    PATRON_CLAIM_TIER,
    PATRON_CLAIM_NAME,
    PATRON_CLAIM_JTI,
    PATRON_CLAIM_ISS,
    PATRON_CLAIM_PATH,              /* of links alone, as the next two */
    PATRON_CLAIM_CAMPAIGN,
    PATRON_CLAIM_HOST,
    PATRON_CLAIM_AUD,               /* each with its length before it */
    PATRON_CLAIM_N
} patron_claim_e;


typedef enum {
    PATRON_CLAIMS_MEMBER = 0,       /* membership and activation tokens */
    PATRON_CLAIMS_LINK              /* gifts and previews */
} patron_claims_e;


typedef struct {
    const char      *reason;        /* why it is refused, or NULL */
    int64_t          exp;
    int64_t          nbf;
    int64_t          iat;
    int64_t          life;
    int64_t          gave_until;
    unsigned         typed;         /* an aud begins with "patron:" */
    uint16_t         len[PATRON_CLAIM_N];
    patron_uchar_t  *data;          /* the strings, one after the other */
} patron_parsed_t;


/*
 * Parses a payload; its strings go to data, of PATRON_TOKEN_MAX bytes.  Returns
 * how many of them are used.
 */

size_t patron_claims_parse(patron_parsed_t *parsed, patron_uchar_t *data,
    const patron_str_t *payload, patron_claims_e kind);

/* The string of a claim, empty if absent; not for PATRON_CLAIM_AUD. */

patron_str_t patron_claims_str(const patron_parsed_t *parsed,
    patron_claim_e claim);

/* Is aud one of those parsed?  1 or 0. */

int patron_claims_aud(const patron_parsed_t *parsed, const patron_str_t *aud);

/*
 * Fills claims and judges them by policy at time now.  What an aud that begins
 * with "patron:" means is the caller's to say.
 */

patron_token_e patron_claims_judge(const patron_parsed_t *parsed,
    const patron_claims_policy_t *policy, int64_t now,
    patron_claims_t *claims);

/* Adds a string to a payload, unless it is empty.  PATRON_ERROR: not UTF-8. */

int patron_claims_set(json_t *json, const char *name,
    const patron_str_t *value);

/*
 * Signs a payload, and lets go of it, if policy takes it at time now.
 * PATRON_ERROR where it does not, or signing fails.
 */

int patron_claims_sign(patron_keys_t *keys, json_t *json,
    patron_claims_e kind, const patron_claims_policy_t *policy, int64_t now,
    patron_uchar_t *dst, size_t size, size_t *len);


#endif /* _PATRON_CLAIMS_H_INCLUDED_ */
