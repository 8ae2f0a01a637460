
/*
 * Reading a registry.  See the header; patron_registry_make.c writes one.
 */


#include "patron_registry_format.h"


static int patron_registry_check(const patron_registry_t *registry, size_t i,
    size_t end);


int
patron_registry_open(patron_registry_t *registry, const patron_uchar_t *data,
    size_t len)
{
    size_t                    i, size;
    patron_registry_header_t  header;

    memset(registry, 0, sizeof(patron_registry_t));

    if (len < sizeof(header)) {
        return PATRON_ERROR;
    }

    memcpy(&header, data, sizeof(header));

    if (header.magic != PATRON_REGISTRY_MAGIC
        || header.nipv4 > 2 * PATRON_REGISTRY_RANGES
        || header.nipv6 > 2 * PATRON_REGISTRY_RANGES
        || header.nentries > len || header.strings > len)
    {
        return PATRON_ERROR;
    }

    size = sizeof(header)
           + header.nipv6 * sizeof(patron_registry_ipv6_t)
           + header.nipv4 * sizeof(patron_registry_ipv4_t)
           + header.nentries * sizeof(uint32_t)
           + header.strings;

    if (size != len) {
        return PATRON_ERROR;
    }

    registry->nipv4 = header.nipv4;
    registry->nipv6 = header.nipv6;
    registry->nentries = header.nentries;
    registry->nranges = header.nranges;

    data += sizeof(header);
    registry->ipv6 = (const patron_registry_ipv6_t *) data;

    data += header.nipv6 * sizeof(patron_registry_ipv6_t);
    registry->ipv4 = (const patron_registry_ipv4_t *) data;

    data += header.nipv4 * sizeof(patron_registry_ipv4_t);
    registry->offsets = (const uint32_t *) data;

    registry->strings = data + header.nentries * sizeof(uint32_t);

    /* each entry is whole, so that a field needs no look at the end */

    for (i = 0; i < registry->nentries; i++) {
        if (patron_registry_check(registry, i, header.strings) != PATRON_OK) {
            return PATRON_ERROR;
        }
    }

    return PATRON_OK;
}


/* Does the entry end before the strings do? */

static int
patron_registry_check(const patron_registry_t *registry, size_t i, size_t end)
{
    size_t          pos;
    uint32_t        len;
    patron_uchar_t  n;

    pos = registry->offsets[i];

    if (pos >= end) {
        return PATRON_ERROR;
    }

    n = registry->strings[pos++];

    while (n--) {

        if (end - pos < sizeof(len)) {
            return PATRON_ERROR;
        }

        memcpy(&len, registry->strings + pos, sizeof(len));
        pos += sizeof(len);

        if (end - pos < len) {
            return PATRON_ERROR;
        }

        pos += len;
    }

    return PATRON_OK;
}


/*
 * The last range that begins at the address or before is the only one that can
 * hold it.
 */

size_t
patron_registry_find(const patron_registry_t *registry,
    const patron_address_t *address)
{
    size_t                         n, half;
    uint32_t                       bits;
    const patron_registry_ipv4_t  *ipv4;
    const patron_registry_ipv6_t  *ipv6;

    if (patron_address_is_ipv4(address)) {
        bits = (uint32_t) address->low;
        ipv4 = registry->ipv4;

        for (n = registry->nipv4; n > 1; n -= half) {
            half = n / 2;
            ipv4 = ipv4[half].first <= bits ? ipv4 + half : ipv4;
        }

        return (n && ipv4->first <= bits && bits <= ipv4->last) ? ipv4->entry
                                                                : 0;
    }

    ipv6 = registry->ipv6;

    for (n = registry->nipv6; n > 1; n -= half) {
        half = n / 2;

        if (patron_address_cmp(&ipv6[half].range.first, address) <= 0) {
            ipv6 += half;
        }
    }

    return (n
            && patron_address_cmp(&ipv6->range.first, address) <= 0
            && patron_address_cmp(address, &ipv6->range.last) <= 0)
           ? ipv6->entry : 0;
}


patron_str_t
patron_registry_field(const patron_registry_t *registry, size_t entry,
    size_t field)
{
    size_t                 n;
    uint32_t               len;
    patron_str_t           s;
    const patron_uchar_t  *p;

    s.data = (const patron_uchar_t *) "";
    s.len = 0;

    if (entry == 0 || entry > registry->nentries) {
        return s;
    }

    p = registry->strings + registry->offsets[entry - 1];
    n = *p++;

    if (field >= n) {
        return s;
    }

    for ( ;; ) {
        memcpy(&len, p, sizeof(len));
        p += sizeof(len);

        if (field-- == 0) {
            s.data = p;
            s.len = len;
            return s;
        }

        p += len;
    }
}
