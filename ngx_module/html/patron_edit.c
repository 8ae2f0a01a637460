
/*
 * The editor: feeds the parser, hands on what it tells of, and says how far
 * the output may go.
 *
 * All bytes before e->sent have been sent or dropped.  What the parser has
 * not decided yet, an unfinished tag, is kept from one chunk to the next; so
 * are, while a cut is undecided, the bytes in question, at most 64 KB.
 *
 * Once a cut rule has matched and the parser gives up, the rest of the page is
 * dropped: what comes might have to be cut, and nobody could tell.
 */


#include "patron_edit_count.h"
#include "patron_edit_cut.h"
#include "patron_edit_element.h"
#include "patron_edit_having.h"
#include "patron_edit_interest.h"
#include "patron_edit_out.h"
#include "patron_edit_shadow.h"
#include "patron_edit_tail.h"
#include "patron_edit_text.h"
#include "patron_selector_names.h"


static int patron_edit_event(void *ctx, const patron_html_event_t *ev);
static int patron_edit_has_attrs(patron_edit_t *e,
    const patron_html_event_t *ev);
static int patron_edit_matters(patron_edit_t *e,
    const patron_html_event_t *ev);
static void patron_edit_finishing(patron_edit_t *e);
static uint64_t patron_edit_shown(const patron_edit_t *e);
static void patron_edit_give_up(patron_edit_t *e, const char *reason);
static void patron_edit_stopped(patron_edit_t *e);
static void patron_edit_no_more_head(patron_edit_t *e);
static uint64_t patron_edit_limit(patron_edit_t *e);
static uint64_t patron_edit_waits(const patron_edit_t *e, uint64_t limit);
static int patron_edit_bypass(patron_edit_t *e);


patron_edit_t *
patron_edit_create(patron_mem_t *mem, const patron_rules_t *rules,
    uint64_t active, const patron_edit_sink_t *sink, void *ctx)
{
    patron_edit_t  *e;

    e = patron_calloc(mem, sizeof(patron_edit_t));
    if (e == NULL) {
        return NULL;
    }

    e->mem = mem;
    e->rules = rules;
    e->sink = sink;
    e->ctx = ctx;
    e->active = active & rules->all;
    e->blind = PATRON_EDIT_NOWHERE;
    e->template_index = PATRON_EDIT_NOWHERE;
    e->shadow_index = PATRON_EDIT_NOWHERE;
    e->drop_index = PATRON_EDIT_NOWHERE;
    e->head_end = UINT64_MAX;
    e->interest.watch = -1;
    e->want = PATRON_HTML_GUARD;

    e->html = patron_html_create(mem, e->want, patron_edit_event, e);

    if (e->html == NULL
        || patron_matcher_init(&e->matcher, rules->selectors, mem, e->html)
           != PATRON_OK)
    {
        patron_edit_destroy(e);
        return NULL;
    }

    if (e->active & rules->cuts) {
        patron_html_max_depth(e->html, PATRON_EDIT_CUT_DEPTH);
    }

    if (rules->metas) {
        e->metas = patron_calloc(mem, PATRON_EDIT_MAX_RULES
                                      * sizeof(patron_meta_t));
        if (e->metas == NULL) {
            patron_edit_destroy(e);
            return NULL;
        }
    }

    patron_edit_refresh(e);
    patron_html_interest(e->html, &e->interest);

    return e;
}


void
patron_edit_destroy(patron_edit_t *e)
{
    if (e == NULL) {
        return;
    }

    if (e->html) {
        patron_html_destroy(e->html);
    }

    patron_matcher_cleanup(&e->matcher);
    patron_cut_cleanup(e);
    patron_free(e->mem, e->held.elts);
    patron_free(e->mem, e->pending.elts);
    patron_free(e->mem, e->metas);
    patron_free(e->mem, e);
}


