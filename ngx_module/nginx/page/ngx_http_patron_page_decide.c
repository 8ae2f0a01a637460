
/*
 * See the header.  What is decided here, and in this order: is there a body;
 * is its level known, or does the page's head have to be read; may the reader
 * see it; can it be cut.  What may not be seen and cannot be cut is refused.
 *
 * A level holds under every status, with two exceptions.  A redirect has its
 * say in its headers and loses its body.  An error page whose level comes from
 * the location alone is looked through: with a match for the wall it is an
 * article, and without one it passes.
 *
 * What is no page gets no banner, and its headers say nothing of one: where
 * that is not known, they wait for its first bytes.
 */


#include "ngx_http_patron_crawl_types.h"
#include "ngx_http_patron_crawler_terms.h"
#include "ngx_http_patron_headers.h"
#include "ngx_http_patron_keep.h"
#include "ngx_http_patron_media.h"
#include "ngx_http_patron_page.h"
#include "ngx_http_patron_page_decide.h"
#include "ngx_http_patron_page_dry.h"
#include "ngx_http_patron_page_header.h"
#include "ngx_http_patron_page_items.h"
#include "ngx_http_patron_page_leak.h"
#include "ngx_http_patron_page_told.h"
#include "ngx_http_patron_response.h"
#include "ngx_http_patron_wall.h"
#include "ngx_http_patron_wall_choice.h"
#include "ngx_http_patron_words.h"


static ngx_int_t ngx_http_patron_feed_header(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf, ngx_http_patron_state_t *st);
static ngx_int_t ngx_http_patron_walled_header(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf, ngx_http_patron_state_t *st,
    ngx_uint_t page, ngx_http_patron_wall_t **wall);
static ngx_int_t ngx_http_patron_told_header(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf, ngx_http_patron_state_t *st,
    ngx_uint_t page);
static ngx_int_t ngx_http_patron_closed_header(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf, ngx_http_patron_state_t *st,
    ngx_uint_t page, ngx_http_patron_wall_t **wall);
static ngx_int_t ngx_http_patron_error_header(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf, ngx_http_patron_state_t *st);
static ngx_int_t ngx_http_patron_held_header(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *rules, ngx_http_patron_state_t *st,
    ngx_uint_t probe, ngx_http_patron_wall_t *wall);
static ngx_int_t ngx_http_patron_replacement_header(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf, ngx_http_patron_state_t *st,
    ngx_uint_t page);
static ngx_uint_t ngx_http_patron_is_redirect(ngx_http_request_t *r);
static ngx_int_t ngx_http_patron_refuse(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf, ngx_http_patron_state_t *st,
    const char *why);
static ngx_int_t ngx_http_patron_refuse_prefetch(ngx_http_request_t *r,
    ngx_http_patron_state_t *st);


ngx_int_t
ngx_http_patron_page_decide(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf, ngx_http_patron_state_t *st)
{
    ngx_int_t                rc;
    ngx_uint_t               page;
    ngx_http_patron_wall_t  *wall;

    wall = NULL;

    if (plcf->feed != NULL && plcf->enable && !st->replaced) {
        rc = ngx_http_patron_feed_header(r, plcf, st);

        if (rc != NGX_DECLINED) {
            return rc;
        }
    }

    page = ngx_http_patron_is_page(r, plcf);

    if (st->replaced) {
        rc = ngx_http_patron_replacement_header(r, plcf, st, page);

        if (rc != NGX_OK) {
            return rc;
        }

    } else if (ngx_http_patron_wall_applies(plcf, st)) {
        rc = ngx_http_patron_walled_header(r, plcf, st, page, &wall);

        if (rc != NGX_OK) {
            return rc;
        }
    }

    if (st->response == NGX_HTTP_PATRON_RESPONSE_EMPTIED) {
        return NGX_OK;
    }

    st->response = NGX_HTTP_PATRON_RESPONSE_PASSING;

    if (ngx_http_patron_is_dry(plcf, st)
        || !page
        || (wall == NULL
            && (r->headers_out.status != NGX_HTTP_OK || plcf->rules == NULL)))
    {
        return ngx_http_patron_plain_header(r, plcf, st);
    }

    rc = ngx_http_patron_page_header(r, plcf, st, plcf, wall);

    if (rc == NGX_DECLINED) {
        return ngx_http_patron_refuse_prefetch(r, st);
    }

    if (rc == NGX_DONE) {
        st->page = NULL;
        return NGX_OK;
    }

    return rc;
}


