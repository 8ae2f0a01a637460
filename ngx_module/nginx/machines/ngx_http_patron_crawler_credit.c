
/*
 * See the header.  Each charge has a number of its own, which lies in
 *
 *     <prefix>reserved:{<prefix>bot:<name>}
 *
 * from when it is taken until the page was sent, or it is given back: so that it
 * is given back once, and only if it was taken, though the answer of Redis may
 * have been lost.
 */


#include <ngx_config.h>
#include <ngx_core.h>

#include "ngx_http_patron_ask.h"
#include "ngx_http_patron_crawl_types.h"
#include "ngx_http_patron_crawler.h"
#include "ngx_http_patron_crawler_credit.h"
#include "ngx_http_patron_crawler_terms.h"
#include "ngx_http_patron_headers.h"
#include "ngx_http_patron_redis.h"
#include "ngx_http_patron_redis_script.h"
#include "ngx_http_patron_stats.h"
#include "ngx_http_patron_suspend.h"


#define NGX_HTTP_PATRON_CREDIT_KEY    320
#define NGX_HTTP_PATRON_CREDIT_ID     48


/* A charge, as it is told to Redis. */

struct ngx_http_patron_charge_s {
    ngx_http_patron_redis_t   *redis;
    ngx_http_patron_script_t  *back;
    int64_t                    amount;
    size_t                     key_len;
    size_t                     id_len;
    u_char                     key[NGX_HTTP_PATRON_CREDIT_KEY];
    u_char                     id[NGX_HTTP_PATRON_CREDIT_ID];
};


typedef struct {
    ngx_str_t  argv[4];
    u_char     held[NGX_HTTP_PATRON_CREDIT_KEY + 32];
    u_char     amount[NGX_INT64_LEN];
} ngx_http_patron_charge_words_t;


/*
 * ARGV: the amount, and the charge's number, or "" to look whether it is there.
 * Returns 1 if it is, and was taken, or why it is not told.
 */

static ngx_str_t  ngx_http_patron_credit_take = ngx_string(
    "local credit = redis.pcall('HGET', KEYS[1], 'credit')\n"
    "if type(credit) == 'table' then\n"
    "    return credit\n"
    "end\n"
    "if not credit or not string.match(credit, '^%d+$')\n"
    "    or tonumber(credit) < tonumber(ARGV[1])\n"
    "then\n"
    "    return 0\n"
    "end\n"
    "if ARGV[2] == '' then\n"
    "    return 1\n"
    "end\n"
    "redis.call('HINCRBY', KEYS[1], 'credit', -tonumber(ARGV[1]))\n"
    "redis.call('SADD', KEYS[2], ARGV[2])\n"
    "redis.call('EXPIRE', KEYS[2], 3600)\n"
    "return 1\n");


/* The same; an amount of 0 settles it. */

static ngx_str_t  ngx_http_patron_credit_back = ngx_string(
    "if redis.call('SREM', KEYS[2], ARGV[2]) == 1\n"
    "    and tonumber(ARGV[1]) > 0\n"
    "    and redis.call('HGET', KEYS[1], 'credit')\n"
    "then\n"
    "    redis.call('HINCRBY', KEYS[1], 'credit', ARGV[1])\n"
    "end\n");


static ngx_uint_t ngx_http_patron_crawler_wants(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf, ngx_http_patron_state_t *st);
static ngx_int_t ngx_http_patron_charge_create(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf, ngx_http_patron_state_t *st);
static void ngx_http_patron_charge_words(ngx_http_patron_charge_t *charge,
    int64_t amount, ngx_http_patron_charge_words_t *words);
static void ngx_http_patron_charge_answer(ngx_http_patron_state_t *st,
    void *data, patron_reply_t *reply);
static void ngx_http_patron_charge_end(ngx_http_patron_charge_t *charge,
    int64_t amount);
static void ngx_http_patron_charge_cleanup(void *data);
static ngx_uint_t ngx_http_patron_crawler_part(ngx_http_request_t *r);
static void ngx_http_patron_crawler_spent(ngx_http_request_t *r,
    ngx_http_patron_state_t *st);


