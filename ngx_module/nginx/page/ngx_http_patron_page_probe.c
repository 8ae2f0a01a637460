
/*
 * See the header.  Memory: what has come of the page, at most
 * patron_wall_buffer.  A head that cannot be read in that room might state any
 * level: the page is refused.  Of an error page without a match in it the rest
 * is read on as it is sent, and is cut where a match comes after all.  Of how a
 * page begins no more is kept than patron_opening_feed() looks at.
 */


#include "ngx_http_patron_fetch.h"
#include "ngx_http_patron_page_edit.h"
#include "ngx_http_patron_page_feed.h"
#include "ngx_http_patron_page_header.h"
#include "ngx_http_patron_page_leak.h"
#include "ngx_http_patron_page_places.h"
#include "ngx_http_patron_page_probe.h"
#include "ngx_http_patron_page_scan.h"
#include "ngx_http_patron_page_told.h"
#include "ngx_http_patron_response.h"
#include "ngx_http_patron_wall.h"
#include "ngx_http_patron_wall_choice.h"


static ngx_int_t ngx_http_patron_page_looked(ngx_http_patron_page_t *page,
    ngx_buf_t *b);
static ngx_buf_t *ngx_http_patron_page_keep(ngx_http_patron_page_t *page,
    ngx_buf_t *b);
static ngx_int_t ngx_http_patron_page_probed(ngx_http_patron_page_t *page);
static ngx_int_t ngx_http_patron_page_closed(ngx_http_patron_page_t *page,
    ngx_http_patron_state_t *st, ngx_http_patron_wall_t **wall);
static ngx_int_t ngx_http_patron_page_part(ngx_http_patron_page_t *page,
    ngx_http_patron_state_t *st);
static ngx_int_t ngx_http_patron_page_no_article(ngx_http_patron_page_t *page,
    ngx_http_patron_state_t *st);
static ngx_int_t ngx_http_patron_page_unreadable(ngx_http_patron_page_t *page,
    const char *why);
static ngx_int_t ngx_http_patron_page_go_on(ngx_http_patron_page_t *page,
    ngx_int_t rc);
static ngx_int_t ngx_http_patron_page_again(ngx_http_patron_page_t *page);
static int ngx_http_patron_sink_nothing(void *ctx, uint64_t from,
    const patron_uchar_t *data, size_t len);
static int ngx_http_patron_sink_no_insert(void *ctx, uint64_t at,
    unsigned rule);
static int ngx_http_patron_sink_no_drop(void *ctx, uint64_t from, uint64_t to);


patron_edit_sink_t  ngx_http_patron_probe_sink = {
    ngx_http_patron_sink_nothing,
    ngx_http_patron_sink_nothing,
    ngx_http_patron_sink_no_insert,
    ngx_http_patron_sink_nothing,
    ngx_http_patron_sink_no_drop
};


ngx_int_t
ngx_http_patron_page_probe_init(ngx_http_patron_page_t *page, ngx_uint_t probe)
{
    uint64_t                     active;
    ngx_http_patron_loc_conf_t  *plcf;

    plcf = page->plcf;
    active = 0;

    page->probing = 1;
    page->request->filter_need_in_memory = 1;

    if (plcf->access_meta) {
        active |= (uint64_t) 1 << plcf->meta_rule;
    }

    if (probe == NGX_HTTP_PATRON_PROBE_MATCH) {
        page->match = 1;
        active |= page->cut_bit;
    }

    return ngx_http_patron_page_editor(page, active,
                                       &ngx_http_patron_probe_sink);
}


ngx_int_t
ngx_http_patron_page_probe(ngx_http_patron_page_t *page, ngx_buf_t *b)
{
    int         code;
    ngx_uint_t  binary, last;

    if (page->looking) {
        return ngx_http_patron_page_looked(page, b);
    }

    b = ngx_http_patron_page_keep(page, b);
    if (b == NULL) {
        return NGX_ERROR;
    }

    binary = ngx_http_patron_page_is_binary(page, b->pos, b->last - b->pos);

    /* a subrequest's is the last of its chain alone */

    last = b->last_buf
           || (page->request != page->request->main && b->last_in_chain);

    code = patron_edit_feed(page->edit, b->pos, b->last - b->pos, last);

    if (code == PATRON_ERROR) {
        return NGX_ERROR;
    }

    if (binary || patron_edit_gave_up(page->edit) != NULL) {
        return ngx_http_patron_page_unreadable(page,
                                               "its head cannot be read");
    }

    if (page->match) {
        if (patron_edit_matched(page->edit) & page->cut_bit) {
            page->matched = 1;
            return ngx_http_patron_page_probed(page);
        }

    } else if (code == PATRON_DECLINED || patron_edit_in_body(page->edit)) {
        return ngx_http_patron_page_probed(page);
    }

    if (last) {
        return ngx_http_patron_page_probed(page);
    }

    if (page->held <= page->plcf->wall_buffer) {
        return NGX_OK;
    }

    if (page->match) {
        page->longer = 1;
        return ngx_http_patron_page_probed(page);
    }

    return ngx_http_patron_page_unreadable(page, "its head is longer than "
                                           "patron_wall_buffer");
}


