
/*
 * See the header.  What is wrong is looked for from the worst on, and the first
 * that is found is told.  Bad is what readers suffer from now: they are refused,
 * or not known.  What lies ten minutes back is over.
 */


#include "patron_dialogue.h"
#include "patron_webhook_presets.h"
#include "ngx_http_patron_redis.h"
#include "ngx_http_patron_registry_load.h"
#include "ngx_http_patron_status_verdict.h"
#include "ngx_http_patron_zone.h"
#include "ngx_http_patron_zone_history.h"


#define NGX_HTTP_PATRON_REASON_LEN  1024

/* How often in the last hour is no accident. */

#define NGX_HTTP_PATRON_OFTEN       3
#define NGX_HTTP_PATRON_CROWDED     3600

#define NGX_HTTP_PATRON_LATE        3600    /* s: providers try again by then */


typedef enum {
    NGX_HTTP_PATRON_FINE = 0,
    NGX_HTTP_PATRON_REDIS_AWAY,
    NGX_HTTP_PATRON_REDIS_REFUSES,
    NGX_HTTP_PATRON_REDIS_MISSED,
    NGX_HTTP_PATRON_WALL_MISSED,
    NGX_HTTP_PATRON_LEAKING,
    NGX_HTTP_PATRON_STRANGERS,
    NGX_HTTP_PATRON_ALL_INVALID,
    NGX_HTTP_PATRON_MOST_REFUSED,
    NGX_HTTP_PATRON_WEBHOOK_REFUSED,
    NGX_HTTP_PATRON_CAMPAIGN_REFUSED,
    NGX_HTTP_PATRON_UNREAD,
    NGX_HTTP_PATRON_CAMPAIGNS_UNFIT,
    NGX_HTTP_PATRON_MACHINES_UNFIT,
    NGX_HTTP_PATRON_SWITCHED,
    NGX_HTTP_PATRON_BANNER_MISSED,
    NGX_HTTP_PATRON_UNWRITTEN,
    NGX_HTTP_PATRON_DEAF,
    NGX_HTTP_PATRON_SLOW,
    NGX_HTTP_PATRON_TIGHT,
    NGX_HTTP_PATRON_CONFIGURED
} ngx_http_patron_wrong_e;


static ngx_http_patron_wrong_e ngx_http_patron_verdict_refuses(
    ngx_http_patron_report_t *report);
static ngx_http_patron_wrong_e ngx_http_patron_verdict_readers(
    ngx_http_patron_report_t *report);
static ngx_http_patron_wrong_e ngx_http_patron_verdict_redis(
    ngx_http_patron_report_t *report);
static ngx_http_patron_wrong_e ngx_http_patron_verdict_appeals(
    ngx_http_patron_report_t *report);
static ngx_http_patron_wrong_e ngx_http_patron_verdict_payments(
    ngx_http_patron_report_t *report);
static ngx_http_patron_wrong_e ngx_http_patron_verdict_unread(
    ngx_http_patron_report_t *report);
static ngx_http_patron_wrong_e ngx_http_patron_verdict_load(
    ngx_http_patron_report_t *report);
static ngx_http_patron_wrong_e ngx_http_patron_verdict_configured(
    ngx_http_patron_report_t *report);
static ngx_http_patron_unplaced_t *ngx_http_patron_verdict_missed(
    ngx_http_patron_report_t *report, ngx_http_patron_unplaced_e kind);
static ngx_atomic_uint_t ngx_http_patron_verdict_hour(
    ngx_http_patron_report_t *report, ngx_uint_t counter);
static ngx_http_patron_wrong_e ngx_http_patron_verdict_say(
    ngx_http_patron_report_t *report, ngx_http_patron_verdict_e level,
    ngx_http_patron_wrong_e wrong, const char *fmt, ...);


static ngx_http_patron_wrong_e  (*ngx_http_patron_verdicts[])(
    ngx_http_patron_report_t *report) =
{
    ngx_http_patron_verdict_redis,
    ngx_http_patron_verdict_readers,
    ngx_http_patron_verdict_payments,
    ngx_http_patron_verdict_unread,
    ngx_http_patron_verdict_appeals,
    ngx_http_patron_verdict_load,
    ngx_http_patron_verdict_configured,
    NULL
};


