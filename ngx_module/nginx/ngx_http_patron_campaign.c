
/*
 * The worker's own campaigns, parsed from what lies in the zone, and the one
 * that a reader is to see.
 *
 * Who is a reader, for a choice that sticks with nothing stored: a member by
 * "sub"; any other by address (of IPv6 the /64 network) and User-Agent.  Two
 * readers behind one address with the same browser see the same campaign, and
 * one who comes by another network may see another.
 *
 * A page for which that id, a cap or a variable that Vary cannot express
 * decides is the reader's own.
 */


#include <ngx_config.h>
#include <ngx_core.h>

#include "patron_hash.h"
#include "ngx_http_patron_campaign.h"
#include "ngx_http_patron_headers.h"
#include "ngx_http_patron_preview.h"
#include "ngx_http_patron_zone_blob.h"


#define NGX_HTTP_PATRON_SET_POOL    16384
#define NGX_HTTP_PATRON_VARIABLE    128     /* bytes of a name */

/* From so many campaigns in a slot, readers are taken together in 4096ths. */

#define NGX_HTTP_PATRON_RANKED_MIN   16
#define NGX_HTTP_PATRON_RANKED       6
#define NGX_HTTP_PATRON_BUCKET_BITS  12


static ngx_int_t ngx_http_patron_campaign_may_read(
    ngx_http_patron_campaigns_t *campaigns, const patron_str_t *name);
static ngx_http_patron_campaign_set_t *ngx_http_patron_set_create(
    ngx_http_patron_campaigns_t *campaigns, ngx_str_t *data);
static ngx_int_t ngx_http_patron_set_read(
    ngx_http_patron_campaigns_t *campaigns,
    ngx_http_patron_campaign_set_t *set);
static ngx_int_t ngx_http_patron_set_campaign(
    ngx_http_patron_campaigns_t *campaigns,
    ngx_http_patron_campaign_set_t *set, patron_str_t *strings, size_t n);
static ngx_int_t ngx_http_patron_set_pair(ngx_array_t *pairs,
    patron_str_t *strings, size_t n);
static ngx_int_t ngx_http_patron_set_slots(
    ngx_http_patron_campaign_set_t *set);
static ngx_int_t ngx_http_patron_set_slot(ngx_http_patron_campaign_set_t *set,
    ngx_uint_t from, ngx_uint_t n);
static ngx_int_t ngx_http_patron_slot_depends(
    ngx_http_patron_campaign_set_t *set, ngx_http_patron_slot_conf_t *slot,
    ngx_uint_t n);
static const patron_campaign_t *ngx_http_patron_slot_choose(
    ngx_http_patron_slot_conf_t *slot, patron_choice_t *choice);
static ngx_int_t ngx_http_patron_slot_vary(ngx_http_request_t *r,
    ngx_http_patron_state_t *st, ngx_http_patron_slot_conf_t *slot);
static uint64_t ngx_http_patron_reader_key(ngx_http_request_t *r,
    ngx_http_patron_state_t *st, const patron_str_t *slot);
static const patron_str_t *ngx_http_patron_target(void *data,
    const patron_str_t *name);
static ngx_int_t ngx_http_patron_campaign_variable(ngx_http_request_t *r,
    const patron_str_t *name, patron_str_t *value);
static ngx_int_t ngx_http_patron_appeal_render(ngx_http_request_t *r,
    ngx_http_patron_campaign_set_t *set, ngx_uint_t i, ngx_str_t *html,
    uint64_t *hash);


typedef struct {
    ngx_http_request_t  *request;
    patron_str_t         value;
} ngx_http_patron_target_ctx_t;


static ngx_str_t  ngx_http_patron_no_ticker = ngx_string("");


