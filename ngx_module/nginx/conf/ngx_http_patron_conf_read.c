
/*
 * What directives have in common: values with variables, selectors, files of
 * HTML and of keys; and a pool as the pure parts' memory.
 */


#include "ngx_http_patron_conf_read.h"
#include "ngx_http_patron_str.h"


#define NGX_HTTP_PATRON_KEY_FILE_MAX  4096


static char *ngx_http_patron_no_value(ngx_conf_t *cf, ngx_command_t *cmd,
    ngx_str_t *word);
static ngx_int_t ngx_http_patron_read_file(ngx_conf_t *cf, ngx_str_t *path,
    size_t max, ngx_str_t *content, ngx_uint_t *mode);
static void *ngx_http_patron_pool_alloc(void *ctx, size_t size);
static void ngx_http_patron_pool_free(void *ctx, void *p);


/* A value with variables, unset being NGX_CONF_UNSET_PTR. */

char *
ngx_http_patron_value(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    char  *p = conf;

    ngx_str_t                 *value;
    ngx_http_complex_value_t **cv;

    cv = (ngx_http_complex_value_t **) (p + cmd->offset);

    if (*cv != NGX_CONF_UNSET_PTR) {
        return "is duplicate";
    }

    value = cf->args->elts;

    *cv = ngx_http_patron_complex_value(cf, &value[1]);

    return *cv == NULL ? NGX_CONF_ERROR : NGX_CONF_OK;
}


/* An array of them. */

char *
ngx_http_patron_values(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    char  *p = conf;

    ngx_str_t                 *value;
    ngx_uint_t                 i;
    ngx_array_t              **values;
    ngx_http_complex_value_t  *cv, *element;

    values = (ngx_array_t **) (p + cmd->offset);

    if (*values != NGX_CONF_UNSET_PTR) {
        return "is duplicate";
    }

    *values = ngx_array_create(cf->pool, cf->args->nelts - 1,
                               sizeof(ngx_http_complex_value_t));
    if (*values == NULL) {
        return NGX_CONF_ERROR;
    }

    value = cf->args->elts;

    for (i = 1; i < cf->args->nelts; i++) {

        cv = ngx_http_patron_complex_value(cf, &value[i]);
        element = ngx_array_push(*values);

        if (cv == NULL || element == NULL) {
            return NGX_CONF_ERROR;
        }

        *element = *cv;
    }

    return NGX_CONF_OK;
}


char *
ngx_http_patron_word(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    char  *p = conf;

    ngx_str_t        *value;
    ngx_uint_t       *np;
    ngx_conf_enum_t  *e;

    np = (ngx_uint_t *) (p + cmd->offset);

    if (*np != NGX_CONF_UNSET_UINT) {
        return "is duplicate";
    }

    value = cf->args->elts;

    for (e = cmd->post; e->name.len; e++) {
        if (e->name.len == value[1].len
            && ngx_strcasecmp(e->name.data, value[1].data) == 0)
        {
            *np = e->value;
            return NGX_CONF_OK;
        }
    }

    return ngx_http_patron_no_value(cf, cmd, &value[1]);
}


char *
ngx_http_patron_number(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    char  *p = conf;

    ngx_int_t              *np;
    ngx_str_t              *value;
    ngx_conf_num_bounds_t  *bounds = cmd->post;

    np = (ngx_int_t *) (p + cmd->offset);

    if (*np != NGX_CONF_UNSET) {
        return "is duplicate";
    }

    value = cf->args->elts;

    *np = ngx_atoi(value[1].data, value[1].len);

    if (*np == NGX_ERROR || *np < bounds->low || *np > bounds->high) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "\"%V\" directive: invalid value \"%V\", it must be "
                           "a number from %i to %i",
                           &cmd->name, &value[1], bounds->low, bounds->high);
        return NGX_CONF_ERROR;
    }

    return NGX_CONF_OK;
}


char *
ngx_http_patron_size(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    char  *p = conf;

    size_t     *sp;
    ssize_t     size;
    ngx_str_t  *value;

    sp = (size_t *) (p + cmd->offset);

    if (*sp != NGX_CONF_UNSET_SIZE) {
        return "is duplicate";
    }

    value = cf->args->elts;
    size = ngx_parse_size(&value[1]);

    if (size == NGX_ERROR) {
        return ngx_http_patron_no_value(cf, cmd, &value[1]);
    }

    *sp = size;

    return NGX_CONF_OK;
}


static char *
ngx_http_patron_no_value(ngx_conf_t *cf, ngx_command_t *cmd, ngx_str_t *word)
{
    ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                       "\"%V\" directive: invalid value \"%V\"",
                       &cmd->name, word);

    return NGX_CONF_ERROR;
}


/* A token (RFC 9110, section 5.1); with a "$" it would be taken for a variable. */