/* The headers of a feed; NGX_DECLINED where it is none. */

static ngx_int_t
ngx_http_patron_feed_header(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf, ngx_http_patron_state_t *st)
{
    ngx_int_t    rc;
    const char  *why;

    rc = ngx_http_patron_items_decide(r, plcf, st, &why);

    switch (rc) {

    case NGX_OK:
        st->response = NGX_HTTP_PATRON_RESPONSE_PASSING;
        rc = ngx_http_patron_edited_header(r, plcf, st, st->page);

        if (rc != NGX_DONE) {
            return rc;
        }

        st->page = NULL;

        return NGX_OK;

    case NGX_DONE:
        st->response = NGX_HTTP_PATRON_RESPONSE_PASSING;
        return ngx_http_patron_plain_header(r, plcf, st);

    case NGX_ABORT:
        return ngx_http_patron_refuse(r, plcf, st, why);

    case NGX_BUSY:
        return ngx_http_patron_refuse_prefetch(r, st);

    default:
        return rc;
    }
}


/*
 * The decision.  NGX_OK: go on, with wall set where the page is to be cut;
 * NGX_AGAIN: the headers wait for what the page says; else what to return.
 */

static ngx_int_t
ngx_http_patron_walled_header(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf, ngx_http_patron_state_t *st,
    ngx_uint_t page, ngx_http_patron_wall_t **wall)
{
    ngx_uint_t                   dry, undecided;
    patron_decision_e            decision;
    ngx_http_patron_loc_conf_t  *meta;

    dry = ngx_http_patron_is_dry(plcf, st);

    if (ngx_http_patron_wall_header(r, plcf, st) != NGX_OK) {
        return NGX_ERROR;
    }

    if (!ngx_http_patron_wall_protects(r)) {
        ngx_http_patron_wall_free(st);
        return NGX_OK;
    }

    if (st->feed != NULL && ngx_http_patron_may_be_page(r, plcf) && !dry
        && !ngx_http_patron_wall_by_error(r, st))
    {
        /* it is for what programs ask for, and no article is */
        return ngx_http_patron_refuse(r, plcf, st,
                                      "it is no feed, by a feed's address");
    }

    if (ngx_http_patron_told(r, plcf, st)) {
        return ngx_http_patron_told_header(r, plcf, st, page);
    }

    if (!page || !plcf->enable || plcf->walls == NULL) {
        /* a gift is an article's: of what could not be cut none is made */
        st->giver = NULL;
    }

    meta = ngx_http_patron_words_meta(plcf, st);
    undecided = !dry && ngx_http_patron_wall_undecided(plcf, st);

    if (ngx_http_patron_is_redirect(r) && !dry) {
        decision = ngx_http_patron_wall_verdict(st, &st->level, NULL);

        if (undecided
            || decision == PATRON_DECISION_METER
            || patron_decision_closed(decision))
        {
            ngx_http_patron_wall_free(st);
            ngx_http_clear_content_length(r);
            ngx_http_clear_accept_ranges(r);
            r->headers_out.content_length_n = 0;
            st->response = NGX_HTTP_PATRON_RESPONSE_EMPTIED;

            return NGX_OK;
        }
    }

    if (meta != NULL && !page && !dry
        && ngx_http_patron_may_be_page(r, plcf))
    {
        if (undecided) {
            return ngx_http_patron_refuse(r, plcf, st,
                                          "its head cannot be read");
        }

        st->unread = 1;
    }

    if (meta != NULL && meta != plcf && !undecided) {
        /* nobody reads it here for who may have it all */
        st->unread = 1;
    }

    if (undecided && page && r->method != NGX_HTTP_HEAD) {
        return ngx_http_patron_held_header(r, meta, st,
                                           NGX_HTTP_PATRON_PROBE_META, NULL);
    }

    if (page && !dry && ngx_http_patron_wall_by_error(r, st)) {
        decision = ngx_http_patron_wall_verdict(st, &st->level, NULL);

        if (decision == PATRON_DECISION_METER
            || patron_decision_closed(decision))
        {
            return ngx_http_patron_error_header(r, plcf, st);
        }
    }

    if (ngx_http_patron_wall_check_gift(r, plcf, st) != NGX_OK) {
        return NGX_ERROR;
    }

    decision = ngx_http_patron_wall_decide(r, st);

    if (dry) {
        return ngx_http_patron_dry_header(r, plcf, st, page,
                                          ngx_http_patron_is_redirect(r));
    }

    if (decision == PATRON_DECISION_DENY) {
        return ngx_http_patron_refuse_prefetch(r, st);
    }

    return decision == PATRON_DECISION_WALL
           ? ngx_http_patron_closed_header(r, plcf, st, page, wall) : NGX_OK;
}


