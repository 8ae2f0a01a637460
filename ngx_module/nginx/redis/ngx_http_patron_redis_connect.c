
/*
 * The way to an open socket: the name, the address, the connection, TLS.
 *
 * A name is looked up again for each attempt where nginx has a resolver, and
 * its addresses are tried in turn; where the resolver fails, those of the last
 * time or of the configuration serve.
 */


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_event.h>

#include "ngx_http_patron_redis_conn.h"
#include "ngx_http_patron_redis_connect.h"
#include "ngx_http_patron_redis_server_types.h"


static void ngx_http_patron_conn_resolved(ngx_resolver_ctx_t *ctx);
static void ngx_http_patron_conn_dial(ngx_http_patron_conn_t *conn);
static void ngx_http_patron_conn_dialled_handler(ngx_event_t *ev);
static void ngx_http_patron_conn_unreachable(ngx_http_patron_conn_t *conn);
static ngx_err_t ngx_http_patron_conn_test(ngx_connection_t *c);
#if (NGX_SSL)
static void ngx_http_patron_conn_secure(ngx_http_patron_conn_t *conn);
static void ngx_http_patron_conn_secured(ngx_connection_t *c);
static const char *ngx_http_patron_conn_verify(ngx_http_patron_conn_t *conn);
#endif


void
ngx_http_patron_conn_connect(ngx_http_patron_conn_t *conn)
{
    ngx_resolver_t      *resolver;
    ngx_resolver_ctx_t  *ctx;

    conn->tried = 0;

    ngx_add_timer(&conn->timer, conn->redis->connect_timeout);

    if (conn->node->host.len == 0 || conn->node->numeric
        || conn->node->pinned)
    {
        ngx_http_patron_conn_dial(conn);
        return;
    }

    resolver = ngx_http_patron_redis_resolver(conn->redis);

    if (resolver == NULL) {
        ngx_http_patron_conn_dial(conn);
        return;
    }

    conn->state = NGX_HTTP_PATRON_CONN_RESOLVING;

    ctx = ngx_resolve_start(resolver, NULL);

    if (ctx == NULL || ctx == NGX_NO_RESOLVER) {
        ngx_http_patron_conn_dial(conn);
        return;
    }

    ctx->name = conn->node->host;
    ctx->handler = ngx_http_patron_conn_resolved;
    ctx->data = conn;
    ctx->timeout = conn->redis->connect_timeout;
    ctx->cancelable = 1;

    conn->resolving = ctx;

    if (ngx_resolve_name(ctx) != NGX_OK) {
        conn->resolving = NULL;
        ngx_http_patron_conn_dial(conn);
    }
}


static void
ngx_http_patron_conn_resolved(ngx_resolver_ctx_t *ctx)
{
    ngx_uint_t               i;
    ngx_http_patron_conn_t  *conn = ctx->data;

    conn->resolving = NULL;

    if (ctx->state == 0) {
        conn->nresolved = ngx_min(ctx->naddrs, NGX_HTTP_PATRON_ADDRS_MAX);

        for (i = 0; i < conn->nresolved; i++) {
            ngx_memcpy(&conn->resolved[i].sockaddr, ctx->addrs[i].sockaddr,
                       ctx->addrs[i].socklen);
            ngx_inet_set_port(&conn->resolved[i].sockaddr.sockaddr,
                              conn->node->port);
            conn->resolved[i].socklen = ctx->addrs[i].socklen;
        }
    }

    ngx_resolve_name_done(ctx);

    ngx_http_patron_conn_dial(conn);
}


