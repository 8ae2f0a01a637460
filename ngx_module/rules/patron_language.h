
/*
 * The languages that a reader prefers, as "Accept-Language" ranks them.
 */


#ifndef _PATRON_LANGUAGE_H_INCLUDED_
#define _PATRON_LANGUAGE_H_INCLUDED_


#include "patron.h"


#define PATRON_LANGUAGES    32          /* ranges that are read; the rest is
                                           ignored */
#define PATRON_WEIGHT_MOST  1000


typedef struct {
    patron_str_t     range;             /* "uk", "de-AT", "*" */
    unsigned         weight;            /* 0 to 1000 */
} patron_language_t;

typedef struct {
    unsigned           n;
    patron_language_t  ranges[PATRON_LANGUAGES];
} patron_languages_t;


/*
 * "q=0.8", with white space around it, as 0 to PATRON_WEIGHT_MOST: PATRON_OK or
 * PATRON_ERROR.
 */

int patron_weight_read(const patron_uchar_t *p, const patron_uchar_t *end,
    unsigned *weight);

/* Reads the field; what is malformed in it is left out. */

void patron_languages_read(patron_languages_t *languages,
    const patron_str_t *field);

/*
 * How much the reader likes the language of that tag: 0 for not at all; else
 * the more the better, and of equal weights what stands first.
 */

unsigned patron_language_rank(const patron_languages_t *languages,
    const patron_str_t *tag);


#endif /* _PATRON_LANGUAGE_H_INCLUDED_ */
