
/*
 * The level for what may come with every request, and is to be seen by whoever
 * looks after the site: "error", which every log has, once a minute and worker,
 * else "warn".
 */


#ifndef _NGX_HTTP_PATRON_TOLD_H_INCLUDED_
#define _NGX_HTTP_PATRON_TOLD_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>


#define NGX_HTTP_PATRON_TOLD_EVERY  60      /* s */


/* told is the caller's, 0 at first. */

static ngx_inline ngx_uint_t
ngx_http_patron_told(time_t *told)
{
    if (ngx_time() - *told < NGX_HTTP_PATRON_TOLD_EVERY) {
        return NGX_LOG_WARN;
    }

    *told = ngx_time();

    return NGX_LOG_ERR;
}


#endif /* _NGX_HTTP_PATRON_TOLD_H_INCLUDED_ */
