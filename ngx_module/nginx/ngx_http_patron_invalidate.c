
/*
 * One connection a worker and server that tracks the keys under our prefixes
 * and is redirected to itself, so that if it breaks, it knows: an ear.  It goes
 * to the very address that members are read from, since another replica may be
 * ahead or behind; in a cluster there is one for each primary.
 *
 * While all ears listen, records in the zones are good until they are dropped.
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
#include "ngx_http_patron_invalidate.h"
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
    ngx_queue_t                   ears;
    ngx_str_t                     member;       /* prefixes of keys */
    ngx_str_t                     switches;
    ngx_str_t                     campaign;
    ngx_str_t                     ticker;
    ngx_http_patron_changed_pt    changed;      /* of these two */
    void                         *changed_data;
    ngx_event_t                   linger;       /* of a worker that quits */
    ngx_msec_t                    lingers;      /* since then */
    unsigned                      complete:1;   /* there is an ear for each */
    unsigned                      listening:1;
} ngx_http_patron_invalidate_t;


typedef struct {
    ngx_queue_t                   queue;
    ngx_http_patron_invalidate_t *inv;
    ngx_http_patron_conn_t       *conn;
    ngx_http_patron_conn_t       *of;           /* reads from there */
    ngx_http_patron_node_t        node;
    ngx_addr_t                    addr;
    ngx_sockaddr_t                sockaddr;
    unsigned                      told:1;       /* that it does not listen */
} ngx_http_patron_ear_t;


static ngx_int_t ngx_http_patron_invalidate_prefix(ngx_str_t *prefix,
    ngx_http_patron_redis_t *redis, char *suffix, ngx_cycle_t *cycle,
    patron_dialogue_conf_t *dialogue);
static ngx_http_patron_ear_t *ngx_http_patron_ear_find(
    ngx_http_patron_invalidate_t *inv, ngx_http_patron_conn_t *conn);
static ngx_http_patron_ear_t *ngx_http_patron_ear_create(
    ngx_http_patron_invalidate_t *inv, ngx_http_patron_conn_t *conn);
static void ngx_http_patron_ear_destroy(ngx_http_patron_ear_t *ear);
static void ngx_http_patron_ear_ready(ngx_http_patron_conn_t *conn);
static void ngx_http_patron_ear_lost(ngx_http_patron_conn_t *conn);
static void ngx_http_patron_ear_failed(ngx_http_patron_conn_t *conn);
static ngx_int_t ngx_http_patron_ear_leave(ngx_http_patron_conn_t *conn);
static void ngx_http_patron_linger_handler(ngx_event_t *ev);
static void ngx_http_patron_invalidate_judge(
    ngx_http_patron_invalidate_t *inv);
static ngx_int_t ngx_http_patron_invalidate_push(ngx_http_patron_conn_t *conn,
    patron_reply_t *reply);
static void ngx_http_patron_invalidate_key(ngx_http_patron_invalidate_t *inv,
    patron_str_t *key);
static void ngx_http_patron_invalidate_all(ngx_http_patron_invalidate_t *inv);
static void ngx_http_patron_invalidate_changed(
    ngx_http_patron_invalidate_t *inv);
static void ngx_http_patron_invalidate_listen(
    ngx_http_patron_invalidate_t *inv);
static void ngx_http_patron_invalidate_unlisten(
    ngx_http_patron_invalidate_t *inv, ngx_uint_t lost);


