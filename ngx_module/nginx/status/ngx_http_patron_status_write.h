
/*
 * Text that grows, for the forms of the status page.
 */


#ifndef _NGX_HTTP_PATRON_STATUS_WRITE_H_INCLUDED_
#define _NGX_HTTP_PATRON_STATUS_WRITE_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>


/* Text that grows; failed is set when there was no memory. */

typedef struct {
    ngx_pool_t  *pool;
    u_char      *start;
    u_char      *last;
    u_char      *end;
    ngx_uint_t   failed;
} ngx_http_patron_text_t;

/* At most 2048 bytes at a time. */

void ngx_http_patron_text(ngx_http_patron_text_t *text, const char *fmt, ...);
void ngx_http_patron_text_html(ngx_http_patron_text_t *text, ngx_str_t *s);


#endif /* _NGX_HTTP_PATRON_STATUS_WRITE_H_INCLUDED_ */
