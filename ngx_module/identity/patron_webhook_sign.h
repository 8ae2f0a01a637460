
/*
 * Is a webhook its provider's?  A scheme is an HMAC, a plain digest of a text
 * that holds the key, or the key itself as a token.
 */


#ifndef _PATRON_WEBHOOK_SIGN_H_INCLUDED_
#define _PATRON_WEBHOOK_SIGN_H_INCLUDED_


#include "patron_webhook_template.h"


#define PATRON_WEBHOOK_MAC_MAX   64
#define PATRON_WEBHOOK_SIGN_MAX  (2 * PATRON_WEBHOOK_MAC_MAX)   /* as text */


typedef struct {
    patron_str_t  mac;          /* "hmac", "plain", "token" */
    patron_str_t  digest;       /* "sha256", "sha512", "sha1", "md5" */
    patron_str_t  encoding;     /* "hex", "base64" */
    patron_str_t  signature;    /* source of what was sent */
    patron_str_t  prefix;       /* that stands before it */
    patron_str_t  text;         /* template of what is signed */
    patron_str_t  dated;        /* source of its time, or empty */
    int64_t       tolerance;    /* seconds */
} patron_webhook_scheme_t;


/*
 * Compares in constant time.  PATRON_OK; PATRON_DECLINED, with a reason: it is
 * not the provider's; PATRON_ERROR, with one: it could not be found out.
 */

int patron_webhook_verify(patron_webhook_message_t *message,
    const patron_webhook_scheme_t *scheme, const char **reason);

/* The signature of a template by that scheme, written to buf of
   PATRON_WEBHOOK_SIGN_MAX bytes. */

int patron_webhook_sign(patron_webhook_message_t *message,
    const patron_webhook_scheme_t *scheme, const patron_str_t *text,
    patron_uchar_t *buf, patron_str_t *signature);


#endif /* _PATRON_WEBHOOK_SIGN_H_INCLUDED_ */
