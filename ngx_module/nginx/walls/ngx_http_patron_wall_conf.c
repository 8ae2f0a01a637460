
/*
 * See the header.  What cuts a page, and what is taken out of it.
 */


#include "ngx_http_patron_conf_read.h"
#include "ngx_http_patron_hash.h"
#include "ngx_http_patron_str.h"
#include "ngx_http_patron_template.h"
#include "ngx_http_patron_wall_conf.h"
#include "ngx_http_patron_wall_markup.h"


#define NGX_HTTP_PATRON_EVERY_LEVEL  ((ngx_uint_t) 1 << PATRON_LEVEL_METERED  \
                                      | (ngx_uint_t) 1 << PATRON_LEVEL_MEMBERS \
                                      | (ngx_uint_t) 1 << PATRON_LEVEL_TIERED)

#define NGX_HTTP_PATRON_MAX_KEEP    10000
#define NGX_HTTP_PATRON_MAX_MOST    100000000
#define NGX_HTTP_PATRON_LEAST_MOST  3000     /* characters, by default */
#define NGX_HTTP_PATRON_PARAGRAPH   1500     /* of a paragraph that is kept */


static ngx_int_t ngx_http_patron_wall_option(ngx_conf_t *cf,
    ngx_command_t *cmd, ngx_http_patron_wall_t *wall, ngx_str_t *option);
static ngx_int_t ngx_http_patron_wall_on(ngx_http_patron_wall_t *wall,
    ngx_str_t *value);
static void ngx_http_patron_wall_reached(ngx_conf_t *cf, ngx_command_t *cmd,
    ngx_array_t *walls);
static ngx_int_t ngx_http_patron_wall_most(ngx_http_patron_wall_t *wall,
    ngx_str_t *value);
static void ngx_http_patron_wall_defaults(ngx_http_patron_wall_t *wall);
static uint64_t ngx_http_patron_wall_hash(ngx_http_patron_wall_t *wall);
static char *ngx_http_patron_strip_hydration(
    ngx_http_patron_loc_conf_t *plcf);
static ngx_int_t ngx_http_patron_strip_rule(ngx_conf_t *cf,
    ngx_http_patron_loc_conf_t *plcf, ngx_http_patron_strip_t *strip,
    ngx_uint_t watch);
static ngx_int_t ngx_http_patron_strips_compile(ngx_conf_t *cf,
    ngx_http_patron_loc_conf_t *plcf);
static ngx_int_t ngx_http_patron_wall_cut(ngx_conf_t *cf,
    ngx_http_patron_loc_conf_t *plcf, ngx_http_patron_wall_t *wall,
    ngx_int_t *rule);
static ngx_int_t ngx_http_patron_wall_place(ngx_conf_t *cf,
    ngx_http_patron_loc_conf_t *plcf, patron_position_e position,
    const char *selector, ngx_int_t *rule);


/* Scripts in which applications send what they have drawn once more. */

static const patron_str_t  ngx_http_patron_hydration_words[] = {
    patron_string("__next_f"),              /* Next, App Router */
    patron_string("__NUXT__"),
    patron_string("__sveltekit"),
    patron_string("__reactRouter"),
    patron_string("__remix"),               /* React Router's predecessor */
    patron_string("__staticRouterHydrationData"),
    { 0, NULL }
};


/*
 * "patron_strip hydration": data, and the scripts that could not go on without
 * it.  An island of Astro that is never told when to begin stays as it is.
 */

static ngx_http_patron_strip_t  ngx_http_patron_hydration[] = {
    { ngx_string("script:not([src])"), ngx_null_string,
      ngx_http_patron_hydration_words },
    { ngx_string("#__NEXT_DATA__, #__NUXT_DATA__, script[data-nuxt-data], "
                 "script[data-sveltekit-fetched], script[src*='/_next/'], "
                 "script[src*='/_nuxt/'], #ng-state, "
                 "script[type=module][src^=main], "
                 "script[type=module][src^=polyfills]"),
      ngx_null_string, NULL },
    { ngx_string("astro-island"), ngx_string("props"), NULL },
    { ngx_string("astro-island"), ngx_string("client"), NULL },
    { ngx_null_string, ngx_null_string, NULL }
};


