
/*
 * The life of a connection: down, connecting, talking, ready, and down again.
 *
 * After a failure the next attempt waits 50 ms, twice that after the next, up
 * to 2 s, each time shortened by up to a half at random so that workers do not
 * come in step.  A connection lost after it has served for a second is opened
 * again at once.  While it backs off commands are refused; during the very
 * first attempt, or the immediate one, they wait.
 *
 * A server that leaves a command unanswered is given ten times the timeout, at
 * least a second; after so much silence as "ping" says it is asked for a sign
 * of life.
 *
 * The log gets one line when a server goes away, one when it is back, and while
 * it stays away one each time that the reason has changed: a few at once, then
 * at most one every minute, since two reasons may take turns.
 */


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_event.h>

#include "ngx_http_patron_redis_conn.h"
#include "ngx_http_patron_redis_connect.h"
#include "ngx_http_patron_redis_queue.h"
#include "ngx_http_patron_redis_server_types.h"


#define NGX_HTTP_PATRON_BACKOFF_MIN   50
#define NGX_HTTP_PATRON_BACKOFF_MAX   2000
#define NGX_HTTP_PATRON_STABLE        1000
#define NGX_HTTP_PATRON_TICK          1000
#define NGX_HTTP_PATRON_GRACE_MIN     1000
#define NGX_HTTP_PATRON_REPORT_EVERY  60000
#define NGX_HTTP_PATRON_REPORTS       4

#define NGX_HTTP_PATRON_READ_SIZE     16384
#define NGX_HTTP_PATRON_READ_TURNS    64


static void ngx_http_patron_conn_quieten(ngx_http_patron_conn_t *conn);
static const char *ngx_http_patron_conn_last_word(
    ngx_http_patron_conn_t *conn);
static void ngx_http_patron_conn_ready(ngx_http_patron_conn_t *conn);
static void ngx_http_patron_conn_timer_handler(ngx_event_t *ev);
static void ngx_http_patron_conn_tick(ngx_http_patron_conn_t *conn);
static ngx_msec_t ngx_http_patron_conn_backoff(ngx_http_patron_conn_t *conn);
static void ngx_http_patron_conn_report(ngx_http_patron_conn_t *conn);
static ngx_int_t ngx_http_patron_conn_take(ngx_http_patron_conn_t *conn,
    ngx_connection_t *c);
static void ngx_http_patron_conn_answer(ngx_http_patron_conn_t *conn,
    patron_reply_t *reply);
static void ngx_http_patron_conn_shut(ngx_http_patron_conn_t *conn);


/* Set by a handler, for the connection whose reply it was given. */

static ngx_uint_t  ngx_http_patron_distrusted;

static u_char  ngx_http_patron_read_buf[NGX_HTTP_PATRON_READ_SIZE];


ngx_http_patron_conn_t *
ngx_http_patron_conn_create(ngx_http_patron_redis_t *redis,
    const patron_dialogue_conf_t *dialogue_conf, ngx_http_patron_node_t *node)
{
    ngx_http_patron_conn_t  *conn;

    conn = ngx_calloc(sizeof(ngx_http_patron_conn_t), ngx_cycle->log);
    if (conn == NULL) {
        return NULL;
    }

    conn->redis = redis;
    conn->dialogue_conf = dialogue_conf;
    conn->node = node;
    conn->ping = 5 * NGX_HTTP_PATRON_TICK;

    /* what nginx would say of each attempt is said once, in our words */

    conn->log = *ngx_cycle->log;
    conn->log.log_level = NGX_LOG_ALERT;

    conn->flush.handler = ngx_http_patron_conn_flush_handler;
    conn->flush.data = conn;
    conn->flush.log = &conn->log;

    conn->deadline.handler = ngx_http_patron_conn_deadline_handler;
    conn->deadline.data = conn;
    conn->deadline.log = &conn->log;

    conn->timer.handler = ngx_http_patron_conn_timer_handler;
    conn->timer.data = conn;
    conn->timer.log = &conn->log;
    conn->timer.cancelable = 1;

    return conn;
}


