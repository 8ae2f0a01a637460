
/*
 * A Redis Cluster: its nodes, and which of them holds a slot.
 */


#ifndef _NGX_HTTP_PATRON_CLUSTER_MAP_H_INCLUDED_
#define _NGX_HTTP_PATRON_CLUSTER_MAP_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>

#include "patron_cluster.h"
#include "patron_slot.h"
#include "ngx_http_patron_redis_discovered.h"
#include "ngx_http_patron_redis_server_types.h"


#define NGX_HTTP_PATRON_CLUSTER_NODES  128


typedef struct {
    ngx_http_patron_discovered_t  found;
    ngx_http_patron_conn_t       *conn;
    unsigned                      seed:1;       /* of the configuration */
    unsigned                      mapped:1;     /* holds slots */
} ngx_http_patron_cnode_t;


typedef struct {
    ngx_http_patron_redis_t      *redis;
    ngx_http_patron_cnode_t      *nodes[NGX_HTTP_PATRON_CLUSTER_NODES];
    ngx_uint_t                    n;            /* places used, some empty */
    ngx_uint_t                    asked;        /* the node asked last */
    ngx_event_t                   timer;
    time_t                        told;         /* that there is no map */
    unsigned                      loaded:1;     /* there is a map */
    unsigned                      asking:1;     /* for the map */
    unsigned                      dirty:1;      /* the map may be wrong */
    uint8_t                       map[PATRON_SLOTS];    /* place + 1, or 0 */
} ngx_http_patron_cluster_t;


/* Makes the map's beginnings from the configuration; undoes all of it. */

ngx_int_t ngx_http_patron_cluster_open(ngx_http_patron_cluster_t *c);
void ngx_http_patron_cluster_close(ngx_http_patron_cluster_t *c,
    ngx_uint_t refuse);

/*
 * The node at this address, made where there is none; an empty host is that of
 * origin.  NULL where there are too many, or the address makes no sense.
 */

ngx_http_patron_cnode_t *ngx_http_patron_cluster_node(
    ngx_http_patron_cluster_t *c, ngx_http_patron_cnode_t *origin,
    patron_str_t *host, ngx_uint_t port);

/* The node that holds the slot (negative: any), or NULL. */

ngx_http_patron_cnode_t *ngx_http_patron_cluster_pick(
    ngx_http_patron_cluster_t *c, ngx_int_t slot);

/* A slot is elsewhere; the whole map is asked for anew. */

void ngx_http_patron_cluster_moved(ngx_http_patron_cluster_t *c,
    ngx_uint_t slot, ngx_http_patron_cnode_t *node);
void ngx_http_patron_cluster_refresh(ngx_http_patron_cluster_t *c);


#endif /* _NGX_HTTP_PATRON_CLUSTER_MAP_H_INCLUDED_ */
