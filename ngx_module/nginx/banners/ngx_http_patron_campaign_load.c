
/*
 * Campaigns on their way from Redis to the zone, read by the one worker that
 * holds the lease: the set of names, then each hash by a script that cuts what
 * is too long, a few at a time, then the tickers that are made use of.  What is
 * read is checked as a whole; a campaign that cannot be is refused alone and
 * its last good version stays while the set names it.
 *
 * Begun when Redis tells of a change, or every second where it does not.  All
 * workers hear of a change and say so in the zone; the one with the lease acts
 * at once, and where it has died another does within a second.
 *
 * While Redis is away, or an answer is missing, the zone keeps what it has.
 */


#include <ngx_config.h>
#include <ngx_core.h>

#include "patron_dialogue.h"
#include "ngx_http_patron_campaign_check.h"
#include "ngx_http_patron_campaign_load.h"
#include "ngx_http_patron_campaign_rank.h"
#include "ngx_http_patron_campaign_settings.h"
#include "ngx_http_patron_campaign_write.h"
#include "ngx_http_patron_conf.h"
#include "ngx_http_patron_conf_read.h"
#include "ngx_http_patron_redis.h"
#include "ngx_http_patron_redis_script.h"
#include "ngx_http_patron_redis_tracking.h"
#include "ngx_http_patron_template.h"
#include "ngx_http_patron_zone.h"
#include "ngx_http_patron_zone_blob.h"


#define NGX_HTTP_PATRON_LOAD_POLL    1000
#define NGX_HTTP_PATRON_LOAD_FIRST   10
#define NGX_HTTP_PATRON_LOAD_PAUSE   20     /* between two, for bursts */
#define NGX_HTTP_PATRON_LOAD_WINDOW  16     /* commands at a time */
#define NGX_HTTP_PATRON_LOAD_POOL    16384


static void ngx_http_patron_load_changed(void *data, patron_str_t *name);
static void ngx_http_patron_load_listening(void *data, ngx_uint_t on,
    ngx_uint_t lost);
static void ngx_http_patron_load_stale(void *data);
static void ngx_http_patron_load_poll(ngx_event_t *ev);
static void ngx_http_patron_load_soon(ngx_event_t *ev);
static void ngx_http_patron_load_begin(ngx_http_patron_loader_t *loader);
static ngx_int_t ngx_http_patron_load_set(ngx_http_patron_loader_t *loader,
    char *command, ngx_http_patron_redis_handler_pt handler);
static void ngx_http_patron_load_counted(void *data, patron_reply_t *reply);
static void ngx_http_patron_load_named(void *data, patron_reply_t *reply);
static int ngx_libc_cdecl ngx_http_patron_load_cmp(const void *one,
    const void *two);
static void ngx_http_patron_load_more(ngx_http_patron_loader_t *loader);
static ngx_int_t ngx_http_patron_load_ask(ngx_http_patron_loader_t *loader,
    ngx_http_patron_load_item_t *item);
static void ngx_http_patron_load_answered(void *data, patron_reply_t *reply);
static ngx_int_t ngx_http_patron_load_fields(
    ngx_http_patron_load_item_t *item, patron_reply_t *reply);
static ngx_int_t ngx_http_patron_load_tickers(
    ngx_http_patron_loader_t *loader);
static ngx_int_t ngx_http_patron_load_ticker(ngx_http_patron_loader_t *loader,
    ngx_str_t *name);
static void ngx_http_patron_load_done(ngx_http_patron_loader_t *loader);
static void ngx_http_patron_load_end(ngx_http_patron_loader_t *loader);


/*
 * The fields we read, no longer than ours to refuse, and no more than a record
 * holds; whatever else lies in the hash is the site's own.
 */

