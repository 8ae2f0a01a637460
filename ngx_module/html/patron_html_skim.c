
/*
 * Skimming.  Where all that a client waits for is decided by a start tag alone
 * (patron_html_interest_t, "direct"), a body is read on without its tree: tags
 * are looked at for where they end, for what they make of the text behind
 * them, and for a place of interest.  Where the tree decides what comes, the
 * parser goes back: it has kept the first 64 KB and reads them again as if it
 * had not skimmed, but tells nothing twice.  Later than that it stops.  Where
 * ends are waited for, too, blocks are kept (patron_html_skim_block.c).
 *
 * Sure without the tree, in a body, where no frameset may come: raw text
 * begins at the tags that name it, and an element of the kinds in
 * patron_html_skim_opens() opens at its tag, wherever it stands; no end tag
 * opens one but those of p and br, and a form is none in a form.  A template
 * ends at its end tag, unless a table's columns or a select are in it.  An svg
 * or math whose elements close in the order in which they opened, with none in
 * it that leaves it or turns back to HTML, ends at its own.  A select ends at
 * its own, unless a tag comes that may end it before, or hide it from its own.
 *
 * Limit: that a page is past what the tree can hold (elements 512 deep) is
 * guessed from its tags, in the first 64 KB, and not noticed behind them.
 * Source: WHATWG HTML, sections 13.2.5 and 13.2.6.4.
 */


#include "patron_html_raw.h"
#include "patron_html_skim.h"
#include "patron_html_stack.h"


static void patron_html_skim_look_at(patron_html_t *h);
static void patron_html_skim_add_hints(uint32_t *restrict hints,
    const uint32_t *restrict more);
static int patron_html_skim_block(patron_html_t *h);
static int patron_html_skim_may_resume(patron_html_t *h);
static int patron_html_skim_matters(patron_html_t *h);
static int patron_html_skim_is_deep(patron_html_t *h);
static int patron_html_skim_opens(patron_html_t *h);
static void patron_html_skim_tell(patron_html_t *h);
static void patron_html_skim_anywhere(patron_html_t *h);
static void patron_html_skim_start(patron_html_t *h);
static void patron_html_skim_head(patron_html_t *h);
static void patron_html_skim_foreign(patron_html_t *h);
static void patron_html_skim_native(patron_html_t *h);
static void patron_html_skim_in_foreign(patron_html_t *h);
static void patron_html_skim_in_select(patron_html_t *h);
static void patron_html_skim_in_template(patron_html_t *h);
static void patron_html_skim_ashore(patron_html_t *h);


/*
 * The hints of the names that are looked at: script, style, title, textarea,
 * template, xmp, iframe, noembed, noframes, noscript, plaintext, math, svg,
 * select and form.
 */

#define BIT(c)  (1u << (c) % 32)

static const uint32_t  patron_html_skim_hints[PATRON_HTML_HINTS] = {
    ['a' % 32] = BIT('t'),
    ['c' % 32] = BIT('r'),
    ['e' % 32] = BIT('l')|BIT('m')|BIT('x'),
    ['f' % 32] = BIT('r'),
    ['i' % 32] = BIT('t'),
    ['l' % 32] = BIT('a'),
    ['m' % 32] = BIT('p'),
    ['o' % 32] = BIT('e')|BIT('f')|BIT('r')|BIT('s'),
    ['t' % 32] = BIT('y'),
    ['v' % 32] = BIT('g')
};

#undef BIT


