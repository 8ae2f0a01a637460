
/*
 * What the rules ask for where an element begins and where it ends: HTML to
 * place, elements and attributes to strip, the head's metas.
 *
 * Nothing is placed in an element that holds no elements (void, raw text), nor
 * where an element without a start tag begins, but for an implied body.  An
 * element that is stripped or replaced takes no other rule within it.
 */


#include "patron_edit_attr.h"
#include "patron_edit_count.h"
#include "patron_edit_cut.h"
#include "patron_edit_crowd.h"
#include "patron_edit_element.h"
#include "patron_edit_having.h"
#include "patron_edit_interest.h"
#include "patron_edit_out.h"
#include "patron_edit_shadow.h"
#include "patron_selector_names.h"


static uint64_t patron_element_again(patron_edit_t *e, uint64_t rules);
static void patron_element_matched(patron_edit_t *e,
    const patron_html_event_t *ev, uint64_t rules);
static void patron_element_apply(patron_edit_t *e,
    const patron_html_event_t *ev, uint64_t rules);
static void patron_element_watched(patron_edit_t *e, uint64_t rules);
static int patron_element_is_option(patron_edit_t *e,
    const patron_html_event_t *ev);
static void patron_element_place(patron_edit_t *e,
    const patron_html_event_t *ev, unsigned n);
static void patron_element_pend(patron_edit_t *e, uint32_t index, unsigned n,
    unsigned after);
static void patron_element_meta(patron_edit_t *e,
    const patron_html_tag_t *tag, unsigned n);
static void patron_element_drop(patron_edit_t *e, uint32_t index,
    uint64_t from);
static int patron_element_is_empty(patron_edit_t *e,
    const patron_html_event_t *ev);
static void patron_element_ended(patron_edit_t *e,
    const patron_html_event_t *ev);
static void patron_element_dropped_end(patron_edit_t *e,
    const patron_html_event_t *ev);
static void patron_element_due(patron_edit_t *e,
    const patron_html_event_t *ev, size_t i, size_t end, unsigned after);
static void patron_element_shift(patron_edit_t *e, int32_t index);
static int patron_element_next(patron_edit_t *e);


int
patron_edit_open(patron_edit_t *e, const patron_html_event_t *ev)
{
    int                           rc;
    patron_targets_t              found;
    const patron_html_element_t  *el;

    if (e->cut.state == PATRON_CUT_UNDECIDED) {
        patron_cut_now(e, e->cut.from);
    }

    el = patron_html_element(e->html, ev->index);

    if (e->cut.state == PATRON_CUT_BEHIND && !patron_name_is_aside(el->name)) {
        patron_cut_again(e, ev->at);
    }

    if (e->cut.state == PATRON_CUT_DROP) {
        patron_cut_dropped_open(e, ev);
        return e->rc;
    }

    if (!e->in_body) {
        patron_edit_in_head(e, ev, el);
    }

    rc = patron_matcher_open(&e->matcher, ev->index, ev->tag, &found);

    if (rc == PATRON_ERROR) {
        e->rc = PATRON_ERROR;
        return PATRON_ERROR;
    }

    if (rc == PATRON_DECLINED) {
        e->gave_up = "too many kinds of elements in one";
        return PATRON_DECLINED;
    }

    if (el->ns == PATRON_NS_HTML && patron_name_is(el->name, "template")) {

        /*
         * the contents of a shadow root are the element's, for walls; HTML is
         * not placed in it, where the page's styles do not hold
         */

        if (ev->tag == NULL || !patron_shadow_is_root(ev->tag)) {
            e->template_index = (int32_t) ev->index;

        } else if (e->shadow_index == PATRON_EDIT_NOWHERE) {
            e->shadow_index = (int32_t) ev->index;
        }
    }

    if (ev->tag == NULL && patron_name_is(el->name, "body")) {
        e->body = found.group[PATRON_GROUP_RULE];
        e->late = 1;
        patron_edit_want(e);
    }

    if (e->cut.state != PATRON_CUT_KEEP || patron_cut_open(e, ev, &found)) {
        patron_element_matched(e, ev, found.group[PATRON_GROUP_RULE]
                                      & e->active & ~e->done);
    }

    return patron_element_next(e);
}


int
patron_edit_tag(patron_edit_t *e, const patron_html_event_t *ev)
{
    int                  rc;
    patron_targets_t     found;
    patron_html_event_t  body;

    patron_count_to(e, ev->tag->start, ev->tag->end);

    if (!e->late || ev->tag->end_tag || !patron_name_is(ev->tag->name, "body")
        || e->template_index != PATRON_EDIT_NOWHERE)
    {
        patron_cut_tag(e, ev);
        return e->rc;
    }

    e->late = 0;
    patron_edit_want(e);

    if (e->dropping) {
        return e->rc;
    }

    rc = patron_matcher_again(&e->matcher, 1, ev->tag, &found);

    if (rc == PATRON_ERROR) {
        e->rc = PATRON_ERROR;
        return PATRON_ERROR;
    }

    body = *ev;
    body.type = PATRON_HTML_OPEN;
    body.index = 1;

    patron_element_matched(e, &body, found.group[PATRON_GROUP_RULE]
                                     & ~(e->body & ~e->rules->strips)
                                     & e->active & ~e->done);

    return patron_element_next(e);
}


