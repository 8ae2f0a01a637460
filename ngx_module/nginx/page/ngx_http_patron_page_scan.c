
/*
 * A file need not be read into memory to be sent, only since something is put
 * into it.  It is read here, no further than its last place; then it goes out
 * as a page that is remembered does, and its length is known.
 *
 * Up to NGX_HTTP_PATRON_SCAN_ONE a file is read in one piece and sent from that
 * by one writev(): a slice of a file sent beside it makes the kernel send, and
 * wake the client, once more, which costs more than the bytes do.  Such pieces
 * are used again, since malloc() would give their pages back each time.  Slow
 * readers keep them, of a worker's no more than NGX_HTTP_PATRON_SCAN_USED.  Of
 * other files the last piece is kept and sent from memory: one slice less.
 *
 * A wall's page is cut here if it is one piece: what is sent is what was read.
 * So is one that is remembered.  Without a wall that is sent from the file: all
 * that it has in memory is headers and banners.
 *
 * While a file is read here nothing else is done: of a large one it is no more
 * than a beginning.
 */


#include "patron_edit_crowd.h"
#include "ngx_http_patron_page_edit.h"
#include "ngx_http_patron_page_places.h"
#include "ngx_http_patron_page_replay.h"
#include "ngx_http_patron_page_scan.h"


#define NGX_HTTP_PATRON_SCAN_PIECE  32768
#define NGX_HTTP_PATRON_SCAN_ONE    (128 * 1024)    /* as gunzip's buffers */
#define NGX_HTTP_PATRON_SCAN_USED   128             /* pieces */
#define NGX_HTTP_PATRON_SCAN_SPARE  8
#define NGX_HTTP_PATRON_SCAN_WHOLE  (1024 * 1024)   /* files up to here */
#define NGX_HTTP_PATRON_SCAN_MAX    (64 * 1024)     /* of larger ones */


static ngx_uint_t ngx_http_patron_scan_fits(ngx_http_patron_page_t *page);
static ngx_int_t ngx_http_patron_scan_edit(ngx_http_patron_page_t *page);
static ngx_int_t ngx_http_patron_scan_cut(ngx_http_patron_page_t *page);
static ngx_int_t ngx_http_patron_scan_room(ngx_http_patron_page_t *page);
static ngx_int_t ngx_http_patron_scan_take(ngx_http_patron_page_t *page);
static void ngx_http_patron_scan_give_back(void *piece);
static ngx_int_t ngx_http_patron_scan_read(ngx_http_patron_page_t *page,
    size_t len);
static int ngx_http_patron_scan_pass(void *ctx, uint64_t from,
    const patron_uchar_t *data, size_t len);
static int ngx_http_patron_scan_insert(void *ctx, uint64_t at, unsigned rule);
static int ngx_http_patron_scan_text(void *ctx, uint64_t at,
    const patron_uchar_t *data, size_t len);
static int ngx_http_patron_scan_drop(void *ctx, uint64_t from, uint64_t to);


static patron_edit_sink_t  ngx_http_patron_scan_sink = {
    ngx_http_patron_scan_pass,
    ngx_http_patron_scan_pass,
    ngx_http_patron_scan_insert,
    ngx_http_patron_scan_text,
    ngx_http_patron_scan_drop
};


/* Pieces of NGX_HTTP_PATRON_SCAN_ONE: in use, and those to use again. */

static ngx_uint_t   ngx_http_patron_scan_used;
static ngx_uint_t   ngx_http_patron_scan_nspare;
static u_char      *ngx_http_patron_scan_spare[NGX_HTTP_PATRON_SCAN_SPARE];


ngx_uint_t
ngx_http_patron_page_is_file(ngx_http_patron_page_t *page)
{
    ngx_http_request_t        *r;
    ngx_http_core_loc_conf_t  *clcf;

    r = page->request;

    if (!page->keyed
        || page->file.fd == NGX_INVALID_FILE || page->file.size == 0
        || page->items
        || r != r->main || r->method == NGX_HTTP_HEAD
        || !r->connection->sendfile
        || r->main_filter_need_in_memory || r->filter_need_in_memory)
    {
        return 0;
    }

    clcf = ngx_http_get_module_loc_conf(r, ngx_http_core_module);

    return clcf->aio == NGX_HTTP_AIO_OFF
           && clcf->directio == NGX_OPEN_FILE_DIRECTIO_OFF
           && clcf->tcp_nodelay;
}


