
/*
 * See the header.  Each day is a script on its key, which gives back what is of
 * the slots alone; the next is asked when the last was answered, so that other
 * commands come between, and all of them have a second.
 */


#include <ngx_config.h>
#include <ngx_core.h>

#include "patron_date.h"
#include "patron_experiment.h"
#include "ngx_http_patron_ask.h"
#include "ngx_http_patron_campaign.h"
#include "ngx_http_patron_post.h"
#include "ngx_http_patron_redis.h"
#include "ngx_http_patron_redis_script.h"
#include "ngx_http_patron_status_counted.h"
#include "ngx_http_patron_suspend.h"


#define NGX_HTTP_PATRON_COUNTING_TIME   1000    /* milliseconds */
#define NGX_HTTP_PATRON_COUNTING_SLOTS  16      /* more are not told */
#define NGX_HTTP_PATRON_COUNTING_ARMS   1024

#define NGX_HTTP_PATRON_COUNTING_KEY    (64 + sizeof("stats:2026-11-22"))


struct ngx_http_patron_counting_s {
    ngx_http_handler_pt        answer;
    ngx_http_patron_redis_t   *redis;
    ngx_msec_t                 started;
    time_t                     now;
    ngx_uint_t                 days;        /* that are asked */
    ngx_uint_t                 failed;
    ngx_uint_t                 nslots;
    ngx_str_t                  slots[NGX_HTTP_PATRON_COUNTING_SLOTS];
    ngx_array_t                arms;
};


/* ARGV: ".<slot>:" of each slot; a list of fields and values. */

static ngx_str_t  ngx_http_patron_counted_text = ngx_string(
    "local all, some = redis.call('HGETALL', KEYS[1]), {}\n"
    "for i = 1, #all, 2 do\n"
    "    for _, slot in ipairs(ARGV) do\n"
    "        if string.find(all[i], slot, 1, true) then\n"
    "            some[#some + 1] = all[i]\n"
    "            some[#some + 1] = all[i + 1]\n"
    "            break\n"
    "        end\n"
    "    end\n"
    "end\n"
    "return some\n");


static ngx_int_t ngx_http_patron_counting_slots(ngx_http_request_t *r,
    ngx_http_patron_counting_t *counting);
static ngx_int_t ngx_http_patron_counting_ask(ngx_http_request_t *r,
    ngx_http_patron_state_t *st);
static void ngx_http_patron_counting_answer(ngx_http_patron_state_t *st,
    void *data, patron_reply_t *reply);
static ngx_int_t ngx_http_patron_counting_field(
    ngx_http_patron_counting_t *counting, patron_str_t *field,
    patron_str_t *value);
static u_char *ngx_http_patron_counting_key(
    ngx_http_patron_counting_t *counting, patron_str_t *field);
static ngx_http_patron_arm_counted_t *ngx_http_patron_counting_arm(
    ngx_http_patron_counting_t *counting, u_char *key, size_t len);
static void ngx_http_patron_counting_revenue(
    ngx_http_patron_arm_counted_t *arm, const u_char *currency, int64_t n);
static void ngx_http_patron_counting_resume(ngx_http_request_t *r);


ngx_int_t
ngx_http_patron_status_counted_script(ngx_conf_t *cf,
    ngx_http_patron_main_conf_t *pmcf)
{
    pmcf->counted_script.text = ngx_http_patron_counted_text;

    return ngx_http_patron_redis_script_init(cf->pool, &pmcf->counted_script);
}


ngx_int_t
ngx_http_patron_status_count(ngx_http_request_t *r, ngx_http_handler_pt answer)
{
    ngx_int_t                    rc;
    ngx_http_patron_state_t     *st;
    ngx_http_patron_counting_t  *counting;
    ngx_http_patron_loc_conf_t  *plcf;

    plcf = ngx_http_get_module_loc_conf(r, ngx_http_patron_module);

    /* a body that is still read has the request's handlers */

    if (plcf->redis == NULL || r != r->main || r->discard_body) {
        return NGX_DECLINED;
    }

    counting = ngx_pcalloc(r->pool, sizeof(ngx_http_patron_counting_t));
    if (counting == NULL) {
        return NGX_ERROR;
    }

    counting->answer = answer;
    counting->redis = plcf->redis;
    counting->started = ngx_current_msec;
    counting->now = ngx_time();

    rc = ngx_http_patron_counting_slots(r, counting);

    if (rc != NGX_OK) {
        return rc;
    }

    st = ngx_http_patron_post_state(r);

    if (st == NULL
        || ngx_array_init(&counting->arms, r->pool, 8,
                          sizeof(ngx_http_patron_arm_counted_t))
           != NGX_OK)
    {
        return NGX_ERROR;
    }

    st->counting = counting;

    rc = ngx_http_patron_counting_ask(r, st);

    if (rc != NGX_OK) {
        counting->failed = 1;
        return rc;
    }

    return ngx_http_patron_suspend_content(r, ngx_http_patron_ask_detach, st)
           == NGX_DONE ? NGX_DONE : NGX_ERROR;
}


