
/*
 * Members' records in the zone: a hash of cells (see the header of the zone's
 * inside).  Eviction is by a clock, that is by least recent use as one bit a
 * record tells it: a hit changes one byte and no list.
 *
 * Costs: a member whose sub, tier and name have at most 24 bytes together takes
 * one cell, with its part of the hash 67 bytes; each further 60 bytes another
 * 65.  Three quarters of the zone's memory are for members, the rest is for
 * whatever else lies in it.
 *
 * Time is in whole seconds and rounded so that a record is never kept longer
 * than it may be.
 */


#include <ngx_config.h>
#include <ngx_core.h>

#include "patron_token.h"
#include "ngx_http_patron_zone.h"
#include "ngx_http_patron_zone_blob.h"
#include "ngx_http_patron_zone_lock.h"
#include "ngx_http_patron_zone_members.h"
#include "ngx_http_patron_zone_types.h"


/* The hand gives second chances to so many records, then it takes any. */

#define NGX_HTTP_PATRON_CHANCES     64

#define NGX_HTTP_PATRON_STRINGS_MAX                                           \
    (PATRON_SUB_MAX + NGX_HTTP_PATRON_RECORD_MAX                              \
     + sizeof(ngx_http_patron_more_t))

#define ngx_http_patron_now()       (uint32_t) (ngx_current_msec / 1000 + 1)

#define ngx_http_patron_has_more(record)                                      \
    ((record)->gave_until || (record)->grace_until || (record)->rest.len)


typedef struct {
    uint32_t     gave_until;
    uint32_t     grace_until;
    uint32_t     rest_len;
} ngx_http_patron_more_t;


typedef struct {
    uint32_t     hash;
    ngx_uint_t   server;
    ngx_str_t   *sub;
} ngx_http_patron_key_t;


static uint32_t ngx_http_patron_hash(ngx_http_patron_zone_t *zone,
    uint32_t redis, ngx_str_t *sub);
static uint32_t *ngx_http_patron_bucket(ngx_http_patron_cells_t *c,
    uint32_t hash);
static uint32_t ngx_http_patron_lookup(ngx_http_patron_cells_t *c,
    ngx_http_patron_key_t *key);
static ngx_uint_t ngx_http_patron_forgotten(ngx_http_patron_zone_t *zone,
    ngx_http_patron_head_t *head);
static ngx_uint_t ngx_http_patron_fresh(ngx_http_patron_zone_t *zone,
    ngx_http_patron_head_t *head, ngx_uint_t listening);
static void ngx_http_patron_copy_out(ngx_http_patron_cells_t *c,
    ngx_http_patron_head_t *head, size_t skip, u_char *dst, size_t len);
static void ngx_http_patron_copy_in(ngx_http_patron_cells_t *c, uint32_t n,
    u_char *src, size_t len);
static void ngx_http_patron_fill_head(ngx_http_patron_cells_t *c, uint32_t n,
    ngx_http_patron_key_t *key, ngx_http_patron_record_t *record);
static uint32_t ngx_http_patron_take(ngx_http_patron_zone_t *zone,
    size_t len);
static uint32_t ngx_http_patron_take_cell(ngx_http_patron_zone_t *zone);
static void ngx_http_patron_evict(ngx_http_patron_zone_t *zone);
static void ngx_http_patron_unlink(ngx_http_patron_cells_t *c, uint32_t n);
static void ngx_http_patron_release(ngx_http_patron_cells_t *c, uint32_t n);


ngx_int_t
ngx_http_patron_cells_create(ngx_slab_pool_t *shpool,
    ngx_http_patron_cells_t *c)
{
    size_t   size;
    u_char  *p;

    size = shpool->pfree * ngx_pagesize / 4 * 3;

    /* cell 0 is never used, so that 0 may mean none */

    c->ncells = (uint32_t) (size / (NGX_HTTP_PATRON_CELL + 1
                                    + sizeof(uint32_t) / 2));
    c->nbuckets = c->ncells / 2;

    p = ngx_slab_alloc(shpool, c->ncells * (NGX_HTTP_PATRON_CELL + 1)
                               + c->nbuckets * sizeof(uint32_t));
    if (p == NULL) {
        return NGX_ERROR;
    }

    c->cells = (ngx_http_patron_cell_t *) p;
    c->buckets = (uint32_t *) (p + (size_t) c->ncells * NGX_HTTP_PATRON_CELL);
    c->state = (u_char *) (c->buckets + c->nbuckets);

    ngx_http_patron_cells_reset(c);

    return NGX_OK;
}


