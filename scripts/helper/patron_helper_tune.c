
/*
 * patron campaign tune: the weights of a slot's experiment, moved by what the
 * counters say.  The statistics are patron_tune.c's.
 */


#include <time.h>

#include "patron_helper_arms.h"
#include "patron_tune.h"


#define PATRON_HELPER_TUNE_LEAST  100       /* a sum of weights that can move */
#define PATRON_HELPER_TUNE_SUM    1000


typedef struct {
    patron_helper_arms_t    all;
    const char             *by;
    const char             *days;
    uint64_t                readers;        /* of each, or nothing moves */

    size_t                  n;
    patron_helper_arm_t   **arms;           /* those that move */
    patron_tune_arm_t      *tuned;
    unsigned                fixed;          /* the others' weight */
    unsigned                sum;            /* of the others', as it will be */
    patron_helper_arm_t    *few;            /* has too few readers, or NULL */
    int                     moves;
} patron_helper_tune_t;


static void patron_helper_tune_arms(patron_helper_tune_t *tune);
static int patron_helper_tune_shown(const patron_helper_arm_t *arm,
    int64_t now);
static void patron_helper_tune_sum(patron_helper_tune_t *tune);
static void patron_helper_tune_write(const patron_helper_tune_t *tune,
    const char *name);
static void patron_helper_tune_table(const patron_helper_tune_t *tune);
static void patron_helper_tune_json(const patron_helper_tune_t *tune);


/*
 * SLOT BY READERS SEED NAMES DAYS table|json OUT: replies as for result.  OUT
 * gets a line for each that moves: its weight, that it had ("-" for none), and
 * its name.
 */

void
patron_helper_tune(int argc, char **argv)
{
    size_t                i;
    uint64_t              seed;
    patron_helper_tune_t  tune;

    (void) argc;

    memset(&tune, 0, sizeof(patron_helper_tune_t));

    tune.by = argv[1];
    tune.days = argv[5];
    tune.readers = strtoull(argv[2], NULL, 10);

    seed = *argv[3] ? strtoull(argv[3], NULL, 10) : (uint64_t) time(NULL);

    patron_helper_arms(&tune.all, argv[0], argv[1], argv[4], argv[5]);

    patron_helper_tune_arms(&tune);

    if (tune.n > 1) {
        patron_helper_tune_sum(&tune);
        patron_tune(tune.tuned, tune.n, tune.sum, seed);
    }

    tune.moves = tune.n > 1 && tune.few == NULL;

    for (i = 0; !tune.moves && i < tune.n; i++) {
        tune.tuned[i].weight = tune.arms[i]->campaign.weight;
    }

    patron_helper_tune_write(&tune, argv[7]);

    if (strcmp(argv[6], "json") == 0) {
        patron_helper_tune_json(&tune);

    } else {
        patron_helper_tune_table(&tune);
    }
}


/* They must be one choice: campaigns of a priority, or one and its variants. */

static void
patron_helper_tune_arms(patron_helper_tune_t *tune)
{
    size_t                      i, originals, variants;
    int64_t                     now;
    patron_helper_arm_t        *arm;
    const patron_helper_arm_t  *one;

    tune->arms = patron_helper_alloc(tune->all.n
                                     * sizeof(patron_helper_arm_t *));
    tune->tuned = patron_helper_alloc(tune->all.n
                                      * sizeof(patron_tune_arm_t));

    now = time(NULL);
    one = NULL;
    originals = 0;
    variants = 0;

    for (i = 0; i < tune->all.n; i++) {
        arm = &tune->all.arms[i];

        if (!patron_helper_tune_shown(arm, now)) {
            continue;
        }

        if (arm->arm.variant_of.len) {
            variants++;

        } else {
            originals++;

            if (one && one->campaign.priority != arm->campaign.priority) {
                patron_helper_die(PATRON_HELPER_FAILED, "slot \"%s\" has "
                                  "campaigns of several priorities: they are "
                                  "not one experiment",
                                  (char *) tune->all.slot.data);
            }

            one = arm;
        }

        if (arm->arm.holdback) {
            tune->fixed += arm->campaign.weight;
            continue;
        }

        tune->tuned[tune->n].side = arm->arm.side;
        tune->tuned[tune->n].best = 1;

        if (arm->assigned < (long long) tune->readers) {
            tune->few = arm;
        }

        tune->arms[tune->n++] = arm;
    }

    if (originals > 1 && variants) {
        patron_helper_die(PATRON_HELPER_FAILED, "slot \"%s\" has variants "
                          "beside other campaigns: they are not one "
                          "experiment.  A holdback may be a variant, too "
                          "(variant_of)", (char *) tune->all.slot.data);
    }

}


