
/*
 * The stack of open elements: every change of it is told to the client here.
 * Scopes, implied end tags and "clear back to" are walks over the classes of
 * its entries.  Source: WHATWG HTML, section 13.2.4.2.
 */


#include "patron_html_raw.h"
#include "patron_html_stack.h"


#define PATRON_HTML_STACK  32


static void patron_html_close(patron_html_t *h, uint32_t index, int own);


/* stop is a patron_html_stop_e. */

void
patron_html_stop(patron_html_t *h, unsigned stop)
{
    if (h->rc == PATRON_OK) {
        h->stopped = stop;
        h->rc = (stop == PATRON_HTML_NO_MEMORY) ? PATRON_ERROR
                                                : PATRON_DECLINED;
        h->leave = 1;
    }
}


int
patron_html_grow(patron_html_t *h)
{
    uint32_t              capacity;
    patron_html_entry_t  *stack;

    if (h->depth == h->max_depth) {
        patron_html_stop(h, PATRON_HTML_TOO_DEEP);
        return PATRON_DECLINED;
    }

    capacity = h->capacity ? 2 * h->capacity : PATRON_HTML_STACK;

    stack = patron_alloc(h->mem, capacity * sizeof(patron_html_entry_t));
    if (stack == NULL) {
        patron_html_stop(h, PATRON_HTML_NO_MEMORY);
        return PATRON_ERROR;
    }

    if (h->stack != NULL) {
        memcpy(stack, h->stack, h->depth * sizeof(patron_html_entry_t));
        patron_free(h->mem, h->stack);
    }

    h->stack = stack;
    h->capacity = capacity;

    return PATRON_OK;
}


patron_html_entry_t *
patron_html_push(patron_html_t *h)
{
    h->paragraphs += (h->id == TAG_P);

    return patron_html_open(h, h->id, h->tag.name,
                            patron_html_known[h->id].classes,
                            PATRON_NS_HTML, &h->tag);
}


patron_html_entry_t *
patron_html_push_foreign(patron_html_t *h, patron_html_ns_e ns,
    uint32_t classes)
{
    h->foreign++;
    patron_html_plain(h);

    return patron_html_open(h, TAG_UNKNOWN, h->tag.name, classes|EL_FOREIGN,
                            ns, &h->tag);
}


patron_html_entry_t *
patron_html_push_implied(patron_html_t *h, unsigned id)
{
    h->paragraphs += (id == TAG_P);

    return patron_html_open(h, id, patron_html_id_name(id),
                            patron_html_known[id].classes,
                            PATRON_NS_HTML, NULL);
}


void
patron_html_push_void(patron_html_t *h)
{
    if (patron_html_push(h) == NULL) {
        return;
    }

    if (patron_html_close_matters(h, h->depth - 1)) {
        h->event.type = PATRON_HTML_CLOSE;
        h->event.index = h->depth - 1;
        h->event.tag = NULL;
        h->event.at = h->tag.end;
        h->event.after = h->tag.end;

        patron_html_tell(h);
    }

    h->depth--;
}


/* Tells of the end of the entry at index. */

static void
patron_html_close(patron_html_t *h, uint32_t index, int own)
{
    if (h->stack[index].told) {
        return;
    }

    h->look |= h->want & LOOK_TEXT;

    if (!patron_html_close_matters(h, index)) {
        return;
    }

    h->event.type = PATRON_HTML_CLOSE;
    h->event.index = index;

    if (own) {
        h->event.tag = &h->tag;
        h->event.at = h->tag.start;
        h->event.after = h->tag.end;

    } else {
        h->event.tag = NULL;
        h->event.at = h->at;
        h->event.after = h->at;
    }

    patron_html_tell(h);
}


void
patron_html_remove(patron_html_t *h, uint32_t index, int own)
{
    patron_html_entry_t  *entry;

    if (h->rc != PATRON_OK) {
        return;
    }

    patron_html_close(h, index, own);

    if (h->rc != PATRON_OK) {
        return;
    }

    entry = &h->stack[index];

    h->paragraphs -= (entry->id == TAG_P);

    if (entry->id == TAG_SELECT) {
        h->selects--;
        patron_html_plain(h);
    }

    if (entry->classes & (EL_FORMAT|EL_FOREIGN)) {
        h->foreign -= ((entry->classes & EL_FOREIGN) != 0);
        h->look |= (entry->classes & EL_FORMAT) ? LOOK_FORMAT : 0;
        patron_html_plain(h);
    }

    h->depth--;

    if (index < h->depth) {
        memmove(entry, entry + 1,
                (h->depth - index) * sizeof(patron_html_entry_t));
    }
}


