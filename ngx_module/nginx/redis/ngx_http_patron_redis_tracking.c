
/*
 * One connection a worker and server that tracks the keys under our prefixes
 * and is redirected to itself, so that if it breaks, it knows: an tracker.  It goes
 * to the very address that members are read from, since another replica may be
 * ahead or behind; in a cluster there is one for each primary.
 *
 * While all trackers listen, records in the zones are good until they are dropped.
 * When one is lost they are all suspected: something may have been missed.
 * Where Redis does not let us listen (before version 6, or an ACL that forbids
 * it) records live for their ttl; that is said once, and listening is tried
 * again every ten seconds.
 */


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_event.h>

#include "patron_record.h"
#include "ngx_http_patron_redis_int.h"
#include "ngx_http_patron_redis_tracking.h"
#include "ngx_http_patron_switches.h"


#define NGX_HTTP_PATRON_LISTEN_PING   1000
#define NGX_HTTP_PATRON_LISTEN_RETRY  10000
#define NGX_HTTP_PATRON_LISTEN_TRIES  3
#define NGX_HTTP_PATRON_LINGER        10
#define NGX_HTTP_PATRON_LINGER_MAX    2000
#define NGX_HTTP_PATRON_SUB_MAX       128


typedef struct {
    ngx_http_patron_redis_t      *redis;
    ngx_cycle_t                  *cycle;
    patron_dialogue_conf_t        dialogue;
    ngx_queue_t                   trackers;
    ngx_str_t                     member;       /* prefixes of keys */
    ngx_str_t                     switches;
    ngx_str_t                     campaign;
    ngx_str_t                     ticker;
    ngx_http_patron_changed_pt    changed;      /* of these two */
    void                         *changed_data;
    ngx_event_t                   linger;       /* of a worker that quits */
    ngx_msec_t                    lingers;      /* since then */
    unsigned                      complete:1;   /* there is an tracker for each */
    unsigned                      listening:1;
} ngx_http_patron_tracking_t;


typedef struct {
    ngx_queue_t                   queue;
    ngx_http_patron_tracking_t *tracking;
    ngx_http_patron_conn_t       *conn;
    ngx_http_patron_conn_t       *of;           /* reads from there */
    ngx_http_patron_node_t        node;
    ngx_addr_t                    addr;
    ngx_sockaddr_t                sockaddr;
    unsigned                      said:1;       /* that it does not listen */
} ngx_http_patron_tracker_t;


static ngx_int_t ngx_http_patron_tracking_prefix(ngx_str_t *prefix,
    ngx_http_patron_redis_t *redis, char *suffix, ngx_cycle_t *cycle,
    patron_dialogue_conf_t *dialogue);
static ngx_http_patron_tracker_t *ngx_http_patron_tracker_find(
    ngx_http_patron_tracking_t *tracking, ngx_http_patron_conn_t *conn);
static ngx_http_patron_tracker_t *ngx_http_patron_tracker_create(
    ngx_http_patron_tracking_t *tracking, ngx_http_patron_conn_t *conn);
static void ngx_http_patron_tracker_destroy(ngx_http_patron_tracker_t *tracker);
static void ngx_http_patron_tracker_ready(ngx_http_patron_conn_t *conn);
static void ngx_http_patron_tracker_lost(ngx_http_patron_conn_t *conn);
static void ngx_http_patron_tracker_failed(ngx_http_patron_conn_t *conn);
static ngx_int_t ngx_http_patron_tracker_leave(ngx_http_patron_conn_t *conn);
static void ngx_http_patron_linger_handler(ngx_event_t *ev);
static void ngx_http_patron_tracking_judge(
    ngx_http_patron_tracking_t *tracking);
static ngx_int_t ngx_http_patron_tracking_push(ngx_http_patron_conn_t *conn,
    patron_reply_t *reply);
static void ngx_http_patron_tracking_key(ngx_http_patron_tracking_t *tracking,
    patron_str_t *key);
static void ngx_http_patron_tracking_all(ngx_http_patron_tracking_t *tracking);
static void ngx_http_patron_tracking_changed(
    ngx_http_patron_tracking_t *tracking);
static void ngx_http_patron_tracking_listen(
    ngx_http_patron_tracking_t *tracking);
static void ngx_http_patron_tracking_unlisten(
    ngx_http_patron_tracking_t *tracking, ngx_uint_t lost);


