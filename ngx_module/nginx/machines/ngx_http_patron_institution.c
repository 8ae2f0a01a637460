
/*
 * See the header.  An institution is looked for where the token has made no
 * patron of the reader.
 */


#include "ngx_http_patron_conf_read.h"
#include "ngx_http_patron_institution.h"
#include "ngx_http_patron_reader_address.h"
#include "ngx_http_patron_refresh.h"
#include "ngx_http_patron_registry.h"
#include "ngx_http_patron_stats.h"
#include "ngx_http_patron_zone_blob.h"


#define NGX_HTTP_PATRON_INSTITUTION_MAX  256        /* bytes of a field */


static const char *ngx_http_patron_institution_judge(ngx_str_t *values,
    time_t *until);


static ngx_str_t  ngx_http_patron_institution_fields[] = {
    ngx_string("tier"),
    ngx_string("until"),
    ngx_string("label"),
    ngx_null_string
};


static ngx_http_patron_registry_kind_t  ngx_http_patron_institution_kind = {
    ngx_string("institutions"),
    ngx_string("institution:"),
    NGX_HTTP_PATRON_BLOB_INSTITUTIONS,
    NGX_HTTP_PATRON_LEASE_INSTITUTIONS,
    ngx_http_patron_institution_fields,
    NGX_HTTP_PATRON_INSTITUTION_MAX,
    ngx_http_patron_institution_judge,
    { ngx_string("institution"), ngx_http_patron_refresh_changed,
      ngx_http_patron_refresh_forgotten, ngx_http_patron_refresh_listening,
      NULL }
};


/* patron_institutions on [address=VALUE] | off; */

char *
ngx_http_patron_institutions(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_http_patron_loc_conf_t *plcf = conf;

    ngx_str_t                            *value, address;
    ngx_http_patron_institutions_conf_t  *institutions;

    if (plcf->institutions != NGX_CONF_UNSET_PTR) {
        return "is duplicate";
    }

    value = cf->args->elts;

    if (ngx_strcmp(value[1].data, "off") == 0 && cf->args->nelts == 2) {
        plcf->institutions = NULL;
        return NGX_CONF_OK;
    }

    if (ngx_strcmp(value[1].data, "on") != 0) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "\"%V\" directive: invalid value \"%V\": it is "
                           "\"on\" or \"off\"", &cmd->name, &value[1]);
        return NGX_CONF_ERROR;
    }

    institutions = ngx_pcalloc(cf->pool,
                               sizeof(ngx_http_patron_institutions_conf_t));
    if (institutions == NULL) {
        return NGX_CONF_ERROR;
    }

    if (cf->args->nelts == 3) {

        if (ngx_strncmp(value[2].data, "address=", 8) != 0
            || value[2].len == 8)
        {
            ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                               "\"%V\" directive: invalid parameter \"%V\"",
                               &cmd->name, &value[2]);
            return NGX_CONF_ERROR;
        }

        address.data = value[2].data + 8;
        address.len = value[2].len - 8;

        institutions->address = ngx_http_patron_complex_value(cf, &address);
        if (institutions->address == NULL) {
            return NGX_CONF_ERROR;
        }
    }

    plcf->institutions = institutions;

    return NGX_CONF_OK;
}


char *
ngx_http_patron_institutions_check(ngx_conf_t *cf,
    ngx_http_patron_loc_conf_t *plcf)
{
    ngx_http_patron_main_conf_t          *pmcf;
    ngx_http_patron_institutions_conf_t  *institutions;

    if (!plcf->enable || plcf->institutions == NULL) {
        return NGX_CONF_OK;
    }

    pmcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_patron_module);
    institutions = plcf->institutions;

    if (plcf->redis == NULL || pmcf->zone == NULL) {
        ngx_log_error(NGX_LOG_EMERG, cf->log, 0,
                      "\"patron_institutions\" directive: it needs \"%s\"",
                      pmcf->zone == NULL ? "patron_zone" : "patron_redis");
        return NGX_CONF_ERROR;
    }

    if (institutions->address != NULL && !institutions->warned
        && !ngx_http_patron_reader_trusts(cf))
    {
        institutions->warned = 1;

        ngx_log_error(NGX_LOG_WARN, cf->log, 0,
                      "\"patron_institutions\" directive: \"address=\" is not "
                      "listened to: no \"set_real_ip_from\" says who may tell "
                      "addresses");
    }

    plcf->registry = ngx_http_patron_registry_add(cf, plcf->redis,
                                           &ngx_http_patron_institution_kind);

    return plcf->registry != NULL ? NGX_CONF_OK : NGX_CONF_ERROR;
}


