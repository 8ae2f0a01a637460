
/*
 * See the header.  A few of them, in the memory of each worker: a site has as
 * many feeds as it has words for its walls, and they are small when they are
 * cut.
 */


#include "ngx_http_patron_kept.h"


#define NGX_HTTP_PATRON_KEPT_N      16
#define NGX_HTTP_PATRON_KEPT_BYTES  (512 * 1024)    /* each, at most */


static ngx_int_t ngx_http_patron_kept_use(ngx_http_request_t *r,
    ngx_http_patron_kept_t *kept);
static void ngx_http_patron_kept_drop(ngx_queue_t *q);
static void ngx_http_patron_kept_leave(void *data);
static ngx_http_patron_kept_t *ngx_http_patron_kept_lookup(
    ngx_http_patron_plan_key_t *key);


/* The one used last is the first. */

static ngx_queue_t  ngx_http_patron_kept_queue = {
    &ngx_http_patron_kept_queue, &ngx_http_patron_kept_queue
};
static ngx_uint_t   ngx_http_patron_kept_n;


ngx_http_patron_kept_t *
ngx_http_patron_kept_find(ngx_http_request_t *r,
    ngx_http_patron_plan_key_t *key)
{
    ngx_http_patron_kept_t  *kept;

    kept = ngx_http_patron_kept_lookup(key);

    if (kept == NULL || ngx_http_patron_kept_use(r, kept) != NGX_OK) {
        return NULL;
    }

    ngx_queue_remove(&kept->queue);
    ngx_queue_insert_head(&ngx_http_patron_kept_queue, &kept->queue);

    return kept;
}


static ngx_http_patron_kept_t *
ngx_http_patron_kept_lookup(ngx_http_patron_plan_key_t *key)
{
    ngx_queue_t             *q;
    ngx_http_patron_kept_t  *kept;

    for (q = ngx_queue_head(&ngx_http_patron_kept_queue);
         q != ngx_queue_sentinel(&ngx_http_patron_kept_queue);
         q = ngx_queue_next(q))
    {
        kept = ngx_queue_data(q, ngx_http_patron_kept_t, queue);

        if (kept->key.a == key->a && kept->key.b == key->b) {
            return kept;
        }
    }

    return NULL;
}


ngx_http_patron_kept_t *
ngx_http_patron_kept_begin(ngx_http_request_t *r,
    ngx_http_patron_plan_key_t *key)
{
    ngx_http_patron_kept_t  *kept;

    kept = ngx_calloc(sizeof(ngx_http_patron_kept_t), r->connection->log);
    if (kept == NULL) {
        return NULL;
    }

    kept->key = *key;

    if (ngx_http_patron_kept_use(r, kept) != NGX_OK) {
        ngx_free(kept);
        return NULL;
    }

    return kept;
}


void
ngx_http_patron_kept_add(ngx_http_patron_kept_t *kept, const u_char *p,
    size_t len)
{
    size_t   size;
    u_char  *data;

    if (kept->bad || len > NGX_HTTP_PATRON_KEPT_BYTES - kept->bytes.len) {
        kept->bad = 1;
        return;
    }

    if (len > kept->size - kept->bytes.len) {
        size = ngx_max(2 * kept->size, kept->bytes.len + len);
        size = ngx_max(size, ngx_pagesize);

        data = ngx_alloc(size, ngx_cycle->log);
        if (data == NULL) {
            kept->bad = 1;
            return;
        }

        if (kept->bytes.len) {
            ngx_memcpy(data, kept->bytes.data, kept->bytes.len);
            ngx_free(kept->bytes.data);
        }

        kept->bytes.data = data;
        kept->size = size;
    }

    if (len) {
        ngx_memcpy(kept->bytes.data + kept->bytes.len, p, len);
        kept->bytes.len += len;
    }
}


void
ngx_http_patron_kept_keep(ngx_http_patron_kept_t *kept)
{
    if (kept->bad || kept->bytes.len == 0
        || ngx_http_patron_kept_lookup(&kept->key) != NULL)
    {
        return;
    }

    if (ngx_http_patron_kept_n == NGX_HTTP_PATRON_KEPT_N) {
        ngx_http_patron_kept_drop(ngx_queue_last(&ngx_http_patron_kept_queue));
    }

    kept->users++;
    ngx_http_patron_kept_n++;

    ngx_queue_insert_head(&ngx_http_patron_kept_queue, &kept->queue);
}


void
ngx_http_patron_kept_forget(void)
{
    while (!ngx_queue_empty(&ngx_http_patron_kept_queue)) {
        ngx_http_patron_kept_drop(ngx_queue_head(&ngx_http_patron_kept_queue));
    }
}


static void
ngx_http_patron_kept_drop(ngx_queue_t *q)
{
    ngx_queue_remove(q);
    ngx_http_patron_kept_n--;

    ngx_http_patron_kept_leave(ngx_queue_data(q, ngx_http_patron_kept_t,
                                              queue));
}


static ngx_int_t
ngx_http_patron_kept_use(ngx_http_request_t *r, ngx_http_patron_kept_t *kept)
{
    ngx_pool_cleanup_t  *cln;

    cln = ngx_pool_cleanup_add(r->pool, 0);
    if (cln == NULL) {
        return NGX_ERROR;
    }

    cln->handler = ngx_http_patron_kept_leave;
    cln->data = kept;

    kept->users++;

    return NGX_OK;
}


static void
ngx_http_patron_kept_leave(void *data)
{
    ngx_http_patron_kept_t  *kept = data;

    if (--kept->users) {
        return;
    }

    if (kept->bytes.data != NULL) {
        ngx_free(kept->bytes.data);
    }

    ngx_free(kept);
}
