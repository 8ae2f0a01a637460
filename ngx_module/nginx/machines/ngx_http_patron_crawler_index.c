
/*
 * See the header.  It is made anew with the registry, in a pool of its own.
 *
 * Nearly all of the User-Agents that are seen are of browsers, and the same few:
 * what was found in one is remembered.
 */


#include "ngx_http_patron_crawler.h"
#include "ngx_http_patron_crawler_index.h"
#include "ngx_http_patron_registry.h"
#include "ngx_http_patron_str.h"


#define NGX_HTTP_PATRON_AGENTS     64
#define NGX_HTTP_PATRON_AGENT_LEN  240


typedef struct {
    ngx_str_t                       text;       /* in lower case */
    size_t                          entry;
} ngx_http_patron_crawler_word_t;


typedef struct {
    uint32_t                        entry;
    uint32_t                        len;
    u_char                          text[NGX_HTTP_PATRON_AGENT_LEN];
} ngx_http_patron_crawler_agent_t;


struct ngx_http_patron_crawler_index_s {
    ngx_http_patron_crawler_record_t *records;  /* of entries from 1 on */
    ngx_array_t                     keys;       /* sorted */
    ngx_array_t                     words;
    ngx_http_patron_crawler_agent_t *agents;
};


static ngx_int_t ngx_http_patron_crawler_index_make(
    ngx_http_patron_crawler_index_t *index, ngx_pool_t *pool,
    patron_registry_t *registry);
static ngx_int_t ngx_http_patron_crawler_index_record(
    ngx_http_patron_crawler_record_t *record, ngx_pool_t *pool,
    patron_registry_t *registry, size_t entry);
static ngx_int_t ngx_http_patron_crawler_index_keys(
    ngx_http_patron_crawler_index_t *index, patron_registry_t *registry,
    size_t entry);
static int ngx_libc_cdecl ngx_http_patron_crawler_cmp(const void *one,
    const void *two);
static size_t ngx_http_patron_crawler_search(
    ngx_http_patron_crawler_index_t *index, ngx_str_t *agent);


ngx_http_patron_crawler_index_t *
ngx_http_patron_crawler_index(ngx_http_patron_registry_t *registry)
{
    ngx_pool_t                       *pool;
    patron_registry_t                *known;
    ngx_http_patron_crawler_index_t  *index;

    known = ngx_http_patron_registry(registry);

    if (known == NULL) {
        return NULL;
    }

    if (registry->made != NULL && registry->made_of == registry->version) {
        return registry->made;
    }

    pool = ngx_create_pool(NGX_DEFAULT_POOL_SIZE, ngx_cycle->log);
    if (pool == NULL) {
        return NULL;
    }

    index = ngx_pcalloc(pool, sizeof(ngx_http_patron_crawler_index_t));

    if (index == NULL
        || ngx_http_patron_crawler_index_make(index, pool, known) != NGX_OK)
    {
        ngx_destroy_pool(pool);
        return NULL;
    }

    if (registry->pool != NULL) {
        ngx_destroy_pool(registry->pool);
    }

    registry->pool = pool;
    registry->made = index;
    registry->made_of = registry->version;

    return index;
}


