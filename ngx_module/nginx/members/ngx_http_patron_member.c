
/*
 * Finding a member: the zone, or one lookup for all who want to know at once.
 *
 * A lookup is two commands in one write, HMGET for the fields and PTTL, which
 * also tells an absent key from one without our fields.  Its answer goes to
 * the zone, unless a change has overtaken it, and to each waiter by a posted
 * event of the waiter's own.
 *
 * When the time is up the waiters are told at once, but the lookup lives on: an
 * answer that comes late still makes the member known.  While it is late, or
 * the server silent, nobody waits for it.
 */


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_event.h>

#include "patron_dialogue.h"
#include "patron_record.h"
#include "patron_token.h"
#include "ngx_http_patron_compat.h"
#include "ngx_http_patron_member.h"
#include "ngx_http_patron_once.h"
#include "ngx_http_patron_redis.h"
#include "ngx_http_patron_redis_conn.h"
#include "ngx_http_patron_redis_tracking.h"
#include "ngx_http_patron_zone.h"
#include "ngx_http_patron_zone_members.h"


#define NGX_HTTP_PATRON_SPARES         64       /* lookups */
#define NGX_HTTP_PATRON_LOOKUP_LOGGED  60       /* s, of one reason */


typedef struct {
    ngx_str_node_t                node;         /* id of the server, and sub */
    u_char                        id[sizeof(uint32_t) + PATRON_SUB_MAX];
    ngx_str_t                     sub;          /* into id */
    ngx_http_patron_redis_t      *redis;
    ngx_http_patron_zone_t       *zone;
    ngx_http_patron_zone_mark_t   mark;
    ngx_queue_t                   waiters;
    patron_record_t               record;
    int64_t                       pttl;
    ngx_uint_t                    pending;      /* commands */
    unsigned                      failed:1;
    unsigned                      late:1;
} ngx_http_patron_lookup_t;


static ngx_int_t ngx_http_patron_member_known(ngx_http_patron_redis_t *redis,
    ngx_http_patron_zone_t *zone, ngx_str_t *sub,
    ngx_http_patron_member_t *member);
static ngx_http_patron_lookup_t *ngx_http_patron_lookup_find(ngx_str_t *id,
    uint32_t hash);
static ngx_http_patron_lookup_t *ngx_http_patron_lookup_start(
    ngx_http_patron_redis_t *redis, ngx_http_patron_zone_t *zone,
    ngx_str_t *id, uint32_t hash);
static ngx_http_patron_lookup_t *ngx_http_patron_lookup_alloc(void);
static void ngx_http_patron_lookup_free(ngx_http_patron_lookup_t *lookup);
static ngx_int_t ngx_http_patron_lookup_send(
    ngx_http_patron_lookup_t *lookup);
static void ngx_http_patron_lookup_fields(void *data, patron_reply_t *reply);
static void ngx_http_patron_lookup_expiry(void *data, patron_reply_t *reply);
static ngx_int_t ngx_http_patron_lookup_usable(
    ngx_http_patron_lookup_t *lookup, patron_reply_t *reply);
static void ngx_http_patron_lookup_done(ngx_http_patron_lookup_t *lookup);
static void ngx_http_patron_lookup_store(ngx_http_patron_lookup_t *lookup);
static void ngx_http_patron_lookup_note(ngx_http_patron_lookup_t *lookup);
static void ngx_http_patron_lookup_wake(ngx_http_patron_lookup_t *lookup,
    ngx_uint_t answered);
static void ngx_http_patron_member_fill(ngx_http_patron_member_t *member,
    patron_record_t *record);
static void ngx_http_patron_member_wake_handler(ngx_event_t *ev);


/* The lookups in flight of this worker. */

static ngx_rbtree_t       ngx_http_patron_lookups;
static ngx_rbtree_node_t  ngx_http_patron_lookups_sentinel;

/* The memory of some that are over, for those to come. */

static ngx_http_patron_lookup_t
                         *ngx_http_patron_spares[NGX_HTTP_PATRON_SPARES];
static ngx_uint_t         ngx_http_patron_nspares;

/* When a refusal was logged: once a second is enough. */

