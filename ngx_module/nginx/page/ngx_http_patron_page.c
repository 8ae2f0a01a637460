
/*
 * See the header.  Memory: the editor's unfinished tag; while the headers
 * wait, what has come of the page, at most patron_wall_buffer.
 */


#include "ngx_http_patron_chain.h"
#include "ngx_http_patron_conf.h"
#include "ngx_http_patron_conf_read.h"
#include "ngx_http_patron_page.h"
#include "ngx_http_patron_page_probe.h"
#include "ngx_http_patron_wall_choice.h"


#define NGX_HTTP_PATRON_LOOK_MAX  1024      /* bytes looked through for a NUL */


static ngx_http_patron_page_t *ngx_http_patron_page_alloc(
    ngx_http_request_t *r, ngx_http_patron_loc_conf_t *plcf);


ngx_int_t
ngx_http_patron_page_create(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf, ngx_http_patron_state_t *st,
    ngx_uint_t probe, ngx_http_patron_wall_t *wall)
{
    ngx_http_patron_page_t  *page;

    page = ngx_http_patron_page_alloc(r, plcf);
    if (page == NULL) {
        return NGX_ERROR;
    }

    ngx_http_patron_page_set_wall(page, wall);

    if (probe && ngx_http_patron_page_probe_init(page, probe) != NGX_OK) {
        return NGX_ERROR;
    }

    st->page = page;

    return NGX_OK;
}


void
ngx_http_patron_page_set_wall(ngx_http_patron_page_t *page,
    ngx_http_patron_wall_t *wall)
{
    page->cut = wall;
    page->cut_bit = wall ? ngx_http_patron_wall_cut_bit(page->plcf, wall) : 0;
}


ngx_http_patron_page_t *
ngx_http_patron_page_included_create(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf)
{
    ngx_http_patron_page_t  *page;

    page = ngx_http_patron_page_alloc(r, plcf);

    if (page == NULL
        || ngx_http_patron_page_probe_init(page, NGX_HTTP_PATRON_PROBE_META)
           != NGX_OK)
    {
        return NULL;
    }

    return page;
}


static ngx_http_patron_page_t *
ngx_http_patron_page_alloc(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf)
{
    ngx_http_patron_page_t  *page;

    page = ngx_palloc(r->pool, sizeof(ngx_http_patron_page_t));
    if (page == NULL) {
        return NULL;
    }

    ngx_memzero(page, offsetof(ngx_http_patron_page_t, chain));

    page->request = r;
    page->plcf = plcf;
    page->raw_last = &page->raw;
    page->promised = (r == r->main) ? r->headers_out.content_length_n : -1;

    ngx_http_patron_chain_init(&page->chain, r->pool);

    return page;
}


ngx_int_t
ngx_http_patron_page_editor(ngx_http_patron_page_t *page, uint64_t active,
    patron_edit_sink_t *sink)
{
    if (page->mem == NULL) {
        page->mem = ngx_http_patron_mem(page->request->pool);
        if (page->mem == NULL) {
            return NGX_ERROR;
        }
    }

    page->edit = patron_edit_create(page->mem, page->plcf->rules, active,
                                    sink, page);

    return page->edit == NULL ? NGX_ERROR : NGX_OK;
}


ngx_str_t *
ngx_http_patron_page_html(ngx_http_patron_page_t *page, ngx_uint_t rule)
{
    if (page->banners & (uint64_t) 1 << rule) {
        return &page->picks[rule].html;
    }

    if ((ngx_int_t) rule == page->plcf->markup_rule) {
        return &page->markup;
    }

    return &page->wall;
}


/*
 * What begins as UTF-16 does or has a NUL near its beginning is no page, or
 * none whose tags can be read: it has no place for a wall.
 */

ngx_uint_t
ngx_http_patron_page_is_binary(ngx_http_patron_page_t *page, u_char *p,
    size_t len)
{
    if (len == 0 || page->looked == NGX_HTTP_PATRON_LOOK_MAX) {
        return page->binary;
    }

    if (page->looked == 0 && p[0] >= 0xfe) {
        page->binary = 1;
    }

    len = ngx_min(len, NGX_HTTP_PATRON_LOOK_MAX - page->looked);

    if (memchr(p, '\0', len) != NULL) {
        page->binary = 1;
    }

    page->looked += len;

    return page->binary;
}
