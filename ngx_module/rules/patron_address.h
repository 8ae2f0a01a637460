
/*
 * Addresses of readers, and lists of them as people write them: single ones,
 * CIDRs and ranges, of IPv4 and of IPv6.
 */


#ifndef _PATRON_ADDRESS_H_INCLUDED_
#define _PATRON_ADDRESS_H_INCLUDED_


#include "patron.h"


/*
 * The bits of an IPv6 address, the first in the highest bit of high.  One of
 * IPv4 is its mapped form, ::ffff:192.0.2.1, however it was written.
 */

typedef struct {
    uint64_t  high;
    uint64_t  low;
} patron_address_t;


typedef struct {
    patron_address_t  first;
    patron_address_t  last;         /* of it, too */
} patron_address_range_t;


#define PATRON_ADDRESS_MAPPED  ((uint64_t) 0xffff << 32)

#define patron_address_is_ipv4(a)                                             \
    ((a)->high == 0 && (a)->low >> 32 == 0xffff)

/* Less than, equal to or greater than 0, as memcmp(). */

int patron_address_cmp(const patron_address_t *a, const patron_address_t *b);

/* Of 4 or 16 bytes in network order. */

void patron_address_bytes(patron_address_t *address,
    const patron_uchar_t *bytes, size_t len);

/*
 * Parses one address, in brackets or not, with a port behind it or not.
 * PATRON_OK or PATRON_DECLINED.
 */

int patron_address_parse(patron_address_t *address, const patron_str_t *text);

/*
 * Takes the next range from text, whose words stand apart by spaces, commas or
 * semicolons: "192.0.2.1", "192.0.2.0/24", "192.0.2.1-192.0.2.9", with spaces
 * around the dash or not.  Of a CIDR the bits behind its prefix are of no
 * matter.  PATRON_OK; PATRON_DECLINED at the end; PATRON_ERROR for a word that
 * is none of these, which is in bad then and behind the parser.
 */

int patron_address_next(patron_str_t *text, patron_address_range_t *range,
    patron_str_t *bad);


#endif /* _PATRON_ADDRESS_H_INCLUDED_ */
