
/*
 * patron_grant_header: the CMS makes a patron of a reader by answering
 *
 *     X-Patron-Grant: sub=42; tier=gold; ttl=30d; name=Ada
 *
 * with any status.  Only sub must be there; ttl is 30d if it is not said.  What
 * came out of a cache grants nothing, and what grants goes into none: whoever
 * asked next would be logged in.
 *
 * The header is looked for among those of the response and, since nginx passes
 * on but a few where an upstream sends X-Accel-Redirect, among the upstream's
 * own.  Limit: an X-Accel-Redirect to another upstream loses it.
 */


#include "patron_grant.h"
#include "ngx_http_patron_compat.h"
#include "ngx_http_patron_grant.h"
#include "ngx_http_patron_headers.h"
#include "ngx_http_patron_mint.h"
#include "ngx_http_patron_once.h"
#include "ngx_http_patron_setcookie.h"
#include "ngx_http_patron_state.h"
#include "ngx_http_patron_stats.h"
#include "ngx_http_patron_str.h"
#include "ngx_http_patron_visit.h"


static ngx_uint_t ngx_http_patron_grant_find(ngx_list_t *headers,
    ngx_str_t *name, ngx_uint_t hide, ngx_str_t *value);
static ngx_int_t ngx_http_patron_grant_cookie(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf, ngx_str_t *value);
static void ngx_http_patron_grant_ignored(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf, const char *why);
static const char *ngx_http_patron_grant_read(ngx_str_t *value,
    patron_membership_t *member);
static time_t ngx_http_patron_grant_time(const patron_str_t *text);


ngx_int_t
ngx_http_patron_grant(ngx_http_request_t *r, ngx_http_patron_loc_conf_t *plcf)
{
    ngx_str_t             value;
    ngx_uint_t            n;
    ngx_http_upstream_t  *u;

    u = r->upstream;

    n = ngx_http_patron_grant_find(&r->headers_out.headers,
                                   &plcf->grant_header, 1, &value);

    if (n == 0 && u != NULL && u->headers_in.headers.part.elts != NULL) {
        n = ngx_http_patron_grant_find(&u->headers_in.headers,
                                       &plcf->grant_header, 0, &value);
    }

    if (n == 0) {
        return NGX_OK;
    }

    if (ngx_http_patron_compat_cached(r)) {
        return NGX_OK;
    }

    /* whether the response is stored is decided after its headers are sent */

    ngx_http_patron_compat_dont_cache(r);

    if (r != r->main) {
        return NGX_OK;
    }

    if (n > 1) {
        ngx_http_patron_grant_ignored(r, plcf, "it is there more than once");
        return NGX_OK;
    }

    return ngx_http_patron_grant_cookie(r, plcf, &value);
}


/* How many there are; value is the last one's. */

static ngx_uint_t
ngx_http_patron_grant_find(ngx_list_t *headers, ngx_str_t *name,
    ngx_uint_t hide, ngx_str_t *value)
{
    ngx_uint_t               n;
    ngx_table_elt_t         *h;
    ngx_http_patron_walk_t   walk;

    n = 0;

    ngx_http_patron_walk(&walk, headers);

    while ((h = ngx_http_patron_walk_named(&walk, name)) != NULL) {

        if (hide) {
            h->hash = 0;
        }

        *value = h->value;
        n++;
    }

    return n;
}


static ngx_int_t
ngx_http_patron_grant_cookie(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf, ngx_str_t *value)
{
    ngx_str_t                 token;
    const char               *why;
    patron_membership_t       member;
    ngx_http_patron_state_t  *st;

    static ngx_str_t  counted = ngx_string("header");

    st = ngx_http_patron_state_create(r);
    if (st == NULL) {
        return NGX_ERROR;
    }

    why = (plcf->keys == NULL) ? "no key"
                               : ngx_http_patron_grant_read(value, &member);

    if (why == NULL
        && ngx_http_patron_mint(r, plcf, &member, &token) != NGX_OK)
    {
        why = "it cannot be signed";
    }

    if (why != NULL) {
        ngx_http_patron_grant_ignored(r, plcf, why);
        return NGX_OK;
    }

    if (ngx_http_patron_cookie_set(r, plcf, &plcf->cookie.name, &token,
                                   (time_t) member.ttl)
        != NGX_OK
        || ngx_http_patron_private(r) != NGX_OK)
    {
        return NGX_ERROR;
    }

    /* an error page in the place of the response has headers of its own */

    if (!st->granted) {
        st->granted = 1;
        ngx_http_patron_stats_count(r, "granted", &counted);
    }

    if (ngx_http_patron_renews(st, &member)) {
        return NGX_OK;
    }

    return ngx_http_patron_visit_joined(r, plcf, st);
}


static void
ngx_http_patron_grant_ignored(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf, const char *why)
{
    ngx_uint_t     level;

    static time_t  told;

    level = ngx_http_patron_once_level(&told);

    ngx_log_error(level, r->connection->log, 0,
                  "patron: grant in \"%V\" ignored: %s",
                  &plcf->grant_header, why);
}


/* NULL, or what is wrong. */

static const char *
ngx_http_patron_grant_read(ngx_str_t *value, patron_membership_t *member)
{
    time_t        gave;
    const char   *why;
    patron_str_t  text, times[PATRON_GRANT_TIMES];

    text = ngx_http_patron_pure_str(value);

    why = patron_grant_parse(&text, member, times);
    if (why != NULL) {
        return why;
    }

    if (times[PATRON_GRANT_GAVE].data != NULL) {
        gave = ngx_http_patron_grant_time(&times[PATRON_GRANT_GAVE]);

        if (gave <= 0 || gave > NGX_HTTP_PATRON_GAVE_MAX) {
            return "bad \"gave\"";
        }

        member->gave_until = ngx_time() + gave;
    }

    if (times[PATRON_GRANT_TTL].data == NULL) {
        /* thanks are forgotten with the cookie */
        member->ttl = ngx_max(NGX_HTTP_PATRON_GRANT_TTL,
                              member->gave_until - ngx_time());
        return NULL;
    }

    member->ttl = ngx_http_patron_grant_time(&times[PATRON_GRANT_TTL]);

    return member->ttl > 0 ? NULL : "bad \"ttl\"";
}


/* Seconds; 0 or less where it is none. */

static time_t
ngx_http_patron_grant_time(const patron_str_t *text)
{
    ngx_str_t  time;

    time = ngx_http_patron_nginx_str(text);

    return time.len ? ngx_parse_time(&time, 1) : 0;
}


char *
ngx_http_patron_grant_check(ngx_conf_t *cf, ngx_http_patron_loc_conf_t *plcf)
{
    if (plcf->enable && plcf->grant_header.len && plcf->keys == NULL) {
        ngx_log_error(NGX_LOG_EMERG, cf->log, 0,
                      "\"patron_grant_header\" directive: it signs a cookie, "
                      "and there is no \"patron_key\"");
        return NGX_CONF_ERROR;
    }

    return NGX_CONF_OK;
}
