
/*
 * See the header.  The figures are those of "patron campaign result": who is
 * counted, and whom the published records make a holdback or a variant.  While
 * Redis does not say, they are of today and of this machine.
 */


#include <math.h>

#include "ngx_http_patron_campaign.h"
#include "ngx_http_patron_json.h"
#include "ngx_http_patron_status_trials.h"
#include "ngx_http_patron_str.h"


static ngx_int_t ngx_http_patron_trials_slot(ngx_http_request_t *r,
    ngx_http_patron_report_t *report, ngx_str_t *slot);
static ngx_array_t *ngx_http_patron_trials_today(
    ngx_http_patron_report_t *report);
static ngx_int_t ngx_http_patron_trials_arm(ngx_http_patron_report_t *report,
    ngx_http_patron_trials_t *trials, ngx_http_patron_arm_counted_t *counted);
static json_t *ngx_http_patron_json_trial(ngx_http_patron_trials_t *trials,
    ngx_http_patron_tried_t *tried);
static void ngx_http_patron_html_trial(ngx_http_patron_trials_t *trials,
    ngx_http_patron_tried_t *tried, ngx_http_patron_text_t *text);
static void ngx_http_patron_html_against(patron_arm_t *against,
    patron_trial_t *trial, ngx_http_patron_text_t *text);
static void ngx_http_patron_html_percent(double share,
    ngx_http_patron_text_t *text);
static void ngx_http_patron_html_arm(patron_arm_t *arm,
    ngx_http_patron_text_t *text);


