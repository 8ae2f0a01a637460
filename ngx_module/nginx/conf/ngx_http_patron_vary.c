
/*
 * Which request headers a value with variables depends on, as "Vary" has to
 * name them.
 */


#include "ngx_http_patron_template.h"
#include "ngx_http_patron_vary.h"


static ngx_int_t ngx_http_patron_vary_html(ngx_conf_t *cf,
    ngx_http_patron_vary_t *vary, ngx_http_patron_condition_t *condition,
    ngx_http_patron_template_t *tmpl);
static ngx_int_t ngx_http_patron_vary_name(ngx_pool_t *pool,
    ngx_http_patron_vary_t *vary, ngx_str_t *name);


/* What a shared cache's key holds already: the URL. */

static ngx_str_t  ngx_http_patron_url_variables[] = {
    ngx_string("args"),
    ngx_string("document_uri"),
    ngx_string("host"),
    ngx_string("hostname"),
    ngx_string("http_host"),
    ngx_string("is_args"),
    ngx_string("https"),
    ngx_string("query_string"),
    ngx_string("request_filename"),
    ngx_string("request_method"),
    ngx_string("request_uri"),
    ngx_string("scheme"),
    ngx_string("server_name"),
    ngx_string("server_port"),
    ngx_string("uri"),
    ngx_null_string
};


ngx_int_t
ngx_http_patron_merge_vary(ngx_conf_t *cf, ngx_http_patron_loc_conf_t *conf)
{
    ngx_uint_t                 i;
    ngx_http_patron_wall_t    *wall;
    ngx_http_complex_value_t  *cv;
    ngx_http_patron_banner_t  *b;

    static ngx_str_t  cookie = ngx_string("$cookie_patron");

    if (conf->tokens == NULL
        && ngx_http_patron_vary_add(cf, &conf->vary, &cookie) != NGX_OK)
    {
        return NGX_ERROR;
    }

    for (i = 0; conf->tokens && i < conf->tokens->nelts; i++) {
        cv = conf->tokens->elts;

        if (ngx_http_patron_vary_add(cf, &conf->vary, &cv[i].value) != NGX_OK)
        {
            return NGX_ERROR;
        }
    }

    if (conf->access != NULL
        && ngx_http_patron_vary_add(cf, &conf->vary, &conf->access->value)
           != NGX_OK)
    {
        return NGX_ERROR;
    }

    wall = conf->walls ? conf->walls->elts : NULL;

    for (i = 0; wall != NULL && i < conf->walls->nelts; i++) {
        if (ngx_http_patron_vary_html(cf, &conf->vary, &wall[i].condition,
                                      &wall[i].tmpl)
            != NGX_OK)
        {
            return NGX_ERROR;
        }
    }

    b = conf->banners ? conf->banners->elts : NULL;

    for (i = 0; b != NULL && i < conf->banners->nelts; i++) {
        if (ngx_http_patron_vary_html(cf, &conf->vary, &b[i].condition,
                                      &b[i].tmpl)
            != NGX_OK)
        {
            return NGX_ERROR;
        }
    }

    return NGX_OK;
}


/* HTML, and the condition on which it stands. */

static ngx_int_t
ngx_http_patron_vary_html(ngx_conf_t *cf, ngx_http_patron_vary_t *vary,
    ngx_http_patron_condition_t *condition, ngx_http_patron_template_t *tmpl)
{
    if (condition->value != NULL
        && ngx_http_patron_vary_add(cf, vary, &condition->value->value)
           != NGX_OK)
    {
        return NGX_ERROR;
    }

    return ngx_http_patron_template_vary(cf, vary, tmpl);
}


ngx_int_t
ngx_http_patron_vary_add(ngx_conf_t *cf, ngx_http_patron_vary_t *vary,
    ngx_str_t *value)
{
    u_char  *p, *end, *name;

    p = value->data;
    end = p + value->len;

    while (p < end) {

        if (*p++ != '$') {
            continue;
        }

        if (p < end && *p == '{') {
            p++;
        }

        name = p;

        while (p < end
               && ((*p >= 'a' && *p <= 'z') || (*p >= 'A' && *p <= 'Z')
                   || (*p >= '0' && *p <= '9') || *p == '_'))
        {
            p++;
        }

        if (ngx_http_patron_vary_variable(cf->pool, vary, name, p - name)
            != NGX_OK)
        {
            return NGX_ERROR;
        }
    }

    return NGX_OK;
}


ngx_int_t
ngx_http_patron_vary_variable(ngx_pool_t *pool, ngx_http_patron_vary_t *vary,
    u_char *name, size_t len)
{
    u_char      *p;
    size_t       i;
    ngx_str_t    header;
    ngx_uint_t   n;

    if (len > 7 && ngx_strncmp(name, "cookie_", 7) == 0) {
        ngx_str_set(&header, "Cookie");
        return ngx_http_patron_vary_name(pool, vary, &header);
    }

    if (len > 4 && ngx_strncmp(name, "arg_", 4) == 0) {
        return NGX_OK;
    }

    /* the token's own sources speak for what it says */

    if (len >= 6 && ngx_strncmp(name, "patron", 6) == 0) {
        return NGX_OK;
    }

    for (n = 0; ngx_http_patron_url_variables[n].len; n++) {
        if (len == ngx_http_patron_url_variables[n].len
            && ngx_strncmp(name, ngx_http_patron_url_variables[n].data, len)
               == 0)
        {
            return NGX_OK;
        }
    }

    if (len > 5 && ngx_strncmp(name, "http_", 5) == 0) {
        name += 5;
        len -= 5;

        p = ngx_pnalloc(pool, len);
        if (p == NULL) {
            return NGX_ERROR;
        }

        for (i = 0; i < len; i++) {
            p[i] = (name[i] == '_') ? '-'
                   : (i == 0 || name[i - 1] == '_') ? ngx_toupper(name[i])
                   : name[i];
        }

        header.data = p;
        header.len = len;

        return ngx_http_patron_vary_name(pool, vary, &header);
    }

    vary->unknown = 1;

    return NGX_OK;
}


static ngx_int_t
ngx_http_patron_vary_name(ngx_pool_t *pool, ngx_http_patron_vary_t *vary,
    ngx_str_t *name)
{
    ngx_str_t   *n;
    ngx_uint_t   i;

    if (vary->names == NULL) {
        vary->names = ngx_array_create(pool, 2, sizeof(ngx_str_t));
        if (vary->names == NULL) {
            return NGX_ERROR;
        }
    }

    n = vary->names->elts;

    for (i = 0; i < vary->names->nelts; i++) {
        if (n[i].len == name->len
            && ngx_strncmp(n[i].data, name->data, name->len) == 0)
        {
            return NGX_OK;
        }
    }

    n = ngx_array_push(vary->names);
    if (n == NULL) {
        return NGX_ERROR;
    }

    *n = *name;

    return NGX_OK;
}
