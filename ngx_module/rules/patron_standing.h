
/*
 * What a member's record makes of a reader whose token verified.
 */


#ifndef _PATRON_STANDING_H_INCLUDED_
#define _PATRON_STANDING_H_INCLUDED_


#include "patron.h"
#include "patron_reader.h"


typedef enum {
    PATRON_STANDING_NONE = 0,   /* no record */
    PATRON_STANDING_ACTIVE,
    PATRON_STANDING_GRACE,
    PATRON_STANDING_PAUSED,
    PATRON_STANDING_REVOKED,
    PATRON_STANDING_SUPPORTER   /* one that a gift made: no membership */
} patron_standing_e;


/* Times are in unix seconds; 0: none. */

typedef struct {
    patron_standing_e  status;
    int64_t            until;
    int64_t            not_before;
    int64_t            gave_until;
    int64_t            grace_until;
    int64_t            iat;         /* of the token */
    int64_t            grace;       /* seconds that are given after until */
    int                expired;     /* the token is */
} patron_standing_t;


/*
 * The state at time now; grace is set where it is a patron's who is overdue,
 * and reason, a short static text, is why.
 */

patron_state_e patron_standing(const patron_standing_t *standing, int64_t now,
    int *grace, const char **reason);


#endif /* _PATRON_STANDING_H_INCLUDED_ */
