
/*
 * How a registry lies in memory: a header, the ranges of IPv6, those of IPv4,
 * an offset for each entry, and the entries: how many fields, and of each its
 * length and its bytes.  For the two sources of the registry alone.
 */


#ifndef _PATRON_REGISTRY_FORMAT_H_INCLUDED_
#define _PATRON_REGISTRY_FORMAT_H_INCLUDED_


#include "patron_registry.h"


#define PATRON_REGISTRY_MAGIC  UINT64_C(0x7265676973747231)


typedef struct {
    uint64_t                magic;
    uint32_t                nipv4;
    uint32_t                nipv6;
    uint32_t                nentries;
    uint32_t                nranges;
    uint64_t                strings;        /* bytes */
} patron_registry_header_t;


typedef struct patron_registry_ipv4_s {
    uint32_t                first;
    uint32_t                last;
    uint32_t                entry;          /* from 1 on */
} patron_registry_ipv4_t;


typedef struct patron_registry_ipv6_s {
    patron_address_range_t  range;
    uint32_t                entry;
    uint32_t                unused;
} patron_registry_ipv6_t;


#endif /* _PATRON_REGISTRY_FORMAT_H_INCLUDED_ */
