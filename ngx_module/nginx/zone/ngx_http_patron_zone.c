
/*
 * The zone's life: from its directive to shared memory, over reloads, with the
 * counters, and with the generations by which records go out of date.  The
 * records themselves are in ngx_http_patron_zone_members.c.
 *
 * Who listens to a server's changes is noted by process id and looked up by
 * kill(pid, 0), so that a worker which dies takes nothing with it.  The list
 * is bounded: a worker that finds no room listens all the same, but does not
 * count as a witness for others.
 */


#include <ngx_config.h>
#include <ngx_core.h>

#include "ngx_http_patron_zone.h"
#include "ngx_http_patron_zone_blob.h"
#include "ngx_http_patron_zone_bots.h"
#include "ngx_http_patron_zone_history.h"
#include "ngx_http_patron_zone_lock.h"
#include "ngx_http_patron_zone_members.h"
#include "ngx_http_patron_zone_plans.h"
#include "ngx_http_patron_zone_stats.h"
#include "ngx_http_patron_zone_types.h"


#define NGX_HTTP_PATRON_ZONE_TTL       60
#define NGX_HTTP_PATRON_ZONE_NEGATIVE  5

#define ngx_http_patron_zone_layout()                                         \
    ((NGX_HTTP_PATRON_ZONE_VERSION << 24)                                     \
     ^ (sizeof(ngx_http_patron_zone_sh_t) << 4)                               \
     ^ sizeof(ngx_http_patron_cell_t))


static ngx_int_t ngx_http_patron_zone_option(ngx_conf_t *cf,
    ngx_http_patron_zone_t *zone, ngx_str_t *arg);
static ngx_int_t ngx_http_patron_zone_size(ngx_conf_t *cf, ngx_str_t *arg,
    ngx_str_t *name, ssize_t *size);
static ngx_uint_t ngx_http_patron_zone_outdated(ngx_str_t *name, void *tag);
static ngx_int_t ngx_http_patron_zone_init(ngx_shm_zone_t *shm_zone,
    void *data);
static ngx_int_t ngx_http_patron_zone_create(ngx_http_patron_zone_t *zone);
static ngx_http_patron_server_t *ngx_http_patron_zone_known_server(
    ngx_http_patron_zone_t *zone, uint32_t redis);
static ngx_uint_t ngx_http_patron_zone_witnessed(
    ngx_http_patron_server_t *server);


ngx_http_patron_zone_t *
ngx_http_patron_zone_add(ngx_conf_t *cf, ngx_str_t *args, ngx_uint_t nargs,
    void *tag)
{
    ssize_t                  size;
    ngx_str_t                name;
    ngx_uint_t               i;
    ngx_shm_zone_t          *shm_zone;
    ngx_http_patron_zone_t  *zone;

    zone = ngx_pcalloc(cf->pool, sizeof(ngx_http_patron_zone_t));
    if (zone == NULL) {
        return NULL;
    }

    zone->ttl = NGX_HTTP_PATRON_ZONE_TTL;
    zone->negative = NGX_HTTP_PATRON_ZONE_NEGATIVE;

    if (nargs < 2) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "\"%V\" directive: \"name:size\" is wanted",
                           &args[0]);
        return NULL;
    }

    if (ngx_http_patron_zone_size(cf, &args[1], &name, &size) != NGX_OK) {
        return NULL;
    }

    for (i = 2; i < nargs; i++) {
        if (ngx_http_patron_zone_option(cf, zone, &args[i]) != NGX_OK) {
            return NULL;
        }
    }

    shm_zone = ngx_shared_memory_add(cf, &name, size, tag);
    if (shm_zone == NULL) {
        return NULL;
    }

    if (shm_zone->data) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "\"patron_zone\" directive: zone \"%V\" is "
                           "already there", &name);
        return NULL;
    }

    zone->shm_zone = shm_zone;

    shm_zone->init = ngx_http_patron_zone_init;
    shm_zone->data = zone;
    shm_zone->noreuse = ngx_http_patron_zone_outdated(&name, tag);

    return zone;
}


