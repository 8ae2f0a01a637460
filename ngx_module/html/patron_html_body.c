
/*
 * The "in body" insertion mode, where nearly every tag of a page is handled:
 * the rule of a tag is looked up by its id.  Source: WHATWG HTML, section
 * 13.2.6.4.7.
 */


#include "patron_html_attr.h"
#include "patron_html_body.h"
#include "patron_html_bytes.h"
#include "patron_html_foreign.h"
#include "patron_html_format.h"
#include "patron_html_head.h"
#include "patron_html_select.h"
#include "patron_html_stack.h"


static void patron_html_list_item_start(patron_html_t *h, unsigned id,
    unsigned other);
static void patron_html_close_p(patron_html_t *h, int own);
static void patron_html_form_start(patron_html_t *h);
static void patron_html_form_end(patron_html_t *h);
static void patron_html_frameset_start(patron_html_t *h);
static int patron_html_body_start_rare(patron_html_t *h, unsigned rule);
static int patron_html_body_end_other(patron_html_t *h, unsigned rule);
static void patron_html_body_ended(patron_html_t *h);
static void patron_html_block_end(patron_html_t *h, unsigned except,
    uint32_t bounds);


static inline void
patron_html_end_p(patron_html_t *h)
{
    if (h->paragraphs != 0
        && patron_html_in_scope(h, TAG_P, EL_SCOPE|EL_BUTTON) >= 0)
    {
        patron_html_close_p(h, 0);
    }
}


/* Closes the p element in button scope. */

static void
patron_html_close_p(patron_html_t *h, int own)
{
    int  i;

    patron_html_implied_ends(h, TAG_P);

    i = patron_html_in_scope(h, TAG_P, EL_SCOPE|EL_BUTTON);

    if (i >= 0) {
        patron_html_pop_to(h, i, own);
    }
}


int
patron_html_body_start(patron_html_t *h)
{
    unsigned  rule;

    rule = patron_html_known[h->id].start;

    switch (rule) {

    case START_ANY:
        patron_html_reopen(h);
        patron_html_push(h);
        return 0;

    case START_BLOCK:
        patron_html_end_p(h);
        patron_html_push(h);
        return 0;

    case START_A:
        if (h->nformats != 0) {
            patron_html_close_link(h);
        }

        /* fall through */

    case START_FORMAT:
        patron_html_reopen(h);
        patron_html_format_push(h, patron_html_push(h));
        return 0;

    case START_LI:
        patron_html_list_item_start(h, TAG_LI, TAG_LI);
        return 0;

    case START_VOID:
        patron_html_reopen(h);
        patron_html_push_void(h);
        h->look &= ~LOOK_FRAMESET;
        return 0;

    default:
        return patron_html_body_start_rare(h, rule);
    }
}


