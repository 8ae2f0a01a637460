
/*
 * A table of fixed size under the zone's mutex.  An entry is of one server, one
 * day and one name; it gives way when its day is over and Redis has all of it.
 *
 * Nothing is lost or doubled: a batch takes what was counted since the last
 * one, and has it, under one number, until the number is said to have been
 * applied.  A worker that dies in between leaves a batch that the next one
 * sends again.
 */


#include <ngx_config.h>
#include <ngx_core.h>

#include "ngx_http_patron_zone.h"
#include "ngx_http_patron_zone_lock.h"
#include "ngx_http_patron_zone_stats.h"
#include "ngx_http_patron_zone_types.h"


#define NGX_HTTP_PATRON_STATS_MAX  4096
#define NGX_HTTP_PATRON_STATS_MIN  16


static uint32_t ngx_http_patron_stat_hash(ngx_http_patron_stat_t *key,
    uint32_t hash);
static ngx_http_patron_stat_t *ngx_http_patron_stat_find(
    ngx_http_patron_stats_t *stats, ngx_http_patron_stat_t *key,
    ngx_str_t *name);
static ngx_http_patron_stat_t *ngx_http_patron_stat_make(
    ngx_http_patron_stats_t *stats, ngx_http_patron_stat_t *key,
    ngx_str_t *name);
static uint32_t ngx_http_patron_stat_room(ngx_http_patron_stats_t *stats,
    uint32_t day);
static void ngx_http_patron_stat_unlink(ngx_http_patron_stats_t *stats,
    uint32_t n);
static void ngx_http_patron_batch_begin(ngx_http_patron_stats_t *stats,
    uint32_t redis, ngx_http_patron_server_t *server);
static void ngx_http_patron_counted(ngx_http_patron_counted_t *counted,
    ngx_http_patron_stat_t *stat, uint64_t count);


void
ngx_http_patron_stats_create(ngx_http_patron_zone_t *zone)
{
    size_t                    n, entry;
    u_char                   *p;
    ngx_http_patron_stats_t  *stats;

    stats = &zone->sh->stats;
    entry = sizeof(ngx_http_patron_stat_t) + sizeof(uint32_t);

    stats->instance = (zone->sh->seed ^ ((uint64_t) ngx_random() << 32))
                      | 1;

    n = zone->shpool->pfree * ngx_pagesize / 4 / entry;
    n = ngx_min(n, NGX_HTTP_PATRON_STATS_MAX);
    n = ngx_max(n, NGX_HTTP_PATRON_STATS_MIN);

    p = ngx_slab_calloc(zone->shpool,
                        (n + 1) * sizeof(ngx_http_patron_stat_t)
                        + n * sizeof(uint32_t));
    if (p == NULL) {
        return;
    }

    stats->stats = (ngx_http_patron_stat_t *) p;
    stats->buckets = (uint32_t *) &stats->stats[n + 1];
    stats->n = (uint32_t) n;
    stats->virgin = 1;
    stats->hand = 1;
}


/*
 * Puts every entry into its bucket anew.  One that was being made has no hash
 * that fits its name, most likely: it is free.
 */

void
ngx_http_patron_stats_rebuild(ngx_http_patron_zone_t *zone)
{
    uint32_t                  i, *bucket;
    ngx_http_patron_stat_t   *stat;
    ngx_http_patron_stats_t  *stats;

    stats = &zone->sh->stats;

    if (stats->n == 0) {
        return;
    }

    ngx_memzero(stats->buckets, stats->n * sizeof(uint32_t));

    for (i = 1; i < stats->virgin; i++) {
        stat = &stats->stats[i];

        if (stat->len == 0
            || stat->len > NGX_HTTP_PATRON_STAT_NAME
            || stat->hash != ngx_http_patron_stat_hash(stat,
                                     ngx_murmur_hash2(stat->name, stat->len))
            || stat->applied > stat->batched
            || stat->batched > stat->total)
        {
            ngx_memzero(stat, sizeof(ngx_http_patron_stat_t));
            continue;
        }

        bucket = &stats->buckets[stat->hash % stats->n];

        stat->next = *bucket;
        *bucket = i;
    }
}