ngx_int_t
ngx_http_patron_page_look(ngx_http_patron_page_t *page)
{
    ngx_int_t            rc;
    ngx_http_request_t  *r;

    r = page->request;

    if (page->banners == 0 || page->opened || r->method == NGX_HTTP_HEAD) {
        return NGX_OK;
    }

    /* a page that is remembered is one, and a wall asks for a match */

    page->fetched = ngx_http_patron_is_fetch(r);

    if (!page->fetched && (page->planned || page->walled)) {
        page->fragment = page->planned && page->plan.piece;
        return NGX_OK;
    }

    ngx_memzero(&page->opening, sizeof(patron_opening_t));

    if (!page->walled && ngx_http_patron_page_is_file(page)) {
        rc = ngx_http_patron_page_scan_opening(page);

        if (rc != NGX_ERROR) {
            return rc;
        }
    }

    page->looking = 1;
    page->probing = 1;
    r->filter_need_in_memory = 1;

    return NGX_AGAIN;
}


/*
 * A buffer of a page that is looked at: it is copied only if it does not say
 * enough.
 */

static ngx_int_t
ngx_http_patron_page_looked(ngx_http_patron_page_t *page, ngx_buf_t *b)
{
    int                       code;
    ngx_int_t                 rc;
    ngx_chain_t              *cl;
    ngx_http_request_t       *r;
    ngx_http_patron_state_t  *st;

    r = page->request;

    code = patron_opening_feed(&page->opening, b->pos,
                               ngx_buf_in_memory(b) ? b->last - b->pos : 0,
                               page->fetched, b->last_buf);

    if (code == PATRON_AGAIN) {
        return ngx_http_patron_page_keep(page, b) ? NGX_OK : NGX_ERROR;
    }

    page->looking = 0;
    page->probing = 0;
    page->opened = 1;
    page->piece = (code == PATRON_DECLINED);
    page->fragment = page->opening.piece;
    page->held = 0;

    cl = ngx_alloc_chain_link(r->pool);
    if (cl == NULL) {
        return NGX_ERROR;
    }

    cl->buf = b;
    cl->next = NULL;
    *page->raw_last = cl;

    st = ngx_http_patron_state(r);

    rc = ngx_http_patron_opened_header(r,
                      ngx_http_get_module_loc_conf(r, ngx_http_patron_module),
                      st);

    return ngx_http_patron_page_go_on(page, rc);
}


/*
 * The headers of a page that was read so far are made: rc is what page_header()
 * said of them.
 */

