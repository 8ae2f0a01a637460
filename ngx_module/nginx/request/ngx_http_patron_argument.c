
/*
 * See the header.  The argument is taken wherever nginx keeps the address: in
 * $args, in $request_uri and in the request line that logs have.
 */


#include "patron_form.h"
#include "ngx_http_patron_argument.h"
#include "ngx_http_patron_conf.h"
#include "ngx_http_patron_str.h"


#define NGX_HTTP_PATRON_HERE_MAX  2048


static ngx_int_t ngx_http_patron_take_from(ngx_http_request_t *r,
    const patron_str_t *name, ngx_str_t *args, ngx_str_t *text,
    ngx_uint_t *taken);
static ngx_int_t ngx_http_patron_take_from_unparsed(ngx_http_request_t *r,
    const patron_str_t *name, u_char *query, ngx_str_t *text,
    ngx_uint_t *taken);
static void ngx_http_patron_forget_uri(ngx_http_request_t *r);


ngx_uint_t
ngx_http_patron_has_arguments(ngx_http_request_t *r)
{
    return r->args.len != 0
           || memchr(r->unparsed_uri.data, '?', r->unparsed_uri.len) != NULL;
}


ngx_int_t
ngx_http_patron_take_argument(ngx_http_request_t *r, const patron_str_t *name,
    ngx_str_t *value, ngx_uint_t *taken)
{
    u_char  *query;

    *taken = 0;
    ngx_str_null(value);

    query = memchr(r->unparsed_uri.data, '?', r->unparsed_uri.len);

    if (query == NULL && r->args.len == 0) {
        return NGX_OK;
    }

    if (ngx_http_patron_take_from(r, name, &r->args, value, taken) != NGX_OK
        || (query != NULL
            && ngx_http_patron_take_from_unparsed(r, name, query, value, taken)
               != NGX_OK))
    {
        return NGX_ERROR;
    }

    if (!*taken) {
        return NGX_OK;
    }

    ngx_http_patron_forget_uri(r);

    return ngx_http_patron_redact_line(r);
}


ngx_int_t
ngx_http_patron_here(ngx_http_request_t *r, ngx_str_t *here)
{
    size_t      len;
    u_char     *p, *query, *end;
    ngx_str_t   args;

    p = r->main->unparsed_uri.data;
    end = p + r->main->unparsed_uri.len;

    ngx_str_set(here, "/");
    ngx_str_null(&args);

    query = ngx_strlchr(p, end, '?');

    if (query != NULL) {
        args.data = query + 1;
        args.len = end - args.data;
        end = query;

        if (ngx_http_patron_drop_ours(r, &args) != NGX_OK) {
            return NGX_ERROR;
        }
    }

    /* "//host" leads to another site, and so does "/\\host" */

    while (p < end && (*p == '/' || *p == '\\')) {
        p++;
    }

    len = 1 + (end - p) + (args.len ? 1 + args.len : 0);

    if (len > NGX_HTTP_PATRON_HERE_MAX) {
        return NGX_OK;
    }

    here->data = ngx_pnalloc(r->pool, len);
    if (here->data == NULL) {
        return NGX_ERROR;
    }

    here->data[0] = '/';
    p = ngx_cpymem(here->data + 1, p, end - p);

    if (args.len) {
        *p++ = '?';
        ngx_memcpy(p, args.data, args.len);
    }

    here->len = len;

    return NGX_OK;
}


ngx_int_t
ngx_http_patron_drop_ours(ngx_http_request_t *r, ngx_str_t *args)
{
    ngx_str_t   value;
    ngx_uint_t  i, taken;

    static const patron_str_t  ours[] = {
        patron_string("gift"),
        patron_string("patron_feed"),
        patron_string("patron_preview")
    };

    for (i = 0; i < sizeof(ours) / sizeof(ours[0]); i++) {
        if (ngx_http_patron_take_from(r, &ours[i], args, &value, &taken)
            != NGX_OK)
        {
            return NGX_ERROR;
        }
    }

    return NGX_OK;
}


ngx_int_t
ngx_http_patron_redact_line(ngx_http_request_t *r)
{
    u_char  *p;

    p = ngx_pnalloc(r->pool, r->method_name.len + 1 + r->unparsed_uri.len + 1
                             + r->http_protocol.len);
    if (p == NULL) {
        return NGX_ERROR;
    }

    r->request_line.data = p;

    p = ngx_sprintf(p, "%V %V", &r->method_name, &r->unparsed_uri);

    if (r->http_protocol.len) {
        p = ngx_sprintf(p, " %V", &r->http_protocol);
    }

    r->request_line.len = p - r->request_line.data;

    return NGX_OK;
}


static ngx_int_t
ngx_http_patron_take_from(ngx_http_request_t *r, const patron_str_t *name,
    ngx_str_t *args, ngx_str_t *text, ngx_uint_t *taken)
{
    size_t        len;
    u_char       *rest;
    patron_str_t  query, value;

    if (args->len < name->len) {
        return NGX_OK;
    }

    rest = ngx_pnalloc(r->pool, args->len);
    if (rest == NULL) {
        return NGX_ERROR;
    }

    query = ngx_http_patron_pure_str(args);

    if (patron_query_take(&query, name, rest, &len, &value) != PATRON_OK) {
        ngx_pfree(r->pool, rest);
        return NGX_OK;
    }

    *taken = 1;

    *text = ngx_http_patron_nginx_str(&value);

    args->data = rest;
    args->len = len;

    return NGX_OK;
}


/* The same in $request_uri, which is what upstreams are asked for. */

static ngx_int_t
ngx_http_patron_take_from_unparsed(ngx_http_request_t *r,
    const patron_str_t *name, u_char *query, ngx_str_t *text,
    ngx_uint_t *taken)
{
    u_char      *p;
    ngx_str_t    args;
    ngx_uint_t   mine;

    args.data = query + 1;
    args.len = r->unparsed_uri.data + r->unparsed_uri.len - args.data;
    mine = 0;

    if (ngx_http_patron_take_from(r, name, &args, text, &mine) != NGX_OK) {
        return NGX_ERROR;
    }

    if (!mine) {
        return NGX_OK;
    }

    *taken = 1;

    p = ngx_pnalloc(r->pool, query - r->unparsed_uri.data + 1 + args.len);
    if (p == NULL) {
        return NGX_ERROR;
    }

    query = ngx_cpymem(p, r->unparsed_uri.data, query - r->unparsed_uri.data);

    if (args.len) {
        *query++ = '?';
        query = ngx_cpymem(query, args.data, args.len);
    }

    r->unparsed_uri.data = p;
    r->unparsed_uri.len = query - p;

    return NGX_OK;
}


/* $request_uri may have been asked for, and kept, before the access phase. */

static void
ngx_http_patron_forget_uri(ngx_http_request_t *r)
{
    ngx_http_patron_main_conf_t  *pmcf;

    pmcf = ngx_http_get_module_main_conf(r, ngx_http_patron_module);

    r->variables[pmcf->request_uri].valid = 0;
    r->variables[pmcf->request_uri].not_found = 0;
}
