
/*
 * The zone's mutex, and what is done when its holder has died.
 *
 * Records of members and plans can be had again: they are forgotten rather than
 * trusted, and so are blobs, which are wanted again then.  Daily counters
 * cannot: their index is made anew from the entries.  What remains (servers,
 * leases, listeners, stripes) is changed by one store at a time.
 *
 * These two functions are not to be inlined: no store may move out from between
 * them.
 */


#include <ngx_config.h>
#include <ngx_core.h>

#include "ngx_http_patron_zone_blob.h"
#include "ngx_http_patron_zone_bots.h"
#include "ngx_http_patron_zone_lock.h"
#include "ngx_http_patron_zone_members.h"
#include "ngx_http_patron_zone_plans.h"
#include "ngx_http_patron_zone_stats.h"
#include "ngx_http_patron_zone_types.h"


void
ngx_http_patron_zone_lock(ngx_http_patron_zone_t *zone)
{
    ngx_shmtx_lock(&zone->shpool->mutex);

    if (zone->sh->busy) {

        /* it stays set meanwhile: this worker may die, too */

        ngx_http_patron_cells_reset(&zone->sh->members);
        ngx_http_patron_plans_reset(&zone->sh->plans);
        ngx_http_patron_zone_blobs_reset(zone);
        ngx_http_patron_zone_bots_reset(zone);
        ngx_http_patron_stats_rebuild(zone);

        ngx_log_error(NGX_LOG_WARN, ngx_cycle->log, 0,
                      "patron: zone \"%V\": a worker died while it changed "
                      "it; what can be had again is forgotten",
                      ngx_http_patron_zone_name(zone));
    }

    zone->sh->busy = 1;
}


void
ngx_http_patron_zone_unlock(ngx_http_patron_zone_t *zone)
{
    zone->sh->busy = 0;

    ngx_shmtx_unlock(&zone->shpool->mutex);
}
