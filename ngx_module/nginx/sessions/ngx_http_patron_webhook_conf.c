
/*
 * patron_webhook_handler PROVIDER key=FILE [tolerance=5m] [thanks=90d]
 *     [lasts=TIME] [OPTION=VALUE ...]
 *
 * The providers and the options are those of patron_webhook_presets.h; those of
 * the scheme are for "generic" alone.
 */


#include "ngx_http_patron_conf_read.h"
#include "ngx_http_patron_str.h"
#include "ngx_http_patron_webhook.h"
#include "ngx_http_patron_webhook_conf.h"


static ngx_int_t ngx_http_patron_webhook_time(ngx_str_t *value,
    const char *name, time_t *time);
static ngx_int_t ngx_http_patron_webhook_option(
    ngx_http_patron_webhook_conf_t *conf, ngx_str_t *value);
static char *ngx_http_patron_webhook_options(ngx_conf_t *cf,
    ngx_command_t *cmd, ngx_http_patron_webhook_conf_t *conf);
static char *ngx_http_patron_webhook_fits(ngx_conf_t *cf, ngx_command_t *cmd,
    ngx_http_patron_webhook_conf_t *conf);
static char *ngx_http_patron_webhook_provider(ngx_conf_t *cf,
    ngx_command_t *cmd, ngx_str_t *name,
    const patron_webhook_preset_t **preset);
static char *ngx_http_patron_webhook_key(ngx_conf_t *cf, ngx_command_t *cmd,
    ngx_http_patron_webhook_conf_t *conf, ngx_str_t *value);


char *
ngx_http_patron_webhook(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_http_patron_loc_conf_t *plcf = conf;

    ngx_str_t                       *value;
    ngx_uint_t                       i;
    ngx_http_core_loc_conf_t        *clcf;
    const patron_webhook_preset_t   *preset;
    ngx_http_patron_main_conf_t     *pmcf;
    ngx_http_patron_webhook_conf_t  *webhook;

    if (plcf->own.webhook != NULL) {
        return "is duplicate";
    }

    value = cf->args->elts;

    if (ngx_http_patron_webhook_provider(cf, cmd, &value[1], &preset)
        != NGX_CONF_OK)
    {
        return NGX_CONF_ERROR;
    }

    webhook = ngx_pcalloc(cf->pool, sizeof(ngx_http_patron_webhook_conf_t));
    if (webhook == NULL) {
        return NGX_CONF_ERROR;
    }

    patron_webhook_init(&webhook->webhook, preset);

    webhook->webhook.tolerance = 5 * 60;
    webhook->thanks = 90 * 24 * 60 * 60;

    if (ngx_http_patron_webhook_options(cf, cmd, webhook) != NGX_CONF_OK
        || ngx_http_patron_webhook_fits(cf, cmd, webhook) != NGX_CONF_OK)
    {
        return NGX_CONF_ERROR;
    }

    for (i = 0; patron_webhook_preset_at(i) != preset; i++) {
        /* void */
    }

    webhook->provider = i;

    pmcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_patron_module);
    pmcf->webhooks |= (uint32_t) 1 << i;

    plcf->own.webhook = webhook;
    plcf->own.answers = 1;

    clcf = ngx_http_conf_get_module_loc_conf(cf, ngx_http_core_module);
    clcf->handler = ngx_http_patron_webhook_handler;

    return NGX_CONF_OK;
}


static char *
ngx_http_patron_webhook_provider(ngx_conf_t *cf, ngx_command_t *cmd,
    ngx_str_t *name, const patron_webhook_preset_t **preset)
{
    u_char        *p, names[256];
    ngx_uint_t     i;
    patron_str_t   s;

    s = ngx_http_patron_pure_str(name);

    *preset = patron_webhook_preset(&s);

    if (*preset != NULL) {
        return NGX_CONF_OK;
    }

    p = names;

    for (i = 0; patron_webhook_preset_at(i) != NULL; i++) {
        s = patron_webhook_preset_at(i)->name;
        p = ngx_slprintf(p, names + sizeof(names), "%s%*s", i ? ", " : "",
                         s.len, s.data);
    }

    ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                       "\"%V\" directive: unknown provider \"%V\", it must be "
                       "one of %*s",
                       &cmd->name, name, (size_t) (p - names), names);

    return NGX_CONF_ERROR;
}


static char *
ngx_http_patron_webhook_options(ngx_conf_t *cf, ngx_command_t *cmd,
    ngx_http_patron_webhook_conf_t *conf)
{
    time_t       tolerance, lasts;
    ngx_str_t   *value;
    ngx_uint_t   i;

    value = cf->args->elts;
    tolerance = conf->webhook.tolerance;
    lasts = conf->webhook.lasts;

    for (i = 2; i < cf->args->nelts; i++) {

        if (ngx_strncmp(value[i].data, "key=", 4) == 0
            && conf->webhook.key.len == 0)
        {
            if (ngx_http_patron_webhook_key(cf, cmd, conf, &value[i])
                != NGX_CONF_OK)
            {
                return NGX_CONF_ERROR;
            }

        } else if (ngx_http_patron_webhook_time(&value[i], "tolerance=",
                                                &tolerance)
                   != NGX_OK
                   && ngx_http_patron_webhook_time(&value[i], "lasts=", &lasts)
                      != NGX_OK
                   && ngx_http_patron_webhook_time(&value[i], "thanks=",
                                                   &conf->thanks)
                      != NGX_OK
                   && ngx_http_patron_webhook_option(conf, &value[i])
                      != NGX_OK)
        {
            ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                               "\"%V\" directive: invalid parameter \"%V\"",
                               &cmd->name, &value[i]);
            return NGX_CONF_ERROR;
        }
    }

    conf->webhook.tolerance = tolerance;
    conf->webhook.lasts = lasts;

    return NGX_CONF_OK;
}


