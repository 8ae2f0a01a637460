
/*
 * The list of active formatting elements and the adoption agency.  Source:
 * WHATWG HTML, sections 13.2.4.3 and 13.2.6.4.7.
 *
 * The adoption agency moves nodes about; here it changes only the stack: the
 * formatting element is closed where its end tag stands, whatever lies above
 * it, and elements that the algorithm clones in their place stay as they are.
 * The clone it puts inside the furthest block is opened only when the loop of
 * the algorithm ends with it open (nine blocks deep), and then not in the
 * middle of the stack but with the next text or tag that reopens formatting
 * elements.
 */


#include "patron_html_attr.h"
#include "patron_html_format.h"
#include "patron_html_stack.h"


#define PATRON_HTML_FORMATS     16
#define PATRON_HTML_ADOPT_MAX   8
#define PATRON_HTML_CLONE_MAX   3


static void patron_html_format_append(patron_html_t *h, unsigned id,
    uint32_t serial, uint64_t attrs);
static int patron_html_format_grow(patron_html_t *h);
static void patron_html_format_remove(patron_html_t *h, uint32_t i);
static uint64_t patron_html_format_noah(patron_html_t *h, unsigned id);
static int patron_html_format_last(patron_html_t *h, unsigned id);
static int patron_html_format_find(patron_html_t *h, uint32_t serial);
static int patron_html_format_in_scope(patron_html_t *h, int index);
static int patron_html_furthest_block(patron_html_t *h, int base);
static int patron_html_adopt_block(patron_html_t *h, int base, int block,
    int *bookmark);
static void patron_html_format_move(patron_html_t *h, int from, int to);


void
patron_html_format_push(patron_html_t *h, patron_html_entry_t *entry)
{
    if (entry == NULL) {
        return;
    }

    entry->serial = ++h->serial;

    /* there is never more than one link */

    patron_html_format_append(h, entry->id, entry->serial,
                              (entry->id == TAG_A) ? 0
                                  : patron_html_format_noah(h, entry->id));
}


/*
 * Three of a kind are enough: a fourth drives out the earliest.  Returns the
 * hash of the current tag's attributes.
 */

static uint64_t
patron_html_format_noah(patron_html_t *h, unsigned id)
{
    uint32_t               i, same, earliest;
    uint64_t               attrs;
    patron_html_format_t  *format;

    attrs = 0;

    if (h->tag.end - h->tag.start != h->tag.raw_name.len + 2) {
        attrs = patron_html_attrs_hash(&h->tag);
    }

    same = 0;
    earliest = 0;

    for (i = h->nformats; i-- > 0; /* void */ ) {
        format = &h->formats[i];

        if (format->id == 0) {
            break;
        }

        if (format->id == id && format->attrs == attrs) {
            same++;
            earliest = i;
        }
    }

    if (same >= PATRON_HTML_NOAH) {
        patron_html_format_remove(h, earliest);
    }

    return attrs;
}


void
patron_html_format_marker(patron_html_t *h)
{
    patron_html_format_append(h, 0, PATRON_HTML_NO_SERIAL, 0);
}


/* Clears the list up to and including the last marker. */

void
patron_html_format_clear(patron_html_t *h)
{
    while (h->nformats != 0 && h->formats[--h->nformats].id != 0) {
        /* void */
    }

    h->look |= LOOK_FORMAT;
}


static void
patron_html_format_append(patron_html_t *h, unsigned id, uint32_t serial,
    uint64_t attrs)
{
    if (patron_html_format_add(h, id, serial, attrs) == PATRON_AGAIN
        && patron_html_format_grow(h) == PATRON_OK)
    {
        (void) patron_html_format_add(h, id, serial, attrs);
    }
}


static int
patron_html_format_grow(patron_html_t *h)
{
    uint32_t               capacity;
    patron_html_format_t  *formats;

    if (h->nformats == PATRON_HTML_MAX_FORMAT) {
        patron_html_stop(h, PATRON_HTML_TOO_DEEP);
        return PATRON_DECLINED;
    }

    capacity = h->nformats ? 2 * h->nformats : PATRON_HTML_FORMATS;

    formats = patron_alloc(h->mem, capacity * sizeof(patron_html_format_t));
    if (formats == NULL) {
        patron_html_stop(h, PATRON_HTML_NO_MEMORY);
        return PATRON_ERROR;
    }

    if (h->formats != NULL) {
        memcpy(formats, h->formats,
               h->nformats * sizeof(patron_html_format_t));
        patron_free(h->mem, h->formats);
    }

    h->formats = formats;
    h->formats_capacity = capacity;

    return PATRON_OK;
}


static void
patron_html_format_remove(patron_html_t *h, uint32_t i)
{
    h->nformats--;

    memmove(&h->formats[i], &h->formats[i + 1],
            (h->nformats - i) * sizeof(patron_html_format_t));
}


/* The last such entry after the last marker, or -1. */

static int
patron_html_format_last(patron_html_t *h, unsigned id)
{
    int  i;

    for (i = (int) h->nformats - 1; i >= 0; i--) {

        if (h->formats[i].id == 0) {
            return -1;
        }

        if (h->formats[i].id == id) {
            break;
        }
    }

    return i;
}


