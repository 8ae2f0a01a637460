
/*
 * Blocks while skimming.  Where a client waits for the ends of elements, the
 * stack has those that are special (section 13.2.4.2) but for paragraphs and
 * what holds no tags, and tree construction is given their tags alone.
 *
 * That tells where each of them ends, for nothing but their tags decides it.
 * "Any other end tag" and the adoption agency stop at a special element, and
 * leave it open.  A paragraph that ends takes none with it: a block ends one
 * before it opens, unless an element lies between that bounds its scope.  All
 * scopes are bound by such elements.  What a table's modes, and those behind
 * the body, make of other tags and of text, they make up for at the next tag
 * that matters here.
 *
 * The current element may be another than the stack says: a paragraph, a link.
 * It decides what the tag of a heading does right in a heading, and what those
 * of ruby, and a form's end tag, do in a list item: where that may make a
 * difference to what ends, the tree is needed.
 * Source: WHATWG HTML, sections 13.2.4.2 and 13.2.6.4.
 */


#include "patron_html_format.h"
#include "patron_html_name.h"
#include "patron_html_skim.h"
#include "patron_html_stack.h"
#include "patron_html_tree.h"


/* What was open where it began. */

struct patron_html_base_s {
    uint32_t             depth;
    uint32_t             form;
    uint32_t             paragraphs;
    uint32_t             nformats;
    unsigned             mode;
    patron_html_entry_t  stack[];    /* and formats behind it */
};


static int patron_html_block(unsigned id);
static unsigned patron_html_begins_in_format(patron_html_t *h);
static int patron_html_is_kept(const patron_html_entry_t *entry);
static int patron_html_is_unsure(patron_html_t *h);
static int patron_html_in_ruby(const patron_html_t *h);


/*
 * The hints of the names: address, applet, article, aside, blockquote, body,
 * button, caption, center, colgroup, dd, details, dialog, dir, div, dl, dt,
 * fieldset, figcaption, figure, footer, form, h1 to h6, header, hgroup, html,
 * li, listing, main, marquee, menu, nav, object, ol, pre, rb, rp, rt, rtc,
 * ruby, search, section, summary, table, tbody, td, tfoot, th, thead, tr and
 * ul.
 */

#define BIT(c)  (1u << (c) % 32)
#define ENDS                                                                 \
    (BIT(' ')|BIT('\t')|BIT('\n')|BIT('\f')|BIT('\r')|BIT('/')|BIT('>'))

const uint32_t  patron_html_block_hints[PATRON_HTML_HINTS] = {
    ['a' % 32] = BIT('b')|BIT('i')|BIT('p')|BIT('r')|BIT('v'),
    ['b' % 32] = ENDS|BIT('j')|BIT('o'),
    ['d' % 32] = ENDS|BIT('d'),
    ['e' % 32] = BIT('a')|BIT('c')|BIT('n')|BIT('t'),
    ['f' % 32] = BIT('o'),
    ['g' % 32] = BIT('r'),
    ['h' % 32] = ENDS|BIT('e'),
    ['i' % 32] = ENDS|BIT('a')|BIT('e')|BIT('g')|BIT('r')|BIT('s')|BIT('v'),
    ['l' % 32] = ENDS|BIT('o'),
    ['o' % 32] = BIT('d')|BIT('l')|BIT('o')|BIT('r'),
    ['p' % 32] = ENDS|BIT('p'),
    ['1' % 32] = ENDS,
    ['r' % 32] = ENDS|BIT('e')|BIT('t'),
    ['s' % 32] = ENDS|BIT('i'),
    ['t' % 32] = ENDS|BIT('c')|BIT('m'),
    ['u' % 32] = ENDS|BIT('b')|BIT('m')|BIT('t'),
    ['6' % 32] = ENDS
};

#undef BIT
#undef ENDS


int
patron_html_is_block(patron_html_name_t name)
{
    return patron_html_block(patron_html_short_id(name));
}


