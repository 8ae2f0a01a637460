
/*
 * What a browser sends in "Cookie" (RFC 6265, section 5.4): pairs with ";"
 * between them.
 */


#ifndef _PATRON_COOKIE_H_INCLUDED_
#define _PATRON_COOKIE_H_INCLUDED_


#include "patron.h"


#define PATRON_COOKIES_MAX   4      /* of one name that are looked at */
#define PATRON_COOKIE_NAMES  8      /* that are noted */


/* The values of the cookies of one name, and of several, as
   patron_cookie_find() has them. */

typedef struct {
    unsigned             n;
    patron_str_t         values[PATRON_COOKIES_MAX];
} patron_cookie_values_t;


typedef struct {
    const patron_str_t  *names;     /* known of them, PATRON_COOKIE_NAMES at */
    unsigned             known;     /* most */
    unsigned             n[PATRON_COOKIE_NAMES];
    patron_str_t         values[PATRON_COOKIE_NAMES][PATRON_COOKIES_MAX];
} patron_cookies_t;


/*
 * Puts the values of that name that are not empty, in their order, behind the n
 * in values, which has room for PATRON_COOKIES_MAX.  Returns how many there are
 * now.
 */

unsigned patron_cookie_find(const patron_str_t *line, const patron_str_t *name,
    patron_str_t *values, unsigned n);

/*
 * Does text stand anywhere in the line?  Cheaper than to read it: of most lines
 * it is enough to know that no name begins so.
 */

int patron_cookie_mentions(const patron_str_t *line, const patron_str_t *text);

/*
 * Has one of the line's cookies one of n names?  Where none has, next has taken
 * the values of those with the name that follows, behind those of the lines
 * before; NULL: nobody asks for them.
 */

int patron_cookie_holds(const patron_str_t *line, const patron_str_t *names,
    unsigned n, patron_cookie_values_t *next);

/*
 * Writes the cookies that have none of n names to dst, with "; " between them:
 * at most twice as many bytes as the line has.  Returns how many.  noted takes
 * the values of those it knows, behind those of the lines before; NULL: nobody
 * asks for them.
 */

size_t patron_cookie_strip(const patron_str_t *line, const patron_str_t *names,
    unsigned n, patron_cookies_t *noted, patron_uchar_t *dst);

/*
 * Is it what browsers take for "Domain"?  A name of a host, with a dot before
 * it or without.  PATRON_OK or PATRON_ERROR.
 */

int patron_cookie_domain(const patron_str_t *domain);


#endif /* _PATRON_COOKIE_H_INCLUDED_ */
