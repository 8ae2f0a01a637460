
/*
 * Several addresses of one Redis: a primary and replicas of it.  Reads go to
 * the first of them, in the order of the configuration, that answers; so the
 * nearest replica stands first.  Writes go to whichever says that it is the
 * primary.  Roles are asked for when a connection is made, and again while no
 * primary is known, at most once a second.
 */


#include <ngx_config.h>
#include <ngx_core.h>

#include "ngx_http_patron_redis_conn.h"
#include "ngx_http_patron_redis_queue.h"
#include "ngx_http_patron_redis_replicas.h"
#include "ngx_http_patron_redis_server_types.h"
#include "ngx_http_patron_redis_tracking.h"
#include "ngx_http_patron_str.h"


#define NGX_HTTP_PATRON_ROLE_EVERY  1000


typedef struct {
    patron_dialogue_conf_t     dialogue;
    ngx_http_patron_conn_t   **conns;
    ngx_uint_t                 n;
    ngx_http_patron_conn_t    *reader;      /* that was read from last */
    ngx_msec_t                 asked;       /* for roles */
} ngx_http_patron_replicas_t;


static ngx_int_t ngx_http_patron_replicas_start(
    ngx_http_patron_redis_t *redis);
static void ngx_http_patron_replicas_stop(ngx_http_patron_redis_t *redis,
    ngx_uint_t refuse);
static ngx_int_t ngx_http_patron_replicas_send(ngx_http_patron_redis_t *redis,
    ngx_http_patron_command_t *command, ngx_str_t *key);
static ngx_uint_t ngx_http_patron_replicas_reads(
    ngx_http_patron_command_t *command);
static ngx_uint_t ngx_http_patron_replicas_away(
    ngx_http_patron_redis_t *redis);
static ngx_http_patron_conn_t *ngx_http_patron_replicas_nearest(
    ngx_http_patron_replicas_t *rs);
static ngx_http_patron_conn_t *ngx_http_patron_replicas_reader(
    ngx_http_patron_redis_t *redis);
static ngx_http_patron_conn_t *ngx_http_patron_replicas_writer(
    ngx_http_patron_replicas_t *rs);
static void ngx_http_patron_replicas_ask(ngx_http_patron_replicas_t *rs);
static void ngx_http_patron_replicas_role(void *data, patron_reply_t *reply);
static void ngx_http_patron_replicas_changed(ngx_http_patron_conn_t *conn);


ngx_http_patron_route_t  ngx_http_patron_route_replicas = {
    ngx_http_patron_replicas_start,
    ngx_http_patron_replicas_stop,
    ngx_http_patron_replicas_send,
    ngx_http_patron_replicas_away
};


static ngx_int_t
ngx_http_patron_replicas_start(ngx_http_patron_redis_t *redis)
{
    ngx_uint_t                   i;
    ngx_http_patron_node_t      *node;
    ngx_http_patron_conn_t      *conn;
    ngx_http_patron_replicas_t  *rs;

    rs = ngx_calloc(sizeof(ngx_http_patron_replicas_t)
                    + redis->nodes.nelts * sizeof(ngx_http_patron_conn_t *),
                    ngx_cycle->log);
    if (rs == NULL) {
        return NGX_ERROR;
    }

    redis->routing = rs;

    rs->conns = (ngx_http_patron_conn_t **) &rs[1];
    rs->dialogue = redis->dialogue;
    rs->dialogue.purpose = PATRON_FOR_ANY;

    node = redis->nodes.elts;

    for (i = 0; i < redis->nodes.nelts; i++) {
        conn = ngx_http_patron_conn_create(redis, &rs->dialogue, &node[i]);
        if (conn == NULL) {
            return NGX_ERROR;
        }

        conn->ready = ngx_http_patron_replicas_changed;
        conn->lost = ngx_http_patron_replicas_changed;

        rs->conns[rs->n++] = conn;

        ngx_http_patron_conn_open(conn);
    }

    return NGX_OK;
}


static void
ngx_http_patron_replicas_stop(ngx_http_patron_redis_t *redis,
    ngx_uint_t refuse)
{
    ngx_uint_t                   i;
    ngx_http_patron_replicas_t  *rs;

    rs = redis->routing;

    for (i = 0; i < rs->n; i++) {
        ngx_http_patron_conn_destroy(rs->conns[i], refuse);
    }

    ngx_free(rs);
}


