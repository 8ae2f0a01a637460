
/*
 * The choice among many campaigns of a slot, made beforehand.
 *
 * From NGX_HTTP_PATRON_RANKED_MIN on readers are taken together in buckets, and
 * the first few campaigns for a bucket are kept, so that no page pays for the
 * draws.  They are made little by little when a worker has campaigns that are
 * new to it, and by a page where it comes first; edits that leave names,
 * weights and priorities alone, and tickers, leave the ranks alone too.
 *
 * Limit: where none of the first few may be shown to a reader, all are asked
 * that are not known to be for other values, as without ranks.
 */


#include <ngx_config.h>
#include <ngx_core.h>

#include "patron_hash.h"
#include "ngx_http_patron_campaign_rank.h"


#define NGX_HTTP_PATRON_RANKED       PATRON_CAMPAIGN_RANKED
#define NGX_HTTP_PATRON_BUCKET_BITS  12
#define NGX_HTTP_PATRON_BUCKETS      (1 << NGX_HTTP_PATRON_BUCKET_BITS)

#define NGX_HTTP_PATRON_RANKS_TICK   1      /* milliseconds */
#define NGX_HTTP_PATRON_RANKS_STEP   4096   /* draws at a time */


static void ngx_http_patron_ranks_tick(ngx_event_t *ev);
static void ngx_http_patron_ranks_fill(ngx_http_patron_slot_conf_t *slot);
static uint8_t *ngx_http_patron_ranks_bucket(
    ngx_http_patron_slot_conf_t *slot, ngx_uint_t bucket);
static inline uint64_t ngx_http_patron_bucket_key(ngx_uint_t bucket);
static ngx_uint_t ngx_http_patron_ranks_same(
    ngx_http_patron_slot_conf_t *one, ngx_http_patron_slot_conf_t *two);


ngx_int_t
ngx_http_patron_ranks_create(ngx_http_patron_campaign_set_t *set,
    ngx_http_patron_slot_conf_t *slot)
{
    slot->ranks = ngx_pcalloc(set->pool, NGX_HTTP_PATRON_BUCKETS
                                         * NGX_HTTP_PATRON_RANKED);

    return slot->ranks == NULL ? NGX_ERROR : NGX_OK;
}


void
ngx_http_patron_ranks_keep(ngx_http_patron_campaign_set_t *set,
    ngx_http_patron_campaign_set_t *old)
{
    ngx_uint_t                    i, k;
    ngx_http_patron_slot_conf_t  *slot, *was;

    slot = set->slots.elts;
    was = old->slots.elts;

    for (i = 0; i < set->slots.nelts; i++) {
        for (k = 0; k < old->slots.nelts; k++) {

            if (slot[i].ranks != NULL && was[k].ranks != NULL
                && ngx_http_patron_ranks_same(&slot[i], &was[k]))
            {
                ngx_memcpy(slot[i].ranks, was[k].ranks,
                           NGX_HTTP_PATRON_BUCKETS * NGX_HTTP_PATRON_RANKED);

                slot[i].ranked = was[k].ranked;
            }
        }
    }
}


/*
 * Are the ranks of one good for the other?  A campaign's hash is of its whole
 * name, which begins with the slot's: so the slots need not be compared.
 */

static ngx_uint_t
ngx_http_patron_ranks_same(ngx_http_patron_slot_conf_t *one,
    ngx_http_patron_slot_conf_t *two)
{
    size_t              i;
    patron_campaign_t  *a, *b;

    if (one->n != two->n) {
        return 0;
    }

    for (i = 0; i < one->n; i++) {
        a = one->list[i];
        b = two->list[i];

        if (a->hash != b->hash || a->weight != b->weight
            || a->priority != b->priority)
        {
            return 0;
        }
    }

    return 1;
}


void
ngx_http_patron_ranks_init_process(ngx_http_patron_campaigns_t *campaigns,
    ngx_log_t *log)
{
    campaigns->ranking.handler = ngx_http_patron_ranks_tick;
    campaigns->ranking.data = campaigns;
    campaigns->ranking.log = log;
    campaigns->ranking.cancelable = 1;
}


void
ngx_http_patron_ranks_exit_process(ngx_http_patron_campaigns_t *campaigns)
{
    if (campaigns->ranking.timer_set) {
        ngx_del_timer(&campaigns->ranking);
    }
}


void
ngx_http_patron_ranks_begin(ngx_http_patron_campaigns_t *campaigns)
{
    if (!campaigns->ranking.timer_set) {
        ngx_add_timer(&campaigns->ranking, NGX_HTTP_PATRON_RANKS_TICK);
    }
}


static void
ngx_http_patron_ranks_tick(ngx_event_t *ev)
{
    ngx_uint_t                    i;
    ngx_http_patron_slot_conf_t  *slot;
    ngx_http_patron_campaigns_t  *campaigns = ev->data;

    if (campaigns->set == NULL) {
        return;
    }

    slot = campaigns->set->slots.elts;

    for (i = 0; i < campaigns->set->slots.nelts; i++) {

        if (slot[i].ranks != NULL && slot[i].ranked < NGX_HTTP_PATRON_BUCKETS)
        {
            ngx_http_patron_ranks_fill(&slot[i]);
            ngx_http_patron_ranks_begin(campaigns);
            return;
        }
    }
}


static void
ngx_http_patron_ranks_fill(ngx_http_patron_slot_conf_t *slot)
{
    ngx_int_t  draws;

    for (draws = NGX_HTTP_PATRON_RANKS_STEP;
         draws > 0 && slot->ranked < NGX_HTTP_PATRON_BUCKETS;
         draws -= slot->n)
    {
        (void) ngx_http_patron_ranks_bucket(slot, slot->ranked++);
    }
}


/* The ranks of a bucket, places in the list.  No two are the same: it is by
   two zeros that those not made yet are known. */

static uint8_t *
ngx_http_patron_ranks_bucket(ngx_http_patron_slot_conf_t *slot,
    ngx_uint_t bucket)
{
    uint8_t  *rank;

    rank = &slot->ranks[bucket * NGX_HTTP_PATRON_RANKED];

    if (rank[0] == rank[1]) {
        (void) patron_campaign_rank(slot->list, slot->n,
                                    ngx_http_patron_bucket_key(bucket), rank,
                                    NGX_HTTP_PATRON_RANKED);
    }

    return rank;
}


static inline uint64_t
ngx_http_patron_bucket_key(ngx_uint_t bucket)
{
    return patron_hash_mix(bucket + 1);
}


const patron_campaign_t *
ngx_http_patron_slot_choose(ngx_http_patron_slot_conf_t *slot,
    patron_choice_t *choice)
{
    size_t                    i;
    uint8_t                  *rank;
    ngx_uint_t                bucket;
    const patron_campaign_t  *campaign;

    if (slot->ranks == NULL) {
        return patron_campaign_choose(slot->list, slot->n, choice);
    }

    bucket = choice->key >> (64 - NGX_HTTP_PATRON_BUCKET_BITS);

    rank = ngx_http_patron_ranks_bucket(slot, bucket);
    choice->key = ngx_http_patron_bucket_key(bucket);

    for (i = 0; i < NGX_HTTP_PATRON_RANKED; i++) {

        if (!patron_mask_has(choice->suited, rank[i])) {
            continue;
        }

        campaign = patron_campaign_offer(slot->list[rank[i]], choice);

        if (campaign != NULL) {
            return campaign;
        }
    }

    return patron_campaign_choose(slot->list, slot->n, choice);
}
