
/*
 * ngx_http_patron_module: directives, start of the parts.
 */


#include "ngx_http_patron_access.h"
#include "ngx_http_patron_ahead.h"
#include "ngx_http_patron_activate.h"
#include "ngx_http_patron_campaign_load.h"
#include "ngx_http_patron_click.h"
#include "ngx_http_patron_conf.h"
#include "ngx_http_patron_conf_read.h"
#include "ngx_http_patron_cookie_conf.h"
#include "ngx_http_patron_cookies.h"
#include "ngx_http_patron_crawler.h"
#include "ngx_http_patron_crawler_credit.h"
#include "ngx_http_patron_crawler_terms.h"
#include "ngx_http_patron_device.h"
#include "ngx_http_patron_directives.h"
#include "ngx_http_patron_dismiss.h"
#include "ngx_http_patron_feed_conf.h"
#include "ngx_http_patron_feed_handler.h"
#include "ngx_http_patron_feed_link.h"
#include "ngx_http_patron_filter.h"
#include "ngx_http_patron_gift.h"
#include "ngx_http_patron_gift_handler.h"
#include "ngx_http_patron_gift_revoked.h"
#include "ngx_http_patron_gunzip.h"
#include "ngx_http_patron_idle.h"
#include "ngx_http_patron_institution.h"
#include "ngx_http_patron_member_tracking.h"
#include "ngx_http_patron_merge.h"
#include "ngx_http_patron_meter_conf.h"
#include "ngx_http_patron_meter_redis.h"
#include "ngx_http_patron_own_page.h"
#include "ngx_http_patron_placement.h"
#include "ngx_http_patron_redis.h"
#include "ngx_http_patron_registry_load.h"
#include "ngx_http_patron_rest.h"
#include "ngx_http_patron_signout.h"
#include "ngx_http_patron_stats.h"
#include "ngx_http_patron_status.h"
#include "ngx_http_patron_status_counted.h"
#include "ngx_http_patron_switches.h"
#include "ngx_http_patron_terms_handler.h"
#include "ngx_http_patron_variables.h"
#include "ngx_http_patron_wall_conf.h"
#include "ngx_http_patron_webhook.h"
#include "ngx_http_patron_webhook_conf.h"


static ngx_int_t ngx_http_patron_preconfiguration(ngx_conf_t *cf);
static ngx_int_t ngx_http_patron_init(ngx_conf_t *cf);
static ngx_int_t ngx_http_patron_init_process(ngx_cycle_t *cycle);
static void ngx_http_patron_exit_process(ngx_cycle_t *cycle);
static void ngx_http_patron_stop(ngx_uint_t refuse);


/* What this process serves: a single process meets several cycles. */

static ngx_cycle_t  *ngx_http_patron_cycle;


static ngx_conf_enum_t  ngx_http_patron_fallbacks[] = {
    { ngx_string("trust"), NGX_HTTP_PATRON_TRUST },
    { ngx_string("guest"), NGX_HTTP_PATRON_FALLBACK_GUEST },
    { ngx_null_string, 0 }
};


static ngx_conf_enum_t  ngx_http_patron_leak_checks[] = {
    { ngx_string("off"), NGX_HTTP_PATRON_LEAK_OFF },
    { ngx_string("on"), NGX_HTTP_PATRON_LEAK_ON },
    { ngx_string("refuse"), NGX_HTTP_PATRON_LEAK_REFUSE },
    { ngx_null_string, 0 }
};


static ngx_conf_num_bounds_t  ngx_http_patron_wall_codes = {
    NULL, 400, 599
};


