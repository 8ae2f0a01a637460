
/*
 * The matcher: which selectors an element matches, told as it opens.
 *
 * Kept of the open elements are only those that matched a part of a selector
 * or whose children are counted, the "levels", in the order of their places:
 * when an element opens, its parent's level is the last one or there is none.
 * Siblings are counted only below ancestors that the selector allows.
 *
 * Where an element with others above it leaves the stack, a form goes on as
 * their ancestor; a formatting element gives them to its own parent, which is
 * what the adoption agency does with them in a document tree (HTML standard,
 * section 13.2.6.4.7).
 */


#include "patron_selector_names.h"
#include "patron_selector_table.h"


#define PATRON_MATCHER_LEVELS    16    /* at first; they grow */
#define PATRON_MATCHER_COUNTERS  32


static int patron_matcher_element(patron_matcher_t *m, int32_t parent,
    uint64_t *found);
static int patron_matcher_count(patron_matcher_t *m, int32_t parent,
    const uint64_t *found);
static patron_level_t *patron_matcher_level(patron_matcher_t *m,
    int32_t index);
static patron_counter_t *patron_matcher_counter(patron_matcher_t *m,
    size_t n, patron_html_name_t name);
static int patron_matcher_grow_levels(patron_matcher_t *m);
static void patron_matcher_adopt(patron_matcher_t *m, uint32_t index,
    unsigned by_type);
static void patron_matcher_clear(patron_matcher_t *m, size_t n);
static void patron_matcher_remove(patron_matcher_t *m, size_t n);
static void patron_matcher_inherit(patron_matcher_t *m, size_t n);
static int patron_compound_matches(patron_matcher_t *m,
    const patron_compound_t *c);
static int patron_test_matches(patron_matcher_t *m, const patron_test_t *t);
static int patron_nth_matches(const patron_test_t *t, uint32_t n);
static void *patron_matcher_grow(patron_matcher_t *m, void *old, size_t used,
    size_t size);


int
patron_matcher_init(patron_matcher_t *m, const patron_selectors_t *s,
    patron_mem_t *mem, const patron_html_t *html)
{
    memset(m, 0, sizeof(patron_matcher_t));

    m->table = s;
    m->mem = mem;
    m->html = html;
    m->deepest = -1;
    m->levels_size = PATRON_MATCHER_LEVELS;
    m->counters_size = PATRON_MATCHER_COUNTERS;

    m->levels = patron_alloc(mem, m->levels_size * sizeof(patron_level_t));
    m->bits = patron_alloc(mem, m->levels_size * 2 * s->words
                                * sizeof(uint64_t) + 1);
    m->counters = patron_alloc(mem, m->counters_size
                                    * sizeof(patron_counter_t));
    m->values = patron_calloc(mem, s->nattrs * sizeof(patron_str_t) + 1);

    if (m->levels == NULL || m->bits == NULL || m->counters == NULL
        || m->values == NULL)
    {
        patron_matcher_cleanup(m);
        return PATRON_ERROR;
    }

    /* the document: it matches nothing, and its child is counted */

    memset(m->levels, 0, sizeof(patron_level_t));
    memset(m->bits, 0, 2 * s->words * sizeof(uint64_t));

    m->levels[0].index = -1;
    m->nlevels = 1;

    return PATRON_OK;
}


void
patron_matcher_cleanup(patron_matcher_t *m)
{
    patron_free(m->mem, m->levels);
    patron_free(m->mem, m->bits);
    patron_free(m->mem, m->counters);
    patron_free(m->mem, m->values);
    patron_free(m->mem, m->decoded);

    m->levels = NULL;
    m->bits = NULL;
    m->counters = NULL;
    m->values = NULL;
    m->decoded = NULL;
}


/*
 * A selector's states are live together.  What is found for elements that do
 * not matter costs the most: the filter says what does.
 */

