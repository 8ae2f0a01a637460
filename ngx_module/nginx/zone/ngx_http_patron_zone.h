
/*
 * The shared memory of all workers, with the counters and what is known of
 * each Redis; members, plans, blobs and daily counters have files of their own.
 * Kept over a reload, rebuilt when its layout changes, evicting when full.
 * No I/O and no reference counts under its mutex.
 */


#ifndef _NGX_HTTP_PATRON_ZONE_H_INCLUDED_
#define _NGX_HTTP_PATRON_ZONE_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>


typedef struct ngx_http_patron_zone_s  ngx_http_patron_zone_t;


/*
 * The directive "patron_zone name:size [ttl=60s] [negative=5s];" args[0] is
 * its name; tag is the module.  Returns NULL after logging the reason.
 */

ngx_http_patron_zone_t *ngx_http_patron_zone_add(ngx_conf_t *cf,
    ngx_str_t *args, ngx_uint_t nargs, void *tag);


/* Counters: each is one atomic of the zone.  zone may be NULL. */

typedef enum {
    NGX_HTTP_PATRON_REFUSED_MEMBERS = 0,
    NGX_HTTP_PATRON_REFUSED_WRITES,
    NGX_HTTP_PATRON_REFUSED_CAMPAIGNS,  /* as ngx_http_patron_blob_e */
    NGX_HTTP_PATRON_REFUSED_INSTITUTIONS,
    NGX_HTTP_PATRON_REFUSED_BOTS,
    NGX_HTTP_PATRON_REFUSALS
} ngx_http_patron_refusal_e;


typedef enum {
    NGX_HTTP_PATRON_C_REQUESTS = 0,
    NGX_HTTP_PATRON_C_PATRON,           /* readers by state */
    NGX_HTTP_PATRON_C_SUPPORTER,
    NGX_HTTP_PATRON_C_GUEST,
    NGX_HTTP_PATRON_C_INVALID,
    NGX_HTTP_PATRON_C_EXPIRED,
    NGX_HTTP_PATRON_C_LAPSED,
    NGX_HTTP_PATRON_C_PAUSED,
    NGX_HTTP_PATRON_C_REVOKED,
    NGX_HTTP_PATRON_C_FROM_TOKEN,       /* rungs: where a verdict came from */
    NGX_HTTP_PATRON_C_FROM_ZONE,
    NGX_HTTP_PATRON_C_FROM_REDIS,
    NGX_HTTP_PATRON_C_FROM_STALE,
    NGX_HTTP_PATRON_C_FROM_FALLBACK,
    NGX_HTTP_PATRON_C_INSTITUTION,
    NGX_HTTP_PATRON_C_BOT_ADDRESS,      /* crawlers by their proof */
    NGX_HTTP_PATRON_C_BOT_SIGNATURE,
    NGX_HTTP_PATRON_C_BOT_CLAIMED,      /* and without one */
    NGX_HTTP_PATRON_C_SIGNATURE_BAD,
    NGX_HTTP_PATRON_C_SIGNATURE_AGAIN,  /* its nonce was seen before */
    NGX_HTTP_PATRON_C_SIGNATURE_UNTRIED,
    NGX_HTTP_PATRON_C_BOT_REFUSED,
    NGX_HTTP_PATRON_C_BOT_CHARGED,
    NGX_HTTP_PATRON_C_LOOKUPS,          /* commands sent for members */
    NGX_HTTP_PATRON_C_LOOKUP_TIMEOUTS,
    NGX_HTTP_PATRON_C_LOOKUP_ERRORS,
    NGX_HTTP_PATRON_C_CONNECTS,
    NGX_HTTP_PATRON_C_DISCONNECTS,
    NGX_HTTP_PATRON_C_INVALIDATIONS,
    NGX_HTTP_PATRON_C_EVICTIONS,
    NGX_HTTP_PATRON_C_PAGES_EDITED,
    NGX_HTTP_PATRON_C_BANNERS_SHOWN,
    NGX_HTTP_PATRON_C_NOT_PLACED,       /* a page left alone */
    NGX_HTTP_PATRON_C_NOT_MODIFIED,
    NGX_HTTP_PATRON_C_WALLED,
    NGX_HTTP_PATRON_C_WALL_REFUSED,
    NGX_HTTP_PATRON_C_UNCUT,            /* walled, and too short for it */
    NGX_HTTP_PATRON_C_LEAK,             /* what was cut stands elsewhere */
    NGX_HTTP_PATRON_C_DRY_RUN,          /* would be another response */
    NGX_HTTP_PATRON_C_METERED,
    NGX_HTTP_PATRON_C_GIFTED,
    NGX_HTTP_PATRON_C_BYPASSED,
    NGX_HTTP_PATRON_C_PREFETCH_REFUSED,
    NGX_HTTP_PATRON_C_FEED_RSS_WHOLE,   /* feeds by format: whole, and cut */
    NGX_HTTP_PATRON_C_FEED_RSS_CUT,
    NGX_HTTP_PATRON_C_FEED_ATOM_WHOLE,
    NGX_HTTP_PATRON_C_FEED_ATOM_CUT,
    NGX_HTTP_PATRON_C_FEED_JSON_WHOLE,
    NGX_HTTP_PATRON_C_FEED_JSON_CUT,
    NGX_HTTP_PATRON_C_N
} ngx_http_patron_counter_e;