static ngx_int_t
ngx_http_patron_page_go_on(ngx_http_patron_page_t *page, ngx_int_t rc)
{
    if (rc == NGX_ERROR) {
        return NGX_ERROR;
    }

    if (rc == NGX_DECLINED) {
        return ngx_http_patron_page_refuse_prefetch(page);
    }

    if (rc != NGX_AGAIN) {

        if (rc == NGX_DONE) {
            page->drop = 1;
        }

        rc = ngx_http_patron_page_release(page);

        if (rc != NGX_OK) {
            return rc;
        }
    }

    if (page->edit == NULL && !page->replaying && !page->probing) {
        page->bypass = 1;
    }

    return ngx_http_patron_page_again(page);
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


ngx_int_t
ngx_http_patron_page_levels(ngx_http_patron_page_t *page,
    ngx_http_patron_state_t *st)
{
    unsigned      i;
    patron_str_t  content;

    static const patron_str_t  locked = patron_string("locked");

    if (!page->plcf->access_meta) {
        return NGX_OK;
    }

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


/* What was looked for is known: what was kept goes through the edit. */

static ngx_int_t
ngx_http_patron_page_probed(ngx_http_patron_page_t *page)
{
    ngx_int_t                    rc;
    ngx_http_request_t          *r;
    ngx_http_patron_wall_t      *wall;
    ngx_http_patron_state_t     *st;
    ngx_http_patron_loc_conf_t  *plcf;

    r = page->request;
    st = ngx_http_patron_state(r);
    plcf = ngx_http_get_module_loc_conf(r, ngx_http_patron_module);

    page->probing = 0;
    page->held = 0;
    page->looked = 0;

    if (r != r->main) {
        return ngx_http_patron_page_part(page, st);
    }

    if (ngx_http_patron_page_levels(page, st) != NGX_OK) {
        return NGX_ERROR;
    }

    patron_edit_destroy(page->edit);
    page->edit = NULL;

    if (page->match && !page->matched && !st->stated) {
        return ngx_http_patron_page_no_article(page, st);
    }

    wall = NULL;

    if (!page->match && !st->replaced) {
        /* its head was read by a location's words; it is cut by this one's */
        page->plcf = plcf;
    }

    if (st->replaced) {
        if (ngx_http_patron_wall_verdict(st, &st->level, NULL)
            == PATRON_DECISION_WALL)
        {
            return ngx_http_patron_page_refuse(page, "so is what was to "
                                               "replace it");
        }

    } else {
        rc = ngx_http_patron_page_closed(page, st, &wall);

        if (rc != NGX_OK) {
            return rc;
        }
    }

    rc = ngx_http_patron_page_header(r, plcf, st, page->plcf, wall);

    return ngx_http_patron_page_go_on(page, rc);
}


/* The decision; wall is set where the page is to be cut. */

static ngx_int_t
ngx_http_patron_page_closed(ngx_http_patron_page_t *page,
    ngx_http_patron_state_t *st, ngx_http_patron_wall_t **wall)
{
    ngx_int_t            rc;
    patron_decision_e    decision;
    ngx_http_request_t  *r;

    r = page->request;

    if (ngx_http_patron_told(r, page->plcf, st)) {
        rc = ngx_http_patron_told_decide(r, page->plcf, st);

        return rc == NGX_DECLINED
               ? ngx_http_patron_page_refuse(page, "it was cached for others")
               : rc;
    }

    if (ngx_http_patron_wall_check_gift(r, page->plcf, st) != NGX_OK) {
        return NGX_ERROR;
    }

    decision = ngx_http_patron_wall_decide(r, st);

    if (decision == PATRON_DECISION_DENY) {
        return ngx_http_patron_page_refuse_prefetch(page);
    }

    if (decision != PATRON_DECISION_WALL) {
        return NGX_OK;
    }

    if (!page->plcf->enable || page->plcf->walls == NULL) {
        return ngx_http_patron_page_refuse(page, "no patron_wall");
    }

    if (ngx_http_patron_page_leaks(r, page->plcf)) {
        return ngx_http_patron_page_refuse(page, "its text stands elsewhere "
                                           "in it");
    }

    rc = ngx_http_patron_wall_choose(r, page->plcf, st, wall);

    return rc == NGX_DECLINED
           ? ngx_http_patron_page_refuse(page, "no patron_wall fits") : rc;
}


/* A page that another one includes has a level of its own. */

static ngx_int_t
ngx_http_patron_page_part(ngx_http_patron_page_t *page,
    ngx_http_patron_state_t *st)
{
    ngx_int_t         rc;
    ngx_uint_t        stated;
    patron_level_t    level;

    level = st->level;
    stated = st->stated;

    ngx_memzero(&st->level, sizeof(patron_level_t));

    rc = ngx_http_patron_page_levels(page, st);

    if (rc == NGX_OK
        && patron_decision_closed(ngx_http_patron_wall_verdict(st, &st->level,
                                                               NULL)))
    {
        rc = ngx_http_patron_page_unreadable(page, "the reader may not see "
                                             "it");
    }

    st->level = level;
    st->stated = stated;

    if (rc != NGX_OK || page->drop) {
        return rc;
    }

    patron_edit_destroy(page->edit);
    page->edit = NULL;
    page->bypass = 1;

    return ngx_http_patron_page_again(page);
}


/* An error page, and nothing else: it is neither walled nor metered. */

static ngx_int_t
ngx_http_patron_page_no_article(ngx_http_patron_page_t *page,
    ngx_http_patron_state_t *st)
{
    uint64_t             active, variant;
    ngx_int_t            rc;
    ngx_http_request_t  *r;

    r = page->request;

    if (page->longer) {
        /* than what can be kept of it: the rest is read on */

        active = 0;
        variant = 0;

        if (ngx_http_patron_wall_rules(r, page->plcf, page->cut, &page->wall,
                                       &active, &variant)
            != NGX_OK
            || ngx_http_patron_page_edit(page, page->cut_bit, 1) != NGX_OK)
        {
            return NGX_ERROR;
        }

        ngx_http_clear_content_length(r);
        ngx_http_clear_accept_ranges(r);

    } else {
        page->bypass = 1;
    }

    ngx_http_patron_wall_free(st);

    rc = ngx_http_patron_page_release(page);

    return rc == NGX_OK ? ngx_http_patron_page_again(page) : rc;
}


/* What might state any level.  An include is left out, a page refused. */

static ngx_int_t
ngx_http_patron_page_unreadable(ngx_http_patron_page_t *page, const char *why)
{
    ngx_http_request_t       *r;
    ngx_http_patron_state_t  *st;

    r = page->request;

    if (r == r->main) {
        st = ngx_http_patron_state(r);

        if (ngx_http_patron_told(r, page->plcf, st)) {
            st->unread = 1;
            return ngx_http_patron_page_probed(page);
        }

        ngx_http_patron_page_unread(page, why);

        return ngx_http_patron_page_refuse(page, why);
    }

    ngx_log_error(NGX_LOG_INFO, r->connection->log, 0,
                  "patron: subrequest \"%V\" left out: %s", &r->uri, why);

    page->probing = 0;
    page->drop = 1;

    return ngx_http_patron_page_again(page);
}


static ngx_int_t
ngx_http_patron_page_again(ngx_http_patron_page_t *page)
{
    ngx_chain_t  *raw;

    raw = page->raw;
    page->raw = NULL;
    page->raw_last = &page->raw;

    return ngx_http_patron_page_feed(page, raw);
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
