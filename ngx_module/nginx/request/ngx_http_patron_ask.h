
/*
 * A request that asks Redis by a script and waits for the answer.  The question
 * lives on the heap, so that it outlasts a request whose reader went away.
 */


#ifndef _NGX_HTTP_PATRON_ASK_H_INCLUDED_
#define _NGX_HTTP_PATRON_ASK_H_INCLUDED_


#include "ngx_http_patron_conf.h"
#include "ngx_http_patron_state.h"


/*
 * Reads the answer, NULL if there is none, from inside the reply's parser: it
 * may do no more than that.  st is NULL if the request is gone.
 */

typedef void (*ngx_http_patron_answer_pt)(ngx_http_patron_state_t *st,
    void *data, patron_reply_t *reply);

/* Goes on with the request, from an event of its own. */

typedef void (*ngx_http_patron_resume_pt)(ngx_http_request_t *r);


typedef struct {
    ngx_http_patron_script_t   *script;
    ngx_uint_t                  nkeys;
    ngx_str_t                  *argv;       /* keys, then arguments */
    ngx_uint_t                  argc;
    ngx_http_patron_answer_pt   answer;
    ngx_http_patron_resume_pt   resume;
    void                       *data;       /* copied, size bytes */
    size_t                      size;
} ngx_http_patron_question_t;


/*
 * NGX_OK: asked; st->ask is set until resume() is called, and
 * ngx_http_patron_ask_detach(st) is due should the request end before.
 * NGX_DECLINED: it cannot be asked.
 */

ngx_int_t ngx_http_patron_ask(ngx_http_request_t *r,
    ngx_http_patron_state_t *st, ngx_http_patron_redis_t *redis,
    ngx_http_patron_question_t *question);

/* A cleanup handler; data is the state.  May be called at any time. */

void ngx_http_patron_ask_detach(void *data);

/* Is it an answer to be read?  Logs what Redis complains of. */

ngx_uint_t ngx_http_patron_answered(ngx_http_patron_redis_t *redis,
    patron_reply_t *reply);

/* Runs a script whose answer nobody waits for. */

void ngx_http_patron_run_script(ngx_http_patron_redis_t *redis,
    ngx_http_patron_script_t *script, ngx_uint_t nkeys, ngx_str_t *argv,
    ngx_uint_t argc);


#endif /* _NGX_HTTP_PATRON_ASK_H_INCLUDED_ */
