
/*
 * Fields of forms and of query strings, application/x-www-form-urlencoded
 * (WHATWG URL, section 5), and where a request came from.
 */


#ifndef _PATRON_FORM_H_INCLUDED_
#define _PATRON_FORM_H_INCLUDED_


#include "patron.h"


/*
 * The first field of that name in text, decoded into dst of size bytes.
 * PATRON_DECLINED where there is none, PATRON_ERROR where it does not fit or
 * holds a NUL.
 */

int patron_form_field(const patron_str_t *text, const patron_str_t *name,
    patron_uchar_t *dst, size_t size, patron_str_t *value);

/*
 * Writes a query without any field of that name to dst, of query->len bytes,
 * and its length to len; value becomes the first one, as it stands in query.
 * PATRON_DECLINED where there is none: dst is not written then.
 */

int patron_query_take(const patron_str_t *query, const patron_str_t *name,
    patron_uchar_t *dst, size_t *len, patron_str_t *value);

/*
 * Writes what of a query tells pages apart to dst, of query->len bytes, and
 * returns its length: no "utm_*", and none of the names in ignore, which stand
 * with commas between them.
 */

size_t patron_query_significant(const patron_str_t *query,
    const patron_str_t *ignore, patron_uchar_t *dst);

/*
 * Does url, an Origin or a Referer, name the host of the request ("host" or
 * "host:port")?  The port may be left out where it is the scheme's.  Only http
 * and https do.  PATRON_OK, and the length of "scheme://host:port" in len, or
 * PATRON_DECLINED.
 */

int patron_origin_is(const patron_str_t *url, const patron_str_t *host,
    size_t *len);

/* Decodes %XX in place of dst, which may be data, and returns the length.  A
   '%' without two digits stays. */

size_t patron_percent_decode(patron_uchar_t *dst,
    const patron_uchar_t *data, size_t len);


#endif /* _PATRON_FORM_H_INCLUDED_ */
