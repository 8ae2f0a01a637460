
/*
 * See the header.  Whoever keeps no cookies is in no experiment: neither the
 * denominator nor what stands over it counts them, so machines that say nothing
 * of themselves do not dilute it.  Nor is who does not consent.
 *
 * What becomes of an assignment is credited to it whatever was clicked, to a
 * holdback as well: or nothing could be said of who was asked for nothing.
 */


#include "ngx_http_patron_banner.h"
#include "ngx_http_patron_campaign.h"
#include "ngx_http_patron_campaign_pick.h"
#include "ngx_http_patron_experiment.h"
#include "ngx_http_patron_setcookie.h"
#include "ngx_http_patron_stats.h"
#include "ngx_http_patron_str.h"
#include "ngx_http_patron_visit.h"


static ngx_uint_t ngx_http_patron_experiment_assign(ngx_http_request_t *r,
    ngx_http_patron_state_t *st, ngx_http_patron_pick_t *pick);
static void ngx_http_patron_experiment_confirm(ngx_http_request_t *r,
    ngx_http_patron_state_t *st, uint32_t part, unsigned done,
    const patron_str_t *campaign);
static void ngx_http_patron_experiment_count(ngx_http_request_t *r,
    const char *what, const patron_str_t *campaign);


ngx_int_t
ngx_http_patron_experiment_page(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf, ngx_http_patron_state_t *st)
{
    unsigned                 done;
    ngx_int_t                rc;
    ngx_uint_t               i, changed;
    ngx_http_patron_pick_t  *pick;

    changed = 0;

    for (i = 0; i < plcf->banners->nelts; i++) {
        pick = &st->picks[i];

        if (!pick->experiment || pick->name.len == 0) {
            continue;
        }

        done = st->visit ? patron_visit_done(st->visit, pick->part) : 0;

        if (done & PATRON_VISIT_CONFIRMED) {
            continue;
        }

        if (r->method != NGX_HTTP_GET || !ngx_http_patron_stats_reader(r)) {
            break;
        }

        rc = ngx_http_patron_consents(r, plcf);

        if (rc != NGX_OK) {
            return rc;
        }

        if (ngx_http_patron_visit_make(r, st) != NGX_OK) {
            return NGX_ERROR;
        }

        changed |= ngx_http_patron_experiment_assign(r, st, pick);
    }

    return changed ? NGX_OK : NGX_DECLINED;
}


/* 1: the visit has changed. */

static ngx_uint_t
ngx_http_patron_experiment_assign(ngx_http_request_t *r,
    ngx_http_patron_state_t *st, ngx_http_patron_pick_t *pick)
{
    unsigned      done;
    patron_str_t  name;

    done = patron_visit_done(st->visit, pick->part);

    if (!(done & PATRON_VISIT_ASSIGNED)) {
        patron_visit_do(st->visit, pick->part, PATRON_VISIT_ASSIGNED,
                        ngx_time());
        st->assigned = 1;
        return 1;
    }

    if (st->assigned) {
        /* by this very page, whose headers are made again */
        return 0;
    }

    name = ngx_http_patron_pure_str(&pick->name);

    ngx_http_patron_experiment_confirm(r, st, pick->part, done, &name);

    return 1;
}


static void
ngx_http_patron_experiment_confirm(ngx_http_request_t *r,
    ngx_http_patron_state_t *st, uint32_t part, unsigned done,
    const patron_str_t *campaign)
{
    if (done & PATRON_VISIT_CONFIRMED) {
        return;
    }

    patron_visit_do(st->visit, part, PATRON_VISIT_CONFIRMED, ngx_time());
    ngx_http_patron_experiment_count(r, "assigned", campaign);
}


void
ngx_http_patron_experiment_held(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf, ngx_http_patron_state_t *st,
    uint64_t active)
{
    ngx_uint_t                 i;
    ngx_http_patron_banner_t  *b;

    b = plcf->banners->elts;

    for (i = 0; i < plcf->banners->nelts; i++) {

        if (st->picks[i].holdback
            && !(active & (uint64_t) 1 << b[i].rule)
            && !st->preview_given
            && r->method == NGX_HTTP_GET
            && ngx_http_patron_stats_reader(r))
        {
            ngx_http_patron_stats_count(r, "shown", &st->picks[i].name);
        }
    }
}


