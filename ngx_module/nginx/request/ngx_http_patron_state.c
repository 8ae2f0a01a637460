
/*
 * The state of a request, kept in a pool cleanup.  See the header.
 */


#include "ngx_http_patron_conf.h"
#include "ngx_http_patron_state.h"


static void ngx_http_patron_state_cleanup(void *data);


ngx_http_patron_state_t *
ngx_http_patron_state_find(ngx_http_request_t *r)
{
    ngx_pool_cleanup_t       *cln;
    ngx_http_patron_state_t  *st;

    if (!r->internal && !r->filter_finalize) {
        return NULL;
    }

    for (cln = r->pool->cleanup; cln; cln = cln->next) {
        if (cln->handler == ngx_http_patron_state_cleanup) {
            st = cln->data;
            st->redirected = 1;
            ngx_http_set_ctx(r, st, ngx_http_patron_module);
            return st;
        }
    }

    return NULL;
}


ngx_http_patron_state_t *
ngx_http_patron_state_create(ngx_http_request_t *r)
{
    ngx_pool_cleanup_t       *cln;
    ngx_http_patron_state_t  *st;

    st = ngx_http_patron_state(r);
    if (st != NULL) {
        return st;
    }

    cln = ngx_pool_cleanup_add(r->main->pool, 0);
    st = ngx_pcalloc(r->main->pool, sizeof(ngx_http_patron_state_t));

    if (cln == NULL || st == NULL) {
        return NULL;
    }

    st->request = r->main;
    st->state = PATRON_STATE_GUEST;

    cln->handler = ngx_http_patron_state_cleanup;
    cln->data = st;

    ngx_http_set_ctx(r->main, st, ngx_http_patron_module);

    return st;
}


ngx_http_patron_zone_t *
ngx_http_patron_request_zone(ngx_http_request_t *r)
{
    ngx_http_patron_main_conf_t  *pmcf;

    pmcf = ngx_http_get_module_main_conf(r, ngx_http_patron_module);

    return pmcf->zone;
}


/* An anchor to find the state by; a waiter has a cleanup of its own. */

static void
ngx_http_patron_state_cleanup(void *data)
{
}
