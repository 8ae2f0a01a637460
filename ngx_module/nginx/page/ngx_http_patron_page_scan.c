
/*
 * A file need not be read into memory to be sent, only since something is put
 * into it.  It is read here, piece by piece and no further than its last place;
 * then it goes out as a page that is remembered does, and its length is known.
 * The last piece is kept and sent from memory: one slice less.
 *
 * While a file is read here nothing else is done: of a large one it is no more
 * than a beginning.
 */


#include "patron_edit_crowd.h"
#include "ngx_http_patron_page_edit.h"
#include "ngx_http_patron_page_places.h"
#include "ngx_http_patron_page_replay.h"
#include "ngx_http_patron_page_scan.h"


#define NGX_HTTP_PATRON_SCAN_PIECE  PATRON_OPENING_MAX
#define NGX_HTTP_PATRON_SCAN_WHOLE  (1024 * 1024)   /* files up to here */
#define NGX_HTTP_PATRON_SCAN_MAX    (64 * 1024)     /* of larger ones */


static ngx_uint_t ngx_http_patron_scan_fits(ngx_http_patron_page_t *page);
static ngx_int_t ngx_http_patron_scan_edit(ngx_http_patron_page_t *page);
static ngx_int_t ngx_http_patron_scan_read(ngx_http_patron_page_t *page,
    off_t offset);
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


ngx_uint_t
ngx_http_patron_page_is_file(ngx_http_patron_page_t *page)
{
    ngx_http_request_t        *r;
    ngx_http_core_loc_conf_t  *clcf;

    r = page->request;

    if (!page->keyed
        || page->file.fd == NGX_INVALID_FILE || page->file.size == 0
        || page->walled || page->items
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

    if (ngx_http_patron_scan_read(page, 0) != NGX_OK) {
        return NGX_ERROR;
    }

    code = patron_opening_feed(&page->opening, page->file.piece,
                               page->file.len, page->fetched,
                               (off_t) page->file.len == page->file.size);

    if (code == PATRON_AGAIN) {
        ngx_memzero(&page->opening, sizeof(patron_opening_t));
        return NGX_ERROR;
    }

    return code == PATRON_OK ? NGX_OK : NGX_DECLINED;
}


ngx_int_t
ngx_http_patron_page_scan(ngx_http_patron_page_t *page)
{
    ngx_int_t  rc;

    if (!ngx_http_patron_page_is_file(page)
        || !ngx_http_patron_scan_fits(page)
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

    } else {
        ngx_memzero(&page->jsonld, sizeof(patron_jsonld_t));
        page->left_out = 0;

        if (page->file.piece != NULL) {
            (void) ngx_pfree(page->request->pool, page->file.piece);
            page->file.piece = NULL;
        }
    }

    page->recording = 0;

    patron_edit_destroy(page->edit);
    page->edit = NULL;

    return rc;
}


/* Can a plan hold all that may be put in?  If not it would be read in vain. */

static ngx_uint_t
ngx_http_patron_scan_fits(ngx_http_patron_page_t *page)
{
    ngx_uint_t                 i, n;
    ngx_http_patron_banner_t  *b;

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
    int    code;
    off_t  max, offset, size;

    size = page->file.size;
    max = (size > NGX_HTTP_PATRON_SCAN_WHOLE) ? NGX_HTTP_PATRON_SCAN_MAX
                                              : size;
    code = PATRON_OK;

    for (offset = 0; offset < max; offset += page->file.len) {

        if (ngx_http_patron_scan_read(page, offset) != NGX_OK
            || (offset == 0 && page->file.piece[0] >= 0xfe))
        {
            return NGX_DECLINED;
        }

        code = patron_edit_feed(page->edit, page->file.piece, page->file.len,
                                offset + (off_t) page->file.len == size);

        if (code != PATRON_OK || !page->recording || page->plan.bad) {
            break;
        }
    }

    if ((code != PATRON_DECLINED && (code != PATRON_OK || offset != size))
        || !page->recording || page->plan.bad
        || patron_edit_gave_up(page->edit) != NULL)
    {
        return NGX_DECLINED;
    }

    return NGX_OK;
}


/*
 * A piece of the file; the first may have been read for how it begins.  A small
 * file is one.
 */

static ngx_int_t
ngx_http_patron_scan_read(ngx_http_patron_page_t *page, off_t offset)
{
    size_t                        size;
    ssize_t                       n;
    ngx_http_patron_page_file_t  *file;

    file = &page->file;

    size = ngx_http_patron_page_in_memory(file->size)
           ? (size_t) file->size : NGX_HTTP_PATRON_SCAN_PIECE;

    if (file->piece == NULL) {
        file->piece = ngx_pnalloc(page->request->pool, size);
        if (file->piece == NULL) {
            return NGX_ERROR;
        }

    } else if (offset == 0) {
        return NGX_OK;
    }

    n = pread(file->fd, file->piece, ngx_min((off_t) size,
                                             file->size - offset),
              file->begin + offset);

    if (n <= 0) {
        /* whoever sends the file will say what is wrong with it */
        (void) ngx_pfree(page->request->pool, file->piece);
        file->piece = NULL;

        return NGX_ERROR;
    }

    file->offset = offset;
    file->len = (size_t) n;

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