static ngx_int_t
ngx_http_patron_crawler_index_make(ngx_http_patron_crawler_index_t *index,
    ngx_pool_t *pool, patron_registry_t *registry)
{
    size_t                           entry;
    ngx_str_t                        value;
    ngx_http_patron_crawler_word_t  *word;

    index->records = ngx_pcalloc(pool, (registry->nentries + 1)
                                 * sizeof(ngx_http_patron_crawler_record_t));

    if (index->records == NULL
        || ngx_array_init(&index->keys, pool, 16,
                          sizeof(ngx_http_patron_crawler_key_t))
           != NGX_OK
        || ngx_array_init(&index->words, pool, 16,
                          sizeof(ngx_http_patron_crawler_word_t))
           != NGX_OK)
    {
        return NGX_ERROR;
    }

    for (entry = 1; entry <= registry->nentries; entry++) {

        if (ngx_http_patron_crawler_index_record(&index->records[entry], pool,
                                                 registry, entry)
            != NGX_OK
            || ngx_http_patron_crawler_index_keys(index, registry, entry)
               != NGX_OK)
        {
            return NGX_ERROR;
        }

        value = ngx_http_patron_registry_value(registry, entry,
                                               NGX_HTTP_PATRON_BOT_UA);
        if (value.len == 0) {
            continue;
        }

        word = ngx_array_push(&index->words);
        if (word == NULL) {
            return NGX_ERROR;
        }

        word->text.data = ngx_pnalloc(pool, value.len);
        if (word->text.data == NULL) {
            return NGX_ERROR;
        }

        ngx_strlow(word->text.data, value.data, value.len);
        word->text.len = value.len;
        word->entry = entry;
    }

    ngx_qsort(index->keys.elts, index->keys.nelts,
              sizeof(ngx_http_patron_crawler_key_t),
              ngx_http_patron_crawler_cmp);

    index->agents = ngx_pcalloc(pool, NGX_HTTP_PATRON_AGENTS
                                * sizeof(ngx_http_patron_crawler_agent_t));

    return index->agents != NULL ? NGX_OK : NGX_ERROR;
}


