
/*
 * The stack of open elements, and what the client is told of it.
 * For the files patron_html_*.c alone.
 */


#ifndef _PATRON_HTML_STACK_H_INCLUDED_
#define _PATRON_HTML_STACK_H_INCLUDED_


#include "patron_html_types.h"


/* Stop is a patron_html_stop_e. */

void patron_html_stop(patron_html_t *h, unsigned stop);
int patron_html_grow(patron_html_t *h);


static inline patron_html_entry_t *
patron_html_top(patron_html_t *h)
{
    return &h->stack[h->depth - 1];
}


static inline int
patron_html_current_is(patron_html_t *h, unsigned id)
{
    return h->depth != 0 && h->stack[h->depth - 1].id == id;
}


/* Tells h->event, if it was not told before. */

static inline void
patron_html_tell(patron_html_t *h)
{
    int  rc;

    if (h->rc != PATRON_OK || h->event.at < h->skim.told) {
        return;
    }

    rc = h->handler(h->ctx, &h->event);

    if (rc != PATRON_OK) {
        h->rc = rc;
        h->leave = 1;
    }
}


/* Must the client be told that such an element opens? */

static inline int
patron_html_open_matters(patron_html_t *h, patron_html_name_t name,
    const patron_html_tag_t *tag)
{
    return (h->interest->names & patron_html_name_bit(name))
           || (h->interest->attrs && tag != NULL
               && tag->end - tag->start > tag->raw_name.len + 3);
}


/* ... that the one at index closes? */

static inline int
patron_html_close_matters(patron_html_t *h, uint32_t index)
{
    return (int32_t) index <= h->interest->watch
           || ((int32_t) index == h->interest->watch + 1
               && index + 1 < h->depth);
}


/*
 * Pushes an element, at h->at.  Returns NULL if the parser stopped before.
 */

static inline patron_html_entry_t *
patron_html_enter(patron_html_t *h, unsigned id, patron_html_name_t name,
    uint32_t classes, unsigned ns, unsigned implied)
{
    patron_html_entry_t  *entry;

    if (h->depth == h->capacity && patron_html_grow(h) != PATRON_OK) {
        return NULL;
    }

    entry = &h->stack[h->depth++];

    entry->element.name = name;
    entry->element.start = h->at;
    entry->element.ns = ns;
    entry->element.implied = implied;
    entry->classes = classes;
    entry->serial = 0;
    entry->id = id;
    entry->told = 0;

    h->look |= h->want & LOOK_TEXT;

    return entry;
}


/* Tells of the element just entered. */

static inline void
patron_html_tell_open(patron_html_t *h, const patron_html_tag_t *tag)
{
    h->event.type = PATRON_HTML_OPEN;
    h->event.index = h->depth - 1;
    h->event.tag = tag;
    h->event.at = h->at;
    h->event.after = h->at;

    patron_html_tell(h);
}


/*
 * Opens an element, at h->at; tag is NULL if it is implied.  Returns NULL if
 * the parser stopped before it was pushed.
 */

static inline patron_html_entry_t *
patron_html_open(patron_html_t *h, unsigned id, patron_html_name_t name,
    uint32_t classes, unsigned ns, const patron_html_tag_t *tag)
{
    patron_html_entry_t  *entry;

    if (h->rc != PATRON_OK) {
        return NULL;
    }

    entry = patron_html_enter(h, id, name, classes, ns, tag == NULL);

    if (entry != NULL && patron_html_open_matters(h, name, tag)) {
        patron_html_tell_open(h, tag);
    }

    return entry;
}


/* Closes the current element with the current tag, its own end tag. */

static inline void
patron_html_pop_own(patron_html_t *h)
{
    patron_html_entry_t  *top;

    top = patron_html_top(h);

    h->look |= h->want & LOOK_TEXT;

    if (patron_html_close_matters(h, h->depth - 1)) {
        h->event.type = PATRON_HTML_CLOSE;
        h->event.index = h->depth - 1;
        h->event.tag = &h->tag;
        h->event.at = h->at;
        h->event.after = h->tag.end;

        patron_html_tell(h);
    }

    if (h->rc == PATRON_OK) {
        h->paragraphs -= (top->id == TAG_P);
        h->depth--;
    }
}


/* Whether the fast paths are open; after a change of what it depends on. */

static inline void
patron_html_plain(patron_html_t *h)
{
    h->plain = (h->mode == MODE_IN_BODY || h->mode == MODE_IN_CELL
                || h->mode == MODE_IN_CAPTION)
               && h->foreign == 0
               && h->selects == 0
               && !(h->want & PATRON_HTML_WANT_TAGS);

    if (h->plain && h->interest->direct && h->skim.state == SKIM_NOT) {
        h->skim.state = SKIM_DUE;
        h->leave = 1;
    }
}


/* The current tag's element, or an implied one, in the same way. */

patron_html_entry_t *patron_html_push(patron_html_t *h);
patron_html_entry_t *patron_html_push_foreign(patron_html_t *h,
    patron_html_ns_e ns, uint32_t classes);
patron_html_entry_t *patron_html_push_implied(patron_html_t *h, unsigned id);

/* Opens and closes at once the current tag's void element. */

void patron_html_push_void(patron_html_t *h);

/*
 * Closes the entry at index, wherever in the stack it is; all down to index;
 * with "own" set the current end tag is that of the entry at index.
 */

void patron_html_remove(patron_html_t *h, uint32_t index, int own);
void patron_html_pop_to(patron_html_t *h, uint32_t index, int own);
void patron_html_pop(patron_html_t *h);

/* Tells that the entry ended, which stays all the same. */

void patron_html_ended(patron_html_t *h, uint32_t index, int own);

/* The index of the innermost such element in scope, or -1. */

int patron_html_in_scope(patron_html_t *h, unsigned id, uint32_t bounds);
int patron_html_heading_in_scope(patron_html_t *h);

/* The index of the element with this serial, or -1. */

int patron_html_find_open(patron_html_t *h, uint32_t serial);

/* "Any other end tag": closes the innermost element of the tag's name. */

void patron_html_any_end(patron_html_t *h);

/* Sets the insertion mode; by what is open; for a tag that holds text. */

void patron_html_mode(patron_html_t *h, unsigned mode);
void patron_html_reset_mode(patron_html_t *h);
void patron_html_text_mode(patron_html_t *h, unsigned state);

void patron_html_implied_ends(patron_html_t *h, unsigned except);
void patron_html_implied_ends_thoroughly(patron_html_t *h);
void patron_html_clear_back(patron_html_t *h, uint32_t classes);


#endif /* _PATRON_HTML_STACK_H_INCLUDED_ */
