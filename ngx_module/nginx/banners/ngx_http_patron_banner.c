
/*
 * Which banners a reader is to see, and their HTML with the variables of this
 * request in it.
 */


#include "ngx_http_patron_banner.h"
#include "ngx_http_patron_campaign.h"
#include "ngx_http_patron_campaign_pick.h"
#include "ngx_http_patron_conf.h"
#include "ngx_http_patron_conf_read.h"
#include "ngx_http_patron_experiment.h"
#include "ngx_http_patron_hash.h"
#include "ngx_http_patron_headers.h"
#include "ngx_http_patron_preview.h"
#include "ngx_http_patron_quiet.h"
#include "ngx_http_patron_reader.h"
#include "ngx_http_patron_rest.h"
#include "ngx_http_patron_stats.h"
#include "ngx_http_patron_str.h"
#include "ngx_http_patron_switches.h"
#include "ngx_http_patron_template.h"
#include "ngx_http_patron_visit.h"


static ngx_uint_t ngx_http_patron_addressed(ngx_array_t *banners,
    ngx_http_patron_state_t *st, patron_reader_t *reader);
static ngx_int_t ngx_http_patron_html(ngx_http_request_t *r,
    ngx_http_patron_state_t *st, ngx_http_patron_banner_t *b,
    patron_reader_t *reader, ngx_http_patron_pick_t *pick, uint64_t *hash);
static void ngx_http_patron_tell_empty(ngx_http_request_t *r,
    ngx_http_patron_banner_t *b, ngx_int_t rc);
static ngx_int_t ngx_http_patron_wanted(ngx_http_request_t *r,
    ngx_http_patron_banner_t *b, patron_reader_t *reader);


/* Of a reader for whom there is no banner. */

static ngx_http_patron_pick_t
                    ngx_http_patron_no_picks[NGX_HTTP_PATRON_MAX_BANNERS];


ngx_int_t
ngx_http_patron_banners(ngx_http_request_t *r, ngx_http_patron_state_t *st,
    uint64_t *active, uint64_t *variant)
{
    uint64_t                      hash;
    ngx_int_t                     rc;
    ngx_uint_t                    i;
    patron_reader_t               reader;
    ngx_http_patron_banner_t     *b;
    ngx_http_patron_loc_conf_t   *plcf;
    ngx_http_patron_main_conf_t  *pmcf;

    static ngx_str_t  check = ngx_string("Patron-Check");

    *active = 0;
    *variant = 0;
    st->picks = NULL;

    plcf = ngx_http_get_module_loc_conf(r, ngx_http_patron_module);
    pmcf = ngx_http_get_module_main_conf(r, ngx_http_patron_module);

    if (plcf->banners == NULL || plcf->banners_off) {
        return NGX_OK;
    }

    if (st->bot.len) {
        st->personal = 1;
        return NGX_OK;
    }

    ngx_http_patron_state_reader(st, &reader);

    if (st->has_token
        && !ngx_http_patron_addressed(plcf->banners, st, &reader))
    {
        /* most members, for whom the page is made private in any case */
        st->picks = ngx_http_patron_no_picks;
        return NGX_OK;
    }

    if (ngx_http_patron_request_header(r, &check) != NULL) {
        /* "patron page check": what is missing then, a wall has cut */
        st->personal = 1;
        return NGX_OK;
    }

    if (ngx_http_patron_quiet_page(r, plcf, st) && st->preview.len == 0) {
        return NGX_OK;
    }

    if (plcf->redis != NULL
        && (ngx_http_patron_switches(plcf->redis, pmcf->zone)
            & NGX_HTTP_PATRON_BANNERS_OFF))
    {
        return NGX_OK;
    }

    st->picks = ngx_pcalloc(r->pool, plcf->banners->nelts
                                     * sizeof(ngx_http_patron_pick_t));

    if (st->picks == NULL
        || ngx_http_patron_visit_read(r, plcf, st) != NGX_OK)
    {
        return NGX_ERROR;
    }

    if (plcf->campaigns != NULL) {
        /* the newest, for all of this page */
        (void) ngx_http_patron_campaigns(plcf->campaigns);
    }

    b = plcf->banners->elts;
    st->appeals = 0;

    for (i = 0; i < plcf->banners->nelts; i++) {

        hash = 0;

        rc = (b[i].slot.len && ngx_http_patron_previews(st, &b[i].slot))
             ? NGX_OK : ngx_http_patron_wanted(r, &b[i], &reader);

        if (rc == NGX_OK
            && ngx_http_patron_quiet_name(st, &b[i].name, &b[i].slot)
            && !(b[i].slot.len && ngx_http_patron_previews(st, &b[i].slot)))
        {
            rc = NGX_DECLINED;
        }

        if (rc == NGX_OK) {
            rc = ngx_http_patron_html(r, st, &b[i], &reader, &st->picks[i],
                                      &hash);
        }

        if (rc == NGX_DECLINED) {
            continue;
        }

        if (rc != NGX_OK) {
            return NGX_ERROR;
        }

        if (st->picks[i].holdback
            && (b[i].shadow || b[i].position == PATRON_REPLACE))
        {
            /* nothing in its place would be something there, too */
            continue;
        }

        *active |= (uint64_t) 1 << b[i].rule;
        *variant = ngx_http_patron_hash_mix(*variant, b[i].hash);
        *variant = ngx_http_patron_hash_mix(*variant, hash);
    }

    return NGX_OK;
}


