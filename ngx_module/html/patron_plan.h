
/*
 * The plan of an edit: what an editor did to a page, by offset, so that the
 * same page is edited again without being read.  That it is the same page is
 * the caller's to know.
 */


#ifndef _PATRON_PLAN_H_INCLUDED_
#define _PATRON_PLAN_H_INCLUDED_


#include "patron.h"
#include "patron_edit.h"


#define PATRON_PLAN_OPS   20
#define PATRON_PLAN_TEXT  160       /* bytes of the editor's, together */


typedef enum {
    PATRON_PLAN_INSERT = 0,
    PATRON_PLAN_TEXT_OP,
    PATRON_PLAN_DROP
} patron_plan_op_e;


typedef struct {
    uint32_t          at;           /* offset in the page */
    uint32_t          to;           /* of a drop: its end */
    uint16_t          text;         /* of a text: where in the plan's */
    uint16_t          len;
    uint8_t           type;         /* patron_plan_op_e */
    uint8_t           rule;         /* of an insert */
} patron_plan_op_t;


/* Plain memory: it may be copied, and shared between processes. */

typedef struct {
    uint64_t          inserted;     /* rules */
    uint64_t          dropped;      /* bytes */
    uint32_t          end;          /* up to where it says what is done */
    uint16_t          n;
    uint16_t          ntext;
    unsigned          bad:1;        /* more than a plan can hold */
    unsigned          piece:1;      /* the page is one: see patron_opening.h */
    patron_uchar_t    text[PATRON_PLAN_TEXT];
    patron_plan_op_t  ops[PATRON_PLAN_OPS];
} patron_plan_t;


void patron_plan_init(patron_plan_t *plan);

/* The bytes of a plan that are in use: it may be cut off there. */

size_t patron_plan_size(const patron_plan_t *plan);

/* Writes down what an editor tells its sink, in the order of the calls. */

void patron_plan_insert(patron_plan_t *plan, uint64_t at, unsigned rule);
void patron_plan_text(patron_plan_t *plan, uint64_t at,
    const patron_uchar_t *data, size_t len);
void patron_plan_drop(patron_plan_t *plan, uint64_t from, uint64_t to);


/*
 * A page being edited by a plan: the plan says, piece by piece, what becomes of
 * each chunk.  The bytes themselves are never looked at.
 */

typedef struct {
    const patron_plan_t   *plan;
    uint64_t               pos;     /* in the page */
    uint64_t               begin;   /* of the chunk, in the page */
    uint64_t               end;
    unsigned               next;    /* op */
} patron_replay_t;


typedef enum {
    PATRON_PIECE_PASS = 0,          /* bytes of the chunk go out */
    PATRON_PIECE_DROP,              /* ... do not */
    PATRON_PIECE_INSERT,            /* what a rule inserts */
    PATRON_PIECE_TEXT               /* bytes of the plan */
} patron_piece_e;


typedef struct {
    patron_piece_e         type;
    unsigned               rule;    /* of an insert */
    uint64_t               from;    /* of a pass or drop: in the chunk */
    uint64_t               len;     /* of all but an insert */
    const patron_uchar_t  *text;
} patron_piece_t;


void patron_replay_init(patron_replay_t *replay, const patron_plan_t *plan);

/* Begins the next chunk, of len bytes. */

void patron_replay_chunk(patron_replay_t *replay, uint64_t len);

/*
 * The same for a chunk before the next thing that is to be done: PATRON_OK, it
 * passes whole; PATRON_DECLINED, it is not such a one, and was not begun.
 */

int patron_replay_skip(patron_replay_t *replay, uint64_t len);

/*
 * PATRON_OK: the next piece of the chunk; PATRON_AGAIN: there is no more of it;
 * PATRON_DECLINED: nor is there in the plan, the chunks that follow pass whole.
 */

int patron_replay_next(patron_replay_t *replay, patron_piece_t *piece);


#endif /* _PATRON_PLAN_H_INCLUDED_ */
