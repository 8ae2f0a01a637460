
/*
 * The choice among the campaigns of a slot.
 *
 * Weighted rendezvous hashing: each campaign draws -ln(u) / weight, u in (0, 1]
 * from a hash of the reader, the slot and the campaign's name, and the least
 * wins.  Nothing is stored, a reader keeps the winner, and a campaign that
 * comes or goes takes or gives back its own share and no other's.
 *
 * 1 - u is never more than -ln(u): a campaign that cannot win by that needs no
 * logarithm, and one that cannot win at all is not asked for its targets.  So
 * the cost of a campaign too many is its hash, and nothing once it is known to
 * be for other values of a variable than this reader's.
 *
 * What a reader's visit has as assigned goes before the draw, as long as it may
 * be shown: then another address, another browser or other weights do not move
 * a reader from one side of an experiment to the other.
 *
 * A variant stands for its original, which alone takes part in the choice and
 * whose priority, audience, targets and cap hold for it; a second draw, among
 * the original and its variants by their weights, says which of them is shown.
 * A variant's own status, weight, from, until and hours hold besides.
 */


#include <math.h>

#include "patron_campaign.h"
#include "patron_hash.h"


#define PATRON_LN2        0.69314718055994530942
#define PATRON_CHOICE_AB  UINT64_C(0x9e3779b97f4a7c15)


typedef struct {
    double  value;
    double  scaled;             /* by 2^53, as the bits of a hash are */
} patron_draw_t;


static void patron_campaign_variants(patron_campaign_t *campaigns, size_t n);
static void patron_campaign_sort(patron_campaign_t **list, size_t n);
static const patron_campaign_t *patron_campaign_equals(
    patron_campaign_t *const *list, size_t first, size_t end,
    patron_choice_t *choice);
static const patron_campaign_t *patron_campaign_kept(
    patron_campaign_t *const *list, size_t first, size_t end,
    patron_choice_t *choice);
static inline int patron_campaign_is_kept(const patron_campaign_t *campaign,
    const patron_choice_t *choice);
static inline size_t patron_campaign_next(const patron_choice_t *choice,
    size_t i, size_t end);
static const patron_campaign_t *patron_campaign_variant_of(
    const patron_campaign_t *original, const patron_choice_t *choice);
static inline int patron_campaign_open(const patron_campaign_t *campaign,
    int64_t now);
static inline int patron_campaign_draw(const patron_campaign_t *campaign,
    uint64_t key, const patron_draw_t *best, patron_draw_t *draw);
static int patron_campaign_fits(const patron_campaign_t *campaign,
    patron_choice_t *choice);
static double patron_campaign_ln(uint64_t h);


static const patron_draw_t  patron_draw_none = { HUGE_VAL, HUGE_VAL };


size_t
patron_campaign_arrange(patron_campaign_t *campaigns, size_t n,
    patron_campaign_t **list)
{
    size_t  i, listed;

    patron_campaign_variants(campaigns, n);

    for (i = 0, listed = 0; i < n; i++) {
        if (campaigns[i].variant_of.len == 0 && campaigns[i].active
            && campaigns[i].weight)
        {
            list[listed++] = &campaigns[i];
        }
    }

    patron_campaign_sort(list, listed);

    for (i = listed; i > 0; i--) {
        list[i - 1]->place = i - 1;
        list[i - 1]->group = (i < listed
                              && list[i]->priority == list[i - 1]->priority)
                             ? list[i]->group : i;
    }

    return listed;
}


static void
patron_campaign_variants(patron_campaign_t *campaigns, size_t n)
{
    size_t              i, k;
    patron_campaign_t  *c, *original;

    for (i = 0; i < n; i++) {
        campaigns[i].variants = NULL;
        campaigns[i].next = NULL;
    }

    for (i = 0; i < n; i++) {
        c = &campaigns[i];

        if (c->variant_of.len == 0 || !c->active || c->weight == 0) {
            continue;
        }

        for (k = 0; k < n; k++) {
            original = &campaigns[k];

            if (original->variant_of.len == 0
                && original->name.len == c->variant_of.len
                && memcmp(original->name.data, c->variant_of.data,
                          c->variant_of.len) == 0)
            {
                c->next = original->variants;
                original->variants = c;
                c->id = original->id;
                break;
            }
        }
    }
}


