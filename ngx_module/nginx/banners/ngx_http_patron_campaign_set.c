
/*
 * A set of campaigns, parsed from what lies in the zone into a pool of its own:
 * every worker has one, and a newer takes its place as a whole.
 */


#include <ngx_config.h>
#include <ngx_core.h>

#include "patron_hash.h"
#include "ngx_http_patron_campaign_check.h"
#include "ngx_http_patron_campaign_rank.h"
#include "ngx_http_patron_campaign_set.h"
#include "ngx_http_patron_campaign_settings.h"
#include "ngx_http_patron_conf_read.h"
#include "ngx_http_patron_hash.h"
#include "ngx_http_patron_str.h"
#include "ngx_http_patron_template.h"
#include "ngx_http_patron_vary.h"


#define NGX_HTTP_PATRON_SET_POOL  16384


static ngx_int_t ngx_http_patron_set_read(
    ngx_http_patron_campaigns_t *campaigns,
    ngx_http_patron_campaign_set_t *set);
static ngx_int_t ngx_http_patron_set_campaign(
    ngx_http_patron_campaigns_t *campaigns,
    ngx_http_patron_campaign_set_t *set, patron_str_t *strings, size_t n);
static ngx_int_t ngx_http_patron_set_pair(ngx_array_t *pairs,
    patron_str_t *strings, size_t n);
static ngx_int_t ngx_http_patron_set_quiet(
    ngx_http_patron_campaign_set_t *set, patron_str_t *strings, size_t n);
static ngx_int_t ngx_http_patron_set_slots(
    ngx_http_patron_campaigns_t *campaigns,
    ngx_http_patron_campaign_set_t *set);
static ngx_int_t ngx_http_patron_set_slot(
    ngx_http_patron_campaigns_t *campaigns,
    ngx_http_patron_campaign_set_t *set, ngx_uint_t from, ngx_uint_t n);
static ngx_int_t ngx_http_patron_slot_targets(
    ngx_http_patron_campaigns_t *campaigns,
    ngx_http_patron_campaign_set_t *set, ngx_http_patron_slot_conf_t *slot);
static void ngx_http_patron_target_find(ngx_http_core_main_conf_t *cmcf,
    ngx_http_patron_target_t *target, ngx_uint_t key);
static ngx_int_t ngx_http_patron_slot_depends(
    ngx_http_patron_campaign_set_t *set, ngx_http_patron_slot_conf_t *slot,
    ngx_uint_t n);


ngx_http_patron_campaign_set_t *
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
        || ngx_array_init(&set->settings, pool, 4,
                          sizeof(ngx_http_patron_slot_settings_t))
           != NGX_OK
        || ngx_array_init(&set->quiet, pool, 4, sizeof(ngx_str_t)) != NGX_OK
        || ngx_http_patron_set_read(campaigns, set) != NGX_OK
        || ngx_http_patron_set_slots(campaigns, set) != NGX_OK)
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
    set->html = ngx_palloc(set->pool,
                           (count + 1)
                           * sizeof(ngx_http_patron_campaign_html_t));

    if (set->campaigns == NULL || set->html == NULL) {
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

        case NGX_HTTP_PATRON_RECORD_SLOT:
            rc = ngx_http_patron_settings_rest(set, strings, n);
            break;

        case NGX_HTTP_PATRON_RECORD_QUIET:
            rc = ngx_http_patron_set_quiet(set, strings, n);
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
    char                              err[PATRON_CAMPAIGN_ERR];
    size_t                            i, nfields;
    ngx_str_t                         text;
    patron_mem_t                     *mem;
    patron_field_t                    fields[PATRON_SNAPSHOT_STRINGS / 2];
    patron_campaign_t                *campaign;
    ngx_http_patron_campaign_html_t  *html;

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
    html = &set->html[set->n];

    if (ngx_http_patron_campaign_check(campaigns, &strings[0], fields,
                                       nfields, mem, campaign, &html->tmpl,
                                       err)
        != PATRON_OK)
    {
        return NGX_OK;
    }

    text = ngx_http_patron_nginx_str(&campaign->html);

    html->hash = ngx_http_patron_hash_str(campaign->hash, &text);
    html->plain = 1;

    for (i = 0; i < html->tmpl.nparts; i++) {
        if (html->tmpl.parts[i].type != PATRON_PART_LITERAL) {
            html->plain = 0;
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

    pair->name = ngx_http_patron_nginx_str(&strings[0]);
    pair->value = ngx_http_patron_nginx_str(&strings[1]);

    return NGX_OK;
}


static ngx_int_t
ngx_http_patron_set_quiet(ngx_http_patron_campaign_set_t *set,
    patron_str_t *strings, size_t n)
{
    ngx_str_t  *prefix;

    prefix = ngx_array_push(&set->quiet);

    if (prefix == NULL || n != 1) {
        return NGX_ERROR;
    }

    *prefix = ngx_http_patron_nginx_str(&strings[0]);

    return NGX_OK;
}


static ngx_int_t
ngx_http_patron_set_slots(ngx_http_patron_campaigns_t *campaigns,
    ngx_http_patron_campaign_set_t *set)
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

        if (ngx_http_patron_set_slot(campaigns, set, from, i - from)
            != NGX_OK)
        {
            return NGX_ERROR;
        }

        from = i;
    }

    return NGX_OK;
}


