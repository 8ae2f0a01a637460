
/*
 * The snapshot of campaigns for the zone, from what Redis has said.  Each is
 * checked as a whole; one that cannot be is refused alone, with its reason, and
 * the last good version is taken from the set that there is.
 */


#include <ngx_config.h>
#include <ngx_core.h>

#include "ngx_http_patron_campaign.h"
#include "ngx_http_patron_campaign_check.h"
#include "ngx_http_patron_campaign_settings.h"
#include "ngx_http_patron_campaign_write.h"
#include "ngx_http_patron_conf_read.h"
#include "ngx_http_patron_str.h"


static ngx_int_t ngx_http_patron_load_write_one(
    ngx_http_patron_loader_t *loader, ngx_http_patron_load_item_t *item,
    patron_snapshot_t *snapshot);
static ngx_int_t ngx_http_patron_load_keep(ngx_http_patron_loader_t *loader,
    patron_str_t *key, patron_snapshot_t *snapshot);


ngx_int_t
ngx_http_patron_load_write(ngx_http_patron_loader_t *loader,
    patron_snapshot_t *snapshot)
{
    ngx_uint_t                    i;
    patron_str_t                  strings[2];
    ngx_http_patron_load_item_t  *item;

    for (i = 0; i < loader->nhashes; i++) {
        if (ngx_http_patron_load_write_one(loader, &loader->hashes[i],
                                           snapshot)
            != NGX_OK)
        {
            return NGX_ERROR;
        }
    }

    for (i = 0; i < loader->n; i++) {
        item = &loader->items[i];

        if (item->kind != NGX_HTTP_PATRON_LOAD_TICKER) {

            if (ngx_http_patron_settings_put(loader, item, snapshot)
                != NGX_OK)
            {
                return NGX_ERROR;
            }

            continue;
        }

        strings[0] = ngx_http_patron_pure_str(&item->name);
        strings[1] = ngx_http_patron_pure_str(&item->value);

        if (patron_snapshot_put(snapshot, NGX_HTTP_PATRON_RECORD_TICKER,
                                strings, 2)
            != PATRON_OK)
        {
            return NGX_ERROR;
        }
    }

    return NGX_OK;
}


static ngx_int_t
ngx_http_patron_load_write_one(ngx_http_patron_loader_t *loader,
    ngx_http_patron_load_item_t *item, patron_snapshot_t *snapshot)
{
    char                err[PATRON_CAMPAIGN_ERR];
    size_t              i, n;
    patron_mem_t       *mem;
    patron_str_t        strings[PATRON_SNAPSHOT_STRINGS];
    patron_campaign_t   campaign;
    patron_template_t   tmpl;

    strings[0] = ngx_http_patron_pure_str(&item->name);

    if (item->reason != NULL) {
        if (ngx_http_patron_load_refuse(loader, &strings[0], item->reason,
                                        snapshot)
            != NGX_OK)
        {
            return NGX_ERROR;
        }

        return item->keep
               ? ngx_http_patron_load_keep(loader, &strings[0], snapshot)
               : NGX_OK;
    }

    mem = ngx_http_patron_mem(loader->refresh.pool);
    if (mem == NULL) {
        return NGX_ERROR;
    }

    if (ngx_http_patron_campaign_check(loader->campaigns, &strings[0],
                                       item->fields, item->nfields, mem,
                                       &campaign, &tmpl, err)
        != PATRON_OK)
    {
        if (ngx_http_patron_load_refuse(loader, &strings[0], err, snapshot)
            != NGX_OK)
        {
            return NGX_ERROR;
        }

        return ngx_http_patron_load_keep(loader, &strings[0], snapshot);
    }

    n = 1;

    for (i = 0; i < item->nfields; i++) {
        strings[n++] = item->fields[i].name;
        strings[n++] = item->fields[i].value;
    }

    if (patron_snapshot_put(snapshot, NGX_HTTP_PATRON_RECORD_CAMPAIGN,
                            strings, n)
        != PATRON_OK)
    {
        return NGX_ERROR;
    }

    return NGX_OK;
}


ngx_int_t
ngx_http_patron_load_refuse(ngx_http_patron_loader_t *loader,
    patron_str_t *key, const char *reason, patron_snapshot_t *snapshot)
{
    size_t                           len;
    u_char                           name[NGX_HTTP_PATRON_CAMPAIGN_KEY];
    ngx_uint_t                       i;
    patron_str_t                     strings[2];
    ngx_http_patron_pair_t          *refused;
    ngx_http_patron_campaign_set_t  *set;

    strings[0] = *key;
    strings[1].data = (u_char *) reason;
    strings[1].len = ngx_strlen(reason);

    set = ngx_http_patron_campaigns(loader->campaigns);

    refused = (set != NULL) ? set->refused.elts : NULL;

    for (i = 0; set != NULL && i < set->refused.nelts; i++) {
        if (refused[i].name.len == strings[0].len
            && refused[i].value.len == strings[1].len
            && ngx_memcmp(refused[i].name.data, strings[0].data,
                          strings[0].len)
               == 0
            && ngx_memcmp(refused[i].value.data, strings[1].data,
                          strings[1].len)
               == 0)
        {
            /* said before */
            goto put;
        }
    }

    for (len = 0; len < key->len && len < sizeof(name); len++) {
        name[len] = (key->data[len] < ' ' || key->data[len] == 0x7f)
                    ? '?' : key->data[len];
    }

    ngx_log_error(NGX_LOG_ERR, ngx_cycle->log, 0,
                  "patron: campaign \"%*s\" is refused: %s",
                  len, name, reason);

put:

    if (patron_snapshot_put(snapshot, NGX_HTTP_PATRON_RECORD_REFUSED, strings,
                            2)
        != PATRON_OK)
    {
        return NGX_ERROR;
    }

    return NGX_OK;
}


/* The record as it lies in the zone, if there is one. */

static ngx_int_t
ngx_http_patron_load_keep(ngx_http_patron_loader_t *loader, patron_str_t *key,
    patron_snapshot_t *snapshot)
{
    size_t                           pos, n;
    uint32_t                         type;
    patron_str_t                     strings[PATRON_SNAPSHOT_STRINGS];
    ngx_http_patron_campaign_set_t  *set;

    set = ngx_http_patron_campaigns(loader->campaigns);

    if (set == NULL) {
        return NGX_OK;
    }

    pos = 0;

    while (patron_snapshot_next(&set->data, &pos, &type, strings, &n)
           == PATRON_OK)
    {
        if (type == NGX_HTTP_PATRON_RECORD_CAMPAIGN
            && n > 0
            && strings[0].len == key->len
            && ngx_memcmp(strings[0].data, key->data, key->len) == 0)
        {
            if (patron_snapshot_put(snapshot, type, strings, n) != PATRON_OK) {
                return NGX_ERROR;
            }

            break;
        }
    }

    return NGX_OK;
}
