
/*
 * The status for a person: one page, nothing from outside, no JavaScript, light
 * and dark, from the width of a telephone.  Curves are drawn as bars of SVG.
 */


#include "ngx_http_patron_status_crawlers.h"
#include "ngx_http_patron_status_html.h"
#include "ngx_http_patron_status_known.h"
#include "ngx_http_patron_status_trials.h"
#include "ngx_http_patron_status_verdict.h"
#include "ngx_http_patron_status_write.h"
#include "ngx_http_patron_zone.h"
#include "ngx_http_patron_zone_history.h"


#define NGX_HTTP_PATRON_CURVE_HEIGHT  28


static void ngx_http_patron_html_verdict(ngx_http_patron_report_t *report,
    ngx_http_patron_text_t *text);
static void ngx_http_patron_html_redis(ngx_http_patron_report_t *report,
    ngx_http_patron_text_t *text);
static void ngx_http_patron_html_tiles(ngx_http_patron_report_t *report,
    ngx_http_patron_text_t *text);
static void ngx_http_patron_html_tile(ngx_http_patron_text_t *text,
    const char *title, uint64_t number, const char *note);
static void ngx_http_patron_html_row(ngx_http_patron_report_t *report,
    ngx_http_patron_text_t *text, ngx_http_patron_row_t *row);
static void ngx_http_patron_html_time(ngx_http_patron_text_t *text,
    time_t time);
static void ngx_http_patron_html_appeals(ngx_http_patron_report_t *report,
    ngx_http_patron_text_t *text);
static void ngx_http_patron_html_appeal(ngx_http_patron_text_t *text,
    ngx_http_patron_appealed_t *appeal);
static void ngx_http_patron_html_curve(ngx_http_patron_text_t *text,
    uint32_t *hours);
static void ngx_http_patron_html_refused(ngx_http_patron_report_t *report,
    ngx_http_patron_text_t *text);
static void ngx_http_patron_html_unplaced(ngx_http_patron_report_t *report,
    ngx_http_patron_text_t *text);
static void ngx_http_patron_html_ladder(ngx_http_patron_report_t *report,
    ngx_http_patron_text_t *text);
static void ngx_http_patron_html_readers(ngx_http_patron_report_t *report,
    ngx_http_patron_text_t *text);
static void ngx_http_patron_html_rows(ngx_http_patron_report_t *report,
    ngx_http_patron_text_t *text);


static const char  ngx_http_patron_table_head[] =
    "<table><thead><tr><td></td><th scope=\"col\">last hour</th>"
    "<th scope=\"col\">in all</th></tr></thead>";


