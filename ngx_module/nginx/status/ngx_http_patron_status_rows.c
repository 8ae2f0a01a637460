
/*
 * What is counted in the zone, in the order of the status page: one table for
 * the page, JSON and Prometheus.
 */


#include "ngx_http_patron_status_rows.h"
#include "ngx_http_patron_zone.h"


ngx_http_patron_row_t  ngx_http_patron_rows[] = {

    { NGX_HTTP_PATRON_C_REQUESTS, "Readers", "requests checked",
      "patron_requests_total", NULL, "requests",
      "Requests whose reader was identified" },

    { NGX_HTTP_PATRON_C_PATRON, NULL, "patrons",
      "patron_readers_total", "state=\"patron\"", "patron",
      "Requests by state of the reader" },
    { NGX_HTTP_PATRON_C_SUPPORTER, NULL, "supporters",
      "patron_readers_total", "state=\"supporter\"", "supporter", NULL },
    { NGX_HTTP_PATRON_C_GUEST, NULL, "guests",
      "patron_readers_total", "state=\"guest\"", "guest", NULL },
    { NGX_HTTP_PATRON_C_INVALID, NULL, "invalid tokens",
      "patron_readers_total", "state=\"invalid\"", "invalid", NULL },
    { NGX_HTTP_PATRON_C_EXPIRED, NULL, "expired tokens",
      "patron_readers_total", "state=\"expired\"", "expired", NULL },
    { NGX_HTTP_PATRON_C_LAPSED, NULL, "lapsed members",
      "patron_readers_total", "state=\"lapsed\"", "lapsed", NULL },
    { NGX_HTTP_PATRON_C_PAUSED, NULL, "paused members",
      "patron_readers_total", "state=\"paused\"", "paused", NULL },
    { NGX_HTTP_PATRON_C_REVOKED, NULL, "revoked members",
      "patron_readers_total", "state=\"revoked\"", "revoked", NULL },

    { NGX_HTTP_PATRON_C_FROM_REDIS, "Where verdicts came from", "Redis",
      "patron_verdicts_total", "source=\"redis\"", "redis",
      "Verified tokens by what decided on them" },
    { NGX_HTTP_PATRON_C_FROM_ZONE, NULL, "the zone",
      "patron_verdicts_total", "source=\"zone\"", "zone", NULL },
    { NGX_HTTP_PATRON_C_FROM_STALE, NULL,
      "the zone, past its time (Redis away)",
      "patron_verdicts_total", "source=\"stale\"", "stale", NULL },
    { NGX_HTTP_PATRON_C_FROM_FALLBACK, NULL,
      "patron_fallback (Redis away, nothing known)",
      "patron_verdicts_total", "source=\"fallback\"", "fallback", NULL },
    { NGX_HTTP_PATRON_C_FROM_TOKEN, NULL, "the token alone",
      "patron_verdicts_total", "source=\"token\"", "token", NULL },

    { NGX_HTTP_PATRON_C_INSTITUTION, NULL,
      "the address of an institution, without a token that is good",
      "patron_verdicts_total", "source=\"institution\"", "institution", NULL },

    { NGX_HTTP_PATRON_C_BOT_ADDRESS, "Crawlers", "known by their addresses",
      "patron_crawlers_total", "proof=\"address\"", "bot_address",
      "Requests of crawlers by what proved their name" },
    { NGX_HTTP_PATRON_C_BOT_SIGNATURE, NULL, "known by their signatures",
      "patron_crawlers_total", "proof=\"signature\"", "bot_signature", NULL },
    { NGX_HTTP_PATRON_C_BOT_CLAIMED, NULL, "that claimed a name and proved none",
      "patron_crawlers_total", "proof=\"none\"", "bot_claimed", NULL },
    { NGX_HTTP_PATRON_C_SIGNATURE_BAD, NULL, "signatures that were bad",
      "patron_signatures_refused_total", "why=\"bad\"", "signature_bad",
      "Signatures of crawlers that proved nothing" },
    { NGX_HTTP_PATRON_C_SIGNATURE_AGAIN, NULL,
      "signatures whose nonce was seen before",
      "patron_signatures_refused_total", "why=\"replayed\"",
      "signature_again", NULL },
    { NGX_HTTP_PATRON_C_SIGNATURE_UNTRIED, NULL,
      "signatures not tried, after too many bad ones",
      "patron_signatures_refused_total", "why=\"untried\"",
      "signature_untried", NULL },
    { NGX_HTTP_PATRON_C_BOT_REFUSED, NULL, "pages refused to crawlers",
      "patron_crawler_pages_refused_total", NULL, "bot_refused",
      "Pages that a crawler was refused, with the terms" },
    { NGX_HTTP_PATRON_C_BOT_CHARGED, NULL, "pages that crawlers paid for",
      "patron_crawler_pages_charged_total", NULL, "bot_charged",
      "Pages that a crawler's credit has paid for" },

    { NGX_HTTP_PATRON_C_LOOKUPS, "Redis", "lookups sent",
      "patron_redis_lookups_total", NULL, "lookups",
      "Lookups of members sent to Redis" },
    { NGX_HTTP_PATRON_C_LOOKUP_TIMEOUTS, NULL, "lookups that timed out",
      "patron_redis_lookup_timeouts_total", NULL, "timeouts",
      "Lookups without an answer in time" },
    { NGX_HTTP_PATRON_C_LOOKUP_ERRORS, NULL, "lookups that failed",
      "patron_redis_lookup_errors_total", NULL, "errors",
      "Lookups that failed" },
    { NGX_HTTP_PATRON_C_CONNECTS, NULL, "connections made",
      "patron_redis_connects_total", NULL, "connects",
      "Connections to Redis made" },
    { NGX_HTTP_PATRON_C_DISCONNECTS, NULL, "connections lost",
      "patron_redis_disconnects_total", NULL, "disconnects",
      "Connections to Redis lost" },
    { NGX_HTTP_PATRON_C_INVALIDATIONS, NULL, "changes heard of",
      "patron_redis_invalidations_total", NULL, "invalidations",
      "Invalidation messages from Redis" },
    { NGX_HTTP_PATRON_C_EVICTIONS, NULL, "records evicted, the zone being full",
      "patron_zone_evictions_total", NULL, "evictions",
      "Records evicted from the zone" },

    { NGX_HTTP_PATRON_C_PAGES_EDITED, "Pages", "pages with a banner",
      "patron_pages_edited_total", NULL, "edited",
      "Pages in which a banner was placed" },
    { NGX_HTTP_PATRON_C_BANNERS_SHOWN, NULL, "banners placed",
      "patron_banners_placed_total", NULL, "banners",
      "Banners placed" },
    { NGX_HTTP_PATRON_C_NOT_PLACED, NULL, "pages where a banner found no place",
      "patron_pages_without_place_total", NULL, "not_placed",
      "Pages where a banner found no place" },
    { NGX_HTTP_PATRON_C_NOT_MODIFIED, NULL, "answered 304",
      "patron_not_modified_total", NULL, "not_modified",
      "Conditional requests answered 304" },

    { NGX_HTTP_PATRON_C_WALLED, "Walls", "pages walled",
      "patron_walled_total", NULL, "walled",
      "Responses that got a wall" },
    { NGX_HTTP_PATRON_C_WALL_REFUSED, NULL, "responses refused",
      "patron_wall_refused_total", NULL, "refused",
      "Walled responses that could not be cut, refused" },
    { NGX_HTTP_PATRON_C_UNCUT, NULL, "walled pages too short to be cut",
      "patron_uncut_total", NULL, "uncut",
      "Walled pages that were shorter than what their wall keeps" },
    { NGX_HTTP_PATRON_C_LEAK, NULL, "walled pages found leaking",
      "patron_leak_total", NULL, "leak",
      "Walled pages in which what was cut stands elsewhere" },
    { NGX_HTTP_PATRON_C_DRY_RUN, NULL, "told of by patron_dry_run",
      "patron_dry_run_total", NULL, "dry_run",
      "Responses that patron_dry_run told of" },
    { NGX_HTTP_PATRON_C_METERED, NULL, "articles read on the meter",
      "patron_metered_total", NULL, "metered",
      "Metered articles let pass" },
    { NGX_HTTP_PATRON_C_GIFTED, NULL, "articles opened by a gift",
      "patron_gifted_total", NULL, "gifted",
      "Articles opened by a gift" },
    { NGX_HTTP_PATRON_C_BYPASSED, NULL, "let through by patron_bypass",
      "patron_bypassed_total", NULL, "bypassed",
      "Requests let through by patron_bypass" },
    { NGX_HTTP_PATRON_C_PREFETCH_REFUSED, NULL,
      "prefetches refused, which a visit would be counted for",
      "patron_prefetch_refused_total", NULL, "prefetch_refused",
      "Prefetches refused, which a visit would be counted for" },

    { 0, NULL, NULL, NULL, NULL, NULL, NULL }
};


const char  *ngx_http_patron_events[] = {
    "shown",
    "clicked",
    "dismissed",
    "granted"
};

const char  *ngx_http_patron_events_said[] = {
    "shown",
    "clicked",
    "dismissed",
    "joined"
};
