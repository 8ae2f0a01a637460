
/*
 * Members in the zone, with their records.
 */


#ifndef _NGX_HTTP_PATRON_ZONE_MEMBERS_H_INCLUDED_
#define _NGX_HTTP_PATRON_ZONE_MEMBERS_H_INCLUDED_


#include "ngx_http_patron_zone.h"


/* How full it is, for the status page. */

typedef struct {
    ngx_uint_t  members;        /* records held */
    ngx_uint_t  cells;          /* of NGX_HTTP_PATRON_CELL bytes, in all */
    ngx_uint_t  used;           /* cells that hold records */
    ngx_uint_t  pages;          /* free for other uses */
} ngx_http_patron_zone_fill_t;

void ngx_http_patron_zone_fill(ngx_http_patron_zone_t *zone,
    ngx_http_patron_zone_fill_t *fill);


/*
 * Records of members.  redis is ngx_http_patron_redis_id().  The strings of a
 * record that is stored are the caller's; of one that is found they point into
 * buf, which holds NGX_HTTP_PATRON_RECORD_MAX bytes.
 */

#define NGX_HTTP_PATRON_FIELD_MAX   256
#define NGX_HTTP_PATRON_REST_MAX    128
#define NGX_HTTP_PATRON_RECORD_MAX  (2 * NGX_HTTP_PATRON_FIELD_MAX            \
                                     + NGX_HTTP_PATRON_REST_MAX)

typedef struct {
    ngx_uint_t   status;        /* ngx_http_patron_member_status_e */
    time_t       until;         /* these: 0 to UINT32_MAX */
    time_t       not_before;
    time_t       gave_until;
    time_t       grace_until;
    ngx_str_t    tier;
    ngx_str_t    name;
    ngx_str_t    rest;          /* what the member has sent away */
    ngx_int_t    ttl;           /* of the key, in seconds; -1: none */
} ngx_http_patron_record_t;

/*
 * NGX_OK: found, and fresh.  NGX_AGAIN: found, but past its time, so that it is
 * of use only while Redis cannot be asked.  NGX_DECLINED: nothing known.
 *
 * A record is fresh for ttl (or negative) seconds; with listening, which is
 * for a worker that hears of all changes, until it is dropped or evicted, if
 * who stored it was listening too.
 */

ngx_int_t ngx_http_patron_zone_find(ngx_http_patron_zone_t *zone,
    uint32_t redis, ngx_str_t *sub, ngx_uint_t listening,
    ngx_http_patron_record_t *record, u_char *buf);

/*
 * A mark is taken when Redis is asked; with it the answer is stored, unless
 * what was heard in between has overtaken it: then NGX_DECLINED.
 */

typedef struct {
    uint32_t  generation;
    uint32_t  stripe;
} ngx_http_patron_zone_mark_t;

ngx_int_t ngx_http_patron_zone_mark(ngx_http_patron_zone_t *zone,
    uint32_t redis, ngx_str_t *sub, ngx_http_patron_zone_mark_t *mark);
ngx_int_t ngx_http_patron_zone_store(ngx_http_patron_zone_t *zone,
    uint32_t redis, ngx_str_t *sub, ngx_uint_t listening,
    ngx_http_patron_record_t *record, ngx_http_patron_zone_mark_t *mark);

/* The member has changed. */

void ngx_http_patron_zone_drop(ngx_http_patron_zone_t *zone, uint32_t redis,
    ngx_str_t *sub);


/*
 * For this folder: takes memory for the records; forgets them all.  Under the
 * mutex.
 */

typedef struct ngx_http_patron_cells_s  ngx_http_patron_cells_t;

ngx_int_t ngx_http_patron_cells_create(ngx_slab_pool_t *shpool,
    ngx_http_patron_cells_t *c);
void ngx_http_patron_cells_reset(ngx_http_patron_cells_t *c);


#endif /* _NGX_HTTP_PATRON_ZONE_MEMBERS_H_INCLUDED_ */
