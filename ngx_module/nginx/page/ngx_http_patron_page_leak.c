
/*
 * See the header.  Memory: a copy of the page while it comes, at most
 * PATRON_LEAK_PAGE, of so many pages of a worker at a time.
 */


#include "ngx_http_patron_conf_read.h"
#include "ngx_http_patron_hash.h"
#include "ngx_http_patron_page_leak.h"
#include "ngx_http_patron_page_places.h"
#include "ngx_http_patron_zone_leaks.h"


#define NGX_HTTP_PATRON_LEAK_COPIES  16


static ngx_uint_t ngx_http_patron_page_leak_may(ngx_http_request_t *r);
static uint64_t ngx_http_patron_page_leak_url(ngx_http_request_t *r);
static void ngx_http_patron_page_leak_end(ngx_http_patron_page_t *page);
static void ngx_http_patron_page_leak_cleanup(void *data);


static ngx_uint_t  ngx_http_patron_leak_copies;


ngx_uint_t
ngx_http_patron_page_leaks(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf)
{
    ngx_uint_t  due;

    return plcf->leak_check == NGX_HTTP_PATRON_LEAK_REFUSE
           && ngx_http_patron_zone_leaks(ngx_http_patron_request_zone(r),
                                         ngx_http_patron_page_leak_url(r),
                                         ngx_time(), &due)
           && !(due && ngx_http_patron_page_leak_may(r));
}


/* A guest's, and there is room for a copy. */

static ngx_uint_t
ngx_http_patron_page_leak_may(ngx_http_request_t *r)
{
    return r == r->main
           && r->method != NGX_HTTP_HEAD
           && r->headers_out.status == NGX_HTTP_OK
           && r->headers_out.content_length_n <= PATRON_LEAK_PAGE
           && ngx_http_patron_state(r)->state == PATRON_STATE_GUEST
           && ngx_http_patron_leak_copies < NGX_HTTP_PATRON_LEAK_COPIES;
}


ngx_uint_t
ngx_http_patron_page_leak_begin(ngx_http_patron_page_t *page)
{
    off_t                size;
    ngx_int_t            rc;
    ngx_uint_t           leaks;
    ngx_pool_cleanup_t  *cln;
    ngx_http_request_t  *r;

    r = page->request;
    size = r->headers_out.content_length_n;

    if (page->plcf->leak_check == NGX_HTTP_PATRON_LEAK_OFF
        || (page->items != NULL
            && page->plcf->leak_check != NGX_HTTP_PATRON_LEAK_REFUSE)
        || !ngx_http_patron_page_leak_may(r))
    {
        return 0;
    }

    page->leak_url = ngx_http_patron_page_leak_url(r);

    rc = ngx_http_patron_zone_leak_claim(ngx_http_patron_request_zone(r),
                                         page->leak_url, ngx_time(), &leaks);

    page->suspect = (leaks && page->plcf->leak_check
                              == NGX_HTTP_PATRON_LEAK_REFUSE);

    if (rc != NGX_OK || page->items != NULL) {
        /* a feed has no other places where its text could stand */
        return page->suspect;
    }

    cln = ngx_pool_cleanup_add(r->pool, 0);

    if (cln != NULL && page->mem == NULL) {
        page->mem = ngx_http_patron_mem(r->pool);
    }

    if (cln == NULL || page->mem == NULL) {
        return page->suspect;
    }

    page->leak = patron_leak_create(page->mem, size > 0 ? (size_t) size : 0);

    if (page->leak == NULL) {
        return page->suspect;
    }

    cln->handler = ngx_http_patron_page_leak_cleanup;
    cln->data = page;
    ngx_http_patron_leak_copies++;

    return 1;
}


/* By what was asked for, as a reader sees it. */

static uint64_t
ngx_http_patron_page_leak_url(ngx_http_request_t *r)
{
    uint64_t  url;

    url = ngx_http_patron_hash_str(0, &r->headers_in.server);

    url = ngx_http_patron_hash_str(url, &r->unparsed_uri);

    return url ? url : 1;
}


void
ngx_http_patron_page_leak_feed(ngx_http_patron_page_t *page, ngx_buf_t *b)
{
    if (page->leak != NULL
        && ngx_buf_in_memory(b)
        && patron_leak_feed(page->leak, b->pos, (size_t) (b->last - b->pos))
           != PATRON_OK)
    {
        ngx_http_patron_page_leak_end(page);
    }
}


void
ngx_http_patron_page_leak_drop(ngx_http_patron_page_t *page, uint64_t from,
    uint64_t to)
{
    if (page->leak != NULL
        && patron_leak_drop(page->leak, from, to) != PATRON_OK)
    {
        ngx_http_patron_page_leak_end(page);
    }
}


ngx_int_t
ngx_http_patron_page_leak_find(ngx_http_patron_page_t *page)
{
    int                      rc;
    patron_leak_found_t      found;
    ngx_http_patron_zone_t  *zone;

    if (page->leak == NULL) {
        return NGX_DECLINED;
    }

    rc = patron_leak_find(page->leak, &found);

    ngx_http_patron_page_leak_end(page);

    if (rc == PATRON_ERROR) {
        return NGX_DECLINED;
    }

    zone = ngx_http_patron_request_zone(page->request);

    if (rc != PATRON_OK) {
        (void) ngx_http_patron_zone_leak_found(zone, page->leak_url,
                                               ngx_time(), 0);
        return NGX_OK;
    }

    ngx_http_patron_page_leaking(page, &found,
                   ngx_http_patron_zone_leak_found(zone, page->leak_url,
                                                   ngx_time(), 1));

    return NGX_DECLINED;
}


static void
ngx_http_patron_page_leak_end(ngx_http_patron_page_t *page)
{
    patron_leak_destroy(page->leak);
    page->leak = NULL;
    ngx_http_patron_leak_copies--;
}


/* A page that did not come to its end. */

static void
ngx_http_patron_page_leak_cleanup(void *data)
{
    ngx_http_patron_page_t  *page = data;

    if (page->leak != NULL) {
        ngx_http_patron_page_leak_end(page);
    }
}
