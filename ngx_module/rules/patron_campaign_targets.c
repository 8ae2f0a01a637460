
/*
 * The targets of the campaigns of a slot, turned about: for each variable the
 * values that any campaign lists, and for each of them a mask of the campaigns
 * that it suits.  So a variable is read once for a choice, and looked up once,
 * however many campaigns ask for it; which suit is the masks' intersection.
 *
 * Ranges and patterns are tried one after the other, for those who list them.
 * Of the languages that are listed the one that the reader likes best counts.
 *
 * All of it follows from the campaigns.  Nothing is remembered of readers:
 * their values are compared whole, and any that nobody lists are one.
 *
 * Limit: a distinct value takes about 100 bytes, beside itself.
 */


#include "patron_campaign.h"
#include "patron_hash.h"
#include "patron_language.h"
#include "patron_pattern.h"


#define PATRON_TARGETS_VALUES  8        /* room for so many at first */


typedef struct {
    patron_str_t        value;
    uint64_t            hash;
    uint64_t            suits[PATRON_CAMPAIGN_WORDS];
    uint32_t            next;           /* and one more; 0: the last */
} patron_listed_t;


/* A pattern that a campaign lists. */

typedef struct {
    patron_pattern_t    pattern;
    uint32_t            place;          /* of the campaign */
    unsigned            negate;
} patron_listed_pattern_t;


typedef struct {
    patron_str_t        name;
    unsigned            language;       /* its value ranks languages */
    uint64_t            used[PATRON_CAMPAIGN_WORDS];
    uint64_t            others[PATRON_CAMPAIGN_WORDS];  /* a value not listed
                                                           suits these */
    patron_listed_t    *listed;
    uint32_t           *heads;          /* by hash: as next */
    uint32_t            n;
    uint32_t            size;           /* a power of two */
    size_t              longest;        /* bytes of a value */
    patron_listed_pattern_t  *patterns;
    uint32_t            npatterns;
} patron_targeted_t;


struct patron_targets_s {
    size_t              words;          /* of a mask that are needed */
    unsigned            n;
    patron_targeted_t  *variables;
};


static void patron_targets_assign(patron_targets_t *targets,
    patron_campaign_t *campaign);
static int patron_targets_list(patron_targets_t *targets, patron_mem_t *mem,
    const patron_campaign_t *campaign);
static patron_listed_t *patron_targeted_add(patron_targeted_t *v,
    patron_mem_t *mem, const patron_str_t *value);
static int patron_targeted_pattern(patron_targeted_t *v, patron_mem_t *mem,
    const patron_str_t *value, const patron_campaign_t *campaign,
    unsigned negate);
static int patron_targeted_grow(patron_targeted_t *v, patron_mem_t *mem);
static void patron_targeted_link(patron_targeted_t *v, uint32_t i);
static inline patron_listed_t *patron_targeted_find(
    const patron_targeted_t *v, const patron_str_t *value, uint64_t hash);
static void patron_targets_ask(patron_choice_t *choice, unsigned which);
static const patron_str_t *patron_targets_language(
    const patron_targeted_t *v, const patron_str_t *accepted);
static void patron_targets_patterns(const patron_targeted_t *v,
    const patron_str_t *value, uint64_t *suits);
static int patron_targets_item(patron_str_t *rest, patron_str_t *item);


static inline void
patron_mask_set(uint64_t *mask, size_t i)
{
    mask[i / 64] |= UINT64_C(1) << (i % 64);
}


static inline void
patron_mask_clear(uint64_t *mask, size_t i)
{
    mask[i / 64] &= ~(UINT64_C(1) << (i % 64));
}


patron_targets_t *
patron_targets_create(patron_mem_t *mem, patron_campaign_t *const *list,
    size_t n)
{
    size_t             i, count;
    patron_targets_t  *targets;

    if (n > PATRON_CAMPAIGNS) {
        return NULL;
    }

    for (i = 0, count = 0; i < n; i++) {
        count += list[i]->ntargets;
    }

    targets = patron_calloc(mem, sizeof(patron_targets_t));
    if (targets == NULL) {
        return NULL;
    }

    targets->words = (n + 63) / 64;
    targets->variables = patron_calloc(mem, (count + 1)
                                            * sizeof(patron_targeted_t));

    if (targets->variables == NULL) {
        goto failed;
    }

    for (i = 0; i < n; i++) {
        patron_targets_assign(targets, list[i]);
    }

    for (i = 0; i < n; i++) {
        if (patron_targets_list(targets, mem, list[i]) != PATRON_OK) {
            goto failed;
        }
    }

    return targets;

failed:

    patron_targets_free(mem, targets);

    return NULL;
}


void
patron_targets_free(patron_mem_t *mem, patron_targets_t *targets)
{
    unsigned  i;

    if (targets == NULL) {
        return;
    }

    for (i = 0; i < targets->n; i++) {
        patron_free(mem, targets->variables[i].listed);
        patron_free(mem, targets->variables[i].heads);
        patron_free(mem, targets->variables[i].patterns);
    }

    patron_free(mem, targets->variables);
    patron_free(mem, targets);
}


