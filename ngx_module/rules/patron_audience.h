
/*
 * The audience of a banner, "for=AUDIENCE": whom it is meant for.
 */


#ifndef _PATRON_AUDIENCE_H_INCLUDED_
#define _PATRON_AUDIENCE_H_INCLUDED_


#include "patron.h"
#include "patron_reader.h"


typedef enum {
    PATRON_FOR_GUESTS = 0,      /* "guest": neither patron nor supporter */
    PATRON_FOR_ALL,             /* "all" */
    PATRON_FOR_STATE,           /* "patron", "expired", "lapsed" ... */
    PATRON_FOR_GRACE,           /* "grace": patrons who are overdue */
    PATRON_FOR_TIER             /* any other word: patrons of that tier */
} patron_audience_e;


/* All zero is the default, "guest". */

typedef struct {
    patron_audience_e  type;
    patron_state_e     state;   /* of PATRON_FOR_STATE */
    patron_str_t       tier;    /* of PATRON_FOR_TIER: into the text parsed */
} patron_audience_t;


/*
 * Parses a word, whose bytes must outlive the audience.  PATRON_DECLINED where
 * it is a level's word, which is no tier, so that nobody is of that audience;
 * PATRON_ERROR where it cannot be one: empty, longer than 256 bytes, with a
 * space, a comma or a control character in it.
 */

int patron_audience_parse(patron_audience_t *audience,
    const patron_str_t *word);

/* Only for who is a patron already: thanks and favours, no appeal.  1 or 0. */

int patron_audience_patrons(const patron_audience_t *audience);

/* 1 or 0. */

int patron_audience_match(const patron_audience_t *audience,
    const patron_reader_t *reader);


#endif /* _PATRON_AUDIENCE_H_INCLUDED_ */
