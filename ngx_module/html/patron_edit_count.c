
/*
 * How much is shown of the element that is to be cut: characters of text, white
 * space once however much of it runs, a character reference as one.  Past the
 * limit the cut comes at the next end of an element, or <br>; where none comes,
 * in the text.  The text of scripts, of templates and of what is no part of an
 * article (nav, header, aside) does not count.
 *
 * The text lies between the tokens that the parser tells of, and is counted
 * when the next one comes, or the chunk ends: so often as it takes, byte by
 * byte, so that chunks make no difference.
 */


#include "patron_edit_count.h"
#include "patron_edit_cut.h"
#include "patron_edit_interest.h"
#include "patron_edit_out.h"
#include "patron_selector_names.h"


#define PATRON_COUNT_SPACE      400  /* characters past the limit: at white */
#define PATRON_COUNT_ANYWHERE   480  /* space; wherever a character begins */
#define PATRON_COUNT_REFERENCE   32  /* bytes of a reference */


static const patron_uchar_t *patron_count_bytes(patron_edit_t *e,
    const patron_uchar_t *p, const patron_uchar_t *end);
static int patron_count_in_reference(patron_count_t *count,
    patron_uchar_t c);
static void patron_count_cut(patron_edit_t *e, uint64_t at, uint64_t end);


static const patron_str_t  patron_count_quiet[] = {
    patron_string("aside"), patron_string("header"), patron_string("nav"),
    patron_string("noscript"), patron_string("script"),
    patron_string("style"), { 0, NULL }
};


void
patron_count_begin(patron_edit_t *e, uint64_t at, unsigned most)
{
    memset(&e->count, 0, sizeof(patron_count_t));

    e->count.at = at;
    e->count.most = most;
    e->count.quiet = PATRON_EDIT_NOWHERE;
    e->count.space = 1;
}


void
patron_count_open(patron_edit_t *e, const patron_html_event_t *ev)
{
    const patron_str_t  *name;
    patron_html_name_t   number;

    if (e->count.most == 0 || e->count.quiet != PATRON_EDIT_NOWHERE) {
        return;
    }

    number = patron_html_element(e->html, ev->index)->name;

    for (name = patron_count_quiet; name->len; name++) {
        if (number == patron_html_name(name->data, name->len)) {
            e->count.quiet = (int32_t) ev->index;
            return;
        }
    }
}


void
patron_count_close(patron_edit_t *e, int32_t index)
{
    if (e->count.quiet == index) {
        e->count.quiet = PATRON_EDIT_NOWHERE;

    } else if (e->count.quiet != PATRON_EDIT_NOWHERE
               && e->count.quiet > index)
    {
        e->count.quiet--;
    }
}


int
patron_count_ends(patron_edit_t *e, const patron_html_event_t *ev)
{
    const patron_html_element_t  *el;

    if (e->cut.state != PATRON_CUT_KEEP || e->count.most == 0
        || e->count.shown < e->count.most)
    {
        return 0;
    }

    el = patron_html_element(e->html, ev->index);

    return el->ns == PATRON_NS_HTML
           && (patron_name_is(el->name, "br")
               || !patron_name_is_void(el->name));
}


void
patron_count_to(patron_edit_t *e, uint64_t at, uint64_t after)
{
    uint64_t               from, end;
    const patron_uchar_t  *p, *held;

    if (e->count.most == 0 || e->cut.state != PATRON_CUT_KEEP) {
        return;
    }

    while (e->count.at < at && e->cut.state == PATRON_CUT_KEEP
           && e->rc == PATRON_OK)
    {
        from = e->count.at;

        if (from < e->begin) {
            held = e->held.elts;
            p = held + (from - e->held_from);
            end = (at < e->begin) ? at : e->begin;

        } else {
            p = e->chunk + (from - e->begin);
            end = at;
        }

        e->count.at = end;

        if (e->count.quiet != PATRON_EDIT_NOWHERE
            || e->template_index != PATRON_EDIT_NOWHERE
            || e->drop_index != PATRON_EDIT_NOWHERE)
        {
            continue;
        }

        held = patron_count_bytes(e, p, p + (end - from));

        if (held) {
            patron_count_cut(e, from + (uint64_t) (held - p), at);
        }
    }

    if (e->count.at < after) {
        e->count.at = after;
        e->count.reference = 0;
    }
}


/* Counts; returns where to cut, or NULL. */

static const patron_uchar_t *
patron_count_bytes(patron_edit_t *e, const patron_uchar_t *p,
    const patron_uchar_t *end)
{
    patron_count_t  *count;

    count = &e->count;

    for ( /* void */ ; p < end; p++) {

        if (count->reference && patron_count_in_reference(count, *p)) {
            continue;
        }

        if (patron_is_space(*p)) {

            if (count->shown >= count->most + PATRON_COUNT_SPACE) {
                return p;
            }

            count->shown += !count->space;
            count->space = 1;
            continue;
        }

        if (!e->bytes && (*p & 0xc0) == 0x80) {
            continue;
        }

        if (count->shown >= count->most + PATRON_COUNT_ANYWHERE) {
            return p;
        }

        count->shown++;
        count->space = 0;
        count->reference = (*p == '&');
    }

    return NULL;
}


static int
patron_count_in_reference(patron_count_t *count, patron_uchar_t c)
{
    patron_uchar_t  lower;

    if (c == ';') {
        count->reference = 0;
        return 1;
    }

    lower = c | 0x20;

    if (count->reference < PATRON_COUNT_REFERENCE
        && ((lower >= 'a' && lower <= 'z') || (c >= '0' && c <= '9')
            || c == '#'))
    {
        count->reference++;
        return 1;
    }

    count->reference = 0;

    return 0;
}


/* In the text, which goes on up to an offset at least. */

static void
patron_count_cut(patron_edit_t *e, uint64_t at, uint64_t end)
{
    patron_uchar_t  c;

    e->count.reached = 1;

    patron_cut_after(e, at);

    for ( /* void */ ; at < end; at++) {

        if (patron_edit_peek(e, at, &c, 1) == 1 && !patron_is_space(c)) {
            patron_cut_now(e, e->cut.from);
            return;
        }
    }

    patron_edit_more_text(e);
}
