
/*
 * Headers of the request that are taken away for good, and headers of the
 * response that say who may keep the page.
 *
 * A header is taken out of a list by parting the list around it.  nginx takes
 * a part for one with at least an element in it, and adds to the last one as
 * long as it holds fewer than nalloc: no part is left empty, and the last one
 * is made to look full.
 */


#include "patron_field.h"
#include "ngx_http_patron_headers.h"
#include "ngx_http_patron_state.h"
#include "ngx_http_patron_str.h"


static ngx_uint_t ngx_http_patron_is_taken(ngx_table_elt_t *h,
    ngx_table_elt_t **taken, ngx_uint_t n);
static void ngx_http_patron_drop_headers(ngx_http_request_t *r,
    ngx_str_t *names, uint64_t *lengths);


ngx_int_t
ngx_http_patron_unlink_headers(ngx_http_request_t *r, ngx_table_elt_t **taken,
    ngx_uint_t n)
{
    uint64_t           hashes;
    ngx_uint_t         i;
    ngx_list_t        *list;
    ngx_list_part_t    kept, *part, *next, *last;
    ngx_table_elt_t   *h, *from, *end;

    if (n == 0) {
        return NGX_OK;
    }

    list = &r->headers_in.headers;

    /* most headers are seen not to be taken by six bits of their hash */

    hashes = 0;

    for (i = 0; i < n; i++) {
        hashes |= (uint64_t) 1 << (taken[i]->hash & 63);
    }

    /* what has been kept so far: "last" is its last part */

    last = NULL;

    for (part = &list->part; part; part = next) {

        next = part->next;
        from = part->elts;
        end = from + part->nelts;

        for (h = from; h <= end; h++) {

            while (h < end && !(hashes >> (h->hash & 63) & 1)) {
                h++;
            }

            if (h < end && !ngx_http_patron_is_taken(h, taken, n)) {
                continue;
            }

            if (h > from) {

                if (last == NULL) {
                    last = &kept;

                } else {
                    last->next = ngx_palloc(r->pool, sizeof(ngx_list_part_t));
                    if (last->next == NULL) {
                        return NGX_ERROR;
                    }

                    last = last->next;
                }

                last->elts = from;
                last->nelts = h - from;
                last->next = NULL;
            }

            from = h + 1;
        }
    }

    if (last == NULL) {
        return ngx_list_init(list, r->pool, 4, sizeof(ngx_table_elt_t));
    }

    list->part = kept;
    list->last = (last == &kept) ? &list->part : last;
    list->nalloc = last->nelts;

    return NGX_OK;
}


static ngx_uint_t
ngx_http_patron_is_taken(ngx_table_elt_t *h, ngx_table_elt_t **taken,
    ngx_uint_t n)
{
    ngx_uint_t  i;

    for (i = 0; i < n; i++) {
        if (h->hash == taken[i]->hash
            && (h == taken[i]
                || (h->key.len == taken[i]->key.len
                    && ngx_strncasecmp(h->key.data, taken[i]->key.data,
                                       h->key.len)
                       == 0)))
        {
            return 1;
        }
    }

    return 0;
}


/* A script may add a header, or take one away and add another: the last is
   another then.  Of those that are gone the marks stay. */

uint64_t
ngx_http_patron_request_marks(ngx_http_request_t *r)
{
    u_char                   *last;
    uint64_t                  marks;
    ngx_table_elt_t          *h;
    ngx_list_part_t          *part;
    ngx_http_patron_walk_t    walk;
    ngx_http_patron_state_t  *st;

    st = (r == r->main) ? ngx_http_patron_state(r) : NULL;

    /* HTTP/0.9 has no list of them */

    part = r->headers_in.headers.last;
    last = NULL;

    if (part != NULL && part->nelts != 0) {
        h = part->elts;
        last = h[part->nelts - 1].key.data;
    }

    if (st != NULL && st->marks != 0 && st->marked == last) {
        return st->marks;
    }

    marks = 0;

    ngx_http_patron_walk(&walk, &r->headers_in.headers);

    while ((h = ngx_http_patron_walk_next(&walk)) != NULL) {
        if (h->key.len) {
            marks |= ngx_http_patron_header_mark(&h->key);
        }
    }

    if (st != NULL) {
        st->marks = marks;
        st->marked = last;
    }

    return marks;
}


ngx_str_t *
ngx_http_patron_request_header(ngx_http_request_t *r, ngx_str_t *name)
{
    ngx_table_elt_t  *h;

    if (!(ngx_http_patron_request_marks(r)
          & ngx_http_patron_header_mark(name)))
    {
        return NULL;
    }

    h = ngx_http_patron_find_header(&r->headers_in.headers, name);

    return h ? &h->value : NULL;
}


