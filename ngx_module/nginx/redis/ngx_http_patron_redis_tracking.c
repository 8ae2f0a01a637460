
/*
 * One connection a worker and server that tracks the keys under the registered
 * prefixes and is redirected to itself, so that if it breaks, it knows: a
 * tracker.  It goes to the very address that records are read from, since
 * another replica may be ahead or behind; in a cluster there is one for each
 * primary.
 *
 * While all trackers listen, what others keep of this server is good until they
 * are told that it has changed.  When one is lost something may have been
 * missed.  Each tracker is asked for a sign every second: as long as the answer
 * takes, a change may take to come by the same way.  Where Redis does not let us
 * listen (before version 6, or an ACL that
 * forbids it) what is kept lives for its ttl; that is said once, and listening
 * is tried again every ten seconds; where a script keeps it busy, as soon as any
 * other connection.
 */


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_event.h>

#include "ngx_http_patron_redis_conn.h"
#include "ngx_http_patron_redis_delay.h"
#include "ngx_http_patron_redis_queue.h"
#include "ngx_http_patron_redis_server_types.h"
#include "ngx_http_patron_redis_tracking.h"
#include "ngx_http_patron_redis_watch.h"
#include "ngx_http_patron_str.h"


#define NGX_HTTP_PATRON_LISTEN_PING   3000
#define NGX_HTTP_PATRON_LISTEN_RETRY  10000
#define NGX_HTTP_PATRON_LISTEN_TRIES  3
#define NGX_HTTP_PATRON_WATCH_EVERY   1000
#define NGX_HTTP_PATRON_LINGER        10
#define NGX_HTTP_PATRON_LINGER_MAX    2000


/* An interest as it was registered. */

typedef struct {
    ngx_str_t                     prefix;       /* with the server's own */
    ngx_http_patron_interest_t   *interest;
    void                         *data;
} ngx_http_patron_tracked_t;


typedef struct {
    ngx_http_patron_redis_t      *redis;
    ngx_cycle_t                  *cycle;
    patron_dialogue_conf_t        dialogue;
    ngx_queue_t                   trackers;
    ngx_http_patron_tracked_t     tracked[PATRON_DIALOGUE_PREFIXES];
    ngx_uint_t                    ntracked;
    ngx_event_t                   linger;       /* of a worker that quits */
    ngx_msec_t                    lingers;      /* since then */
    ngx_http_patron_watch_t      *watch;
    ngx_event_t                   watches;
    ngx_http_patron_delay_t       delay;
    uint64_t                      unheard;      /* us: since then it does not
                                                   listen */
    unsigned                      complete:1;   /* a tracker for each */
    unsigned                      listening:1;
} ngx_http_patron_tracking_t;


typedef struct {
    ngx_queue_t                   queue;
    ngx_http_patron_tracking_t   *tracking;
    ngx_http_patron_conn_t       *conn;
    ngx_http_patron_conn_t       *of;           /* reads from there */
    ngx_http_patron_node_t        node;
    ngx_addr_t                    addr;
    ngx_sockaddr_t                sockaddr;
    uint64_t                      asked;        /* us; 0: it owes no sign */
    unsigned                      said:1;       /* that it does not listen */
} ngx_http_patron_tracker_t;


static ngx_http_patron_tracker_t *ngx_http_patron_tracker_find(
    ngx_http_patron_tracking_t *tracking, ngx_http_patron_conn_t *conn);
static ngx_http_patron_tracker_t *ngx_http_patron_tracker_create(
    ngx_http_patron_tracking_t *tracking, ngx_http_patron_conn_t *conn);
static void ngx_http_patron_tracker_destroy(
    ngx_http_patron_tracker_t *tracker);
static void ngx_http_patron_tracker_ready(ngx_http_patron_conn_t *conn);
static void ngx_http_patron_tracker_lost(ngx_http_patron_conn_t *conn);
static void ngx_http_patron_tracker_failed(ngx_http_patron_conn_t *conn);
static ngx_int_t ngx_http_patron_tracker_leave(ngx_http_patron_conn_t *conn);
static void ngx_http_patron_linger_handler(ngx_event_t *ev);
static void ngx_http_patron_watch_handler(ngx_event_t *ev);
static void ngx_http_patron_tracker_ask(ngx_http_patron_tracker_t *tracker);
static void ngx_http_patron_tracking_judge(
    ngx_http_patron_tracking_t *tracking);