ngx_int_t
ngx_http_patron_header_name(ngx_conf_t *cf, ngx_command_t *cmd,
    ngx_str_t *name)
{
    size_t  i;
    u_char  c;

    for (i = 0; i < name->len; i++) {
        c = ngx_tolower(name->data[i]);

        if ((c < 'a' || c > 'z') && (c < '0' || c > '9')
            && (c == '\0' || ngx_strchr("!#%&'*+-.^_`|~", c) == NULL))
        {
            ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                               "\"%V\" directive: \"%V\" is no header's name",
                               &cmd->name, name);
            return NGX_ERROR;
        }
    }

    return NGX_OK;
}


char *
ngx_http_patron_header_slot(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_str_t  *value;

    value = cf->args->elts;

    if (ngx_http_patron_header_name(cf, cmd, &value[1]) != NGX_OK) {
        return NGX_CONF_ERROR;
    }

    return ngx_conf_set_str_slot(cf, cmd, conf);
}


ngx_http_complex_value_t *
ngx_http_patron_complex_value(ngx_conf_t *cf, ngx_str_t *value)
{
    ngx_str_t                         *copy;
    ngx_http_complex_value_t          *cv;
    ngx_http_compile_complex_value_t   ccv;

    cv = ngx_pcalloc(cf->pool, sizeof(ngx_http_complex_value_t));
    copy = ngx_palloc(cf->pool, sizeof(ngx_str_t));

    if (cv == NULL || copy == NULL) {
        return NULL;
    }

    *copy = *value;

    ngx_memzero(&ccv, sizeof(ngx_http_compile_complex_value_t));

    ccv.cf = cf;
    ccv.value = copy;
    ccv.complex_value = cv;

    if (ngx_http_compile_complex_value(&ccv) != NGX_OK) {
        return NULL;
    }

    return cv;
}


ngx_int_t
ngx_http_patron_is_set(ngx_http_request_t *r, ngx_http_complex_value_t *cv)
{
    ngx_str_t  value;

    if (ngx_http_complex_value(r, cv, &value) != NGX_OK) {
        return NGX_ERROR;
    }

    return (value.len == 0 || (value.len == 1 && value.data[0] == '0'))
           ? NGX_DECLINED : NGX_OK;
}


ngx_int_t
ngx_http_patron_is_one_set(ngx_http_request_t *r, ngx_array_t *values)
{
    ngx_int_t                  rc;
    ngx_uint_t                 i;
    ngx_http_complex_value_t  *cv;

    if (values == NULL) {
        return NGX_DECLINED;
    }

    cv = values->elts;
    rc = NGX_DECLINED;

    for (i = 0; i < values->nelts && rc == NGX_DECLINED; i++) {
        rc = ngx_http_patron_is_set(r, &cv[i]);
    }

    return rc;
}


ngx_int_t
ngx_http_patron_read_audience(ngx_conf_t *cf, ngx_command_t *cmd,
    ngx_str_t *word, patron_audience_t *audience)
{
    patron_str_t  s;

    s = ngx_http_patron_pure_str(word);

    switch (patron_audience_parse(audience, &s)) {

    case PATRON_OK:
        return NGX_OK;

    case PATRON_DECLINED:
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "\"%V\" directive: \"for=%V\" is for nobody: it "
                           "is a level of pages, neither a state of readers "
                           "nor a tier", &cmd->name, word);
        return NGX_ERROR;
    }

    ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                       "\"%V\" directive: invalid parameter \"for=%V\"",
                       &cmd->name, word);

    return NGX_ERROR;
}


ngx_int_t
ngx_http_patron_read_condition(ngx_conf_t *cf, ngx_command_t *cmd,
    ngx_str_t *value, ngx_http_patron_condition_t *condition)
{
    ngx_str_t  s;

    s = *value;
    condition->negated = 0;

    if (s.len && s.data[0] == '!') {
        condition->negated = 1;
        s.data++;
        s.len--;
    }

    if (s.len == 0) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "\"%V\" directive: invalid parameter \"if=%V\"",
                           &cmd->name, value);
        return NGX_ERROR;
    }

    condition->value = ngx_http_patron_complex_value(cf, &s);

    return condition->value == NULL ? NGX_ERROR : NGX_OK;
}


ngx_int_t
ngx_http_patron_condition(ngx_http_request_t *r,
    ngx_http_patron_condition_t *condition)
{
    ngx_int_t  rc;

    if (condition->value == NULL) {
        return NGX_OK;
    }

    rc = ngx_http_patron_is_set(r, condition->value);

    if (rc == NGX_ERROR || !condition->negated) {
        return rc;
    }

    return (rc == NGX_OK) ? NGX_DECLINED : NGX_OK;
}


/*
 * A selector that begins with '#' and is not quoted is a comment to nginx,
 * which then takes the next line's directive for the selector.
 */

