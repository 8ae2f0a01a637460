
/*
 * The layout of a Redis Cluster, read from the reply to CLUSTER SLOTS.
 */


#ifndef _PATRON_CLUSTER_H_INCLUDED_
#define _PATRON_CLUSTER_H_INCLUDED_


#include "patron_resp.h"


/* Slots first to last, and the primary that serves them. */

typedef struct {
    unsigned      first;
    unsigned      last;
    unsigned      port;
    patron_str_t  host;         /* into the reply; empty: who answered */
} patron_range_t;


/* How many ranges there are, or PATRON_ERROR if this is not such a reply. */

int patron_cluster_ranges(const patron_reply_t *reply);

/* The i-th of them.  PATRON_ERROR if it makes no sense. */

int patron_cluster_range(const patron_reply_t *reply, size_t i,
    patron_range_t *range);


#endif /* _PATRON_CLUSTER_H_INCLUDED_ */
