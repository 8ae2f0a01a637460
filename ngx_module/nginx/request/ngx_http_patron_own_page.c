
/*
 * See the header.  The template of a page is compiled with the configuration:
 * one for what the handler does, one for what it refuses.  ${page:...} is
 * filled in here, any other variable is nginx's.
 */


#include <ngx_config.h>
#include <ngx_core.h>

#include "ngx_http_patron_conf_read.h"
#include "ngx_http_patron_own_page.h"
#include "ngx_http_patron_post.h"
#include "ngx_http_patron_str.h"
#include "ngx_http_patron_template.h"


#define NGX_HTTP_PATRON_OWN_FIELD  -2       /* and on: no index of nginx's */


typedef struct {
    ngx_str_t   name;
    size_t      offset;     /* in ngx_http_patron_own_say_t */
} ngx_http_patron_own_field_t;


typedef struct {
    patron_template_t  compiled;
    ngx_int_t         *indices;             /* of the parts: a variable, */
} ngx_http_patron_own_view_t;               /* or a field, -2 - its number */


struct ngx_http_patron_own_page_s {
    ngx_http_patron_own_view_t  done;
    ngx_http_patron_own_view_t  refused;
};


static ngx_int_t ngx_http_patron_own_page_view(ngx_conf_t *cf,
    const char *directive, ngx_str_t *file, const patron_str_t *html,
    patron_own_page_e page, ngx_http_patron_own_view_t *view);
static ngx_int_t ngx_http_patron_own_page_index(ngx_conf_t *cf,
    const char *directive, ngx_str_t *file, const patron_str_t *variable);
static void ngx_http_patron_own_page_lacks(ngx_conf_t *cf,
    const char *directive, ngx_str_t *file, ngx_http_patron_own_view_t *view,
    const char *variable);
static ngx_int_t ngx_http_patron_own_page_render(ngx_http_request_t *r,
    ngx_http_patron_own_view_t *view, ngx_http_patron_own_say_t *say,
    ngx_str_t *html);


static ngx_http_patron_own_field_t  ngx_http_patron_own_fields[] = {
    { ngx_string("page:title"), offsetof(ngx_http_patron_own_say_t, title) },
    { ngx_string("page:text"), offsetof(ngx_http_patron_own_say_t, text) },
    { ngx_string("page:button"), offsetof(ngx_http_patron_own_say_t, button) },
    { ngx_string("page:link"), offsetof(ngx_http_patron_own_say_t, link) },
    { ngx_string("page:token"), offsetof(ngx_http_patron_own_say_t, token) },
    { ngx_string("page:to"), offsetof(ngx_http_patron_own_say_t, to) },
    { ngx_string("page:language"),
      offsetof(ngx_http_patron_own_say_t, language) },
    { ngx_null_string, 0 }
};


char *
ngx_http_patron_language(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_http_patron_loc_conf_t *plcf = conf;

    int            language;
    ngx_str_t     *value;
    patron_str_t   code;

    if (plcf->language != NGX_CONF_UNSET_UINT) {
        return "is duplicate";
    }

    value = cf->args->elts;

    code = ngx_http_patron_pure_str(&value[1]);
    language = patron_own_page_language(&code);

    if (language < 0) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "\"%V\" directive: unknown language \"%V\", it is "
                           "one of %s",
                           &cmd->name, &value[1], patron_own_page_languages());
        return NGX_CONF_ERROR;
    }

    plcf->language = (ngx_uint_t) language;

    return NGX_CONF_OK;
}


ngx_int_t
ngx_http_patron_own_page_file(ngx_conf_t *cf, ngx_command_t *cmd,
    ngx_http_patron_loc_conf_t *plcf, ngx_str_t *arg)
{
    if (arg->len < 5 || ngx_strncmp(arg->data, "file=", 5) != 0) {
        return NGX_DECLINED;
    }

    if (arg->len == 5 || plcf->own.file.len) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "\"%V\" directive: %s parameter \"%V\"",
                           &cmd->name, arg->len == 5 ? "empty" : "duplicate",
                           arg);
        return NGX_ERROR;
    }

    plcf->own.file.data = arg->data + 5;
    plcf->own.file.len = arg->len - 5;

    return ngx_http_patron_read_html(cf, &plcf->own.file, &plcf->own.html);
}