static void
ngx_http_patron_conn_dial(ngx_http_patron_conn_t *conn)
{
    ngx_int_t                rc;
    ngx_uint_t               i;
    ngx_connection_t        *c;
    ngx_peer_connection_t   *peer;

    peer = &conn->peer;
    ngx_memzero(peer, sizeof(ngx_peer_connection_t));

    if (conn->nresolved) {
        i = conn->next_addr % conn->nresolved;
        peer->sockaddr = &conn->resolved[i].sockaddr.sockaddr;
        peer->socklen = conn->resolved[i].socklen;

    } else if (conn->node->naddrs) {
        i = conn->next_addr % conn->node->naddrs;
        peer->sockaddr = conn->node->addrs[i].sockaddr;
        peer->socklen = conn->node->addrs[i].socklen;

    } else {
        ngx_http_patron_conn_failed(conn, "its name cannot be resolved");
        return;
    }

    peer->name = &conn->node->name;
    peer->get = ngx_event_get_peer;
    peer->log = &conn->log;
    peer->log_error = NGX_ERROR_ERR;

    conn->state = NGX_HTTP_PATRON_CONN_CONNECTING;

    rc = ngx_event_connect_peer(peer);

    if (rc != NGX_OK && rc != NGX_AGAIN) {
        conn->err = ngx_socket_errno;
        ngx_http_patron_conn_unreachable(conn);
        return;
    }

    c = peer->connection;
    conn->connection = c;

    c->data = conn;
    c->idle = (conn->ring.count == 0);
    c->read->handler = ngx_http_patron_conn_dialled_handler;
    c->write->handler = ngx_http_patron_conn_dialled_handler;

    /* TLS takes its memory from there */

    c->pool = ngx_create_pool(512, &conn->log);
    if (c->pool == NULL) {
        ngx_http_patron_conn_failed(conn, "no memory");
        return;
    }

    if (rc == NGX_OK) {
        ngx_http_patron_conn_dialled_handler(c->write);
    }
}


static void
ngx_http_patron_conn_dialled_handler(ngx_event_t *ev)
{
    ngx_connection_t        *c;
    ngx_http_patron_conn_t  *conn;

    c = ev->data;
    conn = c->data;

    if (c->close) {
        ngx_http_patron_conn_read_handler(c->read);
        return;
    }

    conn->err = ngx_http_patron_conn_test(c);

    if (conn->err) {
        ngx_http_patron_conn_unreachable(conn);
        return;
    }

    /* a read event does not say that it is connected: the peer's name does */

    if (!c->write->ready) {
        return;
    }

    if (conn->node->host.len != 0 && ngx_tcp_nodelay(c) != NGX_OK) {
        ngx_http_patron_conn_failed(conn, "TCP_NODELAY failed");
        return;
    }

#if (NGX_SSL)
    if (conn->node->tls) {
        ngx_http_patron_conn_secure(conn);
        return;
    }
#endif

    ngx_http_patron_conn_connected(conn);
}


/*
 * An address that refuses at once says nothing of the next one: "localhost" is
 * two, and often one of them has a server.  What fails is the whole round.
 */

static void
ngx_http_patron_conn_unreachable(ngx_http_patron_conn_t *conn)
{
    ngx_uint_t  n;

    n = conn->nresolved ? conn->nresolved : conn->node->naddrs;

    if (++conn->tried >= n) {
        ngx_http_patron_conn_failed(conn, "it cannot be connected to");
        return;
    }

    ngx_http_patron_conn_close_socket(conn);

    conn->next_addr++;
    ngx_add_timer(&conn->timer, conn->redis->connect_timeout);

    ngx_http_patron_conn_dial(conn);
}


/* The error with which connecting ended, or 0. */

static ngx_err_t
ngx_http_patron_conn_test(ngx_connection_t *c)
{
    int        err;
    socklen_t  len;

#if (NGX_HAVE_KQUEUE)

    if (ngx_event_flags & NGX_USE_KQUEUE_EVENT) {

        if (c->write->pending_eof) {
            return c->write->kq_errno;
        }

        return c->read->pending_eof ? c->read->kq_errno : 0;
    }

#endif

    err = 0;
    len = sizeof(int);

    if (getsockopt(c->fd, SOL_SOCKET, SO_ERROR, (void *) &err, &len) == -1) {
        return ngx_socket_errno;
    }

    return err;
}


#if (NGX_SSL)

static void
ngx_http_patron_conn_secure(ngx_http_patron_conn_t *conn)
{
    ngx_int_t          rc;
    ngx_connection_t  *c;

    c = conn->connection;
    conn->state = NGX_HTTP_PATRON_CONN_SECURING;

    /* why TLS fails OpenSSL alone can say */

    if (conn->reported == NULL) {
        conn->log.log_level = ngx_cycle->log->log_level;
    }

    if (ngx_ssl_create_connection(conn->redis->ssl, c, NGX_SSL_CLIENT)
        != NGX_OK)
    {
        ngx_http_patron_conn_failed(conn, "TLS failed");
        return;
    }

    /* RFC 6066: a name only, never an address; both end in NUL */

    if (!conn->node->numeric
        && SSL_set_tlsext_host_name(c->ssl->connection,
                                    (char *) conn->node->host.data)
           == 0)
    {
        ngx_http_patron_conn_failed(conn, "TLS failed");
        return;
    }

    rc = ngx_ssl_handshake(c);

    if (rc == NGX_AGAIN) {
        c->ssl->handler = ngx_http_patron_conn_secured;
        return;
    }

    ngx_http_patron_conn_secured(c);
}