ngx_http_patron_campaigns_t *
ngx_http_patron_campaigns_add(ngx_conf_t *cf, ngx_http_patron_redis_t *redis)
{
    ngx_uint_t                      i;
    ngx_http_patron_campaigns_t   **all, *campaigns;
    ngx_http_patron_main_conf_t    *pmcf;

    static ngx_str_t  request_uri = ngx_string("request_uri");

    pmcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_patron_module);

    all = pmcf->campaigns.elts;

    for (i = 0; i < pmcf->campaigns.nelts; i++) {
        if (all[i]->redis == redis) {
            return all[i];
        }
    }

    all = ngx_array_push(&pmcf->campaigns);
    campaigns = ngx_pcalloc(cf->pool, sizeof(ngx_http_patron_campaigns_t));

    if (all == NULL || campaigns == NULL) {
        return NULL;
    }

    campaigns->redis = redis;
    campaigns->zone = pmcf->zone;
    campaigns->vars = &pmcf->template_vars;
    campaigns->tickers = &pmcf->tickers;

    *all = campaigns;

    pmcf->request_uri = ngx_http_get_variable_index(cf, &request_uri);

    return pmcf->request_uri == NGX_ERROR ? NULL : campaigns;
}


int
ngx_http_patron_campaign_check(ngx_http_patron_campaigns_t *campaigns,
    const patron_str_t *key, const patron_field_t *fields, size_t n,
    patron_mem_t *mem, patron_campaign_t *campaign, patron_template_t *tmpl,
    char *err)
{
    size_t         i;
    patron_part_t *part;

    if (key->len > NGX_HTTP_PATRON_CAMPAIGN_KEY) {
        ngx_sprintf((u_char *) err, "its name has more than %d bytes%Z",
                    NGX_HTTP_PATRON_CAMPAIGN_KEY);
        return PATRON_ERROR;
    }

    if (patron_campaign_parse(campaign, key, fields, n, err) != PATRON_OK
        || patron_template_balanced(&campaign->html, err) != PATRON_OK
        || patron_template_compile(mem, tmpl, &campaign->html, err)
           != PATRON_OK)
    {
        return PATRON_ERROR;
    }

    for (i = 0; i < tmpl->nparts; i++) {
        part = &tmpl->parts[i];

        if (part->type != PATRON_PART_LITERAL
            && ngx_http_patron_campaign_may_read(campaigns, &part->str)
               != NGX_OK)
        {
            ngx_snprintf((u_char *) err, PATRON_CAMPAIGN_ERR,
                         "html reads \"%*s\", which patron_template_vars "
                         "does not name%Z",
                         ngx_min(part->str.len, 64), part->str.data);
            return PATRON_ERROR;
        }
    }

    return PATRON_OK;
}


static ngx_int_t
ngx_http_patron_campaign_may_read(ngx_http_patron_campaigns_t *campaigns,
    const patron_str_t *name)
{
    ngx_str_t   *var, ticker;
    ngx_uint_t   i;

    if (name->len > NGX_HTTP_PATRON_VARIABLE) {
        return NGX_DECLINED;
    }

    if (name->len > 7 && ngx_strncmp(name->data, "patron_", 7) == 0) {
        return NGX_OK;
    }

    if (ngx_http_patron_ticker_name(name, &ticker) == NGX_OK) {
        return NGX_OK;
    }

    var = campaigns->vars->elts;

    for (i = 0; i < campaigns->vars->nelts; i++) {
        if (var[i].len == name->len
            && ngx_strncmp(var[i].data, name->data, name->len) == 0)
        {
            return NGX_OK;
        }
    }

    return NGX_DECLINED;
}


ngx_int_t
ngx_http_patron_ticker_name(const patron_str_t *variable, ngx_str_t *name)
{
    if (variable->len <= sizeof("ticker:") - 1
        || ngx_strncmp(variable->data, "ticker:", sizeof("ticker:") - 1) != 0)
    {
        return NGX_DECLINED;
    }

    name->data = (u_char *) variable->data + sizeof("ticker:") - 1;
    name->len = variable->len - (sizeof("ticker:") - 1);

    return NGX_OK;
}