static ngx_int_t
ngx_http_patron_counting_slots(ngx_http_request_t *r,
    ngx_http_patron_counting_t *counting)
{
    u_char                          *p;
    ngx_uint_t                       i;
    ngx_http_patron_slot_conf_t     *slot;
    ngx_http_patron_campaign_set_t  *set;

    set = ngx_http_patron_campaigns_of(r);

    if (set == NULL) {
        return NGX_DECLINED;
    }

    slot = set->slots.elts;

    for (i = 0;
         i < set->slots.nelts
         && counting->nslots < NGX_HTTP_PATRON_COUNTING_SLOTS;
         i++)
    {
        if (!slot[i].experiment) {
            continue;
        }

        p = ngx_pnalloc(r->pool, slot[i].name.len + 2);
        if (p == NULL) {
            return NGX_ERROR;
        }

        counting->slots[counting->nslots].data = p;
        counting->slots[counting->nslots++].len =
                                ngx_sprintf(p, ".%V:", &slot[i].name) - p;
    }

    return counting->nslots ? NGX_OK : NGX_DECLINED;
}


static ngx_int_t
ngx_http_patron_counting_ask(ngx_http_request_t *r,
    ngx_http_patron_state_t *st)
{
    u_char                       *p, key[NGX_HTTP_PATRON_COUNTING_KEY];
    ngx_str_t                     argv[1 + NGX_HTTP_PATRON_COUNTING_SLOTS];
    patron_date_t                 date;
    ngx_http_patron_counting_t   *counting;
    ngx_http_patron_question_t    question;
    ngx_http_patron_main_conf_t  *pmcf;

    counting = st->counting;

    patron_date_from_days(counting->now / 86400 - (time_t) counting->days,
                          &date);

    p = ngx_http_patron_redis_key(key, counting->redis, "stats:");
    p = ngx_sprintf(p, "%04d-%02d-%02d", date.year, date.month, date.day);

    argv[0].data = key;
    argv[0].len = p - key;

    ngx_memcpy(&argv[1], counting->slots,
               counting->nslots * sizeof(ngx_str_t));

    pmcf = ngx_http_get_module_main_conf(r, ngx_http_patron_module);

    question.script = &pmcf->counted_script;
    question.nkeys = 1;
    question.argv = argv;
    question.argc = 1 + counting->nslots;
    question.answer = ngx_http_patron_counting_answer;
    question.resume = ngx_http_patron_counting_resume;
    question.data = NULL;
    question.size = 0;

    counting->days++;

    return ngx_http_patron_ask(r, st, counting->redis, &question);
}


static void
ngx_http_patron_counting_answer(ngx_http_patron_state_t *st, void *data,
    patron_reply_t *reply)
{
    size_t                       i;
    patron_str_t                 field, value;
    ngx_http_patron_counting_t  *counting;

    if (st == NULL) {
        return;
    }

    counting = st->counting;

    if (!ngx_http_patron_answered(counting->redis, reply)
        || patron_reply_type(reply) != PATRON_REPLY_ARRAY)
    {
        counting->failed = 1;
        return;
    }

    for (i = 0; i + 1 < patron_reply_elements(reply); i += 2) {
        field = patron_reply_str(patron_reply_element(reply, i));
        value = patron_reply_str(patron_reply_element(reply, i + 1));

        if (ngx_http_patron_counting_field(counting, &field, &value) != NGX_OK)
        {
            counting->failed = 1;
            return;
        }
    }
}


/* "<what>.<slot>:<name>"; a currency has a dot before it, too. */

