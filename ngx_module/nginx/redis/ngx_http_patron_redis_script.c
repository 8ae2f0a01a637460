
/*
 * Scripts: EVALSHA, and EVAL with the same keys and arguments where the server
 * answers that it does not know the script (it was restarted, or has failed
 * over).  A script that was refused so has not run, so that asking again is
 * safe; no other failure is tried again.
 */


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_event.h>
#include <ngx_sha1.h>

#include "ngx_http_patron_redis.h"
#include "ngx_http_patron_redis_script.h"
#include "ngx_http_patron_redis_server_types.h"


typedef struct {
    ngx_http_patron_redis_t           *redis;
    ngx_http_patron_script_t          *script;
    ngx_http_patron_redis_handler_pt   handler;
    void                              *data;
    ngx_uint_t                         argc;
    ngx_str_t                         *argv;    /* EVALSHA sha1 nkeys ... */
    u_char                             nkeys[NGX_INT_T_LEN];
} ngx_http_patron_script_call_t;


static ngx_http_patron_script_call_t *ngx_http_patron_script_call(
    ngx_http_patron_script_t *script, ngx_uint_t nkeys, ngx_str_t *argv,
    ngx_uint_t argc);
static void ngx_http_patron_script_replied(void *data,
    patron_reply_t *reply);


ngx_int_t
ngx_http_patron_redis_script_init(ngx_pool_t *pool,
    ngx_http_patron_script_t *script)
{
    u_char      digest[20];
    ngx_sha1_t  sha1;

    script->sha1.len = 40;
    script->sha1.data = ngx_pnalloc(pool, 40);
    if (script->sha1.data == NULL) {
        return NGX_ERROR;
    }

    ngx_sha1_init(&sha1);
    ngx_sha1_update(&sha1, script->text.data, script->text.len);
    ngx_sha1_final(digest, &sha1);

    ngx_hex_dump(script->sha1.data, digest, sizeof(digest));

    return NGX_OK;
}


ngx_int_t
ngx_http_patron_redis_script(ngx_http_patron_redis_t *redis,
    ngx_http_patron_script_t *script, ngx_uint_t nkeys, ngx_str_t *argv,
    ngx_uint_t argc, ngx_http_patron_redis_handler_pt handler, void *data)
{
    ngx_int_t                       rc;
    ngx_http_patron_script_call_t  *call;

    if (argc > NGX_HTTP_PATRON_SCRIPT_ARGS || nkeys > argc) {
        return NGX_ERROR;
    }

    call = ngx_http_patron_script_call(script, nkeys, argv, argc);
    if (call == NULL) {
        return NGX_ERROR;
    }

    call->redis = redis;
    call->script = script;
    call->handler = handler;
    call->data = data;

    rc = ngx_http_patron_redis_send(redis, call->argv, call->argc,
                                    nkeys ? &call->argv[3] : NULL,
                                    ngx_http_patron_script_replied, call);
    if (rc != NGX_OK) {
        ngx_free(call);
    }

    return rc;
}


/* One piece of memory: the call, its arguments and their bytes. */

static ngx_http_patron_script_call_t *
ngx_http_patron_script_call(ngx_http_patron_script_t *script,
    ngx_uint_t nkeys, ngx_str_t *argv, ngx_uint_t argc)
{
    u_char                         *p;
    size_t                          len;
    ngx_uint_t                      i;
    ngx_http_patron_script_call_t  *call;

    len = 0;

    for (i = 0; i < argc; i++) {
        len += argv[i].len;
    }

    call = ngx_alloc(sizeof(ngx_http_patron_script_call_t)
                     + (3 + argc) * sizeof(ngx_str_t) + len, ngx_cycle->log);
    if (call == NULL) {
        return NULL;
    }

    call->argc = 3 + argc;
    call->argv = (ngx_str_t *) &call[1];

    ngx_str_set(&call->argv[0], "EVALSHA");
    call->argv[1] = script->sha1;
    call->argv[2].data = call->nkeys;
    call->argv[2].len = ngx_sprintf(call->nkeys, "%ui", nkeys) - call->nkeys;

    p = (u_char *) &call->argv[3 + argc];

    for (i = 0; i < argc; i++) {
        call->argv[3 + i].data = p;
        call->argv[3 + i].len = argv[i].len;

        if (argv[i].len) {
            p = ngx_cpymem(p, argv[i].data, argv[i].len);
        }
    }

    return call;
}


static void
ngx_http_patron_script_replied(void *data, patron_reply_t *reply)
{
    ngx_int_t                       rc;
    ngx_http_patron_script_call_t  *call = data;

    if (patron_redis_error(reply) == PATRON_REDIS_NOSCRIPT
        && call->argv[0].len == sizeof("EVALSHA") - 1)
    {
        ngx_str_set(&call->argv[0], "EVAL");
        call->argv[1] = call->script->text;

        rc = ngx_http_patron_redis_send(call->redis, call->argv, call->argc,
                                        (call->argv[2].data[0] != '0')
                                        ? &call->argv[3] : NULL,
                                        ngx_http_patron_script_replied, call);
        if (rc == NGX_OK) {
            return;
        }

        reply = NULL;
    }

    call->handler(call->data, reply);

    ngx_free(call);
}
