
/*
 * See the header.  Told is what would be refused, lose its body, be cut under
 * another status than 200, be cut for its length alone, or pass as too short:
 * what a wall does beyond cutting behind its paragraphs.
 */


#include "ngx_http_patron_media.h"
#include "ngx_http_patron_page_dry.h"
#include "ngx_http_patron_page_probe.h"
#include "ngx_http_patron_wall.h"
#include "ngx_http_patron_wall_choice.h"


static void ngx_http_patron_dry_told(ngx_http_patron_page_t *page);
static const char *ngx_http_patron_dry_ended(ngx_http_patron_page_t *page,
    ngx_http_patron_state_t *st);
static void ngx_http_patron_dry_tell(ngx_http_request_t *r,
    const char *what);


ngx_uint_t
ngx_http_patron_is_dry(ngx_http_patron_loc_conf_t *plcf,
    ngx_http_patron_state_t *st)
{
    return (plcf->enable || st->location == NULL) ? plcf->dry_run
                                                  : st->location->dry_run;
}


ngx_int_t
ngx_http_patron_dry_header(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf, ngx_http_patron_state_t *st,
    ngx_uint_t is_page, ngx_uint_t redirect)
{
    uint64_t                 active;
    ngx_int_t                rc;
    patron_level_e           level;
    ngx_http_patron_wall_t  *wall;

    if (plcf->enable && plcf->told && r->content_handler != NULL) {
        /* its application cuts it */
        return NGX_OK;
    }

    wall = NULL;
    level = st->level.type;

    if (st->decision != PATRON_DECISION_WALL) {

        if (!plcf->access_meta || !ngx_http_patron_wall_undecided(plcf, st)) {
            return NGX_OK;
        }

        /* its head may state it */
        st->level.type = PATRON_LEVEL_MEMBERS;
    }

    rc = plcf->enable ? ngx_http_patron_wall_choose(r, plcf, st, &wall)
                      : NGX_DECLINED;

    st->level.type = level;

    if (rc == NGX_ERROR) {
        return NGX_ERROR;
    }

    if (redirect) {
        ngx_http_patron_dry_tell(r, "would lose its body");
        return NGX_OK;
    }

    if (ngx_http_patron_wall_by_error(r, st) && (!is_page || rc != NGX_OK)) {
        return NGX_OK;
    }

    if (!is_page && st->decision == PATRON_DECISION_WALL) {
        ngx_http_patron_dry_tell(r, "would be refused: it cannot be cut");
        return NGX_OK;
    }

    if (rc != NGX_OK && st->decision == PATRON_DECISION_WALL) {
        ngx_http_patron_dry_tell(r, "would be refused: no patron_wall fits");
        return NGX_OK;
    }

    if (!is_page || rc != NGX_OK || r->method == NGX_HTTP_HEAD) {
        return NGX_OK;
    }

    if (ngx_http_patron_page_create(r, plcf, st, 0, wall) != NGX_OK) {
        return NGX_ERROR;
    }

    st->page->dry = 1;
    r->filter_need_in_memory = 1;

    active = st->page->cut_bit | (uint64_t) 1 << plcf->end_rule;

    if (plcf->access_meta) {
        active |= (uint64_t) 1 << plcf->meta_rule;
    }

    if (ngx_http_patron_page_editor(st->page, active,
                                    &ngx_http_patron_probe_sink)
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    if (!ngx_http_patron_is_utf8(r)) {
        patron_edit_count_bytes(st->page->edit);
    }

    return NGX_OK;
}


void
ngx_http_patron_dry_body(ngx_http_patron_page_t *page, ngx_chain_t *in)
{
    int         code;
    size_t      len;
    ngx_buf_t  *b;

    for ( /* void */ ; in && !page->done; in = in->next) {

        b = in->buf;
        len = ngx_buf_in_memory(b) ? (size_t) (b->last - b->pos) : 0;

        if (ngx_http_patron_page_is_binary(page, b->pos, len)) {
            ngx_http_patron_dry_told(page);
            return;
        }

        code = patron_edit_feed(page->edit, b->pos, len, b->last_buf);

        if (code != PATRON_OK || b->last_buf) {
            page->broken = (code == PATRON_ERROR);
            ngx_http_patron_dry_told(page);
        }
    }
}


static void
ngx_http_patron_dry_told(ngx_http_patron_page_t *page)
{
    const char               *what;
    patron_level_t            level;
    ngx_http_patron_state_t  *st;

    page->done = 1;

    if (page->broken) {
        return;
    }

    st = ngx_http_patron_state(page->request);

    level = st->level;
    what = NULL;

    if (ngx_http_patron_page_levels(page, st) == NGX_OK
        && ngx_http_patron_wall_verdict(st, &st->level, NULL)
           == PATRON_DECISION_WALL)
    {
        what = ngx_http_patron_dry_ended(page, st);
    }

    st->level = level;

    if (what != NULL) {
        ngx_http_patron_dry_tell(page->request, what);
    }
}


/* What would have become of it; NULL for what always did. */

static const char *
ngx_http_patron_dry_ended(ngx_http_patron_page_t *page,
    ngx_http_patron_state_t *st)
{
    if (page->binary || patron_edit_gave_up(page->edit) != NULL) {
        return "would be refused: it cannot be read";
    }

    if (!(patron_edit_matched(page->edit) & page->cut_bit)) {
        return ngx_http_patron_wall_by_error(page->request, st)
               ? NULL : "would be refused: no element matches patron_wall";
    }

    if (patron_edit_uncut(page->edit)) {
        return "would pass whole: it is shorter than what patron_wall keeps";
    }

    if (page->request->headers_out.status != NGX_HTTP_OK) {
        return "would be cut";
    }

    return patron_edit_limited(page->edit) ? "would be cut by \"most=\"" : NULL;
}


static void
ngx_http_patron_dry_tell(ngx_http_request_t *r, const char *what)
{
    ngx_http_patron_zone_count(ngx_http_patron_request_zone(r),
                               NGX_HTTP_PATRON_C_DRY_RUN);

    ngx_log_error(NGX_LOG_NOTICE, r->connection->log, 0,
                  "patron: dry run: \"%V\", status %ui, %s",
                  &r->main->unparsed_uri, r->headers_out.status, what);
}
