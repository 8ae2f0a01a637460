
/*
 * See the header.  An upstream is watched by its reinit_request(), which nginx
 * calls with the 304 still there.  Nothing is read of an upstream before the
 * handler that makes it has returned: there is time to put ours in.
 *
 * Ours stands in the configuration, since a subrequest passes no access phase,
 * and one that renews an entry in the background takes its handler from there.
 * It stands wherever a request may come through a location that names a header.
 */


#include "ngx_http_patron_compat.h"
#include "ngx_http_patron_revalidate.h"
#include "ngx_http_patron_words.h"


#if (NGX_HTTP_CACHE)


struct ngx_http_patron_revalidation_s {
    ngx_http_upstream_t               *upstream;
    ngx_int_t                        (*reinit)(ngx_http_request_t *r);
    patron_level_t                     level;   /* of the 304 */
    ngx_uint_t                         stated;  /* there is one */
    ngx_http_patron_revalidation_t    *next;
};


static ngx_int_t ngx_http_patron_revalidate_handler(ngx_http_request_t *r);
static ngx_int_t ngx_http_patron_revalidate_reinit(ngx_http_request_t *r);
static ngx_http_patron_revalidation_t *ngx_http_patron_revalidation(
    ngx_http_request_t *r, ngx_http_patron_state_t *st);
static ngx_uint_t ngx_http_patron_revalidate_differs(patron_level_t *a,
    patron_level_t *b);
static void ngx_http_patron_revalidate_drop(ngx_http_request_t *r);


void
ngx_http_patron_revalidate_merge(ngx_conf_t *cf,
    ngx_http_patron_loc_conf_t *prev, ngx_http_patron_loc_conf_t *conf)
{
    ngx_http_core_loc_conf_t     *clcf;
    ngx_http_patron_main_conf_t  *pmcf;

    clcf = ngx_http_conf_get_module_loc_conf(cf, ngx_http_core_module);
    pmcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_patron_module);

    if (pmcf->headers
        && !conf->own.answers
        && clcf->handler != NULL
        && clcf->handler != ngx_http_patron_revalidate_handler)
    {
        conf->content = clcf->handler;
        clcf->handler = ngx_http_patron_revalidate_handler;

    } else {
        /* an "if" without a handler runs that of the location around it */
        conf->content = prev->content;
    }
}