ngx_int_t
ngx_http_patron_banners_header(ngx_http_request_t *r,
    ngx_http_patron_state_t *st, uint64_t active)
{
    ngx_http_patron_loc_conf_t  *plcf;

    if (st->picks == NULL) {
        return NGX_OK;
    }

    plcf = ngx_http_get_module_loc_conf(r, ngx_http_patron_module);

    if (ngx_http_patron_visit_vary(r, plcf) != NGX_OK) {
        return NGX_ERROR;
    }

    if (plcf->campaigns == NULL || st->picks == ngx_http_patron_no_picks) {
        return NGX_OK;
    }

    ngx_http_patron_experiment_held(r, plcf, st, active);

    return ngx_http_patron_visit_show(r, plcf, st, active);
}


/* Is one of them for this reader, whatever its condition says? */

static ngx_uint_t
ngx_http_patron_addressed(ngx_array_t *banners, ngx_http_patron_state_t *st,
    patron_reader_t *reader)
{
    ngx_uint_t                 i;
    ngx_http_patron_banner_t  *b;

    b = banners->elts;

    for (i = 0; i < banners->nelts; i++) {
        if (patron_audience_match(&b[i].audience, reader)
            || (b[i].slot.len && ngx_http_patron_previews(st, &b[i].slot)))
        {
            return 1;
        }
    }

    return 0;
}


/* What stands at the place; NGX_DECLINED: nothing, for this reader. */

static ngx_int_t
ngx_http_patron_html(ngx_http_request_t *r, ngx_http_patron_state_t *st,
    ngx_http_patron_banner_t *b, patron_reader_t *reader,
    ngx_http_patron_pick_t *pick, uint64_t *hash)
{
    ngx_int_t                    rc;
    patron_str_t                 name;
    ngx_http_patron_loc_conf_t  *plcf;

    /* who closes a place by its banner's name sees no campaign there either */

    if (st->visit != NULL
        && !(b->slot.len && ngx_http_patron_previews(st, &b->slot)))
    {
        name = ngx_http_patron_pure_str(&b->name);

        pick->id = patron_visit_id(&name);

        if (!patron_visit_allows(st->visit, pick->id, &pick->cap, ngx_time()))
        {
            return NGX_DECLINED;
        }
    }

    if (b->slot.len) {
        plcf = ngx_http_get_module_loc_conf(r, ngx_http_patron_module);

        if (!ngx_http_patron_previews(st, &b->slot)
            && !ngx_http_patron_rest_allows(plcf->campaigns->set, st,
                                            &b->slot, st->appeals))
        {
            pick->rests = 1;
            return NGX_DECLINED;
        }

        rc = ngx_http_patron_campaign_pick(r, st, &b->slot, reader, pick,
                                           &pick->html, hash);
        ngx_http_patron_tell_empty(r, b, rc);

        if (rc == NGX_OK && !pick->holdback) {
            st->appeals++;
        }

        return rc;
    }

    pick->name = b->name;

    return ngx_http_patron_template_render(r, &b->tmpl, &pick->html, hash);
}


/* A slot that nothing is published for, once until something is. */

static void
ngx_http_patron_tell_empty(ngx_http_request_t *r, ngx_http_patron_banner_t *b,
    ngx_int_t rc)
{
    ngx_http_patron_loc_conf_t  *plcf;

    if (rc == NGX_OK) {
        b->told_empty = 0;
        return;
    }

    plcf = ngx_http_get_module_loc_conf(r, ngx_http_patron_module);

    if (rc == NGX_DECLINED && !b->told_empty && !b->optional
        && ngx_http_patron_slot_is_empty(plcf->campaigns, &b->slot))
    {
        b->told_empty = 1;

        ngx_log_error(NGX_LOG_ERR, r->connection->log, 0,
                      "patron: no campaign is published for banner \"%V\", "
                      "\"campaign=%V\"", &b->name, &b->slot);
    }
}


void
ngx_http_patron_banners_shown(ngx_http_request_t *r,
    ngx_http_patron_state_t *st, uint64_t placed)
{
    ngx_uint_t                   i;
    ngx_http_patron_banner_t    *b;
    ngx_http_patron_loc_conf_t  *plcf;

    plcf = ngx_http_get_module_loc_conf(r, ngx_http_patron_module);

    if (placed == 0 || st->picks == NULL || st->preview_given
        || !ngx_http_patron_stats_reader(r))
    {
        return;
    }

    b = plcf->banners->elts;

    for (i = 0; i < plcf->banners->nelts; i++) {
        if (!(placed & (uint64_t) 1 << b[i].rule)) {
            continue;
        }

        if (b[i].slot.len) {
            ngx_http_patron_stats_count(r, "shown", &st->picks[i].name);
        } else {
            ngx_http_patron_stats_counted(r, &b[i].shown);
        }
    }
}


static ngx_int_t
ngx_http_patron_wanted(ngx_http_request_t *r, ngx_http_patron_banner_t *b,
    patron_reader_t *reader)
{
    return patron_audience_match(&b->audience, reader)
           ? ngx_http_patron_condition(r, &b->condition) : NGX_DECLINED;
}
