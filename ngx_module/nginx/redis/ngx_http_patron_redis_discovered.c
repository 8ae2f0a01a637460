
/*
 * Addresses of servers that other servers tell of: sentinels, and the nodes of
 * a cluster.  Mostly numbers; a name is left to the resolver, if there is one.
 * What they tell is not trusted: a host is letters, digits and "-._:%".
 */


#include <ngx_config.h>
#include <ngx_core.h>

#include "ngx_http_patron_redis_discovered.h"
#include "ngx_http_patron_redis_server_types.h"


static ngx_int_t ngx_http_patron_discovered_address(
    ngx_http_patron_discovered_t *found);


ngx_int_t
ngx_http_patron_discovered_set(ngx_http_patron_discovered_t *found,
    const u_char *host, size_t len, ngx_uint_t port, ngx_uint_t tls)
{
    size_t                   i;
    u_char                  *p;
    ngx_http_patron_node_t  *node;

    node = &found->node;

    if (node->host.len == len && ngx_memcmp(node->host.data, host, len) == 0
        && node->port == port)
    {
        return NGX_DECLINED;
    }

    if (len == 0 || len > PATRON_HOST_MAX || port == 0 || port > 65535) {
        return NGX_ERROR;
    }

    for (i = 0; i < len; i++) {
        if (!((host[i] >= '0' && host[i] <= '9')
              || (host[i] >= 'a' && host[i] <= 'z')
              || (host[i] >= 'A' && host[i] <= 'Z')
              || ngx_strchr("-._:%", host[i]) != NULL))
        {
            return NGX_ERROR;
        }
    }

    ngx_memcpy(found->host, host, len);
    found->host[len] = '\0';

    node->host.data = found->host;
    node->host.len = len;
    node->port = (in_port_t) port;
    node->tls = tls ? 1 : 0;

    node->name.data = found->name;

    p = ngx_strlchr(found->host, found->host + len, ':');
    p = ngx_sprintf(found->name, p ? "[%V]:%ui" : "%V:%ui", &node->host, port);
    node->name.len = p - found->name;

    return ngx_http_patron_discovered_address(found);
}


static ngx_int_t
ngx_http_patron_discovered_address(ngx_http_patron_discovered_t *found)
{
    ngx_http_patron_node_t  *node;

    union {
        struct in_addr        v4;
#if (NGX_HAVE_INET6)
        struct in6_addr       v6;
#endif
    } address;

    node = &found->node;
    node->addrs = &found->addr;
    node->naddrs = 1;
    node->numeric = 1;

    found->addr.sockaddr = &found->sockaddr.sockaddr;
    found->addr.name = node->name;

    ngx_memzero(&found->sockaddr, sizeof(ngx_sockaddr_t));

    address.v4.s_addr = ngx_inet_addr(node->host.data, node->host.len);

    if (address.v4.s_addr != INADDR_NONE) {
        found->sockaddr.sockaddr_in.sin_family = AF_INET;
        found->sockaddr.sockaddr_in.sin_addr = address.v4;
        found->sockaddr.sockaddr_in.sin_port = htons(node->port);
        found->addr.socklen = sizeof(struct sockaddr_in);

        return NGX_OK;
    }

#if (NGX_HAVE_INET6)

    if (ngx_inet6_addr(node->host.data, node->host.len, address.v6.s6_addr)
        == NGX_OK)
    {
        found->sockaddr.sockaddr_in6.sin6_family = AF_INET6;
        found->sockaddr.sockaddr_in6.sin6_addr = address.v6;
        found->sockaddr.sockaddr_in6.sin6_port = htons(node->port);
        found->addr.socklen = sizeof(struct sockaddr_in6);

        return NGX_OK;
    }

#endif

    node->naddrs = 0;
    node->numeric = 0;

    return NGX_OK;
}
