
/*
 * One connection to one Redis server: opened, introduced, kept alive, and
 * opened again; commands in, replies out, in order.  Whoever owns it says to
 * which server and what for.
 */


#ifndef _NGX_HTTP_PATRON_REDIS_CONN_H_INCLUDED_
#define _NGX_HTTP_PATRON_REDIS_CONN_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_event.h>
#include <ngx_event_connect.h>

#include "patron_dialogue.h"
#include "ngx_http_patron_redis_types.h"


/* A server's address: from the configuration, or told by another server. */

typedef struct {
    ngx_str_t                      name;        /* "host:port", for logs */
    ngx_str_t                      host;        /* empty: a unix socket */
    in_port_t                      port;
    ngx_addr_t                    *addrs;       /* known without resolver */
    ngx_uint_t                     naddrs;
    unsigned                       tls:1;
    unsigned                       numeric:1;   /* host is an address */
    unsigned                       pinned:1;    /* to addrs: never resolved */
} ngx_http_patron_node_t;


#define NGX_HTTP_PATRON_ADDRS_MAX  8

typedef struct {
    ngx_sockaddr_t                 sockaddr;
    socklen_t                      socklen;
} ngx_http_patron_sockaddr_t;


typedef enum {
    NGX_HTTP_PATRON_CONN_DOWN = 0,
    NGX_HTTP_PATRON_CONN_RESOLVING,
    NGX_HTTP_PATRON_CONN_CONNECTING,
    NGX_HTTP_PATRON_CONN_SECURING,
    NGX_HTTP_PATRON_CONN_TALKING,               /* the dialogue */
    NGX_HTTP_PATRON_CONN_READY
} ngx_http_patron_conn_state_e;


/* A command on its way: its arguments, or all of it as it is written. */

typedef struct {
    ngx_str_t                     *argv;
    ngx_uint_t                     argc;        /* 0: it is written */
    ngx_str_t                      written;
    ngx_http_patron_redis_handler_pt  handler;  /* NULL: nobody cares */
    void                          *data;
    unsigned                       patient:1;   /* it reads, and its reply is
                                                   of use late */
} ngx_http_patron_command_t;


/* A command that awaits its reply. */

typedef struct {
    ngx_http_patron_redis_handler_pt  handler;  /* NULL: nobody cares */
    void                          *data;
    ngx_msec_t                     sent;
    unsigned                       patient:1;
} ngx_http_patron_slot_t;

typedef struct {
    ngx_http_patron_slot_t        *slots;       /* a ring */
    ngx_uint_t                     size;        /* a power of two */
    ngx_uint_t                     head;
    ngx_uint_t                     count;
    ngx_uint_t                     late;        /* of them, past their time */
} ngx_http_patron_ring_t;

/* Bytes on their way out: pos to last. */

typedef struct {
    u_char                        *start;
    u_char                        *pos;
    u_char                        *last;
    u_char                        *end;
} ngx_http_patron_out_t;


typedef struct ngx_http_patron_conn_s  ngx_http_patron_conn_t;

struct ngx_http_patron_conn_s {

    /* the owner's, set before it is opened */

    ngx_http_patron_redis_t       *redis;       /* options */
    const patron_dialogue_conf_t  *dialogue_conf;
    ngx_http_patron_node_t        *node;
    void                          *data;
    ngx_msec_t                     ping;        /* after so much silence */
    ngx_msec_t                     retry;       /* set by failed: when to try
                                                   again, instead of backoff */

    /*
     * All may be NULL.  failed is called where ready is not: the connection
     * was refused, or the dialogue went wrong (see dialogue).  push gets all
     * that comes without being asked for, and says if it made sense.  leave is
     * asked before it is closed since the worker quits; after NGX_AGAIN its
     * owner calls ngx_http_patron_conn_leave() when it may.
     */

    void                         (*ready)(ngx_http_patron_conn_t *conn);
    void                         (*lost)(ngx_http_patron_conn_t *conn);
    void                         (*failed)(ngx_http_patron_conn_t *conn);
    ngx_int_t                    (*push)(ngx_http_patron_conn_t *conn,
                                         patron_reply_t *reply);
    ngx_int_t                    (*leave)(ngx_http_patron_conn_t *conn);

