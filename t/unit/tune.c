
/*
 * The shares of an experiment's readers: bounds; and by simulation, that they
 * go to what is better, and to neither of two that are the same.
 *
 * TUNE_LONG=1: what the sequential test says of two that are the same, where
 * their shares are moved as one goes.
 */


#include <math.h>
#include <stdlib.h>

#include "patron_hash.h"
#include "patron_tap.h"
#include "patron_tune.h"


static uint64_t  seed;
static unsigned  steps = 8;


static double
random_one(void)
{
    seed++;
    return (double) (patron_hash_mix(seed) >> 11) * 0x1p-53;
}


static void
test_bounds(void)
{
    size_t             i;
    unsigned           sum;
    patron_tune_arm_t  arms[10], again[2];

    memset(arms, 0, sizeof(arms));

    arms[0].side = (patron_trial_side_t) { 1000, 30 };
    arms[1].side = (patron_trial_side_t) { 1000, 90 };
    patron_tune(arms, 2, 1000, 1);
    ok(arms[0].weight >= 100 && arms[0].weight <= 101
       && arms[0].weight + arms[1].weight == 1000,
       "the worse keeps a tenth: %u, %u", arms[0].weight, arms[1].weight);
    ok(arms[1].best > 0.999, "the better is it for certain");

    memcpy(again, arms, sizeof(again));
    patron_tune(again, 2, 1000, 1);
    ok(again[0].weight == arms[0].weight && again[0].best == arms[0].best,
       "the same seed, the same weights");

    arms[1].side = (patron_trial_side_t) { 1000, 36 };
    patron_tune(arms, 2, 1000, 2);
    ok(fabs(arms[1].best - 0.7719) < 0.015, "36 against 30 of 1000: %f",
       arms[1].best);

    arms[0].side = (patron_trial_side_t) { 10, 12 };
    arms[1].side = (patron_trial_side_t) { 0, 0 };
    patron_tune(arms, 2, 2, 1);
    ok(arms[0].weight == 1 && arms[1].weight == 1, "never nothing");

    for (i = 0; i < 10; i++) {
        arms[i].side = (patron_trial_side_t) { 1000, i == 3 ? 200 : 20 };
    }

    patron_tune(arms, 10, 1000, 1);

    for (i = 0, sum = 0; i < 10; i++) {
        sum += arms[i].weight;

        if (arms[i].weight < 50) {
            break;
        }
    }

    ok(i == 10 && sum == 1000 && arms[3].weight > 540,
       "of ten each keeps half of its share: %u", arms[3].weight);
}


/*
 * The share of the second of two, moved so many times; told: whether the test
 * said at any time that they are not the same.
 */

static double
moved(double one, double two, unsigned readers, int *told)
{
    unsigned           step, n;
    patron_tune_arm_t  arms[2], *arm;

    memset(arms, 0, sizeof(arms));
    arms[0].weight = arms[1].weight = 500;

    for (step = 0; step < steps; step++) {

        for (n = 0; n < readers; n++) {
            arm = &arms[random_one() * 1000 < arms[1].weight];
            arm->side.readers++;
            arm->side.did += random_one() < (arm == arms ? one : two);

            if (told && patron_trial_p(&arms[0].side, &arms[1].side, 1)
                        <= PATRON_TRIAL_ALPHA)
            {
                *told = 1;
            }
        }

        patron_tune(arms, 2, 1000, ++seed);
    }

    return arms[1].weight / 1000.0;
}


static double
share(unsigned experiments, double one, double two, unsigned readers)
{
    double    sum;
    unsigned  i;

    for (i = 0, sum = 0; i < experiments; i++) {
        sum += moved(one, two, readers, NULL);
    }

    return sum / experiments;
}


static void
test_alarms(double rate)
{
    int       told;
    unsigned  i, alarms;

    for (i = 0, alarms = 0; i < 2000; i++) {
        told = 0;
        (void) moved(rate, rate, 1000, &told);
        alarms += told;
    }

    ok(alarms <= 2000 * (PATRON_TRIAL_ALPHA + 0.01),
       "%.1f%% false alarms: 20,000 readers, shares moved 20 times, %.1f%% do "
       "it", alarms / 20.0, rate * 100);
}


int
main(void)
{
    double  to;

    test_bounds();

    to = share(10, 0.05, 0.08, 1000);
    ok(to > 0.8, "to the better of two: %.2f", to);

    to = share(10, 0.08, 0.05, 1000);
    ok(to < 0.2, "on either side: %.2f", to);

    /* its deviation is about 0.25: that of the mean of 40 is 0.04 */

    to = share(40, 0.05, 0.05, 200);
    ok(fabs(to - 0.5) < 0.12, "to neither of two that are the same: %.2f", to);

    if (getenv("TUNE_LONG")) {
        steps = 20;
        to = share(2000, 0.05, 0.05, 1000);
        ok(fabs(to - 0.5) < 0.025, "of 2,000 such experiments: %.3f", to);
        test_alarms(0.05);
        test_alarms(0.3);
    }

    return done();
}
