
/*
 * The map of a cluster: which node holds which slot, learnt by CLUSTER SLOTS
 * from any node that answers, beginning with those of the configuration.  It is
 * asked for again when a slot turns out to be elsewhere, and four times a
 * second while a node that holds slots is not there: so a failover is followed
 * as soon as the cluster has agreed on it.
 *
 * A node has one connection; those that hold no slots any more are dropped.
 * Limit: 128 nodes.
 */


#include <ngx_config.h>
#include <ngx_core.h>

#include "patron_dialogue.h"
#include "ngx_http_patron_cluster_map.h"
#include "ngx_http_patron_redis.h"
#include "ngx_http_patron_redis_conn.h"
#include "ngx_http_patron_redis_discovered.h"
#include "ngx_http_patron_redis_queue.h"
#include "ngx_http_patron_redis_tracking.h"


#define NGX_HTTP_PATRON_CLUSTER_EVERY  250
#define NGX_HTTP_PATRON_CLUSTER_TOLD   60       /* s */


static ngx_http_patron_cnode_t *ngx_http_patron_cluster_add(
    ngx_http_patron_cluster_t *c, ngx_http_patron_node_t *node,
    ngx_http_patron_discovered_t *found);
static void ngx_http_patron_cluster_refused(ngx_http_patron_cluster_t *c,
    patron_redis_error_e error);
static void ngx_http_patron_cluster_slots(void *data, patron_reply_t *reply);
static ngx_int_t ngx_http_patron_cluster_read(ngx_http_patron_cluster_t *c,
    ngx_http_patron_cnode_t *origin, patron_reply_t *reply);
static void ngx_http_patron_cluster_ready(ngx_http_patron_conn_t *conn);
static void ngx_http_patron_cluster_lost(ngx_http_patron_conn_t *conn);
static ngx_uint_t ngx_http_patron_cluster_follow(
    ngx_http_patron_cluster_t *c);
static void ngx_http_patron_cluster_timer_handler(ngx_event_t *ev);
static void ngx_http_patron_cluster_sweep(ngx_http_patron_cluster_t *c);


ngx_int_t
ngx_http_patron_cluster_open(ngx_http_patron_cluster_t *c)
{
    ngx_uint_t                i;
    ngx_http_patron_node_t   *seeds;
    ngx_http_patron_cnode_t  *node;

    seeds = c->redis->nodes.elts;

    for (i = 0; i < c->redis->nodes.nelts; i++) {
        node = ngx_http_patron_cluster_add(c, &seeds[i], NULL);
        if (node == NULL) {
            return NGX_ERROR;
        }

        node->seed = 1;
        ngx_http_patron_conn_open(node->conn);
    }

    c->timer.handler = ngx_http_patron_cluster_timer_handler;
    c->timer.data = c;
    c->timer.log = ngx_cycle->log;
    c->timer.cancelable = 1;

    ngx_add_timer(&c->timer, NGX_HTTP_PATRON_CLUSTER_EVERY);

    return NGX_OK;
}


void
ngx_http_patron_cluster_close(ngx_http_patron_cluster_t *c,
    ngx_uint_t refuse)
{
    ngx_uint_t  i;

    if (c->timer.timer_set) {
        ngx_del_timer(&c->timer);
    }

    for (i = 0; i < c->n; i++) {
        if (c->nodes[i] != NULL) {
            ngx_http_patron_conn_destroy(c->nodes[i]->conn, refuse);
            ngx_free(c->nodes[i]);
        }
    }
}


static ngx_http_patron_cnode_t *
ngx_http_patron_cluster_add(ngx_http_patron_cluster_t *c,
    ngx_http_patron_node_t *seed, ngx_http_patron_discovered_t *found)
{
    ngx_uint_t                i;
    ngx_http_patron_cnode_t  *node;

    for (i = 0; i < c->n && c->nodes[i] != NULL; i++) {
        /* void */
    }

    if (i == NGX_HTTP_PATRON_CLUSTER_NODES) {
        return NULL;
    }

    node = ngx_calloc(sizeof(ngx_http_patron_cnode_t), ngx_cycle->log);
    if (node == NULL) {
        return NULL;
    }

    if (found != NULL) {
        (void) ngx_http_patron_discovered_set(&node->found,
                                        found->node.host.data,
                                        found->node.host.len, found->node.port,
                                        found->node.tls);
    }

    node->conn = ngx_http_patron_conn_create(c->redis, &c->redis->dialogue,
                                             seed ? seed : &node->found.node);
    if (node->conn == NULL) {
        ngx_free(node);
        return NULL;
    }

    node->conn->data = c;
    node->conn->ready = ngx_http_patron_cluster_ready;
    node->conn->lost = ngx_http_patron_cluster_lost;
    node->conn->failed = ngx_http_patron_cluster_lost;

    c->nodes[i] = node;

    if (i == c->n) {
        c->n++;
    }

    return node;
}


