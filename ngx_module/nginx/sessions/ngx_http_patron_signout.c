
/*
 * patron_signout_handler: a form, posted from a page of this host, takes the
 * token's cookie away and sends the reader on to its field "to", or to "/".
 *
 * Limit: a token that was copied elsewhere stays good until it expires; it is
 * the member's "not_before" that ends all of them.
 */


#include "ngx_http_patron_conf.h"
#include "ngx_http_patron_post.h"
#include "ngx_http_patron_setcookie.h"
#include "ngx_http_patron_signout.h"


static ngx_int_t ngx_http_patron_signout_handler(ngx_http_request_t *r);
static ngx_int_t ngx_http_patron_signout_form(ngx_http_request_t *r,
    patron_str_t *body);


static ngx_int_t
ngx_http_patron_signout_handler(ngx_http_request_t *r)
{
    return ngx_http_patron_post_form(r, "sign-out",
                                     ngx_http_patron_signout_form);
}


static ngx_int_t
ngx_http_patron_signout_form(ngx_http_request_t *r, patron_str_t *body)
{
    ngx_int_t                    rc;
    ngx_str_t                    to;
    ngx_http_patron_loc_conf_t  *plcf;

    static ngx_str_t  none = ngx_string("");

    ngx_str_set(&to, "/");

    rc = ngx_http_patron_post_to(r, body, &to);
    if (rc != NGX_OK && rc != NGX_DECLINED) {
        return rc;
    }

    plcf = ngx_http_get_module_loc_conf(r, ngx_http_patron_module);

    if (ngx_http_patron_cookie_set(r, plcf, &plcf->cookie.name, &none, 0)
        != NGX_OK)
    {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    return ngx_http_patron_see_other(r, &to);
}


char *
ngx_http_patron_signout(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_http_patron_loc_conf_t *plcf = conf;

    ngx_http_core_loc_conf_t  *clcf;

    clcf = ngx_http_conf_get_module_loc_conf(cf, ngx_http_core_module);

    clcf->handler = ngx_http_patron_signout_handler;

    plcf->own.answers = 1;

    return NGX_CONF_OK;
}