ngx_int_t
ngx_http_patron_invalidate_start(ngx_cycle_t *cycle,
    ngx_http_patron_redis_t *redis)
{
    patron_dialogue_conf_t        *dialogue;
    ngx_http_patron_invalidate_t  *inv;

    inv = ngx_pcalloc(cycle->pool, sizeof(ngx_http_patron_invalidate_t));
    if (inv == NULL) {
        return NGX_ERROR;
    }

    inv->redis = redis;
    inv->cycle = cycle;

    ngx_queue_init(&inv->ears);

    dialogue = &inv->dialogue;
    *dialogue = redis->dialogue;
    dialogue->purpose = PATRON_FOR_TRACKING;

    if (ngx_http_patron_invalidate_prefix(&inv->member, redis, "member:",
                                          cycle, dialogue)
        != NGX_OK
        || ngx_http_patron_invalidate_prefix(&inv->switches, redis,
                                             "switches", cycle, dialogue)
           != NGX_OK
        || ngx_http_patron_invalidate_prefix(&inv->campaign, redis,
                                             "campaign", cycle, dialogue)
           != NGX_OK
        || ngx_http_patron_invalidate_prefix(&inv->ticker, redis, "ticker:",
                                             cycle, dialogue)
           != NGX_OK
        || ngx_http_patron_switches_start(cycle, redis, &inv->switches)
           != NGX_OK)
    {
        return NGX_ERROR;
    }

    inv->linger.handler = ngx_http_patron_linger_handler;
    inv->linger.data = inv;
    inv->linger.log = cycle->log;

    redis->invalidate = inv;

    return NGX_OK;
}


