
/*
 * Headers of the request that are taken away for good, and headers of the
 * response that say who may keep the page.
 */


#include "ngx_http_patron_state.h"


static ngx_table_elt_t *ngx_http_patron_push_header(ngx_http_request_t *r);
static ngx_uint_t ngx_http_patron_is(ngx_table_elt_t *h, const char *name,
    size_t len);
static ngx_uint_t ngx_http_patron_lists(ngx_str_t *value, ngx_str_t *name);


ngx_int_t
ngx_http_patron_unlink_headers(ngx_http_request_t *r, ngx_table_elt_t **taken,
    ngx_uint_t n)
{
    ngx_uint_t        i, k;
    ngx_list_t        list;
    ngx_table_elt_t  *h, *copy;
    ngx_list_part_t  *part;

    if (n == 0) {
        return NGX_OK;
    }

    if (ngx_list_init(&list, r->pool, 20, sizeof(ngx_table_elt_t)) != NGX_OK) {
        return NGX_ERROR;
    }

    part = &r->headers_in.headers.part;
    h = part->elts;

    for (i = 0; /* void */ ; i++) {

        if (i >= part->nelts) {
            if (part->next == NULL) {
                break;
            }

            part = part->next;
            h = part->elts;
            i = 0;
        }

        for (k = 0; k < n; k++) {
            if (h[i].hash == taken[k]->hash
                && h[i].key.len == taken[k]->key.len
                && ngx_strncasecmp(h[i].key.data, taken[k]->key.data,
                                   h[i].key.len) == 0)
            {
                break;
            }
        }

        if (k < n) {
            continue;
        }

        copy = ngx_list_push(&list);
        if (copy == NULL) {
            return NGX_ERROR;
        }

        *copy = h[i];
    }

    r->headers_in.headers = list;

    if (list.last == &list.part) {
        /* the list's first part lies in the list itself */
        r->headers_in.headers.last = &r->headers_in.headers.part;
    }

    return NGX_OK;
}


ngx_int_t
ngx_http_patron_add_vary(ngx_http_request_t *r, ngx_str_t *name)
{
    ngx_uint_t        i;
    ngx_table_elt_t  *h;
    ngx_list_part_t  *part;
    static ngx_str_t  vary = ngx_string("Vary");

    part = &r->headers_out.headers.part;
    h = part->elts;

    for (i = 0; /* void */ ; i++) {

        if (i >= part->nelts) {
            if (part->next == NULL) {
                break;
            }

            part = part->next;
            h = part->elts;
            i = 0;
        }

        if (ngx_http_patron_is(&h[i], (const char *) vary.data, vary.len)
            && ngx_http_patron_lists(&h[i].value, name))
        {
            return NGX_OK;
        }
    }

    return ngx_http_patron_add_header(r, &vary, name);
}


ngx_int_t
ngx_http_patron_private(ngx_http_request_t *r)
{
    static ngx_str_t  control = ngx_string("Cache-Control");
    static ngx_str_t  expires = ngx_string("Expires");
    static ngx_str_t  nobody = ngx_string("private, no-store");

    ngx_http_patron_drop_header(r, &control);
    ngx_http_patron_drop_header(r, &expires);

    r->headers_out.expires = NULL;

    return ngx_http_patron_add_header(r, &control, &nobody);
}


ngx_str_t *
ngx_http_patron_request_header(ngx_http_request_t *r, ngx_str_t *name)
{
    ngx_uint_t        i;
    ngx_table_elt_t  *h;
    ngx_list_part_t  *part;

    part = &r->headers_in.headers.part;
    h = part->elts;

    for (i = 0; /* void */ ; i++) {

        if (i >= part->nelts) {
            if (part->next == NULL) {
                return NULL;
            }

            part = part->next;
            h = part->elts;
            i = 0;
        }

        if (ngx_http_patron_is(&h[i], (const char *) name->data, name->len)) {
            return &h[i].value;
        }
    }
}


ngx_int_t
ngx_http_patron_add_header(ngx_http_request_t *r, ngx_str_t *name,
    ngx_str_t *value)
{
    ngx_table_elt_t  *h;

    h = ngx_http_patron_push_header(r);
    if (h == NULL) {
        return NGX_ERROR;
    }

    h->hash = 1;
    h->key = *name;
    h->value = *value;

    return NGX_OK;
}


void
ngx_http_patron_drop_header(ngx_http_request_t *r, ngx_str_t *name)
{
    ngx_uint_t        i;
    ngx_table_elt_t  *h;
    ngx_list_part_t  *part;

    part = &r->headers_out.headers.part;
    h = part->elts;

    for (i = 0; /* void */ ; i++) {

        if (i >= part->nelts) {
            if (part->next == NULL) {
                return;
            }

            part = part->next;
            h = part->elts;
            i = 0;
        }

        if (ngx_http_patron_is(&h[i], (const char *) name->data, name->len)) {
            h[i].hash = 0;
        }
    }
}


ngx_uint_t
ngx_http_patron_has_set_cookie(ngx_http_request_t *r)
{
    ngx_uint_t        i;
    ngx_table_elt_t  *h;
    ngx_list_part_t  *part;

    part = &r->headers_out.headers.part;
    h = part->elts;

    for (i = 0; /* void */ ; i++) {

        if (i >= part->nelts) {
            if (part->next == NULL) {
                return 0;
            }

            part = part->next;
            h = part->elts;
            i = 0;
        }

        if (ngx_http_patron_is(&h[i], "Set-Cookie",
                               sizeof("Set-Cookie") - 1))
        {
            return 1;
        }
    }
}


static ngx_table_elt_t *
ngx_http_patron_push_header(ngx_http_request_t *r)
{
    ngx_table_elt_t  *h;

    h = ngx_list_push(&r->headers_out.headers);
    if (h == NULL) {
        return NULL;
    }

    ngx_memzero(h, sizeof(ngx_table_elt_t));

    return h;
}


static ngx_uint_t
ngx_http_patron_is(ngx_table_elt_t *h, const char *name, size_t len)
{
    return h->hash != 0
           && h->key.len == len
           && ngx_strncasecmp(h->key.data, (u_char *) name, len) == 0;
}


/* Does a comma list hold the name, or "*"? */

static ngx_uint_t
ngx_http_patron_lists(ngx_str_t *value, ngx_str_t *name)
{
    size_t   len;
    u_char  *p, *end, *word;

    p = value->data;
    end = p + value->len;

    while (p < end) {

        while (p < end && (*p == ' ' || *p == '\t' || *p == ',')) {
            p++;
        }

        word = p;

        while (p < end && *p != ' ' && *p != '\t' && *p != ',') {
            p++;
        }

        len = p - word;

        if (len == 1 && *word == '*') {
            return 1;
        }

        if (len == name->len && len != 0
            && ngx_strncasecmp(word, name->data, len) == 0)
        {
            return 1;
        }
    }

    return 0;
}
