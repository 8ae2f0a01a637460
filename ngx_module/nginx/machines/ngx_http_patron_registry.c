
/*
 * See the header.  A look at the zone is one word for each request; where that
 * has changed the worker takes a copy, so that nothing is searched under the
 * mutex, nor in memory that another may write to.
 */


#include <ngx_config.h>
#include <ngx_core.h>

#include "patron_date.h"
#include "ngx_http_patron_redis.h"
#include "ngx_http_patron_registry.h"
#include "ngx_http_patron_str.h"
#include "ngx_http_patron_zone.h"
#include "ngx_http_patron_zone_blob.h"


static void ngx_http_patron_registry_renew(
    ngx_http_patron_registry_t *registry, uint32_t redis);
static time_t ngx_http_patron_registry_until(
    ngx_http_patron_registry_t *registry);


ngx_http_patron_registry_t *
ngx_http_patron_registry_add(ngx_conf_t *cf, ngx_http_patron_redis_t *redis,
    ngx_http_patron_registry_kind_t *kind)
{
    ngx_uint_t                     i;
    ngx_http_patron_registry_t   **all, *registry;
    ngx_http_patron_main_conf_t   *pmcf;

    pmcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_patron_module);

    all = pmcf->registries.elts;

    for (i = 0; i < pmcf->registries.nelts; i++) {
        if (all[i]->redis == redis && all[i]->kind == kind) {
            return all[i];
        }
    }

    all = ngx_array_push(&pmcf->registries);
    registry = ngx_pcalloc(cf->pool, sizeof(ngx_http_patron_registry_t));

    if (all == NULL || registry == NULL) {
        return NULL;
    }

    registry->redis = redis;
    registry->zone = pmcf->zone;
    registry->kind = kind;

    *all = registry;

    return registry;
}


patron_registry_t *
ngx_http_patron_registry(ngx_http_patron_registry_t *registry)
{
    uint32_t  redis;

    redis = ngx_http_patron_redis_id(registry->redis);

    if (ngx_http_patron_zone_blob_version(registry->zone, redis,
                                          registry->kind->blob)
        != registry->version)
    {
        ngx_http_patron_registry_renew(registry, redis);
    }

    return registry->data != NULL ? &registry->registry : NULL;
}


/* Where that fails the copy there is goes on. */

static void
ngx_http_patron_registry_renew(ngx_http_patron_registry_t *registry,
    uint32_t redis)
{
    ngx_str_t          data;
    patron_registry_t  opened;
    ngx_atomic_uint_t  version;

    if (ngx_http_patron_zone_blob_get(registry->zone, redis,
                                      registry->kind->blob, &data, &version)
        != NGX_OK)
    {
        return;
    }

    if (patron_registry_open(&opened, data.data, data.len) != PATRON_OK) {
        ngx_free(data.data);
        return;
    }

    if (registry->data != NULL) {
        ngx_free(registry->data);
    }

    registry->data = data.data;
    registry->version = version;
    registry->registry = opened;
    registry->until = ngx_http_patron_registry_until(registry);
}


/* When the first of those in force ends; 0: none does. */

static time_t
ngx_http_patron_registry_until(ngx_http_patron_registry_t *registry)
{
    size_t      entry;
    time_t      until, first;
    ngx_str_t   values[NGX_HTTP_PATRON_REGISTRY_VALUES];
    ngx_uint_t  i;

    first = 0;

    for (entry = 1; entry <= registry->registry.nentries; entry++) {

        for (i = 0; registry->kind->fields[i].len; i++) {
            values[i] = ngx_http_patron_registry_value(&registry->registry,
                                   entry, NGX_HTTP_PATRON_REGISTRY_VALUE + i);
        }

        if (registry->kind->judge(values, &until) == NULL
            && until && (first == 0 || until < first))
        {
            first = until;
        }
    }

    return first;
}


ngx_str_t
ngx_http_patron_registry_value(patron_registry_t *registry, size_t entry,
    ngx_uint_t field)
{
    ngx_str_t     value;
    patron_str_t  s;

    s = patron_registry_field(registry, entry, field);

    value = ngx_http_patron_nginx_str(&s);

    return value;
}


ngx_int_t
ngx_http_patron_registry_copy(ngx_pool_t *pool, patron_registry_t *registry,
    size_t entry, ngx_uint_t field, ngx_str_t *value)
{
    ngx_str_t  text;

    text = ngx_http_patron_registry_value(registry, entry, field);

    value->len = text.len;
    value->data = ngx_pnalloc(pool, text.len + 1);

    if (value->data == NULL) {
        return NGX_ERROR;
    }

    ngx_http_patron_registry_clean(value->data, &text);

    return NGX_OK;
}


u_char *
ngx_http_patron_registry_clean(u_char *p, ngx_str_t *text)
{
    size_t  i;

    for (i = 0; i < text->len; i++) {
        *p++ = (text->data[i] < 0x20 || text->data[i] == 0x7f)
               ? ' ' : text->data[i];
    }

    return p;
}


time_t
ngx_http_patron_registry_time(ngx_str_t *value)
{
    int64_t  time;

    if (value->len == 0) {
        return 0;
    }

    time = ngx_atotm(value->data, value->len);

    return patron_date_seconds(time, &time) == PATRON_OK ? (time_t) time
                                                         : NGX_ERROR;
}