static int
patron_html_block(unsigned id)
{
    switch (patron_html_known[id].start) {

    case START_BLOCK:
        return id != TAG_P && id != TAG_DIALOG;

    case START_LI:
    case START_DD:
    case START_HEADING:
    case START_PRE:
    case START_FORM:
    case START_BUTTON:
    case START_OBJECT:
    case START_TABLE:
        return 1;

    case START_IGNORE:
        return (patron_html_known[id].classes & EL_TABLE_PART)
               && id != TAG_COL;

    default:
        return 0;
    }
}


int
patron_html_is_block_tag(unsigned id)
{
    /* col ends blocks that are misplaced in a table */

    return patron_html_block(id) || id == TAG_COL;
}


int
patron_html_blocks_begin(patron_html_t *h)
{
    unsigned              begun;
    uint32_t              i, n;
    patron_html_entry_t  *entry;

    begun = patron_html_begins_in_format(h);

    if (h->nformats != 0
        && (!h->interest->resume || (!begun && patron_html_formatted(h))))
    {
        return PATRON_DECLINED;
    }

    for (i = 0; i < h->depth; i++) {
        if (!patron_html_is_kept(&h->stack[i])
            && (!h->interest->resume || (int32_t) i <= h->interest->watch
                || h->stack[i].id == TAG_DIALOG))
        {
            return PATRON_DECLINED;
        }
    }

    if (patron_html_blocks_save(h) != PATRON_OK) {
        return PATRON_ERROR;
    }

    /* what is not kept lies above all that is watched */

    for (i = 0, n = 0; i < h->depth; i++) {
        entry = &h->stack[i];

        if (patron_html_is_kept(entry)) {
            h->stack[n++] = *entry;

        } else if (entry->id == TAG_RUBY) {
            h->stack[n - 1].classes |= EL_RUBY;
        }
    }

    h->depth = n;
    h->paragraphs = 0;

    if (begun) {
        patron_html_skim_format_start(h, h->formats[--h->nformats].id);
    }

    return PATRON_OK;
}


/* In a formatting element that has just begun, and is the only one? */

static unsigned
patron_html_begins_in_format(patron_html_t *h)
{
    unsigned              begins;
    patron_html_format_t  *last;

    if (h->nformats == 0) {
        return 0;
    }

    last = &h->formats[h->nformats - 1];

    if (last->id == 0 || last->serial != patron_html_top(h)->serial) {
        return 0;
    }

    h->nformats--;
    begins = !patron_html_formatted(h);
    h->nformats++;

    return begins;
}


static int
patron_html_is_kept(const patron_html_entry_t *entry)
{
    return entry->id == TAG_HTML || entry->id == TAG_BODY
           || patron_html_block(entry->id);
}


int
patron_html_blocks_save(patron_html_t *h)
{
    size_t               size, formats;
    patron_html_base_t  *base;

    size = h->depth * sizeof(patron_html_entry_t);
    formats = h->nformats * sizeof(patron_html_format_t);

    base = patron_alloc(h->mem, sizeof(patron_html_base_t) + size + formats);
    if (base == NULL) {
        patron_html_stop(h, PATRON_HTML_NO_MEMORY);
        return PATRON_ERROR;
    }

    base->depth = h->depth;
    base->form = h->form;
    base->paragraphs = h->paragraphs;
    base->nformats = h->nformats;
    base->mode = h->mode;
    memcpy(base->stack, h->stack, size);

    if (formats) {
        memcpy(base->stack + h->depth, h->formats, formats);
    }

    h->skim.base = base;

    return PATRON_OK;
}


void
patron_html_blocks_restore(patron_html_t *h)
{
    patron_html_base_t  *base;

    base = h->skim.base;

    h->depth = base->depth;
    h->form = base->form;
    h->paragraphs = base->paragraphs;
    h->nformats = base->nformats;
    memcpy(h->stack, base->stack, h->depth * sizeof(patron_html_entry_t));

    if (h->nformats) {
        memcpy(h->formats, base->stack + h->depth,
               h->nformats * sizeof(patron_html_format_t));
    }

    patron_html_mode(h, base->mode);
}


