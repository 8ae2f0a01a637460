
/*
 * Commands of a connection: written behind each other, answered in order.
 *
 * All commands sent in one turn of the event loop go out in one write.  One
 * timer serves them all, since all have the same time: it stands for the
 * oldest one that is not late.  A command that is late keeps its place, so that
 * its reply is not taken for another's.
 */


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_event.h>

#include "ngx_http_patron_redis_conn.h"
#include "ngx_http_patron_redis_connect.h"
#include "ngx_http_patron_redis_queue.h"
#include "ngx_http_patron_redis_server_types.h"


#define NGX_HTTP_PATRON_QUEUE_MIN   64
#define NGX_HTTP_PATRON_QUEUE_MAX   32768               /* commands */
#define NGX_HTTP_PATRON_OUT_MIN     4096
#define NGX_HTTP_PATRON_OUT_MAX     (4 * 1024 * 1024)   /* bytes */


static ngx_http_patron_slot_t *ngx_http_patron_ring_slot(
    ngx_http_patron_ring_t *ring, ngx_uint_t i);
static ngx_int_t ngx_http_patron_ring_reserve(ngx_http_patron_ring_t *ring);
static ngx_http_patron_slot_t ngx_http_patron_ring_shift(
    ngx_http_patron_ring_t *ring);
static ngx_int_t ngx_http_patron_conn_append(ngx_http_patron_conn_t *conn,
    ngx_http_patron_command_t *command);


ngx_int_t
ngx_http_patron_conn_send(ngx_http_patron_conn_t *conn, ngx_str_t *argv,
    ngx_uint_t argc, ngx_uint_t patient,
    ngx_http_patron_redis_handler_pt handler, void *data)
{
    ngx_http_patron_command_t  command;

    ngx_memzero(&command, sizeof(ngx_http_patron_command_t));

    command.argv = argv;
    command.argc = argc;
    command.handler = handler;
    command.data = data;
    command.patient = patient ? 1 : 0;

    return ngx_http_patron_conn_command(conn, &command);
}


ngx_int_t
ngx_http_patron_conn_command(ngx_http_patron_conn_t *conn,
    ngx_http_patron_command_t *command)
{
    ngx_http_patron_slot_t  *slot;

    if (conn->stopped || conn->closing) {
        return NGX_BUSY;
    }

    if (conn->state != NGX_HTTP_PATRON_CONN_READY) {

        if (conn->failures) {
            return NGX_BUSY;
        }

        ngx_http_patron_conn_open(conn);

    } else if (!command->patient && ngx_http_patron_conn_silent(conn)) {
        return NGX_BUSY;
    }

    if (ngx_http_patron_ring_reserve(&conn->ring) != NGX_OK
        || ngx_http_patron_conn_append(conn, command) != NGX_OK)
    {
        return NGX_BUSY;
    }

    slot = ngx_http_patron_ring_slot(&conn->ring, conn->ring.count++);

    slot->handler = command->handler;
    slot->data = command->data;
    slot->sent = ngx_current_msec;
    slot->patient = command->patient;

    if (!conn->deadline.timer_set) {
        ngx_add_timer(&conn->deadline, conn->redis->timeout);
    }

    if (conn->connection != NULL) {
        conn->connection->idle = 0;
    }

    if (conn->state == NGX_HTTP_PATRON_CONN_READY) {
        ngx_post_event(&conn->flush, &ngx_posted_events);
    }

    return NGX_OK;
}


static ngx_int_t
ngx_http_patron_conn_append(ngx_http_patron_conn_t *conn,
    ngx_http_patron_command_t *command)
{
    u_char  *p;

    p = ngx_http_patron_out_reserve(&conn->out,
                                    ngx_http_patron_command_len(command));
    if (p == NULL) {
        return NGX_ERROR;
    }

    conn->out.last = ngx_http_patron_command_write(p, command);

    return NGX_OK;
}


/* How many bytes it takes at most, and those bytes: returns their end. */

size_t
ngx_http_patron_command_len(ngx_http_patron_command_t *command)
{
    size_t      len;
    ngx_uint_t  i;

    if (command->argc == 0) {
        return command->written.len;
    }

    len = patron_command_head_len();

    for (i = 0; i < command->argc; i++) {
        len += patron_command_arg_len(command->argv[i].len);
    }

    return len;
}


