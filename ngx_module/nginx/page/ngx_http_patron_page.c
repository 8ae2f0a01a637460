
/*
 * See the header.  Memory: the editor's unfinished tag; while the headers
 * wait, what has come of the page, at most patron_wall_buffer.  A wall that
 * cannot be had refuses the page while its headers wait and ends it after.
 */


#include "ngx_http_patron_banner.h"
#include "ngx_http_patron_chain.h"
#include "ngx_http_patron_conf.h"
#include "ngx_http_patron_conf_read.h"
#include "ngx_http_patron_page.h"
#include "ngx_http_patron_state.h"
#include "ngx_http_patron_wall.h"
#include "ngx_http_patron_zone.h"


#define NGX_HTTP_PATRON_LOOK_MAX  1024      /* bytes looked through for a NUL */


static ngx_uint_t ngx_http_patron_page_broke_off(ngx_http_patron_page_t *page,
    ngx_buf_t *b);
static ngx_int_t ngx_http_patron_page_probe(ngx_http_patron_page_t *page,
    ngx_buf_t *b, ngx_int_t *rc);
static ngx_buf_t *ngx_http_patron_page_keep(ngx_http_patron_page_t *page,
    ngx_buf_t *b);
static ngx_int_t ngx_http_patron_page_levels(ngx_http_patron_page_t *page,
    ngx_http_patron_state_t *st);
static ngx_int_t ngx_http_patron_page_probed(ngx_http_patron_page_t *page,
    ngx_int_t *rc);
static ngx_int_t ngx_http_patron_page_buf(ngx_http_patron_page_t *page,
    ngx_buf_t *b, ngx_int_t *rc);
static ngx_int_t ngx_http_patron_page_settle(ngx_http_patron_page_t *page,
    ngx_buf_t *b, ngx_int_t *rc);
static ngx_int_t ngx_http_patron_page_refuse(ngx_http_patron_page_t *page,
    const char *why, ngx_int_t *rc);
static ngx_int_t ngx_http_patron_page_release(ngx_http_patron_page_t *page,
    ngx_int_t *rc);
static int ngx_http_patron_sink_nothing(void *ctx, uint64_t from,
    const patron_uchar_t *data, size_t len);
static int ngx_http_patron_sink_no_insert(void *ctx, uint64_t at,
    unsigned rule);
static int ngx_http_patron_sink_no_drop(void *ctx, uint64_t from, uint64_t to);


/* For a page that is only read. */

static patron_edit_sink_t  ngx_http_patron_probe_sink = {
    ngx_http_patron_sink_nothing,
    ngx_http_patron_sink_nothing,
    ngx_http_patron_sink_no_insert,
    ngx_http_patron_sink_nothing,
    ngx_http_patron_sink_no_drop
};


ngx_int_t
ngx_http_patron_page_create(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf, ngx_http_patron_state_t *st,
    ngx_uint_t probe)
{
    ngx_http_patron_page_t  *page;

    page = ngx_palloc(r->pool, sizeof(ngx_http_patron_page_t));
    if (page == NULL) {
        return NGX_ERROR;
    }

    /* but for the plan, which is begun or copied before it is read */

    ngx_memzero(page, offsetof(ngx_http_patron_page_t, plan));

    page->request = r;
    page->plcf = plcf;
    page->raw_last = &page->raw;

    ngx_http_patron_chain_init(&page->chain, r->pool);

    if (probe) {
        page->probing = 1;
        r->filter_need_in_memory = 1;

        if (ngx_http_patron_page_editor(page, (uint64_t) 1 << plcf->meta_rule,
                                        &ngx_http_patron_probe_sink)
            != NGX_OK)
        {
            return NGX_ERROR;
        }
    }

    st->page = page;

    return NGX_OK;
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

    if (page->plcf->markup.len && (ngx_int_t) rule == page->plcf->markup_rule)
    {
        return &page->plcf->markup;
    }

    return &page->wall;
}


