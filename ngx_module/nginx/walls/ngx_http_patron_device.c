
/*
 * See the header.  A device is a random id in a sealed cookie; those of a
 * member are a sorted set in Redis, by the time they were last seen
 *
 *     <prefix>devices:<sub>
 *
 * and those that gave way are kept there with that time below zero, so that
 * they do not push the next one out as they come back: they are let in again
 * when there is room.  Where there is a limit for new ones the times at which
 * they came are one more member, "new:" and the microseconds, with a time of
 * minus infinity: one key, so that a cluster takes the script.  The clock is
 * Redis's.
 *
 * Limits: a request without any cookie comes from no browser and is no device;
 * a browser that opens several pages at once before it has its cookie counts
 * as several.  While Redis is away all devices pass.
 */


#include <ngx_config.h>
#include <ngx_core.h>

#include "patron_anonymous.h"
#include "patron_record.h"
#include "ngx_http_patron_ask.h"
#include "ngx_http_patron_conf.h"
#include "ngx_http_patron_cookies.h"
#include "ngx_http_patron_device.h"
#include "ngx_http_patron_headers.h"
#include "ngx_http_patron_redis.h"
#include "ngx_http_patron_redis_script.h"
#include "ngx_http_patron_setcookie.h"
#include "ngx_http_patron_suspend.h"


#define NGX_HTTP_PATRON_DEVICE_KEY_MAX  (64 + sizeof("devices:")              \
                                         + 3 * PATRON_SUB_MAX)


struct ngx_http_patron_device_s {
    patron_anonymous_t          anonymous;
    ngx_http_patron_redis_t    *redis;
    ngx_uint_t                  set;        /* the cookie is to be set */
};


/*
 * ARGV: the device, the limit, the window in seconds, how many new ones there
 * may be in how many seconds, or 0.  1: it gave way, or is one too many.
 */

static ngx_str_t  ngx_http_patron_device_script = ngx_string(
    "local devices, me, limit = KEYS[1], ARGV[1], tonumber(ARGV[2])\n"
    "local time = redis.call('TIME')\n"
    "local now = time[1] * 1000000 + time[2]\n"
    "local past = now - ARGV[3] * 1000000\n"
    "redis.call('ZREMRANGEBYSCORE', devices, -past, past)\n"
    "local seen = tonumber(redis.call('ZSCORE', devices, me) or 0)\n"
    "local n = redis.call('ZCOUNT', devices, 0, '+inf')\n"
    "if seen < 0 and n >= limit then\n"
    "    return 1\n"
    "end\n"
    "local most = tonumber(ARGV[4])\n"
    "if seen == 0 and most > 0 then\n"
    "    local since, came = now - ARGV[5] * 1000000, {}\n"
    "    for _, times in ipairs(redis.call('ZRANGEBYSCORE', devices,\n"
    "                                      '-inf', '-inf'))\n"
    "    do\n"
    "        for t in string.gmatch(times, '%d+') do\n"
    "            if tonumber(t) > since then\n"
    "                came[#came + 1] = t\n"
    "            end\n"
    "        end\n"
    "    end\n"
    "    if #came >= most then\n"
    "        return 1\n"
    "    end\n"
    "    came[#came + 1] = string.format('%.0f', now)\n"
    "    redis.call('ZREMRANGEBYSCORE', devices, '-inf', '-inf')\n"
    "    redis.call('ZADD', devices, '-inf',\n"
    "               'new:' .. table.concat(came, ','))\n"
    "end\n"
    "if seen <= 0 then\n"
    "    local oldest = redis.call('ZRANGEBYSCORE', devices, 0, '+inf',\n"
    "                              'LIMIT', 0, math.max(n - limit + 1, 0))\n"
    "    for _, device in ipairs(oldest) do\n"
    "        redis.call('ZADD', devices, string.format('%.0f', -now), device)\n"
    "    end\n"
    "end\n"
    "redis.call('ZADD', devices, string.format('%.0f', now), me)\n"
    "local gone = redis.call('ZCOUNT', devices, '(-inf', '(0')\n"
    "if gone > 64 then\n"
    "    redis.call('ZREMRANGEBYRANK', devices, 64, gone - 1)\n"
    "end\n"
    "redis.call('EXPIRE', devices,\n"
    "           math.max(tonumber(ARGV[3]), tonumber(ARGV[5])))\n"
    "return 0\n");