static ngx_int_t ngx_http_patron_tracking_push(ngx_http_patron_conn_t *conn,
    patron_reply_t *reply);
static void ngx_http_patron_tracking_key(ngx_http_patron_tracking_t *tracking,
    patron_str_t *key);
static void ngx_http_patron_tracking_all(void *data);
static void ngx_http_patron_tracking_listen(
    ngx_http_patron_tracking_t *tracking, ngx_uint_t on, ngx_uint_t lost);


ngx_int_t
ngx_http_patron_tracking_start(ngx_cycle_t *cycle,
    ngx_http_patron_redis_t *redis)
{
    ngx_http_patron_tracking_t  *tracking;

    tracking = ngx_pcalloc(cycle->pool, sizeof(ngx_http_patron_tracking_t));
    if (tracking == NULL) {
        return NGX_ERROR;
    }

    tracking->redis = redis;
    tracking->cycle = cycle;

    ngx_queue_init(&tracking->trackers);

    tracking->dialogue = redis->dialogue;
    tracking->dialogue.purpose = PATRON_FOR_TRACKING;

    tracking->linger.handler = ngx_http_patron_linger_handler;
    tracking->linger.data = tracking;
    tracking->linger.log = cycle->log;

    tracking->watch = ngx_http_patron_watch_create(cycle->pool,
                                                   ngx_http_patron_tracking_all,
                                                   tracking);
    if (tracking->watch == NULL) {
        return NGX_ERROR;
    }

    tracking->watches.handler = ngx_http_patron_watch_handler;
    tracking->watches.data = tracking;
    tracking->watches.log = cycle->log;
    tracking->watches.cancelable = 1;

    tracking->unheard = ngx_http_patron_delay_now();

    redis->tracking = tracking;

    return NGX_OK;
}


ngx_int_t
ngx_http_patron_tracking_register(ngx_http_patron_redis_t *redis,
    ngx_http_patron_interest_t *interest, void *data)
{
    u_char                      *p;
    patron_str_t                *prefix;
    ngx_http_patron_tracked_t   *tracked;
    ngx_http_patron_tracking_t  *tracking;

    tracking = redis->tracking;

    if (tracking->ntracked == PATRON_DIALOGUE_PREFIXES) {
        return NGX_ERROR;
    }

    tracked = &tracking->tracked[tracking->ntracked];

    tracked->prefix.len = redis->prefix.len + interest->prefix.len;
    tracked->prefix.data = ngx_pnalloc(tracking->cycle->pool,
                                       tracked->prefix.len);
    if (tracked->prefix.data == NULL) {
        return NGX_ERROR;
    }

    p = ngx_cpymem(tracked->prefix.data, redis->prefix.data,
                   redis->prefix.len);
    ngx_memcpy(p, interest->prefix.data, interest->prefix.len);

    tracked->interest = interest;
    tracked->data = data;

    tracking->ntracked++;

    prefix = &tracking->dialogue.prefix[tracking->dialogue.nprefixes++];
    *prefix = ngx_http_patron_pure_str(&tracked->prefix);

    return NGX_OK;
}


void
ngx_http_patron_tracking_stop(ngx_http_patron_redis_t *redis)
{
    ngx_queue_t                 *q;
    ngx_http_patron_tracking_t  *tracking;

    tracking = redis->tracking;

    if (tracking == NULL) {
        return;
    }

    redis->tracking = NULL;

    ngx_http_patron_tracking_listen(tracking, 0, 0);

    if (tracking->linger.timer_set) {
        ngx_del_timer(&tracking->linger);
    }

    if (tracking->watches.timer_set) {
        ngx_del_timer(&tracking->watches);
    }

    while (!ngx_queue_empty(&tracking->trackers)) {
        q = ngx_queue_head(&tracking->trackers);
        ngx_http_patron_tracker_destroy(
                         ngx_queue_data(q, ngx_http_patron_tracker_t, queue));
    }
}


