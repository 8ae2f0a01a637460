
/*
 * Headers of a request and of a response: a walk over a list of them, and what
 * is taken out of it or put in.
 */


#ifndef _NGX_HTTP_PATRON_HEADERS_H_INCLUDED_
#define _NGX_HTTP_PATRON_HEADERS_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>


/*
 * A walk over a list of headers, those among them that were taken out (hash 0)
 * included:
 *
 *     ngx_http_patron_walk(&walk, &r->headers_out.headers);
 *
 *     while ((h = ngx_http_patron_walk_next(&walk)) != NULL) {
 *
 * or, for all that are there under one name, ngx_http_patron_walk_named().
 */

typedef struct {
    ngx_list_part_t   *part;
    ngx_uint_t         i;
} ngx_http_patron_walk_t;


static ngx_inline void
ngx_http_patron_walk(ngx_http_patron_walk_t *walk, ngx_list_t *headers)
{
    walk->part = &headers->part;
    walk->i = 0;
}


static ngx_inline ngx_table_elt_t *
ngx_http_patron_walk_next(ngx_http_patron_walk_t *walk)
{
    while (walk->i >= walk->part->nelts) {

        if (walk->part->next == NULL) {
            return NULL;
        }

        walk->part = walk->part->next;
        walk->i = 0;
    }

    return (ngx_table_elt_t *) walk->part->elts + walk->i++;
}


/* Is it there, under this name?  Most that are as long begin otherwise. */

static ngx_inline ngx_uint_t
ngx_http_patron_header_is(ngx_table_elt_t *h, ngx_str_t *name)
{
    return h->key.len == name->len
           && h->hash != 0
           && name->len != 0
           && (h->key.data[0] | 0x20) == (name->data[0] | 0x20)
           && ngx_strncasecmp(h->key.data, name->data, name->len) == 0;
}


static ngx_inline ngx_table_elt_t *
ngx_http_patron_walk_named(ngx_http_patron_walk_t *walk, ngx_str_t *name)
{
    ngx_table_elt_t  *h;

    do {
        h = ngx_http_patron_walk_next(walk);
    } while (h != NULL && !ngx_http_patron_header_is(h, name));

    return h;
}


/* The first of that name, or NULL. */

static ngx_inline ngx_table_elt_t *
ngx_http_patron_find_header(ngx_list_t *headers, ngx_str_t *name)
{
    ngx_http_patron_walk_t  walk;

    ngx_http_patron_walk(&walk, headers);

    return ngx_http_patron_walk_named(&walk, name);
}


/*
 * A bit for the first letter and the length of a name; those of a request's
 * headers, together.  Most headers that are asked for are known by it not to be
 * there, and are not looked for.
 */

static ngx_inline uint64_t
ngx_http_patron_header_mark(ngx_str_t *name)
{
    return (uint64_t) 1 << (((name->data[0] | 0x20) + 10 * name->len) & 63);
}

uint64_t ngx_http_patron_request_marks(ngx_http_request_t *r);

/*
 * Takes request headers (all lines of those names) out of
 * r->headers_in.headers, so that no upstream is sent them.  The others stay
 * where they are: pointers to them stay good.
 */

ngx_int_t ngx_http_patron_unlink_headers(ngx_http_request_t *r,
    ngx_table_elt_t **taken, ngx_uint_t n);

/* The value of a request header, its first line, or NULL. */

ngx_str_t *ngx_http_patron_request_header(ngx_http_request_t *r,
    ngx_str_t *name);

/* Adds name to "Vary", in the line that is there, unless that says so already. */

ngx_int_t ngx_http_patron_add_vary(ngx_http_request_t *r, ngx_str_t *name);

/* A content handler's answer to another method than those, 405 and "Allow":
   the status. */

ngx_int_t ngx_http_patron_not_allowed(ngx_http_request_t *r,
    ngx_str_t *methods);

/*
 * Makes it "Cache-Control: private, no-store", whatever it was, and takes away
 * every other header by which a cache may be told otherwise.
 */

ngx_int_t ngx_http_patron_private(ngx_http_request_t *r);

/* Takes away the digests of a body that is no longer what it was. */

void ngx_http_patron_drop_digests(ngx_http_request_t *r);

ngx_uint_t ngx_http_patron_has_set_cookie(ngx_http_request_t *r);

/* Response headers.  Name and value live as long as the request. */

ngx_int_t ngx_http_patron_add_header(ngx_http_request_t *r, ngx_str_t *name,
    ngx_str_t *value);
void ngx_http_patron_drop_header(ngx_http_request_t *r, ngx_str_t *name);


#endif /* _NGX_HTTP_PATRON_HEADERS_H_INCLUDED_ */