static ngx_command_t  ngx_http_patron_commands[] = {

    { ngx_string("patron"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_FLAG,
      ngx_conf_set_flag_slot,
      NGX_HTTP_LOC_CONF_OFFSET,
      offsetof(ngx_http_patron_loc_conf_t, enable),
      NULL },

    { ngx_string("patron_key"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_TAKE23,
      ngx_http_patron_key,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("patron_token"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_1MORE,
      ngx_http_patron_token,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("patron_claims"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_1MORE,
      ngx_http_patron_claims,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("patron_redis"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_CONF_1MORE,
      ngx_http_patron_redis,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("patron_zone"),
      NGX_HTTP_MAIN_CONF|NGX_CONF_1MORE,
      ngx_http_patron_zone,
      NGX_HTTP_MAIN_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("patron_fallback"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_TAKE1,
      ngx_http_patron_word,
      NGX_HTTP_LOC_CONF_OFFSET,
      offsetof(ngx_http_patron_loc_conf_t, fallback),
      &ngx_http_patron_fallbacks },

    { ngx_string("patron_cookie"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_1MORE,
      ngx_http_patron_cookie,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("patron_institutions"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_TAKE12,
      ngx_http_patron_institutions,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("patron_crawlers"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_1MORE,
      ngx_http_patron_crawlers,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("patron_crawler_terms"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_1MORE,
      ngx_http_patron_crawler_terms,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("patron_terms_handler"),
      NGX_HTTP_LOC_CONF|NGX_CONF_NOARGS,
      ngx_http_patron_terms_handler_slot,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("patron_banner"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_2MORE,
      ngx_http_patron_banner,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("patron_template_vars"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_1MORE,
      ngx_http_patron_template_vars,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("patron_types"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_1MORE,
      ngx_http_types_slot,
      NGX_HTTP_LOC_CONF_OFFSET,
      offsetof(ngx_http_patron_loc_conf_t, types_keys),
      &ngx_http_patron_default_types[0] },

    { ngx_string("patron_access"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_TAKE1,
      ngx_http_patron_value,
      NGX_HTTP_LOC_CONF_OFFSET,
      offsetof(ngx_http_patron_loc_conf_t, access),
      NULL },

    { ngx_string("patron_access_header"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_TAKE12,
      ngx_http_patron_access_header,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("patron_appeals_header"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_TAKE1,
      ngx_http_patron_header_slot,
      NGX_HTTP_LOC_CONF_OFFSET,
      offsetof(ngx_http_patron_loc_conf_t, appeals_header),
      NULL },

    { ngx_string("patron_appeals_meta"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_FLAG,
      ngx_conf_set_flag_slot,
      NGX_HTTP_LOC_CONF_OFFSET,
      offsetof(ngx_http_patron_loc_conf_t, appeals_meta),
      NULL },

    { ngx_string("patron_access_meta"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_FLAG,
      ngx_conf_set_flag_slot,
      NGX_HTTP_LOC_CONF_OFFSET,
      offsetof(ngx_http_patron_loc_conf_t, access_meta),
      NULL },

    { ngx_string("patron_wall"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_1MORE,
      ngx_http_patron_wall,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("patron_strip"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_TAKE12,
      ngx_http_patron_strip,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("patron_wall_buffer"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_TAKE1,
      ngx_http_patron_size,
      NGX_HTTP_LOC_CONF_OFFSET,
      offsetof(ngx_http_patron_loc_conf_t, wall_buffer),
      NULL },

    { ngx_string("patron_wall_code"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_TAKE1,
      ngx_http_patron_number,
      NGX_HTTP_LOC_CONF_OFFSET,
      offsetof(ngx_http_patron_loc_conf_t, wall_code),
      &ngx_http_patron_wall_codes },

    { ngx_string("patron_leak_check"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_TAKE1,
      ngx_http_patron_word,
      NGX_HTTP_LOC_CONF_OFFSET,
      offsetof(ngx_http_patron_loc_conf_t, leak_check),
      &ngx_http_patron_leak_checks },

    { ngx_string("patron_bypass"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_1MORE,
      ngx_http_patron_values,
      NGX_HTTP_LOC_CONF_OFFSET,
      offsetof(ngx_http_patron_loc_conf_t, bypass),
      NULL },

    { ngx_string("patron_prefetch"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_1MORE,
      ngx_http_patron_values,
      NGX_HTTP_LOC_CONF_OFFSET,
      offsetof(ngx_http_patron_loc_conf_t, prefetch),
      NULL },

    { ngx_string("patron_meter"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_1MORE,
      ngx_http_patron_meter,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("patron_consent"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_TAKE1,
      ngx_http_patron_value,
      NGX_HTTP_LOC_CONF_OFFSET,
      offsetof(ngx_http_patron_loc_conf_t, consent),
      NULL },

    { ngx_string("patron_read"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_TAKE1,
      ngx_http_patron_value,
      NGX_HTTP_LOC_CONF_OFFSET,
      offsetof(ngx_http_patron_loc_conf_t, read),
      NULL },

    { ngx_string("patron_devices"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_TAKE123,
      ngx_http_patron_devices,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("patron_feed"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_ANY,
      ngx_http_patron_feed,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("patron_feed_handler"),
      NGX_HTTP_LOC_CONF|NGX_CONF_NOARGS|NGX_CONF_TAKE12,
      ngx_http_patron_feed_handler_slot,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("patron_gift"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_ANY,
      ngx_http_patron_gift,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("patron_gift_handler"),
      NGX_HTTP_LOC_CONF|NGX_CONF_NOARGS|NGX_CONF_TAKE1,
      ngx_http_patron_gift_handler_slot,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("patron_paywall_markup"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_FLAG,
      ngx_conf_set_flag_slot,
      NGX_HTTP_LOC_CONF_OFFSET,
      offsetof(ngx_http_patron_loc_conf_t, paywall_markup),
      NULL },

    { ngx_string("patron_dry_run"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_FLAG,
      ngx_conf_set_flag_slot,
      NGX_HTTP_LOC_CONF_OFFSET,
      offsetof(ngx_http_patron_loc_conf_t, dry_run),
      NULL },

    { ngx_string("patron_dismiss_handler"),
      NGX_HTTP_LOC_CONF|NGX_CONF_NOARGS,
      ngx_http_patron_dismiss,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("patron_click_handler"),
      NGX_HTTP_LOC_CONF|NGX_CONF_NOARGS|NGX_CONF_TAKE1,
      ngx_http_patron_click,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("patron_activate_handler"),
      NGX_HTTP_LOC_CONF|NGX_CONF_NOARGS|NGX_CONF_TAKE12,
      ngx_http_patron_activate,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("patron_language"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_TAKE1,
      ngx_http_patron_language,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("patron_signout_handler"),
      NGX_HTTP_LOC_CONF|NGX_CONF_NOARGS,
      ngx_http_patron_signout,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("patron_grant_header"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_TAKE1,
      ngx_http_patron_header_slot,
      NGX_HTTP_LOC_CONF_OFFSET,
      offsetof(ngx_http_patron_loc_conf_t, grant_header),
      NULL },

    { ngx_string("patron_webhook_handler"),
      NGX_HTTP_LOC_CONF|NGX_CONF_2MORE,
      ngx_http_patron_webhook,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("patron_status_handler"),
      NGX_HTTP_LOC_CONF|NGX_CONF_NOARGS|NGX_CONF_TAKE1,
      ngx_http_patron_status,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("patron_emergency"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_TAKE12,
      ngx_http_patron_emergency,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      NULL },

      ngx_null_command
};


static ngx_http_module_t  ngx_http_patron_module_ctx = {
    ngx_http_patron_preconfiguration,      /* preconfiguration */
    ngx_http_patron_init,                  /* postconfiguration */

    ngx_http_patron_create_main_conf,      /* create main configuration */
    NULL,                                  /* init main configuration */

    NULL,                                  /* create server configuration */
    NULL,                                  /* merge server configuration */

    ngx_http_patron_create_loc_conf,       /* create location configuration */
    ngx_http_patron_merge_loc_conf         /* merge location configuration */
};


ngx_module_t  ngx_http_patron_module = {
    NGX_MODULE_V1,
    &ngx_http_patron_module_ctx,           /* module context */
    ngx_http_patron_commands,              /* module directives */
    NGX_HTTP_MODULE,                       /* module type */
    NULL,                                  /* init master */
    NULL,                                  /* init module */
    ngx_http_patron_init_process,          /* init process */
    NULL,                                  /* init thread */
    NULL,                                  /* exit thread */
    ngx_http_patron_exit_process,          /* exit process */
    NULL,                                  /* exit master */
    NGX_MODULE_V1_PADDING
};


static ngx_int_t
ngx_http_patron_preconfiguration(ngx_conf_t *cf)
{
    return ngx_http_patron_add_variables(cf);
}


static ngx_int_t
ngx_http_patron_init(ngx_conf_t *cf)
{
    ngx_http_handler_pt          *h, *first;
    ngx_http_core_main_conf_t    *cmcf;
    ngx_http_patron_main_conf_t  *pmcf;

    cmcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_core_module);
    pmcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_patron_module);

    h = ngx_array_push_n(&cmcf->phases[NGX_HTTP_ACCESS_PHASE].handlers, 2);
    if (h == NULL) {
        return NGX_ERROR;
    }

    h[1] = ngx_http_patron_access_handler;

    /* what stands first runs last */

    first = cmcf->phases[NGX_HTTP_ACCESS_PHASE].handlers.elts;

    ngx_memmove(first + 1, first, (u_char *) h - (u_char *) first);
    *first = ngx_http_patron_ahead_handler;

    if (ngx_http_patron_cookies_init(cf, pmcf) != NGX_OK
        || ngx_http_patron_meter_scripts(cf, pmcf) != NGX_OK
        || ngx_http_patron_gift_scripts(cf, pmcf) != NGX_OK
        || ngx_http_patron_gift_revoked_script(cf, pmcf) != NGX_OK
        || ngx_http_patron_feed_link_script(cf, pmcf) != NGX_OK
        || ngx_http_patron_feed_mint_script(cf, pmcf) != NGX_OK
        || ngx_http_patron_rest_script(cf, pmcf) != NGX_OK
        || ngx_http_patron_click_scripts(cf, pmcf) != NGX_OK
        || ngx_http_patron_device_scripts(cf, pmcf) != NGX_OK
        || ngx_http_patron_activate_scripts(cf, pmcf) != NGX_OK
        || ngx_http_patron_webhook_scripts(cf, pmcf) != NGX_OK
        || ngx_http_patron_status_counted_script(cf, pmcf) != NGX_OK
        || ngx_http_patron_crawler_scripts(cf, pmcf) != NGX_OK)
    {
        return NGX_ERROR;
    }

    ngx_http_patron_check_gunzip(cf);
    ngx_http_patron_idle_check(cf);
    ngx_http_patron_institutions_warn(cf);

    return ngx_http_patron_filter_init(cf);
}


static ngx_int_t
ngx_http_patron_init_process(ngx_cycle_t *cycle)
{
    /* the processes for caches serve nobody, and are to hold no lease */

    if (ngx_process != NGX_PROCESS_WORKER && ngx_process != NGX_PROCESS_SINGLE)
    {
        return NGX_OK;
    }

    ngx_http_patron_stop(1);
    ngx_http_patron_cycle = cycle;

    if (ngx_http_patron_redis_init_process(cycle) != NGX_OK
        || ngx_http_patron_members_init_process(cycle) != NGX_OK
        || ngx_http_patron_switches_init_process(cycle) != NGX_OK
        || ngx_http_patron_campaigns_init_process(cycle) != NGX_OK
        || ngx_http_patron_registries_init_process(cycle) != NGX_OK
        || ngx_http_patron_stats_init_process(cycle) != NGX_OK)
    {
        return NGX_ERROR;
    }

    ngx_http_patron_filter_init_process(
        ngx_http_cycle_get_module_main_conf(cycle, ngx_http_patron_module));

    return NGX_OK;
}


static void
ngx_http_patron_exit_process(ngx_cycle_t *cycle)
{
    /* requests that still wait are gone with the process */

    ngx_http_patron_stop(0);
}


static void
ngx_http_patron_stop(ngx_uint_t refuse)
{
    ngx_cycle_t  *cycle;

    cycle = ngx_http_patron_cycle;
    ngx_http_patron_cycle = NULL;

    if (cycle == NULL) {
        return;
    }

    ngx_http_patron_redis_exit_process(cycle, refuse);
    ngx_http_patron_switches_exit_process();
    ngx_http_patron_campaigns_exit_process(cycle);
    ngx_http_patron_registries_exit_process(cycle);
    ngx_http_patron_stats_exit_process(cycle);
}