void
ngx_http_patron_tracking_follow(ngx_http_patron_redis_t *redis,
    ngx_http_patron_conn_t **conns, ngx_uint_t n, ngx_uint_t complete)
{
    ngx_uint_t                   i;
    ngx_queue_t                 *q, *next;
    ngx_http_patron_tracker_t   *tracker;
    ngx_http_patron_tracking_t  *tracking;

    tracking = redis->tracking;

    if (tracking == NULL) {
        return;
    }

    for (q = ngx_queue_head(&tracking->trackers);
         q != ngx_queue_sentinel(&tracking->trackers);
         q = ngx_queue_next(q))
    {
        tracker = ngx_queue_data(q, ngx_http_patron_tracker_t, queue);
        tracker->of = NULL;
    }

    for (i = 0; i < n; i++) {
        tracker = ngx_http_patron_tracker_find(tracking, conns[i]);

        if (tracker == NULL) {
            tracker = ngx_http_patron_tracker_create(tracking, conns[i]);
        }

        if (tracker == NULL) {
            complete = 0;
            continue;
        }

        tracker->of = conns[i];

        ngx_http_patron_conn_open(tracker->conn);
    }

    for (q = ngx_queue_head(&tracking->trackers);
         q != ngx_queue_sentinel(&tracking->trackers);
         q = next)
    {
        next = ngx_queue_next(q);
        tracker = ngx_queue_data(q, ngx_http_patron_tracker_t, queue);

        if (tracker->of == NULL) {
            ngx_http_patron_tracker_destroy(tracker);
        }
    }

    tracking->complete = complete ? 1 : 0;

    ngx_http_patron_tracking_judge(tracking);
}


static ngx_http_patron_tracker_t *
ngx_http_patron_tracker_find(ngx_http_patron_tracking_t *tracking,
    ngx_http_patron_conn_t *conn)
{
    ngx_queue_t                *q;
    ngx_http_patron_tracker_t  *tracker;

    for (q = ngx_queue_head(&tracking->trackers);
         q != ngx_queue_sentinel(&tracking->trackers);
         q = ngx_queue_next(q))
    {
        tracker = ngx_queue_data(q, ngx_http_patron_tracker_t, queue);

        if (ngx_cmp_sockaddr(tracker->addr.sockaddr, tracker->addr.socklen,
                             conn->peer.sockaddr, conn->peer.socklen, 1)
            == NGX_OK)
        {
            return tracker;
        }
    }

    return NULL;
}


static ngx_http_patron_tracker_t *
ngx_http_patron_tracker_create(ngx_http_patron_tracking_t *tracking,
    ngx_http_patron_conn_t *conn)
{
    ngx_http_patron_tracker_t  *tracker;

    tracker = ngx_calloc(sizeof(ngx_http_patron_tracker_t)
                         + conn->node->host.len + 1 + conn->node->name.len,
                         ngx_cycle->log);
    if (tracker == NULL) {
        return NULL;
    }

    tracker->conn = ngx_http_patron_conn_create(tracking->redis,
                                                &tracking->dialogue,
                                                &tracker->node);
    if (tracker->conn == NULL) {
        ngx_free(tracker);
        return NULL;
    }

    tracker->tracking = tracking;

    ngx_memcpy(&tracker->sockaddr, conn->peer.sockaddr, conn->peer.socklen);

    tracker->addr.sockaddr = &tracker->sockaddr.sockaddr;
    tracker->addr.socklen = conn->peer.socklen;

    /* a copy of the node, which may go before the tracker does */

    tracker->node = *conn->node;
    tracker->node.addrs = &tracker->addr;
    tracker->node.naddrs = 1;
    tracker->node.pinned = 1;

    tracker->node.host.data = (u_char *) &tracker[1];

    if (conn->node->host.len) {
        ngx_memcpy(tracker->node.host.data, conn->node->host.data,
                   conn->node->host.len);
    }

    tracker->node.name.data = tracker->node.host.data
                              + conn->node->host.len + 1;
    ngx_memcpy(tracker->node.name.data, conn->node->name.data,
               conn->node->name.len);

    tracker->conn->data = tracker;
    tracker->conn->ready = ngx_http_patron_tracker_ready;
    tracker->conn->lost = ngx_http_patron_tracker_lost;
    tracker->conn->failed = ngx_http_patron_tracker_failed;
    tracker->conn->push = ngx_http_patron_tracking_push;
    tracker->conn->leave = ngx_http_patron_tracker_leave;
    tracker->conn->ping = NGX_HTTP_PATRON_LISTEN_PING;
    tracker->conn->quiet = 1;

    ngx_queue_insert_tail(&tracking->trackers, &tracker->queue);

    return tracker;
}


