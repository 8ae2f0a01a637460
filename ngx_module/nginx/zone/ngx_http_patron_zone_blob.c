
/*
 * See the header.  A blob is replaced, never written to: the new one is whole
 * before the old one goes.  It takes room for two.
 */


#include <ngx_config.h>
#include <ngx_core.h>

#include "ngx_http_patron_zone.h"
#include "ngx_http_patron_zone_blob.h"
#include "ngx_http_patron_zone_lock.h"
#include "ngx_http_patron_zone_types.h"


#define NGX_HTTP_PATRON_LEASE_TIME  5           /* seconds */

#define ngx_http_patron_lease_now()  (uint32_t) (ngx_current_msec / 1000)


static ngx_http_patron_server_t *ngx_http_patron_zone_known(
    ngx_http_patron_zone_t *zone, uint32_t redis);
static u_char *ngx_http_patron_blob_place(ngx_http_patron_zone_t *zone,
    size_t len);
static ngx_http_patron_blob_t *ngx_http_patron_blob_over(
    ngx_http_patron_zone_t *zone, u_char *p, size_t len);


void
ngx_http_patron_zone_blobs_create(ngx_http_patron_zone_t *zone)
{
    size_t  size;

    size = zone->shpool->pfree * ngx_pagesize;

    zone->sh->arena.start = size ? ngx_slab_alloc(zone->shpool, size) : NULL;
    zone->sh->arena.size = zone->sh->arena.start ? size : 0;
}


void
ngx_http_patron_zone_blobs_reset(ngx_http_patron_zone_t *zone)
{
    ngx_uint_t                 i, k;
    ngx_http_patron_server_t  *server;

    server = zone->sh->servers;

    for (i = 0; i < NGX_HTTP_PATRON_ZONE_SERVERS; i++) {
        for (k = 0; k < NGX_HTTP_PATRON_BLOBS; k++) {
            server[i].blobs[k].data = NULL;
            server[i].blobs[k].wanted++;
        }
    }
}


/* Without the mutex: a server's entry stays where it is. */

static ngx_http_patron_server_t *
ngx_http_patron_zone_known(ngx_http_patron_zone_t *zone, uint32_t redis)
{
    ngx_uint_t                 i;
    ngx_http_patron_server_t  *server;

    server = zone->sh->servers;

    for (i = 0; i < NGX_HTTP_PATRON_ZONE_SERVERS; i++) {
        if (server[i].id == redis) {
            return &server[i];
        }
    }

    return NULL;
}


ngx_atomic_uint_t
ngx_http_patron_zone_blob_version(ngx_http_patron_zone_t *zone,
    uint32_t redis, ngx_uint_t which)
{
    ngx_http_patron_server_t  *server;

    server = ngx_http_patron_zone_known(zone, redis);

    return (server != NULL) ? server->blobs[which].version : 0;
}


ngx_int_t
ngx_http_patron_zone_blob_get(ngx_http_patron_zone_t *zone, uint32_t redis,
    ngx_uint_t which, ngx_str_t *copy, ngx_atomic_uint_t *version)
{
    ngx_int_t                rc;
    ngx_http_patron_blob_t  *blob;

    rc = NGX_DECLINED;

    ngx_http_patron_zone_lock(zone);

    blob = &zone->sh->servers[ngx_http_patron_zone_server(zone, redis)]
                .blobs[which];

    if (blob->data != NULL) {
        rc = NGX_ERROR;

        copy->len = blob->len;
        copy->data = ngx_alloc(blob->len + 1, ngx_cycle->log);

        if (copy->data != NULL) {
            ngx_memcpy(copy->data, blob->data, blob->len);
            *version = blob->version;
            rc = NGX_OK;
        }
    }

    ngx_http_patron_zone_unlock(zone);

    return rc;
}


ngx_int_t
ngx_http_patron_zone_blob_put(ngx_http_patron_zone_t *zone, uint32_t redis,
    ngx_uint_t which, ngx_str_t *data, ngx_atomic_uint_t wanted)
{
    u_char                  *p;
    ngx_http_patron_blob_t  *blob;

    ngx_http_patron_zone_lock(zone);

    blob = &zone->sh->servers[ngx_http_patron_zone_server(zone, redis)]
                .blobs[which];

    if (blob->data == NULL || blob->len != data->len
        || (data->len
            && ngx_memcmp(blob->data, data->data, data->len) != 0))
    {
        p = ngx_http_patron_blob_place(zone, data->len + 1);

        if (p == NULL) {
            blob->refused = data->len;
            ngx_http_patron_zone_unlock(zone);
            return NGX_DECLINED;
        }

        if (data->len) {
            ngx_memcpy(p, data->data, data->len);
        }

        blob->data = p;
        blob->len = data->len;
        blob->version++;
    }

    blob->made = wanted;
    blob->refused = 0;

    ngx_http_patron_zone_unlock(zone);

    return NGX_OK;
}