static ngx_int_t
ngx_http_patron_zone_size(ngx_conf_t *cf, ngx_str_t *arg, ngx_str_t *name,
    ssize_t *size)
{
    u_char     *colon;
    ngx_str_t   s;

    colon = ngx_strlchr(arg->data, arg->data + arg->len, ':');

    if (colon == NULL || colon == arg->data) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "\"patron_zone\" directive: invalid zone \"%V\": "
                           "\"name:size\" is wanted",
                           arg);
        return NGX_ERROR;
    }

    name->data = arg->data;
    name->len = colon - arg->data;

    s.data = colon + 1;
    s.len = arg->data + arg->len - s.data;

    *size = ngx_parse_size(&s);

    if (*size == NGX_ERROR || *size < (ssize_t) (32 * ngx_pagesize)) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "\"patron_zone\" directive: invalid size in \"%V\": "
                           "at least %uzk",
                           arg, (size_t) (32 * ngx_pagesize / 1024));
        return NGX_ERROR;
    }

    return NGX_OK;
}


static ngx_int_t
ngx_http_patron_zone_option(ngx_conf_t *cf, ngx_http_patron_zone_t *zone,
    ngx_str_t *arg)
{
    time_t     *time;
    ngx_str_t   s;

    if (ngx_strncmp(arg->data, "ttl=", 4) == 0) {
        time = &zone->ttl;
        s.data = arg->data + 4;

    } else if (ngx_strncmp(arg->data, "negative=", 9) == 0) {
        time = &zone->negative;
        s.data = arg->data + 9;

    } else {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "\"patron_zone\" directive: invalid parameter "
                           "\"%V\"", arg);
        return NGX_ERROR;
    }

    s.len = arg->data + arg->len - s.data;

    *time = ngx_parse_time(&s, 1);

    if (*time == (time_t) NGX_ERROR) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "\"patron_zone\" directive: invalid time in \"%V\"",
                           arg);
        return NGX_ERROR;
    }

    return NGX_OK;
}


/*
 * True if the running cycle has a zone of this name, made by a version of this
 * module that laid it out otherwise: nginx must then not hand it on.  Only
 * what every version has at the same place is looked at.
 */

static ngx_uint_t
ngx_http_patron_zone_outdated(ngx_str_t *name, void *tag)
{
    ngx_uint_t                  i;
    ngx_list_part_t            *part;
    ngx_shm_zone_t             *shm_zone;
    ngx_slab_pool_t            *shpool;
    ngx_http_patron_zone_sh_t  *sh;

    if (ngx_cycle == NULL || ngx_cycle->shared_memory.size == 0) {
        return 0;
    }

    for (part = (ngx_list_part_t *) &ngx_cycle->shared_memory.part;
         part != NULL;
         part = part->next)
    {
        shm_zone = part->elts;

        for (i = 0; i < part->nelts; i++) {

            if (shm_zone[i].tag != tag
                || shm_zone[i].shm.addr == NULL
                || shm_zone[i].shm.name.len != name->len
                || ngx_strncmp(shm_zone[i].shm.name.data, name->data,
                               name->len)
                   != 0)
            {
                continue;
            }

            shpool = (ngx_slab_pool_t *) shm_zone[i].shm.addr;
            sh = shpool->data;

            return sh == NULL || sh->magic != NGX_HTTP_PATRON_ZONE_MAGIC
                   || sh->layout != ngx_http_patron_zone_layout();
        }
    }

    return 0;
}


static ngx_int_t
ngx_http_patron_zone_init(ngx_shm_zone_t *shm_zone, void *data)
{
    ngx_http_patron_zone_t  *old = data;

    ngx_http_patron_zone_t  *zone;

    zone = shm_zone->data;

    if (old != NULL) {
        zone->sh = old->sh;
        zone->shpool = old->shpool;
        zone->cycle = ++zone->sh->cycles;
        return NGX_OK;
    }

    zone->shpool = (ngx_slab_pool_t *) shm_zone->shm.addr;

    if (shm_zone->shm.exists) {
        zone->sh = zone->shpool->data;

        if (zone->sh == NULL || zone->sh->magic != NGX_HTTP_PATRON_ZONE_MAGIC
            || zone->sh->layout != ngx_http_patron_zone_layout())
        {
            ngx_log_error(NGX_LOG_EMERG, shm_zone->shm.log, 0,
                          "zone \"%V\" is in use by another version",
                          &shm_zone->shm.name);
            return NGX_ERROR;
        }

        return NGX_OK;
    }

    if (ngx_http_patron_zone_create(zone) != NGX_OK) {
        ngx_log_error(NGX_LOG_EMERG, shm_zone->shm.log, 0,
                      "zone \"%V\" is too small", &shm_zone->shm.name);
        return NGX_ERROR;
    }

    return NGX_OK;
}


