
/*
 * The words of texts, for the leak check: of what was cut, and of the places
 * where it may stand again.
 */


#ifndef _PATRON_LEAK_TEXT_H_INCLUDED_
#define _PATRON_LEAK_TEXT_H_INCLUDED_


#include "patron_leak.h"


#define PATRON_LEAK_WORDS    8          /* of a run */
#define PATRON_LEAK_PADDING  64         /* bytes that may be read behind */
#define PATRON_LEAK_LONG     256        /* bytes of a word, at most */


/* A run that was cut, by its hash. */

typedef struct {
    uint64_t             hash;          /* 0: free */
    uint32_t             paragraph;
    uint32_t             found;         /* places */
} patron_leak_run_t;


/* What a place has of them. */

typedef struct {
    unsigned             runs;
    unsigned             paragraphs;    /* of those seen, at most three */
    uint32_t             seen[3];
} patron_leak_count_t;


/*
 * What was cut, as the hashes of its words, and 0 where a paragraph ends.  A
 * bit is set for each three words on end.  The table of runs is made when three
 * were seen elsewhere.
 */

typedef struct {
    uint64_t             *cut;
    size_t                ncut;
    size_t                most;         /* words that there is room for */
    uint8_t              *bits;
    unsigned              shift;        /* of a hash, for the number of a bit */

    patron_mem_t         *mem;
    patron_leak_run_t    *table;
    size_t                mask;
    unsigned              nruns;
    int                   rc;

    patron_leak_place_e   place;
    int                   enough;       /* a place has enough of them */
    patron_leak_count_t   counts[PATRON_LEAK_PLACES];

    uint64_t              three;        /* the last words that were cut */

    const patron_uchar_t *untagged;     /* no tag ends before this */
    size_t                len;          /* of a word put together */
    patron_uchar_t        word[PATRON_LEAK_LONG + 16];
} patron_leak_words_t;


/*
 * Room for what is cut: so many bytes of the page.  PATRON_ERROR: no memory.
 */

int patron_leak_words(patron_leak_words_t *w, patron_mem_t *mem, size_t cut);
void patron_leak_words_free(patron_leak_words_t *w);

/* A text that was cut; and the end of a paragraph, or of what was cut of it. */

void patron_leak_collect(patron_leak_words_t *w, const patron_uchar_t *p,
    const patron_uchar_t *end);
void patron_leak_break(patron_leak_words_t *w);

/*
 * Looks for the runs of what was cut in a text that stands in w->place: sets
 * enough, or rc where there is no memory.
 */

void patron_leak_look(patron_leak_words_t *w, const patron_uchar_t *p,
    const patron_uchar_t *end);


#endif /* _PATRON_LEAK_TEXT_H_INCLUDED_ */
