
/*
 * The client as others see it: servers are opened and closed with the worker,
 * and commands handed to whatever way a server's addresses call for.
 */


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_event.h>

#include "ngx_http_patron_redis_int.h"
#include "ngx_http_patron_redis_tracking.h"


#define NGX_HTTP_PATRON_CLIENT_NAME  "nginx-patron"


static ngx_int_t ngx_http_patron_redis_start(ngx_cycle_t *cycle,
    ngx_http_patron_redis_t *redis);
static void ngx_http_patron_redis_stop(ngx_http_patron_redis_t *redis,
    ngx_uint_t refuse);


/* What this process has open: a single process meets several cycles. */

static ngx_http_patron_redis_main_t  *ngx_http_patron_redis_current;


ngx_int_t
ngx_http_patron_redis_init_process(ngx_cycle_t *cycle)
{
    ngx_uint_t                     i;
    ngx_http_patron_redis_t      **servers;
    ngx_http_patron_redis_main_t  *rmcf;

    rmcf = ngx_http_patron_redis_current;

    if (rmcf != NULL) {
        servers = rmcf->servers.elts;

        for (i = 0; i < rmcf->servers.nelts; i++) {
            ngx_http_patron_redis_stop(servers[i], 1);
        }
    }

    rmcf = ngx_http_patron_redis_main(cycle);
    ngx_http_patron_redis_current = rmcf;

    if (rmcf == NULL) {
        return NGX_OK;
    }

    servers = rmcf->servers.elts;

    for (i = 0; i < rmcf->servers.nelts; i++) {
        if (ngx_http_patron_redis_start(cycle, servers[i]) != NGX_OK) {
            return NGX_ERROR;
        }
    }

    return NGX_OK;
}


void
ngx_http_patron_redis_exit_process(ngx_cycle_t *cycle)
{
    ngx_uint_t                 i;
    ngx_http_patron_redis_t  **servers;

    if (ngx_http_patron_redis_current == NULL) {
        return;
    }

    servers = ngx_http_patron_redis_current->servers.elts;

    for (i = 0; i < ngx_http_patron_redis_current->servers.nelts; i++) {

        /* requests that still wait are gone with the process */

        ngx_http_patron_redis_stop(servers[i], 0);
    }

    ngx_http_patron_redis_current = NULL;
}


static ngx_int_t
ngx_http_patron_redis_start(ngx_cycle_t *cycle,
    ngx_http_patron_redis_t *redis)
{
    patron_dialogue_conf_t  *dialogue;

    dialogue = &redis->dialogue;

    ngx_memzero(dialogue, sizeof(patron_dialogue_conf_t));

    dialogue->purpose = PATRON_FOR_DATA;
    dialogue->user.len = redis->user.len;
    dialogue->user.data = redis->user.data;
    dialogue->password.len = redis->password.len;
    dialogue->password.data = redis->password.data;
    dialogue->has_password = redis->has_password;
    dialogue->name.len = sizeof(NGX_HTTP_PATRON_CLIENT_NAME) - 1;
    dialogue->name.data = (u_char *) NGX_HTTP_PATRON_CLIENT_NAME;
    dialogue->db = (unsigned) redis->db;

    redis->zone = ngx_http_patron_zone_next(cycle, NULL);
    redis->open = 1;

    if (ngx_http_patron_tracking_start(cycle, redis) != NGX_OK) {
        return NGX_ERROR;
    }

    return redis->route->start(redis);
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
