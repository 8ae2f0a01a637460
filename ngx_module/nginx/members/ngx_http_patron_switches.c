
/*
 * See the header.  A worker asks when it is told that the hash has changed, and
 * every second while it is told of nothing.  What changes while the question is
 * on its way is asked for again.
 */


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_event.h>

#include "ngx_http_patron_redis.h"
#include "ngx_http_patron_redis_conf.h"
#include "ngx_http_patron_redis_conn.h"
#include "ngx_http_patron_redis_tracking.h"
#include "ngx_http_patron_switches.h"
#include "ngx_http_patron_zone.h"


#define NGX_HTTP_PATRON_SWITCHES_POLL  1000


typedef struct ngx_http_patron_switches_s  ngx_http_patron_switches_t;

struct ngx_http_patron_switches_s {
    ngx_http_patron_switches_t  *next;
    ngx_http_patron_redis_t     *redis;
    ngx_cycle_t                 *cycle;
    ngx_str_t                    key;
    ngx_event_t                  poll;
    ngx_uint_t                   state;     /* as bits */
    const char                  *told;      /* what is wrong with it */
    unsigned                     asking:1;
    unsigned                     dirty:1;   /* ask (again) */
};


static ngx_int_t ngx_http_patron_switches_start(ngx_cycle_t *cycle,
    ngx_http_patron_redis_t *redis);
static void ngx_http_patron_switches_changed(void *data, patron_str_t *name);
static void ngx_http_patron_switches_listening(void *data, ngx_uint_t on,
    ngx_uint_t lost);
static void ngx_http_patron_switches_poll(ngx_event_t *ev);
static void ngx_http_patron_switches_ask(void *data);
static void ngx_http_patron_switches_replied(void *data,
    patron_reply_t *reply);
static ngx_uint_t ngx_http_patron_switches_is(const patron_reply_t *field,
    const char *word);
static const char *ngx_http_patron_switches_wrong(patron_reply_t *reply);
static void ngx_http_patron_switches_tell(ngx_http_patron_switches_t *sw,
    const char *what);


static ngx_http_patron_interest_t  ngx_http_patron_switches_interest = {
    ngx_string("switches"),
    ngx_http_patron_switches_changed,
    ngx_http_patron_switches_ask,
    ngx_http_patron_switches_listening,
    NULL
};


/* Of this worker, one a Redis. */

static ngx_http_patron_switches_t  *ngx_http_patron_switches_list;


ngx_int_t
ngx_http_patron_switches_init_process(ngx_cycle_t *cycle)
{
    ngx_http_patron_redis_t  *redis;

    for (redis = ngx_http_patron_redis_next(cycle, NULL);
         redis != NULL;
         redis = ngx_http_patron_redis_next(cycle, redis))
    {
        if (ngx_http_patron_switches_start(cycle, redis) != NGX_OK) {
            return NGX_ERROR;
        }
    }

    return NGX_OK;
}


static ngx_int_t
ngx_http_patron_switches_start(ngx_cycle_t *cycle,
    ngx_http_patron_redis_t *redis)
{
    u_char                      *p;
    ngx_http_patron_switches_t  *sw;

    sw = ngx_pcalloc(cycle->pool, sizeof(ngx_http_patron_switches_t));
    if (sw == NULL) {
        return NGX_ERROR;
    }

    sw->redis = redis;
    sw->cycle = cycle;
    sw->dirty = 1;

    p = ngx_pnalloc(cycle->pool, ngx_http_patron_redis_prefix(redis)->len
                                 + sizeof("switches") - 1);
    if (p == NULL) {
        return NGX_ERROR;
    }

    sw->key.data = p;
    sw->key.len = ngx_http_patron_redis_key(p, redis, "switches") - p;

    sw->poll.handler = ngx_http_patron_switches_poll;
    sw->poll.data = sw;
    sw->poll.log = cycle->log;
    sw->poll.cancelable = 1;

    ngx_add_timer(&sw->poll, NGX_HTTP_PATRON_SWITCHES_POLL);

    sw->next = ngx_http_patron_switches_list;
    ngx_http_patron_switches_list = sw;

    return ngx_http_patron_tracking_register(redis,
                                      &ngx_http_patron_switches_interest, sw);
}


void
ngx_http_patron_switches_exit_process(void)
{
    ngx_http_patron_switches_t  *sw;

    for (sw = ngx_http_patron_switches_list; sw != NULL; sw = sw->next) {
        if (sw->poll.timer_set) {
            ngx_del_timer(&sw->poll);
        }
    }

    ngx_http_patron_switches_list = NULL;
}


ngx_uint_t
ngx_http_patron_switches(ngx_http_patron_redis_t *redis,
    ngx_http_patron_zone_t *zone)
{
    ngx_http_patron_switches_t  *sw;

    if (zone != NULL) {
        return ngx_http_patron_zone_switches(zone,
                                             ngx_http_patron_redis_id(redis));
    }

    for (sw = ngx_http_patron_switches_list; sw != NULL; sw = sw->next) {
        if (sw->redis == redis) {
            return sw->state;
        }
    }

    return 0;
}