static void
ngx_http_patron_tracker_destroy(ngx_http_patron_tracker_t *tracker)
{
    ngx_queue_remove(&tracker->queue);
    ngx_http_patron_conn_destroy(tracker->conn, 0);
    ngx_free(tracker);
}


/* Whether all is heard of has changed, perhaps. */

static void
ngx_http_patron_tracking_judge(ngx_http_patron_tracking_t *tracking)
{
    ngx_uint_t              all;
    ngx_queue_t                *q;
    ngx_http_patron_tracker_t  *tracker;

    all = tracking->complete && !ngx_queue_empty(&tracking->trackers);

    for (q = ngx_queue_head(&tracking->trackers);
         q != ngx_queue_sentinel(&tracking->trackers);
         q = ngx_queue_next(q))
    {
        tracker = ngx_queue_data(q, ngx_http_patron_tracker_t, queue);

        if (tracker->conn->state != NGX_HTTP_PATRON_CONN_READY) {
            all = 0;
        }
    }

    /* a worker that quits has missed nothing up to here */

    ngx_http_patron_tracking_listen(tracking, all, !all && !ngx_exiting);
}


ngx_uint_t
ngx_http_patron_listening(ngx_http_patron_redis_t *redis)
{
    ngx_http_patron_tracking_t  *tracking;

    tracking = redis->tracking;

    return tracking != NULL && tracking->listening;
}


uint64_t
ngx_http_patron_change_delay(ngx_http_patron_redis_t *redis)
{
    uint64_t                     now, longest;
    ngx_queue_t                 *q;
    ngx_http_patron_tracker_t   *tracker;
    ngx_http_patron_tracking_t  *tracking;

    tracking = redis->tracking;

    if (tracking == NULL) {
        return 0;
    }

    now = ngx_http_patron_delay_now();
    longest = ngx_http_patron_delay_longest(&tracking->delay, now);

    if (!tracking->listening) {
        longest = ngx_max(longest, now - tracking->unheard);
    }

    for (q = ngx_queue_head(&tracking->trackers);
         q != ngx_queue_sentinel(&tracking->trackers);
         q = ngx_queue_next(q))
    {
        tracker = ngx_queue_data(q, ngx_http_patron_tracker_t, queue);

        if (tracker->asked) {
            longest = ngx_max(longest, now - tracker->asked);
        }
    }

    return longest;
}


static void
ngx_http_patron_tracker_ready(ngx_http_patron_conn_t *conn)
{
    ngx_http_patron_tracker_t  *tracker = conn->data;

    tracker->asked = 0;

    if (tracker->said) {
        tracker->said = 0;

        ngx_log_error(NGX_LOG_NOTICE, ngx_cycle->log, 0,
                      "patron: redis %V tells of changes now",
                      &tracker->node.name);
    }

    ngx_http_patron_tracking_judge(tracker->tracking);

    if (!tracker->tracking->watches.timer_set) {
        ngx_http_patron_watch_handler(&tracker->tracking->watches);
    }
}


