
/*
 * What directives have in common: values with variables, selectors, files of
 * HTML and of keys; and a pool as the pure parts' memory.
 */


#ifndef _NGX_HTTP_PATRON_CONF_READ_H_INCLUDED_
#define _NGX_HTTP_PATRON_CONF_READ_H_INCLUDED_


#include "ngx_http_patron_conf.h"


/*
 * Setters of directives: a value with variables, and an array of them.  Unset
 * is NGX_CONF_UNSET_PTR.
 */

char *ngx_http_patron_value(ngx_conf_t *cf, ngx_command_t *cmd, void *conf);
char *ngx_http_patron_values(ngx_conf_t *cf, ngx_command_t *cmd, void *conf);

/*
 * And as nginx's slots are, but a mistake is told with the directive and the
 * word: one of a list of words, a number within bounds (in "post"), a size, the
 * name of a header.
 */

char *ngx_http_patron_word(ngx_conf_t *cf, ngx_command_t *cmd, void *conf);
char *ngx_http_patron_number(ngx_conf_t *cf, ngx_command_t *cmd, void *conf);
char *ngx_http_patron_size(ngx_conf_t *cf, ngx_command_t *cmd, void *conf);
char *ngx_http_patron_header_slot(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);

/*
 * Is what another setter has read the name of a header, or empty?  NGX_OK, or
 * NGX_ERROR and an error.
 */

ngx_int_t ngx_http_patron_header_name(ngx_conf_t *cf, ngx_command_t *cmd,
    ngx_str_t *name);

/* Compiles a value that may hold variables; one without is taken as it is. */

ngx_http_complex_value_t *ngx_http_patron_complex_value(ngx_conf_t *cf,
    ngx_str_t *value);

/* Does it hold for r?  NGX_DECLINED where it is empty or "0"; NGX_ERROR. */

ngx_int_t ngx_http_patron_is_set(ngx_http_request_t *r,
    ngx_http_complex_value_t *cv);

/* The same for one of several, or of none. */

ngx_int_t ngx_http_patron_is_one_set(ngx_http_request_t *r,
    ngx_array_t *values);

/*
 * The parameters "for=AUDIENCE" and "if=VALUE", by what stands behind the "=":
 * a mistake is logged.  And does the condition hold for r?  NGX_DECLINED where
 * it does not; NGX_ERROR.
 */

ngx_int_t ngx_http_patron_read_audience(ngx_conf_t *cf, ngx_command_t *cmd,
    ngx_str_t *word, patron_audience_t *audience);
ngx_int_t ngx_http_patron_read_condition(ngx_conf_t *cf, ngx_command_t *cmd,
    ngx_str_t *value, ngx_http_patron_condition_t *condition);
ngx_int_t ngx_http_patron_condition(ngx_http_request_t *r,
    ngx_http_patron_condition_t *condition);

/* Refuses a selector that is a directive's name: a '#' swallowed a line. */

ngx_int_t ngx_http_patron_check_selector(ngx_conf_t *cf, ngx_command_t *cmd,
    ngx_str_t *selector);

/* Reads a file of HTML that the directive names; path becomes absolute. */

ngx_int_t ngx_http_patron_read_html(ngx_conf_t *cf, ngx_str_t *path,
    ngx_str_t *html);

/*
 * Reads a file that holds a key, without a newline at its end; path becomes
 * absolute.  Warns where others can read it.
 */

ngx_int_t ngx_http_patron_read_key(ngx_conf_t *cf, ngx_command_t *cmd,
    ngx_str_t *path, ngx_str_t *secret);

/*
 * What the pure parts are given as memory: a pool.  Large pieces go back to
 * the heap when they are freed, small ones with the pool.
 */

patron_mem_t *ngx_http_patron_mem(ngx_pool_t *pool);


#endif /* _NGX_HTTP_PATRON_CONF_READ_H_INCLUDED_ */
