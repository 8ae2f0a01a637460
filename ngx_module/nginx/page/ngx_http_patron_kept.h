
/*
 * What guests were sent of feeds, remembered by the process: a cut feed is
 * mostly written anew, so that no plan could hold it.
 */


#ifndef _NGX_HTTP_PATRON_KEPT_H_INCLUDED_
#define _NGX_HTTP_PATRON_KEPT_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>

#include "ngx_http_patron_zone_plans.h"


typedef struct {
    ngx_queue_t                 queue;
    ngx_http_patron_plan_key_t  key;
    ngx_str_t                   bytes;
    size_t                      size;       /* allocated */
    ngx_uint_t                  users;
    ngx_uint_t                  format;     /* as the caller has it, */
    ngx_uint_t                  cut;        /* both */
    ngx_uint_t                  bad;        /* no memory, or too large */
} ngx_http_patron_kept_t;


/* One that is remembered, good as long as the request; or NULL. */

ngx_http_patron_kept_t *ngx_http_patron_kept_find(ngx_http_request_t *r,
    ngx_http_patron_plan_key_t *key);

/*
 * Begins one, which goes with the request unless it is kept; NULL for no
 * memory.  Bytes are added, and at the end it is kept, in the place of those
 * not used of late.
 */

ngx_http_patron_kept_t *ngx_http_patron_kept_begin(ngx_http_request_t *r,
    ngx_http_patron_plan_key_t *key);
void ngx_http_patron_kept_add(ngx_http_patron_kept_t *kept, const u_char *p,
    size_t len);
void ngx_http_patron_kept_keep(ngx_http_patron_kept_t *kept);

/* None is good for another configuration. */

void ngx_http_patron_kept_forget(void);


#endif /* _NGX_HTTP_PATRON_KEPT_H_INCLUDED_ */