void
ngx_http_patron_conn_destroy(ngx_http_patron_conn_t *conn, ngx_uint_t refuse)
{
    conn->stopped = 1;

    ngx_http_patron_conn_close_socket(conn);

    if (refuse) {
        ngx_http_patron_conn_refuse_all(conn);
    }

    if (conn->flush.posted) {
        ngx_delete_posted_event(&conn->flush);
    }

    if (conn->deadline.timer_set) {
        ngx_del_timer(&conn->deadline);
    }

    if (conn->timer.timer_set) {
        ngx_del_timer(&conn->timer);
    }

    ngx_http_patron_out_free(&conn->out);
    ngx_http_patron_out_free(&conn->talk);

    if (conn->ring.slots != NULL) {
        ngx_free(conn->ring.slots);
    }

    ngx_free(conn);
}


void
ngx_http_patron_conn_open(ngx_http_patron_conn_t *conn)
{
    if (conn->stopped
        || conn->state != NGX_HTTP_PATRON_CONN_DOWN
        || conn->timer.timer_set)
    {
        return;
    }

    /*
     * Not now: the caller must not hear of a failure before it returns.  Nor
     * with the events of this turn: the first one of a worker's life would not
     * begin before somebody asks for a page.
     */

    ngx_post_event(&conn->flush, &ngx_posted_next_events);
}


void
ngx_http_patron_conn_reset(ngx_http_patron_conn_t *conn, const char *reason)
{
    if (conn->state != NGX_HTTP_PATRON_CONN_DOWN) {
        ngx_http_patron_conn_failed(conn, reason);
    }
}


void
ngx_http_patron_conn_retarget(ngx_http_patron_conn_t *conn)
{
    ngx_http_patron_conn_reset(conn, "another server is asked now");

    if (conn->timer.timer_set) {
        ngx_del_timer(&conn->timer);
    }

    conn->held = 0;
    conn->failures = 0;
    conn->next_addr = 0;
    conn->nresolved = 0;

    ngx_http_patron_conn_open(conn);
}


ngx_uint_t
ngx_http_patron_conn_away(ngx_http_patron_conn_t *conn)
{
    if (conn->state != NGX_HTTP_PATRON_CONN_READY) {
        return conn->failures != 0;
    }

    return ngx_http_patron_conn_silent(conn);
}


/* The socket is open, over TLS if need be: say who we are. */

void
ngx_http_patron_conn_connected(ngx_http_patron_conn_t *conn)
{
    ngx_connection_t  *c;

    c = conn->connection;

    c->read->handler = ngx_http_patron_conn_read_handler;
    c->write->handler = ngx_http_patron_conn_write_handler;

    if (patron_resp_init(&conn->resp) != PATRON_OK) {
        ngx_http_patron_conn_failed(conn, "no memory");
        return;
    }

    ngx_http_patron_conn_quieten(conn);

    conn->state = NGX_HTTP_PATRON_CONN_TALKING;

    patron_dialogue_start(&conn->dialogue, conn->dialogue_conf);

    ngx_http_patron_conn_talk(conn);
}


/*
 * A unix socket tells epoll that it may be written to each time the server has
 * read: a turn for nothing.  ngx_handle_write_event() asks for the event again
 * where a write falls short.
 */

static void
ngx_http_patron_conn_quieten(ngx_http_patron_conn_t *conn)
{
    ngx_event_t  *wev;

    wev = conn->connection->write;

    if (conn->node->host.len == 0 && wev->active && wev->ready
        && (ngx_event_flags & NGX_USE_EPOLL_EVENT))
    {
        (void) ngx_del_event(wev, NGX_WRITE_EVENT, NGX_CLEAR_EVENT);
    }
}


void
ngx_http_patron_conn_talk(ngx_http_patron_conn_t *conn)
{
    u_char        *p;
    size_t         i, len, argc;
    patron_str_t   argv[PATRON_DIALOGUE_ARGS];

    if (patron_dialogue_next(&conn->dialogue, argv, &argc) != PATRON_OK) {
        ngx_http_patron_conn_ready(conn);
        return;
    }

    len = patron_command_head_len();

    for (i = 0; i < argc; i++) {
        len += patron_command_arg_len(argv[i].len);
    }

    p = ngx_http_patron_out_reserve(&conn->talk, len);
    if (p == NULL) {
        ngx_http_patron_conn_failed(conn, "no memory");
        return;
    }

    p = patron_command_head(p, argc);

    for (i = 0; i < argc; i++) {
        p = patron_command_arg(p, argv[i].data, argv[i].len);
    }

    conn->talk.last = p;

    if (ngx_http_patron_conn_write(conn, &conn->talk) == NGX_ERROR) {
        ngx_http_patron_conn_failed(conn, ngx_http_patron_conn_last_word(conn));
    }
}