ngx_int_t
ngx_http_patron_page_feed(ngx_http_patron_page_t *page, ngx_chain_t *in,
    ngx_int_t *rc)
{
    ngx_int_t     code;
    ngx_chain_t  *cl;

    for (cl = in; cl; cl = cl->next) {

        if (page->drop) {
            ngx_http_patron_chain_consume(cl->buf);
            continue;
        }

        if ((page->probing || page->holding)
            && ngx_http_patron_page_broke_off(page, cl->buf))
        {
            *rc = ngx_http_patron_page_bad_gateway(page);
            return NGX_DONE;
        }

        if (page->probing) {
            code = ngx_http_patron_page_probe(page, cl->buf, rc);

        } else if (page->bypass && !page->holding) {
            /* the rest of this chain, as it came */
            code = ngx_http_patron_chain_append(&page->chain, cl);

        } else if (page->replaying) {
            code = ngx_http_patron_page_replay_buf(page, cl->buf);

        } else {
            code = ngx_http_patron_page_buf(page, cl->buf, rc);
        }

        if (code != NGX_OK) {
            return code;
        }
    }

    return NGX_OK;
}


/*
 * Has the upstream failed in the middle of its response?  nginx then tells the
 * filters to flush, once it has let go of the upstream, and ends the connection
 * without a last buffer.
 */

static ngx_uint_t
ngx_http_patron_page_broke_off(ngx_http_patron_page_t *page, ngx_buf_t *b)
{
    ngx_http_upstream_t  *u;

    u = page->request->upstream;

    return u != NULL && u->cleanup == NULL
           && b->flush && !b->last_buf && ngx_buf_special(b);
}


ngx_int_t
ngx_http_patron_page_bad_gateway(ngx_http_patron_page_t *page)
{
    page->drop = 1;
    ngx_http_patron_state(page->request)->page = NULL;

    return ngx_http_filter_finalize_request(page->request,
                                            &ngx_http_patron_module,
                                            NGX_HTTP_BAD_GATEWAY);
}


/* Reads the head for a level; the bytes are kept as they came. */

static ngx_int_t
ngx_http_patron_page_probe(ngx_http_patron_page_t *page, ngx_buf_t *b,
    ngx_int_t *rc)
{
    int         code;
    ngx_uint_t  binary;

    b = ngx_http_patron_page_keep(page, b);
    if (b == NULL) {
        return NGX_ERROR;
    }

    binary = ngx_http_patron_page_is_binary(page, b->pos, b->last - b->pos);

    code = patron_edit_feed(page->edit, b->pos, b->last - b->pos, b->last_buf);

    if (code == PATRON_ERROR) {
        return NGX_ERROR;
    }

    if (binary || patron_edit_gave_up(page->edit) != NULL) {
        return ngx_http_patron_page_refuse(page, "its head cannot be read",
                                           rc);
    }

    if (b->last_buf || code == PATRON_DECLINED
        || patron_edit_in_body(page->edit))
    {
        return ngx_http_patron_page_probed(page, rc);
    }

    if (page->held > page->plcf->wall_buffer) {
        return ngx_http_patron_page_refuse(page, "its head is longer than "
                                           "patron_wall_buffer", rc);
    }

    return NGX_OK;
}


/* A copy of the buffer at the end of raw; the buffer is consumed. */

