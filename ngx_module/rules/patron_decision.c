
/*
 * See the header.  What admits a reader by right goes before what opens the
 * wall to everyone, and that before what is counted.  A prefetch is refused
 * what a visit would be counted for: a browser shows what it has prefetched
 * without asking again, and asks again after a refusal.
 */


#include "patron_decision.h"


static int patron_may_give(const patron_decision_facts_t *facts);


patron_decision_e
patron_decide(const patron_decision_facts_t *facts, const char **reason)
{
    patron_level_verdict_e  verdict;

    *reason = facts->reader_reason;

    verdict = patron_level_check(facts->level, facts->reader);

    if (verdict == PATRON_LEVEL_OPEN) {
        return (facts->level->type == PATRON_LEVEL_FREE)
               ? PATRON_DECISION_FREE : PATRON_DECISION_FULL;
    }

    if (facts->open) {
        *reason = "walls are open";
        return PATRON_DECISION_OPEN;
    }

    if (facts->bypass) {
        *reason = "bypassed";
        return PATRON_DECISION_BYPASS;
    }

    if (facts->crawler_reason != NULL) {
        *reason = facts->crawler_reason;
        return PATRON_DECISION_BYPASS;
    }

    if (facts->giver != NULL && patron_may_give(facts)) {
        if (facts->prefetch) {
            *reason = "prefetch of a gift";
            return PATRON_DECISION_DENY;
        }

        *reason = "gift link";
        return PATRON_DECISION_GIFT;
    }

    if (verdict == PATRON_LEVEL_METER) {

        if (facts->meter_reason != NULL) {
            *reason = facts->meter_reason;
        }

        if (facts->ahead) {
            return PATRON_DECISION_DENY;
        }

        return facts->metered ? PATRON_DECISION_METER : PATRON_DECISION_WALL;
    }

    if (facts->reader->state == PATRON_STATE_PATRON) {
        *reason = "not of the tiers it is for";
    }

    return PATRON_DECISION_WALL;
}


/* No more than the giver may read; a link without one is the publisher's. */

static int
patron_may_give(const patron_decision_facts_t *facts)
{
    return facts->giver->sub.len == 0
           || patron_level_check(facts->level, facts->giver)
              == PATRON_LEVEL_OPEN;
}


const char *
patron_decision_name(patron_decision_e decision)
{
    static const char *const  names[] = {
        "free", "full", "meter", "gift", "bypass", "open", "wall", "deny",
        "unknown"
    };

    return names[decision];
}
