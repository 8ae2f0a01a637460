
/*
 * The campaign of a slot that a reader is to see, and its HTML.
 *
 * Who is a reader, for a choice that sticks with nothing stored: a member by
 * "sub"; any other by address (of IPv6 the /64 network) and User-Agent.  Two
 * readers behind one address with the same browser see the same campaign, and
 * one who comes by another network may see another.
 *
 * A page for which that id, a cap or a variable that Vary cannot express
 * decides is the reader's own.
 */


#include <ngx_config.h>
#include <ngx_core.h>

#include "ngx_http_patron_campaign.h"
#include "ngx_http_patron_campaign_pick.h"
#include "ngx_http_patron_campaign_rank.h"
#include "ngx_http_patron_charset.h"
#include "ngx_http_patron_conf.h"
#include "ngx_http_patron_hash.h"
#include "ngx_http_patron_headers.h"
#include "ngx_http_patron_preview.h"
#include "ngx_http_patron_str.h"
#include "ngx_http_patron_template.h"


typedef struct {
    ngx_http_request_t        *request;
    ngx_http_patron_target_t  *variables;
    ngx_http_variable_value_t  read;
    patron_str_t               value;
} ngx_http_patron_target_ctx_t;


static void ngx_http_patron_choice(ngx_http_request_t *r,
    ngx_http_patron_state_t *st, ngx_http_patron_slot_conf_t *slot,
    patron_reader_t *reader, ngx_http_patron_target_ctx_t *ctx,
    patron_choice_t *choice);
static const patron_campaign_t *ngx_http_patron_campaign_previewed(
    ngx_http_patron_state_t *st, ngx_str_t *slot,
    ngx_http_patron_campaign_set_t **set);
static ngx_int_t ngx_http_patron_campaign_chosen(ngx_http_request_t *r,
    ngx_http_patron_state_t *st, ngx_http_patron_campaign_set_t *set,
    ngx_str_t *name, patron_reader_t *reader, ngx_http_patron_pick_t *pick,
    const patron_campaign_t **campaign);
static ngx_int_t ngx_http_patron_slot_vary(ngx_http_request_t *r,
    ngx_http_patron_state_t *st, ngx_http_patron_slot_conf_t *slot);
static uint64_t ngx_http_patron_reader_key(ngx_http_request_t *r,
    ngx_http_patron_state_t *st, ngx_http_patron_slot_conf_t *slot);
static const patron_str_t *ngx_http_patron_target(void *data,
    unsigned which);
static ngx_int_t ngx_http_patron_campaign_variable(ngx_http_request_t *r,
    const patron_str_t *name, patron_str_t *value);
static ngx_int_t ngx_http_patron_campaign_render(ngx_http_request_t *r,
    ngx_http_patron_campaign_set_t *set, ngx_uint_t i, ngx_str_t *html,
    uint64_t *hash);


ngx_uint_t
ngx_http_patron_slot_is_empty(ngx_http_patron_campaigns_t *campaigns,
    ngx_str_t *name)
{
    return campaigns->set != NULL
           && ngx_http_patron_slot_find(campaigns->set, name) == NULL;
}


ngx_http_patron_slot_conf_t *
ngx_http_patron_slot_find(ngx_http_patron_campaign_set_t *set,
    ngx_str_t *name)
{
    ngx_uint_t                    i;
    ngx_http_patron_slot_conf_t  *slot;

    slot = set->slots.elts;

    for (i = 0; i < set->slots.nelts; i++) {
        if (slot[i].name.len == name->len
            && ngx_memcmp(slot[i].name.data, name->data, name->len) == 0)
        {
            return &slot[i];
        }
    }

    return NULL;
}


