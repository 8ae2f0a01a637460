
/*
 * See the header.  Everybody may come, but for the paths that a crawler's record
 * keeps it from; what it gets of a page is the wall's to tell.
 */


#include "patron_robots.h"
#include "ngx_http_patron_asked.h"
#include "ngx_http_patron_crawler.h"
#include "ngx_http_patron_crawler_terms.h"
#include "ngx_http_patron_registry.h"
#include "ngx_http_patron_robots.h"
#include "ngx_http_patron_stats.h"
#include "ngx_http_patron_str.h"


#define NGX_HTTP_PATRON_ROBOTS_GROUPS  256


/* What is told to one crawler, in the request's memory. */

typedef struct {
    ngx_str_t      ua;
    ngx_str_t     *usage;               /* NULL: none */
    patron_str_t   disallow;
} ngx_http_patron_robots_group_t;


static ngx_int_t ngx_http_patron_robots_groups(
    ngx_http_patron_loc_conf_t *plcf, ngx_array_t *groups);
static ngx_int_t ngx_http_patron_robots_group(
    ngx_http_patron_loc_conf_t *plcf, ngx_array_t *groups,
    patron_registry_t *registry, size_t entry);
static u_char *ngx_http_patron_robots_write(u_char *p,
    ngx_http_patron_robots_group_t *group);


ngx_int_t
ngx_http_patron_robots(ngx_http_request_t *r, ngx_http_patron_loc_conf_t *plcf,
    ngx_str_t *text)
{
    u_char                          *p;
    size_t                           len;
    ngx_array_t                      groups;
    ngx_uint_t                       i;
    ngx_http_patron_terms_conf_t    *terms;
    ngx_http_patron_robots_group_t  *group;

    terms = plcf->terms;

    if (ngx_array_init(&groups, r->pool, 4,
                       sizeof(ngx_http_patron_robots_group_t))
        != NGX_OK
        || (plcf->bots != NULL
            && ngx_http_patron_robots_groups(plcf, &groups) != NGX_OK))
    {
        return NGX_ERROR;
    }

    group = groups.elts;
    len = 128 + r->headers_in.server.len
          + (terms ? terms->usage.len + terms->license.len : 0);

    for (i = 0; i < groups.nelts; i++) {
        len += 64 + group[i].ua.len
               + (group[i].usage ? group[i].usage->len : 0)
               + patron_robots_write(NULL, &group[i].disallow);
    }

    p = ngx_pnalloc(r->pool, len);
    if (p == NULL) {
        return NGX_ERROR;
    }

    text->data = p;

    for (i = 0; i < groups.nelts; i++) {
        p = ngx_http_patron_robots_write(p, &group[i]);
    }

    p = ngx_sprintf(p, "User-agent: *\n");

    if (terms != NULL && terms->usage.len) {
        p = ngx_sprintf(p, "Content-Usage: %V\n", &terms->usage);
    }

    p = ngx_sprintf(p, "Allow: /\n");

    if (terms != NULL && terms->license.len) {
        p = ngx_sprintf(p, "\nLicense: ");

        if (terms->license.data[0] == '/') {
            p = ngx_http_patron_crawler_origin(r, p);
        }

        p = ngx_sprintf(p, "%V\n", &terms->license);
    }

    text->len = p - text->data;

    return NGX_OK;
}


static ngx_int_t
ngx_http_patron_robots_groups(ngx_http_patron_loc_conf_t *plcf,
    ngx_array_t *groups)
{
    size_t              entry;
    patron_registry_t  *registry;

    registry = ngx_http_patron_registry(plcf->bots);

    for (entry = 1;
         registry && entry <= registry->nentries
         && groups->nelts < NGX_HTTP_PATRON_ROBOTS_GROUPS;
         entry++)
    {
        if (ngx_http_patron_robots_group(plcf, groups, registry, entry)
            != NGX_OK)
        {
            return NGX_ERROR;
        }
    }

    return NGX_OK;
}


