
/*
 * See the header.  The one worker that holds the lease reads the set of names
 * and then each hash, by a script that takes some of the addresses at a time:
 * those of one entry may be megabytes.  The table is made anew of all of them
 * and put into the zone as a whole.
 *
 * Begun when Redis tells of a change, or every second where it does not, and
 * when one of the entries ends; no more than once a second.  All workers hear
 * of a change and say so in the zone; the one with the lease acts at once, and
 * where it has died another does within a second.
 *
 * While Redis is away, or an answer is missing, the zone keeps what it has.
 * What cannot be understood of an entry is told and left out; the rest of it
 * holds.
 */


#include <ngx_config.h>
#include <ngx_core.h>

#include "patron_dialogue.h"
#include "ngx_http_patron_redis.h"
#include "ngx_http_patron_redis_script.h"
#include "ngx_http_patron_registry.h"
#include "ngx_http_patron_registry_entry.h"
#include "ngx_http_patron_registry_load.h"
#include "ngx_http_patron_zone.h"
#include "ngx_http_patron_zone_blob.h"


#define NGX_HTTP_PATRON_REGISTRY_NAMES   4096
#define NGX_HTTP_PATRON_REGISTRY_POLL    1000
#define NGX_HTTP_PATRON_REGISTRY_FIRST   10
#define NGX_HTTP_PATRON_REGISTRY_PAUSE   1000       /* from one to the next */
#define NGX_HTTP_PATRON_REGISTRY_WINDOW  8          /* commands at a time */
#define NGX_HTTP_PATRON_REGISTRY_POOL    16384
#define NGX_HTTP_PATRON_REGISTRY_LISTS   8          /* in one answer */


static void ngx_http_patron_registry_loader(ngx_cycle_t *cycle,
    ngx_http_patron_registry_loader_t *loader);
static void ngx_http_patron_registry_changed(void *data, patron_str_t *name);
static void ngx_http_patron_registry_listening(void *data, ngx_uint_t on,
    ngx_uint_t lost);
static void ngx_http_patron_registry_stale(void *data);
static void ngx_http_patron_registry_poll(ngx_event_t *ev);
static void ngx_http_patron_registry_soon(ngx_event_t *ev);
static void ngx_http_patron_registry_begin(
    ngx_http_patron_registry_loader_t *loader);
static ngx_int_t ngx_http_patron_registry_set(
    ngx_http_patron_registry_loader_t *loader, char *command,
    ngx_http_patron_redis_handler_pt handler);
static void ngx_http_patron_registry_counted(void *data,
    patron_reply_t *reply);
static void ngx_http_patron_registry_named(void *data, patron_reply_t *reply);
static int ngx_libc_cdecl ngx_http_patron_registry_cmp(const void *one,
    const void *two);
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
static void ngx_http_patron_registry_failed(
    ngx_http_patron_registry_loader_t *loader, const char *why);
static void ngx_http_patron_registry_end(
    ngx_http_patron_registry_loader_t *loader);


/*
 * Which list comes next, 0 for none, then the fields, then the lists.  Nothing
 * is longer than is ours to refuse.
 */

static ngx_str_t  ngx_http_patron_registry_script = ngx_string(
    "local found = redis.pcall('HMGET', KEYS[1], unpack(ARGV, 4))\n"
    "if found.err then\n"
    "    return 0\n"
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

        ngx_http_patron_registry_loader(cycle, loader);

        if (ngx_http_patron_tracking_register(all[i]->redis,
                                              &all[i]->kind->interest, loader)
            != NGX_OK)
        {
            return NGX_ERROR;
        }
    }

    return NGX_OK;
}