ngx_int_t
ngx_http_patron_tracking_start(ngx_cycle_t *cycle,
    ngx_http_patron_redis_t *redis)
{
    patron_dialogue_conf_t        *dialogue;
    ngx_http_patron_tracking_t  *tracking;

    tracking = ngx_pcalloc(cycle->pool, sizeof(ngx_http_patron_tracking_t));
    if (tracking == NULL) {
        return NGX_ERROR;
    }

    tracking->redis = redis;
    tracking->cycle = cycle;

    ngx_queue_init(&tracking->trackers);

    dialogue = &tracking->dialogue;
    *dialogue = redis->dialogue;
    dialogue->purpose = PATRON_FOR_TRACKING;

    if (ngx_http_patron_tracking_prefix(&tracking->member, redis, "member:",
                                          cycle, dialogue)
        != NGX_OK
        || ngx_http_patron_tracking_prefix(&tracking->switches, redis,
                                             "switches", cycle, dialogue)
           != NGX_OK
        || ngx_http_patron_tracking_prefix(&tracking->campaign, redis,
                                             "campaign", cycle, dialogue)
           != NGX_OK
        || ngx_http_patron_tracking_prefix(&tracking->ticker, redis, "ticker:",
                                             cycle, dialogue)
           != NGX_OK
        || ngx_http_patron_switches_start(cycle, redis, &tracking->switches)
           != NGX_OK)
    {
        return NGX_ERROR;
    }

    tracking->linger.handler = ngx_http_patron_linger_handler;
    tracking->linger.data = tracking;
    tracking->linger.log = cycle->log;

    redis->invalidate = tracking;

    return NGX_OK;
}


static ngx_int_t
ngx_http_patron_tracking_prefix(ngx_str_t *prefix,
    ngx_http_patron_redis_t *redis, char *suffix, ngx_cycle_t *cycle,
    patron_dialogue_conf_t *dialogue)
{
    patron_str_t  *tracked;

    prefix->len = redis->prefix.len + ngx_strlen(suffix);
    prefix->data = ngx_pnalloc(cycle->pool, prefix->len);
    if (prefix->data == NULL) {
        return NGX_ERROR;
    }

    ngx_memcpy(ngx_cpymem(prefix->data, redis->prefix.data,
                          redis->prefix.len),
               suffix, ngx_strlen(suffix));

    tracked = &dialogue->prefix[dialogue->nprefixes++];
    tracked->len = prefix->len;
    tracked->data = prefix->data;

    return NGX_OK;
}


void
ngx_http_patron_tracking_stop(ngx_http_patron_redis_t *redis)
{
    ngx_http_patron_tracking_t  *tracking;

    tracking = redis->invalidate;

    if (tracking == NULL) {
        return;
    }

    redis->invalidate = NULL;

    ngx_http_patron_tracking_unlisten(tracking, 0);
    ngx_http_patron_switches_stop(redis);

    if (tracking->linger.timer_set) {
        ngx_del_timer(&tracking->linger);
    }

    while (!ngx_queue_empty(&tracking->trackers)) {
        ngx_http_patron_tracker_destroy(ngx_queue_data(ngx_queue_head(&tracking->trackers),
                                               ngx_http_patron_tracker_t, queue));
    }
}