static ngx_int_t
ngx_http_patron_replicas_send(ngx_http_patron_redis_t *redis,
    ngx_http_patron_command_t *command, ngx_str_t *key)
{
    ngx_http_patron_conn_t  *conn;

    conn = ngx_http_patron_replicas_reads(command)
           ? ngx_http_patron_replicas_reader(redis)
           : ngx_http_patron_replicas_writer(redis->routing);

    if (conn == NULL) {
        return NGX_BUSY;
    }

    return ngx_http_patron_conn_command(conn, command);
}


static ngx_uint_t
ngx_http_patron_replicas_reads(ngx_http_patron_command_t *command)
{
    patron_str_t  name;

    if (command->patient) {
        return 1;
    }

    name = ngx_http_patron_pure_str(&command->argv[0]);

    return patron_command_reads(&name);
}


static ngx_uint_t
ngx_http_patron_replicas_away(ngx_http_patron_redis_t *redis)
{
    ngx_http_patron_conn_t  *conn;

    conn = ngx_http_patron_replicas_nearest(redis->routing);

    return conn == NULL || ngx_http_patron_conn_away(conn);
}


/*
 * The first that answers; where none does, the first that may yet; the silent
 * ones come last.
 */

static ngx_http_patron_conn_t *
ngx_http_patron_replicas_nearest(ngx_http_patron_replicas_t *rs)
{
    ngx_uint_t               i;
    ngx_http_patron_conn_t  *conn, *hope, *silent;

    hope = NULL;
    silent = NULL;

    for (i = 0; i < rs->n; i++) {
        conn = rs->conns[i];

        if (ngx_http_patron_conn_away(conn)) {
            if (conn->state == NGX_HTTP_PATRON_CONN_READY && silent == NULL) {
                silent = conn;
            }

            continue;
        }

        if (conn->state == NGX_HTTP_PATRON_CONN_READY) {
            return conn;
        }

        if (hope == NULL) {
            hope = conn;
        }
    }

    return hope ? hope : silent;
}


/* Changes are to be heard of from where members are read. */

static ngx_http_patron_conn_t *
ngx_http_patron_replicas_reader(ngx_http_patron_redis_t *redis)
{
    ngx_http_patron_conn_t      *conn;
    ngx_http_patron_replicas_t  *rs;

    rs = redis->routing;
    conn = ngx_http_patron_replicas_nearest(rs);

    if (conn != NULL && conn != rs->reader
        && conn->state == NGX_HTTP_PATRON_CONN_READY)
    {
        rs->reader = conn;
        ngx_http_patron_tracking_follow(redis, &conn, 1, 1);
    }

    return conn;
}


static ngx_http_patron_conn_t *
ngx_http_patron_replicas_writer(ngx_http_patron_replicas_t *rs)
{
    ngx_uint_t               i;
    ngx_http_patron_conn_t  *conn;

    for (i = 0; i < rs->n; i++) {
        conn = rs->conns[i];

        if (conn->state == NGX_HTTP_PATRON_CONN_READY
            && conn->dialogue.primary)
        {
            return conn;
        }
    }

    ngx_http_patron_replicas_ask(rs);

    return NULL;
}


static void
ngx_http_patron_replicas_ask(ngx_http_patron_replicas_t *rs)
{
    ngx_str_t   role = ngx_string("ROLE");
    ngx_uint_t  i;

    if (ngx_current_msec - rs->asked < NGX_HTTP_PATRON_ROLE_EVERY) {
        return;
    }

    rs->asked = ngx_current_msec;

    for (i = 0; i < rs->n; i++) {
        if (rs->conns[i]->state == NGX_HTTP_PATRON_CONN_READY) {
            (void) ngx_http_patron_conn_send(rs->conns[i], &role, 1, 0,
                                             ngx_http_patron_replicas_role,
                                             rs->conns[i]);
        }
    }
}


static void
ngx_http_patron_replicas_role(void *data, patron_reply_t *reply)
{
    ngx_http_patron_conn_t  *conn = data;

    conn->dialogue.primary = patron_reply_is(patron_reply_element(reply, 0),
                                             "master");
}


static void
ngx_http_patron_replicas_changed(ngx_http_patron_conn_t *conn)
{
    ngx_http_patron_replicas_t  *rs;

    rs = conn->redis->routing;

    /* the same one anew: whom it listens to is looked at again */

    if (rs->reader == conn) {
        rs->reader = NULL;
    }

    (void) ngx_http_patron_replicas_reader(conn->redis);
}
