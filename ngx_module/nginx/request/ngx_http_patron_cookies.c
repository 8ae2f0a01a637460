
/*
 * See the header.  Where one is taken, all lines give way to one with what is
 * left, as HTTP/2 joins them: a line emptied would be sent on, and a cache
 * would tell its place.  $http_cookie may have been read by then, in "if" or
 * "set", and is to be read again; what a map or "set" has made of it stays.
 *
 * Limit: what runs before the access phase sees all cookies, and so does a
 * location where patron is off.
 */


#include "ngx_http_patron_compat.h"
#include "ngx_http_patron_cookies.h"
#include "ngx_http_patron_headers.h"
#include "ngx_http_patron_state.h"
#include "ngx_http_patron_str.h"


static ngx_uint_t ngx_http_patron_cookies_among(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf, ngx_http_patron_state_t *st, unsigned n);
static ngx_int_t ngx_http_patron_cookies_note(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf, ngx_http_patron_state_t *st,
    ngx_array_t *lines);
static ngx_array_t *ngx_http_patron_cookies_lines(ngx_http_request_t *r,
    ngx_table_elt_t **first);
static ngx_int_t ngx_http_patron_cookies_replace(ngx_http_request_t *r,
    ngx_table_elt_t *first, ngx_str_t *value);


ngx_uint_t
ngx_http_patron_cookies_find(ngx_http_request_t *r, const patron_str_t *name,
    patron_str_t *values)
{
    unsigned                  n;
    ngx_uint_t                i;
    patron_str_t             *line, sent;
    ngx_table_elt_t          *h;
    ngx_http_patron_state_t  *st;

    n = 0;
    st = ngx_http_patron_state(r);

    if (st != NULL && st->unsent != NULL
        && name == &st->unsent[NGX_HTTP_PATRON_COOKIES])
    {
        n = st->tokens.n;
        ngx_memcpy(values, st->tokens.values, n * sizeof(patron_str_t));

        return n;
    }

    if (st != NULL && st->cookies != NULL) {

        if (name >= st->noted->names
            && name < st->noted->names + st->noted->known)
        {
            i = name - st->noted->names;
            n = st->noted->n[i];
            ngx_memcpy(values, st->noted->values[i], n * sizeof(patron_str_t));

            return n;
        }

        line = st->cookies->elts;

        for (i = 0; i < st->cookies->nelts; i++) {
            n = patron_cookie_find(&line[i], name, values, n);
        }

        return n;
    }

    h = NULL;
    i = 0;

    while ((h = ngx_http_patron_compat_next_cookie(r, h, &i)) != NULL) {
        sent = ngx_http_patron_pure_str(&h->value);
        n = patron_cookie_find(&sent, name, values, n);
    }

    return n;
}


ngx_uint_t
ngx_http_patron_cookies_sent(ngx_http_request_t *r)
{
    ngx_http_patron_state_t  *st;

    st = ngx_http_patron_state(r);

    return (st != NULL && st->cookies != NULL)
           || ngx_http_patron_compat_has_cookies(r);
}


ngx_int_t
ngx_http_patron_cookies_take(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf)
{
    size_t                    len;
    u_char                   *p;
    unsigned                  names;
    ngx_str_t                 value;
    ngx_uint_t                i;
    ngx_array_t              *lines;
    patron_str_t             *line;
    ngx_table_elt_t          *first;
    patron_cookies_t         *noted;
    ngx_http_patron_state_t  *st;

    if (plcf->keys == NULL || plcf->dry_run) {
        return NGX_OK;
    }

    st = ngx_http_patron_state(r);
    names = NGX_HTTP_PATRON_COOKIES + (plcf->cookie.withheld ? 1 : 0);

    if (!ngx_http_patron_cookies_among(r, plcf, st, names)) {

        if (st->cookies == NULL) {
            st->unsent = plcf->cookie.names;
        }

        return NGX_OK;
    }

    lines = ngx_http_patron_cookies_lines(r, &first);
    if (lines == NULL) {
        return NGX_ERROR;
    }

    line = lines->elts;
    len = 0;

    for (i = 0; i < lines->nelts; i++) {
        len += 2 * line[i].len + 2;
    }

    value.data = ngx_pnalloc(r->pool, len + 1);
    if (value.data == NULL) {
        return NGX_ERROR;
    }

    p = value.data;
    noted = NULL;

    if (st->cookies == NULL) {

        if (ngx_http_patron_cookies_note(r, plcf, st, lines) != NGX_OK) {
            return NGX_ERROR;
        }

        noted = st->noted;
    }

    for (i = 0; i < lines->nelts; i++) {
        len = patron_cookie_strip(&line[i], plcf->cookie.names, names, noted,
                                  p);

        if (len) {
            p += len;
            *p++ = ';';
            *p++ = ' ';
        }
    }

    value.len = (p == value.data) ? 0 : p - value.data - 2;
    value.data[value.len] = '\0';

    return ngx_http_patron_cookies_replace(r, first, &value);
}


