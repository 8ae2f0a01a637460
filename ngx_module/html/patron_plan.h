
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
#define PATRON_PLAN_TEXT  96        /* bytes of end tags, together */


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
    patron_plan_op_t  ops[PATRON_PLAN_OPS];
    patron_uchar_t    text[PATRON_PLAN_TEXT];
} patron_plan_t;


void patron_plan_init(patron_plan_t *plan);

/* Writes down what an editor tells its sink, in the order of the calls. */

void patron_plan_insert(patron_plan_t *plan, uint64_t at, unsigned rule);
void patron_plan_text(patron_plan_t *plan, uint64_t at,
    const patron_uchar_t *data, size_t len);
void patron_plan_drop(patron_plan_t *plan, uint64_t from, uint64_t to);


/* A page being edited by a plan. */

typedef struct {
    const patron_plan_t  *plan;
    uint64_t              pos;      /* in the page */
    unsigned              next;     /* op */
} patron_replay_t;


void patron_replay_init(patron_replay_t *replay, const patron_plan_t *plan);

/*
 * Feeds a chunk; the sink is called as by the editor, "copy" never.
 * PATRON_DECLINED once all is done: the rest may bypass; PATRON_ERROR: what
 * the sink returned.
 */

int patron_replay_feed(patron_replay_t *replay,
    const patron_edit_sink_t *sink, void *ctx, const patron_uchar_t *data,
    size_t len);


#endif /* _PATRON_PLAN_H_INCLUDED_ */
