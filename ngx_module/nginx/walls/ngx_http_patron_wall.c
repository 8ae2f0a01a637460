
/*
 * The decision about walled content.  Levels come from three places: the
 * location (access phase), a header of the response, a <meta> of the page; the
 * strictest stands.  A reader without a verdict is a guest.  A wall fails
 * closed: what cannot be cut is refused.
 */


#include "ngx_http_patron_hash.h"
#include "ngx_http_patron_headers.h"
#include "ngx_http_patron_meter.h"
#include "ngx_http_patron_state.h"
#include "ngx_http_patron_stats.h"
#include "ngx_http_patron_switches.h"
#include "ngx_http_patron_template.h"
#include "ngx_http_patron_wall.h"
#include "ngx_http_patron_zone.h"


static void ngx_http_patron_reader(ngx_http_patron_state_t *st,
    patron_reader_t *reader);
static void ngx_http_patron_combine(ngx_http_patron_state_t *st,
    ngx_str_t *text);
static ngx_int_t ngx_http_patron_combine_copy(ngx_http_request_t *r,
    ngx_http_patron_state_t *st, ngx_str_t *text);
static ngx_int_t ngx_http_patron_header_levels(ngx_http_request_t *r,
    ngx_http_patron_state_t *st, ngx_list_t *headers, ngx_str_t *name,
    ngx_uint_t hide);
static ngx_int_t ngx_http_patron_any(ngx_http_request_t *r,
    ngx_array_t *values, ngx_uint_t *set);
static ngx_http_patron_decision_e ngx_http_patron_decision(
    ngx_http_patron_state_t *st, patron_level_t *level);
static void ngx_http_patron_explain(ngx_http_patron_state_t *st);


ngx_int_t
ngx_http_patron_wall_access(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf, ngx_http_patron_state_t *st)
{
    ngx_str_t             text;
    ngx_uint_t            set;
    ngx_http_upstream_t  *u;

    if (plcf->access != NULL) {
        if (ngx_http_complex_value(r, plcf->access, &text) != NGX_OK) {
            return NGX_HTTP_INTERNAL_SERVER_ERROR;
        }

        ngx_http_patron_combine(st, &text);
    }

    /*
     * after X-Accel-Redirect: the answer that redirected stated the level,
     * and no filter has seen it
     */

    u = r->upstream;

    if (r->internal && u != NULL && plcf->access_header.len
        && u->headers_in.x_accel_redirect != NULL)
    {
        if (ngx_http_patron_header_levels(r, st, &u->headers_in.headers,
                                          &plcf->access_header, 0)
            != NGX_OK)
        {
            return NGX_HTTP_INTERNAL_SERVER_ERROR;
        }
    }

    if (ngx_http_patron_any(r, plcf->bypass, &set) != NGX_OK) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    st->bypass = set;

    st->open = plcf->walls_open
               || (plcf->redis != NULL
                   && (ngx_http_patron_switches(plcf->redis,
                                           ngx_http_patron_request_zone(r))
                       & NGX_HTTP_PATRON_WALLS_OPEN));

    /* what is made from here on is sent in place of something else */

    st->error_page = (r->err_status != 0);

    return ngx_http_patron_meter_access(r, plcf, st);
}


ngx_uint_t
ngx_http_patron_wall_metered(ngx_http_patron_loc_conf_t *plcf,
    ngx_http_patron_state_t *st)
{
    patron_level_t  level;

    level = st->level;

    if (level.type == PATRON_LEVEL_FREE
        && (plcf->access_header.len || plcf->access_meta))
    {
        level.type = PATRON_LEVEL_METERED;
    }

    return level.type == PATRON_LEVEL_METERED
           && ngx_http_patron_decision(st, &level) == NGX_HTTP_PATRON_WALL;
}


ngx_uint_t
ngx_http_patron_wall_may_stand(ngx_http_patron_loc_conf_t *plcf,
    ngx_http_patron_state_t *st)
{
    patron_level_t  level;

    level = st->level;

    if (level.type < PATRON_LEVEL_MEMBERS
        && (plcf->access_header.len || plcf->access_meta))
    {
        level.type = PATRON_LEVEL_MEMBERS;
    }

    return ngx_http_patron_decision(st, &level) == NGX_HTTP_PATRON_WALL;
}


