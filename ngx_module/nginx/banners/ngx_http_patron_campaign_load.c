
/*
 * Campaigns on their way from Redis to the zone, read by the one worker that
 * holds the lease: the set of names, then each hash by a script that cuts what
 * is too long, a few at a time, then the tickers that are made use of.  What is
 * read is checked as a whole; a campaign that cannot be is refused alone and
 * its last good version stays while the set names it.
 *
 * When that begins, and who reads, is in refresh/.
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
#include "ngx_http_patron_refresh.h"
#include "ngx_http_patron_str.h"
#include "ngx_http_patron_template.h"
#include "ngx_http_patron_zone.h"
#include "ngx_http_patron_zone_blob.h"


#define NGX_HTTP_PATRON_LOAD_PAUSE   20     /* between two, for bursts */
#define NGX_HTTP_PATRON_LOAD_WINDOW  16     /* commands at a time */


static void ngx_http_patron_load_named(void *data, ngx_str_t *names,
    ngx_uint_t n);
static void ngx_http_patron_load_refused(void *data, const char *reason);
static void ngx_http_patron_load_say(ngx_http_patron_loader_t *loader,
    const char *kind, ngx_str_t *name, const char *reason);
static ngx_int_t ngx_http_patron_load_error(ngx_http_patron_load_item_t *item,
    patron_reply_t *reply);
static void ngx_http_patron_load_ended(void *data);
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


/*
 * The fields we read, no longer than ours to refuse, and no more than a record
 * holds; whatever else lies in the hash is the site's own.
 */

static ngx_str_t  ngx_http_patron_load_script = ngx_string(
    "local all = redis.pcall('HGETALL', KEYS[1])\n"
    "if all.err then\n"
    "    return string.find(all.err, 'WRONGTYPE', 1, true) and 0 or all\n"
    "end\n"
    "local known = { html = 1, url = 1, status = 1, weight = 1, priority = 1,\n"
    "    from = 1, cap = 1, variant_of = 1, holdback = 1, hours = 1,\n"
    "    tz = 1 }\n"
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


static ngx_str_t  ngx_http_patron_campaigns_set = ngx_string("campaigns");


static ngx_http_patron_interest_t  ngx_http_patron_campaigns_interest = {
    ngx_string("campaign"),
    ngx_http_patron_refresh_changed,
    ngx_http_patron_refresh_forgotten,
    ngx_http_patron_refresh_listening,
    NULL
};

static ngx_http_patron_interest_t  ngx_http_patron_tickers_interest = {
    ngx_string("ticker:"),
    ngx_http_patron_refresh_changed,
    NULL,
    NULL,
    NULL
};


ngx_int_t
ngx_http_patron_campaigns_init_process(ngx_cycle_t *cycle)
{
    ngx_uint_t                      i;
    ngx_http_patron_loader_t       *loader;
    ngx_http_patron_refresh_t      *refresh;
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

        refresh = &loader->refresh;

        refresh->redis = campaigns[i]->redis;
        refresh->zone = campaigns[i]->zone;
        refresh->blob = NGX_HTTP_PATRON_BLOB_CAMPAIGNS;
        refresh->lease = NGX_HTTP_PATRON_LEASE_CAMPAIGNS;
        refresh->set = ngx_http_patron_campaigns_set;
        refresh->max = NGX_HTTP_PATRON_CAMPAIGNS_MAX;
        refresh->pause = NGX_HTTP_PATRON_LOAD_PAUSE;
        refresh->data = loader;
        refresh->named = ngx_http_patron_load_named;
        refresh->refused = ngx_http_patron_load_refused;
        refresh->ended = ngx_http_patron_load_ended;

        ngx_http_patron_ranks_init_process(campaigns[i], cycle->log);

        if (ngx_http_patron_tracking_register(campaigns[i]->redis,
                                   &ngx_http_patron_campaigns_interest, refresh)
            != NGX_OK
            || ngx_http_patron_tracking_register(campaigns[i]->redis,
                                   &ngx_http_patron_tickers_interest, refresh)
               != NGX_OK
            || ngx_http_patron_settings_init(cycle, loader) != NGX_OK)
        {
            return NGX_ERROR;
        }

        ngx_http_patron_refresh_init(refresh, cycle->log);
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

        ngx_http_patron_refresh_exit(&loader->refresh);
        ngx_http_patron_ranks_exit_process(campaigns[i]);

        if (campaigns[i]->set != NULL) {
            ngx_destroy_pool(campaigns[i]->set->pool);
            campaigns[i]->set = NULL;
        }
    }
}


static void
ngx_http_patron_load_refused(void *data, const char *reason)
{
    ngx_http_patron_load_say(data, "", &ngx_http_patron_campaigns_set, reason);
}


/*
 * Told once a minute: what cannot be read, a kind of key and a name, and why.
 * NULL: it is no set, or too large a one.
 */

