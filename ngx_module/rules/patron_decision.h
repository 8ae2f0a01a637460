
/*
 * The decision about a response: from what it needs, who reads, and what else
 * lets a reader in.  Made in one place, so that headers, counters and the log
 * all tell the same.
 */


#ifndef _PATRON_DECISION_H_INCLUDED_
#define _PATRON_DECISION_H_INCLUDED_


#include "patron_level.h"


/* In the order of the words of $patron_decision. */

typedef enum {
    PATRON_DECISION_FREE = 0,       /* it needs nothing */
    PATRON_DECISION_FULL,           /* the reader may read it */
    PATRON_DECISION_METER,
    PATRON_DECISION_GIFT,
    PATRON_DECISION_BYPASS,
    PATRON_DECISION_OPEN,           /* every wall is open */
    PATRON_DECISION_WALL,
    PATRON_DECISION_DENY,           /* it was refused */
    PATRON_DECISION_UNKNOWN         /* its answer says what it needs */
} patron_decision_e;


/* What is known.  All zero is a free response and a reader without a name. */

typedef struct {
    const patron_level_t   *level;
    const patron_reader_t  *reader;
    const patron_reader_t  *giver;          /* whose link opens it, or NULL */
    const char             *reader_reason;  /* why it is in that state */
    const char             *meter_reason;   /* NULL: no meter was asked */
    const char             *crawler_reason; /* NULL: it is none that may
                                               read it */

    unsigned                metered:1;      /* the meter lets it pass */
    unsigned                ahead:1;        /* it would, were it a visit */
    unsigned                prefetch:1;     /* it is none; for gifts */
    unsigned                bypass:1;
    unsigned                open:1;         /* a switch opens every wall */
} patron_decision_facts_t;


/* The decision; reason, a text that lives as long as those given, or NULL. */

patron_decision_e patron_decide(const patron_decision_facts_t *facts,
    const char **reason);

/* Its word, as $patron_decision has it. */

const char *patron_decision_name(patron_decision_e decision);

/* May a wall keep a part of it from the reader? */

#define patron_decision_closed(decision)  ((decision) >= PATRON_DECISION_WALL)


#endif /* _PATRON_DECISION_H_INCLUDED_ */