ngx_int_t
ngx_http_patron_check_selector(ngx_conf_t *cf, ngx_command_t *cmd,
    ngx_str_t *selector)
{
    ngx_uint_t      i;
    ngx_command_t  *c;

    for (i = 0; cf->cycle->modules[i]; i++) {
        c = cf->cycle->modules[i]->commands;

        if (c == NULL) {
            continue;
        }

        for ( /* void */ ; c->name.len; c++) {
            if (c->name.len == selector->len
                && ngx_strcmp(c->name.data, selector->data) == 0)
            {
                ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                                   "\"%V\" directive: the selector \"%V\" is "
                                   "a directive's name; a selector with \"#\" "
                                   "must be quoted",
                                   &cmd->name, selector);
                return NGX_ERROR;
            }
        }
    }

    return NGX_OK;
}


ngx_int_t
ngx_http_patron_read_html(ngx_conf_t *cf, ngx_str_t *path, ngx_str_t *html)
{
    ngx_uint_t  mode;

    return ngx_http_patron_read_file(cf, path, NGX_HTTP_PATRON_HTML_MAX, html,
                                     &mode);
}


ngx_int_t
ngx_http_patron_read_key(ngx_conf_t *cf, ngx_command_t *cmd, ngx_str_t *path,
    ngx_str_t *secret)
{
    ngx_uint_t  mode;

    if (ngx_http_patron_read_file(cf, path, NGX_HTTP_PATRON_KEY_FILE_MAX,
                                  secret, &mode)
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    if (mode & 0007) {
        ngx_conf_log_error(NGX_LOG_WARN, cf, 0,
                           "\"%V\" directive: the key \"%V\" can be read by "
                           "others (mode %04uo), 0640 is enough",
                           &cmd->name, path, mode & 07777);
    }

    if (secret->len && secret->data[secret->len - 1] == LF) {
        secret->len--;
    }

    return NGX_OK;
}


static ngx_int_t
ngx_http_patron_read_file(ngx_conf_t *cf, ngx_str_t *path, size_t max,
    ngx_str_t *content, ngx_uint_t *mode)
{
    off_t             size;
    ssize_t           n;
    ngx_fd_t          fd;
    ngx_int_t         rc;
    ngx_str_t        *name;
    ngx_file_t        file;
    ngx_file_info_t   fi;

    name = cf->args->elts;

    if (path->len == 0) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "\"%V\" directive: no file is named", name);
        return NGX_ERROR;
    }

    if (ngx_conf_full_name(cf->cycle, path, 1) != NGX_OK) {
        return NGX_ERROR;
    }

    fd = ngx_open_file(path->data, NGX_FILE_RDONLY|NGX_FILE_NONBLOCK,
                       NGX_FILE_OPEN, 0);
    if (fd == NGX_INVALID_FILE) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, ngx_errno,
                           "\"%V\" directive: " ngx_open_file_n
                           " \"%V\" failed",
                           name, path);
        return NGX_ERROR;
    }

    rc = NGX_ERROR;

    if (ngx_fd_info(fd, &fi) == NGX_FILE_ERROR) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, ngx_errno,
                           ngx_fd_info_n " \"%V\" failed", path);
        goto done;
    }

    size = ngx_file_size(&fi);

    if (!ngx_is_file(&fi) || size > (off_t) max) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "\"%V\" directive: \"%V\" is not a file of at "
                           "most %uz bytes",
                           name, path, max);
        goto done;
    }

    *mode = ngx_file_access(&fi);

    content->len = (size_t) size;
    content->data = ngx_pnalloc(cf->pool, content->len + 1);
    if (content->data == NULL) {
        goto done;
    }

    ngx_memzero(&file, sizeof(ngx_file_t));
    file.fd = fd;
    file.name = *path;
    file.log = cf->log;

    n = ngx_read_file(&file, content->data, content->len, 0);

    if (n != (ssize_t) content->len) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, ngx_errno,
                           ngx_read_file_n " \"%V\" failed", path);
        goto done;
    }

    rc = NGX_OK;

done:

    if (ngx_close_file(fd) == NGX_FILE_ERROR) {
        ngx_conf_log_error(NGX_LOG_ALERT, cf, ngx_errno,
                           ngx_close_file_n " \"%V\" failed", path);
    }

    return rc;
}


patron_mem_t *
ngx_http_patron_mem(ngx_pool_t *pool)
{
    patron_mem_t  *mem;

    mem = ngx_palloc(pool, sizeof(patron_mem_t));
    if (mem == NULL) {
        return NULL;
    }

    mem->alloc = ngx_http_patron_pool_alloc;
    mem->free = ngx_http_patron_pool_free;
    mem->ctx = pool;

    return mem;
}


static void *
ngx_http_patron_pool_alloc(void *ctx, size_t size)
{
    return ngx_palloc(ctx, size);
}


static void
ngx_http_patron_pool_free(void *ctx, void *p)
{
    (void) ngx_pfree(ctx, p);
}