ngx_int_t
ngx_http_patron_own_page_compile(ngx_conf_t *cf, const char *directive,
    ngx_http_patron_loc_conf_t *plcf, patron_own_page_e page)
{
    ngx_str_t                   *file;
    patron_str_t                 html;
    ngx_http_patron_own_page_t  *own;

    html = patron_own_page_default;
    file = &plcf->own.file;

    if (file->len) {
        html = ngx_http_patron_pure_str(&plcf->own.html);
    }

    own = ngx_pcalloc(cf->pool, sizeof(ngx_http_patron_own_page_t));

    if (own == NULL
        || ngx_http_patron_own_page_view(cf, directive, file, &html, page,
                                         &own->done)
           != NGX_OK
        || ngx_http_patron_own_page_view(cf, directive, file, &html,
                                         PATRON_OWN_PAGE_REFUSED,
                                         &own->refused)
           != NGX_OK)
    {
        return NGX_ERROR;
    }

    if (page == PATRON_OWN_PAGE_GIFT || page == PATRON_OWN_PAGE_FEED) {
        ngx_http_patron_own_page_lacks(cf, directive, file, &own->done,
                                       "page:link");

    } else {
        ngx_http_patron_own_page_lacks(cf, directive, file, &own->done,
                                       "page:token");
        ngx_http_patron_own_page_lacks(cf, directive, file, &own->done,
                                       "page:to");
    }

    plcf->own_page = own;

    return NGX_OK;
}


static ngx_int_t
ngx_http_patron_own_page_view(ngx_conf_t *cf, const char *directive,
    ngx_str_t *file, const patron_str_t *html, patron_own_page_e page,
    ngx_http_patron_own_view_t *view)
{
    char           err[NGX_HTTP_PATRON_ERROR_LEN];
    size_t         i, n;
    u_char        *p;
    patron_mem_t  *mem;
    patron_str_t   text;

    mem = ngx_http_patron_mem(cf->pool);
    p = ngx_pnalloc(cf->pool, html->len + 1);

    if (mem == NULL || p == NULL) {
        return NGX_ERROR;
    }

    if (patron_own_page_parts(html, page, p, &text, err) != PATRON_OK
        || patron_template_compile_page(mem, &view->compiled, &text, err)
           != PATRON_OK)
    {
        ngx_log_error(NGX_LOG_EMERG, cf->log, 0,
                      "\"%s\" directive: template \"%V\": %s",
                      directive, file, err);
        return NGX_ERROR;
    }

    n = view->compiled.nparts;

    view->indices = ngx_pcalloc(cf->pool, (n + 1) * sizeof(ngx_int_t));
    if (view->indices == NULL) {
        return NGX_ERROR;
    }

    for (i = 0; i < n; i++) {
        if (view->compiled.parts[i].type == PATRON_PART_LITERAL) {
            continue;
        }

        view->indices[i] = ngx_http_patron_own_page_index(cf, directive, file,
                                               &view->compiled.parts[i].str);

        if (view->indices[i] == NGX_ERROR) {
            return NGX_ERROR;
        }
    }

    return NGX_OK;
}


static ngx_int_t
ngx_http_patron_own_page_index(ngx_conf_t *cf, const char *directive,
    ngx_str_t *file, const patron_str_t *variable)
{
    ngx_int_t   i;
    ngx_str_t   name;

    for (i = 0; ngx_http_patron_own_fields[i].name.len; i++) {
        if (variable->len == ngx_http_patron_own_fields[i].name.len
            && ngx_memcmp(variable->data,
                          ngx_http_patron_own_fields[i].name.data,
                          variable->len)
               == 0)
        {
            return NGX_HTTP_PATRON_OWN_FIELD - i;
        }
    }

    name = ngx_http_patron_nginx_str(variable);

    if (ngx_strlchr(name.data, name.data + name.len, ':') != NULL) {
        ngx_log_error(NGX_LOG_EMERG, cf->log, 0,
                      "\"%s\" directive: template \"%V\": "
                      "unknown variable \"${%V}\"",
                      directive, file, &name);
        return NGX_ERROR;
    }

    return ngx_http_get_variable_index(cf, &name);
}