/* By insertion: lists are short, and mostly in order when made again. */

static void
patron_campaign_sort(patron_campaign_t **list, size_t n)
{
    size_t              i, k;
    patron_campaign_t  *c;

    for (i = 1; i < n; i++) {
        c = list[i];

        for (k = i; k > 0 && list[k - 1]->priority < c->priority; k--) {
            list[k] = list[k - 1];
        }

        list[k] = c;
    }
}


uint64_t
patron_campaign_key(const patron_str_t *reader_id, uint64_t slot)
{
    return patron_hash_mix(patron_hash(reader_id) + slot);
}


const patron_campaign_t *
patron_campaign_choose(patron_campaign_t *const *list, size_t n,
    patron_choice_t *choice)
{
    size_t                    i;
    const patron_campaign_t  *c;

    for (i = 0; i < n; i = list[i]->group) {

        if (choice->visit && choice->visit->n) {
            c = patron_campaign_kept(list, i, list[i]->group, choice);

            if (c) {
                return c;
            }
        }

        c = patron_campaign_equals(list, i, list[i]->group, choice);

        if (c) {
            return c->variants ? patron_campaign_variant_of(c, choice) : c;
        }
    }

    return NULL;
}


size_t
patron_campaign_rank(patron_campaign_t *const *list, size_t n, uint64_t key,
    uint8_t *ranked, size_t max)
{
    double    value, bound, values[PATRON_CAMPAIGN_RANKED];
    size_t    i, k, first, count, end;
    uint64_t  h;

    count = 0;
    bound = 0;

    for (first = 0; first < n && count < max; first = end) {
        end = list[first]->group;

        for (i = first; i < end; i++) {
            h = patron_hash_mix(key ^ list[i]->hash);

            if (count == max
                && (double) (int64_t) (~h >> 11) * list[i]->share >= bound)
            {
                continue;
            }

            value = patron_campaign_ln(h) * list[i]->share;

            if (count < max) {
                k = count++;

            } else if (value < values[count - 1]) {
                k = count - 1;

            } else {
                continue;
            }

            for ( /* void */ ; k > 0 && ranked[k - 1] >= first
                               && values[k - 1] > value; k--)
            {
                values[k] = values[k - 1];
                ranked[k] = ranked[k - 1];
            }

            values[k] = value;
            ranked[k] = (uint8_t) i;

            bound = values[count - 1] * 0x1p53;
        }
    }

    return count;
}


const patron_campaign_t *
patron_campaign_offer(const patron_campaign_t *campaign,
    patron_choice_t *choice)
{
    if (!patron_mask_has(choice->suited, campaign->place)
        || !patron_campaign_open(campaign, choice->now)
        || !patron_campaign_fits(campaign, choice))
    {
        return NULL;
    }

    return campaign->variants ? patron_campaign_variant_of(campaign, choice)
                              : campaign;
}


/* The choice among those of one priority. */

static const patron_campaign_t *
patron_campaign_equals(patron_campaign_t *const *list, size_t first,
    size_t end, patron_choice_t *choice)
{
    size_t                    i;
    patron_draw_t             best, draw;
    const patron_campaign_t  *c, *chosen;

    chosen = NULL;
    best = patron_draw_none;

    for (i = patron_campaign_next(choice, first, end);
         i < end;
         i = patron_campaign_next(choice, i + 1, end))
    {
        c = list[i];

        if (patron_campaign_draw(c, choice->key, &best, &draw)
            && patron_campaign_open(c, choice->now)
            && patron_campaign_fits(c, choice))
        {
            best = draw;
            chosen = c;
        }
    }

    return chosen;
}


/* Of one priority, what the reader was assigned: a campaign or a variant. */