ngx_int_t
ngx_http_patron_report_trials(ngx_http_request_t *r,
    ngx_http_patron_report_t *report)
{
    ngx_uint_t                    i;
    ngx_http_patron_slot_conf_t  *slot;

    if (ngx_array_init(&report->trials, report->pool, 2,
                       sizeof(ngx_http_patron_trials_t))
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    if (report->set == NULL) {
        return NGX_OK;
    }

    slot = report->set->slots.elts;

    for (i = 0; i < report->set->slots.nelts; i++) {

        if (slot[i].experiment
            && ngx_http_patron_trials_slot(r, report, &slot[i].name) != NGX_OK)
        {
            return NGX_ERROR;
        }
    }

    return NGX_OK;
}


static ngx_int_t
ngx_http_patron_trials_slot(ngx_http_request_t *r,
    ngx_http_patron_report_t *report, ngx_str_t *slot)
{
    ngx_uint_t                      i;
    ngx_array_t                    *all;
    ngx_http_patron_trials_t       *trials, found;
    ngx_http_patron_arm_counted_t  *counted;

    static patron_str_t  none;

    ngx_memzero(&found, sizeof(ngx_http_patron_trials_t));

    all = ngx_http_patron_status_counted(r);
    found.slot = *slot;

    if (all != NULL) {
        found.days = PATRON_EXPERIMENT_DAYS;

    } else {
        all = ngx_http_patron_trials_today(report);
    }

    if (all == NULL) {
        return NGX_ERROR;
    }

    counted = all->elts;
    found.judged.arms = ngx_palloc(report->pool,
                                   all->nelts * sizeof(patron_arm_t *));

    if (found.judged.arms == NULL) {
        return NGX_ERROR;
    }

    for (i = 0; i < all->nelts; i++) {

        if (counted[i].assigned > 0
            && counted[i].key.len > slot->len
            && ngx_memcmp(counted[i].key.data, slot->data, slot->len) == 0
            && counted[i].key.data[slot->len] == ':'
            && ngx_http_patron_trials_arm(report, &found, &counted[i])
               != NGX_OK)
        {
            return NGX_ERROR;
        }
    }

    if (found.judged.n == 0) {
        return NGX_OK;
    }

    (void) patron_experiment(&found.judged, &none);

    trials = ngx_array_push(&report->trials);
    if (trials == NULL) {
        return NGX_ERROR;
    }

    *trials = found;

    return NGX_OK;
}


static ngx_array_t *
ngx_http_patron_trials_today(ngx_http_patron_report_t *report)
{
    ngx_uint_t                      i;
    ngx_array_t                    *all;
    ngx_http_patron_appealed_t     *appeal;
    ngx_http_patron_arm_counted_t  *counted;

    appeal = report->appeals.elts;
    all = ngx_array_create(report->pool, report->appeals.nelts + 1,
                           sizeof(ngx_http_patron_arm_counted_t));

    for (i = 0; all != NULL && i < report->appeals.nelts; i++) {
        counted = ngx_array_push(all);

        if (counted == NULL) {
            return NULL;
        }

        ngx_memzero(counted, sizeof(ngx_http_patron_arm_counted_t));

        counted->key = appeal[i].name;
        counted->assigned = appeal[i].assigned;
        counted->shown = appeal[i].events[NGX_HTTP_PATRON_SHOWN];
        counted->granted = appeal[i].events[NGX_HTTP_PATRON_GRANTED];
    }

    return all;
}


static ngx_int_t
ngx_http_patron_trials_arm(ngx_http_patron_report_t *report,
    ngx_http_patron_trials_t *trials, ngx_http_patron_arm_counted_t *counted)
{
    ngx_str_t                 name;
    ngx_uint_t                i;
    patron_campaign_t        *c;
    ngx_http_patron_tried_t  *tried;

    tried = ngx_pcalloc(report->pool, sizeof(ngx_http_patron_tried_t));
    if (tried == NULL) {
        return NGX_ERROR;
    }

    if (ngx_http_patron_report_clean(report->pool, &name,
                                     counted->key.data + trials->slot.len + 1,
                                     counted->key.len - trials->slot.len - 1)
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    for (i = 0; i < report->set->n; i++) {
        c = &report->set->campaigns[i];

        if (c->key.len == counted->key.len
            && ngx_memcmp(c->key.data, counted->key.data, c->key.len) == 0)
        {
            tried->arm.holdback = c->holdback;
            tried->arm.variant_of = c->variant_of;
        }
    }

    tried->counted = *counted;
    tried->arm.name = ngx_http_patron_pure_str(&name);
    tried->arm.side.readers = counted->assigned;
    tried->arm.side.did = ngx_max(counted->granted, 0);

    trials->judged.arms[trials->judged.n++] = &tried->arm;

    return NGX_OK;
}


void
ngx_http_patron_json_trials(ngx_http_patron_report_t *report, json_t *json)
{
    size_t                     k;
    json_t                    *list, *item, *arms;
    ngx_str_t                  name;
    ngx_uint_t                 i;
    patron_experiment_t       *e;
    ngx_http_patron_trials_t  *trials;

    list = json_array();
    trials = report->trials.elts;

    for (i = 0; i < report->trials.nelts; i++) {
        e = &trials[i].judged;
        item = json_object();
        arms = json_array();

        for (k = 0; k < e->n; k++) {
            (void) json_array_append_new(arms,
                      ngx_http_patron_json_trial(&trials[i],
                                    (ngx_http_patron_tried_t *) e->arms[k]));
        }

        name = ngx_http_patron_nginx_str(&e->control->name);

        (void) json_object_set_new(item, "slot",
                                   ngx_http_patron_json_str(&trials[i].slot));
        (void) json_object_set_new(item, "days",
                                   json_integer((json_int_t) trials[i].days));
        (void) json_object_set_new(item, "by", json_string("granted"));
        (void) json_object_set_new(item, "control",
                                   ngx_http_patron_json_str(&name));

        if (e->winner) {
            name = ngx_http_patron_nginx_str(&e->winner->name);
        }

        (void) json_object_set_new(item, "won",
                                   e->winner ? ngx_http_patron_json_str(&name)
                                             : json_null());
        (void) json_object_set_new(item, "campaigns", arms);
        (void) json_array_append_new(list, item);
    }

    (void) json_object_set_new(json, "experiments", list);
}


/* As "patron campaign result --json" has it. */

static json_t *
ngx_http_patron_json_trial(ngx_http_patron_trials_t *trials,
    ngx_http_patron_tried_t *tried)
{
    char                            currency[4];
    json_t                         *item, *revenue;
    ngx_str_t                       name;
    ngx_uint_t                      i;
    patron_arm_t                   *arm;
    ngx_http_patron_arm_counted_t  *counted;

    static const char *const  verdicts[] = {
        "not enough yet", "better", "worse"
    };

    arm = &tried->arm;
    counted = &tried->counted;

    item = json_object();
    revenue = json_object();
    name = ngx_http_patron_nginx_str(&arm->name);

    for (i = 0; i < counted->ncurrencies; i++) {
        ngx_memcpy(currency, counted->currencies[i], 3);
        currency[3] = '\0';
        (void) json_object_set_new(revenue, currency,
                          json_integer((json_int_t) counted->revenue[i]));
    }

    (void) json_object_set_new(item, "name", ngx_http_patron_json_str(&name));
    (void) json_object_set_new(item, "holdback", json_boolean(arm->holdback));
    (void) json_object_set_new(item, "assigned",
                               json_integer((json_int_t) counted->assigned));
    (void) json_object_set_new(item, "shown",
                               json_integer((json_int_t) counted->shown));
    (void) json_object_set_new(item, "granted",
                               json_integer((json_int_t) counted->granted));
    (void) json_object_set_new(item, "rate", json_real(arm->rate.rate));
    (void) json_object_set_new(item, "low", json_real(arm->rate.low));
    (void) json_object_set_new(item, "high", json_real(arm->rate.high));
    (void) json_object_set_new(item, "revenue", revenue);

    if (arm == trials->judged.control) {
        return item;
    }

    (void) json_object_set_new(item, "verdict",
                               json_string(verdicts[arm->trial.verdict]));
    (void) json_object_set_new(item, "p", json_real(arm->trial.p));
    (void) json_object_set_new(item, "more",
                               json_integer((json_int_t) arm->trial.more));

    if (arm->trial.lifted) {
        (void) json_object_set_new(item, "lift", json_real(arm->trial.lift));
    }

    return item;
}


void
ngx_http_patron_html_trials(ngx_http_patron_report_t *report,
    ngx_http_patron_text_t *text)
{
    size_t                     k;
    ngx_uint_t                 i;
    patron_experiment_t       *e;
    ngx_http_patron_trials_t  *trials;

    trials = report->trials.elts;

    for (i = 0; i < report->trials.nelts; i++) {
        e = &trials[i].judged;

        ngx_http_patron_text(text, "<section><h2>Experiment in ");
        ngx_http_patron_text_html(text, &trials[i].slot);

        if (trials[i].days) {
            ngx_http_patron_text(text, ", %ui days", trials[i].days);

        } else {
            ngx_http_patron_text(text, ", today and on this machine alone: "
                                 "Redis did not say");
        }

        ngx_http_patron_text(text, ": who has joined or given of those "
                             "assigned</h2><ul class=\"r\">");

        for (k = 0; k < e->n; k++) {
            ngx_http_patron_html_trial(&trials[i],
                                 (ngx_http_patron_tried_t *) e->arms[k], text);
        }

        ngx_http_patron_text(text, "</ul><p class=\"n\">");

        if (e->apart) {
            ngx_http_patron_html_arm(e->best, text);
            ngx_http_patron_text(text, ": ");
            ngx_http_patron_html_against(e->next, &e->last, text);
            ngx_http_patron_text(text, ". ");
        }

        if (e->winner) {
            ngx_http_patron_text(text, "Won: ");
            ngx_http_patron_html_arm(e->winner, text);
            ngx_http_patron_text(text, ".");

        } else {
            ngx_http_patron_text(text, "Won: none yet.");
        }

        ngx_http_patron_text(text, "</p></section>");
    }
}


static void
ngx_http_patron_html_trial(ngx_http_patron_trials_t *trials,
    ngx_http_patron_tried_t *tried, ngx_http_patron_text_t *text)
{
    ngx_uint_t                      i;
    patron_arm_t                   *arm;
    ngx_http_patron_arm_counted_t  *counted;

    arm = &tried->arm;
    counted = &tried->counted;

    ngx_http_patron_text(text, "<li>");
    ngx_http_patron_html_arm(arm, text);
    ngx_http_patron_text(text, "%s: %uL of %uL assigned, %.2f%% (95%%: "
                         "%.2f to %.2f%%)",
                         arm->holdback ? ", a holdback" : "", arm->side.did,
                         arm->side.readers, arm->rate.rate * 100,
                         arm->rate.low * 100, arm->rate.high * 100);

    for (i = 0; counted->shown > 0 && i < counted->ncurrencies; i++) {
        ngx_http_patron_text(text, "%s %L %*s", i ? " and" : ",",
                             counted->revenue[i] * 1000 / counted->shown,
                             (size_t) 3, counted->currencies[i]);
    }

    if (i) {
        ngx_http_patron_text(text, " a thousand views (minor units)");
    }

    ngx_http_patron_text(text, "; ");

    if (arm == trials->judged.control) {
        ngx_http_patron_text(text, "the control");

    } else {
        ngx_http_patron_html_against(trials->judged.control, &arm->trial,
                                     text);
    }

    ngx_http_patron_text(text, "</li>");
}


static void
ngx_http_patron_html_against(patron_arm_t *against, patron_trial_t *trial,
    ngx_http_patron_text_t *text)
{
    switch (trial->verdict) {

    case PATRON_TRIAL_BETTER:
        ngx_http_patron_text(text, "<span class=\"up\">better than ");
        ngx_http_patron_html_arm(against, text);
        ngx_http_patron_text(text, "</span>");
        break;

    case PATRON_TRIAL_WORSE:
        ngx_http_patron_text(text, "<span class=\"down\">worse than ");
        ngx_http_patron_html_arm(against, text);
        ngx_http_patron_text(text, "</span>");
        break;

    default:
        ngx_http_patron_text(text, "not enough yet: about %uL more readers, "
                             "against ", trial->more);
        ngx_http_patron_html_arm(against, text);
    }

    if (trial->lifted) {
        ngx_http_patron_text(text, ", lift ");
        ngx_http_patron_html_percent(trial->lift, text);
    }

    if (trial->low > -1) {
        ngx_http_patron_text(text, ", ");
        ngx_http_patron_html_percent(trial->low, text);

        if (trial->high < HUGE_VAL) {
            ngx_http_patron_text(text, " to ");
            ngx_http_patron_html_percent(trial->high, text);

        } else {
            ngx_http_patron_text(text, " at least");
        }
    }
}


static void
ngx_http_patron_html_percent(double share, ngx_http_patron_text_t *text)
{
    ngx_http_patron_text(text, "%s%.0f%%", share < 0 ? "-" : "+",
                         fabs(share) * 100);
}


static void
ngx_http_patron_html_arm(patron_arm_t *arm, ngx_http_patron_text_t *text)
{
    ngx_str_t  name;

    name = ngx_http_patron_nginx_str(&arm->name);

    ngx_http_patron_text(text, "<strong>");
    ngx_http_patron_text_html(text, &name);
    ngx_http_patron_text(text, "</strong>");
}
