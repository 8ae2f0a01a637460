
/*
 * patron_click_handler: a link with ?c=<slot>:<campaign> is counted and goes on
 * to the campaign's url; never to one that the request states.  A campaign that
 * does not exist, or has no url, is 404 and not counted.  The reader's cookie
 * has it in mind, should a membership come of it.
 */


#include <ngx_config.h>
#include <ngx_core.h>

#include "patron_form.h"
#include "ngx_http_patron_campaign.h"
#include "ngx_http_patron_click.h"
#include "ngx_http_patron_conf.h"
#include "ngx_http_patron_post.h"
#include "ngx_http_patron_stats.h"
#include "ngx_http_patron_visit.h"


static ngx_int_t ngx_http_patron_click_handler(ngx_http_request_t *r);


static ngx_int_t
ngx_http_patron_click_handler(ngx_http_request_t *r)
{
    u_char                       buf[NGX_HTTP_PATRON_CAMPAIGN_KEY];
    ngx_int_t                    rc;
    ngx_str_t                    location, counted;
    patron_str_t                 query, name;
    patron_campaign_t           *campaign;
    ngx_http_patron_state_t     *st;
    ngx_http_patron_loc_conf_t  *plcf;

    static const patron_str_t  field = patron_string("c");

    if (!(r->method & (NGX_HTTP_GET|NGX_HTTP_HEAD))) {
        return NGX_HTTP_NOT_ALLOWED;
    }

    rc = ngx_http_discard_request_body(r);
    if (rc != NGX_OK) {
        return rc;
    }

    query.data = r->args.data;
    query.len = r->args.len;

    if (patron_form_field(&query, &field, buf, sizeof(buf), &name)
        != PATRON_OK)
    {
        return NGX_HTTP_NOT_FOUND;
    }

    campaign = ngx_http_patron_campaign_named(r, &name);

    if (campaign == NULL || campaign->url.len == 0) {
        return NGX_HTTP_NOT_FOUND;
    }

    location.len = campaign->url.len;
    location.data = ngx_pnalloc(r->pool, location.len);
    st = ngx_http_patron_post_state(r);

    if (location.data == NULL || st == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    ngx_memcpy(location.data, campaign->url.data, location.len);

    if (r->method == NGX_HTTP_GET && ngx_http_patron_stats_reader(r)) {
        counted.data = (u_char *) name.data;
        counted.len = name.len;

        ngx_http_patron_stats_count(r, "clicked", &counted);

        plcf = ngx_http_get_module_loc_conf(r, ngx_http_patron_module);

        if (ngx_http_patron_visit_click(r, plcf, st, &name) != NGX_OK) {
            return NGX_HTTP_INTERNAL_SERVER_ERROR;
        }
    }

    return ngx_http_patron_see_other(r, &location);
}


char *
ngx_http_patron_click(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_http_patron_loc_conf_t *plcf = conf;

    ngx_http_core_loc_conf_t  *clcf;

    clcf = ngx_http_conf_get_module_loc_conf(cf, ngx_http_core_module);
    clcf->handler = ngx_http_patron_click_handler;

    plcf->click_handler = 1;
    plcf->own = 1;

    return NGX_CONF_OK;
}


char *
ngx_http_patron_click_check(ngx_conf_t *cf, ngx_http_patron_loc_conf_t *plcf)
{
    if (plcf->click_handler && plcf->redis == NULL) {
        ngx_log_error(NGX_LOG_EMERG, cf->log, 0,
                      "\"patron_click_handler\" directive: the targets are in "
                      "Redis, and there is no \"patron_redis\"");
        return NGX_CONF_ERROR;
    }

    return NGX_CONF_OK;
}