static ngx_str_t  ngx_http_patron_load_script = ngx_string(
    "local all = redis.pcall('HGETALL', KEYS[1])\n"
    "if all.err then\n"
    "    return 0\n"
    "end\n"
    "local known = { html = 1, url = 1, status = 1, weight = 1, priority = 1,\n"
    "    from = 1, cap = 1, variant_of = 1 }\n"
    "known['until'] = 1\n"
    "known['for'] = 1\n"
    "local found = {}\n"
    "for i = 1, #all, 2 do\n"
    "    local name = all[i]\n"
    "    if #found < 2 * tonumber(ARGV[1]) and (known[name]\n"
    "        or (string.sub(name, 1, 3) == 'if_' and #name < 128))\n"
    "    then\n"
    "        found[#found + 1] = name\n"
    "        found[#found + 1] = string.sub(all[i + 1], 1,\n"
    "            tonumber(ARGV[2]))\n"
    "    end\n"
    "end\n"
    "if #found == 0 and #all > 0 then\n"
    "    found = { 'status', 'active' }\n"
    "end\n"
    "return found\n"
);


static ngx_http_patron_interest_t  ngx_http_patron_campaigns_interest = {
    ngx_string("campaign"),
    ngx_http_patron_load_changed,
    ngx_http_patron_load_stale,
    ngx_http_patron_load_listening,
    NULL
};

static ngx_http_patron_interest_t  ngx_http_patron_tickers_interest = {
    ngx_string("ticker:"),
    ngx_http_patron_load_changed,
    NULL,
    NULL,
    NULL
};


ngx_int_t
ngx_http_patron_campaigns_init_process(ngx_cycle_t *cycle)
{
    ngx_uint_t                      i;
    ngx_http_patron_loader_t       *loader;
    ngx_http_patron_main_conf_t    *pmcf;
    ngx_http_patron_campaigns_t   **campaigns;

    pmcf = ngx_http_cycle_get_module_main_conf(cycle, ngx_http_patron_module);

    if (pmcf == NULL) {
        return NGX_OK;
    }

    campaigns = pmcf->campaigns.elts;

    for (i = 0; i < pmcf->campaigns.nelts; i++) {

        loader = ngx_pcalloc(cycle->pool, sizeof(ngx_http_patron_loader_t));
        if (loader == NULL) {
            return NGX_ERROR;
        }

        campaigns[i]->loader = loader;

        loader->campaigns = campaigns[i];
        loader->script.text = ngx_http_patron_load_script;

        if (ngx_http_patron_redis_script_init(cycle->pool, &loader->script)
            != NGX_OK)
        {
            return NGX_ERROR;
        }

        loader->poll.handler = ngx_http_patron_load_poll;
        loader->poll.data = loader;
        loader->poll.log = cycle->log;
        loader->poll.cancelable = 1;

        loader->soon.handler = ngx_http_patron_load_soon;
        loader->soon.data = loader;
        loader->soon.log = cycle->log;
        loader->soon.cancelable = 1;

        ngx_http_patron_ranks_init_process(campaigns[i], cycle->log);

        if (ngx_http_patron_tracking_register(campaigns[i]->redis,
                                   &ngx_http_patron_campaigns_interest, loader)
            != NGX_OK
            || ngx_http_patron_tracking_register(campaigns[i]->redis,
                                   &ngx_http_patron_tickers_interest, loader)
               != NGX_OK
            || ngx_http_patron_settings_init(cycle, loader,
                                             ngx_http_patron_load_changed)
               != NGX_OK)
        {
            return NGX_ERROR;
        }

        ngx_add_timer(&loader->poll, NGX_HTTP_PATRON_LOAD_FIRST);
    }

    return NGX_OK;
}