static int
patron_html_format_find(patron_html_t *h, uint32_t serial)
{
    int  i;

    for (i = (int) h->nformats - 1; i >= 0; i--) {
        if (h->formats[i].serial == serial) {
            break;
        }
    }

    return i;
}


void
patron_html_reconstruct(patron_html_t *h)
{
    uint32_t               i;
    patron_html_entry_t   *entry;
    patron_html_format_t  *format;

    h->look &= ~LOOK_FORMAT;

    for (i = h->nformats; i != 0; i--) {
        format = &h->formats[i - 1];

        if (format->id == 0 || patron_html_find_open(h, format->serial) >= 0) {
            break;
        }
    }

    for ( /* void */ ; i < h->nformats; i++) {
        entry = patron_html_push_implied(h, h->formats[i].id);

        if (entry == NULL) {
            return;
        }

        entry->serial = ++h->serial;
        h->formats[i].serial = entry->serial;
    }
}


/* An "a" start tag ends a link that is open. */

void
patron_html_close_link(patron_html_t *h)
{
    int       i;
    uint32_t  serial;

    i = patron_html_format_last(h, TAG_A);

    if (i < 0) {
        return;
    }

    serial = h->formats[i].serial;

    patron_html_adopt(h);

    i = patron_html_format_find(h, serial);

    if (i >= 0) {
        patron_html_format_remove(h, i);
    }

    i = patron_html_find_open(h, serial);

    if (i >= 0) {
        patron_html_remove(h, i, 0);
    }
}


/*
 * The adoption agency for the current tag, which is an end tag, or the start
 * tag of a link or a nobr.  From the second round on the element in question
 * is the clone that would lie right above the block at "base".
 */

void
patron_html_adopt(patron_html_t *h)
{
    int                   i, n, own, base, block, bookmark;
    patron_html_entry_t  *top;

    own = h->tag.end_tag;
    top = patron_html_top(h);

    if (top->id == h->id) {

        if (patron_html_format_find(h, top->serial) < 0) {
            patron_html_remove(h, h->depth - 1, own);
            return;
        }
    }

    i = patron_html_format_last(h, h->id);

    if (i < 0) {
        patron_html_any_end(h);
        return;
    }

    base = patron_html_find_open(h, h->formats[i].serial);

    if (base < 0) {
        patron_html_format_remove(h, i);
        return;
    }

    if (!patron_html_format_in_scope(h, base)) {
        return;
    }

    for (n = 0; n < PATRON_HTML_ADOPT_MAX && h->rc == PATRON_OK; n++) {
        block = patron_html_furthest_block(h, base);

        if (block < 0) {
            patron_html_format_remove(h, i);

            if (n == 0) {
                patron_html_pop_to(h, base, own);

            } else {
                patron_html_pop_to(h, base + 1, 0);
            }

            return;
        }

        bookmark = i;
        block = patron_html_adopt_block(h, base, block, &bookmark);

        if (n == 0) {
            patron_html_remove(h, base, own);
            block--;
        }

        i = patron_html_format_last(h, h->id);

        if (i < 0) {
            return;
        }

        patron_html_format_move(h, i, bookmark);
        i = patron_html_format_last(h, h->id);

        base = block;
    }

    h->look |= LOOK_FORMAT;
}


static int
patron_html_format_in_scope(patron_html_t *h, int index)
{
    int  i;

    for (i = (int) h->depth - 1; i > index; i--) {
        if (h->stack[i].classes & EL_SCOPE) {
            return 0;
        }
    }

    return 1;
}


static int
patron_html_furthest_block(patron_html_t *h, int base)
{
    int  i;

    for (i = base + 1; i < (int) h->depth; i++) {
        if (h->stack[i].classes & EL_SPECIAL) {
            return i;
        }
    }

    return -1;
}


/*
 * The inner loop: of the elements between base and block only the formatting
 * elements stay, and of these only the three next to the block.  Returns the
 * new index of the block.
 */

static int
patron_html_adopt_block(patron_html_t *h, int base, int block, int *bookmark)
{
    int  i, n, format, kept;

    n = 0;
    kept = 0;

    for (i = block - 1; i > base && h->rc == PATRON_OK; i--) {
        format = patron_html_format_find(h, h->stack[i].serial);
        n++;

        if (format >= 0 && n > PATRON_HTML_CLONE_MAX) {
            patron_html_format_remove(h, format);

            if (format < *bookmark) {
                (*bookmark)--;
            }

            format = -1;
        }

        if (format < 0) {
            patron_html_remove(h, i, 0);
            block--;
            continue;
        }

        if (!kept) {
            kept = 1;
            *bookmark = format + 1;
        }
    }

    return block;
}


/* Moves an entry to a bookmark; its element is another from now on. */

static void
patron_html_format_move(patron_html_t *h, int from, int to)
{
    patron_html_format_t  format;

    format = h->formats[from];
    format.serial = ++h->serial;

    patron_html_format_remove(h, from);

    if (to > from) {
        to--;
    }

    memmove(&h->formats[to + 1], &h->formats[to],
            (h->nformats - to) * sizeof(patron_html_format_t));

    h->formats[to] = format;
    h->nformats++;
}
