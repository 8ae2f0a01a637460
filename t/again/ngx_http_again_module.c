
/*
 * A client that cannot be written to, for tests.  The module's body filter is
 * the last before the write filter.  Where the request says
 *
 *     X-Again: N[,MS]
 *
 * the Nth call of it, and those that follow, keep the chain that they were
 * handed and answer NGX_AGAIN, for a turn of the event loop or for so many
 * milliseconds; then the connection is told that it may be written to, and the
 * next call passes on what was kept.
 *
 *     X-Fail-Alloc: N
 *
 * makes the Nth allocation fail that this worker asks of the system while the
 * request lives; that needs fail_alloc.so preloaded.
 *
 * A location with "again_status" says what became of the last such request,
 * and how many requests this worker has beside the one for the status.
 */


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>

#include <dlfcn.h>


/* Of a connection's bits the write filter has 0x10, gzip 0x20. */

#define NGX_HTTP_AGAIN_BUFFERED  0x80


typedef struct {
    ngx_event_t          event;
    ngx_chain_t         *kept;
    ngx_chain_t        **last;
    ngx_http_request_t  *request;
    ngx_uint_t           nth;
    ngx_uint_t           calls;
    ngx_msec_t           pause;

    unsigned             blocked:1;
    unsigned             ready:1;
    unsigned             fails:1;
} ngx_http_again_t;


static ngx_int_t ngx_http_again_post_read(ngx_http_request_t *r);
static ngx_int_t ngx_http_again_header(ngx_http_request_t *r,
    ngx_http_again_t *ag);
static void ngx_http_again_done(void *data);
static ngx_http_again_t *ngx_http_again_get(ngx_http_request_t *r);
static ngx_int_t ngx_http_again_body_filter(ngx_http_request_t *r,
    ngx_chain_t *in);
static ngx_int_t ngx_http_again_pass(ngx_http_request_t *r,
    ngx_http_again_t *ag, ngx_chain_t *in);
static ngx_int_t ngx_http_again_keep(ngx_http_request_t *r,
    ngx_http_again_t *ag, ngx_chain_t *in);
static void ngx_http_again_block(ngx_http_again_t *ag);
static void ngx_http_again_wake(ngx_event_t *ev);
static ngx_int_t ngx_http_again_status_handler(ngx_http_request_t *r);
static char *ngx_http_again_status(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);
static ngx_int_t ngx_http_again_init(ngx_conf_t *cf);


static ngx_http_output_body_filter_pt  ngx_http_next_body_filter;

static void (*ngx_http_again_arm)(unsigned long nth);
static unsigned long (*ngx_http_again_allocs)(void);

static ngx_uint_t  ngx_http_again_requests;
static ngx_uint_t  ngx_http_again_last_calls;
static ngx_uint_t  ngx_http_again_last_allocs;


static ngx_command_t  ngx_http_again_commands[] = {

    { ngx_string("again_status"),
      NGX_HTTP_LOC_CONF|NGX_CONF_NOARGS,
      ngx_http_again_status,
      0,
      0,
      NULL },

      ngx_null_command
};


static ngx_http_module_t  ngx_http_again_module_ctx = {
    NULL,                                  /* preconfiguration */
    ngx_http_again_init,                   /* postconfiguration */

    NULL,                                  /* create main configuration */
    NULL,                                  /* init main configuration */

    NULL,                                  /* create server configuration */
    NULL,                                  /* merge server configuration */

    NULL,                                  /* create location configuration */
    NULL                                   /* merge location configuration */
};


ngx_module_t  ngx_http_again_module = {
    NGX_MODULE_V1,
    &ngx_http_again_module_ctx,            /* module context */
    ngx_http_again_commands,               /* module directives */
    NGX_HTTP_MODULE,                       /* module type */
    NULL,                                  /* init master */
    NULL,                                  /* init module */
    NULL,                                  /* init process */
    NULL,                                  /* init thread */
    NULL,                                  /* exit thread */
    NULL,                                  /* exit process */
    NULL,                                  /* exit master */
    NGX_MODULE_V1_PADDING
};


/* What configure writes for a module; the order is that of calls, reversed. */

ngx_module_t *ngx_modules[] = {
    &ngx_http_again_module,
    NULL
};

char *ngx_module_names[] = {
    "ngx_http_again_module",
    NULL
};

char *ngx_module_order[] = {
    "ngx_http_write_filter_module",
    "ngx_http_again_module",
    "ngx_http_header_filter_module",
    NULL
};