ngx_int_t
ngx_http_patron_ticker_add(ngx_conf_t *cf, const patron_str_t *variable,
    ngx_str_t *name)
{
    u_char                       *p;
    ngx_str_t                     ticker, *t;
    ngx_http_patron_main_conf_t  *pmcf;

    name->data = (u_char *) variable->data;
    name->len = variable->len;

    if (ngx_http_patron_ticker_name(variable, &ticker) != NGX_OK) {
        return NGX_DECLINED;
    }

    pmcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_patron_module);

    name->len = sizeof("patron_ticker_") - 1 + ticker.len;
    name->data = ngx_pnalloc(cf->pool, name->len);
    t = ngx_array_push(&pmcf->tickers);

    if (name->data == NULL || t == NULL) {
        return NGX_ERROR;
    }

    p = ngx_cpymem(name->data, "patron_ticker_", sizeof("patron_ticker_") - 1);
    ngx_memcpy(p, ticker.data, ticker.len);

    *t = ticker;

    return NGX_OK;
}


/*
 * From the campaigns as they are: newer ones are looked for once, before the
 * banners, since they take the place of those that are being read.
 */

ngx_int_t
ngx_http_patron_variable_ticker(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data)
{
    ngx_str_t                   *name = (ngx_str_t *) data;
    ngx_str_t                    ticker, *value;
    ngx_http_patron_loc_conf_t  *plcf;

    plcf = ngx_http_get_module_loc_conf(r, ngx_http_patron_module);

    v->valid = 1;
    v->no_cacheable = 0;
    v->not_found = 0;
    v->len = 0;
    v->data = (u_char *) "";

    if (plcf->campaigns == NULL || plcf->campaigns->set == NULL) {
        return NGX_OK;
    }

    ticker.data = name->data + sizeof("patron_ticker_") - 1;
    ticker.len = name->len - (sizeof("patron_ticker_") - 1);

    value = ngx_http_patron_ticker(plcf->campaigns->set, &ticker);

    v->data = ngx_pnalloc(r->pool, value->len + 1);
    if (v->data == NULL) {
        return NGX_ERROR;
    }

    ngx_memcpy(v->data, value->data, value->len);
    v->len = value->len;

    return NGX_OK;
}


ngx_str_t *
ngx_http_patron_ticker(ngx_http_patron_campaign_set_t *set, ngx_str_t *name)
{
    ngx_uint_t               i;
    ngx_http_patron_pair_t  *ticker;

    ticker = set->tickers.elts;

    for (i = 0; i < set->tickers.nelts; i++) {
        if (ticker[i].name.len == name->len
            && ngx_memcmp(ticker[i].name.data, name->data, name->len) == 0)
        {
            return &ticker[i].value;
        }
    }

    return &ngx_http_patron_no_ticker;
}


ngx_http_patron_campaign_set_t *
ngx_http_patron_campaigns(ngx_http_patron_campaigns_t *campaigns)
{
    uint32_t                         redis;
    ngx_str_t                        data;
    ngx_atomic_uint_t                version;
    ngx_http_patron_campaign_set_t  *set;

    redis = ngx_http_patron_redis_id(campaigns->redis);

    version = ngx_http_patron_zone_blob_version(campaigns->zone, redis);

    if (version == campaigns->version) {
        return campaigns->set;
    }

    if (ngx_http_patron_zone_blob_get(campaigns->zone, redis, &data, &version)
        != NGX_OK)
    {
        return campaigns->set;
    }

    set = ngx_http_patron_set_create(campaigns, &data);

    ngx_free(data.data);

    if (set != NULL) {

        if (campaigns->set != NULL) {
            ngx_destroy_pool(campaigns->set->pool);
        }

        campaigns->set = set;
        campaigns->version = version;
    }

    return campaigns->set;
}


ngx_http_patron_campaign_set_t *
ngx_http_patron_campaigns_of(ngx_http_request_t *r)
{
    ngx_uint_t                      i;
    ngx_http_patron_loc_conf_t     *plcf;
    ngx_http_patron_main_conf_t    *pmcf;
    ngx_http_patron_campaigns_t   **campaigns;

    plcf = ngx_http_get_module_loc_conf(r, ngx_http_patron_module);
    pmcf = ngx_http_get_module_main_conf(r, ngx_http_patron_module);

    campaigns = pmcf->campaigns.elts;

    for (i = 0; i < pmcf->campaigns.nelts; i++) {
        if (campaigns[i]->redis == plcf->redis) {
            return ngx_http_patron_campaigns(campaigns[i]);
        }
    }

    return NULL;
}