u_char *
ngx_http_patron_command_write(u_char *dst, ngx_http_patron_command_t *command)
{
    ngx_uint_t  i;

    if (command->argc == 0) {
        return ngx_cpymem(dst, command->written.data, command->written.len);
    }

    dst = patron_command_head(dst, command->argc);

    for (i = 0; i < command->argc; i++) {
        dst = patron_command_arg(dst, command->argv[i].data,
                                 command->argv[i].len);
    }

    return dst;
}


ngx_int_t
ngx_http_patron_conn_ping(ngx_http_patron_conn_t *conn)
{
    ngx_str_t                  word = ngx_string("PING");
    ngx_http_patron_command_t  ping;

    ngx_memzero(&ping, sizeof(ngx_http_patron_command_t));

    ping.argv = &word;
    ping.argc = 1;
    ping.patient = 1;

    if (conn->push == NULL) {
        return ngx_http_patron_conn_command(conn, &ping);
    }

    /* the answer comes as a push: there is no slot to fill */

    if (ngx_http_patron_conn_append(conn, &ping) != NGX_OK) {
        return NGX_ERROR;
    }

    conn->pinging = 1;
    conn->pinged = ngx_current_msec;

    ngx_post_event(&conn->flush, &ngx_posted_events);

    return NGX_OK;
}


/* Posted: writes what has been appended, or opens what is still down. */

void
ngx_http_patron_conn_flush_handler(ngx_event_t *ev)
{
    ngx_http_patron_conn_t  *conn = ev->data;

    if (conn->state == NGX_HTTP_PATRON_CONN_DOWN) {

        /* a worker that quits opens what is needed, nothing else */

        if (!conn->timer.timer_set && !conn->held && !conn->stopped
            && (conn->ring.count || !ngx_exiting))
        {
            ngx_http_patron_conn_connect(conn);
        }

        return;
    }

    if (conn->state != NGX_HTTP_PATRON_CONN_READY) {
        return;
    }

    if (ngx_http_patron_conn_write(conn, &conn->out) == NGX_ERROR) {
        ngx_http_patron_conn_failed(conn, "writing failed");
        return;
    }

    ngx_http_patron_conn_settle(conn);
}


/* NGX_OK: all is written; NGX_AGAIN: the rest follows; NGX_ERROR. */

ngx_int_t
ngx_http_patron_conn_write(ngx_http_patron_conn_t *conn,
    ngx_http_patron_out_t *out)
{
    ssize_t            n;
    ngx_connection_t  *c;

    c = conn->connection;

    while (out->pos < out->last) {

        n = c->send(c, out->pos, out->last - out->pos);

        if (n == NGX_AGAIN) {
            break;
        }

        if (n <= 0) {
            return NGX_ERROR;
        }

        out->pos += n;
    }

    if (out->pos == out->last) {
        out->pos = out->start;
        out->last = out->start;
    }

    if (ngx_handle_write_event(c->write, 0) != NGX_OK) {
        return NGX_ERROR;
    }

    return (out->pos == out->last) ? NGX_OK : NGX_AGAIN;
}


void
ngx_http_patron_conn_replied(ngx_http_patron_conn_t *conn,
    patron_reply_t *reply)
{
    ngx_msec_t              elapsed;
    ngx_http_patron_slot_t  slot;

    slot = ngx_http_patron_ring_shift(&conn->ring);

    /* a mean over the last eight or so, in eighths of a millisecond */

    elapsed = ngx_current_msec - slot.sent;
    conn->redis->latency += elapsed - conn->redis->latency / 8;

    if (slot.handler != NULL) {
        slot.handler(slot.data, reply);
    }
}


void
ngx_http_patron_conn_refuse_all(ngx_http_patron_conn_t *conn)
{
    ngx_http_patron_slot_t  slot;

    conn->closing = 1;

    while (conn->ring.count) {
        slot = ngx_http_patron_ring_shift(&conn->ring);

        if (slot.handler != NULL) {
            slot.handler(slot.data, NULL);
        }
    }

    conn->closing = 0;

    if (conn->deadline.timer_set) {
        ngx_del_timer(&conn->deadline);
    }

    conn->out.pos = conn->out.start;
    conn->out.last = conn->out.start;
}


