
/*
 * See the header.  The answer is read as it comes; the request runs on from a
 * posted event, never from inside the reply's parser.
 */


#include <ngx_config.h>
#include <ngx_core.h>

#include "patron_dialogue.h"
#include "ngx_http_patron_ask.h"
#include "ngx_http_patron_once.h"
#include "ngx_http_patron_redis.h"
#include "ngx_http_patron_redis_script.h"


struct ngx_http_patron_ask_s {
    ngx_http_patron_state_t    *st;         /* NULL: the request is gone */
    ngx_event_t                 event;
    ngx_msec_t                  started;
    ngx_http_patron_answer_pt   answer;
    ngx_http_patron_resume_pt   resume;
    void                       *data;
};


static void ngx_http_patron_ask_reply(void *data, patron_reply_t *reply);
static void ngx_http_patron_ask_resume(ngx_event_t *ev);
static void ngx_http_patron_refused_script(ngx_http_patron_redis_t *redis,
    patron_redis_error_e error);
static void ngx_http_patron_ignore_reply(void *data, patron_reply_t *reply);


ngx_int_t
ngx_http_patron_ask(ngx_http_request_t *r, ngx_http_patron_state_t *st,
    ngx_http_patron_redis_t *redis, ngx_http_patron_question_t *question)
{
    ngx_http_patron_ask_t  *ask;

    if (ngx_http_patron_redis_away(redis)) {
        return NGX_DECLINED;
    }

    ask = ngx_alloc(sizeof(ngx_http_patron_ask_t) + question->size,
                    r->connection->log);
    if (ask == NULL) {
        return NGX_DECLINED;
    }

    ngx_memzero(ask, sizeof(ngx_http_patron_ask_t));

    ask->st = st;
    ask->started = ngx_current_msec;
    ask->answer = question->answer;
    ask->resume = question->resume;
    ask->data = &ask[1];

    if (question->size) {
        ngx_memcpy(ask->data, question->data, question->size);
    }

    ask->event.handler = ngx_http_patron_ask_resume;
    ask->event.data = ask;
    ask->event.log = r->connection->log;

    if (ngx_http_patron_redis_script(redis, question->script, question->nkeys,
                                     question->argv, question->argc,
                                     ngx_http_patron_ask_reply, ask)
        != NGX_OK)
    {
        ngx_free(ask);
        return NGX_DECLINED;
    }

    st->ask = ask;

    return NGX_OK;
}


static void
ngx_http_patron_ask_reply(void *data, patron_reply_t *reply)
{
    ngx_http_patron_ask_t  *ask = data;

    ask->answer(ask->st, ask->data, reply);

    if (ask->st == NULL) {
        ngx_free(ask);
        return;
    }

    ngx_post_event(&ask->event, &ngx_posted_events);
}


static void
ngx_http_patron_ask_resume(ngx_event_t *ev)
{
    ngx_http_patron_ask_t      *ask = ev->data;
    ngx_http_patron_state_t    *st;
    ngx_http_patron_resume_pt   resume;

    st = ask->st;
    resume = ask->resume;

    st->ask = NULL;
    st->asked = 1;
    st->redis_time += ngx_current_msec - ask->started;

    ngx_free(ask);

    resume(st->request);
}


void
ngx_http_patron_ask_detach(void *data)
{
    ngx_http_patron_state_t  *st = data;

    ngx_http_patron_ask_t  *ask;

    ask = st->ask;

    if (ask == NULL) {
        return;
    }

    st->ask = NULL;
    ask->st = NULL;

    if (ask->event.posted) {
        /* it was answered, and nobody comes for it */
        ngx_delete_posted_event(&ask->event);
        ngx_free(ask);
    }
}


ngx_uint_t
ngx_http_patron_answered(ngx_http_patron_redis_t *redis,
    patron_reply_t *reply)
{
    patron_redis_error_e  error;

    if (reply == NULL) {
        return 0;
    }

    error = patron_redis_error(reply);

    if (error == PATRON_REDIS_FINE) {
        return 1;
    }

    if (!patron_redis_error_fatal(error)) {
        ngx_http_patron_refused_script(redis, error);
    }

    return 0;
}


/* Each reason once a minute: a full Redis refuses one with every page. */

static void
ngx_http_patron_refused_script(ngx_http_patron_redis_t *redis,
    patron_redis_error_e error)
{
    static time_t      told[PATRON_REDIS_ERRORS];
    static ngx_uint_t  more[PATRON_REDIS_ERRORS];

    if (!ngx_http_patron_once(&told[error])) {
        more[error]++;
        return;
    }

    ngx_log_error(NGX_LOG_ERR, ngx_cycle->log, 0,
                  "patron: redis %V refused a script: %s (and %ui more since "
                  "the last such line)",
                  ngx_http_patron_redis_name(redis),
                  patron_redis_error_reason(error), more[error]);

    more[error] = 0;
}


void
ngx_http_patron_run_script(ngx_http_patron_redis_t *redis,
    ngx_http_patron_script_t *script, ngx_uint_t nkeys, ngx_str_t *argv,
    ngx_uint_t argc)
{
    if (ngx_http_patron_redis_script(redis, script, nkeys, argv, argc,
                                     ngx_http_patron_ignore_reply, NULL)
        != NGX_OK)
    {
        ngx_log_error(NGX_LOG_INFO, ngx_cycle->log, 0,
                      "patron: redis %V could not be told",
                      ngx_http_patron_redis_name(redis));
    }
}


static void
ngx_http_patron_ignore_reply(void *data, patron_reply_t *reply)
{
}
