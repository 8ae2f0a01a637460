
/*
 * See the header.  Each is compared with the control, and the two best with
 * each other, where neither is that: all these comparisons share one alpha.
 */


#include "patron_experiment.h"


static void patron_experiment_sort(patron_experiment_t *experiment);
static int patron_experiment_cmp(const patron_str_t *one,
    const patron_str_t *two);
static patron_arm_t *patron_experiment_control(
    const patron_experiment_t *experiment, const patron_str_t *name);
static void patron_experiment_rank(patron_experiment_t *experiment);


int
patron_experiment(patron_experiment_t *experiment, const patron_str_t *control)
{
    size_t         i;
    unsigned       comparisons;
    patron_arm_t  *arm, *best;

    patron_experiment_sort(experiment);

    experiment->control = patron_experiment_control(experiment, control);

    if (experiment->control == NULL) {
        return PATRON_DECLINED;
    }

    patron_experiment_rank(experiment);

    comparisons = (experiment->apart != 0);

    for (i = 0; i < experiment->n; i++) {
        arm = experiment->arms[i];
        comparisons += arm != experiment->control && arm->side.readers;
    }

    for (i = 0; i < experiment->n; i++) {
        arm = experiment->arms[i];
        patron_trial(&experiment->control->side, &arm->side, comparisons,
                     &arm->trial);
    }

    if (experiment->next) {
        patron_trial(&experiment->next->side, &experiment->best->side,
                     comparisons, &experiment->last);
    }

    best = experiment->best;
    experiment->winner = NULL;

    if (best && comparisons
        && (experiment->next == NULL
            || experiment->last.verdict == PATRON_TRIAL_BETTER)
        && (best == experiment->control
            || best->trial.verdict == PATRON_TRIAL_BETTER))
    {
        experiment->winner = best;
    }

    return PATRON_OK;
}


/* By insertion: they are few. */

static void
patron_experiment_sort(patron_experiment_t *experiment)
{
    size_t         i, k;
    patron_arm_t  *arm;

    for (i = 1; i < experiment->n; i++) {
        arm = experiment->arms[i];

        for (k = i;
             k > 0 && patron_experiment_cmp(&arm->name,
                                            &experiment->arms[k - 1]->name)
                      < 0;
             k--)
        {
            experiment->arms[k] = experiment->arms[k - 1];
        }

        experiment->arms[k] = arm;
    }
}


static int
patron_experiment_cmp(const patron_str_t *one, const patron_str_t *two)
{
    int     rc;
    size_t  len;

    len = one->len < two->len ? one->len : two->len;
    rc = len ? memcmp(one->data, two->data, len) : 0;

    return rc ? rc : (one->len > two->len) - (one->len < two->len);
}


/* Of those that have readers, or of all while none has. */

static patron_arm_t *
patron_experiment_control(const patron_experiment_t *experiment,
    const patron_str_t *name)
{
    int                  begun;
    size_t               i, k;
    patron_arm_t        *arm, *first;
    const patron_str_t  *of;

    for (i = 0; name->len && i < experiment->n; i++) {
        if (patron_experiment_cmp(&experiment->arms[i]->name, name) == 0) {
            return experiment->arms[i];
        }
    }

    if (name->len) {
        return NULL;
    }

    first = NULL;

    for (i = 0; first == NULL && i < experiment->n; i++) {
        arm = experiment->arms[i];

        if (arm->side.readers) {
            first = arm;
        }
    }

    begun = (first != NULL);

    for (i = 0; i < experiment->n; i++) {
        arm = experiment->arms[i];

        if (arm->holdback && (arm->side.readers || !begun)) {
            return arm;
        }
    }

    for (i = 0; i < experiment->n; i++) {
        of = &experiment->arms[i]->variant_of;

        for (k = 0; of->len && k < experiment->n; k++) {
            arm = experiment->arms[k];

            if ((arm->side.readers || !begun)
                && patron_experiment_cmp(&arm->name, of) == 0)
            {
                return arm;
            }
        }
    }

    return first ? first : experiment->arms[0];
}


static void
patron_experiment_rank(patron_experiment_t *experiment)
{
    size_t         i;
    patron_arm_t  *arm;

    experiment->best = NULL;
    experiment->next = NULL;

    for (i = 0; i < experiment->n; i++) {
        arm = experiment->arms[i];

        patron_trial_rate(&arm->side, &arm->rate);

        if (arm->holdback || arm->side.readers == 0) {
            continue;
        }

        if (experiment->best == NULL
            || arm->rate.rate > experiment->best->rate.rate)
        {
            experiment->next = experiment->best;
            experiment->best = arm;

        } else if (experiment->next == NULL
                   || arm->rate.rate > experiment->next->rate.rate)
        {
            experiment->next = arm;
        }
    }

    experiment->apart = experiment->next
                        && experiment->best != experiment->control
                        && experiment->next != experiment->control;
}
