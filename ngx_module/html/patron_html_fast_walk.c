
/*
 * The fast paths of the tokenizer, for processors with SSE2 or AVX2: whole
 * tags of the usual kind, well before the end of the chunk, and in a body
 * those that do no more than open or close an element.  All else is left to
 * patron_html_token.c and tree construction, which the fast paths must agree
 * with.  Source: WHATWG HTML, sections 13.2.5 and 13.2.6.4.7.
 */


#include "patron_html_body.h"
#include "patron_html_emit.h"
#include "patron_html_fast_path.h"
#include "patron_html_format.h"
#include "patron_html_stack.h"
#include "patron_html_tree.h"


#ifdef __SSE2__

const patron_uchar_t *
patron_html_fast_comment(patron_html_t *h, const patron_uchar_t *lt,
    const patron_uchar_t *end)
{
    const patron_uchar_t  *gt;

    if (lt[1] != '!' || lt[2] != '-' || lt[3] != '-'
        || (h->want & PATRON_HTML_WANT_COMMENTS))
    {
        return NULL;
    }

    /* the dashes before a '>' may be those of "<!--" */

    for (gt = lt + 3; /* void */ ; /* void */ ) {
        gt = patron_html_find(gt + 1, end, '>');

        if (gt == end || gt[-1] == '!') {
            return NULL;
        }

        if (gt[-1] == '-' && gt[-2] == '-') {
            return gt + 1;
        }
    }
}


/* A tag whose name is not known at once: at most fifteen bytes. */

unsigned
patron_html_other_name(patron_html_t *h, const patron_uchar_t *p,
    patron_html_name_t *name, unsigned *len)
{
    unsigned  n;

    n = patron_html_name_len(p);

    if (n >= 16 || !patron_html_is_letter(*p)) {
        return TAG_COUNT;
    }

    h->tag.raw_name.data = p;
    h->tag.raw_name.len = n;

    *len = n;
    *name = patron_html_name(p, n);

    return patron_html_id(*name, &h->tag.raw_name);
}


/* An end tag, that of the current element, where there is more to do. */

__attribute__((noinline)) static void
patron_html_own_end(patron_html_t *h, const patron_uchar_t *lt,
    const patron_uchar_t *e)
{
    patron_html_entry_t  *top;

    top = patron_html_top(h);

    patron_html_set_tag(h, lt, e, lt + 2, (unsigned) (e - lt) - 3, 0);

    h->id = top->id;
    h->tag.name = top->element.name;
    h->tag.end_tag = 1;
    h->tag.self_closing = 0;

    patron_html_token(h);
}


/* An end tag that is not the current element's, with nothing but a name. */

const patron_uchar_t *
patron_html_other_end(patron_html_t *h, const patron_uchar_t *lt)
{
    unsigned               id, n;
    patron_html_name_t     name;
    const patron_uchar_t  *e;

    if (!patron_html_tag_name(h, lt + 2, &id, &name, &n)) {
        return NULL;
    }

    e = lt + n + 3;

    if (e[-1] != '>') {
        return NULL;
    }

    patron_html_set_tag(h, lt, e, lt + 2, n, 0);

    h->id = id;
    h->tag.name = name;
    h->tag.end_tag = 1;
    h->tag.self_closing = 0;

    patron_html_token(h);

    return e;
}


/*
 * The fast path for an end tag: it is that of the current element, and has
 * nothing but the name in it, in lower case.
 */

__attribute__((always_inline)) static inline const patron_uchar_t *
patron_html_fast_end(patron_html_t *h, const patron_uchar_t *lt)
{
    unsigned                    len;
    const patron_uchar_t       *e;
    patron_html_entry_t        *top;
    const patron_html_known_t  *known;

    if (h->depth == 0) {
        return patron_html_other_end(h, lt);
    }

    top = patron_html_top(h);
    known = &patron_html_known[top->id];
    len = known->len;

    if ((patron_html_bytes(lt + 2) & patron_html_masks[len])
        != top->element.name || lt[2 + len] != '>')
    {
        return patron_html_other_end(h, lt);
    }

    e = lt + len + 3;

    if (!h->plain || (int32_t) h->depth <= h->interest->watch + 1) {
        patron_html_own_end(h, lt, e);
        return e;
    }

    if (known->end > END_HEADING) {

        if (known->end != END_FORMAT
            || h->nformats == 0
            || h->formats[h->nformats - 1].serial != top->serial)
        {
            patron_html_own_end(h, lt, e);
            return e;
        }

        h->nformats--;
    }

    h->paragraphs -= (top->id == TAG_P);
    h->look |= h->want & LOOK_TEXT;
    h->depth--;

    return e;
}


/* Tells of the element that the start tag in [lt, e) has opened. */

__attribute__((noinline)) static void
patron_html_started(patron_html_t *h, const patron_uchar_t *lt,
    const patron_uchar_t *e, unsigned len, int ample)
{
    patron_html_entry_t  *top;

    top = patron_html_top(h);

    patron_html_set_tag(h, lt, e, lt + 1, len, ample);

    h->id = top->id;
    h->tag.name = top->element.name;
    h->tag.end_tag = 0;

    patron_html_tell_open(h, &h->tag);
}


/* The start tag in [lt, e), which may do more than open an element. */

