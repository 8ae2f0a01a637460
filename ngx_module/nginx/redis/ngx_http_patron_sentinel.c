
/*
 * A primary that sentinels name.  One connection goes to a sentinel: it asks
 * for the primary's address and then stays subscribed to "+switch-master"; the
 * next sentinel is tried when one fails.  The other goes to the primary, which
 * must say that it is one.  While it is not there the sentinels are asked again
 * twice a second, so that a failover is followed as soon as it is decided,
 * whether its announcement was heard or not.
 *
 * Source: "Guidelines for Redis clients with support for Redis Sentinel".
 */


#include <ngx_config.h>
#include <ngx_core.h>

#include "ngx_http_patron_redis_conn.h"
#include "ngx_http_patron_redis_discovered.h"
#include "ngx_http_patron_redis_queue.h"
#include "ngx_http_patron_redis_server_types.h"
#include "ngx_http_patron_redis_tracking.h"
#include "ngx_http_patron_sentinel.h"
#include "ngx_http_patron_str.h"


#define NGX_HTTP_PATRON_SENTINEL_EVERY  500
#define NGX_HTTP_PATRON_SENTINEL_PING   1000


typedef struct {
    ngx_http_patron_redis_t       *redis;
    patron_dialogue_conf_t         dialogue;       /* with a sentinel */
    patron_dialogue_conf_t         primary_dialogue;
    ngx_http_patron_conn_t        *conn;           /* to a sentinel */
    ngx_http_patron_conn_t        *primary;
    ngx_http_patron_discovered_t   found;          /* the primary's address */
    ngx_uint_t                     index;          /* of the sentinel */
    ngx_uint_t                     failures;       /* of sentinels, in a row */
    ngx_event_t                    timer;
    unsigned                       reported:1;
} ngx_http_patron_sentinel_t;


static ngx_int_t ngx_http_patron_sentinel_start(
    ngx_http_patron_redis_t *redis);
static void ngx_http_patron_sentinel_stop(ngx_http_patron_redis_t *redis,
    ngx_uint_t refuse);
static ngx_int_t ngx_http_patron_sentinel_send(ngx_http_patron_redis_t *redis,
    ngx_http_patron_command_t *command, ngx_str_t *key);
static ngx_uint_t ngx_http_patron_sentinel_away(
    ngx_http_patron_redis_t *redis);
static void ngx_http_patron_sentinel_ready(ngx_http_patron_conn_t *conn);
static void ngx_http_patron_sentinel_lost(ngx_http_patron_conn_t *conn);
static void ngx_http_patron_sentinel_failed(ngx_http_patron_conn_t *conn);
static void ngx_http_patron_sentinel_next(ngx_http_patron_sentinel_t *s);
static ngx_int_t ngx_http_patron_sentinel_push(ngx_http_patron_conn_t *conn,
    patron_reply_t *reply);
static void ngx_http_patron_sentinel_found(ngx_http_patron_sentinel_t *s,
    const u_char *host, size_t len, ngx_uint_t port);
static void ngx_http_patron_sentinel_primary_ready(
    ngx_http_patron_conn_t *conn);
static void ngx_http_patron_sentinel_timer_handler(ngx_event_t *ev);


ngx_http_patron_route_t  ngx_http_patron_route_sentinel = {
    ngx_http_patron_sentinel_start,
    ngx_http_patron_sentinel_stop,
    ngx_http_patron_sentinel_send,
    ngx_http_patron_sentinel_away
};


static ngx_int_t
ngx_http_patron_sentinel_start(ngx_http_patron_redis_t *redis)
{
    ngx_http_patron_sentinel_t  *s;

    s = ngx_calloc(sizeof(ngx_http_patron_sentinel_t), ngx_cycle->log);
    if (s == NULL) {
        return NGX_ERROR;
    }

    redis->routing = s;
    s->redis = redis;

    s->dialogue = redis->dialogue;
    s->dialogue.purpose = PATRON_FOR_SENTINEL;
    s->dialogue.sentinel = ngx_http_patron_pure_str(&redis->sentinel);

    s->primary_dialogue = redis->dialogue;
    s->primary_dialogue.purpose = PATRON_FOR_PRIMARY;

    s->conn = ngx_http_patron_conn_create(redis, &s->dialogue,
                                          redis->nodes.elts);
    s->primary = ngx_http_patron_conn_create(redis, &s->primary_dialogue,
                                             &s->found.node);

    if (s->conn == NULL || s->primary == NULL) {
        return NGX_ERROR;
    }

    s->conn->data = s;
    s->conn->ready = ngx_http_patron_sentinel_ready;
    s->conn->lost = ngx_http_patron_sentinel_lost;
    s->conn->failed = ngx_http_patron_sentinel_failed;
    s->conn->push = ngx_http_patron_sentinel_push;
    s->conn->ping = NGX_HTTP_PATRON_SENTINEL_PING;
    s->conn->quiet = 1;

    s->primary->data = s;
    s->primary->ready = ngx_http_patron_sentinel_primary_ready;
    s->primary->held = 1;

    s->timer.handler = ngx_http_patron_sentinel_timer_handler;
    s->timer.data = s;
    s->timer.log = ngx_cycle->log;
    s->timer.cancelable = 1;

    ngx_add_timer(&s->timer, NGX_HTTP_PATRON_SENTINEL_EVERY);

    ngx_http_patron_conn_open(s->conn);

    return NGX_OK;
}


