
/*
 * What may come with every request is said once a minute and worker; or, where
 * the rest is said, too, at "error", which every log has, once a minute, else at
 * "warn".
 */


#ifndef _NGX_HTTP_PATRON_ONCE_H_INCLUDED_
#define _NGX_HTTP_PATRON_ONCE_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>


#define NGX_HTTP_PATRON_ONCE_EVERY  60      /* s */


/* Is it time to say it again?  said is the caller's, 0 at first. */

static ngx_inline ngx_uint_t
ngx_http_patron_once(time_t *said)
{
    if (ngx_time() - *said < NGX_HTTP_PATRON_ONCE_EVERY) {
        return 0;
    }

    *said = ngx_time();

    return 1;
}


/* The level to say it at. */

static ngx_inline ngx_uint_t
ngx_http_patron_once_level(time_t *said)
{
    return ngx_http_patron_once(said) ? NGX_LOG_ERR : NGX_LOG_WARN;
}


#endif /* _NGX_HTTP_PATRON_ONCE_H_INCLUDED_ */
