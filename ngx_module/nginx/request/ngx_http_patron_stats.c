
/*
 * Counters on their way from the zone to Redis: about once a second, while
 * there is something to write, by the one worker that holds the lease.
 *
 * A batch goes as one script call on the day's key.  The script remembers the
 * batch's number in the same hash, in the field "batch.<instance>", so that a
 * batch whose answer was lost and that is sent again is applied once; being in
 * the same key, the number and the counters are kept or lost together.  While
 * Redis is away everything stays in the zone.
 *
 * A worker that quits stays for what it has counted, unless Redis is away: then
 * the zone, which a reload keeps, is where the next worker finds it.
 */


#include <ngx_config.h>
#include <ngx_core.h>

#include "patron_agent.h"
#include "patron_date.h"
#include "patron_dialogue.h"
#include "ngx_http_patron_conf.h"
#include "ngx_http_patron_once.h"
#include "ngx_http_patron_prefetch.h"
#include "ngx_http_patron_redis.h"
#include "ngx_http_patron_redis_script.h"
#include "ngx_http_patron_state.h"
#include "ngx_http_patron_stats.h"
#include "ngx_http_patron_str.h"
#include "ngx_http_patron_zone_blob.h"
#include "ngx_http_patron_zone_stats.h"


#define NGX_HTTP_PATRON_STATS_TICK   200
#define NGX_HTTP_PATRON_STATS_FLUSH  1000
#define NGX_HTTP_PATRON_STATS_ARGS   (3 + 2 * NGX_HTTP_PATRON_BATCH)
#define NGX_HTTP_PATRON_STATS_KEY    sizeof("stats:2026-11-22")
#define NGX_HTTP_PATRON_STATS_TRIES  2


struct ngx_http_patron_stats_writer_s {
    ngx_http_patron_redis_t   *redis;
    ngx_http_patron_zone_t    *zone;
    ngx_http_patron_script_t   script;
    ngx_event_t                tick;
    ngx_msec_t                 flushed;
    uint64_t                   number;      /* of the batch being written */
    ngx_uint_t                 failures;    /* in a row */
    ngx_uint_t                 last;        /* writes since it quits */
    ngx_uint_t                 writing;     /* the answer has not come */
    time_t                     told;        /* that counters were lost */
    time_t                     waits;       /* told that they must wait */
};


static void ngx_http_patron_stats_wake(ngx_http_patron_stats_writer_t *writer);
static void ngx_http_patron_stats_tick(ngx_event_t *ev);
static ngx_uint_t ngx_http_patron_stats_flush(
    ngx_http_patron_stats_writer_t *writer);
static ngx_int_t ngx_http_patron_stats_write(
    ngx_http_patron_stats_writer_t *writer, ngx_http_patron_batch_t *batch);
static u_char *ngx_http_patron_stats_number(u_char *p, ngx_str_t *arg,
    int64_t number);
static void ngx_http_patron_stats_lost(
    ngx_http_patron_stats_writer_t *writer);
static void ngx_http_patron_stats_refused(
    ngx_http_patron_stats_writer_t *writer, patron_redis_error_e error);
static void ngx_http_patron_stats_written(void *data, patron_reply_t *reply);


/*
 * A batch is written whole or not at all: what forbids HINCRBY is told before
 * the batch is noted as written.  A count that overflows is passed over.
 */

static ngx_str_t  ngx_http_patron_stats_script = ngx_string(
    "local last = redis.pcall('HGET', KEYS[1], ARGV[1])\n"
    "if type(last) == 'table' then\n"
    "    return string.find(last.err, 'WRONGTYPE', 1, true) and -1 or last\n"
    "end\n"
    "if last and tonumber(last) and tonumber(last) >= tonumber(ARGV[2]) then\n"
    "    return 0\n"
    "end\n"
    "local may = redis.pcall('HINCRBY', KEYS[1], ARGV[1], 0)\n"
    "if type(may) == 'table' and not string.find(may.err, 'integer') then\n"
    "    return may\n"
    "end\n"
    "redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])\n"
    "for i = 3, #ARGV, 2 do\n"
    "    redis.pcall('HINCRBY', KEYS[1], ARGV[i], ARGV[i + 1])\n"
    "end\n"
    "return 1\n"
);