static ngx_int_t
ngx_http_patron_counting_field(ngx_http_patron_counting_t *counting,
    patron_str_t *field, patron_str_t *value)
{
    off_t                           n;
    size_t                          len;
    u_char                         *key;
    ngx_uint_t                      minus;
    const u_char                   *what;
    ngx_http_patron_arm_counted_t  *arm;

    key = ngx_http_patron_counting_key(counting, field);

    if (key == NULL) {
        return NGX_OK;
    }

    what = field->data;
    len = key - 1 - what;

    minus = (value->len && value->data[0] == '-');
    n = ngx_atoof((u_char *) value->data + minus, value->len - minus);

    if (n == NGX_ERROR) {
        return NGX_OK;
    }

    arm = ngx_http_patron_counting_arm(counting, key,
                                       what + field->len - key);

    if (arm == NULL) {
        return NGX_ERROR;
    }

    n = minus ? -n : n;

    if (len == 5 && ngx_memcmp(what, "shown", 5) == 0) {
        arm->shown += n;

    } else if (len == 8 && ngx_memcmp(what, "assigned", 8) == 0) {
        arm->assigned += n;

    } else if (len == 7 && ngx_memcmp(what, "granted", 7) == 0) {
        arm->granted += n;

    } else if (len == 11 && ngx_memcmp(what, "revenue.", 8) == 0) {
        ngx_http_patron_counting_revenue(arm, what + 8, n);
    }

    return NGX_OK;
}


/* Where "<slot>:<name>" begins in a field, or NULL. */

static u_char *
ngx_http_patron_counting_key(ngx_http_patron_counting_t *counting,
    patron_str_t *field)
{
    u_char      *p, *end;
    ngx_uint_t   i;
    ngx_str_t   *slot;

    end = (u_char *) field->data + field->len;

    for (p = (u_char *) field->data; p < end; p++) {

        for (i = 0; *p == '.' && i < counting->nslots; i++) {
            slot = &counting->slots[i];

            if ((size_t) (end - p) > slot->len
                && ngx_memcmp(p, slot->data, slot->len) == 0)
            {
                return p + 1;
            }
        }
    }

    return NULL;
}


static ngx_http_patron_arm_counted_t *
ngx_http_patron_counting_arm(ngx_http_patron_counting_t *counting, u_char *key,
    size_t len)
{
    ngx_uint_t                      i;
    ngx_http_patron_arm_counted_t  *arm;

    arm = counting->arms.elts;

    for (i = 0; i < counting->arms.nelts; i++) {
        if (arm[i].key.len == len && ngx_memcmp(arm[i].key.data, key, len) == 0)
        {
            return &arm[i];
        }
    }

    if (i == NGX_HTTP_PATRON_COUNTING_ARMS) {
        return NULL;
    }

    arm = ngx_array_push(&counting->arms);
    if (arm == NULL) {
        return NULL;
    }

    ngx_memzero(arm, sizeof(ngx_http_patron_arm_counted_t));

    arm->key.data = ngx_pnalloc(counting->arms.pool, len);
    if (arm->key.data == NULL) {
        return NULL;
    }

    ngx_memcpy(arm->key.data, key, len);
    arm->key.len = len;

    return arm;
}


static void
ngx_http_patron_counting_revenue(ngx_http_patron_arm_counted_t *arm,
    const u_char *currency, int64_t n)
{
    ngx_uint_t  i;

    for (i = 0; i < arm->ncurrencies; i++) {
        if (ngx_memcmp(arm->currencies[i], currency, 3) == 0) {
            break;
        }
    }

    if (i == NGX_HTTP_PATRON_COUNTED_CURRENCIES) {
        return;
    }

    if (i == arm->ncurrencies) {
        ngx_memcpy(arm->currencies[i], currency, 3);
        arm->ncurrencies++;
    }

    arm->revenue[i] += n;
}


static void
ngx_http_patron_counting_resume(ngx_http_request_t *r)
{
    ngx_http_patron_state_t     *st;
    ngx_http_patron_counting_t  *counting;

    st = ngx_http_patron_state(r);
    counting = st->counting;

    if (!counting->failed && counting->days < PATRON_EXPERIMENT_DAYS) {

        if (ngx_current_msec - counting->started
            < NGX_HTTP_PATRON_COUNTING_TIME
            && ngx_http_patron_counting_ask(r, st) == NGX_OK)
        {
            return;
        }

        counting->failed = 1;
    }

    ngx_http_patron_resume_content(r, counting->answer);
}


ngx_array_t *
ngx_http_patron_status_counted(ngx_http_request_t *r)
{
    ngx_http_patron_state_t  *st;

    st = ngx_http_patron_state(r);

    if (st == NULL || st->counting == NULL || st->counting->failed) {
        return NULL;
    }

    return &st->counting->arms;
}
