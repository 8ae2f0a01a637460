
/*
 * See the header.  Pages are told apart by the address that the reader asked
 * for, its host, path and query: what a rewrite makes of it would be the same
 * for many.
 */


#include "patron_form.h"
#include "ngx_http_patron_headers.h"
#include "ngx_http_patron_link.h"
#include "ngx_http_patron_seals.h"
#include "ngx_http_patron_str.h"


static ngx_int_t ngx_http_patron_link_sign(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf, ngx_http_patron_seal_e purpose,
    const patron_link_t *link, u_char *dst, size_t *len);


ngx_int_t
ngx_http_patron_link_open(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf, ngx_http_patron_seal_e purpose,
    const char *what, ngx_str_t *token, int64_t leeway, patron_link_t *link)
{
    patron_str_t    text;
    patron_seal_t  *seal;

    seal = ngx_http_patron_seal(&plcf->keys->seals, plcf->keys->keys, purpose,
                                r->connection->log);
    if (seal == NULL) {
        return NGX_DECLINED;
    }

    text = ngx_http_patron_pure_str(token);

    if (patron_link_check(seal, &text, ngx_time(), leeway, link)
        != PATRON_TOKEN_VALID)
    {
        ngx_http_patron_link_refused(r, what, link->reason);
        return NGX_DECLINED;
    }

    return NGX_OK;
}


void
ngx_http_patron_link_refused(ngx_http_request_t *r, const char *what,
    const char *why)
{
    ngx_log_error(NGX_LOG_INFO, r->connection->log, 0,
                  "patron: %s refused: %s", what, why);
}


ngx_int_t
ngx_http_patron_link_here(ngx_http_request_t *r, const ngx_str_t *ignore,
    const patron_link_t *link, patron_str_t *page, const char **why)
{
    patron_str_t  host, uri;

    ngx_http_patron_link_host(r, &host);

    /* one that was made by hand may leave the host out */

    if (link->host.len
        && (link->host.len != host.len
            || ngx_memcmp(link->host.data, host.data, host.len) != 0))
    {
        *why = "it is for another host";
        return NGX_DECLINED;
    }

    uri = ngx_http_patron_pure_str(&r->unparsed_uri);

    if (ngx_http_patron_link_page(r, ignore, &uri, page) != NGX_OK) {
        return NGX_ERROR;
    }

    if (page->len == 0 || page->len != link->path.len
        || ngx_memcmp(page->data, link->path.data, page->len) != 0)
    {
        *why = "it is for another path";
        return NGX_DECLINED;
    }

    return NGX_OK;
}


void
ngx_http_patron_link_host(ngx_http_request_t *r, patron_str_t *host)
{
    ngx_str_t                 *name;
    ngx_http_core_srv_conf_t  *cscf;

    cscf = ngx_http_get_module_srv_conf(r, ngx_http_core_module);

    name = r->headers_in.server.len ? &r->headers_in.server
                                    : &cscf->server_name;

    *host = ngx_http_patron_pure_str(name);
}


ngx_int_t
ngx_http_patron_link_page(ngx_http_request_t *r, const ngx_str_t *ignore,
    const patron_str_t *uri, patron_str_t *page)
{
    u_char        *p, *decoded;
    size_t         i, n, len;
    patron_str_t   query, ignored;

    for (len = 0; len < uri->len && uri->data[len] != '?'; len++) {
        /* void */
    }

    p = ngx_pnalloc(r->pool, 4 * uri->len + 1);
    if (p == NULL) {
        return NGX_ERROR;
    }

    decoded = p + 3 * uri->len + 1;
    n = patron_percent_decode(decoded, uri->data, len);

    page->data = p;

    for (i = 0; i < n; i++) {

        if (decoded[i] == '?' || decoded[i] == '%') {
            /* a '?' of the path is not that of the query */
            p = ngx_sprintf(p, "%%%02XD", (uint32_t) decoded[i]);

        } else {
            *p++ = decoded[i];
        }
    }

    query.data = uri->data + ngx_min(len + 1, uri->len);
    query.len = uri->data + uri->len - query.data;

    ignored = ngx_http_patron_pure_str(ignore);

    n = patron_query_significant(&query, &ignored, p + 1);

    if (n) {
        *p = '?';
        p += 1 + n;
    }

    page->len = p - page->data;

    return NGX_OK;
}


ngx_int_t
ngx_http_patron_link_token(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf, ngx_http_patron_seal_e purpose,
    const patron_link_t *link, ngx_str_t *token)
{
    token->data = ngx_pnalloc(r->pool, PATRON_TOKEN_MAX);
    if (token->data == NULL) {
        return NGX_ERROR;
    }

    return ngx_http_patron_link_sign(r, plcf, purpose, link, token->data,
                                     &token->len);
}


ngx_int_t
ngx_http_patron_link_address(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf, ngx_http_patron_seal_e purpose,
    const patron_link_t *link, const patron_str_t *base,
    const patron_str_t *uri, const char *name, ngx_str_t *url)
{
    u_char     *p;
    size_t      len, namelen;
    ngx_int_t   rc;

    namelen = ngx_strlen(name);

    p = ngx_pnalloc(r->pool, base->len + uri->len + namelen + 2
                             + PATRON_TOKEN_MAX);
    if (p == NULL) {
        return NGX_ERROR;
    }

    url->data = p;

    p = ngx_cpymem(p, base->data, base->len);
    p = ngx_cpymem(p, uri->data, uri->len);
    *p++ = memchr(uri->data, '?', uri->len) ? '&' : '?';
    p = ngx_cpymem(p, name, namelen);
    *p++ = '=';

    rc = ngx_http_patron_link_sign(r, plcf, purpose, link, p, &len);

    if (rc == NGX_OK) {
        url->len = p + len - url->data;
    }

    return rc;
}


/* To PATRON_TOKEN_MAX bytes. */

static ngx_int_t
ngx_http_patron_link_sign(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf, ngx_http_patron_seal_e purpose,
    const patron_link_t *link, u_char *dst, size_t *len)
{
    patron_seal_t  *seal;

    seal = ngx_http_patron_seal(&plcf->keys->seals, plcf->keys->keys, purpose,
                                r->connection->log);
    if (seal == NULL) {
        return NGX_ERROR;
    }

    return patron_link_sign(seal, link, dst, PATRON_TOKEN_MAX, len)
           == PATRON_OK ? NGX_OK : NGX_DECLINED;
}


ngx_int_t
ngx_http_patron_link_header(ngx_http_request_t *r)
{
    static ngx_str_t  robots = ngx_string("X-Robots-Tag");
    static ngx_str_t  noindex = ngx_string("noindex");
    static ngx_str_t  referrer = ngx_string("Referrer-Policy");
    static ngx_str_t  no_referrer = ngx_string("no-referrer");

    ngx_http_patron_drop_header(r, &referrer);

    if (ngx_http_patron_add_header(r, &referrer, &no_referrer) != NGX_OK) {
        return NGX_ERROR;
    }

    return ngx_http_patron_add_header(r, &robots, &noindex);
}
