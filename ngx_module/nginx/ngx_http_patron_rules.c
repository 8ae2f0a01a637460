
/*
 * What a location's banners and its wall come to together.
 */


#include "ngx_http_patron_conf_read.h"
#include "ngx_http_patron_hash.h"
#include "ngx_http_patron_placement.h"
#include "ngx_http_patron_rules.h"
#include "ngx_http_patron_wall_conf.h"


static ngx_int_t ngx_http_patron_compile_rules(ngx_conf_t *cf,
    ngx_http_patron_loc_conf_t *plcf);


ngx_int_t
ngx_http_patron_merge_rules(ngx_conf_t *cf, ngx_http_patron_loc_conf_t *prev,
    ngx_http_patron_loc_conf_t *conf)
{
    ngx_conf_merge_ptr_value(conf->banners, prev->banners, NULL);

    if (conf->walls == NGX_CONF_UNSET_PTR) {
        ngx_conf_merge_value(conf->told, prev->told, 0);
        conf->walls = conf->told ? NULL : prev->walls;
    }

    ngx_conf_init_value(conf->told, 0);
    ngx_conf_init_ptr_value(conf->walls, NULL);

    ngx_conf_merge_ptr_value(conf->strips, prev->strips, NULL);
    ngx_conf_merge_value(conf->access_meta, prev->access_meta, 0);
    ngx_conf_merge_value(conf->appeals_meta, prev->appeals_meta, 0);
    ngx_conf_merge_value(conf->paywall_markup, prev->paywall_markup, 0);

    if (conf->own.answers
        || (conf->banners == NULL && conf->walls == NULL
            && !conf->access_meta))
    {
        return NGX_OK;
    }

    if (prev->rules != NULL
        && conf->banners == prev->banners
        && conf->walls == prev->walls
        && conf->strips == prev->strips
        && conf->access_meta == prev->access_meta
        && conf->appeals_meta == prev->appeals_meta
        && conf->paywall_markup == prev->paywall_markup)
    {
        conf->rules = prev->rules;
        conf->rules_hash = prev->rules_hash;
        conf->cut_rule = prev->cut_rule;
        conf->end_rule = prev->end_rule;
        conf->meta_rule = prev->meta_rule;
        conf->appeals_rule = prev->appeals_rule;
        conf->markup_rule = prev->markup_rule;
        conf->strip_rules = prev->strip_rules;
        conf->hydration_rules = prev->hydration_rules;

        return NGX_OK;
    }

    return ngx_http_patron_compile_rules(cf, conf);
}


static ngx_int_t
ngx_http_patron_compile_rules(ngx_conf_t *cf,
    ngx_http_patron_loc_conf_t *plcf)
{
    char           err[NGX_HTTP_PATRON_ERROR_LEN];
    patron_mem_t  *mem;

    mem = ngx_http_patron_mem(cf->pool);
    if (mem == NULL) {
        return NGX_ERROR;
    }

    plcf->rules = patron_rules_create(mem);

    if (plcf->rules == NULL
        || ngx_http_patron_banners_compile(cf, plcf) != NGX_OK
        || ngx_http_patron_wall_compile(cf, plcf) != NGX_OK)
    {
        return NGX_ERROR;
    }

    plcf->rules_hash = ngx_http_patron_hash_mix(plcf->rules_hash,
                                    (uint64_t) plcf->access_meta << 1
                                    | (plcf->paywall_markup ? 1 : 0));

    if (patron_rules_compile(plcf->rules, err) != PATRON_OK) {
        ngx_log_error(NGX_LOG_EMERG, cf->log, 0,
                      "\"patron_banner\" directive: %s", err);
        return NGX_ERROR;
    }

    return NGX_OK;
}
