
/*
 * Directives that take more than one of nginx's slots.  Each refuses a mistake
 * with its own name, the word and the reason.
 */


#include "ngx_http_patron_conf.h"
#include "ngx_http_patron_conf_read.h"
#include "ngx_http_patron_directives.h"
#include "ngx_http_patron_redis_conf.h"
#include "ngx_http_patron_seals.h"
#include "ngx_http_patron_str.h"
#include "ngx_http_patron_zone.h"


static ngx_http_patron_keys_t *ngx_http_patron_create_keys(ngx_conf_t *cf);
static void ngx_http_patron_keys_cleanup(void *data);


char *
ngx_http_patron_key(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_http_patron_loc_conf_t *plcf = conf;

    char          err[NGX_HTTP_PATRON_ERROR_LEN];
    ngx_str_t    *value, path, secret;
    patron_alg_e  alg;
    patron_str_t  id, bytes;

    value = cf->args->elts;
    alg = PATRON_HS256;

    if (cf->args->nelts == 4) {

        if (ngx_strcmp(value[3].data, "alg=HS256") == 0) {
            alg = PATRON_HS256;

        } else if (ngx_strcmp(value[3].data, "alg=HS384") == 0) {
            alg = PATRON_HS384;

        } else if (ngx_strcmp(value[3].data, "alg=HS512") == 0) {
            alg = PATRON_HS512;

        } else {
            ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                               "\"%V\" directive: invalid parameter \"%V\", "
                               "it must be alg=HS256, alg=HS384 or alg=HS512",
                               &cmd->name, &value[3]);
            return NGX_CONF_ERROR;
        }
    }

    if (ngx_strlchr(value[1].data, value[1].data + value[1].len, '$') != NULL) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "\"%V\" directive: the key's id \"%V\" cannot hold "
                           "variables", &cmd->name, &value[1]);
        return NGX_CONF_ERROR;
    }

    path = value[2];

    if (ngx_http_patron_read_key(cf, cmd, &path, &secret) != NGX_OK) {
        return NGX_CONF_ERROR;
    }

    if (plcf->keys == NGX_CONF_UNSET_PTR) {
        plcf->keys = ngx_http_patron_create_keys(cf);
        if (plcf->keys == NULL) {
            return NGX_CONF_ERROR;
        }
    }

    id = ngx_http_patron_pure_str(&value[1]);
    bytes = ngx_http_patron_pure_str(&secret);

    if (patron_keys_add(plcf->keys->keys, &id, alg, &bytes, err) != PATRON_OK)
    {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "\"%V\" directive: key \"%V\" in \"%V\": %s",
                           &cmd->name, &value[1], &path, err);
        ngx_explicit_memzero(secret.data, secret.len);
        return NGX_CONF_ERROR;
    }

    ngx_explicit_memzero(secret.data, secret.len);

    return NGX_CONF_OK;
}


static ngx_http_patron_keys_t *
ngx_http_patron_create_keys(ngx_conf_t *cf)
{
    ngx_pool_cleanup_t      *cln;
    ngx_http_patron_keys_t  *keys;

    cln = ngx_pool_cleanup_add(cf->pool, sizeof(ngx_http_patron_keys_t));
    if (cln == NULL) {
        return NULL;
    }

    keys = cln->data;
    ngx_memzero(keys, sizeof(ngx_http_patron_keys_t));

    keys->keys = patron_keys_create(NULL);
    if (keys->keys == NULL) {
        return NULL;
    }

    cln->handler = ngx_http_patron_keys_cleanup;

    return keys;
}


static void
ngx_http_patron_keys_cleanup(void *data)
{
    ngx_http_patron_keys_t  *keys = data;

    if (keys->cache != NULL) {
        patron_token_cache_destroy(keys->cache);
    }

    ngx_http_patron_seals_destroy(&keys->seals);
    patron_keys_destroy(keys->keys);
}


char *
ngx_http_patron_token(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_http_patron_loc_conf_t *plcf = conf;

    ngx_str_t                         *value;
    ngx_uint_t                         i;
    ngx_http_complex_value_t          *cv;
    ngx_http_compile_complex_value_t   ccv;

    if (plcf->tokens != NGX_CONF_UNSET_PTR) {
        return "is duplicate";
    }

    plcf->tokens = ngx_array_create(cf->pool, cf->args->nelts - 1,
                                    sizeof(ngx_http_complex_value_t));
    if (plcf->tokens == NULL) {
        return NGX_CONF_ERROR;
    }

    value = cf->args->elts;

    for (i = 1; i < cf->args->nelts; i++) {

        cv = ngx_array_push(plcf->tokens);
        if (cv == NULL) {
            return NGX_CONF_ERROR;
        }

        ngx_memzero(&ccv, sizeof(ngx_http_compile_complex_value_t));

        ccv.cf = cf;
        ccv.value = &value[i];
        ccv.complex_value = cv;

        if (ngx_http_compile_complex_value(&ccv) != NGX_OK) {
            return NGX_CONF_ERROR;
        }
    }

    return NGX_CONF_OK;
}


