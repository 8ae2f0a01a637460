
/*
 * The cut: in an element, all after its Nth paragraph with text, or from a
 * marker on, is dropped up to the element's end.
 *
 * A paragraph's rank is its place among those with text in the order in which
 * they begin.  Whether there is anything to cut after the Nth is known only
 * when something comes: until then white space, comments and end tags are held
 * back (past 64 KB it is cut all the same, and so is a comment or a tag without
 * end), and where nothing comes before the element ends, nothing was.
 *
 * For all that is open in the element end tags are written where it is cut, so
 * that what follows lies where it lay.  End tags in the dropped part that end
 * what began before it are written too.
 *
 * A body that is cut, or an element without end in it, goes on past the body's
 * end tag, as in a browser: of what comes there scripts and their like are
 * kept, and further end tags of the body.
 */


#include "patron_edit_count.h"
#include "patron_edit_cut.h"
#include "patron_edit_include.h"
#include "patron_edit_interest.h"
#include "patron_edit_out.h"
#include "patron_edit_tail.h"
#include "patron_selector_names.h"


#define PATRON_EDIT_MAX_NAMES  (64 * 1024)   /* of names open in a cut */


#define PATRON_CUT_MAX_COMMENT  300    /* bytes of a marker, whole */


static void patron_cut_undecided(patron_edit_t *e, uint64_t from, size_t n);
static void patron_cut_closing(patron_edit_t *e, int32_t index,
    unsigned after);
static void patron_cut_paragraph(patron_edit_t *e, size_t n,
    const patron_html_event_t *ev);
static void patron_cut_ends(patron_edit_t *e, const patron_html_event_t *ev);
static void patron_cut_release(patron_edit_t *e);
static void patron_cut_known(patron_edit_t *e);
static void patron_cut_write_closings(patron_edit_t *e);
static void patron_cut_wall(patron_edit_t *e);
static int patron_cut_push_name(patron_edit_t *e,
    const patron_html_event_t *ev, patron_inner_t *inner);


void
patron_cut_begin(patron_edit_t *e, const patron_html_event_t *ev,
    unsigned rule)
{
    uint64_t       at;
    unsigned       most;
    patron_cut_t  *cut;

    cut = &e->cut;

    cut->state = PATRON_CUT_KEEP;
    cut->rule = rule;
    cut->index = (int32_t) ev->index;
    cut->ended = 0;
    cut->inner.n = 0;
    cut->names.n = 0;
    cut->includes.n = 0;
    cut->body_ended = 0;

    patron_edit_refresh(e);

    at = ev->tag ? ev->tag->end : ev->at;
    most = e->rules->rules[rule].most;

    patron_count_begin(e, at, most);

    patron_cut_want(e, PATRON_HTML_WANT_TEXT | PATRON_HTML_WANT_COMMENTS
                       | (most ? PATRON_HTML_WANT_TAGS : 0));
    patron_cut_known(e);

    if (e->rules->rules[rule].keep == 0) {
        patron_cut_undecided(e, at, 0);
    }
}


/* What is open in the element when a body's tag comes late. */

static void
patron_cut_known(patron_edit_t *e)
{
    uint32_t         i;
    patron_inner_t  *inner;
    patron_uchar_t  *name;

    for (i = (uint32_t) e->cut.index + 1; i < patron_html_depth(e->html);
         i++)
    {
        inner = patron_edit_push(e, &e->cut.inner, sizeof(patron_inner_t), 1);
        name = patron_edit_push(e, &e->cut.names, 1,
                                sizeof(patron_html_name_t));

        if (inner == NULL || name == NULL) {
            return;
        }

        memset(inner, 0, sizeof(patron_inner_t));

        inner->at = e->cut.names.n - sizeof(patron_html_name_t);
        inner->len = patron_name_text(patron_html_element(e->html, i)->name,
                                      name);
    }
}