char *
ngx_http_patron_access_header(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_http_patron_loc_conf_t *plcf = conf;

    ngx_str_t                    *value;
    patron_str_t                  text;
    ngx_http_patron_main_conf_t  *pmcf;

    if (plcf->access_header.data != NULL) {
        return "is duplicate";
    }

    pmcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_patron_module);
    pmcf->headers = 1;

    value = cf->args->elts;

    if (ngx_http_patron_header_name(cf, cmd, &value[1]) != NGX_OK) {
        return NGX_CONF_ERROR;
    }

    plcf->access_header = value[1];

    if (cf->args->nelts == 2) {
        return NGX_CONF_OK;
    }

    if (ngx_strncmp(value[2].data, "missing=", 8) != 0 || value[2].len == 8
        || ngx_strlchr(value[2].data, value[2].data + value[2].len, '$')
           != NULL)
    {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "\"%V\" directive: invalid parameter \"%V\", it "
                           "must be \"missing=\" and a level",
                           &cmd->name, &value[2]);
        return NGX_CONF_ERROR;
    }

    plcf->access_missing = ngx_palloc(cf->pool, sizeof(patron_level_t));
    if (plcf->access_missing == NULL) {
        return NGX_CONF_ERROR;
    }

    text.data = value[2].data + 8;
    text.len = value[2].len - 8;

    patron_level_parse(plcf->access_missing, &text);

    return NGX_CONF_OK;
}


char *
ngx_http_patron_wall(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_http_patron_loc_conf_t *plcf = conf;

    ngx_str_t               *value;
    ngx_uint_t               i;
    ngx_http_patron_wall_t  *wall;

    value = cf->args->elts;

    if (cf->args->nelts == 2 && ngx_strcmp(value[1].data, "upstream") == 0) {
        if (plcf->walls != NGX_CONF_UNSET_PTR || plcf->told == 1) {
            return "is duplicate";
        }

        plcf->told = 1;

        return NGX_CONF_OK;
    }

    if (plcf->told == 1) {
        return "stands beside \"upstream\"";
    }

    if (plcf->walls == NGX_CONF_UNSET_PTR) {
        plcf->walls = ngx_array_create(cf->pool, 1,
                                       sizeof(ngx_http_patron_wall_t));
        if (plcf->walls == NULL) {
            return NGX_CONF_ERROR;
        }
    }

    if (plcf->walls->nelts == NGX_HTTP_PATRON_MAX_WALLS) {
        return "is repeated too often";
    }

    wall = ngx_array_push(plcf->walls);
    if (wall == NULL) {
        return NGX_CONF_ERROR;
    }

    ngx_memzero(wall, sizeof(ngx_http_patron_wall_t));

    wall->levels = NGX_HTTP_PATRON_EVERY_LEVEL;
    wall->audience.type = PATRON_FOR_ALL;

    wall->selector = value[1];
    wall->keep = NGX_CONF_UNSET;
    wall->most = NGX_CONF_UNSET;
    ngx_str_set(&wall->of, "p");
    ngx_str_set(&wall->tmpl.name, "wall");

    if (ngx_http_patron_check_selector(cf, cmd, &wall->selector) != NGX_OK) {
        return NGX_CONF_ERROR;
    }

    for (i = 2; i < cf->args->nelts; i++) {
        if (ngx_http_patron_wall_option(cf, cmd, wall, &value[i]) != NGX_OK) {
            return NGX_CONF_ERROR;
        }
    }

    if ((wall->keep == NGX_CONF_UNSET && wall->marker.len == 0)
        || wall->tmpl.html.data == NULL)
    {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "\"%V\" directive: \"keep=\" or \"marker=\", and "
                           "\"file=\" must be given",
                           &cmd->name);
        return NGX_CONF_ERROR;
    }

    ngx_http_patron_wall_defaults(wall);
    wall->hash = ngx_http_patron_wall_hash(wall);

    if (ngx_http_patron_template_compile(cf, &cmd->name, &wall->tmpl)
        != NGX_OK
        || ngx_http_patron_wall_markup(cf->pool, &wall->selector,
                                       &wall->markup)
           != NGX_OK)
    {
        return NGX_CONF_ERROR;
    }

    ngx_http_patron_wall_reached(cf, cmd, plcf->walls);

    return NGX_CONF_OK;
}


