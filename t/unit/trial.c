
/*
 * The statistics of experiments: known values; and by simulation, that who looks
 * after every reader is told of a difference that is not there in at most 5 of
 * 100 experiments (and 1 for sampling), and of one that is there mostly.
 *
 * TRIAL_LONG=1: as many readers as a site has in weeks, at several rates.
 */


#include <math.h>
#include <stdlib.h>

#include "patron_experiment.h"
#include "patron_hash.h"
#include "patron_tap.h"


static uint64_t  seed;


static double
random_one(void)
{
    seed++;
    return (double) (patron_hash_mix(seed) >> 11) * 0x1p-53;
}


static int
near(double a, double b, double by)
{
    return fabs(a - b) <= by;
}


static void
test_rates(void)
{
    patron_trial_rate_t  rate;
    patron_trial_side_t  side;

    side = (patron_trial_side_t) { 1000, 50 };
    patron_trial_rate(&side, &rate);
    ok(near(rate.rate, 0.05, 1e-12) && near(rate.low, 0.03813, 1e-5)
       && near(rate.high, 0.06531, 1e-5), "50 of 1000: %f %f %f", rate.rate,
       rate.low, rate.high);

    side = (patron_trial_side_t) { 10, 0 };
    patron_trial_rate(&side, &rate);
    ok(rate.rate == 0 && rate.low == 0 && near(rate.high, 0.27753, 1e-5),
       "none of 10");

    side = (patron_trial_side_t) { 0, 0 };
    patron_trial_rate(&side, &rate);
    ok(rate.rate == 0 && rate.low == 0 && rate.high == 1, "none of none");

    side = (patron_trial_side_t) { 3, 5 };
    patron_trial_rate(&side, &rate);
    ok(rate.rate == 1 && rate.high == 1, "more than there are");
}


static void
test_verdicts(void)
{
    patron_trial_t       t;
    patron_trial_side_t  a, b;

    a = (patron_trial_side_t) { 10000, 300 };
    b = (patron_trial_side_t) { 10000, 420 };
    patron_trial(&a, &b, 1, &t);
    ok(t.verdict == PATRON_TRIAL_BETTER && t.p < 0.05 && t.more == 0,
       "better: p %f", t.p);
    ok(near(t.lift, 0.4, 1e-9) && t.low > 0 && t.low < 0.4 && t.high > 0.4,
       "by %f, %f to %f", t.lift, t.low, t.high);

    patron_trial(&b, &a, 1, &t);
    ok(t.verdict == PATRON_TRIAL_WORSE && t.high < 0, "worse, turned round");

    b.did = 380;
    patron_trial(&a, &b, 100, &t);
    ok(t.verdict == PATRON_TRIAL_OPEN && t.low < 0,
       "one of a hundred comparisons is no news");

    b.did = 310;
    patron_trial(&a, &b, 1, &t);
    ok(t.verdict == PATRON_TRIAL_OPEN && t.more > 10000 && t.low < 0
       && t.high > 0, "not enough: %llu more", (unsigned long long) t.more);

    a = (patron_trial_side_t) { 1000, 30 };
    b = (patron_trial_side_t) { 9000, 270 };
    patron_trial(&a, &b, 1, &t);
    ok(t.verdict == PATRON_TRIAL_OPEN && near(t.lift, 0, 1e-9) && t.p == 1,
       "the same, of other shares");

    a = (patron_trial_side_t) { 0, 0 };
    patron_trial(&a, &b, 1, &t);
    ok(t.verdict == PATRON_TRIAL_OPEN && t.p == 1 && !t.lifted, "no readers");

    a = (patron_trial_side_t) { 500, 0 };
    b = (patron_trial_side_t) { 500, 0 };
    patron_trial(&a, &b, 1, &t);
    ok(t.verdict == PATRON_TRIAL_OPEN && t.more > 0 && !t.lifted,
       "nobody did it");

    b.did = 40;
    patron_trial(&a, &b, 1, &t);
    ok(t.verdict == PATRON_TRIAL_BETTER && !t.lifted && t.high == HUGE_VAL
       && t.low > 0, "a holdback of whom nobody did it");
}


static patron_arm_t
arm(const char *name, const char *variant_of, int holdback, uint64_t readers,
    uint64_t did)
{
    patron_arm_t  a;

    memset(&a, 0, sizeof(patron_arm_t));

    a.name.data = (const patron_uchar_t *) name;
    a.name.len = strlen(name);
    a.variant_of.data = (const patron_uchar_t *) variant_of;
    a.variant_of.len = strlen(variant_of);
    a.holdback = holdback;
    a.side = (patron_trial_side_t) { readers, did };

    return a;
}