/*
 * Gives each target its variable.  A campaign that asks twice for one of them
 * has to have both: the second is a variable of its own.
 */

static void
patron_targets_assign(patron_targets_t *targets, patron_campaign_t *c)
{
    unsigned            i, k;
    patron_target_t    *t;
    patron_targeted_t  *v;

    static const patron_str_t  language = patron_string("language");

    for (i = 0; i < c->ntargets; i++) {
        t = &c->targets[i];

        for (k = 0; k < targets->n; k++) {
            v = &targets->variables[k];

            if (v->name.len == t->variable.len
                && memcmp(v->name.data, t->variable.data, v->name.len) == 0
                && !patron_mask_has(v->used, c->place))
            {
                break;
            }
        }

        v = &targets->variables[k];

        if (k == targets->n) {
            targets->n++;
            v->name = t->variable;
            v->language = (v->name.len == language.len
                           && memcmp(v->name.data, language.data,
                                     language.len) == 0);
            memset(v->others, 0xff, sizeof(v->others));
        }

        t->which = k;
        patron_mask_set(v->used, c->place);

        if (!t->negate) {
            patron_mask_clear(v->others, c->place);
        }
    }
}


static int
patron_targets_list(patron_targets_t *targets, patron_mem_t *mem,
    const patron_campaign_t *c)
{
    int                     more;
    unsigned                i;
    patron_str_t            rest, item;
    patron_listed_t        *listed;
    const patron_target_t  *t;

    for (i = 0; i < c->ntargets; i++) {
        t = &c->targets[i];
        rest = t->values;

        do {
            more = patron_targets_item(&rest, &item);

            listed = patron_targeted_add(&targets->variables[t->which], mem,
                                         &item);
            if (listed == NULL) {
                return PATRON_ERROR;
            }

            if (t->negate) {
                patron_mask_clear(listed->suits, c->place);

            } else {
                patron_mask_set(listed->suits, c->place);
            }

            if (patron_targeted_pattern(&targets->variables[t->which], mem,
                                        &item, c, t->negate)
                != PATRON_OK)
            {
                return PATRON_ERROR;
            }

        } while (more);
    }

    return PATRON_OK;
}


/* The value, as listed before or new: then it suits whom any other suits. */

static patron_listed_t *
patron_targeted_add(patron_targeted_t *v, patron_mem_t *mem,
    const patron_str_t *value)
{
    uint64_t          hash;
    patron_listed_t  *listed;

    if (v->n == v->size && patron_targeted_grow(v, mem) != PATRON_OK) {
        return NULL;
    }

    hash = patron_hash(value);

    listed = patron_targeted_find(v, value, hash);
    if (listed) {
        return listed;
    }

    listed = &v->listed[v->n];

    listed->value = *value;
    listed->hash = hash;
    memcpy(listed->suits, v->others, sizeof(v->others));

    if (value->len > v->longest) {
        v->longest = value->len;
    }

    patron_targeted_link(v, v->n++);

    return listed;
}


/* Nothing, where the value is none. */

static int
patron_targeted_pattern(patron_targeted_t *v, patron_mem_t *mem,
    const patron_str_t *value, const patron_campaign_t *c, unsigned negate)
{
    patron_pattern_t          pattern;
    patron_listed_pattern_t  *patterns;

    if (patron_pattern_parse(&pattern, value) != PATRON_OK) {
        return PATRON_OK;
    }

    patterns = patron_alloc(mem, (v->npatterns + 1)
                                 * sizeof(patron_listed_pattern_t));
    if (patterns == NULL) {
        return PATRON_ERROR;
    }

    if (v->npatterns) {
        memcpy(patterns, v->patterns,
               v->npatterns * sizeof(patron_listed_pattern_t));
    }

    patron_free(mem, v->patterns);

    v->patterns = patterns;

    patterns = &v->patterns[v->npatterns++];
    patterns->pattern = pattern;
    patterns->place = (uint32_t) c->place;
    patterns->negate = negate;

    return PATRON_OK;
}


static int
patron_targeted_grow(patron_targeted_t *v, patron_mem_t *mem)
{
    uint32_t          i, size, *heads;
    patron_listed_t  *listed;

    size = v->size ? 2 * v->size : PATRON_TARGETS_VALUES;

    listed = patron_alloc(mem, size * sizeof(patron_listed_t));
    heads = patron_calloc(mem, size * sizeof(uint32_t));

    if (listed == NULL || heads == NULL) {
        patron_free(mem, listed);
        patron_free(mem, heads);
        return PATRON_ERROR;
    }

    if (v->n) {
        memcpy(listed, v->listed, v->n * sizeof(patron_listed_t));
    }

    patron_free(mem, v->listed);
    patron_free(mem, v->heads);

    v->listed = listed;
    v->heads = heads;
    v->size = size;

    for (i = 0; i < v->n; i++) {
        patron_targeted_link(v, i);
    }

    return PATRON_OK;
}