ngx_int_t
ngx_http_patron_add_vary(ngx_http_request_t *r, ngx_str_t *name)
{
    u_char                  *p;
    patron_str_t             list, word;
    ngx_table_elt_t         *h, *last;
    ngx_http_patron_walk_t   walk;

    static ngx_str_t  vary = ngx_string("Vary");

    word = ngx_http_patron_pure_str(name);
    last = NULL;

    ngx_http_patron_walk(&walk, &r->headers_out.headers);

    while ((h = ngx_http_patron_walk_named(&walk, &vary)) != NULL) {

        list = ngx_http_patron_pure_str(&h->value);

        if (patron_field_lists(&list, &word)) {
            return NGX_OK;
        }

        last = h;
    }

    if (last == NULL) {
        return ngx_http_patron_add_header(r, &vary, name);
    }

    /* of several lines nginx before 1.23, as a cache in front, knows the last */

    p = ngx_pnalloc(r->pool, last->value.len + 2 + name->len);
    if (p == NULL) {
        return NGX_ERROR;
    }

    last->value.len = ngx_sprintf(p, "%V, %V", &last->value, name) - p;
    last->value.data = p;

    return NGX_OK;
}


/*
 * RFC 9213: targeted fields, such as CDN-Cache-Control, outrank Cache-Control;
 * all of their names end in it.  Surrogate-Control and Edge-Control are older
 * ones; a cache that is nginx reads X-Accel-Expires.
 */

ngx_int_t
ngx_http_patron_private(ngx_http_request_t *r)
{
    static ngx_str_t  control = ngx_string("Cache-Control");
    static ngx_str_t  nobody = ngx_string("private, no-store");

    static ngx_str_t  names[] = {
        ngx_string("Surrogate-Control"),
        ngx_string("Edge-Control"),
        ngx_string("Expires"),
        ngx_string("Pragma"),
        ngx_string("X-Accel-Expires"),
        ngx_null_string
    };

    static uint64_t  lengths;

    size_t                   len;
    ngx_table_elt_t         *h;
    ngx_http_patron_walk_t   walk;

    len = control.len;

    ngx_http_patron_walk(&walk, &r->headers_out.headers);

    while ((h = ngx_http_patron_walk_next(&walk)) != NULL) {

        if (h->key.len >= len
            && (h->key.data[h->key.len - 1] | 0x20) == 'l'
            && h->hash != 0
            && ngx_strncasecmp(h->key.data + h->key.len - len, control.data,
                               len)
               == 0)
        {
            h->hash = 0;
        }
    }

    ngx_http_patron_drop_headers(r, names, &lengths);

    r->headers_out.expires = NULL;

    return ngx_http_patron_add_header(r, &control, &nobody);
}


void
ngx_http_patron_drop_digests(ngx_http_request_t *r)
{
    static ngx_str_t  names[] = {
        ngx_string("Content-Digest"),
        ngx_string("Repr-Digest"),
        ngx_string("Digest"),
        ngx_string("Content-MD5"),
        ngx_null_string
    };

    static uint64_t  lengths;

    ngx_http_patron_drop_headers(r, names, &lengths);
}


/*
 * In one walk: few headers are as long as one of the names, and the others are
 * not compared.  The lengths are put together once.
 */

static void
ngx_http_patron_drop_headers(ngx_http_request_t *r, ngx_str_t *names,
    uint64_t *lengths)
{
    ngx_str_t               *name;
    ngx_table_elt_t         *h;
    ngx_http_patron_walk_t   walk;

    if (*lengths == 0) {
        for (name = names; name->len; name++) {
            *lengths |= (uint64_t) 1 << (name->len & 63);
        }
    }

    ngx_http_patron_walk(&walk, &r->headers_out.headers);

    while ((h = ngx_http_patron_walk_next(&walk)) != NULL) {

        if (!(*lengths >> (h->key.len & 63) & 1)) {
            continue;
        }

        for (name = names; name->len; name++) {
            if (ngx_http_patron_header_is(h, name)) {
                h->hash = 0;
                break;
            }
        }
    }
}


ngx_int_t
ngx_http_patron_add_header(ngx_http_request_t *r, ngx_str_t *name,
    ngx_str_t *value)
{
    ngx_table_elt_t  *h;

    h = ngx_list_push(&r->headers_out.headers);
    if (h == NULL) {
        return NGX_ERROR;
    }

    ngx_memzero(h, sizeof(ngx_table_elt_t));

    h->hash = 1;
    h->key = *name;
    h->value = *value;

    return NGX_OK;
}


void
ngx_http_patron_drop_header(ngx_http_request_t *r, ngx_str_t *name)
{
    ngx_table_elt_t         *h;
    ngx_http_patron_walk_t   walk;

    ngx_http_patron_walk(&walk, &r->headers_out.headers);

    while ((h = ngx_http_patron_walk_named(&walk, name)) != NULL) {
        h->hash = 0;
    }
}


ngx_uint_t
ngx_http_patron_has_set_cookie(ngx_http_request_t *r)
{
    static ngx_str_t  set_cookie = ngx_string("Set-Cookie");

    return ngx_http_patron_find_header(&r->headers_out.headers, &set_cookie)
           != NULL;
}


ngx_int_t
ngx_http_patron_not_allowed(ngx_http_request_t *r, ngx_str_t *methods)
{
    static ngx_str_t  allow = ngx_string("Allow");

    return ngx_http_patron_add_header(r, &allow, methods) == NGX_OK
           ? NGX_HTTP_NOT_ALLOWED : NGX_HTTP_INTERNAL_SERVER_ERROR;
}