ngx_http_patron_decision_e
ngx_http_patron_wall_forecast(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf, ngx_http_patron_state_t *st)
{
    patron_level_t              level;
    ngx_http_patron_decision_e  decision;

    if (st->decided || !plcf->enable || !plcf->walled) {
        return st->decision;
    }

    level = st->level;

    if (plcf->access_header.len
        && r->headers_out.status != 0
        && ngx_http_patron_header_levels(r, st, &r->headers_out.headers,
                                         &plcf->access_header, 0)
           != NGX_OK)
    {
        return NGX_HTTP_PATRON_WALL;
    }

    decision = ngx_http_patron_decision(st, &st->level);

    st->level = level;

    return decision;
}


ngx_int_t
ngx_http_patron_wall_header(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf, ngx_http_patron_state_t *st)
{
    ngx_str_t  text;

    if (!st->identified && plcf->access != NULL) {
        /* the access phase was not ours: satisfy any */

        if (ngx_http_complex_value(r, plcf->access, &text) != NGX_OK) {
            return NGX_ERROR;
        }

        ngx_http_patron_combine(st, &text);
    }

    if (plcf->access_header.len == 0) {
        return NGX_OK;
    }

    if (r->upstream != NULL
        && r->upstream->headers_in.headers.part.elts != NULL
        && ngx_http_patron_header_levels(r, st,
                                         &r->upstream->headers_in.headers,
                                         &plcf->access_header, 0)
           != NGX_OK)
    {
        return NGX_ERROR;
    }

    return ngx_http_patron_header_levels(r, st, &r->headers_out.headers,
                                         &plcf->access_header, 1);
}


ngx_int_t
ngx_http_patron_wall_meta(ngx_http_request_t *r, ngx_http_patron_state_t *st,
    patron_str_t *content)
{
    u_char          *p;
    patron_str_t     text;
    patron_level_t   level;

    p = ngx_pnalloc(r->pool, content->len ? content->len : 1);
    if (p == NULL) {
        return NGX_ERROR;
    }

    ngx_memcpy(p, content->data, content->len);

    text.data = p;
    text.len = content->len;

    patron_level_parse_meta(&level, &text);
    patron_level_combine(&st->level, &level);

    return NGX_OK;
}


ngx_uint_t
ngx_http_patron_wall_undecided(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf, ngx_http_patron_state_t *st)
{
    patron_level_t   level, strictest;
    ngx_uint_t       d;
    patron_str_t     members = patron_string("members");

    if (!plcf->access_meta) {
        return 0;
    }

    /* whoever may read "members" loses nothing by what a page can state */

    level = st->level;
    patron_level_parse(&strictest, &members);
    patron_level_combine(&level, &strictest);

    d = ngx_http_patron_decision(st, &level);

    return d == NGX_HTTP_PATRON_WALL
           && ngx_http_patron_decision(st, &st->level) != NGX_HTTP_PATRON_WALL;
}


ngx_http_patron_decision_e
ngx_http_patron_wall_decide(ngx_http_request_t *r,
    ngx_http_patron_state_t *st)
{
    ngx_http_patron_zone_t      *zone;
    ngx_http_patron_decision_e   decision;

    decision = ngx_http_patron_decision(st, &st->level);

    st->decision = decision;
    st->decided = 1;

    ngx_http_patron_meter_decided(st);
    ngx_http_patron_explain(st);

    zone = ngx_http_patron_request_zone(r);

    ngx_http_patron_stats_decision(r, st, decision);

    switch (decision) {

    case NGX_HTTP_PATRON_WALL:
        ngx_http_patron_zone_count(zone, NGX_HTTP_PATRON_C_WALLED);
        break;

    case NGX_HTTP_PATRON_METER:
        ngx_http_patron_zone_count(zone, NGX_HTTP_PATRON_C_METERED);
        break;

    case NGX_HTTP_PATRON_GIFT:
        ngx_http_patron_zone_count(zone, NGX_HTTP_PATRON_C_GIFTED);
        break;

    case NGX_HTTP_PATRON_BYPASS:
        ngx_http_patron_zone_count(zone, NGX_HTTP_PATRON_C_BYPASSED);
        break;

    default:
        break;
    }

    return decision;
}