static ngx_int_t
ngx_http_patron_wall_option(ngx_conf_t *cf, ngx_command_t *cmd,
    ngx_http_patron_wall_t *wall, ngx_str_t *option)
{
    ngx_str_t  s;

    if (ngx_strncmp(option->data, "on=", 3) == 0) {
        s.data = option->data + 3;
        s.len = option->len - 3;

        if (ngx_http_patron_wall_on(wall, &s) == NGX_OK) {
            return NGX_OK;
        }

    } else if (ngx_strncmp(option->data, "for=", 4) == 0) {
        s.data = option->data + 4;
        s.len = option->len - 4;

        return ngx_http_patron_read_audience(cf, cmd, &s, &wall->audience);

    } else if (ngx_strncmp(option->data, "if=", 3) == 0) {
        s.data = option->data + 3;
        s.len = option->len - 3;

        return ngx_http_patron_read_condition(cf, cmd, &s, &wall->condition);

    } else if (ngx_strncmp(option->data, "keep=", 5) == 0) {
        wall->keep = ngx_atoi(option->data + 5, option->len - 5);

        if (wall->keep != NGX_ERROR
            && wall->keep <= NGX_HTTP_PATRON_MAX_KEEP)
        {
            return NGX_OK;
        }

    } else if (ngx_strncmp(option->data, "most=", 5) == 0) {
        s.data = option->data + 5;
        s.len = option->len - 5;

        if (ngx_http_patron_wall_most(wall, &s) == NGX_OK) {
            return NGX_OK;
        }

    } else if (ngx_strncmp(option->data, "of=", 3) == 0 && option->len > 3) {
        wall->of.data = option->data + 3;
        wall->of.len = option->len - 3;
        return NGX_OK;

    } else if (ngx_strncmp(option->data, "marker=", 7) == 0
               && option->len > 7)
    {
        wall->marker.data = option->data + 7;
        wall->marker.len = option->len - 7;

        if (wall->marker.len >= 7
            && ngx_strncmp(wall->marker.data, "<!--", 4) == 0
            && ngx_strncmp(wall->marker.data + wall->marker.len - 3, "-->", 3)
               == 0)
        {
            wall->comment = 1;
            wall->marker.data += 4;
            wall->marker.len -= 7;
        }

        return NGX_OK;

    } else if (ngx_strncmp(option->data, "file=", 5) == 0
               && wall->tmpl.html.data == NULL)
    {
        s.data = option->data + 5;
        s.len = option->len - 5;

        return ngx_http_patron_read_html(cf, &s, &wall->tmpl.html);

    } else if (ngx_strncmp(option->data, "html=", 5) == 0
               && wall->tmpl.html.data == NULL)
    {
        wall->tmpl.html.data = option->data + 5;
        wall->tmpl.html.len = option->len - 5;
        return NGX_OK;
    }

    ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                       "\"%V\" directive: invalid parameter \"%V\"",
                       &cmd->name, option);
    return NGX_ERROR;
}


/* Which levels it stands for. */

static ngx_int_t
ngx_http_patron_wall_on(ngx_http_patron_wall_t *wall, ngx_str_t *value)
{
    ngx_uint_t  i;

    static const struct {
        ngx_str_t       word;
        patron_level_e  level;
    } levels[] = {
        { ngx_string("metered"), PATRON_LEVEL_METERED },
        { ngx_string("members"), PATRON_LEVEL_MEMBERS },
        { ngx_string("tiers"), PATRON_LEVEL_TIERED }
    };

    for (i = 0; i < sizeof(levels) / sizeof(levels[0]); i++) {
        if (value->len == levels[i].word.len
            && ngx_strncmp(value->data, levels[i].word.data, value->len) == 0)
        {
            wall->levels = (ngx_uint_t) 1 << levels[i].level;
            return NGX_OK;
        }
    }

    return NGX_ERROR;
}


