
/*
 * See the header.  The one worker that holds the lease reads the set of names
 * and then each hash, by a script that takes some of the addresses at a time:
 * those of one entry may be megabytes.  The table is made anew of all of them
 * and put into the zone as a whole.
 *
 * When that begins, and who reads, is in refresh/: also when one of the entries
 * ends, and no more than once a second.  What cannot be understood of an entry
 * is told and left out; the rest of it holds.
 */


#include <ngx_config.h>
#include <ngx_core.h>

#include "patron_dialogue.h"
#include "ngx_http_patron_redis.h"
#include "ngx_http_patron_redis_script.h"
#include "ngx_http_patron_refresh.h"
#include "ngx_http_patron_registry.h"
#include "ngx_http_patron_registry_entry.h"
#include "ngx_http_patron_registry_load.h"
#include "ngx_http_patron_str.h"
#include "ngx_http_patron_zone.h"
#include "ngx_http_patron_zone_blob.h"


#define NGX_HTTP_PATRON_REGISTRY_PAUSE   1000       /* from one to the next */
#define NGX_HTTP_PATRON_REGISTRY_WINDOW  8          /* commands at a time */
#define NGX_HTTP_PATRON_REGISTRY_LISTS   8          /* in one answer */


static void ngx_http_patron_registry_loader(
    ngx_http_patron_registry_loader_t *loader);
static ngx_uint_t ngx_http_patron_registry_outdated(void *data);
static void ngx_http_patron_registry_named(void *data, ngx_str_t *names,
    ngx_uint_t n);
static void ngx_http_patron_registry_refused(void *data, const char *reason);
static void ngx_http_patron_registry_ended(void *data);
static void ngx_http_patron_registry_more(
    ngx_http_patron_registry_loader_t *loader);
static ngx_int_t ngx_http_patron_registry_ask(
    ngx_http_patron_registry_loader_t *loader,
    ngx_http_patron_registry_item_t *item);
static void ngx_http_patron_registry_answered(void *data,
    patron_reply_t *reply);
static void ngx_http_patron_registry_done(
    ngx_http_patron_registry_loader_t *loader);
static ngx_int_t ngx_http_patron_registry_put(
    ngx_http_patron_registry_loader_t *loader);
static void ngx_http_patron_registry_tell(
    ngx_http_patron_registry_loader_t *loader);


/*
 * Which list comes next, 0 for none, then the fields, then the lists.  Nothing
 * is longer than is ours to refuse.
 */

static ngx_str_t  ngx_http_patron_registry_script = ngx_string(
    "local found = redis.pcall('HMGET', KEYS[1], unpack(ARGV, 4))\n"
    "if found.err then\n"
    "    return string.find(found.err, 'WRONGTYPE') and 0 or found\n"
    "end\n"
    "local n = #ARGV - 3\n"
    "for i = 1, n do\n"
    "    found[i] = string.sub(found[i] or '', 1, tonumber(ARGV[2]) + 1)\n"
    "end\n"
    "local list = tonumber(ARGV[1])\n"
    "local last = list + tonumber(ARGV[3])\n"
    "while list < last do\n"
    "    local text = redis.call('HGET', KEYS[1],\n"
    "        list == 1 and 'addresses' or 'addresses.' .. list)\n"
    "    if not text then\n"
    "        break\n"
    "    end\n"
    "    n = n + 1\n"
    "    found[n] = string.sub(text, 1, 65537)\n"
    "    list = list + 1\n"
    "end\n"
    "table.insert(found, 1, list == last and list or 0)\n"
    "return found\n"
);