ngx_http_patron_stats_writer_t *
ngx_http_patron_stats_add(ngx_conf_t *cf, ngx_http_patron_redis_t *redis)
{
    ngx_uint_t                        i;
    ngx_http_patron_main_conf_t      *pmcf;
    ngx_http_patron_stats_writer_t  **writers, *writer;

    pmcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_patron_module);

    writers = pmcf->stats.elts;

    for (i = 0; i < pmcf->stats.nelts; i++) {
        if (writers[i]->redis == redis) {
            return writers[i];
        }
    }

    writers = ngx_array_push(&pmcf->stats);
    writer = ngx_pcalloc(cf->pool, sizeof(ngx_http_patron_stats_writer_t));

    if (writers == NULL || writer == NULL) {
        return NULL;
    }

    writer->redis = redis;
    writer->zone = pmcf->zone;
    writer->script.text = ngx_http_patron_stats_script;

    if (ngx_http_patron_redis_script_init(cf->pool, &writer->script)
        != NGX_OK)
    {
        return NULL;
    }

    *writers = writer;

    return writer;
}


ngx_int_t
ngx_http_patron_stats_init_process(ngx_cycle_t *cycle)
{
    ngx_uint_t                        i;
    ngx_http_patron_main_conf_t      *pmcf;
    ngx_http_patron_stats_writer_t  **writers;

    pmcf = ngx_http_cycle_get_module_main_conf(cycle, ngx_http_patron_module);

    if (pmcf == NULL) {
        return NGX_OK;
    }

    writers = pmcf->stats.elts;

    for (i = 0; i < pmcf->stats.nelts; i++) {
        writers[i]->tick.handler = ngx_http_patron_stats_tick;
        writers[i]->tick.data = writers[i];
        writers[i]->tick.log = cycle->log;

        /* for what earlier workers left */

        ngx_http_patron_stats_wake(writers[i]);
    }

    return NGX_OK;
}


void
ngx_http_patron_stats_exit_process(ngx_cycle_t *cycle)
{
    ngx_uint_t                        i;
    ngx_http_patron_main_conf_t      *pmcf;
    ngx_http_patron_stats_writer_t  **writers;

    pmcf = ngx_http_cycle_get_module_main_conf(cycle, ngx_http_patron_module);

    if (pmcf == NULL) {
        return;
    }

    writers = pmcf->stats.elts;

    for (i = 0; i < pmcf->stats.nelts; i++) {

        if (writers[i]->tick.timer_set) {
            ngx_del_timer(&writers[i]->tick);
        }

        ngx_http_patron_zone_release(writers[i]->zone,
                            ngx_http_patron_redis_id(writers[i]->redis),
                            NGX_HTTP_PATRON_LEASE_STATS);
    }
}


void
ngx_http_patron_stats_count(ngx_http_request_t *r, const char *what,
    ngx_str_t *name)
{
    ngx_http_patron_loc_conf_t  *plcf;

    plcf = ngx_http_get_module_loc_conf(r, ngx_http_patron_module);

    ngx_http_patron_stats_sum(ngx_http_patron_request_zone(r), plcf->redis,
                              plcf->stats, what, name, 1);
}


ngx_int_t
ngx_http_patron_stats_counter(ngx_pool_t *pool,
    ngx_http_patron_counter_t *counter, const char *what, ngx_str_t *name)
{
    u_char  *p;

    p = ngx_pnalloc(pool, ngx_strlen(what) + 1 + name->len);
    if (p == NULL) {
        return NGX_ERROR;
    }

    counter->field.data = p;
    counter->field.len = ngx_sprintf(p, "%s.%V", what, name) - p;
    counter->hash = 0;

    return NGX_OK;
}


