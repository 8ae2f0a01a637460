
/*
 * The names that patron_html_tags.h knows, by a hash of the name as a number.
 * For the files patron_html_*.c and patron_leak*.c alone.
 */


#ifndef _PATRON_HTML_NAME_H_INCLUDED_
#define _PATRON_HTML_NAME_H_INCLUDED_


#include "patron_html.h"
#include "patron_html_tags.h"


#define PATRON_HTML_SLOTS        512
#define PATRON_HTML_SLOT_OF(name)                                            \
    (((name) * PATRON_HTML_MULTIPLIER) >> (64 - 9))


typedef struct {
    patron_html_name_t       name;
    unsigned                 id;
} patron_html_slot_t;


extern const patron_html_slot_t  patron_html_slots[PATRON_HTML_SLOTS];

/* The first bytes of eight, by their number. */

extern const uint64_t  patron_html_masks[9];


static inline unsigned
patron_html_short_id(patron_html_name_t name)
{
    const patron_html_slot_t  *slot;

    slot = &patron_html_slots[PATRON_HTML_SLOT_OF(name)];

    return slot->name == name ? slot->id : TAG_UNKNOWN;
}


#endif /* _PATRON_HTML_NAME_H_INCLUDED_ */
