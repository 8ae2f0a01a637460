
/*
 * The leak check: does a page hold elsewhere what was cut out of it?  Runs of
 * eight words are compared, after undoing character references, the escapes of
 * JSON (twice) and white space, with what a reader does not see and a program
 * does.  It takes the page piece by piece, and is asked at the end.
 */


#ifndef _PATRON_LEAK_H_INCLUDED_
#define _PATRON_LEAK_H_INCLUDED_


#include "patron.h"


#define PATRON_LEAK_PAGE   (1024 * 1024)    /* bytes of a page, at most */
#define PATRON_LEAK_STRIP  128              /* bytes of a strip, at most */


typedef struct patron_leak_s  patron_leak_t;


typedef enum {
    PATRON_LEAK_SCRIPT = 0,
    PATRON_LEAK_JSONLD,
    PATRON_LEAK_ATTRIBUTE,
    PATRON_LEAK_META,
    PATRON_LEAK_HIDDEN,                 /* template, noscript, comments, what
                                           is "hidden" or displayed by none */
    PATRON_LEAK_PLACES
} patron_leak_place_e;


/* The first place that has enough of it. */

typedef struct {
    patron_leak_place_e  place;
    unsigned             runs;          /* found there */
    unsigned             of;            /* that were cut */
    size_t               len;
    char                 strip[PATRON_LEAK_STRIP];  /* what "patron_strip" would
                                           say: empty where nothing helps */
} patron_leak_found_t;


/*
 * size is about what the page has, or 0.  NULL: no memory.  mem must outlive
 * it.
 */

patron_leak_t *patron_leak_create(patron_mem_t *mem, size_t size);
void patron_leak_destroy(patron_leak_t *leak);

/*
 * The page as it came, before it is edited, and what was left out of it:
 * offsets in the page, in order.  PATRON_DECLINED: it is more than is looked
 * through; PATRON_ERROR: no memory.  After either the check is only good for
 * being destroyed.
 */

int patron_leak_feed(patron_leak_t *leak, const patron_uchar_t *data,
    size_t len);
int patron_leak_drop(patron_leak_t *leak, uint64_t from, uint64_t to);

/*
 * Once, at the end of the page.  Of what was left out text was cut, and nothing
 * is looked at as a place.  PATRON_OK: there is a leak, which is three runs of
 * different paragraphs, or a tenth of all, in one place; PATRON_DECLINED: there
 * is none; PATRON_ERROR: no memory.
 */

int patron_leak_find(patron_leak_t *leak, patron_leak_found_t *found);

/* A place's name. */

const patron_str_t *patron_leak_place(patron_leak_place_e place);


#endif /* _PATRON_LEAK_H_INCLUDED_ */