void
ngx_http_patron_conn_deadline_handler(ngx_event_t *ev)
{
    ngx_msec_int_t            left;
    ngx_http_patron_conn_t   *conn = ev->data;
    ngx_http_patron_slot_t    slot, *p;

    while (conn->ring.late < conn->ring.count) {
        p = ngx_http_patron_ring_slot(&conn->ring, conn->ring.late);

        left = (ngx_msec_int_t) (p->sent + conn->redis->timeout
                                 - ngx_current_msec);
        if (left > 0) {
            ngx_add_timer(ev, (ngx_msec_t) left);
            return;
        }

        conn->ring.late++;

        slot = *p;

        if (slot.handler == NULL) {
            continue;
        }

        if (slot.patient) {
            slot.handler(slot.data, NGX_HTTP_PATRON_REDIS_LATE);

        } else {
            p->handler = NULL;
            slot.handler(slot.data, NULL);
        }
    }
}


/*
 * True if the oldest command is late and nothing has been heard for as long.
 * Lateness is only told after a turn in which its reply could have been read:
 * a worker that was busy itself does not blame the server.
 */

ngx_uint_t
ngx_http_patron_conn_silent(ngx_http_patron_conn_t *conn)
{
    return conn->ring.late != 0
           && ngx_http_patron_conn_behind(conn) >= conn->redis->timeout
           && ngx_current_msec - conn->heard >= conn->redis->timeout;
}


/* For how long the oldest command has been waiting, if it is late. */

ngx_msec_t
ngx_http_patron_conn_behind(ngx_http_patron_conn_t *conn)
{
    if (conn->ring.late == 0) {
        return 0;
    }

    return ngx_current_msec - ngx_http_patron_ring_slot(&conn->ring, 0)->sent;
}


static ngx_http_patron_slot_t *
ngx_http_patron_ring_slot(ngx_http_patron_ring_t *ring, ngx_uint_t i)
{
    return &ring->slots[(ring->head + i) & (ring->size - 1)];
}


static ngx_http_patron_slot_t
ngx_http_patron_ring_shift(ngx_http_patron_ring_t *ring)
{
    ngx_http_patron_slot_t  slot;

    slot = *ngx_http_patron_ring_slot(ring, 0);

    ring->head = (ring->head + 1) & (ring->size - 1);
    ring->count--;

    if (ring->late) {
        ring->late--;
    }

    return slot;
}


static ngx_int_t
ngx_http_patron_ring_reserve(ngx_http_patron_ring_t *ring)
{
    ngx_uint_t               i, size;
    ngx_http_patron_slot_t  *slots;

    if (ring->count < ring->size) {
        return NGX_OK;
    }

    if (ring->size == NGX_HTTP_PATRON_QUEUE_MAX) {
        return NGX_BUSY;
    }

    size = ring->size ? 2 * ring->size : NGX_HTTP_PATRON_QUEUE_MIN;

    slots = ngx_alloc(size * sizeof(ngx_http_patron_slot_t), ngx_cycle->log);
    if (slots == NULL) {
        return NGX_ERROR;
    }

    for (i = 0; i < ring->count; i++) {
        slots[i] = *ngx_http_patron_ring_slot(ring, i);
    }

    if (ring->slots != NULL) {
        ngx_free(ring->slots);
    }

    ring->slots = slots;
    ring->size = size;
    ring->head = 0;

    return NGX_OK;
}


/* Room for len bytes, to be written at the place that is returned. */

u_char *
ngx_http_patron_out_reserve(ngx_http_patron_out_t *out, size_t len)
{
    size_t   used, size;
    u_char  *p;

    if (len <= (size_t) (out->end - out->last)) {
        return out->last;
    }

    used = out->last - out->pos;
    size = out->end - out->start;

    if (used + len > NGX_HTTP_PATRON_OUT_MAX) {
        return NULL;
    }

    if (used + len <= size / 2) {
        ngx_memmove(out->start, out->pos, used);

    } else {
        size = ngx_max(2 * size, NGX_HTTP_PATRON_OUT_MIN);

        while (size < used + len) {
            size *= 2;
        }

        p = ngx_alloc(size, ngx_cycle->log);
        if (p == NULL) {
            return NULL;
        }

        if (used) {
            ngx_memcpy(p, out->pos, used);
        }

        if (out->start != NULL) {
            ngx_free(out->start);
        }

        out->start = p;
        out->end = p + size;
    }

    out->pos = out->start;
    out->last = out->start + used;

    return out->last;
}


void
ngx_http_patron_out_free(ngx_http_patron_out_t *out)
{
    if (out->start != NULL) {
        ngx_free(out->start);
    }

    ngx_memzero(out, sizeof(ngx_http_patron_out_t));
}