/*
 * Why nothing can be written: who takes nobody in, or no more, says so and closes
 * before it is asked.
 */

static const char *
ngx_http_patron_conn_last_word(ngx_http_patron_conn_t *conn)
{
    ssize_t                n;
    patron_reply_t        *reply;
    ngx_connection_t      *c;
    patron_redis_error_e   error;

    c = conn->connection;
    c->read->ready = 1;

    n = c->recv(c, ngx_http_patron_read_buf, NGX_HTTP_PATRON_READ_SIZE);

    if (n > 0
        && patron_resp_feed(&conn->resp, ngx_http_patron_read_buf, n)
           == PATRON_OK
        && patron_resp_next(&conn->resp, &reply) == PATRON_OK)
    {
        error = patron_redis_error(reply);

        if (patron_redis_error_fatal(error)) {
            return patron_redis_error_reason(error);
        }
    }

    return "writing failed";
}


static void
ngx_http_patron_conn_ready(ngx_http_patron_conn_t *conn)
{
    conn->state = NGX_HTTP_PATRON_CONN_READY;
    conn->since = ngx_current_msec;
    conn->heard = ngx_current_msec;
    conn->pinging = 0;

    if (!conn->quiet) {
        conn->redis->fault = NULL;
    }

    if (conn->reported != NULL) {
        conn->reported = NULL;

        ngx_log_error(NGX_LOG_NOTICE, ngx_cycle->log, 0,
                      "patron: redis %V is back", &conn->node->name);
    }

    if (conn->redis->link != NULL) {
        conn->redis->link(conn->redis->link_data, 1);
    }

    ngx_add_timer(&conn->timer, NGX_HTTP_PATRON_TICK);

    ngx_post_event(&conn->flush, &ngx_posted_events);

    if (conn->ready != NULL) {
        conn->ready(conn);
    }
}


void
ngx_http_patron_conn_failed(ngx_http_patron_conn_t *conn, const char *reason)
{
    ngx_uint_t  ready;

    ready = (conn->state == NGX_HTTP_PATRON_CONN_READY);

    if (ready
        && ngx_current_msec - conn->since >= NGX_HTTP_PATRON_STABLE)
    {
        conn->failures = 0;

    } else {
        conn->failures++;
        conn->next_addr++;
    }

    conn->reason = reason;

    if (!conn->quiet) {
        if (conn->redis->fault == NULL) {
            conn->redis->fault_at = ngx_time();
        }

        conn->redis->fault = reason;
        conn->redis->fault_err = conn->err;
    }

    ngx_http_patron_conn_close_socket(conn);
    ngx_http_patron_conn_report(conn);
    ngx_http_patron_conn_refuse_all(conn);

    conn->err = 0;

    if (ready && conn->redis->link != NULL) {
        conn->redis->link(conn->redis->link_data, 0);
    }

    if (ready && conn->lost != NULL) {
        conn->lost(conn);

    } else if (!ready && conn->failed != NULL) {
        conn->failed(conn);
    }

    if (!conn->stopped && !ngx_exiting && !ngx_terminate) {
        ngx_add_timer(&conn->timer, ngx_http_patron_conn_backoff(conn));
    }
}


static ngx_msec_t
ngx_http_patron_conn_backoff(ngx_http_patron_conn_t *conn)
{
    ngx_uint_t  i;
    ngx_msec_t  delay;

    if (conn->retry) {
        delay = conn->retry;
        conn->retry = 0;
        return delay;
    }

    if (conn->failures == 0) {
        return 0;
    }

    delay = NGX_HTTP_PATRON_BACKOFF_MIN;

    for (i = 1; i < conn->failures; i++) {
        delay *= 2;

        if (delay >= NGX_HTTP_PATRON_BACKOFF_MAX) {
            delay = NGX_HTTP_PATRON_BACKOFF_MAX;
            break;
        }
    }

    return delay - (ngx_msec_t) ngx_random() % (delay / 2);
}