ngx_uint_t
ngx_http_patron_wall_is_personal(ngx_http_patron_loc_conf_t *plcf,
    ngx_http_patron_state_t *st)
{
    if (!plcf->walled) {
        return 0;
    }

    switch (st->decision) {

    case NGX_HTTP_PATRON_FREE:
        return 0;

    case NGX_HTTP_PATRON_WALL:
        return st->level.type == PATRON_LEVEL_METERED;

    default:
        return 1;
    }
}


ngx_uint_t
ngx_http_patron_wall_protects(ngx_http_request_t *r)
{
    /*
     * 1xx has a body behind it, an origin of HTTP/0.9 no status at all, and
     * 300 is as good as 200: what is past it is a redirect or an error, and
     * past 599 nothing that is known
     */

    return (r->headers_out.status <= NGX_HTTP_SPECIAL_RESPONSE
            || r->headers_out.status > 599)
           && r->headers_out.status != NGX_HTTP_NO_CONTENT
           && r->headers_out.content_length_n != 0;
}


ngx_int_t
ngx_http_patron_wall_own(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf, ngx_http_patron_state_t *st,
    ngx_uint_t *closed)
{
    ngx_str_t       text;
    patron_level_t  level;

    level = st->level;
    ngx_memzero(&st->level, sizeof(patron_level_t));

    if (plcf->access != NULL) {
        if (ngx_http_complex_value(r, plcf->access, &text) != NGX_OK) {
            return NGX_ERROR;
        }

        ngx_http_patron_combine(st, &text);
    }

    if (plcf->access_header.len
        && ngx_http_patron_header_levels(r, st, &r->headers_out.headers,
                                         &plcf->access_header, 1)
           != NGX_OK)
    {
        return NGX_ERROR;
    }

    *closed = (ngx_http_patron_decision(st, &st->level)
               == NGX_HTTP_PATRON_WALL);

    st->level = level;

    return NGX_OK;
}


ngx_int_t
ngx_http_patron_wall_subrequest(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf)
{
    ngx_uint_t                closed;
    ngx_http_patron_state_t  *st;

    st = ngx_http_patron_state_create(r);

    if (st == NULL
        || ngx_http_patron_wall_own(r, plcf, st, &closed) != NGX_OK)
    {
        return NGX_ERROR;
    }

    if (!closed || !ngx_http_patron_wall_protects(r) || plcf->dry_run) {
        return NGX_OK;
    }

    ngx_log_error(NGX_LOG_INFO, r->connection->log, 0,
                  "patron: subrequest \"%V\" left out: the reader "
                  "may not see it", &r->uri);

    return NGX_DECLINED;
}