int
patron_cut_open(patron_edit_t *e, const patron_html_event_t *ev,
    const patron_targets_t *found)
{
    uint64_t         bit;
    patron_cut_t    *cut;
    patron_inner_t  *inner;

    cut = &e->cut;
    bit = 1ull << cut->rule;

    if (found->group[PATRON_GROUP_MARKER] & bit) {
        patron_cut_now(e, ev->at);
        patron_cut_dropped_open(e, ev);
        return 0;
    }

    inner = patron_edit_push(e, &cut->inner, sizeof(patron_inner_t), 1);

    if (inner == NULL || patron_cut_push_name(e, ev, inner) != PATRON_OK) {
        return 0;
    }

    inner->before = cut->ended;
    inner->of = (found->group[PATRON_GROUP_OF] & bit) != 0;
    inner->shadow = (e->shadow_index == (int32_t) ev->index);
    inner->text = 0;

    patron_count_open(e, ev);

    return 1;
}


static int
patron_cut_push_name(patron_edit_t *e, const patron_html_event_t *ev,
    patron_inner_t *inner)
{
    size_t           len;
    patron_uchar_t  *p, buf[sizeof(patron_html_name_t)];

    if (ev->tag) {
        len = ev->tag->raw_name.len;

    } else {
        len = patron_name_text(patron_html_element(e->html, ev->index)->name,
                               buf);
    }

    if (e->cut.names.n + len > PATRON_EDIT_MAX_NAMES) {
        patron_cut_now(e, ev->at);
        return PATRON_DECLINED;
    }

    inner->at = e->cut.names.n;
    inner->len = len;

    p = patron_edit_push(e, &e->cut.names, 1, len);

    if (p == NULL) {
        return PATRON_ERROR;
    }

    memcpy(p, ev->tag ? ev->tag->raw_name.data : buf, len);

    return PATRON_OK;
}


/* In the dropped part: will it lie open behind it? */

void
patron_cut_dropped_open(patron_edit_t *e, const patron_html_event_t *ev)
{
    unsigned  format;

    if (ev->tag) {
        format = patron_name_formatting(ev->tag->name);

        if (format) {
            e->cut.formats |= 1u << format;
        }
    }
}


void
patron_cut_again(patron_edit_t *e, uint64_t at)
{
    patron_edit_flush(e, at);

    e->dropping = 1;
    e->cut.state = PATRON_CUT_DROP;
}


void
patron_cut_close(patron_edit_t *e, const patron_html_event_t *ev)
{
    size_t                        n;
    unsigned                      format;
    patron_cut_t                 *cut;
    patron_html_name_t            name;
    const patron_html_element_t  *el;

    cut = &e->cut;

    if ((int32_t) ev->index == cut->index
        || (ev->stays && (int32_t) ev->index < cut->index
            && cut->state == PATRON_CUT_DROP))
    {
        patron_cut_ends(e, ev);
        return;
    }

    if ((int32_t) ev->index < cut->index || ev->stays
        || cut->state == PATRON_CUT_BEHIND)
    {
        return;
    }

    n = (size_t) ((int32_t) ev->index - cut->index - 1);

    if (cut->state == PATRON_CUT_DROP) {

        /*
         * A formatting element from before the cut that went on in it: the
         * clone has no start tag.
         */

        el = patron_html_element(e->html, ev->index);
        format = patron_name_formatting(el->name);

        if (format && cut->formatted && el->implied
            && el->start >= cut->from && ev->tag
            && !(cut->formats & (1u << format)))
        {
            patron_edit_write_end_tag(e, ev->at, ev->tag->raw_name.data,
                                      ev->tag->raw_name.len);
        }

        return;
    }

    if (n < cut->inner.n) {

        if (n + 1 == cut->inner.n && patron_count_ends(e, ev)) {
            e->count.reached = 1;
            name = patron_html_element(e->html, ev->index)->name;

            patron_cut_undecided(e, ev->after,
                                 n + (ev->tag == NULL
                                      && !patron_name_is_void(name)));
        }

        patron_cut_paragraph(e, n, ev);
    }
}