static ngx_http_patron_campaign_set_t *
ngx_http_patron_set_create(ngx_http_patron_campaigns_t *campaigns,
    ngx_str_t *data)
{
    u_char                          *p;
    ngx_pool_t                      *pool;
    ngx_http_patron_campaign_set_t  *set;

    pool = ngx_create_pool(NGX_HTTP_PATRON_SET_POOL, ngx_cycle->log);
    if (pool == NULL) {
        return NULL;
    }

    set = ngx_pcalloc(pool, sizeof(ngx_http_patron_campaign_set_t));
    p = ngx_pnalloc(pool, data->len + 1);

    if (set == NULL || p == NULL) {
        goto failed;
    }

    ngx_memcpy(p, data->data, data->len);

    set->pool = pool;
    set->data.data = p;
    set->data.len = data->len;

    if (ngx_array_init(&set->slots, pool, 4,
                       sizeof(ngx_http_patron_slot_conf_t))
        != NGX_OK
        || ngx_array_init(&set->refused, pool, 4,
                          sizeof(ngx_http_patron_pair_t))
           != NGX_OK
        || ngx_array_init(&set->tickers, pool, 4,
                          sizeof(ngx_http_patron_pair_t))
           != NGX_OK
        || ngx_http_patron_set_read(campaigns, set) != NGX_OK
        || ngx_http_patron_set_slots(set) != NGX_OK)
    {
        goto failed;
    }

    return set;

failed:

    ngx_log_error(NGX_LOG_ERR, ngx_cycle->log, 0,
                  "patron: the campaigns in the zone cannot be read");

    ngx_destroy_pool(pool);

    return NULL;
}


static ngx_int_t
ngx_http_patron_set_read(ngx_http_patron_campaigns_t *campaigns,
    ngx_http_patron_campaign_set_t *set)
{
    int           rc;
    size_t        pos, n;
    uint32_t      type;
    ngx_uint_t    count;
    patron_str_t  strings[PATRON_SNAPSHOT_STRINGS];

    count = 0;
    pos = 0;

    while (patron_snapshot_next(&set->data, &pos, &type, strings, &n)
           == PATRON_OK)
    {
        count += (type == NGX_HTTP_PATRON_RECORD_CAMPAIGN);
    }

    set->campaigns = ngx_palloc(set->pool,
                                (count + 1) * sizeof(patron_campaign_t));
    set->appeals = ngx_palloc(set->pool, (count + 1)
                                         * sizeof(ngx_http_patron_appeal_t));

    if (set->campaigns == NULL || set->appeals == NULL) {
        return NGX_ERROR;
    }

    pos = 0;

    for ( ;; ) {
        rc = patron_snapshot_next(&set->data, &pos, &type, strings, &n);

        if (rc != PATRON_OK) {
            return (rc == PATRON_DECLINED) ? NGX_OK : NGX_ERROR;
        }

        switch (type) {

        case NGX_HTTP_PATRON_RECORD_CAMPAIGN:
            rc = ngx_http_patron_set_campaign(campaigns, set, strings, n);
            break;

        case NGX_HTTP_PATRON_RECORD_REFUSED:
            rc = ngx_http_patron_set_pair(&set->refused, strings, n);
            break;

        case NGX_HTTP_PATRON_RECORD_TICKER:
            rc = ngx_http_patron_set_pair(&set->tickers, strings, n);
            break;

        default:
            rc = NGX_ERROR;
        }

        if (rc != NGX_OK) {
            return NGX_ERROR;
        }
    }
}


/* One that another configuration found good may not be so in this one. */

