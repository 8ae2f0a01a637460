
/*
 * The insertion modes up to the body, "in head", which others share, and
 * templates.  Source: WHATWG HTML, sections 13.2.6.4.1 to 13.2.6.4.6 and
 * 13.2.6.4.18.
 *
 * What belongs into the head but stands after it is told to be a child of
 * html.
 */


#include "patron_html_encoding.h"
#include "patron_html_format.h"
#include "patron_html_head.h"
#include "patron_html_stack.h"


static int patron_html_template_start(patron_html_t *h);
static void patron_html_template_ends(patron_html_t *h, int index, int own);


/* One step on towards the body, for a token that none expects here. */

int
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


int
patron_html_before_html_start(patron_html_t *h)
{
    if (h->id != TAG_HTML) {
        return patron_html_anything_else(h);
    }

    patron_html_push(h);
    patron_html_mode(h, MODE_BEFORE_HEAD);

    return 0;
}


int
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

int
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


int
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

    case TAG_META:
        if ((h->want & PATRON_HTML_GUARD)
            && h->mode <= MODE_AFTER_HEAD
            && patron_html_meta_is_foreign(&h->tag))
        {
            patron_html_stop(h, PATRON_HTML_ENCODING);
            return 0;
        }

        /* fall through */

    default: /* base, basefont, bgsound, link */
        patron_html_push_void(h);
        return 0;
    }
}


int
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


int
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


int
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


static int
patron_html_template_start(patron_html_t *h)
{
    if (h->ntemplates == PATRON_HTML_MAX_TEMPLATES) {
        patron_html_stop(h, PATRON_HTML_TOO_DEEP);
        return 0;
    }

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

    patron_html_template_ends(h, i, 1);

    return 0;
}


int
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


int
patron_html_in_template_end(patron_html_t *h)
{
    if (h->id == TAG_TEMPLATE) {
        return patron_html_template_end(h);
    }

    return 0;
}


void
patron_html_close_templates(patron_html_t *h)
{
    int  i;

    while (h->ntemplates != 0 && h->rc == PATRON_OK) {
        i = patron_html_in_scope(h, TAG_TEMPLATE, 0);

        if (i < 0) {
            return;
        }

        patron_html_template_ends(h, i, 0);
    }
}


/* The template at index, unless the parser stops before. */

static void
patron_html_template_ends(patron_html_t *h, int index, int own)
{
    patron_html_pop_to(h, index, own);

    if (h->rc == PATRON_OK) {
        patron_html_format_clear(h);
        h->ntemplates--;
        patron_html_reset_mode(h);
    }
}
