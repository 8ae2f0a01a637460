
/*
 * See the header.  Names are bounded: they are those that are published.
 */


#include "ngx_http_patron_institution.h"
#include "ngx_http_patron_json.h"
#include "ngx_http_patron_redis.h"
#include "ngx_http_patron_registry.h"
#include "ngx_http_patron_status_known.h"
#include "ngx_http_patron_status_text.h"
#include "ngx_http_patron_zone_blob.h"


#define NGX_HTTP_PATRON_KNOWN_SHOWN  200            /* on the page */


static ngx_int_t ngx_http_patron_report_institutions(
    ngx_http_patron_report_t *report, ngx_http_patron_registry_t *source);


ngx_int_t
ngx_http_patron_report_known(ngx_http_request_t *r,
    ngx_http_patron_report_t *report)
{
    ngx_http_patron_registry_t  *source;

    if (ngx_array_init(&report->institutions, r->pool, 4,
                       sizeof(ngx_http_patron_known_t))
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    source = ngx_http_patron_report_registry(report,
                                           NGX_HTTP_PATRON_BLOB_INSTITUTIONS);
    if (source == NULL) {
        return NGX_OK;
    }

    report->institutions_unfit = ngx_http_patron_zone_blob_refused(
                                     source->zone,
                                     ngx_http_patron_redis_id(source->redis),
                                     source->kind->blob);

    return ngx_http_patron_report_institutions(report, source);
}


ngx_http_patron_registry_t *
ngx_http_patron_report_registry(ngx_http_patron_report_t *report,
    ngx_uint_t kind)
{
    ngx_uint_t                     i;
    ngx_http_patron_registry_t   **all;
    ngx_http_patron_main_conf_t   *pmcf;

    pmcf = ngx_http_cycle_get_module_main_conf(ngx_cycle,
                                               ngx_http_patron_module);
    all = pmcf->registries.elts;

    for (i = 0; i < pmcf->registries.nelts; i++) {

        if (all[i]->redis == report->plcf->redis
            && all[i]->kind->blob == kind)
        {
            return all[i];
        }
    }

    return NULL;
}


static ngx_int_t
ngx_http_patron_report_institutions(ngx_http_patron_report_t *report,
    ngx_http_patron_registry_t *source)
{
    size_t                    entry;
    ngx_str_t                 value, *to[4];
    ngx_uint_t                i;
    patron_registry_t        *registry;
    ngx_http_patron_known_t  *known;

    static ngx_uint_t  fields[4] = {
        NGX_HTTP_PATRON_REGISTRY_NAMED,
        NGX_HTTP_PATRON_INSTITUTION_TIER,
        NGX_HTTP_PATRON_INSTITUTION_LABEL,
        NGX_HTTP_PATRON_REGISTRY_TROUBLE
    };

    registry = ngx_http_patron_registry(source);

    if (registry == NULL) {
        return NGX_OK;
    }

    for (entry = 1; entry <= registry->nentries; entry++) {

        known = ngx_array_push(&report->institutions);
        if (known == NULL) {
            return NGX_ERROR;
        }

        to[0] = &known->name;
        to[1] = &known->tier;
        to[2] = &known->label;
        to[3] = &known->trouble;

        for (i = 0; i < 4; i++) {
            value = ngx_http_patron_registry_value(registry, entry, fields[i]);

            if (ngx_http_patron_report_clean(report->pool, to[i], value.data,
                                             value.len)
                != NGX_OK)
            {
                return NGX_ERROR;
            }
        }

        value = ngx_http_patron_registry_value(registry, entry,
                                              NGX_HTTP_PATRON_REGISTRY_RANGES);
        known->ranges = ngx_atoi(value.data, value.len);
        known->readers = 0;
    }

    return NGX_OK;
}


void
ngx_http_patron_report_known_counted(ngx_http_patron_report_t *report,
    ngx_str_t *what, ngx_str_t *name, uint64_t count)
{
    ngx_uint_t                i;
    ngx_http_patron_known_t  *known;

    if (what->len != sizeof("institution") - 1
        || ngx_strncmp(what->data, "institution", what->len) != 0)
    {
        return;
    }

    known = report->institutions.elts;

    for (i = 0; i < report->institutions.nelts; i++) {

        if (known[i].name.len == name->len
            && ngx_strncmp(known[i].name.data, name->data, name->len) == 0)
        {
            known[i].readers += count;
            return;
        }
    }
}


void
ngx_http_patron_json_known(ngx_http_patron_report_t *report, json_t *json)
{
    json_t                   *list, *item;
    ngx_uint_t                i;
    ngx_http_patron_known_t  *known;

    list = json_array();
    known = report->institutions.elts;

    for (i = 0; i < report->institutions.nelts; i++) {
        item = json_object();

        (void) json_object_set_new(item, "name",
                                   ngx_http_patron_json_str(&known[i].name));
        (void) json_object_set_new(item, "label",
                                   ngx_http_patron_json_str(&known[i].label));
        (void) json_object_set_new(item, "tier",
                                   ngx_http_patron_json_str(&known[i].tier));
        (void) json_object_set_new(item, "ranges",
                             json_integer((json_int_t) known[i].ranges));
        (void) json_object_set_new(item, "readers",
                             json_integer((json_int_t) known[i].readers));
        (void) json_object_set_new(item, "trouble",
                                   ngx_http_patron_json_str(&known[i].trouble));
        (void) json_array_append_new(list, item);
    }

    (void) json_object_set_new(json, "institutions", list);
    (void) json_object_set_new(json, "institutions_without_room",
                     json_integer((json_int_t) report->institutions_unfit));
}


void
ngx_http_patron_html_known(ngx_http_patron_report_t *report,
    ngx_http_patron_text_t *text)
{
    ngx_uint_t                i;
    ngx_http_patron_known_t  *known;

    if (report->institutions_unfit) {
        ngx_http_patron_text(text, "<p class=\"w\"><b>Institutions:</b> the "
                             "zone has no room for their %uz bytes. They stay "
                             "as they were; make <code>patron_zone</code> "
                             "larger.</p>", report->institutions_unfit);
    }

    if (report->institutions.nelts == 0) {
        return;
    }

    ngx_http_patron_text(text, "<section><h2>Institutions, today</h2>"
                         "<table>");

    known = report->institutions.elts;

    for (i = 0; i < report->institutions.nelts; i++) {

        if (i == NGX_HTTP_PATRON_KNOWN_SHOWN) {
            ngx_http_patron_text(text, "<tr><th scope=\"row\">and %ui more"
                                 "</th><td></td></tr>",
                                 report->institutions.nelts - i);
            break;
        }

        ngx_http_patron_text(text, "<tr><th scope=\"row\">");
        ngx_http_patron_text_html(text, known[i].label.len ? &known[i].label
                                                           : &known[i].name);
        ngx_http_patron_text(text, " <span class=\"n\">");
        ngx_http_patron_text_html(text, &known[i].tier);
        ngx_http_patron_text(text, "%s%uz %s", known[i].tier.len ? ", " : "",
                             known[i].ranges,
                             known[i].ranges == 1 ? "range" : "ranges");

        if (known[i].trouble.len) {
            ngx_http_patron_text(text, "; <b class=\"down\">");
            ngx_http_patron_text_html(text, &known[i].trouble);
            ngx_http_patron_text(text, "</b>");
        }

        ngx_http_patron_text(text, "</span></th><td>%uL</td></tr>",
                             known[i].readers);
    }

    ngx_http_patron_text(text, "</table></section>");
}


void
ngx_http_patron_prometheus_known(ngx_http_patron_report_t *report,
    ngx_http_patron_text_t *text)
{
    ngx_uint_t                i, trouble;
    ngx_http_patron_known_t  *known;

    known = report->institutions.elts;
    trouble = 0;

    if (report->institutions.nelts) {
        ngx_http_patron_prometheus_counter(text,
                             "patron_institution_requests_total",
                             "Requests read as a patron by the address of an "
                             "institution, from midnight UTC");
    }

    for (i = 0; i < report->institutions.nelts; i++) {
        trouble += (known[i].trouble.len != 0);

        ngx_http_patron_text(text,
                             "patron_institution_requests_total{name=\"");
        ngx_http_patron_prometheus_label(text, &known[i].name);
        ngx_http_patron_text(text, "\"} %uL\n", known[i].readers);
    }

    ngx_http_patron_prometheus_gauge(text, "patron_institutions",
                                     "Institutions that are published",
                                     report->institutions.nelts);
    ngx_http_patron_prometheus_gauge(text, "patron_institutions_trouble",
                                     "Institutions of which something is left "
                                     "out", trouble);
    ngx_http_patron_prometheus_gauge(text, "patron_institutions_no_room_bytes",
                                     "Size of the institutions for which the "
                                     "zone has no room, else 0",
                                     (double) report->institutions_unfit);
}