void
patron_matcher_live(patron_matcher_t *m, const patron_targets_t *live)
{
    size_t                     i, k;
    unsigned                   on;
    patron_filter_t           *f;
    const patron_state_t      *st;
    const patron_selectors_t  *s;

    s = m->table;
    f = &m->filter;
    on = 0;

    memset(m->live, 0, sizeof(m->live));
    memset(f, 0, sizeof(patron_filter_t));

    f->table = s;
    f->direct = 1;

    f->bytes[0] = (1ull << ' ') | (1ull << '\t') | (1ull << '\n')
                  | (1ull << '\r') | (1ull << '\f');

    for (i = s->nstates; i-- > 0; /* void */ ) {
        st = &s->states[i];

        if (st->last) {
            on = (live->group[st->group] >> st->number) & 1;
        }

        if (!on) {
            continue;
        }

        m->live[i / 64] |= 1ull << (i % 64);
        f->direct &= st->direct;

        if (st->nth_child) {
            f->any = 1;

        } else if (st->compound.name) {
            f->names |= patron_html_name_bit(st->compound.name);
            patron_html_hint(f->hints, st->compound.type.data,
                             st->compound.type.len);

        } else if (!st->attrs || st->nth_type) {
            f->any = 1;

        } else if (st->needle.len == 0
                   || f->npairs == PATRON_SELECTOR_MAX_PAIRS)
        {
            f->attrs = 1;

        } else {
            f->state[f->npairs++] = (uint16_t) i;
            f->fold |= st->fold ? 0x20 : 0;
            f->references |= st->references;
            f->bytes[0] |= st->bytes[0];
            f->bytes[1] |= st->bytes[1];
        }
    }

    for (k = 0; k < f->npairs; k++) {
        st = &s->states[f->state[k]];
        f->first[k] = st->needle.data[st->pair] | f->fold;
        f->second[k] = st->needle.data[st->pair + 1] | f->fold;
    }

    f->direct &= !f->any && !f->attrs;
    f->scan = patron_filter_scan(f);
}


void
patron_matcher_watch(patron_matcher_t *m, patron_html_name_t name)
{
    m->filter.names |= patron_html_name_bit(name);
    patron_html_hint_add(m->filter.hints, (patron_uchar_t) (name >> 8),
                         (patron_uchar_t) (name >> 16));
}


int
patron_matcher_open(patron_matcher_t *m, uint32_t index,
    const patron_html_tag_t *tag, patron_targets_t *found)
{
    int                    rc;
    size_t                 w;
    uint64_t               bits, *level, inner[PATRON_SELECTOR_WORDS];
    uint64_t               matched[PATRON_SELECTOR_WORDS];
    patron_level_t        *own;
    const patron_state_t  *st;

    memset(found, 0, sizeof(patron_targets_t));

    m->tag = tag;
    m->parsed = 0;
    m->name = tag ? tag->name : patron_html_element(m->html, index)->name;

    rc = patron_matcher_element(m, (int32_t) index - 1, matched);

    if (rc != PATRON_OK) {
        return rc;
    }

    bits = 0;

    for (w = 0; w < m->table->words; w++) {
        inner[w] = matched[w] & m->table->inner[w];
        bits |= inner[w];

        for (matched[w] &= ~inner[w]; matched[w];
             matched[w] &= matched[w] - 1)
        {
            st = &m->table->states[w * 64
                                   + (size_t) __builtin_ctzll(matched[w])];
            found->group[st->group] |= 1ull << st->number;
        }
    }

    if (bits) {
        own = patron_matcher_level(m, (int32_t) index);

        if (own == NULL) {
            return PATRON_ERROR;
        }

        level = m->bits + (size_t) (own - m->levels) * 2 * m->table->words;

        for (w = 0; w < m->table->words; w++) {
            level[w] |= inner[w];
        }

        patron_matcher_inherit(m, (size_t) (own - m->levels));
    }

    return PATRON_OK;
}


int
patron_matcher_again(patron_matcher_t *m, uint32_t index,
    const patron_html_tag_t *tag, patron_targets_t *found)
{
    int  rc;

    m->again = 1;
    rc = patron_matcher_open(m, index, tag, found);
    m->again = 0;

    return rc;
}