ngx_uint_t
ngx_http_patron_experiment_did(ngx_http_request_t *r,
    ngx_http_patron_state_t *st, patron_str_t *campaign, unsigned what)
{
    unsigned                         done;
    uint32_t                         part;
    ngx_str_t                        slot;
    patron_campaign_t               *c;
    ngx_http_patron_slot_conf_t     *conf;
    ngx_http_patron_campaign_set_t  *set;

    part = patron_visit_part(campaign);
    done = st->visit ? patron_visit_done(st->visit, part) : 0;

    if (done & what) {
        return 0;
    }

    if (done & PATRON_VISIT_ASSIGNED) {
        ngx_http_patron_experiment_confirm(r, st, part, done, campaign);

    } else {
        set = ngx_http_patron_campaigns_of(r);
        c = ngx_http_patron_campaign_named(r, campaign);

        if (c != NULL) {
            slot = ngx_http_patron_nginx_str(&c->slot);

            conf = ngx_http_patron_slot_find(set, &slot);

            if (conf != NULL && conf->experiment) {
                return 0;
            }

        } else if (memchr(campaign->data, ':', campaign->len) == NULL) {
            /* a banner's name: it is counted each time */
            return 1;
        }
    }

    if (st->visit != NULL && what) {
        patron_visit_do(st->visit, part, what, ngx_time());
    }

    return 1;
}


void
ngx_http_patron_experiment_referred(ngx_http_patron_state_t *st,
    patron_str_t *campaign)
{
    uint32_t  id;
    unsigned  i, done, age;

    patron_visit_do(st->visit, patron_visit_part(campaign),
                    PATRON_VISIT_REFERRED, ngx_time());

    i = 0;

    while (patron_visit_assignment(st->visit, ngx_time(), &i, &id, &done,
                                   &age)
           == PATRON_OK)
    {
        if (!(done & PATRON_VISIT_REFERRED)) {
            patron_visit_do(st->visit, id, PATRON_VISIT_REFERRED,
                            ngx_time());
            i = 0;
        }
    }
}


void
ngx_http_patron_experiment_joined(ngx_http_request_t *r,
    ngx_http_patron_state_t *st)
{
    uint32_t                         id;
    unsigned                         i, done, age, counted;
    patron_campaign_t               *c, *clicked;
    ngx_http_patron_campaign_set_t  *set;

    set = ngx_http_patron_campaigns_of(r);

    clicked = (patron_visit_join(st->visit, ngx_time(), &id) == PATRON_OK
               && set != NULL)
              ? ngx_http_patron_campaign_followed(set, id) : NULL;

    if (set == NULL) {
        return;
    }

    counted = 0;
    i = 0;

    while (patron_visit_assignment(st->visit, ngx_time(), &i, &id, &done,
                                   &age)
           == PATRON_OK)
    {
        c = ngx_http_patron_campaign_by_part(set, id);

        if (c == NULL) {
            continue;
        }

        counted |= (clicked != NULL
                    && c->slot.len == clicked->slot.len
                    && ngx_memcmp(c->slot.data, clicked->slot.data,
                                  c->slot.len) == 0);

        if ((done & (PATRON_VISIT_GRANT|PATRON_VISIT_REFERRED))
            || (st->assigned && !(done & PATRON_VISIT_CONFIRMED)))
        {
            continue;
        }

        ngx_http_patron_experiment_confirm(r, st, id, done, &c->key);
        patron_visit_do(st->visit, id, PATRON_VISIT_GRANT, ngx_time());
        ngx_http_patron_experiment_count(r, "granted", &c->key);

        /* an entry that was touched has gone to the end */
        i = 0;
    }

    if (clicked == NULL
        || (patron_visit_done(st->visit, (uint32_t) clicked->hash)
            & PATRON_VISIT_REFERRED))
    {
        return;
    }

    ngx_http_patron_experiment_count(r, "granted_by_click", &clicked->key);

    if (!counted) {
        ngx_http_patron_experiment_count(r, "granted", &clicked->key);
    }
}


static void
ngx_http_patron_experiment_count(ngx_http_request_t *r, const char *what,
    const patron_str_t *campaign)
{
    ngx_str_t  name;

    name = ngx_http_patron_nginx_str(campaign);

    ngx_http_patron_stats_count(r, what, &name);
}
