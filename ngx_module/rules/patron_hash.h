
/*
 * A 64-bit hash of bytes, for names and ids that nobody gains from colliding.
 */


#ifndef _PATRON_HASH_H_INCLUDED_
#define _PATRON_HASH_H_INCLUDED_


#include "patron.h"


/* FNV-1a, mixed.  The values are stored in cookies: they never change. */

uint64_t patron_hash(const patron_str_t *s);

/* A bijection of 64 bits in which each bit of the result hangs on all: the
   finalizer of MurmurHash3. */

static inline uint64_t
patron_hash_mix(uint64_t h)
{
    h ^= h >> 33;
    h *= UINT64_C(0xff51afd7ed558ccd);
    h ^= h >> 33;
    h *= UINT64_C(0xc4ceb9fe1a85ec53);
    h ^= h >> 33;

    return h;
}


#endif /* _PATRON_HASH_H_INCLUDED_ */