static ngx_int_t
ngx_http_patron_set_campaign(ngx_http_patron_campaigns_t *campaigns,
    ngx_http_patron_campaign_set_t *set, patron_str_t *strings, size_t n)
{
    char                       err[PATRON_CAMPAIGN_ERR];
    size_t                     i, nfields;
    ngx_str_t                  html;
    patron_mem_t              *mem;
    patron_field_t             fields[PATRON_SNAPSHOT_STRINGS / 2];
    patron_campaign_t         *campaign;
    ngx_http_patron_appeal_t  *appeal;

    if (n % 2 == 0) {
        return NGX_ERROR;
    }

    nfields = n / 2;

    for (i = 0; i < nfields; i++) {
        fields[i].name = strings[1 + 2 * i];
        fields[i].value = strings[2 + 2 * i];
    }

    mem = ngx_http_patron_mem(set->pool);
    if (mem == NULL) {
        return NGX_ERROR;
    }

    campaign = &set->campaigns[set->n];
    appeal = &set->appeals[set->n];

    if (ngx_http_patron_campaign_check(campaigns, &strings[0], fields,
                                       nfields, mem, campaign, &appeal->tmpl,
                                       err)
        != PATRON_OK)
    {
        return NGX_OK;
    }

    html.data = (u_char *) campaign->html.data;
    html.len = campaign->html.len;

    appeal->hash = ngx_http_patron_hash_str(campaign->hash, &html);
    appeal->plain = 1;

    for (i = 0; i < appeal->tmpl.nparts; i++) {
        if (appeal->tmpl.parts[i].type != PATRON_PART_LITERAL) {
            appeal->plain = 0;
        }
    }

    set->n++;

    return NGX_OK;
}


static ngx_int_t
ngx_http_patron_set_pair(ngx_array_t *pairs, patron_str_t *strings, size_t n)
{
    ngx_http_patron_pair_t  *pair;

    pair = ngx_array_push(pairs);

    if (pair == NULL || n != 2) {
        return NGX_ERROR;
    }

    pair->name.data = (u_char *) strings[0].data;
    pair->name.len = strings[0].len;
    pair->value.data = (u_char *) strings[1].data;
    pair->value.len = strings[1].len;

    return NGX_OK;
}


static ngx_int_t
ngx_http_patron_set_slots(ngx_http_patron_campaign_set_t *set)
{
    ngx_uint_t          i, from;
    patron_campaign_t  *c;

    c = set->campaigns;

    for (from = 0, i = 1; i <= set->n; i++) {

        if (i < set->n
            && c[i].slot.len == c[from].slot.len
            && ngx_memcmp(c[i].slot.data, c[from].slot.data, c[i].slot.len)
               == 0)
        {
            continue;
        }

        if (ngx_http_patron_set_slot(set, from, i - from) != NGX_OK) {
            return NGX_ERROR;
        }

        from = i;
    }

    return NGX_OK;
}


static ngx_int_t
ngx_http_patron_set_slot(ngx_http_patron_campaign_set_t *set, ngx_uint_t from,
    ngx_uint_t n)
{
    ngx_uint_t                    i, variants;
    patron_campaign_t            *c;
    ngx_http_patron_slot_conf_t  *slot;

    variants = 0;

    slot = ngx_array_push(&set->slots);
    if (slot == NULL) {
        return NGX_ERROR;
    }

    ngx_memzero(slot, sizeof(ngx_http_patron_slot_conf_t));

    c = &set->campaigns[from];

    slot->name.data = (u_char *) c->slot.data;
    slot->name.len = c->slot.len;

    slot->list = ngx_palloc(set->pool, n * sizeof(patron_campaign_t *));
    if (slot->list == NULL) {
        return NGX_ERROR;
    }

    slot->n = patron_campaign_arrange(c, n, slot->list);

    for (i = from; i < from + n; i++) {
        if (ngx_http_patron_slot_depends(set, slot, i) != NGX_OK) {
            return NGX_ERROR;
        }
    }

    for (i = 0; i < slot->n; i++) {

        if ((i > 0 && slot->list[i]->priority == slot->list[i - 1]->priority)
            || slot->list[i]->variants != NULL)
        {
            slot->split = 1;
        }

        variants |= (slot->list[i]->variants != NULL);
    }

    /* a test of variants is worth its exact shares */

    if (slot->n >= NGX_HTTP_PATRON_RANKED_MIN && !variants) {
        slot->ranks = ngx_pcalloc(set->pool, NGX_HTTP_PATRON_RANKED
                                             * sizeof(uint16_t)
                                             << NGX_HTTP_PATRON_BUCKET_BITS);
        if (slot->ranks == NULL) {
            return NGX_ERROR;
        }
    }

    return NGX_OK;
}


