
/*
 * The decision about walled content.  Levels come from three places: the
 * location (access phase), a header of the response, a <meta> of the page; the
 * strictest stands.  A reader without a verdict is a guest.  A wall fails
 * closed: what cannot be cut is refused.
 */


#include "ngx_http_patron_conf_read.h"
#include "ngx_http_patron_crawl_types.h"
#include "ngx_http_patron_headers.h"
#include "ngx_http_patron_meter.h"
#include "ngx_http_patron_prefetch.h"
#include "ngx_http_patron_reader.h"
#include "ngx_http_patron_stats.h"
#include "ngx_http_patron_str.h"
#include "ngx_http_patron_switches.h"
#include "ngx_http_patron_wall.h"
#include "ngx_http_patron_words.h"
#include "ngx_http_patron_zone.h"


static ngx_int_t ngx_http_patron_wall_own(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf, ngx_http_patron_state_t *st,
    patron_level_t *stated, ngx_uint_t *closed, ngx_uint_t *undecided,
    ngx_uint_t *free);
static ngx_uint_t ngx_http_patron_wall_to_be_stated(
    ngx_http_patron_loc_conf_t *plcf);
static ngx_uint_t ngx_http_patron_wall_metered(
    ngx_http_patron_loc_conf_t *plcf, ngx_http_patron_state_t *st);
static const char *ngx_http_patron_wall_crawler(ngx_http_patron_state_t *st,
    patron_level_t *level);
static ngx_int_t ngx_http_patron_combine_access(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf, ngx_http_patron_state_t *st);
static ngx_int_t ngx_http_patron_combine_headers(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf, ngx_http_patron_state_t *st,
    ngx_uint_t hide);
static ngx_int_t ngx_http_patron_combine_stated(ngx_http_request_t *r,
    ngx_http_patron_state_t *st, ngx_list_t *headers, ngx_str_t *name,
    ngx_uint_t hide);
static void ngx_http_patron_combine_missing(ngx_http_patron_state_t *st,
    ngx_http_patron_loc_conf_t *plcf);


ngx_int_t
ngx_http_patron_wall_access(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf, ngx_http_patron_state_t *st)
{
    ngx_int_t  rc;

    st->entered = NULL;

    if (st->refusal != NULL) {
        /* what stands in the place of a refusal has its location's blessing */
        return NGX_OK;
    }

    if (ngx_http_patron_combine_access(r, plcf, st) != NGX_OK
        || ngx_http_patron_wall_redirected(r, st, plcf) != NGX_OK
        || ngx_http_patron_words_add(r, plcf, st) != NGX_OK)
    {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    rc = ngx_http_patron_is_one_set(r, plcf->bypass);

    if (rc == NGX_ERROR) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    st->bypass = (rc == NGX_OK);

    st->open = plcf->walls_open
               || (plcf->redis != NULL
                   && (ngx_http_patron_switches(plcf->redis,
                                           ngx_http_patron_request_zone(r))
                       & NGX_HTTP_PATRON_WALLS_OPEN));

    return (!st->explained && ngx_http_patron_wall_metered(plcf, st))
           ? ngx_http_patron_meter_access(r, plcf, st,
                                    ngx_http_patron_wall_to_be_stated(plcf))
           : NGX_OK;
}


ngx_int_t
ngx_http_patron_wall_left(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf, ngx_http_patron_state_t *st)
{
    ngx_http_patron_loc_conf_t  *left;

    left = st->entered;

    if (left == NULL || left == plcf) {
        return NGX_OK;
    }

    st->entered = NULL;

    if (st->refusal != NULL) {
        return NGX_OK;
    }

    return ngx_http_patron_combine_access(r, left, st) == NGX_OK
           ? ngx_http_patron_words_add(r, left, st) : NGX_ERROR;
}


/* Is an application told, that has yet to state the level? */

static ngx_uint_t
ngx_http_patron_wall_to_be_stated(ngx_http_patron_loc_conf_t *plcf)
{
    return plcf->enable
           && plcf->told
           && (plcf->access_header.len || plcf->access_meta);
}


/*
 * After X-Accel-Redirect: the answer that redirected stated the level, and no
 * filter has seen it.
 */

ngx_int_t
ngx_http_patron_wall_redirected(ngx_http_request_t *r,
    ngx_http_patron_state_t *st, ngx_http_patron_loc_conf_t *plcf)
{
    ngx_int_t                    rc;
    ngx_list_t                  *headers;
    ngx_uint_t                   i;
    ngx_http_upstream_t         *u;
    ngx_http_patron_loc_conf_t  *by;

    u = r->upstream;

    if (!r->internal || u == NULL
        || u->headers_in.x_accel_redirect == NULL)
    {
        return NGX_OK;
    }

    headers = &u->headers_in.headers;

    if (plcf != NULL
        && ngx_http_patron_combine_stated(r, st, headers,
                                          &plcf->access_header, 0)
           == NGX_ERROR)
    {
        return NGX_ERROR;
    }

    /* in the words of the location that was asked, and those before it */

    if (st->location == NULL) {
        return NGX_OK;
    }

    for (i = 0; (by = ngx_http_patron_words(st->location, st, i)) != NULL; i++)
    {
        if (ngx_http_patron_words_again(st->location, st, i)) {
            continue;
        }

        rc = ngx_http_patron_combine_stated(r, st, headers,
                                            &by->access_header, 0);

        if (rc == NGX_ERROR) {
            return NGX_ERROR;
        }

        if (rc == NGX_DECLINED) {
            ngx_http_patron_combine_missing(st, by);
        }
    }

    return NGX_OK;
}


/* Is it for the meter to say whether the reader gets it? */

static ngx_uint_t
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
           && st->crawl == NULL
           && ngx_http_patron_wall_verdict(st, &level, NULL)
              == PATRON_DECISION_WALL;
}