static const char  *ngx_http_patron_status_head[] = {

    "<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\">"
    "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">"
    "<meta name=\"robots\" content=\"noindex\">"
    "<meta http-equiv=\"refresh\" content=\"10\">"
    "<style>:root{color-scheme:light dark;--ink:#1d1b18;--dim:#625c53;"
    "--paper:#f6f3ed;--card:#fff;--line:#e3ddd1;--bar:#b5482a;--soft:#e9c9bb;"
    "--good:#23703d;--bad:#a12b1a;--warn:#865300}"
    "@media(prefers-color-scheme:dark){:root{--ink:#eee9e1;--dim:#aea79b;"
    "--paper:#151412;--card:#201e1b;--line:#3a352e;--bar:#e8875f;"
    "--soft:#5d3a2c;--good:#6cc68a;--bad:#f08a76;--warn:#e5b04c}}"
    "*{box-sizing:border-box}"
    "body{margin:0;background:var(--paper);color:var(--ink);"
    "font:1rem/1.5 system-ui,-apple-system,\"Segoe UI\",sans-serif}"
    "main{max-width:70rem;margin:auto;padding:1.5rem 1rem 3rem}"
    "header{margin-bottom:1.2rem;padding:1rem 1.2rem 1.2rem;"
    "border-radius:.75rem;background:var(--good);color:var(--paper)}"
    "header.degraded{background:var(--warn)}header.bad{background:var(--bad)}"
    "h1{font-size:clamp(1.5rem,4.6vw,3.2rem);line-height:1.15;margin:0;"
    "letter-spacing:-.01em;overflow-wrap:anywhere}"
    "h1 b{display:block;font-size:clamp(3rem,14vw,9rem);line-height:1}"
    "header p{margin:.6rem 0 0}"
    "h2{font-size:1.05rem;margin:0 0 .8rem}"
    "section{background:var(--card);border:1px solid var(--line);"
    "border-radius:.75rem;padding:1.1rem 1.2rem;margin-bottom:1rem}",

    ".g{display:grid;gap:1rem;margin-bottom:1rem;"
    "grid-template-columns:repeat(auto-fill,minmax(min(100%,19rem),1fr))}"
    ".g section{margin:0}"
    ".t{display:grid;gap:.75rem;margin-bottom:1rem;"
    "grid-template-columns:repeat(auto-fill,minmax(9.5rem,1fr))}"
    ".t div{background:var(--card);border:1px solid var(--line);"
    "border-radius:.75rem;padding:.8rem 1rem}"
    ".t b{display:block;font-size:1.6rem;line-height:1.2;font-weight:650;"
    "font-variant-numeric:tabular-nums}"
    ".t span,.n{color:var(--dim);font-size:.875rem}"
    ".n:last-child{margin-bottom:0}main>.n{margin:1rem 0}"
    ".w{border:1px solid var(--bad);border-radius:.75rem;"
    "background:var(--card);padding:.6rem 1.2rem;margin:0 0 1rem}"
    ".w b{color:var(--bad)}"
    "table{width:100%;table-layout:fixed;border-collapse:collapse}"
    "th{width:56%;font-weight:400;text-align:left;padding:.25rem 0}"
    "thead th{color:var(--dim);font-size:.875rem;width:22%;text-align:right}"
    "thead th:first-child{width:56%}"
    "td{text-align:right;font-variant-numeric:tabular-nums;"
    "padding:.25rem 0 .25rem .5rem}"
    "td.z{color:var(--dim)}"
    ".a li{display:grid;gap:.15rem 1rem;align-items:start;"
    "grid-template-columns:minmax(0,1fr) 10rem repeat(4,4.6rem);"
    "padding:.55rem 0;border-top:1px solid var(--line)}"
    "ul,ol{list-style:none;margin:0;padding:0}"
    ".a strong{overflow-wrap:anywhere;font-weight:600}"
    ".a em{font-style:normal;color:var(--dim);font-size:.875rem;"
    "font-weight:400}"
    ".a span{text-align:right;font-variant-numeric:tabular-nums}"
    ".a small{display:block;color:var(--dim);font-size:.8rem}",

    "svg{display:block;width:100%;height:28px}"
    "svg .h{fill:var(--bar)}svg .e{fill:var(--line)}"
    ".l li{display:flex;gap:.6rem;padding:.3rem 0;color:var(--dim)}"
    ".l li::before{content:\"\\25CB\"}"
    ".l .on{color:var(--ink);font-weight:600}"
    ".l .on::before{content:\"\\25CF\";color:var(--good)}"
    ".l .low::before{color:var(--bad)}"
    ".r li{padding:.5rem 0;border-top:1px solid var(--line);"
    "overflow-wrap:anywhere}.r b{color:var(--bad)}"
    ".up{color:var(--good)}.down{color:var(--bad)}"
    "svg.s{height:.75rem;border-radius:.4rem;margin:.2rem 0 .8rem;"
    "background:var(--line)}svg.s .p{fill:var(--good)}"
    "svg.s .q{fill:var(--soft)}svg.s .w{fill:var(--bar)}"
    "@media(max-width:44rem){.a li{grid-template-columns:repeat(4,1fr)}"
    ".a li>strong,.a li>svg{grid-column:1/-1}.a span{text-align:left}}"
    "@media print{body{background:none}section{break-inside:avoid}}"
    "</style>",

    NULL
};


