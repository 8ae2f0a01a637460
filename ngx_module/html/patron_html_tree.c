
/*
 * Tree construction: the dispatcher, and the insertion modes around the body
 * (head, templates, text, framesets, what follows the body).  The others are
 * in patron_html_body.c, patron_html_table.c and patron_html_select.c, and
 * the rules for svg and math in patron_html_foreign.c.  Source: WHATWG HTML,
 * section 13.2.6, with scripting enabled.
 *
 * Foster parenting is not followed: what stands in the wrong place of a table
 * is told to be where its tags are.  What belongs into the head but stands
 * after it is told to be a child of html.
 */


#include "patron_html_internal.h"


typedef int (*patron_html_rule_pt)(patron_html_t *h);


static int patron_html_anything_else(patron_html_t *h);
static int patron_html_before_html_start(patron_html_t *h);
static int patron_html_before_head_start(patron_html_t *h);
static int patron_html_before_end(patron_html_t *h);
static int patron_html_in_head_start(patron_html_t *h);
static int patron_html_in_head_end(patron_html_t *h);
static int patron_html_after_head_start(patron_html_t *h);
static int patron_html_after_head_end(patron_html_t *h);
static void patron_html_raw_name(patron_html_t *h);
static int patron_html_text_end(patron_html_t *h);
static int patron_html_template_start(patron_html_t *h);
static int patron_html_in_template_start(patron_html_t *h);
static int patron_html_in_template_end(patron_html_t *h);
static int patron_html_after_body_start(patron_html_t *h);
static int patron_html_after_body_end(patron_html_t *h);
static int patron_html_after_after_body_end(patron_html_t *h);
static int patron_html_frameset_start(patron_html_t *h);
static int patron_html_frameset_end(patron_html_t *h);
static int patron_html_after_frameset_start(patron_html_t *h);
static int patron_html_after_frameset_end(patron_html_t *h);
static int patron_html_ignore(patron_html_t *h);
static void patron_html_guard(patron_html_t *h);
static void patron_html_text_in_body(patron_html_t *h);
static void patron_html_before_text(patron_html_t *h, uint64_t at);
static int patron_html_is_misplaced(patron_html_t *h);
static void patron_html_close_templates(patron_html_t *h);


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
    [MODE_IN_SELECT] = patron_html_select_start,
    [MODE_IN_SELECT_IN_TABLE] = patron_html_select_in_table_start,
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
    [MODE_IN_SELECT] = patron_html_select_end,
    [MODE_IN_SELECT_IN_TABLE] = patron_html_select_in_table_end,
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
        && (h->mode == MODE_IN_SELECT || h->mode >= MODE_IN_SELECT_IN_TABLE))
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
 * Parsers that know only tag names, and those that follow the newer rules of
 * select, disagree with the rules followed here on whether what comes is text.
 */

static void
patron_html_guard(patron_html_t *h)
{
    switch (h->mode) {

    case MODE_IN_SELECT:
    case MODE_IN_SELECT_IN_TABLE:
        if (((patron_html_known[h->id].classes & EL_TEXT)
             && h->id != TAG_SCRIPT)
            || h->id == TAG_SVG
            || h->id == TAG_MATH)
        {
            patron_html_stop(h, PATRON_HTML_AMBIGUOUS);
        }

        break;

    case MODE_IN_FRAMESET:
    case MODE_AFTER_FRAMESET:
    case MODE_AFTER_AFTER_FRAMESET:
        if ((patron_html_known[h->id].classes & EL_TEXT)
            && h->id != TAG_NOFRAMES)
        {
            patron_html_stop(h, PATRON_HTML_AMBIGUOUS);
        }

        break;
    }
}


void
patron_html_mode(patron_html_t *h, unsigned mode)
{
    h->mode = mode;
    patron_html_plain(h);

    switch (mode) {

    case MODE_IN_BODY:
    case MODE_TEXT:
    case MODE_IN_CAPTION:
    case MODE_IN_CELL:
    case MODE_IN_SELECT:
    case MODE_IN_SELECT_IN_TABLE:
    case MODE_IN_TEMPLATE:
        h->look &= ~LOOK_MODE;
        break;

    default:
        h->look |= LOOK_MODE;
        break;
    }
}