void
ngx_http_patron_stats_counted(ngx_http_request_t *r,
    ngx_http_patron_counter_t *counter)
{
    ngx_http_patron_zone_t      *zone;
    ngx_http_patron_loc_conf_t  *plcf;

    plcf = ngx_http_get_module_loc_conf(r, ngx_http_patron_module);
    zone = ngx_http_patron_request_zone(r);

    if (zone == NULL) {
        return;
    }

    if (counter->hash == 0) {
        counter->hash = ngx_http_patron_zone_stat_hash(&counter->field);
    }

    ngx_http_patron_zone_stat(zone, plcf->redis
                                    ? ngx_http_patron_redis_id(plcf->redis) : 0,
                              &counter->field, counter->hash, 1, ngx_time());

    if (plcf->stats != NULL) {
        ngx_http_patron_stats_wake(plcf->stats);
    }
}


void
ngx_http_patron_stats_sum(ngx_http_patron_zone_t *zone,
    ngx_http_patron_redis_t *redis, ngx_http_patron_stats_writer_t *writer,
    const char *what, ngx_str_t *name, int64_t n)
{
    u_char     *p, buf[NGX_HTTP_PATRON_STAT_MAX + 1];
    ngx_str_t   field;

    if (zone == NULL || n == 0) {
        return;
    }

    p = buf;

    if (n < 0) {
        *p++ = '-';
        n = -n;
    }

    field.data = buf;
    p = ngx_cpymem(p, what, ngx_strlen(what));
    *p++ = '.';
    p = ngx_cpymem(p, name->data, ngx_min(name->len,
                                          (size_t) (buf + sizeof(buf) - p)));
    field.len = p - buf;

    ngx_http_patron_zone_stat(zone,
                              redis ? ngx_http_patron_redis_id(redis) : 0,
                              &field, ngx_http_patron_zone_stat_hash(&field),
                              (uint64_t) n, ngx_time());

    if (writer != NULL) {
        ngx_http_patron_stats_wake(writer);
    }
}


void
ngx_http_patron_stats_decision(ngx_http_request_t *r,
    ngx_http_patron_state_t *st, patron_decision_e decision)
{
    ngx_http_patron_counter_t  *counters;

    /* by level */

    static ngx_http_patron_counter_t  walled[] = {
        ngx_http_patron_stats_name("walled.free"),
        ngx_http_patron_stats_name("walled.metered"),
        ngx_http_patron_stats_name("walled.members"),
        ngx_http_patron_stats_name("walled.tiers")
    };
    static ngx_http_patron_counter_t  metered[] = {
        ngx_http_patron_stats_name("metered.free"),
        ngx_http_patron_stats_name("metered.metered"),
        ngx_http_patron_stats_name("metered.members"),
        ngx_http_patron_stats_name("metered.tiers")
    };
    static ngx_http_patron_counter_t  gifted[] = {
        ngx_http_patron_stats_name("gifted.free"),
        ngx_http_patron_stats_name("gifted.metered"),
        ngx_http_patron_stats_name("gifted.members"),
        ngx_http_patron_stats_name("gifted.tiers")
    };

    switch (decision) {

    case PATRON_DECISION_WALL:
        counters = walled;
        break;

    case PATRON_DECISION_METER:
        counters = metered;
        break;

    case PATRON_DECISION_GIFT:
        counters = gifted;
        break;

    default:
        return;
    }

    if (r->method != NGX_HTTP_HEAD && ngx_http_patron_stats_reader(r)) {
        ngx_http_patron_stats_counted(r, &counters[st->level.type]);
    }
}


ngx_uint_t
ngx_http_patron_stats_reader(ngx_http_request_t *r)
{
    return !ngx_http_patron_stats_machine(r)
           && !ngx_http_patron_is_prefetch(r);
}