static void
patron_element_matched(patron_edit_t *e, const patron_html_event_t *ev,
    uint64_t rules)
{
    uint64_t  done;

    done = e->done;

    patron_element_apply(e, ev, rules);

    /* once, however many had their match in this element */

    if (e->done != done) {
        patron_edit_refresh(e);
    }
}


static void
patron_element_apply(patron_edit_t *e, const patron_html_event_t *ev,
    uint64_t rules)
{
    unsigned              n;
    uint64_t              bits, strips, attrs, replaces;
    patron_cut_e          cut;
    const patron_rule_t  *rule;

    if (e->shadow_index != PATRON_EDIT_NOWHERE
        || (patron_html_in_select(e->html) && !patron_element_is_option(e, ev)))
    {
        rules &= ~e->rules->places;
    }

    if (rules & e->counted & e->matched) {
        rules = patron_element_again(e, rules);
    }

    if (rules == 0) {
        return;
    }

    if (rules & e->rules->having) {
        rules = (rules & ~e->rules->having)
                | patron_having_open(e, ev, rules & e->rules->having);
    }

    if (rules & e->rules->watches) {
        patron_element_watched(e, rules & e->rules->watches);
    }

    strips = 0;
    attrs = 0;
    replaces = 0;

    for (bits = rules & ~e->rules->metas; bits; bits &= bits - 1) {
        n = (unsigned) __builtin_ctzll(bits);
        rule = &e->rules->rules[n];

        if (rule->type == PATRON_RULE_STRIP) {
            *(rule->text.data ? &attrs : &strips) |= 1ull << n;

        } else if (rule->type == PATRON_RULE_PLACE
                   && rule->position == PATRON_REPLACE && ev->tag)
        {
            replaces |= 1ull << n;
        }
    }

    if (strips) {
        e->matched |= strips;
        patron_element_drop(e, ev->index, ev->at);
        return;
    }

    /* in the order of the rules: those for the start tag's beginning first */

    cut = e->cut.state;

    for (bits = rules; bits; bits &= bits - 1) {
        n = (unsigned) __builtin_ctzll(bits);

        switch (e->rules->rules[n].type) {

        case PATRON_RULE_PLACE:
            if (e->rules->rules[n].position != PATRON_PREPEND
                && !(e->rules->rules[n].position == PATRON_APPEND
                     && replaces))
            {
                patron_element_place(e, ev, n);
            }

            break;

        case PATRON_RULE_META:
            patron_element_meta(e, ev->tag, n);
            break;

        default:
            break;
        }
    }

    if (replaces) {
        patron_element_drop(e, ev->index, ev->at);
        return;
    }

    if (attrs && ev->tag) {
        patron_attr_strip(e, ev->tag, attrs);
    }

    e->matched |= attrs;

    for (bits = rules & e->rules->places; bits; bits &= bits - 1) {
        n = (unsigned) __builtin_ctzll(bits);

        if (e->rules->rules[n].position == PATRON_PREPEND) {
            patron_element_place(e, ev, n);
        }
    }

    if (e->root.rules) {
        patron_shadow_settle(e, 0);
    }

    rules &= e->rules->cuts;

    if (rules && cut == PATRON_CUT_NONE) {
        e->matched |= rules;
        patron_html_max_depth(e->html, PATRON_HTML_MAX_DEPTH);
        patron_cut_begin(e, ev, (unsigned) __builtin_ctzll(rules));
    }
}


/* Places that have their match, and are only counted: those that have not. */

static uint64_t
patron_element_again(patron_edit_t *e, uint64_t rules)
{
    unsigned  n;
    uint64_t  bits;

    for (bits = rules & e->counted & e->matched; bits; bits &= bits - 1) {
        n = (unsigned) __builtin_ctzll(bits);

        if (++e->matches[n] == PATRON_EDIT_CROWD) {
            e->crowded |= 1ull << n;
            e->done |= 1ull << n;
        }
    }

    return rules & ~(e->counted & e->matched);
}


static void
patron_element_watched(patron_edit_t *e, uint64_t rules)
{
    e->matched |= rules;
    e->done |= rules;

    patron_edit_refresh(e);
}


/* It is open: of what is in it nothing has been told since its start tag. */