ngx_int_t
ngx_http_patron_campaign_pick(ngx_http_request_t *r,
    ngx_http_patron_state_t *st, ngx_str_t *name, patron_reader_t *reader,
    ngx_http_patron_pick_t *pick, ngx_str_t *html, uint64_t *hash)
{
    u_char                          *p;
    ngx_int_t                        rc;
    const patron_campaign_t         *campaign;
    ngx_http_patron_loc_conf_t      *plcf;
    ngx_http_patron_campaign_set_t  *set;

    plcf = ngx_http_get_module_loc_conf(r, ngx_http_patron_module);

    set = plcf->campaigns->set;

    campaign = ngx_http_patron_campaign_previewed(st, name, &set);

    if (set == NULL) {
        return NGX_DECLINED;
    }

    if (campaign == NULL) {
        rc = ngx_http_patron_campaign_chosen(r, st, set, name, reader, pick,
                                             &campaign);
        if (rc != NGX_OK) {
            return rc;
        }
    }

    p = ngx_pnalloc(r->pool, campaign->key.len);
    if (p == NULL) {
        return NGX_ERROR;
    }

    pick->name.data = p;
    pick->name.len = campaign->key.len;
    ngx_memcpy(p, campaign->key.data, campaign->key.len);

    pick->id = campaign->id;
    pick->part = (uint32_t) campaign->hash;
    pick->cap = campaign->cap;
    pick->holdback = campaign->holdback;

    return ngx_http_patron_campaign_render(r, set, campaign - set->campaigns,
                                           html, hash);
}


/* NULL: none; else it is of the set that stands in set afterwards. */

static const patron_campaign_t *
ngx_http_patron_campaign_previewed(ngx_http_patron_state_t *st,
    ngx_str_t *slot, ngx_http_patron_campaign_set_t **set)
{
    const patron_campaign_t         *campaign;
    ngx_http_patron_campaign_set_t  *own;

    if (!ngx_http_patron_previews(st, slot)) {
        return NULL;
    }

    campaign = *set ? ngx_http_patron_campaign_find(*set, &st->preview) : NULL;
    own = ngx_http_patron_preview_set(st);

    if (campaign != NULL || own == NULL) {
        return campaign;
    }

    *set = own;

    return ngx_http_patron_campaign_find(own, &st->preview);
}


/* NGX_DECLINED: none of the slot is for this reader. */

static ngx_int_t
ngx_http_patron_campaign_chosen(ngx_http_request_t *r,
    ngx_http_patron_state_t *st, ngx_http_patron_campaign_set_t *set,
    ngx_str_t *name, patron_reader_t *reader, ngx_http_patron_pick_t *pick,
    const patron_campaign_t **campaign)
{
    patron_choice_t                choice;
    ngx_http_patron_slot_conf_t   *slot;
    ngx_http_patron_target_ctx_t   ctx;

    slot = ngx_http_patron_slot_find(set, name);

    if (slot == NULL) {
        return NGX_DECLINED;
    }

    if (ngx_http_patron_slot_vary(r, st, slot) != NGX_OK) {
        return NGX_ERROR;
    }

    pick->experiment = slot->experiment;

    ngx_http_patron_choice(r, st, slot, reader, &ctx, &choice);

    choice.key = slot->split ? ngx_http_patron_reader_key(r, st, slot) : 0;

    *campaign = ngx_http_patron_slot_choose(slot, &choice);

    return *campaign ? NGX_OK : NGX_DECLINED;
}


static void
ngx_http_patron_choice(ngx_http_request_t *r, ngx_http_patron_state_t *st,
    ngx_http_patron_slot_conf_t *slot, patron_reader_t *reader,
    ngx_http_patron_target_ctx_t *ctx, patron_choice_t *choice)
{
    ctx->request = r;
    ctx->variables = slot->variables;

    patron_targets_begin(choice, slot->targets);

    choice->now = ngx_time();
    choice->reader = reader;
    choice->visit = st->visit;
    choice->variable = ngx_http_patron_target;
    choice->data = ctx;
}


const patron_campaign_t *
ngx_http_patron_campaign_choice(ngx_http_request_t *r,
    ngx_http_patron_state_t *st, ngx_http_patron_campaign_set_t *set,
    ngx_str_t *slot, patron_reader_t *reader)
{
    ngx_http_patron_pick_t    pick;
    const patron_campaign_t  *campaign;

    return ngx_http_patron_campaign_chosen(r, st, set, slot, reader, &pick,
                                           &campaign)
           == NGX_OK ? campaign : NULL;
}


