
/*
 * What a worker makes of a registry of crawlers: what each may, their keys by
 * thumbprint, and the words in User-Agent by which they tell who they are.
 */


#ifndef _NGX_HTTP_PATRON_CRAWLER_INDEX_H_INCLUDED_
#define _NGX_HTTP_PATRON_CRAWLER_INDEX_H_INCLUDED_


#include "patron_crawler.h"
#include "patron_jwks.h"
#include "ngx_http_patron_registry_types.h"
#include "ngx_http_patron_stats.h"


typedef struct {
    patron_jwk_t   jwk;
    size_t         entry;
} ngx_http_patron_crawler_key_t;


/* What a request takes of an entry: the four lie in one piece, of len bytes. */

typedef struct {
    ngx_str_t      name;                /* no control characters */
    ngx_str_t      purpose;
    ngx_str_t      level;
    ngx_str_t      terms;
    size_t         len;
    patron_price_t price;               /* 0: it has none of its own */
    patron_str_t   disallow;            /* paths, as robots.txt has them */
    ngx_http_patron_counter_t  requests;
} ngx_http_patron_crawler_record_t;


/* Of the registry as it is now; NULL where there is none, or no memory. */

typedef struct ngx_http_patron_crawler_index_s
    ngx_http_patron_crawler_index_t;

ngx_http_patron_crawler_index_t *ngx_http_patron_crawler_index(
    ngx_http_patron_registry_t *registry);

/* Of an entry that there is. */

ngx_http_patron_crawler_record_t *ngx_http_patron_crawler_record(
    ngx_http_patron_crawler_index_t *index, size_t entry);

/* The key of that thumbprint, or NULL. */

ngx_http_patron_crawler_key_t *ngx_http_patron_crawler_key(
    ngx_http_patron_crawler_index_t *index, patron_str_t *keyid);

/* The entry whose word User-Agent holds, in any case; 0: none. */

size_t ngx_http_patron_crawler_says(ngx_http_patron_crawler_index_t *index,
    ngx_str_t *agent);


#endif /* _NGX_HTTP_PATRON_CRAWLER_INDEX_H_INCLUDED_ */
