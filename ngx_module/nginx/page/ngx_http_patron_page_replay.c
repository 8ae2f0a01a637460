
/*
 * The edit of a page that is remembered: it is not read, but where a wall cuts
 * it.  What comes as a slice of a file is sent as slices of it, by sendfile()
 * where nginx does so.
 *
 * Slices between memory buffers stall on "tcp_nopush on": the kernel closes a
 * segment inside the page, and Nagle's algorithm holds the last one back until
 * the client has acknowledged that.  So the socket is uncorked here, when all
 * is written, and nginx sets TCP_NODELAY on it, as it does on any connection
 * that it keeps and that is not corked.
 *
 * A page that a wall cuts must be the one that the plan is of.  A file may be
 * written to while it is sent: what a wall cuts is read, and goes out if that
 * has not been by then.
 */


#include "ngx_http_patron_chain.h"
#include "ngx_http_patron_page.h"
#include "ngx_http_patron_page_places.h"
#include "ngx_http_patron_page_replay.h"
#include "ngx_http_patron_state.h"


#define NGX_HTTP_PATRON_SMALL  32768        /* as nginx's output_buffers */


static ngx_int_t ngx_http_patron_replay_read(ngx_http_patron_page_t *page,
    ngx_buf_t *b);
static ngx_int_t ngx_http_patron_replay_piece(ngx_http_patron_page_t *page,
    ngx_buf_t *b);


ngx_uint_t
ngx_http_patron_page_in_memory(off_t size)
{
    return size <= NGX_HTTP_PATRON_SMALL;
}


void
ngx_http_patron_page_replay(ngx_http_patron_page_t *page, off_t *length)
{
    ngx_uint_t                 i;
    patron_plan_t             *plan;
    ngx_connection_t          *c;
    ngx_http_core_loc_conf_t  *clcf;

    plan = &page->plan;
    page->replaying = 1;

    patron_replay_init(&page->replay, plan);

    clcf = ngx_http_get_module_loc_conf(page->request, ngx_http_core_module);

    page->guarded = page->walled && page->request->upstream == NULL;

    if (!clcf->tcp_nodelay
        || (page->guarded && page->file.piece == NULL)
        || (page->file.piece == NULL && *length != -1
            && ngx_http_patron_page_in_memory(*length)))
    {
        page->request->filter_need_in_memory = 1;
    }

    c = page->request->connection;

    if (c->tcp_nodelay == NGX_TCP_NODELAY_SET
        && c->tcp_nopush == NGX_TCP_NOPUSH_UNSET
        && page->request->stream == NULL)
    {
        c->tcp_nodelay = NGX_TCP_NODELAY_UNSET;
        page->nodelay = 1;
    }

    if (*length == -1) {
        return;
    }

    *length += plan->ntext;
    *length -= plan->dropped;

    for (i = 0; i < plan->n; i++) {
        if (plan->ops[i].type == PATRON_PLAN_INSERT) {
            *length += ngx_http_patron_page_html(page, plan->ops[i].rule)->len;
        }
    }
}


ngx_uint_t
ngx_http_patron_page_skip(ngx_http_patron_page_t *page, off_t len)
{
    return page->replaying && !page->items
           && patron_replay_skip(&page->replay, (uint64_t) len) == PATRON_OK;
}


ngx_int_t
ngx_http_patron_page_replay_buf(ngx_http_patron_page_t *page, ngx_buf_t *b)
{
    if (page->file.piece != NULL
        && ngx_http_patron_replay_read(page, b) != NGX_OK)
    {
        return NGX_ERROR;
    }

    return ngx_http_patron_replay_piece(page, b);
}


/* What was read of the file, and what is before it: b becomes the rest. */