static ngx_int_t
ngx_http_patron_zone_create(ngx_http_patron_zone_t *zone)
{
    ngx_http_patron_zone_sh_t  *sh;

    /* running full is the normal state */
    zone->shpool->log_nomem = 0;

    sh = ngx_slab_calloc(zone->shpool, sizeof(ngx_http_patron_zone_sh_t));
    if (sh == NULL) {
        return NGX_ERROR;
    }

    if (ngx_http_patron_cells_create(zone->shpool, &sh->members) != NGX_OK) {
        return NGX_ERROR;
    }

    ngx_http_patron_plans_create(zone->shpool, &sh->plans);

    sh->seed = ((uint64_t) ngx_random() << 32) ^ (uint64_t) ngx_random()
               ^ ((uint64_t) ngx_time() << 20) ^ (uint64_t) ngx_pid;

    sh->layout = ngx_http_patron_zone_layout();
    sh->made = (ngx_atomic_uint_t) ngx_time();
    sh->magic = NGX_HTTP_PATRON_ZONE_MAGIC;

    zone->sh = sh;
    zone->shpool->data = sh;

    sh->history.born = ngx_time();
    sh->history.since = ngx_time();

    ngx_http_patron_stats_create(zone);
    ngx_http_patron_zone_bots_create(zone);
    ngx_http_patron_zone_blobs_create(zone);

    return NGX_OK;
}


ngx_http_patron_zone_t *
ngx_http_patron_zone_next(ngx_cycle_t *cycle, ngx_http_patron_zone_t *zone)
{
    ngx_uint_t        i, found;
    ngx_list_part_t  *part;
    ngx_shm_zone_t   *shm_zone;

    found = (zone == NULL);

    for (part = &cycle->shared_memory.part; part != NULL; part = part->next) {
        shm_zone = part->elts;

        for (i = 0; i < part->nelts; i++) {

            if (shm_zone[i].init != ngx_http_patron_zone_init) {
                continue;
            }

            if (found) {
                return shm_zone[i].data;
            }

            found = (shm_zone[i].data == zone);
        }
    }

    return NULL;
}


ngx_str_t *
ngx_http_patron_zone_name(ngx_http_patron_zone_t *zone)
{
    return &zone->shm_zone->shm.name;
}


void
ngx_http_patron_zone_count(ngx_http_patron_zone_t *zone, ngx_uint_t counter)
{
    if (zone != NULL) {
        (void) ngx_atomic_fetch_add(&zone->sh->counters[counter], 1);
    }
}


ngx_atomic_uint_t
ngx_http_patron_zone_counter(ngx_http_patron_zone_t *zone,
    ngx_uint_t counter)
{
    return (zone != NULL) ? zone->sh->counters[counter] : 0;
}


void
ngx_http_patron_zone_webhook(ngx_http_patron_zone_t *zone, ngx_uint_t provider,
    ngx_uint_t good)
{
    ngx_http_patron_zone_sh_t  *sh;

    if (zone == NULL) {
        return;
    }

    sh = zone->sh;

    ngx_http_patron_zone_lock(zone);

    if (good) {
        sh->webhooks[provider] = (ngx_atomic_uint_t) ngx_time();
        sh->refused[provider] = 0;

    } else {
        sh->refused_at[provider] = (uint32_t) ngx_time();
        sh->refused[provider] = ngx_min(sh->refused[provider], 65534) + 1;
    }

    ngx_http_patron_zone_unlock(zone);
}