void
patron_html_reset_mode(patron_html_t *h)
{
    int  i, n;

    for (i = (int) h->depth - 1; i >= 0; i--) {

        switch (h->stack[i].id) {

        case TAG_SELECT:
            for (n = i - 1; n > 0; n--) {
                if (h->stack[n].id == TAG_TEMPLATE) {
                    break;
                }

                if (h->stack[n].id == TAG_TABLE) {
                    patron_html_mode(h, MODE_IN_SELECT_IN_TABLE);
                    return;
                }
            }

            patron_html_mode(h, MODE_IN_SELECT);
            return;

        case TAG_TD:
        case TAG_TH:
            patron_html_mode(h, MODE_IN_CELL);
            return;

        case TAG_TR:
            patron_html_mode(h, MODE_IN_ROW);
            return;

        case TAG_TBODY:
        case TAG_THEAD:
        case TAG_TFOOT:
            patron_html_mode(h, MODE_IN_TBODY);
            return;

        case TAG_CAPTION:
            patron_html_mode(h, MODE_IN_CAPTION);
            return;

        case TAG_COLGROUP:
            patron_html_mode(h, MODE_IN_COLGROUP);
            return;

        case TAG_TABLE:
            patron_html_mode(h, MODE_IN_TABLE);
            return;

        case TAG_TEMPLATE:
            patron_html_mode(h, h->templates[h->ntemplates - 1]);
            return;

        case TAG_HEAD:
            patron_html_mode(h, MODE_IN_HEAD);
            return;

        case TAG_BODY:
            patron_html_mode(h, MODE_IN_BODY);
            return;

        case TAG_FRAMESET:
            patron_html_mode(h, MODE_IN_FRAMESET);
            return;

        case TAG_HTML:
            patron_html_mode(h, h->head ? MODE_AFTER_HEAD : MODE_BEFORE_HEAD);
            return;
        }
    }
}


/* One step on towards the body, for a token that none expects here. */

static int
patron_html_anything_else(patron_html_t *h)
{
    switch (h->mode) {

    case MODE_INITIAL:
        h->quirks = 1;
        patron_html_mode(h, MODE_BEFORE_HTML);
        break;

    case MODE_BEFORE_HTML:
        patron_html_push_implied(h, TAG_HTML);
        patron_html_mode(h, MODE_BEFORE_HEAD);
        break;

    case MODE_BEFORE_HEAD:
        patron_html_push_implied(h, TAG_HEAD);
        h->head = 1;
        patron_html_mode(h, MODE_IN_HEAD);
        break;

    case MODE_IN_HEAD:
        patron_html_pop(h);
        patron_html_mode(h, MODE_AFTER_HEAD);
        break;

    default: /* MODE_AFTER_HEAD */
        patron_html_push_implied(h, TAG_BODY);
        patron_html_mode(h, MODE_IN_BODY);
        break;
    }

    return 1;
}


static int
patron_html_before_html_start(patron_html_t *h)
{
    if (h->id != TAG_HTML) {
        return patron_html_anything_else(h);
    }

    patron_html_push(h);
    patron_html_mode(h, MODE_BEFORE_HEAD);

    return 0;
}


static int
patron_html_before_head_start(patron_html_t *h)
{
    switch (h->id) {

    case TAG_HTML:
        return 0;

    case TAG_HEAD:
        patron_html_push(h);
        h->head = 1;
        patron_html_mode(h, MODE_IN_HEAD);
        return 0;

    default:
        return patron_html_anything_else(h);
    }
}


/* End tags before html and before head. */

static int
patron_html_before_end(patron_html_t *h)
{
    switch (h->id) {

    case TAG_HTML:
    case TAG_HEAD:
    case TAG_BODY:
    case TAG_BR:
        return patron_html_anything_else(h);

    default:
        return 0;
    }
}


static int
patron_html_in_head_start(patron_html_t *h)
{
    switch (h->id) {

    case TAG_NOSCRIPT:
    case TAG_NOFRAMES:
        patron_html_text_mode(h, STATE_RAWTEXT);
        return 0;

    case TAG_HTML:
    case TAG_HEAD:
        return 0;
    }

    if (patron_html_known[h->id].start == START_HEAD) {
        return patron_html_head_start(h);
    }

    return patron_html_anything_else(h);
}


/* The tags that other modes hand to "in head". */

int
patron_html_head_start(patron_html_t *h)
{
    switch (h->id) {

    case TAG_TITLE:
        patron_html_text_mode(h, STATE_RCDATA);
        return 0;

    case TAG_STYLE:
    case TAG_NOFRAMES:
        patron_html_text_mode(h, STATE_RAWTEXT);
        return 0;

    case TAG_SCRIPT:
        patron_html_text_mode(h, STATE_SCRIPT);
        return 0;

    case TAG_TEMPLATE:
        return patron_html_template_start(h);

    default: /* base, basefont, bgsound, link, meta */
        patron_html_push_void(h);
        return 0;
    }
}


