
/*
 * See the header.  While this worker hears of all changes, records in the zones
 * are good until they are dropped; when it does not, all are suspected.
 * Connections are counted here, too: the client knows no zone.
 */


#include <ngx_config.h>
#include <ngx_core.h>

#include "patron_record.h"
#include "patron_token.h"
#include "ngx_http_patron_member.h"
#include "ngx_http_patron_member_tracking.h"
#include "ngx_http_patron_redis.h"
#include "ngx_http_patron_redis_conf.h"
#include "ngx_http_patron_redis_tracking.h"
#include "ngx_http_patron_zone.h"
#include "ngx_http_patron_zone_members.h"


typedef struct {
    ngx_cycle_t  *cycle;
    uint32_t      id;           /* of the Redis, in the zones */
} ngx_http_patron_kept_t;


static void ngx_http_patron_members_changed(void *data, patron_str_t *name);
static void ngx_http_patron_givers_changed(void *data, patron_str_t *name);
static void ngx_http_patron_members_drop(ngx_http_patron_kept_t *kept,
    ngx_str_t *sub);
static void ngx_http_patron_members_forgotten(void *data);
static void ngx_http_patron_members_listening(void *data, ngx_uint_t on,
    ngx_uint_t lost);
static ngx_uint_t ngx_http_patron_members_relieved(void *data);
static void ngx_http_patron_members_link(void *data, ngx_uint_t up);


static ngx_http_patron_interest_t  ngx_http_patron_members_interest = {
    ngx_string("member:"),
    ngx_http_patron_members_changed,
    ngx_http_patron_members_forgotten,
    ngx_http_patron_members_listening,
    ngx_http_patron_members_relieved
};


static ngx_http_patron_interest_t  ngx_http_patron_givers_interest = {
    ngx_string("gave:"),
    ngx_http_patron_givers_changed,
    NULL,                               /* with the members, in one place */
    NULL,
    NULL
};


ngx_int_t
ngx_http_patron_members_init_process(ngx_cycle_t *cycle)
{
    ngx_http_patron_kept_t   *kept;
    ngx_http_patron_zone_t   *zone;
    ngx_http_patron_redis_t  *redis;

    zone = ngx_http_patron_zone_next(cycle, NULL);

    for (redis = ngx_http_patron_redis_next(cycle, NULL);
         redis != NULL;
         redis = ngx_http_patron_redis_next(cycle, redis))
    {
        kept = ngx_palloc(cycle->pool, sizeof(ngx_http_patron_kept_t));
        if (kept == NULL) {
            return NGX_ERROR;
        }

        kept->cycle = cycle;
        kept->id = ngx_http_patron_redis_id(redis);

        if (ngx_http_patron_tracking_register(redis,
                                   &ngx_http_patron_members_interest, kept)
            != NGX_OK
            || ngx_http_patron_tracking_register(redis,
                                   &ngx_http_patron_givers_interest, kept)
               != NGX_OK)
        {
            return NGX_ERROR;
        }

        ngx_http_patron_redis_observe(redis, ngx_http_patron_members_link,
                                      zone);
    }

    return NGX_OK;
}


static void
ngx_http_patron_members_changed(void *data, patron_str_t *name)
{
    ngx_http_patron_kept_t  *kept = data;

    u_char     buf[PATRON_SUB_MAX];
    ngx_str_t  sub;

    /* a name that is never asked for is in no zone */

    if (name->len == 0
        || patron_key_unescape(buf, sizeof(buf), &sub.len, name->data,
                               name->len)
           != PATRON_OK)
    {
        return;
    }

    sub.data = buf;

    ngx_http_patron_members_drop(kept, &sub);
}


static void
ngx_http_patron_givers_changed(void *data, patron_str_t *name)
{
    ngx_http_patron_kept_t  *kept = data;

    u_char     buf[PATRON_SUB_MAX];
    ngx_str_t  sub;

    if (name->len >= sizeof(buf)) {
        return;
    }

    buf[0] = NGX_HTTP_PATRON_MEMBER_GAVE;
    ngx_memcpy(buf + 1, name->data, name->len);

    sub.data = buf;
    sub.len = 1 + name->len;

    ngx_http_patron_members_drop(kept, &sub);
}


static void
ngx_http_patron_members_drop(ngx_http_patron_kept_t *kept, ngx_str_t *sub)
{
    ngx_http_patron_zone_t  *zone;

    for (zone = ngx_http_patron_zone_next(kept->cycle, NULL);
         zone != NULL;
         zone = ngx_http_patron_zone_next(kept->cycle, zone))
    {
        ngx_http_patron_zone_drop(zone, kept->id, sub);
        ngx_http_patron_zone_count(zone, NGX_HTTP_PATRON_C_INVALIDATIONS);
    }
}


static void
ngx_http_patron_members_forgotten(void *data)
{
    ngx_http_patron_kept_t  *kept = data;

    ngx_http_patron_zone_t  *zone;

    for (zone = ngx_http_patron_zone_next(kept->cycle, NULL);
         zone != NULL;
         zone = ngx_http_patron_zone_next(kept->cycle, zone))
    {
        ngx_http_patron_zone_forget(zone, kept->id);
        ngx_http_patron_zone_count(zone, NGX_HTTP_PATRON_C_INVALIDATIONS);
    }
}


static void
ngx_http_patron_members_listening(void *data, ngx_uint_t on, ngx_uint_t lost)
{
    ngx_http_patron_kept_t  *kept = data;

    ngx_http_patron_zone_t  *zone;

    for (zone = ngx_http_patron_zone_next(kept->cycle, NULL);
         zone != NULL;
         zone = ngx_http_patron_zone_next(kept->cycle, zone))
    {
        if (on) {
            ngx_http_patron_zone_listen(zone, kept->id);

        } else {
            ngx_http_patron_zone_unlisten(zone, kept->id, lost);
        }
    }
}


static ngx_uint_t
ngx_http_patron_members_relieved(void *data)
{
    ngx_http_patron_kept_t  *kept = data;

    ngx_http_patron_zone_t  *zone;

    for (zone = ngx_http_patron_zone_next(kept->cycle, NULL);
         zone != NULL;
         zone = ngx_http_patron_zone_next(kept->cycle, zone))
    {
        if (!ngx_http_patron_zone_relieved(zone, kept->id)) {
            return 0;
        }
    }

    return 1;
}


static void
ngx_http_patron_members_link(void *data, ngx_uint_t up)
{
    ngx_http_patron_zone_count(data, up ? NGX_HTTP_PATRON_C_CONNECTS
                                        : NGX_HTTP_PATRON_C_DISCONNECTS);
}
