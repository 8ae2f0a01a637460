
/*
 * Activation tokens: a link in a mail that turns its reader into a member on
 * this device.  A JWT by the membership keys, aud "patron:activate", with sub,
 * jti (used once) and exp, at most a day ahead.
 */


#ifndef _PATRON_ACTIVATION_H_INCLUDED_
#define _PATRON_ACTIVATION_H_INCLUDED_


#include "patron_token.h"


#define PATRON_ACTIVATION_TTL  86400    /* seconds */
#define PATRON_JTI_MAX         128      /* printable ASCII, at least one */


/*
 * Checks an activation token at time now.  Of policy iss and leeway are asked,
 * aud is its own.  The strings in claims are good until the next check of any
 * token by these keys.  That the jti is new is the caller's to find out.
 */

patron_token_e patron_activation_check(patron_keys_t *keys,
    const patron_str_t *token, const patron_claims_policy_t *policy,
    int64_t now, patron_claims_t *claims);


#endif /* _PATRON_ACTIVATION_H_INCLUDED_ */
