
/*
 * What the id cookie of an anonymous reader says: a random number, and the
 * first article read, which rides there until the cookie has come back.
 */


#ifndef _PATRON_ANONYMOUS_H_INCLUDED_
#define _PATRON_ANONYMOUS_H_INCLUDED_


#include "patron.h"
#include "patron_meter.h"


#define PATRON_ANONYMOUS_ID    16       /* bytes */
#define PATRON_ARTICLE_MAX     200      /* bytes of an article's name */
#define PATRON_ANONYMOUS_MAX   (1 + PATRON_ANONYMOUS_ID + 6                   \
                                + PATRON_ARTICLE_MAX)


typedef struct {
    patron_uchar_t   id[PATRON_ANONYMOUS_ID];
    patron_str_t     article;           /* empty: none rides here */
    patron_period_e  type;              /* of the period it was read in */
    int64_t          start;
} patron_anonymous_t;


/*
 * Reads what patron_anonymous_encode() wrote; article points into payload.
 * PATRON_DECLINED for anything else.
 */

int patron_anonymous_decode(patron_anonymous_t *anonymous,
    const patron_str_t *payload);

/* Writes at most PATRON_ANONYMOUS_MAX bytes; returns how many.  An article
   that is longer than PATRON_ARTICLE_MAX is left out. */

size_t patron_anonymous_encode(const patron_anonymous_t *anonymous,
    patron_uchar_t *dst);


#endif /* _PATRON_ANONYMOUS_H_INCLUDED_ */