const char *
ngx_http_patron_campaign_why(ngx_http_request_t *r,
    ngx_http_patron_state_t *st, ngx_http_patron_campaign_set_t *set,
    patron_reader_t *reader, const patron_campaign_t *campaign,
    const patron_campaign_t *chosen)
{
    ngx_uint_t                     i;
    ngx_str_t                      name;
    patron_choice_t                choice;
    const patron_campaign_t       *c;
    ngx_http_patron_slot_conf_t   *slot;
    ngx_http_patron_target_ctx_t   ctx;

    if (campaign == chosen) {
        return NULL;
    }

    if (!campaign->active) {
        return "its status is paused or draft";
    }

    if (campaign->weight == 0) {
        return "its weight is 0";
    }

    if (ngx_time() < campaign->from) {
        return "it has not begun";
    }

    if (ngx_time() >= campaign->until) {
        return "it has ended";
    }

    if (!patron_hours_open(&campaign->hours, ngx_time())) {
        return "it is not one of its hours";
    }

    name = ngx_http_patron_nginx_str(&campaign->slot);

    slot = ngx_http_patron_slot_find(set, &name);
    c = NULL;

    for (i = 0; slot != NULL && i < slot->n; i++) {
        if (slot->list[i]->id == campaign->id) {
            c = slot->list[i];
        }
    }

    if (c == NULL) {
        return "what it is a variant of is not shown";
    }

    if (!patron_audience_match(&c->audience, reader)) {
        return "it is for other readers";
    }

    ngx_http_patron_choice(r, st, slot, reader, &ctx, &choice);

    if (c->ntargets && !patron_targets_suit(&choice, c)) {
        return "a variable has another value";
    }

    if (st->visit != NULL
        && !patron_visit_allows(st->visit, c->id, &c->cap, ngx_time()))
    {
        return "the reader has closed it, or has seen it as often as its cap "
               "says";
    }

    return (chosen != NULL && chosen->variant_of.len == 0
            && chosen->priority > c->priority)
           ? "another has a higher priority"
           : "the reader keeps to another";
}


/* What a cache must know of the choice. */

static ngx_int_t
ngx_http_patron_slot_vary(ngx_http_request_t *r, ngx_http_patron_state_t *st,
    ngx_http_patron_slot_conf_t *slot)
{
    ngx_str_t   *name;
    ngx_uint_t   i;

    if (slot->split || slot->capped || slot->vary.unknown) {
        st->personal = 1;
    }

    if (slot->vary.names == NULL) {
        return NGX_OK;
    }

    name = slot->vary.names->elts;

    for (i = 0; i < slot->vary.names->nelts; i++) {
        if (ngx_http_patron_add_vary(r, &name[i]) != NGX_OK) {
            return NGX_ERROR;
        }
    }

    return NGX_OK;
}


static uint64_t
ngx_http_patron_reader_key(ngx_http_request_t *r, ngx_http_patron_state_t *st,
    ngx_http_patron_slot_conf_t *slot)
{
    u_char                buf[8 + sizeof(uint32_t)], *p;
    uint32_t              agent;
    patron_str_t          id;
    struct sockaddr_in   *sin;
#if (NGX_HAVE_INET6)
    struct sockaddr_in6  *sin6;
#endif

    if (st->id.len) {
        id = ngx_http_patron_pure_str(&st->id);

        return patron_campaign_key(&id, slot->hash);
    }

    p = buf;

    switch (r->connection->sockaddr->sa_family) {

    case AF_INET:
        sin = (struct sockaddr_in *) r->connection->sockaddr;
        p = ngx_cpymem(p, &sin->sin_addr, 4);
        break;

#if (NGX_HAVE_INET6)
    case AF_INET6:
        sin6 = (struct sockaddr_in6 *) r->connection->sockaddr;
        p = ngx_cpymem(p, &sin6->sin6_addr, 8);
        break;
#endif

    default:
        break;
    }

    if (r->headers_in.user_agent != NULL) {
        agent = ngx_murmur_hash2(r->headers_in.user_agent->value.data,
                                 r->headers_in.user_agent->value.len);
        p = ngx_cpymem(p, &agent, sizeof(uint32_t));
    }

    id.data = buf;
    id.len = p - buf;

    return patron_campaign_key(&id, slot->hash);
}