static ngx_buf_t *
ngx_http_patron_page_keep(ngx_http_patron_page_t *page, ngx_buf_t *b)
{
    size_t        len;
    ngx_buf_t    *copy;
    ngx_chain_t  *cl;

    len = ngx_buf_in_memory(b) ? (size_t) (b->last - b->pos) : 0;

    cl = ngx_alloc_chain_link(page->request->pool);
    if (cl == NULL) {
        return NULL;
    }

    copy = len ? ngx_create_temp_buf(page->request->pool, len)
               : ngx_calloc_buf(page->request->pool);
    if (copy == NULL) {
        return NULL;
    }

    if (len) {
        copy->last = ngx_cpymem(copy->pos, b->pos, len);

    } else {
        copy->sync = 1;
    }

    copy->last_buf = b->last_buf;
    copy->last_in_chain = b->last_in_chain;
    copy->flush = b->flush;

    cl->buf = copy;
    cl->next = NULL;

    *page->raw_last = cl;
    page->raw_last = &cl->next;
    page->held += len;

    ngx_http_patron_chain_consume(b);

    return copy;
}


/* The levels that the head states; of too many there may be any. */

static ngx_int_t
ngx_http_patron_page_levels(ngx_http_patron_page_t *page,
    ngx_http_patron_state_t *st)
{
    unsigned      i;
    patron_str_t  content;

    static const patron_str_t  locked = patron_string("locked");

    for (i = 0;
         patron_edit_meta(page->edit, page->plcf->meta_rule, i, &content)
         == PATRON_OK;
         i++)
    {
        if (ngx_http_patron_wall_meta(page->request, st, &content) != NGX_OK) {
            return NGX_ERROR;
        }
    }

    if (i == patron_edit_metas(page->edit, page->plcf->meta_rule)) {
        return NGX_OK;
    }

    content = locked;

    return ngx_http_patron_wall_meta(page->request, st, &content);
}


/* The level is known: what was kept goes through the edit. */

static ngx_int_t
ngx_http_patron_page_probed(ngx_http_patron_page_t *page, ngx_int_t *rc)
{
    ngx_int_t                 code;
    ngx_chain_t              *raw;
    ngx_http_request_t       *r;
    ngx_http_patron_state_t  *st;

    r = page->request;
    st = ngx_http_patron_state(r);

    page->probing = 0;
    page->held = 0;
    page->looked = 0;

    if (ngx_http_patron_page_levels(page, st) != NGX_OK) {
        return NGX_ERROR;
    }

    patron_edit_destroy(page->edit);
    page->edit = NULL;

    raw = page->raw;
    page->raw = NULL;

    ngx_http_patron_wall_decide(r, st);

    if (st->decision == NGX_HTTP_PATRON_WALL && page->plcf->wall == NULL) {
        return ngx_http_patron_page_refuse(page, "no patron_wall", rc);
    }

    code = ngx_http_patron_page_header(r, page->plcf, st);

    if (code == NGX_ERROR) {
        return NGX_ERROR;
    }

    if (code != NGX_AGAIN) {

        if (code == NGX_DONE) {
            page->drop = 1;
        }

        if (ngx_http_patron_page_release(page, rc) != NGX_OK) {
            return NGX_DONE;
        }
    }

    if (page->edit == NULL && !page->replaying) {
        page->bypass = 1;
    }

    return ngx_http_patron_page_feed(page, raw, rc);
}