static time_t             ngx_http_patron_lookup_logged[PATRON_REDIS_ERRORS];
static time_t             ngx_http_patron_lookup_warned;


ngx_int_t
ngx_http_patron_member_find(ngx_http_patron_redis_t *redis,
    ngx_http_patron_zone_t *zone, ngx_str_t *sub,
    ngx_http_patron_member_t *member, ngx_http_patron_waiter_t *w)
{
    u_char                     buf[sizeof(uint32_t) + PATRON_SUB_MAX];
    uint32_t                   hash, number;
    ngx_int_t                  rc;
    ngx_str_t                  id;
    ngx_http_patron_lookup_t  *lookup;

    if (sub->len == 0 || sub->len > PATRON_SUB_MAX) {
        return NGX_ERROR;
    }

    rc = ngx_http_patron_member_known(redis, zone, sub, member);

    if (rc == NGX_OK) {
        return NGX_OK;
    }

    w->stale = (rc == NGX_AGAIN);

    number = ngx_http_patron_redis_id(redis);
    ngx_memcpy(buf, &number, sizeof(uint32_t));
    ngx_memcpy(buf + sizeof(uint32_t), sub->data, sub->len);

    id.data = buf;
    id.len = sizeof(uint32_t) + sub->len;
    hash = ngx_murmur_hash2(id.data, id.len);

    lookup = ngx_http_patron_lookup_find(&id, hash);

    if (lookup == NULL) {
        lookup = ngx_http_patron_lookup_start(redis, zone, &id, hash);
    }

    if (lookup == NULL || lookup->late || ngx_http_patron_redis_away(redis)) {
        return w->stale ? NGX_OK : NGX_ERROR;
    }

    ngx_memzero(&w->event, sizeof(ngx_event_t));

    w->event.handler = ngx_http_patron_member_wake_handler;
    w->event.data = w;
    w->event.log = w->log;
    w->member = member;
    w->waited = ngx_current_msec;
    w->waiting = 1;

    ngx_queue_insert_tail(&lookup->waiters, &w->queue);

    return NGX_AGAIN;
}


void
ngx_http_patron_member_cancel(ngx_http_patron_waiter_t *w)
{
    if (!w->waiting) {
        return;
    }

    w->waiting = 0;

    if (w->event.posted) {
        ngx_delete_posted_event(&w->event);
        return;
    }

    ngx_queue_remove(&w->queue);
}


/* As ngx_http_patron_zone_find(). */

static ngx_int_t
ngx_http_patron_member_known(ngx_http_patron_redis_t *redis,
    ngx_http_patron_zone_t *zone, ngx_str_t *sub,
    ngx_http_patron_member_t *member)
{
    ngx_int_t                 rc;
    ngx_http_patron_record_t  record;

    if (zone == NULL) {
        return NGX_DECLINED;
    }

    rc = ngx_http_patron_zone_find(zone, ngx_http_patron_redis_id(redis), sub,
                                   ngx_http_patron_listening(redis), &record,
                                   member->buf);

    if (rc == NGX_DECLINED) {
        return NGX_DECLINED;
    }

    member->status = record.status;
    member->source = (rc == NGX_OK) ? NGX_HTTP_PATRON_FROM_ZONE
                                    : NGX_HTTP_PATRON_FROM_STALE;
    member->until = record.until;
    member->not_before = record.not_before;
    member->gave_until = record.gave_until;
    member->grace_until = record.grace_until;
    member->tier = record.tier;
    member->name = record.name;
    member->rest = record.rest;

    return rc;
}


static ngx_http_patron_lookup_t *
ngx_http_patron_lookup_find(ngx_str_t *id, uint32_t hash)
{
    if (ngx_http_patron_lookups.root == NULL) {
        ngx_rbtree_init(&ngx_http_patron_lookups,
                        &ngx_http_patron_lookups_sentinel,
                        ngx_str_rbtree_insert_value);
    }

    return (ngx_http_patron_lookup_t *)
           ngx_str_rbtree_lookup(&ngx_http_patron_lookups, id, hash);
}


