
/*
 * The edit of a page that is read: the editor's sink under it, which writes the
 * plan down where one is kept, and what is told at its end.  What the editor
 * passes while the headers wait is copied, and counted as held.
 */


#include "patron_edit_crowd.h"
#include "ngx_http_patron_chain.h"
#include "ngx_http_patron_page.h"
#include "ngx_http_patron_media.h"
#include "ngx_http_patron_page_ahead.h"
#include "ngx_http_patron_page_edit.h"
#include "ngx_http_patron_page_leak.h"
#include "ngx_http_patron_page_places.h"
#include "ngx_http_patron_quiet.h"
#include "ngx_http_patron_wall.h"


/* Of one edit in so many all that its selectors match is counted. */

#define NGX_HTTP_PATRON_COUNTED  64


static void ngx_http_patron_page_edited(ngx_http_patron_page_t *page);
static int ngx_http_patron_sink_pass(void *ctx, uint64_t from,
    const patron_uchar_t *data, size_t len);
static int ngx_http_patron_sink_copy(void *ctx, uint64_t from,
    const patron_uchar_t *data, size_t len);
static void ngx_http_patron_sink_bytes(ngx_http_patron_page_t *page,
    const u_char *p, size_t len);
static int ngx_http_patron_sink_insert(void *ctx, uint64_t at, unsigned rule);
static ngx_uint_t ngx_http_patron_page_leaves_out(
    ngx_http_patron_page_t *page, unsigned rule);
static int ngx_http_patron_sink_text(void *ctx, uint64_t at,
    const patron_uchar_t *data, size_t len);
static int ngx_http_patron_sink_drop(void *ctx, uint64_t from, uint64_t to);


static patron_edit_sink_t  ngx_http_patron_sink = {
    ngx_http_patron_sink_pass,
    ngx_http_patron_sink_copy,
    ngx_http_patron_sink_insert,
    ngx_http_patron_sink_text,
    ngx_http_patron_sink_drop
};


static ngx_uint_t  ngx_http_patron_edits;


ngx_int_t
ngx_http_patron_page_edit(ngx_http_patron_page_t *page, uint64_t active,
    ngx_uint_t walled)
{
    page->active = active;
    page->walled = walled;
    page->holding = walled;
    page->guarded = walled && page->keyed && page->request->upstream == NULL;

    page->request->filter_need_in_memory = 1;

    return ngx_http_patron_page_edit_begin(page, active,
                                           &ngx_http_patron_sink);
}


ngx_int_t
ngx_http_patron_page_edit_begin(ngx_http_patron_page_t *page, uint64_t active,
    patron_edit_sink_t *sink)
{
    if (page->plcf->appeals_meta && page->banners) {
        active |= (uint64_t) 1 << page->plcf->appeals_rule;
    }

    if (ngx_http_patron_page_editor(page, active, sink) != NGX_OK) {
        return NGX_ERROR;
    }

    if (page->walled && !ngx_http_patron_is_utf8(page->request)) {
        patron_edit_count_bytes(page->edit);
    }

    /* of a wall that is read to its end more could go wrong */

    if (!page->walled
        && ngx_http_patron_edits++ % NGX_HTTP_PATRON_COUNTED == 0)
    {
        patron_edit_count_matches(page->edit, page->banners);
    }

    return NGX_OK;
}


void
ngx_http_patron_page_record(ngx_http_patron_page_t *page)
{
    patron_plan_init(&page->plan);

    page->plan.piece = page->fragment;
    page->recording = 1;
}


ngx_int_t
ngx_http_patron_page_bytes(ngx_http_patron_page_t *page, ngx_buf_t *b)
{
    int     code;
    size_t  len;

    len = ngx_buf_in_memory(b) ? (size_t) (b->last - b->pos) : 0;

    page->ended |= b->last_buf;
    ngx_http_patron_page_leak_feed(page, b);

    if (len == 0 && !b->last_buf) {

        if (b->in_file && b->file_pos < b->file_last) {
            ngx_log_error(NGX_LOG_ALERT, page->request->connection->log, 0,
                          "patron: a file buffer came without memory");
            return NGX_ERROR;
        }

        return NGX_OK;
    }

    if (page->walled && ngx_http_patron_page_is_binary(page, b->pos, len)) {
        return NGX_OK;
    }

    if (len != 0 && !page->begun) {
        page->begun = 1;

        if (b->pos[0] >= 0xfe) {
            /* a UTF-16 byte order mark: no tag can be read */
            ngx_log_error(NGX_LOG_INFO, page->request->connection->log, 0,
                          "patron: page left alone: UTF-16");
            ngx_http_patron_page_edited(page);

            return ngx_http_patron_chain_pass(&page->chain, 0, len);
        }
    }

    code = patron_edit_feed(page->edit, b->pos, len, b->last_buf);

    if (code == PATRON_ERROR) {
        ngx_log_error(NGX_LOG_ERR, page->request->connection->log, 0,
                      "patron: editing the page failed: no memory");
        return NGX_ERROR;
    }

    if (code == PATRON_DECLINED || b->last_buf) {
        ngx_http_patron_page_edited(page);
    }

    return NGX_OK;
}


/* Nothing more can come of the edit: the plan, and what is told. */

