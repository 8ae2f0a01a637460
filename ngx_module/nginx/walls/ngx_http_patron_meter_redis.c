
/*
 * The meter's set in Redis: one script, one round trip, exact however many ask
 * at once.
 *
 *     <prefix>meter:<period>:m:<sub>       a set of articles' names; those that
 *     <prefix>meter:<period>:a:<id>        came by cookie as "~" and 48 bits of
 *                                          the name's SHA-1
 *     <prefix>reserved:{<that key>}        those of them that may still be
 *                                          taken back
 *
 * An article may be taken back by the request that reserved it, as long as no
 * other has been let in for it: the second to come makes it final.  Otherwise
 * two requests for one article, the first of them broken off, would read it
 * for nothing.  The braces keep both keys in one slot of a cluster.
 */


#include <ngx_config.h>
#include <ngx_core.h>

#include "patron_record.h"
#include "ngx_http_patron_ask.h"
#include "ngx_http_patron_conf.h"
#include "ngx_http_patron_meter_redis.h"
#include "ngx_http_patron_redis.h"
#include "ngx_http_patron_redis_script.h"
#include "ngx_http_patron_str.h"
#include "ngx_http_patron_suspend.h"


#define NGX_HTTP_PATRON_METER_SLACK  3600   /* seconds past the period's end */
#define NGX_HTTP_PATRON_METER_WORDS  (2 + 6)
#define NGX_HTTP_PATRON_METER_ARGS   (NGX_HTTP_PATRON_METER_WORDS             \
                                      + PATRON_METER_ARTICLES)
#define NGX_HTTP_PATRON_HELD_MAX     (64 + sizeof("reserved:{}")              \
                                      + NGX_HTTP_PATRON_METER_KEY_MAX)


typedef struct {
    ngx_str_t  argv[NGX_HTTP_PATRON_METER_ARGS];
    u_char     held[NGX_HTTP_PATRON_HELD_MAX];
    u_char     limit[NGX_INT_T_LEN];
    u_char     end[NGX_INT64_LEN];
    u_char     ids[12 * (1 + PATRON_METER_ARTICLES)];
} ngx_http_patron_words_t;


/*
 * ARGV: the article, its id, the limit, for how many seconds the set is kept
 * (not until when: the clocks may differ), what to do ("count", "look"), an
 * article that rode along or "", ids of a cookie.
 * Returns what was found, as ngx_http_patron_outcome_e, and the set's size.
 */

static ngx_str_t  ngx_http_patron_meter_count = ngx_string(
    "local set, held = KEYS[1], KEYS[2]\n"
    "local article, id = ARGV[1], '~' .. ARGV[2]\n"
    "if ARGV[6] ~= '' then\n"
    "    redis.call('SADD', set, ARGV[6])\n"
    "end\n"
    "if #ARGV > 6 then\n"
    "    local known = {}\n"
    "    for _, name in ipairs(redis.call('SMEMBERS', set)) do\n"
    "        known[name] = true\n"
    "        known['~' .. string.sub(redis.sha1hex(name), 1, 12)] = true\n"
    "    end\n"
    "    for i = 7, #ARGV do\n"
    "        if not known['~' .. ARGV[i]] then\n"
    "            redis.call('SADD', set, '~' .. ARGV[i])\n"
    "        end\n"
    "    end\n"
    "end\n"
    "local found = 0\n"
    "if redis.call('SISMEMBER', set, article) == 1\n"
    "    or redis.call('SISMEMBER', set, id) == 1\n"
    "then\n"
    "    found = 1\n"
    "    redis.call('SREM', held, article)\n"
    "elseif redis.call('SCARD', set) >= tonumber(ARGV[3]) then\n"
    "    found = 3\n"
    "elseif ARGV[5] == 'look' then\n"
    "    found = 2\n"
    "else\n"
    "    redis.call('SADD', set, article)\n"
    "    redis.call('SADD', held, article)\n"
    "    redis.call('EXPIRE', held, 3600)\n"
    "end\n"
    "if redis.call('TTL', set) == -1 then\n"
    "    redis.call('EXPIRE', set, ARGV[4])\n"
    "end\n"
    "return {found, redis.call('SCARD', set)}\n");


static ngx_str_t  ngx_http_patron_meter_back = ngx_string(
    "if redis.call('SREM', KEYS[2], ARGV[1]) == 1 then\n"
    "    redis.call('SREM', KEYS[1], ARGV[1])\n"
    "end\n");


static void ngx_http_patron_meter_words(ngx_http_patron_metering_t *m,
    ngx_http_patron_words_t *words);
static void ngx_http_patron_meter_held(ngx_http_patron_claim_t *claim,
    ngx_str_t *keys, u_char *buf);


