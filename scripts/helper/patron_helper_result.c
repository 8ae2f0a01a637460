
/*
 * patron campaign result: what the counters say of a slot's experiment.  The
 * statistics are patron_trial.c's.
 */


#include <math.h>

#include "patron_helper_redis.h"
#include "patron_trial.h"


#define PATRON_HELPER_CURRENCIES  8


typedef struct {
    char       name[4];
    long long  sum;                 /* minor units */
} patron_helper_money_t;


typedef struct {
    patron_str_t            name;
    int                     holdback;
    patron_str_t            variant_of;
    long long               shown;
    long long               assigned;
    long long               clicked;
    long long               dismissed;
    long long               granted;
    long long               by_click;
    size_t                  nmoney;
    patron_helper_money_t   money[PATRON_HELPER_CURRENCIES];

    patron_trial_side_t     side;
    patron_trial_rate_t     rate;
    patron_trial_t          trial;  /* against the control */
} patron_helper_arm_t;


typedef struct {
    patron_str_t            slot;
    const char             *by;
    const char             *days;
    size_t                  n;
    patron_helper_arm_t    *arms;
    patron_helper_arm_t    *control;
    patron_helper_arm_t    *best;   /* of those that are shown */
    patron_helper_arm_t    *next;   /* NULL: there is one alone */
    patron_trial_t          last;   /* of these two */
} patron_helper_result_t;


static void patron_helper_result_campaign(patron_helper_result_t *result,
    const patron_str_t *key, const patron_helper_reply_t *reply);
static void patron_helper_result_day(patron_helper_result_t *result,
    const patron_helper_reply_t *reply);
static patron_helper_arm_t *patron_helper_arm(patron_helper_result_t *result,
    const patron_str_t *name);
static void patron_helper_arm_count(patron_helper_arm_t *arm,
    const patron_str_t *what, long long n);
static void patron_helper_arm_paid(patron_helper_arm_t *arm,
    const patron_str_t *currency, long long n);
static patron_helper_arm_t *patron_helper_control(
    patron_helper_result_t *result, const char *name);
static void patron_helper_try(patron_helper_result_t *result);
static void patron_helper_result_table(const patron_helper_result_t *result);
static void patron_helper_arm_row(const patron_helper_result_t *result,
    const patron_helper_arm_t *arm);
static void patron_helper_arm_says(const patron_helper_result_t *result,
    const patron_helper_arm_t *arm, const patron_helper_arm_t *against,
    const patron_trial_t *trial);
static const patron_helper_arm_t *patron_helper_winner(
    const patron_helper_result_t *result);
static void patron_helper_result_json(const patron_helper_result_t *result);
static void patron_helper_arm_json(const patron_helper_result_t *result,
    const patron_helper_arm_t *arm);
static int patron_helper_arm_cmp(const void *one, const void *two);


/* SLOT BY CONTROL NAMES DAYS table|json: of each campaign and each day a reply
   comes. */

void
patron_helper_result(int argc, char **argv)
{
    size_t                  i, n, days;
    patron_str_t           *names;
    patron_helper_reply_t   reply;
    patron_helper_result_t  result;

    (void) argc;

    memset(&result, 0, sizeof(patron_helper_result_t));

    result.slot = patron_helper_str(argv[0]);
    result.by = argv[1];
    result.days = argv[4];

    names = patron_helper_lines(argv[3], &n);
    days = strtoul(argv[4], NULL, 10);

    for (i = 0; i < n + days && patron_helper_reply(&reply); i++) {
        if (i < n) {
            patron_helper_result_campaign(&result, &names[i], &reply);

        } else {
            patron_helper_result_day(&result, &reply);
        }
    }

    patron_helper_complete(i, n + days);

    if (result.n == 0) {
        patron_helper_die(PATRON_HELPER_FAILED,
                          "no campaign of slot \"%s\" is published or was "
                          "counted", argv[0]);
    }

    qsort(result.arms, result.n, sizeof(patron_helper_arm_t),
          patron_helper_arm_cmp);

    result.control = patron_helper_control(&result, argv[2]);

    patron_helper_try(&result);

    if (strcmp(argv[5], "json") == 0) {
        patron_helper_result_json(&result);

    } else {
        patron_helper_result_table(&result);
    }
}


