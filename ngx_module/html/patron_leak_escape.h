
/*
 * What is written for a character in a text, for the leak check: escapes of JSON
 * and of scripts, once or twice, character references, and tags, which part
 * words.
 */


#ifndef _PATRON_LEAK_ESCAPE_H_INCLUDED_
#define _PATRON_LEAK_ESCAPE_H_INCLUDED_


#include "patron.h"


/*
 * What the backslash or the ampersand at p begins: returns what is behind it,
 * and sets c to the character, or to one that parts words.  Before *untagged no
 * tag ends, which is found out there.  Sixteen bytes may be read behind end.
 */

const patron_uchar_t *patron_leak_special(const patron_uchar_t *p,
    const patron_uchar_t *end, uint32_t *c, const patron_uchar_t **untagged);

/* Behind a '<': the end of its tag, or p.  What has no end near is none. */

const patron_uchar_t *patron_leak_tag_end(const patron_uchar_t *p,
    const patron_uchar_t *end, unsigned escaped,
    const patron_uchar_t **untagged);


#endif /* _PATRON_LEAK_ESCAPE_H_INCLUDED_ */
