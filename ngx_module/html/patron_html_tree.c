
/*
 * Tree construction: the dispatcher, the text mode, and the insertion modes of
 * framesets and of what follows the body.  Those up to the body are in
 * patron_html_head.c, the others in patron_html_body.c, patron_html_table.c
 * and patron_html_select.c, the rules for svg and math in
 * patron_html_foreign.c, tokens other than tags in patron_html_text.c.
 * Source: WHATWG HTML, section 13.2.6, with scripting enabled.
 *
 * Nothing is moved: what stands in the wrong place of a table is told to be
 * where its tags are, not before the table, and a script or style between the
 * head's end tag and the body is told to be a child of html, not of the head.
 */


#include "patron_html_body.h"
#include "patron_html_foreign.h"
#include "patron_html_head.h"
#include "patron_html_stack.h"
#include "patron_html_table.h"
#include "patron_html_tree.h"


typedef int (*patron_html_rule_pt)(patron_html_t *h);


static int patron_html_text_end(patron_html_t *h);
static int patron_html_after_body_start(patron_html_t *h);
static int patron_html_after_body_end(patron_html_t *h);
static int patron_html_after_after_body_end(patron_html_t *h);
static int patron_html_frameset_start(patron_html_t *h);
static int patron_html_frameset_end(patron_html_t *h);
static int patron_html_after_frameset_start(patron_html_t *h);
static int patron_html_after_frameset_end(patron_html_t *h);
static int patron_html_ignore(patron_html_t *h);
static void patron_html_guard(patron_html_t *h);


static const patron_html_rule_pt  patron_html_start_rules[MODE_COUNT] = {
    [MODE_INITIAL] = patron_html_anything_else,
    [MODE_BEFORE_HTML] = patron_html_before_html_start,
    [MODE_BEFORE_HEAD] = patron_html_before_head_start,
    [MODE_IN_HEAD] = patron_html_in_head_start,
    [MODE_AFTER_HEAD] = patron_html_after_head_start,
    [MODE_IN_BODY] = patron_html_body_start,
    [MODE_TEXT] = patron_html_ignore,
    [MODE_IN_TABLE] = patron_html_table_start,
    [MODE_IN_CAPTION] = patron_html_caption_start,
    [MODE_IN_COLGROUP] = patron_html_colgroup_start,
    [MODE_IN_TBODY] = patron_html_tbody_start,
    [MODE_IN_ROW] = patron_html_row_start,
    [MODE_IN_CELL] = patron_html_cell_start,
    [MODE_IN_TEMPLATE] = patron_html_in_template_start,
    [MODE_AFTER_BODY] = patron_html_after_body_start,
    [MODE_IN_FRAMESET] = patron_html_frameset_start,
    [MODE_AFTER_FRAMESET] = patron_html_after_frameset_start,
    [MODE_AFTER_AFTER_BODY] = patron_html_after_body_start,
    [MODE_AFTER_AFTER_FRAMESET] = patron_html_after_frameset_start
};


static const patron_html_rule_pt  patron_html_end_rules[MODE_COUNT] = {
    [MODE_INITIAL] = patron_html_anything_else,
    [MODE_BEFORE_HTML] = patron_html_before_end,
    [MODE_BEFORE_HEAD] = patron_html_before_end,
    [MODE_IN_HEAD] = patron_html_in_head_end,
    [MODE_AFTER_HEAD] = patron_html_after_head_end,
    [MODE_IN_BODY] = patron_html_body_end,
    [MODE_TEXT] = patron_html_text_end,
    [MODE_IN_TABLE] = patron_html_table_end,
    [MODE_IN_CAPTION] = patron_html_caption_end,
    [MODE_IN_COLGROUP] = patron_html_colgroup_end,
    [MODE_IN_TBODY] = patron_html_tbody_end,
    [MODE_IN_ROW] = patron_html_row_end,
    [MODE_IN_CELL] = patron_html_cell_end,
    [MODE_IN_TEMPLATE] = patron_html_in_template_end,
    [MODE_AFTER_BODY] = patron_html_after_body_end,
    [MODE_IN_FRAMESET] = patron_html_frameset_end,
    [MODE_AFTER_FRAMESET] = patron_html_after_frameset_end,
    [MODE_AFTER_AFTER_BODY] = patron_html_after_after_body_end,
    [MODE_AFTER_AFTER_FRAMESET] = patron_html_ignore
};


