
/*
 * The snapshot of campaigns that goes into the zone.
 */


#ifndef _NGX_HTTP_PATRON_CAMPAIGN_WRITE_H_INCLUDED_
#define _NGX_HTTP_PATRON_CAMPAIGN_WRITE_H_INCLUDED_


#include "ngx_http_patron_campaign_load_types.h"


/*
 * What cannot be is refused, and told of once; its last good version stays.
 * NGX_OK, or NGX_ERROR for no memory.
 */

ngx_int_t ngx_http_patron_load_write(ngx_http_patron_loader_t *loader,
    patron_snapshot_t *snapshot);

/* Notes that the one of that key is refused, and tells of it once. */

ngx_int_t ngx_http_patron_load_refuse(ngx_http_patron_loader_t *loader,
    patron_str_t *key, const char *reason, patron_snapshot_t *snapshot);


#endif /* _NGX_HTTP_PATRON_CAMPAIGN_WRITE_H_INCLUDED_ */
