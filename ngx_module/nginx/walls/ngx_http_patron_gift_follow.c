
/*
 * See the header.  To the page that the link is for it leads as it is; to
 * another path, by a link that is signed anew, with the same giver, the same
 * end and the first one's id, so that taking back the first takes back all.
 *
 * What is another address of the page?  Where a permanent redirect leads (301,
 * 308): the site says so.  By any other the last part of the path has to stay,
 * as in "/story" to "/en/story/": "/random" or a form to sign in gets no gift.
 * Never another host, another port, or plain HTTP from TLS.
 */


#include "ngx_http_patron_compat.h"
#include "ngx_http_patron_gift.h"
#include "ngx_http_patron_gift_follow.h"
#include "ngx_http_patron_headers.h"
#include "ngx_http_patron_link.h"
#include "ngx_http_patron_str.h"


static ngx_int_t ngx_http_patron_gift_local(ngx_http_request_t *r,
    ngx_str_t *location, ngx_str_t *uri);
static ngx_uint_t ngx_http_patron_gift_same_name(patron_str_t *a,
    patron_str_t *b);
static void ngx_http_patron_gift_name(patron_str_t *page, patron_str_t *name);
static ngx_int_t ngx_http_patron_gift_sign(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf, ngx_http_patron_state_t *st,
    patron_str_t *page, ngx_str_t *token);
static ngx_int_t ngx_http_patron_gift_put(ngx_http_request_t *r,
    ngx_table_elt_t *h, ngx_str_t *uri, ngx_str_t *token);


ngx_int_t
ngx_http_patron_gift_follow(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf, ngx_http_patron_state_t *st)
{
    ngx_int_t                    rc;
    ngx_str_t                    uri, token;
    patron_str_t                 target, page;
    ngx_table_elt_t             *h;
    ngx_http_patron_gift_link_t *gift;

    static ngx_str_t  location = ngx_string("Location");

    gift = st->gift;

    if (gift == NULL || plcf->gift == NULL
        || r->headers_out.status < NGX_HTTP_MOVED_PERMANENTLY
        || r->headers_out.status > NGX_HTTP_PERMANENT_REDIRECT)
    {
        return NGX_OK;
    }

    h = ngx_http_patron_find_header(&r->headers_out.headers, &location);

    if (h == NULL || ngx_http_patron_gift_local(r, &h->value, &uri) != NGX_OK)
    {
        return NGX_OK;
    }

    target = ngx_http_patron_pure_str(&uri);

    if (ngx_http_patron_link_page(r, &plcf->gift->ignore, &target, &page)
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    token = gift->token;

    if (page.len != gift->page.len
        || ngx_memcmp(page.data, gift->page.data, page.len) != 0)
    {
        if (r->headers_out.status != NGX_HTTP_MOVED_PERMANENTLY
            && r->headers_out.status != NGX_HTTP_PERMANENT_REDIRECT
            && !ngx_http_patron_gift_same_name(&page, &gift->page))
        {
            return NGX_OK;
        }

        rc = ngx_http_patron_gift_sign(r, plcf, st, &page, &token);

        if (rc != NGX_OK) {
            return rc == NGX_DECLINED ? NGX_OK : NGX_ERROR;
        }
    }

    if (ngx_http_patron_gift_put(r, h, &uri, &token) != NGX_OK) {
        return NGX_ERROR;
    }

    return ngx_http_patron_private(r);
}


/* The path and the query of a location on this host, or NGX_DECLINED. */

static ngx_int_t
ngx_http_patron_gift_local(ngx_http_request_t *r, ngx_str_t *location,
    ngx_str_t *uri)
{
    u_char      *p, *end, *slash;
    ngx_str_t   *host;
    ngx_uint_t   tls;

    p = location->data;
    end = p + location->len;
    tls = 0;

    if (location->len > 8 && ngx_strncasecmp(p, (u_char *) "https://", 8) == 0)
    {
        tls = 1;
        p += 8;

    } else if (location->len > 7
               && ngx_strncasecmp(p, (u_char *) "http://", 7) == 0)
    {
        p += 7;
    }

    if (p != location->data) {
        slash = ngx_strlchr(p, end, '/');

        if (slash == NULL || r->headers_in.host == NULL) {
            return NGX_DECLINED;
        }

        host = &r->headers_in.host->value;

        if ((size_t) (slash - p) != host->len
            || ngx_strncasecmp(p, host->data, host->len) != 0)
        {
            return NGX_DECLINED;
        }

        if (!tls && ngx_http_patron_compat_tls(r)) {
            return NGX_DECLINED;
        }

        p = slash;
    }

    /* "//host" leads to another site, and so does "/\\host" */

    if (p == end || *p != '/'
        || (end - p > 1 && (p[1] == '/' || p[1] == '\\')))
    {
        return NGX_DECLINED;
    }

    uri->data = p;

    while (p < end && *p != '#') {
        p++;
    }

    uri->len = p - uri->data;

    return NGX_OK;
}


static ngx_uint_t
ngx_http_patron_gift_same_name(patron_str_t *a, patron_str_t *b)
{
    patron_str_t  x, y;

    ngx_http_patron_gift_name(a, &x);
    ngx_http_patron_gift_name(b, &y);

    return x.len != 0 && x.len == y.len
           && ngx_memcmp(x.data, y.data, x.len) == 0;
}


/* The last part of a page's path, whether or not a slash follows. */

static void
ngx_http_patron_gift_name(patron_str_t *page, patron_str_t *name)
{
    size_t  start, end;

    for (end = 0; end < page->len && page->data[end] != '?'; end++) {
        /* void */
    }

    while (end && page->data[end - 1] == '/') {
        end--;
    }

    for (start = end; start && page->data[start - 1] != '/'; start--) {
        /* void */
    }

    name->data = page->data + start;
    name->len = end - start;
}


/* NGX_DECLINED: no link can be made of such a path. */

static ngx_int_t
ngx_http_patron_gift_sign(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf, ngx_http_patron_state_t *st,
    patron_str_t *page, ngx_str_t *token)
{
    patron_link_t  link;

    ngx_memzero(&link, sizeof(patron_link_t));

    link.sub = st->gift->giver.sub;
    link.tier = st->gift->giver.tier;
    link.exp = st->gift->exp;
    link.path = *page;
    link.jti = ngx_http_patron_pure_str(&st->gift->id);

    ngx_http_patron_link_host(r, &link.host);

    return ngx_http_patron_link_token(r, plcf, NGX_HTTP_PATRON_SEAL_GIFT,
                                      &link, token);
}


/* uri is a part of the header's value, and a fragment may follow it. */

static ngx_int_t
ngx_http_patron_gift_put(ngx_http_request_t *r, ngx_table_elt_t *h,
    ngx_str_t *uri, ngx_str_t *token)
{
    u_char  *p, *tail, *value;

    tail = uri->data + uri->len;

    value = ngx_pnalloc(r->pool, h->value.len + sizeof("?gift=") + token->len);
    if (value == NULL) {
        return NGX_ERROR;
    }

    p = ngx_cpymem(value, h->value.data, tail - h->value.data);
    *p++ = ngx_strlchr(uri->data, tail, '?') ? '&' : '?';
    p = ngx_cpymem(p, "gift=", sizeof("gift=") - 1);
    p = ngx_cpymem(p, token->data, token->len);
    p = ngx_cpymem(p, tail, h->value.data + h->value.len - tail);

    h->value.data = value;
    h->value.len = p - value;

    return NGX_OK;
}
