
/*
 * See the header.  What only one directive knows is merged, and checked, where
 * it is read.
 */


#include "ngx_http_patron_activate.h"
#include "ngx_http_patron_campaign.h"
#include "ngx_http_patron_click.h"
#include "ngx_http_patron_conf.h"
#include "ngx_http_patron_cookie_conf.h"
#include "ngx_http_patron_crawler.h"
#include "ngx_http_patron_device.h"
#include "ngx_http_patron_dismiss.h"
#include "ngx_http_patron_feed_conf.h"
#include "ngx_http_patron_feed_handler.h"
#include "ngx_http_patron_gift.h"
#include "ngx_http_patron_grant.h"
#include "ngx_http_patron_gunzip.h"
#include "ngx_http_patron_idle.h"
#include "ngx_http_patron_institution.h"
#include "ngx_http_patron_merge.h"
#include "ngx_http_patron_meter_conf.h"
#include "ngx_http_patron_read.h"
#include "ngx_http_patron_revalidate.h"
#include "ngx_http_patron_rules.h"
#include "ngx_http_patron_stats.h"
#include "ngx_http_patron_vary.h"
#include "ngx_http_patron_webhook_conf.h"


static void ngx_http_patron_merge_own(ngx_conf_t *cf,
    ngx_http_patron_loc_conf_t *prev, ngx_http_patron_loc_conf_t *conf);
static ngx_int_t ngx_http_patron_merge_campaigns(ngx_conf_t *cf,
    ngx_http_patron_loc_conf_t *conf);


ngx_str_t  ngx_http_patron_default_types[] = {
    ngx_string("text/html"),
    ngx_null_string
};


void *
ngx_http_patron_create_main_conf(ngx_conf_t *cf)
{
    ngx_http_patron_main_conf_t  *pmcf;

    pmcf = ngx_pcalloc(cf->pool, sizeof(ngx_http_patron_main_conf_t));
    if (pmcf == NULL) {
        return NULL;
    }

    if (ngx_array_init(&pmcf->gunzip, cf->pool, 4,
                       sizeof(ngx_flag_t *))
        != NGX_OK
        || ngx_array_init(&pmcf->campaigns, cf->pool, 1, sizeof(void *))
           != NGX_OK
        || ngx_array_init(&pmcf->stats, cf->pool, 1, sizeof(void *)) != NGX_OK
        || ngx_array_init(&pmcf->registries, cf->pool, 1, sizeof(void *))
           != NGX_OK
        || ngx_array_init(&pmcf->template_vars, cf->pool, 4,
                          sizeof(ngx_str_t))
           != NGX_OK
        || ngx_array_init(&pmcf->tickers, cf->pool, 4, sizeof(ngx_str_t))
           != NGX_OK
        || ngx_array_init(&pmcf->banner_names, cf->pool, 4,
                          sizeof(ngx_http_patron_banner_name_t))
           != NGX_OK)
    {
        return NULL;
    }

    return pmcf;
}


void *
ngx_http_patron_create_loc_conf(ngx_conf_t *cf)
{
    ngx_http_patron_loc_conf_t  *conf;

    conf = ngx_pcalloc(cf->pool, sizeof(ngx_http_patron_loc_conf_t));
    if (conf == NULL) {
        return NULL;
    }

    /*
     * set by ngx_pcalloc():
     *
     *     conf->iss = NULL;
     *     conf->aud = NULL;
     *     conf->cookie = { 0 };
     *     conf->registry = NULL;
     *     conf->bots = NULL;
     *     conf->rules = NULL;
     *     conf->vary = { NULL, 0 };
     *     conf->types = { NULL };
     *     conf->types_keys = NULL;
     *     conf->appeals_header = { 0, NULL };
     *     conf->access_header = { 0, NULL };
     *     conf->access_missing = NULL;
     *     conf->feed_levels = 0;
     *     conf->own = { 0 };
     *     conf->own_page = NULL;
     *     conf->grant_header = { 0, NULL };
     *     conf->content = NULL;
     *     conf->key_told = 0;
     *     conf->strip_rules = 0;
     *     conf->hydration_rules = 0;
     */

    conf->enable = NGX_CONF_UNSET;
    conf->keys = NGX_CONF_UNSET_PTR;
    conf->tokens = NGX_CONF_UNSET_PTR;
    conf->leeway = NGX_CONF_UNSET;
    conf->redis = NGX_CONF_UNSET_PTR;
    conf->fallback = NGX_CONF_UNSET_UINT;
    conf->institutions = NGX_CONF_UNSET_PTR;
    conf->crawlers = NGX_CONF_UNSET_PTR;
    conf->terms = NGX_CONF_UNSET_PTR;
    conf->banners = NGX_CONF_UNSET_PTR;
    conf->template_vars = NGX_CONF_UNSET_PTR;
    conf->access = NGX_CONF_UNSET_PTR;
    conf->access_meta = NGX_CONF_UNSET;
    conf->appeals_meta = NGX_CONF_UNSET;
    conf->walls = NGX_CONF_UNSET_PTR;
    conf->told = NGX_CONF_UNSET;
    conf->strips = NGX_CONF_UNSET_PTR;
    conf->wall_buffer = NGX_CONF_UNSET_SIZE;
    conf->wall_code = NGX_CONF_UNSET_UINT;
    conf->leak_check = NGX_CONF_UNSET_UINT;
    conf->bypass = NGX_CONF_UNSET_PTR;
    conf->prefetch = NGX_CONF_UNSET_PTR;
    conf->meter = NGX_CONF_UNSET_PTR;
    conf->gift = NGX_CONF_UNSET_PTR;
    conf->devices = NGX_CONF_UNSET_PTR;
    conf->language = NGX_CONF_UNSET_UINT;
    conf->feed = NGX_CONF_UNSET_PTR;
    conf->consent = NGX_CONF_UNSET_PTR;
    conf->read = NGX_CONF_UNSET_PTR;
    conf->paywall_markup = NGX_CONF_UNSET;
    conf->dry_run = NGX_CONF_UNSET;
    conf->walls_open = NGX_CONF_UNSET;
    conf->banners_off = NGX_CONF_UNSET;

    return conf;
}