static void
ngx_http_patron_switches_changed(void *data, patron_str_t *name)
{
    if (name->len == 0) {
        ngx_http_patron_switches_ask(data);
    }
}


static void
ngx_http_patron_switches_listening(void *data, ngx_uint_t on, ngx_uint_t lost)
{
    if (on) {
        ngx_http_patron_switches_ask(data);
    }
}


static void
ngx_http_patron_switches_poll(ngx_event_t *ev)
{
    ngx_http_patron_switches_t  *sw = ev->data;

    if (!ngx_http_patron_listening(sw->redis) || sw->dirty) {
        ngx_http_patron_switches_ask(sw);
    }

    ngx_add_timer(ev, NGX_HTTP_PATRON_SWITCHES_POLL);
}


static void
ngx_http_patron_switches_ask(void *data)
{
    ngx_http_patron_switches_t  *sw = data;

    ngx_str_t  argv[4];

    sw->dirty = 1;

    if (sw->asking || ngx_exiting) {
        return;
    }

    ngx_str_set(&argv[0], "HMGET");
    argv[1] = sw->key;
    ngx_str_set(&argv[2], "walls");
    ngx_str_set(&argv[3], "banners");

    if (ngx_http_patron_redis_send(sw->redis, argv, 4, &sw->key,
                                   ngx_http_patron_switches_replied, sw)
        == NGX_OK)
    {
        sw->asking = 1;
        sw->dirty = 0;
    }
}


static void
ngx_http_patron_switches_replied(void *data, patron_reply_t *reply)
{
    ngx_uint_t                   state;
    patron_redis_error_e         error;
    ngx_http_patron_zone_t      *zone;
    ngx_http_patron_switches_t  *sw = data;

    sw->asking = 0;

    if (patron_reply_elements(reply) != 2) {
        sw->dirty = 1;

        if (reply == NULL) {
            return;
        }

        error = patron_redis_error(reply);

        if (error == PATRON_REDIS_FINE) {
            ngx_http_patron_redis_distrust();

        } else if (!patron_redis_error_fatal(error)) {
            ngx_http_patron_switches_tell(sw,
                                          patron_redis_error_reason(error));
        }

        return;
    }

    ngx_http_patron_switches_tell(sw, ngx_http_patron_switches_wrong(reply));

    state = 0;

    if (ngx_http_patron_switches_is(patron_reply_element(reply, 0), "open")) {
        state |= NGX_HTTP_PATRON_WALLS_OPEN;
    }

    if (ngx_http_patron_switches_is(patron_reply_element(reply, 1), "off")) {
        state |= NGX_HTTP_PATRON_BANNERS_OFF;
    }

    sw->state = state;

    for (zone = ngx_http_patron_zone_next(sw->cycle, NULL);
         zone != NULL;
         zone = ngx_http_patron_zone_next(sw->cycle, zone))
    {
        ngx_http_patron_zone_set_switches(zone,
                                          ngx_http_patron_redis_id(sw->redis),
                                          state);
    }

    if (sw->dirty) {
        /* changed again while it was being asked for */
        ngx_http_patron_switches_ask(sw);
    }
}


/* Whatever case of letters a hand has typed. */

static ngx_uint_t
ngx_http_patron_switches_is(const patron_reply_t *field, const char *word)
{
    size_t        len;
    patron_str_t  s;

    s = patron_reply_str(field);
    len = ngx_strlen(word);

    return s.len == len
           && ngx_strncasecmp((u_char *) s.data, (u_char *) word, len) == 0;
}


/* A slip of the pen at night: NULL where there is none. */

static const char *
ngx_http_patron_switches_wrong(patron_reply_t *reply)
{
    const patron_reply_t  *walls, *banners;

    walls = patron_reply_element(reply, 0);
    banners = patron_reply_element(reply, 1);

    if (patron_reply_str(walls).len
        && !ngx_http_patron_switches_is(walls, "open")
        && !ngx_http_patron_switches_is(walls, "closed"))
    {
        return "\"walls\" is neither open nor closed";
    }

    if (patron_reply_str(banners).len
        && !ngx_http_patron_switches_is(banners, "on")
        && !ngx_http_patron_switches_is(banners, "off"))
    {
        return "\"banners\" is neither on nor off";
    }

    return NULL;
}


/* By one worker, as long as it is the same. */

static void
ngx_http_patron_switches_tell(ngx_http_patron_switches_t *sw, const char *what)
{
    if (what != sw->told && what != NULL && ngx_worker == 0) {
        ngx_log_error(NGX_LOG_ERR, ngx_cycle->log, 0, "patron: \"%V\": %s",
                      &sw->key, what);
    }

    sw->told = what;
}