void
patron_edit_script_found(patron_edit_t *e, uint64_t rules)
{
    if (rules & e->rules->watches) {
        patron_element_watched(e, rules & e->rules->watches);
    }

    rules &= e->rules->strips;

    if (rules && !e->dropping) {
        e->matched |= rules;
        patron_element_drop(e, e->script.index, e->script.at);
        patron_edit_update_interest(e);
    }
}


/* In a select, which all browsers take it to be: a part of it, or itself. */

static int
patron_element_is_option(patron_edit_t *e, const patron_html_event_t *ev)
{
    patron_html_name_t  name;

    name = patron_html_element(e->html, ev->index)->name;

    return patron_name_is(name, "select") || patron_name_is(name, "option")
           || patron_name_is(name, "optgroup");
}


static void
patron_element_place(patron_edit_t *e, const patron_html_event_t *ev,
    unsigned n)
{
    unsigned   body;
    uint64_t   bit;

    bit = 1ull << n;
    e->matched |= bit;

    if (e->rules->once & ~e->counted & bit) {
        e->done |= bit;
    }

    if (e->rules->shadows & bit) {
        patron_shadow_place(e, ev, n);
        return;
    }

    body = (ev->tag == NULL && ev->index == 1 && e->in_body);

    if (ev->tag == NULL && !body) {
        return;
    }

    switch (e->rules->rules[n].position) {

    case PATRON_BEFORE:
    case PATRON_REPLACE:
        if (ev->tag) {
            patron_edit_insert(e, ev->tag->start, n);
        }

        break;

    case PATRON_PREPEND:
        if (!patron_element_is_empty(e, ev)) {
            patron_edit_insert(e, body ? ev->at : ev->tag->end, n);
        }

        break;

    case PATRON_APPEND:
        if (!patron_element_is_empty(e, ev)) {
            patron_element_pend(e, ev->index, n, 0);
        }

        break;

    case PATRON_AFTER:
        patron_element_pend(e, ev->index, n, 1);
        break;
    }
}


static void
patron_element_pend(patron_edit_t *e, uint32_t index, unsigned n,
    unsigned after)
{
    patron_pending_t  *pending;

    pending = patron_edit_push(e, &e->pending, sizeof(patron_pending_t), 1);

    if (pending) {

        /* by place: only a body whose tag came late is not the last */

        while (pending > (patron_pending_t *) e->pending.elts
               && pending[-1].index > (int32_t) index)
        {
            *pending = pending[-1];
            pending--;
        }

        pending->element = *patron_html_element(e->html, index);
        pending->index = (int32_t) index;
        pending->rule = (uint8_t) n;
        pending->after = (uint8_t) after;
        pending->block = patron_edit_is_awaited(pending->element.name);
    }
}


static void
patron_element_meta(patron_edit_t *e, const patron_html_tag_t *tag,
    unsigned n)
{
    int                        rc;
    unsigned                   i;
    patron_str_t               value;
    patron_meta_t             *meta;

    static const patron_str_t  name = patron_string("name");
    static const patron_str_t  property = patron_string("property");
    static const patron_str_t  content = patron_string("content");

    if (tag == NULL
        || patron_matcher_value(&e->matcher, tag,
                                e->rules->rules[n].named ? &name : &property,
                                &value)
           != PATRON_OK
        || value.len != e->rules->rules[n].text.len
        || memcmp(value.data, e->rules->rules[n].text.data, value.len) != 0)
    {
        return;
    }

    rc = patron_matcher_value(&e->matcher, tag, &content, &value);

    if (rc == PATRON_ERROR) {
        e->rc = PATRON_ERROR;
    }

    if (rc != PATRON_OK) {
        return;
    }

    meta = &e->metas[n];
    i = meta->found;

    if (i < PATRON_EDIT_METAS) {
        meta->len[i] = (uint8_t) (value.len < PATRON_EDIT_MAX_META
                                  ? value.len : PATRON_EDIT_MAX_META);
        memcpy(meta->value[i], value.data, meta->len[i]);
    }

    meta->found += (meta->found < UINT8_MAX);

    e->matched |= 1ull << n;
}


static void
patron_element_drop(patron_edit_t *e, uint32_t index, uint64_t from)
{
    patron_edit_flush(e, from);

    e->dropping = 1;
    e->drop_index = (int32_t) index;
}


static int
patron_element_is_empty(patron_edit_t *e, const patron_html_event_t *ev)
{
    const patron_html_element_t  *el;

    el = patron_html_element(e->html, ev->index);

    if (el->ns != PATRON_NS_HTML) {
        return ev->tag && ev->tag->self_closing;
    }

    return patron_name_is_void(el->name) || patron_name_is_raw(el->name);
}