void
ngx_http_patron_cells_reset(ngx_http_patron_cells_t *c)
{
    ngx_memzero(c->buckets, c->nbuckets * sizeof(uint32_t));
    ngx_memzero(c->state, c->ncells);

    c->virgin = 1;
    c->hand = 1;
    c->free = 0;
    c->used = 0;
    c->members = 0;
}


void
ngx_http_patron_zone_fill(ngx_http_patron_zone_t *zone,
    ngx_http_patron_zone_fill_t *fill)
{
    ngx_http_patron_cells_t  *c;

    c = &zone->sh->members;

    ngx_http_patron_zone_lock(zone);

    fill->members = c->members;
    fill->cells = c->ncells - 1;
    fill->used = c->used;
    fill->pages = ngx_http_patron_zone_blobs_room(zone) / ngx_pagesize;

    ngx_http_patron_zone_unlock(zone);
}


ngx_int_t
ngx_http_patron_zone_find(ngx_http_patron_zone_t *zone, uint32_t redis,
    ngx_str_t *sub, ngx_uint_t listening, ngx_http_patron_record_t *record,
    u_char *buf)
{
    uint32_t                  n;
    ngx_int_t                 rc;
    ngx_http_patron_key_t     key;
    ngx_http_patron_head_t   *head;
    ngx_http_patron_more_t    more;
    ngx_http_patron_cells_t  *c;

    c = &zone->sh->members;

    key.sub = sub;
    key.hash = ngx_http_patron_hash(zone, redis, sub);

    ngx_http_patron_zone_lock(zone);

    key.server = ngx_http_patron_zone_server(zone, redis);

    n = ngx_http_patron_lookup(c, &key);
    head = &c->cells[n].head;

    if (n && ngx_http_patron_forgotten(zone, head)) {
        ngx_http_patron_unlink(c, n);
        n = 0;
    }

    if (n == 0) {
        ngx_http_patron_zone_unlock(zone);
        return NGX_DECLINED;
    }

    c->state[n] = NGX_HTTP_PATRON_CELL_IS_USED;

    record->status = head->status;
    record->until = head->until;
    record->not_before = head->not_before;
    record->tier.len = head->tier_len;
    record->tier.data = buf;
    record->name.len = head->name_len;
    record->name.data = buf + head->tier_len;
    record->ttl = -1;

    ngx_http_patron_copy_out(c, head, head->sub_len, buf,
                             head->tier_len + head->name_len);

    ngx_memzero(&more, sizeof(ngx_http_patron_more_t));

    if (head->more) {
        ngx_http_patron_copy_out(c, head,
                                 head->sub_len + head->tier_len
                                 + head->name_len,
                                 (u_char *) &more,
                                 sizeof(ngx_http_patron_more_t));
    }

    record->gave_until = more.gave_until;
    record->grace_until = more.grace_until;
    record->rest.len = more.rest_len;
    record->rest.data = record->name.data + head->name_len;

    if (more.rest_len) {
        ngx_http_patron_copy_out(c, head,
                                 head->sub_len + head->tier_len
                                 + head->name_len
                                 + sizeof(ngx_http_patron_more_t),
                                 record->rest.data, more.rest_len);
    }

    rc = ngx_http_patron_fresh(zone, head, listening) ? NGX_OK : NGX_AGAIN;

    if (head->expires && head->expires <= ngx_http_patron_now()) {

        /* the key has ended by itself: not known to be there */

        record->status = 0;
        record->gave_until = 0;
        record->tier.len = 0;
        record->name.len = 0;
        record->rest.len = 0;
        rc = NGX_AGAIN;
    }

    ngx_http_patron_zone_unlock(zone);

    return rc;
}


/* True if everything of its server was flushed after it was stored. */

static ngx_uint_t
ngx_http_patron_forgotten(ngx_http_patron_zone_t *zone,
    ngx_http_patron_head_t *head)
{
    uint32_t  floor;

    floor = zone->sh->servers[head->server].floor;

    return (int32_t) (head->generation - floor) < 0;
}


