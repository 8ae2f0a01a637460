
/*
 * The table of compiled selectors: its memory, and what compiling adds to the
 * parsed states so that an element is looked up and not searched for: the
 * states by the name of their type, and for a state that needs an attribute
 * the text that a matching tag must hold.
 */


#include "patron_selector_names.h"
#include "patron_selector_table.h"


static unsigned patron_selectors_is_direct(const patron_state_t *st);
static unsigned patron_selectors_is_local(const patron_state_t *st);
static int patron_selectors_all(const patron_selectors_t *s, unsigned group,
    unsigned number, unsigned (*is)(const patron_state_t *st));
static void patron_selectors_flags(patron_state_t *st,
    const patron_compound_t *c, int inverted);
static void patron_selectors_needle(const patron_selectors_t *s,
    patron_state_t *st);
static void patron_selectors_bytes(patron_state_t *st);
static void patron_selectors_bounds(patron_state_t *st,
    const patron_test_t *t, unsigned is_name);
static unsigned patron_selectors_rarest(const patron_str_t *text,
    size_t *pair);
static unsigned patron_selectors_rarity(patron_uchar_t c);


patron_selectors_t *
patron_selectors_create(patron_mem_t *mem)
{
    patron_selectors_t  *s;

    s = patron_calloc(mem, sizeof(patron_selectors_t));
    if (s == NULL) {
        return NULL;
    }

    s->mem = mem;

    s->states = patron_selectors_alloc(s, PATRON_SELECTOR_MAX_STATES
                                          * sizeof(patron_state_t));
    s->attrs = patron_selectors_alloc(s, PATRON_SELECTOR_MAX_STATES
                                         * sizeof(patron_str_t));

    if (s->states == NULL || s->attrs == NULL) {
        patron_selectors_destroy(s);
        return NULL;
    }

    return s;
}


void
patron_selectors_destroy(patron_selectors_t *s)
{
    patron_mem_t              *mem;
    patron_selectors_block_t  *block, *next;

    if (s == NULL) {
        return;
    }

    mem = s->mem;

    for (block = s->blocks; block; block = next) {
        next = block->next;
        patron_free(mem, block);
    }

    patron_free(mem, s);
}


int
patron_selectors_add(patron_selectors_t *s, const patron_str_t *text,
    unsigned group, unsigned number, char *err)
{
    int     rc;
    size_t  mark;

    mark = patron_selectors_mark(s);

    rc = patron_selector_parse(s, text, group, number, err);

    if (rc != PATRON_OK) {
        patron_selectors_revert(s, mark);
    }

    return rc;
}


size_t
patron_selectors_mark(const patron_selectors_t *s)
{
    return s->nstates;
}


void
patron_selectors_revert(patron_selectors_t *s, size_t mark)
{
    s->nstates = mark;
}


int
patron_selectors_subjects(const patron_selectors_t *s, unsigned group,
    unsigned number, int (*may)(patron_html_name_t name))
{
    size_t                 i;
    const patron_state_t  *st;

    for (i = 0; i < s->nstates; i++) {
        st = &s->states[i];

        if (st->last && st->group == group && st->number == number
            && !may(st->compound.name))
        {
            return 0;
        }
    }

    return 1;
}


int
patron_selectors_within(const patron_selectors_t *s, unsigned group,
    unsigned number, int (*is)(patron_html_name_t name))
{
    int                    within;
    size_t                 i;
    const patron_state_t  *st;

    within = 0;

    for (i = 0; i < s->nstates; i++) {
        st = &s->states[i];

        /* what comes before it in a selector are elements around it */

        if (st->relation == PATRON_RELATION_NONE) {
            within = 0;
        }

        within |= is(st->compound.name);

        if (st->last && st->group == group && st->number == number
            && !within)
        {
            return 0;
        }
    }

    return 1;
}


int
patron_selectors_direct(const patron_selectors_t *s, unsigned group,
    unsigned number)
{
    return patron_selectors_all(s, group, number, patron_selectors_is_direct);
}


int
patron_selectors_local(const patron_selectors_t *s, unsigned group,
    unsigned number)
{
    return patron_selectors_all(s, group, number, patron_selectors_is_local);
}


static int
patron_selectors_all(const patron_selectors_t *s, unsigned group,
    unsigned number, unsigned (*is)(const patron_state_t *st))
{
    size_t                 i;
    const patron_state_t  *st;

    for (i = 0; i < s->nstates; i++) {
        st = &s->states[i];

        if (st->group == group && st->number == number && !is(st)) {
            return 0;
        }
    }

    return 1;
}


int
patron_selectors_compile(patron_selectors_t *s)
{
    size_t               i, n, w;
    uint64_t             bit;
    patron_state_t      *st;
    patron_type_slot_t  *slot;

    s->words = (s->nstates + 63) / 64;

    for (n = 8; n < 2 * s->nstates; n *= 2) { /* void */ }

    s->mask = n - 1;
    s->types = patron_selectors_alloc(s, n * sizeof(patron_type_slot_t));

    if (s->types == NULL) {
        return PATRON_ERROR;
    }

    for (i = 0; i < s->nstates; i++) {
        st = &s->states[i];
        w = i / 64;
        bit = 1ull << (i % 64);

        if (st->compound.name) {
            n = patron_type_hash(st->compound.name) & s->mask;

            while (s->types[n].name
                   && s->types[n].name != st->compound.name)
            {
                n = (n + 1) & s->mask;
            }

            slot = &s->types[n];
            slot->name = st->compound.name;
            slot->bits[w] |= bit;

        } else {
            s->any[w] |= bit;
        }

        s->start[w] |= (st->relation == PATRON_RELATION_NONE) ? bit : 0;
        s->child[w] |= (st->relation == PATRON_RELATION_CHILD) ? bit : 0;
        s->descendant[w] |= (st->relation == PATRON_RELATION_DESCENDANT)
                            ? bit : 0;
        s->inner[w] |= st->last ? 0 : bit;

        patron_selectors_flags(st, &st->compound, 0);
        patron_selectors_needle(s, st);

        st->direct = patron_selectors_is_direct(st);

        s->nth_child[w] |= st->nth_child ? bit : 0;
        s->nth_type[w] |= st->nth_type ? bit : 0;
    }

    return PATRON_OK;
}


