
/*
 * What lives in Redis as a set of names, and a key for each, and is kept in the
 * zone as one blob: when it is read again, by whom, and how that begins and
 * ends.  What is read of each name, and made of it, is its owner's.
 *
 * Begun when Redis tells of a change, or every second where it does not.  All
 * workers hear of a change and say so in the zone; the one with the lease acts
 * at once, and where it has died another does within a second.
 *
 * While Redis is away, or an answer is missing, the zone keeps what it has.
 */


#ifndef _NGX_HTTP_PATRON_REFRESH_H_INCLUDED_
#define _NGX_HTTP_PATRON_REFRESH_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_event.h>

#include "patron_resp.h"
#include "ngx_http_patron_redis.h"
#include "ngx_http_patron_zone.h"


/*
 * The first part is the owner's, who sets it before init().  Handlers are
 * called with data.
 */

typedef struct {
    ngx_http_patron_redis_t     *redis;
    ngx_http_patron_zone_t      *zone;
    ngx_uint_t                   blob;      /* ngx_http_patron_blob_e */
    ngx_uint_t                   lease;     /* ngx_http_patron_lease_e */
    ngx_str_t                    set;       /* its key, behind the prefix */
    ngx_uint_t                   max;       /* names in it */
    ngx_msec_t                   interval;  /* from one beginning to the next */
    ngx_msec_t                   pause;     /* from an end, where it is old
                                               already */
    void                        *data;

    /* Asked every second: is it out of date though nobody has changed it?
       NULL: never. */

    ngx_uint_t                 (*outdated)(void *data);

    /* The names, sorted, of refresh->pool; refresh_end() or _done() follows. */

    void                       (*named)(void *data, ngx_str_t *names,
                                        ngx_uint_t n);

    /* Why it cannot be read; NULL: it is no set, or one of more names than
       max. */

    void                       (*refused)(void *data, const char *reason);

    /* It ends, the pool goes. */

    void                       (*ended)(void *data);

    ngx_event_t                  poll;
    ngx_event_t                  soon;
    ngx_msec_t                   began;
    ngx_atomic_uint_t            wanted;    /* when it began */
    ngx_pool_t                  *pool;      /* of one; NULL: none is on */
} ngx_http_patron_refresh_t;


/* In a worker, as it begins and exits. */

void ngx_http_patron_refresh_init(ngx_http_patron_refresh_t *refresh,
    ngx_log_t *log);
void ngx_http_patron_refresh_exit(ngx_http_patron_refresh_t *refresh);

/* For ngx_http_patron_interest_t: data is the refresh. */

void ngx_http_patron_refresh_changed(void *data, patron_str_t *name);
void ngx_http_patron_refresh_forgotten(void *data);
void ngx_http_patron_refresh_listening(void *data, ngx_uint_t on,
    ngx_uint_t lost);

/*
 * Why an answer that was no good is an error of Redis, to be told; NULL where
 * it is none, or says that the key is of another type.
 */

const char *ngx_http_patron_refresh_reason(patron_reply_t *reply);

/*
 * Notes in the zone that it cannot be read, for the status page, until it is put
 * there: why, as the answer says, PATRON_REDIS_WRONGTYPE where that is no error.
 */

void ngx_http_patron_refresh_unread(ngx_http_patron_refresh_t *refresh,
    patron_reply_t *reply);

/* Nothing comes of it. */

void ngx_http_patron_refresh_end(ngx_http_patron_refresh_t *refresh);

/*
 * Puts the blob into the zone, and says so where that has no room: what is the
 * word for it.  NGX_OK or NGX_DECLINED.
 */

ngx_int_t ngx_http_patron_refresh_put(ngx_http_patron_refresh_t *refresh,
    ngx_str_t *blob, ngx_str_t *what);

/* Ends it, and begins anew where it was put and is old again already. */

void ngx_http_patron_refresh_done(ngx_http_patron_refresh_t *refresh,
    ngx_int_t put);


#endif /* _NGX_HTTP_PATRON_REFRESH_H_INCLUDED_ */