/* The states that match the element, in found. */

static int
patron_matcher_element(patron_matcher_t *m, int32_t parent, uint64_t *found)
{
    int                        rc;
    size_t                     i, n, w;
    uint64_t                   any, bits, up, carry_child, carry_below;
    const uint64_t            *above, *below;
    const patron_selectors_t  *s;
    const patron_type_slot_t  *slot;

    s = m->table;

    for (i = patron_type_hash(m->name) & s->mask;
         s->types[i].name && s->types[i].name != m->name;
         i = (i + 1) & s->mask)
    { /* void */ }

    slot = &s->types[i];

    for (n = m->nlevels - 1; m->levels[n].index > parent; n--) { /* void */ }

    above = m->bits + n * 2 * s->words;
    below = above + s->words;

    any = 0;
    carry_child = 0;
    carry_below = 0;

    for (w = 0; w < s->words; w++) {
        bits = s->start[w];

        if (m->levels[n].index == parent) {
            bits |= ((above[w] << 1) | carry_child) & s->child[w];
            carry_child = above[w] >> 63;
        }

        bits |= ((below[w] << 1) | carry_below) & s->descendant[w];
        carry_below = below[w] >> 63;

        up = bits & m->live[w];
        found[w] = up & (slot->bits[w] | s->any[w]);

        any |= up & (s->nth_child[w] | (found[w] & s->nth_type[w]));
    }

    if (any) {
        rc = patron_matcher_count(m, parent, found);

        if (rc != PATRON_OK) {
            return rc;
        }
    }

    for (w = 0; w < s->words; w++) {
        for (bits = found[w]; bits; bits &= bits - 1) {
            i = w * 64 + (size_t) __builtin_ctzll(bits);

            if (!patron_compound_matches(m, &s->states[i].compound)) {
                found[w] &= ~(1ull << (i % 64));
            }
        }
    }

    return m->failed ? PATRON_ERROR : PATRON_OK;
}


/* The element is one more child of its parent. */

static int
patron_matcher_count(patron_matcher_t *m, int32_t parent,
    const uint64_t *found)
{
    size_t             w;
    uint64_t           type;
    patron_level_t    *level;
    patron_counter_t  *counter;

    level = patron_matcher_level(m, parent);

    if (level == NULL) {
        return PATRON_ERROR;
    }

    if (m->again) {

        /* it was counted when it opened, and is the last of its kind */

        m->nth_child = level->children;
        m->nth_type = 1;
        return PATRON_OK;
    }

    m->nth_child = ++level->children;

    type = 0;

    for (w = 0; w < m->table->words; w++) {
        type |= found[w] & m->table->nth_type[w];
    }

    if (type == 0) {
        return PATRON_OK;
    }

    counter = patron_matcher_counter(m, m->nlevels - 1, m->name);

    if (counter == NULL) {
        return m->failed ? PATRON_ERROR : PATRON_DECLINED;
    }

    m->nth_type = ++counter->count;

    return PATRON_OK;
}


/*
 * The level of a place: the last one's as a rule, which may be new.  A new one
 * below others is for an adopted child.
 */

static patron_level_t *
patron_matcher_level(patron_matcher_t *m, int32_t index)
{
    size_t           n, words;
    uint64_t        *bits;
    patron_level_t  *level;

    for (n = m->nlevels; m->levels[n - 1].index > index; n--) { /* void */ }

    if (m->levels[n - 1].index == index) {
        return &m->levels[n - 1];
    }

    if (m->nlevels == m->levels_size
        && patron_matcher_grow_levels(m) != PATRON_OK)
    {
        return NULL;
    }

    words = m->table->words;
    level = &m->levels[n];
    bits = m->bits + n * 2 * words;

    if (n < m->nlevels) {
        memmove(level + 1, level, (m->nlevels - n) * sizeof(patron_level_t));
        memmove(bits + 2 * words, bits,
                (m->nlevels - n) * 2 * words * sizeof(uint64_t));
        level->counters = level[1].counters;

    } else {
        level->counters = m->ncounters;
    }

    level->index = index;
    level->children = 0;

    memset(bits, 0, words * sizeof(uint64_t));
    memcpy(bits + words, bits - words, words * sizeof(uint64_t));

    m->nlevels++;
    m->deepest = m->levels[m->nlevels - 1].index;

    return level;
}