static ngx_int_t
ngx_http_patron_webhook_time(ngx_str_t *value, const char *name, time_t *time)
{
    size_t     len;
    time_t     n;
    ngx_str_t  s;

    len = ngx_strlen(name);

    if (ngx_strncmp(value->data, name, len) != 0) {
        return NGX_DECLINED;
    }

    s.data = value->data + len;
    s.len = value->len - len;

    n = s.len ? ngx_parse_time(&s, 1) : 0;

    if (n <= 0) {
        return NGX_DECLINED;
    }

    *time = n;

    return NGX_OK;
}


static ngx_int_t
ngx_http_patron_webhook_option(ngx_http_patron_webhook_conf_t *conf,
    ngx_str_t *value)
{
    ngx_uint_t         i;
    ngx_uint_t         generic;
    patron_str_t       s;
    patron_webhook_t  *webhook;

    webhook = &conf->webhook;

    generic = webhook->preset->name.len == 7
              && ngx_strncmp(webhook->preset->name.data, "generic", 7) == 0;

    for (i = generic ? 0 : PATRON_WEBHOOK_O_EVENT; i < PATRON_WEBHOOK_OPTIONS;
         i++)
    {
        if (value->len < patron_webhook_options[i].len
            || ngx_strncmp(value->data, patron_webhook_options[i].data,
                           patron_webhook_options[i].len)
               != 0)
        {
            continue;
        }

        s.data = value->data + patron_webhook_options[i].len;
        s.len = value->len - patron_webhook_options[i].len;

        if (patron_webhook_option_check(i, &s) != PATRON_OK) {
            return NGX_ERROR;
        }

        /* another signature has no prefix but its own */

        if (i == PATRON_WEBHOOK_O_SIGNATURE
            && webhook->option[PATRON_WEBHOOK_O_PREFIX].data
               == webhook->preset->option[PATRON_WEBHOOK_O_PREFIX].data)
        {
            webhook->option[PATRON_WEBHOOK_O_PREFIX].len = 0;
        }

        webhook->option[i] = s;

        return NGX_OK;
    }

    return NGX_ERROR;
}


static char *
ngx_http_patron_webhook_fits(ngx_conf_t *cf, ngx_command_t *cmd,
    ngx_http_patron_webhook_conf_t *conf)
{
    const char    *reason;
    patron_str_t  *digest;

    if (conf->webhook.key.len == 0) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "\"%V\" directive: no \"key=\"", &cmd->name);
        return NGX_CONF_ERROR;
    }

    if (patron_webhook_check(&conf->webhook, &reason) != PATRON_OK) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0, "\"%V\" directive: %s",
                           &cmd->name, reason);
        return NGX_CONF_ERROR;
    }

    digest = &conf->webhook.option[PATRON_WEBHOOK_O_DIGEST];

    if (digest->data
        != conf->webhook.preset->option[PATRON_WEBHOOK_O_DIGEST].data
        && ngx_strncmp(digest->data, "sha256", 6) != 0
        && ngx_strncmp(digest->data, "sha512", 6) != 0)
    {
        ngx_conf_log_error(NGX_LOG_WARN, cf, 0,
                           "\"%V\" directive: \"digest=%*s\" is weak: use it "
                           "only where the provider has nothing else",
                           &cmd->name, digest->len, digest->data);
    }

    return NGX_CONF_OK;
}


static char *
ngx_http_patron_webhook_key(ngx_conf_t *cf, ngx_command_t *cmd,
    ngx_http_patron_webhook_conf_t *conf, ngx_str_t *value)
{
    ngx_str_t  path, secret;

    path.data = value->data + 4;
    path.len = value->len - 4;

    if (ngx_http_patron_read_key(cf, cmd, &path, &secret) != NGX_OK) {
        return NGX_CONF_ERROR;
    }

    if (secret.len == 0) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "\"%V\" directive: the key in \"%V\" is empty",
                           &cmd->name, &path);
        return NGX_CONF_ERROR;
    }

    conf->webhook.key = ngx_http_patron_pure_str(&secret);

    return NGX_CONF_OK;
}


char *
ngx_http_patron_webhook_check(ngx_conf_t *cf,
    ngx_http_patron_loc_conf_t *plcf)
{
    if (plcf->own.webhook != NULL && plcf->redis == NULL) {
        ngx_log_error(NGX_LOG_EMERG, cf->log, 0,
                      "\"patron_webhook_handler\" directive: it needs "
                      "\"patron_redis\"");
        return NGX_CONF_ERROR;
    }

    return NGX_CONF_OK;
}
