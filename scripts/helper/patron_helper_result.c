
/*
 * patron campaign result: what the counters say of a slot's experiment.  The
 * verdict is patron_experiment.c's.
 */


#include <math.h>

#include "patron_helper_arms.h"


typedef struct {
    const char             *by;
    const char             *days;
    patron_helper_arms_t    all;
    patron_experiment_t     experiment;
} patron_helper_result_t;


static void patron_helper_result_table(const patron_helper_result_t *result);
static void patron_helper_arm_row(const patron_experiment_t *experiment,
    const patron_helper_arm_t *arm);
static void patron_helper_arm_says(const patron_arm_t *arm,
    const patron_arm_t *against, const patron_trial_t *trial);
static void patron_helper_result_json(const patron_helper_result_t *result);
static void patron_helper_arm_json(const patron_experiment_t *experiment,
    const patron_helper_arm_t *arm);


/* SLOT BY CONTROL NAMES DAYS table|json: of each campaign and each day a reply
   comes. */

void
patron_helper_result(int argc, char **argv)
{
    size_t                   i;
    patron_str_t             control;
    patron_experiment_t     *experiment;
    patron_helper_result_t   result;

    (void) argc;

    memset(&result, 0, sizeof(patron_helper_result_t));

    result.by = argv[1];
    result.days = argv[4];

    patron_helper_arms(&result.all, argv[0], argv[1], argv[3], argv[4]);

    experiment = &result.experiment;
    experiment->n = result.all.n;
    experiment->arms = patron_helper_alloc(experiment->n
                                           * sizeof(patron_arm_t *));

    for (i = 0; i < experiment->n; i++) {
        experiment->arms[i] = &result.all.arms[i].arm;
    }

    control = patron_helper_str(argv[2]);

    if (patron_experiment(experiment, &control) != PATRON_OK) {
        patron_helper_die(PATRON_HELPER_FAILED, "no campaign \"%s\" there",
                          argv[2]);
    }

    if (strcmp(argv[5], "json") == 0) {
        patron_helper_result_json(&result);

    } else {
        patron_helper_result_table(&result);
    }
}


static void
patron_helper_result_table(const patron_helper_result_t *result)
{
    size_t                      i;
    patron_str_t                s;
    const patron_arm_t         *arm;
    const patron_experiment_t  *e;

    e = &result->experiment;

    printf("%s days, of readers assigned who %s\n\n", result->days,
           strcmp(result->by, "granted") == 0 ? "joined or gave" : result->by);

    s = patron_helper_str("campaign");
    patron_helper_pad(&s, 24);
    printf("%9s %9s %8s %16s  %s\n", "readers", result->by, "rate", "95%",
           "a thousand views");

    for (i = 0; i < e->n; i++) {
        patron_helper_arm_row(e, (patron_helper_arm_t *) e->arms[i]);
    }

    putchar('\n');

    for (i = 0; i < e->n; i++) {
        arm = e->arms[i];

        if (arm != e->control) {
            patron_helper_arm_says(arm, e->control, &arm->trial);
        }
    }

    if (e->apart) {
        patron_helper_arm_says(e->best, e->next, &e->last);
    }

    if (e->winner) {
        fputs("won: ", stdout);
        patron_helper_clean(stdout, &e->winner->name);
        putchar('\n');

    } else {
        puts("won: none yet");
    }
}


static void
patron_helper_arm_row(const patron_experiment_t *experiment,
    const patron_helper_arm_t *arm)
{
    char    interval[32];
    size_t  i;

    patron_helper_pad(&arm->arm.name, 24);

    snprintf(interval, sizeof(interval), "%.2f%% - %.2f%%",
             arm->arm.rate.low * 100, arm->arm.rate.high * 100);

    printf("%9lld %9lld %7.2f%% %16s ", arm->assigned,
           (long long) arm->arm.side.did, arm->arm.rate.rate * 100, interval);

    for (i = 0; i < arm->nmoney; i++) {
        printf(" %.0f %s", arm->shown > 0
                           ? (double) arm->money[i].sum * 1000
                             / (double) arm->shown : 0.0,
               arm->money[i].name);
    }

    if (arm->nmoney) {
        fputs(" (minor units)", stdout);
    }

    puts(&arm->arm == experiment->control ? "  control" : "");
}