void
patron_html_skim_begin(patron_html_t *h, const patron_uchar_t *p)
{
    if (h->fast == NULL
        || (h->interest->attrs && h->interest->scan == NULL))
    {
        /* the tree costs less than a second look at every tag */

        h->skim.state = SKIM_OVER;
        return;
    }

    if (!h->plain || !h->interest->direct || h->ntemplates != 0
        || (h->look & LOOK_FRAMESET))
    {
        h->skim.state = SKIM_NOT;
        return;
    }

    h->skim.nbegun = 0;

    if (h->interest->ends && patron_html_blocks_begin(h) != PATRON_OK) {
        h->skim.state = (h->rc == PATRON_OK) ? SKIM_NOT : SKIM_OVER;
        return;
    }

    patron_html_skim_look_at(h);

    h->skim.resume = h->interest->resume;
    h->skim.unsure = 0;
    h->skim.templates = 0;
    h->skim.full = 0;
    h->skim.state = SKIM_ON;
    h->skim.from = patron_html_offset(h, p);
    h->skim.look = h->look;
    h->skim.depth = (int32_t) h->depth;

    /* no text matters */

    h->look = 0;
}


/* The names of start tags that are looked at. */

static void
patron_html_skim_look_at(patron_html_t *h)
{
    h->skim.blocks = (h->interest->ends != 0);
    h->skim.names = h->interest->names;
    h->skim.form = (h->form != 0);

    memcpy(h->skim.hints, patron_html_skim_hints, sizeof(h->skim.hints));

    if (h->interest->names) {
        patron_html_skim_add_hints(h->skim.hints, h->interest->hints);
    }

    if (h->skim.blocks) {
        patron_html_skim_add_hints(h->skim.hints, patron_html_block_hints);
    }
}


/* The compiler makes a few instructions of it. */

static void
patron_html_skim_add_hints(uint32_t *restrict hints,
    const uint32_t *restrict more)
{
    unsigned  i;

    for (i = 0; i < PATRON_HTML_HINTS; i++) {
        hints[i] |= more[i];
    }
}


void
patron_html_skim_lose(patron_html_t *h, uint64_t at)
{
    if (!h->skim.resume && at - h->skim.from >= PATRON_HTML_MAX_SKIM) {
        h->at = at;
        patron_html_stop(h, PATRON_HTML_FAR);
        return;
    }

    /* of a template, and what is in it, nothing was told */

    if (h->skim.blocks) {
        h->event.type = PATRON_HTML_LOST;
        h->event.at = at;
        patron_html_tell(h);
    }

    h->skim.losses++;
    h->skim.state = SKIM_LOST;
    h->skim.told = h->skim.templates ? h->skim.template : at;
    h->leave = 1;
}


void
patron_html_skim_tag(patron_html_t *h)
{
    switch (h->skim.island) {

    case ISLAND_FOREIGN:
        patron_html_skim_in_foreign(h);
        return;

    case ISLAND_SELECT:

        if (patron_html_known[h->id].classes & EL_FORMAT) {
            h->skim.unsure = 1;
        }

        patron_html_skim_in_select(h);
        return;

    case ISLAND_TEMPLATE:
        patron_html_skim_in_template(h);
        return;
    }

    if (h->skim.blocks && patron_html_skim_block(h)) {
        return;
    }

    if (h->skim.resume && (patron_html_known[h->id].classes & EL_FORMAT)) {
        patron_html_skim_format(h);
    }

    if (h->tag.end_tag) {
        h->skim.form &= (h->id != TAG_FORM);
        h->skim.depth--;
        return;
    }

    h->skim.depth++;

    if (h->id == TAG_FORM) {

        if (h->skim.form) {
            return;
        }

        h->skim.form = 1;
    }

    if (patron_html_skim_matters(h)) {

        if (!patron_html_skim_opens(h) || patron_html_skim_is_deep(h)) {
            patron_html_skim_lose(h, h->tag.start);
            return;
        }

        if (h->interest->anywhere) {
            patron_html_skim_anywhere(h);
            return;
        }

        patron_html_skim_tell(h);

        if (h->rc != PATRON_OK) {
            return;
        }
    }

    patron_html_skim_start(h);
}


/* It is a block's tag, or the tree is needed. */