size_t
ngx_http_patron_zone_blob_refused(ngx_http_patron_zone_t *zone,
    uint32_t redis, ngx_uint_t which)
{
    ngx_http_patron_server_t  *server;

    server = ngx_http_patron_zone_known(zone, redis);

    return (server != NULL) ? server->blobs[which].refused : 0;
}


/*
 * The first place where len bytes lie clear of every blob: at the beginning, or
 * behind one of them.  NULL: there is none.
 */

static u_char *
ngx_http_patron_blob_place(ngx_http_patron_zone_t *zone, size_t len)
{
    u_char                  *p, *end;
    ngx_uint_t               tries;
    ngx_http_patron_blob_t  *blob;

    p = zone->sh->arena.start;
    end = p + zone->sh->arena.size;

    for (tries = 0;
         tries <= NGX_HTTP_PATRON_ZONE_SERVERS * NGX_HTTP_PATRON_BLOBS;
         tries++)
    {
        if ((size_t) (end - p) < len) {
            return NULL;
        }

        blob = ngx_http_patron_blob_over(zone, p, len);

        if (blob == NULL) {
            return p;
        }

        p = blob->data + blob->len + 1;
    }

    return NULL;
}


static ngx_http_patron_blob_t *
ngx_http_patron_blob_over(ngx_http_patron_zone_t *zone, u_char *p, size_t len)
{
    ngx_uint_t               i, k;
    ngx_http_patron_blob_t  *blob;

    for (i = 0; i < NGX_HTTP_PATRON_ZONE_SERVERS; i++) {
        for (k = 0; k < NGX_HTTP_PATRON_BLOBS; k++) {
            blob = &zone->sh->servers[i].blobs[k];

            if (blob->data != NULL
                && p < blob->data + blob->len + 1
                && blob->data < p + len)
            {
                return blob;
            }
        }
    }

    return NULL;
}


size_t
ngx_http_patron_zone_blobs_room(ngx_http_patron_zone_t *zone)
{
    size_t                     room;
    ngx_uint_t                 i, k;
    ngx_http_patron_server_t  *server;

    server = zone->sh->servers;
    room = zone->sh->arena.size;

    for (i = 0; i < NGX_HTTP_PATRON_ZONE_SERVERS; i++) {
        for (k = 0; k < NGX_HTTP_PATRON_BLOBS; k++) {
            if (server[i].blobs[k].data != NULL) {
                room -= server[i].blobs[k].len + 1;
            }
        }
    }

    return room;
}


void
ngx_http_patron_zone_blob_want(ngx_http_patron_zone_t *zone, uint32_t redis,
    ngx_uint_t which)
{
    ngx_uint_t  i;

    ngx_http_patron_zone_lock(zone);

    i = ngx_http_patron_zone_server(zone, redis);
    zone->sh->servers[i].blobs[which].wanted++;

    ngx_http_patron_zone_unlock(zone);
}


ngx_atomic_uint_t
ngx_http_patron_zone_blob_wanted(ngx_http_patron_zone_t *zone,
    uint32_t redis, ngx_uint_t which, ngx_uint_t *old)
{
    ngx_http_patron_blob_t    *blob;
    ngx_http_patron_server_t  *server;

    server = ngx_http_patron_zone_known(zone, redis);

    if (server == NULL) {
        *old = 1;
        return 0;
    }

    blob = &server->blobs[which];

    *old = (blob->data == NULL || blob->made != blob->wanted);

    return blob->wanted;
}


ngx_uint_t
ngx_http_patron_zone_lease(ngx_http_patron_zone_t *zone, uint32_t redis,
    ngx_uint_t n)
{
    uint32_t                  now;
    ngx_uint_t                mine;
    ngx_http_patron_lease_t  *lease;

    now = ngx_http_patron_lease_now();

    ngx_http_patron_zone_lock(zone);

    lease = &zone->sh->servers[ngx_http_patron_zone_server(zone, redis)]
                 .leases[n];

    mine = (lease->pid == 0
            || lease->pid == ngx_pid
            || (int32_t) (lease->until - now) < 0
            || (kill(lease->pid, 0) == -1 && ngx_errno == NGX_ESRCH));

    if (mine) {
        lease->pid = ngx_pid;
        lease->until = now + NGX_HTTP_PATRON_LEASE_TIME;
    }

    ngx_http_patron_zone_unlock(zone);

    return mine;
}


void
ngx_http_patron_zone_release(ngx_http_patron_zone_t *zone, uint32_t redis,
    ngx_uint_t n)
{
    ngx_http_patron_lease_t  *lease;

    ngx_http_patron_zone_lock(zone);

    lease = &zone->sh->servers[ngx_http_patron_zone_server(zone, redis)]
                 .leases[n];

    if (lease->pid == ngx_pid) {
        lease->pid = 0;
    }

    ngx_http_patron_zone_unlock(zone);
}