static void
ngx_http_patron_registry_loader(ngx_cycle_t *cycle,
    ngx_http_patron_registry_loader_t *loader)
{
    ngx_http_patron_interest_t  *interest;

    loader->began = ngx_current_msec - NGX_HTTP_PATRON_REGISTRY_PAUSE;

    loader->poll.handler = ngx_http_patron_registry_poll;
    loader->poll.data = loader;
    loader->poll.log = cycle->log;
    loader->poll.cancelable = 1;

    loader->soon.handler = ngx_http_patron_registry_soon;
    loader->soon.data = loader;
    loader->soon.log = cycle->log;
    loader->soon.cancelable = 1;

    interest = &loader->registry->kind->interest;
    interest->changed = ngx_http_patron_registry_changed;
    interest->forgotten = ngx_http_patron_registry_stale;
    interest->listening = ngx_http_patron_registry_listening;

    ngx_add_timer(&loader->poll, NGX_HTTP_PATRON_REGISTRY_FIRST);
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

        if (loader->poll.timer_set) {
            ngx_del_timer(&loader->poll);
        }

        if (loader->soon.timer_set) {
            ngx_del_timer(&loader->soon);
        }

        ngx_http_patron_registry_end(loader);

        if (all[i]->data != NULL) {
            ngx_free(all[i]->data);
            all[i]->data = NULL;
        }

        ngx_http_patron_zone_release(all[i]->zone,
                                     ngx_http_patron_redis_id(all[i]->redis),
                                     all[i]->kind->lease);
    }
}


/* Redis tells of a change, or that some may have been missed. */

static void
ngx_http_patron_registry_changed(void *data, patron_str_t *name)
{
    ngx_http_patron_registry_stale(data);
}


static void
ngx_http_patron_registry_listening(void *data, ngx_uint_t on, ngx_uint_t lost)
{
    if (on) {
        ngx_http_patron_registry_stale(data);
    }
}


static void
ngx_http_patron_registry_stale(void *data)
{
    ngx_http_patron_registry_loader_t *loader = data;

    ngx_http_patron_registry_t  *registry;

    if (ngx_exiting) {
        return;
    }

    registry = loader->registry;

    ngx_http_patron_zone_blob_want(registry->zone,
                                   ngx_http_patron_redis_id(registry->redis),
                                   registry->kind->blob);

    ngx_http_patron_registry_begin(loader);
}


static void
ngx_http_patron_registry_poll(ngx_event_t *ev)
{
    uint32_t                            redis;
    ngx_uint_t                          old;
    ngx_http_patron_registry_t         *registry;
    ngx_http_patron_registry_loader_t  *loader = ev->data;

    registry = loader->registry;
    redis = ngx_http_patron_redis_id(registry->redis);

    /* the copy is taken here rather than by a request */

    (void) ngx_http_patron_registry(registry);

    if (registry->until && registry->until <= ngx_time()) {
        registry->until = 0;
        ngx_http_patron_registry_stale(loader);

    } else {
        (void) ngx_http_patron_zone_blob_wanted(registry->zone, redis,
                                                registry->kind->blob, &old);

        if (old || !ngx_http_patron_listening(registry->redis)) {
            ngx_http_patron_registry_begin(loader);
        }
    }

    ngx_add_timer(ev, NGX_HTTP_PATRON_REGISTRY_POLL);
}


static void
ngx_http_patron_registry_soon(ngx_event_t *ev)
{
    ngx_http_patron_registry_begin(ev->data);
}


static void
ngx_http_patron_registry_begin(ngx_http_patron_registry_loader_t *loader)
{
    uint32_t                     redis;
    ngx_msec_t                   since;
    ngx_uint_t                   old;
    ngx_http_patron_registry_t  *registry;

    registry = loader->registry;
    redis = ngx_http_patron_redis_id(registry->redis);

    if (loader->pool != NULL
        || loader->soon.timer_set
        || ngx_exiting
        || !ngx_http_patron_zone_lease(registry->zone, redis,
                                       registry->kind->lease))
    {
        return;
    }

    since = ngx_current_msec - loader->began;

    if (since < NGX_HTTP_PATRON_REGISTRY_PAUSE) {
        ngx_add_timer(&loader->soon, NGX_HTTP_PATRON_REGISTRY_PAUSE - since);
        return;
    }

    loader->began = ngx_current_msec;
    loader->wanted = ngx_http_patron_zone_blob_wanted(registry->zone, redis,
                                                      registry->kind->blob,
                                                      &old);
    loader->failed = 0;
    loader->waiting = 0;

    loader->pool = ngx_create_pool(NGX_HTTP_PATRON_REGISTRY_POOL,
                                   ngx_cycle->log);
    if (loader->pool == NULL) {
        return;
    }

    if (ngx_http_patron_registry_set(loader, "SCARD",
                                     ngx_http_patron_registry_counted)
        != NGX_OK)
    {
        /* another worker may have a connection */

        ngx_http_patron_registry_end(loader);
        ngx_http_patron_zone_release(registry->zone, redis,
                                     registry->kind->lease);
    }
}


