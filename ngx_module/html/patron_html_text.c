
/*
 * Tokens other than tags: text, in so far as it opens or closes elements, the
 * doctype and the end of the page.  Source: WHATWG HTML, section 13.2.6.4.
 */


#include "patron_html_format.h"
#include "patron_html_head.h"
#include "patron_html_stack.h"
#include "patron_html_text.h"


static int patron_html_is_misplaced(patron_html_t *h);
static void patron_html_before_text(patron_html_t *h, uint64_t at);
static void patron_html_tell_text(patron_html_t *h);


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
        patron_html_tell_text(h);
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

        patron_html_tell_text(h);
        return;
    }

    patron_html_before_text(h, at);

    switch (h->mode) {

    case MODE_IN_COLGROUP:
    case MODE_IN_FRAMESET:
    case MODE_AFTER_FRAMESET:
    case MODE_AFTER_AFTER_FRAMESET:
        return;

    default:
        if (h->look & LOOK_FORMAT) {
            patron_html_reconstruct(h);
        }

        h->look &= ~LOOK_FRAMESET;
        break;
    }

    patron_html_tell_text(h);
}


/* Tells the client of text. */

static void
patron_html_tell_text(patron_html_t *h)
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
    h->event.raw = (h->state != STATE_DATA);

    patron_html_tell(h);
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