void
ngx_http_patron_campaigns_exit_process(ngx_cycle_t *cycle)
{
    ngx_uint_t                      i;
    ngx_http_patron_loader_t       *loader;
    ngx_http_patron_main_conf_t    *pmcf;
    ngx_http_patron_campaigns_t   **campaigns;

    pmcf = ngx_http_cycle_get_module_main_conf(cycle, ngx_http_patron_module);

    if (pmcf == NULL) {
        return;
    }

    campaigns = pmcf->campaigns.elts;

    for (i = 0; i < pmcf->campaigns.nelts; i++) {
        loader = campaigns[i]->loader;

        if (loader == NULL) {
            continue;
        }

        if (loader->poll.timer_set) {
            ngx_del_timer(&loader->poll);
        }

        if (loader->soon.timer_set) {
            ngx_del_timer(&loader->soon);
        }

        ngx_http_patron_load_end(loader);
        ngx_http_patron_ranks_exit_process(campaigns[i]);

        if (campaigns[i]->set != NULL) {
            ngx_destroy_pool(campaigns[i]->set->pool);
            campaigns[i]->set = NULL;
        }

        ngx_http_patron_zone_release(campaigns[i]->zone,
                            ngx_http_patron_redis_id(campaigns[i]->redis),
                            NGX_HTTP_PATRON_LEASE_CAMPAIGNS);
    }
}


/* Redis tells of a change, or that some may have been missed. */

static void
ngx_http_patron_load_changed(void *data, patron_str_t *name)
{
    ngx_http_patron_load_stale(data);
}


static void
ngx_http_patron_load_listening(void *data, ngx_uint_t on, ngx_uint_t lost)
{
    if (on) {
        ngx_http_patron_load_stale(data);
    }
}


static void
ngx_http_patron_load_stale(void *data)
{
    ngx_http_patron_loader_t *loader = data;

    if (ngx_exiting) {
        return;
    }

    ngx_http_patron_zone_blob_want(loader->campaigns->zone,
                         ngx_http_patron_redis_id(loader->campaigns->redis),
                         NGX_HTTP_PATRON_BLOB_CAMPAIGNS);

    ngx_http_patron_load_begin(loader);
}


static void
ngx_http_patron_load_poll(ngx_event_t *ev)
{
    uint32_t                      redis;
    ngx_uint_t                    old;
    ngx_http_patron_loader_t     *loader = ev->data;
    ngx_http_patron_campaigns_t  *campaigns;

    campaigns = loader->campaigns;
    redis = ngx_http_patron_redis_id(campaigns->redis);

    (void) ngx_http_patron_zone_blob_wanted(campaigns->zone, redis,
                                            NGX_HTTP_PATRON_BLOB_CAMPAIGNS,
                                            &old);

    if (old || !ngx_http_patron_listening(campaigns->redis)) {
        ngx_http_patron_load_begin(loader);
    }

    ngx_add_timer(ev, NGX_HTTP_PATRON_LOAD_POLL);
}


static void
ngx_http_patron_load_soon(ngx_event_t *ev)
{
    ngx_http_patron_load_begin(ev->data);
}


static void
ngx_http_patron_load_begin(ngx_http_patron_loader_t *loader)
{
    uint32_t                      redis;
    ngx_uint_t                    old;
    ngx_http_patron_campaigns_t  *campaigns;

    campaigns = loader->campaigns;
    redis = ngx_http_patron_redis_id(campaigns->redis);

    if (loader->state != NGX_HTTP_PATRON_LOAD_IDLE
        || loader->soon.timer_set
        || ngx_exiting
        || !ngx_http_patron_zone_lease(campaigns->zone, redis,
                                       NGX_HTTP_PATRON_LEASE_CAMPAIGNS))
    {
        return;
    }

    loader->wanted = ngx_http_patron_zone_blob_wanted(campaigns->zone, redis,
                                               NGX_HTTP_PATRON_BLOB_CAMPAIGNS,
                                               &old);
    loader->failed = 0;

    loader->pool = ngx_create_pool(NGX_HTTP_PATRON_LOAD_POOL, ngx_cycle->log);
    if (loader->pool == NULL) {
        return;
    }

    if (ngx_http_patron_load_set(loader, "SCARD",
                                 ngx_http_patron_load_counted)
        != NGX_OK)
    {
        /* another worker may have a connection */

        ngx_http_patron_load_end(loader);
        ngx_http_patron_zone_release(campaigns->zone, redis,
                                     NGX_HTTP_PATRON_LEASE_CAMPAIGNS);
        return;
    }

    loader->state = NGX_HTTP_PATRON_LOAD_COUNT;
}