ngx_int_t
ngx_http_patron_wall_rules(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf, ngx_str_t *html, uint64_t *active,
    uint64_t *variant)
{
    uint64_t  hash;

    if (ngx_http_patron_template_render(r, &plcf->wall->tmpl, html, &hash)
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    *active |= plcf->strip_rules
               | (uint64_t) 1 << plcf->cut_rule
               | (uint64_t) 1 << plcf->end_rule;

    *variant = ngx_http_patron_hash_mix(*variant, hash);
    *variant = ngx_http_patron_hash_mix(*variant, plcf->wall->keep + 1);
    *variant = ngx_http_patron_hash_str(*variant, &plcf->wall->selector);

    return NGX_OK;
}


void
ngx_http_patron_wall_refused(ngx_http_request_t *r,
    ngx_http_patron_state_t *st, const char *why)
{
    st->decision = NGX_HTTP_PATRON_DENY;
    st->denied = 1;
    st->reason = why;

    /* what is sent in its place is another matter */
    ngx_memzero(&st->level, sizeof(patron_level_t));
    st->error_page = 0;
    st->shown = 0;
    st->placed = 0;

    ngx_http_patron_zone_count(ngx_http_patron_request_zone(r),
                               NGX_HTTP_PATRON_C_WALL_REFUSED);

    ngx_log_error(NGX_LOG_INFO, r->connection->log, 0,
                  "patron: walled response refused: %s", why);
}


static ngx_http_patron_decision_e
ngx_http_patron_decision(ngx_http_patron_state_t *st, patron_level_t *level)
{
    patron_reader_t         reader;
    patron_level_verdict_e  verdict;

    if (level->type == PATRON_LEVEL_FREE) {
        return NGX_HTTP_PATRON_FREE;
    }

    ngx_http_patron_reader(st, &reader);
    verdict = patron_level_check(level, &reader);

    if (verdict == PATRON_LEVEL_OPEN) {
        return NGX_HTTP_PATRON_FULL;
    }

    if (st->open) {
        return NGX_HTTP_PATRON_OPEN;
    }

    if (st->bypass) {
        return NGX_HTTP_PATRON_BYPASS;
    }

    if (st->gift) {
        return NGX_HTTP_PATRON_GIFT;
    }

    if (verdict == PATRON_LEVEL_METER && st->metered) {
        return NGX_HTTP_PATRON_METER;
    }

    return NGX_HTTP_PATRON_WALL;
}


/* Why the decision is what it is, where the reader's state does not say. */

static void
ngx_http_patron_explain(ngx_http_patron_state_t *st)
{
    switch (st->decision) {

    case NGX_HTTP_PATRON_METER:
        st->reason = st->meter->reason;
        break;

    case NGX_HTTP_PATRON_WALL:
        if (st->level.type == PATRON_LEVEL_METERED) {
            if (st->meter != NULL) {
                st->reason = st->meter->reason;
            }

        } else if (st->state == PATRON_STATE_PATRON && st->identified) {
            st->reason = "not of the tiers it is for";
        }

        break;

    case NGX_HTTP_PATRON_GIFT:
        st->reason = "gift link";
        break;

    case NGX_HTTP_PATRON_BYPASS:
        st->reason = "bypassed";
        break;

    case NGX_HTTP_PATRON_OPEN:
        st->reason = "walls are open";
        break;

    default:
        break;
    }
}


static void
ngx_http_patron_reader(ngx_http_patron_state_t *st, patron_reader_t *reader)
{
    reader->state = st->identified ? st->state : PATRON_STATE_GUEST;
    reader->sub.len = st->id.len;
    reader->sub.data = st->id.data;
    reader->tier.len = st->tier.len;
    reader->tier.data = st->tier.data;
    reader->name.len = st->name.len;
    reader->name.data = st->name.data;
}


/* text must live as long as the request. */

static void
ngx_http_patron_combine(ngx_http_patron_state_t *st, ngx_str_t *text)
{
    patron_str_t    s;
    patron_level_t  level;

    s.data = text->data;
    s.len = text->len;

    patron_level_parse(&level, &s);
    patron_level_combine(&st->level, &level);
}


static ngx_int_t
ngx_http_patron_combine_copy(ngx_http_request_t *r,
    ngx_http_patron_state_t *st, ngx_str_t *text)
{
    ngx_str_t  copy;

    copy.len = text->len;
    copy.data = ngx_pstrdup(r->pool, text);

    if (copy.data == NULL) {
        return NGX_ERROR;
    }

    ngx_http_patron_combine(st, &copy);

    return NGX_OK;
}


/* Every line of that name counts. */

static ngx_int_t
ngx_http_patron_header_levels(ngx_http_request_t *r,
    ngx_http_patron_state_t *st, ngx_list_t *headers, ngx_str_t *name,
    ngx_uint_t hide)
{
    ngx_table_elt_t         *h;
    ngx_http_patron_walk_t   walk;

    ngx_http_patron_walk(&walk, headers);

    while ((h = ngx_http_patron_walk_next(&walk)) != NULL) {

        if (!ngx_http_patron_header_is(h, name)) {
            continue;
        }

        if (ngx_http_patron_combine_copy(r, st, &h->value) != NGX_OK) {
            return NGX_ERROR;
        }

        if (hide) {
            h->hash = 0;
        }
    }

    return NGX_OK;
}


static ngx_int_t
ngx_http_patron_any(ngx_http_request_t *r, ngx_array_t *values,
    ngx_uint_t *set)
{
    ngx_str_t                  text;
    ngx_uint_t                 i;
    ngx_http_complex_value_t  *cv;

    *set = 0;

    if (values == NULL) {
        return NGX_OK;
    }

    cv = values->elts;

    for (i = 0; i < values->nelts; i++) {

        if (ngx_http_complex_value(r, &cv[i], &text) != NGX_OK) {
            return NGX_ERROR;
        }

        if (text.len && !(text.len == 1 && text.data[0] == '0')) {
            *set = 1;
            return NGX_OK;
        }
    }

    return NGX_OK;
}