static void
ngx_http_patron_conn_secured(ngx_connection_t *c)
{
    const char              *reason;
    ngx_http_patron_conn_t  *conn;

    conn = c->data;

    if (c->close) {
        ngx_http_patron_conn_read_handler(c->read);
        return;
    }

    conn->log.log_level = NGX_LOG_ALERT;

    if (!c->ssl->handshaked) {
        ngx_http_patron_conn_failed(conn, "the TLS handshake failed");
        return;
    }

    if (conn->redis->verify) {
        reason = ngx_http_patron_conn_verify(conn);

        if (reason != NULL) {
            ngx_http_patron_conn_failed(conn, reason);
            return;
        }
    }

    ngx_http_patron_conn_connected(conn);
}


/* The reason why the certificate is not good, or NULL. */

static const char *
ngx_http_patron_conn_verify(ngx_http_patron_conn_t *conn)
{
    int                      rc;
    X509                    *cert;
    ngx_connection_t        *c;
    ngx_http_patron_node_t  *node;

    c = conn->connection;
    node = conn->node;

    switch (SSL_get_verify_result(c->ssl->connection)) {

    case X509_V_OK:
        break;

    case X509_V_ERR_CERT_HAS_EXPIRED:
        return "its certificate has expired, or that of who signed it";

    case X509_V_ERR_CERT_NOT_YET_VALID:
        return "its certificate is not valid yet: are the clocks right?";

    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
    case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
    case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
        return "its certificate does not verify: ca= does not know who signed "
               "it";

    default:
        return "its certificate does not verify";
    }

    if (!node->numeric) {
        return (ngx_ssl_check_host(c, &node->host) == NGX_OK)
               ? NULL : "its certificate is for another host";
    }

    cert = SSL_get_peer_certificate(c->ssl->connection);
    if (cert == NULL) {
        return "it shows no certificate";
    }

    rc = X509_check_ip_asc(cert, (char *) node->host.data, 0);

    X509_free(cert);

    return (rc == 1) ? NULL : "its certificate is for another address";
}

#endif


/* Ends in DOWN, with nothing of the attempt left. */

void
ngx_http_patron_conn_close_socket(ngx_http_patron_conn_t *conn)
{
    ngx_pool_t        *pool;
    ngx_connection_t  *c;

    conn->state = NGX_HTTP_PATRON_CONN_DOWN;

    if (conn->timer.timer_set) {
        ngx_del_timer(&conn->timer);
    }

    if (conn->resolving != NULL) {
        ngx_resolve_name_done(conn->resolving);
        conn->resolving = NULL;
    }

    c = conn->connection;
    conn->log.log_level = NGX_LOG_ALERT;

    if (c != NULL) {
        conn->connection = NULL;

#if (NGX_SSL)
        if (c->ssl) {
            c->ssl->no_wait_shutdown = 1;
            c->ssl->no_send_shutdown = 1;
            (void) ngx_ssl_shutdown(c);
        }
#endif

        pool = c->pool;
        ngx_close_connection(c);

        if (pool != NULL) {
            ngx_destroy_pool(pool);
        }
    }

    patron_resp_done(&conn->resp);

    conn->talk.pos = conn->talk.start;
    conn->talk.last = conn->talk.start;
}


ngx_resolver_t *
ngx_http_patron_redis_resolver(ngx_http_patron_redis_t *redis)
{
    ngx_uint_t       i;
    ngx_resolver_t  *resolver[2];

    resolver[0] = redis->clcf->resolver;
    resolver[1] = redis->http_clcf->resolver;

    for (i = 0; i < 2; i++) {

        /* nginx makes one without servers where none is configured */

        if (resolver[i] != NULL
            && resolver[i] != NGX_CONF_UNSET_PTR
            && resolver[i]->connections.nelts)
        {
            return resolver[i];
        }
    }

    return NULL;
}