/* The answer of an application that was told what to send. */

static ngx_int_t
ngx_http_patron_told_header(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf, ngx_http_patron_state_t *st,
    ngx_uint_t page)
{
    if (ngx_http_patron_is_redirect(r)
        || ngx_http_patron_wall_by_error(r, st))
    {
        ngx_http_patron_wall_free(st);
        return NGX_OK;
    }

    if (page && r->method != NGX_HTTP_HEAD && plcf->access_meta
        && ngx_http_patron_wall_undecided(plcf, st))
    {
        return ngx_http_patron_held_header(r, plcf, st,
                                           NGX_HTTP_PATRON_PROBE_META, NULL);
    }

    st->unread = (plcf->access_meta && !page
                  && ngx_http_patron_may_be_page(r, plcf));

    return ngx_http_patron_told_decide(r, plcf, st) == NGX_DECLINED
           ? ngx_http_patron_refuse(r, plcf, st, "it was cached for others")
           : NGX_OK;
}


static ngx_int_t
ngx_http_patron_closed_header(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf, ngx_http_patron_state_t *st,
    ngx_uint_t page, ngx_http_patron_wall_t **wall)
{
    ngx_int_t  rc;

    if (st->crawl != NULL) {

        if (ngx_http_patron_crawler_closed(r, plcf, st) != NGX_OK) {
            return NGX_ERROR;
        }

        return ngx_http_patron_refuse(r, plcf, st, st->crawl->why
                                      ? st->crawl->why : "not of its level");
    }

    if (!page) {
        return ngx_http_patron_refuse(r, plcf, st, "it cannot be cut");
    }

    if (!plcf->enable || plcf->walls == NULL) {
        return ngx_http_patron_refuse(r, plcf, st, "no patron_wall");
    }

    if (ngx_http_patron_page_leaks(r, plcf)) {
        return ngx_http_patron_refuse(r, plcf, st,
                                      "its text stands elsewhere in it");
    }

    rc = ngx_http_patron_wall_choose(r, plcf, st, wall);

    return rc == NGX_DECLINED
           ? ngx_http_patron_refuse(r, plcf, st, "no patron_wall fits") : rc;
}


/* An error page, by whose location alone there is a level. */