static void
ngx_http_patron_page_edited(ngx_http_patron_page_t *page)
{
    const char  *why;

    page->bypass = 1;

    if (page->done) {
        return;
    }

    why = patron_edit_gave_up(page->edit);

    if (page->recording && why == NULL
        && (!page->walled
            || (patron_edit_matched(page->edit) & page->cut_bit)))
    {
        ngx_http_patron_page_remember(page);
    }

    if (page->walled && why == NULL && patron_edit_uncut(page->edit)) {
        ngx_http_patron_page_uncut(page);

    } else if (page->walled && why == NULL
               && (patron_edit_matched(page->edit) & page->cut_bit))
    {
        ngx_http_patron_page_ahead_note(page);
    }

    page->banners &= ~page->left_out;

    if (page->walled
        && (patron_edit_matched(page->edit) & page->plcf->hydration_rules))
    {
        ngx_http_patron_page_hydrated(page);
    }

    if (patron_edit_crowded(page->edit)) {
        ngx_http_patron_page_crowded(page, patron_edit_crowded(page->edit));
    }

    ngx_http_patron_page_done(page, patron_edit_inserted(page->edit), why);
}


void
ngx_http_patron_page_remember(ngx_http_patron_page_t *page)
{
    ngx_http_patron_zone_keep_plan(ngx_http_patron_request_zone(page->request),
                                   &page->plan_key, &page->plan);
}


/* The editor's sink: the page under it goes into the chain. */

static int
ngx_http_patron_sink_pass(void *ctx, uint64_t from,
    const patron_uchar_t *data, size_t len)
{
    ngx_http_patron_page_t  *page = ctx;

    ngx_http_patron_sink_bytes(page, data, len);

    if (page->holding || page->waiting) {
        return ngx_http_patron_page_ahead_copy(page, from, (u_char *) data,
                                               len);
    }

    return ngx_http_patron_chain_pass(&page->chain,
                                      data - page->chain.in->pos, len);
}


static int
ngx_http_patron_sink_copy(void *ctx, uint64_t from,
    const patron_uchar_t *data, size_t len)
{
    ngx_http_patron_page_t  *page = ctx;

    ngx_http_patron_sink_bytes(page, data, len);

    if (page->holding || page->waiting) {
        return ngx_http_patron_page_ahead_copy(page, from, (u_char *) data,
                                               len);
    }

    return ngx_http_patron_chain_copy(&page->chain, (u_char *) data, len);
}


static void
ngx_http_patron_sink_bytes(ngx_http_patron_page_t *page, const u_char *p,
    size_t len)
{
    if (page->markup.len) {
        (void) patron_jsonld_feed(&page->jsonld, p, len);
    }

    if (page->holding || page->waiting) {
        page->held += len;
    }
}


static int
ngx_http_patron_sink_insert(void *ctx, uint64_t at, unsigned rule)
{
    ngx_str_t               *html;
    ngx_http_patron_page_t  *page = ctx;

    html = ngx_http_patron_page_insert(page, at, rule);

    if (html == NULL) {
        return NGX_OK;
    }

    ngx_http_patron_page_ahead_ends(page, at);

    if (html == &page->wall) {
        ngx_http_patron_state(page->request)->shown = 1;
    }

    return ngx_http_patron_chain_memory(&page->chain, html);
}


ngx_str_t *
ngx_http_patron_page_insert(ngx_http_patron_page_t *page, uint64_t at,
    ngx_uint_t rule)
{
    ngx_str_t  *html;

    if (page->plcf->appeals_meta
        && (page->banners & (uint64_t) 1 << rule)
        && ngx_http_patron_page_leaves_out(page, rule))
    {
        page->left_out |= (uint64_t) 1 << rule;
        page->recording = 0;

        return NULL;
    }

    html = ngx_http_patron_page_html(page, rule);

    if (html == &page->markup && page->jsonld.found) {
        /* the page has its own */
        return NULL;
    }

    if (page->recording) {
        patron_plan_insert(&page->plan, at, rule);
    }

    return html;
}


/* By what the head has said so far; a list that is cut short says all. */

static ngx_uint_t
ngx_http_patron_page_leaves_out(ngx_http_patron_page_t *page, unsigned rule)
{
    unsigned                   i, n;
    patron_str_t               list;
    ngx_http_patron_banner_t  *b;

    b = page->plcf->banners->elts;
    b = &b[rule];
    n = patron_edit_metas(page->edit, page->plcf->appeals_rule);

    for (i = 0;
         patron_edit_meta(page->edit, page->plcf->appeals_rule, i, &list)
         == PATRON_OK;
         i++)
    {
        if (list.len >= PATRON_EDIT_MAX_META
            || ngx_http_patron_quiet_list(&list, &b->name, &b->slot))
        {
            return 1;
        }
    }

    return i < n;
}


static int
ngx_http_patron_sink_text(void *ctx, uint64_t at, const patron_uchar_t *data,
    size_t len)
{
    ngx_http_patron_page_t  *page = ctx;

    if (page->recording) {
        patron_plan_text(&page->plan, at, data, len);
    }

    ngx_http_patron_page_ahead_ends(page, at);

    return ngx_http_patron_chain_copy(&page->chain, (u_char *) data, len);
}


static int
ngx_http_patron_sink_drop(void *ctx, uint64_t from, uint64_t to)
{
    ngx_http_patron_page_t  *page = ctx;

    if (page->recording) {
        patron_plan_drop(&page->plan, from, to);
    }

    ngx_http_patron_page_leak_drop(page, from, to);

    return PATRON_OK;
}