static int
patron_matcher_grow_levels(patron_matcher_t *m)
{
    void    *p;
    size_t   size;

    size = m->levels_size * sizeof(patron_level_t);

    p = patron_matcher_grow(m, m->levels, size, 2 * size);
    if (p == NULL) {
        return PATRON_ERROR;
    }

    m->levels = p;

    size = m->levels_size * 2 * m->table->words * sizeof(uint64_t);

    p = patron_matcher_grow(m, m->bits, size, 2 * size + 1);
    if (p == NULL) {
        return PATRON_ERROR;
    }

    m->bits = p;
    m->levels_size *= 2;

    return PATRON_OK;
}


/* The counter of a name in a level, which may be new. */

static patron_counter_t *
patron_matcher_counter(patron_matcher_t *m, size_t n,
    patron_html_name_t name)
{
    void    *p;
    size_t   i, end, size;

    end = (n + 1 < m->nlevels) ? m->levels[n + 1].counters : m->ncounters;

    for (i = m->levels[n].counters; i < end; i++) {
        if (m->counters[i].name == name) {
            return &m->counters[i];
        }
    }

    if (m->ncounters == PATRON_SELECTOR_MAX_TYPES) {
        return NULL;
    }

    if (m->ncounters == m->counters_size) {
        size = m->counters_size * sizeof(patron_counter_t);

        p = patron_matcher_grow(m, m->counters, size, 2 * size);
        if (p == NULL) {
            return NULL;
        }

        m->counters = p;
        m->counters_size *= 2;
    }

    memmove(&m->counters[end + 1], &m->counters[end],
            (m->ncounters - end) * sizeof(patron_counter_t));

    m->counters[end].name = name;
    m->counters[end].count = 0;
    m->ncounters++;

    while (++n < m->nlevels) {
        m->levels[n].counters++;
    }

    return &m->counters[end];
}


void
patron_matcher_close(patron_matcher_t *m, uint32_t index)
{
    size_t    n;
    unsigned  own, next, counted, by_type;

    if (index + 1 == patron_html_depth(m->html)) {

        if (m->deepest == (int32_t) index) {
            patron_matcher_remove(m, m->nlevels - 1);
        }

        return;
    }

    for (n = m->nlevels - 1; m->levels[n].index > (int32_t) index; n--) {
        m->levels[n].index--;
    }

    /* n is now the element's level, or the one below */

    own = (m->levels[n].index == (int32_t) index);
    next = (n + 1 < m->nlevels && m->levels[n + 1].index == (int32_t) index);

    if (patron_name_formatting(patron_html_element(m->html, index)->name)) {
        counted = own && m->levels[n].children;
        by_type = counted && m->ncounters > m->levels[n].counters;

        if (own) {
            patron_matcher_remove(m, n);
            patron_matcher_inherit(m, n);
        }

        if (counted) {
            patron_matcher_adopt(m, index, by_type);
        }

    } else if (own && next) {
        patron_matcher_remove(m, n);

    } else if (own) {
        patron_matcher_clear(m, n);
    }

    m->deepest = m->levels[m->nlevels - 1].index;
}


/*
 * The element above index, which was counted where it lay, becomes a child of
 * the one below it.
 */

static void
patron_matcher_adopt(patron_matcher_t *m, uint32_t index, unsigned by_type)
{
    patron_level_t    *level;
    patron_counter_t  *counter;

    level = patron_matcher_level(m, (int32_t) index - 1);

    if (level == NULL) {
        return;
    }

    level->children++;

    if (!by_type) {
        return;
    }

    counter = patron_matcher_counter(m, (size_t) (level - m->levels),
                           patron_html_element(m->html, index + 1)->name);
    if (counter) {
        counter->count++;
    }
}