static ngx_int_t
ngx_http_patron_invalidate_prefix(ngx_str_t *prefix,
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
ngx_http_patron_invalidate_stop(ngx_http_patron_redis_t *redis)
{
    ngx_http_patron_invalidate_t  *inv;

    inv = redis->invalidate;

    if (inv == NULL) {
        return;
    }

    redis->invalidate = NULL;

    ngx_http_patron_invalidate_unlisten(inv, 0);
    ngx_http_patron_switches_stop(redis);

    if (inv->linger.timer_set) {
        ngx_del_timer(&inv->linger);
    }

    while (!ngx_queue_empty(&inv->ears)) {
        ngx_http_patron_ear_destroy(ngx_queue_data(ngx_queue_head(&inv->ears),
                                               ngx_http_patron_ear_t, queue));
    }
}


void
ngx_http_patron_invalidate_follow(ngx_http_patron_redis_t *redis,
    ngx_http_patron_conn_t **conns, ngx_uint_t n, ngx_uint_t complete)
{
    ngx_uint_t                     i;
    ngx_queue_t                   *q, *next;
    ngx_http_patron_ear_t         *ear;
    ngx_http_patron_invalidate_t  *inv;

    inv = redis->invalidate;

    if (inv == NULL) {
        return;
    }

    for (q = ngx_queue_head(&inv->ears);
         q != ngx_queue_sentinel(&inv->ears);
         q = ngx_queue_next(q))
    {
        ear = ngx_queue_data(q, ngx_http_patron_ear_t, queue);
        ear->of = NULL;
    }

    for (i = 0; i < n; i++) {
        ear = ngx_http_patron_ear_find(inv, conns[i]);

        if (ear == NULL) {
            ear = ngx_http_patron_ear_create(inv, conns[i]);
        }

        if (ear == NULL) {
            complete = 0;
            continue;
        }

        ear->of = conns[i];

        ngx_http_patron_conn_open(ear->conn);
    }

    for (q = ngx_queue_head(&inv->ears);
         q != ngx_queue_sentinel(&inv->ears);
         q = next)
    {
        next = ngx_queue_next(q);
        ear = ngx_queue_data(q, ngx_http_patron_ear_t, queue);

        if (ear->of == NULL) {
            ngx_http_patron_ear_destroy(ear);
        }
    }

    inv->complete = complete ? 1 : 0;

    ngx_http_patron_invalidate_judge(inv);
}


static ngx_http_patron_ear_t *
ngx_http_patron_ear_find(ngx_http_patron_invalidate_t *inv,
    ngx_http_patron_conn_t *conn)
{
    ngx_queue_t            *q;
    ngx_http_patron_ear_t  *ear;

    for (q = ngx_queue_head(&inv->ears);
         q != ngx_queue_sentinel(&inv->ears);
         q = ngx_queue_next(q))
    {
        ear = ngx_queue_data(q, ngx_http_patron_ear_t, queue);

        if (ngx_cmp_sockaddr(ear->addr.sockaddr, ear->addr.socklen,
                             conn->peer.sockaddr, conn->peer.socklen, 1)
            == NGX_OK)
        {
            return ear;
        }
    }

    return NULL;
}


static ngx_http_patron_ear_t *
ngx_http_patron_ear_create(ngx_http_patron_invalidate_t *inv,
    ngx_http_patron_conn_t *conn)
{
    ngx_http_patron_ear_t  *ear;

    ear = ngx_calloc(sizeof(ngx_http_patron_ear_t) + conn->node->host.len + 1
                     + conn->node->name.len, ngx_cycle->log);
    if (ear == NULL) {
        return NULL;
    }

    ear->conn = ngx_http_patron_conn_create(inv->redis, &inv->dialogue,
                                            &ear->node);
    if (ear->conn == NULL) {
        ngx_free(ear);
        return NULL;
    }

    ear->inv = inv;

    ngx_memcpy(&ear->sockaddr, conn->peer.sockaddr, conn->peer.socklen);

    ear->addr.sockaddr = &ear->sockaddr.sockaddr;
    ear->addr.socklen = conn->peer.socklen;

    /* a copy of the node, which may go before the ear does */

    ear->node = *conn->node;
    ear->node.addrs = &ear->addr;
    ear->node.naddrs = 1;
    ear->node.pinned = 1;

    ear->node.host.data = (u_char *) &ear[1];

    if (conn->node->host.len) {
        ngx_memcpy(ear->node.host.data, conn->node->host.data,
                   conn->node->host.len);
    }

    ear->node.name.data = ear->node.host.data + conn->node->host.len + 1;
    ngx_memcpy(ear->node.name.data, conn->node->name.data,
               conn->node->name.len);

    ear->conn->data = ear;
    ear->conn->ready = ngx_http_patron_ear_ready;
    ear->conn->lost = ngx_http_patron_ear_lost;
    ear->conn->failed = ngx_http_patron_ear_failed;
    ear->conn->push = ngx_http_patron_invalidate_push;
    ear->conn->leave = ngx_http_patron_ear_leave;
    ear->conn->ping = NGX_HTTP_PATRON_LISTEN_PING;
    ear->conn->quiet = 1;

    ngx_queue_insert_tail(&inv->ears, &ear->queue);

    return ear;
}


static void
ngx_http_patron_ear_destroy(ngx_http_patron_ear_t *ear)
{
    ngx_queue_remove(&ear->queue);
    ngx_http_patron_conn_destroy(ear->conn, 0);
    ngx_free(ear);
}


/* Whether all is heard of has changed, perhaps. */

static void
ngx_http_patron_invalidate_judge(ngx_http_patron_invalidate_t *inv)
{
    ngx_uint_t              all;
    ngx_queue_t            *q;
    ngx_http_patron_ear_t  *ear;

    all = inv->complete && !ngx_queue_empty(&inv->ears);

    for (q = ngx_queue_head(&inv->ears);
         q != ngx_queue_sentinel(&inv->ears);
         q = ngx_queue_next(q))
    {
        ear = ngx_queue_data(q, ngx_http_patron_ear_t, queue);

        if (ear->conn->state != NGX_HTTP_PATRON_CONN_READY) {
            all = 0;
        }
    }

    if (all) {
        ngx_http_patron_invalidate_listen(inv);

    } else {

        /* a worker that quits has missed nothing up to here */

        ngx_http_patron_invalidate_unlisten(inv, !ngx_exiting);
    }
}


ngx_uint_t
ngx_http_patron_listening(ngx_http_patron_redis_t *redis)
{
    ngx_http_patron_invalidate_t  *inv;

    inv = redis->invalidate;

    return inv != NULL && inv->listening;
}


void
ngx_http_patron_watch(ngx_http_patron_redis_t *redis,
    ngx_http_patron_changed_pt changed, void *data)
{
    ngx_http_patron_invalidate_t  *inv;

    inv = redis->invalidate;

    if (inv != NULL) {
        inv->changed = changed;
        inv->changed_data = data;
    }
}


static void
ngx_http_patron_ear_ready(ngx_http_patron_conn_t *conn)
{
    ngx_http_patron_ear_t  *ear = conn->data;

    if (ear->told) {
        ear->told = 0;

        ngx_log_error(NGX_LOG_NOTICE, ngx_cycle->log, 0,
                      "patron: redis %V tells of changes now",
                      &ear->node.name);
    }

    ngx_http_patron_invalidate_judge(ear->inv);
}


static void
ngx_http_patron_ear_lost(ngx_http_patron_conn_t *conn)
{
    ngx_http_patron_ear_t  *ear = conn->data;

    ngx_http_patron_invalidate_judge(ear->inv);
}


static void
ngx_http_patron_ear_failed(ngx_http_patron_conn_t *conn)
{
    ngx_http_patron_ear_t  *ear = conn->data;

    if (conn->reason == conn->dialogue.reason
        && conn->dialogue.error != PATRON_REDIS_FINE
        && !patron_redis_error_fatal(conn->dialogue.error))
    {
        conn->retry = NGX_HTTP_PATRON_LISTEN_RETRY;
    }

    /* that the server itself is away is said elsewhere */

    if (ear->told
        || ear->of->state != NGX_HTTP_PATRON_CONN_READY
        || (conn->retry == 0 && conn->failures < NGX_HTTP_PATRON_LISTEN_TRIES))
    {
        return;
    }

    ear->told = 1;

    ngx_log_error(NGX_LOG_WARN, ngx_cycle->log, 0,
                  "patron: redis %V does not tell of changes: %s; "
                  "until it does, members are known for their ttl only",
                  &ear->node.name, conn->reason);
}


/*
 * After a reload the old workers quit 100 ms after the new ones have started,
 * ready or not.  The last one that listens stays until another does: what
 * changes unheard would make all records suspect.
 */

static ngx_int_t
ngx_http_patron_ear_leave(ngx_http_patron_conn_t *conn)
{
    ngx_uint_t                     relieved;
    ngx_http_patron_ear_t         *ear = conn->data;
    ngx_http_patron_zone_t        *zone;
    ngx_http_patron_invalidate_t  *inv;

    inv = ear->inv;

    if (!inv->listening) {
        return NGX_OK;
    }

    if (inv->lingers == 0) {
        inv->lingers = ngx_max(ngx_current_msec, 1);
    }

    if (ngx_current_msec - inv->lingers >= NGX_HTTP_PATRON_LINGER_MAX) {
        return NGX_OK;
    }

    relieved = 1;

    for (zone = ngx_http_patron_zone_next(inv->cycle, NULL);
         zone != NULL;
         zone = ngx_http_patron_zone_next(inv->cycle, zone))
    {
        if (!ngx_http_patron_zone_relieved(zone, inv->redis->id)) {
            relieved = 0;
        }
    }

    if (relieved) {
        return NGX_OK;
    }

    if (!inv->linger.timer_set) {
        ngx_add_timer(&inv->linger, NGX_HTTP_PATRON_LINGER);
    }

    return NGX_AGAIN;
}


static void
ngx_http_patron_linger_handler(ngx_event_t *ev)
{
    ngx_queue_t                   *q;
    ngx_http_patron_ear_t         *ear;
    ngx_http_patron_invalidate_t  *inv = ev->data;

    for (q = ngx_queue_head(&inv->ears);
         q != ngx_queue_sentinel(&inv->ears);
         q = ngx_queue_next(q))
    {
        ear = ngx_queue_data(q, ngx_http_patron_ear_t, queue);

        ngx_http_patron_conn_leave(ear->conn);
    }
}


static void
ngx_http_patron_invalidate_listen(ngx_http_patron_invalidate_t *inv)
{
    ngx_http_patron_zone_t  *zone;

    if (inv->listening) {
        return;
    }

    inv->listening = 1;

    for (zone = ngx_http_patron_zone_next(inv->cycle, NULL);
         zone != NULL;
         zone = ngx_http_patron_zone_next(inv->cycle, zone))
    {
        ngx_http_patron_zone_listen(zone, inv->redis->id);
    }

    ngx_http_patron_switches_ask(inv->redis);
    ngx_http_patron_invalidate_changed(inv);
}


static void
ngx_http_patron_invalidate_unlisten(ngx_http_patron_invalidate_t *inv,
    ngx_uint_t lost)
{
    ngx_http_patron_zone_t  *zone;

    if (!inv->listening) {
        return;
    }

    inv->listening = 0;

    for (zone = ngx_http_patron_zone_next(inv->cycle, NULL);
         zone != NULL;
         zone = ngx_http_patron_zone_next(inv->cycle, zone))
    {
        ngx_http_patron_zone_unlisten(zone, inv->redis->id, lost);
    }
}


static ngx_int_t
ngx_http_patron_invalidate_push(ngx_http_patron_conn_t *conn,
    patron_reply_t *reply)
{
    size_t                         i;
    patron_str_t                   key;
    const patron_reply_t          *keys;
    ngx_http_patron_ear_t         *ear = conn->data;
    ngx_http_patron_invalidate_t  *inv;

    inv = ear->inv;

    switch (patron_push_read(reply, &keys)) {

    case PATRON_PUSH_OTHER:
        return NGX_OK;

    case PATRON_PUSH_ALL:
        ngx_http_patron_invalidate_all(inv);
        return NGX_OK;

    case PATRON_PUSH_KEYS:

        for (i = 0; i < patron_reply_elements(keys); i++) {
            key = patron_reply_str(patron_reply_element(keys, i));
            ngx_http_patron_invalidate_key(inv, &key);
        }

        return NGX_OK;

    default:
        return NGX_ERROR;
    }
}


static void
ngx_http_patron_invalidate_key(ngx_http_patron_invalidate_t *inv,
    patron_str_t *key)
{
    u_char                   buf[NGX_HTTP_PATRON_SUB_MAX];
    ngx_str_t                sub;
    ngx_http_patron_zone_t  *zone;

    if (key->len == inv->switches.len
        && ngx_memcmp(key->data, inv->switches.data, key->len) == 0)
    {
        ngx_http_patron_switches_ask(inv->redis);
        return;
    }

    if ((key->len >= inv->campaign.len
         && ngx_memcmp(key->data, inv->campaign.data, inv->campaign.len) == 0)
        || (key->len >= inv->ticker.len
            && ngx_memcmp(key->data, inv->ticker.data, inv->ticker.len) == 0))
    {
        ngx_http_patron_invalidate_changed(inv);
        return;
    }

    if (key->len <= inv->member.len
        || ngx_memcmp(key->data, inv->member.data, inv->member.len) != 0)
    {
        return;
    }

    /* a name that is never asked for is in no zone */

    if (patron_key_unescape(buf, sizeof(buf), &sub.len,
                            key->data + inv->member.len,
                            key->len - inv->member.len)
        != PATRON_OK)
    {
        return;
    }

    sub.data = buf;

    for (zone = ngx_http_patron_zone_next(inv->cycle, NULL);
         zone != NULL;
         zone = ngx_http_patron_zone_next(inv->cycle, zone))
    {
        ngx_http_patron_zone_drop(zone, inv->redis->id, &sub);
        ngx_http_patron_zone_count(zone, NGX_HTTP_PATRON_C_INVALIDATIONS);
    }
}


static void
ngx_http_patron_invalidate_all(ngx_http_patron_invalidate_t *inv)
{
    ngx_http_patron_zone_t  *zone;

    for (zone = ngx_http_patron_zone_next(inv->cycle, NULL);
         zone != NULL;
         zone = ngx_http_patron_zone_next(inv->cycle, zone))
    {
        ngx_http_patron_zone_forget(zone, inv->redis->id);
        ngx_http_patron_zone_count(zone, NGX_HTTP_PATRON_C_INVALIDATIONS);
    }

    ngx_http_patron_switches_ask(inv->redis);
    ngx_http_patron_invalidate_changed(inv);
}


static void
ngx_http_patron_invalidate_changed(ngx_http_patron_invalidate_t *inv)
{
    if (inv->changed != NULL && !ngx_exiting) {
        inv->changed(inv->changed_data);
    }
}
