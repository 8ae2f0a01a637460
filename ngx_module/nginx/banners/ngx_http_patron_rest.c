
/*
 * See the header.  Where nothing is said of a slot, closing one of its campaigns
 * rests it as long as that campaign: what was closed is the asking.
 */


#include <ngx_config.h>
#include <ngx_core.h>

#include "patron_rest.h"
#include "ngx_http_patron_campaign_settings.h"
#include "ngx_http_patron_rest.h"
#include "ngx_http_patron_str.h"


static patron_rest_t  ngx_http_patron_rest_unsaid;
static ngx_str_t  ngx_http_patron_rest_all = ngx_string("");


static uint32_t ngx_http_patron_rest_place(ngx_str_t *slot);


ngx_uint_t
ngx_http_patron_rest_allows(ngx_http_patron_campaign_set_t *set,
    ngx_http_patron_state_t *st, ngx_str_t *slot)
{
    ngx_str_t       *place[2];
    ngx_uint_t       i, allowed;
    patron_rest_t   *rest;

    place[0] = slot;
    place[1] = &ngx_http_patron_rest_all;
    allowed = 1;

    for (i = 0; i < 2; i++) {
        rest = set ? ngx_http_patron_settings_of(set, place[i]) : NULL;

        if (rest == NULL) {
            rest = &ngx_http_patron_rest_unsaid;

            if (st->visit == NULL || st->visit->n == 0) {
                continue;
            }
        }

        if (patron_rest_counts(rest)) {
            st->personal = 1;
        }

        if (!patron_rest_allows(rest, ngx_http_patron_rest_place(place[i]),
                                st->visit, ngx_time()))
        {
            allowed = 0;
        }
    }

    return allowed;
}


ngx_uint_t
ngx_http_patron_rest_counts(ngx_http_patron_campaign_set_t *set,
    ngx_str_t *slot)
{
    ngx_str_t      *place[2];
    ngx_uint_t      i;
    patron_rest_t  *rest;

    place[0] = slot;
    place[1] = &ngx_http_patron_rest_all;

    for (i = 0; set != NULL && i < 2; i++) {
        rest = ngx_http_patron_settings_of(set, place[i]);

        if (rest != NULL && patron_rest_counts(rest)) {
            return 1;
        }
    }

    return 0;
}


/*
 * Pages that come first are counted once, however many slots they have; every
 * showing is one that all slots together have made.
 */

ngx_uint_t
ngx_http_patron_rest_count(ngx_http_patron_campaign_set_t *set,
    ngx_http_patron_state_t *st, ngx_str_t *slot, ngx_uint_t shown,
    ngx_uint_t *all)
{
    uint32_t        id;
    ngx_str_t      *place[2];
    ngx_uint_t      i, changed;
    patron_rest_t  *rest;

    place[0] = slot;
    place[1] = &ngx_http_patron_rest_all;
    changed = 0;

    for (i = 0; i < 2; i++) {
        rest = ngx_http_patron_settings_of(set, place[i]);

        if (rest == NULL || !patron_rest_counts(rest)) {
            continue;
        }

        id = ngx_http_patron_rest_place(place[i]);

        if (i == 0 || *all == 0) {
            changed |= patron_rest_page(rest, id, st->visit);
        }

        if (i == 1) {
            *all = 1;
        }

        if (shown) {
            changed |= patron_rest_show(rest, id, st->visit, ngx_time());
        }
    }

    return changed;
}


void
ngx_http_patron_rest_close(ngx_http_patron_campaign_set_t *set,
    ngx_http_patron_state_t *st, ngx_str_t *slot, ngx_uint_t days)
{
    patron_rest_t  *one, *all;

    one = set ? ngx_http_patron_settings_of(set, slot) : NULL;
    all = set ? ngx_http_patron_settings_of(set, &ngx_http_patron_rest_all)
              : NULL;

    if (one != NULL && one->closes) {
        days = one->dismiss;
    }

    if (days) {
        patron_visit_dismiss(st->visit, ngx_http_patron_rest_place(slot),
                             (unsigned) days, ngx_time());
    }

    if (all != NULL && all->dismiss) {
        patron_visit_dismiss(st->visit,
                         ngx_http_patron_rest_place(&ngx_http_patron_rest_all),
                         all->dismiss, ngx_time());
    }
}


static uint32_t
ngx_http_patron_rest_place(ngx_str_t *slot)
{
    patron_str_t  name;

    name = ngx_http_patron_pure_str(slot);

    return patron_rest_id(&name);
}