void
ngx_http_patron_status_html(ngx_http_patron_report_t *report,
    ngx_http_patron_text_t *text)
{
    ngx_uint_t  i;

    for (i = 0; ngx_http_patron_status_head[i]; i++) {
        ngx_http_patron_text(text, "%s", ngx_http_patron_status_head[i]);
    }

    ngx_http_patron_html_verdict(report, text);

    if (report->walls_open || report->banners_off) {
        ngx_http_patron_text(text, "<p class=\"w\"><b>Switches:</b> %s%s%s"
                             "</p>",
                             report->walls_open ? "every wall is open" : "",
                             report->walls_open && report->banners_off
                             ? ", " : "",
                             report->banners_off ? "every appeal is silenced"
                                                 : "");
    }

    if (report->unfit) {
        ngx_http_patron_text(text, "<p class=\"w\"><b>Campaigns:</b> the zone "
                             "has no room for their %uz bytes. Readers see "
                             "them as they were; make <code>patron_zone</code> "
                             "larger.</p>", report->unfit);
    }

    ngx_http_patron_html_tiles(report, text);
    ngx_http_patron_html_refused(report, text);
    ngx_http_patron_html_unplaced(report, text);
    ngx_http_patron_html_appeals(report, text);
    ngx_http_patron_html_trials(report, text);
    ngx_http_patron_html_known(report, text);
    ngx_http_patron_html_crawlers(report, text);

    ngx_http_patron_text(text, "<div class=\"g\">");
    ngx_http_patron_html_ladder(report, text);
    ngx_http_patron_html_readers(report, text);
    ngx_http_patron_html_rows(report, text);

    ngx_http_patron_text(text, "</div><p class=\"n\">Counted since ");

    if (report->born) {
        ngx_http_patron_html_time(text, report->born);

    } else {
        ngx_http_patron_text(text, "never: there is no patron_zone");
    }

    ngx_http_patron_text(text, ", appeals since midnight UTC.</p></main>"
                         "</body></html>" CRLF);
}


/* What is read from afar. */

static void
ngx_http_patron_html_verdict(ngx_http_patron_report_t *report,
    ngx_http_patron_text_t *text)
{
    const char  *name;

    name = ngx_http_patron_verdict_name(report);

    ngx_http_patron_text(text, "<title>%s: ", name);
    ngx_http_patron_text_html(text, &report->host);
    ngx_http_patron_text(text, "</title></head><body><main><header "
                         "class=\"%s\"><h1><b>%s</b> ", name, name);
    ngx_http_patron_text_html(text, &report->verdict.reason);
    ngx_http_patron_text(text, "</h1><p>");

    if (report->verdict.since) {
        ngx_http_patron_text(text, "Since ");
        ngx_http_patron_html_time(text, report->verdict.since);
        ngx_http_patron_text(text, ", on ");

    } else {
        ngx_http_patron_text(text, "On ");
    }

    ngx_http_patron_text_html(text, &report->host);
    ngx_http_patron_text(text, ", version " PATRON_VERSION ", at ");
    ngx_http_patron_html_time(text, ngx_time());
    ngx_http_patron_text(text, "</p></header>");

    ngx_http_patron_html_redis(report, text);
}


static void
ngx_http_patron_html_redis(ngx_http_patron_report_t *report,
    ngx_http_patron_text_t *text)
{
    ngx_http_patron_text(text, "<p class=\"n\">");

    if (report->plcf->redis == NULL) {
        ngx_http_patron_text(text, "No Redis here: the token alone decides.");

    } else if (report->away) {
        ngx_http_patron_text(text, "Redis is <b class=\"down\">away</b>.");

    } else {
        ngx_http_patron_text(text, "Redis is <b class=\"up\">up</b>, answers "
                             "take %s%M&nbsp;ms, changes are %s.",
                             report->latency ? "about " : "less than ",
                             ngx_max(report->latency, 1),
                             report->listening ? "heard of at once"
                                               : "looked for every second, "
                                                 "members by ttl");
    }

    ngx_http_patron_text(text, "</p>");
}


static void
ngx_http_patron_html_time(ngx_http_patron_text_t *text, time_t time)
{
    ngx_tm_t  tm;

    ngx_gmtime(time, &tm);

    ngx_http_patron_text(text, "<time datetime=\"%4d-%02d-%02dT%02d:%02d:%02dZ"
                         "\">%4d-%02d-%02d&nbsp;%02d:%02d&nbsp;UTC</time>",
                         tm.ngx_tm_year, tm.ngx_tm_mon, tm.ngx_tm_mday,
                         tm.ngx_tm_hour, tm.ngx_tm_min, tm.ngx_tm_sec,
                         tm.ngx_tm_year, tm.ngx_tm_mon, tm.ngx_tm_mday,
                         tm.ngx_tm_hour, tm.ngx_tm_min);
}