/* It has one where more is granted to it, or less, than to everybody. */

static ngx_int_t
ngx_http_patron_robots_group(ngx_http_patron_loc_conf_t *plcf,
    ngx_array_t *groups, patron_registry_t *registry, size_t entry)
{
    u_char                          *p;
    int64_t                          price;
    ngx_str_t                        purpose, value, *usage;
    patron_str_t                     name, level, text;
    ngx_http_patron_robots_group_t  *group;

    value = ngx_http_patron_registry_value(registry, entry,
                                           NGX_HTTP_PATRON_BOT_UA);
    name = ngx_http_patron_pure_str(&value);

    value = ngx_http_patron_registry_value(registry, entry,
                                           NGX_HTTP_PATRON_BOT_LEVEL);
    level = ngx_http_patron_pure_str(&value);

    value = ngx_http_patron_registry_value(registry, entry,
                                           NGX_HTTP_PATRON_BOT_PRICE);
    text = ngx_http_patron_pure_str(&value);

    purpose = ngx_http_patron_registry_value(registry, entry,
                                             NGX_HTTP_PATRON_BOT_PURPOSE);
    value = ngx_http_patron_registry_value(registry, entry,
                                           NGX_HTTP_PATRON_BOT_DISALLOW);

    (void) patron_amount_parse(&price, &text);

    usage = (plcf->terms != NULL)
            ? ngx_http_patron_crawler_licensed(plcf->terms, &purpose, &level,
                                               price)
            : NULL;

    text = ngx_http_patron_pure_str(&value);

    if ((usage == NULL && text.len == 0)
        || (text.len && patron_robots_paths(&text) != PATRON_OK)
        || !patron_robots_name(&name))
    {
        return NGX_OK;
    }

    if (usage == NULL && plcf->terms != NULL && plcf->terms->usage.len) {
        usage = &plcf->terms->usage;        /* the group for all is not read */
    }

    /* the registry may be another by the time that it is sent */

    group = ngx_array_push(groups);
    p = ngx_pnalloc(groups->pool, name.len + value.len);

    if (group == NULL || p == NULL) {
        return NGX_ERROR;
    }

    group->usage = usage;
    group->ua.data = p;
    group->ua.len = name.len;

    p = ngx_cpymem(p, name.data, name.len);
    ngx_memcpy(p, value.data, value.len);

    group->disallow.data = p;
    group->disallow.len = value.len;

    return NGX_OK;
}


/* "Allow: /" would win over a "Disallow: /". */

static u_char *
ngx_http_patron_robots_write(u_char *p, ngx_http_patron_robots_group_t *group)
{
    p = ngx_sprintf(p, "User-agent: %V\n", &group->ua);

    if (group->usage != NULL) {
        p = ngx_sprintf(p, "Content-Usage: %V\n", group->usage);
    }

    if (group->disallow.len == 0) {
        return ngx_sprintf(p, "Allow: /\n\n");
    }

    p += patron_robots_write(p, &group->disallow);
    *p++ = '\n';

    return p;
}


ngx_int_t
ngx_http_patron_robots_ignored(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf, ngx_http_patron_crawler_record_t *record)
{
    ngx_str_t     path;
    patron_str_t  text;

    static ngx_str_t  robots = ngx_string("/robots.txt");

    if (record->disallow.len == 0 || plcf->own.answers) {
        return NGX_DECLINED;
    }

    if (ngx_http_patron_asked_path(r, &path) != NGX_OK) {
        return NGX_ERROR;
    }

    text = ngx_http_patron_pure_str(&path);

    if (!patron_robots_disallow(&record->disallow, &text)
        || (path.len == robots.len
            && ngx_memcmp(path.data, robots.data, path.len) == 0))
    {
        return NGX_DECLINED;
    }

    ngx_http_patron_stats_count(r, "bot_ignored", &record->name);

    return NGX_OK;
}