static void
patron_helper_result_campaign(patron_helper_result_t *result,
    const patron_str_t *key, const patron_helper_reply_t *reply)
{
    patron_str_t          name;
    const patron_str_t   *value;
    patron_helper_arm_t  *arm;

    name.data = key->data + result->slot.len + 1;
    name.len = key->len - result->slot.len - 1;

    arm = patron_helper_arm(result, &name);

    if (reply->type != PATRON_HELPER_LIST) {
        return;
    }

    value = patron_helper_field(reply, "holdback");
    arm->holdback = value != NULL && patron_helper_is(value, "1");

    value = patron_helper_field(reply, "variant_of");

    if (value != NULL) {
        arm->variant_of = patron_helper_copy(value);
    }
}


/* Fields are "<what>.<slot>:<name>"; a currency has a dot before it, too. */

static void
patron_helper_result_day(patron_helper_result_t *result,
    const patron_helper_reply_t *reply)
{
    size_t                 i, k;
    long long              n;
    patron_str_t           what, name, value;
    const patron_str_t    *field;
    const patron_uchar_t  *end;

    for (i = 0; reply->type == PATRON_HELPER_LIST && i + 1 < reply->n; i += 2)
    {
        field = &reply->elements[i];
        value = patron_helper_copy(&reply->elements[i + 1]);
        n = strtoll((const char *) value.data, NULL, 10);
        free((void *) value.data);

        end = field->data + field->len;

        for (k = 0; k < field->len; k++) {
            name.data = field->data + k + 1;
            name.len = (size_t) (end - name.data);

            if (field->data[k] == '.'
                && name.len > result->slot.len + 1
                && memcmp(name.data, result->slot.data, result->slot.len) == 0
                && name.data[result->slot.len] == ':')
            {
                break;
            }
        }

        if (k == field->len) {
            continue;
        }

        what.data = field->data;
        what.len = k;
        name.data += result->slot.len + 1;
        name.len -= result->slot.len + 1;

        patron_helper_arm_count(patron_helper_arm(result, &name), &what, n);
    }
}


/* That of the name, made if there is none. */

static patron_helper_arm_t *
patron_helper_arm(patron_helper_result_t *result, const patron_str_t *name)
{
    size_t                i;
    patron_helper_arm_t  *arm;

    for (i = 0; i < result->n; i++) {
        arm = &result->arms[i];

        if (arm->name.len == name->len
            && memcmp(arm->name.data, name->data, name->len) == 0)
        {
            return arm;
        }
    }

    result->arms = patron_helper_realloc(result->arms, (result->n + 1)
                                         * sizeof(patron_helper_arm_t));
    arm = &result->arms[result->n++];

    memset(arm, 0, sizeof(patron_helper_arm_t));
    arm->name = patron_helper_copy(name);

    return arm;
}


static void
patron_helper_arm_count(patron_helper_arm_t *arm, const patron_str_t *what,
    long long n)
{
    patron_str_t  currency;

    if (patron_helper_is(what, "shown")) {
        arm->shown += n;

    } else if (patron_helper_is(what, "assigned")) {
        arm->assigned += n;

    } else if (patron_helper_is(what, "clicked")) {
        arm->clicked += n;

    } else if (patron_helper_is(what, "dismissed")) {
        arm->dismissed += n;

    } else if (patron_helper_is(what, "granted")) {
        arm->granted += n;

    } else if (patron_helper_is(what, "granted_by_click")) {
        arm->by_click += n;

    } else if (what->len == sizeof("revenue.eur") - 1
               && memcmp(what->data, "revenue.", 8) == 0)
    {
        currency.data = what->data + 8;
        currency.len = 3;
        patron_helper_arm_paid(arm, &currency, n);
    }
}