int
patron_html_blocks_tag(patron_html_t *h)
{
    patron_html_entry_t  *top;

    top = patron_html_top(h);

    switch (h->id) {

    case TAG_RUBY:

        /* that it may be open */

        if (h->tag.end_tag) {
            top->classes &= ~(uint32_t) EL_RUBY;

        } else {
            top->classes |= EL_RUBY;
        }

        return PATRON_AGAIN;

    case TAG_RB:
    case TAG_RP:
    case TAG_RT:
    case TAG_RTC:
        return (!h->tag.end_tag && (top->classes & EL_IMPLIED)
                && patron_html_in_ruby(h))
               ? PATRON_DECLINED : PATRON_AGAIN;

    case TAG_DIALOG:

        /* it is not special: the end tags of others may end it */

        return (!h->tag.end_tag
                && (h->skim.resume
                    || h->tag.start - h->skim.from < PATRON_HTML_MAX_SKIM))
               ? PATRON_DECLINED : PATRON_AGAIN;

    case TAG_HTML:
    case TAG_BODY:
        if (!h->tag.end_tag) {
            return PATRON_AGAIN;
        }

        break;

    case TAG_FORM:
        if (h->tag.end_tag && (top->classes & EL_IMPLIED)) {
            return PATRON_DECLINED;
        }

        break;

    default:
        if (!patron_html_is_block_tag(h->id)) {
            return PATRON_AGAIN;
        }
    }

    if (patron_html_is_unsure(h)) {
        return PATRON_DECLINED;
    }

    if (h->tag.end_tag) {
        patron_html_end_tag(h);

    } else if (patron_html_known[h->id].start == START_HEADING
               && (top->classes & EL_HEADING))
    {
        top->classes |= EL_UNSURE;

        h->at = h->tag.start;
        patron_html_push(h);

    } else {
        patron_html_start_tag(h);
    }

    /* no text matters */

    h->look = 0;

    return PATRON_OK;
}


/*
 * A heading's start tag right in a heading ends that, but if anything else is
 * open in it that the stack does not have.  It then stays, and may have ended:
 * that makes no difference to what ends it with others, or alone.  Does it make
 * one to the current tag?
 */

static int
patron_html_is_unsure(patron_html_t *h)
{
    int                   i;
    patron_html_entry_t  *entry;

    switch (patron_html_known[h->id].start) {

    case START_HEADING:
        if (!h->tag.end_tag) {

            /* its end is waited for */

            return (patron_html_top(h)->classes & EL_HEADING)
                   && (int32_t) h->depth - 1 <= h->interest->watch;
        }

        i = patron_html_heading_in_scope(h);

        if (i < 0 || !(h->stack[i].classes & EL_UNSURE)) {
            return 0;
        }

        if (i != (int) h->depth - 1) {
            return 1;
        }

        h->depth--;
        i = patron_html_heading_in_scope(h);
        h->depth++;

        return i >= 0;

    case START_LI:
    case START_DD:
        if (h->tag.end_tag) {
            return 0;
        }

        for (i = (int) h->depth - 1; i >= 0; i--) {
            entry = &h->stack[i];

            if ((entry->classes & (EL_SPECIAL|EL_LI_PASS)) == EL_SPECIAL) {
                return (entry->classes & EL_UNSURE) != 0;
            }
        }

        return 0;

    default:
        return 0;
    }
}


/* May a ruby be open in which the current block began? */

static int
patron_html_in_ruby(const patron_html_t *h)
{
    uint32_t  i;

    for (i = h->depth - 1; i > 0; i--) {

        if (h->stack[i].classes & EL_SCOPE) {
            break;
        }

        if (h->stack[i - 1].classes & EL_RUBY) {
            return 1;
        }
    }

    return 0;
}
