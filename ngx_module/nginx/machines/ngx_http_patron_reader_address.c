
/*
 * See the header.  Whom nginx trusts is known to the realip module alone: its
 * list is found by the module's name, and the address from which a connection
 * really came by the variable that tells it.
 */


#include "ngx_http_patron_reader_address.h"


static ngx_array_t *ngx_http_patron_reader_trusted(ngx_cycle_t *cycle,
    void **loc_conf);
static ngx_int_t ngx_http_patron_reader_told(ngx_http_request_t *r,
    ngx_http_complex_value_t *value, patron_address_t *address);
static ngx_int_t ngx_http_patron_reader_proxied(ngx_http_request_t *r);


ngx_int_t
ngx_http_patron_reader_address(ngx_http_request_t *r,
    ngx_http_complex_value_t *value, patron_address_t *address)
{
    ngx_int_t             rc;
    struct sockaddr      *sockaddr;
    struct sockaddr_in   *sin;
#if (NGX_HAVE_INET6)
    struct sockaddr_in6  *sin6;
#endif

    if (value != NULL) {
        rc = ngx_http_patron_reader_told(r, value, address);

        if (rc != NGX_DECLINED) {
            return rc;
        }
    }

    sockaddr = r->connection->sockaddr;

    switch (sockaddr->sa_family) {

    case AF_INET:
        sin = (struct sockaddr_in *) sockaddr;
        patron_address_bytes(address, (u_char *) &sin->sin_addr.s_addr, 4);
        return NGX_OK;

#if (NGX_HAVE_INET6)

    case AF_INET6:
        sin6 = (struct sockaddr_in6 *) sockaddr;
        patron_address_bytes(address, sin6->sin6_addr.s6_addr, 16);
        return NGX_OK;

#endif

    default:
        return NGX_DECLINED;
    }
}


static ngx_int_t
ngx_http_patron_reader_told(ngx_http_request_t *r,
    ngx_http_complex_value_t *value, patron_address_t *address)
{
    ngx_str_t     text;
    patron_str_t  last;

    if (!ngx_http_patron_reader_proxied(r)) {
        return NGX_DECLINED;
    }

    if (ngx_http_complex_value(r, value, &text) != NGX_OK) {
        return NGX_ERROR;
    }

    /* what those in front have added stands last */

    while (text.len && (text.data[text.len - 1] == ' '
                        || text.data[text.len - 1] == '\t'))
    {
        text.len--;
    }

    last.data = text.data + text.len;

    while (last.data > text.data
           && last.data[-1] != ',' && last.data[-1] != ' '
           && last.data[-1] != '\t')
    {
        last.data--;
    }

    last.len = text.data + text.len - last.data;

    return patron_address_parse(address, &last) == PATRON_OK ? NGX_OK
                                                             : NGX_DECLINED;
}


/* Does the connection come from an address that is trusted? */

static ngx_int_t
ngx_http_patron_reader_proxied(ngx_http_request_t *r)
{
    ngx_str_t                   name;
    ngx_addr_t                  addr;
    ngx_array_t                *trusted;
    struct sockaddr             local;
    ngx_http_variable_value_t  *v;

    static ngx_str_t  realip = ngx_string("realip_remote_addr");

    trusted = ngx_http_patron_reader_trusted((ngx_cycle_t *) ngx_cycle,
                                             r->loc_conf);
    if (trusted == NULL) {
        return 0;
    }

    name = realip;
    v = ngx_http_get_variable(r, &name, ngx_hash_key(name.data, name.len));

    if (v == NULL || v->not_found || v->len == 0) {
        return 0;
    }

    if (v->len == 5 && ngx_strncmp(v->data, "unix:", 5) == 0) {
        local.sa_family = AF_UNIX;
        return ngx_cidr_match(&local, trusted) == NGX_OK;
    }

    if (ngx_parse_addr(r->pool, &addr, v->data, v->len) != NGX_OK) {
        return 0;
    }

    return ngx_cidr_match(addr.sockaddr, trusted) == NGX_OK;
}


/* Its list of ngx_cidr_t is the first that the realip module has. */

static ngx_array_t *
ngx_http_patron_reader_trusted(ngx_cycle_t *cycle, void **loc_conf)
{
    ngx_uint_t    i;
    ngx_array_t  *trusted, **realip;

    for (i = 0; cycle->modules[i] != NULL; i++) {

        if (cycle->modules[i]->type == NGX_HTTP_MODULE
            && ngx_strcmp(cycle->modules[i]->name, "ngx_http_realip_module")
               == 0)
        {
            realip = loc_conf[cycle->modules[i]->ctx_index];
            trusted = realip ? *realip : NULL;

            return trusted != NGX_CONF_UNSET_PTR ? trusted : NULL;
        }
    }

    return NULL;
}


ngx_uint_t
ngx_http_patron_reader_trusts(ngx_conf_t *cf)
{
    ngx_http_conf_ctx_t  *ctx;

    ctx = cf->ctx;

    return ngx_http_patron_reader_trusted(cf->cycle, ctx->loc_conf) != NULL;
}
