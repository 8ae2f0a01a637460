
/*
 * See the header.  SWAPDB is told to nobody, not even to those who track keys,
 * but Redis counts it as it does every command, and says so by INFO.  A user
 * who may not ask for INFO hears of neither.
 */


#include <ngx_config.h>
#include <ngx_core.h>

#include "ngx_http_patron_redis_conn.h"
#include "ngx_http_patron_redis_queue.h"
#include "ngx_http_patron_redis_watch.h"


struct ngx_http_patron_watch_s {
    void                   (*swapped)(void *data);
    void                    *data;
    ngx_http_patron_conn_t  *conn;          /* that was asked last */
    ngx_msec_t               since;         /* conn->since then */
    ngx_int_t                swaps;         /* as it was counted last, or -1 */
    unsigned                 asked:1;
    unsigned                 denied:1;
    unsigned                 warned:1;
};


static void ngx_http_patron_watch_send(ngx_http_patron_watch_t *watch,
    char *section, ngx_http_patron_redis_handler_pt handler);
static void ngx_http_patron_watch_counted(void *data, patron_reply_t *reply);
static void ngx_http_patron_watch_memory(void *data, patron_reply_t *reply);
static u_char *ngx_http_patron_watch_find(patron_str_t *info, char *name);


ngx_http_patron_watch_t *
ngx_http_patron_watch_create(ngx_pool_t *pool, void (*swapped)(void *data),
    void *data)
{
    ngx_http_patron_watch_t  *watch;

    watch = ngx_pcalloc(pool, sizeof(ngx_http_patron_watch_t));
    if (watch == NULL) {
        return NULL;
    }

    watch->swapped = swapped;
    watch->data = data;

    return watch;
}


void
ngx_http_patron_watch_ask(ngx_http_patron_watch_t *watch,
    ngx_http_patron_conn_t *conn)
{
    if (conn->state != NGX_HTTP_PATRON_CONN_READY || ngx_exiting) {
        return;
    }

    if (watch->conn != conn || watch->since != conn->since) {

        /* another server, or the same one anew: it counts anew */

        watch->conn = conn;
        watch->since = conn->since;
        watch->swaps = -1;
        watch->asked = 0;
        watch->denied = 0;

        if (ngx_worker == 0) {
            ngx_http_patron_watch_send(watch, "memory",
                                       ngx_http_patron_watch_memory);
        }
    }

    if (!watch->asked && !watch->denied) {
        ngx_http_patron_watch_send(watch, "commandstats",
                                   ngx_http_patron_watch_counted);
    }
}


static void
ngx_http_patron_watch_send(ngx_http_patron_watch_t *watch, char *section,
    ngx_http_patron_redis_handler_pt handler)
{
    ngx_str_t  argv[2];

    ngx_str_set(&argv[0], "INFO");

    argv[1].data = (u_char *) section;
    argv[1].len = ngx_strlen(section);

    if (ngx_http_patron_conn_send(watch->conn, argv, 2, 0, handler, watch)
        == NGX_OK
        && handler == ngx_http_patron_watch_counted)
    {
        watch->asked = 1;
    }
}


static void
ngx_http_patron_watch_counted(void *data, patron_reply_t *reply)
{
    ngx_http_patron_watch_t  *watch = data;

    u_char        *p;
    ngx_int_t      swaps;
    patron_str_t   info;

    watch->asked = 0;

    if (patron_reply_type(reply) == PATRON_REPLY_ERROR) {
        watch->denied = 1;
        return;
    }

    if (patron_reply_type(reply) != PATRON_REPLY_STRING) {
        return;
    }

    info = patron_reply_str(reply);

    swaps = 0;
    p = ngx_http_patron_watch_find(&info, "cmdstat_swapdb:calls=");

    while (p != NULL && p < info.data + info.len && *p >= '0' && *p <= '9'
           && swaps < NGX_MAX_INT32_VALUE / 10 - 1)
    {
        swaps = swaps * 10 + (*p++ - '0');
    }

    if (watch->swaps != -1 && watch->swaps != swaps) {
        watch->swapped(watch->data);
    }

    watch->swaps = swaps;
}


static void
ngx_http_patron_watch_memory(void *data, patron_reply_t *reply)
{
    ngx_http_patron_watch_t  *watch = data;

    u_char        *p, *last;
    patron_str_t   info;

    if (patron_reply_type(reply) != PATRON_REPLY_STRING) {
        return;
    }

    info = patron_reply_str(reply);

    p = ngx_http_patron_watch_find(&info, "\nmaxmemory:");

    if (p == NULL || *p == '0') {
        return;
    }

    p = ngx_http_patron_watch_find(&info, "\nmaxmemory_policy:");

    /* "allkeys-..." or "volatile-...", which takes what has an end */

    if (p == NULL || (*p != 'a' && *p != 'v') || watch->warned) {
        return;
    }

    last = p;

    while (last < info.data + info.len && *last > ' ') {
        last++;
    }

    watch->warned = 1;

    ngx_log_error(NGX_LOG_ERR, ngx_cycle->log, 0,
                  "patron: redis %V evicts keys when its memory is full "
                  "(maxmemory-policy %*s): %s may be lost",
                  &watch->conn->node->name, (size_t) (last - p), p,
                  *p == 'a' ? "members and counts"
                            : "counts, and that a link was used,");
}


/* What follows name in the text, which has at least a byte more, or NULL. */

static u_char *
ngx_http_patron_watch_find(patron_str_t *info, char *name)
{
    size_t   len, i;
    u_char  *data;

    data = (u_char *) info->data;
    len = ngx_strlen(name);

    for (i = 0; i + len < info->len; i++) {
        if (data[i] == (u_char) *name
            && ngx_memcmp(&data[i], name, len) == 0)
        {
            return &data[i + len];
        }
    }

    return NULL;
}