void ngx_http_patron_zone_count(ngx_http_patron_zone_t *zone,
    ngx_uint_t counter);
ngx_atomic_uint_t ngx_http_patron_zone_counter(ngx_http_patron_zone_t *zone,
    ngx_uint_t counter);


/*
 * An event of the webhook's provider of that number has come, and was good or
 * not; how many seconds ago the last good one did, or else the zone was made; and
 * how many have been refused since, none if the last of them lies further back
 * than age seconds (0: however far).  zone may be NULL.
 */

#define NGX_HTTP_PATRON_ZONE_WEBHOOKS  32

void ngx_http_patron_zone_webhook(ngx_http_patron_zone_t *zone,
    ngx_uint_t provider, ngx_uint_t good);
time_t ngx_http_patron_zone_webhook_age(ngx_http_patron_zone_t *zone,
    ngx_uint_t provider);
ngx_atomic_uint_t ngx_http_patron_zone_webhook_refused(
    ngx_http_patron_zone_t *zone, ngx_uint_t provider, time_t age);


/* The next zone of a cycle after zone, or the first where zone is NULL. */

ngx_http_patron_zone_t *ngx_http_patron_zone_next(ngx_cycle_t *cycle,
    ngx_http_patron_zone_t *zone);

ngx_str_t *ngx_http_patron_zone_name(ngx_http_patron_zone_t *zone);


/*
 * All members of a Redis have changed.  redis is ngx_http_patron_redis_id(),
 * here and below.
 */

void ngx_http_patron_zone_forget(ngx_http_patron_zone_t *zone,
    uint32_t redis);

/*
 * This worker begins to hear of all changes: what nobody heard of before is
 * suspected.  And it ends: lost is true if it may have missed some.
 */

void ngx_http_patron_zone_listen(ngx_http_patron_zone_t *zone,
    uint32_t redis);
void ngx_http_patron_zone_unlisten(ngx_http_patron_zone_t *zone,
    uint32_t redis, ngx_uint_t lost);

/*
 * True if it may end: another worker listens, or none is to come, nginx having
 * no newer configuration.
 */

ngx_uint_t ngx_http_patron_zone_relieved(ngx_http_patron_zone_t *zone,
    uint32_t redis);


/* The switches of "<prefix>switches", as bits. */

ngx_uint_t ngx_http_patron_zone_switches(ngx_http_patron_zone_t *zone,
    uint32_t redis);
void ngx_http_patron_zone_set_switches(ngx_http_patron_zone_t *zone,
    uint32_t redis, ngx_uint_t switches);

/*
 * A record was asked for, and found or not: true if it is the first that is
 * missing where none was ever found.  And how often that was so until now, 0
 * once one was found: with another prefix or database, or in an empty Redis,
 * nobody is a member.
 */

ngx_uint_t ngx_http_patron_zone_member_asked(ngx_http_patron_zone_t *zone,
    uint32_t redis, ngx_uint_t found);
ngx_uint_t ngx_http_patron_zone_strangers(ngx_http_patron_zone_t *zone,
    uint32_t redis);

/*
 * Why the server refuses what it is asked for, a number of the caller's own;
 * 0: it does not.  And why it has done so last, at most age seconds ago.
 */

void ngx_http_patron_zone_refuse(ngx_http_patron_zone_t *zone, uint32_t redis,
    ngx_http_patron_refusal_e what, ngx_uint_t why);
ngx_uint_t ngx_http_patron_zone_refusal(ngx_http_patron_zone_t *zone,
    uint32_t redis, ngx_http_patron_refusal_e what, time_t age);


/*
 * For this folder: a server's entry, made where there is none.  When there are
 * too many, all entries and records are forgotten.  Under the mutex.
 */

ngx_uint_t ngx_http_patron_zone_server(ngx_http_patron_zone_t *zone,
    uint32_t id);


#endif /* _NGX_HTTP_PATRON_ZONE_H_INCLUDED_ */
