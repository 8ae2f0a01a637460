
/*
 * What payment providers tell by HTTP: whether it is theirs, and what it says
 * of a membership.
 *
 *   stripe    Stripe-Signature: t=<unix>,v1=<hex> ..., HMAC-SHA256 of
 *             "<t>.<body>"; subscriptions alone are read
 *   patreon   X-Patreon-Signature: <hex>, HMAC-MD5 of the body
 *   generic   X-Patron-Signature: sha256=<hex>, HMAC-SHA256 of the body
 *
 * A path names a value of the body: members and array indices with dots
 * between them ("data.object.items.data.0.price.id"), and "|" before the next
 * one to look at where there is nothing.
 */


#ifndef _PATRON_WEBHOOK_H_INCLUDED_
#define _PATRON_WEBHOOK_H_INCLUDED_


#include "patron.h"


#define PATRON_WEBHOOK_BODY_MAX  (256 * 1024)
#define PATRON_WEBHOOK_PATH_MAX  512
#define PATRON_WEBHOOK_KEY_MIN   16         /* bytes */
#define PATRON_WEBHOOK_TEXT      256        /* of a field */


typedef enum {
    PATRON_STRIPE = 0,
    PATRON_PATREON,
    PATRON_GENERIC,
    PATRON_WEBHOOK_N
} patron_webhook_e;


/* What of the body is what; an empty path is of nothing. */

typedef struct {
    patron_str_t  sub;
    patron_str_t  tier;
    patron_str_t  status;
    patron_str_t  until;
} patron_webhook_paths_t;


/* The membership as it is to be from now on. */

typedef struct {
    patron_str_t    sub;        /* as a token's: printable ASCII */
    patron_str_t    tier;       /* data is NULL where nothing is said of it */
    const char     *status;     /* the member record's word */
    int64_t         until;      /* 0: without end */
    int             ended;      /* it is not to be renewed */
    patron_str_t    id;         /* of the event; empty if it has none */
    patron_str_t    of;         /* the subscription's; empty the same */
    int64_t         at;         /* its time, unix seconds; 0: not known */
    int             rank;       /* among those of one second, what is later */

    patron_uchar_t  buf[4][PATRON_WEBHOOK_TEXT];
} patron_webhook_event_t;


/* "stripe", "patreon", "generic"; the header of the signature; the paths that
   are taken unless others are given. */

extern const patron_str_t            patron_webhook_names[PATRON_WEBHOOK_N];
extern const patron_str_t            patron_webhook_headers[PATRON_WEBHOOK_N];
extern const patron_webhook_paths_t  patron_webhook_paths[PATRON_WEBHOOK_N];


/* PATRON_OK for a path as above, PATRON_ERROR for anything else. */

int patron_webhook_path(const patron_str_t *path);

/*
 * Is the signature the one of this body by this key, and, where it is dated,
 * at most tolerance seconds from now?  Compares in constant time.  PATRON_OK,
 * or PATRON_DECLINED with a reason.
 */

int patron_webhook_verify(patron_webhook_e provider, const patron_str_t *key,
    const patron_str_t *signature, const patron_str_t *body, int64_t now,
    int64_t tolerance, const char **reason);

/*
 * Reads a verified body.  PATRON_OK; PATRON_DECLINED: it is of something else
 * than a membership; PATRON_ERROR, with a reason: it is no JSON, or does not
 * say what it should.
 */

int patron_webhook_read(patron_webhook_e provider,
    const patron_webhook_paths_t *paths, const patron_str_t *body,
    int64_t now, patron_webhook_event_t *event, const char **reason);


#endif /* _PATRON_WEBHOOK_H_INCLUDED_ */