static ngx_int_t
ngx_http_patron_crawler_index_record(ngx_http_patron_crawler_record_t *record,
    ngx_pool_t *pool, patron_registry_t *registry, size_t entry)
{
    u_char       *p;
    ngx_str_t     values[4], price, currency, disallow, *to[4];
    ngx_uint_t    i;
    patron_str_t  text;

    static ngx_uint_t  fields[4] = {
        NGX_HTTP_PATRON_REGISTRY_NAMED,
        NGX_HTTP_PATRON_BOT_PURPOSE,
        NGX_HTTP_PATRON_BOT_LEVEL,
        NGX_HTTP_PATRON_BOT_TERMS
    };

    to[0] = &record->name;
    to[1] = &record->purpose;
    to[2] = &record->level;
    to[3] = &record->terms;

    for (i = 0; i < 4; i++) {
        values[i] = ngx_http_patron_registry_value(registry, entry, fields[i]);
        record->len += values[i].len;
    }

    p = ngx_pnalloc(pool, record->len + 1);
    if (p == NULL) {
        return NGX_ERROR;
    }

    for (i = 0; i < 4; i++) {
        to[i]->data = p;
        to[i]->len = values[i].len;

        p = ngx_http_patron_registry_clean(p, &values[i]);
    }

    if (ngx_http_patron_stats_counter(pool, &record->requests, "bot",
                                      &record->name)
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    disallow = ngx_http_patron_registry_value(registry, entry,
                                              NGX_HTTP_PATRON_BOT_DISALLOW);

    p = ngx_pnalloc(pool, disallow.len + 1);
    if (p == NULL) {
        return NGX_ERROR;
    }

    ngx_memcpy(p, disallow.data, disallow.len);

    record->disallow.data = p;
    record->disallow.len = disallow.len;

    price = ngx_http_patron_registry_value(registry, entry,
                                           NGX_HTTP_PATRON_BOT_PRICE);
    text = ngx_http_patron_pure_str(&price);
    (void) patron_amount_parse(&record->price.amount, &text);

    currency = ngx_http_patron_registry_value(registry, entry,
                                              NGX_HTTP_PATRON_BOT_CURRENCY);
    text = ngx_http_patron_pure_str(&currency);

    if (patron_currency_parse(record->price.currency, &text) != PATRON_OK) {
        ngx_memcpy(record->price.currency, "USD", PATRON_CURRENCY);
    }

    return NGX_OK;
}


ngx_http_patron_crawler_record_t *
ngx_http_patron_crawler_record(ngx_http_patron_crawler_index_t *index,
    size_t entry)
{
    return &index->records[entry];
}


/* What is wrong with them was told when they were read from Redis. */

static ngx_int_t
ngx_http_patron_crawler_index_keys(ngx_http_patron_crawler_index_t *index,
    patron_registry_t *registry, size_t entry)
{
    size_t                          i, n;
    ngx_str_t                       value;
    patron_str_t                    text;
    patron_jwk_t                    keys[PATRON_JWKS_KEYS];
    ngx_http_patron_crawler_key_t  *key;

    value = ngx_http_patron_registry_value(registry, entry,
                                           NGX_HTTP_PATRON_BOT_KEYS);
    if (value.len == 0) {
        return NGX_OK;
    }

    text = ngx_http_patron_pure_str(&value);

    if (patron_jwks_read(&text, keys, &n) != NULL) {
        return NGX_OK;
    }

    for (i = 0; i < n; i++) {
        key = ngx_array_push(&index->keys);
        if (key == NULL) {
            return NGX_ERROR;
        }

        key->jwk = keys[i];
        key->entry = entry;
    }

    return NGX_OK;
}


/* A key of two is the first's. */

static int ngx_libc_cdecl
ngx_http_patron_crawler_cmp(const void *one, const void *two)
{
    int                                   rc;
    const ngx_http_patron_crawler_key_t  *a = one;
    const ngx_http_patron_crawler_key_t  *b = two;

    rc = ngx_memcmp(a->jwk.thumbprint, b->jwk.thumbprint,
                    PATRON_JWK_THUMBPRINT);

    return rc ? rc : (a->entry > b->entry) - (a->entry < b->entry);
}


ngx_http_patron_crawler_key_t *
ngx_http_patron_crawler_key(ngx_http_patron_crawler_index_t *index,
    patron_str_t *keyid)
{
    ngx_uint_t                      low, high, i;
    ngx_http_patron_crawler_key_t  *key;

    if (keyid->len != PATRON_JWK_THUMBPRINT) {
        return NULL;
    }

    key = index->keys.elts;
    low = 0;
    high = index->keys.nelts;

    while (low < high) {
        i = (low + high) / 2;

        if (ngx_memcmp(key[i].jwk.thumbprint, keyid->data,
                       PATRON_JWK_THUMBPRINT)
            < 0)
        {
            low = i + 1;

        } else {
            high = i;
        }
    }

    if (low == index->keys.nelts
        || ngx_memcmp(key[low].jwk.thumbprint, keyid->data,
                      PATRON_JWK_THUMBPRINT)
           != 0)
    {
        return NULL;
    }

    return &key[low];
}


size_t
ngx_http_patron_crawler_says(ngx_http_patron_crawler_index_t *index,
    ngx_str_t *agent)
{
    uint32_t                          hash;
    ngx_http_patron_crawler_agent_t  *seen;

    if (index->words.nelts == 0 || agent->len < 8) {
        return 0;
    }

    if (agent->len > NGX_HTTP_PATRON_AGENT_LEN) {
        return ngx_http_patron_crawler_search(index, agent);
    }

    /* versions, which tell browsers apart, stand in the middle and at the end */

    ngx_memcpy(&hash, agent->data + agent->len - 6, 4);
    hash ^= (hash >> 13) ^ (uint32_t) (agent->len * 31)
            ^ agent->data[agent->len / 2] ^ (agent->data[7] << 3);

    seen = &index->agents[hash % NGX_HTTP_PATRON_AGENTS];

    if (seen->len != agent->len
        || ngx_memcmp(seen->text, agent->data, agent->len) != 0)
    {
        seen->len = (uint32_t) agent->len;
        ngx_memcpy(seen->text, agent->data, agent->len);
        seen->entry = (uint32_t) ngx_http_patron_crawler_search(index, agent);
    }

    return seen->entry;
}


static size_t
ngx_http_patron_crawler_search(ngx_http_patron_crawler_index_t *index,
    ngx_str_t *agent)
{
    ngx_uint_t                       i;
    ngx_http_patron_crawler_word_t  *word;

    word = index->words.elts;

    for (i = 0; i < index->words.nelts; i++) {

        if (word[i].text.len <= agent->len
            && ngx_strlcasestrn(agent->data, agent->data + agent->len,
                                word[i].text.data, word[i].text.len - 1)
               != NULL)
        {
            return word[i].entry;
        }
    }

    return 0;
}
