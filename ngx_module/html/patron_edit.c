
/*
 * The editor: feeds the parser, and brings what the rules decide into the
 * order of the output.
 *
 * All bytes before e->sent have been sent or dropped.  What the parser has
 * not decided yet, an unfinished tag, is kept from one chunk to the next; so
 * are, while a cut is in doubt, the bytes in question, at most 64 KB.  HTML
 * to insert waits until the output has passed its place, so that all that
 * goes to one place goes there in the order of the rules, wherever the chunks
 * end.
 *
 * Once a cut rule has matched and the parser gives up, the rest of the page is
 * dropped: what comes might have to be cut, and nobody could tell.
 */


#include "patron_edit_internal.h"


static int patron_edit_event(void *ctx, const patron_html_event_t *ev);
static int patron_edit_has_attrs(patron_edit_t *e,
    const patron_html_event_t *ev);
static int patron_edit_matters(patron_edit_t *e,
    const patron_html_event_t *ev);
static void patron_edit_finishing(patron_edit_t *e);
static void patron_edit_give_up(patron_edit_t *e, const char *reason);
static void patron_edit_stopped(patron_edit_t *e);
static uint64_t patron_edit_limit(patron_edit_t *e);
static void patron_edit_keep(patron_edit_t *e);
static int patron_edit_bypass(patron_edit_t *e);
static void patron_edit_send_due(patron_edit_t *e);
static void patron_edit_send(patron_edit_t *e, uint64_t to);


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
    e->drop_index = PATRON_EDIT_NOWHERE;
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
    int  rc;

    if (e->rc != PATRON_OK) {
        return PATRON_ERROR;
    }

    e->chunk = data;
    e->begin = e->fed;
    e->fed += len;

    if (e->over) {
        return patron_edit_bypass(e);
    }

    rc = patron_edit_idle(e) ? PATRON_DECLINED : PATRON_OK;

    if (rc == PATRON_OK && len) {
        rc = patron_html_feed(e->html, data, len);
    }

    if (rc == PATRON_OK && last) {
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

    patron_edit_advance(e, patron_edit_limit(e));
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
    if (e->reference.n) {
        patron_text_settle(e, ev);
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

    case PATRON_HTML_COMMENT:

        if (e->finishing) {
            e->unplaceable = 1;
        }

        patron_cut_comment(e, ev);
        break;

    default:
        break;
    }

    return e->rc;
}


/* Has the last match been, and its end? */

int
patron_edit_idle(patron_edit_t *e)
{
    return (e->active & ~e->done) == 0 && e->pending.n == 0
           && e->cut.state == PATRON_CUT_NONE
           && e->drop_index == PATRON_EDIT_NOWHERE;
}


/*
 * The end of input: an unfinished tag is none, and HTML must not go behind its
 * beginning.  In raw text and comments without end nothing can be placed.
 */

static void
patron_edit_finishing(patron_edit_t *e)
{
    size_t                        n;
    uint32_t                      depth;
    patron_str_t                  tail;
    const patron_html_element_t  *top;

    e->finishing = 1;
    e->limit = e->fed;

    /* of a comment without end */

    patron_cut_want(e, e->cut.want | PATRON_HTML_WANT_COMMENTS);

    tail = patron_html_tail(e->html);
    n = (tail.len > 2 && tail.data[1] == '/') ? 2 : 1;

    if (tail.len > n && tail.data[0] == '<'
        && (tail.data[n] | 0x20) >= 'a' && (tail.data[n] | 0x20) <= 'z')
    {
        e->limit = patron_html_settled(e->html);
    }

    depth = patron_html_depth(e->html);

    if (depth) {
        top = patron_html_element(e->html, depth - 1);
        e->unplaceable = top->ns == PATRON_NS_HTML
                         && patron_name_is_raw(top->name);
    }
}


static void
patron_edit_stopped(patron_edit_t *e)
{
    e->over = 1;

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

    case PATRON_HTML_FAR:
        patron_edit_give_up(e, "a tag whose meaning lies too far back");
        break;

    default:
        if (e->gave_up) {
            patron_edit_give_up(e, e->gave_up);
        }
    }
}


static void
patron_edit_give_up(patron_edit_t *e, const char *reason)
{
    e->gave_up = reason;
    e->pending.n = 0;

    if (e->matched & e->rules->cuts) {
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

    switch (e->cut.state) {

    case PATRON_CUT_DOUBT:
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


/* Takes into memory of its own what of the chunk is not sent. */

static void
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
        p = e->held.elts;
        memmove(p, p + sent, e->held.n);
        e->held_from = e->sent;
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


/* Bytes up to an offset, which is not behind the end of the chunk. */

static void
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
        if (e->cut.state == PATRON_CUT_DROP) {
            e->dropped += to - from;
        }

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
    size_t                 i;
    const patron_uchar_t  *held;

    held = e->held.elts;

    for (i = 0; i < n && from < e->fed; i++, from++) {

        if (from >= e->begin) {
            dst[i] = e->chunk[from - e->begin];

        } else if (from >= e->held_from) {
            dst[i] = held[from - e->held_from];

        } else {
            break;
        }
    }

    return i;
}


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

    patron_edit_lookout(e);
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


uint64_t
patron_edit_dropped(const patron_edit_t *e)
{
    return e->dropped;
}


int
patron_edit_in_body(const patron_edit_t *e)
{
    return e->in_body;
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
