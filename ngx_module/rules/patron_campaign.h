
/*
 * Campaigns: banners that live in Redis, parsed once, and the choice among
 * those of a slot for one reader.
 */


#ifndef _PATRON_CAMPAIGN_H_INCLUDED_
#define _PATRON_CAMPAIGN_H_INCLUDED_


#include "patron.h"
#include "patron_audience.h"
#include "patron_hours.h"
#include "patron_reader.h"
#include "patron_visit.h"


#define PATRON_CAMPAIGN_HTML      65536     /* bytes at most */
#define PATRON_CAMPAIGN_URL       2048
#define PATRON_CAMPAIGN_TARGETS   8
#define PATRON_CAMPAIGN_ERR       256
#define PATRON_CAMPAIGNS          256       /* of a slot */

/* What stands in an url for the reader's reference. */

#define PATRON_CAMPAIGN_REFERENCE  "${patron_reference}"


/* A bit for each campaign of a slot, for each variable of its targets. */

#define PATRON_CAMPAIGN_WORDS     (PATRON_CAMPAIGNS / 64)
#define PATRON_VARIABLE_WORDS                                                \
    (PATRON_CAMPAIGNS * PATRON_CAMPAIGN_TARGETS / 64)

static inline int
patron_mask_has(const uint64_t *mask, size_t i)
{
    return (int) (mask[i / 64] >> (i % 64) & 1);
}


/* A field of the hash, as Redis gives it. */

typedef struct {
    patron_str_t         name;
    patron_str_t         value;
} patron_field_t;


/*
 * "if_<variable>": its value is one of a comma list, or, with '!', none; what
 * is a pattern there fits as that, too.
 */

typedef struct {
    patron_str_t         variable;
    patron_str_t         values;
    unsigned             negate;
    unsigned             which;             /* of the slot's variables */
} patron_target_t;


typedef struct patron_campaign_s  patron_campaign_t;

/* The strings point into the fields. */

struct patron_campaign_s {
    patron_str_t         key;               /* "<slot>:<name>" */
    patron_str_t         slot;
    patron_str_t         name;
    patron_str_t         html;
    patron_str_t         url;               /* empty: no click is counted */
    patron_str_t         variant_of;        /* a name in the same slot */
    unsigned             active;            /* by its status */
    unsigned             holdback;          /* shown as nothing */
    unsigned             weight;            /* 0 to 1000000 */
    int                  priority;
    int64_t              from;              /* unix seconds; 0 if open */
    int64_t              until;             /* the first second after it;
                                               INT64_MAX if open */
    patron_hours_t       hours;
    patron_str_t         zone;              /* a name whose rule is not known
                                               yet; or empty */
    patron_audience_t    audience;
    patron_cap_t         cap;
    unsigned             ntargets;
    patron_target_t      targets[PATRON_CAMPAIGN_TARGETS];

    uint32_t             id;                /* in a reader's visit: that of the
                                               original, for a variant */
    uint64_t             hash;              /* of the key; its low half is
                                               the id of what a reader did */
    double               share;             /* 1 / weight */
    size_t               place;             /* in the list */
    size_t               group;             /* where the next priority begins
                                               in it */
    patron_campaign_t   *variants;          /* of this, the first */
    patron_campaign_t   *next;              /* variant of the same */
};


/*
 * Parses the fields of the campaign "<slot>:<name>" (as the set of campaigns
 * names it; the slot ends at the first colon).  The bytes of key and fields
 * must outlive it.  PATRON_ERROR with a reason in err (PATRON_CAMPAIGN_ERR
 * bytes) for a field that cannot be: the campaign is then not to be used.
 * Fields that are not known are the site's own.  That the HTML is a template
 * and swallows nothing is the caller's to check; and where zone is named, to
 * find its rule for hours.zone.
 */

int patron_campaign_parse(patron_campaign_t *campaign,
    const patron_str_t *key, const patron_field_t *fields, size_t n,
    char *err);