/* A command about the set of names. */

static ngx_int_t
ngx_http_patron_load_set(ngx_http_patron_loader_t *loader, char *command,
    ngx_http_patron_redis_handler_pt handler)
{
    ngx_str_t  argv[2], *prefix;

    prefix = ngx_http_patron_redis_prefix(loader->campaigns->redis);

    argv[0].data = (u_char *) command;
    argv[0].len = ngx_strlen(command);

    argv[1].len = prefix->len + sizeof("campaigns") - 1;
    argv[1].data = ngx_pnalloc(loader->pool, argv[1].len);
    if (argv[1].data == NULL) {
        return NGX_ERROR;
    }

    (void) ngx_http_patron_redis_key(argv[1].data, loader->campaigns->redis,
                                     "campaigns");

    return ngx_http_patron_redis_send(loader->campaigns->redis, argv, 2,
                                      &argv[1], handler, loader);
}


static void
ngx_http_patron_load_counted(void *data, patron_reply_t *reply)
{
    int64_t                    n;
    ngx_http_patron_loader_t  *loader = data;

    n = patron_reply_int(reply, -1);

    if (patron_reply_type(reply) == PATRON_REPLY_ERROR
        || n > NGX_HTTP_PATRON_CAMPAIGNS_MAX)
    {
        ngx_log_error(NGX_LOG_ERR, ngx_cycle->log, 0,
                      "patron: \"%Vcampaigns\" is no set of at most %d names: "
                      "campaigns stay as they were",
                      ngx_http_patron_redis_prefix(loader->campaigns->redis),
                      NGX_HTTP_PATRON_CAMPAIGNS_MAX);
        n = -1;
    }

    if (n < 0
        || ngx_http_patron_load_set(loader, "SMEMBERS",
                                    ngx_http_patron_load_named)
           != NGX_OK)
    {
        ngx_http_patron_load_end(loader);
        return;
    }

    loader->state = NGX_HTTP_PATRON_LOAD_NAMES;
}


static void
ngx_http_patron_load_named(void *data, patron_reply_t *reply)
{
    size_t                        i, n;
    ngx_http_patron_loader_t     *loader = data;
    ngx_http_patron_load_item_t  *item;

    n = patron_reply_elements(reply);

    if (patron_reply_type(reply) != PATRON_REPLY_ARRAY
        || n > NGX_HTTP_PATRON_CAMPAIGNS_MAX)
    {
        ngx_http_patron_load_end(loader);
        return;
    }

    item = ngx_pcalloc(loader->pool,
                       (n + 1) * sizeof(ngx_http_patron_load_item_t));
    if (item == NULL) {
        ngx_http_patron_load_end(loader);
        return;
    }

    loader->items = item;
    loader->hashes = item;
    loader->n = n;
    loader->nhashes = n;
    loader->next = 0;

    for (i = 0; i < n; i++) {
        item[i].loader = loader;

        if (ngx_http_patron_redis_str(loader->pool, &item[i].name,
                                      patron_reply_element(reply, i))
            != NGX_OK)
        {
            ngx_http_patron_load_end(loader);
            return;
        }
    }

    /* those of a slot adjoin, and equal sets make equal snapshots */

    ngx_qsort(item, n, sizeof(ngx_http_patron_load_item_t),
              ngx_http_patron_load_cmp);

    loader->state = NGX_HTTP_PATRON_LOAD_HASHES;

    ngx_http_patron_load_more(loader);
}