/*
 * A block of "if" has settings of its own, but the handler of the location around
 * it goes on with them.
 */

static void
ngx_http_patron_merge_own(ngx_conf_t *cf, ngx_http_patron_loc_conf_t *prev,
    ngx_http_patron_loc_conf_t *conf)
{
    ngx_http_core_loc_conf_t  *clcf;

    clcf = ngx_http_conf_get_module_loc_conf(cf, ngx_http_core_module);

    if (!clcf->noname || clcf->handler != NULL || conf->own.answers) {
        return;
    }

    conf->own = prev->own;
}


char *
ngx_http_patron_merge_loc_conf(ngx_conf_t *cf, void *parent, void *child)
{
    ngx_http_patron_loc_conf_t *prev = parent;
    ngx_http_patron_loc_conf_t *conf = child;

    ngx_http_core_srv_conf_t     *cscf;
    ngx_http_patron_main_conf_t  *pmcf;

    ngx_http_patron_idle_note(conf);
    ngx_http_patron_merge_own(cf, prev, conf);

    ngx_conf_merge_value(conf->enable, prev->enable, 0);
    ngx_conf_merge_ptr_value(conf->keys, prev->keys, NULL);
    ngx_conf_merge_ptr_value(conf->redis, prev->redis, NULL);
    ngx_conf_merge_uint_value(conf->fallback, prev->fallback,
                              NGX_HTTP_PATRON_TRUST);
    ngx_conf_merge_ptr_value(conf->institutions, prev->institutions, NULL);
    ngx_conf_merge_ptr_value(conf->crawlers, prev->crawlers, NULL);
    ngx_conf_merge_ptr_value(conf->terms, prev->terms, NULL);
    ngx_conf_merge_ptr_value(conf->template_vars, prev->template_vars, NULL);
    ngx_conf_merge_ptr_value(conf->access, prev->access, NULL);
    ngx_conf_merge_str_value(conf->grant_header, prev->grant_header, "");
    ngx_conf_merge_str_value(conf->appeals_header, prev->appeals_header, "");
    ngx_conf_merge_size_value(conf->wall_buffer, prev->wall_buffer,
                              2 * 1024 * 1024);
    ngx_conf_merge_uint_value(conf->wall_code, prev->wall_code, 402);
    ngx_conf_merge_uint_value(conf->leak_check, prev->leak_check,
                              NGX_HTTP_PATRON_LEAK_ON);
    ngx_conf_merge_ptr_value(conf->bypass, prev->bypass, NULL);
    ngx_conf_merge_ptr_value(conf->prefetch, prev->prefetch, NULL);
    ngx_conf_merge_ptr_value(conf->meter, prev->meter, NULL);
    ngx_conf_merge_ptr_value(conf->gift, prev->gift, NULL);
    ngx_conf_merge_ptr_value(conf->devices, prev->devices, NULL);
    ngx_conf_merge_ptr_value(conf->feed, prev->feed, NULL);
    ngx_conf_merge_ptr_value(conf->consent, prev->consent, NULL);
    ngx_conf_merge_ptr_value(conf->read, prev->read, NULL);
    ngx_conf_merge_uint_value(conf->language, prev->language, 0);
    ngx_conf_merge_value(conf->dry_run, prev->dry_run, 0);
    ngx_conf_merge_value(conf->walls_open, prev->walls_open, 0);
    ngx_conf_merge_value(conf->banners_off, prev->banners_off, 0);

    if (ngx_http_patron_idle_merged(cf, prev, conf) != NGX_OK) {
        return NGX_CONF_ERROR;
    }

    if (conf->leeway == NGX_CONF_UNSET) {
        conf->iss = prev->iss;
        conf->aud = prev->aud;
        conf->grace = prev->grace;
        conf->leeway = (prev->leeway == NGX_CONF_UNSET) ? 60 : prev->leeway;
    }

    if (conf->access_header.data == NULL) {
        conf->access_header = prev->access_header;
        conf->access_missing = prev->access_missing;
    }

    if (ngx_http_patron_merge_cookie(cf, &prev->cookie, &conf->cookie)
        != NGX_OK
        || ngx_http_merge_types(cf, &conf->types_keys, &conf->types,
                                &prev->types_keys, &prev->types,
                                ngx_http_patron_default_types)
           != NGX_OK)
    {
        return NGX_CONF_ERROR;
    }

    if (ngx_http_patron_merge_rules(cf, prev, conf) != NGX_OK) {
        return NGX_CONF_ERROR;
    }

    conf->feed_levels = ngx_http_patron_feed_levels(conf);

    conf->walled = !conf->own.answers
                   && (conf->access != NULL
                       || conf->access_header.len
                       || conf->access_meta
                       || conf->feed_levels);

    ngx_http_patron_revalidate_merge(cf, prev, conf);

    if (ngx_http_patron_meter_check(cf, conf) != NGX_CONF_OK
        || ngx_http_patron_devices_check(cf, conf) != NGX_CONF_OK
        || ngx_http_patron_gift_check(cf, conf) != NGX_CONF_OK
        || ngx_http_patron_feed_check(cf, conf) != NGX_CONF_OK
        || ngx_http_patron_dismiss_check(cf, conf) != NGX_CONF_OK
        || ngx_http_patron_click_check(cf, conf) != NGX_CONF_OK
        || ngx_http_patron_read_check(cf, conf) != NGX_CONF_OK
        || ngx_http_patron_activate_check(cf, conf) != NGX_CONF_OK
        || ngx_http_patron_grant_check(cf, conf) != NGX_CONF_OK
        || ngx_http_patron_webhook_check(cf, conf) != NGX_CONF_OK
        || ngx_http_patron_institutions_check(cf, conf) != NGX_CONF_OK
        || ngx_http_patron_crawlers_check(cf, conf) != NGX_CONF_OK)
    {
        return NGX_CONF_ERROR;
    }

    ngx_conf_merge_ptr_value(conf->tokens, prev->tokens, NULL);

    if (ngx_http_patron_merge_campaigns(cf, conf) != NGX_OK) {
        return NGX_CONF_ERROR;
    }

    if (!conf->enable) {
        return NGX_CONF_OK;
    }

    if (conf->rules == NULL && !conf->walled) {
        return NGX_CONF_OK;
    }

    pmcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_patron_module);

    if (conf->walled) {
        pmcf->walled = 1;

    } else if (conf->walls != NULL) {
        cscf = ngx_http_conf_get_module_srv_conf(cf, ngx_http_core_module);
        pmcf->levelless = &cscf->server_name;
    }

    if (ngx_http_patron_merge_vary(cf, conf) != NGX_OK
        || ngx_http_patron_watch_gunzip(cf) != NGX_OK)
    {
        return NGX_CONF_ERROR;
    }

    return NGX_CONF_OK;
}


