
/*
 * A registry: named entries with fields of text and with addresses, in one
 * piece of memory, as one process makes it and others read it.  Which entry an
 * address belongs to is found in a sorted table of ranges that do not overlap:
 * where ranges of several entries do, the narrowest has it, then the entry that
 * was added first.
 */


#ifndef _PATRON_REGISTRY_H_INCLUDED_
#define _PATRON_REGISTRY_H_INCLUDED_


#include "patron_address.h"


#define PATRON_REGISTRY_RANGES  100000      /* in all */
#define PATRON_REGISTRY_FIELDS  12          /* of an entry */


/* Made: added to, then written.  All zero is empty. */

typedef struct patron_registry_item_s  patron_registry_item_t;

typedef struct {
    patron_registry_item_t  *ranges;
    size_t                   nranges;
    size_t                   size;
    patron_uchar_t          *strings;       /* of entries, as written */
    size_t                   nentries;
    size_t                   len;
    size_t                   room;
} patron_registry_maker_t;


/*
 * The ranges of text for an entry, from 1 on, which may be added later.  How
 * many were taken, left out for there being too many in all, and what was no
 * address, the first of it in bad.  PATRON_OK, or PATRON_ERROR for no memory.
 */

typedef struct {
    size_t                   taken;
    size_t                   left_out;
    size_t                   wrong;
    patron_str_t             bad;           /* into text */
} patron_registry_read_t;

int patron_registry_addresses(patron_registry_maker_t *maker, size_t entry,
    const patron_str_t *text, patron_registry_read_t *read);

/* Adds the next entry, with nfields fields. */

int patron_registry_add(patron_registry_maker_t *maker,
    const patron_str_t *fields, size_t nfields);

/*
 * Writes all of it into memory of malloc(), which is the caller's.  PATRON_OK
 * or PATRON_ERROR: no memory.
 */

int patron_registry_write(patron_registry_maker_t *maker,
    patron_uchar_t **data, size_t *len);

void patron_registry_free(patron_registry_maker_t *maker);


/* Read: what it points to is data's, aligned as malloc() aligns. */

typedef struct {
    const struct patron_registry_ipv4_s  *ipv4;
    const struct patron_registry_ipv6_s  *ipv6;
    size_t                   nipv4;
    size_t                   nipv6;
    size_t                   nentries;
    size_t                   nranges;       /* as they were added */
    const uint32_t          *offsets;       /* of the entries' strings */
    const patron_uchar_t    *strings;
} patron_registry_t;

/* PATRON_ERROR if it was not written by patron_registry_write(). */

int patron_registry_open(patron_registry_t *registry,
    const patron_uchar_t *data, size_t len);

/* The entry of an address, from 1 on; 0: none. */

size_t patron_registry_find(const patron_registry_t *registry,
    const patron_address_t *address);

/* A field of entry, from 1 on; empty where there is none. */

patron_str_t patron_registry_field(const patron_registry_t *registry,
    size_t entry, size_t field);


#endif /* _PATRON_REGISTRY_H_INCLUDED_ */