ngx_int_t
ngx_http_patron_meter_scripts(ngx_conf_t *cf,
    ngx_http_patron_main_conf_t *pmcf)
{
    pmcf->meter_count.text = ngx_http_patron_meter_count;
    pmcf->meter_back.text = ngx_http_patron_meter_back;

    if (ngx_http_patron_redis_script_init(cf->pool, &pmcf->meter_count)
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    return ngx_http_patron_redis_script_init(cf->pool, &pmcf->meter_back);
}


ngx_int_t
ngx_http_patron_meter_key(ngx_http_patron_state_t *st,
    ngx_http_patron_metering_t *m)
{
    u_char  *p;

    p = ngx_http_patron_redis_key(m->claim.key, m->claim.redis, "meter:");
    p = ngx_cpymem(p, m->period.name, m->period.len);

    if (m->member) {

        if (st->id.len > PATRON_SUB_MAX) {
            return NGX_ERROR;
        }

        p = ngx_cpymem(p, ":m:", sizeof(":m:") - 1);
        p = patron_key_escape(p, st->id.data, st->id.len);

    } else {
        p = ngx_cpymem(p, ":a:", sizeof(":a:") - 1);
        p = ngx_hex_dump(p, m->anonymous.id, PATRON_ANONYMOUS_ID);
    }

    m->claim.key_len = p - m->claim.key;

    return NGX_OK;
}


ngx_int_t
ngx_http_patron_meter_ask(ngx_http_request_t *r, ngx_http_patron_state_t *st,
    ngx_http_patron_answer_pt answer)
{
    u_char                       *p;
    ngx_uint_t                    i, n;
    ngx_http_patron_words_t       words;
    ngx_http_patron_question_t    question;
    ngx_http_patron_metering_t   *m;
    ngx_http_patron_main_conf_t  *pmcf;

    m = st->meter;
    pmcf = ngx_http_get_module_main_conf(r, ngx_http_patron_module);

    m->claim.back = &pmcf->meter_back;

    ngx_http_patron_meter_words(m, &words);

    n = NGX_HTTP_PATRON_METER_WORDS;
    p = words.ids + 12;

    if (m->mode != NGX_HTTP_PATRON_METER_DRY) {
        words.argv[n - 1] = ngx_http_patron_nginx_str(&m->anonymous.article);

        for (i = 0; m->behind && i < m->cookie.n; i++) {
            words.argv[n].data = p;
            words.argv[n].len = 12;
            p = ngx_sprintf(p, "%012xL", m->cookie.ids[i]);
            n++;
        }
    }

    question.script = &pmcf->meter_count;
    question.nkeys = 2;
    question.argv = words.argv;
    question.argc = n;
    question.answer = answer;
    question.resume = ngx_http_patron_resume_phases;
    question.data = &m->claim;
    question.size = sizeof(ngx_http_patron_claim_t);

    return ngx_http_patron_ask(r, st, m->claim.redis, &question);
}


/* What the script is told of any article; the last word is empty. */

static void
ngx_http_patron_meter_words(ngx_http_patron_metering_t *m,
    ngx_http_patron_words_t *words)
{
    ngx_str_t  *argv;

    argv = words->argv;

    ngx_http_patron_meter_held(&m->claim, argv, words->held);

    argv[2].data = m->claim.article;
    argv[2].len = m->claim.article_len;

    argv[3].data = words->ids;
    argv[3].len = ngx_sprintf(words->ids, "%012xL", m->id) - words->ids;

    argv[4].data = words->limit;
    argv[4].len = ngx_sprintf(words->limit, "%i", m->limit) - words->limit;

    argv[5].data = words->end;
    argv[5].len = ngx_sprintf(words->end, "%L",
                              m->period.end - ngx_time()
                              + NGX_HTTP_PATRON_METER_SLACK)
                  - words->end;

    if (m->mode == NGX_HTTP_PATRON_METER_COUNTS) {
        ngx_str_set(&argv[6], "count");

    } else {
        ngx_str_set(&argv[6], "look");
    }

    ngx_str_null(&argv[7]);
}


void
ngx_http_patron_meter_reserve(ngx_http_request_t *r,
    ngx_http_patron_metering_t *m)
{
    ngx_http_patron_words_t       words;
    ngx_http_patron_main_conf_t  *pmcf;

    pmcf = ngx_http_get_module_main_conf(r, ngx_http_patron_module);

    ngx_http_patron_meter_words(m, &words);

    ngx_http_patron_run_script(m->claim.redis, &pmcf->meter_count, 2,
                               words.argv, NGX_HTTP_PATRON_METER_WORDS);
}


void
ngx_http_patron_meter_take_back(ngx_http_patron_claim_t *claim)
{
    u_char     buf[NGX_HTTP_PATRON_HELD_MAX];
    ngx_str_t  argv[3];

    ngx_http_patron_meter_held(claim, argv, buf);

    argv[2].data = claim->article;
    argv[2].len = claim->article_len;

    ngx_http_patron_run_script(claim->redis, claim->back, 2, argv, 3);
}


/*
 * The keys of both scripts: the set, and beside it, made in buf, those of its
 * articles that may still be taken back.
 */

static void
ngx_http_patron_meter_held(ngx_http_patron_claim_t *claim, ngx_str_t *keys,
    u_char *buf)
{
    u_char  *p;

    keys[0].data = claim->key;
    keys[0].len = claim->key_len;

    p = ngx_http_patron_redis_key(buf, claim->redis, "reserved:{");
    p = ngx_cpymem(p, claim->key, claim->key_len);
    *p++ = '}';

    keys[1].data = buf;
    keys[1].len = p - buf;
}
