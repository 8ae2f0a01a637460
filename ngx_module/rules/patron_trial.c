
/*
 * A mixture sequential probability ratio test (Robbins, "Statistical methods
 * related to the law of the iterated logarithm", 1970; for experiments on web
 * sites Johari, Pekelis and Walsh, "Always valid inference", 2015), in its exact
 * form for counts (Lindon and Malek, "Anytime-valid inference for multinomial
 * count data", 2022).
 *
 * Of all who did it, on either side, each is of the side that is tried with the
 * probability of its share of the readers, if both are the same: whatever the
 * rate is, with no variance to estimate, and rare as it may be.  The mixture is
 * over that probability, by a beta distribution around the share; where the
 * ratio passes 1 / alpha, the two are not the same.  By Ville's inequality that
 * happens to two that are the same in at most alpha of all experiments, however
 * often one looks.  The same, turned round, bounds the lift.
 *
 * Shares are those of the readers there were, so weights may change.  Limit: for
 * what more than about a third of all do the test is slower than it could be.
 */


#include <math.h>

#include "patron_trial.h"


#define PATRON_TRIAL_PRIOR  40.0        /* best for lifts of about 30% */
#define PATRON_TRIAL_LEAST  0.1         /* a lift that one waits for */
#define PATRON_TRIAL_Z      1.959964


static double patron_trial_log_ratio(double k0, double k1, double share,
    double at);
static double patron_trial_bound(double k0, double k1, double share,
    double limit, double from, double to);
static void patron_trial_lift(double k0, double k1, double share,
    double limit, patron_trial_t *trial);
static double patron_trial_more(double k0, double k1, double share,
    double limit, double readers, patron_trial_t *trial);
static double patron_trial_gamma(double x);
static double patron_trial_beta(double a, double b);


void
patron_trial_rate(const patron_trial_side_t *side, patron_trial_rate_t *rate)
{
    double  n, p, z, middle, half;

    memset(rate, 0, sizeof(patron_trial_rate_t));

    if (side->readers == 0) {
        rate->high = 1;
        return;
    }

    n = (double) side->readers;
    p = (side->did < side->readers) ? (double) side->did / n : 1;
    z = PATRON_TRIAL_Z * PATRON_TRIAL_Z / n;

    middle = (p + z / 2) / (1 + z);
    half = sqrt(z * (p * (1 - p) + z / 4)) / (1 + z);

    rate->rate = p;
    rate->low = middle > half ? middle - half : 0;
    rate->high = middle + half < 1 ? middle + half : 1;
}


double
patron_trial_p(const patron_trial_side_t *control,
    const patron_trial_side_t *side, unsigned comparisons)
{
    double  share, p;

    if (control->readers == 0 || side->readers == 0) {
        return 1;
    }

    share = (double) side->readers
            / ((double) control->readers + (double) side->readers);

    p = exp(-patron_trial_log_ratio((double) control->did,
                                    (double) side->did, share, share))
        * (comparisons ? comparisons : 1);

    return p < 1 ? p : 1;
}


void
patron_trial(const patron_trial_side_t *control,
    const patron_trial_side_t *side, unsigned comparisons,
    patron_trial_t *trial)
{
    double  k0, k1, n, share, limit;

    memset(trial, 0, sizeof(patron_trial_t));

    trial->p = patron_trial_p(control, side, comparisons);
    trial->low = -1;
    trial->high = HUGE_VAL;
    trial->seen = PATRON_TRIAL_LEAST;

    if (control->readers == 0 || side->readers == 0) {
        return;
    }

    k0 = (double) control->did;
    k1 = (double) side->did;
    n = (double) control->readers + (double) side->readers;
    share = (double) side->readers / n;

    limit = log((comparisons ? comparisons : 1) / PATRON_TRIAL_ALPHA);

    patron_trial_lift(k0, k1, share, limit, trial);

    if (trial->p <= PATRON_TRIAL_ALPHA) {
        trial->verdict = (k1 * (1 - share) > k0 * share)
                         ? PATRON_TRIAL_BETTER : PATRON_TRIAL_WORSE;
        return;
    }

    trial->more = (uint64_t) patron_trial_more(k0, k1, share, limit, n,
                                               trial);
}