static int
patron_helper_tune_shown(const patron_helper_arm_t *arm, int64_t now)
{
    return arm->live && arm->campaign.active && arm->campaign.weight
           && arm->campaign.from <= now && now < arm->campaign.until;
}


/*
 * A holdback keeps its weight and its share, so the others' sum stays; where
 * that is too little to be shared out, a person has to say more first.
 */

static void
patron_helper_tune_sum(patron_helper_tune_t *tune)
{
    size_t    i;
    unsigned  times;

    for (i = 0, tune->sum = 0; i < tune->n; i++) {
        tune->sum += tune->arms[i]->campaign.weight;
    }

    if (tune->sum >= PATRON_HELPER_TUNE_LEAST && tune->sum >= tune->n * 2) {
        return;
    }

    if (tune->fixed) {
        times = tune->sum ? (PATRON_HELPER_TUNE_SUM + tune->sum - 1) / tune->sum
                          : PATRON_HELPER_TUNE_SUM;

        patron_helper_die(PATRON_HELPER_FAILED, "the weights beside the "
                          "holdback add up to %u: too little to be shared "
                          "out.  Multiply all of the slot by %u, the "
                          "holdback's too: patron campaign add SLOT:NAME "
                          "weight=N", tune->sum, times);
    }

    tune->sum = PATRON_HELPER_TUNE_SUM;
}


static void
patron_helper_tune_write(const patron_helper_tune_t *tune, const char *name)
{
    FILE                       *out;
    size_t                      i;
    const patron_helper_arm_t  *arm;

    out = fopen(name, "w");

    if (out == NULL) {
        patron_helper_die(PATRON_HELPER_FAILED, "cannot write %s", name);
    }

    for (i = 0; i < tune->n; i++) {
        arm = tune->arms[i];

        if (tune->tuned[i].weight == arm->campaign.weight) {
            continue;
        }

        fprintf(out, "%u ", tune->tuned[i].weight);

        if (arm->weighed) {
            fprintf(out, "%u ", arm->campaign.weight);

        } else {
            fputs("- ", out);
        }

        fwrite(arm->arm.name.data, 1, arm->arm.name.len, out);
        fputc('\n', out);
    }

    if (fclose(out) != 0) {
        patron_helper_die(PATRON_HELPER_FAILED, "cannot write %s", name);
    }
}


static void
patron_helper_tune_table(const patron_helper_tune_t *tune)
{
    size_t        i;
    patron_str_t  s;

    s = patron_helper_str("campaign");
    patron_helper_pad(&s, 24);
    printf("%9s %9s %8s %8s %8s\n", "readers", tune->by, "best", "weight",
           "new");

    for (i = 0; i < tune->n; i++) {
        patron_helper_pad(&tune->arms[i]->arm.name, 24);
        printf("%9lld %9llu %7.1f%% %8u %8u\n", tune->arms[i]->assigned,
               (unsigned long long) tune->tuned[i].side.did,
               tune->tuned[i].best * 100, tune->arms[i]->campaign.weight,
               tune->tuned[i].weight);
    }

    if (tune->n < 2) {
        puts("nothing moves: fewer than two are shown");

    } else if (tune->few) {
        fputs("nothing moves: ", stdout);
        patron_helper_clean(stdout, &tune->few->arm.name);
        printf(" has %lld readers of the %llu that each needs\n",
               tune->few->assigned, (unsigned long long) tune->readers);
    }
}


static void
patron_helper_tune_json(const patron_helper_tune_t *tune)
{
    size_t  i;

    fputs("{\"slot\":", stdout);
    patron_helper_json(stdout, &tune->all.slot);
    printf(",\"days\":%s,\"by\":\"%s\",\"least\":%llu,\"moves\":%s,"
           "\"campaigns\":[", tune->days, tune->by,
           (unsigned long long) tune->readers, tune->moves ? "true" : "false");

    for (i = 0; i < tune->n; i++) {
        fputs(i ? ",\n{\"name\":" : "\n{\"name\":", stdout);
        patron_helper_json(stdout, &tune->arms[i]->arm.name);
        printf(",\"assigned\":%lld,\"%s\":%llu,\"best\":%.4f,\"was\":%u,"
               "\"weight\":%u}", tune->arms[i]->assigned, tune->by,
               (unsigned long long) tune->tuned[i].side.did,
               tune->tuned[i].best, tune->arms[i]->campaign.weight,
               tune->tuned[i].weight);
    }

    puts("\n]}");
}