static void
ngx_http_patron_load_say(ngx_http_patron_loader_t *loader, const char *kind,
    ngx_str_t *name, const char *reason)
{
    ngx_str_t  *prefix;

    if (ngx_time() - loader->said < 60) {
        return;
    }

    loader->said = ngx_time();
    prefix = ngx_http_patron_redis_prefix(loader->campaigns->redis);

    if (reason != NULL) {
        ngx_log_error(NGX_LOG_ERR, ngx_cycle->log, 0,
                      "patron: \"%V%s%V\" cannot be read: %s; campaigns stay "
                      "as they were", prefix, kind, name, reason);
        return;
    }

    ngx_log_error(NGX_LOG_ERR, ngx_cycle->log, 0,
                  "patron: \"%V%V\" is no set of at most %d names: "
                  "campaigns stay as they were",
                  prefix, name, NGX_HTTP_PATRON_CAMPAIGNS_MAX);
}


/* Those of a slot adjoin. */

static void
ngx_http_patron_load_named(void *data, ngx_str_t *names, ngx_uint_t n)
{
    ngx_uint_t                    i;
    ngx_http_patron_loader_t     *loader = data;
    ngx_http_patron_load_item_t  *item;

    item = ngx_pcalloc(loader->refresh.pool,
                       (n + 1) * sizeof(ngx_http_patron_load_item_t));
    if (item == NULL) {
        ngx_http_patron_refresh_end(&loader->refresh);
        return;
    }

    for (i = 0; i < n; i++) {
        item[i].loader = loader;
        item[i].name = names[i];
    }

    loader->items = item;
    loader->hashes = item;
    loader->n = n;
    loader->nhashes = n;
    loader->next = 0;
    loader->failed = 0;
    loader->state = NGX_HTTP_PATRON_LOAD_HASHES;

    ngx_http_patron_load_more(loader);
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
        ngx_http_patron_refresh_end(&loader->refresh);
        return;
    }

    if (loader->state == NGX_HTTP_PATRON_LOAD_HASHES) {
        loader->state = NGX_HTTP_PATRON_LOAD_TICKERS;

        if (ngx_http_patron_load_tickers(loader) != NGX_OK) {
            ngx_http_patron_refresh_end(&loader->refresh);
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

    key.data = ngx_pnalloc(loader->refresh.pool,
                           prefix->len + sizeof("campaign:") + item->name.len);
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

        if (rc != NGX_OK && patron_redis_error(reply) != PATRON_REDIS_FINE) {
            rc = ngx_http_patron_load_error(item, reply);
        }

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
        rc = ngx_http_patron_redis_str(loader->refresh.pool, &item->value,
                                       reply);
        break;

    case PATRON_REPLY_ERROR:
        rc = ngx_http_patron_load_error(item, reply);
        break;

    default:
        rc = NGX_ERROR;
    }

answered:

    if (rc != NGX_OK) {
        loader->failed = 1;
    }

    ngx_http_patron_load_more(loader);
}


/*
 * A campaign that may not be read is refused alone.  Of anything else all stays
 * as it was.
 */

static ngx_int_t
ngx_http_patron_load_error(ngx_http_patron_load_item_t *item,
    patron_reply_t *reply)
{
    const char  *kind;

    if (patron_redis_error(reply) == PATRON_REDIS_WRONGTYPE) {
        /* a ticker that is no string: nothing */
        return NGX_OK;
    }

    kind = "campaign:";

    if (item->kind != NGX_HTTP_PATRON_LOAD_CAMPAIGN) {
        kind = (item->kind == NGX_HTTP_PATRON_LOAD_TICKER) ? "ticker:"
               : (item->kind == NGX_HTTP_PATRON_LOAD_QUIET) ? "quiet"
               : item->name.len ? "slot:" : "appeals";

    } else if (patron_redis_error(reply) == PATRON_REDIS_NOPERM) {
        item->reason = "the ACL of Redis forbids it to be read";
        item->keep = 1;
        return NGX_OK;
    }

    ngx_http_patron_refresh_unread(&item->loader->refresh, reply);
    ngx_http_patron_load_say(item->loader, kind, &item->name,
                             ngx_http_patron_refresh_reason(reply));

    return NGX_ERROR;
}


static ngx_int_t
ngx_http_patron_load_fields(ngx_http_patron_load_item_t *item,
    patron_reply_t *reply)
{
    size_t       i, n;
    ngx_str_t    name, value;
    ngx_pool_t  *pool;

    pool = item->loader->refresh.pool;
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

        item->fields[i].name = ngx_http_patron_pure_str(&name);
        item->fields[i].value = ngx_http_patron_pure_str(&value);
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

    mem = ngx_http_patron_mem(loader->refresh.pool);
    loader->items = ngx_pcalloc(loader->refresh.pool,
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

        key = ngx_http_patron_pure_str(&item->name);

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
    ngx_int_t          put;
    ngx_str_t          blob;
    patron_snapshot_t  snapshot;

    put = NGX_ERROR;
    ngx_memzero(&snapshot, sizeof(patron_snapshot_t));

    if (ngx_http_patron_load_write(loader, &snapshot) == NGX_OK) {

        blob.data = snapshot.data;
        blob.len = snapshot.len;

        put = ngx_http_patron_refresh_put(&loader->refresh, &blob,
                                          &ngx_http_patron_campaigns_set);
    }

    patron_snapshot_free(&snapshot);

    ngx_http_patron_refresh_done(&loader->refresh, put);
}


static void
ngx_http_patron_load_ended(void *data)
{
    ngx_http_patron_loader_t *loader = data;

    loader->items = NULL;
    loader->hashes = NULL;
}