int
patron_edit_feed(patron_edit_t *e, const patron_uchar_t *data, size_t len,
    int last)
{
    int       rc;
    uint64_t  at;

    if (e->rc != PATRON_OK) {
        return PATRON_ERROR;
    }

    e->chunk = data;
    e->begin = e->fed;
    e->fed += len;

    if (e->over) {
        return patron_edit_bypass(e);
    }

    if (e->root.rules) {
        patron_shadow_settle(e, 0);
    }

    if (e->script.rules) {
        patron_having_settle(e, 0);
    }

    rc = patron_edit_idle(e) ? PATRON_DECLINED : PATRON_OK;

    if (rc == PATRON_OK && len) {
        rc = patron_html_feed(e->html, data, len);
    }

    if (rc == PATRON_OK) {
        at = patron_html_text_until(e->html);
        patron_count_to(e, at, at);
    }

    if (e->root.rules && (last || rc == PATRON_DECLINED)) {
        patron_shadow_settle(e, 1);
    }

    if (e->script.rules && (last || rc == PATRON_DECLINED)) {
        patron_having_settle(e, 1);
    }

    if (rc == PATRON_OK && last) {
        patron_edit_no_more_head(e);

        if (e->cut.state == PATRON_CUT_UNDECIDED
            && patron_html_in_markup(e->html))
        {
            /* what has no end hides all that would stand behind it */
            patron_cut_now(e, e->cut.from);
        }

        patron_tail_finish(e, patron_edit_shown(e));
        patron_edit_finishing(e);
        rc = patron_html_finish(e->html);
    }

    if (rc == PATRON_ERROR || e->rc != PATRON_OK) {
        e->rc = PATRON_ERROR;
        return PATRON_ERROR;
    }

    if (rc == PATRON_DECLINED) {
        patron_edit_stopped(e);
        return patron_edit_bypass(e);
    }

    if (last) {
        e->over = 1;
        patron_cut_finish(e);
        rc = patron_edit_bypass(e);
        return (rc == PATRON_ERROR) ? PATRON_ERROR : PATRON_OK;
    }

    patron_edit_advance(e, patron_edit_waits(e, patron_edit_limit(e)));
    patron_edit_keep(e);

    return e->rc;
}


/*
 * The parser tells of what is in the page: nearly all of it does not matter,
 * and is let go at once.
 */

static int
patron_edit_event(void *ctx, const patron_html_event_t *ev)
{
    patron_edit_t            *e = ctx;
    const patron_html_tag_t  *tag;

    tag = ev->tag;

    if (ev->type != PATRON_HTML_OPEN || tag == NULL
        || (e->interest.names & patron_html_name_bit(tag->name)))
    {
        return patron_edit_matters(e, ev);
    }

    return patron_edit_has_attrs(e, ev);
}


__attribute__((noinline)) static int
patron_edit_has_attrs(patron_edit_t *e, const patron_html_event_t *ev)
{
    if (e->matcher.filter.attrs
        || patron_filter_hit(&e->matcher.filter, ev->tag))
    {
        return patron_edit_matters(e, ev);
    }

    return PATRON_OK;
}


__attribute__((noinline)) static int
patron_edit_matters(patron_edit_t *e, const patron_html_event_t *ev)
{
    if (e->lost) {
        patron_edit_find_again(e);
    }

    if (e->reference.n) {
        patron_text_settle(e, ev);
    }

    if (e->active & ~e->done & e->rules->ends) {
        patron_tail_event(e, ev);
    }

    switch (ev->type) {

    case PATRON_HTML_OPEN:
        return ((int32_t) ev->index > e->blind) ? PATRON_OK
                                                : patron_edit_open(e, ev);

    case PATRON_HTML_CLOSE:
        return patron_edit_close(e, ev);

    case PATRON_HTML_TEXT:
        patron_text_event(e, ev);
        break;

    case PATRON_HTML_TAG:
        return patron_edit_tag(e, ev);

    case PATRON_HTML_LOST:
        e->lost = 1;
        patron_edit_update_interest(e);
        break;

    case PATRON_HTML_COMMENT:

        if (e->finishing) {
            e->unplaceable = 1;
        }

        patron_count_to(e, ev->at, ev->after);
        patron_cut_comment(e, ev);
        break;

    default:
        break;
    }

    return e->rc;
}


/*
 * The end of input: an unfinished tag is none, and HTML must not go behind its
 * beginning.  In raw text and comments without end nothing can be placed, nor
 * in a select without end.
 */

static void
patron_edit_finishing(patron_edit_t *e)
{
    e->finishing = 1;
    e->limit = patron_edit_shown(e);

    /* of a comment without end */

    patron_cut_want(e, e->cut.want | PATRON_HTML_WANT_COMMENTS);

    e->unplaceable = patron_html_in_raw(e->html)
                     || patron_html_in_select(e->html);
}


/* A tag without end is none: where it begins, or the end of the page. */

static uint64_t
patron_edit_shown(const patron_edit_t *e)
{
    size_t        n;
    patron_str_t  tail;

    tail = patron_html_tail(e->html);
    n = (tail.len > 2 && tail.data[1] == '/') ? 2 : 1;

    if (tail.len > n && tail.data[0] == '<'
        && (tail.data[n] | 0x20) >= 'a' && (tail.data[n] | 0x20) <= 'z')
    {
        return patron_html_settled(e->html);
    }

    return e->fed;
}


