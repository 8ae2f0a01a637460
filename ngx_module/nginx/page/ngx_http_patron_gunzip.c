
/*
 * A page that an upstream compressed can be edited only where "gunzip on" is:
 * a warning for those who forget it.  The flag of gunzip is merged after ours,
 * so it is looked at in the end; and it is found through the directive, as the
 * structure is gunzip's own.
 */


#include "ngx_http_patron_conf.h"
#include "ngx_http_patron_gunzip.h"


ngx_int_t
ngx_http_patron_watch_gunzip(ngx_conf_t *cf)
{
    u_char                       *conf;
    ngx_uint_t                    i;
    ngx_module_t                 *m;
    ngx_command_t                *cmd;
    ngx_flag_t                  **watch;
    ngx_http_patron_main_conf_t  *pmcf;

    pmcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_patron_module);

    for (i = 0; cf->cycle->modules[i]; i++) {
        m = cf->cycle->modules[i];

        if (m->type != NGX_HTTP_MODULE
            || ngx_strcmp(m->name, "ngx_http_gunzip_filter_module") != 0)
        {
            continue;
        }

        for (cmd = m->commands; cmd->name.len; cmd++) {
            if (ngx_strcmp(cmd->name.data, "gunzip") == 0) {
                goto found;
            }
        }
    }

    return NGX_OK;

found:

    conf = ((ngx_http_conf_ctx_t *) cf->ctx)->loc_conf[m->ctx_index];

    watch = ngx_array_push(&pmcf->gunzip);
    if (watch == NULL) {
        return NGX_ERROR;
    }

    *watch = (ngx_flag_t *) (conf + cmd->offset);

    return NGX_OK;
}


void
ngx_http_patron_check_gunzip(ngx_conf_t *cf)
{
    ngx_flag_t                  **watch;
    ngx_uint_t                    i;
    ngx_http_patron_main_conf_t  *pmcf;

    pmcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_patron_module);

    watch = pmcf->gunzip.elts;

    for (i = 0; i < pmcf->gunzip.nelts; i++) {
        if (*watch[i] != 1) {
            ngx_log_error(NGX_LOG_WARN, cf->log, 0,
                          "\"gunzip\" is off where pages are edited: those "
                          "that an upstream compresses get no banner, and a "
                          "wall refuses them");
            break;
        }
    }
}
