
/*
 * What all workers remember of signed requests: those that were verified, the
 * nonces that were used, and who has failed.
 */


#ifndef _NGX_HTTP_PATRON_ZONE_BOTS_H_INCLUDED_
#define _NGX_HTTP_PATRON_ZONE_BOTS_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>

#include "ngx_http_patron_zone.h"


#define NGX_HTTP_PATRON_BOT_FAILURES  10    /* of an address in a minute */
#define NGX_HTTP_PATRON_BOT_FLOOD     200   /* failures in a second: of a key, */
#define NGX_HTTP_PATRON_BOT_FLOODS    400   /* and of all */


/* A request that was verified; a text that is longer is not remembered. */

#define NGX_HTTP_PATRON_BOT_TEXT      640

typedef struct {
    ngx_atomic_uint_t  version;     /* of the registry that had the key */
    uint32_t           redis;       /* whose it was */
    uint32_t           entry;       /* of that registry */
    time_t             created;
    time_t             expires;
} ngx_http_patron_bot_verified_t;

/*
 * Was this very text verified, by a key that the registry has as it is?  hash
 * tells texts apart, and need not be good.  NGX_OK or NGX_DECLINED.  And it was
 * just now.
 */

ngx_int_t ngx_http_patron_zone_bot_seen(ngx_http_patron_zone_t *zone,
    ngx_str_t *text, uint32_t hash, ngx_http_patron_bot_verified_t *verified);
void ngx_http_patron_zone_bot_verified(ngx_http_patron_zone_t *zone,
    ngx_str_t *text, uint32_t hash, ngx_http_patron_bot_verified_t *verified,
    time_t now);

/*
 * A nonce, by 16 bytes of a digest.  Was it used?  And it is, until expires:
 * NGX_OK; NGX_DECLINED: it was; NGX_BUSY: there is no room to remember it.
 */

ngx_uint_t ngx_http_patron_zone_nonce_used(ngx_http_patron_zone_t *zone,
    u_char *digest, time_t now);
ngx_int_t ngx_http_patron_zone_nonce(ngx_http_patron_zone_t *zone,
    u_char *digest, time_t expires, time_t now);

/*
 * May a signature by key be tried, from an address of 16 bytes?  And what came
 * of it.
 */

ngx_uint_t ngx_http_patron_zone_bot_try(ngx_http_patron_zone_t *zone,
    u_char *address, u_char *key, time_t now);
void ngx_http_patron_zone_bot_tried(ngx_http_patron_zone_t *zone,
    u_char *address, u_char *key, ngx_uint_t good, time_t now);


/* For this folder: in the zone's making, and where a worker has died. */

void ngx_http_patron_zone_bots_create(ngx_http_patron_zone_t *zone);
void ngx_http_patron_zone_bots_reset(ngx_http_patron_zone_t *zone);


#endif /* _NGX_HTTP_PATRON_ZONE_BOTS_H_INCLUDED_ */