ngx_uint_t
ngx_http_patron_wall_may_stand(ngx_http_patron_loc_conf_t *plcf,
    ngx_http_patron_state_t *st)
{
    patron_level_t  level;

    level = st->level;

    if (level.type < PATRON_LEVEL_MEMBERS
        && (plcf->access_header.len || plcf->access_meta
            || plcf->feed_levels))
    {
        level.type = PATRON_LEVEL_MEMBERS;
    }

    return patron_decision_closed(ngx_http_patron_wall_verdict(st, &level,
                                                               NULL));
}


ngx_uint_t
ngx_http_patron_wall_ahead(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf, ngx_http_patron_state_t *st)
{
    const char  *why;

    /* an article may be for members yet, and an error page costs nothing */

    if (st->meter == NULL
        || st->meter->outcome != NGX_HTTP_PATRON_METER_PREFETCH
        || st->refusal != NULL
        || plcf->dry_run
        || plcf->access_header.len
        || plcf->access_meta
        || r->err_status != 0
        || ngx_http_patron_wall_verdict(st, &st->level, &why)
           != PATRON_DECISION_DENY)
    {
        return 0;
    }

    ngx_http_patron_prefetch_refused(st, why);
    st->bare = 1;

    return 1;
}


patron_decision_e
ngx_http_patron_wall_forecast(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf, ngx_http_patron_state_t *st,
    const char **reason)
{
    ngx_uint_t         stated;
    patron_level_t     level;
    patron_decision_e  decision;

    if (st->refused != NULL) {
        *reason = st->refused;
        return PATRON_DECISION_DENY;
    }

    if (st->decided) {
        *reason = st->decision_reason;
        return st->decision;
    }

    if (!ngx_http_patron_wall_applies(plcf, st)) {
        *reason = st->reason;
        return st->decision;
    }

    level = st->level;
    stated = st->stated;

    if (r->headers_out.status != 0
        && ngx_http_patron_combine_headers(r, plcf, st, 0) != NGX_OK)
    {
        *reason = "no memory";
        return PATRON_DECISION_WALL;
    }

    decision = ngx_http_patron_wall_verdict(st, &st->level, reason);

    st->level = level;
    st->stated = stated;

    if (r->headers_out.status == 0
        && ngx_http_patron_wall_to_be_stated(plcf)
        && !st->open && !st->bypass
        && decision != PATRON_DECISION_WALL)
    {
        /* a stricter level closes what is closed, and may close the rest */

        st->untold = 1;
        *reason = "the level is not known yet";
        return PATRON_DECISION_UNKNOWN;
    }

    return decision;
}


