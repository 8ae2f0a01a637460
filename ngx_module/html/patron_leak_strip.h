
/*
 * What "patron_strip" would say of the place where a leak was found, and the
 * attributes of a tag by which it is said.
 */


#ifndef _PATRON_LEAK_STRIP_H_INCLUDED_
#define _PATRON_LEAK_STRIP_H_INCLUDED_


#include "patron_leak.h"


/*
 * Sets found->strip for found->place: the tag begins with the '<' there, text is
 * what was found in its value or its element, and end that of the page.
 */

void patron_leak_strip(patron_leak_found_t *found, const patron_uchar_t *tag,
    const patron_uchar_t *text, const patron_uchar_t *end);

/* The value of an attribute of a tag, or PATRON_DECLINED where it has none. */

int patron_leak_attr(const patron_uchar_t *tag, const patron_uchar_t *end,
    const char *name, patron_str_t *value);


#endif /* _PATRON_LEAK_STRIP_H_INCLUDED_ */
