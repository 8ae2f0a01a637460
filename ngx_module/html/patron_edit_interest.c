
/*
 * What the editor waits for, as the matcher and the parser must know it: which
 * rules still count, which elements, ends, tags and text it is to be told of,
 * and if there is anything left.
 */


#include "patron_edit_interest.h"
#include "patron_selector_names.h"


static int patron_edit_dropped(const patron_edit_t *e);
static uint64_t patron_edit_awaited(const patron_edit_t *e);
static int patron_edit_direct(patron_edit_t *e);
static int patron_edit_resumes(const patron_edit_t *e);
static int patron_edit_blocks(patron_edit_t *e);


void
patron_edit_refresh(patron_edit_t *e)
{
    size_t            n;
    uint64_t          live, cuts;
    patron_targets_t  targets;

    static const patron_html_name_t  before_body[] = {
        PATRON_HTML_PACK('b','o','d','y',0,0,0,0),
        PATRON_HTML_PACK('f','r','a','m','e','s','e','t'),
        PATRON_HTML_PACK('n','o','s','c','r','i','p','t'),
        PATRON_HTML_PACK('n','o','f','r','a','m','e','s')
    };

    live = e->active & ~e->done;
    cuts = live & e->rules->cuts;

    if (e->cut.state == PATRON_CUT_NONE || e->cut.state == PATRON_CUT_DROP) {

        /* nothing counts before there is an element to cut */

        cuts &= ~e->rules->direct;
    }

    targets.group[PATRON_GROUP_RULE] = live;
    targets.group[PATRON_GROUP_OF] = cuts;
    targets.group[PATRON_GROUP_MARKER] = cuts;

    patron_matcher_live(&e->matcher, &targets);
    patron_matcher_watch(&e->matcher,
                         PATRON_HTML_PACK('t','e','m','p','l','a','t','e'));

    if (!e->in_body) {
        for (n = 0; n < sizeof(before_body) / sizeof(before_body[0]); n++) {
            patron_matcher_watch(&e->matcher, before_body[n]);
        }
    }

    patron_edit_update_interest(e);
}


void
patron_edit_update_interest(patron_edit_t *e)
{
    int                dropped, direct;
    patron_filter_t   *filter;
    patron_pending_t  *last;

    e->blind = (e->template_index < e->drop_index) ? e->template_index
                                                   : e->drop_index;

    filter = &e->matcher.filter;
    dropped = patron_edit_dropped(e);
    direct = dropped || (filter->direct && patron_edit_direct(e));

    e->interest.names = (filter->any || e->cut.state != PATRON_CUT_NONE
                         || e->tail.state != PATRON_TAIL_NONE)
                        ? UINT64_MAX : filter->names;
    e->interest.attrs = filter->attrs || filter->npairs;
    e->interest.scan = filter->attrs ? NULL : filter->scan;
    e->interest.hit = patron_filter_hit;
    e->interest.needles = filter;
    e->interest.hints = filter->hints;
    e->interest.resume = patron_edit_resumes(e);
    e->interest.anywhere = (patron_edit_awaited(e) & e->rules->elements) != 0;
    e->interest.ends = e->pending.n != 0 || e->interest.resume
                       || (patron_edit_awaited(e) & e->rules->blocks) != 0;

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

    if (dropped) {
        e->interest.names = 0;
        e->interest.attrs = 0;

        if (e->cut.index > e->interest.watch) {
            e->interest.watch = e->cut.index;
        }

    } else if (e->cut.state != PATRON_CUT_NONE
               || e->shadow_index != PATRON_EDIT_NOWHERE
               || e->lost)
    {
        e->interest.watch = PATRON_EDIT_NOWHERE;
    }

    if (direct && !e->interest.direct) {
        e->interest.direct = 1;
        patron_html_want(e->html, e->want);

    } else {
        e->interest.direct = direct;
    }
}


/*
 * Does of what is cut nothing matter but its end?  A formatting element from
 * before it may go on in it, and its end tags may be what ends it.
 */

static int
patron_edit_dropped(const patron_edit_t *e)
{
    return e->cut.state == PATRON_CUT_DROP
           && !e->cut.body_ended
           && !e->cut.formatted
           && e->tail.state == PATRON_TAIL_NONE
           && (e->active & ~e->done & e->rules->ends) == 0
           && e->shadow_index == PATRON_EDIT_NOWHERE;
}


/* Rules that edit what they match yet: some are only counted on. */

static uint64_t
patron_edit_awaited(const patron_edit_t *e)
{
    return e->active & ~e->done & ~(e->counted & e->matched);
}


/* Is all that is to come known at start tags, and where blocks end? */

static int
patron_edit_direct(patron_edit_t *e)
{
    uint64_t  live;

    live = e->active & ~e->done
           & ~(e->rules->direct | e->rules->blocks | e->rules->elements
               | e->rules->watches | e->rules->ends);

    return e->in_body
           && live == 0
           && patron_edit_blocks(e)
           && e->cut.state == PATRON_CUT_NONE
           && e->tail.state == PATRON_TAIL_NONE
           && e->shadow_index == PATRON_EDIT_NOWHERE
           && e->blind == PATRON_EDIT_NOWHERE;
}


/* May more than a start tag, or a block's end, come to matter? */

static int
patron_edit_resumes(const patron_edit_t *e)
{
    return (patron_edit_awaited(e)
            & (e->rules->cuts | e->rules->ends | e->rules->elements)) != 0;
}


/* Are the ends that are waited for those of blocks, and few? */

static int
patron_edit_blocks(patron_edit_t *e)
{
    size_t             i;
    patron_pending_t  *pending;

    if (e->pending.n > PATRON_EDIT_MAX_AWAITED) {
        return 0;
    }

    pending = e->pending.elts;

    for (i = 0; i < e->pending.n; i++) {
        if (!pending[i].block) {
            return 0;
        }
    }

    return 1;
}


int
patron_edit_is_awaited(patron_html_name_t name)
{
    return patron_html_is_block(name) || patron_name_is(name, "body");
}


void
patron_edit_in_head(patron_edit_t *e, const patron_html_event_t *ev,
    const patron_html_element_t *el)
{
    if (patron_name_is(el->name, "body")
        || patron_name_is(el->name, "frameset"))
    {
        e->in_body = 1;
        e->done |= e->rules->metas;
        patron_edit_refresh(e);

    } else if (!patron_name_is(el->name, "noscript")
               && !patron_name_is(el->name, "noframes")
               && !patron_name_is(el->name, "template"))
    {
        return;
    }

    if (e->head_end == UINT64_MAX) {
        e->head_end = ev->at;
    }
}


void
patron_edit_find_again(patron_edit_t *e)
{
    size_t                        i;
    uint32_t                      n;
    patron_pending_t             *pending;
    const patron_html_element_t  *el;

    pending = e->pending.elts;

    for (i = 0; i < e->pending.n; i++) {

        for (n = patron_html_depth(e->html); n > 0; n--) {
            el = patron_html_element(e->html, n - 1);

            if (el->start == pending[i].element.start
                && el->name == pending[i].element.name
                && el->implied == pending[i].element.implied)
            {
                pending[i].index = (int32_t) n - 1;
                break;
            }
        }
    }

    e->lost = 0;
    patron_edit_update_interest(e);
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
