
/*
 * patron_dismiss_handler: a form posts
 *
 *     name=<banner> or name=<slot>:<campaign>
 *     days=N      for how long, 30 if it is not said
 *     to=/path    where to go on; the page it came from if it is not said
 *
 * from a page of this host, and the reader's cookie keeps it in mind.  A
 * variant stands for its original: all of them are sent away.  With a campaign
 * its slot rests, so that the next page does not show the next.  Only what there
 * is can be: other names are 404, and not counted.
 */


#include <ngx_config.h>
#include <ngx_core.h>

#include "patron_form.h"
#include "patron_path.h"
#include "ngx_http_patron_campaign.h"
#include "ngx_http_patron_conf.h"
#include "ngx_http_patron_dismiss.h"
#include "ngx_http_patron_experiment.h"
#include "ngx_http_patron_headers.h"
#include "ngx_http_patron_post.h"
#include "ngx_http_patron_rest.h"
#include "ngx_http_patron_state.h"
#include "ngx_http_patron_stats.h"
#include "ngx_http_patron_str.h"
#include "ngx_http_patron_visit.h"


#define NGX_HTTP_PATRON_DISMISS_DAYS  30
#define NGX_HTTP_PATRON_DISMISS_MAX   3650


static ngx_int_t ngx_http_patron_dismiss_handler(ngx_http_request_t *r);
static ngx_int_t ngx_http_patron_dismiss_form(ngx_http_request_t *r,
    patron_str_t *body);
static ngx_int_t ngx_http_patron_dismiss_id(ngx_http_request_t *r,
    patron_str_t *name, uint32_t *id, ngx_str_t *slot);
static ngx_int_t ngx_http_patron_dismiss_days(patron_str_t *body,
    ngx_uint_t *days);
static ngx_int_t ngx_http_patron_dismiss_to(ngx_http_request_t *r,
    patron_str_t *body, ngx_str_t *to);


static ngx_int_t
ngx_http_patron_dismiss_handler(ngx_http_request_t *r)
{
    return ngx_http_patron_post_form(r, "dismissal",
                                     ngx_http_patron_dismiss_form);
}