static void
ngx_http_patron_html_tiles(ngx_http_patron_report_t *report,
    ngx_http_patron_text_t *text)
{
    uint64_t                     n[NGX_HTTP_PATRON_EVENTS];
    ngx_uint_t                   i, k;
    ngx_http_patron_appealed_t  *appeal;

    ngx_memzero(n, sizeof(n));
    appeal = report->appeals.elts;

    for (i = 0; i < report->appeals.nelts; i++) {

        if (appeal[i].patrons) {
            /* thanks, or a gift to give: nothing was asked for */
            continue;
        }

        for (k = 0; k < NGX_HTTP_PATRON_EVENTS; k++) {
            n[k] += appeal[i].events[k];
        }
    }

    ngx_http_patron_text(text, "<div class=\"t\">");

    ngx_http_patron_html_tile(text, "appeals shown", n[NGX_HTTP_PATRON_SHOWN],
                              "today");
    ngx_http_patron_html_tile(text, "clicks", n[NGX_HTTP_PATRON_CLICKED],
                              "today");
    ngx_http_patron_html_tile(text, "dismissals",
                              n[NGX_HTTP_PATRON_DISMISSED], "today");
    ngx_http_patron_html_tile(text, "memberships granted", report->granted,
                              "today");
    ngx_http_patron_html_tile(text, "pages walled",
                       ngx_http_patron_zone_hour(report->zone,
                                                 NGX_HTTP_PATRON_C_WALLED,
                                                 ngx_time()),
                       "last hour");
    ngx_http_patron_html_tile(text, "articles metered",
                       ngx_http_patron_zone_hour(report->zone,
                                                 NGX_HTTP_PATRON_C_METERED,
                                                 ngx_time()),
                       "last hour");

    ngx_http_patron_text(text, "</div>");
}


static void
ngx_http_patron_html_tile(ngx_http_patron_text_t *text, const char *title,
    uint64_t number, const char *note)
{
    ngx_http_patron_text(text, "<div><b>%uL</b><span>%s, %s</span></div>",
                         number, title, note);
}


static void
ngx_http_patron_html_appeals(ngx_http_patron_report_t *report,
    ngx_http_patron_text_t *text)
{
    ngx_uint_t                   i;
    ngx_http_patron_appealed_t  *appeal;

    ngx_http_patron_text(text, "<section><h2>Banners and campaigns, today by "
                         "the hour (UTC)</h2>");

    if (report->appeals.nelts == 0) {
        ngx_http_patron_text(text, "<p class=\"n\">None has been shown today."
                             "</p></section>");
        return;
    }

    ngx_http_patron_text(text, "<ul class=\"a\">");

    appeal = report->appeals.elts;

    for (i = 0; i < report->appeals.nelts; i++) {
        ngx_http_patron_html_appeal(text, &appeal[i]);
    }

    ngx_http_patron_text(text, "</ul></section>");
}


static void
ngx_http_patron_html_appeal(ngx_http_patron_text_t *text,
    ngx_http_patron_appealed_t *appeal)
{
    ngx_uint_t  k;

    ngx_http_patron_text(text, "<li><strong>");
    ngx_http_patron_text_html(text, &appeal->name);
    ngx_http_patron_text(text, "%s</strong>",
                         appeal->campaign ? " <em>campaign</em>" : "");

    ngx_http_patron_html_curve(text, appeal->hours);

    for (k = 0; k < NGX_HTTP_PATRON_EVENTS; k++) {
        ngx_http_patron_text(text, "<span>%uD<small>%s</small></span>",
                             appeal->events[k],
                             ngx_http_patron_events_said[k]);
    }

    ngx_http_patron_text(text, "</li>");
}


