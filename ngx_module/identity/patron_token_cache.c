
/*
 * Tokens seen before: a hash by characters of the signature, which are as good
 * as random, and a list by age.  A token is known by all of its bytes, which
 * have verified once: that is what the MAC would say again, at a tenth of its
 * price.  The signature is compared in constant time all the same.
 *
 * All memory is taken when the cache is made, and a place is first touched when
 * it is first used.  Only what has verified comes in, so nobody without a key
 * can push anything out.
 */


#include "patron_token_cache.h"


#define PATRON_CACHE_DATA  1280         /* bytes of a token and its strings */
#define PATRON_CACHE_HASH  16           /* characters of the signature's end */
#define PATRON_CACHE_SIGNATURE  86      /* the longest, a SHA-512's */
#define PATRON_CACHE_MAX   (1 << 20)
#define PATRON_CACHE_NONE  UINT32_MAX


typedef struct {
    uint32_t               chain;       /* the next of the same bucket */
    uint32_t               newer;
    uint32_t               older;
    uint32_t               len;         /* of the token, first in data */
    uint32_t               key;
    patron_parsed_t        parsed;
    patron_uchar_t         data[PATRON_CACHE_DATA];
} patron_place_t;


struct patron_token_cache_s {
    patron_mem_t          *mem;
    uint32_t               n;           /* places in use */
    uint32_t               max;
    uint32_t               mask;        /* of the buckets */
    uint32_t               newest;
    uint32_t               oldest;
    uint32_t              *buckets;
    patron_place_t        *places;
};


static int patron_token_cache_differ(const patron_uchar_t *a,
    const patron_uchar_t *b, size_t len);
static uint32_t *patron_token_cache_bucket(patron_token_cache_t *cache,
    const patron_uchar_t *token, size_t len);
static uint32_t patron_token_cache_take(patron_token_cache_t *cache);
static void patron_token_cache_unlink(patron_token_cache_t *cache,
    uint32_t i);
static void patron_token_cache_link(patron_token_cache_t *cache, uint32_t i);


patron_token_cache_t *
patron_token_cache_create(patron_mem_t *mem, size_t entries)
{
    uint32_t               buckets;
    patron_token_cache_t  *cache;

    if (entries == 0) {
        entries = 1;
    }

    if (entries > PATRON_CACHE_MAX) {
        entries = PATRON_CACHE_MAX;
    }

    for (buckets = 1; buckets < entries; buckets <<= 1) { /* void */ }

    cache = patron_calloc(mem, sizeof(patron_token_cache_t));
    if (cache == NULL) {
        return NULL;
    }

    cache->mem = mem;
    cache->max = (uint32_t) entries;
    cache->mask = buckets - 1;
    cache->newest = PATRON_CACHE_NONE;
    cache->oldest = PATRON_CACHE_NONE;

    cache->buckets = patron_alloc(mem, buckets * sizeof(uint32_t));
    cache->places = patron_alloc(mem, entries * sizeof(patron_place_t));

    if (cache->buckets == NULL || cache->places == NULL) {
        patron_token_cache_destroy(cache);
        return NULL;
    }

    memset(cache->buckets, 0xff, buckets * sizeof(uint32_t));

    return cache;
}


void
patron_token_cache_destroy(patron_token_cache_t *cache)
{
    if (cache == NULL) {
        return;
    }

    patron_free(cache->mem, cache->places);
    patron_free(cache->mem, cache->buckets);
    patron_free(cache->mem, cache);
}


const patron_parsed_t *
patron_token_cache_find(patron_token_cache_t *cache, const patron_str_t *token,
    size_t *key)
{
    size_t           n;
    uint32_t         i;
    patron_place_t  *place;

    if (token->len < 2 * PATRON_CACHE_HASH || token->len > PATRON_CACHE_DATA) {
        return NULL;
    }

    n = token->len > PATRON_CACHE_SIGNATURE
        ? token->len - PATRON_CACHE_SIGNATURE : 0;

    i = *patron_token_cache_bucket(cache, token->data, token->len);

    for ( /* void */ ; i != PATRON_CACHE_NONE; i = place->chain) {
        place = &cache->places[i];

        if (place->len != token->len
            || memcmp(place->data, token->data, n) != 0
            || patron_token_cache_differ(place->data + n, token->data + n,
                                         token->len - n))
        {
            continue;
        }

        if (cache->newest != i) {
            patron_token_cache_unlink(cache, i);
            patron_token_cache_link(cache, i);
        }

        *key = place->key;

        return &place->parsed;
    }

    return NULL;
}