static int
patron_html_skim_block(patron_html_t *h)
{
    if (h->skim.resume && !h->tag.end_tag
        && patron_html_skim_may_resume(h) && !patron_html_skim_is_sure(h))
    {
        patron_html_skim_lose(h, h->tag.start);
        return 1;
    }

    switch (patron_html_blocks_tag(h)) {

    case PATRON_AGAIN:
        return 0;

    case PATRON_DECLINED:
        patron_html_skim_lose(h, h->tag.start);
        return 1;
    }

    if (h->skim.resume) {

        if (!h->interest->direct) {

            if (h->tag.end_tag && !patron_html_skim_is_sure(h)) {

                /* of this tag all was told */

                patron_html_skim_lose(h, h->tag.end);

            } else {
                patron_html_skim_resume(h);
            }

            return 1;
        }

        if (h->interest->names != h->skim.names) {
            patron_html_skim_look_at(h);
        }

        if (h->skim.full && !h->tag.end_tag) {
            patron_html_skim_advance(h);
        }

        return 1;
    }

    if (!h->interest->ends) {
        patron_html_skim_look_at(h);
        h->skim.depth = (int32_t) h->depth;
        h->leave = 1;
    }

    return 1;
}


/*
 * Is it a block's start tag, of which something may be told after which the
 * tree must be there?  It may end what is dropped, and be a place of interest
 * then.
 */

static int
patron_html_skim_may_resume(patron_html_t *h)
{
    if (!patron_html_is_block_tag(h->id)) {
        return 0;
    }

    if (h->interest->names) {
        return patron_html_skim_matters(h);
    }

    switch (patron_html_known[h->id].start) {

    case START_BLOCK:
    case START_PRE:
    case START_FORM:
    case START_OBJECT:
    case START_TABLE:
        return !h->plain;

    case START_HEADING:
        return !h->plain || (patron_html_top(h)->classes & EL_HEADING);

    case START_BUTTON:
        return !h->plain || patron_html_in_scope(h, TAG_BUTTON, EL_SCOPE) >= 0;

    default:
        return 1;
    }
}


/*
 * The fast paths must come to the same answer, but that they may take a tag for
 * one which is not.  A client that waits for templates wants to know what lies
 * in one: none of that is told.
 */

static int
patron_html_skim_matters(patron_html_t *h)
{
    const patron_uchar_t          *name;
    const patron_html_interest_t  *interest;

    interest = h->interest;
    name = h->tag.raw_name.data;

    if ((interest->names & patron_html_name_bit(h->tag.name))
        && patron_html_hinted(interest->hints, name[1],
                              name[h->tag.raw_name.len > 1 ? 2 : 1])
        && h->id != TAG_TEMPLATE)
    {
        return 1;
    }

    return interest->attrs
           && h->tag.end - h->tag.start > h->tag.raw_name.len + 3
           && interest->hit(interest->needles, &h->tag);
}


static int
patron_html_skim_is_deep(patron_html_t *h)
{
    return !h->skim.blocks && h->skim.depth > (int32_t) h->max_depth
           && h->tag.start - h->skim.from < PATRON_HTML_MAX_SKIM;
}


/* Does the start tag open an element of its name, wherever it stands? */

static int
patron_html_skim_opens(patron_html_t *h)
{
    switch (patron_html_known[h->id].start) {

    case START_IMAGE:
    case START_FRAMESET:
    case START_HTML:
    case START_BODY:
    case START_IGNORE:
        return 0;

    default:
        return h->id != TAG_TEMPLATE;
    }
}


/* The element is there for as long as it takes to tell of it. */

static void
patron_html_skim_tell(patron_html_t *h)
{
    unsigned  ns;

    ns = (h->id == TAG_SVG) ? PATRON_NS_SVG
                            : (h->id == TAG_MATH) ? PATRON_NS_MATHML
                                                  : PATRON_NS_HTML;

    if (patron_html_enter(h, h->id, h->tag.name,
                          patron_html_known[h->id].classes, ns, 0)
        == NULL)
    {
        return;
    }

    patron_html_tell_open(h, &h->tag);

    h->depth--;
}


/*
 * The tree may be needed behind the tag, and is not there, but for what ends at
 * once, and a paragraph: one that was open ends, and the end tags of elements
 * between it and its block do nothing in it.
 */