static void
ngx_http_patron_sentinel_stop(ngx_http_patron_redis_t *redis,
    ngx_uint_t refuse)
{
    ngx_http_patron_sentinel_t  *s;

    s = redis->routing;

    if (s->timer.timer_set) {
        ngx_del_timer(&s->timer);
    }

    if (s->conn != NULL) {
        ngx_http_patron_conn_destroy(s->conn, 0);
    }

    if (s->primary != NULL) {
        ngx_http_patron_conn_destroy(s->primary, refuse);
    }

    ngx_free(s);
}


static ngx_int_t
ngx_http_patron_sentinel_send(ngx_http_patron_redis_t *redis,
    ngx_http_patron_command_t *command, ngx_str_t *key)
{
    ngx_http_patron_sentinel_t  *s;

    s = redis->routing;

    return ngx_http_patron_conn_command(s->primary, command);
}


static ngx_uint_t
ngx_http_patron_sentinel_away(ngx_http_patron_redis_t *redis)
{
    ngx_http_patron_sentinel_t  *s;

    s = redis->routing;

    return ngx_http_patron_conn_away(s->primary);
}


static void
ngx_http_patron_sentinel_ready(ngx_http_patron_conn_t *conn)
{
    ngx_http_patron_sentinel_t  *s = conn->data;

    s->failures = 0;

    if (s->reported) {
        s->reported = 0;

        ngx_log_error(NGX_LOG_NOTICE, ngx_cycle->log, 0,
                      "patron: sentinel %V answers for \"%V\"",
                      &conn->node->name, &s->redis->sentinel);
    }

    ngx_http_patron_sentinel_found(s, conn->dialogue.host,
                                   conn->dialogue.host_len,
                                   conn->dialogue.port);
}


static void
ngx_http_patron_sentinel_lost(ngx_http_patron_conn_t *conn)
{
    ngx_http_patron_sentinel_next(conn->data);
}


static void
ngx_http_patron_sentinel_failed(ngx_http_patron_conn_t *conn)
{
    ngx_http_patron_sentinel_t  *s = conn->data;

    s->failures++;

    ngx_http_patron_sentinel_next(s);

    if (s->failures < s->redis->nodes.nelts) {
        return;
    }

    /* without an address there is nothing to wait for */

    if (s->primary->held) {
        s->primary->failures = 1;
    }

    if (!s->reported) {
        s->reported = 1;

        ngx_log_error(NGX_LOG_ERR, ngx_cycle->log, 0,
                      "patron: no sentinel knows \"%V\"; the last one, %V: %s",
                      &s->redis->sentinel, &conn->node->name, conn->reason);
    }
}


/* Who is asked when the connection is opened the next time: all, at once. */

static void
ngx_http_patron_sentinel_next(ngx_http_patron_sentinel_t *s)
{
    ngx_http_patron_node_t  *nodes;

    nodes = s->redis->nodes.elts;
    s->index = (s->index + 1) % s->redis->nodes.nelts;

    s->conn->node = &nodes[s->index];
    s->conn->nresolved = 0;

    if (s->failures < s->redis->nodes.nelts) {
        s->conn->retry = 1;
    }
}


static ngx_int_t
ngx_http_patron_sentinel_push(ngx_http_patron_conn_t *conn,
    patron_reply_t *reply)
{
    unsigned                     port;
    patron_str_t                 name, host;
    const patron_reply_t        *payload;
    ngx_http_patron_sentinel_t  *s = conn->data;

    switch (patron_push_read(reply, &payload)) {

    case PATRON_PUSH_OTHER:
    case PATRON_PUSH_PONG:
        return NGX_OK;

    case PATRON_PUSH_SWITCH:
        name = ngx_http_patron_pure_str(&s->redis->sentinel);

        if (patron_switch_parse(payload, &name, &host, &port) == PATRON_OK) {
            ngx_http_patron_sentinel_found(s, host.data, host.len, port);
        }

        return NGX_OK;

    default:
        return NGX_ERROR;
    }
}


static void
ngx_http_patron_sentinel_found(ngx_http_patron_sentinel_t *s,
    const u_char *host, size_t len, ngx_uint_t port)
{
    ngx_int_t  rc;

    rc = ngx_http_patron_discovered_set(&s->found, host, len, port,
                                  s->conn->node->tls);

    if (rc == NGX_DECLINED) {
        return;
    }

    if (rc == NGX_ERROR) {
        ngx_log_error(NGX_LOG_ERR, ngx_cycle->log, 0,
                      "patron: sentinel %V names an invalid address",
                      &s->conn->node->name);
        return;
    }

    ngx_log_error(NGX_LOG_NOTICE, ngx_cycle->log, 0,
                  "patron: the primary of \"%V\" is %V",
                  &s->redis->sentinel, &s->found.node.name);

    ngx_http_patron_conn_retarget(s->primary);
}


static void
ngx_http_patron_sentinel_primary_ready(ngx_http_patron_conn_t *conn)
{
    ngx_http_patron_tracking_follow(conn->redis, &conn, 1, 1);
}


static void
ngx_http_patron_sentinel_timer_handler(ngx_event_t *ev)
{
    ngx_http_patron_sentinel_t  *s = ev->data;

    /* a subscribed connection cannot ask: a new one begins by asking */

    if (s->primary->state != NGX_HTTP_PATRON_CONN_READY
        && s->conn->state == NGX_HTTP_PATRON_CONN_READY)
    {
        ngx_http_patron_conn_reset(s->conn, "it is asked again");
    }

    ngx_add_timer(ev, NGX_HTTP_PATRON_SENTINEL_EVERY);
}