/*
 * The logarithm of the mixture's likelihood over that of the probability at;
 * the mixture is around the share.
 */

static double
patron_trial_log_ratio(double k0, double k1, double share, double at)
{
    double  a, b;

    a = PATRON_TRIAL_PRIOR * share;
    b = PATRON_TRIAL_PRIOR - a;

    return patron_trial_beta(a + k1, b + k0) - patron_trial_beta(a, b)
           - k1 * log(at) - k0 * log(1 - at);
}


/* Between from, where it is below the limit, and to, where it is not. */

static double
patron_trial_bound(double k0, double k1, double share, double limit,
    double from, double to)
{
    int     i;
    double  middle;

    for (i = 0; i < 60; i++) {
        middle = (from + to) / 2;

        if (patron_trial_log_ratio(k0, k1, share, middle) < limit) {
            from = middle;

        } else {
            to = middle;
        }
    }

    return from;
}


/* A probability p of the side is a ratio of rates, p / (1 - p) by the shares. */

static void
patron_trial_lift(double k0, double k1, double share, double limit,
    patron_trial_t *trial)
{
    double  odds, low, high, best;

    odds = (1 - share) / share;

    if (k0 + k1 == 0) {
        return;
    }

    best = k1 / (k0 + k1);
    best = best < 1e-9 ? 1e-9 : best > 1 - 1e-9 ? 1 - 1e-9 : best;

    if (k0 > 0) {
        trial->lifted = 1;
        trial->lift = k1 / k0 * odds - 1;
    }

    if (k1 > 0) {
        low = patron_trial_bound(k0, k1, share, limit, best, 1e-12);
        trial->low = low / (1 - low) * odds - 1;
    }

    if (k0 > 0) {
        high = patron_trial_bound(k0, k1, share, limit, best, 1 - 1e-12);
        trial->high = high / (1 - high) * odds - 1;
    }
}


/*
 * How many more readers, if the lift stays, or is the least that one would wait
 * for: each who does it adds to the ratio what a probability differs from the
 * share, and the mixture costs half the logarithm of how many they are.
 */

static double
patron_trial_more(double k0, double k1, double share, double limit,
    double readers, patron_trial_t *trial)
{
    int     i;
    double  p, odds, lift, each, rate, need;

    lift = trial->lifted ? trial->lift : PATRON_TRIAL_LEAST;

    if (lift < PATRON_TRIAL_LEAST && lift > -PATRON_TRIAL_LEAST) {
        lift = lift < 0 ? -PATRON_TRIAL_LEAST : PATRON_TRIAL_LEAST;
    }

    if (lift < -0.95) {
        lift = -0.95;
    }

    trial->seen = lift;

    odds = share / (1 - share) * (1 + lift);
    p = odds / (1 + odds);
    each = p * log(p / share) + (1 - p) * log((1 - p) / (1 - share));

    need = limit / each;

    for (i = 0; i < 20; i++) {
        need = (limit + log(1 + need / PATRON_TRIAL_PRIOR) / 2) / each;
    }

    /* of none yet at least one would have done it by now */

    rate = (k0 + k1 > 0 ? k0 + k1 : 1) / readers;
    need = need / rate - readers;

    return need > 1 ? need : 1;
}


static double
patron_trial_beta(double a, double b)
{
    return patron_trial_gamma(a) + patron_trial_gamma(b)
           - patron_trial_gamma(a + b);
}


/* The logarithm of gamma for x > 0, by Stirling's series: to about 1e-10. */

static double
patron_trial_gamma(double x)
{
    double  less, xx;

    less = 1;

    while (x < 8) {
        less *= x++;
    }

    xx = 1 / (x * x);

    return (x - 0.5) * log(x) - x + 0.91893853320467274178
           + (1.0 / 12 - xx * (1.0 / 360 - xx * (1.0 / 1260 - xx / 1680))) / x
           - log(less);
}