static int
patron_html_in_head_end(patron_html_t *h)
{
    switch (h->id) {

    case TAG_HEAD:
        patron_html_pop_to(h, h->depth - 1, 1);
        patron_html_mode(h, MODE_AFTER_HEAD);
        return 0;

    case TAG_BODY:
    case TAG_HTML:
    case TAG_BR:
        return patron_html_anything_else(h);

    case TAG_TEMPLATE:
        return patron_html_template_end(h);

    default:
        return 0;
    }
}


static int
patron_html_after_head_start(patron_html_t *h)
{
    switch (h->id) {

    case TAG_HTML:
    case TAG_HEAD:
        return 0;

    case TAG_BODY:
        patron_html_push(h);
        h->look &= ~LOOK_FRAMESET;
        patron_html_mode(h, MODE_IN_BODY);
        return 0;

    case TAG_FRAMESET:
        patron_html_push(h);
        patron_html_mode(h, MODE_IN_FRAMESET);
        return 0;

    case TAG_NOFRAMES:
        return patron_html_head_start(h);
    }

    if (patron_html_known[h->id].start == START_HEAD) {
        return patron_html_head_start(h);
    }

    return patron_html_anything_else(h);
}


static int
patron_html_after_head_end(patron_html_t *h)
{
    switch (h->id) {

    case TAG_BODY:
    case TAG_HTML:
    case TAG_BR:
        return patron_html_anything_else(h);

    case TAG_TEMPLATE:
        return patron_html_template_end(h);

    default:
        return 0;
    }
}


/* Opens an element whose contents the tokenizer reads as text. */

void
patron_html_text_mode(patron_html_t *h, unsigned state)
{
    patron_html_push(h);

    h->state = state;
    h->leave = 1;
    patron_html_raw_name(h);
    h->escaped = 0;
    h->original = h->mode;

    patron_html_mode(h, MODE_TEXT);
}


/* Keeps the name, lowered: all such names have at most eight bytes. */

static void
patron_html_raw_name(patron_html_t *h)
{
    unsigned  i;

    for (i = 0; i < sizeof(h->raw_name); i++) {
        h->raw_name[i] = (patron_uchar_t) (h->tag.name >> (8 * i));
    }

    h->raw_len = h->tag.raw_name.len;
}


static int
patron_html_text_end(patron_html_t *h)
{
    patron_html_pop_to(h, h->depth - 1, 1);
    patron_html_mode(h, h->original);

    return 0;
}


static int
patron_html_template_start(patron_html_t *h)
{
    if (patron_html_push(h) == NULL) {
        return 0;
    }

    patron_html_format_marker(h);
    h->look &= ~LOOK_FRAMESET;
    h->templates[h->ntemplates++] = MODE_IN_TEMPLATE;
    patron_html_mode(h, MODE_IN_TEMPLATE);

    return 0;
}


int
patron_html_template_end(patron_html_t *h)
{
    int  i;

    if (h->ntemplates == 0) {
        return 0;
    }

    patron_html_implied_ends_thoroughly(h);

    i = patron_html_in_scope(h, TAG_TEMPLATE, 0);

    if (i < 0) {
        return 0;
    }

    patron_html_pop_to(h, i, 1);
    patron_html_format_clear(h);
    h->ntemplates--;
    patron_html_reset_mode(h);

    return 0;
}


static int
patron_html_in_template_start(patron_html_t *h)
{
    unsigned  mode;

    switch (h->id) {

    case TAG_NOFRAMES:
        return patron_html_head_start(h);

    case TAG_CAPTION:
    case TAG_COLGROUP:
    case TAG_TBODY:
    case TAG_TFOOT:
    case TAG_THEAD:
        mode = MODE_IN_TABLE;
        break;

    case TAG_COL:
        mode = MODE_IN_COLGROUP;
        break;

    case TAG_TR:
        mode = MODE_IN_TBODY;
        break;

    case TAG_TD:
    case TAG_TH:
        mode = MODE_IN_ROW;
        break;

    default:
        if (patron_html_known[h->id].start == START_HEAD) {
            return patron_html_head_start(h);
        }

        mode = MODE_IN_BODY;
        break;
    }

    h->templates[h->ntemplates - 1] = mode;
    patron_html_mode(h, mode);

    return 1;
}