/* The last wall is of no use where those before it leave nothing to it. */

static void
ngx_http_patron_wall_reached(ngx_conf_t *cf, ngx_command_t *cmd,
    ngx_array_t *walls)
{
    ngx_uint_t               i, left;
    ngx_http_patron_wall_t  *wall;

    wall = walls->elts;
    left = wall[walls->nelts - 1].levels;

    for (i = 0; i < walls->nelts - 1; i++) {
        if (wall[i].audience.type == PATRON_FOR_ALL
            && wall[i].condition.value == NULL)
        {
            left &= ~wall[i].levels;
        }
    }

    if (left == 0) {
        ngx_conf_log_error(NGX_LOG_WARN, cf, 0,
                           "\"%V %V\" never stands: the walls before it leave "
                           "it nothing",
                           &cmd->name, &wall[walls->nelts - 1].selector);
    }
}


static ngx_int_t
ngx_http_patron_wall_most(ngx_http_patron_wall_t *wall, ngx_str_t *value)
{
    if (value->len == 3 && ngx_strncmp(value->data, "off", 3) == 0) {
        wall->most = 0;
        return NGX_OK;
    }

    wall->most = ngx_atoi(value->data, value->len);

    return wall->most > 0 && wall->most <= NGX_HTTP_PATRON_MAX_MOST
           ? NGX_OK : NGX_ERROR;
}


/*
 * Without keep= the marker alone says where the text ends.  Otherwise it ends
 * at the latest where that many paragraphs, long ones, would.
 */

static void
ngx_http_patron_wall_defaults(ngx_http_patron_wall_t *wall)
{
    if (wall->keep == NGX_CONF_UNSET) {
        wall->keep = NGX_HTTP_PATRON_MAX_KEEP;
        ngx_conf_init_value(wall->most, 0);
    }

    ngx_conf_init_value(wall->most, ngx_max(NGX_HTTP_PATRON_LEAST_MOST,
                                            wall->keep
                                            * NGX_HTTP_PATRON_PARAGRAPH));
}


char *
ngx_http_patron_strip(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_http_patron_loc_conf_t *plcf = conf;

    ngx_str_t                *value;
    ngx_http_patron_strip_t  *strip;

    if (plcf->strips == NGX_CONF_UNSET_PTR) {
        plcf->strips = ngx_array_create(cf->pool, 4,
                                        sizeof(ngx_http_patron_strip_t));
        if (plcf->strips == NULL) {
            return NGX_CONF_ERROR;
        }
    }

    value = cf->args->elts;

    if (cf->args->nelts == 2 && ngx_strcmp(value[1].data, "hydration") == 0) {
        return ngx_http_patron_strip_hydration(plcf);
    }

    if (plcf->strips->nelts == NGX_HTTP_PATRON_MAX_STRIPS) {
        return "is repeated too often";
    }

    strip = ngx_array_push(plcf->strips);
    if (strip == NULL) {
        return NGX_CONF_ERROR;
    }

    ngx_memzero(strip, sizeof(ngx_http_patron_strip_t));

    strip->selector = value[1];

    if (ngx_http_patron_check_selector(cf, cmd, &strip->selector) != NGX_OK) {
        return NGX_CONF_ERROR;
    }

    if (cf->args->nelts == 2) {
        return NGX_CONF_OK;
    }

    if (ngx_strncmp(value[2].data, "attr=", 5) != 0 || value[2].len == 5
        || ngx_strcmp(value[1].data, "hydration") == 0)
    {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "\"%V\" directive: invalid parameter \"%V\"",
                           &cmd->name, &value[2]);
        return NGX_CONF_ERROR;
    }

    strip->attr.data = value[2].data + 5;
    strip->attr.len = value[2].len - 5;

    return NGX_CONF_OK;
}


