
/*
 * The client as others see it: servers are opened and closed with the worker,
 * and commands handed to whatever way a server's addresses call for.
 */


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_event.h>

#include "ngx_http_patron_cluster.h"
#include "ngx_http_patron_redis.h"
#include "ngx_http_patron_redis_conf.h"
#include "ngx_http_patron_redis_replicas.h"
#include "ngx_http_patron_redis_server_types.h"
#include "ngx_http_patron_redis_single.h"
#include "ngx_http_patron_redis_tracking.h"
#include "ngx_http_patron_sentinel.h"
#include "ngx_http_patron_str.h"


#define NGX_HTTP_PATRON_CLIENT_NAME  "nginx-patron"


static ngx_http_patron_route_t *ngx_http_patron_redis_route(
    ngx_http_patron_redis_t *redis);
static ngx_int_t ngx_http_patron_redis_start(ngx_cycle_t *cycle,
    ngx_http_patron_redis_t *redis);
static void ngx_http_patron_redis_stop(ngx_http_patron_redis_t *redis,
    ngx_uint_t refuse);


ngx_int_t
ngx_http_patron_redis_init_process(ngx_cycle_t *cycle)
{
    ngx_http_patron_redis_t  *redis;

    for (redis = ngx_http_patron_redis_next(cycle, NULL);
         redis != NULL;
         redis = ngx_http_patron_redis_next(cycle, redis))
    {
        if (ngx_http_patron_redis_start(cycle, redis) != NGX_OK) {
            return NGX_ERROR;
        }
    }

    return NGX_OK;
}


void
ngx_http_patron_redis_exit_process(ngx_cycle_t *cycle, ngx_uint_t refuse)
{
    ngx_http_patron_redis_t  *redis;

    for (redis = ngx_http_patron_redis_next(cycle, NULL);
         redis != NULL;
         redis = ngx_http_patron_redis_next(cycle, redis))
    {
        ngx_http_patron_redis_stop(redis, refuse);
    }
}


static ngx_int_t
ngx_http_patron_redis_start(ngx_cycle_t *cycle,
    ngx_http_patron_redis_t *redis)
{
    patron_dialogue_conf_t  *dialogue;

    dialogue = &redis->dialogue;

    ngx_memzero(dialogue, sizeof(patron_dialogue_conf_t));

    dialogue->purpose = PATRON_FOR_DATA;
    dialogue->user = ngx_http_patron_pure_str(&redis->user);
    dialogue->password = ngx_http_patron_pure_str(&redis->password);
    dialogue->has_password = redis->has_password;
    dialogue->name.len = sizeof(NGX_HTTP_PATRON_CLIENT_NAME) - 1;
    dialogue->name.data = (u_char *) NGX_HTTP_PATRON_CLIENT_NAME;
    dialogue->db = (unsigned) redis->db;

    redis->route = ngx_http_patron_redis_route(redis);
    redis->open = 1;

    if (ngx_http_patron_tracking_start(cycle, redis) != NGX_OK) {
        return NGX_ERROR;
    }

    return redis->route->start(redis);
}


static ngx_http_patron_route_t *
ngx_http_patron_redis_route(ngx_http_patron_redis_t *redis)
{
    if (redis->cluster) {
        return &ngx_http_patron_route_cluster;
    }

    if (redis->sentinel.len) {
        return &ngx_http_patron_route_sentinel;
    }

    return (redis->nodes.nelts > 1) ? &ngx_http_patron_route_replicas
                                    : &ngx_http_patron_route_single;
}


static void
ngx_http_patron_redis_stop(ngx_http_patron_redis_t *redis, ngx_uint_t refuse)
{
    redis->open = 0;

    ngx_http_patron_tracking_stop(redis);

    if (redis->routing != NULL) {
        redis->route->stop(redis, refuse);
        redis->routing = NULL;
    }
}


ngx_int_t
ngx_http_patron_redis_send(ngx_http_patron_redis_t *redis, ngx_str_t *argv,
    ngx_uint_t argc, ngx_str_t *key, ngx_http_patron_redis_handler_pt handler,
    void *data)
{
    ngx_http_patron_command_t  command;

    ngx_memzero(&command, sizeof(ngx_http_patron_command_t));

    command.argv = argv;
    command.argc = argc;
    command.handler = handler;
    command.data = data;

    return redis->open ? redis->route->send(redis, &command, key) : NGX_ERROR;
}


ngx_int_t
ngx_http_patron_redis_read_patient(ngx_http_patron_redis_t *redis,
    ngx_str_t *written, ngx_str_t *key,
    ngx_http_patron_redis_handler_pt handler, void *data)
{
    ngx_http_patron_command_t  command;

    ngx_memzero(&command, sizeof(ngx_http_patron_command_t));

    command.written = *written;
    command.handler = handler;
    command.data = data;
    command.patient = 1;

    return redis->open ? redis->route->send(redis, &command, key) : NGX_ERROR;
}


void
ngx_http_patron_redis_observe(ngx_http_patron_redis_t *redis,
    ngx_http_patron_redis_link_pt handler, void *data)
{
    redis->link = handler;
    redis->link_data = data;
}


ngx_uint_t
ngx_http_patron_redis_away(ngx_http_patron_redis_t *redis)
{
    return !redis->open || redis->route->away(redis);
}


ngx_msec_t
ngx_http_patron_redis_latency(ngx_http_patron_redis_t *redis)
{
    return redis->latency / 8;
}


const char *
ngx_http_patron_redis_fault(ngx_http_patron_redis_t *redis, ngx_err_t *err,
    time_t *since)
{
    if (redis->fault == NULL) {
        *err = 0;
        *since = 0;
        return "it does not answer";
    }

    *err = redis->fault_err;
    *since = redis->fault_at;

    return redis->fault;
}


ngx_str_t *
ngx_http_patron_redis_name(ngx_http_patron_redis_t *redis)
{
    return &redis->name;
}


ngx_str_t *
ngx_http_patron_redis_prefix(ngx_http_patron_redis_t *redis)
{
    return &redis->prefix;
}


uint32_t
ngx_http_patron_redis_id(ngx_http_patron_redis_t *redis)
{
    return redis->id;
}


u_char *
ngx_http_patron_redis_key(u_char *p, ngx_http_patron_redis_t *redis,
    const char *word)
{
    p = ngx_cpymem(p, redis->prefix.data, redis->prefix.len);

    return ngx_cpymem(p, word, ngx_strlen(word));
}


ngx_int_t
ngx_http_patron_redis_str(ngx_pool_t *pool, ngx_str_t *dst,
    const patron_reply_t *reply)
{
    patron_str_t  s;

    s = patron_reply_str(reply);

    dst->len = s.len;
    dst->data = ngx_pnalloc(pool, s.len + 1);
    if (dst->data == NULL) {
        return NGX_ERROR;
    }

    if (s.len) {
        ngx_memcpy(dst->data, s.data, s.len);
    }

    return NGX_OK;
}