static const patron_campaign_t *
patron_campaign_kept(patron_campaign_t *const *list, size_t first, size_t end,
    patron_choice_t *choice)
{
    size_t                    i;
    const patron_campaign_t  *c, *v;

    for (i = patron_campaign_next(choice, first, end);
         i < end;
         i = patron_campaign_next(choice, i + 1, end))
    {
        c = list[i];

        for (v = c;
             v && !patron_campaign_is_kept(v, choice);
             v = (v == c) ? c->variants : v->next)
        {
            /* void */
        }

        if (v && patron_campaign_open(c, choice->now)
            && patron_campaign_open(v, choice->now)
            && patron_campaign_fits(c, choice))
        {
            return v;
        }
    }

    return NULL;
}


static inline int
patron_campaign_is_kept(const patron_campaign_t *c,
    const patron_choice_t *choice)
{
    return patron_visit_done(choice->visit, (uint32_t) c->hash)
           & PATRON_VISIT_ASSIGNED;
}


/* From i on, the first that is not known to be for other values. */

static inline size_t
patron_campaign_next(const patron_choice_t *choice, size_t i, size_t end)
{
    uint64_t  rest;

    while (i < end) {
        rest = choice->suited[i / 64] >> (i % 64);

        if (rest) {
            i += (size_t) __builtin_ctzll(rest);
            break;
        }

        i = (i | 63) + 1;
    }

    return i;
}


static const patron_campaign_t *
patron_campaign_variant_of(const patron_campaign_t *original,
    const patron_choice_t *choice)
{
    uint64_t                  key;
    patron_draw_t             best, draw;
    const patron_campaign_t  *c, *chosen;

    key = patron_hash_mix(choice->key + PATRON_CHOICE_AB);

    chosen = NULL;
    best = patron_draw_none;

    for (c = original; c; c = (c == original) ? c->variants : c->next) {
        if (patron_campaign_open(c, choice->now)
            && patron_campaign_draw(c, key, &best, &draw))
        {
            best = draw;
            chosen = c;
        }
    }

    return chosen;
}


static inline int
patron_campaign_open(const patron_campaign_t *c, int64_t now)
{
    return c->from <= now && now < c->until
           && (c->hours.n == 0 || patron_hours_open(&c->hours, now));
}


/* Is the campaign's draw less than best? */

static inline int
patron_campaign_draw(const patron_campaign_t *c, uint64_t key,
    const patron_draw_t *best, patron_draw_t *draw)
{
    uint64_t  h;

    h = patron_hash_mix(key ^ c->hash);

    if ((double) (int64_t) (~h >> 11) * c->share >= best->scaled) {
        return 0;
    }

    draw->value = patron_campaign_ln(h) * c->share;
    draw->scaled = draw->value * 0x1p53;

    return draw->value < best->value;
}


/* Of one that is not known to be for other values. */

static int
patron_campaign_fits(const patron_campaign_t *c, patron_choice_t *choice)
{
    return patron_audience_match(&c->audience, choice->reader)
           && (c->ntargets == 0 || choice->left == 0
               || patron_targets_suit(choice, c))
           && (choice->visit == NULL
               || patron_visit_allows(choice->visit, c->id, &c->cap,
                                      choice->now));
}


/*
 * -ln(u), where u = h / 2^64, to about 1e-9: the power of two from the leading
 * zeros, and the rest f, in [1, 2), by the series of 2 artanh((f - 1)/(f + 1)).
 * Not libm's, so that all machines choose alike.
 */

static double
patron_campaign_ln(uint64_t h)
{
    int     zeros;
    double  f, t, tt, ln;

    h |= 1;
    zeros = __builtin_clzll(h);

    f = (double) (h << zeros) * 0x1p-63;

    t = (f - 1) / (f + 1);
    tt = t * t;

    ln = 1.0 / 15;
    ln = ln * tt + 1.0 / 13;
    ln = ln * tt + 1.0 / 11;
    ln = ln * tt + 1.0 / 9;
    ln = ln * tt + 1.0 / 7;
    ln = ln * tt + 1.0 / 5;
    ln = ln * tt + 1.0 / 3;
    ln = 2 * t * (ln * tt + 1);

    return (zeros + 1) * PATRON_LN2 - ln;
}