static void
ngx_http_patron_conn_report(ngx_http_patron_conn_t *conn)
{
    if (conn->quiet) {
        return;
    }

    if (conn->failures == 0) {
        ngx_log_error(NGX_LOG_NOTICE, ngx_cycle->log, 0,
                      "patron: connection to redis %V lost: %s",
                      &conn->node->name, conn->reason);
        return;
    }

    if (conn->reported == NULL
        || ngx_current_msec - conn->reported_at >= NGX_HTTP_PATRON_REPORT_EVERY)
    {
        conn->reports = 0;
    }

    if (conn->reported != NULL
        && (conn->reported == conn->reason
            || conn->reports == NGX_HTTP_PATRON_REPORTS))
    {
        return;
    }

    ngx_log_error(NGX_LOG_ERR, ngx_cycle->log, conn->err,
                  "patron: redis %V is away: %s",
                  &conn->node->name, conn->reason);

    conn->reported = conn->reason;
    conn->reported_at = ngx_current_msec;
    conn->reports++;
}


static void
ngx_http_patron_conn_timer_handler(ngx_event_t *ev)
{
    ngx_http_patron_conn_t  *conn = ev->data;

    switch (conn->state) {

    case NGX_HTTP_PATRON_CONN_DOWN:
        ngx_http_patron_conn_connect(conn);
        return;

    case NGX_HTTP_PATRON_CONN_READY:
        ngx_http_patron_conn_tick(conn);
        return;

    case NGX_HTTP_PATRON_CONN_RESOLVING:
        ngx_http_patron_conn_failed(conn, "no answer from the resolver");
        return;

    case NGX_HTTP_PATRON_CONN_SECURING:
        ngx_http_patron_conn_failed(conn, "it does not answer in TLS");
        return;

    default:
        ngx_http_patron_conn_failed(conn, "it does not answer");
    }
}


static void
ngx_http_patron_conn_tick(ngx_http_patron_conn_t *conn)
{
    ngx_msec_t  grace;

    grace = ngx_max(10 * conn->redis->timeout, NGX_HTTP_PATRON_GRACE_MIN);

    if (ngx_http_patron_conn_behind(conn) >= grace
        || (conn->pinging && ngx_current_msec - conn->pinged >= grace))
    {
        ngx_http_patron_conn_failed(conn, "it does not answer");
        return;
    }

    if (!conn->pinging && conn->ring.count == 0
        && ngx_current_msec - conn->heard >= conn->ping
        && ngx_http_patron_conn_ping(conn) != NGX_OK)
    {
        ngx_http_patron_conn_failed(conn, "no memory");
        return;
    }

    ngx_add_timer(&conn->timer, NGX_HTTP_PATRON_TICK);
}


void
ngx_http_patron_conn_read_handler(ngx_event_t *rev)
{
    ngx_int_t                rc;
    ngx_connection_t        *c;
    ngx_http_patron_conn_t  *conn;

    c = rev->data;
    conn = c->data;

    if (c->close) {
        ngx_http_patron_conn_leave(conn);
        return;
    }

    rc = ngx_http_patron_conn_take(conn, c);

    if (rc == NGX_DONE) {
        return;
    }

    if (rc == NGX_OK) {
        /* more than its share for one turn */
        ngx_post_event(rev, &ngx_posted_next_events);
        return;
    }

    if (ngx_handle_read_event(rev, 0) != NGX_OK) {
        ngx_http_patron_conn_failed(conn, "reading failed");
        return;
    }

    ngx_http_patron_conn_settle(conn);
}


/*
 * Reads and answers.  NGX_AGAIN: all is read.  NGX_OK: there may be more.
 * NGX_DONE: the connection is no more.
 */

static ngx_int_t
ngx_http_patron_conn_take(ngx_http_patron_conn_t *conn, ngx_connection_t *c)
{
    int              rc;
    ssize_t          n;
    ngx_uint_t       turns;
    patron_reply_t  *reply;

    for (turns = 0; turns < NGX_HTTP_PATRON_READ_TURNS; turns++) {

        if (!c->read->ready) {
            /* the read before was a short one: there is no more to be had */
            return NGX_AGAIN;
        }

        n = c->recv(c, ngx_http_patron_read_buf, NGX_HTTP_PATRON_READ_SIZE);

        if (n == NGX_AGAIN) {
            return NGX_AGAIN;
        }

        if (n == 0 || n == NGX_ERROR) {
            ngx_http_patron_conn_failed(conn, n ? "reading failed"
                                                : "it closed the connection");
            return NGX_DONE;
        }

        conn->heard = ngx_current_msec;
        conn->pinging = 0;

        rc = patron_resp_feed(&conn->resp, ngx_http_patron_read_buf, n);

        while (rc == PATRON_OK) {
            rc = patron_resp_next(&conn->resp, &reply);

            if (rc == PATRON_OK) {
                ngx_http_patron_conn_answer(conn, reply);

                if (conn->connection != c) {
                    return NGX_DONE;
                }
            }
        }

        if (rc == PATRON_ERROR) {
            ngx_http_patron_conn_failed(conn,
                                  "its answer is too large, or is not RESP");
            return NGX_DONE;
        }
    }

    return NGX_OK;
}