static ngx_http_patron_lookup_t *
ngx_http_patron_lookup_start(ngx_http_patron_redis_t *redis,
    ngx_http_patron_zone_t *zone, ngx_str_t *id, uint32_t hash)
{
    ngx_http_patron_lookup_t  *lookup;

    lookup = ngx_http_patron_lookup_alloc();
    if (lookup == NULL) {
        return NULL;
    }

    ngx_memcpy(lookup->id, id->data, id->len);

    lookup->sub.data = lookup->id + sizeof(uint32_t);
    lookup->sub.len = id->len - sizeof(uint32_t);

    lookup->redis = redis;
    lookup->zone = zone;
    lookup->pttl = -1;
    lookup->pending = 0;
    lookup->failed = 0;
    lookup->late = 0;

    ngx_queue_init(&lookup->waiters);

    if (zone != NULL) {
        ngx_http_patron_zone_mark(zone, ngx_http_patron_redis_id(redis),
                                  &lookup->sub, &lookup->mark);
    }

    if (ngx_http_patron_lookup_send(lookup) != NGX_OK) {
        ngx_http_patron_lookup_free(lookup);
        return NULL;
    }

    ngx_http_patron_zone_count(zone, NGX_HTTP_PATRON_C_LOOKUPS);

    lookup->node.node.key = hash;
    lookup->node.str.data = lookup->id;
    lookup->node.str.len = id->len;

    ngx_rbtree_insert(&ngx_http_patron_lookups, &lookup->node.node);

    return lookup;
}


static ngx_http_patron_lookup_t *
ngx_http_patron_lookup_alloc(void)
{
    if (ngx_http_patron_nspares) {
        return ngx_http_patron_spares[--ngx_http_patron_nspares];
    }

    return ngx_alloc(sizeof(ngx_http_patron_lookup_t), ngx_cycle->log);
}


static void
ngx_http_patron_lookup_free(ngx_http_patron_lookup_t *lookup)
{
    if (ngx_http_patron_nspares < NGX_HTTP_PATRON_SPARES
        && ngx_http_patron_compat_reuse())
    {
        ngx_http_patron_spares[ngx_http_patron_nspares++] = lookup;
        return;
    }

    ngx_free(lookup);
}


ngx_str_t
ngx_http_patron_member_key(u_char *buf, ngx_http_patron_redis_t *redis,
    ngx_uint_t gave, u_char *sub, size_t len)
{
    u_char     *p;
    ngx_str_t   key;

    p = ngx_http_patron_redis_key(buf, redis, gave ? "gave:" : "member:");

    key.data = buf;
    key.len = patron_key_escape(p, sub, len) - buf;

    return key;
}


static ngx_int_t
ngx_http_patron_lookup_send(ngx_http_patron_lookup_t *lookup)
{
    u_char       buf[NGX_HTTP_PATRON_MEMBER_KEY];
    u_char       bytes[NGX_HTTP_PATRON_MEMBER_KEY + PATRON_RECORD_ASK];
    ngx_int_t    rc;
    ngx_str_t    key, command;
    ngx_uint_t   gave;

    gave = (lookup->sub.data[0] == NGX_HTTP_PATRON_MEMBER_GAVE);

    key = ngx_http_patron_member_key(buf, lookup->redis, gave,
                                     lookup->sub.data + gave,
                                     lookup->sub.len - gave);

    command.data = bytes;
    command.len = patron_record_hmget(bytes, key.data, key.len) - bytes;

    rc = ngx_http_patron_redis_read_patient(lookup->redis, &command, &key,
                                            ngx_http_patron_lookup_fields,
                                            lookup);
    if (rc != NGX_OK) {
        return rc;
    }

    lookup->pending++;

    command.len = patron_record_pttl(bytes, key.data, key.len) - bytes;

    rc = ngx_http_patron_redis_read_patient(lookup->redis, &command, &key,
                                            ngx_http_patron_lookup_expiry,
                                            lookup);
    if (rc != NGX_OK) {
        /* the first one is on its way, and will end the lookup */
        lookup->failed = 1;
        return NGX_OK;
    }

    lookup->pending++;

    return NGX_OK;
}


