
/*
 * Of each server in the zone: pieces of memory that one worker makes and all
 * read, and the leases by which one worker at a time does work for all.
 */


#ifndef _NGX_HTTP_PATRON_ZONE_BLOB_H_INCLUDED_
#define _NGX_HTTP_PATRON_ZONE_BLOB_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>

#include "ngx_http_patron_zone.h"


typedef enum {
    NGX_HTTP_PATRON_BLOB_CAMPAIGNS = 0,
    NGX_HTTP_PATRON_BLOB_INSTITUTIONS,
    NGX_HTTP_PATRON_BLOB_BOTS,
    NGX_HTTP_PATRON_BLOBS
} ngx_http_patron_blob_e;


/*
 * The version, 0 while there was none: a read of one word, for each request.
 * redis is ngx_http_patron_redis_id(), here and below, and which is
 * ngx_http_patron_blob_e.
 */

ngx_atomic_uint_t ngx_http_patron_zone_blob_version(
    ngx_http_patron_zone_t *zone, uint32_t redis, ngx_uint_t which);

/*
 * A copy from the heap, the caller's to free, and its version.  NGX_DECLINED:
 * there is none; NGX_ERROR: no memory.
 */

ngx_int_t ngx_http_patron_zone_blob_get(ngx_http_patron_zone_t *zone,
    uint32_t redis, ngx_uint_t which, ngx_str_t *copy,
    ngx_atomic_uint_t *version);

/*
 * Puts another in its place if it is another, and notes that it answers what
 * was wanted then.  NGX_DECLINED: the zone has no room, the old one stays.
 * And the length of the one that had no room last, 0 if none did since.
 */

ngx_int_t ngx_http_patron_zone_blob_put(ngx_http_patron_zone_t *zone,
    uint32_t redis, ngx_uint_t which, ngx_str_t *blob,
    ngx_atomic_uint_t wanted);
size_t ngx_http_patron_zone_blob_refused(ngx_http_patron_zone_t *zone,
    uint32_t redis, ngx_uint_t which);

/*
 * It is out of date: any worker may say so.  The number that says how often
 * they have; and whether the one there is was made for less.
 */

void ngx_http_patron_zone_blob_want(ngx_http_patron_zone_t *zone,
    uint32_t redis, ngx_uint_t which);
ngx_atomic_uint_t ngx_http_patron_zone_blob_wanted(
    ngx_http_patron_zone_t *zone, uint32_t redis, ngx_uint_t which,
    ngx_uint_t *old);


typedef enum {
    NGX_HTTP_PATRON_LEASE_CAMPAIGNS = 0,
    NGX_HTTP_PATRON_LEASE_STATS,
    NGX_HTTP_PATRON_LEASE_INSTITUTIONS,
    NGX_HTTP_PATRON_LEASE_BOTS,
    NGX_HTTP_PATRON_LEASES
} ngx_http_patron_lease_e;

/*
 * True if the lease is this worker's now, for some seconds: it was already, or
 * nobody's, or the one's who has died or not renewed it.
 */

ngx_uint_t ngx_http_patron_zone_lease(ngx_http_patron_zone_t *zone,
    uint32_t redis, ngx_uint_t lease);
void ngx_http_patron_zone_release(ngx_http_patron_zone_t *zone,
    uint32_t redis, ngx_uint_t lease);


/*
 * For this folder.  Takes what memory is left, in the zone's making; forgets
 * all blobs, which are wanted again then, under the mutex.
 */

void ngx_http_patron_zone_blobs_create(ngx_http_patron_zone_t *zone);
void ngx_http_patron_zone_blobs_reset(ngx_http_patron_zone_t *zone);

/* How many bytes are free.  Under the mutex. */

size_t ngx_http_patron_zone_blobs_room(ngx_http_patron_zone_t *zone);


#endif /* _NGX_HTTP_PATRON_ZONE_BLOB_H_INCLUDED_ */
