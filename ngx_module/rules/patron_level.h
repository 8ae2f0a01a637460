
/*
 * Levels: what a response needs of its reader.
 */


#ifndef _PATRON_LEVEL_H_INCLUDED_
#define _PATRON_LEVEL_H_INCLUDED_


#include "patron.h"
#include "patron_reader.h"


#define PATRON_LEVEL_TIERS  16      /* of one level; more are not admitted */


/* From the least strict to the strictest. */

typedef enum {
    PATRON_LEVEL_FREE = 0,
    PATRON_LEVEL_METERED,
    PATRON_LEVEL_MEMBERS,
    PATRON_LEVEL_TIERED
} patron_level_e;


/* All zero is free. */

typedef struct {
    patron_level_e  type;
    unsigned        ntiers;         /* of PATRON_LEVEL_TIERED; 0: nobody */
    patron_str_t    tiers[PATRON_LEVEL_TIERS];  /* into the texts parsed */
} patron_level_t;


typedef enum {
    PATRON_LEVEL_OPEN = 0,
    PATRON_LEVEL_METER,             /* open as far as the meter goes */
    PATRON_LEVEL_CLOSED
} patron_level_verdict_e;


/*
 * Parses "free", "metered", "members" or a comma list of tiers; its bytes must
 * outlive the level.  Empty is free.  Any other word is a tier, so that a
 * misspelt level opens to nobody; of a list that names levels beside tiers the
 * strictest stands; of more tiers than fit the rest are left out.
 */

void patron_level_parse(patron_level_t *level, const patron_str_t *text);

/* The same for the content of <meta property="article:content_tier">, where
   "locked" means members. */

void patron_level_parse_meta(patron_level_t *level,
    const patron_str_t *text);

/* level becomes the stricter of the two; two tier lists intersect. */

void patron_level_combine(patron_level_t *level,
    const patron_level_t *other);

patron_level_verdict_e patron_level_check(const patron_level_t *level,
    const patron_reader_t *reader);

/* "free", "metered", "members" or "tiers". */

const char *patron_level_name(patron_level_e type);

/* Is the tier among the level's?  Is the word that text?  1 or 0. */

int patron_level_has(const patron_level_t *level, const patron_str_t *tier);
int patron_level_is(const patron_str_t *word, const char *text);


#endif /* _PATRON_LEVEL_H_INCLUDED_ */