/* What a campaign's targets and its HTML depend on. */

static ngx_int_t
ngx_http_patron_slot_depends(ngx_http_patron_campaign_set_t *set,
    ngx_http_patron_slot_conf_t *slot, ngx_uint_t n)
{
    size_t              i;
    ngx_str_t           ticker;
    patron_str_t       *name;
    patron_campaign_t  *campaign;
    patron_template_t  *tmpl;

    campaign = &set->campaigns[n];
    tmpl = &set->appeals[n].tmpl;

    if (campaign->cap.showings != 0) {
        slot->capped = 1;
    }

    for (i = 0; i < campaign->ntargets; i++) {
        name = &campaign->targets[i].variable;

        if (ngx_http_patron_vary_variable(set->pool, &slot->vary,
                                          (u_char *) name->data, name->len)
            != NGX_OK)
        {
            return NGX_ERROR;
        }
    }

    for (i = 0; i < tmpl->nparts; i++) {
        name = &tmpl->parts[i].str;

        if (tmpl->parts[i].type == PATRON_PART_LITERAL
            || ngx_http_patron_ticker_name(name, &ticker) == NGX_OK)
        {
            continue;
        }

        if (ngx_http_patron_vary_variable(set->pool, &slot->vary,
                                          (u_char *) name->data, name->len)
            != NGX_OK)
        {
            return NGX_ERROR;
        }
    }

    return NGX_OK;
}


patron_campaign_t *
ngx_http_patron_campaign_find(ngx_http_patron_campaign_set_t *set,
    ngx_str_t *key)
{
    ngx_uint_t  i;

    for (i = 0; i < set->n; i++) {
        if (set->campaigns[i].key.len == key->len
            && ngx_memcmp(set->campaigns[i].key.data, key->data, key->len)
               == 0)
        {
            return &set->campaigns[i];
        }
    }

    return NULL;
}


patron_campaign_t *
ngx_http_patron_campaign_followed(ngx_http_patron_campaign_set_t *set,
    uint32_t id)
{
    ngx_uint_t  i;

    for (i = 0; i < set->n; i++) {
        if (patron_visit_id(&set->campaigns[i].key) == id) {
            return &set->campaigns[i];
        }
    }

    return NULL;
}


ngx_int_t
ngx_http_patron_campaign_pick(ngx_http_request_t *r,
    ngx_http_patron_state_t *st, ngx_str_t *name, patron_reader_t *reader,
    ngx_http_patron_pick_t *pick, ngx_str_t *html, uint64_t *hash)
{
    u_char                          *p;
    ngx_uint_t                       i;
    patron_choice_t                  choice;
    const patron_campaign_t         *campaign;
    ngx_http_patron_loc_conf_t      *plcf;
    ngx_http_patron_slot_conf_t     *slot;
    ngx_http_patron_target_ctx_t     ctx;
    ngx_http_patron_campaign_set_t  *set;

    plcf = ngx_http_get_module_loc_conf(r, ngx_http_patron_module);

    set = plcf->campaigns->set;

    if (set == NULL) {
        return NGX_DECLINED;
    }

    slot = set->slots.elts;

    for (i = 0; i < set->slots.nelts; i++) {
        if (slot[i].name.len == name->len
            && ngx_memcmp(slot[i].name.data, name->data, name->len) == 0)
        {
            goto found;
        }
    }

    return NGX_DECLINED;

found:

    slot = &slot[i];

    if (ngx_http_patron_slot_vary(r, st, slot) != NGX_OK) {
        return NGX_ERROR;
    }

    ctx.request = r;

    choice.now = ngx_time();
    choice.reader = reader;
    choice.visit = st->visit;
    choice.variable = ngx_http_patron_target;
    choice.data = &ctx;
    choice.key = slot->split
                 ? ngx_http_patron_reader_key(r, st,
                                              &slot->list[0]->slot) : 0;

    campaign = ngx_http_patron_previews(st, name)
               ? ngx_http_patron_campaign_find(set, &st->preview) : NULL;

    if (campaign == NULL) {
        campaign = ngx_http_patron_slot_choose(slot, &choice);
    }

    if (campaign == NULL) {
        return NGX_DECLINED;
    }

    p = ngx_pnalloc(r->pool, campaign->key.len);
    if (p == NULL) {
        return NGX_ERROR;
    }

    pick->name.data = p;
    pick->name.len = campaign->key.len;
    ngx_memcpy(p, campaign->key.data, campaign->key.len);

    pick->id = campaign->id;
    pick->cap = campaign->cap;

    return ngx_http_patron_appeal_render(r, set, campaign - set->campaigns,
                                         html, hash);
}