char *
ngx_http_patron_claims(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_http_patron_loc_conf_t *plcf = conf;

    ngx_str_t   *value, s;
    ngx_uint_t   i;

    if (plcf->leeway != NGX_CONF_UNSET) {
        return "is duplicate";
    }

    plcf->leeway = 60;
    plcf->grace = 0;
    plcf->iss = NULL;
    plcf->aud = NULL;

    value = cf->args->elts;

    for (i = 1; i < cf->args->nelts; i++) {

        s = value[i];

        if (ngx_strncmp(s.data, "iss=", 4) == 0 && s.len > 4) {
            s.data += 4;
            s.len -= 4;

            plcf->iss = ngx_http_patron_complex_value(cf, &s);
            if (plcf->iss == NULL) {
                return NGX_CONF_ERROR;
            }

            continue;
        }

        if (ngx_strncmp(s.data, "aud=", 4) == 0 && s.len > 4) {
            s.data += 4;
            s.len -= 4;

            plcf->aud = ngx_http_patron_complex_value(cf, &s);
            if (plcf->aud == NULL) {
                return NGX_CONF_ERROR;
            }

            continue;
        }

        if (ngx_strncmp(s.data, "leeway=", 7) == 0) {
            s.data += 7;
            s.len -= 7;

            plcf->leeway = ngx_parse_time(&s, 1);

            if (plcf->leeway != (time_t) NGX_ERROR) {
                continue;
            }
        }

        if (ngx_strncmp(s.data, "grace=", 6) == 0) {
            s.data += 6;
            s.len -= 6;

            plcf->grace = ngx_parse_time(&s, 1);

            if (plcf->grace != (time_t) NGX_ERROR) {
                continue;
            }
        }

        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "\"%V\" directive: invalid parameter \"%V\"",
                           &cmd->name, &value[i]);
        return NGX_CONF_ERROR;
    }

    return NGX_CONF_OK;
}


char *
ngx_http_patron_redis(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_http_patron_loc_conf_t *plcf = conf;

    if (plcf->redis != NGX_CONF_UNSET_PTR) {
        return "is duplicate";
    }

    plcf->redis = ngx_http_patron_redis_add(cf, cf->args->elts,
                                            cf->args->nelts);

    return plcf->redis == NULL ? NGX_CONF_ERROR : NGX_CONF_OK;
}


char *
ngx_http_patron_zone(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_http_patron_main_conf_t *pmcf = conf;

    if (pmcf->zone != NULL) {
        return "is duplicate";
    }

    pmcf->zone = ngx_http_patron_zone_add(cf, cf->args->elts,
                                          cf->args->nelts,
                                          &ngx_http_patron_module);

    return pmcf->zone == NULL ? NGX_CONF_ERROR : NGX_CONF_OK;
}


char *
ngx_http_patron_template_vars(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_http_patron_loc_conf_t *plcf = conf;

    ngx_str_t                    *value, *name;
    ngx_uint_t                    i;
    ngx_http_patron_main_conf_t  *pmcf;

    pmcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_patron_module);

    if (plcf->template_vars != NGX_CONF_UNSET_PTR) {
        return "is duplicate";
    }

    plcf->template_vars = ngx_array_create(cf->pool, cf->args->nelts - 1,
                                           sizeof(ngx_str_t));
    if (plcf->template_vars == NULL) {
        return NGX_CONF_ERROR;
    }

    value = cf->args->elts;

    for (i = 1; i < cf->args->nelts; i++) {

        if (value[i].len && value[i].data[0] == '$') {
            value[i].data++;
            value[i].len--;
        }

        if (value[i].len == 0
            || ngx_http_get_variable_index(cf, &value[i]) == NGX_ERROR)
        {
            return NGX_CONF_ERROR;
        }

        name = ngx_array_push(plcf->template_vars);
        if (name == NULL) {
            return NGX_CONF_ERROR;
        }

        *name = value[i];

        /* a campaign is checked once, for all the places it may stand in */

        name = ngx_array_push(&pmcf->template_vars);
        if (name == NULL) {
            return NGX_CONF_ERROR;
        }

        *name = value[i];
    }

    return NGX_CONF_OK;
}


char *
ngx_http_patron_emergency(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_http_patron_loc_conf_t *plcf = conf;

    ngx_str_t   *value;
    ngx_uint_t   i;

    if (plcf->walls_open != NGX_CONF_UNSET
        || plcf->banners_off != NGX_CONF_UNSET)
    {
        return "is duplicate";
    }

    value = cf->args->elts;

    for (i = 1; i < cf->args->nelts; i++) {

        if (ngx_strcmp(value[i].data, "walls=open") == 0) {
            plcf->walls_open = 1;

        } else if (ngx_strcmp(value[i].data, "walls=closed") == 0) {
            plcf->walls_open = 0;

        } else if (ngx_strcmp(value[i].data, "banners=off") == 0) {
            plcf->banners_off = 1;

        } else if (ngx_strcmp(value[i].data, "banners=on") == 0) {
            plcf->banners_off = 0;

        } else {
            ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                               "\"%V\" directive: invalid parameter \"%V\", "
                               "it must be walls=open, walls=closed, "
                               "banners=on or banners=off",
                               &cmd->name, &value[i]);
            return NGX_CONF_ERROR;
        }
    }

    return NGX_CONF_OK;
}
