
/*
 * Skimming where the tree may be needed again: an element that is found, or one
 * that ends, may be where a client wants to be told of all that comes.  The
 * parser then goes on with the blocks that are open as its stack, and with
 * nothing else.
 *
 * That makes no difference behind the tag of a block.  What else may be open
 * lies outside of the block that has begun, or ended with the one that did, and
 * is out of reach of what comes in a block: of paragraphs none is in scope, a
 * block's start tag has ended it or its bounds hide it, and an end tag that is
 * not a block's looks no further than to the next block.  But formatting
 * elements go on in it.  So they are followed here, and so that it errs on one
 * side: one that is taken for open may not be.  Where one may be open, or where
 * blocks are not certain, the parser goes back and does without the skim.
 *
 * An end tag of one that began in the same block takes it off the list for
 * certain: "any other end tag" may have taken it off the stack, and the
 * adoption agency finds no block above it but a paragraph, which stays.
 *
 * What it keeps to go back over is 64 KB: then where it goes back to moves, to
 * behind a block's start tag where all is certain, or it gives up.  From half
 * on it moves near the end of a chunk, if it can, for there is less to keep.
 *
 * Limit: where that was done, a ruby in a block of which not all is known stays
 * open for an rt in it, though the end tag of an element around it ended it.
 * Source: WHATWG HTML, sections 13.2.4.3 and 13.2.6.4.7.
 */


#include "patron_html_bytes.h"
#include "patron_html_skim.h"
#include "patron_html_stack.h"


static int patron_html_skim_begun(patron_html_t *h, unsigned id);
static int patron_html_skim_hides(patron_html_t *h, unsigned id);


/*
 * The hints of the names: a, b, big, code, em, font, i, nobr, s, small, strike,
 * strong, tt and u; by their first two bytes.
 */

#define BIT(c)  (1u << (c) % 32)
#define ENDS                                                                 \
    (BIT(' ')|BIT('\t')|BIT('\n')|BIT('\f')|BIT('\r')|BIT('/')|BIT('>'))

const uint32_t  patron_html_format_hints[PATRON_HTML_HINTS] = {
    ['a' % 32] = ENDS,
    ['b' % 32] = ENDS|BIT('i'),
    ['c' % 32] = BIT('o'),
    ['e' % 32] = BIT('m'),
    ['f' % 32] = BIT('o'),
    ['i' % 32] = ENDS,
    ['n' % 32] = BIT('o'),
    ['s' % 32] = ENDS|BIT('m')|BIT('t'),
    ['t' % 32] = BIT('t'),
    ['u' % 32] = ENDS
};

#undef BIT
#undef ENDS


void
patron_html_skim_format(patron_html_t *h)
{
    if (h->tag.end_tag) {
        patron_html_skim_format_end(h, h->id);

    } else {
        patron_html_skim_format_start(h, h->id);
    }
}


void
patron_html_skim_format_start(patron_html_t *h, unsigned id)
{
    patron_html_begun_t  *begun;

    /* a link ends the one before it, nobr one in scope */

    if (id == TAG_A || id == TAG_NOBR) {
        patron_html_skim_format_end(h, id);
    }

    if (h->skim.nbegun == PATRON_HTML_SKIM_FORMATS) {
        h->skim.unsure = 1;
        return;
    }

    begun = &h->skim.begun[h->skim.nbegun++];

    begun->start = patron_html_top(h)->element.start;
    begun->depth = h->depth;
    begun->id = id;
}


void
patron_html_skim_format_end(patron_html_t *h, unsigned id)
{
    int                   i;
    patron_html_begun_t  *begun;

    i = patron_html_skim_begun(h, id);

    if (i < 0) {
        return;
    }

    begun = &h->skim.begun[i];

    if (begun->depth != h->depth
        || begun->start != patron_html_top(h)->element.start)
    {
        h->skim.unsure = 1;
        return;
    }

    h->skim.nbegun--;

    memmove(begun, begun + 1,
            (h->skim.nbegun - (unsigned) i) * sizeof(patron_html_begun_t));
}


/* The last of this id, or -1. */

static int
patron_html_skim_begun(patron_html_t *h, unsigned id)
{
    int  i;

    for (i = (int) h->skim.nbegun - 1; i >= 0; i--) {
        if (h->skim.begun[i].id == id) {
            break;
        }
    }

    return i;
}


int
patron_html_skim_is_sure(patron_html_t *h)
{
    uint32_t              i;
    patron_html_entry_t  *entry;

    if (h->skim.unsure || h->skim.nbegun != 0
        || h->skim.island != ISLAND_NONE
        || h->id == TAG_BODY || h->id == TAG_HTML
        || (!h->tag.end_tag && patron_html_skim_hides(h, h->id)))
    {
        return 0;
    }

    for (i = 0; i < h->depth; i++) {
        entry = &h->stack[i];

        if ((entry->classes & (EL_UNSURE|EL_RUBY|EL_HEADING))
            || ((entry->classes & EL_IMPLIED) && h->form != 0)
            || patron_html_skim_hides(h, entry->id))
        {
            return 0;
        }
    }

    return 1;
}


/* May a paragraph be open around it? */

static int
patron_html_skim_hides(patron_html_t *h, unsigned id)
{
    switch (patron_html_known[id].start) {

    case START_OBJECT:
    case START_BUTTON:
        return 1;

    case START_TABLE:
        return h->quirks;

    default:
        return 0;
    }
}


void
patron_html_skim_resume(patron_html_t *h)
{
    patron_html_skim_free(h);

    h->skim.state = SKIM_NOT;
    h->skim.full = 0;
    h->look = (h->want & PATRON_HTML_WANT_TEXT) ? LOOK_TEXT : 0;
    h->leave = 1;

    patron_html_mode(h, h->mode);
}


void
patron_html_skim_advance(patron_html_t *h)
{
    switch (patron_html_known[h->id].start) {

    case START_BLOCK:
    case START_HEADING:
    case START_LI:
        break;

    default:

        /* a paragraph may be open around it */

        return;
    }

    if (!patron_html_skim_is_sure(h)) {
        return;
    }

    patron_html_skim_free(h);

    if (patron_html_blocks_save(h) == PATRON_OK) {
        h->skim.from = h->tag.end;
        h->skim.look = 0;
        h->skim.full = 0;
    }
}


int
patron_html_skim_is_root(patron_html_t *h)
{
    size_t        i, pos;
    patron_str_t  name, value;

    static const patron_str_t  mode = patron_string("shadowrootmode");

    if (h->interest->names == 0) {
        return 0;
    }

    pos = 0;

    while (patron_html_attr(&h->tag, &pos, &name, &value) == PATRON_OK) {

        for (i = 0; i < name.len && i < mode.len; i++) {
            if (patron_html_lower(name.data[i]) != mode.data[i]) {
                break;
            }
        }

        if (i == mode.len && name.len == mode.len) {
            return 1;
        }
    }

    return 0;
}