ngx_atomic_uint_t
ngx_http_patron_zone_webhook_refused(ngx_http_patron_zone_t *zone,
    ngx_uint_t provider, time_t age)
{
    if (zone == NULL
        || (age && ngx_time() - (time_t) zone->sh->refused_at[provider] > age))
    {
        return 0;
    }

    return zone->sh->refused[provider];
}


time_t
ngx_http_patron_zone_webhook_age(ngx_http_patron_zone_t *zone,
    ngx_uint_t provider)
{
    ngx_atomic_uint_t  at;

    if (zone == NULL) {
        return 0;
    }

    at = zone->sh->webhooks[provider];

    return ngx_max(ngx_time() - (time_t) (at ? at : zone->sh->made), 0);
}


ngx_uint_t
ngx_http_patron_zone_server(ngx_http_patron_zone_t *zone, uint32_t id)
{
    ngx_uint_t                 i;
    ngx_http_patron_server_t  *server;

    server = zone->sh->servers;

    for (i = 0; i < NGX_HTTP_PATRON_ZONE_SERVERS && server[i].id != 0; i++) {
        if (server[i].id == id) {
            return i;
        }
    }

    if (i == NGX_HTTP_PATRON_ZONE_SERVERS) {
        ngx_http_patron_cells_reset(&zone->sh->members);
        ngx_memzero(server, sizeof(zone->sh->servers));
        i = 0;
    }

    server[i].id = id;

    return i;
}


void
ngx_http_patron_zone_forget(ngx_http_patron_zone_t *zone, uint32_t redis)
{
    ngx_http_patron_server_t  *server;

    ngx_http_patron_zone_lock(zone);

    server = &zone->sh->servers[ngx_http_patron_zone_server(zone, redis)];
    server->floor = ++server->generation;
    server->known = 0;
    server->unknown = 0;

    ngx_http_patron_zone_unlock(zone);
}


void
ngx_http_patron_zone_listen(ngx_http_patron_zone_t *zone, uint32_t redis)
{
    ngx_uint_t                 i;
    ngx_http_patron_server_t  *server;

    ngx_http_patron_zone_lock(zone);

    server = &zone->sh->servers[ngx_http_patron_zone_server(zone, redis)];

    if (!ngx_http_patron_zone_witnessed(server)) {
        server->generation++;
    }

    for (i = 0; i < NGX_HTTP_PATRON_ZONE_LISTENERS; i++) {
        if (server->listeners[i] == 0) {
            server->listeners[i] = ngx_pid;
            break;
        }
    }

    ngx_http_patron_zone_unlock(zone);
}


/* True if another live worker listens; forgets the dead. */

static ngx_uint_t
ngx_http_patron_zone_witnessed(ngx_http_patron_server_t *server)
{
    ngx_uint_t  i, witnessed;

    witnessed = 0;

    for (i = 0; i < NGX_HTTP_PATRON_ZONE_LISTENERS; i++) {

        if (server->listeners[i] == 0) {
            continue;
        }

        if (server->listeners[i] == ngx_pid
            || (kill(server->listeners[i], 0) == -1 && ngx_errno == NGX_ESRCH))
        {
            server->listeners[i] = 0;
            continue;
        }

        witnessed = 1;
    }

    return witnessed;
}


void
ngx_http_patron_zone_unlisten(ngx_http_patron_zone_t *zone, uint32_t redis,
    ngx_uint_t lost)
{
    ngx_uint_t                 i;
    ngx_http_patron_server_t  *server;

    ngx_http_patron_zone_lock(zone);

    server = &zone->sh->servers[ngx_http_patron_zone_server(zone, redis)];

    if (lost) {
        server->generation++;
        server->known = 0;
        server->unknown = 0;
        zone->sh->history.troubled = ngx_time();
    }

    for (i = 0; i < NGX_HTTP_PATRON_ZONE_LISTENERS; i++) {
        if (server->listeners[i] == ngx_pid) {
            server->listeners[i] = 0;
        }
    }

    ngx_http_patron_zone_unlock(zone);
}


