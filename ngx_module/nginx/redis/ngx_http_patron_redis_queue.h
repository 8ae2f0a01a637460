
/*
 * The commands of a connection, and their time.
 */


#ifndef _NGX_HTTP_PATRON_REDIS_QUEUE_H_INCLUDED_
#define _NGX_HTTP_PATRON_REDIS_QUEUE_H_INCLUDED_


#include "ngx_http_patron_redis_conn.h"


/* As ngx_http_patron_redis_send() and ngx_http_patron_redis_read_patient(). */

ngx_int_t ngx_http_patron_conn_send(ngx_http_patron_conn_t *conn,
    ngx_str_t *argv, ngx_uint_t argc, ngx_uint_t patient,
    ngx_http_patron_redis_handler_pt handler, void *data);
ngx_int_t ngx_http_patron_conn_command(ngx_http_patron_conn_t *conn,
    ngx_http_patron_command_t *command);

/* A command as it is written: its length, and the bytes. */

size_t ngx_http_patron_command_len(ngx_http_patron_command_t *command);
u_char *ngx_http_patron_command_write(u_char *dst,
    ngx_http_patron_command_t *command);

/* The oldest command has its reply; all are refused. */

void ngx_http_patron_conn_replied(ngx_http_patron_conn_t *conn,
    patron_reply_t *reply);
void ngx_http_patron_conn_refuse_all(ngx_http_patron_conn_t *conn);

/* Handlers of conn->deadline and conn->flush. */

void ngx_http_patron_conn_deadline_handler(ngx_event_t *ev);
void ngx_http_patron_conn_flush_handler(ngx_event_t *ev);

/*
 * Asks whether it is alive; is it silent, with commands that wait; how long
 * has the oldest waited?
 */

ngx_int_t ngx_http_patron_conn_ping(ngx_http_patron_conn_t *conn);
ngx_uint_t ngx_http_patron_conn_silent(ngx_http_patron_conn_t *conn);
ngx_msec_t ngx_http_patron_conn_behind(ngx_http_patron_conn_t *conn);

/* Bytes on their way out. */

ngx_int_t ngx_http_patron_conn_write(ngx_http_patron_conn_t *conn,
    ngx_http_patron_out_t *out);
u_char *ngx_http_patron_out_reserve(ngx_http_patron_out_t *out, size_t len);
void ngx_http_patron_out_free(ngx_http_patron_out_t *out);


#endif /* _NGX_HTTP_PATRON_REDIS_QUEUE_H_INCLUDED_ */