ngx_http_patron_cnode_t *
ngx_http_patron_cluster_node(ngx_http_patron_cluster_t *c,
    ngx_http_patron_cnode_t *origin, patron_str_t *host, ngx_uint_t port)
{
    const u_char             *data;
    size_t                    len;
    ngx_uint_t                i;
    ngx_http_patron_node_t   *node, *seeds;
    ngx_http_patron_discovered_t    found;
    ngx_http_patron_cnode_t  *added;

    seeds = c->redis->nodes.elts;

    data = host->len ? host->data : origin->conn->node->host.data;
    len = host->len ? host->len : origin->conn->node->host.len;

    for (i = 0; i < c->n; i++) {

        if (c->nodes[i] == NULL) {
            continue;
        }

        node = c->nodes[i]->conn->node;

        if (node->port == port && node->host.len == len
            && ngx_memcmp(node->host.data, data, len) == 0)
        {
            return c->nodes[i];
        }
    }

    ngx_memzero(&found, sizeof(ngx_http_patron_discovered_t));

    if (ngx_http_patron_discovered_set(&found, data, len, port, seeds[0].tls)
        != NGX_OK)
    {
        return NULL;
    }

    added = ngx_http_patron_cluster_add(c, NULL, &found);

    if (added != NULL) {
        ngx_http_patron_conn_open(added->conn);
    }

    return added;
}


ngx_http_patron_cnode_t *
ngx_http_patron_cluster_pick(ngx_http_patron_cluster_t *c, ngx_int_t slot)
{
    ngx_uint_t                i;
    ngx_http_patron_cnode_t  *node, *hope;

    if (slot >= 0 && c->map[slot]) {
        return c->nodes[c->map[slot] - 1];
    }

    hope = NULL;

    for (i = 0; i < c->n; i++) {
        node = c->nodes[i];

        if (node == NULL || ngx_http_patron_conn_away(node->conn)) {
            continue;
        }

        if (node->conn->state == NGX_HTTP_PATRON_CONN_READY) {
            return node;
        }

        if (hope == NULL) {
            hope = node;
        }
    }

    return hope;
}


void
ngx_http_patron_cluster_moved(ngx_http_patron_cluster_t *c, ngx_uint_t slot,
    ngx_http_patron_cnode_t *node)
{
    ngx_uint_t  i;

    for (i = 0; i < c->n; i++) {
        if (c->nodes[i] == node) {
            c->map[slot] = (uint8_t) (i + 1);
            node->mapped = 1;
        }
    }

    ngx_http_patron_cluster_refresh(c);
}


void
ngx_http_patron_cluster_refresh(ngx_http_patron_cluster_t *c)
{
    ngx_str_t                 argv[2];
    ngx_uint_t                i, k;
    ngx_http_patron_cnode_t  *node;

    c->dirty = 1;

    if (c->asking) {
        return;
    }

    ngx_str_set(&argv[0], "CLUSTER");
    ngx_str_set(&argv[1], "SLOTS");

    /* another one each time: one alone may be cut off from the rest */

    for (k = 0; k < c->n; k++) {
        i = (c->asked + 1 + k) % c->n;
        node = c->nodes[i];

        if (node == NULL
            || node->conn->state != NGX_HTTP_PATRON_CONN_READY)
        {
            continue;
        }

        if (ngx_http_patron_conn_send(node->conn, argv, 2, 0,
                                      ngx_http_patron_cluster_slots, c)
            == NGX_OK)
        {
            c->asked = i;
            c->asking = 1;
            c->dirty = 0;
            return;
        }
    }
}


/* Told once a minute. */

static void
ngx_http_patron_cluster_refused(ngx_http_patron_cluster_t *c,
    patron_redis_error_e error)
{
    if (error == PATRON_REDIS_FINE
        || patron_redis_error_fatal(error)
        || ngx_time() - c->told < NGX_HTTP_PATRON_CLUSTER_TOLD)
    {
        return;
    }

    c->told = ngx_time();

    ngx_log_error(NGX_LOG_ERR, ngx_cycle->log, 0,
                  "patron: redis %V does not tell which node has which slot: "
                  "%s", ngx_http_patron_redis_name(c->redis),
                  patron_redis_error_reason(error));
}


