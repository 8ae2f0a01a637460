
/*
 * What robots.txt (RFC 9309) tells one crawler: its name, and paths to leave
 * alone.
 */


#ifndef _PATRON_ROBOTS_H_INCLUDED_
#define _PATRON_ROBOTS_H_INCLUDED_


#include "patron.h"


/* Can it name a crawler so?  Letters, "-" and "_": 1 or 0. */

int patron_robots_name(const patron_str_t *name);

/*
 * Paths as they stand there: each begins with "/", has only what a URL's path
 * may have, and begins all that it means; white space between them.  PATRON_OK,
 * or PATRON_DECLINED for what is no such list.
 */

int patron_robots_paths(const patron_str_t *list);

/* Does one of them begin the path, which is decoded?  1 or 0. */

int patron_robots_disallow(const patron_str_t *list, const patron_str_t *path);

/*
 * A line of robots.txt for each path of such a list: how many bytes they have,
 * which are written where dst is not NULL.
 */

size_t patron_robots_write(patron_uchar_t *dst, const patron_str_t *list);


#endif /* _PATRON_ROBOTS_H_INCLUDED_ */