static void
patron_helper_arm_says(const patron_arm_t *arm, const patron_arm_t *against,
    const patron_trial_t *trial)
{
    patron_helper_clean(stdout, &arm->name);
    fputs(" against ", stdout);
    patron_helper_clean(stdout, &against->name);
    fputs(": ", stdout);

    switch (trial->verdict) {

    case PATRON_TRIAL_BETTER:
        fputs("better", stdout);
        break;

    case PATRON_TRIAL_WORSE:
        fputs("worse", stdout);
        break;

    default:

        if (trial->more == 0) {
            fputs("not enough yet: readers come with their second page",
                  stdout);
            break;
        }

        printf("not enough yet: about %llu more readers, for a difference of "
               "%.0f%%", (unsigned long long) trial->more,
               fabs(trial->seen) * 100);
    }

    if (trial->lifted) {
        printf("; lift %+.0f%%", trial->lift * 100);
    }

    if (trial->low > -1 && trial->high < HUGE_VAL) {
        printf(", %+.0f%% to %+.0f%%", trial->low * 100, trial->high * 100);

    } else if (trial->low > -1) {
        printf(", %+.0f%% at least", trial->low * 100);
    }

    printf(", p %.3g\n", trial->p);
}


static void
patron_helper_result_json(const patron_helper_result_t *result)
{
    size_t                      i;
    const patron_experiment_t  *e;

    e = &result->experiment;

    fputs("{\"slot\":", stdout);
    patron_helper_json(stdout, &result->all.slot);
    printf(",\"days\":%s,\"by\":\"%s\",\"control\":", result->days,
           result->by);
    patron_helper_json(stdout, &e->control->name);

    fputs(",\"won\":", stdout);

    if (e->winner) {
        patron_helper_json(stdout, &e->winner->name);

    } else {
        fputs("null", stdout);
    }

    fputs(",\"campaigns\":[", stdout);

    for (i = 0; i < e->n; i++) {
        fputs(i ? ",\n" : "\n", stdout);
        patron_helper_arm_json(e, (patron_helper_arm_t *) e->arms[i]);
    }

    puts("\n]}");
}


static void
patron_helper_arm_json(const patron_experiment_t *experiment,
    const patron_helper_arm_t *arm)
{
    size_t                 i;
    const patron_trial_t  *trial;

    static const char *const  verdicts[] = { "not enough yet", "better",
                                             "worse" };

    fputs("{\"name\":", stdout);
    patron_helper_json(stdout, &arm->arm.name);

    printf(",\"holdback\":%s,\"assigned\":%lld,\"shown\":%lld,"
           "\"clicked\":%lld,\"dismissed\":%lld,\"granted\":%lld,"
           "\"granted_by_click\":%lld,\"rate\":%.6f,\"low\":%.6f,"
           "\"high\":%.6f,\"revenue\":{",
           arm->arm.holdback ? "true" : "false", arm->assigned, arm->shown,
           arm->clicked, arm->dismissed, arm->granted, arm->by_click,
           arm->arm.rate.rate, arm->arm.rate.low, arm->arm.rate.high);

    for (i = 0; i < arm->nmoney; i++) {
        printf("%s\"%s\":%lld", i ? "," : "", arm->money[i].name,
               arm->money[i].sum);
    }

    fputs("},\"revenue_per_thousand_views\":{", stdout);

    for (i = 0; arm->shown > 0 && i < arm->nmoney; i++) {
        printf("%s\"%s\":%.2f", i ? "," : "", arm->money[i].name,
               (double) arm->money[i].sum * 1000 / (double) arm->shown);
    }

    putchar('}');

    trial = &arm->arm.trial;

    if (&arm->arm != experiment->control) {
        printf(",\"verdict\":\"%s\",\"p\":%.6g,\"more\":%llu",
               verdicts[trial->verdict], trial->p,
               (unsigned long long) trial->more);

        if (trial->lifted) {
            printf(",\"lift\":%.6f", trial->lift);
        }

        if (trial->low > -1) {
            printf(",\"lift_low\":%.6f", trial->low);
        }

        if (trial->high < HUGE_VAL) {
            printf(",\"lift_high\":%.6f", trial->high);
        }
    }

    putchar('}');
}
