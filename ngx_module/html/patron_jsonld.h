
/*
 * Structured data in a page: does its JSON-LD say of an article whether it is
 * free to read?  Streaming, in little memory.
 */


#ifndef _PATRON_JSONLD_H_INCLUDED_
#define _PATRON_JSONLD_H_INCLUDED_


#include "patron.h"


#define PATRON_JSONLD_DEPTH  32
#define PATRON_JSONLD_WORD   40


/* All zero is the beginning of a page. */

typedef struct {
    unsigned        state;
    unsigned        key;            /* whose value comes */
    unsigned        depth;          /* of objects */
    unsigned        matched;        /* of the word looked for */
    unsigned        len;
    unsigned        json:1;         /* the script is JSON-LD */
    unsigned        string:1;       /* one was read: a key, or a value */
    unsigned        escaped:1;
    unsigned        found:1;
    uint32_t        article;        /* by depth: the object is one */
    uint32_t        says;           /* it has "isAccessibleForFree" */
    patron_uchar_t  word[PATRON_JSONLD_WORD];
} patron_jsonld_t;


/* Reads on.  1 once an article was found that says so. */

int patron_jsonld_feed(patron_jsonld_t *j, const patron_uchar_t *data,
    size_t len);


#endif /* _PATRON_JSONLD_H_INCLUDED_ */