/* Once for each request that was read, whatever becomes of it. */

static ngx_int_t
ngx_http_again_post_read(ngx_http_request_t *r)
{
    ngx_http_again_t    *ag;
    ngx_pool_cleanup_t  *cln;

    cln = ngx_pool_cleanup_add(r->pool, sizeof(ngx_http_again_t));
    if (cln == NULL) {
        return NGX_ERROR;
    }

    ag = cln->data;
    ngx_memzero(ag, sizeof(ngx_http_again_t));

    ag->request = r;
    ag->last = &ag->kept;

    ag->event.data = ag;
    ag->event.handler = ngx_http_again_wake;
    ag->event.log = r->connection->log;

    cln->handler = ngx_http_again_done;
    ngx_http_again_requests++;

    return ngx_http_again_header(r, ag);
}


static ngx_int_t
ngx_http_again_header(ngx_http_request_t *r, ngx_http_again_t *ag)
{
    u_char           *p, *last;
    ngx_int_t         n;
    ngx_uint_t        i;
    ngx_list_part_t  *part;
    ngx_table_elt_t  *h;

    static ngx_str_t  again = ngx_string("X-Again");
    static ngx_str_t  fail = ngx_string("X-Fail-Alloc");

    for (part = &r->headers_in.headers.part; part; part = part->next) {

        h = part->elts;

        for (i = 0; i < part->nelts; i++) {

            if (h[i].key.len == again.len
                && ngx_strncasecmp(h[i].key.data, again.data, again.len) == 0)
            {
                last = h[i].value.data + h[i].value.len;
                p = ngx_strlchr(h[i].value.data, last, ',');

                n = ngx_atoi(h[i].value.data,
                             (p ? p : last) - h[i].value.data);
                if (n == NGX_ERROR) {
                    return NGX_HTTP_BAD_REQUEST;
                }

                ag->nth = n;
                ngx_http_again_last_calls = 0;

                if (p != NULL) {
                    n = ngx_atoi(p + 1, last - p - 1);
                    if (n == NGX_ERROR) {
                        return NGX_HTTP_BAD_REQUEST;
                    }

                    ag->pause = n;
                }
            }

            if (h[i].key.len == fail.len
                && ngx_strncasecmp(h[i].key.data, fail.data, fail.len) == 0)
            {
                n = ngx_atoi(h[i].value.data, h[i].value.len);
                if (n == NGX_ERROR || ngx_http_again_arm == NULL) {
                    return NGX_HTTP_BAD_REQUEST;
                }

                ag->fails = 1;
                ngx_http_again_arm(n);
            }
        }
    }

    return NGX_DECLINED;
}


static void
ngx_http_again_done(void *data)
{
    ngx_http_again_t  *ag = data;

    if (ag->event.timer_set) {
        ngx_del_timer(&ag->event);
    }

    if (ag->event.posted) {
        ngx_delete_posted_event(&ag->event);
    }

    if (ag->kept) {
        ag->request->connection->buffered &= ~NGX_HTTP_AGAIN_BUFFERED;
    }

    if (ag->fails) {
        ngx_http_again_last_allocs = ngx_http_again_allocs();
        ngx_http_again_arm(0);
    }

    ngx_http_again_requests--;
}


/* Internal redirects take a request's contexts away, but not its cleanups. */

static ngx_http_again_t *
ngx_http_again_get(ngx_http_request_t *r)
{
    ngx_pool_cleanup_t  *cln;

    for (cln = r->pool->cleanup; cln; cln = cln->next) {
        if (cln->handler == ngx_http_again_done) {
            return cln->data;
        }
    }

    return NULL;
}


static ngx_int_t
ngx_http_again_body_filter(ngx_http_request_t *r, ngx_chain_t *in)
{
    ngx_http_again_t  *ag;

    ag = ngx_http_again_get(r->main);

    if (ag == NULL || ag->nth == 0) {
        return ngx_http_next_body_filter(r, in);
    }

    ngx_http_again_last_calls = ++ag->calls;

    /* with nothing at all to write, nothing waits */

    if (in == NULL && ag->kept == NULL && r->out == NULL) {
        return ngx_http_next_body_filter(r, in);
    }

    if (ag->calls == ag->nth) {
        ngx_http_again_block(ag);
    }

    return ag->blocked ? ngx_http_again_keep(r, ag, in)
                       : ngx_http_again_pass(r, ag, in);
}


