
/*
 * What lies in the zone, as types: for this folder alone.
 */


#ifndef _NGX_HTTP_PATRON_ZONE_TYPES_H_INCLUDED_
#define _NGX_HTTP_PATRON_ZONE_TYPES_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>

#include "ngx_http_patron_zone.h"
#include "ngx_http_patron_zone_blob.h"
#include "ngx_http_patron_zone_bots.h"
#include "ngx_http_patron_zone_history.h"
#include "ngx_http_patron_zone_leaks.h"
#include "ngx_http_patron_zone_matches.h"
#include "ngx_http_patron_zone_members.h"
#include "ngx_http_patron_zone_places.h"
#include "ngx_http_patron_zone_plans.h"
#include "ngx_http_patron_zone_stats.h"


#define NGX_HTTP_PATRON_ZONE_MAGIC      0x70617472
#define NGX_HTTP_PATRON_ZONE_VERSION    11

#define NGX_HTTP_PATRON_ZONE_SERVERS    32
#define NGX_HTTP_PATRON_ZONE_LISTENERS  32
#define NGX_HTTP_PATRON_ZONE_STRIPES    1024

/* A listener vouches for its records no longer than this, in seconds. */

#define NGX_HTTP_PATRON_ZONE_TRUST      3600


/*
 * A member is a head cell and as many tail cells as its strings need; a cell
 * goes by its number, 0 is none.  The strings lie one after the other: sub,
 * tier, name; and behind them what few members have: two more times, and what
 * they sent away.  All cells being equal, memory never fragments.
 */

#define NGX_HTTP_PATRON_CELL            64
#define NGX_HTTP_PATRON_CELL_HEAD       24
#define NGX_HTTP_PATRON_CELL_TAIL       60

typedef struct {
    uint32_t     next;          /* tail cell, or the next free cell */
    uint32_t     chain;         /* next member of the bucket */
    uint32_t     hash;
    uint32_t     born;          /* seconds of the monotonic clock */
    uint32_t     generation;
    uint32_t     expires;       /* the key itself does: as born; 0: never */
    uint32_t     until;
    uint32_t     not_before;
    uint8_t      status:7;
    uint8_t      more:1;        /* what few have follows */
    uint8_t      server;        /* index */
    uint8_t      sub_len;
    uint8_t      heard;         /* stored by one who hears of changes */
    uint16_t     tier_len;
    uint16_t     name_len;
    u_char       data[NGX_HTTP_PATRON_CELL_HEAD];
} ngx_http_patron_head_t;

typedef struct {
    uint32_t     next;
    u_char       data[NGX_HTTP_PATRON_CELL_TAIL];
} ngx_http_patron_tail_t;

typedef union {
    ngx_http_patron_head_t  head;
    ngx_http_patron_tail_t  tail;
} ngx_http_patron_cell_t;


typedef enum {
    NGX_HTTP_PATRON_CELL_FREE = 0,
    NGX_HTTP_PATRON_CELL_IS_TAIL,
    NGX_HTTP_PATRON_CELL_IS_HEAD,
    NGX_HTTP_PATRON_CELL_IS_USED    /* a head, read since the hand passed */
} ngx_http_patron_cell_e;


struct ngx_http_patron_cells_s {
    u_char                  *state;     /* of each cell */
    ngx_http_patron_cell_t  *cells;
    uint32_t                *buckets;
    uint32_t                 ncells;    /* cell 0 included, which is not used */
    uint32_t                 nbuckets;
    uint32_t                 virgin;    /* cells from here on were never used */
    uint32_t                 free;      /* list of freed cells */
    uint32_t                 hand;      /* of the clock that evicts */
    uint32_t                 used;
    uint32_t                 members;
};


/* Plans of pages, see ngx_http_patron_zone_plans.c. */

typedef struct ngx_http_patron_place_s  ngx_http_patron_place_t;

struct ngx_http_patron_plans_s {
    ngx_http_patron_place_t *places;
    ngx_uint_t               nsets;
    ngx_uint_t               clock;
};


/*
 * One worker at a time does some work for all: who, and until when at the
 * latest (seconds of the monotonic clock).
 */

typedef struct {
    ngx_pid_t                pid;
    uint32_t                 until;
} ngx_http_patron_lease_t;


/* What workers hand to each other in one piece; data NULL: nothing yet. */

typedef struct {
    ngx_atomic_t             version;
    ngx_atomic_t             wanted;    /* raised when it is out of date */
    ngx_atomic_uint_t        made;      /* wanted when it was last made */
    u_char                  *data;
    size_t                   len;
    size_t                   refused;   /* length that found no room, or 0 */
} ngx_http_patron_blob_t;


/*
 * A Redis and prefix.  Records of an older generation may be out of date, ones
 * from below the floor are gone.
 */