static void
ngx_http_patron_cluster_slots(void *data, patron_reply_t *reply)
{
    ngx_http_patron_cnode_t    *origin;
    ngx_http_patron_cluster_t  *c = data;

    c->asking = 0;
    origin = c->nodes[c->asked];

    ngx_http_patron_cluster_refused(c, patron_redis_error(reply));

    if (reply == NULL || origin == NULL
        || ngx_http_patron_cluster_read(c, origin, reply) != NGX_OK)
    {
        c->dirty = 1;
        return;
    }

    c->loaded = 1;

    (void) ngx_http_patron_cluster_follow(c);
}


static ngx_int_t
ngx_http_patron_cluster_read(ngx_http_patron_cluster_t *c,
    ngx_http_patron_cnode_t *origin, patron_reply_t *reply)
{
    int                       i, n;
    ngx_uint_t                k, slot;
    patron_range_t            range;
    ngx_http_patron_cnode_t  *node;

    n = patron_cluster_ranges(reply);

    if (n <= 0) {
        return NGX_ERROR;
    }

    for (k = 0; k < c->n; k++) {
        if (c->nodes[k] != NULL) {
            c->nodes[k]->mapped = 0;
        }
    }

    ngx_memzero(c->map, sizeof(c->map));

    for (i = 0; i < n; i++) {

        if (patron_cluster_range(reply, i, &range) != PATRON_OK) {
            return NGX_ERROR;
        }

        node = ngx_http_patron_cluster_node(c, origin, &range.host,
                                            range.port);
        if (node == NULL) {
            return NGX_ERROR;
        }

        node->mapped = 1;

        for (k = 0; c->nodes[k] != node; k++) {
            /* void */
        }

        for (slot = range.first; slot <= range.last; slot++) {
            c->map[slot] = (uint8_t) (k + 1);
        }
    }

    return NGX_OK;
}


static void
ngx_http_patron_cluster_ready(ngx_http_patron_conn_t *conn)
{
    ngx_http_patron_cluster_t  *c = conn->data;

    if (!c->loaded || c->dirty) {
        ngx_http_patron_cluster_refresh(c);
    }

    (void) ngx_http_patron_cluster_follow(c);
}


static void
ngx_http_patron_cluster_lost(ngx_http_patron_conn_t *conn)
{
    ngx_http_patron_cluster_t  *c = conn->data;

    c->dirty = 1;
}


/* Listens to all nodes that hold slots.  True if all of them are ready. */

static ngx_uint_t
ngx_http_patron_cluster_follow(ngx_http_patron_cluster_t *c)
{
    ngx_uint_t               i, n, complete;
    ngx_http_patron_conn_t  *conns[NGX_HTTP_PATRON_CLUSTER_NODES];

    n = 0;
    complete = c->loaded;

    for (i = 0; i < c->n; i++) {

        if (c->nodes[i] == NULL || !c->nodes[i]->mapped) {
            continue;
        }

        if (c->nodes[i]->conn->state == NGX_HTTP_PATRON_CONN_READY) {
            conns[n++] = c->nodes[i]->conn;

        } else {
            complete = 0;
        }
    }

    ngx_http_patron_tracking_follow(c->redis, conns, n, complete);

    return complete;
}


static void
ngx_http_patron_cluster_timer_handler(ngx_event_t *ev)
{
    ngx_http_patron_cluster_t  *c = ev->data;

    if (!ngx_http_patron_cluster_follow(c) || c->dirty) {
        ngx_http_patron_cluster_refresh(c);

    } else {
        ngx_http_patron_cluster_sweep(c);
    }

    ngx_add_timer(ev, NGX_HTTP_PATRON_CLUSTER_EVERY);
}


/* Drops nodes that hold nothing: from here, no handler of theirs is running. */

static void
ngx_http_patron_cluster_sweep(ngx_http_patron_cluster_t *c)
{
    ngx_uint_t                i;
    ngx_http_patron_cnode_t  *node;

    for (i = 0; i < c->n; i++) {
        node = c->nodes[i];

        if (node == NULL || node->seed || node->mapped
            || node->conn->ring.count)
        {
            continue;
        }

        c->nodes[i] = NULL;

        ngx_http_patron_conn_destroy(node->conn, 1);
        ngx_free(node);
    }
}