static const patron_str_t *
ngx_http_patron_target(void *data, unsigned which)
{
    ngx_http_patron_target_ctx_t *ctx = data;

    ngx_http_variable_t        *v;
    ngx_http_patron_target_t   *target;
    ngx_http_variable_value_t  *vv;

    target = &ctx->variables[which];
    v = target->variable;

    if (v == NULL) {
        return NULL;
    }

    if (v->flags & NGX_HTTP_VAR_INDEXED) {
        vv = ngx_http_get_flushed_variable(ctx->request, v->index);

    } else {
        vv = &ctx->read;

        if (v->get_handler(ctx->request, vv,
                           target->prefix ? (uintptr_t) &target->name
                                          : v->data)
            != NGX_OK)
        {
            return NULL;
        }
    }

    if (vv == NULL || vv->not_found) {
        return NULL;
    }

    ctx->value.data = vv->data;
    ctx->value.len = vv->len;

    return &ctx->value;
}


/* The value of a variable that a campaign's HTML names; NGX_DECLINED: none. */

static ngx_int_t
ngx_http_patron_campaign_variable(ngx_http_request_t *r,
    const patron_str_t *name, patron_str_t *value)
{
    u_char                      buf[NGX_HTTP_PATRON_VARIABLE];
    ngx_str_t                   lower;
    ngx_uint_t                  key;
    ngx_http_variable_value_t  *vv;

    if (name->len > NGX_HTTP_PATRON_VARIABLE) {
        return NGX_DECLINED;
    }

    key = ngx_hash_strlow(buf, (u_char *) name->data, name->len);

    lower.data = buf;
    lower.len = name->len;

    vv = ngx_http_get_variable(r, &lower, key);

    if (vv == NULL || vv->not_found) {
        return NGX_DECLINED;
    }

    value->data = vv->data;
    value->len = vv->len;

    return NGX_OK;
}


static ngx_int_t
ngx_http_patron_campaign_render(ngx_http_request_t *r,
    ngx_http_patron_campaign_set_t *set, ngx_uint_t n, ngx_str_t *html,
    uint64_t *hash)
{
    size_t                       i;
    ngx_str_t                    name, *ticker;
    ngx_uint_t                   ascii;
    patron_str_t                *value;
    patron_part_t               *part;
    patron_template_t           *tmpl;
    ngx_http_patron_loc_conf_t  *plcf;

    plcf = ngx_http_get_module_loc_conf(r, ngx_http_patron_module);

    tmpl = &set->html[n].tmpl;
    *hash = set->html[n].hash;

    value = ngx_palloc(r->pool, tmpl->nparts * sizeof(patron_str_t));
    if (value == NULL) {
        return NGX_ERROR;
    }

    for (i = 0; i < tmpl->nparts; i++) {
        part = &tmpl->parts[i];

        if (part->type == PATRON_PART_LITERAL) {
            continue;
        }

        value[i].len = 0;

        if (ngx_http_patron_ticker_name(&part->str, &name) == NGX_OK) {
            ticker = ngx_http_patron_ticker(plcf->campaigns->set
                                            ? plcf->campaigns->set : set,
                                            &name);
            value[i] = ngx_http_patron_pure_str(ticker);

        } else {
            (void) ngx_http_patron_campaign_variable(r, &part->str,
                                                     &value[i]);
        }
    }

    /* a copy: the campaigns may be others before the page is sent */

    ascii = !ngx_http_patron_charset_is_utf8(r);

    if (ngx_http_patron_template_fill(r->pool, tmpl, value, ascii, html)
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    *hash = set->html[n].plain ? ngx_http_patron_hash_mix(*hash, html->len)
                               : ngx_http_patron_hash_str(*hash, html);

    return NGX_OK;
}