/*
 * Where there are many to choose from the readers are taken together in
 * buckets, and the first few for a bucket are kept: the draws are made once for
 * each of them and not for each page.
 */

static const patron_campaign_t *
ngx_http_patron_slot_choose(ngx_http_patron_slot_conf_t *slot,
    patron_choice_t *choice)
{
    size_t                    i, n;
    uint16_t                 *rank, ranked[NGX_HTTP_PATRON_RANKED];
    ngx_uint_t                bucket;
    const patron_campaign_t  *campaign;

    if (slot->ranks == NULL) {
        return patron_campaign_choose(slot->list, slot->n, choice);
    }

    bucket = choice->key >> (64 - NGX_HTTP_PATRON_BUCKET_BITS);
    rank = &slot->ranks[bucket * NGX_HTTP_PATRON_RANKED];

    choice->key = patron_hash_mix(bucket + 1);

    if (rank[0] == 0) {
        n = patron_campaign_rank(slot->list, slot->n, choice->key, ranked,
                                 NGX_HTTP_PATRON_RANKED);

        for (i = 0; i < n; i++) {
            rank[i] = ranked[i] + 1;
        }
    }

    for (i = 0; i < NGX_HTTP_PATRON_RANKED && rank[i] != 0; i++) {
        campaign = patron_campaign_offer(slot->list[rank[i] - 1], choice);

        if (campaign != NULL) {
            return campaign;
        }
    }

    return patron_campaign_choose(slot->list, slot->n, choice);
}


/* What a cache must know of the choice. */

static ngx_int_t
ngx_http_patron_slot_vary(ngx_http_request_t *r, ngx_http_patron_state_t *st,
    ngx_http_patron_slot_conf_t *slot)
{
    ngx_str_t   *name;
    ngx_uint_t   i;

    if (slot->split || slot->capped || slot->vary.unknown) {
        st->personal = 1;
    }

    if (slot->vary.names == NULL) {
        return NGX_OK;
    }

    name = slot->vary.names->elts;

    for (i = 0; i < slot->vary.names->nelts; i++) {
        if (ngx_http_patron_add_vary(r, &name[i]) != NGX_OK) {
            return NGX_ERROR;
        }
    }

    return NGX_OK;
}


