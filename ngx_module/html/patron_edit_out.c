
/*
 * The editor's output: bytes of the page go out or are dropped in their order,
 * and HTML to insert waits until the output has passed its place, so that all
 * that goes to one place goes there in the order of the rules, wherever the
 * chunks end.
 */


#include "patron_edit_out.h"


static void patron_edit_send_due(patron_edit_t *e);


void
patron_edit_advance(patron_edit_t *e, uint64_t to)
{
    if (e->due && e->due_at < to) {
        patron_edit_send_due(e);
    }

    patron_edit_send(e, to);
}


void
patron_edit_flush(patron_edit_t *e, uint64_t to)
{
    patron_edit_advance(e, to);

    if (e->due) {
        patron_edit_send_due(e);
    }
}


static void
patron_edit_send_due(patron_edit_t *e)
{
    unsigned  rule;
    uint64_t  due;

    patron_edit_send(e, e->due_at);

    due = e->due;
    e->due = 0;

    for ( /* void */ ; due; due &= due - 1) {
        rule = (unsigned) __builtin_ctzll(due);

        for ( /* void */ ; e->due_times[rule]; e->due_times[rule]--) {
            patron_edit_write_rule(e, rule);
        }
    }
}


void
patron_edit_send(patron_edit_t *e, uint64_t to)
{
    size_t           len;
    uint64_t         from;
    patron_uchar_t  *held;

    if (to <= e->sent || e->rc != PATRON_OK) {
        return;
    }

    from = e->sent;
    e->sent = to;

    if (e->dropping) {
        e->rc = e->sink->drop(e->ctx, from, to);
        return;
    }

    if (from < e->begin) {
        held = e->held.elts;
        len = (size_t) ((to < e->begin ? to : e->begin) - from);

        e->rc = e->sink->copy(e->ctx, from, held + (from - e->held_from),
                              len);
        from += len;
    }

    if (from < to && e->rc == PATRON_OK) {
        e->rc = e->sink->pass(e->ctx, from, e->chunk + (from - e->begin),
                              (size_t) (to - from));
    }
}


void
patron_edit_keep(patron_edit_t *e)
{
    size_t           len, sent;
    patron_uchar_t  *p;

    if (e->rc != PATRON_OK) {
        return;
    }

    if (e->sent >= e->begin) {
        e->held.n = 0;
        e->held_from = e->sent;
        sent = (size_t) (e->sent - e->begin);

    } else {
        sent = (size_t) (e->sent - e->held_from);
        e->held.n -= sent;
        e->held_from = e->sent;

        if (sent) {
            p = e->held.elts;
            memmove(p, p + sent, e->held.n);
        }

        sent = 0;
    }

    len = (size_t) (e->fed - e->begin) - sent;

    if (len == 0) {
        return;
    }

    p = patron_edit_push(e, &e->held, 1, len);

    if (p) {
        memcpy(p, e->chunk + sent, len);
    }
}


void
patron_edit_resume(patron_edit_t *e)
{
    e->dropping = e->cut.state == PATRON_CUT_DROP
                  || e->drop_index != PATRON_EDIT_NOWHERE;
}


void
patron_edit_insert(patron_edit_t *e, uint64_t at, unsigned rule)
{
    if (e->finishing) {

        if (e->unplaceable) {
            return;
        }

        if (at > e->limit) {
            at = e->limit;
        }
    }

    if (at < e->sent) {
        at = e->sent;
    }

    if (e->due && at < e->due_at) {
        patron_edit_send(e, at);
        patron_edit_write_rule(e, rule);
        return;
    }

    patron_edit_advance(e, at);

    e->due |= 1ull << rule;
    e->due_at = at;
    e->due_times[rule]++;
}


void
patron_edit_write_rule(patron_edit_t *e, unsigned rule)
{
    if (e->rc == PATRON_OK) {
        e->inserted |= 1ull << rule;
        e->rc = e->sink->insert(e->ctx, e->sent, rule);
    }
}


void
patron_edit_write(patron_edit_t *e, const void *data, size_t len)
{
    if (e->rc == PATRON_OK) {
        e->rc = e->sink->text(e->ctx, e->sent, data, len);
    }
}


void
patron_edit_write_end_tag(patron_edit_t *e, uint64_t at,
    const patron_uchar_t *name, size_t len)
{
    patron_edit_flush(e, at);

    patron_edit_write(e, "</", 2);
    patron_edit_write(e, name, len);
    patron_edit_write(e, ">", 1);
}


size_t
patron_edit_peek(patron_edit_t *e, uint64_t from, patron_uchar_t *dst,
    size_t n)
{
    size_t                 len, known;
    const patron_uchar_t  *held;

    held = e->held.elts;
    known = 0;

    if (from < e->begin) {

        if (from < e->held_from) {
            return 0;
        }

        known = (size_t) (e->begin - from);
        known = (known < n) ? known : n;

        memcpy(dst, held + (from - e->held_from), known);

        from += known;
    }

    if (known == n || from >= e->fed) {
        return known;
    }

    len = (size_t) (e->fed - from);
    len = (len < n - known) ? len : n - known;

    memcpy(dst + known, e->chunk + (from - e->begin), len);

    return known + len;
}


void *
patron_edit_push(patron_edit_t *e, patron_vec_t *v, size_t elt, size_t n)
{
    void    *elts;
    size_t   size;

    if (v->size - v->n < n) {
        size = v->size ? 2 * v->size : 16;

        if (size < v->n + n) {
            size = v->n + n;
        }

        elts = patron_alloc(e->mem, size * elt);

        if (elts == NULL) {
            e->rc = PATRON_ERROR;
            return NULL;
        }

        if (v->n) {
            memcpy(elts, v->elts, v->n * elt);
        }

        patron_free(e->mem, v->elts);

        v->elts = elts;
        v->size = size;
    }

    v->n += n;

    return (patron_uchar_t *) v->elts + (v->n - n) * elt;
}
