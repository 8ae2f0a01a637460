
/*
 * Templates with nginx's variables: read and checked with the configuration,
 * rendered for a request.
 */


#include "patron_escape.h"
#include "ngx_http_patron_charset.h"
#include "ngx_http_patron_conf.h"
#include "ngx_http_patron_conf_read.h"
#include "ngx_http_patron_hash.h"
#include "ngx_http_patron_str.h"
#include "ngx_http_patron_template.h"
#include "ngx_http_patron_vary.h"


ngx_int_t
ngx_http_patron_template_compile(ngx_conf_t *cf, ngx_str_t *directive,
    ngx_http_patron_template_t *t)
{
    char           err[NGX_HTTP_PATRON_ERROR_LEN];
    size_t         i;
    ngx_int_t      rc;
    ngx_str_t      name;
    patron_mem_t  *mem;
    patron_str_t   html;

    mem = ngx_http_patron_mem(cf->pool);
    if (mem == NULL) {
        return NGX_ERROR;
    }

    html = ngx_http_patron_pure_str(&t->html);

    if (patron_template_compile(mem, &t->compiled, &html, err) != PATRON_OK) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "\"%V\" directive: template \"%V\": %s",
                           directive, &t->name, err);
        return NGX_ERROR;
    }

    t->hash = ngx_http_patron_hash_str(0xcbf29ce484222325ULL, &t->html);

    for (i = 0; i < t->compiled.nparts; i++) {

        if (t->compiled.parts[i].type == PATRON_PART_LITERAL) {
            continue;
        }

        if (t->indices == NULL) {
            t->indices = ngx_pcalloc(cf->pool,
                                     t->compiled.nparts * sizeof(ngx_int_t));
            if (t->indices == NULL) {
                return NGX_ERROR;
            }
        }

        rc = ngx_http_patron_ticker_add(cf, &t->compiled.parts[i].str, &name);

        if (rc == NGX_ERROR) {
            return NGX_ERROR;
        }

        t->tickers |= (rc == NGX_OK);

        t->indices[i] = ngx_http_get_variable_index(cf, &name);

        if (t->indices[i] == NGX_ERROR) {
            return NGX_ERROR;
        }
    }

    if (t->indices != NULL) {
        return NGX_OK;
    }

    if (ngx_http_patron_template_fill(cf->pool, &t->compiled, NULL, 0,
                                      &t->text)
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    return ngx_http_patron_template_fill(cf->pool, &t->compiled, NULL, 1,
                                         &t->ascii);
}


ngx_int_t
ngx_http_patron_ticker_name(const patron_str_t *variable, ngx_str_t *name)
{
    if (variable->len <= sizeof("ticker:") - 1
        || ngx_strncmp(variable->data, "ticker:", sizeof("ticker:") - 1) != 0)
    {
        return NGX_DECLINED;
    }

    name->data = (u_char *) variable->data + sizeof("ticker:") - 1;
    name->len = variable->len - (sizeof("ticker:") - 1);

    return NGX_OK;
}


ngx_int_t
ngx_http_patron_ticker_add(ngx_conf_t *cf, const patron_str_t *variable,
    ngx_str_t *name)
{
    u_char                       *p;
    ngx_str_t                     ticker, *t;
    ngx_http_patron_main_conf_t  *pmcf;

    *name = ngx_http_patron_nginx_str(variable);

    if (ngx_http_patron_ticker_name(variable, &ticker) != NGX_OK) {
        return NGX_DECLINED;
    }

    pmcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_patron_module);

    name->len = sizeof("patron_ticker_") - 1 + ticker.len;
    name->data = ngx_pnalloc(cf->pool, name->len);
    t = ngx_array_push(&pmcf->tickers);

    if (name->data == NULL || t == NULL) {
        return NGX_ERROR;
    }

    p = ngx_cpymem(name->data, "patron_ticker_", sizeof("patron_ticker_") - 1);
    ngx_memcpy(p, ticker.data, ticker.len);

    *t = ticker;

    return NGX_OK;
}


ngx_int_t
ngx_http_patron_template_render(ngx_http_request_t *r,
    ngx_http_patron_template_t *t, ngx_str_t *html, uint64_t *hash)
{
    size_t                      i;
    ngx_uint_t                  ascii;
    patron_str_t               *value;
    ngx_http_variable_value_t  *vv;

    if (t->indices == NULL) {
        /* of one length they are the same, whatever the charset */

        *html = (t->ascii.len == t->text.len
                 || ngx_http_patron_charset_is_utf8(r)) ? t->text : t->ascii;
        *hash = ngx_http_patron_hash_mix(t->hash, html->len);
        return NGX_OK;
    }

    ascii = !ngx_http_patron_charset_is_utf8(r);

    value = ngx_palloc(r->pool, t->compiled.nparts * sizeof(patron_str_t));
    if (value == NULL) {
        return NGX_ERROR;
    }

    for (i = 0; i < t->compiled.nparts; i++) {

        if (t->compiled.parts[i].type == PATRON_PART_LITERAL) {
            continue;
        }

        vv = ngx_http_get_flushed_variable(r, t->indices[i]);

        if (vv == NULL) {
            return NGX_ERROR;
        }

        value[i].len = vv->not_found ? 0 : vv->len;
        value[i].data = vv->data;
    }

    if (ngx_http_patron_template_fill(r->pool, &t->compiled, value, ascii,
                                      html)
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    *hash = ngx_http_patron_hash_str(t->hash, html);

    return NGX_OK;
}


ngx_int_t
ngx_http_patron_template_fill(ngx_pool_t *pool, const patron_template_t *t,
    const patron_str_t *value, ngx_uint_t ascii, ngx_str_t *html)
{
    size_t                i, len;
    u_char               *p;
    const patron_part_t  *part;

    len = 0;

    for (i = 0; i < t->nparts; i++) {
        part = &t->parts[i];

        len += patron_escape_len(part->type,
                                 part->type == PATRON_PART_LITERAL
                                 ? &part->str : &value[i],
                                 (int) ascii);
    }

    p = ngx_pnalloc(pool, len ? len : 1);
    if (p == NULL) {
        return NGX_ERROR;
    }

    html->data = p;
    html->len = len;

    for (i = 0; i < t->nparts; i++) {
        part = &t->parts[i];

        p = patron_escape(part->type, p,
                          part->type == PATRON_PART_LITERAL
                          ? &part->str : &value[i],
                          (int) ascii);
    }

    return NGX_OK;
}


/* Its variables count for "Vary" as those of a condition do. */

ngx_int_t
ngx_http_patron_template_vary(ngx_conf_t *cf, ngx_http_patron_vary_t *vary,
    ngx_http_patron_template_t *t)
{
    size_t          i;
    u_char         *p;
    ngx_str_t       name;
    patron_part_t  *part;

    for (i = 0; i < t->compiled.nparts; i++) {
        part = &t->compiled.parts[i];

        if (part->type == PATRON_PART_LITERAL
            || ngx_http_patron_ticker_name(&part->str, &name) == NGX_OK)
        {
            continue;
        }

        name.len = part->str.len + 1;
        name.data = ngx_pnalloc(cf->pool, name.len);
        if (name.data == NULL) {
            return NGX_ERROR;
        }

        p = name.data;
        *p++ = '$';
        ngx_memcpy(p, part->str.data, part->str.len);

        if (ngx_http_patron_vary_add(cf, vary, &name) != NGX_OK) {
            return NGX_ERROR;
        }
    }

    return NGX_OK;
}