static ngx_int_t ngx_http_patron_device_know(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf, ngx_http_patron_state_t *st);
static ngx_int_t ngx_http_patron_device_ask(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf, ngx_http_patron_state_t *st);
static void ngx_http_patron_device_answer(ngx_http_patron_state_t *st,
    void *data, patron_reply_t *reply);
static ngx_int_t ngx_http_patron_devices_new(
    ngx_http_patron_devices_conf_t *devices, ngx_str_t *option);


ngx_int_t
ngx_http_patron_device_access(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf, ngx_http_patron_state_t *st)
{
    if (plcf->dry_run
        || st->device_seen
        || st->feed != NULL
        || st->state != PATRON_STATE_PATRON
        || st->id.len == 0
        || !ngx_http_patron_cookies_sent(r))
    {
        return NGX_OK;
    }

    st->device_seen = 1;

    if (ngx_http_patron_device_know(r, plcf, st) != NGX_OK) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    if (ngx_http_patron_device_ask(r, plcf, st) != NGX_OK) {
        return NGX_OK;
    }

    return ngx_http_patron_suspend(r, ngx_http_patron_ask_detach, st);
}


static ngx_int_t
ngx_http_patron_device_know(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf, ngx_http_patron_state_t *st)
{
    ngx_int_t                  rc;
    ngx_uint_t                 old;
    ngx_http_patron_device_t  *device;

    if (st->device != NULL) {
        return NGX_OK;
    }

    device = ngx_pcalloc(r->pool, sizeof(ngx_http_patron_device_t));
    if (device == NULL) {
        return NGX_ERROR;
    }

    st->device = device;

    rc = ngx_http_patron_cookie_id(r, plcf, NGX_HTTP_PATRON_SEAL_DEVICE,
                                   &device->anonymous, &old);

    device->anonymous.article.len = 0;
    device->set = (rc != NGX_OK || old);

    return (rc == NGX_ERROR) ? NGX_ERROR : NGX_OK;
}


static ngx_int_t
ngx_http_patron_device_ask(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf, ngx_http_patron_state_t *st)
{
    u_char                       *p, key[NGX_HTTP_PATRON_DEVICE_KEY_MAX];
    u_char                        id[2 * PATRON_ANONYMOUS_ID];
    u_char                        limit[NGX_INT_T_LEN], window[NGX_TIME_T_LEN];
    u_char                        fresh[NGX_INT_T_LEN], time[NGX_TIME_T_LEN];
    ngx_str_t                     argv[6];
    ngx_http_patron_question_t    question;
    ngx_http_patron_main_conf_t  *pmcf;

    if (st->id.len > PATRON_SUB_MAX) {
        return NGX_DECLINED;
    }

    p = ngx_http_patron_redis_key(key, plcf->redis, "devices:");
    p = patron_key_escape(p, st->id.data, st->id.len);

    argv[0].data = key;
    argv[0].len = p - key;

    argv[1].data = id;
    argv[1].len = ngx_hex_dump(id, st->device->anonymous.id,
                               PATRON_ANONYMOUS_ID)
                  - id;

    argv[2].data = limit;
    argv[2].len = ngx_sprintf(limit, "%i", plcf->devices->limit) - limit;

    argv[3].data = window;
    argv[3].len = ngx_sprintf(window, "%T", plcf->devices->window) - window;

    argv[4].data = fresh;
    argv[4].len = ngx_sprintf(fresh, "%i", plcf->devices->fresh) - fresh;

    argv[5].data = time;
    argv[5].len = ngx_sprintf(time, "%T", plcf->devices->fresh_time) - time;

    pmcf = ngx_http_get_module_main_conf(r, ngx_http_patron_module);

    st->device->redis = plcf->redis;

    question.script = &pmcf->device_script;
    question.nkeys = 1;
    question.argv = argv;
    question.argc = 6;
    question.answer = ngx_http_patron_device_answer;
    question.resume = ngx_http_patron_resume_phases;
    question.data = NULL;
    question.size = 0;

    return ngx_http_patron_ask(r, st, plcf->redis, &question);
}


static void
ngx_http_patron_device_answer(ngx_http_patron_state_t *st, void *data,
    patron_reply_t *reply)
{
    if (st == NULL
        || !ngx_http_patron_answered(st->device->redis, reply)
        || patron_reply_int(reply, 0) != 1)
    {
        return;
    }

    /* its token is good, but not for this device */

    st->state = PATRON_STATE_GUEST;
    st->reason = "devices";
    st->device_refused = 1;
}