static void
ngx_http_patron_lookup_fields(void *data, patron_reply_t *reply)
{
    ngx_http_patron_lookup_t  *lookup = data;

    if (ngx_http_patron_lookup_usable(lookup, reply) == NGX_OK
        && patron_record_read(&lookup->record, reply) == PATRON_ERROR)
    {
        lookup->failed = 1;
        ngx_http_patron_redis_distrust();
    }

    if (reply != NGX_HTTP_PATRON_REDIS_LATE && --lookup->pending == 0) {
        ngx_http_patron_lookup_done(lookup);
    }
}


static void
ngx_http_patron_lookup_expiry(void *data, patron_reply_t *reply)
{
    ngx_http_patron_lookup_t  *lookup = data;

    if (ngx_http_patron_lookup_usable(lookup, reply) == NGX_OK) {
        lookup->pttl = patron_reply_int(reply, -3);

        if (lookup->pttl < -2) {
            lookup->failed = 1;
            ngx_http_patron_redis_distrust();
        }
    }

    if (reply != NGX_HTTP_PATRON_REDIS_LATE && --lookup->pending == 0) {
        ngx_http_patron_lookup_done(lookup);
    }
}


/* NGX_OK if there is an answer to be read. */

static ngx_int_t
ngx_http_patron_lookup_usable(ngx_http_patron_lookup_t *lookup,
    patron_reply_t *reply)
{
    patron_redis_error_e  error;

    if (reply == NGX_HTTP_PATRON_REDIS_LATE) {

        if (!lookup->late) {
            lookup->late = 1;

            ngx_http_patron_zone_count(lookup->zone,
                                       NGX_HTTP_PATRON_C_LOOKUP_TIMEOUTS);
            ngx_http_patron_lookup_wake(lookup, 0);
        }

        return NGX_DECLINED;
    }

    if (reply == NULL) {
        lookup->failed = 1;
        return NGX_DECLINED;
    }

    error = patron_redis_error(reply);

    if (error == PATRON_REDIS_FINE) {
        return NGX_OK;
    }

    lookup->failed = 1;

    if (patron_redis_error_fatal(error)) {
        return NGX_DECLINED;
    }

    if (error != PATRON_REDIS_WRONGTYPE && lookup->zone != NULL) {
        ngx_http_patron_zone_refuse(lookup->zone,
                                    ngx_http_patron_redis_id(lookup->redis),
                                    NGX_HTTP_PATRON_REFUSED_MEMBERS, error);
    }

    /* a server that refuses one lookup mostly refuses them all */

    if (ngx_time() - ngx_http_patron_lookup_logged[error]
        >= NGX_HTTP_PATRON_LOOKUP_LOGGED)
    {
        ngx_http_patron_lookup_logged[error] = ngx_time();

        ngx_log_error(NGX_LOG_ERR, ngx_cycle->log, 0,
                      "patron: member \"%V\" cannot be read from redis %V: %s",
                      &lookup->sub, ngx_http_patron_redis_name(lookup->redis),
                      patron_redis_error_reason(error));
    }

    return NGX_DECLINED;
}


static void
ngx_http_patron_lookup_done(ngx_http_patron_lookup_t *lookup)
{
    ngx_uint_t  level;

    ngx_rbtree_delete(&ngx_http_patron_lookups, &lookup->node.node);

    if (lookup->failed) {
        ngx_http_patron_zone_count(lookup->zone,
                                   NGX_HTTP_PATRON_C_LOOKUP_ERRORS);
        ngx_http_patron_lookup_wake(lookup, 0);
        ngx_http_patron_lookup_free(lookup);
        return;
    }

    if (lookup->pttl == -2) {
        ngx_memzero(&lookup->record, sizeof(patron_record_t));

    } else if (lookup->record.warning != NULL) {
        level = ngx_http_patron_once_level(&ngx_http_patron_lookup_warned);

        ngx_log_error(level, ngx_cycle->log, 0,
                      "patron: member \"%V\" of redis %V: %s",
                      &lookup->sub, ngx_http_patron_redis_name(lookup->redis),
                      lookup->record.warning);
    }

    if (lookup->zone != NULL) {
        ngx_http_patron_zone_refuse(lookup->zone,
                                    ngx_http_patron_redis_id(lookup->redis),
                                    NGX_HTTP_PATRON_REFUSED_MEMBERS,
                                    PATRON_REDIS_FINE);
        ngx_http_patron_lookup_store(lookup);
        ngx_http_patron_lookup_note(lookup);
    }

    ngx_http_patron_lookup_wake(lookup, 1);
    ngx_http_patron_lookup_free(lookup);
}