/* A command about the set of names. */

static ngx_int_t
ngx_http_patron_registry_set(ngx_http_patron_registry_loader_t *loader,
    char *command, ngx_http_patron_redis_handler_pt handler)
{
    ngx_str_t  argv[2], *prefix, *set;

    prefix = ngx_http_patron_redis_prefix(loader->registry->redis);
    set = &loader->registry->kind->set;

    argv[0].data = (u_char *) command;
    argv[0].len = ngx_strlen(command);

    argv[1].len = prefix->len + set->len;
    argv[1].data = ngx_pnalloc(loader->pool, argv[1].len);
    if (argv[1].data == NULL) {
        return NGX_ERROR;
    }

    ngx_memcpy(ngx_cpymem(argv[1].data, prefix->data, prefix->len),
               set->data, set->len);

    return ngx_http_patron_redis_send(loader->registry->redis, argv, 2,
                                      &argv[1], handler, loader);
}


static void
ngx_http_patron_registry_counted(void *data, patron_reply_t *reply)
{
    int64_t                             n;
    ngx_http_patron_registry_loader_t  *loader = data;

    if (reply == NULL) {
        ngx_http_patron_registry_end(loader);
        return;
    }

    n = patron_reply_int(reply, -1);

    if (n < 0 || n > NGX_HTTP_PATRON_REGISTRY_NAMES) {
        ngx_http_patron_registry_failed(loader,
                                        "it is no set of at most 4096 names");
        return;
    }

    if (ngx_http_patron_registry_set(loader, "SMEMBERS",
                                     ngx_http_patron_registry_named)
        != NGX_OK)
    {
        ngx_http_patron_registry_end(loader);
    }
}


static void
ngx_http_patron_registry_named(void *data, patron_reply_t *reply)
{
    size_t                              i, n;
    ngx_http_patron_registry_item_t    *item;
    ngx_http_patron_registry_loader_t  *loader = data;

    n = patron_reply_elements(reply);

    if (patron_reply_type(reply) != PATRON_REPLY_ARRAY
        || n > NGX_HTTP_PATRON_REGISTRY_NAMES)
    {
        ngx_http_patron_registry_end(loader);
        return;
    }

    item = ngx_pcalloc(loader->pool,
                       (n + 1) * sizeof(ngx_http_patron_registry_item_t));
    if (item == NULL) {
        ngx_http_patron_registry_end(loader);
        return;
    }

    loader->items = item;
    loader->n = n;
    loader->next = 0;

    for (i = 0; i < n; i++) {
        item[i].loader = loader;
        item[i].list = 1;

        if (ngx_http_patron_redis_str(loader->pool, &item[i].name,
                                      patron_reply_element(reply, i))
            != NGX_OK)
        {
            ngx_http_patron_registry_end(loader);
            return;
        }
    }

    /* of equal ranges the first name has it */

    ngx_qsort(item, n, sizeof(ngx_http_patron_registry_item_t),
              ngx_http_patron_registry_cmp);

    ngx_http_patron_registry_more(loader);
}


