
/*
 * Where a reader may be sent: a path on this site and nothing else.
 */


#ifndef _PATRON_PATH_H_INCLUDED_
#define _PATRON_PATH_H_INCLUDED_


#include "patron.h"


#define PATRON_PATH_MAX  2048


/*
 * PATRON_OK where text is a reference that every browser resolves on this
 * site, and that may stand in a Location header as it is: a path, perhaps a
 * query and a fragment (RFC 3986, path-absolute; behind the path also what
 * browsers do not encode there, as "[").  PATRON_DECLINED otherwise.
 */

int patron_path_local(const patron_str_t *text);

/*
 * Does the prefix, as it stands in a URL, begin the path, which is decoded?  1 or
 * 0.
 */

int patron_path_begins(const patron_str_t *prefix, const patron_str_t *path);


#endif /* _PATRON_PATH_H_INCLUDED_ */