static int
patron_html_in_template_end(patron_html_t *h)
{
    if (h->id == TAG_TEMPLATE) {
        return patron_html_template_end(h);
    }

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


void
patron_html_doctype(patron_html_t *h, int quirks)
{
    if (h->mode == MODE_INITIAL) {
        h->quirks = quirks;
        patron_html_mode(h, MODE_BEFORE_HTML);
    }
}


/* Is the current element one of a table, where text is misplaced? */

static int
patron_html_is_misplaced(patron_html_t *h)
{
    return (patron_html_top(h)->classes & EL_IN_TABLE) != 0;
}


void
patron_html_space(patron_html_t *h, uint64_t at)
{
    if (!(h->look & LOOK_FORMAT)
        || patron_html_top(h)->element.ns != PATRON_NS_HTML)
    {
        return;
    }

    switch (h->mode) {

    case MODE_IN_TABLE:
    case MODE_IN_TBODY:
    case MODE_IN_ROW:
        if (patron_html_is_misplaced(h)) {
            return;
        }

        /* fall through */

    case MODE_IN_BODY:
    case MODE_IN_CAPTION:
    case MODE_IN_CELL:
    case MODE_IN_TEMPLATE:
    case MODE_AFTER_BODY:
    case MODE_AFTER_AFTER_BODY:
        h->at = at;
        patron_html_reconstruct(h);
        break;
    }
}


/* Where text opens or closes elements, before it is inserted. */

static void
patron_html_before_text(patron_html_t *h, uint64_t at)
{
    h->at = at;

    while (h->mode <= MODE_AFTER_HEAD && h->rc == PATRON_OK) {
        patron_html_anything_else(h);
    }

    switch (h->mode) {

    case MODE_IN_COLGROUP:
        if (patron_html_current_is(h, TAG_COLGROUP)) {
            patron_html_pop(h);
            patron_html_mode(h, MODE_IN_TABLE);
        }

        break;

    case MODE_AFTER_BODY:
    case MODE_AFTER_AFTER_BODY:
        patron_html_mode(h, MODE_IN_BODY);
        break;
    }
}


void
patron_html_null(patron_html_t *h, uint64_t at)
{
    if (h->mode == MODE_TEXT
        || (h->depth != 0
            && patron_html_top(h)->element.ns != PATRON_NS_HTML))
    {
        /* a replacement character */
        h->at = at;
        patron_html_text_in_body(h);
        return;
    }

    patron_html_before_text(h, at);
}


void
patron_html_characters(patron_html_t *h, uint64_t at)
{
    h->at = at;

    if (h->mode == MODE_TEXT
        || (h->depth != 0
            && patron_html_top(h)->element.ns != PATRON_NS_HTML))
    {
        if (h->mode != MODE_TEXT) {
            h->look &= ~LOOK_FRAMESET;
        }

        patron_html_text_in_body(h);
        return;
    }

    patron_html_before_text(h, at);

    switch (h->mode) {

    case MODE_IN_COLGROUP:
    case MODE_IN_FRAMESET:
    case MODE_AFTER_FRAMESET:
    case MODE_AFTER_AFTER_FRAMESET:
        return;

    case MODE_IN_SELECT:
    case MODE_IN_SELECT_IN_TABLE:
        break;

    default:
        if (h->look & LOOK_FORMAT) {
            patron_html_reconstruct(h);
        }

        h->look &= ~LOOK_FRAMESET;
        break;
    }

    patron_html_text_in_body(h);
}


/* Tells the client of text. */

static void
patron_html_text_in_body(patron_html_t *h)
{
    if (!(h->look & LOOK_TEXT)) {
        return;
    }

    h->look &= ~LOOK_TEXT;

    h->event.type = PATRON_HTML_TEXT;
    h->event.index = h->depth - 1;
    h->event.tag = NULL;
    h->event.at = h->at;
    h->event.after = h->at;

    patron_html_tell(h);
}


static void
patron_html_close_templates(patron_html_t *h)
{
    int  i;

    while (h->ntemplates != 0 && h->rc == PATRON_OK) {
        i = patron_html_in_scope(h, TAG_TEMPLATE, 0);

        if (i < 0) {
            return;
        }

        patron_html_pop_to(h, i, 0);
        patron_html_format_clear(h);
        h->ntemplates--;
        patron_html_reset_mode(h);
    }
}


void
patron_html_end_of_file(patron_html_t *h, uint64_t at)
{
    h->at = at;

    if (h->mode == MODE_TEXT) {
        patron_html_pop(h);
        patron_html_mode(h, h->original);
    }

    patron_html_close_templates(h);

    while (h->mode <= MODE_AFTER_HEAD && h->rc == PATRON_OK) {
        patron_html_anything_else(h);
    }

    while (h->depth != 0 && h->rc == PATRON_OK) {
        patron_html_pop(h);
    }
}