static int
patron_html_body_start_rare(patron_html_t *h, unsigned rule)
{
    int  i;

    switch (rule) {

    case START_HEAD:
        return patron_html_head_start(h);

    case START_DD:
        patron_html_list_item_start(h, TAG_DD, TAG_DT);
        break;

    case START_HEADING:
        patron_html_end_p(h);

        if (patron_html_top(h)->classes & EL_HEADING) {
            patron_html_pop(h);
        }

        patron_html_push(h);
        break;

    case START_PARAM:
        patron_html_push_void(h);
        break;

    case START_HR:
        patron_html_end_p(h);
        patron_html_option_ends(h, TAG_UNKNOWN);
        patron_html_push_void(h);
        h->look &= ~LOOK_FRAMESET;
        break;

    case START_INPUT:
        (void) patron_html_select_ends(h);
        patron_html_reopen(h);

        if ((h->look & LOOK_FRAMESET) && !patron_html_hidden_input(h)) {
            h->look &= ~LOOK_FRAMESET;
        }

        patron_html_push_void(h);
        break;

    case START_IMAGE:
        h->id = TAG_IMG;
        h->tag.name = patron_html_id_name(TAG_IMG);
        return patron_html_body_start(h);

    case START_PRE:
        patron_html_end_p(h);
        patron_html_push(h);
        h->look &= ~LOOK_FRAMESET;
        break;

    case START_FORM:
        patron_html_form_start(h);
        break;

    case START_BUTTON:
        i = patron_html_in_scope(h, TAG_BUTTON, EL_SCOPE);

        if (i >= 0) {
            patron_html_implied_ends(h, TAG_UNKNOWN);
            patron_html_pop_to(h, i, 0);
        }

        patron_html_reopen(h);
        patron_html_push(h);
        h->look &= ~LOOK_FRAMESET;
        break;

    case START_NOBR:
        patron_html_reopen(h);

        if (patron_html_in_scope(h, TAG_NOBR, EL_SCOPE) >= 0) {
            patron_html_adopt(h);
            patron_html_reopen(h);
        }

        patron_html_format_push(h, patron_html_push(h));
        break;

    case START_OBJECT:
        patron_html_reopen(h);
        patron_html_push(h);
        patron_html_format_marker(h);
        h->look &= ~LOOK_FRAMESET;
        break;

    case START_TABLE:
        if (!h->quirks) {
            patron_html_end_p(h);
        }

        patron_html_push(h);
        h->look &= ~LOOK_FRAMESET;
        patron_html_mode(h, MODE_IN_TABLE);
        break;

    case START_SELECT:
        patron_html_select_start(h);
        break;

    case START_OPTION:
        patron_html_option_start(h);
        break;

    case START_RB:
        if (patron_html_in_scope(h, TAG_RUBY, EL_SCOPE) >= 0) {
            patron_html_implied_ends(h, TAG_UNKNOWN);
        }

        patron_html_push(h);
        break;

    case START_RT:
        if (patron_html_in_scope(h, TAG_RUBY, EL_SCOPE) >= 0) {
            patron_html_implied_ends(h, TAG_RTC);
        }

        patron_html_push(h);
        break;

    case START_TEXTAREA:
        h->look &= ~LOOK_FRAMESET;
        patron_html_text_mode(h, STATE_RCDATA);
        break;

    case START_XMP:
        patron_html_end_p(h);
        patron_html_reopen(h);

        /* fall through */

    case START_IFRAME:
        h->look &= ~LOOK_FRAMESET;

        /* fall through */

    case START_RAWTEXT:
        patron_html_text_mode(h, STATE_RAWTEXT);
        break;

    case START_PLAINTEXT:
        patron_html_end_p(h);
        patron_html_push(h);
        h->state = STATE_PLAINTEXT;
        h->leave = 1;
        break;

    case START_MATH:
        patron_html_reopen(h);
        patron_html_math_start(h);
        break;

    case START_SVG:
        patron_html_reopen(h);
        patron_html_svg_start(h);
        break;

    case START_BODY:
        if (h->depth > 1 && h->stack[1].id == TAG_BODY
            && h->ntemplates == 0)
        {
            h->look &= ~LOOK_FRAMESET;
        }

        break;

    case START_FRAMESET:
        patron_html_frameset_start(h);
        break;

    default: /* START_HTML, START_IGNORE */
        break;
    }

    return 0;
}


/* An li ends the li before it, a dd or dt the dd or dt. */

static void
patron_html_list_item_start(patron_html_t *h, unsigned id, unsigned other)
{
    int                   i;
    patron_html_entry_t  *entry;

    h->look &= ~LOOK_FRAMESET;

    for (i = (int) h->depth - 1; i >= 0; i--) {
        entry = &h->stack[i];

        if (entry->id == id || entry->id == other) {
            patron_html_implied_ends(h, entry->id);
            patron_html_pop_to(h, i, 0);
            break;
        }

        if ((entry->classes & (EL_SPECIAL|EL_LI_PASS)) == EL_SPECIAL) {
            break;
        }
    }

    patron_html_end_p(h);
    patron_html_push(h);
}


static void
patron_html_form_start(patron_html_t *h)
{
    patron_html_entry_t  *entry;

    if (h->form != 0 && h->ntemplates == 0) {
        return;
    }

    patron_html_end_p(h);

    entry = patron_html_push(h);

    if (entry != NULL && h->ntemplates == 0) {
        h->form = entry->serial = ++h->serial;
    }
}


int
patron_html_hidden_input(patron_html_t *h)
{
    size_t        i;
    patron_str_t  value;

    if (patron_html_tag_attr(&h->tag, "type", &value) != PATRON_OK
        || value.len != 6)
    {
        return 0;
    }

    for (i = 0; i < 6; i++) {
        if (patron_html_lower(value.data[i]) != "hidden"[i]) {
            return 0;
        }
    }

    return 1;
}


/* A frameset takes the place of a body in which nothing has stood yet. */

static void
patron_html_frameset_start(patron_html_t *h)
{
    if (!(h->look & LOOK_FRAMESET)
        || h->depth < 2
        || h->stack[1].id != TAG_BODY)
    {
        return;
    }

    patron_html_pop_to(h, 1, 0);
    patron_html_push(h);
    patron_html_mode(h, MODE_IN_FRAMESET);
}


