
/*
 * See the header.  Offsets are 32 bits: a page of 4 GB and more has no plan,
 * nor has one with more edits than fit.
 */


#include "patron_plan.h"


static patron_plan_op_t *patron_plan_push(patron_plan_t *plan, uint64_t at,
    patron_plan_op_e type);
static int patron_replay_bytes(patron_replay_t *replay, patron_piece_e type,
    uint64_t to, patron_piece_t *piece);


void
patron_plan_init(patron_plan_t *plan)
{
    memset(plan, 0, sizeof(patron_plan_t));
}


size_t
patron_plan_size(const patron_plan_t *plan)
{
    return offsetof(patron_plan_t, ops) + plan->n * sizeof(patron_plan_op_t);
}


void
patron_plan_insert(patron_plan_t *plan, uint64_t at, unsigned rule)
{
    patron_plan_op_t  *op;

    op = patron_plan_push(plan, at, PATRON_PLAN_INSERT);
    if (op == NULL) {
        return;
    }

    op->rule = (uint8_t) rule;
    plan->inserted |= (uint64_t) 1 << rule;
}


void
patron_plan_text(patron_plan_t *plan, uint64_t at, const patron_uchar_t *data,
    size_t len)
{
    patron_plan_op_t  *op;

    if (len > (size_t) (PATRON_PLAN_TEXT - plan->ntext)) {
        plan->bad = 1;
        return;
    }

    op = patron_plan_push(plan, at, PATRON_PLAN_TEXT_OP);
    if (op == NULL) {
        return;
    }

    op->text = plan->ntext;
    op->len = (uint16_t) len;

    memcpy(plan->text + plan->ntext, data, len);
    plan->ntext = (uint16_t) (plan->ntext + len);
}


void
patron_plan_drop(patron_plan_t *plan, uint64_t from, uint64_t to)
{
    patron_plan_op_t  *last, *op;

    if (to <= from) {
        return;
    }

    if (to > UINT32_MAX) {
        plan->bad = 1;
        return;
    }

    last = plan->n ? &plan->ops[plan->n - 1] : NULL;

    if (last != NULL && last->type == PATRON_PLAN_DROP && last->to == from) {
        /* what is dropped chunk by chunk is one drop */
        op = last;

    } else {
        op = patron_plan_push(plan, from, PATRON_PLAN_DROP);
        if (op == NULL) {
            return;
        }
    }

    op->to = (uint32_t) to;
    plan->end = (uint32_t) to;
    plan->dropped += to - from;
}


static patron_plan_op_t *
patron_plan_push(patron_plan_t *plan, uint64_t at, patron_plan_op_e type)
{
    patron_plan_op_t  *op;

    if (plan->bad || plan->n == PATRON_PLAN_OPS || at > UINT32_MAX
        || at < plan->end)
    {
        plan->bad = 1;
        return NULL;
    }

    op = &plan->ops[plan->n++];

    op->at = (uint32_t) at;
    op->to = 0;
    op->text = 0;
    op->len = 0;
    op->type = (uint8_t) type;
    op->rule = 0;

    plan->end = (uint32_t) at;

    return op;
}


void
patron_replay_init(patron_replay_t *replay, const patron_plan_t *plan)
{
    replay->plan = plan;
    replay->pos = 0;
    replay->begin = 0;
    replay->end = 0;
    replay->next = 0;
}


void
patron_replay_chunk(patron_replay_t *replay, uint64_t len)
{
    replay->begin = replay->end;
    replay->end += len;
}


int
patron_replay_skip(patron_replay_t *replay, uint64_t len)
{
    if (replay->next == replay->plan->n
        || replay->pos != replay->end
        || replay->end + len >= replay->plan->ops[replay->next].at)
    {
        return PATRON_DECLINED;
    }

    replay->end += len;
    replay->begin = replay->end;
    replay->pos = replay->end;

    return PATRON_OK;
}


int
patron_replay_next(patron_replay_t *replay, patron_piece_t *piece)
{
    const patron_plan_op_t  *op;

    for ( ;; ) {

        if (replay->next == replay->plan->n) {

            if (replay->pos == replay->end) {
                return PATRON_DECLINED;
            }

            return patron_replay_bytes(replay, PATRON_PIECE_PASS,
                                       replay->end, piece);
        }

        op = &replay->plan->ops[replay->next];

        if (replay->pos < op->at) {

            if (replay->pos == replay->end) {
                return PATRON_AGAIN;
            }

            return patron_replay_bytes(replay, PATRON_PIECE_PASS, op->at,
                                       piece);
        }

        if (op->type == PATRON_PLAN_DROP && replay->pos < op->to) {

            if (replay->pos == replay->end) {
                return PATRON_AGAIN;
            }

            return patron_replay_bytes(replay, PATRON_PIECE_DROP, op->to,
                                       piece);
        }

        replay->next++;

        switch (op->type) {

        case PATRON_PLAN_INSERT:
            piece->type = PATRON_PIECE_INSERT;
            piece->rule = op->rule;
            return PATRON_OK;

        case PATRON_PLAN_TEXT_OP:
            piece->type = PATRON_PIECE_TEXT;
            piece->text = replay->plan->text + op->text;
            piece->len = op->len;
            return PATRON_OK;

        default:
            /* the drop is complete */
            break;
        }
    }
}


/* What there is of the chunk up to the offset. */

static int
patron_replay_bytes(patron_replay_t *replay, patron_piece_e type, uint64_t to,
    patron_piece_t *piece)
{
    if (to > replay->end) {
        to = replay->end;
    }

    piece->type = type;
    piece->from = replay->pos - replay->begin;
    piece->len = to - replay->pos;

    replay->pos = to;

    return PATRON_OK;
}
