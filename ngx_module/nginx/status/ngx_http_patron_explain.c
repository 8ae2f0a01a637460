
/*
 * See the header.  The argument is a link made by patron_link_sign() for the
 * purpose "explain", with host and path.  The answer is made before the content
 * is asked for, so it is the same in front of a cache and behind it; it counts
 * nothing, spends no article, and tells of nobody but who asks.
 *
 * Limit: what only the CMS's answer or the page itself says is not known: a
 * level, or appeals that are left out, by header or meta, and the place.
 */


#include "ngx_http_patron_argument.h"
#include "ngx_http_patron_asked.h"
#include "ngx_http_patron_campaign.h"
#include "ngx_http_patron_campaign_pick.h"
#include "ngx_http_patron_conf_read.h"
#include "ngx_http_patron_explain.h"
#include "ngx_http_patron_json.h"
#include "ngx_http_patron_link.h"
#include "ngx_http_patron_post.h"
#include "ngx_http_patron_quiet.h"
#include "ngx_http_patron_reader.h"
#include "ngx_http_patron_rest.h"
#include "ngx_http_patron_str.h"
#include "ngx_http_patron_switches.h"
#include "ngx_http_patron_visit.h"
#include "ngx_http_patron_wall.h"
#include "ngx_http_patron_wall_choice.h"


#define NGX_HTTP_PATRON_EXPLAIN_LEEWAY  60      /* seconds */


typedef struct {
    ngx_http_request_t              *request;
    ngx_http_patron_loc_conf_t      *plcf;
    ngx_http_patron_state_t         *st;
    patron_reader_t                  reader;
    ngx_http_patron_campaign_set_t  *set;       /* or NULL */
    const char                      *quiet;     /* why there is no banner */
} ngx_http_patron_explained_t;


static ngx_uint_t ngx_http_patron_explain_here(ngx_http_request_t *r,
    patron_link_t *link);
static void ngx_http_patron_explain_quiet(ngx_http_patron_explained_t *e);
static json_t *ngx_http_patron_explain_all(ngx_http_patron_explained_t *e);
static void ngx_http_patron_explain_decision(ngx_http_patron_explained_t *e,
    json_t *json);
static json_t *ngx_http_patron_explain_walls(ngx_http_patron_explained_t *e,
    ngx_uint_t closed, const char *why);
static json_t *ngx_http_patron_explain_banner(ngx_http_patron_explained_t *e,
    ngx_http_patron_banner_t *b);
static const char *ngx_http_patron_explain_placed(
    ngx_http_patron_explained_t *e, ngx_http_patron_banner_t *b);
static json_t *ngx_http_patron_explain_slot(ngx_http_patron_explained_t *e,
    ngx_http_patron_banner_t *b, const char **why);
static json_t *ngx_http_patron_explain_unknown(
    ngx_http_patron_explained_t *e);
static void ngx_http_patron_explain_set(json_t *json, ngx_str_t *name,
    const char *why);


ngx_int_t
ngx_http_patron_explain_asked(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf, ngx_http_patron_state_t *st)
{
    ngx_str_t       token;
    ngx_uint_t      taken;
    patron_link_t   link;

    static const char          what[] = "explanation";
    static const patron_str_t  name = patron_string("patron_explain");

    if (r != r->main || r->internal) {
        return NGX_OK;
    }

    if (ngx_http_patron_take_argument(r, &name, &token, &taken) != NGX_OK) {
        return NGX_ERROR;
    }

    if (!taken) {
        return NGX_OK;
    }

    /* it counts nothing, and nobody keeps it, good or not */

    st->preview_given = 1;
    st->personal = 1;

    if (ngx_http_patron_link_open(r, plcf, NGX_HTTP_PATRON_SEAL_EXPLAIN, what,
                                  &token, NGX_HTTP_PATRON_EXPLAIN_LEEWAY,
                                  &link)
        != NGX_OK)
    {
        return NGX_OK;
    }

    st->explained = ngx_http_patron_explain_here(r, &link);

    if (!st->explained) {
        ngx_http_patron_link_refused(r, what, "it is of another page");
    }

    return NGX_OK;
}


static ngx_uint_t
ngx_http_patron_explain_here(ngx_http_request_t *r, patron_link_t *link)
{
    ngx_str_t  path;

    return ngx_http_patron_asked_path(r, &path) == NGX_OK
           && link->path.len == path.len
           && ngx_memcmp(link->path.data, path.data, path.len) == 0
           && link->host.len == r->headers_in.server.len
           && ngx_memcmp(link->host.data, r->headers_in.server.data,
                         link->host.len) == 0;
}


