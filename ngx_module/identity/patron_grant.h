
/*
 * A grant, as the CMS writes it into a header:
 *
 *     sub=42; tier=gold; ttl=30d; name=Ada
 */


#ifndef _PATRON_GRANT_H_INCLUDED_
#define _PATRON_GRANT_H_INCLUDED_


#include "patron_token.h"


/*
 * Reads one.  sub, tier and name of member, and ttl, point into the text; those
 * that are not there are empty, with a data of NULL, and all else of member is
 * zero.  NULL, or what is wrong: a short static text.
 */

const char *patron_grant_parse(const patron_str_t *text,
    patron_membership_t *member, patron_str_t *ttl);


#endif /* _PATRON_GRANT_H_INCLUDED_ */