static void
patron_helper_arm_paid(patron_helper_arm_t *arm, const patron_str_t *currency,
    long long n)
{
    size_t  i;

    for (i = 0; i < arm->nmoney; i++) {
        if (memcmp(arm->money[i].name, currency->data, 3) == 0) {
            arm->money[i].sum += n;
            return;
        }
    }

    if (arm->nmoney < PATRON_HELPER_CURRENCIES) {
        memcpy(arm->money[arm->nmoney].name, currency->data, 3);
        arm->money[arm->nmoney++].sum = n;
    }
}


/* By its name; else a holdback, what has variants, or the first. */

static patron_helper_arm_t *
patron_helper_control(patron_helper_result_t *result, const char *name)
{
    size_t                i, k;
    patron_helper_arm_t  *arm;

    for (i = 0; *name && i < result->n; i++) {
        if (patron_helper_is(&result->arms[i].name, name)) {
            return &result->arms[i];
        }
    }

    if (*name) {
        patron_helper_die(PATRON_HELPER_FAILED, "no campaign \"%s\" there",
                          name);
    }

    for (i = 0; i < result->n; i++) {
        if (result->arms[i].holdback) {
            return &result->arms[i];
        }
    }

    for (i = 0; i < result->n; i++) {
        for (k = 0; k < result->n; k++) {
            arm = &result->arms[k];

            if (arm->name.len == result->arms[i].variant_of.len
                && memcmp(arm->name.data, result->arms[i].variant_of.data,
                          arm->name.len)
                   == 0)
            {
                return arm;
            }
        }
    }

    return &result->arms[0];
}


static void
patron_helper_try(patron_helper_result_t *result)
{
    size_t                i;
    unsigned              comparisons;
    patron_helper_arm_t  *arm;

    for (i = 0; i < result->n; i++) {
        arm = &result->arms[i];

        arm->side.readers = arm->assigned > 0 ? (uint64_t) arm->assigned : 0;
        arm->side.did = (uint64_t) (strcmp(result->by, "clicked") == 0
                                    ? arm->clicked
                                    : strcmp(result->by, "dismissed") == 0
                                      ? arm->dismissed : arm->granted);

        patron_trial_rate(&arm->side, &arm->rate);

        if (arm->holdback) {
            continue;
        }

        if (result->best == NULL || arm->rate.rate > result->best->rate.rate)
        {
            result->next = result->best;
            result->best = arm;

        } else if (result->next == NULL
                   || arm->rate.rate > result->next->rate.rate)
        {
            result->next = arm;
        }
    }

    /* against the control; and the two best, where neither is that */

    comparisons = (unsigned) result->n - 1;

    if (result->next && result->best != result->control
        && result->next != result->control)
    {
        comparisons++;
    }

    for (i = 0; i < result->n; i++) {
        arm = &result->arms[i];
        patron_trial(&result->control->side, &arm->side, comparisons,
                     &arm->trial);
    }

    if (result->next) {
        patron_trial(&result->next->side, &result->best->side, comparisons,
                     &result->last);
    }
}


static void
patron_helper_result_table(const patron_helper_result_t *result)
{
    size_t                      i;
    patron_str_t                s;
    const patron_helper_arm_t  *arm, *winner;

    printf("%s days, of readers assigned who %s\n\n", result->days,
           strcmp(result->by, "granted") == 0 ? "joined or gave" : result->by);

    s = patron_helper_str("campaign");
    patron_helper_pad(&s, 24);
    printf("%9s %9s %8s %16s  %s\n", "readers", result->by, "rate", "95%",
           "a thousand views");

    for (i = 0; i < result->n; i++) {
        patron_helper_arm_row(result, &result->arms[i]);
    }

    putchar('\n');

    for (i = 0; i < result->n; i++) {
        arm = &result->arms[i];

        if (arm != result->control) {
            patron_helper_arm_says(result, arm, result->control, &arm->trial);
        }
    }

    if (result->next && result->best != result->control
        && result->next != result->control)
    {
        patron_helper_arm_says(result, result->best, result->next,
                               &result->last);
    }

    winner = patron_helper_winner(result);

    if (winner) {
        fputs("won: ", stdout);
        patron_helper_clean(stdout, &winner->name);
        putchar('\n');

    } else {
        puts("won: none yet");
    }
}