static int ngx_libc_cdecl
ngx_http_patron_registry_cmp(const void *one, const void *two)
{
    ngx_int_t                               rc;
    const ngx_http_patron_registry_item_t  *a = one;
    const ngx_http_patron_registry_item_t  *b = two;

    rc = ngx_memcmp(a->name.data, b->name.data,
                    ngx_min(a->name.len, b->name.len));

    return rc ? (int) rc
              : (a->name.len > b->name.len) - (a->name.len < b->name.len);
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
        ngx_http_patron_registry_end(loader);
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

    p = ngx_pnalloc(loader->pool, prefix->len + kind->hash.len
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
    uint32_t                     redis;
    ngx_int_t                    put;
    ngx_uint_t                   old;
    ngx_http_patron_registry_t  *registry;

    registry = loader->registry;
    redis = ngx_http_patron_redis_id(registry->redis);

    put = ngx_http_patron_registry_put(loader);

    ngx_http_patron_registry_end(loader);

    (void) ngx_http_patron_registry(registry);
    (void) ngx_http_patron_zone_blob_wanted(registry->zone, redis,
                                            registry->kind->blob, &old);

    if (old && put == NGX_OK && !ngx_exiting) {
        /* changed again, or heard of by another worker too */
        ngx_http_patron_registry_begin(loader);
    }
}


/* NGX_OK, NGX_DECLINED for no room in the zone, NGX_ERROR for no memory. */

static ngx_int_t
ngx_http_patron_registry_put(ngx_http_patron_registry_loader_t *loader)
{
    size_t                            n, refused;
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

        fields[NGX_HTTP_PATRON_REGISTRY_NAMED].data = item->name.data;
        fields[NGX_HTTP_PATRON_REGISTRY_NAMED].len = item->name.len;

        fields[NGX_HTTP_PATRON_REGISTRY_RANGES].data = ranges;
        fields[NGX_HTTP_PATRON_REGISTRY_RANGES].len =
                              ngx_sprintf(ranges, "%uz", item->ranges) - ranges;

        fields[NGX_HTTP_PATRON_REGISTRY_TROUBLE].data = item->trouble.data;
        fields[NGX_HTTP_PATRON_REGISTRY_TROUBLE].len = item->trouble.len;

        for (n = 0; registry->kind->fields[n].len; n++) {
            fields[NGX_HTTP_PATRON_REGISTRY_VALUE + n].data =
                                                        item->values[n].data;
            fields[NGX_HTTP_PATRON_REGISTRY_VALUE + n].len =
                                                        item->values[n].len;
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

    refused = ngx_http_patron_zone_blob_refused(registry->zone, redis,
                                                registry->kind->blob);

    version = ngx_http_patron_zone_blob_version(registry->zone, redis,
                                                registry->kind->blob);

    rc = ngx_http_patron_zone_blob_put(registry->zone, redis,
                                       registry->kind->blob, &blob,
                                       loader->wanted);

    if (rc == NGX_OK
        && version != ngx_http_patron_zone_blob_version(registry->zone, redis,
                                                        registry->kind->blob))
    {
        ngx_http_patron_registry_tell(loader);
    }

    if (rc != NGX_OK && blob.len != refused) {
        ngx_log_error(NGX_LOG_ERR, ngx_cycle->log, 0,
                      "patron: zone \"%V\" has no room for %uz bytes of %V: "
                      "they stay as they were",
                      ngx_http_patron_zone_name(registry->zone), blob.len,
                      &registry->kind->set);
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
ngx_http_patron_registry_failed(ngx_http_patron_registry_loader_t *loader,
    const char *why)
{
    ngx_http_patron_registry_t  *registry;

    registry = loader->registry;

    if (ngx_time() - loader->said >= 60) {
        loader->said = ngx_time();

        ngx_log_error(NGX_LOG_ERR, ngx_cycle->log, 0,
                      "patron: \"%V%V\" cannot be read: %s; %V stay as they "
                      "were", ngx_http_patron_redis_prefix(registry->redis),
                      &registry->kind->set, why, &registry->kind->set);
    }

    ngx_http_patron_registry_end(loader);
}


static void
ngx_http_patron_registry_end(ngx_http_patron_registry_loader_t *loader)
{
    patron_registry_free(&loader->maker);

    loader->items = NULL;

    if (loader->pool != NULL) {
        ngx_destroy_pool(loader->pool);
        loader->pool = NULL;
    }
}