static void
patron_matcher_remove(patron_matcher_t *m, size_t n)
{
    size_t  words;

    patron_matcher_clear(m, n);

    m->nlevels--;
    words = 2 * m->table->words;

    memmove(&m->levels[n], &m->levels[n + 1],
            (m->nlevels - n) * sizeof(patron_level_t));
    memmove(m->bits + n * words, m->bits + (n + 1) * words,
            (m->nlevels - n) * words * sizeof(uint64_t));

    m->deepest = m->levels[m->nlevels - 1].index;
}


/* The level is there for its ancestors' sake alone. */

static void
patron_matcher_clear(patron_matcher_t *m, size_t n)
{
    size_t  i, end, len;

    end = (n + 1 < m->nlevels) ? m->levels[n + 1].counters : m->ncounters;
    len = end - m->levels[n].counters;

    memmove(&m->counters[end - len], &m->counters[end],
            (m->ncounters - end) * sizeof(patron_counter_t));

    m->ncounters -= len;

    for (i = n + 1; i < m->nlevels; i++) {
        m->levels[i].counters -= len;
    }

    m->levels[n].children = 0;
    memset(m->bits + n * 2 * m->table->words, 0,
           m->table->words * sizeof(uint64_t));
}


/* What the levels from n on have from their ancestors, which changed. */

static void
patron_matcher_inherit(patron_matcher_t *m, size_t n)
{
    size_t     i, words;
    uint64_t  *bits;

    words = m->table->words;

    for ( /* void */ ; n < m->nlevels; n++) {
        bits = m->bits + n * 2 * words;

        for (i = 0; i < words; i++) {
            bits[words + i] = bits[i] | *(bits + i - words);
        }
    }
}


static int
patron_compound_matches(patron_matcher_t *m, const patron_compound_t *c)
{
    size_t                i;
    const patron_test_t  *t;

    if (c->name && c->name != m->name) {
        return 0;
    }

    if (c->type.len > sizeof(patron_html_name_t) && m->tag) {

        /* a long name's number is but a hash */

        if (c->type.len != m->tag->raw_name.len) {
            return 0;
        }

        for (i = 0; i < c->type.len; i++) {
            if (patron_lower(m->tag->raw_name.data[i]) != c->type.data[i]) {
                return 0;
            }
        }
    }

    for (t = c->tests; t; t = t->next) {
        if (!patron_test_matches(m, t)) {
            return 0;
        }
    }

    return 1;
}


static int
patron_test_matches(patron_matcher_t *m, const patron_test_t *t)
{
    const patron_compound_t  *c;

    switch (t->type) {

    case PATRON_TEST_NTH_CHILD:
        return patron_nth_matches(t, m->nth_child);

    case PATRON_TEST_NTH_TYPE:
        return patron_nth_matches(t, m->nth_type);

    case PATRON_TEST_NOT:
        for (c = t->list; c; c = c->next) {
            if (patron_compound_matches(m, c)) {
                return 0;
            }
        }

        return 1;

    default:
        break;
    }

    if (m->tag == NULL) {
        return 0;
    }

    if (!m->parsed) {
        if (patron_selector_values(m) != PATRON_OK) {
            m->failed = 1;
            return 0;
        }

        m->parsed = 1;
    }

    return m->values[t->attr].data != NULL
           && patron_selector_value_matches(t, &m->values[t->attr]);
}


/* Is n = A * k + B for a k that is not negative? */

static int
patron_nth_matches(const patron_test_t *t, uint32_t n)
{
    int64_t  d;

    d = (int64_t) n - t->b;

    if (t->a == 0) {
        return d == 0;
    }

    return d % t->a == 0 && d / t->a >= 0;
}


static void *
patron_matcher_grow(patron_matcher_t *m, void *old, size_t used, size_t size)
{
    void  *p;

    p = patron_alloc(m->mem, size);

    if (p == NULL) {
        m->failed = 1;
        return NULL;
    }

    memcpy(p, old, used);
    patron_free(m->mem, old);

    return p;
}