ngx_uint_t
ngx_http_patron_zone_relieved(ngx_http_patron_zone_t *zone, uint32_t redis)
{
    ngx_uint_t                 i, relieved;
    ngx_http_patron_server_t  *server;

    ngx_http_patron_zone_lock(zone);

    server = &zone->sh->servers[ngx_http_patron_zone_server(zone, redis)];

    relieved = ngx_http_patron_zone_witnessed(server)
               || zone->cycle == zone->sh->cycles;

    for (i = 0; !relieved && i < NGX_HTTP_PATRON_ZONE_LISTENERS; i++) {
        if (server->listeners[i] == 0) {
            server->listeners[i] = ngx_pid;
            break;
        }
    }

    ngx_http_patron_zone_unlock(zone);

    return relieved;
}


ngx_uint_t
ngx_http_patron_zone_switches(ngx_http_patron_zone_t *zone, uint32_t redis)
{
    ngx_http_patron_server_t  *server;

    /* read on every request: without the mutex, one word is whole anyway */

    server = ngx_http_patron_zone_known_server(zone, redis);

    return server ? server->switches : 0;
}


/* NULL where nothing is noted of it yet; without the mutex. */

static ngx_http_patron_server_t *
ngx_http_patron_zone_known_server(ngx_http_patron_zone_t *zone, uint32_t redis)
{
    ngx_uint_t  i;

    for (i = 0; i < NGX_HTTP_PATRON_ZONE_SERVERS; i++) {
        if (zone->sh->servers[i].id == redis) {
            return &zone->sh->servers[i];
        }
    }

    return NULL;
}


void
ngx_http_patron_zone_set_switches(ngx_http_patron_zone_t *zone,
    uint32_t redis, ngx_uint_t switches)
{
    ngx_uint_t  i;

    ngx_http_patron_zone_lock(zone);

    i = ngx_http_patron_zone_server(zone, redis);
    zone->sh->servers[i].switches = (uint32_t) switches;

    ngx_http_patron_zone_unlock(zone);
}


ngx_uint_t
ngx_http_patron_zone_member_asked(ngx_http_patron_zone_t *zone,
    uint32_t redis, ngx_uint_t found)
{
    ngx_uint_t                 i, first;
    ngx_http_patron_server_t  *server;

    server = zone->sh->servers;

    for (i = 0; i < NGX_HTTP_PATRON_ZONE_SERVERS; i++) {
        if (server[i].id == redis && server[i].known) {
            /* as a rule: without the mutex */
            return 0;
        }
    }

    ngx_http_patron_zone_lock(zone);

    server = &zone->sh->servers[ngx_http_patron_zone_server(zone, redis)];

    server->known |= (found != 0);
    server->unknown = server->known ? 0 : server->unknown + 1;
    first = (server->unknown == 1);

    if (first) {
        zone->sh->history.troubled = ngx_time();
    }

    ngx_http_patron_zone_unlock(zone);

    return first;
}


ngx_uint_t
ngx_http_patron_zone_strangers(ngx_http_patron_zone_t *zone, uint32_t redis)
{
    ngx_http_patron_server_t  *server;

    server = ngx_http_patron_zone_known_server(zone, redis);

    return server ? server->unknown : 0;
}


void
ngx_http_patron_zone_refuse(ngx_http_patron_zone_t *zone, uint32_t redis,
    ngx_http_patron_refusal_e what, ngx_uint_t why)
{
    uint32_t                   refused;
    ngx_http_patron_server_t  *server;

    refused = why ? (uint32_t) (ngx_time() / 32 * 32 + why) : 0;

    server = ngx_http_patron_zone_known_server(zone, redis);

    if (server != NULL && server->refused[what] == refused) {
        /* as a rule: without the mutex */
        return;
    }

    ngx_http_patron_zone_lock(zone);

    zone->sh->servers[ngx_http_patron_zone_server(zone, redis)].refused[what]
        = refused;

    ngx_http_patron_zone_unlock(zone);
}


ngx_uint_t
ngx_http_patron_zone_refusal(ngx_http_patron_zone_t *zone, uint32_t redis,
    ngx_http_patron_refusal_e what, time_t age)
{
    ngx_http_patron_server_t  *server;

    server = ngx_http_patron_zone_known_server(zone, redis);

    return (server != NULL
            && ngx_time() - (time_t) server->refused[what] <= age)
           ? server->refused[what] % 32 : 0;
}
