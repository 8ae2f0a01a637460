
/*
 * One server: every command goes to it.
 */


#include <ngx_config.h>
#include <ngx_core.h>

#include "ngx_http_patron_redis_conn.h"
#include "ngx_http_patron_redis_queue.h"
#include "ngx_http_patron_redis_server_types.h"
#include "ngx_http_patron_redis_single.h"
#include "ngx_http_patron_redis_tracking.h"


static ngx_int_t ngx_http_patron_single_start(ngx_http_patron_redis_t *redis);
static void ngx_http_patron_single_stop(ngx_http_patron_redis_t *redis,
    ngx_uint_t refuse);
static ngx_int_t ngx_http_patron_single_send(ngx_http_patron_redis_t *redis,
    ngx_http_patron_command_t *command, ngx_str_t *key);
static ngx_uint_t ngx_http_patron_single_away(ngx_http_patron_redis_t *redis);
static void ngx_http_patron_single_ready(ngx_http_patron_conn_t *conn);


ngx_http_patron_route_t  ngx_http_patron_route_single = {
    ngx_http_patron_single_start,
    ngx_http_patron_single_stop,
    ngx_http_patron_single_send,
    ngx_http_patron_single_away
};


static ngx_int_t
ngx_http_patron_single_start(ngx_http_patron_redis_t *redis)
{
    ngx_http_patron_conn_t  *conn;

    conn = ngx_http_patron_conn_create(redis, &redis->dialogue,
                                       redis->nodes.elts);
    if (conn == NULL) {
        return NGX_ERROR;
    }

    redis->routing = conn;
    conn->ready = ngx_http_patron_single_ready;

    ngx_http_patron_conn_open(conn);

    return NGX_OK;
}


static void
ngx_http_patron_single_stop(ngx_http_patron_redis_t *redis, ngx_uint_t refuse)
{
    ngx_http_patron_conn_destroy(redis->routing, refuse);
}


static ngx_int_t
ngx_http_patron_single_send(ngx_http_patron_redis_t *redis,
    ngx_http_patron_command_t *command, ngx_str_t *key)
{
    return ngx_http_patron_conn_command(redis->routing, command);
}


static ngx_uint_t
ngx_http_patron_single_away(ngx_http_patron_redis_t *redis)
{
    return ngx_http_patron_conn_away(redis->routing);
}


static void
ngx_http_patron_single_ready(ngx_http_patron_conn_t *conn)
{
    ngx_http_patron_tracking_follow(conn->redis, &conn, 1, 1);
}