static void
test_experiment(void)
{
    patron_arm_t         warm, winter, nobody, none, *arms[4];
    patron_str_t         control;
    patron_experiment_t  e;

    warm = arm("warm", "winter", 0, 6000, 330);
    winter = arm("winter", "", 0, 6000, 200);
    nobody = arm("nobody", "winter", 1, 6000, 190);
    none = arm("a-new-one", "", 1, 0, 0);

    arms[0] = &winter;
    arms[1] = &warm;
    arms[2] = &nobody;
    arms[3] = &none;

    control = (patron_str_t) patron_string("");
    e.arms = arms;
    e.n = 4;

    ok(patron_experiment(&e, &control) == PATRON_OK && e.control == &nobody
       && arms[0] == &none && arms[3] == &winter,
       "the holdback that has readers is the control");
    ok(e.best == &warm && e.next == &winter && e.apart && e.winner == &warm,
       "the best has won");
    ok(near(warm.trial.p, patron_trial_p(&nobody.side, &warm.side, 3), 1e-12),
       "of three comparisons: who has no readers is in none");

    e.n = 2;
    arms[0] = &warm;
    arms[1] = &winter;
    ok(patron_experiment(&e, &control) == PATRON_OK && e.control == &winter
       && !e.apart && e.winner == &warm, "or what has variants");

    warm.variant_of.len = 0;
    warm.side.did = 210;
    ok(patron_experiment(&e, &control) == PATRON_OK && e.control == &warm
       && e.winner == NULL, "or the first; nothing has won");

    control = (patron_str_t) patron_string("winter");
    ok(patron_experiment(&e, &control) == PATRON_OK && e.control == &winter,
       "or what is named");

    control = (patron_str_t) patron_string("wint");
    ok(patron_experiment(&e, &control) == PATRON_DECLINED, "if it is there");

    control = (patron_str_t) patron_string("");
    warm = arm("warm", "winter", 0, 0, 0);
    winter = arm("winter", "", 0, 0, 0);
    arms[0] = &warm;
    arms[1] = &winter;
    ok(patron_experiment(&e, &control) == PATRON_OK && e.control == &winter,
       "before the first reader, too, what has variants");

    nobody = arm("xnobody", "winter", 1, 0, 0);
    e.n = 3;
    arms[2] = &nobody;
    ok(patron_experiment(&e, &control) == PATRON_OK && e.control == &nobody,
       "and the holdback");

    e.n = 1;
    arms[0] = &none;
    ok(patron_experiment(&e, &control) == PATRON_OK && e.control == &none
       && e.winner == NULL && e.best == NULL, "one alone");
}


/* In how many of so many experiments a difference is told, at any time. */

static double
told(unsigned experiments, unsigned readers, double share, double rate,
    double lift)
{
    unsigned             i, n, alarms;
    patron_trial_side_t  side[2], *s;

    for (alarms = 0, i = 0; i < experiments; i++) {

        memset(side, 0, sizeof(side));

        for (n = 0; n < readers; n++) {
            s = &side[random_one() < share];
            s->readers++;
            s->did += random_one() < (s == side ? rate : rate * (1 + lift));

            if (patron_trial_p(&side[0], &side[1], 1) <= PATRON_TRIAL_ALPHA) {
                alarms++;
                break;
            }
        }
    }

    return (double) alarms / experiments;
}


static void
aa_is(unsigned readers, double share, double rate)
{
    double  alarms;

    alarms = told(2000, readers, share, rate, 0);

    ok(alarms <= PATRON_TRIAL_ALPHA + 0.01,
       "%.1f%% false alarms: %u readers, each looked at, %.0f%% of them on one "
       "side, %.1f%% do it", alarms * 100, readers, share * 100, rate * 100);
}


static void
power_is(unsigned experiments, unsigned readers, double rate, double lift,
    double least)
{
    double  found;

    found = told(experiments, readers, 0.5, rate, lift);

    ok(found >= least, "%.0f%% power: %u readers, %.1f%% do it, and %.0f%% "
       "more", found * 100, readers, rate * 100, lift * 100);
}


int
main(void)
{
    test_rates();
    test_verdicts();
    test_experiment();

    seed = 1;

    aa_is(800, 0.5, 0.1);
    power_is(10, 6000, 0.1, 0.5, 0.8);

    if (getenv("TRIAL_LONG")) {
        aa_is(20000, 0.5, 0.03);
        aa_is(20000, 0.9, 0.03);
        aa_is(20000, 0.5, 0.3);
        aa_is(100000, 0.5, 0.002);
        power_is(300, 20000, 0.05, 0.3, 0.8);
        power_is(300, 40000, 0.02, 0.3, 0.6);
        power_is(300, 3000, 0.1, 0.5, 0.8);
    }

    return done();
}
