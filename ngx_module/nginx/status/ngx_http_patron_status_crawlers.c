
/*
 * See the header.  Names are bounded: they are those that are published.
 */


#include "ngx_http_patron_crawler.h"
#include "ngx_http_patron_json.h"
#include "ngx_http_patron_redis.h"
#include "ngx_http_patron_registry.h"
#include "ngx_http_patron_status_crawlers.h"
#include "ngx_http_patron_status_known.h"
#include "ngx_http_patron_status_text.h"
#include "ngx_http_patron_zone_blob.h"


#define NGX_HTTP_PATRON_CRAWLERS_SHOWN  100         /* on the page */
#define NGX_HTTP_PATRON_CRAWLED_GOT     3           /* of what is counted */


static void ngx_http_patron_crawled_spent(ngx_http_patron_crawled_t *crawled,
    u_char *currency, uint64_t amount);
static uint64_t ngx_http_patron_crawled_signed(
    ngx_http_patron_crawled_t *crawled);
static json_t *ngx_http_patron_json_crawled(
    ngx_http_patron_crawled_t *crawled);
static void ngx_http_patron_html_crawled(ngx_http_patron_text_t *text,
    ngx_http_patron_crawled_t *crawled);
static void ngx_http_patron_prometheus_requests(ngx_http_patron_text_t *text,
    ngx_http_patron_crawled_t *crawled, const char *metric);
static void ngx_http_patron_prometheus_pages(ngx_http_patron_text_t *text,
    ngx_http_patron_crawled_t *crawled, const char *metric);
static void ngx_http_patron_prometheus_ignored(ngx_http_patron_text_t *text,
    ngx_http_patron_crawled_t *crawled, const char *metric);
static void ngx_http_patron_prometheus_spent(ngx_http_patron_text_t *text,
    ngx_http_patron_crawled_t *crawled, const char *metric);
static void ngx_http_patron_prometheus_crawled(ngx_http_patron_text_t *text,
    ngx_http_patron_crawled_t *crawled, const char *metric,
    const char *label, const char *value, uint64_t n);


/* As they are counted, and as JSON has them. */

static struct {
    ngx_str_t    what;
    const char  *key;
} ngx_http_patron_crawled[NGX_HTTP_PATRON_CRAWLED_N] = {
    { ngx_string("bot"), "requests" },
    { ngx_string("bot_address"), "by_address" },
    { ngx_string("bot_claimed"), "claimed" },
    { ngx_string("bot_whole"), "whole" },
    { ngx_string("bot_cut"), "cut" },
    { ngx_string("bot_refused"), "refused" },
    { ngx_string("bot_charged"), "charged" },
    { ngx_string("bot_ignored"), "ignored_robots" }
};


/* Counters that have a line, or several, of each crawler. */

static struct {
    const char   *metric;
    const char   *help;
    void        (*write)(ngx_http_patron_text_t *text,
                         ngx_http_patron_crawled_t *crawled,
                         const char *metric);
} ngx_http_patron_crawled_metrics[] = {

    { "patron_crawler_requests_total",
      "Requests of crawlers by what proved their name, from midnight UTC",
      ngx_http_patron_prometheus_requests },

    { "patron_crawler_pages_total",
      "Pages with a level, by what a crawler got of them, from midnight UTC",
      ngx_http_patron_prometheus_pages },

    { "patron_crawler_robots_ignored_total",
      "Requests for what robots.txt forbids, proven or claimed, from midnight "
      "UTC",
      ngx_http_patron_prometheus_ignored },

    { "patron_crawler_credit_used_total",
      "Credit that crawlers used up, in millionths, from midnight UTC",
      ngx_http_patron_prometheus_spent },

    { NULL, NULL, NULL }
};