static ngx_int_t
ngx_http_patron_dismiss_form(ngx_http_request_t *r, patron_str_t *body)
{
    u_char                       buf[NGX_HTTP_PATRON_CAMPAIGN_KEY];
    uint32_t                     id;
    ngx_int_t                    rc;
    ngx_str_t                    to, counted, slot;
    ngx_uint_t                   days, counts;
    patron_str_t                 name;
    ngx_http_patron_state_t     *st;
    ngx_http_patron_resting_t    resting;
    ngx_http_patron_loc_conf_t  *plcf;

    static const patron_cap_t  cap;
    static const patron_str_t  field = patron_string("name");

    plcf = ngx_http_get_module_loc_conf(r, ngx_http_patron_module);

    if (patron_form_field(body, &field, buf, sizeof(buf), &name)
        != PATRON_OK
        || ngx_http_patron_dismiss_days(body, &days) != NGX_OK)
    {
        return NGX_HTTP_BAD_REQUEST;
    }

    if (ngx_http_patron_dismiss_id(r, &name, &id, &slot) != NGX_OK) {
        return NGX_HTTP_NOT_FOUND;
    }

    rc = ngx_http_patron_dismiss_to(r, body, &to);
    if (rc != NGX_OK) {
        return rc;
    }

    st = ngx_http_patron_state(r);

    if (ngx_http_patron_visit_read(r, plcf, st) != NGX_OK
        || ngx_http_patron_visit_make(r, st) != NGX_OK)
    {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    counts = ngx_http_patron_stats_reader(r)
             && ngx_http_patron_experiment_did(r, st, &name,
                                               PATRON_VISIT_DISMISSAL);

    patron_visit_dismiss(st->visit, id, (unsigned) days, ngx_time());

    if (slot.len) {
        /* by a banner's name its own place rests, and what is set besides */

        ngx_http_patron_rest_close(ngx_http_patron_campaigns_of(r), st, &slot,
                                   slot.data == name.data ? days : 0);
    }

    if (ngx_http_patron_visit_write(r, plcf, st) != NGX_OK) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    resting.words.len = 0;

    ngx_http_patron_rest_note(&resting, id,
                              patron_visit_until(st->visit, id, &cap,
                                                 ngx_time()));
    ngx_http_patron_rest_note_slot(&resting, ngx_http_patron_campaigns_of(r),
                                   st, &slot);
    ngx_http_patron_rest_keep(r, plcf, st, &resting);

    counted = ngx_http_patron_nginx_str(&name);

    if (counts) {
        ngx_http_patron_stats_count(r, "dismissed", &counted);
    }

    return ngx_http_patron_see_other(r, &to);
}


/* And the slot that it is of, a copy; none where it is of no slot. */

static ngx_int_t
ngx_http_patron_dismiss_id(ngx_http_request_t *r, patron_str_t *name,
    uint32_t *id, ngx_str_t *slot)
{
    ngx_uint_t                      i;
    patron_campaign_t              *campaign;
    ngx_http_patron_main_conf_t    *pmcf;
    ngx_http_patron_banner_name_t  *banner;

    pmcf = ngx_http_get_module_main_conf(r, ngx_http_patron_module);

    banner = pmcf->banner_names.elts;

    for (i = 0; i < pmcf->banner_names.nelts; i++) {
        if (banner[i].name.len == name->len
            && ngx_memcmp(banner[i].name.data, name->data, name->len) == 0)
        {
            *id = patron_visit_id(name);
            *slot = banner[i].slot;
            return NGX_OK;
        }
    }

    campaign = ngx_http_patron_campaign_named(r, name);

    if (campaign == NULL) {
        return NGX_DECLINED;
    }

    *id = campaign->id;

    slot->len = campaign->slot.len;
    slot->data = (u_char *) name->data;

    return NGX_OK;
}


static ngx_int_t
ngx_http_patron_dismiss_days(patron_str_t *body, ngx_uint_t *days)
{
    int           rc;
    u_char        buf[8];
    ngx_int_t     n;
    patron_str_t  value;

    static const patron_str_t  field = patron_string("days");

    *days = NGX_HTTP_PATRON_DISMISS_DAYS;

    rc = patron_form_field(body, &field, buf, sizeof(buf), &value);

    if (rc == PATRON_DECLINED) {
        return NGX_OK;
    }

    if (rc != PATRON_OK) {
        return NGX_ERROR;
    }

    n = ngx_atoi((u_char *) value.data, value.len);

    if (n < 1 || n > NGX_HTTP_PATRON_DISMISS_MAX) {
        return NGX_ERROR;
    }

    *days = n;

    return NGX_OK;
}


/* NGX_OK or a status. */

static ngx_int_t
ngx_http_patron_dismiss_to(ngx_http_request_t *r, patron_str_t *body,
    ngx_str_t *to)
{
    ngx_int_t      rc;
    ngx_str_t     *referer;
    patron_str_t   value, base, host;

    static ngx_str_t  name = ngx_string("Referer");

    rc = ngx_http_patron_post_to(r, body, to);

    if (rc != NGX_DECLINED) {
        return rc;
    }

    ngx_str_set(to, "/");

    referer = ngx_http_patron_request_header(r, &name);

    if (referer == NULL || r->headers_in.host == NULL) {
        return NGX_OK;
    }

    base = ngx_http_patron_pure_str(referer);
    host = ngx_http_patron_pure_str(&r->headers_in.host->value);

    if (patron_origin_is(&base, &host, &base.len) != PATRON_OK) {
        return NGX_OK;
    }

    value.data = referer->data + base.len;
    value.len = referer->len - base.len;

    if (patron_path_local(&value) == PATRON_OK) {
        *to = ngx_http_patron_nginx_str(&value);
    }

    return NGX_OK;
}


char *
ngx_http_patron_dismiss(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_http_patron_loc_conf_t *plcf = conf;

    ngx_http_core_loc_conf_t     *clcf;
    ngx_http_patron_main_conf_t  *pmcf;

    clcf = ngx_http_conf_get_module_loc_conf(cf, ngx_http_core_module);
    pmcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_patron_module);

    clcf->handler = ngx_http_patron_dismiss_handler;

    plcf->own.dismiss = 1;
    plcf->own.answers = 1;
    pmcf->dismissed = 1;

    return NGX_CONF_OK;
}


char *
ngx_http_patron_dismiss_check(ngx_conf_t *cf,
    ngx_http_patron_loc_conf_t *plcf)
{
    if (plcf->own.dismiss && plcf->keys == NULL) {
        ngx_log_error(NGX_LOG_EMERG, cf->log, 0,
                      "\"patron_dismiss_handler\" directive: it signs a "
                      "cookie, and there is no \"patron_key\"");
        return NGX_CONF_ERROR;
    }

    return NGX_CONF_OK;
}