ngx_int_t
ngx_http_patron_page_scan_opening(ngx_http_patron_page_t *page)
{
    int  code;

    if (ngx_http_patron_scan_room(page) != NGX_OK
        || ngx_http_patron_scan_read(page, PATRON_OPENING_MAX) != NGX_OK)
    {
        return NGX_ERROR;
    }

    code = patron_opening_feed(&page->opening, page->file.piece,
                               page->file.len, page->fetched,
                               (off_t) page->file.len == page->file.size);

    if (code == PATRON_AGAIN) {
        ngx_memzero(&page->opening, sizeof(patron_opening_t));
        return NGX_ERROR;
    }

    page->fragment = page->opening.piece;

    return code == PATRON_OK ? NGX_OK : NGX_DECLINED;
}


ngx_int_t
ngx_http_patron_page_scan(ngx_http_patron_page_t *page)
{
    ngx_int_t  rc;

    if (!ngx_http_patron_page_is_file(page)
        || !ngx_http_patron_scan_fits(page)
        || ngx_http_patron_scan_room(page) != NGX_OK
        || ngx_http_patron_page_edit_begin(page, page->active,
                                           &ngx_http_patron_scan_sink)
           != NGX_OK)
    {
        return NGX_DECLINED;
    }

    ngx_http_patron_page_record(page);

    rc = ngx_http_patron_scan_edit(page);

    if (rc == NGX_OK) {
        ngx_http_patron_page_remember(page);

        if (patron_edit_crowded(page->edit)) {
            ngx_http_patron_page_crowded(page,
                                         patron_edit_crowded(page->edit));
        }

        if (page->walled
            && (patron_edit_matched(page->edit) & page->plcf->hydration_rules))
        {
            ngx_http_patron_page_hydrated(page);
        }

    } else {
        ngx_memzero(&page->jsonld, sizeof(patron_jsonld_t));
        page->left_out = 0;
        page->looked = 0;
        page->binary = 0;

        page->file.piece = NULL;
    }

    page->recording = 0;

    patron_edit_destroy(page->edit);
    page->edit = NULL;

    return rc;
}


void
ngx_http_patron_page_scan_whole(ngx_http_patron_page_t *page)
{
    ngx_http_patron_page_file_t  *file;

    file = &page->file;

    if (!ngx_http_patron_page_is_file(page)
        || file->size <= NGX_HTTP_PATRON_SCAN_PIECE
        || file->size > NGX_HTTP_PATRON_SCAN_ONE
        || ngx_http_patron_scan_room(page) != NGX_OK
        || (off_t) file->room < file->size
        || ngx_http_patron_scan_read(page, file->room) != NGX_OK)
    {
        file->piece = NULL;
    }
}


/*
 * Can a plan hold all that may be put in?  If not it would be read in vain, as
 * where a wall's page is looked through while it passes.
 */

static ngx_uint_t
ngx_http_patron_scan_fits(ngx_http_patron_page_t *page)
{
    ngx_uint_t                 i, n;
    ngx_http_patron_banner_t  *b;

    if (page->leak != NULL || page->suspect) {
        return 0;
    }

    if (page->banners == 0) {
        return 1;
    }

    b = page->plcf->banners->elts;
    n = 0;

    for (i = 0; i < page->plcf->banners->nelts; i++) {

        if (!(page->banners & (uint64_t) 1 << b[i].rule)) {
            continue;
        }

        if (b[i].all) {
            return 0;
        }

        /* a shadow root is written around it; what it replaces is dropped */

        n += b[i].shadow ? 3 : (b[i].position == PATRON_REPLACE) ? 2 : 1;
    }

    return n < PATRON_PLAN_OPS;
}


/* NGX_OK, if the plan has all that is to be done. */

static ngx_int_t
ngx_http_patron_scan_edit(ngx_http_patron_page_t *page)
{
    int                           code;
    off_t                         max, end;
    ngx_http_patron_page_file_t  *file;

    file = &page->file;

    if (page->walled && (off_t) file->room < file->size) {
        return NGX_DECLINED;
    }

    max = (file->size > NGX_HTTP_PATRON_SCAN_WHOLE) ? NGX_HTTP_PATRON_SCAN_MAX
                                                    : file->size;

    for ( ;; ) {

        if (ngx_http_patron_scan_read(page, file->room) != NGX_OK
            || (file->offset == 0 && file->piece[0] >= 0xfe)
            || (page->walled
                && ngx_http_patron_page_is_binary(page, file->piece,
                                                  file->len)))
        {
            return NGX_DECLINED;
        }

        end = file->offset + (off_t) file->len;

        code = patron_edit_feed(page->edit, file->piece, file->len,
                                end == file->size);

        if (code != PATRON_OK || end >= max || !page->recording
            || page->plan.bad)
        {
            break;
        }

        file->offset = end;
        file->len = 0;
    }

    if ((code != PATRON_DECLINED && (code != PATRON_OK || end != file->size))
        || !page->recording || page->plan.bad
        || patron_edit_gave_up(page->edit) != NULL)
    {
        return NGX_DECLINED;
    }

    return page->walled ? ngx_http_patron_scan_cut(page) : NGX_OK;
}


