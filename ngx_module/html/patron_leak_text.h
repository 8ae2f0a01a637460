
/*
 * The texts of a page, for the leak check: of what was cut, and of the places
 * where it may stand again.
 */


#ifndef _PATRON_LEAK_TEXT_H_INCLUDED_
#define _PATRON_LEAK_TEXT_H_INCLUDED_


#include "patron_leak_runs.h"
#include "patron_leak_word.h"


#define PATRON_LEAK_PADDING  64         /* bytes that may be read behind */


/* Where a text is read. */

typedef struct {
    uint64_t              three;        /* the last words, by their ends */
    size_t                n;            /* words of the stride, or in all */
    const patron_uchar_t *stride;       /* where it began, */
    const patron_uchar_t *before;       /* and the one before */
} patron_leak_at_t;


typedef struct {
    patron_leak_runs_t    cut;
    patron_leak_at_t      at;           /* in the paragraph that is cut */
    patron_leak_word_t    word;
} patron_leak_words_t;


/* A text that was cut; and the end of a paragraph, or of what was cut of it. */

void patron_leak_collect(patron_leak_words_t *w, const patron_uchar_t *p,
    const patron_uchar_t *end);
void patron_leak_break(patron_leak_words_t *w);

/*
 * Looks for the runs of what was cut in a text that stands in w->cut.place:
 * until there are enough.
 */

void patron_leak_look(patron_leak_words_t *w, const patron_uchar_t *p,
    const patron_uchar_t *end);


#endif /* _PATRON_LEAK_TEXT_H_INCLUDED_ */