ngx_int_t
ngx_http_patron_registries_init_process(ngx_cycle_t *cycle)
{
    ngx_uint_t                          i;
    ngx_http_patron_registry_t        **all;
    ngx_http_patron_main_conf_t        *pmcf;
    ngx_http_patron_registry_loader_t  *loader;

    pmcf = ngx_http_cycle_get_module_main_conf(cycle, ngx_http_patron_module);

    if (pmcf == NULL) {
        return NGX_OK;
    }

    all = pmcf->registries.elts;

    for (i = 0; i < pmcf->registries.nelts; i++) {

        loader = ngx_pcalloc(cycle->pool,
                             sizeof(ngx_http_patron_registry_loader_t));
        if (loader == NULL) {
            return NGX_ERROR;
        }

        all[i]->loader = loader;

        loader->registry = all[i];
        loader->script.text = ngx_http_patron_registry_script;

        if (ngx_http_patron_redis_script_init(cycle->pool, &loader->script)
            != NGX_OK)
        {
            return NGX_ERROR;
        }

        ngx_http_patron_registry_loader(loader);

        if (ngx_http_patron_tracking_register(all[i]->redis,
                                              &all[i]->kind->interest,
                                              &loader->refresh)
            != NGX_OK)
        {
            return NGX_ERROR;
        }

        ngx_http_patron_refresh_init(&loader->refresh, cycle->log);
    }

    return NGX_OK;
}


static void
ngx_http_patron_registry_loader(ngx_http_patron_registry_loader_t *loader)
{
    ngx_http_patron_refresh_t   *refresh;
    ngx_http_patron_registry_t  *registry;

    registry = loader->registry;
    refresh = &loader->refresh;

    refresh->redis = registry->redis;
    refresh->zone = registry->zone;
    refresh->blob = registry->kind->blob;
    refresh->lease = registry->kind->lease;
    refresh->set = registry->kind->set;
    refresh->max = NGX_HTTP_PATRON_REGISTRY_NAMES;
    refresh->interval = NGX_HTTP_PATRON_REGISTRY_PAUSE;
    refresh->data = loader;
    refresh->outdated = ngx_http_patron_registry_outdated;
    refresh->named = ngx_http_patron_registry_named;
    refresh->refused = ngx_http_patron_registry_refused;
    refresh->ended = ngx_http_patron_registry_ended;
}


void
ngx_http_patron_registries_exit_process(ngx_cycle_t *cycle)
{
    ngx_uint_t                          i;
    ngx_http_patron_registry_t        **all;
    ngx_http_patron_main_conf_t        *pmcf;
    ngx_http_patron_registry_loader_t  *loader;

    pmcf = ngx_http_cycle_get_module_main_conf(cycle, ngx_http_patron_module);

    if (pmcf == NULL) {
        return;
    }

    all = pmcf->registries.elts;

    for (i = 0; i < pmcf->registries.nelts; i++) {
        loader = all[i]->loader;

        if (loader == NULL) {
            continue;
        }

        ngx_http_patron_refresh_exit(&loader->refresh);

        if (all[i]->data != NULL) {
            ngx_free(all[i]->data);
            all[i]->data = NULL;
        }

        if (all[i]->pool != NULL) {
            ngx_destroy_pool(all[i]->pool);
            all[i]->pool = NULL;
        }
    }
}


/* An entry ends.  The copy is taken here rather than by a request. */

static ngx_uint_t
ngx_http_patron_registry_outdated(void *data)
{
    ngx_http_patron_registry_t         *registry;
    ngx_http_patron_registry_loader_t  *loader = data;

    registry = loader->registry;

    (void) ngx_http_patron_registry(registry);

    if (registry->until == 0 || registry->until > ngx_time()) {
        return 0;
    }

    registry->until = 0;

    return 1;
}


/* Of equal ranges the first name has it. */

static void
ngx_http_patron_registry_named(void *data, ngx_str_t *names, ngx_uint_t n)
{
    ngx_uint_t                          i;
    ngx_http_patron_registry_item_t    *item;
    ngx_http_patron_registry_loader_t  *loader = data;

    item = ngx_pcalloc(loader->refresh.pool,
                       (n + 1) * sizeof(ngx_http_patron_registry_item_t));
    if (item == NULL) {
        ngx_http_patron_refresh_end(&loader->refresh);
        return;
    }

    for (i = 0; i < n; i++) {
        item[i].loader = loader;
        item[i].list = 1;
        item[i].name = names[i];
    }

    loader->items = item;
    loader->n = n;
    loader->next = 0;
    loader->failed = 0;
    loader->waiting = 0;

    ngx_http_patron_registry_more(loader);
}


/* Asks for what comes next, or goes on when there is nothing more. */

