
/*
 * The end of the page, where HTML goes if nothing was cut: before the last end
 * tag of its body that has nothing but scripts and their like behind it, or
 * where the page's bytes end.  From such an end tag on the output waits, at
 * most for 64 KB.
 */


#include "patron_edit_interest.h"
#include "patron_edit_out.h"
#include "patron_edit_tail.h"
#include "patron_selector_names.h"


static void patron_tail_hold(patron_edit_t *e, uint64_t from);
static int patron_tail_is_past(patron_edit_t *e, uint64_t at);


void
patron_tail_event(patron_edit_t *e, const patron_html_event_t *ev)
{
    patron_html_name_t  name;

    switch (ev->type) {

    case PATRON_HTML_CLOSE:
        if (ev->stays && ev->index == 1) {
            patron_tail_hold(e, ev->at);
        }

        break;

    case PATRON_HTML_TAG:
        if (patron_tail_is_past(e, ev->at) && ev->tag->end_tag
            && e->template_index == PATRON_EDIT_NOWHERE
            && patron_name_is(ev->tag->name, "body"))
        {
            patron_tail_hold(e, ev->tag->start);
        }

        break;

    case PATRON_HTML_OPEN:
    case PATRON_HTML_TEXT:
        name = patron_html_element(e->html, ev->index)->name;

        if (e->tail.state == PATRON_TAIL_HELD
            && e->template_index == PATRON_EDIT_NOWHERE
            && !patron_name_is_aside(name))
        {
            e->tail.state = PATRON_TAIL_PAST;
        }

        break;

    default:
        break;
    }
}


static void
patron_tail_hold(patron_edit_t *e, uint64_t from)
{
    e->tail.state = PATRON_TAIL_HELD;
    e->tail.from = from;

    patron_edit_want(e);
    patron_edit_more_text(e);
    patron_edit_update_interest(e);
}


/* Has more come behind the body's end, or too much that is none? */

static int
patron_tail_is_past(patron_edit_t *e, uint64_t at)
{
    return e->tail.state == PATRON_TAIL_PAST
           || (e->tail.state == PATRON_TAIL_HELD && at > e->tail.from
               && at - e->tail.from > PATRON_EDIT_MAX_UNDECIDED);
}


/* How far the output may go. */

uint64_t
patron_tail_limit(patron_edit_t *e, uint64_t limit)
{
    if (e->tail.state != PATRON_TAIL_HELD || limit <= e->tail.from) {
        return limit;
    }

    if (patron_tail_is_past(e, limit)) {
        e->tail.state = PATRON_TAIL_PAST;
        return limit;
    }

    return e->tail.from;
}


/* The page's bytes have ended, and its last that a browser shows. */

void
patron_tail_finish(patron_edit_t *e, uint64_t shown)
{
    uint64_t  live, at;

    live = e->active & ~e->done & e->rules->ends;

    at = (e->tail.state == PATRON_TAIL_HELD && !patron_tail_is_past(e, e->fed))
         ? e->tail.from : shown;

    for ( /* void */ ; live && e->in_body; live &= live - 1) {
        e->matched |= live & -live;
        patron_edit_insert(e, at, (unsigned) __builtin_ctzll(live));
    }

    patron_tail_over(e);
}


/* Something was cut. */

void
patron_tail_over(patron_edit_t *e)
{
    e->done |= e->rules->ends;
    e->tail.state = PATRON_TAIL_NONE;

    patron_edit_want(e);
}