/*
 * Has any of them one of the first n names?  All begin with the token's, which
 * is the last: where it is not asked for, its values are noted on the way.
 */

static ngx_uint_t
ngx_http_patron_cookies_among(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf, ngx_http_patron_state_t *st, unsigned n)
{
    ngx_uint_t               i;
    patron_str_t             line, *names;
    ngx_table_elt_t         *h;
    patron_cookie_values_t  *tokens;

    h = NULL;
    i = 0;
    names = plcf->cookie.names;
    tokens = (n == NGX_HTTP_PATRON_COOKIES) ? &st->tokens : NULL;
    st->tokens.n = 0;

    while ((h = ngx_http_patron_compat_next_cookie(r, h, &i)) != NULL) {
        line = ngx_http_patron_pure_str(&h->value);

        if (patron_cookie_mentions(&line, &names[NGX_HTTP_PATRON_COOKIES])
            && patron_cookie_holds(&line, names, n, tokens))
        {
            return 1;
        }
    }

    return 0;
}


/* Keeps the lines as they were sent, and room for the values in them. */

static ngx_int_t
ngx_http_patron_cookies_note(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf, ngx_http_patron_state_t *st,
    ngx_array_t *lines)
{
    st->noted = ngx_palloc(r->pool, sizeof(patron_cookies_t));
    if (st->noted == NULL) {
        return NGX_ERROR;
    }

    st->noted->names = plcf->cookie.names;
    st->noted->known = NGX_HTTP_PATRON_COOKIES + 1;
    ngx_memzero(st->noted->n, sizeof(st->noted->n));

    st->cookies = lines;
    st->unsent = NULL;

    return NGX_OK;
}


/* The lines as they are now, and the first of them, or NULL. */

static ngx_array_t *
ngx_http_patron_cookies_lines(ngx_http_request_t *r, ngx_table_elt_t **first)
{
    ngx_uint_t        i;
    ngx_array_t      *lines;
    patron_str_t     *line;
    ngx_table_elt_t  *h;

    *first = NULL;

    lines = ngx_array_create(r->pool, 1, sizeof(patron_str_t));
    if (lines == NULL) {
        return NULL;
    }

    h = NULL;
    i = 0;

    while ((h = ngx_http_patron_compat_next_cookie(r, h, &i)) != NULL) {
        line = ngx_array_push(lines);
        if (line == NULL) {
            return NULL;
        }

        *line = ngx_http_patron_pure_str(&h->value);

        if (*first == NULL) {
            *first = h;
        }
    }

    return lines;
}


static ngx_int_t
ngx_http_patron_cookies_replace(ngx_http_request_t *r, ngx_table_elt_t *first,
    ngx_str_t *value)
{
    ngx_table_elt_t              *h;
    ngx_http_variable_value_t    *v;
    ngx_http_patron_main_conf_t  *pmcf;

    if (ngx_http_patron_unlink_headers(r, &first, 1) != NGX_OK) {
        return NGX_ERROR;
    }

    h = NULL;

    if (value->len) {
        h = ngx_list_push(&r->headers_in.headers);
        if (h == NULL) {
            return NGX_ERROR;
        }

        *h = *first;
        h->value = *value;
    }

    pmcf = ngx_http_get_module_main_conf(r, ngx_http_patron_module);

    v = &r->variables[pmcf->http_cookie];
    v->valid = 0;
    v->not_found = 0;

    return ngx_http_patron_compat_set_cookies(r, h);
}


ngx_int_t
ngx_http_patron_cookies_init(ngx_conf_t *cf, ngx_http_patron_main_conf_t *pmcf)
{
    static ngx_str_t  name = ngx_string("http_cookie");

    pmcf->http_cookie = ngx_http_get_variable_index(cf, &name);

    return pmcf->http_cookie == NGX_ERROR ? NGX_ERROR : NGX_OK;
}
