
/*
 * See the header.
 */


#include "patron_dialogue.h"
#include "ngx_http_patron_redis_tracking.h"
#include "ngx_http_patron_refresh.h"
#include "ngx_http_patron_zone_blob.h"


#define NGX_HTTP_PATRON_REFRESH_POLL   1000
#define NGX_HTTP_PATRON_REFRESH_FIRST  10
#define NGX_HTTP_PATRON_REFRESH_POOL   16384


static void ngx_http_patron_refresh_poll(ngx_event_t *ev);
static void ngx_http_patron_refresh_soon(ngx_event_t *ev);
static void ngx_http_patron_refresh_begin(ngx_http_patron_refresh_t *refresh);
static ngx_int_t ngx_http_patron_refresh_set(
    ngx_http_patron_refresh_t *refresh, char *command,
    ngx_http_patron_redis_handler_pt handler);
static void ngx_http_patron_refresh_counted(void *data, patron_reply_t *reply);
static void ngx_http_patron_refresh_named(void *data, patron_reply_t *reply);
static int ngx_libc_cdecl ngx_http_patron_refresh_cmp(const void *one,
    const void *two);
static ngx_uint_t ngx_http_patron_refresh_is_old(
    ngx_http_patron_refresh_t *refresh);


void
ngx_http_patron_refresh_init(ngx_http_patron_refresh_t *refresh,
    ngx_log_t *log)
{
    refresh->began = ngx_current_msec - refresh->interval;

    refresh->poll.handler = ngx_http_patron_refresh_poll;
    refresh->poll.data = refresh;
    refresh->poll.log = log;
    refresh->poll.cancelable = 1;

    refresh->soon.handler = ngx_http_patron_refresh_soon;
    refresh->soon.data = refresh;
    refresh->soon.log = log;
    refresh->soon.cancelable = 1;

    ngx_add_timer(&refresh->poll, NGX_HTTP_PATRON_REFRESH_FIRST);
}


void
ngx_http_patron_refresh_exit(ngx_http_patron_refresh_t *refresh)
{
    if (refresh->poll.timer_set) {
        ngx_del_timer(&refresh->poll);
    }

    if (refresh->soon.timer_set) {
        ngx_del_timer(&refresh->soon);
    }

    ngx_http_patron_refresh_end(refresh);

    ngx_http_patron_zone_release(refresh->zone,
                                 ngx_http_patron_redis_id(refresh->redis),
                                 refresh->lease);
}


void
ngx_http_patron_refresh_changed(void *data, patron_str_t *name)
{
    ngx_http_patron_refresh_forgotten(data);
}


/* What begins to listen may have missed a change. */

void
ngx_http_patron_refresh_listening(void *data, ngx_uint_t on, ngx_uint_t lost)
{
    if (on) {
        ngx_http_patron_refresh_forgotten(data);
    }
}


void
ngx_http_patron_refresh_forgotten(void *data)
{
    ngx_http_patron_refresh_t *refresh = data;

    if (ngx_exiting) {
        return;
    }

    ngx_http_patron_zone_blob_want(refresh->zone,
                                   ngx_http_patron_redis_id(refresh->redis),
                                   refresh->blob);

    ngx_http_patron_refresh_begin(refresh);
}


static void
ngx_http_patron_refresh_poll(ngx_event_t *ev)
{
    ngx_http_patron_refresh_t *refresh = ev->data;

    if (refresh->outdated != NULL && refresh->outdated(refresh->data)) {
        ngx_http_patron_refresh_forgotten(refresh);

    } else if (ngx_http_patron_refresh_is_old(refresh)
               || !ngx_http_patron_listening(refresh->redis))
    {
        ngx_http_patron_refresh_begin(refresh);
    }

    ngx_add_timer(ev, NGX_HTTP_PATRON_REFRESH_POLL);
}


static void
ngx_http_patron_refresh_soon(ngx_event_t *ev)
{
    ngx_http_patron_refresh_begin(ev->data);
}


