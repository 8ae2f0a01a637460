
/*
 * patron_webhook_handler stripe|patreon|generic key=PATH [tolerance=5m]
 *     [sub=PATH] [tier=PATH] [status=PATH] [until=PATH]
 *
 * The file of the key is a file; the other paths are those of
 * patron_webhook.h.
 */


#include "ngx_http_patron_conf_read.h"
#include "ngx_http_patron_webhook.h"


static ngx_int_t ngx_http_patron_webhook_option(
    ngx_http_patron_webhook_conf_t *webhook, ngx_str_t *value);
static char *ngx_http_patron_webhook_key(ngx_conf_t *cf, ngx_command_t *cmd,
    ngx_http_patron_webhook_conf_t *webhook, ngx_str_t *value);


char *
ngx_http_patron_webhook(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_http_patron_loc_conf_t *plcf = conf;

    ngx_str_t                       *value;
    ngx_uint_t                       i;
    ngx_http_core_loc_conf_t        *clcf;
    ngx_http_patron_webhook_conf_t  *webhook;

    if (plcf->webhook != NULL) {
        return "is duplicate";
    }

    webhook = ngx_pcalloc(cf->pool, sizeof(ngx_http_patron_webhook_conf_t));
    if (webhook == NULL) {
        return NGX_CONF_ERROR;
    }

    value = cf->args->elts;

    for (i = 0; i < PATRON_WEBHOOK_N; i++) {
        if (value[1].len == patron_webhook_names[i].len
            && ngx_strncmp(value[1].data, patron_webhook_names[i].data,
                           value[1].len)
               == 0)
        {
            break;
        }
    }

    if (i == PATRON_WEBHOOK_N) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "\"%V\" directive: unknown provider \"%V\", it "
                           "must be \"stripe\", \"patreon\" or \"generic\"",
                           &cmd->name, &value[1]);
        return NGX_CONF_ERROR;
    }

    webhook->provider = i;
    webhook->tolerance = 5 * 60;
    webhook->paths = patron_webhook_paths[i];

    for (i = 2; i < cf->args->nelts; i++) {

        if (ngx_strncmp(value[i].data, "key=", 4) == 0
            && webhook->key.len == 0)
        {
            if (ngx_http_patron_webhook_key(cf, cmd, webhook, &value[i])
                != NGX_CONF_OK)
            {
                return NGX_CONF_ERROR;
            }

        } else if (ngx_http_patron_webhook_option(webhook, &value[i])
                   != NGX_OK)
        {
            ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                               "\"%V\" directive: invalid parameter \"%V\"",
                               &cmd->name, &value[i]);
            return NGX_CONF_ERROR;
        }
    }

    if (webhook->key.len == 0) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "\"%V\" directive: no \"key=\"", &cmd->name);
        return NGX_CONF_ERROR;
    }

    plcf->webhook = webhook;

    clcf = ngx_http_conf_get_module_loc_conf(cf, ngx_http_core_module);
    clcf->handler = ngx_http_patron_webhook_handler;

    return NGX_CONF_OK;
}


static char *
ngx_http_patron_webhook_key(ngx_conf_t *cf, ngx_command_t *cmd,
    ngx_http_patron_webhook_conf_t *webhook, ngx_str_t *value)
{
    ngx_str_t  path, secret;

    path.data = value->data + 4;
    path.len = value->len - 4;

    if (ngx_http_patron_read_key(cf, cmd, &path, &secret) != NGX_OK) {
        return NGX_CONF_ERROR;
    }

    if (secret.len < PATRON_WEBHOOK_KEY_MIN) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "\"%V\" directive: the key in \"%V\" is shorter "
                           "than %d bytes",
                           &cmd->name, &path, PATRON_WEBHOOK_KEY_MIN);
        return NGX_CONF_ERROR;
    }

    webhook->key.data = secret.data;
    webhook->key.len = secret.len;

    return NGX_CONF_OK;
}


static ngx_int_t
ngx_http_patron_webhook_option(ngx_http_patron_webhook_conf_t *webhook,
    ngx_str_t *value)
{
    size_t         len;
    ngx_str_t      s;
    ngx_uint_t     i;
    patron_str_t  *path;

    static ngx_str_t  names[] = {
        ngx_string("sub="),
        ngx_string("tier="),
        ngx_string("status="),
        ngx_string("until=")
    };

    if (ngx_strncmp(value->data, "tolerance=", 10) == 0) {
        s.data = value->data + 10;
        s.len = value->len - 10;

        webhook->tolerance = s.len ? ngx_parse_time(&s, 1) : 0;

        return webhook->tolerance > 0 ? NGX_OK : NGX_ERROR;
    }

    path = &webhook->paths.sub;

    for (i = 0; i < sizeof(names) / sizeof(names[0]); i++, path++) {
        len = names[i].len;

        if (ngx_strncmp(value->data, names[i].data, len) == 0) {
            path->data = value->data + len;
            path->len = value->len - len;

            return patron_webhook_path(path) == PATRON_OK ? NGX_OK : NGX_ERROR;
        }
    }

    return NGX_ERROR;
}


char *
ngx_http_patron_webhook_check(ngx_conf_t *cf,
    ngx_http_patron_loc_conf_t *plcf)
{
    if (plcf->webhook != NULL && plcf->redis == NULL) {
        ngx_log_error(NGX_LOG_EMERG, cf->log, 0,
                      "\"patron_webhook_handler\" directive: it needs "
                      "\"patron_redis\"");
        return NGX_CONF_ERROR;
    }

    return NGX_CONF_OK;
}
