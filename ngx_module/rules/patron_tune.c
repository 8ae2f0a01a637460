
/*
 * Thompson sampling (Thompson, "On the likelihood that one unknown probability
 * exceeds another in view of the evidence of two samples", 1933), for all who
 * come until the next time at once, as Scott has it ("A modern Bayesian look at
 * the multi-armed bandit", 2010): an arm's share of the readers is the
 * probability that it is the best, by draws from what is known of each rate, a
 * beta distribution over a uniform prior.
 *
 * A beta variate is of two gamma variates, which are Marsaglia and Tsang's ("A
 * simple method for generating gamma variables", 2000).
 */


#include <math.h>

#include "patron_hash.h"
#include "patron_tune.h"


#define PATRON_TUNE_DRAWS  10000


typedef struct {
    uint64_t  state;
} patron_tune_random_t;


static double patron_tune_beta(patron_tune_random_t *random,
    const patron_trial_side_t *side);
static double patron_tune_gamma(patron_tune_random_t *random, double shape);
static double patron_tune_normal(patron_tune_random_t *random);
static double patron_tune_uniform(patron_tune_random_t *random);
static void patron_tune_weights(patron_tune_arm_t *arms, size_t n,
    unsigned sum);


void
patron_tune(patron_tune_arm_t *arms, size_t n, unsigned sum, uint64_t seed)
{
    double                 value, most;
    size_t                 i, best;
    unsigned               draw;
    patron_tune_random_t   random;

    random.state = seed;

    for (i = 0; i < n; i++) {
        arms[i].best = 0;
    }

    for (draw = 0; draw < PATRON_TUNE_DRAWS; draw++) {
        most = -1;
        best = 0;

        for (i = 0; i < n; i++) {
            value = patron_tune_beta(&random, &arms[i].side);

            if (value > most) {
                most = value;
                best = i;
            }
        }

        arms[best].best += 1.0 / PATRON_TUNE_DRAWS;
    }

    patron_tune_weights(arms, n, sum);
}


/* A side with more that did it than readers has as many. */

static double
patron_tune_beta(patron_tune_random_t *random,
    const patron_trial_side_t *side)
{
    double  did, not, x, y;

    did = (double) (side->did < side->readers ? side->did : side->readers);
    not = (double) side->readers - did;

    x = patron_tune_gamma(random, did + 1);
    y = patron_tune_gamma(random, not + 1);

    return x / (x + y);
}


/* For shapes of 1 and more. */

static double
patron_tune_gamma(patron_tune_random_t *random, double shape)
{
    double  c, d, u, v, x;

    d = shape - 1.0 / 3;
    c = 1 / sqrt(9 * d);

    for ( ;; ) {
        x = patron_tune_normal(random);
        v = 1 + c * x;

        if (v <= 0) {
            continue;
        }

        v = v * v * v;
        u = patron_tune_uniform(random);

        if (log(u) < x * x / 2 + d * (1 - v + log(v))) {
            return d * v;
        }
    }
}


/* By Marsaglia's polar method. */

static double
patron_tune_normal(patron_tune_random_t *random)
{
    double  u, v, s;

    do {
        u = 2 * patron_tune_uniform(random) - 1;
        v = 2 * patron_tune_uniform(random) - 1;
        s = u * u + v * v;
    } while (s >= 1 || s == 0);

    return u * sqrt(-2 * log(s) / s);
}


/* In (0, 1]. */

static double
patron_tune_uniform(patron_tune_random_t *random)
{
    random->state += UINT64_C(0x9e3779b97f4a7c15);

    return ((double) (patron_hash_mix(random->state) >> 11) + 1) * 0x1p-53;
}


/* What is left over by rounding down goes to the best. */

static void
patron_tune_weights(patron_tune_arm_t *arms, size_t n, unsigned sum)
{
    double    least, share;
    size_t    i, best;
    unsigned  left;

    least = 0.5 / (double) n;

    if (least > PATRON_TUNE_LEAST) {
        least = PATRON_TUNE_LEAST;
    }

    left = sum - (unsigned) n;
    best = 0;

    for (i = 0; i < n; i++) {
        share = least + (1 - least * (double) n) * arms[i].best;

        arms[i].weight = 1 + (unsigned) (share * (sum - (double) n));
        left -= arms[i].weight - 1;

        if (arms[i].best > arms[best].best) {
            best = i;
        }
    }

    arms[best].weight += left;
}