static void
ngx_http_patron_registry_more(ngx_http_patron_registry_loader_t *loader)
{
    ngx_http_patron_registry_item_t  *item;

    while (!loader->failed
           && loader->next < loader->n
           && loader->waiting < NGX_HTTP_PATRON_REGISTRY_WINDOW)
    {
        item = &loader->items[loader->next++];

        if (item->name.len == 0
            || item->name.len > NGX_HTTP_PATRON_REGISTRY_NAME)
        {
            item->name.len = ngx_min(item->name.len,
                                     NGX_HTTP_PATRON_REGISTRY_NAME);
            ngx_http_patron_registry_trouble(item, "a name has 1 to %d bytes",
                                             NGX_HTTP_PATRON_REGISTRY_NAME);
            continue;
        }

        if (ngx_http_patron_registry_ask(loader, item) != NGX_OK) {
            loader->failed = 1;
        }
    }

    if (loader->waiting) {
        return;
    }

    if (loader->failed) {
        ngx_http_patron_refresh_end(&loader->refresh);
        return;
    }

    ngx_http_patron_registry_done(loader);
}


static ngx_int_t
ngx_http_patron_registry_ask(ngx_http_patron_registry_loader_t *loader,
    ngx_http_patron_registry_item_t *item)
{
    u_char                            numbers[3][NGX_INT_T_LEN], *p;
    ngx_int_t                         rc;
    ngx_str_t                        *prefix;
    ngx_str_t                         argv[4 + NGX_HTTP_PATRON_REGISTRY_VALUES];
    ngx_uint_t                        n;
    ngx_http_patron_registry_kind_t  *kind;

    kind = loader->registry->kind;
    prefix = ngx_http_patron_redis_prefix(loader->registry->redis);

    p = ngx_pnalloc(loader->refresh.pool, prefix->len + kind->hash.len
                                  + item->name.len);
    if (p == NULL) {
        return NGX_ERROR;
    }

    argv[0].data = p;
    argv[0].len = ngx_sprintf(p, "%V%V%V", prefix, &kind->hash, &item->name)
                  - p;

    argv[1].data = numbers[0];
    argv[1].len = ngx_sprintf(numbers[0], "%ui", item->list) - numbers[0];

    argv[2].data = numbers[1];
    argv[2].len = ngx_sprintf(numbers[1], "%uz", kind->max) - numbers[1];

    argv[3].data = numbers[2];
    argv[3].len = ngx_sprintf(numbers[2], "%d", NGX_HTTP_PATRON_REGISTRY_LISTS)
                  - numbers[2];

    for (n = 0; kind->fields[n].len; n++) {
        argv[4 + n] = kind->fields[n];
    }

    rc = ngx_http_patron_redis_script(loader->registry->redis,
                                      &loader->script, 1, argv, 4 + n,
                                      ngx_http_patron_registry_answered, item);

    if (rc == NGX_OK) {
        loader->waiting++;
    }

    return rc;
}


static void
ngx_http_patron_registry_answered(void *data, patron_reply_t *reply)
{
    ngx_int_t                           rc;
    ngx_http_patron_registry_item_t    *item = data;
    ngx_http_patron_registry_loader_t  *loader;

    loader = item->loader;
    loader->waiting--;

    rc = NGX_ERROR;

    switch (patron_reply_type(reply)) {

    case PATRON_REPLY_INTEGER:
        ngx_http_patron_registry_trouble(item, "it is no hash");
        rc = NGX_OK;
        break;

    case PATRON_REPLY_ARRAY:
        if (!loader->failed) {
            rc = ngx_http_patron_registry_read(item, reply);
        }

        break;

    case PATRON_REPLY_ERROR:
        ngx_http_patron_refresh_unread(&loader->refresh, reply);
        ngx_http_patron_registry_refused(loader,
                                       ngx_http_patron_refresh_reason(reply));
        break;

    default:
        break;
    }

    if (rc == NGX_AGAIN) {
        rc = ngx_http_patron_registry_ask(loader, item);
    }

    if (rc != NGX_OK) {
        loader->failed = 1;
    }

    ngx_http_patron_registry_more(loader);
}


static void
ngx_http_patron_registry_done(ngx_http_patron_registry_loader_t *loader)
{
    ngx_int_t  put;

    put = ngx_http_patron_registry_put(loader);

    (void) ngx_http_patron_registry(loader->registry);

    ngx_http_patron_refresh_done(&loader->refresh, put);
}


