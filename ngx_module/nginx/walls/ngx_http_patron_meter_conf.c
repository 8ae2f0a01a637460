
/*
 * The directive of the meter.
 */


#include "ngx_http_patron_conf_read.h"
#include "ngx_http_patron_meter_conf.h"
#include "ngx_http_patron_str.h"


static char *ngx_http_patron_meter_option(ngx_conf_t *cf,
    ngx_http_patron_meter_conf_t *meter, ngx_str_t *option);
static char *ngx_http_patron_meter_constant(ngx_conf_t *cf,
    ngx_http_patron_loc_conf_t *plcf);


/* patron_meter limit=VALUE period=... [store=...] [article=VALUE] | off; */

char *
ngx_http_patron_meter(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_http_patron_loc_conf_t *plcf = conf;

    char                          *rv;
    ngx_str_t                     *value, article;
    ngx_uint_t                     i;
    ngx_http_patron_meter_conf_t  *meter;

    if (plcf->meter != NGX_CONF_UNSET_PTR) {
        return "is duplicate";
    }

    value = cf->args->elts;

    if (cf->args->nelts == 2 && ngx_strcmp(value[1].data, "off") == 0) {
        plcf->meter = NULL;
        return NGX_CONF_OK;
    }

    meter = ngx_pcalloc(cf->pool, sizeof(ngx_http_patron_meter_conf_t));
    if (meter == NULL) {
        return NGX_CONF_ERROR;
    }

    plcf->meter = meter;
    meter->period.window = -1;

    for (i = 1; i < cf->args->nelts; i++) {
        rv = ngx_http_patron_meter_option(cf, meter, &value[i]);

        if (rv != NGX_CONF_OK) {
            ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                               "\"%V\" directive: invalid parameter \"%V\"%s",
                               &cmd->name, &value[i], rv);
            return NGX_CONF_ERROR;
        }
    }

    if (meter->limit == NULL || meter->period.window == -1) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "\"%V\" directive: \"limit=\" and \"period=\" "
                           "must be given",
                           &cmd->name);
        return NGX_CONF_ERROR;
    }

    if (meter->article == NULL) {
        ngx_str_set(&article, "$host$patron_path");

        meter->article = ngx_http_patron_complex_value(cf, &article);
        if (meter->article == NULL) {
            return NGX_CONF_ERROR;
        }
    }

    return NGX_CONF_OK;
}


/* NGX_CONF_OK, or what to say after the parameter. */

static char *
ngx_http_patron_meter_option(ngx_conf_t *cf,
    ngx_http_patron_meter_conf_t *meter, ngx_str_t *option)
{
    ngx_str_t  s;

    if (ngx_strncmp(option->data, "limit=", 6) == 0 && option->len > 6) {
        s.data = option->data + 6;
        s.len = option->len - 6;

        meter->limit = ngx_http_patron_complex_value(cf, &s);

        return meter->limit == NULL ? "" : NGX_CONF_OK;
    }

    if (ngx_strncmp(option->data, "article=", 8) == 0 && option->len > 8) {
        s.data = option->data + 8;
        s.len = option->len - 8;

        meter->article = ngx_http_patron_complex_value(cf, &s);

        return meter->article == NULL ? "" : NGX_CONF_OK;
    }

    if (ngx_strncmp(option->data, "period=", 7) == 0) {
        s.data = option->data + 7;
        s.len = option->len - 7;

        if (ngx_http_patron_period(&s, &meter->period) == NGX_OK) {
            return NGX_CONF_OK;
        }

        return ", it must be period=month, period=week, period=day or a time";
    }

    if (ngx_strcmp(option->data, "store=redis") == 0) {
        meter->store = NGX_HTTP_PATRON_STORE_REDIS;
        return NGX_CONF_OK;
    }

    if (ngx_strcmp(option->data, "store=cookie") == 0) {
        meter->store = NGX_HTTP_PATRON_STORE_COOKIE;
        return NGX_CONF_OK;
    }

    return "";
}


ngx_int_t
ngx_http_patron_period(ngx_str_t *word, ngx_http_patron_period_t *period)
{
    time_t        window;
    patron_str_t  s;

    s = ngx_http_patron_pure_str(word);

    if (patron_period_parse(&s, &period->type) == PATRON_OK) {
        period->window = 0;
        return NGX_OK;
    }

    window = ngx_parse_time(word, 1);

    if (window == (time_t) NGX_ERROR || window == 0) {
        return NGX_ERROR;
    }

    period->type = PATRON_PERIOD_WINDOW;
    period->window = window;

    return NGX_OK;
}


char *
ngx_http_patron_meter_check(ngx_conf_t *cf, ngx_http_patron_loc_conf_t *plcf)
{
    ngx_http_patron_meter_conf_t  *meter;

    meter = plcf->meter;

    if (meter == NULL || !plcf->enable || !plcf->walled) {
        return NGX_CONF_OK;
    }

    if (plcf->keys == NULL) {
        ngx_log_error(NGX_LOG_EMERG, cf->log, 0,
                      "\"patron_meter\" directive: it signs cookies, and there "
                      "is no \"patron_key\"");
        return NGX_CONF_ERROR;
    }

    if (meter->store == NGX_HTTP_PATRON_STORE_REDIS && plcf->redis == NULL) {
        ngx_log_error(NGX_LOG_EMERG, cf->log, 0,
                      "\"patron_meter\" directive: \"store=redis\", and there "
                      "is no \"patron_redis\"");
        return NGX_CONF_ERROR;
    }

    return ngx_http_patron_meter_constant(cf, plcf);
}


/* A limit without variables is known now. */

static char *
ngx_http_patron_meter_constant(ngx_conf_t *cf,
    ngx_http_patron_loc_conf_t *plcf)
{
    ngx_int_t                      n;
    ngx_http_complex_value_t      *limit;
    ngx_http_patron_meter_conf_t  *meter;

    meter = plcf->meter;
    limit = meter->limit;

    if (limit->lengths != NULL) {
        return NGX_CONF_OK;
    }

    n = ngx_atoi(limit->value.data, limit->value.len);

    if (n == NGX_ERROR) {
        ngx_log_error(NGX_LOG_EMERG, cf->log, 0,
                      "\"patron_meter\" directive: invalid limit \"%V\"",
                      &limit->value);
        return NGX_CONF_ERROR;
    }

    if (n > PATRON_METER_ARTICLES
        && (meter->store == NGX_HTTP_PATRON_STORE_COOKIE
            || plcf->redis == NULL))
    {
        ngx_log_error(NGX_LOG_EMERG, cf->log, 0,
                      "\"patron_meter\" directive: a cookie holds %d articles "
                      "at most, the limit is %i",
                      PATRON_METER_ARTICLES, n);
        return NGX_CONF_ERROR;
    }

    return NGX_CONF_OK;
}