ngx_int_t
ngx_http_patron_device_header(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf, ngx_http_patron_state_t *st)
{
    u_char        buf[PATRON_ANONYMOUS_MAX];
    patron_str_t  payload;

    if (!st->device->set || plcf->keys == NULL) {
        return NGX_OK;
    }

    payload.data = buf;
    payload.len = patron_anonymous_encode(&st->device->anonymous, buf);

    if (ngx_http_patron_cookie_seal(r, plcf, NGX_HTTP_PATRON_SEAL_DEVICE,
                                    &payload, NGX_HTTP_PATRON_COOKIE_YEAR)
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    return ngx_http_patron_private(r);
}


ngx_int_t
ngx_http_patron_device_scripts(ngx_conf_t *cf,
    ngx_http_patron_main_conf_t *pmcf)
{
    pmcf->device_script.text = ngx_http_patron_device_script;

    return ngx_http_patron_redis_script_init(cf->pool, &pmcf->device_script);
}


/* patron_devices limit=N window=TIME [new=N/TIME] | off; */

char *
ngx_http_patron_devices(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_http_patron_loc_conf_t *plcf = conf;

    ngx_str_t                       *value, s;
    ngx_uint_t                       i;
    ngx_http_patron_devices_conf_t  *devices;

    if (plcf->devices != NGX_CONF_UNSET_PTR) {
        return "is duplicate";
    }

    value = cf->args->elts;

    if (cf->args->nelts == 2 && ngx_strcmp(value[1].data, "off") == 0) {
        plcf->devices = NULL;
        return NGX_CONF_OK;
    }

    devices = ngx_pcalloc(cf->pool, sizeof(ngx_http_patron_devices_conf_t));
    if (devices == NULL) {
        return NGX_CONF_ERROR;
    }

    plcf->devices = devices;

    for (i = 1; i < cf->args->nelts; i++) {

        if (ngx_strncmp(value[i].data, "limit=", 6) == 0) {
            devices->limit = ngx_atoi(value[i].data + 6, value[i].len - 6);

            if (devices->limit > 0) {
                continue;
            }

        } else if (ngx_strncmp(value[i].data, "window=", 7) == 0) {
            s.data = value[i].data + 7;
            s.len = value[i].len - 7;

            devices->window = ngx_parse_time(&s, 1);

            if (devices->window > 0) {
                continue;
            }

        } else if (ngx_strncmp(value[i].data, "new=", 4) == 0
                   && ngx_http_patron_devices_new(devices, &value[i])
                      == NGX_OK)
        {
            continue;
        }

        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "\"%V\" directive: invalid parameter \"%V\"",
                           &cmd->name, &value[i]);
        return NGX_CONF_ERROR;
    }

    if (devices->limit == 0 || devices->window == 0) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "\"%V\" directive: \"limit=\" and \"window=\" must "
                           "be given",
                           &cmd->name);
        return NGX_CONF_ERROR;
    }

    return NGX_CONF_OK;
}


/* "new=N/TIME" */

static ngx_int_t
ngx_http_patron_devices_new(ngx_http_patron_devices_conf_t *devices,
    ngx_str_t *option)
{
    u_char     *p, *slash, *last;
    ngx_str_t   time;

    p = option->data + sizeof("new=") - 1;
    last = option->data + option->len;

    slash = ngx_strlchr(p, last, '/');
    if (slash == NULL) {
        return NGX_ERROR;
    }

    time.data = slash + 1;
    time.len = last - time.data;

    devices->fresh = ngx_atoi(p, slash - p);
    devices->fresh_time = ngx_parse_time(&time, 1);

    return (devices->fresh > 0 && devices->fresh_time > 0) ? NGX_OK
                                                           : NGX_ERROR;
}


char *
ngx_http_patron_devices_check(ngx_conf_t *cf,
    ngx_http_patron_loc_conf_t *plcf)
{
    if (plcf->devices == NULL || !plcf->enable) {
        return NGX_CONF_OK;
    }

    if (plcf->redis == NULL || plcf->keys == NULL) {
        ngx_log_error(NGX_LOG_EMERG, cf->log, 0,
                      "\"patron_devices\" directive: it needs \"%s\"",
                      plcf->redis == NULL ? "patron_redis" : "patron_key");
        return NGX_CONF_ERROR;
    }

    return NGX_CONF_OK;
}
