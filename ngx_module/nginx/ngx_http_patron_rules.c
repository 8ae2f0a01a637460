
/*
 * What a location's banners and its wall come to together.
 */


#include "ngx_http_patron_conf_read.h"
#include "ngx_http_patron_hash.h"
#include "ngx_http_patron_placement.h"
#include "ngx_http_patron_rules.h"
#include "ngx_http_patron_wall_conf.h"


ngx_int_t
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
