
/*
 * Skimming: reading on in a body without its tree, see patron_html_skim.c.
 * For the files patron_html_*.c alone.
 */


#ifndef _PATRON_HTML_SKIM_H_INCLUDED_
#define _PATRON_HTML_SKIM_H_INCLUDED_


#include "patron_html.h"


/* The bytes it goes back over; tests have less. */

#ifndef PATRON_HTML_MAX_SKIM
#define PATRON_HTML_MAX_SKIM   (64 * 1024)
#endif

#define PATRON_HTML_SKIM_OPEN     32        /* elements open in an island */
#define PATRON_HTML_SKIM_FORMATS  8         /* formatting elements */
#define PATRON_HTML_SKIM_LOSSES   4         /* in a page */


typedef enum {
    SKIM_NOT = 0,
    SKIM_DUE,           /* from the next text or tag on */
    SKIM_ON,
    SKIM_LOST,          /* it takes the tree: back to where it began */
    SKIM_OVER           /* and not again in this page */
} patron_html_skim_e;


/* What lies in a body like an island: other rules hold in it. */

typedef enum {
    ISLAND_NONE = 0,
    ISLAND_FOREIGN,     /* svg or math */
    ISLAND_SELECT,
    ISLAND_TEMPLATE
} patron_html_island_e;


typedef struct patron_html_piece_s  patron_html_piece_t;
typedef struct patron_html_base_s   patron_html_base_t;

#define PATRON_HTML_PIECE  (4096 - sizeof(void *) - sizeof(size_t))

struct patron_html_piece_s {
    patron_html_piece_t  *next;
    size_t                len;
    patron_uchar_t        bytes[PATRON_HTML_PIECE];
};


typedef struct {
    patron_html_name_t    name;
    unsigned              point;     /* tags in it may be HTML's */
} patron_html_native_t;


/* A formatting element that is open, or will be again. */

typedef struct {
    uint64_t              start;     /* of the block it began in */
    uint32_t              depth;     /* and its place */
    uint8_t               id;
} patron_html_begun_t;


typedef struct {
    uint8_t               state;     /* patron_html_skim_e */
    uint8_t               island;    /* patron_html_island_e */
    uint8_t               form;      /* another form is none */
    uint8_t               blocks;    /* the stack holds them */
    uint8_t               resume;    /* of interest, when it began */
    uint8_t               losses;
    uint8_t               unsure;    /* what formatting elements are open */
    uint8_t               nbegun;
    uint8_t               full;      /* it has kept enough */
    uint8_t               again;     /* what it kept is being read */
    unsigned              look;      /* the tree's, when it began */
    int32_t               depth;     /* start tags less end tags */
    uint64_t              from;      /* where it began */
    uint64_t              told;      /* no event before this is told again */

    uint64_t              names;     /* of interest, for these hints: */
    uint32_t              hints[PATRON_HTML_HINTS]; /* of names to look at */

    patron_html_begun_t   begun[PATRON_HTML_SKIM_FORMATS];

    unsigned              templates; /* open ones */
    uint64_t              template;  /* the first of them, where it starts */

    patron_html_piece_t  *first;     /* bytes from there to this chunk */
    patron_html_piece_t  *last;
    patron_html_base_t   *base;      /* what was open there, with blocks */

    unsigned              open;      /* elements, of svg or math */
    patron_html_native_t  natives[PATRON_HTML_SKIM_OPEN];
} patron_html_skim_t;


/* It is due: begins at p, if all that it takes is given. */

void patron_html_skim_begin(patron_html_t *h, const patron_uchar_t *p);

/*
 * The current tag, in place of tree construction.  Of end tags it need not see
 * more than </form>, but on an island.
 */

void patron_html_skim_tag(patron_html_t *h);

/*
 * patron_html_skim_block.c: blocks are kept as they open and close.  Begins, or
 * PATRON_DECLINED where more than blocks is open; back to where it began.
 */

int patron_html_blocks_begin(patron_html_t *h);
int patron_html_blocks_save(patron_html_t *h);
void patron_html_blocks_restore(patron_html_t *h);

extern const uint32_t  patron_html_block_hints[PATRON_HTML_HINTS];

/* Of this id, is it a tag that opens a block, or ends some? */

int patron_html_is_block_tag(unsigned id);

/*
 * The current tag: PATRON_AGAIN if it is none of a block, PATRON_DECLINED, with
 * nothing done, where the tree must tell.
 */

int patron_html_blocks_tag(patron_html_t *h);

/*
 * patron_html_skim_resume.c: where the tree may be needed from an event on.
 * Formatting elements are followed, by the current tag and by the tag of this
 * id; is it certain what is open?
 */

void patron_html_skim_format(patron_html_t *h);
void patron_html_skim_format_start(patron_html_t *h, unsigned id);
void patron_html_skim_format_end(patron_html_t *h, unsigned id);
int patron_html_skim_is_sure(patron_html_t *h);

extern const uint32_t  patron_html_format_hints[PATRON_HTML_HINTS];

/* Goes on with the tree behind the current tag, in the blocks that are open. */

void patron_html_skim_resume(patron_html_t *h);

/* Behind a block's start tag: where it goes back to lies here from now on. */

void patron_html_skim_advance(patron_html_t *h);

/* A template whose contents are its parent's? */

int patron_html_skim_is_root(patron_html_t *h);

/* Back from "at", before which nothing is told again. */

void patron_html_skim_lose(patron_html_t *h, uint64_t at);

/* Is what begins like one a CDATA section? */

int patron_html_skim_cdata(patron_html_t *h);

/* The end of a chunk: keeps what it saw of it, or lets go of all. */

void patron_html_skim_keep(patron_html_t *h, const patron_uchar_t *data,
    size_t len);
void patron_html_skim_free(patron_html_t *h);


#endif /* _PATRON_HTML_SKIM_H_INCLUDED_ */