static void
ngx_http_patron_lookup_store(ngx_http_patron_lookup_t *lookup)
{
    int64_t                   ttl;
    ngx_http_patron_record_t  record;

    record.status = lookup->record.status;
    record.until = (time_t) lookup->record.until;
    record.not_before = (time_t) lookup->record.not_before;
    record.gave_until = (time_t) lookup->record.gave_until;
    record.grace_until = (time_t) lookup->record.grace_until;
    record.tier.data = lookup->record.tier;
    record.tier.len = lookup->record.tier_len;
    record.name.data = lookup->record.name;
    record.name.len = lookup->record.name_len;
    record.rest.data = lookup->record.rest;
    record.rest.len = lookup->record.rest_len;

    ttl = (lookup->pttl < 0) ? -1 : lookup->pttl / 1000;
    record.ttl = (ngx_int_t) ngx_min(ttl, (int64_t) NGX_MAX_INT32_VALUE);

    (void) ngx_http_patron_zone_store(lookup->zone,
                                   ngx_http_patron_redis_id(lookup->redis),
                                   &lookup->sub,
                                   ngx_http_patron_listening(lookup->redis),
                                   &record, &lookup->mark);
}


/*
 * A prefix that nobody writes under makes strangers of all members.  Of guests
 * who might have given few have a record.
 */

static void
ngx_http_patron_lookup_note(ngx_http_patron_lookup_t *lookup)
{
    if (lookup->sub.data[0] == NGX_HTTP_PATRON_MEMBER_GAVE) {
        return;
    }

    if (!ngx_http_patron_zone_member_asked(lookup->zone,
                                   ngx_http_patron_redis_id(lookup->redis),
                                   lookup->pttl != -2))
    {
        return;
    }

    ngx_log_error(NGX_LOG_ERR, ngx_cycle->log, 0,
                  "patron: redis %V has no record \"%Vmember:%V\", nor any "
                  "other that was asked for so far: do \"prefix=\" and the "
                  "database fit, and is Redis empty?",
                  ngx_http_patron_redis_name(lookup->redis),
                  ngx_http_patron_redis_prefix(lookup->redis), &lookup->sub);
}


static void
ngx_http_patron_lookup_wake(ngx_http_patron_lookup_t *lookup,
    ngx_uint_t answered)
{
    ngx_queue_t               *q;
    ngx_http_patron_waiter_t  *w;

    while (!ngx_queue_empty(&lookup->waiters)) {
        q = ngx_queue_head(&lookup->waiters);
        ngx_queue_remove(q);

        w = ngx_queue_data(q, ngx_http_patron_waiter_t, queue);

        w->waited = ngx_current_msec - w->waited;

        if (answered) {
            ngx_http_patron_member_fill(w->member, &lookup->record);
            w->rc = NGX_OK;

        } else {
            w->rc = w->stale ? NGX_OK : NGX_ERROR;
        }

        ngx_post_event(&w->event, &ngx_posted_events);
    }
}


static void
ngx_http_patron_member_fill(ngx_http_patron_member_t *member,
    patron_record_t *record)
{
    u_char  *p;

    member->status = (ngx_http_patron_member_status_e) record->status;
    member->source = NGX_HTTP_PATRON_FROM_REDIS;
    member->until = (time_t) record->until;
    member->not_before = (time_t) record->not_before;
    member->gave_until = (time_t) record->gave_until;
    member->grace_until = (time_t) record->grace_until;

    p = member->buf;

    member->tier.data = p;
    member->tier.len = record->tier_len;
    p = ngx_cpymem(p, record->tier, record->tier_len);

    member->name.data = p;
    member->name.len = record->name_len;
    p = ngx_cpymem(p, record->name, record->name_len);

    member->rest.data = p;
    member->rest.len = record->rest_len;
    ngx_memcpy(p, record->rest, record->rest_len);
}


static void
ngx_http_patron_member_wake_handler(ngx_event_t *ev)
{
    ngx_http_patron_waiter_t  *w = ev->data;

    w->waiting = 0;
    w->handler(w);
}
