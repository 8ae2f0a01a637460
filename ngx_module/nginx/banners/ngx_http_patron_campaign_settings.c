
/*
 * See the header.  They come with the campaigns, into the same snapshot.  A
 * field that cannot be understood is told of as a refused campaign is, and the
 * others hold; of a set that is too long nothing is taken.
 */


#include <ngx_config.h>
#include <ngx_core.h>

#include "patron_dialogue.h"
#include "patron_form.h"
#include "ngx_http_patron_campaign_settings.h"
#include "ngx_http_patron_campaign_write.h"
#include "ngx_http_patron_redis.h"
#include "ngx_http_patron_redis_script.h"
#include "ngx_http_patron_redis_tracking.h"
#include "ngx_http_patron_str.h"


#define NGX_HTTP_PATRON_SETTING_MAX  256    /* bytes of a value */


static ngx_int_t ngx_http_patron_settings_copy(ngx_pool_t *pool,
    ngx_http_patron_load_kind_e kind, patron_str_t *dst,
    const patron_reply_t *reply);
static ngx_int_t ngx_http_patron_settings_prefix(
    ngx_http_patron_loader_t *loader, patron_str_t *name, patron_str_t *prefix,
    patron_snapshot_t *snapshot);
static void ngx_http_patron_settings_item(ngx_http_patron_loader_t *loader,
    ngx_http_patron_load_kind_e kind, u_char *name, size_t len);


/* In one answer, so that none is read that is too long. */

static ngx_str_t  ngx_http_patron_quiet_script = ngx_string(
    "local n = redis.pcall('SCARD', KEYS[1])\n"
    "if type(n) == 'table' and not string.find(n.err, 'WRONGTYPE') then\n"
    "    return n\n"
    "end\n"
    "if type(n) ~= 'number' or n > tonumber(ARGV[1]) then\n"
    "    return -1\n"
    "end\n"
    "return redis.call('SMEMBERS', KEYS[1])\n");


static ngx_str_t  ngx_http_patron_setting_fields[] = {
    ngx_string("dismiss"),
    ngx_string("cap"),
    ngx_string("between"),
    ngx_string("skip")
};

#define NGX_HTTP_PATRON_SETTINGS                                              \
    (sizeof(ngx_http_patron_setting_fields) / sizeof(ngx_str_t))


static ngx_http_patron_interest_t  ngx_http_patron_settings_interests[] = {
    { ngx_string("slot:"), ngx_http_patron_refresh_changed, NULL, NULL, NULL },
    { ngx_string("appeals"), ngx_http_patron_refresh_changed, NULL, NULL,
      NULL },
    { ngx_string("quiet"), ngx_http_patron_refresh_changed, NULL, NULL, NULL }
};