/* A page whose wall has no place, or too late, is refused as it streams. */

static ngx_int_t
ngx_http_patron_scan_cut(ngx_http_patron_page_t *page)
{
    if ((off_t) page->file.len != page->file.size
        || (size_t) page->file.size > page->plcf->wall_buffer
        || !(patron_edit_matched(page->edit) & page->cut_bit))
    {
        return NGX_DECLINED;
    }

    return NGX_OK;
}


/* Room for a piece, which may be there already, and read into. */

static ngx_int_t
ngx_http_patron_scan_room(ngx_http_patron_page_t *page)
{
    ngx_http_patron_page_file_t  *file;

    file = &page->file;

    if (file->piece != NULL) {
        return NGX_OK;
    }

    if (file->size > NGX_HTTP_PATRON_SCAN_PIECE
        && file->size <= NGX_HTTP_PATRON_SCAN_ONE
        && ngx_http_patron_scan_used < NGX_HTTP_PATRON_SCAN_USED)
    {
        return ngx_http_patron_scan_take(page);
    }

    file->room = (size_t) ngx_min(file->size, NGX_HTTP_PATRON_SCAN_PIECE);
    file->piece = ngx_pnalloc(page->request->pool, file->room);

    return file->piece == NULL ? NGX_ERROR : NGX_OK;
}


static ngx_int_t
ngx_http_patron_scan_take(ngx_http_patron_page_t *page)
{
    u_char              *piece;
    ngx_pool_cleanup_t  *cln;

    cln = ngx_pool_cleanup_add(page->request->pool, 0);
    if (cln == NULL) {
        return NGX_ERROR;
    }

    if (ngx_http_patron_scan_nspare) {
        piece = ngx_http_patron_scan_spare[--ngx_http_patron_scan_nspare];

    } else {
        piece = ngx_alloc(NGX_HTTP_PATRON_SCAN_ONE,
                          page->request->connection->log);
        if (piece == NULL) {
            return NGX_ERROR;
        }
    }

    ngx_http_patron_scan_used++;

    cln->handler = ngx_http_patron_scan_give_back;
    cln->data = piece;

    page->file.piece = piece;
    page->file.room = (size_t) page->file.size;

    return NGX_OK;
}


static void
ngx_http_patron_scan_give_back(void *piece)
{
    ngx_http_patron_scan_used--;

    if (ngx_http_patron_scan_nspare < NGX_HTTP_PATRON_SCAN_SPARE) {
        ngx_http_patron_scan_spare[ngx_http_patron_scan_nspare++] = piece;

    } else {
        ngx_free(piece);
    }
}


/* Up to so many bytes in the piece: the first may have been read before. */

static ngx_int_t
ngx_http_patron_scan_read(ngx_http_patron_page_t *page, size_t len)
{
    off_t                         left;
    ssize_t                       n;
    ngx_http_patron_page_file_t  *file;

    file = &page->file;

    left = file->size - file->offset;
    len = ngx_min(len, file->room);

    if ((off_t) len > left) {
        len = (size_t) left;
    }

    if (file->len >= len) {
        return NGX_OK;
    }

    n = pread(file->fd, file->piece + file->len, len - file->len,
              file->begin + file->offset + (off_t) file->len);

    if (n <= 0) {
        /* whoever sends the file will say what is wrong with it */
        return NGX_ERROR;
    }

    file->len += (size_t) n;

    return NGX_OK;
}


static int
ngx_http_patron_scan_pass(void *ctx, uint64_t from,
    const patron_uchar_t *data, size_t len)
{
    ngx_http_patron_page_t  *page = ctx;

    if (page->markup.len) {
        (void) patron_jsonld_feed(&page->jsonld, data, len);
    }

    return PATRON_OK;
}


static int
ngx_http_patron_scan_insert(void *ctx, uint64_t at, unsigned rule)
{
    (void) ngx_http_patron_page_insert(ctx, at, rule);

    return PATRON_OK;
}


static int
ngx_http_patron_scan_text(void *ctx, uint64_t at, const patron_uchar_t *data,
    size_t len)
{
    ngx_http_patron_page_t  *page = ctx;

    patron_plan_text(&page->plan, at, data, len);

    return PATRON_OK;
}


static int
ngx_http_patron_scan_drop(void *ctx, uint64_t from, uint64_t to)
{
    ngx_http_patron_page_t  *page = ctx;

    patron_plan_drop(&page->plan, from, to);

    return PATRON_OK;
}