static void
ngx_http_patron_html_curve(ngx_http_patron_text_t *text, uint32_t *hours)
{
    uint32_t    max;
    ngx_uint_t  h, height;

    max = 1;

    for (h = 0; h < 24; h++) {
        max = ngx_max(max, hours[h]);
    }

    ngx_http_patron_text(text, "<svg viewBox=\"0 0 144 %d\" "
                         "preserveAspectRatio=\"none\" role=\"img\" "
                         "aria-label=\"shown by the hour, at most %uD\">",
                         NGX_HTTP_PATRON_CURVE_HEIGHT,
                         max);

    for (h = 0; h < 24; h++) {
        height = hours[h] ? 2 + (ngx_uint_t) ((uint64_t) hours[h]
                                  * (NGX_HTTP_PATRON_CURVE_HEIGHT - 2) / max)
                          : 1;

        ngx_http_patron_text(text, "<rect class=\"%s\" x=\"%ui\" y=\"%ui\" "
                             "width=\"5\" height=\"%ui\"/>",
                             hours[h] ? "h" : "e", h * 6,
                             NGX_HTTP_PATRON_CURVE_HEIGHT - height, height);
    }

    ngx_http_patron_text(text, "</svg>");
}


static void
ngx_http_patron_html_refused(ngx_http_patron_report_t *report,
    ngx_http_patron_text_t *text)
{
    ngx_uint_t               i;
    ngx_http_patron_pair_t  *refused;

    if (report->refused.nelts == 0) {
        return;
    }

    ngx_http_patron_text(text, "<section><h2>Refused campaigns</h2>"
                         "<ul class=\"r\">");

    refused = report->refused.elts;

    for (i = 0; i < report->refused.nelts; i++) {
        ngx_http_patron_text(text, "<li><b>");
        ngx_http_patron_text_html(text, &refused[i].name);
        ngx_http_patron_text(text, "</b> ");
        ngx_http_patron_text_html(text, &refused[i].value);
        ngx_http_patron_text(text, "</li>");
    }

    ngx_http_patron_text(text, "</ul><p class=\"n\">The last good version of "
                         "each stays, if there was one.</p></section>");
}


static void
ngx_http_patron_html_unplaced(ngx_http_patron_report_t *report,
    ngx_http_patron_text_t *text)
{
    ngx_uint_t                   i;
    ngx_http_patron_unplaced_t  *unplaced;

    if (report->unplaced.nelts == 0) {
        return;
    }

    ngx_http_patron_text(text, "<section><h2>Places that pages lack, and text "
                         "that leaks</h2><ul class=\"r\">");

    unplaced = report->unplaced.elts;

    for (i = 0; i < report->unplaced.nelts; i++) {
        ngx_http_patron_text(text, "<li><b>");
        ngx_http_patron_text_html(text, &unplaced[i].name);
        ngx_http_patron_text(text, "</b> <code>");
        ngx_http_patron_text_html(text, &unplaced[i].selector);
        ngx_http_patron_text(text, "</code> on %uD pages, the last one ",
                             unplaced[i].missed);
        ngx_http_patron_text_html(text, &unplaced[i].uri);
        ngx_http_patron_text(text, " %T&nbsp;min ago</li>",
                             (ngx_time() - unplaced[i].at) / 60);
    }

    ngx_http_patron_text(text, "</ul><p class=\"n\">A page without the place "
                         "of its wall is refused, one without that of a "
                         "banner goes without it. Beside <b>patron_strip</b> "
                         "and <b>patron_leak_check</b> stands what keeps a "
                         "walled page from giving its text away."
                         "</p></section>");
}


