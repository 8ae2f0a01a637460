
/*
 * See the header.  A file (of "mp4", too, which has a handler) and the like are
 * no answers of an application: nobody has cut them, and they are refused as
 * elsewhere.
 * The same goes for what a cache kept under a key without the decision, before
 * its configuration was what it is.
 *
 * Whether a key holds the decision is seen by making it once more: the variables
 * note that they were read.
 */


#include "ngx_http_patron_compat.h"
#include "ngx_http_patron_meter.h"
#include "ngx_http_patron_page_told.h"
#include "ngx_http_patron_wall.h"


static ngx_uint_t ngx_http_patron_told_keyed(ngx_http_request_t *r,
    ngx_http_patron_state_t *st);


ngx_uint_t
ngx_http_patron_told(ngx_http_request_t *r, ngx_http_patron_loc_conf_t *plcf,
    ngx_http_patron_state_t *st)
{
    return plcf->enable
           && plcf->told
           && !plcf->dry_run
           && !st->replaced
           && r->content_handler != NULL
           && (r->upstream != NULL
               || (r->headers_out.last_modified_time == -1
                   && !r->allow_ranges));
}


ngx_int_t
ngx_http_patron_told_decide(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf, ngx_http_patron_state_t *st)
{
    patron_decision_e  decision;

    decision = ngx_http_patron_wall_decide(r, st);

    ngx_http_patron_meter_count_looked(r, st);

    if (st->level.type == PATRON_LEVEL_FREE
        || ngx_http_patron_told_cache(r, plcf, st))
    {
        return NGX_OK;
    }

    st->unkeyed = 1;

#if (NGX_HTTP_CACHE)

    if (r->cached && patron_decision_closed(decision)) {
        return NGX_DECLINED;
    }

#endif

    return NGX_OK;
}


ngx_uint_t
ngx_http_patron_told_cache(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf, ngx_http_patron_state_t *st)
{
#if (NGX_HTTP_CACHE)

    ngx_http_upstream_t  *u;

    u = r->upstream;

    if (u == NULL
        || r->cache == NULL
        || u->create_key == NULL
        || !(u->cacheable || r->cached)
        || ngx_http_patron_told_keyed(r, st))
    {
        return 1;
    }

    if (!plcf->key_told) {
        plcf->key_told = 1;

        ngx_log_error(NGX_LOG_ERR, r->connection->log, 0,
                      "patron: \"%V\" is not kept: the application cuts it, "
                      "and no key of the cache holds $patron_decision%s",
                      &r->uri, st->untold ? ", which is \"unknown\" here, or "
                      "$patron_state, $patron_tier and $patron_left" : "");
    }

    ngx_http_patron_compat_dont_cache(r);

    return 0;

#else

    return 1;

#endif
}


#if (NGX_HTTP_CACHE)

static ngx_uint_t
ngx_http_patron_told_keyed(ngx_http_request_t *r, ngx_http_patron_state_t *st)
{
    ngx_int_t   rc;
    ngx_str_t   uri;
    ngx_uint_t  n, want;

    n = r->cache->keys.nelts;
    uri = r->upstream->uri;
    st->evaluated = 0;

    rc = r->upstream->create_key(r);

    r->cache->keys.nelts = n;
    r->upstream->uri = uri;

    if (rc != NGX_OK) {
        return 0;
    }

    if (!st->untold) {
        return (st->evaluated & (NGX_HTTP_PATRON_READ_DECISION
                                 | NGX_HTTP_PATRON_READ_WHOLE))
               != 0;
    }

    want = NGX_HTTP_PATRON_READ_STATE | NGX_HTTP_PATRON_READ_TIER;

    if (st->meter != NULL) {
        want |= NGX_HTTP_PATRON_READ_LEFT;
    }

    return (st->evaluated & want) == want;
}

#endif


uint64_t
ngx_http_patron_told_variant(ngx_http_patron_loc_conf_t *plcf,
    ngx_http_patron_state_t *st)
{
    if (!plcf->enable || !plcf->told || plcf->dry_run
        || st->level.type == PATRON_LEVEL_FREE)
    {
        return 0;
    }

    return patron_decision_closed(st->decision) ? 3 : 1;
}
