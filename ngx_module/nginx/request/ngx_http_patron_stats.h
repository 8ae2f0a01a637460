
/*
 * What is counted for "<prefix>stats:<day>", and the way there.
 */


#ifndef _NGX_HTTP_PATRON_STATS_H_INCLUDED_
#define _NGX_HTTP_PATRON_STATS_H_INCLUDED_


#include "ngx_http_patron_conf.h"
#include "ngx_http_patron_state.h"


/*
 * The writer of a Redis, which writes what the zone has counted for it: made if
 * there is none; NULL for no memory.
 */

ngx_http_patron_stats_writer_t *ngx_http_patron_stats_add(ngx_conf_t *cf,
    ngx_http_patron_redis_t *redis);

ngx_int_t ngx_http_patron_stats_init_process(ngx_cycle_t *cycle);
void ngx_http_patron_stats_exit_process(ngx_cycle_t *cycle);

/*
 * Counts "<what>.<name>" once, for today.  Whether the name exists is for the
 * caller to know, and whether the request is one that counts.
 */

void ngx_http_patron_stats_count(ngx_http_request_t *r, const char *what,
    ngx_str_t *name);

/*
 * The same of a counter whose name is put together once: with the macro where
 * it is a constant, else from a pool that lives as long, which is NGX_OK or
 * NGX_ERROR.
 */

#define ngx_http_patron_stats_name(text)  { ngx_string(text), 0 }

ngx_int_t ngx_http_patron_stats_counter(ngx_pool_t *pool,
    ngx_http_patron_counter_t *counter, const char *what, ngx_str_t *name);
void ngx_http_patron_stats_counted(ngx_http_request_t *r,
    ngx_http_patron_counter_t *counter);

/*
 * The same for n of them, or for n to be taken off, with no request: for a
 * Redis.
 */

void ngx_http_patron_stats_sum(ngx_http_patron_zone_t *zone,
    ngx_http_patron_redis_t *redis, ngx_http_patron_stats_writer_t *writer,
    const char *what, ngx_str_t *name, int64_t n);

/*
 * Counts what was decided about walled content: walled, metered or gifted, by
 * the level's word, "metered", "members" or "tiers".
 */

void ngx_http_patron_stats_decision(ngx_http_request_t *r,
    ngx_http_patron_state_t *st, patron_decision_e decision);

/*
 * Is r a reader's?  Not a prefetch, which may never be seen, and not one who
 * says in User-Agent that it is a machine ("bot", "crawl", "spider"): that
 * alone is the second.
 */

ngx_uint_t ngx_http_patron_stats_reader(ngx_http_request_t *r);
ngx_uint_t ngx_http_patron_stats_machine(ngx_http_request_t *r);


#endif /* _NGX_HTTP_PATRON_STATS_H_INCLUDED_ */
