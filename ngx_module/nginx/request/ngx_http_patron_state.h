
/*
 * What is known of a request: who reads, and what the page is to become.  It
 * lives in a cleanup of the request's pool, since internal redirects, named
 * locations and error pages forget a module's context, and is found by its
 * handler.
 */


#ifndef _NGX_HTTP_PATRON_STATE_H_INCLUDED_
#define _NGX_HTTP_PATRON_STATE_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>

#include "patron_cookie.h"
#include "patron_decision.h"
#include "patron_read.h"
#include "patron_visit.h"
#include "ngx_http_patron_conf.h"
#include "ngx_http_patron_member.h"


typedef enum {
    NGX_HTTP_PATRON_SOURCE_NONE = 0,
    NGX_HTTP_PATRON_SOURCE_TOKEN,
    NGX_HTTP_PATRON_SOURCE_ZONE,
    NGX_HTTP_PATRON_SOURCE_REDIS,
    NGX_HTTP_PATRON_SOURCE_FALLBACK,
    NGX_HTTP_PATRON_SOURCE_INSTITUTION
} ngx_http_patron_source_e;


/*
 * Where a response stands.  From REFUSED on no byte of the original goes out;
 * what replaces it begins at NONE again, with st->replaced set.
 */

typedef enum {
    NGX_HTTP_PATRON_RESPONSE_NONE = 0,      /* its header was not seen */
    NGX_HTTP_PATRON_RESPONSE_HELD,          /* nothing of it has gone out */
    NGX_HTTP_PATRON_RESPONSE_PASSING,       /* as it came, edited, or cut */
    NGX_HTTP_PATRON_RESPONSE_LEFT,          /* as it came, and no more is to be
                                               done with it */
    NGX_HTTP_PATRON_RESPONSE_EMPTIED,       /* the header passed, no body does */
    NGX_HTTP_PATRON_RESPONSE_SAID,          /* st->said goes in its place */
    NGX_HTTP_PATRON_RESPONSE_REFUSED
} ngx_http_patron_response_e;


/* What a key of a cache may tell readers apart by. */

#define NGX_HTTP_PATRON_READ_DECISION  1
#define NGX_HTTP_PATRON_READ_WHOLE     2
#define NGX_HTTP_PATRON_READ_STATE     4
#define NGX_HTTP_PATRON_READ_TIER      8
#define NGX_HTTP_PATRON_READ_LEFT      16


typedef struct ngx_http_patron_page_s      ngx_http_patron_page_t;
typedef struct ngx_http_patron_crawl_s     ngx_http_patron_crawl_t;
typedef struct ngx_http_patron_said_s      ngx_http_patron_said_t;
typedef struct ngx_http_patron_items_s     ngx_http_patron_items_t;
typedef struct ngx_http_patron_refusal_s   ngx_http_patron_refusal_t;
typedef struct ngx_http_patron_ask_s       ngx_http_patron_ask_t;
typedef struct ngx_http_patron_metering_s  ngx_http_patron_metering_t;
typedef struct ngx_http_patron_device_s    ngx_http_patron_device_t;
typedef struct ngx_http_patron_post_s      ngx_http_patron_post_t;
typedef struct ngx_http_patron_minting_s   ngx_http_patron_minting_t;
typedef struct ngx_http_patron_gift_link_s  ngx_http_patron_gift_link_t;
typedef struct ngx_http_patron_feed_link_s  ngx_http_patron_feed_link_t;
typedef struct ngx_http_patron_feed_minting_s  ngx_http_patron_feed_minting_t;
typedef struct ngx_http_patron_previewed_s  ngx_http_patron_previewed_t;
typedef struct ngx_http_patron_following_s  ngx_http_patron_following_t;
typedef struct ngx_http_patron_activation_s  ngx_http_patron_activation_t;
typedef struct ngx_http_patron_delivery_s  ngx_http_patron_delivery_t;
typedef struct ngx_http_patron_counting_s  ngx_http_patron_counting_t;
typedef struct ngx_http_patron_revalidation_s  ngx_http_patron_revalidation_t;


