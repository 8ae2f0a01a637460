
/*
 * Commands to a cluster: each goes to the node that holds the slot of its key,
 * and is sent again, at most five times, where a node says that the slot is
 * elsewhere (MOVED, ASK) or on its way (TRYAGAIN).  All reads are from
 * primaries.  A command is given a timeout anew when it is sent again.
 *
 * Source: Redis Cluster specification, "Redirection and resharding".
 */


#include <ngx_config.h>
#include <ngx_core.h>

#include "ngx_http_patron_cluster.h"
#include "ngx_http_patron_cluster_map.h"
#include "ngx_http_patron_redis_queue.h"
#include "ngx_http_patron_str.h"


#define NGX_HTTP_PATRON_CLUSTER_TRIES  5


/* A command that may have to be sent again: its own copy, as it is written. */

typedef struct {
    ngx_http_patron_cluster_t         *cluster;
    ngx_http_patron_cnode_t           *node;    /* it was sent to */
    ngx_http_patron_redis_handler_pt   handler;
    void                              *data;
    ngx_int_t                          slot;    /* or -1 */
    ngx_uint_t                         tries;
    size_t                             len;
    unsigned                           patient:1;
    unsigned                           late:1;
    u_char                             written[];
} ngx_http_patron_ccommand_t;


static ngx_int_t ngx_http_patron_cluster_start(
    ngx_http_patron_redis_t *redis);
static void ngx_http_patron_cluster_stop(ngx_http_patron_redis_t *redis,
    ngx_uint_t refuse);
static ngx_int_t ngx_http_patron_cluster_send(ngx_http_patron_redis_t *redis,
    ngx_http_patron_command_t *command, ngx_str_t *key);
static ngx_uint_t ngx_http_patron_cluster_away(
    ngx_http_patron_redis_t *redis);
static ngx_http_patron_ccommand_t *ngx_http_patron_ccommand(
    ngx_http_patron_command_t *command);
static ngx_int_t ngx_http_patron_ccommand_send(ngx_http_patron_ccommand_t *cmd,
    ngx_http_patron_cnode_t *node, ngx_uint_t asking);
static void ngx_http_patron_ccommand_replied(void *data,
    patron_reply_t *reply);
static ngx_int_t ngx_http_patron_ccommand_again(
    ngx_http_patron_ccommand_t *cmd, patron_reply_t *reply);


ngx_http_patron_route_t  ngx_http_patron_route_cluster = {
    ngx_http_patron_cluster_start,
    ngx_http_patron_cluster_stop,
    ngx_http_patron_cluster_send,
    ngx_http_patron_cluster_away
};


static ngx_int_t
ngx_http_patron_cluster_start(ngx_http_patron_redis_t *redis)
{
    ngx_http_patron_cluster_t  *c;

    c = ngx_calloc(sizeof(ngx_http_patron_cluster_t), ngx_cycle->log);
    if (c == NULL) {
        return NGX_ERROR;
    }

    redis->routing = c;
    c->redis = redis;

    return ngx_http_patron_cluster_open(c);
}


static void
ngx_http_patron_cluster_stop(ngx_http_patron_redis_t *redis,
    ngx_uint_t refuse)
{
    ngx_http_patron_cluster_close(redis->routing, refuse);
    ngx_free(redis->routing);
}


static ngx_int_t
ngx_http_patron_cluster_send(ngx_http_patron_redis_t *redis,
    ngx_http_patron_command_t *command, ngx_str_t *key)
{
    ngx_int_t                    rc;
    patron_str_t                 text;
    ngx_http_patron_cnode_t     *node;
    ngx_http_patron_cluster_t   *c;
    ngx_http_patron_ccommand_t  *cmd;

    c = redis->routing;

    cmd = ngx_http_patron_ccommand(command);
    if (cmd == NULL) {
        return NGX_ERROR;
    }

    cmd->cluster = c;
    cmd->handler = command->handler;
    cmd->data = command->data;
    cmd->patient = command->patient;
    cmd->slot = -1;

    if (key != NULL) {
        text = ngx_http_patron_pure_str(key);
        cmd->slot = patron_slot(&text);
    }

    node = ngx_http_patron_cluster_pick(c, cmd->slot);

    rc = node ? ngx_http_patron_ccommand_send(cmd, node, 0) : NGX_BUSY;

    if (rc != NGX_OK) {
        ngx_free(cmd);
    }

    return rc;
}