static void
ngx_http_patron_html_ladder(ngx_http_patron_report_t *report,
    ngx_http_patron_text_t *text)
{
    ngx_uint_t  i, percent;

    static const char  *rungs[] = {
        "Redis is asked",
        "Redis is away: the zone remembers",
        "Redis is away: the signature, or patron_fallback"
    };

    ngx_http_patron_text(text, "<section><h2>Who decides on members</h2>"
                         "<ol class=\"l\">");

    for (i = 0; i < NGX_HTTP_PATRON_RUNG_NONE; i++) {
        ngx_http_patron_text(text, "<li%s>%s</li>",
                             i != report->rung ? ""
                             : i ? " class=\"on low\" aria-current=\"true\""
                                 : " class=\"on\" aria-current=\"true\"",
                             rungs[i]);
    }

    if (report->rung == NGX_HTTP_PATRON_RUNG_NONE) {
        ngx_http_patron_text(text, "<li class=\"on\" aria-current=\"true\">"
                             "No Redis: the token alone</li>");
    }

    ngx_http_patron_text(text, "</ol>");

    if (report->zone != NULL) {
        percent = report->fill.cells
                  ? report->fill.used * 100 / report->fill.cells : 0;

        ngx_http_patron_text(text, "<p class=\"n\">Zone: %ui members, "
                             "%s%ui%% full</p><svg class=\"s\" "
                             "viewBox=\"0 0 100 1\" "
                             "preserveAspectRatio=\"none\" "
                             "aria-hidden=\"true\"><rect class=\"w\" "
                             "width=\"%ui\" height=\"1\"/></svg>",
                             report->fill.members,
                             percent || !report->fill.used ? "" : "under ",
                             percent || !report->fill.used ? percent : 1,
                             percent);
    }

    ngx_http_patron_text(text, "</section>");
}


/* A bar of three: patrons, guests, and tokens that are worth nothing. */

static void
ngx_http_patron_html_readers(ngx_http_patron_report_t *report,
    ngx_http_patron_text_t *text)
{
    ngx_uint_t              i;
    ngx_atomic_uint_t       all, patrons, guests;
    ngx_http_patron_row_t  *row;

    all = 0;

    for (i = NGX_HTTP_PATRON_C_PATRON; i <= NGX_HTTP_PATRON_C_REVOKED; i++) {
        all += ngx_http_patron_zone_counter(report->zone, i);
    }

    all = ngx_max(all, 1);

    patrons = ngx_http_patron_zone_counter(report->zone,
                                           NGX_HTTP_PATRON_C_PATRON);
    guests = ngx_http_patron_zone_counter(report->zone,
                                          NGX_HTTP_PATRON_C_GUEST);

    patrons = patrons * 1000 / all;
    guests = guests * 1000 / all;

    ngx_http_patron_text(text, "<section><h2>Readers</h2><svg class=\"s\" "
                         "viewBox=\"0 0 1000 1\" preserveAspectRatio=\"none\" "
                         "aria-hidden=\"true\"><rect class=\"p\" width=\"%uA\" "
                         "height=\"1\"/><rect class=\"q\" x=\"%uA\" "
                         "width=\"%uA\" height=\"1\"/></svg><table>",
                         patrons, patrons, guests);

    for (row = ngx_http_patron_rows; row->title; row++) {

        if (row->counter > NGX_HTTP_PATRON_C_REVOKED) {
            continue;
        }

        ngx_http_patron_html_row(report, text, row);
    }

    ngx_http_patron_text(text, "</table></section>");
}


static void
ngx_http_patron_html_rows(ngx_http_patron_report_t *report,
    ngx_http_patron_text_t *text)
{
    ngx_uint_t              open;
    ngx_http_patron_row_t  *row;

    open = 0;

    for (row = ngx_http_patron_rows; row->title; row++) {

        if (row->counter <= NGX_HTTP_PATRON_C_REVOKED) {
            continue;
        }

        if (row->section != NULL) {
            ngx_http_patron_text(text, "%s<section><h2>%s</h2>%s",
                                 open ? "</table></section>" : "",
                                 row->section, ngx_http_patron_table_head);
            open = 1;
        }

        ngx_http_patron_html_row(report, text, row);
    }

    ngx_http_patron_text(text, "%s", open ? "</table></section>" : "");
}


static void
ngx_http_patron_html_row(ngx_http_patron_report_t *report,
    ngx_http_patron_text_t *text, ngx_http_patron_row_t *row)
{
    ngx_atomic_uint_t  n, hour;

    n = ngx_http_patron_zone_counter(report->zone, row->counter);
    hour = ngx_http_patron_zone_hour(report->zone, row->counter, ngx_time());

    ngx_http_patron_text(text, "<tr><th scope=\"row\">%s</th>"
                         "<td%s>%uA</td><td%s>%uA</td></tr>", row->title,
                         hour ? "" : " class=\"z\"", hour,
                         n ? "" : " class=\"z\"", n);
}
