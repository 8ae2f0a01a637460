
/*
 * A Redis as configured, and what a worker has of it: for this folder alone.
 */


#ifndef _NGX_HTTP_PATRON_REDIS_SERVER_TYPES_H_INCLUDED_
#define _NGX_HTTP_PATRON_REDIS_SERVER_TYPES_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_event.h>
#include <ngx_http.h>

#include "patron_dialogue.h"
#include "patron_url.h"
#include "ngx_http_patron_redis_conn.h"


/*
 * How commands find a server: one, the nearest of several, the one that
 * sentinels name, the one that holds a slot.  Each is a file of its own; what
 * it has of a worker hangs on redis->routing.
 */

typedef struct {
    ngx_int_t   (*start)(ngx_http_patron_redis_t *redis);
    void        (*stop)(ngx_http_patron_redis_t *redis, ngx_uint_t refuse);
    ngx_int_t   (*send)(ngx_http_patron_redis_t *redis,
                        ngx_http_patron_command_t *command, ngx_str_t *key);
    ngx_uint_t  (*away)(ngx_http_patron_redis_t *redis);
} ngx_http_patron_route_t;


struct ngx_http_patron_redis_s {
    ngx_str_t                     args;         /* as configured: who is equal
                                                   is the same */
    ngx_str_t                     identity;     /* the data it stands for */
    ngx_str_t                     name;         /* for logs */
    ngx_str_t                     prefix;
    uint32_t                      id;
    ngx_array_t                   nodes;        /* ngx_http_patron_node_t */
    ngx_http_patron_route_t      *route;

    ngx_msec_t                    timeout;
    ngx_msec_t                    connect_timeout;
    ngx_str_t                     user;
    ngx_str_t                     password;
    ngx_uint_t                    db;
    ngx_str_t                     sentinel;
    ngx_http_core_loc_conf_t     *clcf;         /* the resolver's home */
    ngx_http_core_loc_conf_t     *http_clcf;

#if (NGX_SSL)
    ngx_ssl_t                    *ssl;
#endif

    unsigned                      has_password:1;
    unsigned                      verify:1;
    unsigned                      cluster:1;

    /* of the worker */

    patron_dialogue_conf_t        dialogue;     /* for data */
    void                         *routing;
    void                         *tracking;
    ngx_http_patron_redis_link_pt link;         /* told of connections */
    void                         *link_data;
    ngx_msec_t                    latency;      /* 1/8 ms, smoothed */
    ngx_uint_t                    open;         /* between init and exit */
    const char                   *fault;        /* of the connection that was
                                                   lost last; NULL: one is up */
    ngx_err_t                     fault_err;    /* or 0 */
    time_t                        fault_at;     /* the first without another */
};


/* What the directive says before it is made into the above. */

typedef struct {
    ngx_http_patron_redis_t   *redis;
    ngx_str_t                  password_file;
    ngx_str_t                  ca;
    ngx_str_t                  cert;
    ngx_str_t                  key;
    ngx_uint_t                 tls;
} ngx_http_patron_redis_conf_t;


#endif /* _NGX_HTTP_PATRON_REDIS_SERVER_TYPES_H_INCLUDED_ */