ngx_int_t
ngx_http_patron_explain(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf, ngx_http_patron_state_t *st)
{
    json_t                       *json;
    ngx_str_t                     text;
    ngx_http_patron_explained_t   e;

    static ngx_str_t  type = ngx_string("application/json");

    if (!(r->method & (NGX_HTTP_GET|NGX_HTTP_HEAD))) {
        return NGX_HTTP_NOT_ALLOWED;
    }

    if (ngx_http_patron_visit_read(r, plcf, st) != NGX_OK) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    e.request = r;
    e.plcf = plcf;
    e.st = st;
    e.set = plcf->campaigns ? ngx_http_patron_campaigns(plcf->campaigns)
                            : NULL;

    ngx_http_patron_state_reader(st, &e.reader);
    ngx_http_patron_explain_quiet(&e);

    json = ngx_http_patron_explain_all(&e);

    if (ngx_http_patron_json_text(r->pool, json, JSON_INDENT(1), &text)
        != NGX_OK)
    {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    ngx_http_finalize_request(r, ngx_http_patron_answer(r, NGX_HTTP_OK, &type,
                                                        &text));
    return NGX_DONE;
}


static void
ngx_http_patron_explain_quiet(ngx_http_patron_explained_t *e)
{
    ngx_http_patron_loc_conf_t   *plcf;
    ngx_http_patron_main_conf_t  *pmcf;

    plcf = e->plcf;
    pmcf = ngx_http_get_module_main_conf(e->request, ngx_http_patron_module);

    e->quiet = NULL;

    if (plcf->banners_off) {
        e->quiet = "patron_emergency banners=off";

    } else if (ngx_http_patron_quiet_page(e->request, plcf, e->st)) {
        e->quiet = "the page is quiet";

    } else if (plcf->redis != NULL
               && (ngx_http_patron_switches(plcf->redis, pmcf->zone)
                   & NGX_HTTP_PATRON_BANNERS_OFF))
    {
        e->quiet = "the switch: banners off";
    }
}


static json_t *
ngx_http_patron_explain_all(ngx_http_patron_explained_t *e)
{
    json_t                    *json, *list;
    ngx_str_t                  path, name;
    ngx_uint_t                 i;
    ngx_http_patron_banner_t  *b;

    json = json_object();

    if (ngx_http_patron_asked_path(e->request, &path) == NGX_OK) {
        (void) json_object_set_new(json, "path",
                                   ngx_http_patron_json_str(&path));
    }

    name = ngx_http_patron_nginx_str(patron_state_name(e->st->state));

    (void) json_object_set_new(json, "state",
                               ngx_http_patron_json_str(&name));
    (void) json_object_set_new(json, "state_reason",
                               json_string(e->st->reason));

    ngx_http_patron_explain_decision(e, json);

    list = json_array();
    b = e->plcf->banners ? e->plcf->banners->elts : NULL;

    for (i = 0; b != NULL && i < e->plcf->banners->nelts; i++) {
        (void) json_array_append_new(list,
                                     ngx_http_patron_explain_banner(e, &b[i]));
    }

    (void) json_object_set_new(json, "banners", list);
    (void) json_object_set_new(json, "unknown",
                               ngx_http_patron_explain_unknown(e));

    return json;
}


static void
ngx_http_patron_explain_decision(ngx_http_patron_explained_t *e,
    json_t *json)
{
    const char         *reason;
    ngx_uint_t          closed;
    patron_decision_e   decision;

    reason = NULL;
    decision = ngx_http_patron_wall_forecast(e->request, e->plcf, e->st,
                                             &reason);

    closed = patron_decision_closed(decision);

    (void) json_object_set_new(json, "level",
                               json_string(patron_level_name(e->st->level.type)));
    (void) json_object_set_new(json, "decision",
                               json_string(patron_decision_name(decision)));
    (void) json_object_set_new(json, "reason",
                               json_string(reason ? reason : ""));
    (void) json_object_set_new(json, "walls",
                          ngx_http_patron_explain_walls(e, closed,
                                                        reason ? reason
                                                               : "free"));
}


static json_t *
ngx_http_patron_explain_walls(ngx_http_patron_explained_t *e,
    ngx_uint_t closed, const char *why)
{
    json_t                  *list, *json;
    ngx_uint_t               i;
    const char              *reason;
    ngx_http_patron_wall_t  *wall, *chosen;

    list = json_array();

    if (e->plcf->walls == NULL) {
        return list;
    }

    (void) ngx_http_patron_wall_choose(e->request, e->plcf, e->st, &chosen);

    wall = e->plcf->walls->elts;

    for (i = 0; i < e->plcf->walls->nelts; i++) {

        reason = !closed ? why
                 : &wall[i] == chosen ? NULL
                 : chosen != NULL && chosen < &wall[i]
                   ? "another wall comes first"
                   : "on=, for= or if= does not fit";

        json = json_object();
        (void) json_object_set_new(json, "selector",
                       ngx_http_patron_json_str(&wall[i].selector));
        ngx_http_patron_explain_set(json, NULL, reason);
        (void) json_array_append_new(list, json);
    }

    return list;
}


static json_t *
ngx_http_patron_explain_banner(ngx_http_patron_explained_t *e,
    ngx_http_patron_banner_t *b)
{
    json_t      *json, *campaigns;
    const char  *why;

    json = json_object();
    campaigns = NULL;

    why = ngx_http_patron_explain_placed(e, b);

    if (b->slot.len) {
        campaigns = ngx_http_patron_explain_slot(e, b, &why);
    }

    ngx_http_patron_explain_set(json, &b->name, why);
    (void) json_object_set_new(json, "selector",
                               ngx_http_patron_json_str(&b->selector));

    if (campaigns != NULL) {
        (void) json_object_set_new(json, "slot",
                                   ngx_http_patron_json_str(&b->slot));
        (void) json_object_set_new(json, "campaigns", campaigns);
    }

    return json;
}


/* NULL where the banner itself may stand there. */

static const char *
ngx_http_patron_explain_placed(ngx_http_patron_explained_t *e,
    ngx_http_patron_banner_t *b)
{
    patron_str_t  name;
    patron_cap_t  cap;

    if (e->quiet != NULL) {
        return e->quiet;
    }

    if (!patron_audience_match(&b->audience, &e->reader)) {
        return "it is for other readers";
    }

    if (ngx_http_patron_condition(e->request, &b->condition) != NGX_OK) {
        return "if= does not hold";
    }

    if (ngx_http_patron_quiet_name(e->st, &b->name, &b->slot)) {
        return "the page leaves it out";
    }

    ngx_memzero(&cap, sizeof(patron_cap_t));
    name = ngx_http_patron_pure_str(&b->name);

    if (e->st->visit != NULL
        && !patron_visit_allows(e->st->visit, patron_visit_id(&name), &cap,
                                ngx_time()))
    {
        return "the reader has closed it";
    }

    if (b->slot.len
        && !ngx_http_patron_rest_allows(e->set, e->st, &b->slot,
                                        e->st->appeals))
    {
        return "the slot rests, for this reader";
    }

    return NULL;
}


/* The slot's campaigns; why is set where none of them is shown. */

static json_t *
ngx_http_patron_explain_slot(ngx_http_patron_explained_t *e,
    ngx_http_patron_banner_t *b, const char **why)
{
    json_t                   *list, *json;
    ngx_str_t                 name;
    ngx_uint_t                i;
    const char               *reason;
    patron_campaign_t        *c;
    ngx_http_patron_pair_t   *refused;
    const patron_campaign_t  *chosen;

    list = json_array();

    if (e->set == NULL) {
        *why = *why ? *why : "campaigns have not been read from Redis";
        return list;
    }

    chosen = ngx_http_patron_campaign_choice(e->request, e->st, e->set,
                                             &b->slot, &e->reader);

    if (*why == NULL && chosen == NULL) {
        *why = "no campaign of the slot is for this reader";
    }

    if (*why == NULL && !chosen->holdback) {
        e->st->appeals++;
    }

    for (i = 0; i < e->set->n; i++) {
        c = &e->set->campaigns[i];

        if (c->slot.len != b->slot.len
            || ngx_memcmp(c->slot.data, b->slot.data, b->slot.len) != 0)
        {
            continue;
        }

        reason = ngx_http_patron_campaign_why(e->request, e->st, e->set,
                                              &e->reader, c, chosen);

        if (reason == NULL) {
            reason = *why ? *why
                     : c->holdback ? "it is a holdback: shown as nothing"
                     : NULL;
        }

        name = ngx_http_patron_nginx_str(&c->name);

        json = json_object();
        ngx_http_patron_explain_set(json, &name, reason);
        (void) json_array_append_new(list, json);
    }

    refused = e->set->refused.elts;

    for (i = 0; i < e->set->refused.nelts; i++) {

        if (refused[i].name.len > b->slot.len
            && refused[i].name.data[b->slot.len] == ':'
            && ngx_memcmp(refused[i].name.data, b->slot.data, b->slot.len)
               == 0)
        {
            name.data = refused[i].name.data + b->slot.len + 1;
            name.len = refused[i].name.len - b->slot.len - 1;

            json = json_object();
            ngx_http_patron_explain_set(json, &name, "");
            (void) json_object_set_new(json, "reason",
                       ngx_http_patron_json_str(&refused[i].value));
            (void) json_array_append_new(list, json);
        }
    }

    if (*why == NULL && chosen != NULL && chosen->holdback) {
        *why = "the reader is held back";
    }

    return list;
}


/* What may still change it. */

static json_t *
ngx_http_patron_explain_unknown(ngx_http_patron_explained_t *e)
{
    json_t                      *list;
    ngx_http_patron_loc_conf_t  *plcf;

    list = json_array();
    plcf = e->plcf;

    if (plcf->access_header.len || plcf->access_meta) {
        (void) json_array_append_new(list,
                          json_string("a level that the response states"));
    }

    if (plcf->meter != NULL) {
        (void) json_array_append_new(list,
                          json_string("the meter, which was not asked"));
    }

    if (plcf->appeals_header.len || plcf->appeals_meta) {
        (void) json_array_append_new(list,
                          json_string("appeals that the response leaves out"));
    }

    (void) json_array_append_new(list,
                       json_string("whether the page has the places"));

    return list;
}


static void
ngx_http_patron_explain_set(json_t *json, ngx_str_t *name, const char *why)
{
    if (name != NULL) {
        (void) json_object_set_new(json, "name",
                                   ngx_http_patron_json_str(name));
    }

    (void) json_object_set_new(json, "shown", json_boolean(why == NULL));

    if (why != NULL) {
        (void) json_object_set_new(json, "reason", json_string(why));
    }
}
