
/* See the header.  The counting itself is where elements match. */


#include "patron_edit_crowd.h"
#include "patron_edit_types.h"


void
patron_edit_count_matches(patron_edit_t *e, uint64_t rules)
{
    e->counted = rules & e->active & e->rules->once & e->rules->places;
}


uint64_t
patron_edit_crowded(const patron_edit_t *e)
{
    return e->crowded;
}