static ngx_int_t
ngx_http_again_pass(ngx_http_request_t *r, ngx_http_again_t *ag,
    ngx_chain_t *in)
{
    ngx_int_t     rc;
    ngx_chain_t  *cl, *next, *kept;

    if (ag->kept == NULL) {
        return ngx_http_next_body_filter(r, in);
    }

    if (ngx_http_again_keep(r, ag, in) == NGX_ERROR) {
        return NGX_ERROR;
    }

    kept = ag->kept;
    ag->kept = NULL;
    ag->last = &ag->kept;

    r->connection->write->ready = ag->ready;
    r->connection->buffered &= ~NGX_HTTP_AGAIN_BUFFERED;

    rc = ngx_http_next_body_filter(r, kept);

    for (cl = kept; cl; cl = next) {
        next = cl->next;
        ngx_free_chain(r->pool, cl);
    }

    return rc;
}


static ngx_int_t
ngx_http_again_keep(ngx_http_request_t *r, ngx_http_again_t *ag,
    ngx_chain_t *in)
{
    ngx_chain_t       *cl;
    ngx_connection_t  *c;

    c = r->connection;

    for ( /* void */ ; in; in = in->next) {

        cl = ngx_alloc_chain_link(r->pool);
        if (cl == NULL) {
            return NGX_ERROR;
        }

        cl->buf = in->buf;
        cl->next = NULL;

        *ag->last = cl;
        ag->last = &cl->next;
    }

    if (ag->kept) {
        c->buffered |= NGX_HTTP_AGAIN_BUFFERED;
    }

    /* an event may have said otherwise since the last call */

    if (c->write->ready) {
        ag->ready = 1;
        c->write->ready = 0;
    }

    return NGX_AGAIN;
}


static void
ngx_http_again_block(ngx_http_again_t *ag)
{
    ag->blocked = 1;

    if (ag->pause) {
        ngx_add_timer(&ag->event, ag->pause);

    } else {
        ngx_post_event(&ag->event, &ngx_posted_next_events);
    }
}


/* As the event module does it for a socket that may be written to. */

static void
ngx_http_again_wake(ngx_event_t *ev)
{
    ngx_event_t       *wev;
    ngx_http_again_t  *ag;

    ag = ev->data;
    ag->blocked = 0;

    wev = ag->request->connection->write;

    if (ag->ready) {
        wev->ready = 1;
    }

    ngx_post_event(wev, &ngx_posted_events);
}


static ngx_int_t
ngx_http_again_status_handler(ngx_http_request_t *r)
{
    u_char                    *p;
    ngx_str_t                  type;
    ngx_int_t                  rc;
    ngx_http_complex_value_t   cv;

    rc = ngx_http_discard_request_body(r);
    if (rc != NGX_OK) {
        return rc;
    }

    p = ngx_pnalloc(r->pool, 128);
    if (p == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    ngx_memzero(&cv, sizeof(ngx_http_complex_value_t));
    cv.value.data = p;
    cv.value.len = ngx_sprintf(p, "requests=%ui calls=%ui allocs=%ui\n",
                               ngx_http_again_requests - 1,
                               ngx_http_again_last_calls,
                               ngx_http_again_last_allocs)
                   - p;

    ngx_str_set(&type, "text/plain");

    return ngx_http_send_response(r, NGX_HTTP_OK, &type, &cv);
}


static char *
ngx_http_again_status(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_http_core_loc_conf_t  *clcf;

    clcf = ngx_http_conf_get_module_loc_conf(cf, ngx_http_core_module);
    clcf->handler = ngx_http_again_status_handler;

    return NGX_CONF_OK;
}


static ngx_int_t
ngx_http_again_init(ngx_conf_t *cf)
{
    ngx_http_handler_pt        *h;
    ngx_http_core_main_conf_t  *cmcf;

    cmcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_core_module);

    h = ngx_array_push(&cmcf->phases[NGX_HTTP_POST_READ_PHASE].handlers);
    if (h == NULL) {
        return NGX_ERROR;
    }

    *h = ngx_http_again_post_read;

    *(void **) &ngx_http_again_arm = dlsym(RTLD_DEFAULT, "fail_alloc_arm");
    *(void **) &ngx_http_again_allocs = dlsym(RTLD_DEFAULT,
                                              "fail_alloc_count");

    ngx_http_next_body_filter = ngx_http_top_body_filter;
    ngx_http_top_body_filter = ngx_http_again_body_filter;

    return NGX_OK;
}
