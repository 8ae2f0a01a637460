
/*
 * What the editor waits for, as the matcher and the parser must know it: which
 * rules still count, which elements, ends, tags and text it is to be told of,
 * and if there is anything left.
 */


#include "patron_edit_interest.h"


static int patron_edit_direct(patron_edit_t *e);


void
patron_edit_refresh(patron_edit_t *e)
{
    uint64_t          live;
    patron_targets_t  targets;

    live = e->active & ~e->done;

    targets.group[PATRON_GROUP_RULE] = live;
    targets.group[PATRON_GROUP_OF] = live & e->rules->cuts;
    targets.group[PATRON_GROUP_MARKER] = live & e->rules->cuts;

    patron_matcher_live(&e->matcher, &targets);
    patron_matcher_watch(&e->matcher, "template");

    if (!e->in_body) {
        patron_matcher_watch(&e->matcher, "body");
        patron_matcher_watch(&e->matcher, "frameset");
    }

    patron_edit_update_interest(e);
}


void
patron_edit_update_interest(patron_edit_t *e)
{
    patron_filter_t   *filter;
    patron_pending_t  *last;

    filter = &e->matcher.filter;

    e->interest.names = (filter->any || e->cut.state != PATRON_CUT_NONE
                         || e->tail.state != PATRON_TAIL_NONE)
                        ? UINT64_MAX : filter->names;
    e->interest.attrs = filter->attrs || filter->npairs;
    e->interest.scan = filter->attrs ? NULL : filter->scan;
    e->interest.hit = patron_filter_hit;
    e->interest.needles = filter;
    e->interest.hints = filter->hints;
    e->interest.direct = filter->direct && patron_edit_direct(e);

    e->blind = (e->template_index < e->drop_index) ? e->template_index
                                                   : e->drop_index;
    e->interest.watch = e->matcher.deepest;

    if (e->pending.n) {
        last = (patron_pending_t *) e->pending.elts + e->pending.n - 1;

        if (last->index > e->interest.watch) {
            e->interest.watch = last->index;
        }
    }

    if (e->blind != PATRON_EDIT_NOWHERE && e->blind > e->interest.watch) {
        e->interest.watch = e->blind;
    }

    if (e->active & ~e->done & e->rules->ends && e->interest.watch < 1) {
        e->interest.watch = 1;
    }

    if (e->cut.state != PATRON_CUT_NONE
        || e->shadow_index != PATRON_EDIT_NOWHERE)
    {
        e->interest.watch = PATRON_EDIT_NOWHERE;
    }
}


/* Is all that is to come of the rules known at a start tag? */

static int
patron_edit_direct(patron_edit_t *e)
{
    return e->in_body
           && (e->active & ~e->done & ~e->rules->direct) == 0
           && e->pending.n == 0
           && e->cut.state == PATRON_CUT_NONE
           && e->blind == PATRON_EDIT_NOWHERE;
}


int
patron_edit_idle(patron_edit_t *e)
{
    return (e->active & ~e->done) == 0 && e->pending.n == 0
           && e->cut.state == PATRON_CUT_NONE
           && e->drop_index == PATRON_EDIT_NOWHERE
           && e->root.rules == 0 && e->script.rules == 0;
}


/*
 * Tags are told, each of them, only while a body's may come late, where the
 * cut counts, and behind the end of a body.
 */

void
patron_edit_want(patron_edit_t *e)
{
    e->want = PATRON_HTML_GUARD | e->cut.want;

    if (e->late) {
        e->want |= PATRON_HTML_WANT_TAGS;
    }

    if (e->tail.state != PATRON_TAIL_NONE) {
        e->want |= PATRON_HTML_WANT_TAGS|PATRON_HTML_WANT_TEXT;
    }

    patron_html_want(e->html, e->want);
}


void
patron_edit_more_text(patron_edit_t *e)
{
    patron_html_want(e->html, e->want & ~(unsigned) PATRON_HTML_WANT_TEXT);
    patron_html_want(e->html, e->want);
}


/* A tag as it comes: a body's gives its attributes to an implied body. */