static void
patron_html_skim_anywhere(patron_html_t *h)
{
    switch (patron_html_known[h->id].start) {

    case START_VOID:
    case START_HR:
    case START_INPUT:
        patron_html_push_void(h);
        h->look = 0;
        return;

    case START_BLOCK:
        if (!h->plain || !patron_html_skim_is_sure(h)) {
            break;
        }

        patron_html_skim_tell(h);

        if (h->rc == PATRON_OK && !h->interest->direct) {
            h->depth++;
            h->paragraphs++;
            patron_html_skim_resume(h);
        }

        return;

    default:
        break;
    }

    patron_html_skim_lose(h, h->tag.start);
}


/* What begins behind the start tag. */

static void
patron_html_skim_start(patron_html_t *h)
{
    switch (patron_html_known[h->id].start) {

    case START_HEAD:
        patron_html_skim_head(h);
        break;

    case START_TEXTAREA:
        patron_html_raw_enter(h, STATE_RCDATA);
        break;

    case START_XMP:
    case START_IFRAME:
    case START_RAWTEXT:
        patron_html_raw_enter(h, STATE_RAWTEXT);
        break;

    case START_SVG:
    case START_MATH:
        patron_html_skim_foreign(h);
        break;

    case START_SELECT:
        h->skim.island = ISLAND_SELECT;
        h->leave = 1;
        break;

    case START_PLAINTEXT:
        h->state = STATE_PLAINTEXT;
        h->leave = 1;
        break;
    }
}


static void
patron_html_skim_head(patron_html_t *h)
{
    switch (h->id) {

    case TAG_TITLE:
        patron_html_raw_enter(h, STATE_RCDATA);
        break;

    case TAG_SCRIPT:
        patron_html_raw_enter(h, STATE_SCRIPT);
        break;

    case TAG_STYLE:
        patron_html_raw_enter(h, STATE_RAWTEXT);
        break;

    case TAG_TEMPLATE:
        if (h->skim.resume && patron_html_skim_is_root(h)) {
            patron_html_skim_lose(h, h->tag.start);
            return;
        }

        if (h->skim.templates++ == 0) {
            h->skim.template = h->tag.start;
        }

        h->skim.island = ISLAND_TEMPLATE;
        h->leave = 1;
        break;
    }
}


static void
patron_html_skim_foreign(patron_html_t *h)
{
    h->skim.open = 0;
    patron_html_skim_native(h);

    if (h->skim.open) {
        h->skim.island = ISLAND_FOREIGN;
        h->leave = 1;

    } else {
        h->skim.depth -= (h->skim.templates == 0);
    }
}


/* An element of svg or math opens; the names of points are taken for both. */

static void
patron_html_skim_native(patron_html_t *h)
{
    patron_html_native_t  *native;

    if (h->tag.self_closing) {
        return;
    }

    native = &h->skim.natives[h->skim.open++];

    native->name = h->tag.name;

    switch (h->id) {

    case TAG_TITLE:
    case TAG_DESC:
    case TAG_FOREIGNOBJECT:
    case TAG_ANNOTATION_XML:
    case TAG_MI:
    case TAG_MN:
    case TAG_MO:
    case TAG_MS:
    case TAG_MTEXT:
        native->point = 1;
        break;

    default:
        native->point = 0;
    }
}


static void
patron_html_skim_in_foreign(patron_html_t *h)
{
    patron_html_native_t  *top;

    top = &h->skim.natives[h->skim.open - 1];

    if (h->tag.end_tag) {

        if (h->tag.name != top->name) {
            patron_html_skim_lose(h, h->tag.start);
            return;
        }

        if (--h->skim.open == 0) {
            patron_html_skim_ashore(h);
        }

        return;
    }

    if ((patron_html_known[h->id].classes & EL_BREAKOUT)
        || h->id == TAG_FONT
        || top->point
        || h->skim.open == PATRON_HTML_SKIM_OPEN
        || (h->skim.templates == 0 && patron_html_skim_matters(h)))
    {
        patron_html_skim_lose(h, h->tag.start);
        return;
    }

    patron_html_skim_native(h);
}


