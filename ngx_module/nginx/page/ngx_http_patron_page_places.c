
/*
 * See the header.  A place that a page lacks is told at the level "error",
 * since it hurts a site and nothing else shows it; but seldom, and not where
 * the banner is "optional".
 */


#include "ngx_http_patron_banner.h"
#include "ngx_http_patron_once.h"
#include "ngx_http_patron_page_places.h"
#include "ngx_http_patron_stats.h"
#include "ngx_http_patron_str.h"
#include "ngx_http_patron_zone_places.h"


#define NGX_HTTP_PATRON_TELL_CROWDED  3600


static void ngx_http_patron_page_unplaced(ngx_http_patron_page_t *page,
    uint64_t left, const char *why);
static ngx_str_t ngx_http_patron_page_path(ngx_http_request_t *r);


/* A wall has no name but its selector. */

static ngx_str_t  ngx_http_patron_wall_name = ngx_string("patron_wall");
static ngx_str_t  ngx_http_patron_strip_name = ngx_string("patron_strip");
static ngx_str_t  ngx_http_patron_leak_name = ngx_string("patron_leak_check");
static ngx_str_t  ngx_http_patron_leak_comment =
    ngx_string("nothing strips that: let the site leave it out");


void
ngx_http_patron_page_done(ngx_http_patron_page_t *page, uint64_t placed,
    const char *why)
{
    uint64_t                   left;
    ngx_uint_t                 i;
    ngx_http_request_t        *r;
    ngx_http_patron_zone_t    *zone;
    ngx_http_patron_state_t   *st;
    ngx_http_patron_banner_t  *b;

    if (page->done) {
        return;
    }

    page->done = 1;

    placed &= page->banners;
    left = page->banners & ~placed;

    if (left) {
        ngx_http_patron_page_unplaced(page, left, why);
    }

    if (placed == 0) {
        return;
    }

    r = page->request;
    zone = ngx_http_patron_request_zone(r);

    st = ngx_http_patron_state(r);
    st->placed = placed;
    st->placed_by = page->plcf;

    ngx_http_patron_zone_count(zone, NGX_HTTP_PATRON_C_PAGES_EDITED);
    ngx_http_patron_banners_shown(r, st, placed);

    b = page->plcf->banners->elts;

    for (i = 0; i < page->plcf->banners->nelts; i++) {
        if (placed & (uint64_t) 1 << b[i].rule) {
            ngx_http_patron_zone_count(zone, NGX_HTTP_PATRON_C_BANNERS_SHOWN);
            ngx_http_patron_zone_place_found(zone, b[i].place, &b[i].name,
                                             &b[i].selector, ngx_time());
        }
    }
}


static void
ngx_http_patron_page_unplaced(ngx_http_patron_page_t *page, uint64_t left,
    const char *why)
{
    ngx_str_t                  path;
    ngx_uint_t                 i, level, counted;
    const char                *lacks;
    ngx_http_request_t        *r;
    ngx_http_patron_zone_t    *zone;
    ngx_http_patron_banner_t  *b;

    r = page->request;
    zone = ngx_http_patron_request_zone(r);
    path = ngx_http_patron_page_path(r);
    counted = 0;

    b = page->plcf->banners->elts;

    for (i = 0; i < page->plcf->banners->nelts; i++) {

        if (!(left & (uint64_t) 1 << b[i].rule)) {
            continue;
        }

        level = NGX_LOG_INFO;
        lacks = (page->edit != NULL
                 && patron_edit_matched(page->edit)
                    & (uint64_t) 1 << b[i].rule)
                ? "the element that matches cannot hold it"
                : "no element matches";

        if (!b[i].optional) {
            counted = 1;
            ngx_http_patron_stats_count(r, "unplaced", &b[i].name);

            if (ngx_http_patron_zone_place_missed(zone, &b[i].name,
                                                  &b[i].selector, &path,
                                                  ngx_time()))
            {
                level = NGX_LOG_ERR;
            }
        }

        ngx_log_error(level, r->connection->log, 0,
                      "patron: banner \"%V\" found no place in \"%V\": %s, "
                      "its selector is \"%V\"", &b[i].name, &path,
                      why ? why : lacks, &b[i].selector);
    }

    if (counted) {
        ngx_http_patron_zone_count(zone, NGX_HTTP_PATRON_C_NOT_PLACED);
    }
}


void
ngx_http_patron_page_crowded(ngx_http_patron_page_t *page, uint64_t rules)
{
    ngx_str_t                  path;
    ngx_uint_t                 i, level;
    ngx_http_request_t        *r;
    ngx_http_patron_banner_t  *b;

    static time_t              told;

    r = page->request;
    path = ngx_http_patron_page_path(r);

    level = NGX_LOG_INFO;

    if (ngx_time() - told >= NGX_HTTP_PATRON_TELL_CROWDED) {
        told = ngx_time();
        level = NGX_LOG_WARN;
    }

    b = page->plcf->banners->elts;

    for (i = 0; i < page->plcf->banners->nelts; i++) {

        if (!(rules & (uint64_t) 1 << b[i].rule)) {
            continue;
        }

        ngx_http_patron_stats_count(r, "crowded", &b[i].name);

        ngx_log_error(level, r->connection->log, 0,
                      "patron: banner \"%V\" stands at the first of many "
                      "elements in \"%V\" that match its selector \"%V\": "
                      "one that names the page's kind, as in "
                      "\"body.single article\", keeps it out of lists",
                      &b[i].name, &path, &b[i].selector);
    }
}


void
ngx_http_patron_page_wall_found(ngx_http_patron_page_t *page)
{
    ngx_str_t  *name, *selector;

    name = &ngx_http_patron_wall_name;
    selector = &page->cut->selector;

    ngx_http_patron_zone_place_found(
                              ngx_http_patron_request_zone(page->request),
                              ngx_http_patron_zone_place_hash(name, selector),
                              name, selector, ngx_time());
}