void
ngx_http_patron_tracking_follow(ngx_http_patron_redis_t *redis,
    ngx_http_patron_conn_t **conns, ngx_uint_t n, ngx_uint_t complete)
{
    ngx_uint_t                     i;
    ngx_queue_t                   *q, *next;
    ngx_http_patron_tracker_t         *tracker;
    ngx_http_patron_tracking_t  *tracking;

    tracking = redis->invalidate;

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
    ngx_queue_t            *q;
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

    tracker = ngx_calloc(sizeof(ngx_http_patron_tracker_t) + conn->node->host.len + 1
                     + conn->node->name.len, ngx_cycle->log);
    if (tracker == NULL) {
        return NULL;
    }

    tracker->conn = ngx_http_patron_conn_create(tracking->redis, &tracking->dialogue,
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

    tracker->node.name.data = tracker->node.host.data + conn->node->host.len + 1;
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
    ngx_queue_t            *q;
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

    if (all) {
        ngx_http_patron_tracking_listen(tracking);

    } else {

        /* a worker that quits has missed nothing up to here */

        ngx_http_patron_tracking_unlisten(tracking, !ngx_exiting);
    }
}


ngx_uint_t
ngx_http_patron_listening(ngx_http_patron_redis_t *redis)
{
    ngx_http_patron_tracking_t  *tracking;

    tracking = redis->invalidate;

    return tracking != NULL && tracking->listening;
}


void
ngx_http_patron_watch(ngx_http_patron_redis_t *redis,
    ngx_http_patron_changed_pt changed, void *data)
{
    ngx_http_patron_tracking_t  *tracking;

    tracking = redis->invalidate;

    if (tracking != NULL) {
        tracking->changed = changed;
        tracking->changed_data = data;
    }
}


static void
ngx_http_patron_tracker_ready(ngx_http_patron_conn_t *conn)
{
    ngx_http_patron_tracker_t  *tracker = conn->data;

    if (tracker->said) {
        tracker->said = 0;

        ngx_log_error(NGX_LOG_NOTICE, ngx_cycle->log, 0,
                      "patron: redis %V tells of changes now",
                      &tracker->node.name);
    }

    ngx_http_patron_tracking_judge(tracker->tracking);
}


static void
ngx_http_patron_tracker_lost(ngx_http_patron_conn_t *conn)
{
    ngx_http_patron_tracker_t  *tracker = conn->data;

    ngx_http_patron_tracking_judge(tracker->tracking);
}


static void
ngx_http_patron_tracker_failed(ngx_http_patron_conn_t *conn)
{
    ngx_http_patron_tracker_t  *tracker = conn->data;

    if (conn->reason == conn->dialogue.reason
        && conn->dialogue.error != PATRON_REDIS_FINE
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
 * changes unheard would make all records suspect.
 */

static ngx_int_t
ngx_http_patron_tracker_leave(ngx_http_patron_conn_t *conn)
{
    ngx_uint_t                     relieved;
    ngx_http_patron_tracker_t         *tracker = conn->data;
    ngx_http_patron_zone_t        *zone;
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

    for (zone = ngx_http_patron_zone_next(tracking->cycle, NULL);
         zone != NULL;
         zone = ngx_http_patron_zone_next(tracking->cycle, zone))
    {
        if (!ngx_http_patron_zone_relieved(zone, tracking->redis->id)) {
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
    ngx_queue_t                   *q;
    ngx_http_patron_tracker_t         *tracker;
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
ngx_http_patron_tracking_listen(ngx_http_patron_tracking_t *tracking)
{
    ngx_http_patron_zone_t  *zone;

    if (tracking->listening) {
        return;
    }

    tracking->listening = 1;

    for (zone = ngx_http_patron_zone_next(tracking->cycle, NULL);
         zone != NULL;
         zone = ngx_http_patron_zone_next(tracking->cycle, zone))
    {
        ngx_http_patron_zone_listen(zone, tracking->redis->id);
    }

    ngx_http_patron_switches_ask(tracking->redis);
    ngx_http_patron_tracking_changed(tracking);
}


static void
ngx_http_patron_tracking_unlisten(ngx_http_patron_tracking_t *tracking,
    ngx_uint_t lost)
{
    ngx_http_patron_zone_t  *zone;

    if (!tracking->listening) {
        return;
    }

    tracking->listening = 0;

    for (zone = ngx_http_patron_zone_next(tracking->cycle, NULL);
         zone != NULL;
         zone = ngx_http_patron_zone_next(tracking->cycle, zone))
    {
        ngx_http_patron_zone_unlisten(zone, tracking->redis->id, lost);
    }
}


static ngx_int_t
ngx_http_patron_tracking_push(ngx_http_patron_conn_t *conn,
    patron_reply_t *reply)
{
    size_t                         i;
    patron_str_t                   key;
    const patron_reply_t          *keys;
    ngx_http_patron_tracker_t         *tracker = conn->data;
    ngx_http_patron_tracking_t  *tracking;

    tracking = tracker->tracking;

    switch (patron_push_read(reply, &keys)) {

    case PATRON_PUSH_OTHER:
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
    u_char                   buf[NGX_HTTP_PATRON_SUB_MAX];
    ngx_str_t                sub;
    ngx_http_patron_zone_t  *zone;

    if (key->len == tracking->switches.len
        && ngx_memcmp(key->data, tracking->switches.data, key->len) == 0)
    {
        ngx_http_patron_switches_ask(tracking->redis);
        return;
    }

    if ((key->len >= tracking->campaign.len
         && ngx_memcmp(key->data, tracking->campaign.data, tracking->campaign.len) == 0)
        || (key->len >= tracking->ticker.len
            && ngx_memcmp(key->data, tracking->ticker.data, tracking->ticker.len) == 0))
    {
        ngx_http_patron_tracking_changed(tracking);
        return;
    }

    if (key->len <= tracking->member.len
        || ngx_memcmp(key->data, tracking->member.data, tracking->member.len) != 0)
    {
        return;
    }

    /* a name that is never asked for is in no zone */

    if (patron_key_unescape(buf, sizeof(buf), &sub.len,
                            key->data + tracking->member.len,
                            key->len - tracking->member.len)
        != PATRON_OK)
    {
        return;
    }

    sub.data = buf;

    for (zone = ngx_http_patron_zone_next(tracking->cycle, NULL);
         zone != NULL;
         zone = ngx_http_patron_zone_next(tracking->cycle, zone))
    {
        ngx_http_patron_zone_drop(zone, tracking->redis->id, &sub);
        ngx_http_patron_zone_count(zone, NGX_HTTP_PATRON_C_INVALIDATIONS);
    }
}


static void
ngx_http_patron_tracking_all(ngx_http_patron_tracking_t *tracking)
{
    ngx_http_patron_zone_t  *zone;

    for (zone = ngx_http_patron_zone_next(tracking->cycle, NULL);
         zone != NULL;
         zone = ngx_http_patron_zone_next(tracking->cycle, zone))
    {
        ngx_http_patron_zone_forget(zone, tracking->redis->id);
        ngx_http_patron_zone_count(zone, NGX_HTTP_PATRON_C_INVALIDATIONS);
    }

    ngx_http_patron_switches_ask(tracking->redis);
    ngx_http_patron_tracking_changed(tracking);
}


static void
ngx_http_patron_tracking_changed(ngx_http_patron_tracking_t *tracking)
{
    if (tracking->changed != NULL && !ngx_exiting) {
        tracking->changed(tracking->changed_data);
    }
}