void
patron_html_pop_to(patron_html_t *h, uint32_t index, int own)
{
    while (h->depth > index + 1 && h->rc == PATRON_OK) {
        patron_html_remove(h, h->depth - 1, 0);
    }

    if (h->depth == index + 1) {
        patron_html_remove(h, index, own);
    }
}


void
patron_html_pop(patron_html_t *h)
{
    if (h->depth != 0) {
        patron_html_remove(h, h->depth - 1, 0);
    }
}


void
patron_html_ended(patron_html_t *h, uint32_t index, int own)
{
    if (h->stack[index].told || h->rc != PATRON_OK) {
        return;
    }

    h->look |= h->want & LOOK_TEXT;
    h->stack[index].told = 1;

    if (!patron_html_close_matters(h, index)) {
        return;
    }

    h->event.type = PATRON_HTML_CLOSE;
    h->event.index = index;
    h->event.tag = own ? &h->tag : NULL;
    h->event.at = h->at;
    h->event.after = own ? h->tag.end : h->at;
    h->event.stays = 1;

    patron_html_tell(h);

    h->event.stays = 0;
}


int
patron_html_in_scope(patron_html_t *h, unsigned id, uint32_t bounds)
{
    int                   i;
    patron_html_entry_t  *entry;

    for (i = (int) h->depth - 1; i >= 0; i--) {
        entry = &h->stack[i];

        if (entry->id == id) {
            return i;
        }

        if (entry->classes & bounds) {
            break;
        }
    }

    return -1;
}


int
patron_html_heading_in_scope(patron_html_t *h)
{
    int  i;

    for (i = (int) h->depth - 1; i >= 0; i--) {

        if (h->stack[i].classes & EL_HEADING) {
            return i;
        }

        if (h->stack[i].classes & EL_SCOPE) {
            break;
        }
    }

    return -1;
}


int
patron_html_find_open(patron_html_t *h, uint32_t serial)
{
    int  i;

    for (i = (int) h->depth - 1; i >= 0; i--) {
        if (h->stack[i].serial == serial) {
            break;
        }
    }

    return i;
}


void
patron_html_implied_ends(patron_html_t *h, unsigned except)
{
    while (h->depth != 0
           && (patron_html_top(h)->classes & EL_IMPLIED)
           && patron_html_top(h)->id != except
           && h->rc == PATRON_OK)
    {
        patron_html_pop(h);
    }
}


void
patron_html_implied_ends_thoroughly(patron_html_t *h)
{
    while (h->depth != 0
           && (patron_html_top(h)->classes & EL_THOROUGH)
           && h->rc == PATRON_OK)
    {
        patron_html_pop(h);
    }
}


void
patron_html_clear_back(patron_html_t *h, uint32_t classes)
{
    while (h->depth != 0
           && !(patron_html_top(h)->classes & classes)
           && h->rc == PATRON_OK)
    {
        patron_html_pop(h);
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
    int  i;

    for (i = (int) h->depth - 1; i >= 0; i--) {

        switch (h->stack[i].id) {

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


/* Opens an element whose contents the tokenizer reads as text. */

void
patron_html_text_mode(patron_html_t *h, unsigned state)
{
    patron_html_push(h);
    patron_html_raw_enter(h, state);

    h->original = h->mode;

    patron_html_mode(h, MODE_TEXT);
}


void
patron_html_any_end(patron_html_t *h)
{
    int                   i;
    patron_html_entry_t  *entry;

    for (i = (int) h->depth - 1; i > 0; i--) {
        entry = &h->stack[i];

        if (entry->element.name == h->tag.name
            && entry->element.ns == PATRON_NS_HTML)
        {
            patron_html_implied_ends(h, h->id);
            patron_html_pop_to(h, i, h->tag.end_tag);
            return;
        }

        if (entry->classes & EL_SPECIAL) {
            return;
        }
    }
}
