
/*
 * Passwords and certificates that stand in files.
 */


#ifndef _NGX_HTTP_PATRON_REDIS_FILES_H_INCLUDED_
#define _NGX_HTTP_PATRON_REDIS_FILES_H_INCLUDED_


#include "ngx_http_patron_redis_server_types.h"


/* The password from password_file=; a TLS context from ca=, cert=, key=. */

ngx_int_t ngx_http_patron_redis_password(ngx_conf_t *cf,
    ngx_http_patron_redis_conf_t *conf);
ngx_int_t ngx_http_patron_redis_tls(ngx_conf_t *cf,
    ngx_http_patron_redis_conf_t *conf);


#endif /* _NGX_HTTP_PATRON_REDIS_FILES_H_INCLUDED_ */