static void
ngx_http_patron_refresh_begin(ngx_http_patron_refresh_t *refresh)
{
    uint32_t    redis;
    ngx_msec_t  since;
    ngx_uint_t  old;

    redis = ngx_http_patron_redis_id(refresh->redis);

    if (refresh->pool != NULL
        || refresh->soon.timer_set
        || ngx_exiting
        || !ngx_http_patron_zone_lease(refresh->zone, redis, refresh->lease))
    {
        return;
    }

    since = ngx_current_msec - refresh->began;

    if (since < refresh->interval) {
        ngx_add_timer(&refresh->soon, refresh->interval - since);
        return;
    }

    refresh->began = ngx_current_msec;
    refresh->wanted = ngx_http_patron_zone_blob_wanted(refresh->zone, redis,
                                                       refresh->blob, &old);

    refresh->pool = ngx_create_pool(NGX_HTTP_PATRON_REFRESH_POOL,
                                    ngx_cycle->log);
    if (refresh->pool == NULL) {
        return;
    }

    if (ngx_http_patron_refresh_set(refresh, "SCARD",
                                    ngx_http_patron_refresh_counted)
        != NGX_OK)
    {
        /* another worker may have a connection */

        ngx_http_patron_refresh_end(refresh);
        ngx_http_patron_zone_release(refresh->zone, redis, refresh->lease);
    }
}


/* A command about the set of names. */

static ngx_int_t
ngx_http_patron_refresh_set(ngx_http_patron_refresh_t *refresh, char *command,
    ngx_http_patron_redis_handler_pt handler)
{
    ngx_str_t  argv[2], *prefix;

    prefix = ngx_http_patron_redis_prefix(refresh->redis);

    argv[0].data = (u_char *) command;
    argv[0].len = ngx_strlen(command);

    argv[1].len = prefix->len + refresh->set.len;
    argv[1].data = ngx_pnalloc(refresh->pool, argv[1].len);
    if (argv[1].data == NULL) {
        return NGX_ERROR;
    }

    ngx_memcpy(ngx_cpymem(argv[1].data, prefix->data, prefix->len),
               refresh->set.data, refresh->set.len);

    return ngx_http_patron_redis_send(refresh->redis, argv, 2, &argv[1],
                                      handler, refresh);
}


static void
ngx_http_patron_refresh_counted(void *data, patron_reply_t *reply)
{
    int64_t                     n;
    ngx_http_patron_refresh_t  *refresh = data;

    n = patron_reply_int(reply, -1);

    if (reply != NULL && (n < 0 || n > (int64_t) refresh->max)) {
        ngx_http_patron_refresh_unread(refresh, reply);
        refresh->refused(refresh->data, ngx_http_patron_refresh_reason(reply));
        n = -1;
    }

    if (n < 0
        || ngx_http_patron_refresh_set(refresh, "SMEMBERS",
                                       ngx_http_patron_refresh_named)
           != NGX_OK)
    {
        ngx_http_patron_refresh_end(refresh);
    }
}


static void
ngx_http_patron_refresh_named(void *data, patron_reply_t *reply)
{
    size_t                      i, n;
    ngx_str_t                  *names;
    ngx_http_patron_refresh_t  *refresh = data;

    n = patron_reply_elements(reply);

    if (ngx_http_patron_refresh_reason(reply) != NULL) {
        ngx_http_patron_refresh_unread(refresh, reply);
        refresh->refused(refresh->data, ngx_http_patron_refresh_reason(reply));
    }

    if (patron_reply_type(reply) != PATRON_REPLY_ARRAY || n > refresh->max) {
        ngx_http_patron_refresh_end(refresh);
        return;
    }

    names = ngx_palloc(refresh->pool, (n + 1) * sizeof(ngx_str_t));
    if (names == NULL) {
        ngx_http_patron_refresh_end(refresh);
        return;
    }

    for (i = 0; i < n; i++) {
        if (ngx_http_patron_redis_str(refresh->pool, &names[i],
                                      patron_reply_element(reply, i))
            != NGX_OK)
        {
            ngx_http_patron_refresh_end(refresh);
            return;
        }
    }

    /* equal sets make equal blobs, and those with one beginning adjoin */

    ngx_qsort(names, n, sizeof(ngx_str_t), ngx_http_patron_refresh_cmp);

    refresh->named(refresh->data, names, n);
}