static void
patron_targeted_link(patron_targeted_t *v, uint32_t i)
{
    uint32_t  *head;

    head = &v->heads[v->listed[i].hash & (v->size - 1)];

    v->listed[i].next = *head;
    *head = i + 1;
}


static inline patron_listed_t *
patron_targeted_find(const patron_targeted_t *v, const patron_str_t *value,
    uint64_t hash)
{
    uint32_t          i;
    patron_listed_t  *listed;

    for (i = v->heads[hash & (v->size - 1)]; i; i = listed->next) {
        listed = &v->listed[i - 1];

        if (listed->hash == hash && listed->value.len == value->len
            && (value->len == 0
                || memcmp(listed->value.data, value->data, value->len) == 0))
        {
            return listed;
        }
    }

    return NULL;
}


unsigned
patron_targets_variables(const patron_targets_t *targets)
{
    return targets->n;
}


const patron_str_t *
patron_targets_variable(const patron_targets_t *targets, unsigned which)
{
    return &targets->variables[which].name;
}


void
patron_targets_begin(patron_choice_t *choice, const patron_targets_t *targets)
{
    choice->targets = targets;
    choice->left = targets->n;

    memset(choice->suited, 0xff, targets->words * sizeof(uint64_t));
    memset(choice->asked, 0, (targets->n + 63) / 64 * sizeof(uint64_t));
}


int
patron_targets_suit(patron_choice_t *choice, const patron_campaign_t *c)
{
    unsigned  i;

    for (i = 0; i < c->ntargets; i++) {

        if (!patron_mask_has(choice->suited, c->place)) {
            return 0;
        }

        if (!patron_mask_has(choice->asked, c->targets[i].which)) {
            patron_targets_ask(choice, c->targets[i].which);
        }
    }

    return patron_mask_has(choice->suited, c->place);
}


/* A value longer than all that are listed is not even hashed. */

static void
patron_targets_ask(patron_choice_t *choice, unsigned which)
{
    size_t                    i;
    uint64_t                  fitted[PATRON_CAMPAIGN_WORDS];
    const uint64_t           *suits;
    const patron_str_t       *value;
    const patron_listed_t    *listed;
    const patron_targeted_t  *v;

    static const patron_str_t  none = patron_string("");

    v = &choice->targets->variables[which];

    value = choice->variable(choice->data, which);

    if (value == NULL) {
        value = &none;
    }

    if (v->language) {
        value = patron_targets_language(v, value);
    }

    listed = (value->len <= v->longest)
             ? patron_targeted_find(v, value, patron_hash(value)) : NULL;

    suits = listed ? listed->suits : v->others;

    if (v->npatterns) {
        memcpy(fitted, suits, sizeof(fitted));
        patron_targets_patterns(v, value, fitted);
        suits = fitted;
    }

    for (i = 0; i < choice->targets->words; i++) {
        choice->suited[i] &= suits[i];
    }

    patron_mask_set(choice->asked, which);
    choice->left--;
}


static const patron_str_t *
patron_targets_language(const patron_targeted_t *v,
    const patron_str_t *accepted)
{
    uint32_t             i;
    unsigned             rank, best;
    patron_languages_t   languages;
    const patron_str_t  *chosen;

    static const patron_str_t  none = patron_string("");

    patron_languages_read(&languages, accepted);

    chosen = &none;
    best = 0;

    for (i = 0; i < v->n; i++) {
        rank = patron_language_rank(&languages, &v->listed[i].value);

        if (rank > best) {
            best = rank;
            chosen = &v->listed[i].value;
        }
    }

    return chosen;
}


static void
patron_targets_patterns(const patron_targeted_t *v,
    const patron_str_t *value, uint64_t *suits)
{
    uint32_t                        i;
    const patron_listed_pattern_t  *p;

    for (i = 0; i < v->npatterns; i++) {
        p = &v->patterns[i];

        if (!patron_pattern_fits(&p->pattern, value)) {
            continue;
        }

        if (p->negate) {
            patron_mask_clear(suits, p->place);

        } else {
            patron_mask_set(suits, p->place);
        }
    }
}


/*
 * The next item of a comma list, without the spaces around it.  1 if there are
 * more: even an empty list has one, the empty item.
 */

static int
patron_targets_item(patron_str_t *rest, patron_str_t *item)
{
    const patron_uchar_t  *comma;

    comma = rest->len ? memchr(rest->data, ',', rest->len) : NULL;

    item->data = rest->data;
    item->len = comma ? (size_t) (comma - rest->data) : rest->len;

    if (comma) {
        rest->data = comma + 1;
        rest->len -= item->len + 1;
    }

    while (item->len && item->data[0] == ' ') {
        item->data++;
        item->len--;
    }

    while (item->len && item->data[item->len - 1] == ' ') {
        item->len--;
    }

    return comma != NULL;
}
