
/*
 * The campaigns of an experiment, judged against each other: which of them is
 * the control, what is said of the others, and which has won.
 */


#ifndef _PATRON_EXPERIMENT_H_INCLUDED_
#define _PATRON_EXPERIMENT_H_INCLUDED_


#include "patron_trial.h"


#define PATRON_EXPERIMENT_DAYS  28      /* with today, that are added up */


typedef struct {
    patron_str_t             name;
    patron_str_t             variant_of;    /* a name, or empty */
    int                      holdback;
    patron_trial_side_t      side;

    patron_trial_rate_t      rate;
    patron_trial_t           trial;     /* against the control */
} patron_arm_t;


/* The pointers are into arms; next and winner may be NULL. */

typedef struct {
    patron_arm_t           **arms;      /* by name */
    size_t                   n;
    patron_arm_t            *control;
    patron_arm_t            *best;      /* of those that are shown, or NULL */
    patron_arm_t            *next;      /* to it */
    patron_arm_t            *winner;    /* better than the control, and next */
    int                      apart;     /* neither of best and next is the
                                           control */
    patron_trial_t           last;      /* of best against next */
} patron_experiment_t;


/*
 * Sorts the arms, at least one, and judges them; one that has no readers is not
 * compared.  The control is that of the name; where it is empty the first of
 * those that have readers that is a holdback, or has variants, or is there.
 * PATRON_DECLINED: there is none of the name.
 */

int patron_experiment(patron_experiment_t *experiment,
    const patron_str_t *control);


#endif /* _PATRON_EXPERIMENT_H_INCLUDED_ */
