
/*
 * See the header.  Whoever gave, and is not to be asked yet, is a supporter
 * instead of paused, lapsed or expired; never instead of revoked or invalid.
 */


#include "patron_standing.h"


static patron_state_e patron_standing_member(const patron_standing_t *standing,
    int64_t now, int *grace, const char **reason);
static patron_state_e patron_standing_overdue(
    const patron_standing_t *standing, int64_t now, int *grace,
    const char **reason);


patron_state_e
patron_standing(const patron_standing_t *standing, int64_t now, int *grace,
    const char **reason)
{
    patron_state_e  state;

    *grace = 0;

    state = patron_standing_member(standing, now, grace, reason);

    if (state == PATRON_STATE_PATRON
        || state == PATRON_STATE_REVOKED
        || state == PATRON_STATE_INVALID
        || standing->gave_until <= now)
    {
        if (standing->expired) {
            *reason = "expired";
            return PATRON_STATE_EXPIRED;
        }

        return state;
    }

    *reason = "gave, and is thanked";

    return PATRON_STATE_SUPPORTER;
}


static patron_state_e
patron_standing_member(const patron_standing_t *standing, int64_t now,
    int *grace, const char **reason)
{
    if (standing->status == PATRON_STANDING_REVOKED) {
        *reason = "membership revoked";
        return PATRON_STATE_REVOKED;
    }

    if (standing->not_before && standing->iat < standing->not_before) {
        *reason = "token issued before not_before";
        return PATRON_STATE_INVALID;
    }

    if (standing->expired) {
        return PATRON_STATE_EXPIRED;
    }

    switch (standing->status) {

    case PATRON_STANDING_NONE:
        *reason = "no such member";
        return PATRON_STATE_LAPSED;

    case PATRON_STANDING_SUPPORTER:
        *reason = "gave once, no membership";
        return PATRON_STATE_LAPSED;

    case PATRON_STANDING_PAUSED:
        *reason = "membership paused";
        return PATRON_STATE_PAUSED;

    default:
        break;
    }

    if (standing->until && standing->until <= now) {
        return patron_standing_overdue(standing, now, grace, reason);
    }

    if (standing->status != PATRON_STANDING_GRACE) {
        *reason = "member active";
        return PATRON_STATE_PATRON;
    }

    if (standing->until == 0 && standing->grace_until) {
        return patron_standing_overdue(standing, now, grace, reason);
    }

    *grace = 1;
    *reason = "grace";

    return PATRON_STATE_PATRON;
}


/* The record's own grace_until goes before what all are given. */

static patron_state_e
patron_standing_overdue(const patron_standing_t *standing, int64_t now,
    int *grace, const char **reason)
{
    int64_t  end;

    end = standing->grace_until ? standing->grace_until
                                : standing->until + standing->grace;

    if (end > now) {
        *grace = 1;
        *reason = "grace";
        return PATRON_STATE_PATRON;
    }

    *reason = "until has passed";

    return PATRON_STATE_LAPSED;
}