ngx_int_t
ngx_http_patron_status_verdict(ngx_http_patron_report_t *report)
{
    time_t                     away;
    ngx_err_t                  err;
    ngx_uint_t                 i;
    ngx_http_patron_wrong_e    wrong;
    ngx_http_patron_verdict_t *verdict;

    verdict = &report->verdict;

    verdict->reason.data = ngx_pnalloc(report->pool,
                                       NGX_HTTP_PATRON_REASON_LEN);
    if (verdict->reason.data == NULL) {
        return NGX_ERROR;
    }

    wrong = NGX_HTTP_PATRON_FINE;

    for (i = 0; wrong == NGX_HTTP_PATRON_FINE && ngx_http_patron_verdicts[i];
         i++)
    {
        wrong = ngx_http_patron_verdicts[i](report);
    }

    if (wrong == NGX_HTTP_PATRON_FINE) {
        (void) ngx_http_patron_verdict_say(report, NGX_HTTP_PATRON_GOOD,
                                           wrong, "%s",
                                           report->plcf->redis
                                           ? "Redis answers, and nothing is "
                                             "missed"
                                           : "the token alone decides, and "
                                             "nothing is missed");
    }

    verdict->since = ngx_http_patron_zone_verdict(report->zone, wrong,
                                                  ngx_time());

    if (wrong == NGX_HTTP_PATRON_REDIS_AWAY) {
        (void) ngx_http_patron_redis_fault(report->plcf->redis, &err, &away);

        if (away) {
            verdict->since = away;
        }
    }

    return NGX_OK;
}


const char *
ngx_http_patron_verdict_name(ngx_http_patron_report_t *report)
{
    static const char  *names[] = { "good", "degraded", "bad" };

    return names[report->verdict.level];
}


static ngx_http_patron_wrong_e
ngx_http_patron_verdict_redis(ngx_http_patron_report_t *report)
{
    u_char       *p, reason[256], said[128];
    time_t        since;
    ngx_err_t     err;
    const char   *why;

    if (report->plcf->redis == NULL) {
        return NGX_HTTP_PATRON_FINE;
    }

    if (!report->away) {
        return ngx_http_patron_verdict_refuses(report);
    }

    why = ngx_http_patron_redis_fault(report->plcf->redis, &err, &since);

    p = ngx_snprintf(reason, sizeof(reason), "%s", why);

    if (err) {
        said[ngx_strerror(err, said, sizeof(said) - 1) - said] = '\0';
        p = ngx_snprintf(p, reason + sizeof(reason) - p, ": %s", said);
    }

    if (report->rung == NGX_HTTP_PATRON_RUNG_ZONE) {
        return ngx_http_patron_verdict_say(report, NGX_HTTP_PATRON_DEGRADED,
                           NGX_HTTP_PATRON_REDIS_AWAY,
                           "Redis is away (%*s): known members stay what they "
                           "were, of others patron_fallback decides",
                           (size_t) (p - reason), reason);
    }

    return ngx_http_patron_verdict_say(report, NGX_HTTP_PATRON_BAD,
                           NGX_HTTP_PATRON_REDIS_AWAY,
                           "Redis is away (%*s): no member is known, "
                           "patron_fallback decides",
                           (size_t) (p - reason), reason);
}


/* It answers, and does not tell of members. */

static ngx_http_patron_wrong_e
ngx_http_patron_verdict_refuses(ngx_http_patron_report_t *report)
{
    ngx_uint_t  why;

    why = report->refusals[NGX_HTTP_PATRON_REFUSED_MEMBERS];

    if (why == PATRON_REDIS_FINE) {
        return NGX_HTTP_PATRON_FINE;
    }

    return ngx_http_patron_verdict_say(report,
                           report->fill.members ? NGX_HTTP_PATRON_DEGRADED
                                                : NGX_HTTP_PATRON_BAD,
                           NGX_HTTP_PATRON_REDIS_REFUSES,
                           "members cannot be read from Redis (%s): %s "
                           "patron_fallback decides",
                           patron_redis_error_reason(why),
                           report->fill.members
                           ? "known members stay what they were, of others"
                           : "no member is known,");
}


