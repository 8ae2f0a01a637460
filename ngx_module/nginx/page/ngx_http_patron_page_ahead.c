
/*
 * See the header.  That the last version of a page had a match is no promise:
 * so nothing goes ahead that a page without one might not send, and such a page
 * is broken off, once.  For that
 *
 *   the selector must say that its matches lie in the body: then the head has
 *   nothing of what the wall is to keep;
 *   all that stands behind the head is put into a part of the chain that is not
 *   sent before it is let go, which only the match does;
 *   the level, the wall and the headers are settled by then as they are when the
 *   match has come, and the same function sends them;
 *   the reader's protocol can tell a page that was broken off: HTTP/1.0 cannot.
 *
 * A page that nginx has at hand, in a file or in its cache, is read sooner than
 * it could be sent: it does not come here.
 */


#include "ngx_http_patron_chain.h"
#include "ngx_http_patron_hash.h"
#include "ngx_http_patron_page_ahead.h"
#include "ngx_http_patron_page_feed.h"
#include "ngx_http_patron_zone_matches.h"


static ngx_uint_t ngx_http_patron_page_ahead_may(ngx_http_patron_page_t *page);
static uint64_t ngx_http_patron_page_ahead_key(ngx_http_patron_page_t *page);


void
ngx_http_patron_page_ahead(ngx_http_patron_page_t *page)
{
    if (ngx_http_patron_page_ahead_may(page)) {
        page->noted = ngx_http_patron_page_ahead_key(page);
        page->ahead = ngx_http_patron_zone_match(
                                  ngx_http_patron_request_zone(page->request),
                                  page->noted, ngx_time());
    }

    if (!page->ahead) {
        ngx_http_patron_chain_keep(&page->chain);
    }
}


static ngx_uint_t
ngx_http_patron_page_ahead_may(ngx_http_patron_page_t *page)
{
    ngx_http_request_t  *r;

    r = page->request;

    return r == r->main
           && r->method == NGX_HTTP_GET
           && r->http_version >= NGX_HTTP_VERSION_11
           && r->headers_out.status == NGX_HTTP_OK
           && r->upstream != NULL
#if (NGX_HTTP_CACHE)
           && !r->cached
#endif
           && !page->suspect
           && patron_rules_in_body(page->plcf->rules,
                                   __builtin_ctzll(page->cut_bit));
}


/* What was asked for, what made the page of it, and which wall stands there. */

static uint64_t
ngx_http_patron_page_ahead_key(ngx_http_patron_page_t *page)
{
    uint64_t             key;
    ngx_http_request_t  *r;

    r = page->request;

    key = ngx_http_patron_hash_mix(page->plcf->rules_hash, page->cut_bit);
    key = ngx_http_patron_hash_str(key, &r->headers_in.server);
    key = ngx_http_patron_hash_str(key, &r->unparsed_uri);
    key = ngx_http_patron_hash_str(key, &r->uri);

    return key ? key : 1;
}


ngx_int_t
ngx_http_patron_page_ahead_copy(ngx_http_patron_page_t *page, uint64_t from,
    u_char *p, size_t len)
{
    size_t    n;
    uint64_t  end;

    n = 0;

    if (page->ahead) {
        end = patron_edit_head_end(page->edit);

        if (from < end) {
            n = (end - from < len) ? (size_t) (end - from) : len;
        }

        if (ngx_http_patron_chain_copy(&page->chain, p, n) != NGX_OK) {
            return NGX_ERROR;
        }

        ngx_http_patron_page_ahead_ends(page, from + n);
    }

    return ngx_http_patron_chain_copy(&page->chain, p + n, len - n);
}


void
ngx_http_patron_page_ahead_ends(ngx_http_patron_page_t *page, uint64_t at)
{
    if (page->ahead && at >= patron_edit_head_end(page->edit)) {
        ngx_http_patron_chain_keep(&page->chain);
    }
}


ngx_int_t
ngx_http_patron_page_ahead_send(ngx_http_patron_page_t *page)
{
    ngx_int_t  rc;

    if (!ngx_http_patron_chain_ready(&page->chain)) {
        return NGX_OK;
    }

    if (page->holding) {
        rc = ngx_http_patron_page_release(page);

        if (rc != NGX_OK || page->drop) {
            return rc;
        }

        page->waiting = 1;
    }

    return page->waiting ? ngx_http_patron_chain_flush(&page->chain) : NGX_OK;
}


void
ngx_http_patron_page_ahead_note(ngx_http_patron_page_t *page)
{
    if (page->noted) {
        ngx_http_patron_zone_match_found(
                                  ngx_http_patron_request_zone(page->request),
                                  page->noted, ngx_time());
    }
}


void
ngx_http_patron_page_ahead_forget(ngx_http_patron_page_t *page)
{
    if (page->noted) {
        ngx_http_patron_zone_match_missed(
                                  ngx_http_patron_request_zone(page->request),
                                  page->noted, ngx_time());
    }
}