static ngx_int_t
ngx_http_patron_page_buf(ngx_http_patron_page_t *page, ngx_buf_t *b,
    ngx_int_t *rc)
{
    ngx_int_t   code;
    ngx_uint_t  held, last;

    held = page->holding;

    ngx_http_patron_chain_from(&page->chain, b);

    if (ngx_http_patron_page_bytes(page, b) != NGX_OK) {
        return NGX_ERROR;
    }

    if (page->walled
        && ngx_http_patron_page_settle(page, b, rc) != NGX_OK)
    {
        return NGX_DONE;
    }

    if (page->drop && !page->ended) {
        ngx_http_patron_chain_consume(b);
        return NGX_OK;
    }

    last = b->last_buf;

    code = held ? ngx_http_patron_chain_end_copied(&page->chain)
                : ngx_http_patron_chain_end(&page->chain);

    if (code == NGX_OK && page->ended && !last) {
        return ngx_http_patron_chain_last(&page->chain);
    }

    return code;
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


/* Has the wall found its place, or will it never? */

static ngx_int_t
ngx_http_patron_page_settle(ngx_http_patron_page_t *page, ngx_buf_t *b,
    ngx_int_t *rc)
{
    const char  *why;

    why = page->binary ? "it is no text" : patron_edit_gave_up(page->edit);

    if (page->holding) {

        if (why == NULL
            && (patron_edit_matched(page->edit)
                & (uint64_t) 1 << page->plcf->cut_rule))
        {
            return ngx_http_patron_page_release(page, rc);
        }

        if (why == NULL && page->bypass) {
            why = "no element matches patron_wall";

        } else if (page->held > page->plcf->wall_buffer) {
            why = "no element matches patron_wall "
                  "within patron_wall_buffer";
        }

        if (why != NULL) {
            return ngx_http_patron_page_refuse(page, why, rc);
        }

        return NGX_OK;
    }

    if (why != NULL && !page->drop) {
        /* what comes may be another match: it ends the page */

        ngx_log_error(NGX_LOG_WARN, page->request->connection->log, 0,
                      "patron: walled page ended early: %s", why);

        page->drop = 1;
        page->ended = 1;
    }

    return NGX_OK;
}


static ngx_int_t
ngx_http_patron_page_refuse(ngx_http_patron_page_t *page, const char *why,
    ngx_int_t *rc)
{
    ngx_http_patron_state_t  *st;

    st = ngx_http_patron_state(page->request);

    page->drop = 1;
    st->page = NULL;

    *rc = ngx_http_patron_refuse(page->request, page->plcf, st, why);

    return NGX_DONE;
}


static ngx_int_t
ngx_http_patron_page_release(ngx_http_patron_page_t *page, ngx_int_t *rc)
{
    page->holding = 0;

    *rc = ngx_http_patron_send_header(page->request);

    if (*rc == NGX_ERROR || *rc > NGX_OK) {
        return NGX_DONE;
    }

    if (page->request->header_only) {
        page->drop = 1;
        ngx_http_patron_chain_init(&page->chain, page->request->pool);
    }

    return NGX_OK;
}


/* What became of the banners, once nothing more can come of them. */

void
ngx_http_patron_page_done(ngx_http_patron_page_t *page, uint64_t placed,
    const char *why)
{
    uint64_t                  left;
    ngx_http_request_t       *r;
    ngx_http_patron_zone_t   *zone;
    ngx_http_patron_state_t  *st;

    if (page->done) {
        return;
    }

    page->done = 1;

    r = page->request;
    zone = ngx_http_patron_request_zone(r);

    placed &= page->banners;
    left = page->banners & ~placed;

    if (placed) {
        st = ngx_http_patron_state(r);
        st->placed = placed;
        st->placed_by = page->plcf;

        ngx_http_patron_zone_count(zone, NGX_HTTP_PATRON_C_PAGES_EDITED);
        ngx_http_patron_banners_shown(r, st, placed);
    }

    for ( /* void */ ; placed; placed &= placed - 1) {
        ngx_http_patron_zone_count(zone, NGX_HTTP_PATRON_C_BANNERS_SHOWN);
    }

    if (left == 0) {
        return;
    }

    ngx_http_patron_zone_count(zone, NGX_HTTP_PATRON_C_NOT_PLACED);

    ngx_log_error(NGX_LOG_INFO, r->connection->log, 0,
                  "patron: a banner found no place: %s",
                  why ? why : "no element matches its selector");
}


static int
ngx_http_patron_sink_nothing(void *ctx, uint64_t from,
    const patron_uchar_t *data, size_t len)
{
    return PATRON_OK;
}


static int
ngx_http_patron_sink_no_insert(void *ctx, uint64_t at, unsigned rule)
{
    return PATRON_OK;
}


static int
ngx_http_patron_sink_no_drop(void *ctx, uint64_t from, uint64_t to)
{
    return PATRON_OK;
}
