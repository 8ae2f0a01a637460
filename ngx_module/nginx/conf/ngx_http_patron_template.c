
/*
 * Templates with nginx's variables: read and checked with the configuration,
 * rendered for a request.
 */


#include "ngx_http_patron_campaign.h"
#include "ngx_http_patron_module.h"


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

    html.data = t->html.data;
    html.len = t->html.len;

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

    return NGX_OK;
}


ngx_int_t
ngx_http_patron_template_render(ngx_http_request_t *r,
    ngx_http_patron_template_t *t, ngx_str_t *html, uint64_t *hash)
{
    size_t                      i;
    patron_str_t               *value;
    ngx_http_variable_value_t  *vv;

    if (t->indices == NULL) {
        *html = t->html;
        *hash = t->hash;
        return NGX_OK;
    }

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

    if (ngx_http_patron_template_fill(r->pool, &t->compiled, value, html)
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    *hash = ngx_http_patron_hash_str(t->hash, html);

    return NGX_OK;
}


ngx_int_t
ngx_http_patron_template_fill(ngx_pool_t *pool, const patron_template_t *t,
    const patron_str_t *value, ngx_str_t *html)
{
    size_t                i, len;
    u_char               *p;
    const patron_part_t  *part;

    len = 0;

    for (i = 0; i < t->nparts; i++) {
        part = &t->parts[i];

        len += (part->type == PATRON_PART_LITERAL)
               ? part->str.len : patron_escape_len(part->type, &value[i]);
    }

    p = ngx_pnalloc(pool, len ? len : 1);
    if (p == NULL) {
        return NGX_ERROR;
    }

    html->data = p;
    html->len = len;

    for (i = 0; i < t->nparts; i++) {
        part = &t->parts[i];

        if (part->type == PATRON_PART_LITERAL) {
            p = ngx_cpymem(p, part->str.data, part->str.len);

        } else {
            p = patron_escape(part->type, p, &value[i]);
        }
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


/* FNV-1a: for telling variants apart, not for secrets. */

uint64_t
ngx_http_patron_hash_str(uint64_t hash, ngx_str_t *str)
{
    size_t  i;

    for (i = 0; i < str->len; i++) {
        hash = (hash ^ str->data[i]) * 0x100000001b3ULL;
    }

    return (hash ^ 0xff) * 0x100000001b3ULL;
}


/* Order counts: two banners that change places are another page. */

uint64_t
ngx_http_patron_hash_mix(uint64_t hash, uint64_t more)
{
    hash ^= more + 0x9e3779b97f4a7c15ULL + (hash << 6) + (hash >> 2);
    hash *= 0xff51afd7ed558ccdULL;

    return hash ^ (hash >> 32);
}