static char *
ngx_http_patron_strip_hydration(ngx_http_patron_loc_conf_t *plcf)
{
    ngx_uint_t                i;
    ngx_http_patron_strip_t  *strip;

    for (i = 0; ngx_http_patron_hydration[i].selector.len; i++) {

        if (plcf->strips->nelts == NGX_HTTP_PATRON_MAX_STRIPS) {
            return "is repeated too often";
        }

        strip = ngx_array_push(plcf->strips);
        if (strip == NULL) {
            return NGX_CONF_ERROR;
        }

        *strip = ngx_http_patron_hydration[i];
    }

    return NGX_CONF_OK;
}


/* A rule for one of the strips, or one that only tells of what it would. */

static ngx_int_t
ngx_http_patron_strip_rule(ngx_conf_t *cf, ngx_http_patron_loc_conf_t *plcf,
    ngx_http_patron_strip_t *strip, ngx_uint_t watch)
{
    int           rule;
    char          err[NGX_HTTP_PATRON_ERROR_LEN];
    patron_str_t  selector, attr;

    selector = ngx_http_patron_pure_str(&strip->selector);
    attr = ngx_http_patron_pure_str(&strip->attr);

    rule = watch ? patron_rules_watch(plcf->rules, &selector, err)
                 : patron_rules_strip(plcf->rules, &selector,
                                      attr.len ? &attr : NULL, err);

    if (rule == PATRON_ERROR) {
        ngx_log_error(NGX_LOG_EMERG, cf->log, 0,
                      "\"patron_strip\" directive: selector \"%V\": "
                      "%s", &strip->selector, err);
        return NGX_ERROR;
    }

    if (strip->having != NULL) {
        patron_rules_having(plcf->rules, rule, strip->having);
    }

    *(watch ? &plcf->hydration_rules : &plcf->strip_rules)
        |= (uint64_t) 1 << rule;

    plcf->rules_hash = ngx_http_patron_hash_str(plcf->rules_hash + 1 + watch,
                                                &strip->selector);
    plcf->rules_hash = ngx_http_patron_hash_str(plcf->rules_hash,
                                                &strip->attr);

    return NGX_OK;
}


/* Where hydration is not stripped, a page that has it is told of. */

static ngx_int_t
ngx_http_patron_strips_compile(ngx_conf_t *cf,
    ngx_http_patron_loc_conf_t *plcf)
{
    ngx_uint_t                i, hydration;
    ngx_http_patron_strip_t  *strip;

    hydration = 0;

    if (plcf->strips != NULL) {
        strip = plcf->strips->elts;

        for (i = 0; i < plcf->strips->nelts; i++) {

            if (ngx_http_patron_strip_rule(cf, plcf, &strip[i], 0) != NGX_OK) {
                return NGX_ERROR;
            }

            hydration |= (strip[i].selector.data
                          == ngx_http_patron_hydration[0].selector.data);
        }
    }

    if (hydration || plcf->walls == NULL) {
        return NGX_OK;
    }

    for (i = 0; ngx_http_patron_hydration[i].selector.len; i++) {

        if (i != 0 && ngx_http_patron_hydration[i].selector.data
                      == ngx_http_patron_hydration[i - 1].selector.data)
        {
            /* another attribute of the same */
            continue;
        }

        if (ngx_http_patron_strip_rule(cf, plcf,
                                       &ngx_http_patron_hydration[i], 1)
            != NGX_OK)
        {
            return NGX_ERROR;
        }
    }

    return NGX_OK;
}


