
/*
 * Tables of fixed size, in sets of four.  Where a set is full the entry goes
 * that is worth least: the one that ends first, or was used longest ago.  A
 * nonce is another matter: none goes before its time.
 *
 * Who has no key gets nothing into a table but failures, and those are counted
 * in tables of their own: a flood drives nobody out who was good.
 */


#include <ngx_config.h>
#include <ngx_core.h>

#include "ngx_http_patron_zone.h"
#include "ngx_http_patron_zone_bots.h"
#include "ngx_http_patron_zone_lock.h"
#include "ngx_http_patron_zone_types.h"


#define NGX_HTTP_PATRON_BOT_WAYS     4
#define NGX_HTTP_PATRON_BOT_MINUTE   60

#define ngx_http_patron_bot_set(table, n, hash)                               \
    (&(table)[(hash) % ((n) / NGX_HTTP_PATRON_BOT_WAYS)                       \
              * NGX_HTTP_PATRON_BOT_WAYS])


static uint64_t ngx_http_patron_bot_hash(ngx_http_patron_zone_t *zone,
    u_char *data);
static ngx_http_patron_bot_nonce_t *ngx_http_patron_bot_nonce_find(
    ngx_http_patron_bots_t *bots, u_char *digest, time_t now,
    ngx_http_patron_bot_nonce_t **free);
static ngx_http_patron_bot_count_t *ngx_http_patron_bot_count(
    ngx_http_patron_bots_t *bots, uint64_t who, uint32_t span, time_t now);
static ngx_uint_t ngx_http_patron_bot_was_good(ngx_http_patron_bots_t *bots,
    uint64_t who);
static void ngx_http_patron_bot_is_good(ngx_http_patron_bots_t *bots,
    uint64_t who, time_t now);


void
ngx_http_patron_zone_bots_create(ngx_http_patron_zone_t *zone)
{
    size_t                   share, size;
    u_char                  *p;
    ngx_http_patron_bots_t  *bots, made;

    /* what is left, in sixteenths: nonces one, the rest another */

    share = zone->shpool->pfree * ngx_pagesize / 16;

    ngx_memzero(&made, sizeof(ngx_http_patron_bots_t));

    made.nnonces = ngx_min(share / sizeof(ngx_http_patron_bot_nonce_t), 65536);
    made.nseen = ngx_min(share / 2 / sizeof(ngx_http_patron_bot_seen_t), 1024);
    made.ngood = ngx_min(share / 4 / sizeof(ngx_http_patron_bot_good_t), 16384);
    made.ncounts = ngx_min(share / 4 / sizeof(ngx_http_patron_bot_count_t),
                           2048);

    made.nnonces -= made.nnonces % NGX_HTTP_PATRON_BOT_WAYS;
    made.nseen -= made.nseen % NGX_HTTP_PATRON_BOT_WAYS;
    made.ngood -= made.ngood % NGX_HTTP_PATRON_BOT_WAYS;
    made.ncounts -= made.ncounts % NGX_HTTP_PATRON_BOT_WAYS;

    if (made.nnonces == 0 || made.nseen == 0 || made.ngood == 0
        || made.ncounts == 0)
    {
        return;
    }

    size = made.nnonces * sizeof(ngx_http_patron_bot_nonce_t)
           + made.nseen * sizeof(ngx_http_patron_bot_seen_t)
           + made.ngood * sizeof(ngx_http_patron_bot_good_t)
           + made.ncounts * sizeof(ngx_http_patron_bot_count_t);

    p = ngx_slab_calloc(zone->shpool, size);
    if (p == NULL) {
        return;
    }

    bots = &zone->sh->bots;
    *bots = made;

    bots->seen = (ngx_http_patron_bot_seen_t *) p;
    p += made.nseen * sizeof(ngx_http_patron_bot_seen_t);

    bots->nonces = (ngx_http_patron_bot_nonce_t *) p;
    p += made.nnonces * sizeof(ngx_http_patron_bot_nonce_t);

    bots->good = (ngx_http_patron_bot_good_t *) p;
    p += made.ngood * sizeof(ngx_http_patron_bot_good_t);

    bots->counts = (ngx_http_patron_bot_count_t *) p;
}


/* What was verified can be had again.  A nonce cannot. */

void
ngx_http_patron_zone_bots_reset(ngx_http_patron_zone_t *zone)
{
    ngx_http_patron_bots_t  *bots;

    bots = &zone->sh->bots;

    if (bots->seen != NULL) {
        ngx_memzero(bots->seen,
                    bots->nseen * sizeof(ngx_http_patron_bot_seen_t));
    }
}