void
ngx_http_patron_zone_stat(ngx_http_patron_zone_t *zone, uint32_t redis,
    ngx_str_t *name, uint32_t hash, uint64_t n, time_t now)
{
    ngx_http_patron_stat_t   *stat, key;
    ngx_http_patron_stats_t  *stats;

    stats = &zone->sh->stats;

    if (name->len > NGX_HTTP_PATRON_STAT_NAME || stats->n == 0) {
        return;
    }

    key.redis = redis;
    key.day = (uint32_t) (now / 86400);
    key.hash = ngx_http_patron_stat_hash(&key, hash);

    ngx_http_patron_zone_lock(zone);

    stat = ngx_http_patron_stat_find(stats, &key, name);

    if (stat == NULL) {
        stat = ngx_http_patron_stat_make(stats, &key, name);
    }

    if (stat != NULL) {
        stat->total += n;
        stat->hours[now / 3600 % 24] += (uint32_t) n;

    } else {
        stats->lost++;
    }

    ngx_http_patron_zone_unlock(zone);
}


uint32_t
ngx_http_patron_zone_stat_hash(ngx_str_t *name)
{
    return ngx_murmur_hash2(name->data, name->len);
}


static uint32_t
ngx_http_patron_stat_hash(ngx_http_patron_stat_t *key, uint32_t hash)
{
    return hash ^ key->redis ^ key->day * 2654435761u;
}


static ngx_http_patron_stat_t *
ngx_http_patron_stat_find(ngx_http_patron_stats_t *stats,
    ngx_http_patron_stat_t *key, ngx_str_t *name)
{
    uint32_t                 n;
    ngx_http_patron_stat_t  *stat;

    for (n = stats->buckets[key->hash % stats->n]; n != 0; n = stat->next) {
        stat = &stats->stats[n];

        if (stat->hash == key->hash
            && stat->day == key->day
            && stat->redis == key->redis
            && stat->len == name->len
            && ngx_memcmp(stat->name, name->data, name->len) == 0)
        {
            return stat;
        }
    }

    return NULL;
}


static ngx_http_patron_stat_t *
ngx_http_patron_stat_make(ngx_http_patron_stats_t *stats,
    ngx_http_patron_stat_t *key, ngx_str_t *name)
{
    uint32_t                 n, *bucket;
    ngx_http_patron_stat_t  *stat;

    n = ngx_http_patron_stat_room(stats, key->day);

    if (n == 0) {
        return NULL;
    }

    stat = &stats->stats[n];
    bucket = &stats->buckets[key->hash % stats->n];

    ngx_memzero(stat, sizeof(ngx_http_patron_stat_t));

    stat->hash = key->hash;
    stat->redis = key->redis;
    stat->day = key->day;
    stat->len = (uint32_t) name->len;
    ngx_memcpy(stat->name, name->data, name->len);

    stat->next = *bucket;
    *bucket = n;

    return stat;
}


/* The number of an entry that may be used, or 0. */

static uint32_t
ngx_http_patron_stat_room(ngx_http_patron_stats_t *stats, uint32_t day)
{
    uint32_t                 i, n;
    ngx_http_patron_stat_t  *stat;

    if (stats->virgin <= stats->n) {
        return stats->virgin++;
    }

    for (i = 0; i < stats->n; i++) {
        n = stats->hand;
        stats->hand = (n == stats->n) ? 1 : n + 1;

        stat = &stats->stats[n];

        if (stat->day != day
            && (stat->applied == stat->total || stat->redis == 0))
        {
            ngx_http_patron_stat_unlink(stats, n);
            return n;
        }
    }

    return 0;
}


/* An entry that was being made when a worker died is in no bucket. */

static void
ngx_http_patron_stat_unlink(ngx_http_patron_stats_t *stats, uint32_t n)
{
    uint32_t  *p;

    p = &stats->buckets[stats->stats[n].hash % stats->n];

    while (*p != 0 && *p != n) {
        p = &stats->stats[*p].next;
    }

    if (*p == n) {
        *p = stats->stats[n].next;
    }
}