static ngx_uint_t
ngx_http_patron_fresh(ngx_http_patron_zone_t *zone,
    ngx_http_patron_head_t *head, ngx_uint_t listening)
{
    time_t    ttl;
    uint32_t  age;

    if (head->generation != zone->sh->servers[head->server].generation) {
        return 0;
    }

    if (listening && head->heard) {
        ttl = NGX_HTTP_PATRON_ZONE_TRUST;

    } else {
        ttl = head->status ? zone->ttl : zone->negative;
    }

    age = ngx_http_patron_now() - head->born;

    return (time_t) age < ttl;
}


ngx_int_t
ngx_http_patron_zone_mark(ngx_http_patron_zone_t *zone, uint32_t redis,
    ngx_str_t *sub, ngx_http_patron_zone_mark_t *mark)
{
    uint32_t    hash;
    ngx_uint_t  i;

    hash = ngx_http_patron_hash(zone, redis, sub);

    ngx_http_patron_zone_lock(zone);

    i = ngx_http_patron_zone_server(zone, redis);

    mark->generation = zone->sh->servers[i].generation;
    mark->stripe = zone->sh->stripes[hash % NGX_HTTP_PATRON_ZONE_STRIPES];

    ngx_http_patron_zone_unlock(zone);

    return NGX_OK;
}


ngx_int_t
ngx_http_patron_zone_store(ngx_http_patron_zone_t *zone, uint32_t redis,
    ngx_str_t *sub, ngx_uint_t listening, ngx_http_patron_record_t *record,
    ngx_http_patron_zone_mark_t *mark)
{
    u_char                    *p, buf[NGX_HTTP_PATRON_STRINGS_MAX];
    uint32_t                   n;
    ngx_http_patron_key_t      key;
    ngx_http_patron_head_t    *head;
    ngx_http_patron_more_t     more;
    ngx_http_patron_cells_t   *c;
    ngx_http_patron_server_t  *server;

    if (sub->len > PATRON_SUB_MAX
        || record->tier.len > NGX_HTTP_PATRON_FIELD_MAX
        || record->name.len > NGX_HTTP_PATRON_FIELD_MAX
        || record->rest.len > NGX_HTTP_PATRON_REST_MAX)
    {
        return NGX_DECLINED;
    }

    p = ngx_cpymem(buf, sub->data, sub->len);
    p = ngx_cpymem(p, record->tier.data, record->tier.len);
    p = ngx_cpymem(p, record->name.data, record->name.len);

    if (ngx_http_patron_has_more(record)) {
        more.gave_until = (uint32_t) record->gave_until;
        more.grace_until = (uint32_t) record->grace_until;
        more.rest_len = (uint32_t) record->rest.len;

        p = ngx_cpymem(p, &more, sizeof(ngx_http_patron_more_t));
        p = ngx_cpymem(p, record->rest.data, record->rest.len);
    }

    c = &zone->sh->members;

    key.sub = sub;
    key.hash = ngx_http_patron_hash(zone, redis, sub);

    ngx_http_patron_zone_lock(zone);

    key.server = ngx_http_patron_zone_server(zone, redis);
    server = &zone->sh->servers[key.server];

    if (mark->generation != server->generation
        || mark->stripe
           != zone->sh->stripes[key.hash % NGX_HTTP_PATRON_ZONE_STRIPES])
    {
        ngx_http_patron_zone_unlock(zone);
        return NGX_DECLINED;
    }

    n = ngx_http_patron_lookup(c, &key);

    if (n) {
        ngx_http_patron_unlink(c, n);
    }

    n = ngx_http_patron_take(zone, p - buf);

    ngx_http_patron_fill_head(c, n, &key, record);

    head = &c->cells[n].head;
    head->generation = server->generation;
    head->heard = listening ? 1 : 0;

    ngx_http_patron_copy_in(c, n, buf, p - buf);

    c->members++;

    ngx_http_patron_zone_unlock(zone);

    return NGX_OK;
}


/* Fills in what the record says and puts it into its bucket. */