ngx_int_t
ngx_http_patron_crawler_scripts(ngx_conf_t *cf,
    ngx_http_patron_main_conf_t *pmcf)
{
    pmcf->credit_take.text = ngx_http_patron_credit_take;
    pmcf->credit_back.text = ngx_http_patron_credit_back;

    if (ngx_http_patron_redis_script_init(cf->pool, &pmcf->credit_take)
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    return ngx_http_patron_redis_script_init(cf->pool, &pmcf->credit_back);
}


ngx_int_t
ngx_http_patron_crawler_pays(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf, ngx_http_patron_state_t *st)
{
    ngx_http_cleanup_t              *cln;
    ngx_http_patron_crawl_t         *crawl;
    ngx_http_patron_question_t       question;
    ngx_http_patron_main_conf_t     *pmcf;
    ngx_http_patron_charge_words_t   words;

    crawl = st->crawl;

    if (crawl->asked || !ngx_http_patron_crawler_wants(r, plcf, st)) {
        return NGX_OK;
    }

    crawl->asked = 1;

    if (ngx_http_patron_charge_create(r, plcf, st) != NGX_OK) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    cln = ngx_http_cleanup_add(r, 0);
    if (cln == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    cln->handler = ngx_http_patron_charge_cleanup;
    cln->data = st;

    pmcf = ngx_http_get_module_main_conf(r, ngx_http_patron_module);

    ngx_http_patron_charge_words(crawl->charge, crawl->offer.amount, &words);

    question.script = &pmcf->credit_take;
    question.nkeys = 2;
    question.argv = words.argv;
    question.argc = 4;
    question.answer = ngx_http_patron_charge_answer;
    question.resume = ngx_http_patron_resume_phases;
    question.data = crawl->charge;
    question.size = sizeof(ngx_http_patron_charge_t);

    if (ngx_http_patron_ask(r, st, plcf->redis, &question) != NGX_OK) {
        crawl->why = "redis away";
        return NGX_OK;
    }

    return ngx_http_patron_suspend(r, ngx_http_patron_ask_detach, st);
}


/* Is it to pay, and does it agree to the price? */

static ngx_uint_t
ngx_http_patron_crawler_wants(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf, ngx_http_patron_state_t *st)
{
    ngx_http_patron_crawl_t  *crawl;

    crawl = st->crawl;
    ngx_http_patron_crawler_offer(plcf, crawl);

    if (crawl->offer.amount == 0) {
        return 0;
    }

    if (plcf->access_meta && st->level.type == PATRON_LEVEL_FREE) {
        /* who has paid is not looked at for what the page states */
        return 0;
    }

    if (!patron_crawler_reads(&st->level, &crawl->level, 1)) {
        crawl->why = "not of its level";
        return 0;
    }

    if (!crawl->payable) {
        crawl->why = "a price needs a known address or a new nonce";
        return 0;
    }

    if ((crawl->exact != -1 && crawl->exact != crawl->offer.amount)
        || (crawl->most != -1 && crawl->most < crawl->offer.amount))
    {
        crawl->why = "it offers another price";
        return 0;
    }

    return r->method == NGX_HTTP_GET || r->method == NGX_HTTP_HEAD;
}


static ngx_int_t
ngx_http_patron_charge_create(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf, ngx_http_patron_state_t *st)
{
    u_char                       *p;
    ngx_http_patron_charge_t     *charge;
    ngx_http_patron_main_conf_t  *pmcf;

    pmcf = ngx_http_get_module_main_conf(r, ngx_http_patron_module);

    charge = ngx_pcalloc(r->pool, sizeof(ngx_http_patron_charge_t));
    if (charge == NULL) {
        return NGX_ERROR;
    }

    charge->redis = plcf->redis;
    charge->back = &pmcf->credit_back;
    charge->amount = st->crawl->offer.amount;

    p = ngx_http_patron_redis_key(charge->key, plcf->redis, "bot:");
    p = ngx_cpymem(p, st->bot.data, st->bot.len);
    charge->key_len = p - charge->key;

    st->crawl->charge = charge;

    if (r->method == NGX_HTTP_HEAD) {
        /* it says what GET would, and costs nothing */
        return NGX_OK;
    }

    charge->id_len = ngx_sprintf(charge->id, "%08xD%08xD.%P.%uA",
                                 (uint32_t) ngx_random(),
                                 (uint32_t) ngx_random(), ngx_pid,
                                 r->connection->number)
                     - charge->id;

    return NGX_OK;
}


static void
ngx_http_patron_charge_words(ngx_http_patron_charge_t *charge, int64_t amount,
    ngx_http_patron_charge_words_t *words)
{
    u_char  *p;

    words->argv[0].data = charge->key;
    words->argv[0].len = charge->key_len;

    p = ngx_http_patron_redis_key(words->held, charge->redis, "reserved:{");
    p = ngx_cpymem(p, charge->key, charge->key_len);
    *p++ = '}';

    words->argv[1].data = words->held;
    words->argv[1].len = p - words->held;

    words->argv[2].data = words->amount;
    words->argv[2].len = ngx_sprintf(words->amount, "%L", amount)
                         - words->amount;

    words->argv[3].data = charge->id;
    words->argv[3].len = charge->id_len;
}


static void
ngx_http_patron_charge_answer(ngx_http_patron_state_t *st, void *data,
    patron_reply_t *reply)
{
    ngx_http_patron_charge_t *charge = data;

    ngx_uint_t  answered;

    answered = ngx_http_patron_answered(charge->redis, reply);

    if (st != NULL && answered) {
        st->crawl->paid = (patron_reply_int(reply, 0) == 1);
        st->crawl->reserved = (st->crawl->paid && charge->id_len);
        st->crawl->why = "its credit is used up";
        return;
    }

    /* the reader has gone, or the answer was lost, and it may have been taken */

    ngx_http_patron_charge_end(charge, charge->amount);

    if (st != NULL) {
        st->crawl->why = reply ? "redis refuses" : "redis away";
    }
}


static void
ngx_http_patron_charge_end(ngx_http_patron_charge_t *charge, int64_t amount)
{
    ngx_http_patron_charge_words_t  words;

    if (charge->id_len == 0) {
        return;
    }

    ngx_http_patron_charge_words(charge, amount, &words);

    ngx_http_patron_run_script(charge->redis, charge->back, 2, words.argv, 4);
}


/* The request ends. */

static void
ngx_http_patron_charge_cleanup(void *data)
{
    ngx_http_patron_state_t *st = data;

    ngx_http_patron_crawl_t  *crawl;

    crawl = st->crawl;

    if (crawl->reserved) {
        crawl->reserved = 0;
        ngx_http_patron_charge_end(crawl->charge, crawl->sent
                                   ? 0 : crawl->charge->amount);
    }
}


ngx_int_t
ngx_http_patron_crawler_charge(ngx_http_request_t *r,
    ngx_http_patron_state_t *st)
{
    u_char                   *p;
    ngx_str_t                 value;
    ngx_http_patron_crawl_t  *crawl;

    static ngx_str_t  charged = ngx_string("Crawler-Charged");

    crawl = st->crawl;

    if (!crawl->reserved
        || r->headers_out.status != NGX_HTTP_OK
        || st->decision != PATRON_DECISION_BYPASS
        || st->bypass)
    {
        return NGX_OK;
    }

    crawl->charged = 1;

    if (r->headers_in.range != NULL && r->allow_ranges) {

        if (ngx_http_patron_crawler_part(r)) {
            /* whether it becomes one is seen with its body */
            return NGX_OK;
        }

        r->allow_ranges = 0;
    }

    p = ngx_pnalloc(r->pool, PATRON_PRICE_TEXT);
    if (p == NULL) {
        return NGX_ERROR;
    }

    value.data = p;
    value.len = patron_price_write(p, &crawl->offer);

    return ngx_http_patron_add_header(r, &charged, &value);
}


/*
 * A part, which costs nothing, is at most half of the page.  What is no range
 * is not one either.
 */

static ngx_uint_t
ngx_http_patron_crawler_part(ngx_http_request_t *r)
{
    off_t       len, from, to, sum;
    u_char     *p, *end, *next, *dash;
    ngx_str_t  *value;

    value = &r->headers_in.range->value;
    len = r->headers_out.content_length_n;

    if (len <= 0 || value->len <= 6
        || ngx_strncasecmp(value->data, (u_char *) "bytes=", 6) != 0)
    {
        return 0;
    }

    sum = 0;
    end = value->data + value->len;

    for (p = value->data + 6; p < end; p = next + 1) {

        next = ngx_strlchr(p, end, ',');
        next = (next != NULL) ? next : end;

        while (p < next && *p == ' ') {
            p++;
        }

        dash = ngx_strlchr(p, next, '-');

        if (dash == NULL || next - p < 2) {
            return 0;
        }

        from = (dash > p) ? ngx_atoof(p, dash - p) : 0;
        to = (next > dash + 1) ? ngx_atoof(dash + 1, next - dash - 1)
                               : len - 1;

        if (from == NGX_ERROR || to == NGX_ERROR) {
            return 0;
        }

        if (dash == p) {
            /* the last bytes of it */
            from = ngx_max(len - to, 0);
            to = len - 1;
        }

        sum += ngx_max(ngx_min(to, len - 1) - from + 1, 0);
    }

    return sum <= len - sum;
}


void
ngx_http_patron_crawler_sent(ngx_http_patron_state_t *st, ngx_chain_t *out)
{
    ngx_http_request_t       *r;
    ngx_http_patron_crawl_t  *crawl;

    crawl = st->crawl;

    r = st->request;

    if (!crawl->charged || crawl->sent
        || r->headers_out.status != NGX_HTTP_OK)
    {
        return;
    }

    for ( /* void */ ; out; out = out->next) {

        if (ngx_buf_size(out->buf) == 0) {
            continue;
        }

        crawl->sent = 1;

        ngx_http_patron_zone_count(ngx_http_patron_request_zone(r),
                                   NGX_HTTP_PATRON_C_BOT_CHARGED);
        ngx_http_patron_stats_count(r, "bot_charged", &st->bot);
        ngx_http_patron_crawler_spent(r, st);
        return;
    }
}


/* Millionths, of each currency. */

static void
ngx_http_patron_crawler_spent(ngx_http_request_t *r,
    ngx_http_patron_state_t *st)
{
    u_char                       what[sizeof("bot_spent.") + PATRON_CURRENCY];
    patron_price_t              *offer;
    ngx_http_patron_loc_conf_t  *plcf;

    plcf = ngx_http_get_module_loc_conf(r, ngx_http_patron_module);
    offer = &st->crawl->offer;

    ngx_snprintf(what, sizeof(what), "bot_spent.%*s%Z",
                 (size_t) PATRON_CURRENCY, offer->currency);

    ngx_http_patron_stats_sum(ngx_http_patron_request_zone(r), plcf->redis,
                              plcf->stats, (char *) what, &st->bot,
                              offer->amount);
}
