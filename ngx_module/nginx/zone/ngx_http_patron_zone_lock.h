
/*
 * The zone's mutex: for this folder alone.
 */


#ifndef _NGX_HTTP_PATRON_ZONE_LOCK_H_INCLUDED_
#define _NGX_HTTP_PATRON_ZONE_LOCK_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>

#include "ngx_http_patron_zone.h"


/*
 * A holder may die at any store, and nginx unlocks then.  Who locks next finds
 * that out and makes the tables whole before it goes on.
 */

void ngx_http_patron_zone_lock(ngx_http_patron_zone_t *zone);
void ngx_http_patron_zone_unlock(ngx_http_patron_zone_t *zone);


#endif /* _NGX_HTTP_PATRON_ZONE_LOCK_H_INCLUDED_ */
