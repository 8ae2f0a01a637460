
/*
 * What the files that read JSON share.
 */


#ifndef _PATRON_JSON_INTERNAL_H_INCLUDED_
#define _PATRON_JSON_INTERNAL_H_INCLUDED_


#include "patron_json.h"


/* The first byte of a string that is not simply one of its own, or end. */

const patron_uchar_t *patron_json_plain(const patron_uchar_t *p,
    const patron_uchar_t *end);

/* The same, but it mostly goes past escapes of one letter, which are good. */

const patron_uchar_t *patron_json_text(const patron_uchar_t *p,
    const patron_uchar_t *end);

/* Behind the string whose inside begins at p, and which is known to be good. */

const patron_uchar_t *patron_json_behind_string(const patron_uchar_t *p,
    const patron_uchar_t *end);

/* Does it make an escape of one letter, behind a backslash? */

int patron_json_is_escape(patron_uchar_t c);

/* The number of the four hexadecimal digits at p: 1, or 0 for none. */

int patron_json_hex(const patron_uchar_t *p, const patron_uchar_t *end,
    uint32_t *c);

/*
 * The character of a string that begins at *p, which is moved behind it: one
 * that is known to be good.
 */

uint32_t patron_json_char(const patron_uchar_t **p,
    const patron_uchar_t *end);


#endif /* _PATRON_JSON_INTERNAL_H_INCLUDED_ */
