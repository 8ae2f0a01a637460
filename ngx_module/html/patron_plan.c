
/*
 * See the header.  Offsets are 32 bits: a page of 4 GB and more has no plan,
 * nor has one with more edits than fit.
 */


#include "patron_plan.h"


static patron_plan_op_t *patron_plan_push(patron_plan_t *plan, uint64_t at,
    patron_plan_op_e type);
static int patron_replay_do(patron_replay_t *replay,
    const patron_edit_sink_t *sink, void *ctx);


void
patron_plan_init(patron_plan_t *plan)
{
    memset(plan, 0, sizeof(patron_plan_t));
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
    replay->next = 0;
}


int
patron_replay_feed(patron_replay_t *replay, const patron_edit_sink_t *sink,
    void *ctx, const patron_uchar_t *data, size_t len)
{
    size_t                   n;
    uint64_t                 at;
    const patron_plan_op_t  *op;

    for ( ;; ) {

        if (replay->next == replay->plan->n) {

            if (len && sink->pass(ctx, replay->pos, data, len) != PATRON_OK) {
                return PATRON_ERROR;
            }

            replay->pos += len;
            return PATRON_DECLINED;
        }

        op = &replay->plan->ops[replay->next];
        at = op->at;

        if (at > replay->pos) {
            n = (at - replay->pos < len) ? (size_t) (at - replay->pos) : len;

            if (n && sink->pass(ctx, replay->pos, data, n) != PATRON_OK) {
                return PATRON_ERROR;
            }

            replay->pos += n;
            data += n;
            len -= n;

            if (replay->pos < at) {
                return PATRON_OK;
            }
        }

        if (op->type == PATRON_PLAN_DROP) {
            n = (op->to - replay->pos < len) ? (size_t) (op->to - replay->pos)
                                             : len;

            if (n && sink->drop(ctx, replay->pos, replay->pos + n)
                     != PATRON_OK)
            {
                return PATRON_ERROR;
            }

            replay->pos += n;
            data += n;
            len -= n;

            if (replay->pos < op->to) {
                return PATRON_OK;
            }

            replay->next++;
            continue;
        }

        if (patron_replay_do(replay, sink, ctx) != PATRON_OK) {
            return PATRON_ERROR;
        }

        replay->next++;
    }
}


static int
patron_replay_do(patron_replay_t *replay, const patron_edit_sink_t *sink,
    void *ctx)
{
    const patron_plan_op_t  *op;

    op = &replay->plan->ops[replay->next];

    if (op->type == PATRON_PLAN_INSERT) {
        return sink->insert(ctx, replay->pos, op->rule);
    }

    return sink->text(ctx, replay->pos, replay->plan->text + op->text,
                      op->len);
}