/* Eight bytes at a time, and all of them, wherever the first that differs
   stands. */

static int
patron_token_cache_differ(const patron_uchar_t *a, const patron_uchar_t *b,
    size_t len)
{
    uint64_t  x, y, differ;

    differ = 0;

    for ( /* void */ ; len >= sizeof(uint64_t); len -= sizeof(uint64_t)) {
        memcpy(&x, a, sizeof(uint64_t));
        memcpy(&y, b, sizeof(uint64_t));

        differ |= x ^ y;
        a += sizeof(uint64_t);
        b += sizeof(uint64_t);
    }

    for ( /* void */ ; len; len--) {
        differ |= *a++ ^ *b++;
    }

    return differ != 0;
}


void
patron_token_cache_store(patron_token_cache_t *cache,
    const patron_str_t *token, size_t key, const patron_parsed_t *parsed,
    size_t size)
{
    uint32_t         i, *bucket;
    patron_place_t  *place;

    if (token->len < 2 * PATRON_CACHE_HASH
        || token->len + size > PATRON_CACHE_DATA)
    {
        return;
    }

    i = patron_token_cache_take(cache);
    place = &cache->places[i];

    place->len = (uint32_t) token->len;
    place->key = (uint32_t) key;
    memcpy(place->data, token->data, token->len);

    place->parsed = *parsed;
    place->parsed.data = place->data + token->len;
    memcpy(place->data + token->len, parsed->data, size);

    bucket = patron_token_cache_bucket(cache, place->data, place->len);
    place->chain = *bucket;
    *bucket = i;

    patron_token_cache_link(cache, i);
}


/* The very last characters are left out: they may stand for two bits only. */

static uint32_t *
patron_token_cache_bucket(patron_token_cache_t *cache,
    const patron_uchar_t *token, size_t len)
{
    uint64_t  hash;

    memcpy(&hash, token + len - PATRON_CACHE_HASH, sizeof(uint64_t));

    hash *= 0x9e3779b97f4a7c15ULL;

    return &cache->buckets[(hash >> 40) & cache->mask];
}


/* A place nobody has: a new one, or that of the oldest. */

static uint32_t
patron_token_cache_take(patron_token_cache_t *cache)
{
    uint32_t  i, *link;

    if (cache->n < cache->max) {
        return cache->n++;
    }

    i = cache->oldest;

    link = patron_token_cache_bucket(cache, cache->places[i].data,
                                     cache->places[i].len);

    while (*link != i) {
        link = &cache->places[*link].chain;
    }

    *link = cache->places[i].chain;

    patron_token_cache_unlink(cache, i);

    return i;
}


static void
patron_token_cache_unlink(patron_token_cache_t *cache, uint32_t i)
{
    patron_place_t  *place;

    place = &cache->places[i];

    if (place->newer == PATRON_CACHE_NONE) {
        cache->newest = place->older;

    } else {
        cache->places[place->newer].older = place->older;
    }

    if (place->older == PATRON_CACHE_NONE) {
        cache->oldest = place->newer;

    } else {
        cache->places[place->older].newer = place->newer;
    }
}


static void
patron_token_cache_link(patron_token_cache_t *cache, uint32_t i)
{
    patron_place_t  *place;

    place = &cache->places[i];

    place->newer = PATRON_CACHE_NONE;
    place->older = cache->newest;

    if (cache->newest == PATRON_CACHE_NONE) {
        cache->oldest = i;

    } else {
        cache->places[cache->newest].newer = i;
    }

    cache->newest = i;
}
