
/*
 * See the header.  nginx makes its own page for the status, and that is what
 * comes to the filters: of it the end alone is made use of.
 */


#include "ngx_http_patron_headers.h"
#include "ngx_http_patron_say.h"


ngx_http_patron_said_t *
ngx_http_patron_say(ngx_http_request_t *r, ngx_http_patron_state_t *st)
{
    ngx_http_patron_said_t  *said;

    said = ngx_pcalloc(r->pool, sizeof(ngx_http_patron_said_t));
    if (said == NULL) {
        return NULL;
    }

    st->said = said;
    st->bare = 1;

    return said;
}


void
ngx_http_patron_say_header(ngx_http_patron_said_t *said, const char *name,
    ngx_str_t *value)
{
    if (said->n == NGX_HTTP_PATRON_SAID_HEADERS || value->len == 0) {
        return;
    }

    said->names[said->n].data = (u_char *) name;
    said->names[said->n].len = ngx_strlen(name);
    said->values[said->n++] = *value;
}


ngx_int_t
ngx_http_patron_said_headers(ngx_http_request_t *r,
    ngx_http_patron_said_t *said)
{
    ngx_uint_t  i;

    ngx_http_clear_content_length(r);
    r->headers_out.content_length_n = said->body.len;

    r->headers_out.content_type = said->type;
    r->headers_out.content_type_len = said->type.len;
    r->headers_out.content_type_lowcase = NULL;

    for (i = 0; i < said->n; i++) {
        if (ngx_http_patron_add_header(r, &said->names[i], &said->values[i])
            != NGX_OK)
        {
            return NGX_ERROR;
        }
    }

    return NGX_OK;
}


ngx_int_t
ngx_http_patron_said_body(ngx_http_request_t *r, ngx_http_patron_said_t *said,
    ngx_chain_t *in, ngx_chain_t **out)
{
    ngx_buf_t    *b;
    ngx_uint_t    last;
    ngx_chain_t  *cl;

    *out = NULL;
    last = 0;

    for (cl = in; cl; cl = cl->next) {
        last |= cl->buf->last_buf;
        cl->buf->pos = cl->buf->last;
        cl->buf->file_pos = cl->buf->file_last;
    }

    if (!last || said->sent) {
        return NGX_OK;
    }

    b = ngx_calloc_buf(r->pool);
    cl = ngx_alloc_chain_link(r->pool);

    if (b == NULL || cl == NULL) {
        return NGX_ERROR;
    }

    if (said->body.len) {
        b->pos = said->body.data;
        b->last = said->body.data + said->body.len;
        b->start = b->pos;
        b->end = b->last;
        b->memory = 1;
    }

    b->last_buf = 1;
    b->last_in_chain = 1;

    cl->buf = b;
    cl->next = NULL;

    said->sent = 1;
    *out = cl;

    return NGX_OK;
}