static void
patron_edit_stopped(patron_edit_t *e)
{
    e->over = 1;
    patron_edit_no_more_head(e);

    switch (patron_html_stopped(e->html)) {

    case PATRON_HTML_TOO_DEEP:
        patron_edit_give_up(e, "elements nested too deep");
        break;

    case PATRON_HTML_TAG_TOO_LONG:
        patron_edit_give_up(e, "a tag is too long");
        break;

    case PATRON_HTML_AMBIGUOUS:
        patron_edit_give_up(e, "a tag that browsers read differently");
        break;

    case PATRON_HTML_ENCODING:
        patron_edit_give_up(e, "an encoding that is not ASCII's");
        break;

    case PATRON_HTML_FAR:
        patron_edit_give_up(e, "a tag whose meaning lies too far back");
        break;

    default:
        if (e->gave_up) {
            patron_edit_give_up(e, e->gave_up);
        }
    }
}


/* Of what is not read, or is a tag without end, nobody knows what it is. */

static void
patron_edit_no_more_head(patron_edit_t *e)
{
    if (e->head_end == UINT64_MAX) {
        e->head_end = patron_html_settled(e->html);
    }
}


static void
patron_edit_give_up(patron_edit_t *e, const char *reason)
{
    e->gave_up = reason;
    e->pending.n = 0;

    if ((e->matched & e->rules->cuts) == 0) {
        return;
    }

    if (e->cut.state == PATRON_CUT_BEHIND) {
        patron_cut_again(e, patron_html_settled(e->html));

    } else {
        patron_cut_now(e, patron_html_settled(e->html));
    }
}


/* The parser has stopped, or there is nothing more to edit. */

static int
patron_edit_bypass(patron_edit_t *e)
{
    if (e->due) {
        patron_edit_flush(e, e->due_at);
    }

    patron_edit_send(e, e->fed);

    if (e->rc != PATRON_OK) {
        return PATRON_ERROR;
    }

    return e->dropping ? PATRON_OK : PATRON_DECLINED;
}


/* How far the output may go. */

static uint64_t
patron_edit_limit(patron_edit_t *e)
{
    uint64_t  settled;

    settled = patron_html_settled(e->html);
    patron_cut_settle(e, settled);
    settled = patron_tail_limit(e, settled);

    switch (e->cut.state) {

    case PATRON_CUT_UNDECIDED:
        return (e->cut.from < settled) ? e->cut.from : settled;

    case PATRON_CUT_KEEP:
        return patron_cut_limit(e, settled);

    case PATRON_CUT_BEHIND:

        /* it may turn out to be text, which is dropped */

        return (e->reference.n && e->reference.at < settled)
               ? e->reference.at : settled;

    default:
        return settled;
    }
}


/* It waits for what is looked at behind a tag. */

static uint64_t
patron_edit_waits(const patron_edit_t *e, uint64_t limit)
{
    if (e->root.rules && e->root.at < limit) {
        limit = e->root.at;
    }

    if (e->script.rules && e->script.at < limit) {
        limit = e->script.at;
    }

    return limit;
}


uint64_t
patron_edit_inserted(const patron_edit_t *e)
{
    return e->inserted;
}


uint64_t
patron_edit_matched(const patron_edit_t *e)
{
    return e->matched;
}


int
patron_edit_uncut(const patron_edit_t *e)
{
    return (e->matched & e->rules->cuts) && !(e->inserted & e->rules->cuts);
}


int
patron_edit_limited(const patron_edit_t *e)
{
    return e->limited;
}


void
patron_edit_count_bytes(patron_edit_t *e)
{
    e->bytes = 1;
}


int
patron_edit_in_body(const patron_edit_t *e)
{
    return e->in_body;
}


uint64_t
patron_edit_head_end(const patron_edit_t *e)
{
    return e->head_end;
}


unsigned
patron_edit_metas(const patron_edit_t *e, unsigned rule)
{
    if (e->metas == NULL || rule >= e->rules->n) {
        return 0;
    }

    return e->metas[rule].found;
}


int
patron_edit_meta(const patron_edit_t *e, unsigned rule, unsigned i,
    patron_str_t *value)
{
    const patron_meta_t  *meta;

    if (i >= PATRON_EDIT_METAS || i >= patron_edit_metas(e, rule)) {
        return PATRON_DECLINED;
    }

    meta = &e->metas[rule];

    value->data = meta->value[i];
    value->len = meta->len[i];

    return PATRON_OK;
}


const char *
patron_edit_gave_up(const patron_edit_t *e)
{
    return e->gave_up;
}