/* The nth open element in the one to cut ends. */

static void
patron_cut_paragraph(patron_edit_t *e, size_t n,
    const patron_html_event_t *ev)
{
    size_t           i;
    uint64_t         rank;
    patron_cut_t    *cut;
    patron_inner_t  *inner;

    cut = &e->cut;
    inner = cut->inner.elts;

    if (inner[n].of && inner[n].text) {
        cut->ended++;
        rank = inner[n].before + 1;

        for (i = 0; i < n; i++) {
            rank += inner[i].of;
        }

        if (cut->state == PATRON_CUT_KEEP
            && rank == e->rules->rules[cut->rule].keep)
        {
            patron_cut_undecided(e, ev->tag ? ev->after : ev->at,
                             ev->tag ? n : n + 1);
        }
    }

    if (n + 1 == cut->inner.n && cut->state == PATRON_CUT_KEEP) {
        cut->names.n = inner[n].at;
    }

    cut->inner.n--;
    memmove(&inner[n], &inner[n + 1],
            (cut->inner.n - n) * sizeof(patron_inner_t));
}


/* From here on is cut, if there is anything: below n elements are open. */

static void
patron_cut_undecided(patron_edit_t *e, uint64_t from, size_t n)
{
    size_t             left;
    int32_t            index;
    patron_cut_t      *cut;
    patron_inner_t    *inner;
    patron_closing_t  *closing;

    cut = &e->cut;
    inner = cut->inner.elts;
    left = cut->includes.n;

    cut->state = PATRON_CUT_UNDECIDED;
    cut->from = from;
    cut->closings.n = 0;
    cut->delayed.n = 0;

    while (n-- > 0) {
        index = cut->index + 1 + (int32_t) n;

        patron_include_ends(e, n + 1, &left);
        patron_cut_closing(e, index, 0);

        /* a name that is not known cannot be written */

        if (inner[n].len) {
            closing = patron_edit_push(e, &cut->closings,
                                       sizeof(patron_closing_t), 1);
            if (closing == NULL) {
                return;
            }

            closing->at = inner[n].at;
            closing->len = inner[n].len;
            closing->shadow = inner[n].shadow;
            closing->include = 0;
        }

        patron_cut_closing(e, index, 1);
    }

    patron_include_ends(e, 0, &left);
}


/* The HTML that waits for that element's end. */

static void
patron_cut_closing(patron_edit_t *e, int32_t index, unsigned after)
{
    size_t             i;
    patron_closing_t  *closing;
    patron_pending_t  *pending;

    pending = e->pending.elts;

    for (i = 0; i < e->pending.n; i++) {

        if (pending[i].index != index || pending[i].after != after) {
            continue;
        }

        closing = patron_edit_push(e, &e->cut.closings,
                                   sizeof(patron_closing_t), 1);
        if (closing == NULL) {
            return;
        }

        closing->len = 0;
        closing->shadow = 0;
        closing->include = 0;
        closing->rule = pending[i].rule;
    }
}


void
patron_cut_delay(patron_edit_t *e, const patron_html_event_t *ev,
    uint64_t at, unsigned rule)
{
    patron_delayed_t  *delayed;

    delayed = patron_edit_push(e, &e->cut.delayed, sizeof(patron_delayed_t),
                               1);
    if (delayed) {
        delayed->at = at;
        delayed->rule = (uint8_t) rule;
        delayed->outer = (int32_t) ev->index <= e->cut.index;
    }
}