const char *
ngx_http_patron_refresh_reason(patron_reply_t *reply)
{
    patron_redis_error_e  error;

    error = patron_redis_error(reply);

    if (error == PATRON_REDIS_FINE || error == PATRON_REDIS_WRONGTYPE) {
        return NULL;
    }

    return patron_redis_error_reason(error);
}


void
ngx_http_patron_refresh_unread(ngx_http_patron_refresh_t *refresh,
    patron_reply_t *reply)
{
    patron_redis_error_e  error;

    error = patron_redis_error(reply);

    if (patron_redis_error_fatal(error)) {
        /* that Redis is away is told by its connection */
        return;
    }

    ngx_http_patron_zone_refuse(refresh->zone,
                                ngx_http_patron_redis_id(refresh->redis),
                                NGX_HTTP_PATRON_REFUSED_CAMPAIGNS
                                + refresh->blob,
                                error == PATRON_REDIS_FINE
                                ? PATRON_REDIS_WRONGTYPE : error);
}


static int ngx_libc_cdecl
ngx_http_patron_refresh_cmp(const void *one, const void *two)
{
    ngx_int_t         rc;
    const ngx_str_t  *a = one;
    const ngx_str_t  *b = two;

    rc = ngx_memcmp(a->data, b->data, ngx_min(a->len, b->len));

    return rc ? (int) rc : (a->len > b->len) - (a->len < b->len);
}


static ngx_uint_t
ngx_http_patron_refresh_is_old(ngx_http_patron_refresh_t *refresh)
{
    ngx_uint_t  old;

    (void) ngx_http_patron_zone_blob_wanted(refresh->zone,
                                     ngx_http_patron_redis_id(refresh->redis),
                                     refresh->blob, &old);

    return old;
}


ngx_int_t
ngx_http_patron_refresh_put(ngx_http_patron_refresh_t *refresh,
    ngx_str_t *blob, ngx_str_t *what)
{
    size_t     refused;
    uint32_t   redis;
    ngx_int_t  rc;

    redis = ngx_http_patron_redis_id(refresh->redis);

    refused = ngx_http_patron_zone_blob_refused(refresh->zone, redis,
                                                refresh->blob);

    rc = ngx_http_patron_zone_blob_put(refresh->zone, redis, refresh->blob,
                                       blob, refresh->wanted);

    if (rc != NGX_OK && blob->len != refused) {
        ngx_log_error(NGX_LOG_ERR, ngx_cycle->log, 0,
                      "patron: zone \"%V\" has no room for %uz bytes of %V: "
                      "they stay as they were",
                      ngx_http_patron_zone_name(refresh->zone), blob->len,
                      what);
    }

    ngx_http_patron_zone_refuse(refresh->zone, redis,
                                NGX_HTTP_PATRON_REFUSED_CAMPAIGNS
                                + refresh->blob, PATRON_REDIS_FINE);

    return rc;
}


void
ngx_http_patron_refresh_done(ngx_http_patron_refresh_t *refresh, ngx_int_t put)
{
    ngx_http_patron_refresh_end(refresh);

    if (put != NGX_OK
        || ngx_exiting
        || !ngx_http_patron_refresh_is_old(refresh))
    {
        return;
    }

    /* changed again, or heard of by another worker too */

    if (refresh->pause) {
        ngx_add_timer(&refresh->soon, refresh->pause);

    } else {
        ngx_http_patron_refresh_begin(refresh);
    }
}


void
ngx_http_patron_refresh_end(ngx_http_patron_refresh_t *refresh)
{
    refresh->ended(refresh->data);

    if (refresh->pool != NULL) {
        ngx_destroy_pool(refresh->pool);
        refresh->pool = NULL;
    }
}