void
patron_html_start_tag(patron_html_t *h)
{
    h->at = h->tag.start;

    if ((h->want & PATRON_HTML_GUARD)
        && (h->selects != 0 || h->mode >= MODE_IN_FRAMESET))
    {
        patron_html_guard(h);
    }

    do {
        if (h->rc != PATRON_OK) {
            return;
        }

        if (h->depth != 0
            && patron_html_top(h)->element.ns != PATRON_NS_HTML
            && patron_html_foreign(h))
        {
            if (!patron_html_foreign_start(h)) {
                return;
            }
        }

    } while (patron_html_start_rules[h->mode](h));
}


void
patron_html_end_tag(patron_html_t *h)
{
    h->at = h->tag.start;

    if (h->depth != 0
        && patron_html_top(h)->element.ns != PATRON_NS_HTML
        && !patron_html_foreign_end(h))
    {
        return;
    }

    while (h->rc == PATRON_OK && patron_html_end_rules[h->mode](h)) {
        /* void */
    }
}


/*
 * Parsers that know only tag names, and those that follow the older rules of
 * select, disagree with the rules followed here on whether what comes is text.
 */

static void
patron_html_guard(patron_html_t *h)
{
    unsigned  text;

    text = patron_html_known[h->id].classes & EL_TEXT;

    if (h->selects != 0
        && ((text && h->id != TAG_SCRIPT)
            || h->id == TAG_SVG
            || h->id == TAG_MATH))
    {
        patron_html_stop(h, PATRON_HTML_AMBIGUOUS);
        return;
    }

    switch (h->mode) {

    case MODE_IN_FRAMESET:
    case MODE_AFTER_FRAMESET:
    case MODE_AFTER_AFTER_FRAMESET:
        if (text && h->id != TAG_NOFRAMES) {
            patron_html_stop(h, PATRON_HTML_AMBIGUOUS);
        }

        break;
    }
}


static int
patron_html_text_end(patron_html_t *h)
{
    patron_html_pop_own(h);
    patron_html_mode(h, h->original);

    return 0;
}


/* Start tags after the body, and after after the body. */

static int
patron_html_after_body_start(patron_html_t *h)
{
    if (h->id == TAG_HTML) {
        return 0;
    }

    patron_html_mode(h, MODE_IN_BODY);

    return 1;
}


static int
patron_html_after_body_end(patron_html_t *h)
{
    if (h->id != TAG_HTML) {
        patron_html_mode(h, MODE_IN_BODY);
        return 1;
    }

    if (h->depth > 1 && h->stack[1].id == TAG_BODY) {
        patron_html_ended(h, 1, 0);
    }

    patron_html_ended(h, 0, 1);
    patron_html_mode(h, MODE_AFTER_AFTER_BODY);

    return 0;
}


static int
patron_html_after_after_body_end(patron_html_t *h)
{
    patron_html_mode(h, MODE_IN_BODY);

    return 1;
}


static int
patron_html_frameset_start(patron_html_t *h)
{
    switch (h->id) {

    case TAG_FRAMESET:
        patron_html_push(h);
        return 0;

    case TAG_FRAME:
        patron_html_push_void(h);
        return 0;

    case TAG_NOFRAMES:
        return patron_html_head_start(h);

    default:
        return 0;
    }
}


static int
patron_html_frameset_end(patron_html_t *h)
{
    if (h->id != TAG_FRAMESET || h->depth == 1) {
        return 0;
    }

    patron_html_pop_to(h, h->depth - 1, 1);

    if (!patron_html_current_is(h, TAG_FRAMESET)) {
        patron_html_mode(h, MODE_AFTER_FRAMESET);
    }

    return 0;
}


/* Start tags after a frameset, and after after it. */

static int
patron_html_after_frameset_start(patron_html_t *h)
{
    if (h->id == TAG_NOFRAMES) {
        return patron_html_head_start(h);
    }

    return 0;
}


static int
patron_html_after_frameset_end(patron_html_t *h)
{
    if (h->id == TAG_HTML) {
        patron_html_mode(h, MODE_AFTER_AFTER_FRAMESET);
        patron_html_ended(h, 0, 1);
    }

    return 0;
}


static int
patron_html_ignore(patron_html_t *h)
{
    (void) h;

    return 0;
}