void
patron_cut_now(patron_edit_t *e, uint64_t at)
{
    size_t             i, n;
    patron_cut_t      *cut;
    patron_delayed_t  *delayed;
    patron_pending_t  *pending;

    cut = &e->cut;

    if (cut->state == PATRON_CUT_NONE) {
        cut->index = -1;
        cut->inner.n = 0;
        cut->includes.n = 0;
        cut->rule = (unsigned) __builtin_ctzll(e->matched & e->rules->cuts);
    }

    if (cut->state == PATRON_CUT_NONE || cut->state == PATRON_CUT_KEEP) {
        patron_cut_undecided(e, at > e->sent ? at : e->sent, cut->inner.n);
    }

    if (cut->state == PATRON_CUT_UNDECIDED) {
        patron_edit_flush(e, cut->from);
        patron_cut_write_closings(e);
        patron_cut_wall(e);

        delayed = cut->delayed.elts;

        for (i = 0; i < cut->delayed.n; i++) {
            if (delayed[i].outer) {
                patron_edit_write_rule(e, delayed[i].rule);
            }
        }

        pending = e->pending.elts;

        for (i = 0, n = 0; i < e->pending.n; i++) {
            if (pending[i].index <= cut->index) {
                pending[n++] = pending[i];
            }
        }

        e->pending.n = n;
        e->limited |= (cut->index >= 0 && e->count.reached);
        cut->formats = 0;
    }

    cut->state = PATRON_CUT_DROP;
    cut->formatted = patron_html_formatted(e->html);
    e->dropping = 1;

    patron_edit_refresh(e);

    if (!cut->body_ended) {
        patron_cut_want(e, 0);
    }
}


static void
patron_cut_write_closings(patron_edit_t *e)
{
    size_t               i;
    patron_cut_t        *cut;
    patron_uchar_t      *names;
    const patron_str_t  *command;
    patron_closing_t    *closing;

    cut = &e->cut;
    names = cut->names.elts;
    closing = cut->closings.elts;

    for (i = 0; i < cut->closings.n; i++) {

        if (closing[i].shadow) {
            patron_cut_wall(e);
        }

        if (closing[i].include) {
            command = patron_include_end(closing[i].include);
            patron_edit_write(e, command->data, command->len);

        } else if (closing[i].len) {
            patron_edit_write_end_tag(e, cut->from, names + closing[i].at,
                                      closing[i].len);
        } else {
            patron_edit_write_rule(e, closing[i].rule);
        }
    }
}


/* The rule's HTML, in the first match that is cut. */

static void
patron_cut_wall(patron_edit_t *e)
{
    if (!(e->inserted & e->rules->cuts)) {
        patron_edit_write_rule(e, e->cut.rule);
        patron_tail_over(e);
    }
}


void
patron_cut_after(patron_edit_t *e, uint64_t at)
{
    patron_cut_undecided(e, at, e->cut.inner.n);
}


/* The element's own end. */

static void
patron_cut_ends(patron_edit_t *e, const patron_html_event_t *ev)
{
    patron_cut_t  *cut;

    cut = &e->cut;

    patron_cut_settle(e, ev->at);

    if (cut->state == PATRON_CUT_DROP) {
        patron_edit_advance(e, ev->at);

        if (ev->stays) {
            cut->state = PATRON_CUT_BEHIND;
            cut->body_ended = 1;
            patron_edit_resume(e);
            patron_cut_want(e, PATRON_HTML_WANT_TEXT
                               |PATRON_HTML_WANT_TAGS);
            return;
        }
    }

    if (ev->stays) {
        return;
    }

    if (cut->state == PATRON_CUT_UNDECIDED) {
        patron_cut_release(e);
    }

    cut->state = PATRON_CUT_NONE;
    cut->body_ended = 0;
    patron_edit_resume(e);
    patron_cut_want(e, 0);
}


/* There was nothing to cut: what was put off is placed after all. */

static void
patron_cut_release(patron_edit_t *e)
{
    size_t             i;
    patron_delayed_t  *delayed;

    delayed = e->cut.delayed.elts;

    for (i = 0; i < e->cut.delayed.n; i++) {
        patron_edit_insert(e, delayed[i].at, delayed[i].rule);
    }

    e->cut.delayed.n = 0;
}


void
patron_cut_finish(patron_edit_t *e)
{
    if (e->cut.state == PATRON_CUT_UNDECIDED) {
        patron_cut_release(e);
        e->cut.state = PATRON_CUT_NONE;
    }
}