/*
 * May readers be led there, once the first PATRON_CAMPAIGN_REFERENCE in it has
 * become theirs, or nothing?  PATRON_OK, or PATRON_ERROR.
 */

int patron_campaign_url_check(const patron_str_t *url);

/*
 * Makes ready the n campaigns of one slot: list, of n pointers, becomes those
 * that are chosen from, by priority, and each has its variants.  Returns how
 * many.  In no list, and never shown, is what is not active, weighs nothing,
 * or is a variant of what is not among them.
 */

size_t patron_campaign_arrange(patron_campaign_t *campaigns, size_t n,
    patron_campaign_t **list);


/*
 * The targets of the n campaigns of a list, as patron_campaign_arrange() left
 * it; the campaigns must outlive them.  NULL for no memory, or for more than
 * PATRON_CAMPAIGNS.  Then the variables that are asked for, by number.
 */

typedef struct patron_targets_s  patron_targets_t;

patron_targets_t *patron_targets_create(patron_mem_t *mem,
    patron_campaign_t *const *list, size_t n);
void patron_targets_free(patron_mem_t *mem, patron_targets_t *targets);
unsigned patron_targets_variables(const patron_targets_t *targets);
const patron_str_t *patron_targets_variable(const patron_targets_t *targets,
    unsigned which);


/* The value of one of those variables; NULL or empty if none. */

typedef const patron_str_t *(*patron_campaign_variable_pt)(void *data,
    unsigned which);

/* The last four are patron_targets_begin()'s. */

typedef struct {
    int64_t                      now;
    uint64_t                     key;       /* patron_campaign_key() */
    const patron_reader_t       *reader;
    const patron_visit_t        *visit;     /* NULL: nothing known */
    patron_campaign_variable_pt  variable;
    void                        *data;

    const patron_targets_t      *targets;
    unsigned                     left;      /* variables not asked for yet */
    uint64_t                     suited[PATRON_CAMPAIGN_WORDS];
    uint64_t                     asked[PATRON_VARIABLE_WORDS];
} patron_choice_t;


/*
 * To begin each choice with: no variable has been read.  A variable is read at
 * most once for a choice, and only if a campaign that asks for it may come to
 * be shown.
 */

void patron_targets_begin(patron_choice_t *choice,
    const patron_targets_t *targets);

/* Asks for what the campaign, one of the list, needs, as far as that has not
   been: 1 if all its targets fit, or 0.  Where none is left, suited knows. */

int patron_targets_suit(patron_choice_t *choice,
    const patron_campaign_t *campaign);


/* What makes a choice stick: the same for a reader and a slot, which is given
   by patron_hash() of its name. */

uint64_t patron_campaign_key(const patron_str_t *reader_id, uint64_t slot);

/*
 * The campaign for a reader, or NULL.  Of those that may be shown now the
 * highest priority wins; among equals each reader keeps to the one that the
 * visit has as assigned, or to one by the key, in proportion to the weights,
 * and one that comes or goes moves its own share alone.
 */

const patron_campaign_t *patron_campaign_choose(
    patron_campaign_t *const *list, size_t n, patron_choice_t *choice);

/*
 * The same in two steps, for who keeps the first: the indices in the list, in
 * the order in which they are offered to a reader of that key, of the first
 * max (at most PATRON_CAMPAIGN_RANKED); returns how many.  Then the campaign
 * that is shown where one of them is offered, NULL if it may not be.
 */

#define PATRON_CAMPAIGN_RANKED  16

size_t patron_campaign_rank(patron_campaign_t *const *list, size_t n,
    uint64_t key, uint8_t *ranked, size_t max);
const patron_campaign_t *patron_campaign_offer(
    const patron_campaign_t *campaign, patron_choice_t *choice);


#endif /* _PATRON_CAMPAIGN_H_INCLUDED_ */