static void
ngx_http_patron_watch_handler(ngx_event_t *ev)
{
    ngx_queue_t                 *q;
    ngx_http_patron_tracker_t   *tracker;
    ngx_http_patron_tracking_t  *tracking = ev->data;

    if (ngx_queue_empty(&tracking->trackers)) {
        return;
    }

    for (q = ngx_queue_head(&tracking->trackers);
         q != ngx_queue_sentinel(&tracking->trackers);
         q = ngx_queue_next(q))
    {
        ngx_http_patron_tracker_ask(
                         ngx_queue_data(q, ngx_http_patron_tracker_t, queue));
    }

    /* a cluster has one database: there is nothing to swap */

    if (!tracking->redis->cluster) {
        q = ngx_queue_head(&tracking->trackers);
        tracker = ngx_queue_data(q, ngx_http_patron_tracker_t, queue);

        ngx_http_patron_watch_ask(tracking->watch, tracker->of);
    }

    ngx_add_timer(ev, NGX_HTTP_PATRON_WATCH_EVERY);
}


static void
ngx_http_patron_tracker_ask(ngx_http_patron_tracker_t *tracker)
{
    if (tracker->asked == 0
        && tracker->conn->state == NGX_HTTP_PATRON_CONN_READY
        && ngx_http_patron_conn_ping(tracker->conn) == NGX_OK)
    {
        tracker->asked = ngx_http_patron_delay_now();
    }
}


static void
ngx_http_patron_tracker_lost(ngx_http_patron_conn_t *conn)
{
    uint64_t                     asked;
    ngx_http_patron_tracker_t   *tracker = conn->data;
    ngx_http_patron_tracking_t  *tracking;

    tracking = tracker->tracking;
    asked = tracker->asked;

    tracker->asked = 0;

    ngx_http_patron_tracking_judge(tracking);

    /* nothing that was to come has come since it was asked */

    if (asked && !tracking->listening) {
        tracking->unheard = ngx_min(tracking->unheard, asked);
    }
}


static void
ngx_http_patron_tracker_failed(ngx_http_patron_conn_t *conn)
{
    ngx_http_patron_tracker_t  *tracker = conn->data;

    /* a script ends: what an ACL forbids stays forbidden for a while */

    if (conn->reason == conn->dialogue.reason
        && conn->dialogue.error != PATRON_REDIS_FINE
        && conn->dialogue.error != PATRON_REDIS_BUSY
        && !patron_redis_error_fatal(conn->dialogue.error))
    {
        conn->retry = NGX_HTTP_PATRON_LISTEN_RETRY;
    }

    /* that the server itself is away is said elsewhere */

    if (tracker->said
        || tracker->of->state != NGX_HTTP_PATRON_CONN_READY
        || (conn->retry == 0 && conn->failures < NGX_HTTP_PATRON_LISTEN_TRIES))
    {
        return;
    }

    tracker->said = 1;

    ngx_log_error(NGX_LOG_WARN, ngx_cycle->log, 0,
                  "patron: redis %V does not tell of changes: %s; "
                  "until it does, members are known for their ttl only",
                  &tracker->node.name, conn->reason);
}


/*
 * After a reload the old workers quit 100 ms after the new ones have started,
 * ready or not.  The last one that listens stays until another does: what
 * changes unheard would make all that is kept suspect.
 */

static ngx_int_t
ngx_http_patron_tracker_leave(ngx_http_patron_conn_t *conn)
{
    ngx_uint_t                   i, relieved;
    ngx_http_patron_tracked_t   *tracked;
    ngx_http_patron_tracker_t   *tracker = conn->data;
    ngx_http_patron_tracking_t  *tracking;

    tracking = tracker->tracking;

    if (!tracking->listening) {
        return NGX_OK;
    }

    if (tracking->lingers == 0) {
        tracking->lingers = ngx_max(ngx_current_msec, 1);
    }

    if (ngx_current_msec - tracking->lingers >= NGX_HTTP_PATRON_LINGER_MAX) {
        return NGX_OK;
    }

    relieved = 1;

    for (i = 0; i < tracking->ntracked; i++) {
        tracked = &tracking->tracked[i];

        if (tracked->interest->relieved != NULL
            && !tracked->interest->relieved(tracked->data))
        {
            relieved = 0;
        }
    }

    if (relieved) {
        return NGX_OK;
    }

    if (!tracking->linger.timer_set) {
        ngx_add_timer(&tracking->linger, NGX_HTTP_PATRON_LINGER);
    }

    return NGX_AGAIN;
}


