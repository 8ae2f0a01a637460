
/*
 * An output chain over an input one: shadow buffers for the bytes that pass,
 * memory for those that are put in.  A buffer of the input is consumed when
 * the last piece of it has been sent, as its owner expects.
 */


#ifndef _NGX_HTTP_PATRON_CHAIN_H_INCLUDED_
#define _NGX_HTTP_PATRON_CHAIN_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>


typedef struct {
    ngx_pool_t    *pool;
    ngx_chain_t   *out;
    ngx_chain_t  **last;
    ngx_chain_t   *kept;        /* what comes behind out, once it may */
    ngx_chain_t  **kept_last;
    ngx_chain_t   *busy;
    ngx_chain_t   *free;        /* links with buffers of ours, no memory */
    ngx_chain_t   *copies;      /* the same, with memory of their own */
    ngx_buf_t     *in;          /* the buffer being cut up */
    ngx_buf_t     *piece;       /* its last piece so far */
    ngx_buf_t     *made;        /* the last of what was made of it */
    ngx_buf_t     *tail;        /* of out */
    ngx_uint_t     files;       /* slices of a file were passed */
    ngx_uint_t     keeps;       /* what is made goes into kept */
} ngx_http_patron_chain_t;


void ngx_http_patron_chain_init(ngx_http_patron_chain_t *ch,
    ngx_pool_t *pool);

/* Begins and ends a buffer of the input; end passes its flags on. */

void ngx_http_patron_chain_from(ngx_http_patron_chain_t *ch, ngx_buf_t *in);
ngx_int_t ngx_http_patron_chain_end(ngx_http_patron_chain_t *ch);

/* Bytes of the current buffer, by their offset in it, be it in memory or in a
   file; bytes to copy; bytes that live as long as the request. */

ngx_int_t ngx_http_patron_chain_pass(ngx_http_patron_chain_t *ch, off_t from,
    off_t len);
ngx_int_t ngx_http_patron_chain_copy(ngx_http_patron_chain_t *ch, u_char *p,
    size_t len);
ngx_int_t ngx_http_patron_chain_memory(ngx_http_patron_chain_t *ch,
    ngx_str_t *str);

/* A link of the input as it came. */

ngx_int_t ngx_http_patron_chain_append(ngx_http_patron_chain_t *ch,
    ngx_chain_t *in);

/* The same for a buffer whose bytes were copied: it is consumed at once. */

ngx_int_t ngx_http_patron_chain_end_copied(ngx_http_patron_chain_t *ch);

/* Marks a buffer as read to its end. */

void ngx_http_patron_chain_consume(ngx_buf_t *b);

/*
 * Leaves a buffer of the input out; with flags set, what it says of the end of
 * the response is passed on.
 */

ngx_int_t ngx_http_patron_chain_drop(ngx_http_patron_chain_t *ch, ngx_buf_t *b,
    ngx_uint_t flags);

/*
 * What is made from here on is kept: it is no part of what is taken to be sent
 * until it is let go.  A page of which the rest is not to be seen is left so.
 */

void ngx_http_patron_chain_keep(ngx_http_patron_chain_t *ch);
void ngx_http_patron_chain_let_go(ngx_http_patron_chain_t *ch);

/* Are there bytes of the page to be sent? */

ngx_uint_t ngx_http_patron_chain_ready(ngx_http_patron_chain_t *ch);

/* What is ready, and not kept, is to be sent now. */

ngx_int_t ngx_http_patron_chain_flush(ngx_http_patron_chain_t *ch);

/* Passes on the flags alone of an input that is left out. */

ngx_int_t ngx_http_patron_chain_empty(ngx_pool_t *pool, ngx_chain_t *in,
    ngx_chain_t **out);

/*
 * What is ready to be sent, and after it was: frees what is consumed.  all:
 * nothing is left downstream.
 */

ngx_chain_t *ngx_http_patron_chain_take(ngx_http_patron_chain_t *ch);
void ngx_http_patron_chain_sent(ngx_http_patron_chain_t *ch, ngx_uint_t all);

/* How many bytes a chain brings, and whether they are the last; both: some of
   them lie in memory and in a file. */

static ngx_inline off_t
ngx_http_patron_chain_size(ngx_chain_t *in, ngx_uint_t *last, ngx_uint_t *both)
{
    off_t       size;
    ngx_buf_t  *b;

    size = 0;
    *last = 0;
    *both = 0;

    for ( /* void */ ; in; in = in->next) {
        b = in->buf;

        if (ngx_buf_in_memory(b)) {
            size += b->last - b->pos;

            if (b->in_file) {
                *both = 1;
            }

        } else {
            size += b->file_last - b->file_pos;
        }

        if (b->last_buf) {
            *last = 1;
        }
    }

    return size;
}


/*
 * Buffers that lie in memory and in a file are sent from memory: file slices
 * between memory buffers stall on "tcp_nopush on".
 */

static ngx_inline void
ngx_http_patron_chain_to_memory(ngx_chain_t *in)
{
    for ( /* void */ ; in; in = in->next) {
        if (ngx_buf_in_memory(in->buf)) {
            in->buf->in_file = 0;
        }
    }
}


#endif /* _NGX_HTTP_PATRON_CHAIN_H_INCLUDED_ */
