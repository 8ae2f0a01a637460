
/*
 * The campaigns of a slot's experiment, with what the counters of some days say
 * of each.
 */


#ifndef _PATRON_HELPER_ARMS_H_INCLUDED_
#define _PATRON_HELPER_ARMS_H_INCLUDED_


#include "patron_campaign.h"
#include "patron_experiment.h"
#include "patron_helper_redis.h"


#define PATRON_HELPER_CURRENCIES  8


typedef struct {
    char       name[4];
    long long  sum;                 /* minor units */
} patron_helper_money_t;


typedef struct {
    patron_arm_t            arm;    /* the first; its side is by what is
                                       asked for */
    int                     live;   /* published, and good */
    int                     weighed;    /* the record has a weight */
    patron_campaign_t       campaign;   /* where it is live */
    long long               shown;
    long long               assigned;
    long long               clicked;
    long long               dismissed;
    long long               granted;
    long long               by_click;
    size_t                  nmoney;
    patron_helper_money_t   money[PATRON_HELPER_CURRENCIES];
} patron_helper_arm_t;


typedef struct {
    patron_str_t            slot;
    size_t                  n;
    patron_helper_arm_t    *arms;
} patron_helper_arms_t;


/*
 * Reads them: the file names the slot's published campaigns, "<slot>:<name>",
 * whose records stand on standard input, and behind them the counters of so
 * many days.  The sides are of the readers assigned, and of those of them who
 * did it: "granted", "clicked" or "dismissed".  Ends the program where there is
 * none.
 */

void patron_helper_arms(patron_helper_arms_t *all, const char *slot,
    const char *by, const char *file, const char *days);


#endif /* _PATRON_HELPER_ARMS_H_INCLUDED_ */
