
/*
 * Patterns of values: ranges of whole numbers, "5-" and "2-9", and texts with
 * "*" for any bytes.
 */


#ifndef _PATRON_PATTERN_H_INCLUDED_
#define _PATRON_PATTERN_H_INCLUDED_


#include "patron.h"


typedef struct {
    patron_str_t     text;
    unsigned         range;             /* from first to last */
    uint64_t         first;
    uint64_t         last;              /* UINT64_MAX: open */
} patron_pattern_t;


/* PATRON_DECLINED: it is no pattern, but a value.  The text must outlive it. */

int patron_pattern_parse(patron_pattern_t *pattern, const patron_str_t *text);

/* 1 or 0.  For "*" the time is at most that of text times value. */

int patron_pattern_fits(const patron_pattern_t *pattern,
    const patron_str_t *value);


#endif /* _PATRON_PATTERN_H_INCLUDED_ */