ngx_int_t
ngx_http_patron_zone_batch(ngx_http_patron_zone_t *zone, uint32_t redis,
    ngx_http_patron_batch_t *batch)
{
    uint32_t                   i;
    ngx_http_patron_stat_t    *stat;
    ngx_http_patron_stats_t   *stats;
    ngx_http_patron_server_t  *server;

    stats = &zone->sh->stats;
    batch->n = 0;

    ngx_http_patron_zone_lock(zone);

    server = &zone->sh->servers[ngx_http_patron_zone_server(zone, redis)];

    ngx_http_patron_batch_begin(stats, redis, server);

    for (i = 1; i < stats->virgin && batch->n < NGX_HTTP_PATRON_BATCH; i++) {
        stat = &stats->stats[i];

        if (stat->redis == redis && stat->batched != stat->applied) {
            batch->day = stat->day;
            ngx_http_patron_counted(&batch->counted[batch->n++], stat,
                                    stat->batched - stat->applied);
        }
    }

    batch->instance = stats->instance;
    batch->number = server->batch;

    ngx_http_patron_zone_unlock(zone);

    return batch->n ? NGX_OK : NGX_DECLINED;
}


/* Unless there is one that is not done, makes one: of the oldest day. */

static void
ngx_http_patron_batch_begin(ngx_http_patron_stats_t *stats, uint32_t redis,
    ngx_http_patron_server_t *server)
{
    uint32_t                 i, day;
    uint64_t                 now;
    ngx_uint_t               n;
    ngx_http_patron_stat_t  *stat;

    day = NGX_MAX_UINT32_VALUE;

    for (i = 1; i < stats->virgin; i++) {
        stat = &stats->stats[i];

        if (stat->redis != redis) {
            continue;
        }

        if (stat->batched != stat->applied) {
            return;
        }

        if (stat->total != stat->batched && stat->day < day) {
            day = stat->day;
        }
    }

    if (day == NGX_MAX_UINT32_VALUE) {
        return;
    }

    /*
     * By the clock, so that it rises even if the entry was forgotten; and
     * first, since what is batched under a number that Redis has seen is lost.
     */

    now = (uint64_t) ngx_time() * 1000;
    server->batch = ngx_max(server->batch + 1, now);

    ngx_memory_barrier();

    n = 0;

    for (i = 1; i < stats->virgin && n < NGX_HTTP_PATRON_BATCH; i++) {
        stat = &stats->stats[i];

        if (stat->redis == redis && stat->day == day
            && stat->total != stat->batched)
        {
            stat->batched = stat->total;
            n++;
        }
    }
}


void
ngx_http_patron_zone_batch_sent(ngx_http_patron_zone_t *zone, uint32_t redis,
    uint64_t number)
{
    uint32_t                   i;
    ngx_http_patron_stats_t   *stats;
    ngx_http_patron_server_t  *server;

    stats = &zone->sh->stats;

    ngx_http_patron_zone_lock(zone);

    server = &zone->sh->servers[ngx_http_patron_zone_server(zone, redis)];

    if (server->batch == number) {
        for (i = 1; i < stats->virgin; i++) {
            if (stats->stats[i].redis == redis) {
                stats->stats[i].applied = stats->stats[i].batched;
            }
        }
    }

    ngx_http_patron_zone_unlock(zone);
}


ngx_http_patron_counted_t *
ngx_http_patron_zone_counted(ngx_http_patron_zone_t *zone, uint32_t redis,
    uint32_t day, ngx_pool_t *pool, ngx_uint_t *n)
{
    uint32_t                    i;
    ngx_http_patron_stat_t     *stat;
    ngx_http_patron_stats_t    *stats;
    ngx_http_patron_counted_t  *counted;

    stats = &zone->sh->stats;
    *n = 0;

    counted = ngx_palloc(pool, (stats->n + 1)
                               * sizeof(ngx_http_patron_counted_t));
    if (counted == NULL) {
        return NULL;
    }

    ngx_http_patron_zone_lock(zone);

    for (i = 1; i < stats->virgin; i++) {
        stat = &stats->stats[i];

        if (stat->redis == redis && stat->day == day && stat->total != 0) {
            ngx_http_patron_counted(&counted[(*n)++], stat, stat->total);
        }
    }

    ngx_http_patron_zone_unlock(zone);

    return counted;
}


static void
ngx_http_patron_counted(ngx_http_patron_counted_t *counted,
    ngx_http_patron_stat_t *stat, uint64_t count)
{
    counted->count = count;
    counted->name.len = stat->len;
    counted->name.data = counted->bytes;

    ngx_memcpy(counted->hours, stat->hours, sizeof(counted->hours));
    ngx_memcpy(counted->bytes, stat->name, stat->len);
}


uint64_t
ngx_http_patron_zone_stats_lost(ngx_http_patron_zone_t *zone)
{
    return zone->sh->stats.lost;
}