ngx_int_t
ngx_http_patron_settings_init(ngx_cycle_t *cycle,
    ngx_http_patron_loader_t *loader)
{
    ngx_uint_t  i;

    loader->quiet_script.text = ngx_http_patron_quiet_script;

    if (ngx_http_patron_redis_script_init(cycle->pool, &loader->quiet_script)
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    for (i = 0; i < sizeof(ngx_http_patron_settings_interests)
                    / sizeof(ngx_http_patron_interest_t); i++)
    {
        if (ngx_http_patron_tracking_register(loader->campaigns->redis,
                                       &ngx_http_patron_settings_interests[i],
                                       &loader->refresh)
            != NGX_OK)
        {
            return NGX_ERROR;
        }
    }

    return NGX_OK;
}


ngx_uint_t
ngx_http_patron_settings_most(ngx_http_patron_loader_t *loader)
{
    return loader->nhashes + 2;
}


/* Campaigns of a slot adjoin. */

void
ngx_http_patron_settings_items(ngx_http_patron_loader_t *loader)
{
    size_t        len, last;
    u_char       *colon;
    ngx_str_t    *name, *before;
    ngx_uint_t    i;

    before = NULL;
    last = 0;

    for (i = 0; i < loader->nhashes; i++) {
        name = &loader->hashes[i].name;
        colon = ngx_strlchr(name->data, name->data + name->len, ':');

        if (colon == NULL) {
            continue;
        }

        len = colon - name->data;

        if (before != NULL && len == last
            && ngx_memcmp(before->data, name->data, len) == 0)
        {
            continue;
        }

        before = name;
        last = len;

        ngx_http_patron_settings_item(loader, NGX_HTTP_PATRON_LOAD_SLOT,
                                      name->data, len);
    }

    ngx_http_patron_settings_item(loader, NGX_HTTP_PATRON_LOAD_SLOT, NULL, 0);
    ngx_http_patron_settings_item(loader, NGX_HTTP_PATRON_LOAD_QUIET, NULL,
                                  0);
}


static void
ngx_http_patron_settings_item(ngx_http_patron_loader_t *loader,
    ngx_http_patron_load_kind_e kind, u_char *name, size_t len)
{
    ngx_http_patron_load_item_t  *item;

    item = &loader->items[loader->n++];

    item->loader = loader;
    item->kind = kind;
    item->name.data = name;
    item->name.len = len;
}


ngx_int_t
ngx_http_patron_settings_ask(ngx_http_patron_load_item_t *item,
    ngx_http_patron_redis_handler_pt handler)
{
    u_char                    *p, most[NGX_INT_T_LEN];
    ngx_str_t                  argv[2 + NGX_HTTP_PATRON_SETTINGS], key;
    ngx_uint_t                 i;
    ngx_http_patron_redis_t   *redis;
    ngx_http_patron_loader_t  *loader;

    loader = item->loader;
    redis = loader->campaigns->redis;

    p = ngx_pnalloc(loader->refresh.pool,
                    ngx_http_patron_redis_prefix(redis)->len
                    + sizeof("appeals") + item->name.len);
    if (p == NULL) {
        return NGX_ERROR;
    }

    key.data = p;

    if (item->kind == NGX_HTTP_PATRON_LOAD_QUIET) {
        p = ngx_http_patron_redis_key(p, redis, "quiet");

    } else if (item->name.len == 0) {
        p = ngx_http_patron_redis_key(p, redis, "appeals");

    } else {
        p = ngx_http_patron_redis_key(p, redis, "slot:");
        p = ngx_cpymem(p, item->name.data, item->name.len);
    }

    key.len = p - key.data;

    if (item->kind == NGX_HTTP_PATRON_LOAD_QUIET) {
        argv[0] = key;
        argv[1].data = most;
        argv[1].len = ngx_sprintf(most, "%d", NGX_HTTP_PATRON_QUIET_MAX)
                      - most;

        return ngx_http_patron_redis_script(redis, &loader->quiet_script, 1,
                                            argv, 2, handler, item);
    }

    ngx_str_set(&argv[0], "HMGET");
    argv[1] = key;

    for (i = 0; i < NGX_HTTP_PATRON_SETTINGS; i++) {
        argv[2 + i] = ngx_http_patron_setting_fields[i];
    }

    return ngx_http_patron_redis_send(redis, argv,
                                      2 + NGX_HTTP_PATRON_SETTINGS, &key,
                                      handler, item);
}


ngx_int_t
ngx_http_patron_settings_answer(ngx_http_patron_load_item_t *item,
    patron_reply_t *reply)
{
    size_t           i, n;
    ngx_pool_t      *pool;
    patron_field_t  *field;

    if (patron_reply_type(reply) == PATRON_REPLY_ERROR
        && patron_redis_error(reply) == PATRON_REDIS_WRONGTYPE)
    {
        item->reason = "it is no hash";
        return NGX_OK;
    }

    if (patron_reply_type(reply) == PATRON_REPLY_INTEGER) {
        item->reason = "it is no set of at most 1024 path prefixes";
        return NGX_OK;
    }

    if (patron_reply_type(reply) != PATRON_REPLY_ARRAY) {
        return NGX_ERROR;
    }

    pool = item->loader->refresh.pool;
    n = patron_reply_elements(reply);

    item->fields = ngx_pcalloc(pool, (n + 1) * sizeof(patron_field_t));
    if (item->fields == NULL) {
        return NGX_ERROR;
    }

    for (i = 0; i < n; i++) {
        field = &item->fields[item->nfields];

        if (ngx_http_patron_settings_copy(pool, item->kind, &field->value,
                                          patron_reply_element(reply, i))
            != NGX_OK)
        {
            return NGX_ERROR;
        }

        if (field->value.len == 0) {
            continue;
        }

        if (item->kind == NGX_HTTP_PATRON_LOAD_SLOT) {

            if (i == NGX_HTTP_PATRON_SETTINGS) {
                return NGX_ERROR;
            }

            field->name = ngx_http_patron_pure_str(
                                           &ngx_http_patron_setting_fields[i]);
        }

        item->nfields++;
    }

    return NGX_OK;
}


/*
 * Longer ones are cut.  A path is as long as it is decoded: it may stand there
 * as a person writes it, or as the address bar has it.
 */

static ngx_int_t
ngx_http_patron_settings_copy(ngx_pool_t *pool,
    ngx_http_patron_load_kind_e kind, patron_str_t *dst,
    const patron_reply_t *reply)
{
    u_char        *p;
    patron_str_t   s;

    s = patron_reply_str(reply);

    if (s.len == 0) {
        dst->len = 0;
        return NGX_OK;
    }

    s.len = ngx_min(s.len, 3 * NGX_HTTP_PATRON_SETTING_MAX);

    p = ngx_pnalloc(pool, s.len);
    if (p == NULL) {
        return NGX_ERROR;
    }

    if (kind == NGX_HTTP_PATRON_LOAD_QUIET) {
        s.len = patron_percent_decode(p, s.data, s.len);

    } else {
        ngx_memcpy(p, s.data, s.len);
    }

    dst->data = p;
    dst->len = ngx_min(s.len, NGX_HTTP_PATRON_SETTING_MAX);

    return NGX_OK;
}


ngx_int_t
ngx_http_patron_settings_put(ngx_http_patron_loader_t *loader,
    ngx_http_patron_load_item_t *item, patron_snapshot_t *snapshot)
{
    char           err[PATRON_REST_ERR];
    u_char         buf[NGX_HTTP_PATRON_CAMPAIGN_KEY + sizeof("slot:")];
    size_t         i, n;
    uint32_t       type;
    patron_str_t   strings[1 + 2 * NGX_HTTP_PATRON_SETTINGS], name;
    patron_rest_t  rest;

    type = (item->kind == NGX_HTTP_PATRON_LOAD_SLOT)
           ? NGX_HTTP_PATRON_RECORD_SLOT : NGX_HTTP_PATRON_RECORD_QUIET;

    name.data = buf;
    name.len = (type == NGX_HTTP_PATRON_RECORD_QUIET
                ? ngx_sprintf(buf, "quiet")
                : item->name.len == 0
                ? ngx_sprintf(buf, "appeals")
                : ngx_snprintf(buf, sizeof(buf), "slot:%V", &item->name))
               - buf;

    if (item->reason != NULL) {
        return ngx_http_patron_load_refuse(loader, &name, item->reason,
                                           snapshot);
    }

    ngx_memzero(&rest, sizeof(patron_rest_t));

    strings[0] = ngx_http_patron_pure_str(&item->name);

    for (i = 0, n = 1; i < item->nfields; i++) {

        if (type == NGX_HTTP_PATRON_RECORD_QUIET) {

            if (ngx_http_patron_settings_prefix(loader, &name,
                                                &item->fields[i].value,
                                                snapshot)
                != NGX_OK)
            {
                return NGX_ERROR;
            }

            continue;
        }

        if (patron_rest_field(&rest, &item->fields[i].name,
                              &item->fields[i].value, err)
            != PATRON_OK)
        {
            if (ngx_http_patron_load_refuse(loader, &name, err, snapshot)
                != NGX_OK)
            {
                return NGX_ERROR;
            }

            continue;
        }

        strings[n++] = item->fields[i].name;
        strings[n++] = item->fields[i].value;
    }

    if (n == 1) {
        return NGX_OK;
    }

    return patron_snapshot_put(snapshot, type, strings, n) == PATRON_OK
           ? NGX_OK : NGX_ERROR;
}


/* What is no path is never met: it is told, and the others hold. */

static ngx_int_t
ngx_http_patron_settings_prefix(ngx_http_patron_loader_t *loader,
    patron_str_t *name, patron_str_t *prefix, patron_snapshot_t *snapshot)
{
    if (prefix->data[0] != '/') {
        return ngx_http_patron_load_refuse(loader, name,
                                           "a prefix does not begin with \"/\"",
                                           snapshot);
    }

    return patron_snapshot_put(snapshot, NGX_HTTP_PATRON_RECORD_QUIET, prefix,
                               1)
           == PATRON_OK ? NGX_OK : NGX_ERROR;
}


ngx_int_t
ngx_http_patron_settings_rest(ngx_http_patron_campaign_set_t *set,
    patron_str_t *strings, size_t n)
{
    char                             err[PATRON_REST_ERR];
    size_t                           i;
    ngx_http_patron_slot_settings_t *slot;

    slot = ngx_array_push(&set->settings);

    if (slot == NULL || n % 2 == 0) {
        return NGX_ERROR;
    }

    ngx_memzero(slot, sizeof(ngx_http_patron_slot_settings_t));

    slot->name = ngx_http_patron_nginx_str(&strings[0]);
    slot->rest.id = patron_rest_id(&strings[0]);

    for (i = 1; i < n; i += 2) {
        (void) patron_rest_field(&slot->rest, &strings[i], &strings[i + 1],
                                 err);
    }

    return NGX_OK;
}


patron_rest_t *
ngx_http_patron_settings_of(ngx_http_patron_campaign_set_t *set,
    ngx_str_t *slot)
{
    ngx_uint_t                        i;
    ngx_http_patron_slot_settings_t  *settings;

    settings = set->settings.elts;

    for (i = 0; i < set->settings.nelts; i++) {
        if (settings[i].name.len == slot->len
            && ngx_memcmp(settings[i].name.data, slot->data, slot->len) == 0)
        {
            return &settings[i].rest;
        }
    }

    return NULL;
}


ngx_uint_t
ngx_http_patron_settings_quiet(ngx_http_patron_campaign_set_t *set,
    ngx_str_t *path)
{
    size_t       len;
    ngx_str_t   *prefix;
    ngx_uint_t   i;

    prefix = set->quiet.elts;

    for (i = 0; i < set->quiet.nelts; i++) {
        len = prefix[i].len;

        /* the last byte first: sections mostly begin alike */

        if (path->len >= len
            && (len == 0 || path->data[len - 1] == prefix[i].data[len - 1])
            && ngx_memcmp(path->data, prefix[i].data, len) == 0)
        {
            return 1;
        }
    }

    return 0;
}