int
patron_html_body_end(patron_html_t *h)
{
    unsigned              rule;
    patron_html_entry_t  *top;

    rule = patron_html_known[h->id].end;
    top = patron_html_top(h);

    if (top->id == h->id && h->id != TAG_UNKNOWN) {

        if (rule <= END_HEADING) {
            patron_html_pop_own(h);
            return 0;
        }

        if (rule == END_FORMAT
            && h->nformats != 0
            && h->formats[h->nformats - 1].serial == top->serial)
        {
            h->nformats--;
            patron_html_pop_own(h);
            return 0;
        }
    }

    return patron_html_body_end_other(h, rule);
}


/* The end tag is not, or not only, the current element's. */

static int
patron_html_body_end_other(patron_html_t *h, unsigned rule)
{
    int  i;

    switch (rule) {

    case END_ANY:
    case END_TABLE:
        patron_html_any_end(h);
        break;

    case END_BLOCK:
        patron_html_block_end(h, TAG_UNKNOWN, EL_SCOPE);
        break;

    case END_P:
        if (h->paragraphs == 0
            || patron_html_in_scope(h, TAG_P, EL_SCOPE|EL_BUTTON) < 0)
        {
            patron_html_push_implied(h, TAG_P);
        }

        patron_html_close_p(h, 1);
        break;

    case END_LI:
        patron_html_block_end(h, TAG_LI, EL_SCOPE|EL_LIST);
        break;

    case END_DD:
        patron_html_block_end(h, h->id, EL_SCOPE);
        break;

    case END_HEADING:
        i = patron_html_heading_in_scope(h);

        if (i >= 0) {
            patron_html_implied_ends(h, TAG_UNKNOWN);
            patron_html_pop_to(h, i, 1);
        }

        break;

    case END_FORMAT:
        patron_html_adopt(h);
        break;

    case END_OBJECT:
        i = patron_html_in_scope(h, h->id, EL_SCOPE);

        if (i >= 0) {
            patron_html_implied_ends(h, TAG_UNKNOWN);
            patron_html_pop_to(h, i, 1);
            patron_html_format_clear(h);
        }

        break;

    case END_BR:
        patron_html_reopen(h);

        if (patron_html_push_implied(h, TAG_BR) != NULL) {
            patron_html_pop_to(h, h->depth - 1, 1);
        }

        h->look &= ~LOOK_FRAMESET;
        break;

    case END_FORM:
        patron_html_form_end(h);
        break;

    case END_BODY:
        if (patron_html_in_scope(h, TAG_BODY, EL_SCOPE) >= 0) {
            patron_html_mode(h, MODE_AFTER_BODY);
            patron_html_body_ended(h);
        }

        break;

    case END_HTML:
        if (patron_html_in_scope(h, TAG_BODY, EL_SCOPE) >= 0) {
            patron_html_mode(h, MODE_AFTER_BODY);
            return 1;
        }

        break;

    case END_TEMPLATE:
        return patron_html_template_end(h);

    case END_SELECT:
        patron_html_block_end(h, TAG_UNKNOWN, EL_SCOPE);
        break;
    }

    return 0;
}


static void
patron_html_body_ended(patron_html_t *h)
{
    if (h->depth > 1 && h->stack[1].id == TAG_BODY) {
        patron_html_ended(h, 1, 1);
    }
}


/* The end tag of an element in scope, whatever is still open in it. */

static void
patron_html_block_end(patron_html_t *h, unsigned except, uint32_t bounds)
{
    int  i;

    i = patron_html_in_scope(h, h->id, bounds);

    if (i >= 0) {
        patron_html_implied_ends(h, except);
        patron_html_pop_to(h, i, 1);
    }
}


static void
patron_html_form_end(patron_html_t *h)
{
    int       i;
    uint32_t  form;

    if (h->ntemplates != 0) {
        patron_html_block_end(h, TAG_UNKNOWN, EL_SCOPE);
        return;
    }

    form = h->form;
    h->form = 0;

    if (form == 0) {
        return;
    }

    for (i = (int) h->depth - 1; i >= 0; i--) {

        if (h->stack[i].serial == form) {
            break;
        }

        if (h->stack[i].classes & EL_SCOPE) {
            return;
        }
    }

    if (i >= 0) {
        patron_html_implied_ends(h, TAG_UNKNOWN);
        patron_html_remove(h, i, 1);
    }
}