/* What stands at a banner's place for this reader. */

typedef struct {
    ngx_str_t                  name;        /* for the counters: the banner's,
                                               or "<slot>:<name>" */
    ngx_str_t                  html;
    uint32_t                   id;          /* in the visit */
    patron_cap_t               cap;
    uint32_t                   part;        /* there, of what was done */
    unsigned                   rests:1;     /* its slot has had enough */
    unsigned                   experiment:1;  /* of campaigns in its slot */
    unsigned                   holdback:1;  /* it is shown as nothing */
} ngx_http_patron_pick_t;


/* The member behind the token. */

typedef struct {
    ngx_http_patron_member_t   member;
    ngx_http_patron_waiter_t   waiter;
} ngx_http_patron_inquiry_t;


typedef struct {
    ngx_http_request_t        *request;

    patron_state_e             state;
    ngx_str_t                  id;
    ngx_str_t                  tier;
    ngx_str_t                  name;
    ngx_str_t                  rest;        /* what the member's record says
                                               was sent away, anywhere */
    ngx_str_t                  anonymous;   /* the id cookie's, in hexadecimal;
                                               empty: it was not looked at */
    ngx_str_t                  institution; /* by whose address it reads */
    ngx_str_t                  bot;         /* a crawler, by its proof */
    ngx_str_t                  bot_by;      /* which: "signature", "address" */
    ngx_str_t                  bot_claims;  /* one that it has not proven */
    ngx_str_t                  bot_purpose;
    ngx_http_patron_crawl_t   *crawl;       /* of the first; or NULL */
    const char                *reason;      /* of the state */
    ngx_http_patron_source_e   source;
    ngx_msec_t                 redis_time;

    patron_level_t             level;       /* the strictest stated so far */
    patron_decision_e          decision;
    const char                *decision_reason;
    const char                *refused;     /* why it was; NULL: it was not */

    ngx_array_t               *cookies;     /* lines (patron_str_t) as they
                                               were sent; NULL: untouched */
    patron_cookies_t          *noted;       /* of these lines, with the names
                                               by which they were taken */
    const patron_str_t        *unsent;      /* names: no cookie has one, but */
    patron_cookie_values_t     tokens;      /* for the last: those */
    ngx_str_t                  token;
    patron_claims_t            claims;      /* of it, but for the strings */

    /* whose keys and claims the reader was held to: another location may ask
       for more */
    ngx_http_patron_loc_conf_t *identified_by;

    ngx_http_patron_inquiry_t *inquiry;     /* NULL: none was needed */

    uint64_t                   marks;       /* of the request's headers, once
                                               they were looked at, */
    u_char                    *marked;      /* the last's name then */
    const u_char              *agent;       /* "User-Agent", as it was: */
    ngx_uint_t                 machine;     /* it says that it is one */

    /* conditions that the access phase took from the request */
    ngx_str_t                  if_none_match;
    ngx_str_t                  if_modified_since;

    ngx_table_elt_t           *accept_encoding;

    ngx_http_patron_ask_t     *ask;         /* a question to Redis, waiting */
    ngx_http_patron_metering_t *meter;      /* the meter, once it was asked */
    ngx_http_patron_device_t  *device;
    ngx_http_patron_post_t    *post;        /* a body that is read */
    ngx_http_patron_minting_t *minting;     /* of the gift handler */
    ngx_http_patron_gift_link_t *gift;      /* that was good for what was asked
                                               for */
    ngx_http_patron_feed_link_t *feed;      /* by which it was asked for */
    ngx_http_patron_feed_minting_t *feed_minting;
    ngx_http_patron_following_t *following; /* of the click handler */
    patron_reader_t           *giver;       /* whose link opens this page */
    ngx_http_patron_activation_t *activation;
    ngx_http_patron_delivery_t *delivery;   /* of a webhook */
    ngx_http_patron_counting_t *counting;   /* of the status page */

    patron_visit_t            *visit;       /* of the cookie; NULL: none */
    ngx_http_patron_pick_t    *picks;       /* by rule */
    ngx_uint_t                 appeals;     /* campaigns among them */
    patron_read_t             *read;        /* of the cookie, once asked for */
    ngx_str_t                  left_out;    /* banners, by the CMS */
    ngx_str_t                  preview;     /* "<slot>:<name>", or empty */

    ngx_http_patron_previewed_t *previewed; /* where that is not live */

    ngx_http_patron_response_e response;
    ngx_http_patron_refusal_t *refusal;
    ngx_http_patron_revalidation_t *revalidations;
    ngx_http_patron_loc_conf_t *location;   /* the last that states levels */
    ngx_http_patron_loc_conf_t *entered;    /* its levels are not read yet */
    ngx_array_t               *passed;      /* others before it, by whose words
                                               the response states one */
    ngx_http_patron_page_t    *page;        /* of the body filter */
    ngx_http_patron_said_t    *said;        /* instead of it, where bare */
    ngx_uint_t                 writable;    /* what was written, last, was */
    uint64_t                   placed;      /* banners, by rule */
    ngx_http_patron_loc_conf_t *placed_by;  /* whose they are */

    unsigned                   evaluated:5; /* these variables were: */
    unsigned                   untold:1;    /* "unknown" was told */
    unsigned                   unkeyed:1;   /* a cache would mix it up */
    unsigned                   has_token:1;
    unsigned                   asked:1;     /* Redis was asked */
    unsigned                   identified:1;
    unsigned                   grace:1;     /* a patron who is overdue */
    unsigned                   crawler_known:1; /* whether it is one */
    unsigned                   bypass:1;
    unsigned                   open:1;      /* a switch opened every wall */
    unsigned                   gift_given:1;  /* there was one, good or not */
    unsigned                   feed_given:1;  /* an address, good or not */
    unsigned                   device_seen:1;
    unsigned                   device_refused:1;
    unsigned                   bare:1;      /* it is refused past "error_page",
                                               without a body of the page's */
    unsigned                   decided:1;   /* the decision stands */
    unsigned                   stated:1;    /* a level, by the response */
    unsigned                   unread:1;    /* it may state one unread */
    unsigned                   redirected:1;  /* since it was refused */
    unsigned                   replaced:1;  /* what stands for it is sent */
    unsigned                   metered:1;   /* the meter lets this one pass */
    unsigned                   shown:1;     /* the wall stands in the page */
    unsigned                   uncut:1;     /* it was too short for one */
    unsigned                   preview_given:1;  /* good or not */
    unsigned                   personal:1;  /* it is the reader's own */
    unsigned                   granted:1;   /* the CMS made a patron of them */
    unsigned                   followed:1;  /* a click that led there is told */
    unsigned                   assigned:1;  /* to a campaign, by this page */
    unsigned                   explained:1; /* instead of being sent */
    unsigned                   referring:1;  /* a webhook tells what follows */
} ngx_http_patron_state_t;


/* Is the member still being asked for? */

#define ngx_http_patron_inquiring(st)                                         \
    ((st)->inquiry != NULL && (st)->inquiry->waiter.waiting)


/* Of a main request whose context a redirect may have forgotten. */

ngx_http_patron_state_t *ngx_http_patron_state_find(ngx_http_request_t *r);

/* The state of r's main request, or NULL. */

static ngx_inline ngx_http_patron_state_t *
ngx_http_patron_state(ngx_http_request_t *r)
{
    ngx_http_patron_state_t  *st;

    st = ngx_http_get_module_ctx(r->main, ngx_http_patron_module);

    return st != NULL ? st : ngx_http_patron_state_find(r->main);
}

/* The same, made if there is none: a guest.  NULL for no memory. */

ngx_http_patron_state_t *ngx_http_patron_state_create(ngx_http_request_t *r);

/* The zone of the configuration, or NULL. */

ngx_http_patron_zone_t *ngx_http_patron_request_zone(ngx_http_request_t *r);


#endif /* _NGX_HTTP_PATRON_STATE_H_INCLUDED_ */
