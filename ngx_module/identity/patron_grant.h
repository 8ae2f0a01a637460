
/*
 * A grant, as the CMS writes it into a header:
 *
 *     sub=42; tier=gold; ttl=30d; name=Ada; gave=90d
 */


#ifndef _PATRON_GRANT_H_INCLUDED_
#define _PATRON_GRANT_H_INCLUDED_


#include "patron_token.h"


/* Of the times that a grant may have, by their place in an array. */

#define PATRON_GRANT_TTL    0
#define PATRON_GRANT_GAVE   1
#define PATRON_GRANT_TIMES  2


/*
 * Reads one.  sub, tier and name of member, and the times, which are not read
 * any further, point into the text; those that are not there are empty, with a
 * data of NULL, and all else of member is zero.  NULL, or what is wrong: a short
 * static text.
 */

const char *patron_grant_parse(const patron_str_t *text,
    patron_membership_t *member, patron_str_t *times);


#endif /* _PATRON_GRANT_H_INCLUDED_ */
