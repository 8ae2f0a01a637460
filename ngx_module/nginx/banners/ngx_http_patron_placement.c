
/*
 * The directive patron_banner: a banner, its template and its placement; and
 * the rules that put a location's banners into a page.
 */


#include "ngx_http_patron_conf.h"
#include "ngx_http_patron_conf_read.h"
#include "ngx_http_patron_hash.h"
#include "ngx_http_patron_placement.h"
#include "ngx_http_patron_stats.h"
#include "ngx_http_patron_str.h"
#include "ngx_http_patron_template.h"
#include "ngx_http_patron_zone_places.h"


static ngx_int_t ngx_http_patron_banner_words(ngx_conf_t *cf,
    ngx_command_t *cmd, ngx_http_patron_banner_t *b);
static ngx_int_t ngx_http_patron_banner_option(ngx_conf_t *cf,
    ngx_command_t *cmd, ngx_http_patron_banner_t *b, ngx_str_t *option);
static ngx_int_t ngx_http_patron_name_is_valid(ngx_str_t *name);


static ngx_str_t  ngx_http_patron_positions[] = {
    ngx_string("before"),
    ngx_string("prepend"),
    ngx_string("append"),
    ngx_string("after"),
    ngx_string("replace"),
    ngx_null_string
};


char *
ngx_http_patron_banner(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_http_patron_loc_conf_t *plcf = conf;

    ngx_uint_t                      i;
    ngx_http_patron_banner_t       *b, *other;
    ngx_http_patron_main_conf_t    *pmcf;
    ngx_http_patron_banner_name_t  *name;

    if (plcf->banners == NGX_CONF_UNSET_PTR) {
        plcf->banners = ngx_array_create(cf->pool, 4,
                                         sizeof(ngx_http_patron_banner_t));
        if (plcf->banners == NULL) {
            return NGX_CONF_ERROR;
        }
    }

    if (plcf->banners->nelts == NGX_HTTP_PATRON_MAX_BANNERS) {
        return "is repeated too often";
    }

    b = ngx_array_push(plcf->banners);
    if (b == NULL) {
        return NGX_CONF_ERROR;
    }

    ngx_memzero(b, sizeof(ngx_http_patron_banner_t));

    if (ngx_http_patron_banner_words(cf, cmd, b) != NGX_OK) {
        return NGX_CONF_ERROR;
    }

    other = plcf->banners->elts;

    for (i = 0; i < plcf->banners->nelts - 1; i++) {
        if (other[i].name.len == b->name.len
            && ngx_strncmp(other[i].name.data, b->name.data, b->name.len) == 0)
        {
            ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                               "\"%V\" directive: duplicate banner \"%V\"",
                               &cmd->name, &b->name);
            return NGX_CONF_ERROR;
        }
    }

    b->tmpl.name = b->name;

    if (b->slot.len == 0
        && ngx_http_patron_template_compile(cf, &cmd->name, &b->tmpl)
           != NGX_OK)
    {
        return NGX_CONF_ERROR;
    }

    if (ngx_http_patron_stats_counter(cf->pool, &b->shown, "shown", &b->name)
        != NGX_OK)
    {
        return NGX_CONF_ERROR;
    }

    pmcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_patron_module);

    name = ngx_array_push(&pmcf->banner_names);
    if (name == NULL) {
        return NGX_CONF_ERROR;
    }

    name->name = b->name;
    name->slot = b->slot;
    name->patrons = patron_audience_patrons(&b->audience);

    b->hash = ngx_http_patron_hash_str(0xcbf29ce484222325ULL, &b->selector);
    b->hash ^= (uint64_t) b->shadow << 8 | b->position << 1 | b->all;
    b->place = ngx_http_patron_zone_place_hash(&b->name, &b->selector);

    return NGX_CONF_OK;
}


static ngx_int_t
ngx_http_patron_banner_words(ngx_conf_t *cf, ngx_command_t *cmd,
    ngx_http_patron_banner_t *b)
{
    ngx_str_t   *value;
    ngx_uint_t   i;

    value = cf->args->elts;

    b->name = value[1];

    if (ngx_http_patron_name_is_valid(&b->name) != NGX_OK) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "\"%V\" directive: invalid name \"%V\", it may "
                           "hold letters, digits, \"-\", \"_\" and \".\"",
                           &cmd->name, &value[1]);
        return NGX_ERROR;
    }

    for (i = 0; ngx_http_patron_positions[i].len; i++) {
        if (value[2].len == ngx_http_patron_positions[i].len
            && ngx_strcmp(value[2].data, ngx_http_patron_positions[i].data)
               == 0)
        {
            b->position = (patron_position_e) i;
            goto position;
        }
    }

    ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                       "\"%V\" directive: invalid position \"%V\", it must "
                       "be before, prepend, append, after or replace",
                       &cmd->name, &value[2]);
    return NGX_ERROR;

position:

    b->selector = value[3];

    if (ngx_http_patron_check_selector(cf, cmd, &b->selector) != NGX_OK) {
        return NGX_ERROR;
    }

    for (i = 4; i < cf->args->nelts; i++) {
        if (ngx_http_patron_banner_option(cf, cmd, b, &value[i]) != NGX_OK) {
            return NGX_ERROR;
        }
    }

    if (b->slot.len != 0 && !b->addressed) {
        /* the campaign says whom it is for */
        b->audience.type = PATRON_FOR_ALL;
    }

    if (b->tmpl.html.data == NULL && b->slot.len == 0) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "\"%V\" directive: banner \"%V\" has neither "
                           "\"file=\" nor \"html=\" nor \"campaign=\"",
                           &cmd->name, &b->name);
        return NGX_ERROR;
    }

    return NGX_OK;
}


