
/*
 * Values of header fields, as clients and origins send them.
 */


#ifndef _PATRON_FIELD_H_INCLUDED_
#define _PATRON_FIELD_H_INCLUDED_


#include "patron.h"


/* Does a comma list, such as Vary, hold the name in any case, or "*"?  1 or 0. */

int patron_field_lists(const patron_str_t *list, const patron_str_t *name);

/*
 * Copies a list of media types with parameters, such as Accept, without those
 * of the n types, in any case, to dst: the length of it, at most that of the
 * list, or 0 where nothing is left.  A list that has none of them stays as it is.
 */

size_t patron_field_without(const patron_str_t *list,
    const patron_str_t *types, unsigned n, patron_uchar_t *dst);

/*
 * Does If-None-Match hold the entity tag, by weak comparison, or "*"?  etag is
 * NULL where the response has none.  1 or 0.
 */

int patron_field_etag(const patron_str_t *list, const patron_str_t *etag);

/*
 * The charset that a Content-Type names, without its quotes: bytes of type.
 * PATRON_OK or PATRON_DECLINED.
 */

int patron_field_charset(const patron_str_t *type, patron_str_t *charset);

/* A charset as it stands in a field, without what is about it. */

void patron_field_trim_charset(patron_str_t *charset);


#endif /* _PATRON_FIELD_H_INCLUDED_ */