static ngx_int_t
ngx_http_patron_replay_read(ngx_http_patron_page_t *page, ngx_buf_t *b)
{
    ngx_buf_t                    *part;
    ngx_http_patron_page_file_t  *file;

    file = &page->file;

    if (ngx_buf_in_memory(b) || !b->in_file || b->file->fd != file->fd
        || b->file_pos != file->begin
        || b->file_last != file->begin + file->size)
    {
        file->piece = NULL;
        return NGX_OK;
    }

    if (file->offset) {
        part = ngx_calloc_buf(page->request->pool);
        if (part == NULL) {
            return NGX_ERROR;
        }

        part->in_file = 1;
        part->file = b->file;
        part->file_pos = b->file_pos;
        part->file_last = b->file_pos + file->offset;

        if (ngx_http_patron_replay_piece(page, part) != NGX_OK) {
            return NGX_ERROR;
        }
    }

    part = ngx_calloc_buf(page->request->pool);
    if (part == NULL) {
        return NGX_ERROR;
    }

    part->memory = 1;
    part->pos = file->piece;
    part->last = file->piece + file->len;

    b->file_pos += file->offset + (off_t) file->len;
    file->piece = NULL;

    return ngx_http_patron_replay_piece(page, part);
}


static ngx_int_t
ngx_http_patron_replay_piece(ngx_http_patron_page_t *page, ngx_buf_t *b)
{
    int              code;
    ngx_int_t        rc;
    ngx_str_t       *html;
    patron_piece_t   piece;

    ngx_http_patron_chain_from(&page->chain, b);

    patron_replay_chunk(&page->replay,
                        ngx_buf_special(b) ? 0 : (uint64_t) ngx_buf_size(b));

    while ((code = patron_replay_next(&page->replay, &piece)) == PATRON_OK) {

        rc = NGX_OK;

        switch (piece.type) {

        case PATRON_PIECE_PASS:
            rc = ngx_http_patron_chain_pass(&page->chain, piece.from,
                                            piece.len);
            break;

        case PATRON_PIECE_DROP:
            break;

        case PATRON_PIECE_INSERT:
            html = ngx_http_patron_page_html(page, piece.rule);

            if (html == &page->wall) {
                ngx_http_patron_state(page->request)->shown = 1;
            }

            rc = ngx_http_patron_chain_memory(&page->chain, html);
            break;

        case PATRON_PIECE_TEXT:
            rc = ngx_http_patron_chain_copy(&page->chain,
                                            (u_char *) piece.text, piece.len);
            break;
        }

        if (rc != NGX_OK) {
            return NGX_ERROR;
        }
    }

    if (code == PATRON_DECLINED || b->last_buf) {
        page->bypass = 1;

        if (page->walled && !page->done) {
            ngx_http_patron_page_wall_found(page);

            if (!(page->plan.inserted & page->cut_bit)) {
                ngx_http_patron_page_uncut(page);
            }
        }

        ngx_http_patron_page_done(page, page->plan.inserted, NULL);
    }

    return ngx_http_patron_chain_end(&page->chain);
}


void
ngx_http_patron_page_guard(ngx_http_patron_page_t *page)
{
    if (page->drop || page->holding || page->probing
        || !ngx_http_patron_page_file_written(&page->file))
    {
        return;
    }

    ngx_http_patron_page_unread(page, "its file was written to meanwhile");

    page->broken = 1;
    page->drop = 1;
}


void
ngx_http_patron_page_push(ngx_http_patron_page_t *page)
{
    ngx_connection_t  *c;

    c = page->request->connection;

    if (page->request->out != NULL) {
        return;
    }

    if (page->chain.files && c->tcp_nopush == NGX_TCP_NOPUSH_SET) {

        if (ngx_tcp_push(c->fd) == -1) {
            ngx_connection_error(c, ngx_socket_errno,
                                 ngx_tcp_push_n " failed");
            return;
        }

        c->tcp_nopush = NGX_TCP_NOPUSH_UNSET;
    }

    if (page->nodelay) {
        page->nodelay = 0;
        c->tcp_nodelay = NGX_TCP_NODELAY_SET;
    }
}
