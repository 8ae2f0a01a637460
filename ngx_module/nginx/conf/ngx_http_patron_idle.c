
/*
 * See the header.  A block is in use if "patron" is on in it, or in a block
 * inside.
 */


#include "ngx_http_patron_conf.h"
#include "ngx_http_patron_idle.h"


#define NGX_HTTP_PATRON_COMPLAINT_LEN  512


typedef struct {
    ngx_http_patron_loc_conf_t  *conf;
    ngx_str_t                    server;
    ngx_str_t                    location;      /* empty: the server's own */
} ngx_http_patron_idle_t;


static void ngx_http_patron_idle_warn(ngx_conf_t *cf,
    ngx_http_patron_main_conf_t *pmcf, const char *fmt, ...);


void
ngx_http_patron_idle_note(ngx_http_patron_loc_conf_t *conf)
{
    if (conf->access != NGX_CONF_UNSET_PTR) {
        conf->states = "patron_access";

    } else if (conf->access_header.data != NULL) {
        conf->states = "patron_access_header";

    } else if (conf->access_meta == 1) {
        conf->states = "patron_access_meta";

    } else if (conf->walls != NGX_CONF_UNSET_PTR || conf->told == 1) {
        conf->states = "patron_wall";

    } else if (conf->banners != NGX_CONF_UNSET_PTR) {
        conf->states = "patron_banner";
    }
}


ngx_int_t
ngx_http_patron_idle_merged(ngx_conf_t *cf, ngx_http_patron_loc_conf_t *prev,
    ngx_http_patron_loc_conf_t *conf)
{
    ngx_http_patron_idle_t       *idle;
    ngx_http_core_loc_conf_t     *clcf;
    ngx_http_core_srv_conf_t     *cscf;
    ngx_http_patron_main_conf_t  *pmcf;

    conf->around = prev;

    pmcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_patron_module);
    cscf = ngx_http_conf_get_module_srv_conf(cf, ngx_http_core_module);

    if (conf->enable) {

        if (conf->keys == NULL && (conf->redis != NULL || conf->access != NULL)
            && pmcf->keyless == NULL)
        {
            pmcf->keyless = &cscf->server_name;
        }

        while (conf != NULL && !conf->in_use) {
            conf->in_use = 1;
            conf = conf->around;
        }

        return NGX_OK;
    }

    if (conf->states == NULL) {
        return NGX_OK;
    }

    clcf = ngx_http_conf_get_module_loc_conf(cf, ngx_http_core_module);

    if (pmcf->idle == NULL) {
        pmcf->idle = ngx_array_create(cf->pool, 4,
                                      sizeof(ngx_http_patron_idle_t));
        if (pmcf->idle == NULL) {
            return NGX_ERROR;
        }
    }

    idle = ngx_array_push(pmcf->idle);
    if (idle == NULL) {
        return NGX_ERROR;
    }

    idle->conf = conf;
    idle->server = cscf->server_name;
    idle->location = clcf->name;

    return NGX_OK;
}


void
ngx_http_patron_idle_check(ngx_conf_t *cf)
{
    ngx_uint_t                    i;
    ngx_http_patron_idle_t       *idle;
    ngx_http_patron_loc_conf_t   *conf;
    ngx_http_patron_main_conf_t  *pmcf;

    pmcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_patron_module);
    conf = ngx_http_conf_get_module_loc_conf(cf, ngx_http_patron_module);

    ngx_http_patron_idle_note(conf);

    if (conf->states != NULL && !conf->in_use) {
        ngx_http_patron_idle_warn(cf, pmcf, "\"%s\" has no effect in "
                                  "\"http\": \"patron\" is on nowhere",
                                  conf->states);
    }

    idle = pmcf->idle ? pmcf->idle->elts : NULL;

    for (i = 0; idle != NULL && i < pmcf->idle->nelts; i++) {

        if (idle[i].conf->in_use) {
            continue;
        }

        if (idle[i].location.len) {
            ngx_http_patron_idle_warn(cf, pmcf, "\"%s\" has no effect in "
                                      "location \"%V\" of server \"%V\": "
                                      "\"patron\" is off there",
                                      idle[i].conf->states,
                                      &idle[i].location, &idle[i].server);
            continue;
        }

        ngx_http_patron_idle_warn(cf, pmcf, "\"%s\" has no effect in server "
                                  "\"%V\": \"patron\" is off there",
                                  idle[i].conf->states, &idle[i].server);
    }

    if (pmcf->levelless != NULL && !pmcf->walled) {
        ngx_http_patron_idle_warn(cf, pmcf, "\"patron_wall\" of server \"%V\" "
                                  "never stands: no \"patron_access\", "
                                  "\"patron_access_header\" or "
                                  "\"patron_access_meta\" says which pages "
                                  "need it", pmcf->levelless);
    }

    if (pmcf->keyless != NULL) {
        ngx_http_patron_idle_warn(cf, pmcf, "\"patron\" is on in server "
                                  "\"%V\" and has no \"patron_key\": no token "
                                  "verifies there", pmcf->keyless);
    }
}


/* What is said now is said once more by the status page: who reads a log? */

static void
ngx_http_patron_idle_warn(ngx_conf_t *cf, ngx_http_patron_main_conf_t *pmcf,
    const char *fmt, ...)
{
    u_char     *p, text[NGX_HTTP_PATRON_COMPLAINT_LEN];
    va_list     args;
    ngx_str_t   said;

    va_start(args, fmt);
    p = ngx_vslprintf(text, text + sizeof(text), fmt, args);
    va_end(args);

    said.data = text;
    said.len = p - text;

    ngx_log_error(NGX_LOG_WARN, cf->log, 0, "%V", &said);

    if (pmcf->complaint.len == 0) {
        pmcf->complaint.data = ngx_pstrdup(cf->pool, &said);
        pmcf->complaint.len = pmcf->complaint.data ? said.len : 0;
    }
}