static ngx_http_patron_wrong_e
ngx_http_patron_verdict_readers(ngx_http_patron_report_t *report)
{
    ngx_uint_t                   i;
    ngx_atomic_uint_t            refused, good;
    ngx_http_patron_unplaced_t  *missed;

    missed = ngx_http_patron_verdict_missed(report,
                                            NGX_HTTP_PATRON_UNPLACED_WALL);

    if (missed != NULL) {
        return ngx_http_patron_verdict_say(report,
                           (missed->at - missed->found > NGX_HTTP_PATRON_NOW)
                           ? NGX_HTTP_PATRON_BAD : NGX_HTTP_PATRON_DEGRADED,
                           NGX_HTTP_PATRON_WALL_MISSED,
                           "articles are refused, no element matches "
                           "\"patron_wall %V\": %V",
                           &missed->selector, &missed->uri);
    }

    missed = ngx_http_patron_verdict_missed(report,
                                            NGX_HTTP_PATRON_UNPLACED_LEAK);

    if (missed != NULL) {
        return ngx_http_patron_verdict_say(report, NGX_HTTP_PATRON_DEGRADED,
                           NGX_HTTP_PATRON_LEAKING,
                           "what a wall cuts stands elsewhere in \"%V\": "
                           "%V %V", &missed->uri, &missed->name,
                           &missed->selector);
    }

    if (report->strangers) {
        return ngx_http_patron_verdict_say(report, NGX_HTTP_PATRON_BAD,
                           NGX_HTTP_PATRON_STRANGERS,
                           "nobody is a member: Redis has no record of anybody "
                           "asked for under \"%Vmember:\"; do prefix= and the "
                           "database fit, and is Redis empty?",
                           ngx_http_patron_redis_prefix(report->plcf->redis));
    }

    good = 0;

    for (i = NGX_HTTP_PATRON_C_PATRON; i <= NGX_HTTP_PATRON_C_REVOKED; i++) {
        if (i != NGX_HTTP_PATRON_C_GUEST && i != NGX_HTTP_PATRON_C_INVALID) {
            good += ngx_http_patron_verdict_hour(report, i);
        }
    }

    if (good == 0
        && ngx_http_patron_verdict_hour(report, NGX_HTTP_PATRON_C_INVALID)
           >= NGX_HTTP_PATRON_OFTEN)
    {
        return ngx_http_patron_verdict_say(report, NGX_HTTP_PATRON_BAD,
                           NGX_HTTP_PATRON_ALL_INVALID,
                           "no token verifies: is patron_key the key that they "
                           "are signed with?");
    }

    refused = ngx_http_patron_verdict_hour(report,
                                           NGX_HTTP_PATRON_C_WALL_REFUSED);

    /* what was to be walled and had to be refused is counted as both */

    if (refused >= NGX_HTTP_PATRON_OFTEN
        && 2 * refused > ngx_http_patron_verdict_hour(report,
                                                  NGX_HTTP_PATRON_C_WALLED))
    {
        return ngx_http_patron_verdict_say(report, NGX_HTTP_PATRON_DEGRADED,
                           NGX_HTTP_PATRON_MOST_REFUSED,
                           "more is refused than cut, %uA responses in the last "
                           "hour: $patron_reason in the log says why", refused);
    }

    return NGX_HTTP_PATRON_FINE;
}


/* Who has paid is no member, and nobody hears of it. */

static ngx_http_patron_wrong_e
ngx_http_patron_verdict_payments(ngx_http_patron_report_t *report)
{
    ngx_uint_t         i;
    ngx_atomic_uint_t  refused;

    for (i = 0; i < NGX_HTTP_PATRON_ZONE_WEBHOOKS; i++) {

        if ((report->webhooks & (uint32_t) 1 << i) == 0) {
            continue;
        }

        refused = ngx_http_patron_zone_webhook_refused(report->zone, i,
                                                       NGX_HTTP_PATRON_LATE);

        if (refused >= NGX_HTTP_PATRON_OFTEN) {
            return ngx_http_patron_verdict_say(report,
                           NGX_HTTP_PATRON_DEGRADED,
                           NGX_HTTP_PATRON_WEBHOOK_REFUSED,
                           "events of \"%*s\" are refused, %uA since the last "
                           "good one: is key= of patron_webhook_handler its "
                           "secret?",
                           patron_webhook_preset_at(i)->name.len,
                           patron_webhook_preset_at(i)->name.data, refused);
        }
    }

    return NGX_HTTP_PATRON_FINE;
}


