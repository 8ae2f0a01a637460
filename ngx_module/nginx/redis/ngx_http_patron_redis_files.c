
/*
 * What "patron_redis" reads from files: a password, certificates, a key.  They
 * are read when the configuration is, so that a worker needs no right to.
 */


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>

#include "ngx_http_patron_redis_files.h"
#include "ngx_http_patron_redis_server_types.h"


ngx_int_t
ngx_http_patron_redis_password(ngx_conf_t *cf,
    ngx_http_patron_redis_conf_t *conf)
{
    u_char                    buf[513];
    ssize_t                   n;
    ngx_fd_t                  fd;
    ngx_str_t                *password;
    ngx_http_patron_redis_t  *redis;

    redis = conf->redis;

    fd = ngx_open_file(conf->password_file.data, NGX_FILE_RDONLY,
                       NGX_FILE_OPEN, 0);

    if (fd == NGX_INVALID_FILE) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, ngx_errno,
                           ngx_open_file_n " \"%V\" failed",
                           &conf->password_file);
        return NGX_ERROR;
    }

    n = ngx_read_fd(fd, buf, sizeof(buf));

    if (ngx_close_file(fd) == NGX_FILE_ERROR) {
        ngx_conf_log_error(NGX_LOG_ALERT, cf, ngx_errno,
                           ngx_close_file_n " \"%V\" failed",
                           &conf->password_file);
    }

    if (n > 0 && n < (ssize_t) sizeof(buf) && buf[n - 1] == LF) {
        n--;
    }

    if (n > 0 && n < (ssize_t) sizeof(buf) && buf[n - 1] == CR) {
        n--;
    }

    if (n <= 0 || n >= (ssize_t) sizeof(buf)) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "no password of 1 to 512 bytes in \"%V\"",
                           &conf->password_file);
        return NGX_ERROR;
    }

    password = &redis->password;

    password->len = n;
    password->data = ngx_pnalloc(cf->pool, n);
    if (password->data == NULL) {
        return NGX_ERROR;
    }

    ngx_memcpy(password->data, buf, n);
    ngx_explicit_memzero(buf, sizeof(buf));

    redis->has_password = 1;

    return NGX_OK;
}


ngx_int_t
ngx_http_patron_redis_tls(ngx_conf_t *cf, ngx_http_patron_redis_conf_t *conf)
{
#if (NGX_SSL)

    ngx_ssl_t           *ssl;
    ngx_pool_cleanup_t  *cln;

    ssl = ngx_pcalloc(cf->pool, sizeof(ngx_ssl_t));
    if (ssl == NULL) {
        return NGX_ERROR;
    }

    ssl->log = cf->log;

    if (ngx_ssl_create(ssl, NGX_SSL_TLSv1_2|NGX_SSL_TLSv1_3, NULL)
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    cln = ngx_pool_cleanup_add(cf->pool, 0);
    if (cln == NULL) {
        ngx_ssl_cleanup_ctx(ssl);
        return NGX_ERROR;
    }

    cln->handler = ngx_ssl_cleanup_ctx;
    cln->data = ssl;

    if (conf->cert.len
        && ngx_ssl_certificate(cf, ssl, &conf->cert, &conf->key, NULL)
           != NGX_OK)
    {
        return NGX_ERROR;
    }

    if (conf->ca.len) {
        if (ngx_ssl_trusted_certificate(cf, ssl, &conf->ca, 8) != NGX_OK) {
            return NGX_ERROR;
        }

    } else if (SSL_CTX_set_default_verify_paths(ssl->ctx) == 0) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "the system's certificates cannot be used");
        return NGX_ERROR;
    }

    conf->redis->ssl = ssl;

    return NGX_OK;

#else

    ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                       "\"rediss://\" needs an nginx built with TLS");
    return NGX_ERROR;

#endif
}