/* Away only if no node answers: one that is gone takes its own slots along. */

static ngx_uint_t
ngx_http_patron_cluster_away(ngx_http_patron_redis_t *redis)
{
    return ngx_http_patron_cluster_pick(redis->routing, -1) == NULL;
}


static ngx_http_patron_ccommand_t *
ngx_http_patron_ccommand(ngx_http_patron_command_t *command)
{
    ngx_http_patron_ccommand_t  *cmd;

    cmd = ngx_alloc(sizeof(ngx_http_patron_ccommand_t)
                    + ngx_http_patron_command_len(command),
                    ngx_cycle->log);
    if (cmd == NULL) {
        return NULL;
    }

    ngx_memzero(cmd, sizeof(ngx_http_patron_ccommand_t));

    cmd->len = ngx_http_patron_command_write(cmd->written, command)
               - cmd->written;

    return cmd;
}


static ngx_int_t
ngx_http_patron_ccommand_send(ngx_http_patron_ccommand_t *cmd,
    ngx_http_patron_cnode_t *node, ngx_uint_t asking)
{
    ngx_str_t                  word = ngx_string("ASKING");
    ngx_http_patron_command_t  command;

    if (asking
        && ngx_http_patron_conn_send(node->conn, &word, 1, cmd->patient, NULL,
                                     NULL)
           != NGX_OK)
    {
        return NGX_BUSY;
    }

    cmd->node = node;
    cmd->tries++;

    ngx_memzero(&command, sizeof(ngx_http_patron_command_t));

    command.written.len = cmd->len;
    command.written.data = cmd->written;
    command.handler = ngx_http_patron_ccommand_replied;
    command.data = cmd;
    command.patient = cmd->patient;

    return ngx_http_patron_conn_command(node->conn, &command);
}


static void
ngx_http_patron_ccommand_replied(void *data, patron_reply_t *reply)
{
    ngx_http_patron_ccommand_t  *cmd = data;

    if (reply == NGX_HTTP_PATRON_REDIS_LATE) {

        if (!cmd->late) {
            cmd->late = 1;
            cmd->handler(cmd->data, reply);
        }

        return;
    }

    switch (patron_redis_error(reply)) {

    case PATRON_REDIS_MOVED:
    case PATRON_REDIS_ASK:
    case PATRON_REDIS_TRYAGAIN:

        if (ngx_http_patron_ccommand_again(cmd, reply) == NGX_OK) {
            return;
        }

        reply = NULL;
        break;

    case PATRON_REDIS_CLUSTERDOWN:
        ngx_http_patron_cluster_refresh(cmd->cluster);
        reply = NULL;
        break;

    default:
        break;
    }

    cmd->handler(cmd->data, reply);

    ngx_free(cmd);
}


static ngx_int_t
ngx_http_patron_ccommand_again(ngx_http_patron_ccommand_t *cmd,
    patron_reply_t *reply)
{
    patron_redirect_t         redirect;
    ngx_http_patron_cnode_t  *node;

    if (cmd->tries >= NGX_HTTP_PATRON_CLUSTER_TRIES) {
        return NGX_ERROR;
    }

    if (patron_redis_error(reply) == PATRON_REDIS_TRYAGAIN) {
        return ngx_http_patron_ccommand_send(cmd, cmd->node, 0);
    }

    if (patron_redirect_parse(reply, &redirect) != PATRON_OK) {
        return NGX_ERROR;
    }

    node = ngx_http_patron_cluster_node(cmd->cluster, cmd->node,
                                        &redirect.host, redirect.port);
    if (node == NULL) {
        return NGX_ERROR;
    }

    if (patron_redis_error(reply) == PATRON_REDIS_ASK) {
        return ngx_http_patron_ccommand_send(cmd, node, 1);
    }

    ngx_http_patron_cluster_moved(cmd->cluster, redirect.slot, node);

    return ngx_http_patron_ccommand_send(cmd, node, 0);
}