static void
ngx_http_patron_fill_head(ngx_http_patron_cells_t *c, uint32_t n,
    ngx_http_patron_key_t *key, ngx_http_patron_record_t *record)
{
    uint32_t                *bucket;
    ngx_http_patron_head_t  *head;

    head = &c->cells[n].head;

    head->hash = key->hash;
    head->born = ngx_http_patron_now();
    head->expires = (record->ttl < 0) ? 0
                                      : head->born + (uint32_t) record->ttl;
    head->until = (uint32_t) record->until;
    head->not_before = (uint32_t) record->not_before;
    head->status = (uint8_t) (record->status & 0x7f);
    head->more = ngx_http_patron_has_more(record);
    head->server = (uint8_t) key->server;
    head->sub_len = (uint8_t) key->sub->len;
    head->tier_len = (uint16_t) record->tier.len;
    head->name_len = (uint16_t) record->name.len;

    bucket = ngx_http_patron_bucket(c, key->hash);

    head->chain = *bucket;
    *bucket = n;
}


void
ngx_http_patron_zone_drop(ngx_http_patron_zone_t *zone, uint32_t redis,
    ngx_str_t *sub)
{
    uint32_t                  n;
    ngx_http_patron_key_t     key;
    ngx_http_patron_cells_t  *c;

    c = &zone->sh->members;

    key.sub = sub;
    key.hash = ngx_http_patron_hash(zone, redis, sub);

    ngx_http_patron_zone_lock(zone);

    key.server = ngx_http_patron_zone_server(zone, redis);

    zone->sh->stripes[key.hash % NGX_HTTP_PATRON_ZONE_STRIPES]++;

    n = ngx_http_patron_lookup(c, &key);

    if (n) {
        ngx_http_patron_unlink(c, n);
    }

    ngx_http_patron_zone_unlock(zone);
}


/*
 * Multiplication by an odd number and a shift, eight bytes a step.  The seed
 * keeps the order of buckets secret; whoever chooses a sub must have a token
 * for it.
 */

static uint32_t
ngx_http_patron_hash(ngx_http_patron_zone_t *zone, uint32_t redis,
    ngx_str_t *sub)
{
    size_t    len;
    u_char   *p;
    uint64_t  h, w;

    h = zone->sh->seed ^ redis;
    p = sub->data;

    for (len = sub->len; len > 0; /* void */) {
        w = 0;
        ngx_memcpy(&w, p, ngx_min(len, sizeof(w)));

        h = (h ^ w) * 0x9e3779b97f4a7c15ULL;
        h ^= h >> 29;

        p += ngx_min(len, sizeof(w));
        len -= ngx_min(len, sizeof(w));
    }

    h = (h ^ sub->len) * 0xbf58476d1ce4e5b9ULL;

    return (uint32_t) (h >> 32);
}


static uint32_t *
ngx_http_patron_bucket(ngx_http_patron_cells_t *c, uint32_t hash)
{
    return &c->buckets[((uint64_t) hash * c->nbuckets) >> 32];
}


static uint32_t
ngx_http_patron_lookup(ngx_http_patron_cells_t *c, ngx_http_patron_key_t *key)
{
    u_char                   buf[PATRON_SUB_MAX];
    uint32_t                 n;
    ngx_http_patron_head_t  *head;

    for (n = *ngx_http_patron_bucket(c, key->hash); n; n = head->chain) {
        head = &c->cells[n].head;

        if (head->hash != key->hash
            || head->server != key->server
            || head->sub_len != key->sub->len)
        {
            continue;
        }

        ngx_http_patron_copy_out(c, head, 0, buf, head->sub_len);

        if (ngx_memcmp(buf, key->sub->data, key->sub->len) == 0) {
            return n;
        }
    }

    return 0;
}


/* Copies len bytes of a record's strings, after skip bytes, to dst. */

static void
ngx_http_patron_copy_out(ngx_http_patron_cells_t *c,
    ngx_http_patron_head_t *head, size_t skip, u_char *dst, size_t len)
{
    size_t     size, n;
    u_char    *data;
    uint32_t   next;

    data = head->data;
    size = NGX_HTTP_PATRON_CELL_HEAD;
    next = head->next;

    for ( ;; ) {

        if (skip < size) {
            n = ngx_min(size - skip, len);
            dst = ngx_cpymem(dst, data + skip, n);
            len -= n;
            skip = 0;

        } else {
            skip -= size;
        }

        if (len == 0) {
            return;
        }

        data = c->cells[next].tail.data;
        size = NGX_HTTP_PATRON_CELL_TAIL;
        next = c->cells[next].tail.next;
    }
}