typedef struct {
    uint32_t                 id;        /* 0: free */
    uint32_t                 generation;
    uint32_t                 floor;
    uint32_t                 switches;
    uint32_t                 known;     /* a member's record was found */
    uint32_t                 unknown;   /* none was, so often, before one */
    uint32_t                 refused[NGX_HTTP_PATRON_REFUSALS];
                                        /* when, in 32 s, and why: 5 bits */
    ngx_pid_t                listeners[NGX_HTTP_PATRON_ZONE_LISTENERS];
    ngx_http_patron_blob_t   blobs[NGX_HTTP_PATRON_BLOBS];
    ngx_http_patron_lease_t  leases[NGX_HTTP_PATRON_LEASES];
    uint64_t                 batch;     /* number of the last one sent */
} ngx_http_patron_server_t;


/*
 * Where blobs lie: anywhere no other does.  There is no list to be damaged.
 */

typedef struct {
    u_char                  *start;
    size_t                   size;
} ngx_http_patron_arena_t;


/*
 * A counter by day and name: what it is, how much of that the batches so far
 * have, and how much Redis has said to have got.  Each changes by one store.
 */

#define NGX_HTTP_PATRON_STAT_NAME       144     /* bytes */

typedef struct {
    uint32_t                 next;      /* of the bucket */
    uint32_t                 hash;
    uint32_t                 redis;
    uint32_t                 day;       /* since 1970-01-01 */
    uint64_t                 total;
    uint64_t                 batched;
    uint64_t                 applied;
    uint32_t                 len;
    uint32_t                 hours[24];
    u_char                   name[NGX_HTTP_PATRON_STAT_NAME];
} ngx_http_patron_stat_t;

typedef struct {
    ngx_http_patron_stat_t  *stats;     /* 1 to n */
    uint32_t                *buckets;   /* n */
    uint32_t                 n;
    uint32_t                 virgin;
    uint32_t                 hand;      /* looks for what may give way */
    uint64_t                 lost;      /* found no room */
    uint64_t                 instance;
} ngx_http_patron_stats_t;


/* Signed requests, see ngx_http_patron_zone_bots.c. */

typedef struct {
    ngx_http_patron_bot_verified_t  verified;
    size_t                   len;       /* 0: free */
    u_char                   text[NGX_HTTP_PATRON_BOT_TEXT];
} ngx_http_patron_bot_seen_t;

typedef struct {
    u_char                   digest[16];
    uint32_t                 expires;   /* unix seconds */
} ngx_http_patron_bot_nonce_t;

typedef struct {
    uint64_t                 who;
    uint32_t                 since;
    uint32_t                 failures;
} ngx_http_patron_bot_count_t;

typedef struct {
    uint64_t                 who;
    uint32_t                 at;
} ngx_http_patron_bot_good_t;

typedef struct {
    ngx_http_patron_bot_seen_t   *seen; /* NULL: the zone has no room */
    ngx_http_patron_bot_nonce_t  *nonces;
    ngx_http_patron_bot_good_t   *good;
    ngx_http_patron_bot_count_t  *counts;
    ngx_uint_t               nseen;
    ngx_uint_t               nnonces;
    ngx_uint_t               ngood;
    ngx_uint_t               ncounts;
    uint32_t                 second;
    uint32_t                 failures;  /* in that second */
} ngx_http_patron_bots_t;


typedef struct {
    uint32_t                  magic;
    uint32_t                  layout;   /* version, and sizes that matter */
    volatile ngx_uint_t       busy;     /* set while the mutex is held: found
                                           set, its holder has died */
    uint32_t                  cycles;   /* configurations that had it */
    uint64_t                  seed;
    ngx_http_patron_cells_t   members;
    ngx_http_patron_plans_t   plans;
    ngx_http_patron_server_t  servers[NGX_HTTP_PATRON_ZONE_SERVERS];
    uint32_t                  stripes[NGX_HTTP_PATRON_ZONE_STRIPES];
    ngx_atomic_t              counters[NGX_HTTP_PATRON_C_N];
    ngx_http_patron_history_t history;
    ngx_atomic_t              webhooks[NGX_HTTP_PATRON_ZONE_WEBHOOKS];
    uint32_t                  refused_at[NGX_HTTP_PATRON_ZONE_WEBHOOKS];
    uint16_t                  refused[NGX_HTTP_PATRON_ZONE_WEBHOOKS];
    ngx_atomic_t              made;     /* unix seconds, as those are */
    ngx_http_patron_stats_t   stats;
    ngx_http_patron_bots_t    bots;

    ngx_http_patron_place_seen_t  places_seen[NGX_HTTP_PATRON_PLACES];
    ngx_http_patron_leaks_t   leaks;
    ngx_http_patron_matches_t matches;
    ngx_http_patron_arena_t   arena;
} ngx_http_patron_zone_sh_t;


struct ngx_http_patron_zone_s {
    ngx_http_patron_zone_sh_t  *sh;
    ngx_slab_pool_t            *shpool;
    ngx_shm_zone_t             *shm_zone;
    ngx_str_t                   args;
    uint32_t                    cycle;      /* sh->cycles as it was ours */
    time_t                      ttl;
    time_t                      negative;
};


#endif /* _NGX_HTTP_PATRON_ZONE_TYPES_H_INCLUDED_ */