/* What Redis does not tell, or not as it should: all of it stays as it was. */

static ngx_http_patron_wrong_e
ngx_http_patron_verdict_unread(ngx_http_patron_report_t *report)
{
    ngx_uint_t  i, why;

    static const struct {
        const char  *name;
        ngx_uint_t   max;
    } sets[] = {
        { "campaigns", NGX_HTTP_PATRON_CAMPAIGNS_MAX },
        { "institutions", NGX_HTTP_PATRON_REGISTRY_NAMES },
        { "bots", NGX_HTTP_PATRON_REGISTRY_NAMES }
    };

    for (i = 0; i < sizeof(sets) / sizeof(sets[0]); i++) {
        why = report->refusals[NGX_HTTP_PATRON_REFUSED_CAMPAIGNS + i];

        if (why == PATRON_REDIS_WRONGTYPE) {
            return ngx_http_patron_verdict_say(report,
                           NGX_HTTP_PATRON_DEGRADED, NGX_HTTP_PATRON_UNREAD,
                           "\"%V%s\" is no set of at most %ui names: %s stay "
                           "as they were",
                           ngx_http_patron_redis_prefix(report->plcf->redis),
                           sets[i].name, sets[i].max, sets[i].name);
        }

        if (why != PATRON_REDIS_FINE) {
            return ngx_http_patron_verdict_say(report,
                           NGX_HTTP_PATRON_DEGRADED, NGX_HTTP_PATRON_UNREAD,
                           "%s cannot be read from Redis (%s): they stay as "
                           "they were",
                           sets[i].name, patron_redis_error_reason(why));
        }
    }

    return NGX_HTTP_PATRON_FINE;
}


static ngx_http_patron_wrong_e
ngx_http_patron_verdict_appeals(ngx_http_patron_report_t *report)
{
    ngx_http_patron_pair_t      *refused;
    ngx_http_patron_unplaced_t  *missed;

    if (report->refused.nelts) {
        refused = report->refused.elts;

        return ngx_http_patron_verdict_say(report, NGX_HTTP_PATRON_DEGRADED,
                           NGX_HTTP_PATRON_CAMPAIGN_REFUSED,
                           "campaign \"%V\" is refused: %V",
                           &refused->name, &refused->value);
    }

    if (report->unfit) {
        return ngx_http_patron_verdict_say(report, NGX_HTTP_PATRON_DEGRADED,
                           NGX_HTTP_PATRON_CAMPAIGNS_UNFIT,
                           "patron_zone has no room for the campaigns, %uz "
                           "bytes: readers see them as they were",
                           report->unfit);
    }

    if (report->institutions_unfit || report->crawlers_unfit) {
        return ngx_http_patron_verdict_say(report, NGX_HTTP_PATRON_DEGRADED,
                           NGX_HTTP_PATRON_MACHINES_UNFIT,
                           "patron_zone has no room for the %s, %uz bytes: "
                           "they stay as they were",
                           report->institutions_unfit ? "institutions"
                                                      : "crawlers",
                           report->institutions_unfit
                           ? report->institutions_unfit
                           : report->crawlers_unfit);
    }

    if (report->walls_open || report->banners_off) {
        return ngx_http_patron_verdict_say(report, NGX_HTTP_PATRON_DEGRADED,
                           NGX_HTTP_PATRON_SWITCHED, "%s%s%s, by a switch",
                           report->walls_open ? "every wall is open" : "",
                           report->walls_open && report->banners_off
                           ? ", " : "",
                           report->banners_off ? "every appeal is silenced"
                                               : "");
    }

    missed = ngx_http_patron_verdict_missed(report,
                                            NGX_HTTP_PATRON_UNPLACED_BANNER);

    if (missed != NULL) {
        return ngx_http_patron_verdict_say(report, NGX_HTTP_PATRON_DEGRADED,
                           NGX_HTTP_PATRON_BANNER_MISSED,
                           "banner \"%V\" finds no place, no element matches "
                           "\"%V\": %V",
                           &missed->name, &missed->selector, &missed->uri);
    }

    return NGX_HTTP_PATRON_FINE;
}