ngx_uint_t
ngx_http_patron_wall_applies(ngx_http_patron_loc_conf_t *plcf,
    ngx_http_patron_state_t *st)
{
    return (plcf->enable && plcf->walled)
           || st->level.type != PATRON_LEVEL_FREE
           || ngx_http_patron_words_before(plcf, st);
}


ngx_int_t
ngx_http_patron_wall_header(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf, ngx_http_patron_state_t *st)
{
    return ngx_http_patron_combine_headers(r, plcf, st, 1);
}


/*
 * What the response states in its headers, in the words of each location on
 * its way; of several that name one header the last has its say.
 */

static ngx_int_t
ngx_http_patron_combine_headers(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf, ngx_http_patron_state_t *st,
    ngx_uint_t hide)
{
    ngx_int_t                    here, above;
    ngx_str_t                   *name;
    ngx_uint_t                   i;
    ngx_http_patron_loc_conf_t  *by;

    /*
     * the access phase was not ours, or its variables may have been set since,
     * by Lua or by what has answered
     */

    if (plcf->enable && plcf->access != NULL && !st->replaced
        && (st->location != plcf || plcf->access->lengths != NULL)
        && ngx_http_patron_combine_access(r, plcf, st) != NGX_OK)
    {
        return NGX_ERROR;
    }

    for (i = 0; (by = ngx_http_patron_words(plcf, st, i)) != NULL; i++) {

        name = &by->access_header;
        above = NGX_DECLINED;

        if (name->len == 0 || ngx_http_patron_words_again(plcf, st, i)) {
            continue;
        }

        if (r->upstream != NULL
            && !st->replaced
            && r->upstream->headers_in.headers.part.elts != NULL)
        {
            above = ngx_http_patron_combine_stated(r, st,
                                             &r->upstream->headers_in.headers,
                                             name, 0);
        }

        here = ngx_http_patron_combine_stated(r, st, &r->headers_out.headers,
                                              name, hide);

        if (above == NGX_ERROR || here == NGX_ERROR) {
            return NGX_ERROR;
        }

        if (above == NGX_DECLINED && here == NGX_DECLINED && !st->replaced) {
            ngx_http_patron_combine_missing(st, by);
        }
    }

    return NGX_OK;
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

    if (level.type != PATRON_LEVEL_FREE) {
        st->stated = 1;
    }

    return NGX_OK;
}


ngx_uint_t
ngx_http_patron_wall_undecided(ngx_http_patron_loc_conf_t *plcf,
    ngx_http_patron_state_t *st)
{
    patron_level_t   level, strictest;
    patron_str_t     members = patron_string("members");

    if (ngx_http_patron_words_meta(plcf, st) == NULL) {
        return 0;
    }

    /* whoever may read "members" loses nothing by what a page can state */

    level = st->level;
    patron_level_parse(&strictest, &members);
    patron_level_combine(&level, &strictest);

    return ngx_http_patron_wall_verdict(st, &level, NULL)
           == PATRON_DECISION_WALL
           && ngx_http_patron_wall_verdict(st, &st->level, NULL)
              != PATRON_DECISION_WALL;
}


ngx_uint_t
ngx_http_patron_wall_by_error(ngx_http_request_t *r,
    ngx_http_patron_state_t *st)
{
    return r->headers_out.status >= NGX_HTTP_BAD_REQUEST
           && r->headers_out.status <= 599
           && !st->stated;
}


patron_decision_e
ngx_http_patron_wall_decide(ngx_http_request_t *r,
    ngx_http_patron_state_t *st)
{
    ngx_http_patron_zone_t  *zone;
    patron_decision_e        decision;

    decision = ngx_http_patron_wall_verdict(st, &st->level,
                                            &st->decision_reason);

    st->decision = decision;
    st->decided = 1;

    ngx_http_patron_meter_decided(st);

    zone = ngx_http_patron_request_zone(r);

    ngx_http_patron_stats_decision(r, st, decision);

    switch (decision) {

    case PATRON_DECISION_WALL:
        ngx_http_patron_zone_count(zone, NGX_HTTP_PATRON_C_WALLED);
        break;

    case PATRON_DECISION_METER:
        ngx_http_patron_zone_count(zone, NGX_HTTP_PATRON_C_METERED);
        break;

    case PATRON_DECISION_GIFT:
        ngx_http_patron_zone_count(zone, NGX_HTTP_PATRON_C_GIFTED);
        break;

    case PATRON_DECISION_BYPASS:
        ngx_http_patron_zone_count(zone, NGX_HTTP_PATRON_C_BYPASSED);
        break;

    case PATRON_DECISION_DENY:
        ngx_http_patron_prefetch_refused(st, st->decision_reason);
        break;

    default:
        break;
    }

    return decision;
}