static int ngx_libc_cdecl
ngx_http_patron_load_cmp(const void *one, const void *two)
{
    ngx_int_t                           rc;
    const ngx_http_patron_load_item_t  *a = one;
    const ngx_http_patron_load_item_t  *b = two;

    rc = ngx_memcmp(a->name.data, b->name.data,
                    ngx_min(a->name.len, b->name.len));

    return rc ? (int) rc
              : (a->name.len > b->name.len) - (a->name.len < b->name.len);
}


/* Asks for what comes next, or goes on when there is nothing more. */

static void
ngx_http_patron_load_more(ngx_http_patron_loader_t *loader)
{
    while (!loader->failed
           && loader->next < loader->n
           && loader->waiting < NGX_HTTP_PATRON_LOAD_WINDOW)
    {
        if (ngx_http_patron_load_ask(loader, &loader->items[loader->next])
            != NGX_OK)
        {
            loader->failed = 1;
            break;
        }

        loader->next++;
        loader->waiting++;
    }

    if (loader->waiting) {
        return;
    }

    if (loader->failed) {
        ngx_http_patron_load_end(loader);
        return;
    }

    if (loader->state == NGX_HTTP_PATRON_LOAD_HASHES) {
        loader->state = NGX_HTTP_PATRON_LOAD_TICKERS;

        if (ngx_http_patron_load_tickers(loader) != NGX_OK) {
            ngx_http_patron_load_end(loader);
            return;
        }

        if (loader->n) {
            ngx_http_patron_load_more(loader);
            return;
        }
    }

    ngx_http_patron_load_done(loader);
}


static ngx_int_t
ngx_http_patron_load_ask(ngx_http_patron_loader_t *loader,
    ngx_http_patron_load_item_t *item)
{
    u_char      fields[NGX_INT_T_LEN], bytes[NGX_INT_T_LEN], *p;
    ngx_str_t   argv[4], key, *prefix;

    if (item->kind == NGX_HTTP_PATRON_LOAD_SLOT
        || item->kind == NGX_HTTP_PATRON_LOAD_QUIET)
    {
        return ngx_http_patron_settings_ask(item,
                                            ngx_http_patron_load_answered);
    }

    prefix = ngx_http_patron_redis_prefix(loader->campaigns->redis);

    key.data = ngx_pnalloc(loader->pool, prefix->len + sizeof("campaign:")
                                         + item->name.len);
    if (key.data == NULL) {
        return NGX_ERROR;
    }

    p = ngx_http_patron_redis_key(key.data, loader->campaigns->redis,
                                  item->kind == NGX_HTTP_PATRON_LOAD_CAMPAIGN
                                  ? "campaign:" : "ticker:");
    p = ngx_cpymem(p, item->name.data, item->name.len);
    key.len = p - key.data;

    if (item->kind == NGX_HTTP_PATRON_LOAD_CAMPAIGN) {
        argv[0] = key;

        argv[1].data = fields;
        argv[1].len = ngx_sprintf(fields, "%d", PATRON_SNAPSHOT_STRINGS / 2)
                      - fields;

        argv[2].data = bytes;
        argv[2].len = ngx_sprintf(bytes, "%d", PATRON_CAMPAIGN_HTML + 1)
                      - bytes;

        return ngx_http_patron_redis_script(loader->campaigns->redis,
                                            &loader->script, 1, argv, 3,
                                            ngx_http_patron_load_answered,
                                            item);
    }

    ngx_str_set(&argv[0], "GETRANGE");
    argv[1] = key;
    ngx_str_set(&argv[2], "0");
    argv[3].data = bytes;
    argv[3].len = ngx_sprintf(bytes, "%d", NGX_HTTP_PATRON_TICKER_MAX - 1)
                  - bytes;

    return ngx_http_patron_redis_send(loader->campaigns->redis, argv, 4, &key,
                                      ngx_http_patron_load_answered, item);
}