ngx_int_t
ngx_http_patron_wall_compile(ngx_conf_t *cf,
    ngx_http_patron_loc_conf_t *plcf)
{
    char                     err[NGX_HTTP_PATRON_ERROR_LEN];
    ngx_int_t                cut;
    ngx_uint_t               i;
    ngx_http_patron_wall_t  *wall;

    plcf->markup_rule = -1;

    if (plcf->access_meta) {
        patron_str_t  property = patron_string("article:content_tier");

        plcf->meta_rule = patron_rules_meta(plcf->rules, &property, err);

        if (plcf->meta_rule == PATRON_ERROR) {
            ngx_log_error(NGX_LOG_EMERG, cf->log, 0,
                          "\"patron_access_meta\" directive: %s", err);
            return NGX_ERROR;
        }
    }

    if (ngx_http_patron_strips_compile(cf, plcf) != NGX_OK) {
        return NGX_ERROR;
    }

    if (plcf->walls == NULL) {
        return NGX_OK;
    }

    wall = plcf->walls->elts;

    for (i = 0; i < plcf->walls->nelts; i++) {
        if (ngx_http_patron_wall_cut(cf, plcf, &wall[i], &cut) != NGX_OK) {
            return NGX_ERROR;
        }

        if (i == 0) {
            plcf->cut_rule = cut;
        }
    }

    /* where nothing was cut the wall stands at the end of the page */

    plcf->end_rule = patron_rules_end(plcf->rules, err);

    if (plcf->end_rule == PATRON_ERROR) {
        ngx_log_error(NGX_LOG_EMERG, cf->log, 0,
                      "\"patron_wall\" directive: %s", err);
        return NGX_ERROR;
    }

    if (!plcf->paywall_markup) {
        return NGX_OK;
    }

    return ngx_http_patron_wall_place(cf, plcf, PATRON_APPEND, "head",
                                      &plcf->markup_rule);
}


static uint64_t
ngx_http_patron_wall_hash(ngx_http_patron_wall_t *wall)
{
    uint64_t  hash;

    hash = ngx_http_patron_hash_str(2, &wall->selector);
    hash = ngx_http_patron_hash_str(hash, &wall->of);
    hash = ngx_http_patron_hash_str(hash, &wall->marker);

    return ngx_http_patron_hash_mix(hash, (uint64_t) wall->most << 32
                                          | (uint64_t) wall->keep << 1
                                          | (wall->comment ? 1 : 0));
}


static ngx_int_t
ngx_http_patron_wall_cut(ngx_conf_t *cf, ngx_http_patron_loc_conf_t *plcf,
    ngx_http_patron_wall_t *wall, ngx_int_t *rule)
{
    char          err[NGX_HTTP_PATRON_ERROR_LEN];
    patron_str_t  selector, of, marker;

    selector = ngx_http_patron_pure_str(&wall->selector);
    of = ngx_http_patron_pure_str(&wall->of);
    marker = ngx_http_patron_pure_str(&wall->marker);

    *rule = patron_rules_cut(plcf->rules, &selector, wall->keep, &of,
                             marker.len ? &marker : NULL, wall->comment, err);

    if (*rule == PATRON_ERROR) {
        ngx_log_error(NGX_LOG_EMERG, cf->log, 0,
                      "\"patron_wall\" directive: selector \"%V\": %s",
                      &wall->selector, err);
        return NGX_ERROR;
    }

    plcf->rules_hash = ngx_http_patron_hash_mix(plcf->rules_hash, wall->hash);

    patron_rules_most(plcf->rules, *rule, wall->most);

    return NGX_OK;
}


static ngx_int_t
ngx_http_patron_wall_place(ngx_conf_t *cf, ngx_http_patron_loc_conf_t *plcf,
    patron_position_e position, const char *selector, ngx_int_t *rule)
{
    char          err[NGX_HTTP_PATRON_ERROR_LEN];
    patron_str_t  s;

    s.data = (const patron_uchar_t *) selector;
    s.len = ngx_strlen(selector);

    *rule = patron_rules_place(plcf->rules, position, &s, 0, err);

    if (*rule == PATRON_ERROR) {
        ngx_log_error(NGX_LOG_EMERG, cf->log, 0,
                      "\"patron_wall\" directive: %s", err);
        return NGX_ERROR;
    }

    return NGX_OK;
}