static void
ngx_http_patron_conn_answer(ngx_http_patron_conn_t *conn,
    patron_reply_t *reply)
{
    patron_redis_error_e  error;

    if (conn->state == NGX_HTTP_PATRON_CONN_TALKING) {

        if (patron_dialogue_reply(&conn->dialogue, reply) == PATRON_OK) {
            ngx_http_patron_conn_talk(conn);

        } else {
            ngx_http_patron_conn_failed(conn, conn->dialogue.reason);
        }

        return;
    }

    if (conn->ring.count == 0 || conn->push != NULL) {

        if (conn->push == NULL || conn->push(conn, reply) != NGX_OK) {
            ngx_http_patron_conn_failed(conn, "it says what nobody asked for");
        }

        return;
    }

    error = patron_redis_error(reply);

    if (error == PATRON_REDIS_READONLY) {
        conn->dialogue.primary = 0;
    }

    ngx_http_patron_distrusted = 0;

    ngx_http_patron_conn_replied(conn, reply);

    if (ngx_http_patron_distrusted) {
        ngx_http_patron_conn_failed(conn, "its answers make no sense");

    } else if (patron_redis_error_fatal(error)) {
        ngx_http_patron_conn_failed(conn, patron_redis_error_reason(error));
    }
}


void
ngx_http_patron_redis_distrust(void)
{
    ngx_http_patron_distrusted = 1;
}


void
ngx_http_patron_conn_write_handler(ngx_event_t *wev)
{
    ngx_connection_t        *c;
    ngx_http_patron_out_t   *out;
    ngx_http_patron_conn_t  *conn;

    c = wev->data;
    conn = c->data;

    out = (conn->state == NGX_HTTP_PATRON_CONN_READY) ? &conn->out
                                                      : &conn->talk;

    if (out->pos == out->last && (ngx_event_flags & NGX_USE_CLEAR_EVENT)) {
        /* an edge, as it comes with every reply: it needs no undoing */
        return;
    }

    if (ngx_http_patron_conn_write(conn, out) == NGX_ERROR) {
        ngx_http_patron_conn_failed(conn, ngx_http_patron_conn_last_word(conn));
    }
}


/* Nothing in flight: nginx may close it when the worker quits. */

void
ngx_http_patron_conn_settle(ngx_http_patron_conn_t *conn)
{
    if (conn->connection == NULL) {
        return;
    }

    conn->connection->idle = (conn->ring.count == 0);

    if (conn->connection->idle && ngx_exiting) {
        ngx_http_patron_conn_leave(conn);
    }
}


void
ngx_http_patron_conn_leave(ngx_http_patron_conn_t *conn)
{
    ngx_connection_t  *c;

    c = conn->connection;

    if (c == NULL) {
        return;
    }

    /* c->error: there is no more time */

    if (conn->state == NGX_HTTP_PATRON_CONN_READY
        && conn->leave != NULL
        && !c->error
        && conn->leave(conn) == NGX_AGAIN)
    {
        c->close = 0;
        return;
    }

    ngx_http_patron_conn_shut(conn);
}


static void
ngx_http_patron_conn_shut(ngx_http_patron_conn_t *conn)
{
    ngx_uint_t  ready;

    ready = (conn->state == NGX_HTTP_PATRON_CONN_READY);

    if (ready) {
        /* it was fine: what is still to be sent opens another */
        conn->failures = 0;
    }

    ngx_http_patron_conn_close_socket(conn);
    ngx_http_patron_conn_refuse_all(conn);

    if (ready && conn->lost != NULL) {
        conn->lost(conn);
    }
}
