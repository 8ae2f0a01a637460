
/*
 * What the counts of two sides of an experiment say: rates, and a test that may
 * be looked at as often as one likes.
 */


#ifndef _PATRON_TRIAL_H_INCLUDED_
#define _PATRON_TRIAL_H_INCLUDED_


#include "patron.h"


#define PATRON_TRIAL_ALPHA  0.05        /* false alarms at most, ever */


/* So many readers were assigned, and so many of them did it. */

typedef struct {
    uint64_t         readers;
    uint64_t         did;
} patron_trial_side_t;


typedef struct {
    double           rate;
    double           low;               /* 95% */
    double           high;
} patron_trial_rate_t;


typedef enum {
    PATRON_TRIAL_OPEN = 0,              /* not enough yet */
    PATRON_TRIAL_BETTER,
    PATRON_TRIAL_WORSE
} patron_trial_verdict_e;


typedef struct {
    patron_trial_verdict_e   verdict;
    int                      lifted;    /* there is a lift at all */
    double                   lift;      /* 0.1: 10% more than the control */
    double                   low;       /* it may be looked at at any time, */
    double                   high;      /* too; HUGE_VAL: no bound */
    double                   p;         /* always valid */
    uint64_t                 more;      /* readers on both sides, about, until
                                           it may be decided; 0 if it is */
    double                   seen;      /* a lift of which is meant by that */
} patron_trial_t;


/* Wilson's interval.  A side with more that did it than readers has as many. */

void patron_trial_rate(const patron_trial_side_t *side,
    patron_trial_rate_t *rate);

/*
 * The always-valid p of the two being the same: where it is PATRON_TRIAL_ALPHA
 * or less, at any time, they are not.
 */

double patron_trial_p(const patron_trial_side_t *control,
    const patron_trial_side_t *side, unsigned comparisons);

/*
 * The side against the control; it is one of so many comparisons that are made
 * of the experiment, which together have PATRON_TRIAL_ALPHA.
 */

void patron_trial(const patron_trial_side_t *control,
    const patron_trial_side_t *side, unsigned comparisons,
    patron_trial_t *trial);


#endif /* _PATRON_TRIAL_H_INCLUDED_ */