void
ngx_http_patron_page_wall_missed(ngx_http_patron_page_t *page,
    ngx_uint_t longer)
{
    ngx_str_t                path, *selector;
    ngx_http_request_t      *r;
    ngx_http_patron_zone_t  *zone;

    r = page->request;
    zone = ngx_http_patron_request_zone(r);
    path = ngx_http_patron_page_path(r);
    selector = &page->cut->selector;

    ngx_http_patron_stats_count(r, "unmatched", selector);

    if (ngx_http_patron_zone_place_missed(zone, &ngx_http_patron_wall_name,
                                          selector, &path, ngx_time()))
    {
        ngx_log_error(NGX_LOG_ERR, r->connection->log, 0,
                      "patron: \"%V\" is %s: no element matches "
                      "\"patron_wall %V\"%s", &path,
                      page->waiting ? "broken off" : "refused", selector,
                      longer ? " within \"patron_wall_buffer\"" : "");
    }
}


void
ngx_http_patron_page_unread(ngx_http_patron_page_t *page, const char *why)
{
    ngx_str_t   path;
    ngx_uint_t  level;

    level = ngx_http_patron_once(&page->plcf->unread_told) ? NGX_LOG_ERR
                                                           : NGX_LOG_INFO;
    path = ngx_http_patron_page_path(page->request);

    ngx_log_error(level, page->request->connection->log, 0,
                  "patron: \"%V\" is %s: it needs a wall, and %s", &path,
                  (page->holding || page->probing) ? "refused" : "broken off",
                  why);
}


void
ngx_http_patron_page_uncut(ngx_http_patron_page_t *page)
{
    ngx_str_t            path, *selector;
    ngx_http_request_t  *r;

    r = page->request;
    path = ngx_http_patron_page_path(r);
    selector = &page->cut->selector;

    ngx_http_patron_state(r)->uncut = 1;

    ngx_http_patron_zone_count(ngx_http_patron_request_zone(r),
                               NGX_HTTP_PATRON_C_UNCUT);
    ngx_http_patron_stats_count(r, "uncut", selector);

    ngx_log_error(NGX_LOG_INFO, r->connection->log, 0,
                  "patron: \"%V\" is walled and passes whole: it is shorter "
                  "than what \"patron_wall %V\" keeps", &path, selector);
}


void
ngx_http_patron_page_hydrated(ngx_http_patron_page_t *page)
{
    ngx_str_t            path;
    ngx_http_request_t  *r;

    static ngx_str_t  selector = ngx_string("hydration");

    r = page->request;
    path = ngx_http_patron_page_path(r);

    if (ngx_http_patron_zone_place_missed(ngx_http_patron_request_zone(r),
                                          &ngx_http_patron_strip_name,
                                          &selector, &path, ngx_time()))
    {
        ngx_log_error(NGX_LOG_ERR, r->connection->log, 0,
                      "patron: \"%V\" is walled, and its application writes "
                      "what was cut again: it has data for that in a script "
                      "or an attribute; add \"patron_strip hydration\", or "
                      "let the application cut", &path);
    }
}


void
ngx_http_patron_page_leaking(ngx_http_patron_page_t *page,
    patron_leak_found_t *found, ngx_uint_t tell)
{
    u_char                  *p;
    ngx_str_t                path, place, strip, help;
    ngx_http_request_t      *r;
    ngx_http_patron_zone_t  *zone;
    u_char                   buf[PATRON_LEAK_STRIP + 64];

    r = page->request;
    zone = ngx_http_patron_request_zone(r);
    path = ngx_http_patron_page_path(r);

    place = ngx_http_patron_nginx_str(patron_leak_place(found->place));

    strip.data = (u_char *) found->strip;
    strip.len = found->len;

    if ((found->place == PATRON_LEAK_SCRIPT
         || found->place == PATRON_LEAK_ATTRIBUTE)
        && (patron_edit_matched(page->edit) & page->plcf->hydration_rules))
    {
        ngx_str_set(&strip, "hydration");
    }

    ngx_http_patron_zone_count(zone, NGX_HTTP_PATRON_C_LEAK);
    ngx_http_patron_stats_count(r, "leak", &place);

    p = ngx_cpymem(buf, place.data, place.len);

    if (strip.len) {
        p = ngx_cpymem(p, ": patron_strip ", sizeof(": patron_strip ") - 1);
        p = ngx_cpymem(p, strip.data, strip.len);
    }

    help.data = buf;
    help.len = p - buf;

    (void) ngx_http_patron_zone_place_missed(zone, &ngx_http_patron_leak_name,
                                             &help, &path, ngx_time());

    if (!tell) {
        return;
    }

    ngx_log_error(NGX_LOG_ERR, r->connection->log, 0,
                  "patron: \"%V\" leaks: %ui of the %ui runs of words that its "
                  "wall cuts stand in it elsewhere, as \"%V\"; %s%V%s",
                  &path, (ngx_uint_t) found->runs, (ngx_uint_t) found->of,
                  &place, strip.len ? "add \"patron_strip " : "",
                  strip.len ? &strip : &ngx_http_patron_leak_comment,
                  strip.len ? ";\"" : "");
}


/* As it was asked for, without the query. */

static ngx_str_t
ngx_http_patron_page_path(ngx_http_request_t *r)
{
    u_char     *query;
    ngx_str_t   path;

    path = r->main->unparsed_uri;

    query = ngx_strlchr(path.data, path.data + path.len, '?');

    if (query != NULL) {
        path.len = query - path.data;
    }

    return path;
}