static ngx_int_t
ngx_http_patron_revalidate_handler(ngx_http_request_t *r)
{
    ngx_int_t                        rc;
    ngx_http_upstream_t             *u;
    ngx_http_patron_state_t         *st;
    ngx_http_patron_loc_conf_t      *plcf;
    ngx_http_patron_revalidation_t  *rv;

    plcf = ngx_http_get_module_loc_conf(r, ngx_http_patron_module);

    if (!plcf->enable || plcf->access_header.len == 0) {
        st = ngx_http_patron_state(r);

        if (st == NULL || !ngx_http_patron_words_before(plcf, st)) {
            return plcf->content(r);
        }
    }

    st = ngx_http_patron_state_create(r);
    rv = ngx_pcalloc(r->pool, sizeof(ngx_http_patron_revalidation_t));

    if (st == NULL || rv == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    rc = plcf->content(r);

    u = r->upstream;

    if (u != NULL
        && u->conf != NULL
        && u->conf->cache_revalidate
        && u->reinit_request != NULL
        && u->reinit_request != ngx_http_patron_revalidate_reinit)
    {
        rv->upstream = u;
        rv->reinit = u->reinit_request;
        rv->next = st->revalidations;

        st->revalidations = rv;
        u->reinit_request = ngx_http_patron_revalidate_reinit;
    }

    return rc;
}


static ngx_int_t
ngx_http_patron_revalidate_reinit(ngx_http_request_t *r)
{
    ngx_int_t                        rc;
    ngx_http_upstream_t             *u;
    ngx_http_patron_state_t         *st;
    ngx_http_patron_loc_conf_t      *plcf;
    ngx_http_patron_revalidation_t  *rv;

    u = r->upstream;
    st = ngx_http_patron_state(r);
    rv = st ? ngx_http_patron_revalidation(r, st) : NULL;

    if (rv == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    if (u->headers_in.status_n == NGX_HTTP_NOT_MODIFIED) {
        plcf = ngx_http_get_module_loc_conf(r, ngx_http_patron_module);

        rc = ngx_http_patron_words_stated(r, plcf, st, &u->headers_in.headers,
                                          &rv->level);
        if (rc == NGX_ERROR) {
            return NGX_HTTP_INTERNAL_SERVER_ERROR;
        }

        rv->stated = (rc == NGX_OK);
    }

    return rv->reinit(r);
}


static ngx_http_patron_revalidation_t *
ngx_http_patron_revalidation(ngx_http_request_t *r,
    ngx_http_patron_state_t *st)
{
    ngx_http_patron_revalidation_t  *rv;

    for (rv = st->revalidations; rv; rv = rv->next) {
        if (rv->upstream == r->upstream) {
            return rv;
        }
    }

    return NULL;
}


ngx_int_t
ngx_http_patron_revalidate_header(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf, ngx_http_patron_state_t *st,
    patron_level_t **stated)
{
    patron_level_t                   level;
    ngx_http_patron_revalidation_t  *rv;

    *stated = NULL;

    rv = r->upstream ? ngx_http_patron_revalidation(r, st) : NULL;

    if (rv == NULL
        || !rv->stated
        || r->upstream->cache_status != NGX_HTTP_CACHE_REVALIDATED)
    {
        return NGX_OK;
    }

    *stated = &rv->level;

    if (r == r->main && rv->level.type != PATRON_LEVEL_FREE) {
        patron_level_combine(&st->level, &rv->level);
        st->stated = 1;
    }

    if (ngx_http_patron_words_stated(r, plcf, st,
                                     &r->upstream->headers_in.headers, &level)
        == NGX_ERROR)
    {
        return NGX_ERROR;
    }

    if (ngx_http_patron_revalidate_differs(&level, &rv->level)) {
        ngx_http_patron_revalidate_drop(r);
    }

    return NGX_OK;
}


/* Tiers in another order pass for others: that costs the origin a request. */

static ngx_uint_t
ngx_http_patron_revalidate_differs(patron_level_t *a, patron_level_t *b)
{
    ngx_uint_t  i;

    if (a->type != b->type || a->ntiers != b->ntiers) {
        return 1;
    }

    for (i = 0; i < a->ntiers; i++) {
        if (a->tiers[i].len != b->tiers[i].len
            || ngx_memcmp(a->tiers[i].data, b->tiers[i].data, a->tiers[i].len)
               != 0)
        {
            return 1;
        }
    }

    return 0;
}


/* As if it had never been there; what is sent of it is open already. */

static void
ngx_http_patron_revalidate_drop(ngx_http_request_t *r)
{
    ngx_http_cache_t       *c;
    ngx_http_file_cache_t  *cache;

    c = r->cache;

    if (c == NULL || c->node == NULL) {
        return;
    }

    cache = c->file_cache;

    ngx_shmtx_lock(&cache->shpool->mutex);

    if (c->node->exists) {
        cache->sh->size -= c->node->fs_size;
        c->node->fs_size = 0;
        c->node->exists = 0;
    }

    ngx_shmtx_unlock(&cache->shpool->mutex);

    if (ngx_delete_file(c->file.name.data) == NGX_FILE_ERROR
        && ngx_errno != NGX_ENOENT)
    {
        ngx_log_error(NGX_LOG_CRIT, r->connection->log, ngx_errno,
                      ngx_delete_file_n " \"%s\" failed",
                      c->file.name.data);
    }
}


#else


void
ngx_http_patron_revalidate_merge(ngx_conf_t *cf,
    ngx_http_patron_loc_conf_t *prev, ngx_http_patron_loc_conf_t *conf)
{
}


ngx_int_t
ngx_http_patron_revalidate_header(ngx_http_request_t *r,
    ngx_http_patron_loc_conf_t *plcf, ngx_http_patron_state_t *st,
    patron_level_t **stated)
{
    *stated = NULL;

    return NGX_OK;
}


#endif