    /* private, or to be read */

    ngx_http_patron_conn_state_e   state;
    ngx_connection_t              *connection;
    ngx_peer_connection_t          peer;
    ngx_resolver_ctx_t            *resolving;
    ngx_uint_t                     next_addr;
    ngx_uint_t                     tried;       /* of them, this time */
    ngx_http_patron_sockaddr_t     resolved[NGX_HTTP_PATRON_ADDRS_MAX];
    ngx_uint_t                     nresolved;
    patron_resp_t                  resp;
    patron_dialogue_t              dialogue;
    ngx_http_patron_ring_t         ring;
    ngx_http_patron_out_t          out;         /* commands */
    ngx_http_patron_out_t          talk;        /* the dialogue's */
    ngx_event_t                    flush;       /* posted */
    ngx_event_t                    deadline;    /* of the oldest command */
    ngx_event_t                    timer;       /* cancelable: connecting,
                                                   backing off, keep-alive */
    ngx_msec_t                     heard;       /* when bytes came last */
    ngx_msec_t                     since;       /* when it became ready */
    ngx_msec_t                     pinged;
    ngx_uint_t                     failures;    /* in a row */
    const char                    *reason;      /* of the last one */
    ngx_err_t                      err;         /* of the system, or 0 */
    const char                    *reported;    /* reason that was logged */
    ngx_msec_t                     reported_at;
    ngx_uint_t                     reports;     /* one soon after another */
    ngx_log_t                      log;
    unsigned                       closing:1;   /* slots are being refused */
    unsigned                       stopped:1;   /* by its owner */
    unsigned                       pinging:1;
    unsigned                       quiet:1;     /* its owner writes the log */
    unsigned                       held:1;      /* no address yet */
};


/* Makes one, from the heap; it belongs to redis and waits to be opened. */

ngx_http_patron_conn_t *ngx_http_patron_conn_create(
    ngx_http_patron_redis_t *redis,
    const patron_dialogue_conf_t *dialogue_conf,
    ngx_http_patron_node_t *node);

/*
 * Closes it for good and frees it.  Commands that wait are refused if refuse is
 * true, otherwise forgotten.  Not to be called from a handler of its own.
 */

void ngx_http_patron_conn_destroy(ngx_http_patron_conn_t *conn,
    ngx_uint_t refuse);

/* Sees to it that it is open or being opened. */

void ngx_http_patron_conn_open(ngx_http_patron_conn_t *conn);

/* The worker quits: closes it, unless its owner has something against it. */

void ngx_http_patron_conn_leave(ngx_http_patron_conn_t *conn);

/* Closes it, as if it had been lost for this reason; it is opened again. */

void ngx_http_patron_conn_reset(ngx_http_patron_conn_t *conn,
    const char *reason);

/* Its node is another, or known for the first time: opened there at once. */

void ngx_http_patron_conn_retarget(ngx_http_patron_conn_t *conn);

/* Known not to answer: not connected after a failure, or silent. */

ngx_uint_t ngx_http_patron_conn_away(ngx_http_patron_conn_t *conn);

/*
 * For a handler that was given a reply which cannot be the one to its command:
 * the connection it came on is opened anew, since who knows whose replies the
 * next ones are.
 */

void ngx_http_patron_redis_distrust(void);


/* For this folder: as its socket comes and goes. */

void ngx_http_patron_conn_connected(ngx_http_patron_conn_t *conn);
void ngx_http_patron_conn_talk(ngx_http_patron_conn_t *conn);
void ngx_http_patron_conn_settle(ngx_http_patron_conn_t *conn);
void ngx_http_patron_conn_failed(ngx_http_patron_conn_t *conn,
    const char *reason);
void ngx_http_patron_conn_read_handler(ngx_event_t *rev);
void ngx_http_patron_conn_write_handler(ngx_event_t *wev);


#endif /* _NGX_HTTP_PATRON_REDIS_CONN_H_INCLUDED_ */