void
ngx_http_patron_institutions_warn(ngx_conf_t *cf)
{
    ngx_uint_t                     i;
    ngx_http_patron_registry_t   **all;
    ngx_http_patron_main_conf_t   *pmcf;

    pmcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_patron_module);
    all = pmcf->registries.elts;

    for (i = 0; i < pmcf->registries.nelts; i++) {

        if (all[i]->kind == &ngx_http_patron_institution_kind) {
            ngx_log_error(NGX_LOG_WARN, cf->log, 0,
                          "\"patron_institutions\" is on: a cache in front of "
                          "this server must pass requests from the addresses "
                          "of institutions, or they get what it keeps for "
                          "guests");
            return;
        }
    }
}


ngx_int_t
ngx_http_patron_institution_identify(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf, ngx_http_patron_state_t *st)
{
    size_t              entry;
    time_t              until;
    ngx_int_t           rc;
    ngx_str_t           value;
    patron_address_t    address;
    patron_registry_t  *registry;

    if (st->state == PATRON_STATE_PATRON) {
        return NGX_OK;
    }

    registry = ngx_http_patron_registry(plcf->registry);

    if (registry == NULL) {
        return NGX_OK;
    }

    rc = ngx_http_patron_reader_address(r, plcf->institutions->address,
                                        &address);
    if (rc != NGX_OK) {
        return rc == NGX_ERROR ? NGX_ERROR : NGX_OK;
    }

    entry = patron_registry_find(registry, &address);

    if (entry == 0) {
        return NGX_OK;
    }

    /* it may have ended since the table was made */

    value = ngx_http_patron_registry_value(registry, entry,
                                           NGX_HTTP_PATRON_INSTITUTION_UNTIL);
    until = ngx_http_patron_registry_time(&value);

    if (until && until <= ngx_time()) {
        return NGX_OK;
    }

    if (ngx_http_patron_registry_copy(r->pool, registry, entry,
                                        NGX_HTTP_PATRON_REGISTRY_NAMED,
                                        &st->institution)
        != NGX_OK
        || ngx_http_patron_registry_copy(r->pool, registry, entry,
                                           NGX_HTTP_PATRON_INSTITUTION_TIER,
                                           &st->tier)
           != NGX_OK
        || ngx_http_patron_registry_copy(r->pool, registry, entry,
                                           NGX_HTTP_PATRON_INSTITUTION_LABEL,
                                           &st->name)
           != NGX_OK)
    {
        return NGX_ERROR;
    }

    /* the reader is the institution, not the member of a token of old */

    ngx_str_null(&st->id);

    st->state = PATRON_STATE_PATRON;
    st->source = NGX_HTTP_PATRON_SOURCE_INSTITUTION;
    st->reason = "address of an institution";

    ngx_http_patron_stats_count(r, "institution", &st->institution);

    return NGX_OK;
}


/* An end that is none has passed: what cannot be read lets nobody in. */

static const char *
ngx_http_patron_institution_judge(ngx_str_t *values, time_t *until)
{
    *until = ngx_http_patron_registry_time(&values[1]);

    if (*until < 0) {
        return "until is no time in unix seconds";
    }

    if (*until && *until <= ngx_time()) {
        return "until has passed";
    }

    return NULL;
}