ngx_int_t
ngx_http_patron_zone_bot_seen(ngx_http_patron_zone_t *zone, ngx_str_t *text,
    uint32_t hash, ngx_http_patron_bot_verified_t *verified)
{
    ngx_int_t                    rc;
    ngx_uint_t                   i;
    ngx_http_patron_bots_t      *bots;
    ngx_http_patron_bot_seen_t  *seen;

    bots = &zone->sh->bots;

    if (bots->seen == NULL) {
        return NGX_DECLINED;
    }

    seen = ngx_http_patron_bot_set(bots->seen, bots->nseen, hash);
    rc = NGX_DECLINED;

    ngx_http_patron_zone_lock(zone);

    for (i = 0; i < NGX_HTTP_PATRON_BOT_WAYS; i++) {

        if (seen[i].len == text->len
            && seen[i].verified.version == verified->version
            && seen[i].verified.redis == verified->redis
            && ngx_memcmp(seen[i].text, text->data, text->len) == 0)
        {
            *verified = seen[i].verified;
            rc = NGX_OK;
            break;
        }
    }

    ngx_http_patron_zone_unlock(zone);

    return rc;
}


void
ngx_http_patron_zone_bot_verified(ngx_http_patron_zone_t *zone,
    ngx_str_t *text, uint32_t hash, ngx_http_patron_bot_verified_t *verified,
    time_t now)
{
    ngx_uint_t                   i, free;
    ngx_http_patron_bots_t      *bots;
    ngx_http_patron_bot_seen_t  *seen;

    bots = &zone->sh->bots;

    if (bots->seen == NULL || text->len > NGX_HTTP_PATRON_BOT_TEXT) {
        return;
    }

    seen = ngx_http_patron_bot_set(bots->seen, bots->nseen, hash);
    free = 0;

    ngx_http_patron_zone_lock(zone);

    for (i = 0; i < NGX_HTTP_PATRON_BOT_WAYS; i++) {

        if (seen[i].len == 0
            || seen[i].verified.expires < now
            || (seen[i].verified.redis == verified->redis
                && seen[i].verified.version != verified->version))
        {
            free = i;
            break;
        }

        if (seen[i].verified.expires < seen[free].verified.expires) {
            free = i;
        }
    }

    seen[free].len = 0;
    ngx_memcpy(seen[free].text, text->data, text->len);
    seen[free].verified = *verified;
    seen[free].len = text->len;

    ngx_http_patron_zone_unlock(zone);
}


ngx_uint_t
ngx_http_patron_zone_nonce_used(ngx_http_patron_zone_t *zone, u_char *digest,
    time_t now)
{
    ngx_uint_t                    used;
    ngx_http_patron_bots_t       *bots;
    ngx_http_patron_bot_nonce_t  *free;

    bots = &zone->sh->bots;

    if (bots->nonces == NULL) {
        return 0;
    }

    ngx_http_patron_zone_lock(zone);

    used = (ngx_http_patron_bot_nonce_find(bots, digest, now, &free) != NULL);

    ngx_http_patron_zone_unlock(zone);

    return used;
}


ngx_int_t
ngx_http_patron_zone_nonce(ngx_http_patron_zone_t *zone, u_char *digest,
    time_t expires, time_t now)
{
    ngx_int_t                     rc;
    ngx_http_patron_bots_t       *bots;
    ngx_http_patron_bot_nonce_t  *free;

    bots = &zone->sh->bots;

    if (bots->nonces == NULL) {
        return NGX_BUSY;
    }

    ngx_http_patron_zone_lock(zone);

    if (ngx_http_patron_bot_nonce_find(bots, digest, now, &free) != NULL) {
        rc = NGX_DECLINED;

    } else if (free == NULL) {
        rc = NGX_BUSY;

    } else {
        ngx_memcpy(free->digest, digest, sizeof(free->digest));
        free->expires = (uint32_t) expires;
        rc = NGX_OK;
    }

    ngx_http_patron_zone_unlock(zone);

    return rc;
}


/* Its entry, or NULL; free is where it may be put, or NULL. */

static ngx_http_patron_bot_nonce_t *
ngx_http_patron_bot_nonce_find(ngx_http_patron_bots_t *bots, u_char *digest,
    time_t now, ngx_http_patron_bot_nonce_t **free)
{
    uint64_t                      hash;
    ngx_uint_t                    i;
    ngx_http_patron_bot_nonce_t  *nonce;

    ngx_memcpy(&hash, digest, sizeof(hash));

    nonce = ngx_http_patron_bot_set(bots->nonces, bots->nnonces, hash);
    *free = NULL;

    for (i = 0; i < NGX_HTTP_PATRON_BOT_WAYS; i++) {

        if (nonce[i].expires < (uint32_t) now) {
            *free = &nonce[i];
            continue;
        }

        if (ngx_memcmp(nonce[i].digest, digest, sizeof(nonce[i].digest)) == 0)
        {
            return &nonce[i];
        }
    }

    return NULL;
}