int
patron_html_skim_cdata(patron_html_t *h)
{
    if (h->skim.island != ISLAND_FOREIGN) {
        return 0;
    }

    if (h->skim.natives[h->skim.open - 1].point) {
        patron_html_skim_lose(h, h->begun);
        return 0;
    }

    return 1;
}


static void
patron_html_skim_in_select(patron_html_t *h)
{
    uint32_t  classes;

    if (h->id == TAG_SELECT && h->tag.end_tag) {
        patron_html_skim_ashore(h);
        return;
    }

    classes = patron_html_known[h->id].classes;

    switch (h->id) {

    case TAG_SELECT:
    case TAG_INPUT:
    case TAG_FORM:
    case TAG_TABLE:
    case TAG_SVG:
    case TAG_MATH:
        patron_html_skim_lose(h, h->tag.start);
        return;
    }

    if ((classes & EL_TABLE_PART)
        || (!h->tag.end_tag
            && ((classes & (EL_TEXT|EL_SCOPE))
                || patron_html_skim_matters(h))))
    {
        patron_html_skim_lose(h, h->tag.start);
    }
}


/* Nothing in a template is told; col makes it ignore what follows. */

static void
patron_html_skim_in_template(patron_html_t *h)
{
    if (h->tag.end_tag) {

        if (h->id == TAG_TEMPLATE) {
            h->skim.templates--;
            patron_html_skim_ashore(h);
        }

        return;
    }

    if (h->id == TAG_COL || h->id == TAG_SELECT) {
        patron_html_skim_lose(h, h->tag.start);
        return;
    }

    patron_html_skim_start(h);
}


/* The end of an island, which a template may hold. */

static void
patron_html_skim_ashore(patron_html_t *h)
{
    h->skim.island = h->skim.templates ? ISLAND_TEMPLATE : ISLAND_NONE;
    h->skim.depth -= (h->skim.templates == 0);
}


void
patron_html_skim_keep(patron_html_t *h, const patron_uchar_t *data, size_t len)
{
    size_t                n;
    uint64_t              known;
    patron_html_piece_t  *piece;

    known = (h->hold == HOLD_NONE) ? h->fed + len : h->settled;

    if (known - h->skim.from >= PATRON_HTML_MAX_SKIM) {

        if (!h->skim.resume) {
            patron_html_skim_free(h);
            return;
        }

        if (h->skim.unsure
            || known - h->skim.from >= 4 * PATRON_HTML_MAX_SKIM)
        {
            patron_html_skim_lose(h, known);
            return;
        }

        h->skim.full = 1;
    }

    if (h->skim.from > h->fed) {
        n = (size_t) (h->skim.from - h->fed);
        data += n;
        len -= n;
    }

    for (piece = h->skim.last; len; len -= n, data += n) {

        if (piece == NULL || piece->len == PATRON_HTML_PIECE) {
            piece = patron_alloc(h->mem, sizeof(patron_html_piece_t));

            if (piece == NULL) {
                patron_html_stop(h, PATRON_HTML_NO_MEMORY);
                return;
            }

            piece->next = NULL;
            piece->len = 0;

            if (h->skim.last != NULL) {
                h->skim.last->next = piece;

            } else {
                h->skim.first = piece;
            }

            h->skim.last = piece;
        }

        n = PATRON_HTML_PIECE - piece->len;

        if (n > len) {
            n = len;
        }

        memcpy(piece->bytes + piece->len, data, n);
        piece->len += n;
    }
}


void
patron_html_skim_free(patron_html_t *h)
{
    patron_html_piece_t  *piece, *next;

    for (piece = h->skim.first; piece != NULL; piece = next) {
        next = piece->next;
        patron_free(h->mem, piece);
    }

    patron_free(h->mem, h->skim.base);

    h->skim.first = NULL;
    h->skim.last = NULL;
    h->skim.base = NULL;
}
