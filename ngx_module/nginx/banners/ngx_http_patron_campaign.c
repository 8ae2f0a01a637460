
/*
 * Campaigns as a worker has them: those of a Redis, checked and found by name,
 * made anew when the zone has newer ones; and tickers, which come with them.
 */


#include <ngx_config.h>
#include <ngx_core.h>

#include "patron_visit.h"
#include "ngx_http_patron_campaign.h"
#include "ngx_http_patron_campaign_rank.h"
#include "ngx_http_patron_campaign_set.h"
#include "ngx_http_patron_conf.h"
#include "ngx_http_patron_redis.h"
#include "ngx_http_patron_str.h"
#include "ngx_http_patron_zone_blob.h"


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
    campaigns->core = ngx_http_conf_get_module_main_conf(cf,
                                                       ngx_http_core_module);
    campaigns->vars = &pmcf->template_vars;
    campaigns->tickers = &pmcf->tickers;

    *all = campaigns;

    pmcf->request_uri = ngx_http_get_variable_index(cf, &request_uri);

    return pmcf->request_uri == NGX_ERROR ? NULL : campaigns;
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

    version = ngx_http_patron_zone_blob_version(campaigns->zone, redis,
                                             NGX_HTTP_PATRON_BLOB_CAMPAIGNS);

    if (version == campaigns->version) {
        return campaigns->set;
    }

    if (ngx_http_patron_zone_blob_get(campaigns->zone, redis,
                                      NGX_HTTP_PATRON_BLOB_CAMPAIGNS, &data,
                                      &version)
        != NGX_OK)
    {
        return campaigns->set;
    }

    set = ngx_http_patron_set_create(campaigns, &data);

    ngx_free(data.data);

    if (set != NULL) {

        if (campaigns->set != NULL) {
            ngx_http_patron_ranks_keep(set, campaigns->set);
            ngx_destroy_pool(campaigns->set->pool);
        }

        campaigns->set = set;
        campaigns->version = version;

        ngx_http_patron_ranks_begin(campaigns);
    }

    return campaigns->set;
}


ngx_http_patron_campaigns_t *
ngx_http_patron_campaigns_on(ngx_http_patron_redis_t *redis)
{
    ngx_uint_t                      i;
    ngx_http_patron_main_conf_t    *pmcf;
    ngx_http_patron_campaigns_t   **campaigns;

    pmcf = ngx_http_cycle_get_module_main_conf(ngx_cycle,
                                               ngx_http_patron_module);

    campaigns = pmcf->campaigns.elts;

    for (i = 0; i < pmcf->campaigns.nelts; i++) {
        if (campaigns[i]->redis == redis) {
            return campaigns[i];
        }
    }

    return NULL;
}


ngx_http_patron_campaign_set_t *
ngx_http_patron_campaigns_of(ngx_http_request_t *r)
{
    ngx_http_patron_loc_conf_t   *plcf;
    ngx_http_patron_campaigns_t  *campaigns;

    plcf = ngx_http_get_module_loc_conf(r, ngx_http_patron_module);

    campaigns = ngx_http_patron_campaigns_on(plcf->redis);

    return campaigns ? ngx_http_patron_campaigns(campaigns) : NULL;
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
ngx_http_patron_campaign_named(ngx_http_request_t *r, patron_str_t *name)
{
    ngx_str_t                        key;
    ngx_http_patron_campaign_set_t  *set;

    key = ngx_http_patron_nginx_str(name);

    set = ngx_http_patron_campaigns_of(r);

    return set ? ngx_http_patron_campaign_find(set, &key) : NULL;
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


patron_campaign_t *
ngx_http_patron_campaign_by_part(ngx_http_patron_campaign_set_t *set,
    uint32_t part)
{
    ngx_uint_t  i;

    for (i = 0; i < set->n; i++) {
        if ((uint32_t) set->campaigns[i].hash == part) {
            return &set->campaigns[i];
        }
    }

    return NULL;
}