ngx_uint_t
ngx_http_patron_stats_machine(ngx_http_request_t *r)
{
    patron_str_t              agent;
    ngx_http_patron_state_t  *st;

    if (r->headers_in.user_agent == NULL) {
        return 0;
    }

    st = ngx_http_patron_state(r);
    agent = ngx_http_patron_pure_str(&r->headers_in.user_agent->value);

    if (st == NULL) {
        return patron_agent_is_machine(&agent);
    }

    if (st->agent == agent.data) {
        return st->machine;
    }

    st->agent = agent.data;
    st->machine = patron_agent_is_machine(&agent);

    return st->machine;
}


static void
ngx_http_patron_stats_wake(ngx_http_patron_stats_writer_t *writer)
{
    if (!writer->tick.timer_set) {
        ngx_add_timer(&writer->tick, NGX_HTTP_PATRON_STATS_TICK);
    }
}


/* Ticks while there is something to write. */

static void
ngx_http_patron_stats_tick(ngx_event_t *ev)
{
    ngx_http_patron_stats_writer_t  *writer = ev->data;

    if (ngx_http_patron_stats_flush(writer)) {
        ngx_add_timer(ev, NGX_HTTP_PATRON_STATS_TICK);
    }
}


/* True if there is more to come. */

static ngx_uint_t
ngx_http_patron_stats_flush(ngx_http_patron_stats_writer_t *writer)
{
    uint32_t                  redis;
    ngx_http_patron_batch_t  *batch;

    if (writer->writing) {
        return 1;
    }

    redis = ngx_http_patron_redis_id(writer->redis);

    if (!ngx_exiting
        && ngx_current_msec - writer->flushed < NGX_HTTP_PATRON_STATS_FLUSH)
    {
        return 1;
    }

    if (!ngx_http_patron_zone_lease(writer->zone, redis,
                                    NGX_HTTP_PATRON_LEASE_STATS))
    {
        /* its holder writes all there is */
        return !ngx_exiting;
    }

    batch = ngx_alloc(sizeof(ngx_http_patron_batch_t), ngx_cycle->log);
    if (batch == NULL) {
        return 1;
    }

    /* a worker that quits leaves what comes later to the others */

    if ((ngx_exiting && writer->last++ == NGX_HTTP_PATRON_STATS_TRIES)
        || ngx_http_patron_zone_batch(writer->zone, redis, batch) != NGX_OK)
    {
        ngx_free(batch);
        ngx_http_patron_zone_release(writer->zone, redis,
                                     NGX_HTTP_PATRON_LEASE_STATS);
        return 0;
    }

    writer->flushed = ngx_current_msec;

    if (ngx_http_patron_stats_write(writer, batch) == NGX_OK) {
        writer->writing = 1;

    } else {
        /* another worker may have a connection */
        writer->failures++;
        ngx_http_patron_zone_release(writer->zone, redis,
                                     NGX_HTTP_PATRON_LEASE_STATS);
    }

    ngx_free(batch);

    return !ngx_exiting
           || writer->failures < NGX_HTTP_PATRON_STATS_TRIES;
}


