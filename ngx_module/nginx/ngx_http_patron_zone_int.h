
/*
 * What lies in the zone: shared by the two files that know it, and by nobody
 * else.
 */


#ifndef _NGX_HTTP_PATRON_ZONE_INT_H_INCLUDED_
#define _NGX_HTTP_PATRON_ZONE_INT_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>

#include "ngx_http_patron_zone.h"


#define NGX_HTTP_PATRON_ZONE_MAGIC      0x70617472
#define NGX_HTTP_PATRON_ZONE_VERSION    1

#define NGX_HTTP_PATRON_ZONE_SERVERS    32
#define NGX_HTTP_PATRON_ZONE_LISTENERS  32
#define NGX_HTTP_PATRON_ZONE_STRIPES    1024

/* A listener vouches for its records no longer than this, in seconds. */

#define NGX_HTTP_PATRON_ZONE_TRUST      3600


/*
 * A member is a head cell and as many tail cells as its strings need; a cell
 * goes by its number, 0 is none.  The strings lie one after the other: sub,
 * tier, name.  All cells being equal, memory never fragments.
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
    uint8_t      status;
    uint8_t      server;        /* index */
    uint8_t      sub_len;
    uint8_t      reserved;
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


typedef struct {
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
} ngx_http_patron_cells_t;


/*
 * A Redis and prefix.  Records of an older generation may be out of date, ones
 * from below the floor are gone.
 */

typedef struct {
    uint32_t                 id;        /* 0: free */
    uint32_t                 generation;
    uint32_t                 floor;
    uint32_t                 switches;
    ngx_pid_t                listeners[NGX_HTTP_PATRON_ZONE_LISTENERS];
} ngx_http_patron_server_t;


typedef struct {
    uint32_t                  magic;
    uint32_t                  layout;   /* version, and sizes that matter */
    ngx_uint_t                busy;     /* set while the mutex is held: found
                                           set, its holder has died */
    uint64_t                  seed;
    ngx_http_patron_cells_t   members;
    ngx_http_patron_server_t  servers[NGX_HTTP_PATRON_ZONE_SERVERS];
    uint32_t                  stripes[NGX_HTTP_PATRON_ZONE_STRIPES];
    ngx_atomic_t              counters[NGX_HTTP_PATRON_C_N];
} ngx_http_patron_zone_sh_t;


struct ngx_http_patron_zone_s {
    ngx_http_patron_zone_sh_t  *sh;
    ngx_slab_pool_t            *shpool;
    ngx_shm_zone_t             *shm_zone;
    ngx_str_t                   args;
    time_t                      ttl;
    time_t                      negative;
};


/*
 * The mutex.  When its holder died in mid-change nginx unlocks it, and all
 * records are forgotten rather than trusted.
 */

void ngx_http_patron_zone_lock(ngx_http_patron_zone_t *zone);
void ngx_http_patron_zone_unlock(ngx_http_patron_zone_t *zone);

/*
 * A server's entry, made where there is none.  When there are too many, all
 * entries and records are forgotten.  Under the mutex.
 */

ngx_uint_t ngx_http_patron_zone_server(ngx_http_patron_zone_t *zone,
    uint32_t id);

/* Takes memory for the records; forgets them all.  Under the mutex. */

ngx_int_t ngx_http_patron_cells_create(ngx_slab_pool_t *shpool,
    ngx_http_patron_cells_t *c);
void ngx_http_patron_cells_reset(ngx_http_patron_cells_t *c);


#endif /* _NGX_HTTP_PATRON_ZONE_INT_H_INCLUDED_ */
