
/*
 * The reader: whoever sent the request, as the check of the token and of the
 * member's record left it.
 */


#ifndef _PATRON_READER_H_INCLUDED_
#define _PATRON_READER_H_INCLUDED_


#include "patron.h"


typedef enum {
    PATRON_STATE_PATRON = 0,    /* token verifies, member active */
    PATRON_STATE_GUEST,         /* no token */
    PATRON_STATE_INVALID,       /* does not verify, or before not_before */
    PATRON_STATE_EXPIRED,
    PATRON_STATE_LAPSED,        /* no record, or until has passed */
    PATRON_STATE_PAUSED,
    PATRON_STATE_REVOKED,
    PATRON_STATE_SUPPORTER,     /* gave, and is not to be asked yet */
    PATRON_STATE_N
} patron_state_e;


/* The strings are not owned; empty where nothing is known. */

typedef struct {
    patron_state_e  state;
    patron_str_t    sub;
    patron_str_t    tier;
    patron_str_t    name;
    int             grace;      /* a patron whose membership is overdue */
} patron_reader_t;


/* The state's name, "patron", "guest" ...; never NULL. */

const patron_str_t *patron_state_name(patron_state_e state);

/* PATRON_OK and the state of that name, or PATRON_DECLINED. */

int patron_state_parse(const patron_str_t *name, patron_state_e *state);


#endif /* _PATRON_READER_H_INCLUDED_ */