static void
patron_helper_arm_row(const patron_helper_result_t *result,
    const patron_helper_arm_t *arm)
{
    char    interval[32];
    size_t  i;

    patron_helper_pad(&arm->name, 24);

    snprintf(interval, sizeof(interval), "%.2f%% - %.2f%%",
             arm->rate.low * 100, arm->rate.high * 100);

    printf("%9lld %9lld %7.2f%% %16s ", arm->assigned,
           (long long) arm->side.did, arm->rate.rate * 100, interval);

    for (i = 0; i < arm->nmoney; i++) {
        printf(" %.0f %s", arm->shown > 0
                           ? (double) arm->money[i].sum * 1000
                             / (double) arm->shown : 0.0,
               arm->money[i].name);
    }

    if (arm->nmoney) {
        fputs(" (minor units)", stdout);
    }

    puts(arm == result->control ? "  control" : "");
}


static void
patron_helper_arm_says(const patron_helper_result_t *result,
    const patron_helper_arm_t *arm, const patron_helper_arm_t *against,
    const patron_trial_t *trial)
{
    (void) result;

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


/* What is better than the control and than the next best. */

static const patron_helper_arm_t *
patron_helper_winner(const patron_helper_result_t *result)
{
    if (result->best == NULL
        || (result->next
            && result->last.verdict != PATRON_TRIAL_BETTER)
        || (result->best != result->control
            && result->best->trial.verdict != PATRON_TRIAL_BETTER))
    {
        return NULL;
    }

    return result->n > 1 ? result->best : NULL;
}


static void
patron_helper_result_json(const patron_helper_result_t *result)
{
    size_t                      i;
    const patron_helper_arm_t  *winner;

    fputs("{\"slot\":", stdout);
    patron_helper_json(stdout, &result->slot);
    printf(",\"days\":%s,\"by\":\"%s\",\"control\":", result->days,
           result->by);
    patron_helper_json(stdout, &result->control->name);

    winner = patron_helper_winner(result);

    fputs(",\"won\":", stdout);

    if (winner) {
        patron_helper_json(stdout, &winner->name);

    } else {
        fputs("null", stdout);
    }

    fputs(",\"campaigns\":[", stdout);

    for (i = 0; i < result->n; i++) {
        fputs(i ? ",\n" : "\n", stdout);
        patron_helper_arm_json(result, &result->arms[i]);
    }

    puts("\n]}");
}


static void
patron_helper_arm_json(const patron_helper_result_t *result,
    const patron_helper_arm_t *arm)
{
    size_t                 i;
    const patron_trial_t  *trial;

    static const char *const  verdicts[] = { "not enough yet", "better",
                                             "worse" };

    fputs("{\"name\":", stdout);
    patron_helper_json(stdout, &arm->name);

    printf(",\"holdback\":%s,\"assigned\":%lld,\"shown\":%lld,"
           "\"clicked\":%lld,\"dismissed\":%lld,\"granted\":%lld,"
           "\"granted_by_click\":%lld,\"rate\":%.6f,\"low\":%.6f,"
           "\"high\":%.6f,\"revenue\":{",
           arm->holdback ? "true" : "false", arm->assigned, arm->shown,
           arm->clicked, arm->dismissed, arm->granted, arm->by_click,
           arm->rate.rate, arm->rate.low, arm->rate.high);

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

    trial = &arm->trial;

    if (arm != result->control) {
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


static int
patron_helper_arm_cmp(const void *one, const void *two)
{
    int                         rc;
    size_t                      len;
    const patron_helper_arm_t  *a = one, *b = two;

    len = a->name.len < b->name.len ? a->name.len : b->name.len;
    rc = memcmp(a->name.data, b->name.data, len);

    return rc ? rc : (a->name.len > b->name.len) - (a->name.len < b->name.len);
}
