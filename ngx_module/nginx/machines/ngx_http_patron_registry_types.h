
/*
 * A registry of a Redis, in a cycle: what all requests of a worker read, and
 * how it comes there.
 */


#ifndef _NGX_HTTP_PATRON_REGISTRY_TYPES_H_INCLUDED_
#define _NGX_HTTP_PATRON_REGISTRY_TYPES_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>

#include "patron_registry.h"
#include "ngx_http_patron_conf.h"
#include "ngx_http_patron_redis_tracking.h"


#define NGX_HTTP_PATRON_REGISTRY_NAME    120    /* bytes of a name */
#define NGX_HTTP_PATRON_REGISTRY_VALUES  (PATRON_REGISTRY_FIELDS - 3)


/* Fields of each entry: what follows is the kind's. */

typedef enum {
    NGX_HTTP_PATRON_REGISTRY_NAMED = 0,
    NGX_HTTP_PATRON_REGISTRY_RANGES,        /* how many of them are its */
    NGX_HTTP_PATRON_REGISTRY_TROUBLE,       /* what could not be understood */
    NGX_HTTP_PATRON_REGISTRY_VALUE
} ngx_http_patron_registry_field_e;


/*
 * A kind of registry: the set "<prefix><set>" has the names that are published,
 * and the hash "<prefix><hash><name>" the fields of one, besides its addresses.
 */

typedef struct {
    ngx_str_t                        set;
    ngx_str_t                        hash;
    ngx_uint_t                       blob;
    ngx_uint_t                       lease;
    ngx_str_t                       *fields;    /* ends with an empty one */
    size_t                           max;       /* bytes of one */

    /* Is it in force?  If not, why; and until when, 0: for good. */

    const char                    *(*judge)(ngx_str_t *values, time_t *until);

    ngx_http_patron_interest_t       interest;
} ngx_http_patron_registry_kind_t;


typedef struct ngx_http_patron_registry_loader_s
    ngx_http_patron_registry_loader_t;

struct ngx_http_patron_registry_s {
    ngx_http_patron_redis_t             *redis;
    ngx_http_patron_zone_t              *zone;
    ngx_http_patron_registry_kind_t     *kind;
    ngx_http_patron_registry_loader_t   *loader;

    /* the worker's copy */

    u_char                              *data;
    ngx_atomic_uint_t                    version;
    patron_registry_t                    registry;
    time_t                               until;     /* one of them ends */
    ngx_pool_t                          *pool;      /* of what its kind has
                                                       made of that, */
    void                                *made;      /* and for which it was */
    ngx_atomic_uint_t                    made_of;
};


#endif /* _NGX_HTTP_PATRON_REGISTRY_TYPES_H_INCLUDED_ */
