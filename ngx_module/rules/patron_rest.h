
/*
 * Rest: how often a place, a slot or all of them together, asks one reader, and
 * for how long it is quiet once the reader has closed it.
 */


#ifndef _PATRON_REST_H_INCLUDED_
#define _PATRON_REST_H_INCLUDED_


#include "patron_visit.h"


#define PATRON_REST_ERR  256


/* All zero: nothing is said. */

typedef struct {
    uint32_t         id;                /* of the place; 0: not noted */
    unsigned         closes;            /* dismiss is there */
    unsigned         dismiss;           /* days; 0: the campaign rests alone */
    patron_cap_t     cap;               /* over all campaigns of it */
    unsigned         between;           /* minutes from one to the next */
    unsigned         skip;              /* so many pages come first */
} patron_rest_t;


/*
 * Reads the field of that name, "dismiss", "cap", "between" or "skip".
 * PATRON_ERROR, and a reason in err (PATRON_REST_ERR bytes), for what cannot
 * be: then nothing has changed.  Other names are the site's own.
 */

int patron_rest_field(patron_rest_t *rest, const patron_str_t *name,
    const patron_str_t *value, char *err);

/* Does it depend on what the reader has seen? */

int patron_rest_counts(const patron_rest_t *rest);

/*
 * The id of a place in a visit: of a slot, or, where its name is empty, of all.
 * No banner and no campaign has it.
 */

uint32_t patron_rest_id(const patron_str_t *slot);

/*
 * May something be shown there at time now, on a page that shows so many before
 * it?  Those count for the cap; a page is one time for what is between.  visit
 * may be NULL.  1 or 0.
 */

int patron_rest_allows(const patron_rest_t *rest, uint32_t id,
    const patron_visit_t *visit, unsigned before, int64_t now);

/*
 * Until which day, which is not in it, nothing is to be shown there, in whole
 * days; 0 for none.  visit is not NULL.
 */

unsigned patron_rest_until(const patron_rest_t *rest, uint32_t id,
    const patron_visit_t *visit, int64_t now);

/*
 * Counts a page that has the place, and a showing there.  1: the visit has
 * changed.
 */

int patron_rest_page(const patron_rest_t *rest, uint32_t id,
    patron_visit_t *visit);
int patron_rest_show(const patron_rest_t *rest, uint32_t id,
    patron_visit_t *visit, int64_t now);


#endif /* _PATRON_REST_H_INCLUDED_ */
