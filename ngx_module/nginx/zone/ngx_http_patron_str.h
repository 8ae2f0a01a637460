
/*
 * The same bytes as nginx's counted string and as that of the pure parts: what
 * is made points where the other does, and copies and owns nothing.
 */


#ifndef _NGX_HTTP_PATRON_STR_H_INCLUDED_
#define _NGX_HTTP_PATRON_STR_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>

#include "patron.h"


static ngx_inline patron_str_t
ngx_http_patron_pure_str(const ngx_str_t *s)
{
    patron_str_t  pure;

    pure.len = s->len;
    pure.data = s->data;

    return pure;
}


/* What is made is not to be written to: its bytes may be constants. */

static ngx_inline ngx_str_t
ngx_http_patron_nginx_str(const patron_str_t *pure)
{
    ngx_str_t  s;

    s.len = pure->len;
    s.data = (u_char *) pure->data;

    return s;
}


#endif /* _NGX_HTTP_PATRON_STR_H_INCLUDED_ */
