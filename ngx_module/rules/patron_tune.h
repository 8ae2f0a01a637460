
/*
 * How the readers of an experiment are to be shared out among its variants, by
 * what was counted of each.
 */


#ifndef _PATRON_TUNE_H_INCLUDED_
#define _PATRON_TUNE_H_INCLUDED_


#include "patron_trial.h"


#define PATRON_TUNE_LEAST  0.1          /* of the readers, to each */


typedef struct {
    patron_trial_side_t      side;
    double                   best;      /* the probability that it is that */
    unsigned                 weight;
} patron_tune_arm_t;


/*
 * Sets best and weight of n arms, of at least two: weights of at least 1 that
 * add up to sum, which is n or more.  Each has at least PATRON_TUNE_LEAST of
 * the readers, or half of an equal share where there are more than five.  The
 * same seed gives the same.
 */

void patron_tune(patron_tune_arm_t *arms, size_t n, unsigned sum,
    uint64_t seed);


#endif /* _PATRON_TUNE_H_INCLUDED_ */