void
ngx_http_patron_wall_free(ngx_http_patron_state_t *st)
{
    st->decision = PATRON_DECISION_FREE;
    st->decision_reason = st->reason;
    st->decided = 1;

    ngx_http_patron_meter_decided(st);
}


ngx_uint_t
ngx_http_patron_wall_protects(ngx_http_request_t *r)
{
    return r->headers_out.status != NGX_HTTP_NO_CONTENT
           && r->headers_out.status != NGX_HTTP_NOT_MODIFIED
           && r->headers_out.content_length_n != 0;
}


/*
 * Closed tells whether this reader may not see a subrequest by the levels that
 * are stated there, undecided whether its head could state one that closes it,
 * free that there is none.  Those of the main request are left as they are.
 */

static ngx_int_t
ngx_http_patron_wall_own(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf, ngx_http_patron_state_t *st,
    patron_level_t *stated, ngx_uint_t *closed, ngx_uint_t *undecided,
    ngx_uint_t *free)
{
    ngx_int_t       rc;
    ngx_uint_t      was_stated;
    patron_level_t  level;

    level = st->level;
    was_stated = st->stated;
    ngx_memzero(&st->level, sizeof(patron_level_t));

    if (stated != NULL) {
        patron_level_combine(&st->level, stated);
    }

    if (ngx_http_patron_combine_access(r, plcf, st) != NGX_OK) {
        return NGX_ERROR;
    }

    rc = ngx_http_patron_combine_stated(r, st, &r->headers_out.headers,
                                        &plcf->access_header, 1);

    if (rc == NGX_ERROR) {
        return NGX_ERROR;
    }

    if (rc == NGX_DECLINED) {
        ngx_http_patron_combine_missing(st, plcf);
    }

    *closed = patron_decision_closed(ngx_http_patron_wall_verdict(st,
                                                                  &st->level,
                                                                  NULL));
    *undecided = plcf->access_meta && ngx_http_patron_wall_undecided(plcf, st);
    *free = (st->level.type == PATRON_LEVEL_FREE && !plcf->access_meta);

    st->level = level;
    st->stated = was_stated;

    return NGX_OK;
}


ngx_int_t
ngx_http_patron_wall_subrequest(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf, patron_level_t *stated,
    ngx_uint_t *free)
{
    ngx_uint_t                closed, undecided;
    ngx_http_patron_state_t  *st;

    st = ngx_http_patron_state_create(r);

    if (st == NULL
        || ngx_http_patron_wall_own(r, plcf, st, stated, &closed, &undecided,
                                    free)
           != NGX_OK)
    {
        return NGX_ERROR;
    }

    if (!ngx_http_patron_wall_protects(r) || plcf->dry_run) {
        return NGX_OK;
    }

    if (!closed) {
        return undecided ? NGX_AGAIN : NGX_OK;
    }

    ngx_log_error(NGX_LOG_INFO, r->connection->log, 0,
                  "patron: subrequest \"%V\" left out: the reader "
                  "may not see it", &r->uri);

    return NGX_DECLINED;
}


void
ngx_http_patron_wall_refused(ngx_http_request_t *r,
    ngx_http_patron_state_t *st, const char *why)
{
    st->decision = PATRON_DECISION_DENY;
    st->decided = 1;
    st->refused = why;
    st->decision_reason = why;

    ngx_http_patron_zone_count(ngx_http_patron_request_zone(r),
                               NGX_HTTP_PATRON_C_WALL_REFUSED);

    ngx_log_error(NGX_LOG_INFO, r->connection->log, 0,
                  "patron: walled response refused: %s", why);
}