static ngx_int_t
ngx_http_patron_set_slot(ngx_http_patron_campaigns_t *campaigns,
    ngx_http_patron_campaign_set_t *set, ngx_uint_t from, ngx_uint_t n)
{
    ngx_uint_t                    i, variants, held;
    patron_campaign_t            *c;
    ngx_http_patron_slot_conf_t  *slot;

    variants = 0;
    held = 0;

    slot = ngx_array_push(&set->slots);
    if (slot == NULL) {
        return NGX_ERROR;
    }

    ngx_memzero(slot, sizeof(ngx_http_patron_slot_conf_t));

    c = &set->campaigns[from];

    slot->name = ngx_http_patron_nginx_str(&c->slot);
    slot->hash = patron_hash(&c->slot);

    slot->list = ngx_palloc(set->pool, n * sizeof(patron_campaign_t *));
    if (slot->list == NULL) {
        return NGX_ERROR;
    }

    slot->n = patron_campaign_arrange(c, n, slot->list);

    if (ngx_http_patron_slot_targets(campaigns, set, slot) != NGX_OK) {
        return NGX_ERROR;
    }

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
        held |= slot->list[i]->holdback;
    }

    slot->split |= held;

    /* a test of variants is worth its exact shares */

    if (slot->n >= NGX_HTTP_PATRON_RANKED_MIN && !variants) {
        return ngx_http_patron_ranks_create(set, slot);
    }

    slot->experiment = slot->split;

    return NGX_OK;
}


static ngx_int_t
ngx_http_patron_slot_targets(ngx_http_patron_campaigns_t *campaigns,
    ngx_http_patron_campaign_set_t *set, ngx_http_patron_slot_conf_t *slot)
{
    ngx_uint_t                 i, n, key;
    patron_mem_t              *mem;
    const patron_str_t        *name;
    ngx_http_patron_target_t  *target;

    static const patron_str_t  uri = patron_string("uri");
    static const patron_str_t  path = patron_string("patron_path");
    static const patron_str_t  language = patron_string("language");
    static const patron_str_t  accepted = patron_string(
                                                     "http_accept_language");

    mem = ngx_http_patron_mem(set->pool);
    if (mem == NULL) {
        return NGX_ERROR;
    }

    slot->targets = patron_targets_create(mem, slot->list, slot->n);
    if (slot->targets == NULL) {
        return NGX_ERROR;
    }

    n = patron_targets_variables(slot->targets);

    slot->variables = ngx_pcalloc(set->pool,
                                  (n + 1) * sizeof(ngx_http_patron_target_t));
    if (slot->variables == NULL) {
        return NGX_ERROR;
    }

    for (i = 0; i < n; i++) {
        target = &slot->variables[i];
        name = patron_targets_variable(slot->targets, i);

        if (name->len == uri.len
            && ngx_strncmp(name->data, uri.data, uri.len) == 0)
        {
            /* of the page, not of the script that makes all pages */
            name = &path;

        } else if (name->len == language.len
                   && ngx_strncmp(name->data, language.data, language.len)
                      == 0)
        {
            name = &accepted;
        }

        target->name.data = ngx_pnalloc(set->pool, name->len);
        if (target->name.data == NULL) {
            return NGX_ERROR;
        }

        target->name.len = name->len;
        key = ngx_hash_strlow(target->name.data, (u_char *) name->data,
                              name->len);

        ngx_http_patron_target_find(campaigns->core, target, key);
    }

    return NGX_OK;
}


/*
 * By name, in the order of ngx_http_get_variable(): a campaign comes when
 * indices can no longer be had.
 */

static void
ngx_http_patron_target_find(ngx_http_core_main_conf_t *cmcf,
    ngx_http_patron_target_t *target, ngx_uint_t key)
{
    size_t                len;
    ngx_uint_t            i;
    ngx_http_variable_t  *v;

    target->variable = ngx_hash_find(&cmcf->variables_hash, key,
                                     target->name.data, target->name.len);

    if (target->variable != NULL) {
        return;
    }

    target->prefix = 1;

    v = cmcf->prefix_variables.elts;

    for (i = 0, len = 0; i < cmcf->prefix_variables.nelts; i++) {
        if (target->name.len >= v[i].name.len && v[i].name.len > len
            && ngx_strncmp(target->name.data, v[i].name.data, v[i].name.len)
               == 0)
        {
            target->variable = &v[i];
            len = v[i].name.len;
        }
    }
}


/* What a campaign's targets and its HTML depend on. */

static ngx_int_t
ngx_http_patron_slot_depends(ngx_http_patron_campaign_set_t *set,
    ngx_http_patron_slot_conf_t *slot, ngx_uint_t n)
{
    size_t              i;
    ngx_str_t           ticker;
    patron_campaign_t  *campaign;
    patron_template_t  *tmpl;
    const patron_str_t  *name;

    static const patron_str_t  accepted = patron_string(
                                                     "http_accept_language");

    campaign = &set->campaigns[n];
    tmpl = &set->html[n].tmpl;

    if (campaign->cap.showings != 0) {
        slot->capped = 1;
    }

    for (i = 0; i < campaign->ntargets; i++) {
        name = &campaign->targets[i].variable;

        if (name->len == sizeof("language") - 1
            && ngx_strncmp(name->data, "language", name->len) == 0)
        {
            name = &accepted;
        }

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