static ngx_http_patron_wrong_e
ngx_http_patron_verdict_load(ngx_http_patron_report_t *report)
{
    ngx_uint_t         why;
    ngx_atomic_uint_t  late;

    if (report->plcf->redis == NULL) {
        return NGX_HTTP_PATRON_FINE;
    }

    why = report->refusals[NGX_HTTP_PATRON_REFUSED_WRITES];

    if (why != PATRON_REDIS_FINE) {
        return ngx_http_patron_verdict_say(report, NGX_HTTP_PATRON_DEGRADED,
                           NGX_HTTP_PATRON_UNWRITTEN,
                           "Redis takes no writes (%s): counters wait in the "
                           "zone", patron_redis_error_reason(why));
    }

    if (!report->listening) {
        return ngx_http_patron_verdict_say(report, NGX_HTTP_PATRON_DEGRADED,
                           NGX_HTTP_PATRON_DEAF,
                           "changes in Redis are not heard of at once: members "
                           "change by ttl=");
    }

    late = ngx_http_patron_verdict_hour(report,
                                        NGX_HTTP_PATRON_C_LOOKUP_TIMEOUTS);

    if (late >= NGX_HTTP_PATRON_OFTEN
        && late > ngx_http_patron_verdict_hour(report,
                                         NGX_HTTP_PATRON_C_LOOKUPS) / 100)
    {
        return ngx_http_patron_verdict_say(report, NGX_HTTP_PATRON_DEGRADED,
                           NGX_HTTP_PATRON_SLOW,
                           "Redis is slow: %uA answers took longer than "
                           "timeout= in the last hour", late);
    }

    if (ngx_http_patron_verdict_hour(report, NGX_HTTP_PATRON_C_EVICTIONS)
        >= NGX_HTTP_PATRON_CROWDED)
    {
        return ngx_http_patron_verdict_say(report, NGX_HTTP_PATRON_DEGRADED,
                           NGX_HTTP_PATRON_TIGHT,
                           "patron_zone is too small: members give way to "
                           "others");
    }

    return NGX_HTTP_PATRON_FINE;
}


/* What stands there until somebody corrects it hides nothing that is new. */

static ngx_http_patron_wrong_e
ngx_http_patron_verdict_configured(ngx_http_patron_report_t *report)
{
    if (report->complaint.len == 0) {
        return NGX_HTTP_PATRON_FINE;
    }

    return ngx_http_patron_verdict_say(report, NGX_HTTP_PATRON_DEGRADED,
                                       NGX_HTTP_PATRON_CONFIGURED,
                                       "%V", &report->complaint);
}


/* The place that a page lacked last, not long ago: of a wall or of a banner. */

static ngx_http_patron_unplaced_t *
ngx_http_patron_verdict_missed(ngx_http_patron_report_t *report,
    ngx_http_patron_unplaced_e kind)
{
    ngx_uint_t                   i;
    ngx_http_patron_unplaced_t  *unplaced, *last;

    last = NULL;
    unplaced = report->unplaced.elts;

    for (i = 0; i < report->unplaced.nelts; i++) {

        if (unplaced[i].kind != kind
            || ngx_time() - unplaced[i].at >= NGX_HTTP_PATRON_NOW)
        {
            continue;
        }

        if (last == NULL || unplaced[i].at > last->at) {
            last = &unplaced[i];
        }
    }

    return last;
}


static ngx_atomic_uint_t
ngx_http_patron_verdict_hour(ngx_http_patron_report_t *report,
    ngx_uint_t counter)
{
    return ngx_http_patron_zone_hour(report->zone, counter, ngx_time());
}


static ngx_http_patron_wrong_e
ngx_http_patron_verdict_say(ngx_http_patron_report_t *report,
    ngx_http_patron_verdict_e level, ngx_http_patron_wrong_e wrong,
    const char *fmt, ...)
{
    va_list                     args;
    ngx_http_patron_verdict_t  *verdict;

    verdict = &report->verdict;
    verdict->level = level;

    va_start(args, fmt);
    verdict->reason.len = ngx_vslprintf(verdict->reason.data,
                                        verdict->reason.data
                                        + NGX_HTTP_PATRON_REASON_LEN,
                                        fmt, args)
                          - verdict->reason.data;
    va_end(args);

    return wrong;
}