static void
ngx_http_patron_load_answered(void *data, patron_reply_t *reply)
{
    ngx_int_t                     rc;
    ngx_http_patron_loader_t     *loader;
    ngx_http_patron_load_item_t  *item = data;

    loader = item->loader;
    loader->waiting--;

    rc = NGX_OK;

    if (item->kind == NGX_HTTP_PATRON_LOAD_SLOT
        || item->kind == NGX_HTTP_PATRON_LOAD_QUIET)
    {
        rc = ngx_http_patron_settings_answer(item, reply);
        goto answered;
    }

    switch (patron_reply_type(reply)) {

    case PATRON_REPLY_INTEGER:
        item->reason = "it is no hash";
        break;

    case PATRON_REPLY_ARRAY:
        rc = ngx_http_patron_load_fields(item, reply);
        break;

    case PATRON_REPLY_STRING:
        rc = ngx_http_patron_redis_str(loader->pool, &item->value, reply);
        break;

    case PATRON_REPLY_ERROR:

        if (patron_redis_error(reply) == PATRON_REDIS_WRONGTYPE) {
            /* a ticker that is no string: nothing */
            break;
        }

        /* fall through */

    default:
        rc = NGX_ERROR;
    }

answered:

    if (rc != NGX_OK) {
        loader->failed = 1;
    }

    ngx_http_patron_load_more(loader);
}


static ngx_int_t
ngx_http_patron_load_fields(ngx_http_patron_load_item_t *item,
    patron_reply_t *reply)
{
    size_t       i, n;
    ngx_str_t    name, value;
    ngx_pool_t  *pool;

    pool = item->loader->pool;
    n = patron_reply_elements(reply) / 2;

    if (n == 0) {
        item->reason = "there is no such hash";
        return NGX_OK;
    }

    n = ngx_min(n, PATRON_SNAPSHOT_STRINGS / 2);

    item->fields = ngx_palloc(pool, n * sizeof(patron_field_t));
    if (item->fields == NULL) {
        return NGX_ERROR;
    }

    for (i = 0; i < n; i++) {

        if (ngx_http_patron_redis_str(pool, &name,
                                      patron_reply_element(reply, 2 * i))
            != NGX_OK
            || ngx_http_patron_redis_str(pool, &value,
                                         patron_reply_element(reply, 2 * i + 1))
               != NGX_OK)
        {
            return NGX_ERROR;
        }

        item->fields[i].name.data = name.data;
        item->fields[i].name.len = name.len;
        item->fields[i].value.data = value.data;
        item->fields[i].value.len = value.len;
    }

    item->nfields = n;

    return NGX_OK;
}


/* The tickers that banners and these campaigns make use of, and settings. */

static ngx_int_t
ngx_http_patron_load_tickers(ngx_http_patron_loader_t *loader)
{
    char                          err[PATRON_CAMPAIGN_ERR];
    size_t                        k;
    ngx_str_t                    *ticker, name;
    ngx_uint_t                    i;
    patron_mem_t                 *mem;
    patron_str_t                  key;
    patron_campaign_t             campaign;
    patron_template_t             tmpl;
    ngx_http_patron_load_item_t  *item;

    mem = ngx_http_patron_mem(loader->pool);
    loader->items = ngx_pcalloc(loader->pool,
                                (NGX_HTTP_PATRON_TICKERS_MAX
                                 + ngx_http_patron_settings_most(loader))
                                * sizeof(ngx_http_patron_load_item_t));

    if (mem == NULL || loader->items == NULL) {
        return NGX_ERROR;
    }

    loader->n = 0;
    loader->next = 0;

    ticker = loader->campaigns->tickers->elts;

    for (i = 0; i < loader->campaigns->tickers->nelts; i++) {
        if (ngx_http_patron_load_ticker(loader, &ticker[i]) != NGX_OK) {
            return NGX_ERROR;
        }
    }

    for (i = 0; i < loader->nhashes; i++) {
        item = &loader->hashes[i];

        key.data = item->name.data;
        key.len = item->name.len;

        if (item->reason != NULL
            || ngx_http_patron_campaign_check(loader->campaigns, &key,
                                              item->fields, item->nfields,
                                              mem, &campaign, &tmpl, err)
               != PATRON_OK)
        {
            continue;
        }

        for (k = 0; k < tmpl.nparts; k++) {
            if (tmpl.parts[k].type != PATRON_PART_LITERAL
                && ngx_http_patron_ticker_name(&tmpl.parts[k].str, &name)
                   == NGX_OK
                && ngx_http_patron_load_ticker(loader, &name) != NGX_OK)
            {
                return NGX_ERROR;
            }
        }
    }

    ngx_http_patron_settings_items(loader);

    return NGX_OK;
}