static void
ngx_http_patron_linger_handler(ngx_event_t *ev)
{
    ngx_queue_t                 *q;
    ngx_http_patron_tracker_t   *tracker;
    ngx_http_patron_tracking_t  *tracking = ev->data;

    for (q = ngx_queue_head(&tracking->trackers);
         q != ngx_queue_sentinel(&tracking->trackers);
         q = ngx_queue_next(q))
    {
        tracker = ngx_queue_data(q, ngx_http_patron_tracker_t, queue);

        ngx_http_patron_conn_leave(tracker->conn);
    }
}


static void
ngx_http_patron_tracking_listen(ngx_http_patron_tracking_t *tracking,
    ngx_uint_t on, ngx_uint_t lost)
{
    ngx_uint_t                  i;
    ngx_http_patron_tracked_t  *tracked;

    if (tracking->listening == on) {
        return;
    }

    tracking->listening = on ? 1 : 0;

    if (on) {
        ngx_http_patron_delay_note(&tracking->delay, tracking->unheard,
                                   ngx_http_patron_delay_now());
    } else {
        tracking->unheard = ngx_http_patron_delay_now();
    }

    for (i = 0; i < tracking->ntracked; i++) {
        tracked = &tracking->tracked[i];

        if (tracked->interest->listening != NULL) {
            tracked->interest->listening(tracked->data, on, lost);
        }
    }
}


static ngx_int_t
ngx_http_patron_tracking_push(ngx_http_patron_conn_t *conn,
    patron_reply_t *reply)
{
    size_t                       i;
    patron_str_t                 key;
    const patron_reply_t        *keys;
    ngx_http_patron_tracker_t   *tracker = conn->data;
    ngx_http_patron_tracking_t  *tracking;

    tracking = tracker->tracking;

    switch (patron_push_read(reply, &keys)) {

    case PATRON_PUSH_OTHER:
        return NGX_OK;

    case PATRON_PUSH_PONG:

        if (tracker->asked) {
            ngx_http_patron_delay_note(&tracking->delay, tracker->asked,
                                       ngx_http_patron_delay_now());
            tracker->asked = 0;
        }

        return NGX_OK;

    case PATRON_PUSH_ALL:
        ngx_http_patron_tracking_all(tracking);
        return NGX_OK;

    case PATRON_PUSH_KEYS:

        for (i = 0; i < patron_reply_elements(keys); i++) {
            key = patron_reply_str(patron_reply_element(keys, i));
            ngx_http_patron_tracking_key(tracking, &key);
        }

        return NGX_OK;

    default:
        return NGX_ERROR;
    }
}


static void
ngx_http_patron_tracking_key(ngx_http_patron_tracking_t *tracking,
    patron_str_t *key)
{
    ngx_uint_t                  i;
    patron_str_t                name;
    ngx_http_patron_tracked_t  *tracked;

    for (i = 0; i < tracking->ntracked; i++) {
        tracked = &tracking->tracked[i];

        if (key->len >= tracked->prefix.len
            && ngx_memcmp(key->data, tracked->prefix.data,
                          tracked->prefix.len)
               == 0)
        {
            name.data = key->data + tracked->prefix.len;
            name.len = key->len - tracked->prefix.len;

            tracked->interest->changed(tracked->data, &name);
            return;
        }
    }
}


static void
ngx_http_patron_tracking_all(void *data)
{
    ngx_http_patron_tracking_t  *tracking = data;

    ngx_uint_t                  i;
    ngx_http_patron_tracked_t  *tracked;

    for (i = 0; i < tracking->ntracked; i++) {
        tracked = &tracking->tracked[i];

        if (tracked->interest->forgotten != NULL) {
            tracked->interest->forgotten(tracked->data);
        }
    }
}
