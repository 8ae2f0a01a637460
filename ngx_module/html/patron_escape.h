
/*
 * A value, or a piece of a template, as it goes into a page.
 */


#ifndef _PATRON_ESCAPE_H_INCLUDED_
#define _PATRON_ESCAPE_H_INCLUDED_


#include "patron_template.h"


/*
 * The length of value escaped for type, and the escaped bytes.  With ascii set
 * they are ASCII alone: other characters are numeric references, U+FFFD where
 * there is no UTF-8.
 */

size_t patron_escape_len(patron_part_e type, const patron_str_t *value,
    int ascii);
patron_uchar_t *patron_escape(patron_part_e type, patron_uchar_t *dst,
    const patron_str_t *value, int ascii);

/* The length of the character of UTF-8 at p, and its number; 0: it is none. */

size_t patron_utf8_char(const patron_uchar_t *p, const patron_uchar_t *end,
    uint32_t *c);


#endif /* _PATRON_ESCAPE_H_INCLUDED_ */