void
patron_cut_settle(patron_edit_t *e, uint64_t at)
{
    if (e->cut.state == PATRON_CUT_UNDECIDED
        && at > e->cut.from
        && at - e->cut.from > PATRON_EDIT_MAX_UNDECIDED)
    {
        patron_cut_now(e, e->cut.from);
    }
}


uint64_t
patron_cut_limit(patron_edit_t *e, uint64_t settled)
{
    size_t          n, i, end;
    uint64_t        from;
    patron_uchar_t  bytes[PATRON_CUT_MAX_COMMENT];

    if (e->rules->rules[e->cut.rule].text.data == NULL) {
        return settled;
    }

    /* a comment without end, lest the marker's beginning go out */

    from = (settled > PATRON_CUT_MAX_COMMENT)
           ? settled - PATRON_CUT_MAX_COMMENT : 0;

    if (from < e->sent) {
        from = e->sent;
    }

    n = patron_edit_peek(e, from, bytes, (size_t) (settled - from));

    for (i = 0; i + 4 <= n; i = end + 3) {

        while (i + 4 <= n && memcmp(bytes + i, "<!--", 4) != 0) {
            i++;
        }

        for (end = i + 2; end + 3 <= n && memcmp(bytes + end, "-->", 3) != 0;
             end++)
        { /* void */ }

        if (i + 4 <= n && end + 3 > n) {
            return from + i;
        }
    }

    return settled;
}


void
patron_cut_comment(patron_edit_t *e, const patron_html_event_t *ev)
{
    patron_str_t         text;
    const patron_str_t  *marker;

    if (e->cut.state != PATRON_CUT_KEEP
        || e->template_index != PATRON_EDIT_NOWHERE
        || e->drop_index != PATRON_EDIT_NOWHERE)
    {
        return;
    }

    patron_include_comment(e, &ev->text);

    if (ev->after - ev->at > PATRON_CUT_MAX_COMMENT) {
        return;
    }

    marker = &e->rules->rules[e->cut.rule].text;
    text = ev->text;

    while (text.len && patron_is_space(text.data[0])) {
        text.data++;
        text.len--;
    }

    while (text.len && patron_is_space(text.data[text.len - 1])) {
        text.len--;
    }

    if (marker->data && text.len == marker->len
        && memcmp(text.data, marker->data, text.len) == 0)
    {
        patron_cut_now(e, ev->at);
    }
}


/*
 * Behind the end of a body: its further end tags go out.  Others end what was
 * cut, or what is open in it and was closed where it was cut.
 */

void
patron_cut_tag(patron_edit_t *e, const patron_html_event_t *ev)
{
    patron_html_name_t  name;

    if (!e->cut.body_ended || !ev->tag->end_tag
        || e->template_index != PATRON_EDIT_NOWHERE)
    {
        return;
    }

    name = ev->tag->name;

    if (e->cut.state == PATRON_CUT_BEHIND) {

        if (!patron_name_is(name, "body") && !patron_name_is(name, "html")
            && !patron_name_is_aside(name))
        {
            patron_cut_again(e, ev->tag->start);
        }

        return;
    }

    if (e->cut.state == PATRON_CUT_DROP
        && name == patron_html_element(e->html, e->cut.index > 0)->name)
    {
        patron_edit_advance(e, ev->tag->start);
        e->cut.state = PATRON_CUT_BEHIND;
        patron_edit_resume(e);

        /* nothing closes here: the parser may have told of text before */

        patron_edit_more_text(e);
    }
}


void
patron_cut_want(patron_edit_t *e, unsigned want)
{
    e->cut.want = want;
    patron_edit_want(e);
}


void
patron_cut_cleanup(patron_edit_t *e)
{
    patron_free(e->mem, e->cut.inner.elts);
    patron_free(e->mem, e->cut.names.elts);
    patron_free(e->mem, e->cut.includes.elts);
    patron_free(e->mem, e->cut.closings.elts);
    patron_free(e->mem, e->cut.delayed.elts);
}