static ngx_int_t
ngx_http_patron_error_header(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf, ngx_http_patron_state_t *st)
{
    ngx_int_t                    rc;
    ngx_http_patron_wall_t      *wall;
    ngx_http_patron_loc_conf_t  *rules;

    rules = plcf;

    if ((!plcf->enable || plcf->walls == NULL) && st->location != NULL) {
        rules = st->location;
    }

    rc = ngx_http_patron_wall_choose(r, rules, st, &wall);

    if (rc == NGX_ERROR) {
        return NGX_ERROR;
    }

    if (rc == NGX_DECLINED) {

        if (r->err_status == 0
            && ngx_http_patron_wall_verdict(st, &st->level, NULL)
               == PATRON_DECISION_WALL)
        {
            /* not one of nginx's own, and nothing to look for in it */

            ngx_http_patron_wall_decide(r, st);
            return ngx_http_patron_refuse(r, plcf, st, "no patron_wall fits");
        }

        ngx_http_patron_wall_free(st);
        return NGX_OK;
    }

    if (r->method == NGX_HTTP_HEAD) {
        ngx_http_patron_wall_free(st);
        return NGX_OK;
    }

    return ngx_http_patron_held_header(r, rules, st,
                                       NGX_HTTP_PATRON_PROBE_MATCH, wall);
}


/* It waits for what the page says.  NGX_AGAIN or NGX_ERROR. */

static ngx_int_t
ngx_http_patron_held_header(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *rules, ngx_http_patron_state_t *st,
    ngx_uint_t probe, ngx_http_patron_wall_t *wall)
{
    if (ngx_http_patron_page_create(r, rules, st, probe, wall) != NGX_OK) {
        return NGX_ERROR;
    }

    st->response = NGX_HTTP_PATRON_RESPONSE_HELD;

    return NGX_AGAIN;
}


/*
 * What stands in the place of a refusal passes, but for a level that it states
 * itself, in the words of the location that refused.  A cache is told that
 * others get something else by the same address.
 */

static ngx_int_t
ngx_http_patron_replacement_header(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf, ngx_http_patron_state_t *st,
    ngx_uint_t page)
{
    if (st->location != NULL) {
        plcf = st->location;
    }

    if (ngx_http_patron_keep(r, plcf, st, 1) != NGX_OK) {
        return NGX_ERROR;
    }

    if (st->location == NULL || !st->redirected) {
        return NGX_OK;
    }

    if (ngx_http_patron_wall_header(r, plcf, st) != NGX_OK) {
        return NGX_ERROR;
    }

    if (!ngx_http_patron_wall_protects(r)) {
        return NGX_OK;
    }

    if (ngx_http_patron_wall_verdict(st, &st->level, NULL)
        == PATRON_DECISION_WALL)
    {
        return ngx_http_patron_refuse(r, plcf, st,
                                      "so is what was to replace it");
    }

    if (page && r->method != NGX_HTTP_HEAD
        && ngx_http_patron_wall_undecided(plcf, st))
    {
        return ngx_http_patron_held_header(r,
                                           ngx_http_patron_words_meta(plcf, st),
                                           st, NGX_HTTP_PATRON_PROBE_META,
                                           NULL);
    }

    return NGX_OK;
}


static ngx_uint_t
ngx_http_patron_is_redirect(ngx_http_request_t *r)
{
    static ngx_str_t  location = ngx_string("Location");

    if (r->headers_out.status < NGX_HTTP_SPECIAL_RESPONSE
        || r->headers_out.status >= NGX_HTTP_BAD_REQUEST)
    {
        return 0;
    }

    return r->headers_out.location != NULL
           || ngx_http_patron_find_header(&r->headers_out.headers, &location)
              != NULL;
}


static ngx_int_t
ngx_http_patron_refuse(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf, ngx_http_patron_state_t *st,
    const char *why)
{
    ngx_uint_t  code;

    /* where nothing is set up the location that stated the level has its say */

    code = (!plcf->enable && st->location != NULL) ? st->location->wall_code
                                                   : plcf->wall_code;

    ngx_http_patron_wall_refused(r, st, why);

    return ngx_http_patron_response_refuse(r, st, code);
}


/* The browser asks again when the page is wanted. */

static ngx_int_t
ngx_http_patron_refuse_prefetch(ngx_http_request_t *r,
    ngx_http_patron_state_t *st)
{
    st->bare = 1;

    return ngx_http_patron_response_refuse(r, st,
                                           NGX_HTTP_SERVICE_UNAVAILABLE);
}
