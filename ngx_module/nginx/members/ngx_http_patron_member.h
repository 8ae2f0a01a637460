
/*
 * Members: the record behind a token's "sub", from the zone where it is known,
 * from Redis where it is not.  Knows nothing of requests: who must wait hands
 * in a waiter.
 */


#ifndef _NGX_HTTP_PATRON_MEMBER_H_INCLUDED_
#define _NGX_HTTP_PATRON_MEMBER_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_event.h>

#include "ngx_http_patron_redis_types.h"
#include "ngx_http_patron_zone_members.h"


typedef enum {
    NGX_HTTP_PATRON_MEMBER_NONE = 0,    /* no such key */
    NGX_HTTP_PATRON_MEMBER_ACTIVE,
    NGX_HTTP_PATRON_MEMBER_GRACE,
    NGX_HTTP_PATRON_MEMBER_PAUSED,
    NGX_HTTP_PATRON_MEMBER_REVOKED,
    NGX_HTTP_PATRON_MEMBER_SUPPORTER    /* gave once: no membership */
} ngx_http_patron_member_status_e;


typedef enum {
    NGX_HTTP_PATRON_FROM_ZONE = 0,      /* a live record of the zone */
    NGX_HTTP_PATRON_FROM_REDIS,         /* asked now */
    NGX_HTTP_PATRON_FROM_STALE          /* Redis away: a record past its ttl */
} ngx_http_patron_member_source_e;


typedef struct {
    ngx_http_patron_member_status_e  status;
    ngx_http_patron_member_source_e  source;
    time_t                           until;       /* 0: open-ended */
    time_t                           not_before;  /* these, 0: none */
    time_t                           gave_until;
    time_t                           grace_until;
    ngx_str_t                        tier;        /* into buf */
    ngx_str_t                        name;        /* into buf */
    ngx_str_t                        rest;        /* into buf */
    u_char                           buf[NGX_HTTP_PATRON_RECORD_MAX];
} ngx_http_patron_member_t;


typedef struct ngx_http_patron_waiter_s  ngx_http_patron_waiter_t;

struct ngx_http_patron_waiter_s {
    ngx_queue_t                queue;     /* private */
    ngx_event_t                event;     /* private: the posted event */
    void                     (*handler)(ngx_http_patron_waiter_t *w);
    void                      *data;      /* the caller's */
    ngx_log_t                 *log;       /* the caller's, set before use */
    ngx_int_t                  rc;        /* NGX_OK: member is filled in;
                                             NGX_ERROR: Redis cannot be asked
                                             and the zone holds no record */
    ngx_msec_t                 waited;    /* milliseconds spent */
    ngx_http_patron_member_t  *member;    /* where the answer goes */
    unsigned                   waiting:1;
    unsigned                   stale:1;   /* private: member holds a record
                                             past its time */
};


/*
 * A sub that begins with this byte, which none can, is that of a giver without
 * an account: what follows it is the reader's id, and the record
 * "<prefix>gave:<id>".
 */

#define NGX_HTTP_PATRON_MEMBER_GAVE  0x01

/*
 * Writes the key of a member's record, or with gave set of a giver's, to buf of
 * NGX_HTTP_PATRON_MEMBER_KEY bytes; returns it.  sub has PATRON_SUB_MAX bytes at
 * most.
 */

#define NGX_HTTP_PATRON_MEMBER_KEY  (64 + sizeof("member:") - 1               \
                                     + 3 * PATRON_SUB_MAX)

ngx_str_t ngx_http_patron_member_key(u_char *buf,
    ngx_http_patron_redis_t *redis, ngx_uint_t gave, u_char *sub, size_t len);

/*
 * Finds the member sub.  zone may be NULL (every request asks Redis).
 *
 * NGX_OK:    member is filled in; source says from where.
 * NGX_AGAIN: w waits; its handler is called once, from a posted event of its
 *            own, with w->rc set, unless it is cancelled before.
 * NGX_ERROR: cannot be asked, nothing known.
 */

ngx_int_t ngx_http_patron_member_find(ngx_http_patron_redis_t *redis,
    ngx_http_patron_zone_t *zone, ngx_str_t *sub,
    ngx_http_patron_member_t *member, ngx_http_patron_waiter_t *w);

/* Takes a waiter out, its posted event too.  Safe at any time. */

void ngx_http_patron_member_cancel(ngx_http_patron_waiter_t *w);


#endif /* _NGX_HTTP_PATRON_MEMBER_H_INCLUDED_ */