/* What lives in Redis and in the zone. */

static ngx_int_t
ngx_http_patron_merge_campaigns(ngx_conf_t *cf,
    ngx_http_patron_loc_conf_t *conf)
{
    ngx_uint_t                    i;
    ngx_http_patron_banner_t     *b;
    ngx_http_patron_main_conf_t  *pmcf;

    pmcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_patron_module);

    if (conf->redis != NULL && pmcf->zone != NULL) {
        conf->stats = ngx_http_patron_stats_add(cf, conf->redis);
        if (conf->stats == NULL) {
            return NGX_ERROR;
        }
    }

    b = conf->banners ? conf->banners->elts : NULL;

    if (b != NULL && conf->redis != NULL && pmcf->zone != NULL) {
        /* without a campaign, too: pages may be quiet by their path */

        conf->campaigns = ngx_http_patron_campaigns_add(cf, conf->redis);

        return conf->campaigns == NULL ? NGX_ERROR : NGX_OK;
    }

    for (i = 0; b != NULL && i < conf->banners->nelts; i++) {

        if (b[i].slot.len || b[i].tmpl.tickers) {
            ngx_log_error(NGX_LOG_EMERG, cf->log, 0,
                          "\"patron_banner\" directive: banner \"%V\": "
                          "%s needs \"%s\"",
                          &b[i].name,
                          b[i].slot.len ? "\"campaign=\"" : "a ticker",
                          pmcf->zone == NULL ? "patron_zone"
                                             : "patron_redis");
            return NGX_ERROR;
        }
    }

    return NGX_OK;
}
