
/*
 * The least that a filter can cost which reads pages: it asks for them in
 * memory, and passes them on.  For the bench alone:
 *
 *     bench_memory on;     http, server, location
 */


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>


static void *ngx_http_bench_memory_create(ngx_conf_t *cf);
static char *ngx_http_bench_memory_merge(ngx_conf_t *cf, void *parent,
    void *child);
static ngx_int_t ngx_http_bench_memory_init(ngx_conf_t *cf);
static ngx_int_t ngx_http_bench_memory_header(ngx_http_request_t *r);


static ngx_http_output_header_filter_pt  ngx_http_next_header_filter;


static ngx_command_t  ngx_http_bench_memory_commands[] = {

    { ngx_string("bench_memory"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_FLAG,
      ngx_conf_set_flag_slot,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      NULL },

      ngx_null_command
};


static ngx_http_module_t  ngx_http_bench_memory_module_ctx = {
    NULL,                               /* preconfiguration */
    ngx_http_bench_memory_init,         /* postconfiguration */
    NULL,                               /* create main configuration */
    NULL,                               /* init main configuration */
    NULL,                               /* create server configuration */
    NULL,                               /* merge server configuration */
    ngx_http_bench_memory_create,       /* create location configuration */
    ngx_http_bench_memory_merge         /* merge location configuration */
};


ngx_module_t  ngx_http_bench_memory_module = {
    NGX_MODULE_V1,
    &ngx_http_bench_memory_module_ctx,
    ngx_http_bench_memory_commands,
    NGX_HTTP_MODULE,
    NULL,                               /* init master */
    NULL,                               /* init module */
    NULL,                               /* init process */
    NULL,                               /* init thread */
    NULL,                               /* exit thread */
    NULL,                               /* exit process */
    NULL,                               /* exit master */
    NGX_MODULE_V1_PADDING
};


/* What configure would write. */

ngx_module_t  *ngx_modules[] = { &ngx_http_bench_memory_module, NULL };
char  *ngx_module_names[] = { "ngx_http_bench_memory_module", NULL };
char  *ngx_module_order[] = {
    "ngx_http_bench_memory_module",
    "ngx_http_copy_filter_module",
    NULL
};


static ngx_int_t
ngx_http_bench_memory_header(ngx_http_request_t *r)
{
    ngx_flag_t  *on;

    on = ngx_http_get_module_loc_conf(r, ngx_http_bench_memory_module);

    if (*on && r == r->main) {
        r->filter_need_in_memory = 1;
    }

    return ngx_http_next_header_filter(r);
}


static void *
ngx_http_bench_memory_create(ngx_conf_t *cf)
{
    ngx_flag_t  *on;

    on = ngx_palloc(cf->pool, sizeof(ngx_flag_t));

    if (on != NULL) {
        *on = NGX_CONF_UNSET;
    }

    return on;
}


static char *
ngx_http_bench_memory_merge(ngx_conf_t *cf, void *parent, void *child)
{
    ngx_flag_t  *prev = parent;
    ngx_flag_t  *on = child;

    ngx_conf_merge_value(*on, *prev, 0);

    return NGX_CONF_OK;
}


static ngx_int_t
ngx_http_bench_memory_init(ngx_conf_t *cf)
{
    ngx_http_next_header_filter = ngx_http_top_header_filter;
    ngx_http_top_header_filter = ngx_http_bench_memory_header;

    return NGX_OK;
}
