
/*
 * HTML with nginx's variables in it.
 */


#ifndef _NGX_HTTP_PATRON_TEMPLATE_H_INCLUDED_
#define _NGX_HTTP_PATRON_TEMPLATE_H_INCLUDED_


#include "ngx_http_patron_conf.h"


/*
 * Checks name and html of a template and finds its variables.  Rendered, html
 * lives as long as the request; hash tells one result from another.
 */

ngx_int_t ngx_http_patron_template_compile(ngx_conf_t *cf,
    ngx_str_t *directive, ngx_http_patron_template_t *t);
ngx_int_t ngx_http_patron_template_render(ngx_http_request_t *r,
    ngx_http_patron_template_t *t, ngx_str_t *html, uint64_t *hash);

/*
 * The HTML of a template with a value for each of its variables, by part and
 * escaped as the part asks, in ASCII alone where that is asked for; from the
 * pool.
 */

ngx_int_t ngx_http_patron_template_fill(ngx_pool_t *pool,
    const patron_template_t *t, const patron_str_t *value, ngx_uint_t ascii,
    ngx_str_t *html);

/* Adds what the template's variables depend on. */

ngx_int_t ngx_http_patron_template_vary(ngx_conf_t *cf,
    ngx_http_patron_vary_t *vary, ngx_http_patron_template_t *t);

/* "ticker:<name>" of a template: the name, or NGX_DECLINED. */

ngx_int_t ngx_http_patron_ticker_name(const patron_str_t *variable,
    ngx_str_t *name);

/*
 * The variable that stands for one of a template, as nginx knows it: itself, or
 * $patron_ticker_<name> for a ticker, which is then read with the campaigns.
 * NGX_OK: it is a ticker; NGX_DECLINED: it is not; NGX_ERROR.
 */

ngx_int_t ngx_http_patron_ticker_add(ngx_conf_t *cf,
    const patron_str_t *variable, ngx_str_t *name);


#endif /* _NGX_HTTP_PATRON_TEMPLATE_H_INCLUDED_ */