static ngx_int_t
ngx_http_patron_banner_option(ngx_conf_t *cf, ngx_command_t *cmd,
    ngx_http_patron_banner_t *b, ngx_str_t *option)
{
    ngx_str_t  s;

    if (ngx_strcmp(option->data, "all") == 0) {
        b->all = 1;
        return NGX_OK;
    }

    if (ngx_strcmp(option->data, "shadow") == 0) {
        b->shadow = 1;
        return NGX_OK;
    }

    if (ngx_strcmp(option->data, "optional") == 0) {
        b->optional = 1;
        return NGX_OK;
    }

    if (ngx_strncmp(option->data, "for=", 4) == 0) {
        s.data = option->data + 4;
        s.len = option->len - 4;

        b->addressed = 1;

        return ngx_http_patron_read_audience(cf, cmd, &s, &b->audience);
    }

    if (ngx_strncmp(option->data, "if=", 3) == 0) {
        s.data = option->data + 3;
        s.len = option->len - 3;

        return ngx_http_patron_read_condition(cf, cmd, &s, &b->condition);
    }

    if (b->tmpl.html.data != NULL || b->slot.len != 0) {
        goto invalid;
    }

    if (ngx_strncmp(option->data, "campaign=", 9) == 0) {
        b->slot.data = option->data + 9;
        b->slot.len = option->len - 9;

        if (ngx_http_patron_name_is_valid(&b->slot) == NGX_OK) {
            return NGX_OK;
        }

        goto invalid;
    }

    if (ngx_strncmp(option->data, "html=", 5) == 0) {
        b->tmpl.html.data = option->data + 5;
        b->tmpl.html.len = option->len - 5;
        return NGX_OK;
    }

    if (ngx_strncmp(option->data, "file=", 5) == 0) {
        s.data = option->data + 5;
        s.len = option->len - 5;

        return ngx_http_patron_read_html(cf, &s, &b->tmpl.html);
    }

invalid:

    ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                       "\"%V\" directive: invalid parameter \"%V\"",
                       &cmd->name, option);
    return NGX_ERROR;
}


static ngx_int_t
ngx_http_patron_name_is_valid(ngx_str_t *name)
{
    u_char      ch;
    ngx_uint_t  i;

    if (name->len == 0 || name->len > 64) {
        return NGX_ERROR;
    }

    for (i = 0; i < name->len; i++) {
        ch = name->data[i];

        if (!((ch >= 'a' && ch <= 'z') || (ch >= 'A' && ch <= 'Z')
              || (ch >= '0' && ch <= '9')
              || ch == '-' || ch == '_' || ch == '.'))
        {
            return NGX_ERROR;
        }
    }

    return NGX_OK;
}


ngx_int_t
ngx_http_patron_banners_compile(ngx_conf_t *cf,
    ngx_http_patron_loc_conf_t *plcf)
{
    int                        rule;
    char                       err[NGX_HTTP_PATRON_ERROR_LEN];
    ngx_uint_t                 i;
    patron_str_t               selector;
    ngx_http_patron_banner_t  *b;

    static const patron_str_t  appeals = patron_string("patron:appeals");

    b = plcf->banners ? plcf->banners->elts : NULL;

    for (i = 0; b != NULL && i < plcf->banners->nelts; i++) {

        if (plcf->appeals_meta && b[i].position == PATRON_REPLACE) {
            ngx_log_error(NGX_LOG_EMERG, cf->log, 0,
                          "\"patron_appeals_meta\" directive: banner \"%V\" "
                          "takes an element's place before it is known "
                          "whether the page is to have it: say it by "
                          "\"patron_appeals_header\"", &b[i].name);
            return NGX_ERROR;
        }

        selector = ngx_http_patron_pure_str(&b[i].selector);

        rule = patron_rules_place(plcf->rules, b[i].position, &selector,
                                  b[i].all, err);

        if (rule == PATRON_ERROR
            || (b[i].shadow
                && patron_rules_shadow(plcf->rules, rule, err) != PATRON_OK))
        {
            ngx_log_error(NGX_LOG_EMERG, cf->log, 0,
                          "\"patron_banner\" directive: banner \"%V\", "
                          "selector \"%V\": %s",
                          &b[i].name, &b[i].selector, err);
            return NGX_ERROR;
        }

        b[i].rule = rule;

        plcf->rules_hash = ngx_http_patron_hash_mix(plcf->rules_hash,
                                                    b[i].hash);
    }

    if (b == NULL || !plcf->appeals_meta) {
        return NGX_OK;
    }

    plcf->appeals_rule = patron_rules_meta_name(plcf->rules, &appeals, err);

    if (plcf->appeals_rule == PATRON_ERROR) {
        ngx_log_error(NGX_LOG_EMERG, cf->log, 0,
                      "\"patron_appeals_meta\" directive: %s", err);
        return NGX_ERROR;
    }

    plcf->rules_hash = ngx_http_patron_hash_mix(plcf->rules_hash, 2);

    return NGX_OK;
}