patron_decision_e
ngx_http_patron_wall_verdict(ngx_http_patron_state_t *st,
    patron_level_t *level, const char **reason)
{
    const char               *why;
    patron_reader_t           reader;
    patron_decision_e         decision;
    patron_decision_facts_t   facts;

    if (level->type == PATRON_LEVEL_FREE) {

        if (reason) {
            *reason = st->reason;
        }

        return PATRON_DECISION_FREE;
    }

    ngx_http_patron_state_reader(st, &reader);

    facts.level = level;
    facts.reader = &reader;
    facts.reader_reason = st->reason;
    facts.meter_reason = (st->meter != NULL && !st->device_refused)
                         ? st->meter->reason : NULL;
    facts.metered = st->metered;
    facts.ahead = (st->meter != NULL
                   && st->meter->outcome == NGX_HTTP_PATRON_METER_PREFETCH);
    facts.prefetch = (st->giver != NULL
                      && ngx_http_patron_is_prefetch(st->request));
    facts.crawler_reason = ngx_http_patron_wall_crawler(st, level);
    facts.giver = st->giver;
    facts.bypass = st->bypass;
    facts.open = st->open;

    decision = patron_decide(&facts, &why);

    if (reason) {
        *reason = why;
    }

    return decision;
}


/* Why a crawler may read it, or NULL. */

static const char *
ngx_http_patron_wall_crawler(ngx_http_patron_state_t *st,
    patron_level_t *level)
{
    ngx_http_patron_crawl_t  *crawl;

    crawl = st->crawl;

    if (crawl == NULL
        || (crawl->price.amount && !crawl->paid)
        || !patron_crawler_reads(level, &crawl->level, crawl->paid))
    {
        return NULL;
    }

    return crawl->paid ? "a crawler that pays" : "a verified crawler";
}


ngx_int_t
ngx_http_patron_wall_stated(ngx_http_request_t *r, ngx_list_t *headers,
    ngx_str_t *name, ngx_uint_t hide, patron_level_t *level)
{
    ngx_int_t                rc;
    patron_str_t             text;
    patron_level_t           line;
    ngx_table_elt_t         *h;
    ngx_http_patron_walk_t   walk;

    ngx_memzero(level, sizeof(patron_level_t));

    if (name->len == 0) {
        return NGX_DECLINED;
    }

    rc = NGX_DECLINED;

    ngx_http_patron_walk(&walk, headers);

    while ((h = ngx_http_patron_walk_named(&walk, name)) != NULL) {

        text.len = h->value.len;
        text.data = ngx_pstrdup(r->pool, &h->value);

        if (text.data == NULL) {
            return NGX_ERROR;
        }

        patron_level_parse(&line, &text);
        patron_level_combine(level, &line);

        if (hide) {
            h->hash = 0;
        }

        rc = NGX_OK;
    }

    return rc;
}


/* The level that the location states. */

static ngx_int_t
ngx_http_patron_combine_access(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf, ngx_http_patron_state_t *st)
{
    ngx_str_t       text;
    patron_str_t    s;
    patron_level_t  level;

    if (plcf->access == NULL) {
        return NGX_OK;
    }

    if (ngx_http_complex_value(r, plcf->access, &text) != NGX_OK) {
        return NGX_ERROR;
    }

    s = ngx_http_patron_pure_str(&text);

    patron_level_parse(&level, &s);
    patron_level_combine(&st->level, &level);

    return NGX_OK;
}


/* NGX_OK; NGX_DECLINED where no such header is there; NGX_ERROR. */

static ngx_int_t
ngx_http_patron_combine_stated(ngx_http_request_t *r,
    ngx_http_patron_state_t *st, ngx_list_t *headers, ngx_str_t *name,
    ngx_uint_t hide)
{
    ngx_int_t       rc;
    patron_level_t  level;

    rc = ngx_http_patron_wall_stated(r, headers, name, hide, &level);

    if (rc == NGX_OK && level.type != PATRON_LEVEL_FREE) {
        patron_level_combine(&st->level, &level);
        st->stated = 1;
    }

    return rc;
}


/* The location's word, not the response's: it is not taken for stated. */

static void
ngx_http_patron_combine_missing(ngx_http_patron_state_t *st,
    ngx_http_patron_loc_conf_t *plcf)
{
    if (plcf->access_missing != NULL) {
        patron_level_combine(&st->level, plcf->access_missing);
    }
}