int
patron_edit_close(patron_edit_t *e, const patron_html_event_t *ev)
{
    int32_t  index;

    index = (int32_t) ev->index;

    if (e->cut.state != PATRON_CUT_NONE) {
        patron_cut_close(e, ev);
    }

    if (index == e->drop_index) {
        patron_edit_advance(e, ev->tag ? ev->after : ev->at);
        e->drop_index = PATRON_EDIT_NOWHERE;
        patron_edit_resume(e);
    }

    patron_element_ended(e, ev);

    if (!ev->stays) {
        if (index <= e->matcher.deepest) {
            patron_matcher_close(&e->matcher, ev->index);
        }

        if (index == e->template_index) {
            e->template_index = PATRON_EDIT_NOWHERE;
        }

        if (index == e->shadow_index) {
            e->shadow_index = PATRON_EDIT_NOWHERE;
        }

        patron_count_close(e, index);

        if (ev->index + 1 < patron_html_depth(e->html)) {
            patron_element_shift(e, index);
        }
    }

    return patron_element_next(e);
}


/*
 * What goes inside the end tag, the end tag itself where it lies in dropped
 * bytes, and what goes behind it.
 */

static void
patron_element_ended(patron_edit_t *e, const patron_html_event_t *ev)
{
    size_t             i, n, end;
    patron_pending_t  *pending;

    pending = e->pending.elts;

    /* what waits for this element may not be the last that waits */

    for (end = e->pending.n; end > 0; end--) {
        if (pending[end - 1].index <= (int32_t) ev->index) {
            break;
        }
    }

    for (i = end; i > 0 && pending[i - 1].index == (int32_t) ev->index; i--) {
        /* void */
    }

    patron_element_due(e, ev, i, end, 0);

    if (e->dropping && !ev->stays) {
        patron_element_dropped_end(e, ev);
    }

    if (i == end) {
        return;
    }

    patron_element_due(e, ev, i, end, 1);

    for (i = 0, n = 0; i < e->pending.n; i++) {
        if (pending[i].index >= 0) {
            pending[n++] = pending[i];
        }
    }

    e->pending.n = n;
}


/* What began before the dropped bytes ends within them. */

static void
patron_element_dropped_end(patron_edit_t *e, const patron_html_event_t *ev)
{
    int32_t              from;
    unsigned             format;
    const patron_str_t  *name;

    from = (e->cut.state == PATRON_CUT_DROP) ? e->cut.index : e->drop_index;

    if ((int32_t) ev->index >= from) {
        return;
    }

    if (ev->tag) {
        patron_edit_write_end_tag(e, ev->at, ev->tag->raw_name.data,
                                  ev->tag->raw_name.len);
        return;
    }

    format = patron_name_formatting(patron_html_element(e->html,
                                                        ev->index)->name);

    if (format && !e->finishing) {
        name = patron_name_of_formatting(format);
        patron_edit_write_end_tag(e, ev->at, name->data, name->len);
    }
}


static void
patron_element_due(patron_edit_t *e, const patron_html_event_t *ev, size_t i,
    size_t end, unsigned after)
{
    uint64_t           at;
    patron_pending_t  *pending;

    pending = e->pending.elts;
    at = after ? ev->after : ev->at;

    for ( /* void */ ; i < end; i++) {

        if (pending[i].index < 0 || pending[i].after != after) {
            continue;
        }

        if (e->cut.state == PATRON_CUT_UNDECIDED
            && (ev->tag == NULL || ev->after > e->cut.from))
        {
            patron_cut_delay(e, ev, at, pending[i].rule);

        } else {
            patron_edit_insert(e, at, pending[i].rule);
        }

        pending[i].index = -1;
    }
}


/* The elements above the one that leaves the stack move down. */

static void
patron_element_shift(patron_edit_t *e, int32_t index)
{
    size_t             i;
    patron_pending_t  *pending;

    pending = e->pending.elts;

    for (i = e->pending.n; i > 0 && pending[i - 1].index > index; i--) {
        pending[i - 1].index--;
    }

    if (e->template_index != PATRON_EDIT_NOWHERE
        && e->template_index > index)
    {
        e->template_index--;
    }

    if (e->shadow_index != PATRON_EDIT_NOWHERE && e->shadow_index > index) {
        e->shadow_index--;
    }

    if (e->drop_index != PATRON_EDIT_NOWHERE && e->drop_index > index) {
        e->drop_index--;
    }

    if (e->cut.state != PATRON_CUT_NONE && e->cut.index > index) {
        e->cut.index--;
    }
}


/* What the parser's handler returns. */

static int
patron_element_next(patron_edit_t *e)
{
    patron_edit_update_interest(e);

    if (e->rc != PATRON_OK) {
        return PATRON_ERROR;
    }

    return patron_edit_idle(e) ? PATRON_DECLINED : PATRON_OK;
}
