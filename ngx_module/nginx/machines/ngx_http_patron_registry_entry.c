
/*
 * See the header.  What cannot be understood is told and left out; the rest of
 * the entry holds.
 */


#include <ngx_config.h>
#include <ngx_core.h>

#include "ngx_http_patron_redis.h"
#include "ngx_http_patron_registry_entry.h"


#define NGX_HTTP_PATRON_REGISTRY_LIST  65536        /* bytes of addresses */
#define NGX_HTTP_PATRON_REGISTRY_MORE  128          /* lists of one entry */


static void ngx_http_patron_registry_empty(
    ngx_http_patron_registry_item_t *item);
static ngx_int_t ngx_http_patron_registry_values(
    ngx_http_patron_registry_item_t *item, patron_reply_t *reply);
static ngx_int_t ngx_http_patron_registry_list(
    ngx_http_patron_registry_item_t *item, const patron_reply_t *reply);


ngx_int_t
ngx_http_patron_registry_read(ngx_http_patron_registry_item_t *item,
    patron_reply_t *reply)
{
    size_t       i, n, nvalues;
    time_t       until;
    const char  *why;

    for (n = 0; item->loader->registry->kind->fields[n].len; n++) {
        /* void */
    }

    nvalues = n + 1;
    n = patron_reply_elements(reply);

    if (n < nvalues) {
        return NGX_ERROR;
    }

    if (item->list == 1
        && ngx_http_patron_registry_values(item, reply) != NGX_OK)
    {
        return NGX_ERROR;
    }

    why = item->loader->registry->kind->judge(item->values, &until);

    if (why != NULL) {
        ngx_http_patron_registry_trouble(item, "%s", why);
        return NGX_OK;
    }

    for (i = nvalues; i < n; i++) {

        if (ngx_http_patron_registry_list(item, patron_reply_element(reply, i))
            != NGX_OK)
        {
            return NGX_ERROR;
        }

        item->list++;
    }

    if (patron_reply_int(patron_reply_element(reply, 0), 0) == 0) {

        if (item->list == 1) {
            ngx_http_patron_registry_empty(item);
        }

        return NGX_OK;
    }

    if (item->list > NGX_HTTP_PATRON_REGISTRY_MORE) {
        ngx_http_patron_registry_trouble(item, "addresses.%ui and those "
                                         "behind it are left out", item->list);
        return NGX_OK;
    }

    return NGX_AGAIN;
}


/* It has no addresses. */

static void
ngx_http_patron_registry_empty(ngx_http_patron_registry_item_t *item)
{
    ngx_uint_t  i;

    for (i = 0; item->loader->registry->kind->fields[i].len; i++) {
        if (item->values[i].len) {
            return;
        }
    }

    ngx_http_patron_registry_trouble(item, "there is nothing in its hash");
}


static ngx_int_t
ngx_http_patron_registry_values(ngx_http_patron_registry_item_t *item,
    patron_reply_t *reply)
{
    size_t                            i;
    ngx_http_patron_registry_kind_t  *kind;

    kind = item->loader->registry->kind;

    for (i = 0; kind->fields[i].len; i++) {

        if (ngx_http_patron_redis_str(item->loader->refresh.pool,
                                      &item->values[i],
                                      patron_reply_element(reply, i + 1))
            != NGX_OK)
        {
            return NGX_ERROR;
        }

        if (item->values[i].len > kind->max) {
            item->values[i].len = 0;
            ngx_http_patron_registry_trouble(item, "%V is longer than %uz "
                                             "bytes", &kind->fields[i],
                                             kind->max);
        }
    }

    return NGX_OK;
}


static ngx_int_t
ngx_http_patron_registry_list(ngx_http_patron_registry_item_t *item,
    const patron_reply_t *reply)
{
    size_t                              i;
    ngx_str_t                           bad;
    patron_str_t                        text;
    patron_registry_read_t              read;
    ngx_http_patron_registry_loader_t  *loader;

    loader = item->loader;
    text = patron_reply_str(reply);

    if (text.len > NGX_HTTP_PATRON_REGISTRY_LIST) {

        /* up to the end of the last word that is whole */

        while (text.len && text.data[text.len - 1] != ','
               && text.data[text.len - 1] > ' ')
        {
            text.len--;
        }

        ngx_http_patron_registry_trouble(item, "a list of addresses is longer "
                                         "than 64 KB, the rest of it is left "
                                         "out");
    }

    if (patron_registry_addresses(&loader->maker, item - loader->items + 1,
                                  &text, &read)
        != PATRON_OK)
    {
        return NGX_ERROR;
    }

    item->ranges += read.taken;

    if (read.wrong) {

        /* as much of it as a log can show */

        bad.data = (u_char *) read.bad.data;
        bad.len = ngx_min(read.bad.len, 64);

        for (i = 0; i < bad.len; i++) {
            if (bad.data[i] < ' ' || bad.data[i] > '~') {
                bad.len = i;
            }
        }

        ngx_http_patron_registry_trouble(item, "no addresses, left out: "
                                         "\"%V\"%s", &bad,
                                         read.wrong > 1 ? " and others" : "");
    }

    if (read.left_out) {
        ngx_http_patron_registry_trouble(item, "%uz ranges are left out: "
                                         "there are more than %d in all",
                                         read.left_out,
                                         PATRON_REGISTRY_RANGES);
    }

    return NGX_OK;
}


void
ngx_http_patron_registry_trouble(ngx_http_patron_registry_item_t *item,
    const char *fmt, ...)
{
    u_char   *p;
    va_list   args;

    if (item->trouble.len) {
        return;
    }

    p = ngx_pnalloc(item->loader->refresh.pool, NGX_MAX_ERROR_STR);
    if (p == NULL) {
        return;
    }

    va_start(args, fmt);
    item->trouble.len = ngx_vslprintf(p, p + NGX_MAX_ERROR_STR, fmt, args) - p;
    va_end(args);

    item->trouble.data = p;
}