static ngx_int_t
ngx_http_patron_load_ticker(ngx_http_patron_loader_t *loader, ngx_str_t *name)
{
    ngx_uint_t                    i;
    ngx_http_patron_load_item_t  *item;

    for (i = 0; i < loader->n; i++) {
        item = &loader->items[i];

        if (item->name.len == name->len
            && ngx_memcmp(item->name.data, name->data, name->len) == 0)
        {
            return NGX_OK;
        }
    }

    if (loader->n == NGX_HTTP_PATRON_TICKERS_MAX) {
        ngx_log_error(NGX_LOG_WARN, ngx_cycle->log, 0,
                      "patron: more than %d tickers: \"%V\" stays empty",
                      NGX_HTTP_PATRON_TICKERS_MAX, name);
        return NGX_OK;
    }

    item = &loader->items[loader->n++];
    item->loader = loader;
    item->kind = NGX_HTTP_PATRON_LOAD_TICKER;
    item->name = *name;

    return NGX_OK;
}


static void
ngx_http_patron_load_done(ngx_http_patron_loader_t *loader)
{
    size_t                        refused;
    uint32_t                      redis;
    ngx_int_t                     put;
    ngx_str_t                     blob;
    ngx_uint_t                    old;
    patron_snapshot_t             snapshot;
    ngx_http_patron_campaigns_t  *campaigns;

    campaigns = loader->campaigns;
    redis = ngx_http_patron_redis_id(campaigns->redis);

    put = NGX_ERROR;
    ngx_memzero(&snapshot, sizeof(patron_snapshot_t));

    if (ngx_http_patron_load_write(loader, &snapshot) == NGX_OK) {

        blob.data = snapshot.data;
        blob.len = snapshot.len;

        refused = ngx_http_patron_zone_blob_refused(campaigns->zone, redis,
                                              NGX_HTTP_PATRON_BLOB_CAMPAIGNS);

        put = ngx_http_patron_zone_blob_put(campaigns->zone, redis,
                                            NGX_HTTP_PATRON_BLOB_CAMPAIGNS,
                                            &blob, loader->wanted);
        if (put != NGX_OK && blob.len != refused) {
            ngx_log_error(NGX_LOG_ERR, ngx_cycle->log, 0,
                          "patron: zone \"%V\" has no room for %uz bytes of "
                          "campaigns: they stay as they were",
                          ngx_http_patron_zone_name(campaigns->zone),
                          blob.len);
        }
    }

    patron_snapshot_free(&snapshot);

    ngx_http_patron_load_end(loader);

    (void) ngx_http_patron_zone_blob_wanted(campaigns->zone, redis,
                                            NGX_HTTP_PATRON_BLOB_CAMPAIGNS,
                                            &old);

    if (old && put == NGX_OK && !ngx_exiting) {
        /* changed again, or heard of by another worker too */
        ngx_add_timer(&loader->soon, NGX_HTTP_PATRON_LOAD_PAUSE);
    }
}


static void
ngx_http_patron_load_end(ngx_http_patron_loader_t *loader)
{
    loader->state = NGX_HTTP_PATRON_LOAD_IDLE;
    loader->items = NULL;
    loader->hashes = NULL;

    if (loader->pool != NULL) {
        ngx_destroy_pool(loader->pool);
        loader->pool = NULL;
    }
}