ngx_int_t
ngx_http_patron_report_crawlers(ngx_http_patron_report_t *report)
{
    size_t                       entry;
    ngx_str_t                    value, *to[3];
    ngx_uint_t                   i;
    patron_registry_t           *registry;
    ngx_http_patron_crawled_t   *crawled;
    ngx_http_patron_registry_t  *source;

    static ngx_uint_t  fields[3] = {
        NGX_HTTP_PATRON_REGISTRY_NAMED,
        NGX_HTTP_PATRON_BOT_PURPOSE,
        NGX_HTTP_PATRON_REGISTRY_TROUBLE
    };

    if (ngx_array_init(&report->crawlers, report->pool, 4,
                       sizeof(ngx_http_patron_crawled_t))
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    source = ngx_http_patron_report_registry(report,
                                             NGX_HTTP_PATRON_BLOB_BOTS);
    if (source == NULL) {
        return NGX_OK;
    }

    report->crawlers_unfit = ngx_http_patron_zone_blob_refused(source->zone,
                                     ngx_http_patron_redis_id(source->redis),
                                     source->kind->blob);
    registry = ngx_http_patron_registry(source);

    for (entry = 1; registry && entry <= registry->nentries; entry++) {

        crawled = ngx_array_push(&report->crawlers);
        if (crawled == NULL) {
            return NGX_ERROR;
        }

        ngx_memzero(crawled, sizeof(ngx_http_patron_crawled_t));

        to[0] = &crawled->name;
        to[1] = &crawled->purpose;
        to[2] = &crawled->trouble;

        for (i = 0; i < 3; i++) {
            value = ngx_http_patron_registry_value(registry, entry, fields[i]);

            if (ngx_http_patron_report_clean(report->pool, to[i], value.data,
                                             value.len)
                != NGX_OK)
            {
                return NGX_ERROR;
            }
        }
    }

    return NGX_OK;
}


/* The name of "bot_spent" is "USD.<name>". */

void
ngx_http_patron_report_crawlers_counted(ngx_http_patron_report_t *report,
    ngx_str_t *what, ngx_str_t *name, uint64_t count)
{
    ngx_str_t                   of;
    ngx_uint_t                  i, k;
    ngx_http_patron_crawled_t  *crawled;

    of = *name;

    for (k = 0; k < NGX_HTTP_PATRON_CRAWLED_N; k++) {
        if (what->len == ngx_http_patron_crawled[k].what.len
            && ngx_strncmp(what->data, ngx_http_patron_crawled[k].what.data,
                           what->len)
               == 0)
        {
            break;
        }
    }

    if (k == NGX_HTTP_PATRON_CRAWLED_N) {

        if (what->len != sizeof("bot_spent") - 1
            || ngx_strncmp(what->data, "bot_spent", what->len) != 0
            || name->len <= PATRON_CURRENCY + 1)
        {
            return;
        }

        of.data += PATRON_CURRENCY + 1;
        of.len -= PATRON_CURRENCY + 1;
    }

    crawled = report->crawlers.elts;

    for (i = 0; i < report->crawlers.nelts; i++) {

        if (crawled[i].name.len != of.len
            || ngx_strncmp(crawled[i].name.data, of.data, of.len) != 0)
        {
            continue;
        }

        if (k < NGX_HTTP_PATRON_CRAWLED_N) {
            crawled[i].counted[k] += count;

        } else {
            ngx_http_patron_crawled_spent(&crawled[i], name->data, count);
        }

        return;
    }
}


static void
ngx_http_patron_crawled_spent(ngx_http_patron_crawled_t *crawled,
    u_char *currency, uint64_t amount)
{
    patron_price_t  *spent;

    if (crawled->nspent == NGX_HTTP_PATRON_CRAWLED_CURRENCIES) {
        return;
    }

    spent = &crawled->spent[crawled->nspent++];

    ngx_memcpy(spent->currency, currency, PATRON_CURRENCY);
    spent->amount = (int64_t) amount;
}


/* Each is read by itself: a request may be between the two. */

static uint64_t
ngx_http_patron_crawled_signed(ngx_http_patron_crawled_t *crawled)
{
    uint64_t  all, address;

    all = crawled->counted[NGX_HTTP_PATRON_CRAWLED];
    address = crawled->counted[NGX_HTTP_PATRON_CRAWLED_ADDRESS];

    return all - ngx_min(all, address);
}


void
ngx_http_patron_json_crawlers(ngx_http_patron_report_t *report, json_t *json)
{
    json_t                     *list;
    ngx_uint_t                  i;
    ngx_http_patron_crawled_t  *crawled;

    list = json_array();
    crawled = report->crawlers.elts;

    for (i = 0; i < report->crawlers.nelts; i++) {
        (void) json_array_append_new(list,
                                  ngx_http_patron_json_crawled(&crawled[i]));
    }

    (void) json_object_set_new(json, "crawlers", list);
    (void) json_object_set_new(json, "crawlers_without_room",
                         json_integer((json_int_t) report->crawlers_unfit));
}


static json_t *
ngx_http_patron_json_crawled(ngx_http_patron_crawled_t *crawled)
{
    u_char       currency[PATRON_CURRENCY + 1];
    json_t      *json, *spent;
    ngx_uint_t   i;

    json = json_object();
    spent = json_object();

    (void) json_object_set_new(json, "name",
                               ngx_http_patron_json_str(&crawled->name));
    (void) json_object_set_new(json, "purpose",
                               ngx_http_patron_json_str(&crawled->purpose));

    for (i = 0; i < NGX_HTTP_PATRON_CRAWLED_N; i++) {
        (void) json_object_set_new(json, ngx_http_patron_crawled[i].key,
                             json_integer((json_int_t) crawled->counted[i]));
    }

    for (i = 0; i < crawled->nspent; i++) {
        (void) ngx_snprintf(currency, sizeof(currency), "%*s%Z",
                            (size_t) PATRON_CURRENCY,
                            crawled->spent[i].currency);

        (void) json_object_set_new(spent, (char *) currency,
                         json_integer((json_int_t) crawled->spent[i].amount));
    }

    (void) json_object_set_new(json, "spent", spent);
    (void) json_object_set_new(json, "trouble",
                               ngx_http_patron_json_str(&crawled->trouble));

    return json;
}


void
ngx_http_patron_html_crawlers(ngx_http_patron_report_t *report,
    ngx_http_patron_text_t *text)
{
    ngx_uint_t                  i;
    ngx_http_patron_crawled_t  *crawled;

    if (report->crawlers_unfit) {
        ngx_http_patron_text(text, "<p class=\"w\"><b>Crawlers:</b> the zone "
                             "has no room for their %uz bytes. They stay as "
                             "they were; make <code>patron_zone</code> "
                             "larger.</p>", report->crawlers_unfit);
    }

    if (report->crawlers.nelts == 0) {
        return;
    }

    ngx_http_patron_text(text, "<section><h2>Crawlers, today, and what they "
                         "got of pages that have a level</h2>"
                         "<ul class=\"a\">");

    crawled = report->crawlers.elts;

    for (i = 0; i < report->crawlers.nelts; i++) {

        if (i == NGX_HTTP_PATRON_CRAWLERS_SHOWN) {
            ngx_http_patron_text(text, "<li><strong>and %ui more</strong>"
                                 "</li>", report->crawlers.nelts - i);
            break;
        }

        ngx_http_patron_html_crawled(text, &crawled[i]);
    }

    ngx_http_patron_text(text, "</ul></section>");
}


static void
ngx_http_patron_html_crawled(ngx_http_patron_text_t *text,
    ngx_http_patron_crawled_t *crawled)
{
    u_char     *p, price[PATRON_PRICE_TEXT];
    uint64_t   *n;
    ngx_uint_t  i;

    static const char  *got[NGX_HTTP_PATRON_CRAWLED_GOT] = {
        "whole", "cut", "refused"
    };

    n = crawled->counted;

    ngx_http_patron_text(text, "<li><strong>");
    ngx_http_patron_text_html(text, &crawled->name);
    ngx_http_patron_text(text, " <em>");
    ngx_http_patron_text_html(text, &crawled->purpose);

    if (n[NGX_HTTP_PATRON_CRAWLED_CLAIMED]) {
        ngx_http_patron_text(text, "%s%uL claimed its name and proved "
                             "nothing", crawled->purpose.len ? "; " : "",
                             n[NGX_HTTP_PATRON_CRAWLED_CLAIMED]);
    }

    ngx_http_patron_text(text, "</em>");

    if (n[NGX_HTTP_PATRON_CRAWLED_IGNORED]) {
        ngx_http_patron_text(text, " <em class=\"down\">%uL asked for what "
                             "robots.txt forbids</em>",
                             n[NGX_HTTP_PATRON_CRAWLED_IGNORED]);
    }

    if (crawled->trouble.len) {
        ngx_http_patron_text(text, " <em class=\"down\">");
        ngx_http_patron_text_html(text, &crawled->trouble);
        ngx_http_patron_text(text, "</em>");
    }

    ngx_http_patron_text(text, "</strong><span>%uL<small>requests, %uL by a "
                         "signature</small></span>",
                         n[NGX_HTTP_PATRON_CRAWLED],
                         ngx_http_patron_crawled_signed(crawled));

    for (i = 0; i < NGX_HTTP_PATRON_CRAWLED_GOT; i++) {
        ngx_http_patron_text(text, "<span>%uL<small>%s</small></span>",
                             n[NGX_HTTP_PATRON_CRAWLED_WHOLE + i], got[i]);
    }

    ngx_http_patron_text(text, "<span>%uL<small>paid for",
                         n[NGX_HTTP_PATRON_CRAWLED_CHARGED]);

    for (i = 0; i < crawled->nspent; i++) {
        p = price + patron_price_write(price, &crawled->spent[i]);
        ngx_http_patron_text(text, "%s %*s", i ? "," : ":",
                             (size_t) (p - price), price);
    }

    ngx_http_patron_text(text, "</small></span></li>");
}


void
ngx_http_patron_prometheus_crawlers(ngx_http_patron_report_t *report,
    ngx_http_patron_text_t *text)
{
    ngx_uint_t                  i, k, n, trouble;
    ngx_http_patron_crawled_t  *crawled;

    crawled = report->crawlers.elts;
    n = report->crawlers.nelts;
    trouble = 0;

    for (i = 0; i < n; i++) {
        trouble += (crawled[i].trouble.len != 0);
    }

    for (k = 0; n != 0 && ngx_http_patron_crawled_metrics[k].metric; k++) {

        ngx_http_patron_prometheus_counter(text,
                                  ngx_http_patron_crawled_metrics[k].metric,
                                  ngx_http_patron_crawled_metrics[k].help);

        for (i = 0; i < n; i++) {
            ngx_http_patron_crawled_metrics[k].write(text, &crawled[i],
                                  ngx_http_patron_crawled_metrics[k].metric);
        }
    }

    ngx_http_patron_prometheus_gauge(text, "patron_crawlers",
                                     "Crawlers that are published", n);
    ngx_http_patron_prometheus_gauge(text, "patron_crawlers_trouble",
                                     "Crawlers of which something is left out",
                                     trouble);
    ngx_http_patron_prometheus_gauge(text, "patron_crawlers_no_room_bytes",
                                     "Size of the crawlers for which the zone "
                                     "has no room, else 0",
                                     (double) report->crawlers_unfit);
}


static void
ngx_http_patron_prometheus_requests(ngx_http_patron_text_t *text,
    ngx_http_patron_crawled_t *crawled, const char *metric)
{
    uint64_t  *n;

    n = crawled->counted;

    ngx_http_patron_prometheus_crawled(text, crawled, metric,
                                       "proof", "address",
                                       n[NGX_HTTP_PATRON_CRAWLED_ADDRESS]);
    ngx_http_patron_prometheus_crawled(text, crawled, metric,
                                       "proof", "signature",
                                   ngx_http_patron_crawled_signed(crawled));
    ngx_http_patron_prometheus_crawled(text, crawled, metric,
                                       "proof", "none",
                                       n[NGX_HTTP_PATRON_CRAWLED_CLAIMED]);
}


static void
ngx_http_patron_prometheus_pages(ngx_http_patron_text_t *text,
    ngx_http_patron_crawled_t *crawled, const char *metric)
{
    ngx_uint_t  i;

    for (i = NGX_HTTP_PATRON_CRAWLED_WHOLE;
         i <= NGX_HTTP_PATRON_CRAWLED_REFUSED;
         i++)
    {
        ngx_http_patron_prometheus_crawled(text, crawled, metric, "got",
                                           ngx_http_patron_crawled[i].key,
                                           crawled->counted[i]);
    }
}


static void
ngx_http_patron_prometheus_ignored(ngx_http_patron_text_t *text,
    ngx_http_patron_crawled_t *crawled, const char *metric)
{
    ngx_http_patron_text(text, "%s{name=\"", metric);
    ngx_http_patron_prometheus_label(text, &crawled->name);
    ngx_http_patron_text(text, "\"} %uL\n",
                         crawled->counted[NGX_HTTP_PATRON_CRAWLED_IGNORED]);
}


static void
ngx_http_patron_prometheus_spent(ngx_http_patron_text_t *text,
    ngx_http_patron_crawled_t *crawled, const char *metric)
{
    ngx_uint_t  i;

    for (i = 0; i < crawled->nspent; i++) {
        ngx_http_patron_text(text, "%s{name=\"", metric);
        ngx_http_patron_prometheus_label(text, &crawled->name);
        ngx_http_patron_text(text, "\",currency=\"%*s\"} %L\n",
                             (size_t) PATRON_CURRENCY,
                             crawled->spent[i].currency,
                             crawled->spent[i].amount);
    }
}


static void
ngx_http_patron_prometheus_crawled(ngx_http_patron_text_t *text,
    ngx_http_patron_crawled_t *crawled, const char *metric,
    const char *label, const char *value, uint64_t n)
{
    ngx_http_patron_text(text, "%s{name=\"", metric);
    ngx_http_patron_prometheus_label(text, &crawled->name);
    ngx_http_patron_text(text, "\",purpose=\"");
    ngx_http_patron_prometheus_label(text, &crawled->purpose);
    ngx_http_patron_text(text, "\",%s=\"%s\"} %uL\n", label, value, n);
}
