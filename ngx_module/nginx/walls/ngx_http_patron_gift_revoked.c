
/*
 * See the header.  A round trip for each page that a link opens; what has no
 * good link costs none.
 */


#include "patron_record.h"
#include "ngx_http_patron_ask.h"
#include "ngx_http_patron_gift_revoked.h"
#include "ngx_http_patron_redis.h"
#include "ngx_http_patron_redis_script.h"
#include "ngx_http_patron_suspend.h"


#define NGX_HTTP_PATRON_REVOKED_KEY_MAX  (64 + sizeof("revoked:")             \
                                          + 3 * NGX_HTTP_PATRON_GIFT_ID_MAX)


static ngx_str_t  ngx_http_patron_revoked_script = ngx_string(
    "return redis.call('GET', KEYS[1]) and 1 or 0\n");


static void ngx_http_patron_gift_revoked_answer(ngx_http_patron_state_t *st,
    void *data, patron_reply_t *reply);


ngx_int_t
ngx_http_patron_gift_revoked_script(ngx_conf_t *cf,
    ngx_http_patron_main_conf_t *pmcf)
{
    pmcf->revoked_script.text = ngx_http_patron_revoked_script;

    return ngx_http_patron_redis_script_init(cf->pool, &pmcf->revoked_script);
}


ngx_int_t
ngx_http_patron_gift_revoked(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf, ngx_http_patron_state_t *st)
{
    u_char                       *p, key[NGX_HTTP_PATRON_REVOKED_KEY_MAX];
    ngx_str_t                     argv[1];
    ngx_http_patron_question_t    question;
    ngx_http_patron_main_conf_t  *pmcf;

    if (plcf->redis == NULL) {
        return NGX_OK;
    }

    p = ngx_http_patron_redis_key(key, plcf->redis, "revoked:");
    p = patron_key_escape(p, st->gift->id.data, st->gift->id.len);

    argv[0].data = key;
    argv[0].len = p - key;

    pmcf = ngx_http_get_module_main_conf(r, ngx_http_patron_module);

    question.script = &pmcf->revoked_script;
    question.nkeys = 1;
    question.argv = argv;
    question.argc = 1;
    question.answer = ngx_http_patron_gift_revoked_answer;
    question.resume = ngx_http_patron_resume_phases;
    question.data = &plcf->redis;
    question.size = sizeof(ngx_http_patron_redis_t *);

    if (ngx_http_patron_ask(r, st, plcf->redis, &question) != NGX_OK) {
        return NGX_OK;
    }

    return ngx_http_patron_suspend(r, ngx_http_patron_ask_detach, st);
}


static void
ngx_http_patron_gift_revoked_answer(ngx_http_patron_state_t *st, void *data,
    patron_reply_t *reply)
{
    ngx_http_patron_redis_t  **redis = data;

    if (!ngx_http_patron_answered(*redis, reply)
        || st == NULL
        || patron_reply_int(reply, 0) != 1)
    {
        return;
    }

    st->gift = NULL;
    st->giver = NULL;

    ngx_log_error(NGX_LOG_INFO, st->request->connection->log, 0,
                  "patron: gift refused: it was taken back");
}
