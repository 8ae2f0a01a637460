
/*
 * Text that grows in a pool.  See the header.
 */


#include "ngx_http_patron_status_write.h"


#define NGX_HTTP_PATRON_TEXT_SIZE   16384
#define NGX_HTTP_PATRON_TEXT_PIECE  2048


static ngx_int_t ngx_http_patron_text_room(ngx_http_patron_text_t *text,
    size_t len);


void
ngx_http_patron_text(ngx_http_patron_text_t *text, const char *fmt, ...)
{
    va_list  args;

    if (ngx_http_patron_text_room(text, NGX_HTTP_PATRON_TEXT_PIECE) != NGX_OK)
    {
        return;
    }

    va_start(args, fmt);
    text->last = ngx_vslprintf(text->last, text->end, fmt, args);
    va_end(args);
}


void
ngx_http_patron_text_html(ngx_http_patron_text_t *text, ngx_str_t *s)
{
    /* an escaped character takes six at most */

    if (ngx_http_patron_text_room(text, 6 * s->len) == NGX_OK) {
        text->last = (u_char *) ngx_escape_html(text->last, s->data, s->len);
    }
}


static ngx_int_t
ngx_http_patron_text_room(ngx_http_patron_text_t *text, size_t len)
{
    size_t   used, size;
    u_char  *p;

    if (text->failed) {
        return NGX_ERROR;
    }

    used = text->last - text->start;
    size = text->end - text->start;

    if (size - used >= len) {
        return NGX_OK;
    }

    size = ngx_max(2 * size, NGX_HTTP_PATRON_TEXT_SIZE);
    size = ngx_max(size, used + len);

    p = ngx_pnalloc(text->pool, size);
    if (p == NULL) {
        text->failed = 1;
        return NGX_ERROR;
    }

    if (used) {
        ngx_memcpy(p, text->start, used);
    }

    if (text->start != NULL) {
        (void) ngx_pfree(text->pool, text->start);
    }

    text->start = p;
    text->last = p + used;
    text->end = p + size;

    return NGX_OK;
}
