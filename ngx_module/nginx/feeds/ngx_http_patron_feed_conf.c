
/*
 * See the header.
 */


#include "ngx_http_patron_feed_conf.h"


static ngx_int_t ngx_http_patron_feed_option(ngx_http_patron_feed_conf_t *feed,
    ngx_str_t *option);
static void ngx_http_patron_feed_cleanup(void *data);


ngx_uint_t
ngx_http_patron_feed_levels(ngx_http_patron_loc_conf_t *plcf)
{
    return plcf->feed != NULL && plcf->feed->level.len != 0;
}


/* patron_feed [keep=N] [level=NAME] | off; */

char *
ngx_http_patron_feed(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_http_patron_loc_conf_t *plcf = conf;

    char                          err[NGX_HTTP_PATRON_ERROR_LEN];
    ngx_str_t                    *value;
    ngx_uint_t                    i;
    ngx_pool_cleanup_t           *cln;
    ngx_http_patron_feed_conf_t  *feed;

    if (plcf->feed != NGX_CONF_UNSET_PTR) {
        return "is duplicate";
    }

    value = cf->args->elts;

    if (cf->args->nelts == 2 && ngx_strcmp(value[1].data, "off") == 0) {
        plcf->feed = NULL;
        return NGX_CONF_OK;
    }

    feed = ngx_pcalloc(cf->pool, sizeof(ngx_http_patron_feed_conf_t));
    cln = ngx_pool_cleanup_add(cf->pool, 0);

    if (feed == NULL || cln == NULL) {
        return NGX_CONF_ERROR;
    }

    feed->keep = 1;

    for (i = 1; i < cf->args->nelts; i++) {
        if (ngx_http_patron_feed_option(feed, &value[i]) != NGX_OK) {
            ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                               "\"%V\" directive: invalid parameter \"%V\"",
                               &cmd->name, &value[i]);
            return NGX_CONF_ERROR;
        }
    }

    feed->rules = patron_feed_rules_create(NULL, (unsigned) feed->keep, err);

    if (feed->rules == NULL) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "\"%V\" directive: %s", &cmd->name,
                           err[0] ? err : "out of memory");
        return NGX_CONF_ERROR;
    }

    cln->handler = ngx_http_patron_feed_cleanup;
    cln->data = feed->rules;

    plcf->feed = feed;

    return NGX_CONF_OK;
}


static ngx_int_t
ngx_http_patron_feed_option(ngx_http_patron_feed_conf_t *feed,
    ngx_str_t *option)
{
    u_char  *p;

    if (ngx_strncmp(option->data, "keep=", 5) == 0) {
        feed->keep = ngx_atoi(option->data + 5, option->len - 5);

        return (feed->keep == NGX_ERROR || feed->keep > PATRON_FEED_KEEP_MAX)
               ? NGX_ERROR : NGX_OK;
    }

    if (ngx_strncmp(option->data, "level=", 6) != 0
        || option->len == 6 || option->len > 6 + 128)
    {
        return NGX_ERROR;
    }

    feed->level.data = option->data + 6;
    feed->level.len = option->len - 6;

    for (p = feed->level.data; *p; p++) {
        if (*p <= ' ' || ngx_strchr("<>&\"'/=", *p) != NULL) {
            return NGX_ERROR;
        }
    }

    return NGX_OK;
}


static void
ngx_http_patron_feed_cleanup(void *data)
{
    patron_feed_rules_destroy(data);
}
