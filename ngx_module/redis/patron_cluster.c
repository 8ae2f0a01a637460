
/*
 * CLUSTER SLOTS (Redis 3 and later): an array of ranges, each of them first
 * slot, last slot, the primary and its replicas, each of these an address, a
 * port and more.  The address may be a name, and nil where a node does not know
 * its own.
 */


#include "patron_cluster.h"
#include "patron_dialogue.h"
#include "patron_slot.h"


int
patron_cluster_ranges(const patron_reply_t *reply)
{
    if (patron_reply_type(reply) != PATRON_REPLY_ARRAY
        || patron_reply_elements(reply) > PATRON_SLOTS)
    {
        return PATRON_ERROR;
    }

    return (int) patron_reply_elements(reply);
}


int
patron_cluster_range(const patron_reply_t *reply, size_t i,
    patron_range_t *range)
{
    int64_t                first, last, port;
    const patron_reply_t  *r, *primary;

    r = patron_reply_element(reply, i);

    first = patron_reply_int(patron_reply_element(r, 0), -1);
    last = patron_reply_int(patron_reply_element(r, 1), -1);

    primary = patron_reply_element(r, 2);
    port = patron_reply_int(patron_reply_element(primary, 1), 0);

    if (first < 0 || last < first || last >= PATRON_SLOTS
        || port < 1 || port > 65535)
    {
        return PATRON_ERROR;
    }

    range->first = (unsigned) first;
    range->last = (unsigned) last;
    range->port = (unsigned) port;
    range->host = patron_reply_str(patron_reply_element(primary, 0));

    if (range->host.len > PATRON_HOST_MAX) {
        return PATRON_ERROR;
    }

    if (range->host.len == 1 && range->host.data[0] == '?') {
        range->host.len = 0;
    }

    return PATRON_OK;
}