/* Without it a page is of no use to its reader. */

static void
ngx_http_patron_own_page_lacks(ngx_conf_t *cf, const char *directive,
    ngx_str_t *file, ngx_http_patron_own_view_t *view, const char *variable)
{
    size_t               i, len;
    const patron_str_t  *name;

    len = ngx_strlen(variable);

    for (i = 0; i < view->compiled.nparts; i++) {
        name = &view->compiled.parts[i].str;

        if (view->compiled.parts[i].type != PATRON_PART_LITERAL
            && name->len == len && ngx_memcmp(name->data, variable, len) == 0)
        {
            return;
        }
    }

    ngx_log_error(NGX_LOG_WARN, cf->log, 0,
                  "\"%s\" directive: template \"%V\" has no \"${%s}\"",
                  directive, file, variable);
}


patron_str_t
ngx_http_patron_own_page_text(ngx_http_request_t *r, patron_say_e what)
{
    ngx_http_patron_loc_conf_t  *plcf;

    plcf = ngx_http_get_module_loc_conf(r, ngx_http_patron_module);

    return *patron_own_page_say((int) plcf->language, what);
}


ngx_int_t
ngx_http_patron_own_page_send(ngx_http_request_t *r, ngx_uint_t status,
    patron_own_page_e page, ngx_http_patron_own_say_t *say)
{
    ngx_str_t                    html;
    ngx_http_patron_loc_conf_t  *plcf;
    ngx_http_patron_own_view_t  *view;

    static ngx_str_t  type = ngx_string("text/html");

    plcf = ngx_http_get_module_loc_conf(r, ngx_http_patron_module);

    say->language = *patron_own_page_code((int) plcf->language);

    view = (page == PATRON_OWN_PAGE_REFUSED) ? &plcf->own_page->refused
                                             : &plcf->own_page->done;

    if (ngx_http_patron_own_page_render(r, view, say, &html) != NGX_OK) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    return ngx_http_patron_answer(r, status, &type, &html);
}


static ngx_int_t
ngx_http_patron_own_page_render(ngx_http_request_t *r,
    ngx_http_patron_own_view_t *view, ngx_http_patron_own_say_t *say,
    ngx_str_t *html)
{
    size_t                      i, n;
    patron_str_t               *value;
    ngx_http_variable_value_t  *vv;

    value = ngx_palloc(r->pool,
                       (view->compiled.nparts + 1) * sizeof(patron_str_t));
    if (value == NULL) {
        return NGX_ERROR;
    }

    for (i = 0; i < view->compiled.nparts; i++) {

        if (view->compiled.parts[i].type == PATRON_PART_LITERAL) {
            continue;
        }

        if (view->indices[i] <= NGX_HTTP_PATRON_OWN_FIELD) {
            n = (size_t) (NGX_HTTP_PATRON_OWN_FIELD - view->indices[i]);

            value[i] = *(patron_str_t *)
                        ((u_char *) say
                         + ngx_http_patron_own_fields[n].offset);
            continue;
        }

        vv = ngx_http_get_flushed_variable(r, (ngx_uint_t) view->indices[i]);

        if (vv == NULL) {
            return NGX_ERROR;
        }

        value[i].len = vv->not_found ? 0 : vv->len;
        value[i].data = vv->data;
    }

    return ngx_http_patron_template_fill(r->pool, &view->compiled, value, 0,
                                         html);
}


ngx_int_t
ngx_http_patron_own_page_refuse(ngx_http_request_t *r, ngx_uint_t status,
    patron_say_e title, patron_say_e why)
{
    ngx_http_patron_own_say_t  say;

    ngx_memzero(&say, sizeof(ngx_http_patron_own_say_t));

    say.title = ngx_http_patron_own_page_text(r, title);
    say.text = ngx_http_patron_own_page_text(r, why);

    return ngx_http_patron_post_wants_html(r)
           ? ngx_http_patron_own_page_send(r, status, PATRON_OWN_PAGE_REFUSED,
                                           &say)
           : ngx_http_patron_answer_json(r, status, "error", &say.text);
}