/* NGX_OK, NGX_DECLINED for no room in the zone, NGX_ERROR for no memory. */

static ngx_int_t
ngx_http_patron_registry_put(ngx_http_patron_registry_loader_t *loader)
{
    size_t                            n;
    u_char                            ranges[NGX_SIZE_T_LEN];
    uint32_t                          redis;
    ngx_int_t                         rc;
    ngx_str_t                         blob;
    ngx_uint_t                        i;
    patron_str_t                      fields[PATRON_REGISTRY_FIELDS];
    patron_uchar_t                   *data;
    ngx_atomic_uint_t                 version;
    ngx_http_patron_registry_t       *registry;
    ngx_http_patron_registry_item_t  *item;

    registry = loader->registry;
    redis = ngx_http_patron_redis_id(registry->redis);

    for (i = 0; i < loader->n; i++) {
        item = &loader->items[i];

        fields[NGX_HTTP_PATRON_REGISTRY_NAMED] =
                                        ngx_http_patron_pure_str(&item->name);

        fields[NGX_HTTP_PATRON_REGISTRY_RANGES].data = ranges;
        fields[NGX_HTTP_PATRON_REGISTRY_RANGES].len =
                              ngx_sprintf(ranges, "%uz", item->ranges) - ranges;

        fields[NGX_HTTP_PATRON_REGISTRY_TROUBLE] =
                                     ngx_http_patron_pure_str(&item->trouble);

        for (n = 0; registry->kind->fields[n].len; n++) {
            fields[NGX_HTTP_PATRON_REGISTRY_VALUE + n] =
                                   ngx_http_patron_pure_str(&item->values[n]);
        }

        if (patron_registry_add(&loader->maker, fields,
                                NGX_HTTP_PATRON_REGISTRY_VALUE + n)
            != PATRON_OK)
        {
            return NGX_ERROR;
        }
    }

    if (patron_registry_write(&loader->maker, &data, &blob.len) != PATRON_OK) {
        return NGX_ERROR;
    }

    blob.data = data;

    version = ngx_http_patron_zone_blob_version(registry->zone, redis,
                                                registry->kind->blob);

    rc = ngx_http_patron_refresh_put(&loader->refresh, &blob,
                                     &registry->kind->set);

    if (rc == NGX_OK
        && version != ngx_http_patron_zone_blob_version(registry->zone, redis,
                                                        registry->kind->blob))
    {
        ngx_http_patron_registry_tell(loader);
    }

    free(data);

    return rc;
}


static void
ngx_http_patron_registry_tell(ngx_http_patron_registry_loader_t *loader)
{
    ngx_uint_t                        i;
    ngx_http_patron_registry_item_t  *item;

    for (i = 0; i < loader->n; i++) {
        item = &loader->items[i];

        if (item->trouble.len) {
            ngx_log_error(NGX_LOG_WARN, ngx_cycle->log, 0,
                          "patron: \"%V%V\": %V",
                          &loader->registry->kind->hash, &item->name,
                          &item->trouble);
        }
    }
}


/* Told once a minute. */

static void
ngx_http_patron_registry_refused(void *data, const char *reason)
{
    ngx_http_patron_registry_t         *registry;
    ngx_http_patron_registry_loader_t  *loader = data;

    registry = loader->registry;

    if (ngx_time() - loader->said < 60) {
        return;
    }

    loader->said = ngx_time();

    if (reason != NULL) {
        ngx_log_error(NGX_LOG_ERR, ngx_cycle->log, 0,
                      "patron: \"%V%V\" cannot be read: %s; %V stay as they "
                      "were", ngx_http_patron_redis_prefix(registry->redis),
                      &registry->kind->set, reason, &registry->kind->set);
        return;
    }

    ngx_log_error(NGX_LOG_ERR, ngx_cycle->log, 0,
                  "patron: \"%V%V\" cannot be read: it is no set of at most "
                  "%d names; %V stay as they were",
                  ngx_http_patron_redis_prefix(registry->redis),
                  &registry->kind->set, NGX_HTTP_PATRON_REGISTRY_NAMES,
                  &registry->kind->set);
}


static void
ngx_http_patron_registry_ended(void *data)
{
    ngx_http_patron_registry_loader_t *loader = data;

    patron_registry_free(&loader->maker);

    loader->items = NULL;
}
