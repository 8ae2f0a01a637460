
/*
 * Membership tokens: JWT (RFC 7519) as JWS compact serialization (RFC 7515),
 * signed with HMAC (RFC 7518, section 3.2).  The MAC is verified before
 * anything of the payload is parsed; the algorithm is the key's, never the
 * token's; comparison is in constant time.
 */


#ifndef _PATRON_TOKEN_H_INCLUDED_
#define _PATRON_TOKEN_H_INCLUDED_


#include "patron.h"


#define PATRON_TOKEN_MAX   4096     /* bytes of a token; longer is invalid */
#define PATRON_SUB_MAX     128      /* printable ASCII */
#define PATRON_FIELD_MAX   256      /* tier, name */

/* Seconds for which browsers keep a cookie at most: 400 days. */

#define PATRON_COOKIE_LIFE  INT64_C(34560000)


typedef enum {
    PATRON_HS256 = 0,
    PATRON_HS384,
    PATRON_HS512
} patron_alg_e;


/*
 * A set of keys, in the order they were added: the first signs, all verify.
 * Keyed MAC contexts are made once and used again, so that a set belongs to
 * one process after fork: not thread-safe.
 */

typedef struct patron_keys_s  patron_keys_t;

patron_keys_t *patron_keys_create(patron_mem_t *mem);
void patron_keys_destroy(patron_keys_t *keys);

/*
 * secret is copied.  A key that signs without a "kid" has an id whose data is
 * NULL.  PATRON_ERROR with a reason in err (255 bytes and a NUL): too short for
 * alg (32, 48, 64 bytes), an id used twice, OpenSSL failed.
 */

int patron_keys_add(patron_keys_t *keys, const patron_str_t *id,
    patron_alg_e alg, const patron_str_t *secret, char *err);


typedef enum {
    PATRON_TOKEN_VALID = 0,
    PATRON_TOKEN_INVALID,       /* form, MAC, algorithm, claims */
    PATRON_TOKEN_EXPIRED        /* verifies, but exp has passed */
} patron_token_e;


/* What a location asks of a token.  Empty iss, aud: not asked. */

typedef struct {
    patron_str_t  iss;
    patron_str_t  aud;
    int64_t       leeway;       /* seconds */
} patron_claims_policy_t;


typedef struct {
    patron_str_t  sub;
    patron_str_t  tier;         /* claims of the same names, for a site with */
    patron_str_t  name;         /* no Redis; empty if absent */
    patron_str_t  jti;
    patron_str_t  iss;
    int64_t       exp;          /* unix seconds */
    int64_t       nbf;          /* 0 if absent */
    int64_t       iat;          /* 0 if absent */
    int64_t       life;         /* seconds, of those that we mint; else 0 */
    int64_t       gave_until;   /* a supporter's; 0 if absent */
    unsigned      key;          /* index of the key that verified it */
    unsigned      authentic;    /* one did, whatever the claims say */
    const char   *reason;       /* why it is not valid: a short static text */
} patron_claims_t;


/*
 * Remembers the claims of tokens that verified, by all of their bytes, so that
 * a token seen before costs a comparison.  Bounded; the oldest gives way.  One
 * cache belongs to one set of keys and one process.
 */

typedef struct patron_token_cache_s  patron_token_cache_t;

patron_token_cache_t *patron_token_cache_create(patron_mem_t *mem,
    size_t entries);
void patron_token_cache_destroy(patron_token_cache_t *cache);


/*
 * Checks a membership token at time now (unix seconds).  The strings in
 * claims point into the cache, or into scratch of PATRON_TOKEN_MAX bytes where
 * cache is NULL, and are good until the next call.  claims->sub is set for
 * EXPIRED too.  An aud that begins with "patron:" is INVALID here.
 */

patron_token_e patron_token_check(patron_keys_t *keys,
    patron_token_cache_t *cache, const patron_str_t *token,
    const patron_claims_policy_t *policy, int64_t now,
    patron_claims_t *claims);


/*
 * Signs payload, a JSON object, with the first key, its kid in the header.
 * Writes at most size bytes to dst and how many to len.  PATRON_ERROR where
 * there is no key, it would be longer than size or PATRON_TOKEN_MAX, or OpenSSL
 * fails.
 */

int patron_token_sign(patron_keys_t *keys, const patron_str_t *payload,
    patron_uchar_t *dst, size_t size, size_t *len);


/*
 * Mints a membership token that policy takes, good from now for ttl seconds.
 * tier and name may be empty; a name that is not UTF-8 is left out.
 * PATRON_ERROR as for patron_token_sign(), and where sub is none, tier is not
 * UTF-8, or a field is too long to be taken again.
 */

typedef struct {
    patron_str_t  sub;
    patron_str_t  tier;
    patron_str_t  name;
    int64_t       ttl;
    int64_t       iat;          /* of the one it renews; 0: now */
    int64_t       life;         /* the same; 0: ttl */
    int64_t       gave_until;   /* unix seconds; 0: none */
} patron_membership_t;

int patron_token_mint(patron_keys_t *keys,
    const patron_claims_policy_t *policy, const patron_membership_t *member,
    int64_t now, patron_uchar_t *dst, size_t size, size_t *len);


/*
 * Is a token, whose claims these are, to be renewed now?  It says how long it
 * was to live, in the claim "patron:life", as those that patron_token_mint()
 * makes do; and less than a third of that is left, or another key than the
 * first has signed it.
 *
 * PATRON_OK, with ttl, life and iat of the member set: as long a life again,
 * but not beyond until (unix seconds, 0 for no end), and the iat it has, so
 * that what ends old tokens ends it too.  A life beyond PATRON_COOKIE_LIFE
 * counts as that.  PATRON_DECLINED: not.
 */

int patron_token_renewal(const patron_claims_t *claims, int64_t until,
    int64_t now, patron_membership_t *member);


#endif /* _PATRON_TOKEN_H_INCLUDED_ */