static ngx_int_t
ngx_http_patron_stats_write(ngx_http_patron_stats_writer_t *writer,
    ngx_http_patron_batch_t *batch)
{
    u_char         *p, *numbers;
    int64_t         number;
    ngx_int_t       rc;
    ngx_str_t       argv[NGX_HTTP_PATRON_STATS_ARGS], *prefix;
    ngx_uint_t      i, n;
    patron_date_t   date;

    prefix = ngx_http_patron_redis_prefix(writer->redis);

    numbers = ngx_alloc(prefix->len + NGX_HTTP_PATRON_STATS_KEY
                        + sizeof("batch.") + 16
                        + (batch->n + 1) * NGX_INT64_LEN, ngx_cycle->log);
    if (numbers == NULL) {
        return NGX_ERROR;
    }

    patron_date_from_days(batch->day, &date);

    argv[0].data = numbers;
    p = ngx_sprintf(numbers, "%Vstats:%04d-%02d-%02d", prefix, date.year,
                    date.month, date.day);
    argv[0].len = p - argv[0].data;

    argv[1].data = p;
    p = ngx_sprintf(p, "batch.%016xL", batch->instance);
    argv[1].len = p - argv[1].data;

    p = ngx_http_patron_stats_number(p, &argv[2], (int64_t) batch->number);

    n = 3;

    for (i = 0; i < batch->n; i++) {
        argv[n] = batch->counted[i].name;
        number = (int64_t) batch->counted[i].count;

        if (argv[n].len && argv[n].data[0] == '-') {
            argv[n].data++;
            argv[n].len--;
            number = -number;
        }

        p = ngx_http_patron_stats_number(p, &argv[n + 1], number);
        n += 2;
    }

    writer->number = batch->number;

    rc = ngx_http_patron_redis_script(writer->redis, &writer->script, 1, argv,
                                      n, ngx_http_patron_stats_written,
                                      writer);
    ngx_free(numbers);

    return rc;
}


static u_char *
ngx_http_patron_stats_number(u_char *p, ngx_str_t *arg, int64_t number)
{
    arg->data = p;
    p = ngx_sprintf(p, "%L", number);
    arg->len = p - arg->data;

    return p;
}


/* Told once a minute. */

static void
ngx_http_patron_stats_lost(ngx_http_patron_stats_writer_t *writer)
{
    if (!ngx_http_patron_once(&writer->told)) {
        return;
    }

    ngx_log_error(NGX_LOG_ERR, ngx_cycle->log, 0,
                  "patron: redis %V: counters were lost: the day's "
                  "\"%Vstats:\" key is no hash",
                  ngx_http_patron_redis_name(writer->redis),
                  ngx_http_patron_redis_prefix(writer->redis));
}


/*
 * Told once a minute, but not the first time: a failover is over by the second.
 * That Redis is away is told by its connection.
 */

static void
ngx_http_patron_stats_refused(ngx_http_patron_stats_writer_t *writer,
    patron_redis_error_e error)
{
    if (error == PATRON_REDIS_FINE
        || patron_redis_error_fatal(error)
        || writer->failures < 2)
    {
        return;
    }

    ngx_http_patron_zone_refuse(writer->zone,
                                ngx_http_patron_redis_id(writer->redis),
                                NGX_HTTP_PATRON_REFUSED_WRITES, error);

    if (ngx_time() - writer->waits < 60) {
        return;
    }

    writer->waits = ngx_time();

    ngx_log_error(NGX_LOG_ERR, ngx_cycle->log, 0,
                  "patron: redis %V: counters cannot be written: %s; they "
                  "wait in the zone",
                  ngx_http_patron_redis_name(writer->redis),
                  patron_redis_error_reason(error));
}


static void
ngx_http_patron_stats_written(void *data, patron_reply_t *reply)
{
    ngx_http_patron_stats_writer_t  *writer = data;

    writer->writing = 0;

    if (patron_reply_type(reply) != PATRON_REPLY_INTEGER) {
        writer->failures++;
        ngx_http_patron_stats_refused(writer, patron_redis_error(reply));
        return;
    }

    writer->failures = 0;

    ngx_http_patron_zone_refuse(writer->zone,
                                ngx_http_patron_redis_id(writer->redis),
                                NGX_HTTP_PATRON_REFUSED_WRITES,
                                PATRON_REDIS_FINE);

    if (patron_reply_int(reply, 0) < 0) {

        /* nothing can be counted there: what follows is not to wait for it */

        ngx_http_patron_stats_lost(writer);
    }

    ngx_http_patron_zone_batch_sent(writer->zone,
                                 ngx_http_patron_redis_id(writer->redis),
                                 writer->number);
}
