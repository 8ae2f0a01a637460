
/*
 * JSON that is answered, by jansson.
 */


#ifndef _NGX_HTTP_PATRON_JSON_H_INCLUDED_
#define _NGX_HTTP_PATRON_JSON_H_INCLUDED_


#include <jansson.h>

#include <ngx_config.h>
#include <ngx_core.h>


/* A string; "?" where it is no UTF-8.  NULL for no memory. */

json_t *ngx_http_patron_json_str(const ngx_str_t *s);

/*
 * Writes json, which may be NULL for no memory, into the pool, with a line feed
 * at its end, and frees it.  NGX_OK or NGX_ERROR.
 */

ngx_int_t ngx_http_patron_json_text(ngx_pool_t *pool, json_t *json,
    size_t flags, ngx_str_t *text);


#endif /* _NGX_HTTP_PATRON_JSON_H_INCLUDED_ */