ngx_uint_t
ngx_http_patron_zone_bot_try(ngx_http_patron_zone_t *zone, u_char *address,
    u_char *key, time_t now)
{
    uint64_t                 from, by;
    ngx_uint_t               may;
    ngx_http_patron_bots_t  *bots;

    bots = &zone->sh->bots;

    if (bots->counts == NULL) {
        return 0;
    }

    from = ngx_http_patron_bot_hash(zone, address);
    by = ngx_http_patron_bot_hash(zone, key);

    ngx_http_patron_zone_lock(zone);

    may = ngx_http_patron_bot_count(bots, from, NGX_HTTP_PATRON_BOT_MINUTE,
                                    now)->failures
          < NGX_HTTP_PATRON_BOT_FAILURES;

    if (may
        && (ngx_http_patron_bot_count(bots, by, 1, now)->failures
            >= NGX_HTTP_PATRON_BOT_FLOOD
            || (bots->second == (uint32_t) now
                && bots->failures >= NGX_HTTP_PATRON_BOT_FLOODS)))
    {
        may = ngx_http_patron_bot_was_good(bots, from ^ (by << 1));
    }

    ngx_http_patron_zone_unlock(zone);

    return may;
}


void
ngx_http_patron_zone_bot_tried(ngx_http_patron_zone_t *zone, u_char *address,
    u_char *key, ngx_uint_t good, time_t now)
{
    uint64_t                 from, by;
    ngx_http_patron_bots_t  *bots;

    bots = &zone->sh->bots;

    if (bots->counts == NULL) {
        return;
    }

    from = ngx_http_patron_bot_hash(zone, address);
    by = ngx_http_patron_bot_hash(zone, key);

    ngx_http_patron_zone_lock(zone);

    if (good) {
        ngx_http_patron_bot_is_good(bots, from ^ (by << 1), now);

    } else {
        ngx_http_patron_bot_count(bots, from, NGX_HTTP_PATRON_BOT_MINUTE,
                                  now)->failures++;
        ngx_http_patron_bot_count(bots, by, 1, now)->failures++;

        if (bots->second != (uint32_t) now) {
            bots->second = (uint32_t) now;
            bots->failures = 0;
        }

        bots->failures++;
    }

    ngx_http_patron_zone_unlock(zone);
}


/* Of 16 bytes, that nobody outside can choose. */

static uint64_t
ngx_http_patron_bot_hash(ngx_http_patron_zone_t *zone, u_char *data)
{
    uint64_t  hash, words[2];

    ngx_memcpy(words, data, sizeof(words));

    hash = (words[0] ^ zone->sh->seed) * 0x9e3779b97f4a7c15;
    hash ^= hash >> 29;
    hash = (hash ^ words[1]) * 0xbf58476d1ce4e5b9;
    hash ^= hash >> 32;
    hash = (hash ^ zone->sh->seed) * 0x94d049bb133111eb;

    return (hash ^ (hash >> 31)) | 1;
}


/*
 * The failures of an address in a minute, or of a key in a second.  Who has
 * most of them keeps its place: a flood from many addresses does not make a
 * key's be forgotten.
 */

static ngx_http_patron_bot_count_t *
ngx_http_patron_bot_count(ngx_http_patron_bots_t *bots, uint64_t who,
    uint32_t span, time_t now)
{
    uint32_t                      failures, least;
    ngx_uint_t                    i;
    ngx_http_patron_bot_count_t  *count, *old;

    count = ngx_http_patron_bot_set(bots->counts, bots->ncounts, who);
    old = count;
    least = (uint32_t) -1;

    for (i = 0; i < NGX_HTTP_PATRON_BOT_WAYS; i++) {
        if (count[i].who == who) {
            old = &count[i];
            break;
        }

        failures = ((uint32_t) now - count[i].since
                    < NGX_HTTP_PATRON_BOT_MINUTE)
                   ? count[i].failures : 0;

        if (failures < least) {
            least = failures;
            old = &count[i];
        }
    }

    if (old->who != who || (uint32_t) now - old->since >= span) {
        old->who = who;
        old->since = (uint32_t) now;
        old->failures = 0;
    }

    return old;
}


static ngx_uint_t
ngx_http_patron_bot_was_good(ngx_http_patron_bots_t *bots, uint64_t who)
{
    ngx_uint_t                   i;
    ngx_http_patron_bot_good_t  *good;

    good = ngx_http_patron_bot_set(bots->good, bots->ngood, who);

    for (i = 0; i < NGX_HTTP_PATRON_BOT_WAYS; i++) {
        if (good[i].who == who) {
            return 1;
        }
    }

    return 0;
}


static void
ngx_http_patron_bot_is_good(ngx_http_patron_bots_t *bots, uint64_t who,
    time_t now)
{
    ngx_uint_t                   i;
    ngx_http_patron_bot_good_t  *good, *old;

    good = ngx_http_patron_bot_set(bots->good, bots->ngood, who);
    old = good;

    for (i = 0; i < NGX_HTTP_PATRON_BOT_WAYS; i++) {

        if (good[i].who == who) {
            old = &good[i];
            break;
        }

        if (good[i].at < old->at) {
            old = &good[i];
        }
    }

    old->who = who;
    old->at = (uint32_t) now;
}