__attribute__((noinline)) static void
patron_html_start_other(patron_html_t *h, const patron_uchar_t *lt,
    const patron_uchar_t *e, unsigned len, int ample, unsigned id,
    patron_html_name_t name)
{
    patron_html_set_tag(h, lt, e, lt + 1, len, ample);

    h->id = id;
    h->tag.name = name;
    h->tag.end_tag = 0;

    if (!h->plain) {
        patron_html_token(h);
        return;
    }

    h->at = h->tag.start;

    if (patron_html_known[id].start == START_IGNORE) {
        patron_html_start_tag(h);

    } else {
        (void) patron_html_body_start(h);
    }
}


/*
 * May the start tag of this id do no more in a body than open its element, and
 * add it to the active formatting elements if it is one?  "bare" is set where
 * it has no attributes.
 */

static inline int
patron_html_is_simple(patron_html_t *h, unsigned start, int bare)
{
    patron_html_entry_t  *top;

    if (start == START_BLOCK) {
        return h->paragraphs == 0;
    }

    switch (start) {

    case START_ANY:
        return !(h->look & LOOK_FORMAT);

    case START_A:
        return h->nformats == 0 && h->formats_capacity != 0
               && !(h->look & LOOK_FORMAT);

    case START_FORMAT:

        /* too few to have three of a kind */

        return bare && h->nformats < PATRON_HTML_NOAH
               && h->formats_capacity != 0 && !(h->look & LOOK_FORMAT);

    case START_HEADING:
        return h->paragraphs == 0
               && !(patron_html_top(h)->classes & EL_HEADING);

    case START_LI:
        top = patron_html_top(h);

        return h->paragraphs == 0
               && (top->classes & (EL_SPECIAL|EL_LI_PASS)) == EL_SPECIAL
               && top->id != TAG_LI
               && !(h->look & LOOK_FRAMESET);

    default:
        return 0;
    }
}


/* The fast path for a start tag: attributes of the usual kind. */

__attribute__((always_inline)) static inline const patron_uchar_t *
patron_html_fast_start(patron_html_t *h, const patron_uchar_t *lt,
    const patron_uchar_t *last)
{
    int                         bare;
    unsigned                    id, n, state;
    patron_html_name_t          name;
    patron_html_entry_t        *entry;
    const patron_uchar_t       *e;
    const patron_html_known_t  *known;

    if (!patron_html_tag_name(h, lt + 1, &id, &name, &n)) {
        return NULL;
    }

    e = lt + 1 + n;
    h->tag.self_closing = 0;

    if (*e == '>') {
        e++;
        bare = 1;

    } else {
        e = patron_html_tag_quoted_end(e, last);

        if (e == NULL) {
            state = SCAN_BEFORE;
            e = patron_html_tag_attrs(lt + 1 + n, last, &state);

            if (state == SCAN_BEFORE) {
                return NULL;
            }

            h->tag.self_closing = (state == SCAN_SELF_CLOSING);
        }

        if (e - lt > PATRON_HTML_MAX_TAG) {
            return NULL;
        }

        bare = (e - lt <= (ptrdiff_t) n + 3);
    }

    known = &patron_html_known[id];

    if (!h->plain || !patron_html_is_simple(h, known->start, bare)) {
        patron_html_start_other(h, lt, e, n, e <= last, id, name);
        return e;
    }

    h->at = patron_html_offset(h, lt);

    entry = patron_html_enter(h, id, name, known->classes, PATRON_NS_HTML, 0);

    if (entry == NULL) {
        return e;
    }

    h->paragraphs += (id == TAG_P);

    if (known->classes & EL_FORMAT) {
        entry->serial = ++h->serial;
        (void) patron_html_format_add(h, id, entry->serial, 0);
    }

    if ((h->interest->names & patron_html_name_bit(name))
        || (!bare && h->interest->attrs
            && (h->interest->scan == NULL || e > last
                || h->interest->scan(h->interest->needles, lt, e - 1))))
    {
        patron_html_started(h, lt, e, n, e <= last);
    }

    return e;
}


/*
 * Tags and text, as far as the fast paths lead: up to a tag that takes the
 * long one, to the end of the text, or near the end of the chunk.
 */

__attribute__((always_inline)) static inline const patron_uchar_t *
patron_html_walk(patron_html_t *h, const patron_uchar_t *p,
    const patron_uchar_t *end, patron_html_next_pt next)
{
    const patron_uchar_t  *lt, *e, *last;

    last = end - PATRON_HTML_FAST;

    do {
        if (*p != '<') {
            lt = next(p, last, end);

            if (h->look) {
                p = patron_html_text(h, p, lt, lt < end);

                if (h->leave) {
                    return p;
                }
            }

            p = lt;

            if (lt > last) {
                return p;
            }
        }

        e = (p[1] == '/') ? patron_html_fast_end(h, p)
                          : patron_html_fast_start(h, p, last);
        if (e == NULL) {
            e = patron_html_fast_comment(h, p, end);

            if (e == NULL) {
                return p;
            }
        }

        p = e;

    } while (p <= last && !h->leave);

    return p;
}


const patron_uchar_t *
patron_html_walk_16(patron_html_t *h, const patron_uchar_t *p,
    const patron_uchar_t *end)
{
    return patron_html_walk(h, p, end, patron_html_next_tag);
}


#if (__x86_64__)

/* The same for processors with AVX2. */

__attribute__((target("avx2,bmi"))) const patron_uchar_t *
patron_html_walk_32(patron_html_t *h, const patron_uchar_t *p,
    const patron_uchar_t *end)
{
    return patron_html_walk(h, p, end, patron_html_next_tag_32);
}

#endif

#endif