/*
 * Does it match, or not, by what is in a start tag alone?  Formatting elements
 * that are opened again have none, and no attributes.
 */

static unsigned
patron_selectors_is_direct(const patron_state_t *st)
{
    return patron_selectors_is_local(st)
           && !patron_html_implies(st->compound.name)
           && !patron_name_is(st->compound.name, "template")
           && (st->attrs
               || (st->compound.name
                   && !patron_name_formatting(st->compound.name)));
}


/* It is one compound, which counts no siblings. */

static unsigned
patron_selectors_is_local(const patron_state_t *st)
{
    return st->last && st->relation == PATRON_RELATION_NONE
           && !st->nth_child && !st->nth_type;
}


/* What a state needs to know of an element; inside :not() too. */

static void
patron_selectors_flags(patron_state_t *st, const patron_compound_t *c,
    int inverted)
{
    const patron_test_t      *t;
    const patron_compound_t  *item;

    for (t = c->tests; t; t = t->next) {

        switch (t->type) {

        case PATRON_TEST_NTH_CHILD:
            st->nth_child = 1;
            break;

        case PATRON_TEST_NTH_TYPE:
            st->nth_type = 1;
            break;

        case PATRON_TEST_NOT:
            for (item = t->list; item; item = item->next) {
                patron_selectors_flags(st, item, 1);
            }
            break;

        default:
            if (!inverted) {
                st->attrs = 1;
            }
        }
    }
}


/*
 * The rarest text among those a matching tag must hold: a value, or else the
 * attribute's name.  A line feed in a value may be a carriage return in the
 * page, and bytes past ASCII may come from a reference with a name.
 */

static void
patron_selectors_needle(const patron_selectors_t *s, patron_state_t *st)
{
    size_t                i, pair;
    unsigned              score, best, is_name, references;
    const patron_str_t   *text;
    const patron_test_t  *t;

    best = 0;

    for (t = st->compound.tests; t; t = t->next) {

        if (t->type >= PATRON_TEST_NTH_CHILD) {
            continue;
        }

        text = &t->value;
        is_name = (text->len < 2);
        references = 0;

        for (i = 0; i < text->len; i++) {
            if (text->data[i] < ' ') {
                is_name = 1;
            }

            if (text->data[i] >= 0x80
                || memchr("&<>\"'", text->data[i], 5) != NULL)
            {
                references = 1;
            }
        }

        if (is_name) {
            text = &s->attrs[t->attr];
            references = 0;
        }

        score = patron_selectors_rarest(text, &pair);

        if (score > best) {
            best = score;
            st->needle = *text;
            st->pair = pair;
            patron_selectors_bounds(st, t, is_name);
            st->fold = is_name || t->fold;
            st->references = references;
        }
    }

    patron_selectors_bytes(st);
}


/* The bytes of its text, in any case that they may have. */

static void
patron_selectors_bytes(patron_state_t *st)
{
    size_t          i;
    patron_uchar_t  c;

    st->bytes[0] = 0;
    st->bytes[1] = 0;

    for (i = 0; i < st->needle.len; i++) {
        c = st->needle.data[i] & 0x7f;
        st->bytes[c / 64] |= 1ull << (c % 64);

        if (st->fold) {
            st->bytes[(c ^ 0x20) / 64] |= 1ull << ((c ^ 0x20) % 64);
        }
    }
}


/* At which ends the text is bounded in a tag, as a name or as a value. */

static void
patron_selectors_bounds(patron_state_t *st, const patron_test_t *t,
    unsigned is_name)
{
    unsigned  bound;

    bound = is_name ? PATRON_BOUND_NAME : PATRON_BOUND_VALUE;

    st->bound_left = bound;
    st->bound_right = bound << PATRON_BOUND_BEHIND;

    if (is_name) {
        return;
    }

    if (t->type == PATRON_TEST_SUFFIX || t->type == PATRON_TEST_PART) {
        st->bound_left = 0;
    }

    if (t->type == PATRON_TEST_PREFIX || t->type == PATRON_TEST_PART
        || t->type == PATRON_TEST_DASH)
    {
        st->bound_right = 0;
    }
}


static unsigned
patron_selectors_rarest(const patron_str_t *text, size_t *pair)
{
    size_t    i;
    unsigned  score, best;

    best = 0;
    *pair = 0;

    for (i = 0; i + 1 < text->len; i++) {
        score = patron_selectors_rarity(text->data[i])
                + patron_selectors_rarity(text->data[i + 1]);

        if (score > best) {
            best = score;
            *pair = i;
        }
    }

    return best;
}


/* How seldom a byte is in the tags of pages: 1 for the most frequent. */

static unsigned
patron_selectors_rarity(patron_uchar_t c)
{
    const char         *p;
    static const char   frequent[] = " eta\"sionlrcd/p=hm-u.gfwb";

    c = patron_lower(c);
    p = memchr(frequent, c, sizeof(frequent) - 1);

    return (unsigned) (p ? p - frequent + 1 : (int) sizeof(frequent));
}