static uint64_t
ngx_http_patron_reader_key(ngx_http_request_t *r, ngx_http_patron_state_t *st,
    const patron_str_t *slot)
{
    u_char                buf[8 + sizeof(uint32_t)], *p;
    uint32_t              agent;
    patron_str_t          id;
    struct sockaddr_in   *sin;
#if (NGX_HAVE_INET6)
    struct sockaddr_in6  *sin6;
#endif

    if (st->id.len) {
        id.data = st->id.data;
        id.len = st->id.len;

        return patron_campaign_key(&id, slot);
    }

    p = buf;

    switch (r->connection->sockaddr->sa_family) {

    case AF_INET:
        sin = (struct sockaddr_in *) r->connection->sockaddr;
        p = ngx_cpymem(p, &sin->sin_addr, 4);
        break;

#if (NGX_HAVE_INET6)
    case AF_INET6:
        sin6 = (struct sockaddr_in6 *) r->connection->sockaddr;
        p = ngx_cpymem(p, &sin6->sin6_addr, 8);
        break;
#endif

    default:
        break;
    }

    if (r->headers_in.user_agent != NULL) {
        agent = ngx_murmur_hash2(r->headers_in.user_agent->value.data,
                                 r->headers_in.user_agent->value.len);
        p = ngx_cpymem(p, &agent, sizeof(uint32_t));
    }

    id.data = buf;
    id.len = p - buf;

    return patron_campaign_key(&id, slot);
}


static const patron_str_t *
ngx_http_patron_target(void *data, const patron_str_t *name)
{
    ngx_http_patron_target_ctx_t *ctx = data;

    if (ngx_http_patron_campaign_variable(ctx->request, name, &ctx->value)
        != NGX_OK)
    {
        return NULL;
    }

    return &ctx->value;
}


/* By name: a campaign comes when indices can no longer be had. */

static ngx_int_t
ngx_http_patron_campaign_variable(ngx_http_request_t *r,
    const patron_str_t *name, patron_str_t *value)
{
    u_char                      buf[NGX_HTTP_PATRON_VARIABLE];
    ngx_str_t                   lower;
    ngx_uint_t                  key;
    ngx_http_variable_value_t  *vv;

    if (name->len > NGX_HTTP_PATRON_VARIABLE) {
        return NGX_DECLINED;
    }

    key = ngx_hash_strlow(buf, (u_char *) name->data, name->len);

    lower.data = buf;
    lower.len = name->len;

    vv = ngx_http_get_variable(r, &lower, key);

    if (vv == NULL || vv->not_found) {
        return NGX_DECLINED;
    }

    value->data = vv->data;
    value->len = vv->len;

    return NGX_OK;
}


static ngx_int_t
ngx_http_patron_appeal_render(ngx_http_request_t *r,
    ngx_http_patron_campaign_set_t *set, ngx_uint_t n, ngx_str_t *html,
    uint64_t *hash)
{
    size_t                     i, len;
    u_char                    *p;
    ngx_str_t                  name, *ticker;
    patron_str_t              *value;
    patron_part_t             *part;
    ngx_http_patron_appeal_t  *appeal;

    appeal = &set->appeals[n];
    *hash = appeal->hash;

    value = ngx_palloc(r->pool, appeal->tmpl.nparts * sizeof(patron_str_t));
    if (value == NULL) {
        return NGX_ERROR;
    }

    len = 0;

    for (i = 0; i < appeal->tmpl.nparts; i++) {
        part = &appeal->tmpl.parts[i];

        if (part->type == PATRON_PART_LITERAL) {
            len += part->str.len;
            continue;
        }

        value[i].len = 0;

        if (ngx_http_patron_ticker_name(&part->str, &name) == NGX_OK) {
            ticker = ngx_http_patron_ticker(set, &name);
            value[i].data = ticker->data;
            value[i].len = ticker->len;

        } else {
            (void) ngx_http_patron_campaign_variable(r, &part->str,
                                                     &value[i]);
        }

        len += patron_escape_len(part->type, &value[i]);
    }

    /* a copy: the campaigns may be others before the page is sent */

    p = ngx_pnalloc(r->pool, len ? len : 1);
    if (p == NULL) {
        return NGX_ERROR;
    }

    html->data = p;
    html->len = len;

    for (i = 0; i < appeal->tmpl.nparts; i++) {
        part = &appeal->tmpl.parts[i];

        if (part->type == PATRON_PART_LITERAL) {
            p = ngx_cpymem(p, part->str.data, part->str.len);

        } else {
            p = patron_escape(part->type, p, &value[i]);
        }
    }

    if (!appeal->plain) {
        *hash = ngx_http_patron_hash_str(*hash, html);
    }

    return NGX_OK;
}