static void
ngx_http_patron_copy_in(ngx_http_patron_cells_t *c, uint32_t n, u_char *src,
    size_t len)
{
    size_t  size;

    size = ngx_min(len, NGX_HTTP_PATRON_CELL_HEAD);
    ngx_memcpy(c->cells[n].head.data, src, size);

    for (n = c->cells[n].head.next; n; n = c->cells[n].tail.next) {
        src += size;
        len -= size;
        size = ngx_min(len, NGX_HTTP_PATRON_CELL_TAIL);
        ngx_memcpy(c->cells[n].tail.data, src, size);
    }
}


/*
 * Takes cells for len bytes of strings, evicting others where there are none
 * left.  A record takes 14 cells at most and the smallest zone has a thousand:
 * there is always one to evict.
 */

static uint32_t
ngx_http_patron_take(ngx_http_patron_zone_t *zone, size_t len)
{
    size_t                    left;
    uint32_t                  first, tails, n;
    ngx_http_patron_cells_t  *c;

    c = &zone->sh->members;

    /*
     * tails first, so that the hand, which stops at heads, does not meet the
     * record while it is being made
     */

    tails = 0;

    for (left = len; left > NGX_HTTP_PATRON_CELL_HEAD; /* void */) {
        n = ngx_http_patron_take_cell(zone);

        c->state[n] = NGX_HTTP_PATRON_CELL_IS_TAIL;
        c->cells[n].tail.next = tails;
        tails = n;

        left -= ngx_min(left - NGX_HTTP_PATRON_CELL_HEAD,
                        NGX_HTTP_PATRON_CELL_TAIL);
    }

    first = ngx_http_patron_take_cell(zone);

    c->state[first] = NGX_HTTP_PATRON_CELL_IS_HEAD;
    c->cells[first].head.next = tails;

    return first;
}


static uint32_t
ngx_http_patron_take_cell(ngx_http_patron_zone_t *zone)
{
    uint32_t                  n;
    ngx_http_patron_cells_t  *c;

    c = &zone->sh->members;

    if (c->free == 0 && c->virgin == c->ncells) {
        ngx_http_patron_evict(zone);
    }

    if (c->free) {
        n = c->free;
        c->free = c->cells[n].tail.next;

    } else {
        n = c->virgin++;
    }

    c->used++;

    return n;
}


static void
ngx_http_patron_evict(ngx_http_patron_zone_t *zone)
{
    uint32_t                  n;
    ngx_uint_t                chances;
    ngx_http_patron_cells_t  *c;

    c = &zone->sh->members;
    chances = NGX_HTTP_PATRON_CHANCES;

    for ( ;; ) {
        n = c->hand;

        if (++c->hand == c->ncells) {
            c->hand = 1;
        }

        switch (c->state[n]) {

        case NGX_HTTP_PATRON_CELL_IS_USED:

            if (chances > 0) {
                chances--;
                c->state[n] = NGX_HTTP_PATRON_CELL_IS_HEAD;
                break;
            }

            /* fall through */

        case NGX_HTTP_PATRON_CELL_IS_HEAD:
            ngx_http_patron_unlink(c, n);
            ngx_http_patron_zone_count(zone, NGX_HTTP_PATRON_C_EVICTIONS);
            return;

        default:
            break;
        }
    }
}


static void
ngx_http_patron_unlink(ngx_http_patron_cells_t *c, uint32_t n)
{
    uint32_t  *link;

    link = ngx_http_patron_bucket(c, c->cells[n].head.hash);

    while (*link != n) {
        link = &c->cells[*link].head.chain;
    }

    *link = c->cells[n].head.chain;

    c->members--;

    ngx_http_patron_release(c, n);
}


static void
ngx_http_patron_release(ngx_http_patron_cells_t *c, uint32_t n)
{
    uint32_t  next;

    while (n) {

        /* next is the first field of head and tail alike */

        next = c->cells[n].tail.next;

        c->state[n] = NGX_HTTP_PATRON_CELL_FREE;
        c->cells[n].tail.next = c->free;
        c->free = n;
        c->used--;

        n = next;
    }
}
