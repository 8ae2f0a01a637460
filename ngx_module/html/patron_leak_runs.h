
/*
 * What was cut, for the leak check: the runs of eight words in it.  A filter
 * has a bit for each three words on end, by the ends of these.  The hashes of
 * runs are found out when one of them seems to stand elsewhere.
 */


#ifndef _PATRON_LEAK_RUNS_H_INCLUDED_
#define _PATRON_LEAK_RUNS_H_INCLUDED_


#include "patron_leak.h"


#define PATRON_LEAK_WORDS   8           /* of a run, */
#define PATRON_LEAK_THREE   3           /* and those that are looked for */
#define PATRON_LEAK_FACTOR  0x9e3779b97f4a7c15u


/* A run that was cut. */

typedef struct {
    uint64_t              hash;
    uint32_t              paragraph;
    uint32_t              found;        /* places */
} patron_leak_run_t;


/* A text that was cut, between tags. */

typedef struct {
    const patron_uchar_t *text;
    uint32_t              len;
    uint32_t              paragraph;
} patron_leak_text_t;


/* What a place has of them. */

typedef struct {
    unsigned              runs;
    unsigned              paragraphs;   /* of those seen, at most three */
    uint32_t              seen[3];
} patron_leak_count_t;


typedef struct {
    patron_mem_t         *mem;
    uint64_t             *filter;
    unsigned              shift;        /* of a hash, for a word of it */

    patron_leak_text_t   *texts;
    size_t                ntexts;
    size_t                room;
    size_t                nwords;
    size_t                most;         /* words and paragraphs */
    uint32_t              paragraph;

    uint32_t             *table;        /* of runs, from 1; 0: free */
    size_t                mask;
    patron_leak_run_t    *runs;
    unsigned              nruns;

    patron_leak_place_e   place;
    int                   enough;       /* a place has enough of them */
    int                   rc;
    patron_leak_count_t   counts[PATRON_LEAK_PLACES];
} patron_leak_runs_t;


/* The ends of the last three words: what was before is shifted out. */

#define patron_leak_three(three, ends)  ((three) << 22 ^ (ends))


__attribute__((always_inline)) static inline void
patron_leak_filter_add(patron_leak_runs_t *r, uint64_t three)
{
    uint64_t  hash;

    hash = three * PATRON_LEAK_FACTOR;

    r->filter[hash >> r->shift] |= 1ull << (hash >> 32 & 63);
}


__attribute__((always_inline)) static inline int
patron_leak_filter_has(const patron_leak_runs_t *r, uint64_t three)
{
    uint64_t  hash;

    hash = three * PATRON_LEAK_FACTOR;

    return r->filter[hash >> r->shift] >> (hash >> 32 & 63) & 1;
}


/*
 * Room for what is cut: so many bytes of the page.  PATRON_ERROR: no memory.
 */

int patron_leak_runs(patron_leak_runs_t *r, patron_mem_t *mem, size_t cut);
void patron_leak_runs_free(patron_leak_runs_t *r);

/* A text that was cut, of so many words: it must stay.  Sets rc. */

void patron_leak_runs_text(patron_leak_runs_t *r, const patron_uchar_t *text,
    size_t len, size_t nwords);

/*
 * The hash of a run, from the one before: each word lies a byte further to the
 * left.
 */

__attribute__((always_inline)) static inline uint64_t
patron_leak_roll(uint64_t hash, uint64_t word, uint64_t old)
{
    return (hash << 8 | hash >> 56) ^ word ^ old;
}

/* A run that stands in r->place: sets enough, or rc without memory. */

void patron_leak_runs_look(patron_leak_runs_t *r, uint64_t hash);


#endif /* _PATRON_LEAK_RUNS_H_INCLUDED_ */
